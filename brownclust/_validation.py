"""The only place that words input errors.

Every message reads ``<name> must be <rule>, got <value>``.
"""

import operator
from typing import Any

MAXIMUM_SHOWN = 200  # a path fits


class NotFittedError(ValueError, AttributeError):
    """Raised when results are asked of an estimator before ``fit``."""


def shown(value: Any) -> str:
    """Return the value as an error message shows it: one line of ``repr``, cut."""
    text = " ".join(line.strip() for line in repr(value).splitlines())
    return text if len(text) <= MAXIMUM_SHOWN else text[: MAXIMUM_SHOWN - 1] + "…"


def must_be(name: str, rule: str, value: Any) -> str:
    """Return the one form of an input error."""
    return f"{name} must be {rule}, got {shown(value)}"


def check_integer(
    name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return ``value`` as an int within the given bounds.

    Raises
    ------
    TypeError
        If it is no integer (a bool is none).
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
    """Return ``value`` if it is one of ``choices``, else raise ``ValueError``."""
    if value not in choices:
        raise ValueError(must_be(name, "one of " + ", ".join(choices), value))
    return str(value)
