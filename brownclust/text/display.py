"""Words as a person reads them: printable, and as wide as there are columns for."""

import unicodedata
from collections.abc import Iterable

_JOINERS = "\u200c\u200d"
"""Invisible, but letters of some scripts, and emoji, take another form beside them."""

ELLIPSIS = "…"


def printable(word: str) -> str:
    r"""Return a word with escapes for what cannot be printed.

    Parameters
    ----------
    word : str
        Any word: with control characters, or with escaped surrogates for bytes that are
        not UTF-8.

    Returns
    -------
    str
        A string that is valid UTF-8, and that cannot control a terminal.

    Examples
    --------
    >>> printable("naïve"), printable("\x1b[31m"), printable("caf\udce9")
    ('naïve', '\\x1b[31m', 'caf\\xe9')
    """
    if word.isprintable():
        return word
    return "".join(
        character if character.isprintable() or character in _JOINERS else _escape(code)
        for character, code in zip(word, map(ord, word), strict=True)
    )


def _escape(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:  # a byte
        return f"\\x{code - 0xDC00:02x}"
    return chr(code).encode("unicode_escape").decode("ascii")


def display_width(text: str) -> int:
    """Return how many columns of a terminal printable text takes.

    Parameters
    ----------
    text : str
        Text on one line. Chinese, Japanese and Korean characters take two columns,
        combining characters none.
    """
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 1 + (unicodedata.east_asian_width(character) in "WF")


def clipped(text: str, width: int) -> str:
    """Return text that takes at most `width` columns, with an ellipsis if it is cut."""
    if display_width(text) <= width:
        return text
    kept = ""
    left = width - 1
    for character in text:
        left -= _character_width(character)
        if left < 0:
            break
        kept += character
    return kept + ELLIPSIS


def clipped_middle(text: str, width: int) -> str:
    """Return ASCII text of at most `width` characters, both its ends if it is cut."""
    if len(text) <= width:
        return text
    end = (width - 1) // 2
    return text[: width - 1 - end] + ELLIPSIS + text[len(text) - end :]


def fitting_words(words: Iterable[str], width: int) -> str:
    """Return as many of the first words as fit, at least one, separated by spaces.

    Parameters
    ----------
    words : iterable of str
        Any words, read only as far as they fit.
    width : int
        The number of columns. A first word that is wider is clipped.
    """
    line = ""
    left = width
    for word in map(printable, words):
        if not line:
            line = clipped(word, max(width, 2))
            left -= display_width(line)
            continue
        left -= 1 + display_width(word)
        if left < 0:
            break
        line += f" {word}"
    return line
