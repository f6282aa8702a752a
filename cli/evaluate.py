"""``brownclust evaluate``: clusterings of any program, judged in one table."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brownclust.text.column_format import ColumnFormat
from brownclust.text.encodings import UTF8
from brownclust.tree.formats.format_table import FORMATS

from .failures import Failure
from .held_out import held_out_note, held_out_option, read_held_out
from .options import column_of, existing, quiet_option
from .progress import Progress, amount
from .text_options import resource_options, text_options

if TYPE_CHECKING:
    from brownclust import BigramCounts, WordClusters
    from brownclust.tree.judging import Agreement, Coverage, HeldOut

EXAMPLES = """\b
Examples:
  brownclust evaluate corpus.txt out
  brownclust evaluate corpus.txt out other.paths --held-out more.txt
  brownclust evaluate corpus.txt out mkcls.classes --tags dev.conllu --json
"""


@click.command(
    epilog=EXAMPLES, short_help="Judge clusterings of any tool, in one table."
)
@click.argument("text", callback=existing(stdin=True, patterns=True))
@click.argument("clusters", nargs=-1, required=True, callback=existing())
@held_out_option
@click.option(
    "--tags",
    callback=existing(folders=False),
    metavar="FILE",
    help="Tagged text, one token per line: report how far clusters and tags agree. "
    "V-measure is the harmonic mean of homogeneity (each cluster has one tag) and "
    "completeness (each tag is in one cluster); many-to-one is the accuracy if each "
    "cluster stands for its most frequent tag, which more clusters always raise. "
    "Tokens without a cluster are one more cluster.",
)
@click.option(
    "--tag-column",
    callback=column_of,
    metavar="COLUMN",
    help="Number or name of the tag column.  [default: the last; UPOS in CoNLL-U]",
)
@click.option(
    "--from",
    "source_format",
    type=click.Choice(FORMATS),
    help="Format of those CLUSTERS that are text: one of those that convert --help "
    "describes. Convert files of different formats first.  [default: detected]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@text_options
@resource_options
@quiet_option
def evaluate(
    *,
    text: str,
    clusters: tuple[str, ...],
    held_out: str | None,
    tags: str | None,
    tag_column: int | str | None,
    source_format: str | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Judge one or more CLUSTERS by TEXT, which they may or may not be made from.

    TEXT is text or counts, as for brownclust cluster. CLUSTERS are folders or files
    that brownclust wrote, or files of other tools in a format that brownclust convert
    reads. The table has a line for each: the number of clusters and their sizes in
    words, the part of the types and tokens of TEXT that has a cluster, and the average
    mutual information (AMI) of adjacent clusters in bits; with --held-out perplexity,
    with --tags agreement with tags.

    More AMI is not more F1: if clusters are features of a tagger, its score is the
    judge.
    """
    from brownclust._archive import is_archive

    from .inputs import load_clusters_beside_text, read_counts

    if tag_column is not None and tags is None:
        raise click.UsageError("--tag-column needs --tags")
    encoding = options["encoding"] or UTF8
    column_format = ColumnFormat(
        encoding=encoding,
        encoding_errors=options["encoding_errors"],
        comment=options["comment"],
        lenient=options["lenient"],
    )
    with Progress(quiet=quiet) as progress, progress.while_compiling():
        counts = read_counts((text,), options, progress=progress)
        second = None
        if held_out is not None:
            second = read_held_out(held_out, counts, options, progress=progress)
        tagged = None
        if tags is not None:
            tagged = _read_tags(tags, tag_column, column_format, counts)
        rows = []
        for path in clusters:
            is_text = Path(path).is_file() and not is_archive(path)
            loaded = load_clusters_beside_text(
                path, source_format if is_text else None, column_format, progress
            )
            rows.append(_judge(path, loaded, counts, second, tagged))
    if as_json:
        click.echo(json.dumps(_record(text, counts, held_out, second, rows), indent=2))
        return
    for line in _report(rows, (held_out or "", second), (tags or "", tagged)):
        click.echo(line)


@dataclass(frozen=True)
class Tagged:
    """The words of a tagged text, and their tags."""

    words: list[str]
    tags: list[str]


@dataclass(frozen=True)
class Row:
    """What is known of one clustering."""

    path: str
    n_clusters: int
    n_words: int
    sizes: tuple[int, float, int]
    coverage: "Coverage"
    perplexity: float | None
    agreement: "Agreement | None"
    tagged_coverage: float | None


