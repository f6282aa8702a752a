import shlex
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from commands import fail, succeed
from pyarrow import parquet

ROWS = [[5, 7, 9], [5, 8, 9], [6, 7, 9], [6, 8, 9, 300]]
END = 65535


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    flat = np.array([i for row in ROWS for i in [*row, END]], np.uint16)
    np.save("ids.npy", flat)
    flat.tofile("ids.bin")
    texts = [" ".join(map(str, row)) for row in ROWS]
    Path("ids.txt").write_text("\n".join(texts) + "\n")
    parquet.write_table(pa.table({"ids": ROWS, "text": texts}), "ids.parquet")


@pytest.mark.parametrize(
    "arguments",
    [
        "ids.npy --separator 65535",
        "ids.bin --dtype uint16 --separator 65535",
        "ids.parquet --column ids",
        "ids.parquet --field text",
    ],
)
def test_clusters_are_those_of_text(arguments):
    succeed("cluster", "ids.txt", "-c", "3", "-o", "text")
    succeed("cluster", *shlex.split(arguments), "-c", "3", "-o", "out")
    assert Path("out/paths").read_bytes() == Path("text/paths").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("ids.bin", 1, "ids.bin: expected text, or the type of raw integers (--dtype"),
        ("ids.parquet", 1, "got 'ids', 'text'; name one: --field (field=)"),
        ("ids.npy ids.txt", 1, "all text or all corpora of integers, got both"),
        ("ids.npy --lenient", 2, "--lenient is for text; the input is a corpus of"),
        ("ids.npy --separator x", 2, "--separator must be an integer"),
        ("ids.txt --separator 5", 2, "--separator must be left out for text, got 5"),
        ("ids.bin --dtype float32", 2, "--dtype must be a type of integers"),
        ("ids.bin --dtype uint16 --dask local", 2, "--dtype is not for --dask"),
    ],
)
def test_errors(arguments, code, message):
    parts = shlex.split(arguments)
    assert message in fail("count", *parts, "-o", "x.npz", exit_code=code)
    assert not Path("x.npz").exists()
