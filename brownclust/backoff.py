"""What to look up instead of a word that is not found."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from brownclust._validation import check_choice, must_be

_ASCII_DIGITS = str.maketrans("123456789", "0" * 9)
_DIGIT = re.compile(r"\d")
_URL = re.compile(r"^(?:https?://|ftp://|www\.)[^\n]+$", re.IGNORECASE | re.MULTILINE)
_USER = re.compile(r"^@\w+$", re.MULTILINE)


def _zero_digits(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII_DIGITS)
    return _DIGIT.sub("0", text)


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# Each takes words one a line, all at once: a call a word would be most of the time.
_CHANGES: dict[str, Callable[[str], str]] = {
    "lowercase": str.lower,
    "digits": _zero_digits,
    "nfc": _compose,
}
_CLASSES = {"urls": (_URL, "<url>"), "users": (_USER, "<user>")}
STEPS = (*_CHANGES, *_CLASSES)


@dataclass(frozen=True)
class BackOff:
    """A chain of forms to look up, each made from the one before, until one is found.

    Parameters
    ----------
    steps : iterable of str
        In order. ``"lowercase"``; ``"digits"``, every digit becomes 0; ``"nfc"``,
        Unicode's composed form; ``"urls"`` and ``"users"``, a web address or an
        @name becomes the word ``<url>`` or ``<user>``, or another that the clusters
        have, as in ``"users=<@MENTION>"``.

    Raises
    ------
    ValueError
        If there is no such step.

    Examples
    --------
    >>> BackOff(["lowercase", "digits"]).forms("May-1984")
    [('exact', 'May-1984'), ('lowercase', 'may-1984'), ('digits', 'may-0000')]
    """

    steps: tuple[str, ...] = ()

    def __init__(self, steps: Iterable[str] = ()) -> None:
        if isinstance(steps, str):
            raise TypeError(must_be("backoff", "a sequence of steps", steps))
        object.__setattr__(self, "steps", tuple(steps))
        for step in self.steps:
            name, equals, word = step.partition("=")
            check_choice("backoff", name, STEPS)
            if equals and (name not in _CLASSES or not word):
                rule = "a step, or urls=WORD or users=WORD"
                raise ValueError(must_be("backoff", rule, step))

    def forms(self, word: str) -> list[tuple[str, str]]:
        """Return the forms in order: pairs (step, form), from ("exact", word)."""
        forms = [("exact", word)]
        for step in self.steps:
            word = self.change(step, word)
            forms.append((step, word))
        return forms

    def change(self, step: str, text: str) -> str:
        """Return words, one a line, as one step makes them."""
        name, _, replacement = step.partition("=")
        if name in _CHANGES:
            return _CHANGES[name](text)
        pattern, usual = _CLASSES[name]
        return pattern.sub(lambda _: replacement or usual, text)
