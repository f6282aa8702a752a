"""Kernels of exact agglomeration: arithmetic, context lists, folds, least pair.

Glossary
--------
slot
    a column of `Window.slots`: holds an active cluster, the line edge, or nothing
context list
    ``SUCCESSORS`` of slot i: the slots k with c(i, k) > 0, ascending, and the
    counts; ``PREDECESSORS`` of slot k: the slots i with c(i, k) > 0, likewise
affinity
    S(i, j) of two slots: the sum of D over all contexts that they share, in both
    directions, in integer units of 2**-scale bits. It is kept in two shares, one
    in each slot's row, affinity[i, j] + affinity[j, i], so that a change that
    starts from one slot writes along its row only
bound
    of slot i: no pair (i, j) with j < i has a smaller loss
detached
    said of a slot with context lists of its own that no other slot knows of

Everything follows from one move. When the count c(i, k) grows from ``before``
to ``after``, then for every j that has the context k too

    S(i, j) += D(after, c(j, k)) - D(before, c(j, k))

and, with directions exchanged, the same holds for k and the slots that follow
i. A word that enters, one that leaves and one that is folded into another are
sequences of that move, and integers give the same bits in any order.
"""

from math import frexp
from typing import Any, NamedTuple

import numpy as np

from brownclust._kernels import compilation

# NumPy integers: Numba would compile its callers once for each literal.
SUCCESSORS: Any = np.int64(0)
PREDECESSORS: Any = np.int64(1)
ZERO: Any = np.int64(0)

FREE = -1  # cluster id of a slot that holds no cluster
LARGEST = np.iinfo(np.int64).max

# Rows of `Window.slots`
CLUSTER = 0  # id in the tree, or FREE
SIZE = 1  # n(i)
MASS = 2  # m(i): counts with all slots, both directions
SELF_COUNT = 3  # c(i, i)
BOUND = 4
PARTNER = 5  # the slot that promises the least loss
REST = 6  # no pair with another slot has a smaller loss; at least the bound
SETTLED = 7  # 1 if the bound was the partner's loss, and the least, when it was set
WRITTEN = 8  # the clock when the row of affinities was last written
COLLECTED = 9  # + side: the clock when the shares in the column were last taken over
LIST_START = 11  # + direction: where the context list starts in the pool
LIST_LENGTH = 13  # + direction
LIST_CAPACITY = 15  # + direction
LIST_MOST = 17  # + direction: no count in the list has ever been larger
N_SLOT_FIELDS = 19

# Sides of a slot, for COLLECTED
BELOW = 0  # the slots before it
ABOVE = 1

# Rows of `Window.pool`
SLOT = 0
COUNT = 1

# Rows of `Window.scratch`
ROW = 0  # one slot's affinities or losses in the making, else zeros
ESTIMATE = 1  # lower bounds of one slot's losses
DROP = 2  # what one fold takes off bounds, else zeros
N_SCRATCH = 3

# Positions in `Window.progress`
N_ENTERED = 0  # words that have entered
N_MERGED = 1  # merges made
ENTRANT = 2  # the slot that the next word takes
POOL_USED = 3  # entries of the pool handed out
POOL_LIVE = 4  # entries of the pool that hold a count
N_RESCANS = 5  # rows looked at again
N_ATTACHED = 6  # words that needed a slot of their own
CLOCK = 7  # counts the attachments, detachments and folds
PROGRESS_SIZE = 8


# All release the GIL: they touch no Python object. Without the check for a zero
# divisor nothing here can raise, and then Numba leaves most reference counting of
# the arrays out: half of the run time.
kernel = compilation.kernel(nogil=True, error_model="numpy")


# Types that Numba infers; with the JIT off, integers are Python's or NumPy's.
Int = Any
Bool = Any
Array = Any


class Entropies(NamedTuple):
    """h(n) in integer units of 2**-scale bits."""

    table: Array  # int64 (n_table,): h(0), h(1), ...
    unit: float  # 2.0**scale


class Window(NamedTuple):
    """The active clusters; every array is changed in place.

    ``n`` slots: the window, one for the entering word, one for the line edge.
    """

    entropies: Entropies
    slots: Array  # int64 (N_SLOT_FIELDS, n)
    log_size: Array  # float64 (n,): log2 n(i)
    pool: Array  # int32 or int64 (2, n_pool): the context lists
    affinity: Array  # int64 (n, n): shares
    scratch: Array  # int64 (N_SCRATCH, n)
    slot_of_word: Array  # int32 (V,): until all words have entered
    progress: Array  # int64 (PROGRESS_SIZE,)
    children: Array  # int64 (V - 1, 2)
    losses: Array  # int64 (V - 1,)


class Corpus(NamedTuple):
    """`BigramCounts` as the kernels see them, words by rank."""

    unigram_counts: Array  # int64 (V,)
    offsets: Array  # int64 (2, V + 1): of successors and predecessors
    successors: Array  # int32
    successor_counts: Array  # int64
    predecessors: Array  # int32
    predecessor_counts: Array  # int64
    edge_counts: Array  # int64 (2, V): c(w, edge) and c(edge, w)


# --- Arithmetic ---------------------------------------------------------------


@kernel
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


@kernel
def log2(x: float) -> float:
    """log2 x as one float64, x > 0."""
    exponent, fraction = log2_parts(x)
    return float(exponent) + fraction


