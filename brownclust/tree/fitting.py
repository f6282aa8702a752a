"""From counts to a model: clustered greedily, refined, or refined from other labels."""

from collections.abc import Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._progress import ProgressOption, shows_progress
from brownclust._threads import check_threads
from brownclust._validation import check_integer, must_be
from brownclust.counting.counts import BigramCounts
from brownclust.text.blocks import Progress
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.checkpoint import Checkpoint
from brownclust.tree.class_tree import class_tree
from brownclust.tree.dendrogram import Dendrogram
from brownclust.tree.exchange import random_labels, refine_labels
from brownclust.tree.exchange_state import check_exchange_memory
from brownclust.tree.model import BrownModel
from brownclust.tree.refined_tree import tree_of_words
from brownclust.tree.refining_options import (
    GREEDY,
    MAX_SWEEPS,
    RECOMMENDED_SWEEPS,
    Init,
    check_refine,
    check_seed,
)
from brownclust.tree.sizes import WindowSize, resolve_sizes
from brownclust.tree.sweep import OnSweep, Sweep, check_labels


@shows_progress
def cluster_counts(
    counts: BigramCounts,
    *,
    n_clusters: int,
    window: WindowSize = None,
    refine: int | None = None,
    init: Init = GREEDY,
    seed: int = 0,
    threads: int = 1,
    progress: ProgressOption = None,
    on_sweep: OnSweep | None = None,
    checkpoint: Checkpoint | None = None,
) -> BrownModel:
    """Cluster the words of a corpus that has been counted.

    Parameters
    ----------
    counts : BigramCounts
        The counts.
    n_clusters : int
        Number of clusters.
    window : int, "full" or None
        Clusters active at once (not a context window): `n_clusters` if None, all
        words if "full". Left out with `refine`.
    refine : int, optional
        Refine the clusters by exchange: by so many annealed sweeps, then by sweeps
        without annealing until they gain nothing. See `refine_clusters`.
    init : {"greedy", "random"}, default "greedy"
        What to refine: greedy clusters, or random ones, which cost no time.
    seed : int, default 0
        Seed for annealing and for random clusters.
    threads : int, default 1
        The most threads to use; the result is the same.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress(stage, done, total)``.
    on_sweep : callable, optional
        Called with a `Sweep` after each sweep.
    checkpoint : Checkpoint, optional
        Where to keep the clustering while it runs; see `brown_cluster`.

    Returns
    -------
    BrownModel
        The words and the tree over them. With `refine`, it can be cut into `n_clusters`
        or fewer.

    Raises
    ------
    ValueError
        If there are more clusters than words, or fewer active than asked for, or
        options do not go together.
    """
    assert not isinstance(progress, bool)  # by the decorator
    n_clusters, width = resolve_sizes(n_clusters, window, counts.n_types)
    refine = check_refine(refine, n_clusters, window, init)
    seed = check_seed("seed", seed)
    if refine is not None:
        check_exchange_memory(n_clusters)
    threads = check_threads(threads)
    sweep = None
    if refine is not None and checkpoint is not None:
        sweep = checkpoint.sweep(counts)
    if sweep is None and init == GREEDY:
        dendrogram = brown_cluster(
            counts,
            window=width,
            threads=threads,
            progress=progress,
            checkpoint=checkpoint,
        )
        labels = dendrogram.cut(width)
    elif sweep is None:
        labels = random_labels(counts, n_clusters, seed)
    else:
        _check_n_clusters(sweep, n_clusters)
        labels = sweep.labels
    if refine is None:
        options = _options(counts, n_clusters, width, threads)
        return _model(counts, dendrogram, n_clusters, options)
    return _refined(
        counts,
        labels,
        _Refining(refine, seed, threads, progress, on_sweep),
        checkpoint,
        start=sweep,
        more_options={} if init == GREEDY else {"init": init},
    )


