"""The arithmetic of losses: logarithms, entropies, and the terms made of them.

All terms are integers in units of 2**-scale bits. Each is rounded once, from + - * /
alone, so that every machine gets the same bits and no order of sums matters.
"""

from decimal import Decimal, localcontext
from math import frexp
from typing import NamedTuple

import numpy as np

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import real_exponent, real_mantissa
from brownclust._kernels.tree.types import Integers, Reals, int64

SQRT_HALF = 0.7071067811865476
"""Mantissas go from here to twice this, so that fractions go from -1/2 to 1/2."""

LOG2_E = 1.4426950408889634
"""1 / ln 2: what makes a natural logarithm one to base 2."""

CENTRES_PER_ONE = 128
"""Of the logarithm beyond the table: 1/128 lies between two centres."""


class Entropies(NamedTuple):
    """h(n) = n log2 n in integer units of 2**-scale bits."""

    table: Integers  # h(0), h(1), ...: of counts that are looked up
    unit: float  # 2.0**scale
    centres: Reals  # (2, n): c = i / CENTRES_PER_ONE for each i; 1 / c and log2 c


@inner_kernel
def log2_parts(x: float) -> tuple[int, float]:
    """An integer e and a fraction f with log2 x = e + f, |f| <= 1/2, for x > 0.

    No library's logarithm, whose last bit differs between machines, but its series:
    ln m = 2 t (1 + u / 3 + u**2 / 5 + ...) with t = (m - 1) / (m + 1) and u = t**2.
    """
    mantissa, exponent = frexp(x)
    if mantissa < SQRT_HALF:
        mantissa *= 2.0
        exponent -= 1
    t = (mantissa - 1.0) / (mantissa + 1.0)
    u = t * t
    # u <= 0.03: the first term left out, u**12 / 25, is below 2**-65.
    p = 1.0 / 23
    p = p * u + 1.0 / 21
    p = p * u + 1.0 / 19
    p = p * u + 1.0 / 17
    p = p * u + 1.0 / 15
    p = p * u + 1.0 / 13
    p = p * u + 1.0 / 11
    p = p * u + 1.0 / 9
    p = p * u + 1.0 / 7
    p = p * u + 1.0 / 5
    p = p * u + 1.0 / 3
    p = p * u
    return exponent, (2.0 * t + 2.0 * t * p) * LOG2_E


@fast_kernel
def log2(x: float) -> float:
    """log2 x as one float64, for x > 0; the same on every machine."""
    exponent, fraction = log2_parts(x)
    return float(exponent) + fraction


@inner_kernel
def rounded_entropy(n: int, unit: float) -> int:
    """h(n) = n log2 n in units, for n >= 1.

    The whole part of the logarithm is multiplied in integers, which is exact. Only the
    product with the fraction is rounded, so that the error does not grow with the
    logarithm. It is half a unit, and a float64 error below 3.1 * 2**-53 * n * unit.
    """
    exponent, fraction = log2_parts(float(n))
    return n * exponent * int64(unit) + int64(
        np.floor(float(n) * fraction * unit + 0.5)
    )


@fast_kernel
def fill_entropies(table: Integers, unit: float) -> None:
    """Set table[n] = h(n) for every n; O(table)."""
    table[0] = 0
    for n in range(1, table.size):
        table[n] = rounded_entropy(n, unit)


def logarithms_of_centres() -> Reals:
    """Return `Entropies.centres`: each is correctly rounded, so the same everywhere."""
    n = int(2**0.5 * CENTRES_PER_ONE) + 2
    centres = np.zeros((2, n))
    with localcontext() as context:
        context.prec = 40
        for i in range(int(SQRT_HALF * CENTRES_PER_ONE), n):
            centre = Decimal(i) / CENTRES_PER_ONE
            centres[:, i] = float(1 / centre), float(centre.ln() / Decimal(2).ln())
    return centres


@inner_kernel
def computed_entropy(entropies: Entropies, n: int) -> int:
    """h(n) for n beyond the table: as `rounded_entropy`, but with a faster logarithm.

    log2 m = log2 c + log2 (1 + r) for the nearest of 128 centres c to 1, r = (m - c) /
    c. |r| < 2**-7.4, so that a polynomial of degree 8 errs by less than 2**-67. There
    is no division. The error is below that of `rounded_entropy`.
    """
    x = float(n)
    exponent = real_exponent(x)
    mantissa = real_mantissa(x)
    if mantissa > 2.0 * SQRT_HALF:
        mantissa *= 0.5
        exponent += 1
    i = int64(mantissa * CENTRES_PER_ONE + 0.5)
    r = (mantissa - float(i) * (1.0 / CENTRES_PER_ONE)) * entropies.centres[0, i]
    p = -LOG2_E / 8
    p = p * r + LOG2_E / 7
    p = p * r - LOG2_E / 6
    p = p * r + LOG2_E / 5
    p = p * r - LOG2_E / 4
    p = p * r + LOG2_E / 3
    p = p * r - LOG2_E / 2
    p = p * r + LOG2_E
    fraction = entropies.centres[1, i] + r * p
    rounded: int = n * exponent * int64(entropies.unit) + int64(
        np.floor(x * fraction * entropies.unit + 0.5)
    )
    return rounded


@inner_kernel
def entropy(entropies: Entropies, n: int) -> int:
    """h(n) for n >= 0: looked up while n is small, computed beyond the table."""
    if n < entropies.table.size:
        known: int = entropies.table[n]
        return known
    return computed_entropy(entropies, n)


@inner_kernel
def overlap_term(entropies: Entropies, x: int, y: int) -> int:
    """D(x, y) = h(x) + h(y) - h(x + y): what one context adds to an overlap.

    Zero if x or y is, else negative. But for rounding, it falls as x or y grows.
    """
    return entropy(entropies, x) + entropy(entropies, y) - entropy(entropies, x + y)


@inner_kernel
def marginal(size_a: int, total_a: int, size_b: int, total_b: int, unit: float) -> int:
    """What a loss owes to the counts of the clusters alone, in units, rounded once.

    `total_a` is the sum of a's counts with its neighbours. All operations are monotone
    in it, so the term never falls while it grows: bounds may stay as they are.
    """
    size_of_both = float(size_a + size_b)
    bits_a = float(total_a) * log2(size_of_both / float(size_a))
    bits_b = float(total_b) * log2(size_of_both / float(size_b))
    return int64(np.floor((bits_a + bits_b) * unit + 0.5))


@inner_kernel
def self_terms(entropies: Entropies, caa: int, cab: int, cba: int, cbb: int) -> int:
    """What the counts of a pair with itself add to S(a, b) to make the loss.

    S takes a and b for four contexts: D(caa, cba) + D(cab, cbb) + D(caa, cab)
    + D(cba, cbb). The loss has the four entropies less that of their sum instead.
    Together that is minus the mutual information of the table of two by two, times its
    sum: zero unless caa and cbb are positive, or cab and cba.
    """
    total = -entropy(entropies, caa + cab + cba + cbb)
    for n in (caa + cab, caa + cba, cab + cbb, cba + cbb):
        total += entropy(entropies, n)
    for n in (caa, cab, cba, cbb):
        total -= entropy(entropies, n)
    return total
