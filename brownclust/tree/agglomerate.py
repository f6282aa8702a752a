"""Exact agglomerative clustering: from `BigramCounts` to a `Dendrogram`."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import refusing_damage
from brownclust._kernels.jit.intrinsics import HAS_ATOMICS
from brownclust._kernels.tree import agglomeration as kernels
from brownclust._kernels.tree import state as fields
from brownclust._kernels.tree.context_lists import pool_is_full
from brownclust._kernels.tree.dense import agglomeration as dense_kernels
from brownclust._kernels.tree.dense.state import DenseState
from brownclust._kernels.tree.state import State
from brownclust._progress import ProgressOption, shows_progress
from brownclust._threads import check_threads, n_useful_threads, thread_pool
from brownclust._validation import check_integer, must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.text.blocks import Progress
from brownclust.tree.checkpoint import KIND, Checkpoint
from brownclust.tree.dendrogram import Dendrogram, check_merges
from brownclust.tree.dense_state import (
    MERGES_BETWEEN_LOOKS,
    can_be_dense,
    is_better_dense,
    is_dense_at_once,
    load_dense_state,
    load_dense_state_of,
)
from brownclust.tree.grouped_state import load_state_after, load_state_of_dense
from brownclust.tree.information import average_mutual_information
from brownclust.tree.sizes import resolve_sizes
from brownclust.tree.state import (
    Merges,
    check_memory,
    load_state,
    losses_of_merges,
    merges_of,
    scale_bits,
    with_packed_pool,
)
from brownclust.tree.worker_threads import working_threads

SECONDS_BETWEEN_REPORTS = 0.2

MERGES_MADE_AGAIN = 64
"""Merges of a checkpoint that are found again, and must be the same.

They depend on the counts of all clusters near them, so that a change of an earlier
merge shows, even if its loss is right. They take a fraction of a second.
"""

AnyState = State | DenseState

MERGES_AHEAD = 32
"""Merges made at once by `iter_merges`."""

FIRST_STEPS = 16
"""Merges before the first report. Then as many as keep reports that far apart."""


@shows_progress
def brown_cluster(
    counts: BigramCounts,
    *,
    window: int,
    threads: int = 1,
    progress: ProgressOption = None,
    checkpoint: Checkpoint | None = None,
) -> Dendrogram:
    """Cluster the words of a corpus exactly, as Brown et al. define it.

    The `window` most frequent words start as clusters. Each further word, by
    rank, enters as a cluster, and then the two clusters are merged whose merge
    loses the least average mutual information. At the end the remaining clusters
    are merged down to one. With ``window=counts.n_types`` this is full
    agglomeration, the original definition.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus, of at least one word.
    window : int
        Clusters active at once, from 1 to the number of words (not a context
        window). A wider one serves cuts at more sizes, and costs time and memory;
        by average mutual information it is not better.
    threads : int, default 1
        The most threads to use, up to 1024; no more are started than there are cores.
        The result is the same with any number.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress("cluster", merges_done, merges_in_all)``.
    checkpoint : Checkpoint, optional
        Where to save the clustering while it runs. If it has been resumed, clustering
        continues from it, to the same tree.

    Returns
    -------
    Dendrogram
        Every merge and its loss.

    Raises
    ------
    ValueError
        If `window` is out of bounds, or not that of the checkpoint.
    KeyboardInterrupt
        After Ctrl-C or SIGTERM, once there is a checkpoint.
    MemoryError
        If this machine has less memory than the window takes.

    Notes
    -----
    A tie in loss goes to the pair with the smaller (lower id, higher id); words
    have ids by rank, the i-th merge makes id ``n_types + i``. All losses are
    integers, so the tree is a function of the counts alone.

    A step costs about the number of neighbours of the rarer cluster times those
    of its neighbours; memory is ``8 * window**2`` bytes, ``56 * window**2`` up to
    2,046 clusters, and a few times the distinct bigrams of the window.

    References
    ----------
    Brown et al. (1992), "Class-based n-gram models of natural language",
    Computational Linguistics 18(4), section 3; Liang (2005), "Semi-supervised
    learning for natural language", section 4.2 (the window).

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> tree = brown_cluster(counts, window=3)
    >>> dict(zip(counts.vocabulary, tree.bit_strings(3)))
    {'a': '11', 'cat': '0', 'dog': '0', 'ran': '10', 'sat': '10', 'the': '11'}
    """
    assert not isinstance(progress, bool)  # by the decorator
    _, window = resolve_sizes(1, check_integer("window", window), counts.n_types)
    threads = n_useful_threads(check_threads(threads))
    if not HAS_ATOMICS:  # with which threads wait for each other
        threads = 1
    check_memory(window, counts.table)
    scale = scale_bits(counts.n_tokens)
    run = _Run(counts.table, window, scale, threads)
    merges = None if checkpoint is None else checkpoint.merges(counts, window)
    if checkpoint is None or merges is None:
        state = _first_state(run)
    else:
        with refusing_damage(checkpoint.path, KIND):
            state = _resumed(merges, run)
    with nullcontext() if checkpoint is None else checkpoint.watch(counts):
        state = _merge_all(state, run, progress, checkpoint)
    labels = state.slot_of_word
    return Dendrogram(
        state.children,
        state.losses,
        scale=scale,
        window=window,
        n_bigrams=counts.n_bigrams,
        ami_at_window=average_mutual_information(counts, labels),
    )


def iter_merges(counts: CountTable, window: int) -> Iterator[tuple[int, int, int]]:
    """Yield the merges of `brown_cluster` one by one, some made ahead.

    Parameters
    ----------
    counts : CountTable
        Counts of all words.
    window : int
        Clusters active at once.

    Yields
    ------
    left, right, loss : int
        The ids of the two clusters, and the loss in units of ``2**-scale`` bits, with
        the scale of `brownclust.tree.state.scale_bits`.
    """
    run = _Run(counts, window, scale_bits(counts.n_tokens), threads=1)
    state = _first_state(run)
    with thread_pool(0) as no_threads:
        for start in range(0, state.losses.size, MERGES_AHEAD):
            state = _advance(state, run, MERGES_AHEAD, no_threads)
            made = slice(start, start + MERGES_AHEAD)
            pairs = state.children[made].tolist()
            for (left, right), loss in zip(
                pairs, state.losses[made].tolist(), strict=True
            ):
                yield left, right, loss


class _Run(NamedTuple):
    """What stays the same while a corpus is clustered."""

    counts: CountTable
    window: int
    scale: int
    threads: int


def _first_state(run: _Run) -> AnyState:
    """Return the state before the first merge."""
    counts, window, scale, threads = run
    if is_dense_at_once(counts, window):
        no_merges = Merges(np.zeros((0, 2), np.int64), np.zeros(0, np.int64))
        return load_dense_state(no_merges, counts, window, scale)
    return load_state(counts, window, scale, threads)


def _resumed(merges: Merges, run: _Run) -> AnyState:
    """Return the state after merges that a file holds.

    The losses of all of them are computed, and the last of them found again.

    Raises
    ------
    ValueError
        If they are not the first merges of a tree, or not those that are made again.
    """
    counts, window, scale, threads = run
    check_merges(merges.children, counts.n_rows, window)
    n_merged = merges.losses.size
    n_kept = max(0, n_merged - MERGES_MADE_AGAIN)
    kept = Merges(merges.children[:n_kept], merges.losses[:n_kept])
    losses = losses_of_merges(kept.children, counts, window, scale)
    _check_equal("losses", losses, kept.losses)
    state: AnyState = load_state_after(kept, counts, window, scale, threads)
    with thread_pool(threads - 1) as pool:
        state = _advance(state, run, n_merged - n_kept, pool)
    for name, made, read in zip(Merges._fields, merges_of(state), merges, strict=True):
        _check_equal(name, made, read)
    return state


def _check_equal(name: str, made: NDArray[np.int64], read: NDArray[np.int64]) -> None:
    """Raise ``ValueError`` that names the first step at which merges differ."""
    if not np.array_equal(made, read):
        step = int(np.argmax((made != read).reshape(len(made), -1).any(axis=1)))
        rule = f"{made[step].tolist()}, as the counts give"
        raise ValueError(must_be(f"{name}[{step}]", rule, read[step].tolist()))


def _merge_all(
    state: AnyState,
    run: _Run,
    progress: Progress | None,
    checkpoint: Checkpoint | None,
) -> AnyState:
    """Make all merges, reporting a few times a second; return the last state."""
    n_merges = state.losses.size
    n_steps = FIRST_STEPS
    with thread_pool(run.threads - 1) as threads:
        while state.progress[fields.N_MERGED] < n_merges:
            start = perf_counter()
            state = _advance(state, run, n_steps, threads)
            seconds = perf_counter() - start
            if progress is not None:
                progress("cluster", int(state.progress[fields.N_MERGED]), n_merges)
            if checkpoint is not None:
                checkpoint.keep(state)
            if seconds < SECONDS_BETWEEN_REPORTS:
                n_steps *= 2
            elif seconds > 2 * SECONDS_BETWEEN_REPORTS:
                n_steps = max(1, n_steps // 2)
    return state


def _of_better_kind(state: AnyState, run: _Run) -> AnyState:
    """Return the state, or what follows from its merges as the other kind of state.

    Merges are the same with both. While words enter, bounds of losses cost less than
    overlaps once few of them fail; after that, overlaps do.
    """
    counts, _, scale, threads = run
    if isinstance(state, DenseState):
        if not can_be_dense(state):
            return load_state_of_dense(state, counts, scale, threads)
        return state
    if _should_be_dense(state):
        return load_dense_state_of(state, counts, scale)
    return state


def _should_be_dense(state: State) -> bool:
    """Return whether a dense window would be better, if it is time to look."""
    if state.progress[fields.N_MERGED] % MERGES_BETWEEN_LOOKS != 0:
        return False
    is_better = is_better_dense(state)
    if not is_better:
        state.progress[fields.N_TERMS] = 0
    return is_better


def _advance(
    state: AnyState, run: _Run, n_merges: int, threads: ThreadPoolExecutor
) -> AnyState:
    """Make `n_merges` merges, or all that are left; return the state, perhaps new."""
    counts = run.counts
    end = min(int(state.progress[fields.N_MERGED]) + n_merges, state.losses.size)
    while (n_merged := int(state.progress[fields.N_MERGED])) < end:
        state = _of_better_kind(state, run)
        if isinstance(state, DenseState):
            dense_kernels.advance_dense(state, counts, end - n_merged)
            continue
        if pool_is_full(state):
            state = with_packed_pool(state)
        with _workers(state, threads):
            _advance_overlaps(state, counts, end)
    return state


def _advance_overlaps(state: State, counts: CountTable, end: int) -> None:
    """Make merges up to the `end`-th, while this state can, and should, make them."""
    while (n_merged := int(state.progress[fields.N_MERGED])) < end:
        n_next = MERGES_BETWEEN_LOOKS - n_merged % MERGES_BETWEEN_LOOKS
        kernels.advance(state, counts, min(n_next, end - n_merged))
        if pool_is_full(state) or _should_be_dense(state):
            return


def _workers(state: State, threads: ThreadPoolExecutor) -> AbstractContextManager[None]:
    """Let the other threads of the state, if any, do chunks of the first one's jobs."""
    loop = partial(kernels.worker_loop, state)
    return working_threads(state.workers, state.scratch.shape[0] - 1, loop, threads)
