"""Held-out text of commands that judge clusters."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brownclust.counting.options import Resources, keyword_names
from brownclust.text.encodings import UTF8
from brownclust.text.text_format import TextFormat

from .failures import Failure
from .options import Command, existing, number_option
from .progress import Progress, amount

if TYPE_CHECKING:
    from brownclust import BigramCounts
    from brownclust.tree.judging import HeldOut


def held_out_option(command: Command) -> Command:
    """Add ``--held-out``."""
    return click.option(
        "--held-out",
        callback=existing(patterns=True),
        metavar="TEXT2",
        help="Other text, or counts of it: report its perplexity under a class-bigram "
        "model of TEXT; lower is better. Smoothing: absolute discounting, interpolated "
        "with the frequencies of classes. Words of TEXT without a cluster form one "
        "class. Words that TEXT does not have cost the same under all clusterings: "
        "their probability is the fraction of tokens seen once. TEXT2 is counted as "
        "TEXT is, and must not be part of the text that was clustered.",
    )(command)


def hold_out_option(command: Command) -> Command:
    """Add ``--hold-out``."""
    return number_option(
        "--hold-out",
        minimum=2,
        help="Instead of --held-out: hold out every N-th line of TEXT (sentence, in "
        "CoNLL; record, in JSON lines) that has words, and cluster the other lines. "
        "Both parts are written to temporary files.",
    )(command)


def read_held_out(
    path: str, counts: "BigramCounts", options: dict[str, Any], *, progress: Progress
) -> "HeldOut":
    """Count a held-out text as another text was counted, and keep all its words.

    Parameters
    ----------
    path : str
        Text, or counts of it.
    counts : BigramCounts
        Counts of the other text.
    options : dict
        Those that `text_options` and `resource_options` add.
    progress : Progress
        Where to show it.
    """
    from brownclust import BigramCounts
    from brownclust.text.files import expand_paths
    from brownclust.tree.judging import HeldOut

    from .inputs import hold_ids, is_counts, load_counts

    if is_counts(path):
        return HeldOut(counts, load_counts(path))
    resources = {name: options[name] for name in keyword_names(Resources)}
    if hold_ids(expand_paths(path), options):
        ids = {name: options[name] for name in ("dtype", "separator", "field")}
        held_out = BigramCounts.from_ids(
            path, progress=progress, boundary=counts.boundary, **ids, **resources
        )
        return HeldOut(counts, held_out)
    keywords = _format_options(options) | resources
    keywords["normalise"] = counts.origin.normalise
    keywords["phrases"] = counts.origin.phrases or None
    held_out = BigramCounts.from_text(
        path, progress=progress, boundary=counts.boundary, **keywords
    )
    return HeldOut(counts, held_out)


@contextmanager
def split_lines(
    text: str, every: int, options: dict[str, Any]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Write the lines of a text to two temporary files.

    Parameters
    ----------
    text : str
        A file, folder or pattern, or ``-``; not counts.
    every : int
        Of the lines with words, each of this number goes to the second file.
    options : dict
        Those that `text_options` and `resource_options` add.

    Yields
    ------
    first, second : str
        The files; they are removed after the block.
    options : dict
        Options to read them.
    """
    import tempfile

    from brownclust._temporary import temporary_folder
    from brownclust.text.files import expand_paths
    from brownclust.text.text_blocks import read_whole_lines

    given = _format_options(options) | {"normalise": (), "phrases": None}
    parent = Path(options["temp_directory"] or tempfile.gettempdir())
    with temporary_folder(parent, "brownclust-held-out", mode=0o700) as folder:
        first, second = folder / "first.txt", folder / "second.txt"
        n_lines = 0
        with first.open("xb") as most, second.open("xb") as others:
            for path in expand_paths(text):
                for block in read_whole_lines(path, TextFormat(**given)):
                    lines = [line for line in bytes(block).split(b"\n") if line.strip()]
                    skipped = (every - 1 - n_lines) % every
                    held = lines[skipped::every]
                    n_lines += len(lines)
                    del lines[skipped::every]
                    most.writelines(line + b"\n" for line in lines)
                    others.writelines(line + b"\n" for line in held)
        if n_lines < every:
            lines_found = f"got {amount(n_lines, 'line')}"
            raise Failure(
                f"{text}: expected at least {every} lines with words, {lines_found}"
            )
        errors = options["encoding_errors"]
        as_utf8 = {
            "format": "text",
            "field": None,
            "comment": None,
            "lenient": False,
            "encoding": None,
            "encoding_errors": "surrogateescape"
            if errors == "surrogateescape"
            else "strict",
        }
        yield str(first), str(second), options | as_utf8


def _format_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of `TextFormat`, as it takes them."""
    from .inputs import text_field

    given = {name: options[name] for name in keyword_names(TextFormat)}
    given["encoding"] = options["encoding"] or UTF8
    given["field"] = text_field(options["format"], options["field"])
    return given


def held_out_note(name: str, text: "HeldOut") -> str:
    """Return a sentence about a held-out text."""
    unknown = text.n_unknown / text.n_scored
    return (
        f"Perplexity: of {name}, {amount(text.n_scored, 'word')}, of which "
        f"{unknown:.1%} are not in TEXT; lower is better."
    )
