"""Clusters drawn at random, each the more likely the more it gains.

The cluster with the largest gain + temperature * g is one drawn with probability
proportional to 2**(gain / temperature), if all g are independent and drawn from
Gumbel's distribution. They are read from a table at a random place.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.exchange.state import GAIN, ExchangeState
from brownclust._kernels.tree.types import Indices, int64

N_NOISE = 2**16

NOISE_UNIT = 4096.0
"""Numbers of the table for each bit of g."""

SEVEN = np.uint64(7)
THIRTEEN = np.uint64(13)
SEVENTEEN = np.uint64(17)


@inner_kernel
def next_random(random: NDArray[np.uint64]) -> np.uint64:
    """The next of the random numbers (xorshift64, Marsaglia 2003)."""
    x: np.uint64 = random[0]
    x ^= x << THIRTEEN
    x ^= x >> SEVEN
    x ^= x << SEVENTEEN
    random[0] = x
    return x


@inner_kernel
def random_below(random: NDArray[np.uint64], n: int) -> int:
    """A random number from 0 to n - 1, n < 2**31; the bias is below n / 2**32."""
    return int64(next_random(random) >> np.uint64(32)) * n >> 32


@fast_kernel
def fill_noise(noise: Indices, random: NDArray[np.uint64]) -> None:
    """Set noise to quantiles of Gumbel's distribution, shuffled; the first come again.

    O(noise).
    """
    for i in range(N_NOISE):
        g = -log2(-log2((float(i) + 0.5) / N_NOISE))
        at = random_below(random, int64(i + 1))  # Fisher and Yates
        noise[i] = noise[at]
        noise[at] = np.int32(np.floor(g * NOISE_UNIT + 0.5))
    for i in range(N_NOISE, noise.size):
        noise[i] = noise[i - N_NOISE]


@inner_kernel
def best_cluster(state: ExchangeState, own: int) -> int:
    """The cluster of the largest gain, the first at a tie, but `own` if it is."""
    n_clusters = state.context_counts.shape[1] - 1
    gains = state.clusters[GAIN, :n_clusters]
    largest = gains[own]
    for i in range(gains.size):
        largest = max(largest, gains[i])
    if largest == gains[own]:
        return own
    i = int64(0)
    while gains[i] != largest:
        i += 1
    return i


@inner_kernel
def drawn_cluster(state: ExchangeState, temperature: int) -> int:
    """A cluster drawn at a temperature, in units per number of the table of noise."""
    n_clusters = state.context_counts.shape[1] - 1
    gains = state.clusters[GAIN, :n_clusters]
    start = random_below(state.random, int64(N_NOISE))
    noise = state.noise[start : start + n_clusters]
    largest = gains[0] + temperature * noise[0]
    for i in range(gains.size):
        largest = max(largest, gains[i] + temperature * noise[i])
    i = int64(0)
    while gains[i] + temperature * noise[i] != largest:
        i += 1
    return i
