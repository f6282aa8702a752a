"""``brownclust demo``: clusters of the documentation of Python."""

import shlex

import click

from .options import force_option, number_option, quiet_option, writable
from .progress import Progress, amount

MIN_COUNT = 5


@click.command(short_help="Cluster Python's own documentation, as an example.")
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    default=50,
    metavar="K",
    help="Number of clusters.",
)
@click.option(
    "-o",
    "--output",
    callback=writable(folder=True),
    metavar="DIR",
    help="Folder to write, like that of brownclust cluster.  [default: none]",
)
@force_option
@quiet_option
def demo(*, n_clusters: int, output: str | None, force: bool, quiet: bool) -> None:
    """Cluster English prose that comes with Python, and show the clusters.

    The prose is Python's own documentation: the topics of pydoc and the docstrings of
    the standard library, about 300,000 words, in lower case and with punctuation marks
    as words. The table has one line per cluster: its bit string, its number of words,
    and the most frequent of them.
    """
    from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

    if output is not None:
        check_output(output, OUTPUT_NAMES, force=force)
    with Progress(quiet=quiet) as progress:
        progress.say(
            "Reading English prose that comes with Python: the topics of pydoc and the",
            "docstrings of the standard library.",
        )
        from .cluster_table import cluster_rows, table, terminal_width
        from .prose import read_sentences

        sentences = read_sentences()
        from brownclust import BigramCounts, WordClusters
        from brownclust.clusters.tree_top import tree_top
        from brownclust.tree.fitting import cluster_counts
        from brownclust.tree.run_record import Stopwatch, run_record

        watch = Stopwatch(progress.announce_compilation)
        with watch.stage("count"):
            counts = BigramCounts.from_sentences(
                sentences, min_count=MIN_COUNT, progress=progress
            )
        with watch.stage("cluster"):
            model = cluster_counts(counts, n_clusters=n_clusters, progress=progress)
        progress.say(
            f"{counts.n_tokens:,} words and punctuation marks. Clustered the "
            f"{counts.n_types:,} different ones",
            f"that occur at least {MIN_COUNT} times into "
            f"{amount(n_clusters, 'cluster')}, in {watch.seconds['cluster']:.2f} "
            "seconds:",
            "",
        )
        clusters = WordClusters.from_model(model)
        rows = cluster_rows(clusters, tree_top(clusters))
        for line in table("bit string", rows, terminal_width()):
            click.echo(line)
        progress.say(
            "",
            "Words with similar neighbours share a cluster; similar clusters share a",
            "prefix of their bit strings.",
        )
        if output is not None:
            record = run_record(counts.source, model, watch.seconds)
            write_output(output, model, record, force=force)
            folder = shlex.quote(output)
            progress.say(f"Next: brownclust show {folder} -c {min(10, n_clusters)}")
        else:
            progress.say("Next: brownclust cluster YOUR_TEXT -c 1000 -o out")
