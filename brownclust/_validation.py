"""The wording of input errors, and the simplest checks; every module may use it.

Messages read ``<name> must be <rule>, got <value>``, or for a place in a file
``<path>:<line>: expected <rule>, got <value>``.
"""

import operator
from typing import Any

_MAX_SHOWN = 200
"""Characters of a value in a message: most paths fit."""


class NotFittedError(ValueError, AttributeError):
    """Raised when an estimator is used before ``fit``."""


def shown(value: Any) -> str:
    """Return a value as messages show it: its ``repr`` on one line, truncated."""
    return on_one_line(repr(value))


def on_one_line(text: str) -> str:
    """Return text as messages have it: on one line, printable, truncated."""
    text = " ".join(line.strip() for line in text.splitlines())
    text = text.encode("utf-8", "backslashreplace").decode()  # escapes surrogates
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def must_be(name: str, rule: str, value: Any) -> str:
    """Return the message of an error in an argument or option.

    Parameters
    ----------
    name : str
        The argument or option, as the user typed it.
    rule : str
        What it must be.
    value : object
        What it is.
    """
    return f"{name} must be {rule}, got {shown(value)}"


def expected(place: str, rule: str, value: Any) -> str:
    """Return the message of an error in a file.

    Parameters
    ----------
    place : str
        ``path:line``.
    rule : str
        What must be there.
    value : object
        What is there.
    """
    return f"{place}: expected {rule}, got {shown(value)}"


def needs_extra(what: str, package: str, extra: str) -> str:
    """Return the message of an error where an optional package is not installed.

    Parameters
    ----------
    what : str
        What needs it.
    package : str
        The package.
    extra : str
        The extra of ours that installs it.
    """
    return f"{what} needs {package}; run: pip install 'brownclust[{extra}]'"


def check_integer(
    name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return a value as an int.

    Parameters
    ----------
    name : str
        The argument, for the message.
    value : object
        An int, or of a type that can be used as one, such as NumPy's.
    minimum, maximum : int, optional
        Its bounds.

    Raises
    ------
    TypeError
        If it is not an integer; a bool does not count as one.
    ValueError
        If it is out of bounds.
    """
    if isinstance(value, bool):
        raise TypeError(must_be(name, "an integer", value))
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(must_be(name, "an integer", value)) from None
    if minimum is not None and number < minimum:
        raise ValueError(must_be(name, f"at least {minimum}", value))
    if maximum is not None and number > maximum:
        raise ValueError(must_be(name, f"at most {maximum}", value))
    return number


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return a value if it is one of `choices`, else raise ``ValueError``."""
    if value not in choices:
        raise ValueError(must_be(name, "one of " + ", ".join(choices), value))
    return str(value)
