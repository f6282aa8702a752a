"""``brownclust divergence``: how typical words are of their clusters."""

from typing import Any

import click

from .cluster_options import from_option
from .failures import Failure
from .options import existing, force_option, output_option, quiet_option
from .progress import Progress, amount
from .tables import tab_separated
from .text_options import resource_options, text_options

EXAMPLES = """\b
Examples:
  brownclust divergence out counts.npz -o map
  brownclust divergence input.paths input.txt --boundary ignore | sort -k 2
"""


@click.command(
    epilog=EXAMPLES, short_help="Show how typical words are of their clusters."
)
@click.argument("clusters", callback=existing())
@click.argument(
    "text",
    nargs=-1,
    required=True,
    callback=existing(stdin=True, patterns=True),
)
@output_option
@from_option
@text_options
@resource_options
@force_option
@quiet_option
def divergence(
    *,
    clusters: str,
    text: tuple[str, ...],
    output: str | None,
    source_format: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Show how far the neighbours of each word are from those of its cluster.

    Prints the file map of wcluster: word TAB BITS-L left TAB BITS-R right TAB BITS-freq
    count, where BITS is the bit string. The divergences, in nats, are those of the
    clusters of the neighbours; a word with a low one is typical of its cluster.

    CLUSTERS is what brownclust cluster or convert wrote, or clusters of another tool.
    TEXT is the text or counts that they were made from; its words without a cluster are
    left out. Text is read with the --boundary, --normalise, --phrases, --skip-grams and
    --pairs of CLUSTERS if that is a model, unless they are given.
    """
    with Progress(quiet=quiet) as progress:
        import numpy as np

        from brownclust.text.column_format import ColumnFormat
        from brownclust.text.encodings import UTF8
        from brownclust.tree.divergence import neighbour_divergences

        from .inputs import (
            load_clusters_beside_text,
            options_of_model,
            read_counts,
        )

        loaded = load_clusters_beside_text(
            clusters,
            source_format,
            ColumnFormat(
                encoding=options["encoding"] or UTF8,
                encoding_errors=options["encoding_errors"],
            ),
            progress,
        )
        options |= options_of_model(clusters)
        counts = read_counts(text, options, progress=progress)
        words = [word for word in counts.vocabulary if word in loaded]
        if not words:
            raise Failure(f"{clusters}: expected clusters of words of TEXT, got none")
        counts = counts.select(vocabulary=words)
        labels = loaded.cluster_labels(list(counts.vocabulary))
        left, right = neighbour_divergences(counts, labels)
        words = list(counts.vocabulary)
        tab_separated(
            output,
            (
                (
                    words[rank],
                    f"{bits}-L {left[rank]:.6g}",
                    f"{bits}-R {right[rank]:.6g}",
                    f"{bits}-freq {counts.unigram_counts[rank]}",
                )
                for rank in np.lexsort((counts.unigram_counts, labels)).tolist()
                for bits in [loaded.cluster_bit_strings[labels[rank]]]
            ),
        )
        if output is not None:
            progress.say(f"{output}: {amount(len(words), 'word')}")
