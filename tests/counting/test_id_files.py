"""Parquet and Arrow files, and other files of ids."""

import gzip
import io

import numpy as np
import pyarrow as pa
import pytest
from plain_counts import plain
from pyarrow import parquet

from brownclust import BigramCounts

ROWS = [[1, 2, 1], [], [3, 300, 2]]
LINES = ["a b a", "", "c d\nb"]


def table():
    return pa.table(
        {
            "ids": pa.array(ROWS, pa.list_(pa.int32())),
            "wide": pa.array([*ROWS[:1], None, ROWS[2]], pa.large_list(pa.uint16())),
            "pairs": pa.array([[1, 2], [3, 4], None], pa.list_(pa.int64(), 2)),
            "flat": pa.array([5, 5, 6]),
            "text": LINES,
            "some": pa.array(["a b", None, "c"], pa.large_string()),
            "coded": pa.array(["x y", "x y", "z"]).dictionary_encode(),
            "tokens": [["a", "b c"], None, ["d"]],
            "floats": [0.5, 1.5, 2.5],
        }
    )


def write(path, kind, content):
    if kind == "parquet":
        parquet.write_table(content, path, row_group_size=2)
    else:
        new = pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream
        with new(path, content.schema) as writer:
            writer.write_table(content, max_chunksize=2)
    return path


@pytest.mark.parametrize("kind", ["parquet", "arrow", "stream"])
class TestFiles:
    @pytest.fixture
    def path(self, kind, tmp_path):
        return write(str(tmp_path / "table"), kind, table())

    @pytest.mark.parametrize(
        ("field", "rows"),
        [
            ("ids", ROWS),
            ("wide", ROWS),
            ("pairs", [[1, 2], [3, 4]]),
            ("flat", [[5, 5, 6]]),
        ],
    )
    def test_ids(self, path, field, rows):
        counts = BigramCounts.from_ids(path, field=field)
        assert plain(counts) == plain(BigramCounts.from_ids(rows))
        assert len(counts.source["sha256"]) == 64

    @pytest.mark.parametrize(
        ("field", "lines"),
        [
            ("text", ["a b a", "c d", "b"]),
            ("some", ["a b", "c"]),
            ("coded", ["x y", "x y", "z"]),
            ("tokens", ["a b_c", "d"]),
        ],
    )
    def test_text(self, path, field, lines):
        counts = BigramCounts.from_text(path, field=field)
        expected = BigramCounts.from_sentences([line.split() for line in lines])
        assert plain(counts) == plain(expected)

    @pytest.mark.parametrize(
        ("read", "field", "message"),
        [
            (
                "from_ids",
                None,
                "one column with text, tokens or ids, got 'ids', .*name",
            ),
            ("from_ids", "none", r"a column 'none' \(--field, field=\), got 'ids', "),
            (
                "from_ids",
                "floats",
                "text, tokens or ids in column 'floats', got double",
            ),
            (
                "from_ids",
                "text",
                "a column of integers, or of lists of them, got one of",
            ),
            ("from_text", "ids", "a column of text or of tokens, got integers"),
        ],
    )
    def test_wrong_columns(self, path, read, field, message):
        with pytest.raises(ValueError, match=f"table: expected {message}"):
            getattr(BigramCounts, read)(path, field=field)

    def test_damaged_files(self, path, tmp_path):
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read()
        cut = tmp_path / "cut"
        for n_bytes in range(9, len(data), 97):
            cut.write_bytes(data[:n_bytes])
            with pytest.raises(
                ValueError, match=r"cut: expected|ids must be"
            ) as caught:
                BigramCounts.from_ids(cut, field="ids")
            assert "\n" not in str(caught.value)


def test_a_missing_id_is_an_error(tmp_path):
    content = pa.table({"ids": [[1, None]]})
    path = write(tmp_path / "ids.parquet", "parquet", content)
    with pytest.raises(ValueError, match="expected integers, got a missing value"):
        BigramCounts.from_ids(path)
    content = pa.table({"tokens": [["a"], ["b", None]]})
    path = write(tmp_path / "tokens.parquet", "parquet", content)
    with pytest.raises(ValueError, match="row 2: expected tokens, each a string, got"):
        BigramCounts.from_text(path)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (table(), "ids"),
        (table()["ids"], None),
        (table()["ids"].chunk(0), None),
        (table()["wide"], None),
    ],
)
def test_tables_and_columns_from_python(data, field):
    counts = BigramCounts.from_ids(data, field=field)
    assert plain(counts) == plain(BigramCounts.from_ids(ROWS))


class Dataset:
    """As those of Hugging Face: rows in an order of its own."""

    column_names = ("ids",)

    def with_format(self, kind):
        assert kind == "arrow"
        return self

    def iter(self, batch_size):
        yield table().slice(0, 2)
        yield table().slice(2)


def test_datasets():
    counts = BigramCounts.from_ids(Dataset(), field="ids")
    assert plain(counts) == plain(BigramCounts.from_ids(ROWS))
    with pytest.raises(TypeError, match="integers, or lists of them, in column 'text'"):
        BigramCounts.from_ids(Dataset(), field="text")


# --- Other files ---------------------------------------------------------------------


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (npy(np.ones(2)), {}, "expected an array of integers, got float64"),
        (npy(np.array([[1], [2, 3]], object)), {}, "integers, got Python objects"),
        (npy(np.zeros((1, 1, 1), int)), {}, "one or two dimensions"),
        (npy(np.asfortranarray(np.eye(2, dtype=int))), {}, "in C order"),
        (npy(np.arange(9))[:-1], {}, "expected 9 integers, as the header says, got 8"),
        (npy(np.arange(9)) + b"x", {}, "as the header says, got more"),
        (npy(np.arange(9))[:20], {}, "expected a NumPy array, got a damaged one"),
        (npy(np.arange(9)), {"dtype": "u2"}, "dtype must be left out for files"),
        (b"abc", {"dtype": "uint16"}, r"integers of 2 bytes \(uint16\), got 3 bytes"),
        (b"abcd", {}, "expected a NumPy array .*, got another file"),
        (b"abcd", {"dtype": "float32"}, "dtype must be a type of integers, such as"),
        (b"\xff\xff\xff\xff", {"dtype": "int32"}, "integers from 0 to .* got -1"),
        (b"\xff\xff\xff\x7f", {"dtype": "int32"}, "--dtype .dtype=.*, got 2147483647"),
    ],
)
def test_files_that_are_not_ids(data, options, message, tmp_path):
    path = tmp_path / "ids"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message):
        BigramCounts.from_ids(path, **options)


def test_compressed_files_and_several(tmp_path):
    array = np.array([[1, 2], [3, 4]], np.uint16)
    (tmp_path / "a.npy.gz").write_bytes(gzip.compress(npy(array)))
    (tmp_path / "b.npy").write_bytes(npy(array.reshape(-1)))
    paths = [tmp_path / "a.npy.gz", tmp_path / "b.npy"]
    for boundary in ("break", "ignore", "mark"):
        counts = BigramCounts.from_ids(paths, boundary=boundary)
        rows = [[1, 2], [3, 4], [1, 2, 3, 4]]
        assert plain(counts) == plain(BigramCounts.from_ids(rows, boundary=boundary))
