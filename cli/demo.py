"""``brownclust demo``: clusters of text that every Python has."""

import shlex
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from .options import force_option, number_option, quiet_option, writable
from .progress import Progress, amount

if TYPE_CHECKING:
    from brownclust.tree.model import BrownModel

MIN_COUNT = 5


@click.command(short_help="Cluster Python's own documentation, to see it work.")
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    default=50,
    metavar="K",
    help="How many clusters to make, one a line of the table.",
)
@click.option(
    "-o",
    "--output",
    callback=writable(),
    metavar="DIR",
    help="A folder to write, as brownclust cluster does; none if not given.",
)
@force_option
@quiet_option
def demo(*, n_clusters: int, output: str | None, force: bool, quiet: bool) -> None:
    """Cluster English prose that every Python has, and show the clusters.

    The prose is Python's own documentation: the topics of pydoc and the docstrings of
    the standard library, about 300,000 words, in lower case, punctuation apart. The
    table has a line for each cluster: its bit string, how many words it has, and the
    most frequent of them.
    """
    from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

    if output is not None:
        check_output(output, OUTPUT_NAMES, force=force)
    with Progress(quiet=quiet) as progress:
        progress.say(
            "Reading English prose that every Python has: the topics of pydoc and the",
            "docstrings of the standard library.",
        )
        from .prose import read_sentences

        sentences = read_sentences()
        from brownclust import BigramCounts
        from brownclust.tree.agglomerate import cluster_counts
        from brownclust.tree.run_record import Stopwatch, run_record

        watch = Stopwatch(progress.announce_compilation)
        with watch.stage("count"):
            counts = BigramCounts.from_sentences(
                sentences, min_count=MIN_COUNT, progress=progress
            )
        with watch.stage("cluster"):
            model = cluster_counts(counts, n_clusters=n_clusters, progress=progress)
        progress.say(
            f"{counts.n_tokens:,} words and punctuation marks. The {counts.n_types:,} "
            f"seen {MIN_COUNT} times or more",
            f"are in {amount(n_clusters, 'cluster')} now, which took "
            f"{watch.seconds['cluster']:.2f} seconds:",
            "",
        )
        for line in table(model, shutil.get_terminal_size().columns):
            click.echo(line)
        progress.say(
            "",
            "Words with similar neighbours share a cluster; similar clusters a prefix.",
        )
        if output is not None:
            record = run_record(counts.source, model, watch.seconds)
            write_output(output, model, record, force=force)
            folder = shlex.quote(output)
            progress.say(f"Next: brownclust cut {folder} -c {min(10, n_clusters)}")
        else:
            progress.say("Next: brownclust cluster YOUR_TEXT -c 1000 -o out")


def table(model: "BrownModel", width: int) -> Iterator[str]:
    """Lines of a table: bit string, number of words, the most frequent words.

    As many words as fit in `width` columns; the vocabulary is in order of frequency.
    """
    bit_strings = model.dendrogram.cluster_bit_strings(model.n_clusters)
    members: list[list[str]] = [[] for _ in bit_strings]
    labels = model.dendrogram.cut(model.n_clusters).tolist()
    for word, label in zip(model.vocabulary, labels, strict=True):
        members[label].append(word)
    heading = "bit string"
    path_width = max(len(heading), *map(len, bit_strings))
    yield f"{heading:{path_width}}  words  most frequent"
    for bit_string, words in zip(bit_strings, members, strict=True):
        start = f"{bit_string:{path_width}}  {len(words):5}  "
        yield start + fitting(words, width - len(start))


def fitting(words: list[str], width: int) -> str:
    """Return the first words that fit, and at least one."""
    line = words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) > width:
            break
        line += f" {word}"
    return line
