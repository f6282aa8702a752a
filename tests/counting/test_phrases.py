"""Phrases whose words become one: which are joined, and what that does to counts."""

import json

import numpy as np
import pytest
import reference
from hypothesis import example, given
from hypothesis import strategies as st
from plain_counts import counted_by_the_reference, plain

from brownclust import BigramCounts, BrownClustering, BrownModel
from brownclust.counting.counts import FORMAT_VERSION
from brownclust.counting.origin import Origin
from brownclust.counting.phrases import Phrases
from brownclust.text.text_format import TextFormat

TEXT = "he saw New York City and New York"
PHRASES = ["New York", "New York City", "York City Hall", "of the"]
WORDS = st.sampled_from(["a", "b", "c", "_", "a_b", "a word of many bytes", "é"])
WORD = WORDS.map(lambda word: word.replace(" ", "-"))
GAP = st.sampled_from([" ", "  ", "\t", " \r\v\f ", "\n", "\r\n", " \n\n ", " " * 9])


def joined(text, phrases=PHRASES, **options):
    """The text with phrases joined, its blocks given by a list."""
    blocks = [text] if isinstance(text, bytes) else text
    arrays = [np.frombuffer(block, np.uint8) for block in blocks]
    for array in arrays:
        array.flags.writeable = False
    found = Phrases(TextFormat(phrases=phrases, **options)).join(arrays)
    return b"".join(block.tobytes() for block in found)


def tokens(text):
    return [line.split() for line in text.split(b"\n") if line.strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in New York now", "in New_York now"),
        ("New York City Hall", "New_York_City Hall"),  # from left to right
        ("York City Hall of the New", "York_City_Hall of_the New"),
        ("New\nYork of \n the", "New\nYork of \n the"),
        ("New \t York\r\nCity", "New_York  \r\nCity"),
        ("New New York York City", "New New_York York City"),
        ("York New new york", "York New new york"),
    ],
)
def test_which_words_are_joined(text, expected):
    assert joined(text.encode() + b"\n") == expected.encode() + b"\n"


@example([["a", " ", "b", "  ", "c", "\n"]], [["a", "b", "c"], ["a", "b"]])
@given(
    st.lists(st.lists(st.tuples(WORD, GAP), max_size=12).map(lambda p: sum(p, ()))),
    st.lists(st.lists(WORD, min_size=2, max_size=4), min_size=1, max_size=6),
)
def test_any_phrases_in_blocks_of_any_size(blocks, phrases):
    blocks = ["".join(block).encode() for block in blocks]
    lines = [
        reference.join_phrases(line, {tuple(p) for p in phrases})
        for line in (
            [word.decode() for word in line] for line in tokens(b"".join(blocks))
        )
    ]
    result = joined(blocks, [" ".join(phrase) for phrase in phrases])
    assert tokens(result) == [[word.encode() for word in line] for line in lines]


@given(st.lists(st.sampled_from([b"a", b"b", b" ", b"\n", b"ab ", b"x"])))
def test_pieces_divided_anywhere(pieces):
    text = b"".join(pieces)
    phrases = Phrases(TextFormat(phrases=["a b", "a b ab"]))
    result = b"".join(phrases.join_pieces(pieces))
    ended = joined(text + b"\n", ["a b", "a b ab"])
    assert result.split() == ended.split()
    assert result.count(b"\n") == text.count(b"\n")
    assert result.endswith(b"\n") == text.endswith(b"\n")
    assert b"".join(Phrases(TextFormat()).join_pieces(pieces)) == text


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
@pytest.mark.parametrize("block_size", [1, 7, 1 << 18])
def test_counts_are_those_of_the_joined_text(write, boundary, block_size):
    text = "the City of the New York City\nof the\n\nNew York New\nYork City Hall\n" * 3
    counts = BigramCounts.from_text(
        write(text),
        phrases=write("\n".join(PHRASES), "phrases"),
        boundary=boundary,
        block_size=block_size,
        threads=2,
        memory=300 << 20,
    )
    phrases = {tuple(phrase.split()) for phrase in PHRASES}
    lines = [
        reference.join_phrases(line.split(), phrases) for line in text.splitlines()
    ]
    assert plain(counts) == counted_by_the_reference(lines, boundary)
    [usage] = counts.list_usage
    assert (usage.option, usage.n_words, usage.n_found) == ("phrases", 4, 4)