@kernel
def rounded_entropy(n: Int, unit: float) -> Int:
    """h(n) = n log2 n in units, n >= 1.

    The whole part of the logarithm is multiplied in integers; what is rounded,
    once, is the product with the fraction.
    """
    exponent, fraction = log2_parts(float(n))
    return n * exponent * np.int64(unit) + np.int64(
        np.floor(float(n) * fraction * unit + 0.5)
    )


@kernel
def fill_entropies(table: Array, unit: float) -> None:
    """table[n] = h(n)."""
    table[0] = 0
    for n in range(1, table.size):
        table[n] = rounded_entropy(n, unit)


@kernel
def entropy(entropies: Entropies, n: Int) -> Int:
    """h(n), n >= 0: looked up while small, computed beyond."""
    if n < entropies.table.size:
        return entropies.table[n]
    return rounded_entropy(n, entropies.unit)


@kernel
def shared(entropies: Entropies, x: Int, y: Int) -> Int:
    """D(x, y) = h(x) + h(y) - h(x + y): what a shared context takes off a loss."""
    return entropy(entropies, x) + entropy(entropies, y) - entropy(entropies, x + y)


@kernel
def marginal(size_a: Int, mass_a: Int, size_b: Int, mass_b: Int, unit: float) -> Int:
    """The loss's marginal term in units, rounded once."""
    total = float(size_a + size_b)
    bits_a = float(mass_a) * log2(total / float(size_a))
    bits_b = float(mass_b) * log2(total / float(size_b))
    return np.int64(np.floor((bits_a + bits_b) * unit + 0.5))


@kernel
def self_terms(entropies: Entropies, caa: Int, cab: Int, cba: Int, cbb: Int) -> Int:
    """What the pair's counts with itself add to S(a, b).

    Zero unless caa and cbb are positive, or cab and cba. S has them as four contexts,
    D(caa, cba) + D(cab, cbb) + D(caa, cab) + D(cba, cbb); the loss has instead
    the four entropies less that of their sum.
    """
    return (
        entropy(entropies, caa + cab)
        + entropy(entropies, caa + cba)
        + entropy(entropies, cab + cbb)
        + entropy(entropies, cba + cbb)
        - entropy(entropies, caa)
        - entropy(entropies, cab)
        - entropy(entropies, cba)
        - entropy(entropies, cbb)
        - entropy(entropies, caa + cab + cba + cbb)
    )


# --- Context lists ------------------------------------------------------------


@kernel
def find(slots: Array, pool: Array, direction: Int, slot: Int, context: Int) -> Int:
    """Where the context stands in the pool, or would; O(log length)."""
    low = slots[LIST_START + direction, slot]
    high = low + slots[LIST_LENGTH + direction, slot]
    while low < high:
        middle = (low + high) >> 1
        if pool[SLOT, middle] < context:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def list_end(slots: Array, direction: Int, slot: Int) -> Int:
    """Where the context list ends in the pool."""
    return slots[LIST_START + direction, slot] + slots[LIST_LENGTH + direction, slot]


@kernel
def count_at(slots: Array, pool: Array, direction: Int, slot: Int, context: Int) -> Int:
    """The count of the context, 0 if absent; O(log length)."""
    at = find(slots, pool, direction, slot, context)
    if at < list_end(slots, direction, slot) and pool[SLOT, at] == context:
        return np.int64(pool[COUNT, at])
    return np.int64(0)


@kernel
def move_list(
    slots: Array, pool: Array, progress: Array, direction: Int, slot: Int, capacity: Int
) -> None:
    """Give the list room for `capacity` contexts at the pool's end; O(length)."""
    old = slots[LIST_START + direction, slot]
    new = progress[POOL_USED]
    for t in range(slots[LIST_LENGTH + direction, slot]):
        pool[SLOT, new + t] = pool[SLOT, old + t]
        pool[COUNT, new + t] = pool[COUNT, old + t]
    slots[LIST_START + direction, slot] = new
    slots[LIST_CAPACITY + direction, slot] = capacity
    progress[POOL_USED] = new + capacity


@kernel
def add_count(
    slots: Array,
    pool: Array,
    progress: Array,
    direction: Int,
    slot: Int,
    context: Int,
    count: Int,
) -> None:
    """Add to the count of a context, inserting it if new; O(length)."""
    at = find(slots, pool, direction, slot, context)
    length = slots[LIST_LENGTH + direction, slot]
    start = slots[LIST_START + direction, slot]
    n_new = 0
    if at == start + length or pool[SLOT, at] != context:
        if length == slots[LIST_CAPACITY + direction, slot]:
            capacity = min(2 * length + 4, slots.shape[1])
            move_list(slots, pool, progress, direction, slot, capacity)
            at += slots[LIST_START + direction, slot] - start
            start = slots[LIST_START + direction, slot]
        for t in range(start + length, at, -1):
            pool[SLOT, t] = pool[SLOT, t - 1]
            pool[COUNT, t] = pool[COUNT, t - 1]
        pool[SLOT, at] = context
        pool[COUNT, at] = 0
        n_new = 1
    pool[COUNT, at] += count
    most = max(slots[LIST_MOST + direction, slot], np.int64(pool[COUNT, at]))
    slots[LIST_MOST + direction, slot] = most
    slots[LIST_LENGTH + direction, slot] += n_new
    progress[POOL_LIVE] += n_new


