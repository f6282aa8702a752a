"""Tokens, and the line of text that they make."""

import re
from typing import Any

from brownclust.text.characters import SPACES

_SPACE = re.compile(f"[{SPACES}]")


class NoToken(Exception):  # noqa: N818  # whoever catches it says what is wrong
    """What cannot be a token: which one it is, and what it must be."""

    def __init__(self, tokens: list[Any], index: int, rule: str) -> None:
        super().__init__(rule)
        self.token = tokens[index]
        self.index = index
        self.rule = rule


def join_tokens(tokens: list[Any]) -> str:
    """Return tokens as a line.

    Raises
    ------
    NoToken
        At the first that is no string, is empty or has white space in it.
    """
    try:
        line = " ".join(tokens) + "\n"
    except TypeError:
        other = next(i for i, token in enumerate(tokens) if not isinstance(token, str))
        raise NoToken(tokens, other, "a string") from None
    # One pass in C each: white space other than ours, or no token to separate.
    if not all(tokens) or _SPACE.search("".join(tokens)):
        wrong = next(
            i for i, token in enumerate(tokens) if not token or _SPACE.search(token)
        )
        raise NoToken(tokens, wrong, "non-empty and free of white space")
    return line
