import io
import json

import numpy as np
import pytest
from plain_counts import TWO_LINES, counted_by_the_reference, plain

from brownclust import BigramCounts
from brownclust._archive import ArchiveError, write_archive


@pytest.fixture
def saved(tmp_path):
    lines = [line.split() for line in TWO_LINES.splitlines()]
    counts = BigramCounts.from_sentences([*lines, ["a\0", "ç"]], boundary="mark")
    path = tmp_path / "counts.npz"
    counts.save(path)
    return counts, path


def test_saved_counts_can_be_loaded(saved, tmp_path):
    counts, path = saved
    loaded = BigramCounts.load(path)
    assert plain(loaded) == plain(counts)
    assert loaded.vocabulary == counts.vocabulary
    assert loaded.boundary == "mark"
    assert loaded.source == counts.source
    assert [file.name for file in tmp_path.iterdir()] == ["counts.npz"]


def test_saving_twice_gives_the_same_bytes(saved, tmp_path):
    counts, path = saved
    counts.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_every_truncated_file_is_refused(saved):
    _, path = saved
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        with pytest.raises(
            ArchiveError, match=r"^[^\n]*counts.npz: expected a [^\n]*$"
        ):
            BigramCounts.load(path)


@pytest.mark.parametrize("data", [b"", b"the cat\n", b"PK\x03\x04", b"\x93NUMPY"])
def test_foreign_files(write, data):
    with pytest.raises(ArchiveError, match=r"expected a .*brownclust counts file"):
        BigramCounts.load(write(data))


def test_file_of_a_newer_version(write):
    file = io.BytesIO()
    write_archive(file, "counts file", 2, {})
    message = "format version up to 1, got 2: .* pip install --upgrade brownclust"
    with pytest.raises(ArchiveError, match=message):
        BigramCounts.load(write(file.getvalue()))


def test_unwritable_folder(saved, tmp_path):
    counts, _ = saved
    with pytest.raises(FileNotFoundError, match=r"nothing/counts.npz'$"):
        counts.save(tmp_path / "nothing" / "counts.npz")


ARRAYS = {
    "vocabulary": np.frombuffer(b"ab", np.uint8),
    "vocabulary_offsets": np.array([0, 1, 2]),
    "unigram_counts": np.array([3, 2]),
    "successor_offsets": np.array([0, 2, 3]),
    "successor_indices": np.array([0, 1, 0], np.int32),
    "successor_counts": np.array([1, 2, 1]),
    "edge_starts": np.array([1, 0]),
    "edge_ends": np.array([0, 1]),
    "n_tokens": 5,
    "n_bigrams": 6,
    "n_lines": 1,
    "boundary": "mark",
    "source": "{}",
}


def archive(arrays):
    file = io.BytesIO()
    write_archive(file, "counts file", 1, arrays)
    return file.getvalue()


def test_valid_arrays(write):
    counts = BigramCounts.load(write(archive(ARRAYS)))
    assert plain(counts) == counted_by_the_reference([list("aabab")], "mark")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vocabulary_offsets", np.array([0, 2, 1])),
        ("vocabulary_offsets", np.array([0, 2**63 - 1, 2])),
        ("unigram_counts", np.array([2, 3])),
        ("unigram_counts", np.array([3, 0])),
        ("unigram_counts", np.array([3.0, 2.0])),
        ("unigram_counts", np.array([-(2**63), 2])),
        ("unigram_counts", np.array([2**62, 2])),
        ("unigram_counts", np.array([3, 2, 1])),
        ("successor_offsets", np.array([0, 2, 4])),
        ("successor_offsets", np.array([0, 4, 3])),
        ("successor_offsets", np.array([1, 2, 3])),
        ("successor_indices", np.array([0, 2, 0], np.int32)),
        ("successor_indices", np.array([0, -1, 0], np.int32)),
        ("successor_indices", np.array([1, 0, 0], np.int32)),
        ("successor_indices", np.array([0, 0, 0], np.int32)),
        ("successor_indices", np.array([0, 1, 0])),
        ("successor_counts", np.array([0, 2, 1])),
        ("successor_counts", np.array([2, 2, 1])),
        ("successor_counts", np.array([1, 2**62, 1])),
        ("edge_starts", np.array([-1, 0])),
        ("edge_ends", np.array([0, 0, 1])),
        ("n_tokens", 4),
        ("n_tokens", np.array([5, 5])),
        ("n_bigrams", 3),
        ("n_lines", -1),
        ("boundary", "line"),
        ("n_tokens", np.inf),
        ("source", "{"),
        ("source", "[]"),
        ("source", None),
    ],
)
def test_invalid_arrays(write, name, value):
    arrays = {**ARRAYS, name: value}
    if value is None:
        del arrays[name]
    path = write(archive(arrays))
    message = "text.txt: expected a whole brownclust counts file, got a damaged file"
    with pytest.raises(ArchiveError, match=message):
        BigramCounts.load(path)


def test_source_is_json(saved):
    counts, path = saved
    with np.load(path, allow_pickle=False) as arrays:
        assert json.loads(str(arrays["source"])) == counts.source
        assert int(arrays["format_version"]) == 1
