"""The arithmetic of losses: logarithms, entropies, and the terms made of them.

Integers in units of 2**-scale bits; every one is rounded once, from + - * / alone, so
that every machine gets the same bits.
"""

from math import frexp
from typing import NamedTuple

import numpy as np

from brownclust._kernels.jit.compilation import Array, Int, fast_kernel, inner_kernel


class Entropies(NamedTuple):
    """h(n) in integer units of 2**-scale bits."""

    table: Array  # int64 (n_table,): h(0), h(1), ...
    unit: float  # 2.0**scale


@inner_kernel
def log2_parts(x: float) -> tuple[Int, float]:
    """E and f with log2 x = e + f, |f| <= 1/2, x > 0.

    From + - * / alone, so that every machine gets the same bits.
    """
    mantissa, exponent = frexp(x)
    if mantissa < 0.7071067811865476:
        mantissa *= 2.0
        exponent -= 1
    t = (mantissa - 1.0) / (mantissa + 1.0)
    u = t * t
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
    return exponent, (2.0 * t + 2.0 * t * p) * 1.4426950408889634


@fast_kernel
def log2(x: float) -> float:
    """log2 x as one float64, x > 0."""
    exponent, fraction = log2_parts(x)
    return float(exponent) + fraction


@inner_kernel
def rounded_entropy(n: Int, unit: float) -> Int:
    """h(n) = n log2 n in units, n >= 1.

    The whole part of the logarithm is multiplied in integers; what is rounded,
    once, is the product with the fraction.
    """
    exponent, fraction = log2_parts(float(n))
    return n * exponent * np.int64(unit) + np.int64(
        np.floor(float(n) * fraction * unit + 0.5)
    )


@fast_kernel
def fill_entropies(table: Array, unit: float) -> None:
    """table[n] = h(n)."""
    table[0] = 0
    for n in range(1, table.size):
        table[n] = rounded_entropy(n, unit)


@inner_kernel
def entropy(entropies: Entropies, n: Int) -> Int:
    """h(n), n >= 0: looked up while small, computed beyond."""
    if n < entropies.table.size:
        return entropies.table[n]
    return rounded_entropy(n, entropies.unit)


@inner_kernel
def shared(entropies: Entropies, x: Int, y: Int) -> Int:
    """D(x, y) = h(x) + h(y) - h(x + y): what a shared context takes off a loss."""
    return entropy(entropies, x) + entropy(entropies, y) - entropy(entropies, x + y)


@inner_kernel
def marginal(size_a: Int, mass_a: Int, size_b: Int, mass_b: Int, unit: float) -> Int:
    """The loss's marginal term in units, rounded once."""
    total = float(size_a + size_b)
    bits_a = float(mass_a) * log2(total / float(size_a))
    bits_b = float(mass_b) * log2(total / float(size_b))
    return np.int64(np.floor((bits_a + bits_b) * unit + 0.5))


@inner_kernel
def self_terms(entropies: Entropies, caa: Int, cab: Int, cba: Int, cbb: Int) -> Int:
    """What the pair's counts with itself add to S(a, b).

    Zero unless caa and cbb are positive, or cab and cba. S has them as four contexts,
    D(caa, cba) + D(cab, cbb) + D(caa, cab) + D(cba, cbb); the loss has instead
    the four entropies less that of their sum.
    """
    total = -entropy(entropies, caa + cab + cba + cbb)
    for n in (caa + cab, caa + cba, cab + cbb, cba + cbb):
        total += entropy(entropies, n)
    for n in (caa, cab, cba, cbb):
        total -= entropy(entropies, n)
    return total