@kernel
def remove_context(
    slots: Array, pool: Array, progress: Array, direction: Int, slot: Int, context: Int
) -> None:
    """Take a context off the list, if it is there; O(length)."""
    at = find(slots, pool, direction, slot, context)
    end = list_end(slots, direction, slot)
    n_old = 0
    if at < end and pool[SLOT, at] == context:
        for t in range(at, end - 1):
            pool[SLOT, t] = pool[SLOT, t + 1]
            pool[COUNT, t] = pool[COUNT, t + 1]
        n_old = 1
    slots[LIST_LENGTH + direction, slot] -= n_old
    progress[POOL_LIVE] -= n_old


@kernel
def pack_lists(slots: Array, pool: Array, progress: Array, new_pool: Array) -> None:
    """Copy all context lists into a new pool, with room for a quarter more."""
    used = 0
    for direction in range(2):
        for slot in range(slots.shape[1]):
            start = slots[LIST_START + direction, slot]
            length = slots[LIST_LENGTH + direction, slot]
            for t in range(length):
                new_pool[SLOT, used + t] = pool[SLOT, start + t]
                new_pool[COUNT, used + t] = pool[COUNT, start + t]
            slots[LIST_START + direction, slot] = used
            slots[LIST_CAPACITY + direction, slot] = length + length // 4
            used += length + length // 4
    progress[POOL_USED] = used


@kernel
def pool_is_full(window: Window) -> Bool:
    """Whether one more step might need more than the pool has left."""
    left = window.pool.shape[1] - window.progress[POOL_USED]
    return left < 2 * window.progress[POOL_LIVE] + 16 * window.slots.shape[1]


# --- The move -----------------------------------------------------------------


@kernel
def grow_cells(
    entropies: Entropies,
    before: Int,
    after: Int,
    most: Int,
    names: Array,
    counts: Array,
    cells: Array,
) -> Int:
    """cells[names[t]] += D(after, counts[t]) - D(before, counts[t]); the least.

    No count is above `most`. Unsigned indices into views that start at `before`
    and `after` spare Numba its test for negative ones: two thirds of the time.
    """
    table = entropies.table
    base = entropy(entropies, after) - entropy(entropies, before)
    least = ZERO
    if max(before, after) + most < table.size:
        old = table[before:]
        new = table[after:]
        for t in range(counts.size):
            q = np.uint32(counts[t])
            change = base + old[q] - new[q]
            cells[np.uint32(names[t])] += change
            least = min(least, change)
    else:
        for t in range(counts.size):
            count = np.int64(counts[t])
            change = base + entropy(entropies, before + count)
            change -= entropy(entropies, after + count)
            cells[np.uint32(names[t])] += change
            least = min(least, change)
    return least


@kernel
def grow_owned_cells(
    entropies: Entropies,
    before: Int,
    after: Int,
    most: Int,
    names: Array,
    counts: Array,
    cells: Array,
    drops: Array,
) -> None:
    """As `grow_cells`, with the least by name: drops[names[t]]."""
    table = entropies.table
    base = entropy(entropies, after) - entropy(entropies, before)
    if max(before, after) + most < table.size:
        old = table[before:]
        new = table[after:]
        for t in range(counts.size):
            q = np.uint32(counts[t])
            j = np.uint32(names[t])
            change = base + old[q] - new[q]
            cells[j] += change
            drops[j] = min(drops[j], change)
    else:
        for t in range(counts.size):
            count = np.int64(counts[t])
            j = np.uint32(names[t])
            change = base + entropy(entropies, before + count)
            change -= entropy(entropies, after + count)
            cells[j] += change
            drops[j] = min(drops[j], change)


@kernel
def grow_row(
    entropies: Entropies,
    slots: Array,
    pool: Array,
    direction: Int,
    context: Int,
    before: Int,
    after: Int,
    row: Array,
) -> None:
    """row[j] += D(after, q) - D(before, q), q the count of j with the context.

    `direction` is the list of the row's own slot that holds the context.
    Cost: the slots with that context.
    """
    opposite = 1 - direction
    start = slots[LIST_START + opposite, context]
    end = list_end(slots, opposite, context)
    most = slots[LIST_MOST + opposite, context]
    names = pool[SLOT, start:end]
    grow_cells(entropies, before, after, most, names, pool[COUNT, start:end], row)


@kernel
def grow_pairs(
    entropies: Entropies,
    slots: Array,
    pool: Array,
    affinity: Array,
    drops: Array,
    direction: Int,
    slot: Int,
    context: Int,
    before: Int,
    after: Int,
) -> None:
    """Make the move for S(slot, .) in place, and lower the bounds it touches.

    The bound of `slot` falls at once; for j < `slot`, drops[j] gathers the
    least change over all pairs (j, .) until `lower_bounds`. Cost: the slots
    with that context.
    """
    opposite = 1 - direction
    start = slots[LIST_START + opposite, context]
    end = list_end(slots, opposite, context)
    most = slots[LIST_MOST + opposite, context]
    at = find(slots, pool, opposite, context, slot)
    above = at
    if at < end and pool[SLOT, at] == slot:
        above += 1
    cells = affinity[slot]
    grow_owned_cells(
        entropies,
        before,
        after,
        most,
        pool[SLOT, above:end],
        pool[COUNT, above:end],
        cells,
        drops,
    )
    least = grow_cells(
        entropies,
        before,
        after,
        most,
        pool[SLOT, start:at],
        pool[COUNT, start:at],
        cells,
    )
    if least < 0 and slots[CLUSTER, slot] != FREE:
        slots[BOUND, slot] += least
        slots[REST, slot] += least
        slots[SETTLED, slot] = 0


