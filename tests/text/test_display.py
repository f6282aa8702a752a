import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.text.display import (
    clipped,
    clipped_middle,
    display_width,
    fitting_words,
    printable,
)

any_text = st.text(st.characters(exclude_categories=[]), max_size=12)


@given(any_text)
def test_nothing_controls_the_terminal(word):
    shown = printable(word)
    shown.encode("utf-8")
    assert all(c.isprintable() or c in "\u200c\u200d" for c in shown)
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("naïve", "naïve"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("caf\udce9", r"caf\xe9"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("می\u200cشوم", "می\u200cشوم"),
        ("a\xa0b", r"a\xa0b"),
    ],
)
def test_printable(word, shown):
    assert printable(word) == shown


def test_width():
    assert display_width("abc") == 3
    assert display_width("猫が") == 4
    assert display_width("e\u0301") == 1


@given(any_text.map(printable), st.integers(1, 15))
def test_clipped_text_fits(text, width):
    assert display_width(clipped(text, width)) <= width
    if display_width(text) <= width:
        assert clipped(text, width) == text


def test_clipped_in_the_middle():
    assert clipped_middle("0" * 9 + "1" * 9, 9) == "0000…1111"
    assert clipped_middle("0" * 9 + "1" * 9, 8) == "0000…111"
    assert clipped_middle("01", 2) == "01"


@given(st.lists(any_text.filter(bool), min_size=1, max_size=6), st.integers(2, 30))
def test_words_fit(words, width):
    line = fitting_words(words, width)
    assert line
    assert display_width(line) <= width
    assert (
        "".join(map(printable, words))
        .replace(" ", "")
        .startswith(line.replace(" ", "").rstrip("…")[:1])
    )


def test_only_words_that_fit_are_read():
    def words():
        yield from ("one", "two", "three")
        raise AssertionError

    assert fitting_words(words(), 8) == "one two"
