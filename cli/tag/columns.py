"""Options for columns of files, which the commands of taggers share."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast

import click

from brownclust._validation import must_be
from brownclust.text.column_format import ColumnFormat

from ..failures import usage_errors
from ..options import Command, column_of, number_option, typed_name
from ..text_options import column_format_options

Names = tuple[str, ...] | None


def names_of(ctx: click.Context, param: click.Parameter, value: str | None) -> Names:
    """Return the names in a comma-separated list."""
    if value is None:
        return None
    names = tuple(name.strip() for name in value.split(","))
    if not all(names) or len({*map(str.lower, names)}) < len(names):
        rule = "distinct names such as word,pos,chunk"
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return names


def document_option(command: Command) -> Command:
    """Add the option for documents of files that do not mark them."""
    return number_option(
        "--document-sentences",
        help="Take each N sentences for a document, in files where no document begins "
        "with -DOCSTART-, # newdoc or #begin document.",
    )(command)


def column_options(*, tag: bool) -> Callable[[Command], Command]:
    """Return a decorator that adds the options for columns; ``--tag`` if `tag`.

    The command gets one parameter `column_format` for all of them but ``--tag``.
    """
    options = [
        click.option(
            "--columns",
            "names",
            callback=names_of,
            metavar="NAME,...",
            help="Names of the files' columns, in order, for use in templates and "
            "other options. CoNLL-U has its own names.",
        ),
        click.option(
            "--word",
            callback=column_of,
            metavar="COLUMN",
            help="Number or name of the word column.  [default: 1; FORM in CoNLL-U]",
        ),
    ]
    if tag:
        options.append(
            click.option(
                "--tag",
                callback=column_of,
                metavar="COLUMN",
                help="Number or name of the tag column.  [default: the last; UPOS in "
                "CoNLL-U]",
            )
        )

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_columns(
            *, column_format: ColumnFormat, names: Names, word: Any, **others: Any
        ) -> Any:
            with usage_errors():
                chosen = replace(column_format, names=names, word=word)
            return command(column_format=chosen, **others)

        decorated = column_format_options(cast(Command, with_columns))
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate
