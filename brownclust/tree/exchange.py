"""Refinement of a flat clustering: words move between clusters, whose number stays."""

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._kernels.jit.intrinsics import HAS_ATOMICS
from brownclust._kernels.tree.exchange import state as fields
from brownclust._kernels.tree.exchange.annealing import NOISE_UNIT, set_temperature
from brownclust._kernels.tree.exchange.gains import worker_loop
from brownclust._kernels.tree.exchange.splitting import move_words
from brownclust._kernels.tree.exchange.state import ExchangeState
from brownclust._kernels.tree.exchange.sweeping import visit_words
from brownclust._progress import ProgressOption, shows_progress
from brownclust._threads import check_threads, n_useful_threads, thread_pool
from brownclust._validation import check_integer, must_be
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.text.blocks import Progress
from brownclust.tree.exchange_state import load_exchange_state
from brownclust.tree.information import average_mutual_information
from brownclust.tree.labels import check_labels_of_words
from brownclust.tree.merge_split import merge_and_split
from brownclust.tree.refining_options import check_seed
from brownclust.tree.sizes import check_sizes
from brownclust.tree.sweep import (
    ANNEALING,
    BEFORE_ROUND,
    LAST_SWEEPS,
    ROUND,
    OnSweep,
    Sweep,
)
from brownclust.tree.worker_threads import working_threads

HOTTEST = 8.0
"""Temperature of the first annealed sweep, in bits."""

COLDEST = 0.4
"""Temperature of the last one."""

TOKENS_AT_HOTTEST = 1_200_000
"""In a text of more tokens it is higher, by the root of as many times."""

CLUSTERS_AT_HOTTEST = 320
"""With more clusters it is lower, by the root of as many times."""

LEAST_GAIN = 1e-5
"""Sweeps end once one gains less than this many bits of AMI."""

LEAST_GAIN_OF_ROUND = 1e-4
"""The same before and after a round of merges and splits: the next one gains more."""

EXPECTED_SWEEPS = 12
"""Sweeps at temperature 0, for reports of progress."""

HOT_ROUNDS = 3
"""Rounds of merges and splits while the temperature is high."""

PARTS = 7
"""They come after the first parts of so many: down to 2.2 bits of 8 and 0.4."""

WORDS_PER_CALL = 4096
"""Words visited between two looks for Ctrl-C."""


class Refinement(NamedTuple):
    """A refined clustering.

    Attributes
    ----------
    labels : int32 array (V,)
        The cluster of each word, numbered by the most frequent word of each.
    ami_before, ami : float
        Average mutual information before and after, in bits per bigram.
    n_sweeps : int
        Sweeps made, at all temperatures.
    n_moves : int
        How often a word moved.
    """

    labels: NDArray[np.int32]
    ami_before: float
    ami: float
    n_sweeps: int
    n_moves: int


@shows_progress
def refine_labels(
    counts: BigramCounts,
    labels: ArrayLike,
    *,
    sweeps: int = 0,
    seed: int = 0,
    threads: int = 1,
    fixed: NDArray[np.bool_] | None = None,
    merge_split: bool = True,
    progress: ProgressOption = None,
    on_sweep: OnSweep | None = None,
    start: Sweep | None = None,
) -> Refinement:
    """Move words between clusters, so that average mutual information rises.

    Every sweep visits all words. First come annealed sweeps, in which a word moves to a
    cluster at random, with better ones more likely, and bad ones less and less so from
    sweep to sweep. Then every word moves to the best cluster, until a sweep gains
    nearly nothing. No cluster becomes empty. The information is never less than at the
    start.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    labels : array_like of int, shape (n_types,)
        The cluster of each word, by rank: any integers.
    sweeps : int, default 0
        Annealed sweeps.
    seed : int, default 0
        Of the random numbers; without annealed sweeps there are none.
    threads : int, default 1
        The most threads to use; the result is the same.
    fixed : bool array, shape (n_types,), optional
        Words that stay where they are.
    merge_split : bool, default True
        Whether also to merge pairs of clusters and split others instead: while the
        temperature is high, or without annealed sweeps, after the others.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress("refine", sweeps_done, sweeps_expected)``.
    on_sweep : callable, optional
        Called with the state after each sweep.
    start : Sweep, optional
        The state after a sweep of an earlier call, which is resumed, to the same
        result; `labels` are then not used.

    Returns
    -------
    Refinement
        The labels, and what was gained.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    The objective is computed in integers, so the result depends on the counts, labels
    and seed alone. A sweep costs the distinct neighbouring clusters of all words, times
    the number of clusters; memory is 24 bytes for each pair of clusters.

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
    >>> refined = refine_labels(counts, [0, 1, 2, 0, 1, 2])
    >>> dict(zip(counts.vocabulary, refined.labels.tolist()))
    {'a': 0, 'cat': 1, 'dog': 1, 'ran': 2, 'sat': 2, 'the': 0}
    >>> round(refined.ami_before, 2), round(refined.ami, 2)
    (0.42, 2.17)
    """
    assert not isinstance(progress, bool)  # by the decorator
    sweeps = check_integer("sweeps", sweeps, minimum=0)
    seed = check_seed("seed", seed)
    n_threads = n_useful_threads(check_threads(threads)) if HAS_ATOMICS else 1
    first_labels, n_clusters = _check_labels(labels, counts.n_types)
    is_fixed = _check_fixed(fixed, counts.n_types)
    ami_before = average_mutual_information(counts, first_labels)
    if start is not None:
        first_labels, n_clusters = start.labels, start.n_clusters
        ami_before = start.ami_before
    state = load_exchange_state(
        counts.table, first_labels, n_clusters, is_fixed, seed, n_threads
    )
    run = _Run(counts, state, sweeps, ami_before, progress, on_sweep)
    if start is not None:
        run.resume(start)
    run.anneal(sweeps, merge_split=merge_split)
    if merge_split and not sweeps:
        run.merge_and_split()
    run.finish()
    refined = _by_first_word(state.labels)
    return Refinement(
        refined,
        ami_before,
        average_mutual_information(counts, refined),
        run.n_done,
        run.n_moves,
    )


