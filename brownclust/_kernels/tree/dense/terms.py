"""Dense rows of counts: what bounds the overlaps of one slot with all others, quickly.

For every context k there is a row with the counts of all slots with k, zeros included.
Of a slot that has k x times, a term -D(x, q) is needed for every count q of such a row.

- For small x, most of the contexts of rare words, rows hold these terms themselves,
  rounded up: an addition for each slot, several in one instruction.
- For any other x, D is computed in float32, likewise without a branch or a look-up.

Both are bounds, not overlaps. They rule out nearly all pairs; `losses` are computed for
those that are left.

With r = min(x, q) / max(x, q), -D(x, q) is min(x, q) (P(r) - log2 r), and the function
P(r) = (1 + r) log2(1 + r) / r is smooth. Here P and the logarithm of the mantissa of r
are polynomials, Chebyshev's, which err by 2.1e-5 and 1.5e-5.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import (
    float_exponent,
    float_mantissa,
    multiply_add,
)
from brownclust._kernels.tree.dense.state import CountRow, Floats
from brownclust._kernels.tree.entropy import Entropies, overlap_term
from brownclust._kernels.tree.types import int64

N_TERM_ROWS = 2
"""Rows of terms are kept for x = 1 ... this: four fifths of the contexts of a word."""

TERMS_PER_BIT = 512.0
"""Terms are in units of 1/512 bits: up to 128 bits in 16, more than D(2, q) has."""

RELATIVE_TERM_SLACK = 2.0**-14
"""By what fraction the float32 terms may be too small.

The polynomials err by 3.6e-5, their evaluation by 3e-6, and P(r) - log2 r is at least
1.44: together 2.8e-5. The rest covers two more roundings.
"""

SLACK_OF_SUM = 2.0**-23
"""The same for every addition that a term goes through: each errs by 2**-24."""

ADDITIONS_OF_ROW = 40.0
"""Of `take_sum` of rows of 2**32 numbers, and a few before."""

LOG_SLACK = 1e-4
"""By how much `log2_above` may err: the polynomial by 1.5e-5, float32 by 1e-6."""

ZERO = np.float32(0.0)
ONE = np.float32(1.0)
P0, P1, P2, P3, P4 = (
    np.float32(c)
    for c in (1.44271587, 0.72023824, -0.23066001, 0.08775497, -0.02006529)
)
L0, L1, L2, L3, L4, L5 = (
    np.float32(c)
    for c in (
        *(-2.79415368, 5.06975632, -3.52021884),
        *(1.61017755, -0.40947559, 0.04392863),
    )
)


@inner_kernel
def log2_above(ratio: float) -> float:
    """At least log2 of a ratio, and at least 0; less than 2e-4 above."""
    x = np.float32(max(ratio, 1.0))
    m = float_mantissa(x)
    log = multiply_add(L5, m, L4)
    log = multiply_add(log, m, L3)
    log = multiply_add(log, m, L2)
    log = multiply_add(log, m, L1)
    log = multiply_add(log, m, L0)
    return float(float_exponent(x) + log) + LOG_SLACK


@inner_kernel
def add_small_terms(terms: NDArray[np.uint16], sums: NDArray[np.int32]) -> None:
    """Add a row of terms of a small count to sums; O(row), vectorised."""
    for j in range(sums.size):
        sums[j] += terms[j]


@inner_kernel
def approximate_term(x: Any, q: Any) -> Any:
    """-D(x, q), nearly, in bits; 0 if x or q is 0. All float32."""
    small = min(x, q)
    r = small / max(x, q, ONE)
    p = multiply_add(P4, r, P3)
    p = multiply_add(p, r, P2)
    p = multiply_add(p, r, P1)
    p = multiply_add(p, r, P0)
    m = float_mantissa(r)
    log = multiply_add(L5, m, L4)
    log = multiply_add(log, m, L3)
    log = multiply_add(log, m, L2)
    log = multiply_add(log, m, L1)
    log = multiply_add(log, m, L0)
    return small * (p - log - float_exponent(r))


@inner_kernel
def add_terms(counts: CountRow, count: int, sums: Floats) -> None:
    """Add -D(count, q), nearly, for all q of a row to sums; O(row), vectorised."""
    x = np.float32(count)
    for j in range(sums.size):
        sums[j] += approximate_term(x, np.float32(counts[j]))


@inner_kernel
def add_terms_of_rows(counts: CountRow, other: CountRow, sums: Floats) -> None:
    """Add -D of the counts of two rows, nearly, to sums; O(row), vectorised."""
    for j in range(sums.size):
        sums[j] += approximate_term(np.float32(counts[j]), np.float32(other[j]))


@inner_kernel
def take_sum(sums: Floats) -> float:
    """The sum of these, which are zeroed. Every half is added to the other: O(row)."""
    n = sums.size
    while n > 1:
        half = n >> 1
        upper = sums[n - half : n]
        for j in range(half):
            sums[j] += upper[j]
            upper[j] = ZERO
        n -= half
    total = float(sums[0])
    sums[0] = ZERO
    return total


@inner_kernel
def rounded_term(entropies: Entropies, x: int, count: int) -> int:
    """-D(x, count) in units of 1/512 bits, rounded up."""
    bits = -float(overlap_term(entropies, x, count)) / entropies.unit
    return int64(max(np.ceil(bits * TERMS_PER_BIT), 0.0))


@inner_kernel
def term_of_count(
    entropies: Entropies, table: NDArray[np.uint16], x: int, count: int
) -> int:
    """-D(x, count) as rows of terms have it: looked up while the count is small."""
    if count < table.shape[1]:
        known: int = table[x - 1, count]
        return known
    return rounded_term(entropies, x, count)


@fast_kernel
def fill_term_table(entropies: Entropies, table: NDArray[np.uint16]) -> None:
    """Set table[x - 1, n] to -D(x, n), rounded up, for every n; O(table)."""
    for x in range(table.shape[0]):
        for n in range(table.shape[1]):
            table[x, n] = rounded_term(entropies, int64(x + 1), int64(n))
