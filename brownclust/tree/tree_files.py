"""Text files of a tree: ``paths`` and ``merges.tsv``."""

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
    """Write wcluster's *paths*: one line ``bit string TAB word TAB count`` per word.

    Sorted by bit string, then count, rarest first; words of equal count are in the
    order of their bytes. The file therefore depends on the counts alone.

    Parameters
    ----------
    file : binary file
        Where to write. Words are written as the bytes that were read.
    vocabulary : Vocabulary
        The words, by rank.
    unigram_counts : int64 array (n_words,)
        The count of each word.
    dendrogram : Dendrogram
        The tree over the words.
    n_clusters : int or None
        Cut the tree into this many clusters; None makes every word its own leaf.

    Notes
    -----
    Lines are streamed: the bit strings of a full tree can take gigabytes where the
    tree takes megabytes.
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
    # Stable: words of equal count stay in the order of rank, that of their bytes.
    order = np.lexsort((unigram_counts, labels))
    for leaf, label in zip(order.tolist(), labels[order].tolist(), strict=True):
        yield leaf, bit_strings[label]


def write_merges(file: TextIO, dendrogram: Dendrogram) -> None:
    r"""Write all merges, one per line below a header, with columns separated by tabs.

    The columns are ``step`` (from 0), ``left`` and ``right`` (the ids of the merged
    clusters; the id of a word is its rank), ``new`` (the id of the result),
    ``loss_units`` (integer, in units of 2\ :sup:`-scale` bits, summed over bigrams),
    ``loss_bits`` (per bigram) and ``ami_bits`` (average mutual information after the
    merge; empty until every word has entered). Both losses are empty where they are
    blank: in the merges that join the words of a refined cluster.

    Parameters
    ----------
    file : text file
        Where to write.
    dendrogram : Dendrogram
        The tree.
    """
    n_leaves = dendrogram.n_leaves
    n_entering = n_leaves - 1 - dendrogram.window
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
        losses = "\t" if step < dendrogram.n_blank else f"{loss}\t{bits!r}"
        ami = "" if step < n_entering else repr(ami_after[step - n_entering])
        file.write(f"{step}\t{left}\t{right}\t{n_leaves + step}\t{losses}\t{ami}\n")
