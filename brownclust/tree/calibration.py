"""How fast this machine is: our own kernels on a small corpus of random words."""

from itertools import count
from statistics import median
from time import process_time

import numpy as np

from brownclust.counting.counts import BigramCounts
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.planning import CALIBRATION_SECONDS

SECONDS = 1.0
"""How long a calibration takes, at least, beside loading kernels."""

WINDOWS = (100, 1000)
"""Windows of the runs: many entering words, and many terms for each of them."""

MIN_ROUNDS = 3
"""Their median is not that of a moment at which something else ran."""

N_TOKENS = 60_000
N_WORDS = 5_000
SENTENCE_TOKENS = 20


def measure_slowdown() -> float:
    """Return how many times as long as the reference machine this one takes.

    Returns
    -------
    float
        Above 1 if this machine is slower than `planning.REFERENCE_MACHINE`, or busy.

    Notes
    -----
    Takes about a second, after kernels have been loaded or compiled.
    """
    return calibration_seconds() / CALIBRATION_SECONDS


def calibration_seconds() -> float:
    """Return the processor time of clustering random words in all of `WINDOWS`.

    It is the median of rounds that take `SECONDS` together.
    """
    counts = random_counts()
    brown_cluster(counts.select(max_vocabulary=3), window=2)  # loads the kernels
    times: list[float] = []
    for n_rounds in count(1):
        started = process_time()
        for window in WINDOWS:
            brown_cluster(counts, window=window)
        times.append(process_time() - started)
        if n_rounds >= MIN_ROUNDS and sum(times) >= SECONDS:
            break
    return median(times)


def random_counts() -> BigramCounts:
    """Return the counts of random words, the same everywhere.

    The word of rank r has a weight of 1 / r, so a few are frequent and most are rare.
    """
    generator = np.random.default_rng(0)
    ranks = np.floor(N_WORDS ** generator.random(N_TOKENS)).astype(np.int64)
    words = [str(rank) for rank in ranks.tolist()]
    starts = range(0, N_TOKENS, SENTENCE_TOKENS)
    return BigramCounts.from_sentences(
        words[start : start + SENTENCE_TOKENS] for start in starts
    )
