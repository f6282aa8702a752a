import io
import json
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_counts import TWO_LINES, counted_by_the_reference, plain

from brownclust import BigramCounts
from brownclust._archive import ArchiveError, write_archive
from brownclust.counting.vocabulary import Vocabulary


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
    write_archive(file, "counts file", 3, {})
    message = "format version up to 2, got 3: .* pip install --upgrade brownclust"
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
        ("n_tokens", 5.0),
        ("n_tokens", True),
        ("n_tokens", "5"),
        ("n_bigrams", 7),
        ("n_lines", 2),
        ("boundary", "break"),
        ("boundary", "ignore"),
        ("boundary", np.array([1])),
        ("edge_starts", np.array([0, 0])),
        ("edge_ends", np.array([0, 0])),
        ("edge_ends", np.array([0.0, 1.0])),
        ("successor_counts", np.array([1, 1, 1])),
        ("successor_counts", np.array([[1, 2, 1]])),
        ("successor_counts", np.array(1)),
        ("vocabulary", np.array([97.5, 98.5])),
        ("vocabulary", np.array([97, 98])),
        ("vocabulary", np.frombuffer(b"aa", np.uint8)),
        ("vocabulary", np.frombuffer(b"a\n", np.uint8)),
        ("vocabulary", np.frombuffer(b" b", np.uint8)),
        ("vocabulary_offsets", np.array([0, 0, 2])),
        ("vocabulary_offsets", np.array([0, 2, 2])),
        ("vocabulary_offsets", np.array([0.0, 1.0, 2.0])),
        ("vocabulary_offsets", np.array([[0, 1, 2]])),
        ("origin", "[]"),
        ("origin", "{"),
        ("origin", "[" * 100_000),
        ("origin", '{"normalise": "lowercase", "skip_grams": 1, "from_pairs": false}'),
        ("origin", '{"normalise": [], "skip_grams": 0, "from_pairs": false}'),
        ("origin", '{"normalise": [], "skip_grams": 2, "from_pairs": false}'),
        ("origin", '{"normalise": [], "skip_grams": 1, "from_pairs": true}'),
        ("origin", '{"normalise": [], "skip_grams": 1, "from_pairs": 0}'),
        ("source", "[" * 100_000),
        ("source", '{"kind": "merge"}'),
        ("source", '{"kind": "merge", "parts": []}'),
        ("source", '{"kind": "selection"}'),
        ("source", '{"parts": [{"of": 1}]}'),
        ("source", '{"files": "text"}'),
        ("source", '{"options": {"skip_grams": "two"}}'),
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


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["b", "a", "c"], r"words\[1\] must be a word .* by rank, got 'a'"),
        (["b", "b", "c"], r"words\[1\] must be a word .* by rank, got 'b'"),
        (["b", "", "c"], r"words\[1\] must be a word without whitespace"),
        (["", "a", "c"], r"words\[0\] must be a word without whitespace"),
        (["a", "b\t", "c"], r"words\[1\] must be a word without whitespace"),
        (["a", "b", "a"], "words must be all different, got 'a twice'"),
        (["ab", "a", "c"], r"words\[1\] must be a word .* by rank, got 'a'"),
    ],
)
def test_words_that_no_text_has(write, words, reason):
    counts = BigramCounts.from_sentences([["x", "y", "z"], ["x", "y"]])
    assert counts.unigram_counts.tolist() == [2, 2, 1]
    data = [word.encode() for word in words]
    arrays = {
        "vocabulary": np.frombuffer(b"".join(data), np.uint8),
        "vocabulary_offsets": np.cumsum([0, *map(len, data)]),
        **counts.table.arrays(),
        "source": "{}",
    }
    path = write(archive(arrays))
    with pytest.raises(ArchiveError, match=rf"^{path}: expected .*damaged.*{reason}"):
        BigramCounts.load(path)


@given(
    st.lists(st.text("ab é\n\0", max_size=3).map(str.encode), min_size=1, max_size=5),
    st.data(),
)
def test_ranks_are_those_of_sorted_words(words, data):
    counts = [data.draw(st.integers(1, 2)) for _ in words]
    buffer = np.frombuffer(b"".join(words), np.uint8)
    vocabulary = Vocabulary(buffer, np.cumsum([0, *map(len, words)]))
    are_words = all(word.split() == [word] for word in words)
    ranked = sorted(zip(counts, words, strict=True), key=lambda row: (-row[0], row[1]))
    is_right = are_words and len({*words}) == len(words)
    is_ranked = is_right and [word for _, word in ranked] == words
    with nullcontext() if is_ranked else pytest.raises(ValueError, match=r"^words"):
        vocabulary.check_ranks(np.array(counts))
    with (
        nullcontext() if is_right else pytest.raises(ValueError, match=r"^words? must")
    ):
        vocabulary.check_words()


@pytest.mark.parametrize(
    ("options", "n_tokens"),
    [
        ({}, 9),
        ({"boundary": "mark"}, 9),
        ({"boundary": "ignore"}, 9),
        ({"skip_grams": 2}, 20),
        ({"skip_grams": 2, "boundary": "ignore"}, 30),
        ({"min_count": 2}, 9),
        ({"min_count": 2, "boundary": "mark"}, 9),
        ({"min_count": 2, "boundary": "ignore"}, 9),
        ({"min_count": 2, "skip_grams": 3}, 24),
    ],
)
def test_all_kinds_of_counts_are_loaded(options, n_tokens, tmp_path):
    lines = [line.split() for line in ("a b a c", "b", "c a b d")]
    path = tmp_path / "counts.npz"
    counts = BigramCounts.from_sentences(lines, **options)
    counts.save(path)
    assert BigramCounts.load(path).n_tokens == n_tokens
    counts.merge(counts).save(path)
    assert BigramCounts.load(path).n_tokens == 2 * n_tokens
    counts.merge(counts).select(max_vocabulary=2).save(path)
    assert BigramCounts.load(path).n_types == 2
    if counts.boundary == "ignore":
        counts.merge(BigramCounts.from_pairs([("x", "y", 7)])).save(path)
        assert BigramCounts.load(path).n_tokens == n_tokens + 14


def test_source_is_json(saved):
    counts, path = saved
    with np.load(path, allow_pickle=False) as arrays:
        assert json.loads(str(arrays["source"])) == counts.source
        assert int(arrays["format_version"]) == 1
