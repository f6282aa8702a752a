"""New words, placed in the clusters of an existing model."""

from dataclasses import replace
from itertools import chain, compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tree.placement import place_words, replay_merges
from brownclust._validation import check_integer, must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.dendrogram import BLANK_LOSS, Dendrogram
from brownclust.tree.model import BrownModel
from brownclust.tree.state import (
    check_memory,
    load_state,
    load_state_without_overlaps,
    scale_bits,
    with_packed_pool,
)


class Placement(NamedTuple):
    """The clusters of new words.

    Attributes
    ----------
    labels : int64 array (n_new,)
        The cluster of each new word, numbered as by `Dendrogram.cut` at the window.
    losses : int64 array (n_new,)
        The loss of placing each word, summed over all bigrams, in units of
        ``2**-scale`` bits.
    """

    labels: NDArray[np.int64]
    losses: NDArray[np.int64]


def extend_model(
    model: BrownModel, counts: BigramCounts, *, min_count: int = 1
) -> BrownModel:
    """Add the counts of another text to a model, and place its new words.

    The tree is unchanged. Each new word joins the cluster of the finest cut where it
    loses the least average mutual information. All new words are compared with the
    same clusters, whose counts include the known words of the new text, so that the
    order of the new words does not matter. Bigrams of two new words are added last.

    Parameters
    ----------
    model : BrownModel
        The model.
    counts : BigramCounts
        Counts of another text, with the same boundary.
    min_count : int, default 1
        Leave out new words that occur less often in that text.

    Returns
    -------
    BrownModel
        The known words, in their order in `model`, then the new words by rank.

    Raises
    ------
    ValueError
        If the boundary differs from that of the model, or no word is left.

    Notes
    -----
    The kernels of agglomeration compute the losses and the AMI of all cuts again, from
    the counts of both texts. Earlier merges keep their losses in bits per bigram. Of
    clusters with equal losses the first by bit string is taken.

    The cost is a fraction of that of clustering: for each new word one pass over the
    clusters next to it and their own neighbours.
    """
    boundary = model.class_counts.boundary
    if counts.boundary != boundary:
        rule = f"{boundary!r}, as in the text of the model"
        raise ValueError(must_be("boundary", rule, counts.boundary))
    min_count = check_integer("min_count", min_count, minimum=1)
    window = model.dendrogram.window
    words = list(counts.vocabulary)
    known = model.vocabulary.look_up(words)
    is_kept = (known >= 0) | (counts.unigram_counts >= min_count)
    if not is_kept.all():
        counts = counts.select(vocabulary=compress(words, is_kept.tolist()))
        known = known[is_kept]
    is_new = known < 0
    both = add_classes(model, counts, known)
    scale = scale_bits(both.n_tokens)
    placement = place(both, window, scale)
    class_counts = both.group(
        np.concatenate([np.arange(window), placement.labels]), window
    )
    unigram_counts = np.concatenate(
        [model.unigram_counts, counts.unigram_counts[is_new]]
    )
    unigram_counts[known[~is_new]] += counts.unigram_counts[~is_new]
    n_placed = [*model.options.get("extended", []), placement.labels.size]
    return BrownModel(
        Vocabulary.from_words(
            chain(
                model.vocabulary.iter_bytes(),
                compress(counts.vocabulary.iter_bytes(), is_new.tolist()),
            )
        ),
        unigram_counts,
        _extended_tree(model.dendrogram, placement, class_counts, scale),
        model.n_clusters,
        class_counts.n_tokens,
        class_counts,
        model.origin,
        {**model.options, "extended": n_placed},
    )


def add_classes(
    model: BrownModel, counts: BigramCounts, known: NDArray[np.int64]
) -> CountTable:
    """Add the counts of a text to the class counts of a model.

    Parameters
    ----------
    model : BrownModel
        The model.
    counts : BigramCounts
        Counts of the text.
    known : int array (counts.n_types,)
        The index of each of its words in the model, -1 for new words.

    Returns
    -------
    CountTable
        Its classes are the clusters of the finest cut, then each new word.
    """
    window = model.dendrogram.window
    is_new = known < 0
    n_new = int(is_new.sum())
    labels = model.dendrogram.cut(window)[known].astype(np.int64)
    labels[is_new] = window + np.arange(n_new)
    before = model.class_counts.group(np.arange(window), window + n_new)
    return before.add(counts.table.group(labels, window + n_new))


