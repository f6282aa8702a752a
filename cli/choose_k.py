"""``brownclust choose-k``: how many clusters to make of a text."""

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from brownclust._validation import must_be

from .held_out import (
    held_out_option,
    hold_out_option,
    read_held_out,
    split_lines,
)
from .options import (
    MAX_SEED,
    at_least,
    existing,
    force_option,
    number_option,
    quiet_option,
    writable,
)
from .progress import Progress
from .text_options import resource_options, text_options

if TYPE_CHECKING:
    from brownclust import BigramCounts

EXAMPLES = """\b
Examples:
  brownclust choose-k corpus.txt --hold-out 10 --plot k.png
  brownclust choose-k corpus.txt --held-out more.txt --clusters 100,200,400
  brownclust choose-k counts.npz --json
"""
SERIES = (10, 20, 50, 100, 200, 500, 1000, 2000)
"""Numbers of clusters by default, as far as there are words."""


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """Return the numbers in a comma-separated list."""
    if value is None:
        return None
    check = at_least(1)
    return tuple(check(ctx, param, part.strip()) for part in value.split(","))


@click.command(
    "choose-k",
    epilog=EXAMPLES,
    short_help="Show what several numbers of clusters give.",
)
@click.argument("text", callback=existing(stdin=True, patterns=True))
@click.option(
    "--clusters",
    "n_clusters",
    callback=_numbers,
    metavar="K,K,...",
    help="Numbers of clusters to judge. The largest is the window, on which time and "
    f"memory depend.  [default: {','.join(map(str, SERIES))}]",
)
@held_out_option
@hold_out_option
@number_option(
    "--refine",
    minimum=0,
    help="Also refine the clusters at each K, with N annealed sweeps (0: exchange "
    "alone), as brownclust cluster --refine does.  [default: no refinement]",
)
@number_option(
    "--seed",
    default=0,
    minimum=0,
    maximum=MAX_SEED,
    help="Seed of --refine.",
)
@click.option(
    "--plot",
    callback=writable(),
    metavar="FILE",
    help="Also draw AMI and perplexity to a file, by its name PNG, PDF or SVG. Needs "
    "Matplotlib: pip install 'brownclust[plot]'.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@text_options
@resource_options
@force_option
@quiet_option
def choose_k(
    *,
    text: str,
    n_clusters: tuple[int, ...] | None,
    held_out: str | None,
    hold_out: int | None,
    refine: int | None,
    seed: int,
    plot: str | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Show what several numbers of clusters of the words of TEXT give.

    TEXT is text or counts, as for brownclust cluster. It is clustered once, with the
    largest number as the window; the other clusterings are cuts of the tree. (With K as
    the window, brownclust cluster gives somewhat more.) The table has the average
    mutual information (AMI) of each, and with --held-out or --hold-out the perplexity
    of other text. Below it: the knee of the curve of AMI, and the least perplexity.

    More AMI is not more F1, nor is less perplexity: if clusters are features of a
    tagger, train it with several numbers; its score on development data is the judge.
    """
    if held_out is not None and hold_out is not None:
        raise click.UsageError("--hold-out and --held-out exclude each other")
    if plot is not None:
        from .figures import check_plot_path, import_pyplot

        check_plot_path("--plot", plot)
        import_pyplot("--plot")  # an error comes before the work
    from .choice_report import report
    from .inputs import read_counts

    with ExitStack() as stack:
        progress = stack.enter_context(Progress(quiet=quiet))
        stack.enter_context(progress.while_compiling())
        name, source = held_out, text
        if hold_out is not None:
            _check_is_text(text)
            source, held_out, options = stack.enter_context(
                split_lines(text, hold_out, options)
            )
            name = f"one line in {hold_out} of TEXT"
        counts = read_counts((source,), options, progress=progress)
        numbers = _checked(n_clusters, counts)
        second = None
        if held_out is not None:
            second = read_held_out(held_out, counts, options, progress=progress)
        from brownclust.tree.judging import choose_n_clusters

        choice = choose_n_clusters(
            counts,
            numbers,
            held_out=second,
            refine=refine,
            seed=seed,
            threads=options["threads"],
            progress=progress,
        )
    if plot is not None:
        from .choice_plot import draw

        draw(choice, plot)
    if not as_json:
        for line in report(choice, name or "", second):
            click.echo(line)
        return
    record = {
        "text": text,
        "held_out": name,
        "n_types": counts.n_types,
        "knee": choice.knee,
        "candidates": [asdict(candidate) for candidate in choice.candidates],
        "ami_by_n_clusters": choice.ami_by_n_clusters.tolist(),
    }
    click.echo(json.dumps(record, indent=2))


def _check_is_text(text: str) -> None:
    """Raise a usage error if lines cannot be held out of an input."""
    from .inputs import is_counts

    if click.get_current_context().params["pairs"]:
        raise click.UsageError("--hold-out is for text; the input is a table of pairs")
    if is_counts(text):
        what = "counts made by brownclust count"
        raise click.UsageError(f"--hold-out is for text; the input is {what}")


def _checked(
    numbers: tuple[int, ...] | None, counts: "BigramCounts"
) -> tuple[int, ...]:
    """Return the numbers to judge, which the words must suffice for."""
    if numbers is None:
        fitting = [k for k in SERIES if k < counts.n_types]
        largest = [counts.n_types] if len(fitting) < len(SERIES) else []
        return (*fitting, *largest)
    if max(numbers) > counts.n_types:
        rule = f"at most the number of different words, {counts.n_types}"
        raise ValueError(must_be("--clusters", rule, max(numbers)))
    return numbers
