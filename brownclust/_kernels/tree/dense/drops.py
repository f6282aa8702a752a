"""How far losses may drop when two clusters are merged.

Nearly every word that enters joins a cluster at once, and the losses of all other pairs
are far above. So it is enough to know how far they may drop. Three laws, in real
numbers, with MI the objective, c >= 0 any counts, and a pair (i, j):

1. *A new context never lowers a loss.* If it has x_i of i and x_j of j, it adds
   f(x_i, x_j) = (x_i + x_j) KL(x_i : x_j || n_i : n_j) >= 0.
2. *A merge of a and b lowers no loss by more than its own.* MI is a function of the
   partition, so loss(a, b) + loss'(i, j) = loss(i, j) + loss"(a, b), where the last is
   that of a and b once i and j are merged, and no loss is negative. Likewise for a pair
   of the new cluster: loss'(ab, j) = loss(a, j) + loss"(aj, b) - loss(a, b).
3. *A pair without a count with b loses nothing* when b is merged into a, as long as it
   does not have a in it. Otherwise each of its slots has a part in the drop. With x_i
   and y_i the counts of i with a and b:

   - If b is the pending word, which was no context before: by the tangent of the convex
     f, at most y_i log2(R n_i / x_i), R the larger of the rates (x + y) / n of i and j.
     If x_i is 0, then y_i takes its place, and log2 e is added to the logarithm. For
     R n_i there may also be x_i + y_i + x_j + y_j, which is less if i is frequent.
   - If b is inserted: at most y_i log2(X / x_i), X = x_i + x_j. If x_i is 0: at most
     y_i (log2((y_i + X) / y_i) + log2 e), X = x_j + y_j.

A drop of a slot is its part of law 3, or the loss of law 2, whichever is less; R and X
are the largest of all its near pairs, or of all pairs.
"""

from brownclust._kernels.jit.compilation import inlined_kernel, inner_kernel
from brownclust._kernels.tree.dense.bounds import (
    refresh_far_bound,
    update_bound,
)
from brownclust._kernels.tree.dense.counts import clear_pending
from brownclust._kernels.tree.dense.state import (
    FAR_DROP,
    FAR_LIMIT,
    LARGEST_COUNT,
    LARGEST_RATE,
    LEVEL,
    N_NEAR,
    NEAR_DROP,
    REAL_SIZE,
    RECIPROCAL,
    SLACK,
    CountRow,
    DenseState,
)
from brownclust._kernels.tree.dense.terms import log2_above
from brownclust._kernels.tree.entropy import LOG2_E
from brownclust._kernels.tree.types import int64

DROP_SLACK = 1e-9
"""Fraction by which drops are raised: the rest, in float64, errs by 1e-14."""

MEMORY_OF_LEVEL = 1.0 / 64
"""Weight of the last merge in the mean loss of merges."""


@inner_kernel
def part_of_drop(before: float, count: float, sum_above: float) -> float:
    """A slot's part in a drop, in bits, if its count grows from `before` by `count`.

    Law 3: `sum_above` is at least R n_i, or X.
    """
    base = before if before > 0.0 else count
    part = log2_above(sum_above / base)
    if before == 0.0:
        part += LOG2_E
    return count * part


@inlined_kernel
def raise_drops(
    state: DenseState,
    i: int,
    a: int,
    added: CountRow,
    most: float,
    is_inserted: int,
) -> None:
    """Raise the drops of slot i: its counts with a have grown by `added`.

    O(near pairs).
    """
    reals = state.reals
    n_near = state.slots[N_NEAR, i]
    size = reals[REAL_SIZE, i]
    near = 0.0
    far = 0.0
    for direction in range(2):
        count = float(added[direction, i])
        if count == 0.0:
            continue
        row = state.counts[direction, a]
        after = float(row[i])
        largest_near = after / size
        for at in range(n_near):
            j = state.near_slots[i, at]
            if j != a:
                rate = float(row[j]) * reals[RECIPROCAL, j]
                largest_near = max(largest_near, rate)
        both = after + reals[LARGEST_COUNT + direction, a]
        if is_inserted:
            part = part_of_drop(after - count, count, both)
            near += part
            far += part
        else:
            both_far = min(both, size * reals[LARGEST_RATE + direction, a])
            both_near = min(both, size * largest_near)
            far += part_of_drop(after - count, count, both_far)
            near += part_of_drop(after - count, count, both_near)
    reals[FAR_DROP, i] += min(most, far * (1.0 + DROP_SLACK))
    reals[NEAR_DROP, i] += min(most, near * (1.0 + DROP_SLACK))
    update_bound(state, i)


@inner_kernel
def lower_bounds(
    state: DenseState,
    a: int,
    added: CountRow,
    touched: CountRow,
    loss: int,
    is_inserted: int,
) -> None:
    """Lower bounds of losses after a merge into slot a, at this loss.

    `added` are the merged slot's counts, `touched` its contexts; slot a's counts are
    those after the merge. O(n), and for each context its near pairs.
    """
    reals = state.reals
    edge = reals.shape[1] - 1
    most = max(float(loss) / state.entropies.unit, 0.0) + state.scales[SLACK]
    level = state.scales[LEVEL]
    state.scales[LEVEL] = level + (most - level) * MEMORY_OF_LEVEL
    for t in range(touched.size):
        i = int64(touched[t])
        if i not in (a, edge):
            raise_drops(state, i, a, added, most, is_inserted)
    reals[FAR_DROP, a] += most
    reals[NEAR_DROP, a] += most
    update_bound(state, a)
    clear_pending(state)
    for t in range(touched.size):
        i = int64(touched[t])
        if i not in (a, edge) and reals[FAR_DROP, i] > reals[FAR_LIMIT, i]:
            refresh_far_bound(state, i)
    if reals[FAR_DROP, a] > reals[FAR_LIMIT, a]:
        refresh_far_bound(state, a)
