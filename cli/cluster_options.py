"""Options of commands that read word clusters."""

import click

from .options import MAX_NUMBER, Command, at_least

# A copy of tree.formats.FORMATS, too slow to import for --help; a test compares.
FORMATS = (
    "paths",
    "snips",
    "alexclark",
    "clustercat",
    "srilm",
    "jsonl",
    "spacy",
    "word2vec",
)


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
