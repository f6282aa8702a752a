import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.text.characters import WHITESPACE
from brownclust.text.normalise import STEPS, Normaliser, apply_steps, check_steps

SEPARATORS = [separator.decode() for separator in WHITESPACE]
# Everything a step looks for or at, and characters that depend on their neighbours.
PIECES = [
    *("a", "Σ", "ς", "İ", "e", "é", "\u0301", "\u0345", "\u00ad", "'", "9", "٣", "²"),
    *("@", "_", "www.", "WWW.", "http://", "HTTPS://", "ftp://", "x", "/", "<", "\x00"),
    *("가", "\u11a8", "\u017f", "\u212a", "\u00a0", "\u2028", "\x1c", "\x85", "\udcff"),
]
tokens = st.lists(
    st.tuples(
        st.lists(st.sampled_from(PIECES), min_size=1).map("".join),
        st.sampled_from(SEPARATORS),
    )
)


@pytest.mark.parametrize(
    ("step", "token", "form"),
    [
        ("lowercase", "ÄRGER", "ärger"),
        ("lowercase", "ΟΔΟΣ", "οδος"),
        ("digits", "1984-07", "0000-00"),
        ("digits", "٣km²", "0km²"),
        ("nfc", "e\u0301", "é"),
        ("nfc", "\u212a", "K"),
        ("urls", "http://t.co/x?y=1", "<url>"),
        ("urls", "HTTPS://X.ORG", "<url>"),
        ("urls", "ftp://x", "<url>"),
        ("urls", "www.python.org", "<url>"),
        ("urls", "Www.python.org", "<url>"),
        ("urls", "https://", "https://"),
        ("urls", "http\u017f://x", "http\u017f://x"),
        ("urls", "see:http://x", "see:http://x"),
        ("urls", "(www.x.org)", "(www.x.org)"),
        ("urls", "awww.x", "awww.x"),
        ("users", "@guido_v", "<user>"),
        ("users", "@Ωmega9", "<user>"),
        ("users", "@", "@"),
        ("users", "a@b", "a@b"),
        ("users", "@a!", "@a!"),
        ("users", "@@a", "@@a"),
        ("users=<@MENTION>", "@guido", "<@MENTION>"),
        (r"urls=\1", "https://x.org", r"\1"),
        ("urls==", "https://x.org", "="),
    ],
)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_step(step, token, form, separator):
    assert apply_steps([step], token) == form
    text = separator.join(["x", token, token, "", "y", token])
    expected = separator.join(["x", form, form, "", "y", form])
    assert apply_steps([step], text) == expected


def test_each_step_changes_the_result_of_the_last():
    assert apply_steps(["users=X", "lowercase"], "A @b") == "a x"
    assert apply_steps(["lowercase", "users=X"], "A @b") == "a X"


@pytest.mark.parametrize("step", STEPS)
@given(tokens)
def test_a_token_depends_on_no_other(step, parts):
    apart = [(apply_steps([step], token), separator) for token, separator in parts]
    text = "".join(token + separator for token, separator in parts)
    together = "".join(token + separator for token, separator in apart)
    assert apply_steps([step], text) == together


@cache
def characters():
    """All but the separators: those that Unicode knows, a sixth, and the others.

    The others, private ones among them, have no case, are no digits and are made of no
    other characters.
    """
    known, unknown = [], []
    for character in map(chr, range(sys.maxunicode + 1)):
        is_known = unicodedata.category(character) not in {"Cn", "Co"}
        (known if is_known else unknown).append(character)
    return [c for c in known if c not in SEPARATORS], unknown


@pytest.mark.parametrize("step", STEPS)
def test_no_character_changes_how_its_neighbours_are_normalised(step):
    # Each has whitespace on both sides, and beyond that a letter whose lower case
    # depends on its neighbours.
    alone = {c: apply_steps([step], c) for c in characters()[0]}
    # No step makes whitespace, or removes a token.
    assert all(form and not set(form) & set(SEPARATORS) for form in alone.values())
    for separator in (" ", "\n"):
        between = f"{separator}ΟΣ{separator}"
        expected = apply_steps([step], between).join(alone.values())
        assert apply_steps([step], between.join(alone)) == expected


def test_unknown_characters_stay():
    text = " ".join(characters()[1])
    for step in STEPS:
        assert apply_steps([step], text) == text


@pytest.mark.parametrize(
    ("steps", "rule"),
    [
        (["upper"], "one of lowercase, digits, nfc, urls, users, got 'upper'"),
        ([""], "one of lowercase, digits, nfc, urls, users, got ''"),
        (["lowercase=x"], "a step, or urls=WORD or users=WORD, got 'lowercase=x'"),
        (["urls="], "a step, or urls=WORD or users=WORD, got 'urls='"),
        (["urls=a b"], "a step, or urls=WORD or users=WORD, got 'urls=a b'"),
        ("lowercase", "a sequence of steps, got 'lowercase'"),
        (None, "a sequence of steps, got None"),
        ([1], r"a sequence of steps, got \(1,\)"),
    ],
)
def test_wrong_steps(steps, rule):
    with pytest.raises((TypeError, ValueError), match=f"^option must be {rule}$"):
        check_steps("option", steps)


@pytest.mark.parametrize("encoding_errors", ["strict", "replace", "surrogateescape"])
@pytest.mark.parametrize("steps", [(), STEPS])
def test_bytes(steps, encoding_errors):
    normaliser = Normaliser(steps, encoding_errors=encoding_errors)
    for text in ("The 3 @cats\n", "İ 3 @Σ\n"):
        expected = apply_steps(steps, text)
        assert normaliser(bytearray(text, "utf-8")).decode() == expected
        assert normaliser.word(text) == expected


def test_bytes_that_are_not_utf8():
    text = bytearray(b"\xff3A \xc9\n")
    kept = Normaliser(["lowercase", "digits"], encoding_errors="surrogateescape")
    assert kept(text) == b"\xff0a \xc9\n"
    assert Normaliser(encoding_errors="surrogateescape")(text) == text
    assert Normaliser(encoding_errors="replace")(text).decode() == "\ufffd3A \ufffd\n"


def test_wrong_encoding_errors():
    with pytest.raises(ValueError, match=r"^encoding_errors must be one of"):
        Normaliser(encoding_errors="guess")
