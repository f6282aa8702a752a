"""Held-out text of commands that judge clusters."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brownclust.counting.options import Resources, keyword_names
from brownclust.text.encodings import UTF8
from brownclust.text.text_format import TextFormat

from .options import Command, existing
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
        "their probability is the fraction of tokens seen once. TEXT2 is counted as TEXT "
        "is, and must not be part of the text that was clustered.",
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
    from brownclust._archive import is_archive
    from brownclust.tree.judging import HeldOut

    from .inputs import text_field

    if Path(path).is_file() and is_archive(path):
        return HeldOut(counts, BigramCounts.load(path))
    names = keyword_names(TextFormat, Resources)
    keywords = {name: options[name] for name in names}
    keywords["encoding"] = options["encoding"] or UTF8
    keywords["field"] = text_field(options["format"], options["field"])
    keywords["normalise"] = counts.origin.normalise
    held_out = BigramCounts.from_text(
        path, progress=progress, boundary=counts.boundary, **keywords
    )
    return HeldOut(counts, held_out)


def held_out_note(name: str, text: "HeldOut") -> str:
    """Return a sentence about a held-out text."""
    unknown = text.n_unknown / text.n_scored
    return (
        f"Perplexity: of {name}, {amount(text.n_scored, 'word')}, of which "
        f"{unknown:.1%} are not in TEXT; lower is better."
    )
