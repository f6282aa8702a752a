"""``brownclust count``: text to counts."""

import shlex
from typing import Any

import click

from .options import (
    counting_options,
    existing,
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
"""


@click.command(
    epilog=EXAMPLES, short_help="Count words and neighbours, to cluster later."
)
@click.argument(
    "text",
    nargs=-1,
    required=True,
    callback=existing(stdin=True, patterns=True),
)
@new_output_option("FILE", "The file of counts to write.")
@text_options
@counting_options
@force_option
@quiet_option
def count(
    *, text: tuple[str, ...], output: str, force: bool, quiet: bool, **options: Any
) -> None:
    """Count the words of TEXT and the pairs of neighbours.

    TEXT is files or folders of UTF-8 text with words parted by white space (.gz, .xz,
    .bz2 and .zst too), patterns in quotes such as 'data/**/*.gz', or - for standard
    input. Memory follows the number of different pairs, not the length of the text.

    Counts of parts of a corpus can be made side by side and added up: where TEXT
    is files of counts, their sum is written.
    """
    from brownclust.corpus import expand_paths  # noqa: PLC0415
    from brownclust.output import prepare_file  # noqa: PLC0415

    from .inputs import read_counts  # noqa: PLC0415

    prepare_file(output, expand_paths(text), force=force)
    with Progress(quiet=quiet) as progress:
        counts = read_counts(text, options, progress=progress)
        counts.save(output)
        n_pairs = len(counts.successors.indices)
        progress.say(
            f"{output}: {amount(counts.n_types, 'word')}, "
            f"{amount(counts.n_tokens, 'token')}, "
            f"{amount(n_pairs, 'different pair')}",
            f"Next: brownclust cluster {shlex.quote(output)} "
            f"-c {min(1000, counts.n_types)} -o out",
        )