def _read_tags(
    path: str,
    column: int | str | None,
    column_format: ColumnFormat,
    counts: "BigramCounts",
) -> Tagged:
    """Read tagged text, and change its words as those of the counts were."""
    from itertools import chain

    from brownclust.tagger import read_tagged
    from brownclust.text.normalise import apply_steps

    sentences, tags = read_tagged(path, tag=column, column_format=column_format)
    if not sentences:
        raise Failure(f"{path}: expected tokens, got none")
    words = "\n".join(chain.from_iterable(sentences))
    words = apply_steps(counts.origin.normalise, words)
    return Tagged(words.split("\n"), list(chain.from_iterable(tags)))


def _judge(
    path: str,
    clusters: "WordClusters",
    counts: "BigramCounts",
    held_out: "HeldOut | None",
    tagged: Tagged | None,
) -> Row:
    from brownclust.tree.judging import cluster_sizes, label_coverage, tag_agreement

    labels = clusters.cluster_labels(list(counts.vocabulary))
    if labels.max() < 0:
        raise Failure(f"{path}: expected clusters of words of TEXT, got none of them")
    of_tokens = None if tagged is None else clusters.cluster_labels(tagged.words)
    return Row(
        path,
        clusters.n_clusters,
        len(clusters),
        cluster_sizes(clusters.labels),
        label_coverage(counts, labels),
        None if held_out is None else held_out.perplexity(labels),
        None
        if tagged is None or of_tokens is None
        else tag_agreement(of_tokens, tagged.tags),
        None if of_tokens is None else float((of_tokens >= 0).mean()),
    )


def _record(
    text: str,
    counts: "BigramCounts",
    held_out: str | None,
    second: "HeldOut | None",
    rows: list[Row],
) -> dict[str, Any]:
    """Return the JSON output."""
    return {
        "text": {
            "path": text,
            "n_tokens": counts.n_tokens,
            "n_types": counts.n_types,
            "n_bigrams": counts.n_bigrams,
            "boundary": counts.boundary,
        },
        "held_out": second
        and {
            "path": held_out,
            "n_scored": second.n_scored,
            "n_unknown": second.n_unknown,
            "unknown_probability": second.unknown_probability,
        },
        "clusterings": [
            {**asdict(row), "sizes": dict(zip(_SIZES, row.sizes, strict=True))}
            for row in rows
        ],
    }


_SIZES = ("smallest", "median", "largest")


def _report(
    rows: list[Row],
    held_out: "tuple[str, HeldOut | None]",
    tags: tuple[str, Tagged | None],
) -> Iterator[str]:
    """Yield the lines to print: a table, and what its columns are."""
    from .tables import aligned

    heading = ["", "clusters", "words", *_SIZES, "types", "tokens", "AMI"]
    if held_out[1] is not None:
        heading += ["perplexity"]
    if tags[1] is not None:
        heading += ["V-measure", "homogeneity", "completeness", "many-to-one"]
    yield from aligned([heading, *map(_cells, rows)], n_left=1)
    yield ""
    yield "smallest, median, largest: words in a cluster."
    yield "types, tokens: the part of TEXT that has a cluster."
    yield (
        "AMI: bits per bigram, over words that have a cluster. More clusters and more "
        "words raise it: compare only where these are alike."
    )
    if held_out[1] is not None:
        yield held_out_note(held_out[0], held_out[1])
    if tags[1] is not None:
        without = ", ".join(f"{1 - (row.tagged_coverage or 0):.1%}" for row in rows)
        yield (
            f"Agreement with tags: of {tags[0]}, {amount(len(tags[1].tags), 'token')}; "
            f"without a cluster, and so one more cluster: {without}."
        )
    yield "More AMI is not more F1: the task that clusters are for is the judge."


def _cells(row: Row) -> list[str]:
    smallest, median, largest = row.sizes
    cells = [
        row.path,
        f"{row.n_clusters:,}",
        f"{row.n_words:,}",
        f"{smallest:,}",
        f"{median:,.0f}" if median == int(median) else f"{median:,.1f}",
        f"{largest:,}",
        f"{row.coverage.types:.1%}",
        f"{row.coverage.tokens:.1%}",
        f"{row.coverage.ami:.4f}",
    ]
    if row.perplexity is not None:
        cells.append(f"{row.perplexity:,.2f}")
    if row.agreement is not None:
        agreement = row.agreement
        cells += [
            f"{value:.1%}"
            for value in (
                agreement.v_measure,
                agreement.homogeneity,
                agreement.completeness,
                agreement.many_to_one,
            )
        ]
    return cells