@kernel
def lower_bounds(slots: Array, drops: Array) -> None:
    """Apply the gathered drops and zero them; O(n)."""
    for j in range(drops.size):
        if drops[j] < 0:
            if slots[CLUSTER, j] != FREE:
                slots[BOUND, j] += drops[j]
                slots[REST, j] += drops[j]
                slots[SETTLED, j] = 0
            drops[j] = 0


# --- Losses of one slot -------------------------------------------------------


@kernel
def add_self_terms(
    entropies: Entropies, slots: Array, pool: Array, slot: Int, row: Array
) -> None:
    """row[j] += the self terms of the pair with j, for every j; O(n + length).

    They differ from zero only if both self counts do, or both counts with j.
    """
    own = slots[SELF_COUNT, slot]
    if own > 0:
        for j in range(row.size):
            if slots[SELF_COUNT, j] > 0:
                row[j] += shared(entropies, own, slots[SELF_COUNT, j])
    out = slots[LIST_START + SUCCESSORS, slot]
    out_end = list_end(slots, SUCCESSORS, slot)
    back = slots[LIST_START + PREDECESSORS, slot]
    back_end = list_end(slots, PREDECESSORS, slot)
    while out < out_end or back < back_end:
        follower = row.size
        if out < out_end:
            follower = pool[SLOT, out]
        leader = row.size
        if back < back_end:
            leader = pool[SLOT, back]
        j = min(follower, leader)
        forward = ZERO
        backward = ZERO
        if follower == j:
            forward = np.int64(pool[COUNT, out])
            out += 1
        if leader == j:
            backward = np.int64(pool[COUNT, back])
            back += 1
        other = slots[SELF_COUNT, j]
        if own * other > 0 or (forward > 0 and backward > 0):
            row[j] += self_terms(entropies, own, forward, backward, other)
            row[j] -= shared(entropies, own, other)


@kernel
def estimate_losses(
    slots: Array, log_size: Array, slot: Int, unit: float, row: Array, estimates: Array
) -> None:
    """estimates[j] <= loss of the pair with j, whose S and self terms row[j] holds.

    For n <= N: log2(1 + N/n) = log2 N - log2 n + log2(1 + n/N), and
    log2(1 + x) >= 2 / ln 2 * x / (2 + x), short by x**3 / 12 of it. O(n),
    vectorised, without a logarithm.
    """
    size = float(slots[SIZE, slot])
    mass = float(slots[MASS, slot])
    own_log = log_size[slot]
    unit_below = unit * (1.0 - 1e-11)
    for j in range(row.size):
        other = float(slots[SIZE, j])
        other_mass = float(slots[MASS, j])
        small = min(size, other)
        large = max(size, other)
        small_mass = mass if size < other else other_mass
        tail = 2.8853900817779268 * small / (2.0 * large + small)
        bits = small_mass * abs(log_size[j] - own_log) + (mass + other_mass) * tail
        value = row[j] + np.int64(bits * unit_below) - 1
        estimates[j] = value if slots[CLUSTER, j] != FREE else LARGEST
    estimates[slot] = LARGEST


@kernel
def precedes(a: Int, b: Int, c: Int, d: Int) -> Bool:
    """Whether the pair of ids (a, b) comes before (c, d) in a tie."""
    return min(a, b) < min(c, d) or (min(a, b) == min(c, d) and max(a, b) < max(c, d))


@kernel
def loss_in_row(slots: Array, row: Array, unit: float, slot: Int, j: Int) -> Int:
    """The loss of the pair with j, whose S and self terms row[j] holds."""
    return row[j] + marginal(
        slots[SIZE, slot], slots[MASS, slot], slots[SIZE, j], slots[MASS, j], unit
    )


@kernel
def least_in_row(
    slots: Array,
    unit: float,
    slot: Int,
    own: Int,
    stop: Int,
    row: Array,
    estimates: Array,
) -> tuple[Int, Int]:
    """The partner below `stop` of least loss, ties to the lesser ids; and the loss.

    `own` is the id of the slot's cluster. Needs the estimates, and computes
    logarithms only where they leave a chance. Partner -1 if there is none.
    """
    least = LARGEST
    for j in range(stop):
        least = min(least, estimates[j])
    partner = -1
    best = LARGEST
    if least == LARGEST:
        return partner, best
    ceiling = LARGEST
    for j in range(stop):
        if estimates[j] == least:
            ceiling = loss_in_row(slots, row, unit, slot, j)
            break
    for j in range(stop):
        if estimates[j] <= ceiling:
            loss = loss_in_row(slots, row, unit, slot, j)
            if loss < best or (
                loss == best
                and precedes(own, slots[CLUSTER, j], own, slots[CLUSTER, partner])
            ):
                partner = j
                best = loss
                ceiling = min(ceiling, loss)
    return partner, best


@kernel
def collect_shares(window: Window, slot: Int, side: Int) -> None:
    """Take the shares of S(slot, .) in other rows, on one side, into its own.

    O(n), but only rows written since the last time cost a cache line each.
    """
    slots = window.slots
    affinity = window.affinity
    since = slots[COLLECTED + side, slot]
    begin = 0 if side == BELOW else slot + 1
    end = slot if side == BELOW else slots.shape[1]
    for j in range(begin, end):
        if slots[WRITTEN, j] > since:
            affinity[slot, j] += affinity[j, slot]
            affinity[j, slot] = 0
    slots[COLLECTED + side, slot] = window.progress[CLOCK]


