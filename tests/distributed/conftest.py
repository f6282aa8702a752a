"""A cluster and a corpus."""

import gzip

import dask
import pytest
from dask_counts import random_text, start_cluster
from distributed import Client


@pytest.fixture(scope="module", autouse=True)
def long_timeouts():
    """Let connections take long: the machine may be busy."""
    with dask.config.set({"distributed.comm.timeouts.connect": "600s"}):
        yield


@pytest.fixture(scope="module")
def client():
    with start_cluster() as cluster, Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Files of all kinds, in the order of their names."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "a.txt").write_text(random_text(1, 300), "utf-8")
    (folder / "b.txt.gz").write_bytes(gzip.compress(random_text(2, 90).encode()))
    (folder / "c.txt").write_text("\ufeff" + random_text(3, 5).rstrip("\n"), "utf-8")
    (folder / "d.txt").write_bytes(b"")
    (folder / "e.txt").write_bytes(b"\n \t\n\n")
    (folder / "f.txt").write_text(random_text(4, 90).replace("\n", " "), "utf-8")
    (folder / "g.txt").write_text(random_text(5, 3), "utf-8")
    (folder / ".hidden").write_bytes(b"\xff")
    return folder


@pytest.fixture
def output(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "counts.npz"
