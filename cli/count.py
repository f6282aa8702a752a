"""``brownclust count``: text to counts."""

import shlex
from typing import Any

import click

from .on_dask import (
    count_on_dask,
    dask_options,
    existing_or_address,
    reject_dask_options,
)
from .options import (
    counting_options,
    force_option,
    new_output_option,
    quiet_option,
    text_options,
)
from .progress import Progress, amount

EXAMPLES = """\b
Examples:
  brownclust count a.txt -o a.npz
  brownclust count b.txt -o b.npz
  brownclust count a.npz b.npz -o ab.npz
  brownclust cluster ab.npz -c 1000 -o out
  brownclust count --dask tcp://host:8786 's3://texts/*.gz' -o all.npz
"""


@click.command(
    epilog=EXAMPLES, short_help="Count words and neighbours, to cluster later."
)
@click.argument("text", nargs=-1, required=True, callback=existing_or_address)
@new_output_option("FILE", "The file of counts to write.")
@text_options
@counting_options
@dask_options
@force_option
@quiet_option
def count(
    *,
    text: tuple[str, ...],
    output: str,
    dask: str | None,
    force: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Count the words of TEXT and the pairs of neighbours.

    TEXT is files or folders of UTF-8 text with words parted by white space (.gz, .xz,
    .bz2 and .zst too), patterns in quotes such as 'data/**/*.gz', or - for standard
    input. Memory follows the number of different pairs, not the length of the text.

    Counts of parts of a corpus can be made side by side and added up: where TEXT
    is files of counts, their sum is written. Where one machine is outgrown, --dask
    counts on many.
    """
    from brownclust.text.files import expand_paths
    from brownclust.tree.output import prepare_file

    from .inputs import read_counts

    if dask is None:
        reject_dask_options()
    prepare_file(output, text if dask else expand_paths(text), force=force)
    with Progress(quiet=quiet) as progress:
        if dask is not None:
            found = count_on_dask(dask, text, output, options, progress=progress)
            n_types, n_tokens, n_pairs = found.n_types, found.n_tokens, found.n_pairs
        else:
            counts = read_counts(text, options, progress=progress)
            counts.save(output)
            n_types, n_tokens = counts.n_types, counts.n_tokens
            n_pairs = len(counts.successors.indices)
        progress.say(
            f"{output}: {amount(n_types, 'word')}, "
            f"{amount(n_tokens, 'token')}, "
            f"{amount(n_pairs, 'different pair')}",
            f"Next: brownclust cluster {shlex.quote(output)} "
            f"-c {min(1000, n_types)} -o out",
        )
