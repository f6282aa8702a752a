"""``brownclust cluster``: from text or counts to clusters."""

import shlex
from typing import TYPE_CHECKING, Any

import click

from brownclust.tree.refining_options import (
    GREEDY,
    INITS,
    MAX_SWEEPS,
    RECOMMENDED_SWEEPS,
    check_refine,
)
from brownclust.tree.sizes import check_sizes

from .checkpoints import (
    checkpoint_options,
    counts_of_run,
    has_checkpoint,
    how_to_resume,
    new_checkpoint,
)
from .failures import Interrupted, usage_errors
from .options import (
    at_least,
    existing,
    force_option,
    new_output_option,
    number_option,
    quiet_option,
)
from .progress import Progress, amount
from .refining import refined_summary, seed_option
from .run_summary import run_summary
from .text_options import resource_options, text_options

if TYPE_CHECKING:
    from brownclust.tree.refining_options import Init
    from brownclust.tree.sizes import WindowSize

EXAMPLES = """\b
Examples:
  brownclust cluster corpus.txt -c 1000 -o out
  zcat *.gz | brownclust cluster - --min-count 5 -o out
  brownclust cluster corpus.txt -c 1000 -o out --resume    after a crash
  brownclust cluster corpus.txt -c 1000 --refine 20 -o out
"""


@click.command(epilog=EXAMPLES, short_help="Cluster the words of a text.")
@click.argument(
    "text",
    nargs=-1,
    required=True,
    callback=existing(stdin=True, patterns=True),
)
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    default=1000,
    metavar="K",
    help="Number of clusters. Time grows more slowly than K. Memory grows with the "
    "square of the window, which is K by default: 8 MB at 1000, 800 MB at 10,000.",
)
@click.option(
    "--window",
    callback=at_least(1, word="full"),
    metavar="N",
    help="Clusters active at once (not a context window): at least K, or 'full' for "
    "all words, the original definition. A wider window takes more time and memory, "
    "and its clusters are no better, but the tree can later be cut into any number of "
    "clusters up to N.  [default: K]",
)
@number_option(
    "refine",
    "--refine",
    minimum=0,
    maximum=MAX_SWEEPS,
    help="Refine the clusters by exchange: N annealed sweeps, in which words also move "
    "at random, less and less, then sweeps without annealing until they gain nothing; "
    f"0: these alone. {RECOMMENDED_SWEEPS} gain most of what can be gained, in three "
    "to five times the time of clustering. More information, but not always better "
    "features for a tagger: compare.  [default: clusters are not refined]",
)
@click.option(
    "--init",
    type=click.Choice(INITS),
    help="What --refine begins with: clusters by merging, or random ones, which take "
    f"no time, for very large vocabularies.  [default: {GREEDY}]",
)
@seed_option
@new_output_option("DIR", "Folder to write: paths, merges.tsv, model.npz and run.json.")
@text_options
@resource_options
@checkpoint_options
@force_option
@quiet_option
def cluster(
    *,
    text: tuple[str, ...],
    n_clusters: int,
    window: "WindowSize",
    refine: int | None,
    init: "Init | None",
    seed: int,
    output: str,
    threads: int,
    checkpoint_every: float,
    resume: bool,
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Cluster the words of TEXT by their neighbours.

    TEXT is UTF-8 text, or text in the --encoding, with one sentence per line and tokens
    separated by whitespace: files (also .gz, .xz, .bz2 and .zst), folders, quoted
    patterns such as 'data/**/*.gz', or - for standard input. It can also be counts that
    brownclust count wrote.
    """
    with usage_errors():
        check_sizes(n_clusters, window)
        check_refine(refine, n_clusters, window, init or GREEDY)
    from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

    is_resumed = has_checkpoint(output, resume=resume, force=force)
    # A resumed run may replace results: its own, if it was killed while writing them.
    force = force or is_resumed
    check_output(output, OUTPUT_NAMES, force=force)
    with Progress(quiet=quiet) as progress:
        from brownclust.tree.fitting import cluster_counts
        from brownclust.tree.run_record import Stopwatch, run_record

        watch = Stopwatch(progress.announce_compilation)
        checkpoint = new_checkpoint(progress)
        try:
            counts = counts_of_run(
                checkpoint, text, options, watch, progress, is_resumed=is_resumed
            )
            with watch.stages("cluster", progress) as timed:
                model = cluster_counts(
                    counts,
                    n_clusters=n_clusters,
                    window=window,
                    refine=refine,
                    init=init or GREEDY,
                    seed=seed,
                    threads=threads,
                    progress=timed,
                    on_sweep=progress.on_sweep,
                    checkpoint=checkpoint,
                )
            record = run_record(counts.source, model, watch.seconds)
            run = write_output(output, model, record, force=force)
            checkpoint.remove()
        except KeyboardInterrupt as error:
            raise Interrupted(error, how_to_resume(checkpoint)) from None
        words, clusters = amount(run["n_types"], "word"), amount(n_clusters, "cluster")
        next_command = f"show {shlex.quote(output)}"
        result = f"{words} in {clusters}"
        progress.say(
            *run_summary(output, run, result, next_command, *refined_summary(run))
        )
