"""Lists of words to keep or to remove: what is in them, and how many words occur."""

import codecs
from collections import Counter

import numpy as np
import pytest

from brownclust import BigramCounts, BrownClustering
from brownclust.counting.word_list import ListUsage, WordList
from brownclust.text.text_format import TextFormat

TEXT = "Die Äpfel sind rot\ndie Äpfel sind reif\n"


def words_of(words, **options):
    return list(WordList("stopwords", words, TextFormat(**options)).words)


@pytest.mark.parametrize(
    "data",
    [
        "die\nÄpfel\n",
        "die\r\n\r\n  Äpfel \t\r\ndie",
        "\ufeffdie\nÄpfel\n\n\n",
        "\n\n\vdie\f\nÄpfel",
    ],
)
def test_one_word_a_line(write, data):
    assert words_of(write(data)) == ["die", "Äpfel"]


@pytest.mark.parametrize(
    ("data", "line", "shown"),
    [
        ("the\t500\na\t300\n", 1, r"the\\t500"),
        ("\r\nthe\r\nof the  \r\n", 3, "of the"),
        ("# English stop words\nthe\n", 1, "# English stop words"),
        ("the of and\n", 1, "the of and"),
        ("a\n" * 200_000 + "b c\n", 200_001, "b c"),
    ],
)
@pytest.mark.parametrize("option", ["stopwords", "vocabulary"])
def test_several_words_on_a_line(write, data, line, shown, option):
    path, text = write(data), write(TEXT, "text")
    counts = BigramCounts.from_text(text)
    message = f"^{path}:{line}: expected one word on a line, .*, got '{shown}'$"
    for count in (
        lambda **options: BigramCounts.from_text(text, **options),
        lambda **options: BigramCounts.from_sentences([["a"]], **options),
        counts.select,
        lambda **options: BrownClustering(2, **options).fit(counts),
    ):
        with pytest.raises(ValueError, match=message):
            count(**{option: path})


@pytest.mark.parametrize("option", ["stopwords", "vocabulary"])
@pytest.mark.parametrize(
    ("words", "kind", "rule"),
    [
        (["the cat"], ValueError, "words, each non-empty and without whitespace"),
        (["the", ""], ValueError, "words, each non-empty and without whitespace"),
        (["the\n"], ValueError, "words, each non-empty and without whitespace"),
        (["\ud800"], ValueError, "words, each without lone surrogates"),
        ([b"the"], TypeError, "words, each a string"),
        (["the", None], TypeError, "words, each a string"),
        ([["the"]], TypeError, "words, each a string"),
        (b"the", TypeError, "a path or an iterable of words"),
        (5, TypeError, "a path or an iterable of words"),
    ],
)
def test_words_of_python(option, words, kind, rule):
    for count in (
        lambda **options: BigramCounts.from_sentences([["the"]], **options),
        BigramCounts.from_sentences([["the"]]).select,
    ):
        with pytest.raises(kind, match=f"^{option} must be {rule}, got "):
            count(**{option: words})


@pytest.mark.parametrize(
    "words",
    [{"die", "Äpfel"}, ("die", "Äpfel"), np.array(["die", "Äpfel"]), iter(["Äpfel"])],
    ids=["set", "tuple", "array", "iterator"],
)
def test_iterables_of_words(words):
    counts = BigramCounts.from_sentences([TEXT.split()], stopwords=words)
    assert "Äpfel" not in list(counts.vocabulary)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8"])
def test_the_list_has_the_encoding_of_the_text(write, encoding):
    text, words = write(TEXT.encode(encoding), "text"), write("Äpfel".encode(encoding))
    counts = BigramCounts.from_text(text, stopwords=words, encoding=encoding)
    assert list(counts.vocabulary) == ["sind", "Die", "die", "reif", "rot"]
    every = BigramCounts.from_text(text, encoding=encoding)
    selected = every.select(stopwords=words, encoding=encoding)
    assert selected.vocabulary == counts.vocabulary
    fitted = BrownClustering(2, stopwords=words, encoding=encoding).fit(every)
    assert fitted.counts_.vocabulary == counts.vocabulary


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ("Die,500\nsind,3\n", 1),
        ("500;Die\n3;sind\n", 1),
        ("Die,sind,rot\n", 1),
        ('"Die"\n"sind"\n', 1),
        ('["Die","sind"]\n', 1),
        ('[\n"Die",\n"sind"\n]\n', 2),
    ],
)
@pytest.mark.parametrize("option", ["stopwords", "vocabulary"])
def test_commas_and_quotes_of_the_list_itself(write, data, number, option):
    """The words of such a list are in no text, so it would do nothing."""
    path = write(data)
    with pytest.raises(ValueError, match=f"^{path}:{number}: expected one word on a l"):
        BigramCounts.from_sentences([TEXT.split()], **{option: path})