@kernel
def rescan(window: Window, slot: Int) -> None:
    """Find the least loss of the slot's own pairs; O(n + length)."""
    slots = window.slots
    row = window.scratch[ROW]
    estimates = window.scratch[ESTIMATE]
    unit = window.entropies.unit
    collect_shares(window, slot, BELOW)
    row[:slot] = window.affinity[slot, :slot]
    add_self_terms(window.entropies, slots, window.pool, slot, row)
    estimate_losses(slots, window.log_size, slot, unit, row, estimates)
    partner, loss = least_in_row(
        slots, unit, slot, slots[CLUSTER, slot], slot, row, estimates
    )
    rest = LARGEST
    for j in range(slot):
        rest = min(rest, estimates[j] if j != partner else LARGEST)
    slots[PARTNER, slot] = partner
    slots[BOUND, slot] = loss
    slots[REST, slot] = max(rest, loss)
    slots[SETTLED, slot] = 1
    window.progress[N_RESCANS] += 1
    row[:] = 0


@kernel
def pair_loss(window: Window, i: Int, j: Int) -> Int:
    """The loss of two attached slots, afresh; O(log length)."""
    slots = window.slots
    loss = window.affinity[i, j] + window.affinity[j, i]
    loss += self_terms(
        window.entropies,
        slots[SELF_COUNT, i],
        count_at(slots, window.pool, SUCCESSORS, i, j),
        count_at(slots, window.pool, PREDECESSORS, i, j),
        slots[SELF_COUNT, j],
    )
    return loss + marginal(
        slots[SIZE, i],
        slots[MASS, i],
        slots[SIZE, j],
        slots[MASS, j],
        window.entropies.unit,
    )


@kernel
def settle(window: Window, slot: Int) -> None:
    """Raise the bound as far as is cheap, and settle it if it is a loss.

    A look at the partner, O(log length), mostly does; else a rescan.
    """
    slots = window.slots
    partner = slots[PARTNER, slot]
    loss = LARGEST
    if partner >= 0 and slots[CLUSTER, partner] != FREE:
        loss = pair_loss(window, slot, partner)
    if slots[SETTLED, slot] == 0 or loss != slots[BOUND, slot]:
        rest = slots[REST, slot]
        if loss < rest:
            slots[BOUND, slot] = loss
            slots[SETTLED, slot] = 1
        elif slots[BOUND, slot] < rest:
            slots[BOUND, slot] = rest
            slots[SETTLED, slot] = 0
        else:
            rescan(window, slot)


@kernel
def least_bound(slots: Array) -> Int:
    """The least bound of all slots; O(n), vectorised."""
    least = LARGEST
    for i in range(slots.shape[1]):
        least = min(least, slots[BOUND, i])
    return least


@kernel
def least_pair(window: Window) -> tuple[Int, Int]:
    """The slot whose bound is the least loss of all pairs, and that loss.

    A bound that is not settled may hide a tie, so rows are rescanned until
    every row at the least bound is settled; ties go to the lesser ids.
    """
    slots = window.slots
    while True:
        least = least_bound(slots)
        best = -1
        all_settled = True
        for i in range(slots.shape[1]):
            if slots[BOUND, i] != least:
                continue
            settle(window, i)
            if slots[SETTLED, i] == 0 or slots[BOUND, i] != least:
                all_settled = False
            elif best < 0 or precedes(
                slots[CLUSTER, i],
                slots[CLUSTER, slots[PARTNER, i]],
                slots[CLUSTER, best],
                slots[CLUSTER, slots[PARTNER, best]],
            ):
                best = i
        if all_settled:
            return best, least


# --- Entering, leaving, folding -----------------------------------------------


@kernel
def gather_contexts(
    window: Window,
    direction: Int,
    word: Int,
    slot: Int,
    indices: Array,
    counts: Array,
) -> None:
    """Make the slot's context list from a word's bigrams with words before it.

    A bigram with itself goes to the slot's self count. Cost: the word's
    bigrams, and O(n).
    """
    slots = window.slots
    pool = window.pool
    row = window.scratch[ROW]
    length = 0
    for t in range(indices.size):
        if indices[t] >= word:
            if indices[t] == word:
                slots[SELF_COUNT, slot] = counts[t]
            break
        context = np.int64(window.slot_of_word[indices[t]])
        if row[context] == 0:
            length += 1
        row[context] += counts[t]
    window.progress[POOL_LIVE] += length - slots[LIST_LENGTH + direction, slot]
    slots[LIST_LENGTH + direction, slot] = 0
    if slots[LIST_CAPACITY + direction, slot] <= length:
        move_list(slots, pool, window.progress, direction, slot, 2 * length + 4)
    at = slots[LIST_START + direction, slot]
    slots[LIST_LENGTH + direction, slot] = length
    end = at + length
    most = ZERO
    k = 0
    while at < end:
        if row[k] > 0:
            pool[SLOT, at] = k
            pool[COUNT, at] = row[k]
            most = max(most, row[k])
            row[k] = 0
            at += 1
        k += 1
    slots[LIST_MOST + direction, slot] = most


