"""``brownclust count``: from text to counts."""

import shlex
from typing import Any

import click

from .on_dask import (
    TextCheck,
    count_on_dask,
    dask_options,
    reject_dask_options,
)
from .options import force_option, new_output_option, quiet_option
from .progress import Progress, amount
from .text_options import resource_options, text_options

EXAMPLES = """\b
Examples:
  brownclust count a.txt -o a.npz
  brownclust count b.txt -o b.npz
  brownclust count a.npz b.npz -o ab.npz
  brownclust count ab.npz --to text -o ab.tsv
  brownclust cluster ab.npz -c 1000 -o out
  brownclust count --dask tcp://host:8786 's3://texts/*.gz' -o all.npz
"""


@click.command(
    epilog=EXAMPLES,
    short_help="Count words and their neighbours, to cluster them later.",
)
@click.argument(
    "text", nargs=-1, required=True, callback=TextCheck(stdin=True, patterns=True)
)
@new_output_option("FILE", "File of counts to write.")
@click.option(
    "--to",
    "target_format",
    type=click.Choice(["npz", "text"]),
    default="npz",
    show_default=True,
    help="npz: loads fastest. text: lines of words and of pairs with their counts, for "
    "other programs. Both are read wherever counts are.",
)
@text_options
@resource_options
@dask_options
@force_option
@quiet_option
def count(
    *,
    text: tuple[str, ...],
    output: str,
    target_format: str,
    dask: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Count the words of TEXT and their pairs of neighbours.

    TEXT is UTF-8 text, or text in the --encoding, with one sentence per line and tokens
    separated by whitespace: files (also .gz, .xz, .bz2 and .zst), folders, quoted
    patterns such as 'data/**/*.gz', or - for standard input. Memory depends on the
    number of distinct pairs, not on the length of the text.

    Parts of a corpus can be counted separately: if TEXT is files of counts, their sum
    is written. --dask counts on several machines.
    """
    from brownclust.counting.counts_text import write_counts_text

    from .inputs import read_counts

    if dask is None:
        reject_dask_options()
    elif target_format != "npz":
        raise click.UsageError("--to text is not for --dask: convert the result")
    with Progress(quiet=quiet) as progress:
        if dask is not None:
            total = count_on_dask(dask, text, output, options, progress=progress)
            n_types, n_tokens, n_pairs = total.n_types, total.n_tokens, total.n_pairs
        else:
            counts = read_counts(text, options, progress=progress)
            if target_format == "text":
                write_counts_text(output, counts)
            else:
                counts.save(output)
            n_types, n_tokens = counts.n_types, counts.n_tokens
            n_pairs = len(counts.successors.indices)
        progress.say(
            f"{output}: {amount(n_types, 'word')}, "
            f"{amount(n_tokens, 'token')}, "
            f"{amount(n_pairs, 'distinct pair')}",
            f"Next: brownclust cluster {shlex.quote(output)} "
            f"-c {min(1000, n_types)} -o out",
        )
