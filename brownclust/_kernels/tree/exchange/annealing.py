"""Clusters drawn at random, each the more likely the more it gains.

The cluster with the largest gain + temperature * g is one drawn with probability
proportional to 2**(gain / temperature), if all g are independent and drawn from
Gumbel's distribution. They are read from a table at a random place.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tree.entropy import log2
from brownclust._kernels.tree.exchange.state import (
    GAIN,
    NOISE_SHIFT,
    ExchangeState,
)
from brownclust._kernels.tree.types import Indices, int64

N_NOISE = 2**16

NOISE_UNIT = 4096.0
"""Numbers of the table for each bit of g."""

LEAST_NOISE = -5 * 4096
"""Below all of them: the least g is -log2(17) bits, the largest 16.5 bits."""

LARGEST_NOISE = 17 * 4096 - LEAST_NOISE
"""Above all numbers of the table, from 0 on."""

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
def fill_gumbel(gumbel: Indices, random: NDArray[np.uint64]) -> None:
    """Set gumbel to quantiles of Gumbel's distribution, shuffled; O(gumbel)."""
    n = gumbel.size
    for i in range(n):
        g = -log2(-log2((float(i) + 0.5) / float(n)))
        at = random_below(random, int64(i + 1))  # Fisher and Yates
        gumbel[i] = gumbel[at]
        gumbel[at] = np.int32(np.floor(g * NOISE_UNIT + 0.5))


@fast_kernel
def set_temperature(state: ExchangeState, temperature: int) -> None:
    """Set noise to the table times the temperature, from 0 on; O(table).

    The temperature is in units for each number of the table. The first numbers come
    again at the end, so that from any place on there are k. At high temperatures the
    last bits are dropped, so that the others fit 32 bits.
    """
    gumbel = state.gumbel
    shift = int64(0)
    while temperature * LARGEST_NOISE >> shift >= 2**32:
        shift += 1
    state.progress[NOISE_SHIFT] = shift
    for i in range(state.noise.size):
        number = int64(gumbel[i % gumbel.size]) - LEAST_NOISE
        state.noise[i] = np.uint32(temperature * number >> shift)


@inner_kernel
def best_cluster(state: ExchangeState, own: int) -> int:
    """The cluster of the largest gain, the first at a tie, but `own` if it is."""
    gains = state.clusters[GAIN, : state.n_targets]
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
def drawn_cluster(state: ExchangeState) -> int:
    """A cluster drawn at the temperature that was set; O(k)."""
    gains = state.clusters[GAIN, : state.n_targets]
    start = random_below(state.random, int64(N_NOISE))
    noise = state.noise[start : start + gains.size]
    shift = state.progress[NOISE_SHIFT]
    largest = gains[0] + (int64(noise[0]) << shift)
    for i in range(gains.size):
        largest = max(largest, gains[i] + (int64(noise[i]) << shift))
    i = int64(0)
    while gains[i] + (int64(noise[i]) << shift) != largest:
        i += 1
    return i