@kernel
def enter(window: Window, corpus: Corpus, word: Int, slot: Int) -> None:
    """Put a word into a slot, detached, and count it in the others' mass."""
    slots = window.slots
    edge = slots.shape[1] - 1
    slots[SIZE, slot] = corpus.unigram_counts[word]
    slots[SELF_COUNT, slot] = 0
    window.log_size[slot] = log2(float(corpus.unigram_counts[word]))
    begin = corpus.offsets[SUCCESSORS, word]
    end = corpus.offsets[SUCCESSORS, word + 1]
    gather_contexts(
        window,
        SUCCESSORS,
        word,
        slot,
        corpus.successors[begin:end],
        corpus.successor_counts[begin:end],
    )
    begin = corpus.offsets[PREDECESSORS, word]
    end = corpus.offsets[PREDECESSORS, word + 1]
    gather_contexts(
        window,
        PREDECESSORS,
        word,
        slot,
        corpus.predecessors[begin:end],
        corpus.predecessor_counts[begin:end],
    )
    mass = 2 * slots[SELF_COUNT, slot]
    for direction in range(2):
        if corpus.edge_counts[direction, word] > 0:
            add_count(
                slots,
                window.pool,
                window.progress,
                direction,
                slot,
                edge,
                corpus.edge_counts[direction, word],
            )
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            mass += window.pool[COUNT, t]
            slots[MASS, window.pool[SLOT, t]] += window.pool[COUNT, t]
    slots[MASS, slot] = mass


@kernel
def affinities_of_detached(window: Window, slot: Int) -> None:
    """Add S(slot, .) to the scratch row, the slot's own context included.

    Cost: over the slot's contexts k, the slots that have k too.
    """
    slots = window.slots
    pool = window.pool
    row = window.scratch[ROW]
    own = slots[SELF_COUNT, slot]
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = np.int64(pool[SLOT, t])
            count = np.int64(pool[COUNT, t])
            grow_row(
                window.entropies, slots, pool, direction, context, ZERO, count, row
            )
            if own > 0:
                row[context] += shared(window.entropies, own, count)


@kernel
def bound_pairs(window: Window, slot: Int) -> None:
    """Bound all pairs of a slot afresh, S(slot, .) being in the scratch row; O(n)."""
    slots = window.slots
    row = window.scratch[ROW]
    estimates = window.scratch[ESTIMATE]
    add_self_terms(window.entropies, slots, window.pool, slot, row)
    estimate_losses(slots, window.log_size, slot, window.entropies.unit, row, estimates)
    for j in range(slot + 1, row.size):
        partner = slots[PARTNER, j]
        if slots[CLUSTER, j] == FREE:
            continue
        if estimates[j] < slots[BOUND, j]:
            slots[REST, j] = slots[BOUND, j]
            slots[BOUND, j] = estimates[j]
            slots[PARTNER, j] = slot
            slots[SETTLED, j] = 0
        elif partner == slot or slots[CLUSTER, max(partner, 0)] == FREE:
            slots[PARTNER, j] = slot
            slots[SETTLED, j] = 0
        elif estimates[j] < slots[REST, j]:
            slots[REST, j] = estimates[j]
            if estimates[j] == slots[BOUND, j]:
                slots[SETTLED, j] = 0
    least = LARGEST
    for j in range(slot):
        least = min(least, estimates[j])
    partner = np.int64(-1)
    rest = LARGEST
    for j in range(slot):
        if estimates[j] == least and partner < 0:
            partner = np.int64(j)
        else:
            rest = min(rest, estimates[j])
    slots[PARTNER, slot] = partner
    slots[BOUND, slot] = least
    slots[REST, slot] = rest
    slots[SETTLED, slot] = 0
    row[:] = 0


@kernel
def attach(window: Window, slot: Int, cluster: Int) -> None:
    """Make a detached slot, whose affinities the scratch row holds, known.

    Cost: the square of its contexts, and O(n).
    """
    slots = window.slots
    pool = window.pool
    progress = window.progress
    drops = window.scratch[DROP]
    progress[CLOCK] += 1
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        end = list_end(slots, direction, slot)
        slots[LIST_LENGTH + direction, slot] = 0
        for t in range(start, end):
            context = np.int64(pool[SLOT, t])
            count = np.int64(pool[COUNT, t])
            grow_pairs(
                window.entropies,
                slots,
                pool,
                window.affinity,
                drops,
                1 - direction,
                context,
                slot,
                ZERO,
                count,
            )
            slots[WRITTEN, context] = progress[CLOCK]
            slots[LIST_LENGTH + direction, slot] += 1
            add_count(slots, pool, progress, 1 - direction, context, slot, count)
        lower_bounds(slots, drops)
    if slots[SELF_COUNT, slot] > 0:
        for direction in range(2):
            own = slots[SELF_COUNT, slot]
            add_count(slots, pool, progress, direction, slot, slot, own)
    slots[CLUSTER, slot] = cluster
    for j in range(slots.shape[1]):
        window.affinity[slot, j] = window.scratch[ROW, j]
        window.affinity[j, slot] = 0
    for side in range(2):
        slots[COLLECTED + side, slot] = progress[CLOCK]
    slots[WRITTEN, slot] = progress[CLOCK]
    bound_pairs(window, slot)
    progress[N_ATTACHED] += 1