def place(both: CountTable, window: int, scale: int) -> Placement:
    """Find the cluster of each new word.

    Parameters
    ----------
    both : CountTable
        The result of `add_classes`: classes are clusters, then new words.
    window : int
        Number of clusters.
    scale : int
        Number of fractional bits in losses.

    Returns
    -------
    Placement
        The clusters and losses of the new words.
    """
    n_new = both.n_rows - window
    alone = replace(both, successors=_without_pairs_of_new(both.successors, window))
    state = load_state_without_overlaps(alone, window, scale, 1)
    placement = Placement(np.zeros(n_new, np.int64), np.zeros(n_new, np.int64))
    done = 0
    while done < n_new:
        done += place_words(
            state,
            alone,
            window + done,
            placement.labels[done:],
            placement.losses[done:],
        )
        if done < n_new:
            state = with_packed_pool(state)
    return placement


def _without_pairs_of_new(rows: SparseRows, window: int) -> SparseRows:
    """Remove pairs of two different new words."""
    pairs = rows.to_matrix().tocoo()
    is_kept = (pairs.row < window) | (pairs.col < window) | (pairs.row == pairs.col)
    pairs.data = pairs.data * is_kept
    matrix = pairs.tocsr()
    matrix.eliminate_zeros()
    return SparseRows.from_matrix(matrix)


def _extended_tree(
    tree: Dendrogram, placement: Placement, class_counts: CountTable, scale: int
) -> Dendrogram:
    """Return the tree with the new words as leaves below their clusters."""
    n_old, window = tree.n_leaves, tree.window
    n_new = placement.labels.size
    n_leaves = n_old + n_new
    n_early = n_old - window
    early = _renumbered(tree.children[:n_early], n_old, n_new)
    # Each new word is merged with its cluster, which may have new words already.
    roots = _renumbered(tree.roots(window), n_old, n_new)
    placed = np.empty((n_new, 2), np.int64)
    for i, label in enumerate(placement.labels.tolist()):
        placed[i] = roots[label], n_old + i
        roots[label] = n_leaves + n_early + i
    merges = tree.cluster_merges(window)
    late = np.where(
        merges < window,
        roots[np.minimum(merges, window - 1)],
        merges - window + n_leaves + n_early + n_new,
    )
    factor = 2.0 ** (scale - tree.scale) * class_counts.n_bigrams
    early_losses = np.full(n_early, BLANK_LOSS)
    with_loss = tree.losses[tree.n_blank : n_early]
    early_losses[tree.n_blank :] = np.rint(
        with_loss * (factor / max(tree.n_bigrams, 1))
    )
    losses = [
        early_losses,
        placement.losses,
        _losses_of_merges(class_counts, merges, scale),
    ]
    return Dendrogram(
        np.concatenate([early, placed, late]),
        np.concatenate(losses),
        scale=scale,
        window=window,
        n_bigrams=class_counts.n_bigrams,
        ami_at_window=class_counts.average_mutual_information(),
    )


def _renumbered(nodes: NDArray[np.int64], n_old: int, n_new: int) -> NDArray[np.int64]:
    """Return the numbers that nodes have once there are `n_new` more leaves."""
    return np.where(nodes < n_old, nodes, nodes + n_new)


def _losses_of_merges(
    class_counts: CountTable, merges: NDArray[np.int64], scale: int
) -> NDArray[np.int64]:
    """Return the loss of each merge by the counts of both texts."""
    window = class_counts.n_rows
    check_memory(window, class_counts)
    state = load_state(class_counts, window, scale, 1)
    losses = np.zeros(window - 1, np.int64)
    pairs = np.empty((window - 1, 2), np.int64)
    slot = np.arange(2 * window - 1)
    for step, (left, right) in enumerate(merges.tolist()):
        pairs[step] = slot[left], slot[right]
        slot[window + step] = slot[left]
    done = 0
    while done < losses.size:
        done += replay_merges(state, pairs[done:], losses[done:])
        if done < losses.size:
            state = with_packed_pool(state)
    return losses
