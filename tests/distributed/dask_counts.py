"""Counts made on a cluster, and how to compare them."""

import numpy as np
from distributed import LocalCluster

from brownclust import BigramCounts
from brownclust.distributed import count_distributed


def start_cluster(*, processes=False):
    """Two workers, which get everything over TCP, in this process or in their own."""
    return LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=processes,
        protocol="tcp://",
        dashboard_address="127.0.0.1:0",
    )


def random_text(seed, n_lines, n_words=50):
    """Lines of words, some of them empty; short words are more frequent."""
    generator = np.random.default_rng(seed)
    lines = []
    for size in generator.integers(0, 12, n_lines):
        words = generator.geometric(0.1, size) % n_words
        lines.append(" ".join(f"{'Éé'[word % 2]}{word}" for word in words))
    return "\n".join(lines) + "\n"


def count(addresses, output, client, **options):
    """Count in few tasks."""
    return count_distributed(
        addresses, output, client=client, **{"partitions": 2, **options}
    )


def local(paths, tmp_path, **options):
    BigramCounts.from_text(paths, **options).save(tmp_path / "local.npz")
    return tmp_path / "local.npz"


def assert_same_arrays(one, other):
    with np.load(one) as ones, np.load(other) as others:
        assert ones.files == others.files
        for name in set(ones.files) - {"source", "digest"}:
            assert ones[name].dtype == others[name].dtype
            np.testing.assert_array_equal(ones[name], others[name], name)


def assert_nothing_else_is_left(output, *, there):
    assert [path.name for path in output.parent.iterdir()] == [output.name] * there
