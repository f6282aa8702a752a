"""Normalisation steps, such as lower case, for counting and for looking up words.

A step changes each token on its own, independently of its neighbours. So it is given
many tokens at once, separated by ASCII whitespace, running text or a word a line: a
call for each token would take most of the time. `TextFormat` has the steps for text,
`brownclust.clusters.backoff` those for unknown words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

from brownclust._validation import check_choice, must_be
from brownclust.text.characters import ENCODING_ERRORS, WHITESPACE_CHARACTERS

_ASCII_DIGITS = str.maketrans("123456789", "0" * 9)
_DIGIT = re.compile(r"\d")
_NOT_SPACE = f"[^{WHITESPACE_CHARACTERS}]"
# Each pattern begins with its first character, which Python's engine finds many times
# faster than an assertion; a look-behind then checks that a token begins there.
_URL = re.compile(
    rf"[fhwFHW](?<!{_NOT_SPACE}.)"
    rf"(?ai:(?<=f)tp://|(?<=h)ttps?://|(?<=w)ww\.){_NOT_SPACE}+"
)
_USER = re.compile(rf"@(?<!{_NOT_SPACE}.)\w+(?!{_NOT_SPACE})")


def _zero_digits(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII_DIGITS)
    return _DIGIT.sub("0", text)


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _replace_urls(text: str, word: str) -> str:
    if "://" not in text and "www." not in text.lower():  # twice as fast
        return text
    return _URL.sub(lambda _: word, text)


def _replace_users(text: str, word: str) -> str:
    return _USER.sub(lambda _: word, text)


_FUNCTIONS: dict[str, Callable[[str], str]] = {
    "lowercase": str.lower,
    "digits": _zero_digits,
    "nfc": _compose,
}
_PLACEHOLDERS = {"urls": (_replace_urls, "<url>"), "users": (_replace_users, "<user>")}
STEPS = (*_FUNCTIONS, *_PLACEHOLDERS)
"""Names of all steps.

``"lowercase"``, Unicode's lower case; ``"digits"``, every digit becomes 0; ``"nfc"``,
Unicode's composed form; ``"urls"`` and ``"users"``, a web address or an @name becomes
the word ``<url>`` or ``<user>``, or another, as in ``"users=<@MENTION>"``.
"""


def check_steps(option: str, steps: Iterable[str]) -> tuple[str, ...]:
    """Return steps as a tuple, after checking them.

    Parameters
    ----------
    option : str
        Name of the argument in errors.
    steps : iterable of str
        Names from `STEPS`; ``urls`` and ``users`` may be followed by ``=WORD``.

    Raises
    ------
    TypeError
        If they are a single string, or not strings.
    ValueError
        If a step does not exist, or a word is empty or has whitespace in it.
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
        is_word = re.fullmatch(f"{_NOT_SPACE}+", word)
        if equals and (name not in _PLACEHOLDERS or not is_word):
            rule = "a step, or urls=WORD or users=WORD"
            raise ValueError(must_be(option, rule, step))
    return checked


def apply_steps(steps: Iterable[str], text: str) -> str:
    """Apply steps to a text, one after the other.

    Parameters
    ----------
    steps : iterable of str
        As `check_steps` returned them.
    text : str
        Tokens separated by ASCII whitespace, which does not change.

    Examples
    --------
    >>> apply_steps(["lowercase", "digits", "users"], "In 1984 @Orwell")
    'in 0000 <user>'
    """
    for step in steps:
        name, _, word = step.partition("=")
        if name in _FUNCTIONS:
            text = _FUNCTIONS[name](text)
        else:
            replace, placeholder = _PLACEHOLDERS[name]
            text = replace(text, word or placeholder)
    return text


class Normaliser:
    """The changes that blocks of text go through before they are counted.

    Parameters
    ----------
    steps : iterable of str
        In order; see `check_steps`.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not UTF-8: keep them as they are, replace them by
        U+FFFD, or drop them. With "strict", there must be none.

    Raises
    ------
    TypeError, ValueError
        If a value is not one of these.
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

        Parameters
        ----------
        text : bytearray
            Whole tokens: no character and no step reaches across whitespace, so a text
            can be normalised block by block. With ``encoding_errors="strict"`` it must
            be UTF-8.

        Returns
        -------
        bytearray
            The same object if nothing changes.
        """
        if not self.steps and (
            self.encoding_errors in {"strict", "surrogateescape"} or text.isascii()
        ):
            return text
        decoded = apply_steps(self.steps, text.decode("utf-8", self.encoding_errors))
        return bytearray(decoded, "utf-8", "surrogateescape")

    def word(self, word: str) -> str:
        """Return a word as it is in a normalised text."""
        return apply_steps(self.steps, word)