def test_a_long_gap_is_not_kept():
    blocks = [b"in New ", *[b" " * 1000] * 1000, b"York ", b"City\n"]
    assert joined(blocks).split() == [b"in", b"New_York_City"]


def test_the_last_line_may_lack_its_end():
    assert joined(b"in New York ").split() == [b"in", b"New_York"]


def test_normalised_like_the_text(write):
    text = write("NEW YORK 1999 new york 2001\n".encode("utf-16"))
    counts = BigramCounts.from_text(
        text,
        phrases=write("New York 1234\n", "phrases"),
        normalise=["lowercase", "digits"],
        encoding="utf-16",
    )
    assert dict(zip(counts.vocabulary, counts.unigram_counts, strict=True)) == {
        "new_york_0000": 2
    }
    assert counts.origin.phrases == ("New York 1234",)


def test_with_other_options():
    sentences = [TEXT.split()]
    counts = BigramCounts.from_sentences(
        sentences, phrases=PHRASES, vocabulary=["New_York", "saw"], skip_grams=3
    )
    assert plain(counts)["bigrams"] == {("saw", "New_York"): 1}  # three words apart
    counts = BigramCounts.from_sentences(sentences, phrases=PHRASES, stopwords=["saw"])
    assert list(counts.vocabulary) == ["New_York", "New_York_City", "and", "he"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("New York\n\nParis\n", ":3: expected two words or more, .*, got 'Paris'"),
        ("New_York\n", ":1: expected two words or more, .*, got 'New_York'"),
        (b"New \xff\n", ":1: expected .*UTF-8.*"),
        ("\n \n", None),
    ],
)
def test_errors_in_files(write, data, message):
    path = write(data, "phrases")
    whole = f"^{path}{message}" if message else "^phrases must be a list with at least"
    with pytest.raises(ValueError, match=whole):
        BigramCounts.from_sentences([["a"]], phrases=path)


@pytest.mark.parametrize(
    ("phrases", "error", "message"),
    [
        (["Paris"], ValueError, "phrases, each of two words or more"),
        (["a b", 7], TypeError, "phrases, each a string, got 7"),
        ([["New", "York"]], TypeError, "phrases, each a string"),
        ([], ValueError, "a list with at least one phrase, got 'none'"),
        (["a \ud800"], ValueError, "phrases, each without lone surrogates"),
        (7, TypeError, "a path or an iterable of phrases, got 7"),
    ],
)
def test_errors_in_lists(phrases, error, message):
    with pytest.raises(error, match=f"^phrases must be {message}"):
        BigramCounts.from_sentences([["a"]], phrases=phrases)


class TestFiles:
    def counts(self, phrases=PHRASES):
        sentences = map(str.split, ["a New York b", "a of the b"])
        return BigramCounts.from_sentences(sentences, phrases=phrases)

    def test_counts_keep_them(self, tmp_path):
        path = tmp_path / "counts.npz"
        self.counts().save(path)
        assert BigramCounts.load(path).origin.phrases == tuple(PHRASES)
        with np.load(path) as arrays:
            assert arrays["format_version"] == FORMAT_VERSION
        self.counts(None).save(path)
        with np.load(path) as arrays:
            assert arrays["format_version"] == 1
            assert "phrases" not in json.loads(str(arrays["origin"]))

    def test_models_keep_them(self, tmp_path):
        path = tmp_path / "model.npz"
        BrownClustering(2).fit(self.counts()).model_.save(path)
        assert BrownModel.load(path).origin.phrases == tuple(PHRASES)
        with np.load(path) as arrays:
            assert arrays["format_version"] == 3

    def test_only_counts_of_the_same_phrases_are_added(self):
        total = self.counts().merge(self.counts(PHRASES[::-1]))
        assert total.n_tokens == 2 * self.counts().n_tokens
        message = r"^phrases must be the same in both counts, 4 here, got \('of the',\)"
        with pytest.raises(ValueError, match=message):
            self.counts().merge(self.counts(["of the"]))

    @pytest.mark.parametrize("phrases", ["New York", ["York"], [7], {}])
    def test_others_in_a_file_are_an_error(self, phrases):
        record = json.loads(Origin().to_json()) | {"phrases": phrases}
        with pytest.raises(TypeError, match=r"^phrases must be a list of phrases, got"):
            Origin.from_dict(record)
