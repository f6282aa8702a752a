"""The text files of a tree: paths and merges.tsv."""

from collections.abc import Iterator
from typing import BinaryIO, TextIO

import numpy as np
from numpy.typing import NDArray

from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.dendrogram import Dendrogram
from brownclust.tree.formats import write_table

MERGES_HEADER = (
    "step",
    "left",
    "right",
    "new",
    "loss_units",
    "loss_bits",
    "ami_bits",
)


def write_paths(
    file: BinaryIO,
    vocabulary: Vocabulary,
    unigram_counts: NDArray[np.int64],
    dendrogram: Dendrogram,
    n_clusters: int | None,
) -> None:
    """Write wcluster's *paths*: ``bit string TAB word TAB count``, a line a word.

    Sorted by bit string, then count, the rarest first as in wcluster; words of
    equal count in the order of their bytes. So the file is a function of the
    counts alone.

    Parameters
    ----------
    file : binary file
        Where to write. Words go out as the bytes they came in.
    vocabulary : Vocabulary
        The words, by rank.
    unigram_counts : int64 array (n_words,)
        Their counts.
    dendrogram : Dendrogram
        The tree over them.
    n_clusters : int or None
        Cut the tree into so many clusters; None makes every word its own leaf.

    Notes
    -----
    Lines are written as they are made: the bit strings of a whole tree can take
    gigabytes where the tree takes megabytes.
    """
    leaves = (
        dendrogram.iter_full_bit_strings()
        if n_clusters is None
        else _iter_cut(dendrogram, n_clusters, unigram_counts)
    )
    words = list(vocabulary.iter_bytes())
    counts = unigram_counts.tolist()
    rows = (
        (words[leaf], bit_string.encode("ascii"), counts[leaf], 0)
        for leaf, bit_string in leaves
    )
    write_table(file, "paths", rows)


def _iter_cut(
    dendrogram: Dendrogram, n_clusters: int, unigram_counts: NDArray[np.int64]
) -> Iterator[tuple[int, str]]:
    """Pairs (word, bit string) of a cut, in the order of the *paths* file."""
    bit_strings = dendrogram.cluster_bit_strings(n_clusters)
    labels = dendrogram.cut(n_clusters)
    # Stable, so that equal counts keep the order of rank, which is that of bytes.
    order = np.lexsort((unigram_counts, labels))
    for leaf, label in zip(order.tolist(), labels[order].tolist(), strict=True):
        yield leaf, bit_strings[label]


def write_merges(file: TextIO, dendrogram: Dendrogram) -> None:
    r"""Write every merge, a line each under a line of names, separated by tabs.

    ``step`` (from 0), ``left`` and ``right`` (the ids joined; words have the ids of
    their ranks), ``new`` (the id made), ``loss_units`` (integer, in units of
    2\ :sup:`-scale` bits, summed over bigrams), ``loss_bits`` (per bigram),
    ``ami_bits`` (average mutual information after the merge; blank until every word
    has entered).
    """
    n_leaves = dendrogram.n_leaves
    n_blank = n_leaves - 1 - dendrogram.window
    ami_after = dendrogram.ami_by_n_clusters[::-1].tolist()
    file.write("\t".join(MERGES_HEADER) + "\n")
    for step, ((left, right), loss, bits) in enumerate(
        zip(
            dendrogram.children.tolist(),
            dendrogram.losses.tolist(),
            dendrogram.merge_losses.tolist(),
            strict=True,
        )
    ):
        ami = "" if step < n_blank else repr(ami_after[step - n_blank])
        file.write(
            f"{step}\t{left}\t{right}\t{n_leaves + step}\t{loss}\t{bits!r}\t{ami}\n"
        )
