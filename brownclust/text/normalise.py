"""Steps that make one word of several, for counting and for looking words up.

A step changes each token on its own. So it takes any number of them at once, parted
by ASCII white space, words one a line as well as running text: a call for each would
be most of the time.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from brownclust._validation import check_choice, must_be
from brownclust.text.characters import ENCODING_ERRORS, SPACES

_ASCII_DIGITS = str.maketrans("123456789", "0" * 9)
_DIGIT = re.compile(r"\d")
# What each begins with is looked for by itself, as that is many times faster; then
# that it begins a token.
_URL = re.compile(
    rf"[fhwFHW](?<![^{SPACES}].)"
    rf"(?ai:(?<=f)tp://|(?<=h)ttps?://|(?<=w)ww\.)[^{SPACES}]+"
)
_USER = re.compile(rf"@(?<![^{SPACES}].)\w+(?![^{SPACES}])")


def _zero_digits(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII_DIGITS)
    return _DIGIT.sub("0", text)


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _replace_urls(text: str, word: str) -> str:
    if "://" not in text and "www." not in text.lower():  # twice as fast to see
        return text
    return _URL.sub(lambda _: word, text)


def _replace_users(text: str, word: str) -> str:
    return _USER.sub(lambda _: word, text)


_CHANGES: dict[str, Callable[[str], str]] = {
    "lowercase": str.lower,
    "digits": _zero_digits,
    "nfc": _compose,
}
_CLASSES = {"urls": (_replace_urls, "<url>"), "users": (_replace_users, "<user>")}
STEPS = (*_CHANGES, *_CLASSES)
"""``"lowercase"``; ``"digits"``, every digit becomes 0; ``"nfc"``, Unicode's composed
form; ``"urls"`` and ``"users"``, a web address or an @name becomes the word ``<url>``
or ``<user>``, or another, as in ``"users=<@MENTION>"``."""


def check_steps(option: str, steps: Iterable[str]) -> tuple[str, ...]:
    """Return the steps, if that is what they are.

    Parameters
    ----------
    option : str
        What an error calls them.
    steps : iterable of str
        Names out of `STEPS`, the last two perhaps with ``=WORD``.

    Raises
    ------
    TypeError
        If they are a single string, or not strings.
    ValueError
        If there is no such step, or a word is none.
    """
    rule = "a sequence of steps"
    if isinstance(steps, str) or not isinstance(steps, Iterable):
        raise TypeError(must_be(option, rule, steps))
    checked = tuple(steps)
    for step in checked:
        if not isinstance(step, str):
            raise TypeError(must_be(option, rule, checked))
        name, equals, word = step.partition("=")
        check_choice(option, name, STEPS)
        is_word = re.fullmatch(f"[^{SPACES}]+", word)
        if equals and (name not in _CLASSES or not is_word):
            rule = "a step, or urls=WORD or users=WORD"
            raise ValueError(must_be(option, rule, step))
    return checked


def apply_steps(steps: Iterable[str], text: str) -> str:
    """Return a text as steps make it, each going on from the one before.

    Parameters
    ----------
    steps : iterable of str
        As `check_steps` returned them.
    text : str
        Tokens, parted by ASCII white space, which stays as it is.

    Examples
    --------
    >>> apply_steps(["lowercase", "digits", "users"], "In 1984 @Orwell")
    'in 0000 <user>'
    """
    for step in steps:
        name, _, word = step.partition("=")
        if name in _CHANGES:
            text = _CHANGES[name](text)
        else:
            replace, usual = _CLASSES[name]
            text = replace(text, word or usual)
    return text


class Normaliser:
    """What is done to every stretch of text before it is counted.

    Parameters
    ----------
    steps : iterable of str
        In order; see `check_steps`.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are no UTF-8: raise, keep them as they are, put
        U+FFFD in their place, or drop them.
    """

    def __init__(
        self, steps: Iterable[str] = (), *, encoding_errors: str = "strict"
    ) -> None:
        self.steps = check_steps("normalise", steps)
        self.encoding_errors = check_choice(
            "encoding_errors", encoding_errors, ENCODING_ERRORS
        )

    def __call__(self, text: bytearray) -> bytearray:
        """Return the normalised text.

        The text must begin and end at white space, which no character and no step
        reaches across. With ``encoding_errors="strict"`` it must be UTF-8.
        """
        keeps_bytes = not self.steps
        if keeps_bytes and (
            self.encoding_errors in {"strict", "surrogateescape"} or text.isascii()
        ):
            return text
        decoded = apply_steps(self.steps, text.decode("utf-8", self.encoding_errors))
        return bytearray(decoded, "utf-8", "surrogateescape")

    def word(self, word: str) -> str:
        """Return a word as it comes out of a normalised text."""
        return apply_steps(self.steps, word)

    def record(self) -> dict[str, Any]:
        """Return the options, for the record."""
        return {"normalise": list(self.steps), "encoding_errors": self.encoding_errors}
