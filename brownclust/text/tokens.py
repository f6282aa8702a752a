"""Join tokens to a line of text, and say why a value cannot be a token."""

import re
from typing import Any

from brownclust.text.characters import WHITESPACE_CHARACTERS

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
