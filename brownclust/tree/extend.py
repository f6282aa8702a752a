"""Words never seen before, placed in the clusters that there are."""

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
from brownclust.tree.dendrogram import Dendrogram
from brownclust.tree.model import BrownModel
from brownclust.tree.state import (
    as_corpus,
    check_memory,
    load_state,
    load_state_without_overlaps,
    scale_bits,
    with_packed_pool,
)


class Placement(NamedTuple):
    """Where new words go.

    Attributes
    ----------
    labels : int64 array (n_new,)
        The cluster of each, in the order of `Dendrogram.cut` at the window.
    losses : int64 array (n_new,)
        What placing each loses, in units of ``2**-scale`` bits, over all bigrams.
    """

    labels: NDArray[np.int64]
    losses: NDArray[np.int64]


def extend_model(
    model: BrownModel, counts: BigramCounts, *, min_count: int = 1
) -> BrownModel:
    """Add another text to a model: new words, and the counts of all.

    The tree stays as it is. Every new word joins the cluster, of the finest cut, where
    that loses the least average mutual information. All are placed against the
    clusters as they were with the new text's counts of known words, so that their order
    does not matter; what new words have with each other counts afterwards.

    Parameters
    ----------
    model : BrownModel
        What clustering made.
    counts : BigramCounts
        Counts of another text, with the same boundary.
    min_count : int, default 1
        Leave out new words that occur less often in that text.

    Returns
    -------
    BrownModel
        Known words first, in the order they had, then new ones by rank.

    Raises
    ------
    ValueError
        If the boundary is not that of the model, or no word is left.

    Notes
    -----
    Losses and AMI from the window down are computed again, from the counts of both
    texts, by the kernels of agglomeration. Losses of merges before keep their bits per
    bigram. A tie goes to the first of the clusters by bit string.

    Costs a fraction of clustering: a look at each new word's clusters and theirs, once.
    """
    boundary = model.class_counts.boundary
    if counts.boundary != boundary:
        rule = f"{boundary!r} as in the text that was clustered"
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
    """Add the counts of a text to those of a model's clusters.

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
        Of the clusters of the finest cut, then of the new words, each a class.
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
        Counts of the clusters, then of the new words, each a class.
    window : int
        How many clusters there are.
    scale : int
        Binary digits after the point of losses.
    """
    n_new = both.n_rows - window
    alone = replace(both, successors=_without_pairs_of_new(both.successors, window))
    corpus = as_corpus(alone)
    state = load_state_without_overlaps(alone, corpus, window, scale, 1)
    placement = Placement(np.zeros(n_new, np.int64), np.zeros(n_new, np.int64))
    done = 0
    while done < n_new:
        done += place_words(
            state,
            corpus,
            window + done,
            placement.labels[done:],
            placement.losses[done:],
        )
        if done < n_new:
            state = with_packed_pool(state)
    return placement


def _without_pairs_of_new(rows: SparseRows, window: int) -> SparseRows:
    """Leave out pairs of two different new words."""
    pairs = rows.to_matrix().tocoo()
    is_kept = (pairs.row < window) | (pairs.col < window) | (pairs.row == pairs.col)
    pairs.data = pairs.data * is_kept
    matrix = pairs.tocsr()
    matrix.eliminate_zeros()
    return SparseRows.from_matrix(matrix)


def _extended_tree(
    tree: Dendrogram, placement: Placement, class_counts: CountTable, scale: int
) -> Dendrogram:
    """Return the tree with new leaves under its clusters."""
    n_old, window = tree.n_leaves, tree.window
    n_new = placement.labels.size
    n_leaves = n_old + n_new
    n_early = n_old - window
    early = _moved(tree.children[:n_early], n_old, n_new)
    # Each new word enters, and is merged with the cluster as it is by then.
    roots = _moved(tree.roots(window), n_old, n_new)
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
    early_losses = tree.losses[:n_early] * (factor / max(tree.n_bigrams, 1))
    losses = [
        np.rint(early_losses).astype(np.int64),
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


def _moved(nodes: NDArray[np.int64], n_old: int, n_new: int) -> NDArray[np.int64]:
    """Numbers of nodes once there are more leaves."""
    return np.where(nodes < n_old, nodes, nodes + n_new)


def _losses_of_merges(
    class_counts: CountTable, merges: NDArray[np.int64], scale: int
) -> NDArray[np.int64]:
    """Make the merges again with the counts of both texts; return what each loses."""
    window = class_counts.n_rows
    check_memory(window, class_counts)
    state = load_state(class_counts, as_corpus(class_counts), window, scale, 1)
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
