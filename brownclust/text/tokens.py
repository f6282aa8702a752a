"""Join tokens to a line of text, and say why a value cannot be a token."""

import re
from typing import Any

from brownclust.text.characters import WHITESPACE_CHARACTERS

_find_words = re.compile(f"[^{WHITESPACE_CHARACTERS}]+").findall
_find_space = re.compile(f"[{WHITESPACE_CHARACTERS}]").search


class TokenError(Exception):
    """Raised when a value cannot be a token; the caller writes the message for users.

    Attributes
    ----------
    token : object
        The value.
    rule : str
        What a token must be.
    """

    def __init__(self, token: Any, rule: str) -> None:
        super().__init__(rule)
        self.token = token
        self.rule = rule


def join_tokens(tokens: list[Any]) -> str:
    """Return tokens as a line of text, separated by spaces.

    Raises
    ------
    TokenError
        For the first that is not a string, is empty or has whitespace in it.
    """
    try:
        line = " ".join(tokens) + "\n"
    except TypeError:
        token = next(token for token in tokens if not isinstance(token, str))
        raise TokenError(token, "a string") from None
    # Two passes in C find out whether there is any; a third finds which one.
    if not all(tokens) or _find_space("".join(tokens)):
        token = next(token for token in tokens if not token or _find_space(token))
        raise TokenError(token, "non-empty and without whitespace")
    return line


def join_words(tokens: list[Any]) -> str:
    """Return tokens as a line of text, each as one word; see `word_of`.

    Raises
    ------
    TokenError
        For the first that is not a string, or has nothing but whitespace.
    """
    try:
        return join_tokens(tokens)
    except TokenError as error:
        if not isinstance(error.token, str):
            raise
    words = list(map(word_of, tokens))
    if not all(words):
        raise TokenError(tokens[words.index("")], "non-empty")
    return join_tokens(words)


def word_of(token: str) -> str:
    r"""Return the word that a token is counted and looked up as.

    ASCII whitespace inside it becomes an underscore, so that it stays one word: text
    has no words with whitespace. Other whitespace is a part of words.

    Examples
    --------
    >>> word_of("xe máy"), word_of("20\u00a0000")
    ('xe_máy', '20\xa0000')
    """
    return "_".join(_find_words(token))


def is_phrase(phrase: Any) -> bool:
    """Whether a value is a string of two words or more."""
    return isinstance(phrase, str) and len(_find_words(phrase)) > 1
