"""Lexicons: files, matches against plain Python, and errors."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.clusters.backoff import BackOff
from brownclust.tagger import Lexicon
from brownclust.tagger.lexicons import MAX_TYPES, MAX_WORDS, Matcher, check_lexicons

LEXICON = Lexicon({"city": ["New  York ", "Oslo"], "paper": ["New York Times", "Oslo"]})
FOLDED = BackOff(["lowercase", "digits"])


def match(lexicon, text, backoff=FOLDED):
    [found] = Matcher(lexicon, backoff).match([text.split()])
    return [value or "-" for value in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in Oslo .", "- U-city|paper -"),
        ("NEW YORK", "B-city L-city"),
        ("the new York times Oslo", "- B-paper I-paper L-paper U-city|paper"),
        ("New New York", "- B-city L-city"),
        ("New York Time", "B-city L-city -"),
        ("New", "-"),
        ("", ""),
    ],
)
def test_longest_matches_from_left_to_right(text, expected):
    assert match(LEXICON, text) == expected.split()


def test_words_are_compared_after_the_steps_of_the_backoff():
    lexicon = Lexicon({"road": ["Route 66"]})
    assert match(lexicon, "route 10") == ["B-road", "L-road"]
    assert match(lexicon, "Route 66", BackOff()) == ["B-road", "L-road"]
    assert match(lexicon, "route 66", BackOff()) == ["-", "-"]


def test_words_with_any_characters():
    [found] = Matcher(LEXICON, FOLDED).match(
        [["Os\nlo", "Oslo", "", "New York", "x y"]]
    )
    assert found == [None, "U-city|paper", None, None, None]


@given(st.data())
def test_matches(data):
    words = st.lists(st.sampled_from("ab"), min_size=1, max_size=4)
    phrases = data.draw(st.lists(words, min_size=1, max_size=6))
    sentence = data.draw(st.lists(st.sampled_from("abc"), max_size=12))
    [found] = Matcher(Lexicon({"x": map(" ".join, phrases)}), FOLDED).match([sentence])
    expected = [None] * len(sentence)
    at = 0
    while at < len(sentence):
        lengths = [len(p) for p in phrases if sentence[at : at + len(p)] == p]
        size = max(lengths, default=0)
        if size == 1:
            expected[at] = "U-x"
        elif size:
            expected[at : at + size] = ["B-x", *["I-x"] * (size - 2), "L-x"]
        at += max(size, 1)
    assert found == expected


def test_arrays_restore_a_lexicon():
    again = Lexicon.from_arrays(LEXICON.arrays())
    assert again.phrases == LEXICON.phrases
    assert again.phrases == ["New York", "Oslo", "New York Times", "Oslo"]
    assert again.types == ["city", "paper"]
    assert again.type_numbers.tolist() == [0, 0, 1, 1]
    assert repr(again) == "Lexicon(4 phrases of 2 types)"


# --- Files ----------------------------------------------------------------------


def test_files(tmp_path):
    path = tmp_path / "places.TXT"
    path.write_bytes("\ufeffOslo\r\n\nNew York\tcity\n# one\n".encode())
    lexicon = Lexicon.read(path)
    assert lexicon.phrases == ["Oslo", "New York", "# one"]
    types = [lexicon.types[i] for i in lexicon.type_numbers]
    assert types == ["places", "city", "places"]


def test_encodings(tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes("Zoë".encode("latin-1"))
    assert Lexicon.read(path, encoding="latin-1").phrases == ["Zoë"]
    with pytest.raises(ValueError, match=r"names\.txt"):
        Lexicon.read(path)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "", "expected a phrase per line, got ''"),
        ("\n \n", "", "expected a phrase per line, got ''"),
        ("a\n\nb\tc\td\n", ":3", "expected a phrase, or a phrase, a tab and its type"),
        ("\tx", ":1", f"expected a phrase of 1 to {MAX_WORDS} words, got"),
        ("a\n" + "b " * 51, ":2", f"expected a phrase of 1 to {MAX_WORDS} words, got"),
        ("a\t \n", ":1", "expected a phrase with a type, got"),
        (
            "".join(f"a\t{i}\n" for i in range(MAX_TYPES + 1)),
            f":{MAX_TYPES + 1}",
            f"expected a phrase with one of at most {MAX_TYPES} types, got",
        ),
    ],
)
def test_wrong_files(tmp_path, text, place, message):
    path = tmp_path / "names.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{re.escape(f'{path}{place}: {message}')}"):
        Lexicon.read(path)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        check_lexicons([tmp_path / "none.txt"])


# --- From Python ----------------------------------------------------------------


def test_several_lexicons_become_one(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text("Times\n")
    joined = check_lexicons([LEXICON, path])
    assert joined.phrases == [*LEXICON.phrases, "Times"]
    assert joined.types == ["city", "paper"]
    assert check_lexicons([LEXICON]) is LEXICON
    assert check_lexicons(()) is None


@pytest.mark.parametrize(
    ("phrases", "error", "message"),
    [
        (["Oslo"], TypeError, r"^phrases must be a mapping of types to phrases, got"),
        ({"city": "Oslo"}, TypeError, r"^phrases\['city'\] must be a list of str, got"),
        ({"city": [1]}, TypeError, r"^phrases\['city'\]\[0\] must be a string"),
        ({1: ["Oslo"]}, TypeError, r"^phrases\[1\]\[0\] must be a string, as its type"),
        ({}, ValueError, r"^phrases must be at least one phrase, got"),
        (
            {"city": [" "]},
            ValueError,
            r"^phrases\['city'\] must be a phrase of 1 to 50",
        ),
        ({" ": ["Oslo"]}, ValueError, r"^phrases\[' '\] must be a phrase with a type"),
    ],
)
def test_wrong_phrases(phrases, error, message):
    with pytest.raises(error, match=message):
        Lexicon(phrases)


@pytest.mark.parametrize(
    ("lexicons", "message"),
    [
        ("cities.txt", r"^lexicons must be a sequence of Lexicon or paths, got"),
        (LEXICON, r"^lexicons must be a sequence of Lexicon or paths, got"),
        ([{"city": ["Oslo"]}], r"^lexicons\[0\] must be a Lexicon or a path, got"),
    ],
)
def test_wrong_lexicons(lexicons, message):
    with pytest.raises(TypeError, match=message):
        check_lexicons(lexicons)