@shows_progress
def refine_clusters(
    counts: BigramCounts,
    labels: ArrayLike,
    *,
    sweeps: int = RECOMMENDED_SWEEPS,
    seed: int = 0,
    fixed: ArrayLike | None = None,
    threads: int = 1,
    progress: ProgressOption = None,
    on_sweep: OnSweep | None = None,
    checkpoint: Checkpoint | None = None,
) -> BrownModel:
    """Refine any clustering of the words of a corpus by exchange.

    Words are moved one by one to the cluster where the average mutual information is
    highest, in sweeps over all words. In annealed sweeps, words also move at random,
    less and less, which leaves local maxima behind. The number of clusters stays.

    Parameters
    ----------
    counts : BigramCounts
        The counts.
    labels : array_like of int, shape (n_types,)
        The cluster of each word, by rank: numbers from 0, none left out. `start_labels`
        makes them of the clusters of another text or program.
    sweeps : int
        Number of annealed sweeps, 0 for none. Sweeps without annealing follow, until
        they gain nothing.
    seed : int, default 0
        Seed for annealing.
    fixed : array_like of bool, shape (n_types,), optional
        Words that must stay in their cluster.
    threads : int, default 1
        The most threads to use; the result is the same.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress(stage, done, total)``.
    on_sweep : callable, optional
        Called with a `Sweep` after each sweep.
    checkpoint : Checkpoint, optional
        Where to keep the clusters while they are refined.

    Returns
    -------
    BrownModel
        The words and a tree over them, which can be cut into as many clusters as there
        are, or fewer.

    Raises
    ------
    ValueError
        If `labels` are not of these words.

    Notes
    -----
    A sweep takes about a nanosecond for each distinct bigram and cluster, twice. The
    tree over the clusters is built last, and improved at a few levels. The merges that
    join the words of a cluster have no loss.

    More mutual information makes a better language model of classes. It need not make
    better features for a tagger.

    References
    ----------
    Kneser and Ney (1993), "Improved clustering techniques for class-based statistical
    language modelling", Eurospeech; Martin, Liermann and Ney (1998), "Algorithms for
    bigram and trigram word clustering", Speech Communication 24(1).

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> model = refine_clusters(counts, [0, 1, 2, 0, 1, 2])
    >>> dict(zip(counts.vocabulary, model.dendrogram.bit_strings(3)))
    {'a': '11', 'cat': '0', 'dog': '0', 'ran': '10', 'sat': '10', 'the': '11'}
    """
    assert not isinstance(progress, bool)  # by the decorator
    sweeps = check_integer("sweeps", sweeps, minimum=0, maximum=MAX_SWEEPS)
    seed = check_seed("seed", seed)
    numbers = check_labels(labels, counts.n_types)
    check_exchange_memory(int(numbers.max()) + 1)
    is_fixed = None if fixed is None else _flags("fixed", fixed, counts.n_types)
    sweep = None if checkpoint is None else checkpoint.sweep(counts)
    if sweep is not None:
        _check_n_clusters(sweep, int(numbers.max()) + 1)
    return _refined(
        counts,
        numbers,
        _Refining(sweeps, seed, check_threads(threads), progress, on_sweep),
        checkpoint,
        start=sweep,
        fixed=is_fixed,
    )


def _check_n_clusters(sweep: Sweep, n_clusters: int) -> None:
    """Raise ``ValueError`` if a checkpoint is of another number of clusters."""
    if sweep.n_clusters != n_clusters:
        rule = f"{sweep.n_clusters}, as in the checkpoint"
        raise ValueError(must_be("n_clusters", rule, n_clusters))


class _Refining(NamedTuple):
    """How clusters are refined."""

    sweeps: int
    seed: int
    threads: int
    progress: Progress | None
    on_sweep: OnSweep | None


def _refined(
    counts: BigramCounts,
    labels: NDArray[np.int32],
    how: _Refining,
    checkpoint: Checkpoint | None,
    *,
    start: Sweep | None,
    fixed: NDArray[np.bool_] | None = None,
    more_options: Mapping[str, Any] = MappingProxyType({}),
) -> BrownModel:
    """Refine clusters, build the tree over them, and return the model."""
    sweeps, seed, threads, progress, on_sweep = how

    def report(sweep: Sweep) -> None:
        if on_sweep is not None:
            on_sweep(sweep)
        if checkpoint is not None:
            checkpoint.keep(sweep)

    if progress is not None:
        progress("refine", 0 if start is None else start.n_sweeps, None)
    with nullcontext() if checkpoint is None else checkpoint.watch(counts):
        refined = refine_labels(
            counts,
            labels,
            sweeps=sweeps,
            seed=seed,
            threads=threads,
            fixed=fixed,
            progress=progress,
            on_sweep=report,
            start=start,
        )
    tree = class_tree(counts, refined.labels, threads=threads, progress=progress)
    n_clusters = tree.n_leaves
    options = {
        **_options(counts, n_clusters, n_clusters, threads),
        "refine": sweeps,
        "seed": seed,
        **more_options,
        "refinement": {
            "ami_before": refined.ami_before,
            "ami": refined.ami,
            "n_sweeps": refined.n_sweeps,
            "n_moves": refined.n_moves,
        },
    }
    return _model(counts, tree_of_words(tree, refined.labels), n_clusters, options)


def _options(
    counts: BigramCounts, n_clusters: int, window: int, threads: int
) -> dict[str, Any]:
    """Return the options of a model, for the record."""
    return {
        "n_clusters": n_clusters,
        "window": window,
        "threads": threads,
        "pairs": counts.origin.from_pairs,
        **counts.source.get("options", {}),
    }


def _model(
    counts: BigramCounts,
    dendrogram: Dendrogram,
    n_clusters: int,
    options: dict[str, Any],
) -> BrownModel:
    window = dendrogram.window
    return BrownModel(
        counts.vocabulary,
        counts.unigram_counts,
        dendrogram,
        n_clusters,
        counts.n_tokens,
        counts.table.group(dendrogram.cut(window), window),
        counts.origin,
        options,
    )


def _flags(name: str, values: ArrayLike, n_words: int) -> NDArray[np.bool_]:
    """Return an array of truth values, one for each word."""
    array = np.asarray(values)
    if array.dtype != np.bool_ or array.shape != (n_words,):
        rule = f"bool of shape ({n_words},), one for each word"
        raise ValueError(must_be(name, rule, f"{array.dtype} of shape {array.shape}"))
    return array
