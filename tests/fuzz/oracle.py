"""What may come of any file: a result, or an error of one line that names the file."""

import re

import click

_INTERNALS = re.compile(
    r"Traceback|has no attribute|object is not|NoneType|codec can't|broadcast|"
    r"unexpected keyword|positional argument|index out of range|invalid literal for|"
    r"not enough values|too many values|unhashable|<class '|numpy\.|Error\(|"
    r"cannot reshape|unsupported operand|maximum recursion|not supported between"
)
"""Words of Python's own errors, which mean nothing to a user."""


class FaultError(Exception):
    """A result that must not be, though nothing has raised an error."""


def describe(error):
    """Return the message of an error as a command prints it."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    return str(error)


def fault_of(error, names, options=()):
    """Return what is wrong with an error, or None.

    Parameters
    ----------
    error : BaseException
        What a command or function of the library has raised.
    names : collection of str
        The files that it was given; the message must have one.
    options : collection of str
        Options that were given; the message may begin with one instead.
    """
    if isinstance(error, FaultError):
        return str(error)
    kind = type(error).__name__
    message = describe(error)
    if not isinstance(error, ValueError | OSError | click.ClickException):
        return f"{kind}: {message}"
    return fault_of_message(message, names, options, kind)


def fault_of_message(message, names, options=(), kind="message"):
    """Return what is wrong with the message of an error, or None."""
    if len(message.splitlines()) != 1:
        return f"{kind} is not one line: {message}"
    if found := _INTERNALS.search(message):
        return f"{kind} shows internals ({found[0]}): {message}"
    is_of_option = message.partition(" must be ")[0] in options
    is_of_option |= ", as in the checkpoint, " in message  # of an option as recorded
    if not is_of_option and not any(name in message for name in names):
        return f"{kind} does not name the file: {message}"
    if any("\ud800" <= char <= "\udfff" for char in message):
        return f"{kind} has surrogates, which cannot be printed: {message!a}"
    return None


def signature(fault):
    """Return a fault without what differs between inputs, to group faults."""
    first = re.sub(r"got .*|: [\[{(].*", "…", fault.splitlines()[0], count=1)
    first = re.sub(r"/\S+/\S+", "PATH", first)
    first = re.sub(r"b?'[^']*'|\"[^\"]*\"", "'…'", first)
    return re.sub(r"0x[0-9a-f]+|-?\d+(\.\d+)?", "N", first)[:160]
