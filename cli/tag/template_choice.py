"""The templates and columns that ``--preset``, ``--templates`` and ``--use`` choose."""

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
    encoding: str,
) -> tuple[list["Template"], tuple[str, ...]]:
    """Return the templates, and the columns of a token that they need.

    Parameters
    ----------
    preset : str
        Name of a preset.
    path : str, optional
        File of templates, in place of the preset.
    use : tuple of str
        Names of further columns.
    clusters : bool
        Whether there are clusters.
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
            found = columns_of(parse_templates(f"{name}[0]"))
        except ValueError:
            found = []
        if found != [name]:
            rule = "the name of a column, not an attribute of words such as lower"
            raise click.UsageError(must_be("--use", rule, name))
    if path is None:
        columns = tuple(dict.fromkeys(use))
        return preset_templates(preset, columns, clusters=clusters), ("word", *columns)
    templates = read_templates(path, encoding)
    return templates, ("word", *dict.fromkeys((*columns_of(templates), *use)))
