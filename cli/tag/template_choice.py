"""The templates and columns that ``--preset``, ``--templates`` and ``--use`` choose."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from brownclust._validation import must_be

if TYPE_CHECKING:
    from brownclust.tagger.templates import Template


def templates_and_columns(
    preset: str,
    path: str | None,
    use: tuple[str, ...],
    *,
    clusters: bool,
    lexicons: bool,
    names: Sequence[str] | None,
    encoding: str,
) -> tuple[list["Template"], tuple[str, ...]]:
    """Return the templates, and the columns of a token that they need.

    Those of a preset may need documents: leave these out if the data have none.

    Parameters
    ----------
    preset : str
        Name of a preset.
    path : str, optional
        File of templates, in place of the preset.
    use : tuple of str
        Names of further columns.
    clusters, lexicons : bool
        Whether there are clusters, and lexicons.
    names : sequence of str, optional
        Names of the data's columns.
    encoding : str
        That of the data; the file of templates may also be in UTF-8.
    """
    from brownclust.tagger.templates import (
        columns_of,
        parse_templates,
        preset_templates,
        read_templates,
    )

    for name in use:
        try:
            found = columns_of(parse_templates(f"{name}[0]"), use)
        except ValueError:
            found = []
        if found != [name]:
            rule = "the name of a column, not an attribute of words such as lower"
            raise click.UsageError(must_be("--use", rule, name))
    if path is None:
        columns = tuple(dict.fromkeys(use))
        chosen = preset_templates(
            preset, columns, clusters=clusters, documents=True, lexicons=lexicons
        )
        return chosen, ("word", *columns)
    templates = read_templates(path, encoding)
    further = columns_of(templates, (*(names or ()), *use))
    return templates, ("word", *dict.fromkeys((*further, *use)))