@kernel
def detach(window: Window, slot: Int) -> None:
    """Make a slot unknown to the others; its own lists and their mass stay.

    The others' affinities only rise, so that bounds hold. Cost: the square of
    its contexts.
    """
    slots = window.slots
    pool = window.pool
    progress = window.progress
    progress[CLOCK] += 1
    for direction in range(2):
        remove_context(slots, pool, progress, direction, slot, slot)
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        length = slots[LIST_LENGTH + direction, slot]
        for t in range(start + length - 1, start - 1, -1):
            slots[LIST_LENGTH + direction, slot] -= 1
            context = np.int64(pool[SLOT, t])
            grow_pairs(
                window.entropies,
                slots,
                pool,
                window.affinity,
                window.scratch[DROP],
                1 - direction,
                context,
                slot,
                np.int64(pool[COUNT, t]),
                ZERO,
            )
            slots[WRITTEN, context] = progress[CLOCK]
            remove_context(slots, pool, progress, 1 - direction, context, slot)
        slots[LIST_LENGTH + direction, slot] = length
    lower_bounds(slots, window.scratch[DROP])


@kernel
def fold(window: Window, a: Int, b: Int) -> None:
    """Fold the detached slot b into a, and free it.

    Cost: over the contexts k of b, the slots that have k and those that have
    a as a context; and O(n).
    """
    entropies = window.entropies
    slots = window.slots
    pool = window.pool
    progress = window.progress
    row = window.scratch[ROW]
    drops = window.scratch[DROP]
    own = slots[SELF_COUNT, b]
    progress[CLOCK] += 1
    for direction in range(2):
        opposite = 1 - direction
        start = slots[LIST_START + direction, b]
        for t in range(start, list_end(slots, direction, b)):
            context = np.int64(pool[SLOT, t])
            count = np.int64(pool[COUNT, t])
            if context == a:
                own += count
                continue
            before = count_at(slots, pool, direction, a, context)
            after = before + count
            grow_row(entropies, slots, pool, direction, context, before, after, row)
            grow_pairs(
                entropies,
                slots,
                pool,
                window.affinity,
                drops,
                opposite,
                context,
                a,
                before,
                after,
            )
            slots[WRITTEN, context] = progress[CLOCK]
            add_count(slots, pool, progress, direction, a, context, count)
            add_count(slots, pool, progress, opposite, context, a, count)
        lower_bounds(slots, drops)
    if own > 0:
        before = slots[SELF_COUNT, a]
        for direction in range(2):
            grow_row(entropies, slots, pool, direction, a, before, before + own, row)
            add_count(slots, pool, progress, direction, a, a, own)
        slots[SELF_COUNT, a] = before + own
    slots[MASS, a] += slots[MASS, b]
    slots[SIZE, a] += slots[SIZE, b]
    window.log_size[a] = log2(float(slots[SIZE, a]))
    slots[CLUSTER, b] = FREE
    slots[BOUND, b] = LARGEST
    collect_shares(window, a, BELOW)
    collect_shares(window, a, ABOVE)
    slots[WRITTEN, a] = progress[CLOCK]
    for j in range(row.size):
        window.affinity[a, j] += row[j]
        row[j] = window.affinity[a, j]
    bound_pairs(window, a)


# --- Loading the first words --------------------------------------------------


@kernel
def load_list(
    window: Window,
    direction: Int,
    word: Int,
    indices: Array,
    counts: Array,
    n_words: Int,
) -> None:
    """Make a word's context list from its bigrams with the first words."""
    slots = window.slots
    pool = window.pool
    length = 0
    while length < indices.size and indices[length] < n_words:
        length += 1
    move_list(slots, pool, window.progress, direction, word, length + 1)
    start = slots[LIST_START + direction, word]
    most = slots[LIST_MOST + direction, word]
    for t in range(length):
        pool[SLOT, start + t] = indices[t]
        pool[COUNT, start + t] = counts[t]
        slots[MASS, word] += counts[t]
        most = max(most, counts[t])
        if indices[t] == word:
            slots[SELF_COUNT, word] = counts[t]
    slots[LIST_MOST + direction, word] = most
    slots[LIST_LENGTH + direction, word] = length
    window.progress[POOL_LIVE] += length


@kernel
def load_contexts(window: Window, corpus: Corpus, n_words: Int) -> None:
    """Attach words 0 ... n_words - 1 to the slots of the same numbers.

    All but the affinities; the pool must have room for all their bigrams.
    """
    slots = window.slots
    pool = window.pool
    progress = window.progress
    edge = slots.shape[1] - 1
    for direction in range(2):
        move_list(slots, pool, progress, direction, edge, n_words)
    for word in range(n_words):
        slots[CLUSTER, word] = word
        slots[SIZE, word] = corpus.unigram_counts[word]
        window.log_size[word] = log2(float(corpus.unigram_counts[word]))
        window.slot_of_word[word] = word
        begin = corpus.offsets[SUCCESSORS, word]
        end = corpus.offsets[SUCCESSORS, word + 1]
        load_list(
            window,
            SUCCESSORS,
            word,
            corpus.successors[begin:end],
            corpus.successor_counts[begin:end],
            n_words,
        )
        begin = corpus.offsets[PREDECESSORS, word]
        end = corpus.offsets[PREDECESSORS, word + 1]
        load_list(
            window,
            PREDECESSORS,
            word,
            corpus.predecessors[begin:end],
            corpus.predecessor_counts[begin:end],
            n_words,
        )
        for direction in range(2):
            count = corpus.edge_counts[direction, word]
            if count > 0:
                add_count(slots, pool, progress, direction, word, edge, count)
                add_count(slots, pool, progress, 1 - direction, edge, word, count)
                slots[MASS, word] += count
    progress[N_ENTERED] = n_words