def test_words_with_commas_and_quotes(write):
    path = write(
        "Äpfel\n1,5\n3,50\n,\n\"\n;\ndon't\n'n'\n1,3-diol\nthe|DT\na/b\n''\n``\n"
    )
    counts = BigramCounts.from_sentences([TEXT.split()], stopwords=path)
    assert counts.list_usage[0].n_words == 13
    counts = BigramCounts.from_sentences([["1,50", "€"]], vocabulary=write("1,50\n"))
    assert list(counts.vocabulary) == ["1,50"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "gb18030"])
def test_a_list_in_utf8_beside_a_text_that_is_not(write, encoding):
    text, words = write(TEXT.encode(encoding), "text"), write("Äpfel\n".encode())
    counts = BigramCounts.from_text(text, stopwords=words, encoding=encoding)
    assert "Äpfel" not in list(counts.vocabulary)
    assert counts.list_usage[0].n_found == 1


def test_a_list_in_another_encoding_than_the_text(write):
    counts = BigramCounts.from_sentences([TEXT.split()])
    path = write("Äpfel".encode("latin-1"))
    for count in (
        counts.select,
        lambda **options: BigramCounts.from_sentences([["a"]], **options),
    ):
        with pytest.raises(
            ValueError, match=rf"^{path}:1: expected UTF-8, got byte 0x"
        ):
            count(stopwords=path)
    with pytest.raises(ValueError, match="got what looks like UTF-16"):
        counts.select(stopwords=write(codecs.BOM_UTF16_LE + "a".encode("utf-16-le")))
    with pytest.raises(ValueError, match="expected text, got a NumPy array"):
        counts.select(vocabulary=write(b"\x93NUMPY\x01\0"))


def test_words_are_normalised_as_the_text_was(write):
    options = {"normalise": ["lowercase"]}
    counts = BigramCounts.from_sentences([TEXT.split()], **options)
    for words in (["DIE", "äpfel"], write("DIE\näpfel\n")):
        expected = BigramCounts.from_sentences(
            [TEXT.split()], stopwords=words, **options
        )
        assert list(expected.vocabulary) == ["sind", "reif", "rot"]
        assert counts.select(stopwords=words).vocabulary == expected.vocabulary


def test_words_of_counts_are_not_normalised_twice():
    """Lower case of J with a caron is not composed; normalising again composes it."""
    sentences = [["J\u030ca", "b", "c"]]
    counts = BigramCounts.from_sentences(sentences, normalise=["nfc", "lowercase"])
    assert "j\u030ca" in list(counts.vocabulary)
    kept = counts.select(vocabulary=["j\u030ca", "b"])
    assert sorted(kept.vocabulary) == ["b", "j\u030ca"]


class TestUsage:
    def test_numbers(self, write):
        words = write("die\nÄpfel\nBirnen\ndie\n")
        for counts in (
            BigramCounts.from_text(write(TEXT, "text"), stopwords=words),
            BigramCounts.from_sentences([TEXT.split()], stopwords=words),
            BigramCounts.from_sentences([TEXT.split()]).select(stopwords=words),
        ):
            assert counts.list_usage == (ListUsage("stopwords", 3, 2, 1),)

    def test_words_below_the_minimum_do_not_count(self):
        options = {"vocabulary": ["die", "Äpfel"], "stopwords": [], "min_count": 2}
        for counts in (
            BigramCounts.from_sentences([TEXT.split()], **options),
            BigramCounts.from_sentences([TEXT.split()]).select(**options),
        ):
            assert counts.list_usage == (
                ListUsage("vocabulary", 2, 1, 2),
                ListUsage("stopwords", 0, 0, 2),
            )

    def test_words_in_both_lists(self):
        options = {"vocabulary": ["sind", "die"], "stopwords": ["die", "x"]}
        for counts in (
            BigramCounts.from_sentences([TEXT.split()], **options),
            BigramCounts.from_sentences([TEXT.split()]).select(**options),
        ):
            assert [usage.n_found for usage in counts.list_usage] == [2, 1]
            assert list(counts.vocabulary) == ["sind"]

    def test_without_lists(self):
        assert BigramCounts.from_sentences([["a"]]).list_usage == ()

    def test_counts_of_a_counter_can_be_a_list(self):
        common = Counter(TEXT.split())
        counts = BigramCounts.from_sentences([TEXT.split()], vocabulary=common.keys())
        assert counts.list_usage == (ListUsage("vocabulary", 6, 6, 1),)
