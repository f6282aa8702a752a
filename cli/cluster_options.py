"""Options of commands that read word clusters."""

import textwrap

import click

from brownclust.tree.formats.format_table import FORMAT_TABLE, FORMATS

from .options import MAX_NUMBER, Command, at_least


def from_option(command: Command) -> Command:
    """Add ``--from``."""
    return click.option(
        "--from",
        "source_format",
        type=click.Choice(FORMATS),
        help="Format of the word clusters, if they are text: one of those that convert "
        "--help describes.  [default: detected]",
    )(command)


def lenient_option(command: Command) -> Command:
    """Add ``--lenient``."""
    return click.option(
        "--lenient",
        is_flag=True,
        help="Skip lines that cannot be read, and report how many, instead of "
        "stopping. Lines whose fields are not separated as in most lines are read.",
    )(command)


def formats_help() -> str:
    """Return a description of all formats, for the end of a help page."""
    lines = ["\b", "Formats:"]
    for name, format in FORMAT_TABLE.items():
        lines.append(f"  {name:12}{format.example}")
        indent = " " * 14
        lines += textwrap.wrap(
            format.programs, 78, initial_indent=indent, subsequent_indent=indent
        )
    return "\n".join(lines)


def offset_option(command: Command) -> Command:
    """Add ``--offset``."""
    return click.option(
        "--offset",
        callback=at_least(-MAX_NUMBER),
        default="0",
        show_default=True,
        metavar="N",
        help="Number to add to the number of each class, such as 1 to number from 1. "
        "Of classes without a tree, it is added to names that are numbers, and may be "
        "negative.",
    )(command)