def random_labels(
    counts: BigramCounts, n_clusters: int, seed: int
) -> NDArray[np.int32]:
    """Return a random clustering, as a start where greedy clustering takes too long.

    The `n_clusters` most frequent words have a cluster of their own; each other word
    joins one of them at random.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a corpus.
    n_clusters : int
        Number of clusters, at most that of words.
    seed : int
        Of the random numbers.

    Returns
    -------
    int32 array (V,)
        The cluster of each word.
    """
    n_clusters, _ = check_sizes(n_clusters, None, counts.n_types)
    seed = check_seed("seed", seed)
    # The numbers of a bit generator are the same in all versions of NumPy.
    drawn = np.random.PCG64(seed).random_raw(counts.n_types)
    labels = (drawn % np.uint64(n_clusters)).astype(np.int32)
    labels[:n_clusters] = np.arange(n_clusters)
    return labels


class _Run:
    """Sweeps over all words and rounds of merges, counted and reported.

    `resume` continues after any sweep: each method then leaves out what has been done.
    """

    def __init__(
        self,
        counts: BigramCounts,
        state: ExchangeState,
        n_annealed: int,
        ami_before: float,
        progress: Progress | None,
        on_sweep: OnSweep | None,
    ) -> None:
        self._counts = counts.table
        self._state = state
        self._expected = n_annealed + EXPECTED_SWEEPS
        self._ami_before = ami_before
        self._progress = progress
        self._on_sweep = on_sweep
        self._order = _order_of_visits(counts.table, state.word_totals)
        self._units_per_bit = counts.n_bigrams * state.entropies.unit
        self._stage = ANNEALING
        # What the run goes back to unless it gains, and what had been gained there
        self._labels_before, self._gained_before = state.labels.copy(), 0
        self._resumed_gain: int | None = None
        self.n_done = 0

    @property
    def n_moves(self) -> int:
        """How often a word moved."""
        return int(self._state.progress[fields.N_MOVES])

    def resume(self, start: Sweep) -> None:
        """Continue after a sweep of another run, whose labels the state has."""
        self._state.random[0] = start.random
        self._state.progress[fields.N_MOVES] = start.n_moves
        self._state.progress[fields.GAINED] = start.gained
        self.n_done = start.n_sweeps
        self._stage = start.stage
        self._labels_before = start.labels_before
        self._gained_before = start.gained_before
        if self._stage != ANNEALING:
            self._resumed_gain = start.gain

    def anneal(self, n_sweeps: int, *, merge_split: bool) -> None:
        """Sweep at falling temperatures, from time to time merging and splitting."""
        rounds = {n_sweeps * i // PARTS for i in range(1, HOT_ROUNDS + 1)} - {0}
        if self._stage != ANNEALING:
            return
        if merge_split and self.n_done in rounds:  # resumed just before the round
            merge_and_split(self._state, self._counts)
        n_clusters = self._state.n_targets
        temperatures = _temperatures(n_sweeps, self._counts.n_tokens, n_clusters)
        for temperature in temperatures[self.n_done :]:
            self._sweep(int(temperature * self._state.entropies.unit / NOISE_UNIT))
            if merge_split and self.n_done in rounds:
                merge_and_split(self._state, self._counts)

    def converge(self, least_gain: float = LEAST_GAIN) -> None:
        """Sweep at temperature 0 until that gains nearly nothing, in bits of AMI."""
        least = least_gain * self._units_per_bit
        gain = self._sweep(0) if self._resumed_gain is None else self._resumed_gain
        self._resumed_gain = None
        while gain > 0 and gain >= least:
            gain = self._sweep(0)

    def merge_and_split(self) -> None:
        """Sweep, merge and split, as long as that gains.

        Not after annealing, with its own rounds: another one then hardly ever gains.
        """
        if self._stage == LAST_SWEEPS:
            return
        if self._stage != ROUND:
            self._stage = BEFORE_ROUND
            self.converge(LEAST_GAIN_OF_ROUND)
        while True:
            if self._stage != ROUND:
                self._stage = ROUND
                self._labels_before = self._state.labels.copy()
                self._gained_before = self._gained()
                if merge_and_split(self._state, self._counts) == 0:
                    return
            self.converge(LEAST_GAIN_OF_ROUND)
            if self._gained() <= self._gained_before:
                self._return_to(self._labels_before)
                return
            self._stage = BEFORE_ROUND

    def finish(self) -> None:
        """Sweep until that gains nearly nothing.

        If annealing has lost information, as in small texts, the first clusters are
        swept instead.
        """
        self._stage = LAST_SWEEPS
        self.converge()
        if self._gained() < 0:
            self._return_to(self._labels_before)
            self.converge()

    def _return_to(self, labels: NDArray[np.int32]) -> None:
        """Move words back to where they were."""
        for cluster in range(self._state.n_targets):
            words = np.flatnonzero(
                (labels == cluster) & (self._state.labels != cluster)
            )
            move_words(self._state, self._counts, words, cluster)

    def _gained(self) -> int:
        return int(self._state.progress[fields.GAINED])

    def _sweep(self, temperature: int) -> int:
        """Visit all words; return what the objective gained, in units."""
        state = self._state
        before = self._gained()
        if temperature > 0:
            set_temperature(state, temperature)
        n_others = state.n_threads - 1
        loop = partial(worker_loop, state)
        with (
            thread_pool(n_others) as threads,
            working_threads(state.workers, n_others, loop, threads),
        ):
            for start in range(0, self._order.size, WORDS_PER_CALL):
                words = self._order[start : start + WORDS_PER_CALL]
                visit_words(state, self._counts, words, temperature > 0)
        self.n_done += 1
        self._expected = max(self._expected, self.n_done)
        if self._progress is not None:
            self._progress("refine", self.n_done, self._expected)
        gain = self._gained() - before
        if self._on_sweep is not None:
            self._on_sweep(self._now(gain))
        return gain

    def _now(self, gain: int) -> Sweep:
        """Return the state after a sweep."""
        bits = max(self._units_per_bit, 1)
        return Sweep(
            labels=self._state.labels.copy(),
            ami_before=self._ami_before,
            ami=self._ami_before + self._gained() / bits,
            n_sweeps=self.n_done,
            n_moves=self.n_moves,
            gained=self._gained(),
            gain=gain,
            random=int(self._state.random[0]),
            stage=self._stage,
            labels_before=self._labels_before,
            gained_before=self._gained_before,
        )


def _order_of_visits(
    counts: CountTable, word_totals: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return all words, by rank; those of equal count by their total.

    Words with equal count and total have the same rates, which are then kept.
    """
    words = np.arange(counts.n_rows)
    return np.lexsort((words, -word_totals, -counts.unigram_counts))


def _temperatures(sweeps: int, n_tokens: int, n_clusters: int) -> list[float]:
    """Return temperatures in bits, a geometric series, the same on every machine.

    Each is made of products and square roots, which are correctly rounded.
    """
    hottest = HOTTEST * float(np.sqrt(max(1.0, n_tokens / TOKENS_AT_HOTTEST)))
    hottest *= float(np.sqrt(min(1.0, CLUSTERS_AT_HOTTEST / n_clusters)))
    ratio = min(1.0, COLDEST / hottest)
    return [hottest * _power(ratio, i / max(sweeps - 1, 1)) for i in range(sweeps)]


def _power(base: float, exponent: float) -> float:
    """Return base**exponent for 0 <= exponent <= 1, to 40 binary digits of it."""
    power = 1.0
    for _ in range(40):
        base = float(np.sqrt(base))
        exponent *= 2.0
        if exponent >= 1.0:
            power *= base
            exponent -= 1.0
    return power


def _by_first_word(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return labels from 0 on, in the order of the first word of each."""
    _, first, classes = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first)).astype(np.int32)[classes]


def _check_labels(labels: ArrayLike, n_types: int) -> tuple[NDArray[np.int32], int]:
    """Return labels from 0 on, and how many there are.

    They start in the order of their first word: ties go to the lower one, and so do not
    depend on how clusters were numbered before.
    """
    array = check_labels_of_words(labels, n_types)
    numbered = _by_first_word(array)
    return numbered, int(numbered.max()) + 1


def _check_fixed(fixed: NDArray[np.bool_] | None, n_types: int) -> NDArray[np.bool_]:
    """Return which words never move."""
    if fixed is None:
        return np.zeros(n_types, np.bool_)
    array = np.asarray(fixed)
    if array.dtype != np.bool_:
        raise TypeError(must_be("fixed", "bools", array.dtype.name))
    if array.shape != (n_types,):
        rule = f"of shape ({n_types},), one for each word"
        raise ValueError(must_be("fixed", rule, array.shape))
    return array