@kernel
def load_affinities(window: Window, begin: Int, stop: Int) -> None:
    """Fill rows begin ... stop - 1 of the affinities, and settle them.

    Cost: over the contexts k of these rows, the slots that have k.
    """
    slots = window.slots
    pool = window.pool
    for slot in range(begin, stop):
        for direction in range(2):
            opposite = 1 - direction
            start = slots[LIST_START + direction, slot]
            for t in range(start, list_end(slots, direction, slot)):
                context = np.int64(pool[SLOT, t])
                first = slots[LIST_START + opposite, context]
                end = find(slots, pool, opposite, context, slot)
                grow_cells(
                    window.entropies,
                    ZERO,
                    np.int64(pool[COUNT, t]),
                    slots[LIST_MOST + opposite, context],
                    pool[SLOT, first:end],
                    pool[COUNT, first:end],
                    window.affinity[slot],
                )
        rescan(window, slot)


# --- Steps --------------------------------------------------------------------


@kernel
def record_merge(window: Window, a: Int, id_b: Int, loss: Int) -> None:
    """Write down that the cluster `id_b` joins the one in slot a."""
    step = window.progress[N_MERGED]
    id_a = window.slots[CLUSTER, a]
    window.children[step, 0] = min(id_a, id_b)
    window.children[step, 1] = max(id_a, id_b)
    window.losses[step] = loss
    window.slots[CLUSTER, a] = window.slot_of_word.size + step
    window.progress[N_MERGED] = step + 1


@kernel
def relabel(slot_of_word: Array, a: Int, b: Int) -> None:
    """Words of slot b are in slot a now; O(words), vectorised."""
    for word in range(slot_of_word.size):
        if slot_of_word[word] == b:
            slot_of_word[word] = a


@kernel
def merge_least_pair(window: Window) -> Int:
    """Merge the pair of least loss and return its slot; the other is freed."""
    slots = window.slots
    a, loss = least_pair(window)
    b = slots[PARTNER, a]
    if (
        slots[LIST_LENGTH + SUCCESSORS, a] + slots[LIST_LENGTH + PREDECESSORS, a]
        < slots[LIST_LENGTH + SUCCESSORS, b] + slots[LIST_LENGTH + PREDECESSORS, b]
    ):
        a, b = b, a
    record_merge(window, a, slots[CLUSTER, b], loss)
    detach(window, b)
    fold(window, a, b)
    window.progress[ENTRANT] = b
    return np.int64(a)


@kernel
def worst_fall(entropies: Entropies, slots: Array, pool: Array, slot: Int) -> Int:
    """The most that a detached slot, as a context, takes off a pair's loss."""
    fall = 0
    for direction in range(2):
        first = ZERO
        second = ZERO
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            count = np.int64(pool[COUNT, t])
            if count > first:
                second = first
                first = count
            elif count > second:
                second = count
        fall += shared(entropies, first, second) - 4
    return fall


@kernel
def beats_all_pairs(window: Window, slot: Int, loss: Int) -> Bool:
    """Whether no pair of attached slots loses as little as `loss`.

    A detached slot, as a context, brings closer only pairs of its own
    contexts. Rows whose bound leaves a doubt are rescanned.
    """
    slots = window.slots
    pool = window.pool
    while least_bound(slots) <= loss:
        for i in range(slots.shape[1]):
            if slots[BOUND, i] <= loss:
                settle(window, i)
                if slots[SETTLED, i] == 1 and slots[BOUND, i] <= loss:
                    return False
    limit = loss - worst_fall(window.entropies, slots, pool, slot)
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            k = np.int64(pool[SLOT, t])
            while slots[BOUND, k] <= limit:
                settle(window, k)
                if slots[SETTLED, k] == 1 and slots[BOUND, k] <= limit:
                    return False
    return True


@kernel
def enter_next_word(window: Window, corpus: Corpus) -> None:
    """Let the next word enter, and merge the pair of least loss.

    Nearly always the word is one of the pair: then it is folded into its
    partner without having been attached.
    """
    slots = window.slots
    unit = window.entropies.unit
    row = window.scratch[ROW]
    estimates = window.scratch[ESTIMATE]
    word = window.progress[N_ENTERED]
    slot = window.progress[ENTRANT]
    enter(window, corpus, word, slot)
    window.progress[N_ENTERED] = word + 1
    affinities_of_detached(window, slot)
    add_self_terms(window.entropies, slots, window.pool, slot, row)
    estimate_losses(slots, window.log_size, slot, unit, row, estimates)
    partner, loss = least_in_row(
        slots, unit, slot, word, np.int64(row.size), row, estimates
    )
    row[:] = 0
    if beats_all_pairs(window, slot, loss):
        window.slot_of_word[word] = partner
        record_merge(window, partner, word, loss)
        fold(window, partner, slot)
    else:
        window.slot_of_word[word] = slot
        affinities_of_detached(window, slot)
        attach(window, slot, word)
        kept = merge_least_pair(window)
        relabel(window.slot_of_word[: word + 1], kept, window.progress[ENTRANT])


@kernel
def advance(window: Window, corpus: Corpus, n_steps: Int) -> Int:
    """Make up to `n_steps` merges, and return how many.

    Fewer if the pool has to be packed first, or if one cluster is left.
    """
    n_words = window.slot_of_word.size
    for step in range(n_steps):
        if window.progress[N_MERGED] == n_words - 1 or pool_is_full(window):
            return step
        if window.progress[N_ENTERED] < n_words:
            enter_next_word(window, corpus)
        else:
            merge_least_pair(window)
    return n_steps
