"""Reading the input of commands: text, pairs or counts; word clusters."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brownclust._validation import must_be
from brownclust.counting.options import (
    ENCODING_OPTIONS,
    Neighbours,
    Resources,
    WordFilter,
    keyword_names,
)
from brownclust.text.encodings import UTF8
from brownclust.text.text_format import TextFormat

from .options import is_given, typed_name
from .progress import Progress, amount
from .text_options import text_options_of

if TYPE_CHECKING:
    from brownclust import BigramCounts, WordClusters
    from brownclust.counting.word_list import ListUsage
    from brownclust.text.column_format import ColumnFormat


def read_counts(
    inputs: tuple[str, ...],
    options: dict[str, Any],
    *,
    progress: Progress,
) -> "BigramCounts":
    """Count text or pairs, or load counts that ``brownclust count`` wrote.

    Several files of counts or pairs are added before words are removed.
    """
    from brownclust import BigramCounts
    from brownclust.text.files import expand_paths

    files = expand_paths(inputs)
    word_options = {name: options[name] for name in keyword_names(WordFilter)}
    encodings = {
        "encoding": options["encoding"] or UTF8,
        "encoding_errors": options["encoding_errors"],
    }
    resources = {name: options[name] for name in keyword_names(Resources)}
    are_counts = list(map(is_counts, files))
    if any(are_counts):
        if not all(are_counts):
            text = files[are_counts.index(False)]
            raise click.UsageError(
                f"TEXT must be all text or all counts, got both: {text!r} is text"
            )
        has_list = word_options["vocabulary"] or word_options["stopwords"]
        applicable = ENCODING_OPTIONS if has_list else ()
        _reject_text_options("counts made by brownclust count", applicable)
        tables = (load_counts(file) for file in files)
    elif options["pairs"]:
        of_pairs = ("pairs", "memory", "temp_directory", *ENCODING_OPTIONS)
        _reject_text_options("a table of pairs", of_pairs)
        del resources["threads"]
        tables = (
            BigramCounts.from_pairs(file, progress=progress, **encodings, **resources)
            for file in files
        )
    elif hold_ids(files, options):
        _reject_text_options("a corpus of integers", ID_OPTIONS)
        ids = ("dtype", "separator", "field", *keyword_names(Neighbours))
        counts = BigramCounts.from_ids(
            files,
            progress=progress,
            **{name: options[name] for name in ids if name in options},
            **word_options,
            **resources,
        )
        progress.say(*list_usage(counts.list_usage))
        return counts
    else:
        text_options = {
            name: options[name] for name in keyword_names(TextFormat, Neighbours)
        }
        text_options["format"] = _format_of(files, options["format"])
        text_options["field"] = text_field(text_options["format"], options["field"])
        counts = BigramCounts.from_text(
            files,
            progress=progress,
            **{**text_options, **encodings},
            **word_options,
            **resources,
        )
        progress.say(*list_usage(counts.list_usage))
        return counts
    counts = _sum_of(files, tables)
    if any(map(is_given, word_options)):
        if not is_given("encoding_errors"):
            encodings["encoding_errors"] = None  # depends on the counts
        counts = counts.select(**encodings, **word_options)
        progress.say(*list_usage(counts.list_usage))
    return counts


ID_OPTIONS = (
    *("dtype", "separator", "field", "memory", "temp_directory"),
    *keyword_names(Neighbours),
)
"""Options that apply to text, and to corpora of integers as well."""


def hold_ids(files: list[str], options: dict[str, Any]) -> bool:
    """Whether files are corpora of integers; options for these are errors otherwise."""
    from brownclust.text import id_corpus

    dtype, field = options.get("dtype"), options["field"]  # extend has only some
    may_be = options["format"] == "text" or dtype is not None
    if may_be and id_corpus.hold_ids(files, dtype=dtype, field=field):
        return True
    separator = options.get("separator")
    if separator is not None:
        raise click.UsageError(must_be("--separator", "left out for text", separator))
    return False


def _format_of(files: list[str], format: str) -> str:
    """Return the format, that of tables for files that are some."""
    from brownclust.text.table_files import has_tables

    return "arrow" if format == "text" and has_tables(files) else format


def is_counts(path: str) -> bool:
    """Whether a file has counts, as an archive or as text."""
    from brownclust._archive import is_archive
    from brownclust.counting.counts_text import is_counts_text

    return Path(path).is_file() and (is_archive(path) or is_counts_text(path))


def load_counts(path: str) -> "BigramCounts":
    """Load counts that ``brownclust count`` wrote."""
    from brownclust import BigramCounts
    from brownclust._archive import is_archive
    from brownclust.counting.counts_text import is_counts_text, read_counts_text

    if not is_archive(path) and is_counts_text(path):
        return read_counts_text(path)
    return BigramCounts.load(path)


def _sum_of(files: Iterable[str], tables: "Iterable[BigramCounts]") -> "BigramCounts":
    """Return the sum of counts; an error names the file that cannot be added."""
    total: BigramCounts | None = None
    for file, counts in zip(files, tables, strict=True):
        if total is None:
            total = counts
            continue
        try:
            total = total.merge(counts)
        except ValueError as error:
            reason = f"cannot be added to the counts before it: {error}"
            raise ValueError(f"{file}: {reason}") from None
    assert total is not None  # TEXT is at least one file
    return total


def list_usage(usages: "Iterable[ListUsage]") -> Iterator[str]:
    """Yield for each list a line that says how many of its words occurred."""
    names = {
        "phrases": "Phrases",
        "stopwords": "Stop words",
        "vocabulary": "Vocabulary",
    }
    listed = tuple(usages)
    options = {usage.option for usage in listed}
    for usage in listed:
        unit = "phrase" if usage.option == "phrases" else "word"
        name, total = names[usage.option], amount(usage.n_words, unit)
        how_often = f" {usage.min_count} times or more" if usage.min_count > 1 else ""
        if usage.option == "stopwords" and "vocabulary" in options:
            how_often += ", of the words in --vocabulary"
        if usage.n_found:
            yield f"{name}: {usage.n_found:,} of {total} occurred{how_often}"
        else:
            yield f"Warning: {name}: none of {total} occurred{how_often}"


def load_clusters(
    path: str, *, format: str | None = None, **options: Any
) -> tuple["WordClusters", list[str]]:
    """Load what ``cluster`` or ``convert`` wrote, or a text file.

    Parameters
    ----------
    path : str
        The folder or file.
    format : str, optional
        Format of a text file, detected if None.
    **options : bool or str
        How to read a text file: further options of `read_table`.

    Returns
    -------
    clusters : WordClusters
        The clusters.
    warnings : list of str
        Lines for the user: assumptions about a text file, and lines skipped.
    """
    from brownclust._archive import archive_kind
    from brownclust.clusters.word_clusters import WordClusters
    from brownclust.tree.formats import read_table

    if Path(path).is_dir() or archive_kind(path) is not None:
        if format is not None:
            rule = f"left out, since {path} is not text"
            raise click.UsageError(must_be("--from", rule, format))
        return WordClusters.load(path), []
    table = read_table(path, format, **options)
    warnings = [f"Warning: {path}: {warning}" for warning in table.warnings]
    warnings += [
        f"Warning: {path}: skipped {amount(number, 'line')}: {reason}"
        for reason, number in table.n_skipped.items()
    ]
    return WordClusters.from_table(table), warnings


def load_clusters_beside_text(
    path: str,
    format: str | None,
    column_format: "ColumnFormat",
    progress: Progress,
) -> "WordClusters":
    """Load clusters in UTF-8, or else in the encoding of a text; print warnings.

    The option ``--encoding`` is mainly that of the text. Clusters that are UTF-8 stay
    so: hardly any text in another encoding passes for it.
    """
    encoding, handler = column_format.encoding, column_format.encoding_errors
    try:
        strict = "strict" if encoding != UTF8 else handler
        clusters, warnings = load_clusters(path, format=format, encoding_errors=strict)
    except ValueError:
        if encoding == UTF8:
            raise
        clusters, warnings = load_clusters(
            path, format=format, encoding=encoding, encoding_errors=handler
        )
        progress.say(f"Warning: {path}: not UTF-8: read as {encoding}")
    progress.say(*warnings)
    return clusters


def text_field(format: str, field: str | None) -> int | str | None:
    """Return the field; in CoNLL it may be the number of a column."""
    from brownclust.text.column_format import COLUMN_FORMATS
    from brownclust.text.input_formats import check_field

    column: int | str | None = field
    if field is not None and format in COLUMN_FORMATS:
        with suppress(ValueError):
            column = int(field)
    try:
        return check_field(format, column)
    except ValueError as error:
        raise click.UsageError(f"--{error}") from None


def _reject_text_options(what: str, applicable: Iterable[str]) -> None:
    """Raise a usage error if an option is given that does not apply to the input."""
    context = click.get_current_context()
    of_text = {
        *keyword_names(TextFormat, Neighbours),
        *("pairs", "memory", "temp_directory", "dtype", "separator"),
    }.difference(applicable)
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in of_text and is_given(name):
            raise click.UsageError(
                f"{typed_name(parameter)} is for text; the input is {what}"
            )


def options_of_model(path: str) -> dict[str, Any]:
    """Return how the text of a model was counted, but for options that are given."""
    from brownclust import BrownModel
    from brownclust._archive import archive_kind
    from brownclust.tree.model import KIND

    if not Path(path).is_dir() and archive_kind(path) != KIND:
        return {}
    of_model = text_options_of(BrownModel.load(path))
    return {name: value for name, value in of_model.items() if not is_given(name)}
