"""``brownclust refine``: any clustering, improved by exchange."""

import shlex
from typing import TYPE_CHECKING, Any

import click

from brownclust.text.encodings import UTF8
from brownclust.tree.refining_options import MAX_SWEEPS, RECOMMENDED_SWEEPS

from .checkpoints import (
    checkpoint_options,
    counts_of_run,
    has_checkpoint,
    how_to_resume,
    new_checkpoint,
)
from .cluster_options import from_option
from .failures import Interrupted
from .options import (
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
    from brownclust import BigramCounts, WordClusters
    from brownclust.tree.start_labels import StartLabels

EXAMPLES = f"""\b
Examples:
  brownclust refine out counts.npz -o refined
  brownclust refine out counts.npz --sweeps {5 * RECOMMENDED_SWEEPS} -o refined
  brownclust refine corpus.classes corpus.txt --from clustercat -o refined
"""


@click.command(epilog=EXAMPLES, short_help="Improve clusters by exchange.")
@click.argument("clusters", callback=existing())
@click.argument(
    "text",
    nargs=-1,
    required=True,
    callback=existing(stdin=True, patterns=True),
)
@number_option(
    "sweeps",
    "--sweeps",
    minimum=0,
    maximum=MAX_SWEEPS,
    default=RECOMMENDED_SWEEPS,
    help="Number of annealed sweeps, in which words also move at random, less and "
    "less; sweeps without annealing follow until they gain nothing. 0: these alone. "
    "The first sweeps gain most: 200 gain half a percent more than 20.",
)
@seed_option
@click.option(
    "--fixed",
    callback=existing(folders=False),
    metavar="FILE",
    help="Words that must stay in their cluster, one per line.  [default: none]",
)
@new_output_option("DIR", "Folder to write, like that of brownclust cluster.")
@from_option
@text_options
@resource_options
@checkpoint_options
@force_option
@quiet_option
def refine(
    *,
    clusters: str,
    text: tuple[str, ...],
    sweeps: int,
    seed: int,
    fixed: str | None,
    output: str,
    source_format: str | None,
    threads: int,
    checkpoint_every: float,
    resume: bool,
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Move words between CLUSTERS until their mutual information is highest.

    CLUSTERS is what brownclust cluster or convert wrote, or clusters of another tool in
    a format that convert reads; their number stays. TEXT is text or counts, as for
    brownclust cluster. Words of TEXT without a cluster first join the one where they
    lose the least information; words of CLUSTERS that TEXT does not have are left out.

    More mutual information is not always a better feature for a tagger: compare.
    """
    from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

    is_resumed = has_checkpoint(output, resume=resume, force=force)
    force = force or is_resumed
    check_output(output, OUTPUT_NAMES, force=force)
    with Progress(quiet=quiet) as progress:
        from brownclust.text.column_format import ColumnFormat
        from brownclust.tree.fitting import refine_clusters
        from brownclust.tree.run_record import Stopwatch, run_record

        from .inputs import load_clusters_beside_text, options_of_model

        watch = Stopwatch(progress.announce_compilation)
        checkpoint = new_checkpoint(progress)
        encoding = options["encoding"] or UTF8
        handler = options["encoding_errors"]
        try:
            loaded = load_clusters_beside_text(
                clusters,
                source_format,
                ColumnFormat(encoding=encoding, encoding_errors=handler),
                progress,
            )
            options |= options_of_model(clusters)
            counts = counts_of_run(
                checkpoint, text, options, watch, progress, is_resumed=is_resumed
            )
            with watch.stage("start"):
                start = _start(clusters, loaded, counts)
            progress.say(*_differences(clusters, start))
            with watch.stages("refine", progress) as timed:
                model = refine_clusters(
                    counts,
                    start.labels,
                    sweeps=sweeps,
                    seed=seed,
                    fixed=_fixed(fixed, counts, encoding, handler, progress),
                    threads=threads,
                    progress=timed,
                    on_sweep=progress.on_sweep,
                    checkpoint=checkpoint,
                )
            source = {
                "kind": "refinement",
                "clusters": {
                    "path": clusters,
                    "n_words": len(loaded),
                    "n_clusters": loaded.n_clusters,
                },
                "n_placed": start.n_placed,
                "n_left_out": start.n_dropped,
                "fixed": fixed,
                "text": counts.source,
            }
            record = run_record(source, model, watch.seconds)
            run = write_output(output, model, record, force=force)
            checkpoint.remove()
        except KeyboardInterrupt as error:
            raise Interrupted(error, how_to_resume(checkpoint)) from None
        words = amount(run["n_types"], "word")
        result = f"{words} in {amount(run['n_clusters'], 'cluster')}"
        next_command = f"show {shlex.quote(output)}"
        progress.say(
            *run_summary(output, run, result, next_command, *refined_summary(run))
        )


def _start(
    path: str, clusters: "WordClusters", counts: "BigramCounts"
) -> "StartLabels":
    from brownclust.tree.start_labels import start_labels

    if not any(word in clusters for word in counts.vocabulary):
        raise ValueError(f"{path}: expected clusters of words of TEXT, got none")
    return start_labels(counts, list(clusters), clusters.labels)


def _differences(path: str, start: "StartLabels") -> list[str]:
    """Return the line that says which words CLUSTERS and TEXT do not share."""
    parts = []
    if start.n_placed:
        parts.append(f"{amount(start.n_placed, 'word')} of TEXT joined a cluster")
    if start.n_dropped:
        parts.append(f"{amount(start.n_dropped, 'word')} not in TEXT left out")
    if start.n_empty:
        parts.append(f"{amount(start.n_empty, 'cluster')} with them")
    return [f"{path}: {', '.join(parts)}"] if parts else []


def _fixed(
    path: str | None,
    counts: "BigramCounts",
    encoding: str,
    encoding_errors: str,
    progress: Progress,
) -> Any:
    """Return which words must stay in their cluster, None for no list."""
    if path is None:
        return None
    from brownclust.counting.word_list import WordList
    from brownclust.text.text_format import TextFormat

    text_format = TextFormat(
        encoding=encoding,
        encoding_errors=encoding_errors,
        normalise=counts.origin.normalise,
    )
    listed = WordList("fixed", path, text_format, counts.vocabulary)
    is_fixed = listed.contains(counts.vocabulary)
    n_found, n_words = int(is_fixed.sum()), amount(len(listed.words), "word")
    if n_found:
        progress.say(f"Fixed: {n_found:,} of {n_words} occurred")
    else:
        progress.say(f"Warning: Fixed: none of {n_words} occurred")
    return is_fixed
