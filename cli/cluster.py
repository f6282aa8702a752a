"""``brownclust cluster``: text or counts to clusters."""

import shlex
from typing import TYPE_CHECKING, Any

import click

from brownclust.tree.sizes import check_sizes

from .checkpoints import (
    checkpoint_options,
    has_checkpoint,
    how_to_resume,
    new_checkpoint,
)
from .failures import Interrupted, usage_errors
from .options import (
    at_least,
    counting_options,
    existing,
    force_option,
    new_output_option,
    number_option,
    quiet_option,
    text_options,
)
from .progress import Progress, amount

if TYPE_CHECKING:
    from brownclust.tree.sizes import WindowSize

EXAMPLES = """\b
Examples:
  brownclust cluster corpus.txt -c 1000 -o out
  zcat *.gz | brownclust cluster - --min-count 5 -o out
  brownclust cluster corpus.txt -c 1000 -o out --resume    after a crash
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
    help="How many clusters to make. Time grows slower than K, memory with the "
    "square of the window: 8 MB at 1000, 800 MB at 10,000.",
)
@click.option(
    "--window",
    callback=at_least(1, word="full"),
    metavar="N",
    show_default="K",
    help="Clusters active at once (not a context window). With more than K the tree "
    "can be cut at any number up to N later, at the price of time and memory and "
    "with no better clusters; 'full' is every word, the original definition.",
)
@new_output_option(
    "DIR", "The folder to write: paths, merges.tsv, model.npz, run.json."
)
@text_options
@counting_options
@checkpoint_options
@force_option
@quiet_option
def cluster(
    *,
    text: tuple[str, ...],
    n_clusters: int,
    window: "WindowSize",
    output: str,
    threads: int,
    checkpoint_every: float,
    resume: bool,
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Cluster the words of TEXT by their neighbours.

    TEXT is files or folders of UTF-8 text with words parted by white space (.gz, .xz,
    .bz2 and .zst too), patterns in quotes such as 'data/**/*.gz', or - for standard
    input; or counts made by brownclust count.
    """
    with usage_errors():
        check_sizes(n_clusters, window)
    from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

    is_resumed = has_checkpoint(output, resume=resume, force=force)
    # What a run that was killed at the very end has written, it may write again.
    force = force or is_resumed
    check_output(output, OUTPUT_NAMES, force=force)
    with Progress(quiet=quiet) as progress:
        from brownclust.tree.agglomerate import cluster_counts
        from brownclust.tree.run_record import Stopwatch, run_record

        from .inputs import read_counts

        watch = Stopwatch(progress.announce_compilation)
        checkpoint = new_checkpoint(progress)
        if resume and not is_resumed:
            progress.say(f"No checkpoint in {output}: starting at the beginning")
        try:
            with watch.stage("resume" if is_resumed else "count"):
                counts = (
                    checkpoint.resume()
                    if is_resumed
                    else read_counts(
                        text, options | {"threads": threads}, progress=progress
                    )
                )
            with watch.stage("cluster"):
                model = cluster_counts(
                    counts,
                    n_clusters=n_clusters,
                    window=window,
                    threads=threads,
                    progress=progress,
                    checkpoint=checkpoint,
                )
            record = run_record(counts.source, model, watch.seconds)
            run = write_output(output, model, record, force=force)
            checkpoint.remove()
        except KeyboardInterrupt:
            raise Interrupted(how_to_resume(checkpoint)) from None
        progress.say(*_summary(output, run))


def _summary(output: str, run: dict[str, Any]) -> list[str]:
    """Return what was made, and what to do with it."""
    seconds = ", ".join(f"{stage} {s:.1f} s" for stage, s in run["seconds"].items())
    k = run["n_clusters"]
    cut = f"-c {k // 2}" if k > 1 else "--full"
    made = (
        f"{amount(run['n_types'], 'word')} in {amount(k, 'cluster')}, "
        f"average mutual information {run['ami']:z.4f} bits ({seconds})"
    )
    return [
        made,
        f"Written: paths, merges.tsv, model.npz and run.json in {output}",
        f"Next: brownclust cut {shlex.quote(output)} {cut}",
    ]
