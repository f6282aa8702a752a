"""Gains of the visited word with every cluster.

The word stays where it is meanwhile. So for other clusters than its own, counts with
its own cluster as a context are too high by those of the word, and are corrected; for
its own cluster, the gain is what taking the word out would lose.
"""

import numpy as np

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import add_release
from brownclust._kernels.tree.exchange.arithmetic import (
    needs_rates,
    set_rates,
    step,
    weighted_log,
)
from brownclust._kernels.tree.exchange.loading import step_row
from brownclust._kernels.tree.exchange.state import (
    BLOCK,
    GAIN,
    MARGINAL,
    N_CONTEXTS,
    N_ROWS,
    N_STEPS,
    OWN_COUNT,
    RATE,
    SIZE,
    TOTAL,
    CountRow,
    ExchangeState,
    FewSteps,
    Steps,
)
from brownclust._kernels.tree.types import Integers, int64
from brownclust._kernels.tree.workers import (
    ARGUMENTS,
    CHUNK_START,
    JOB,
    N_DONE,
    N_READY,
    ROUND,
    begin_round,
    end_round,
    is_parallel,
    wait_for,
)

ADD = int64(1)  # the one job of other threads

COST_OF_RATE = int64(50)
"""Of computing a rate, which takes a logarithm, in steps that are added."""


@inner_kernel
def add_four_rows(
    first: Steps, second: Steps, third: Steps, fourth: Steps, gains: Integers
) -> None:
    """Add rows of steps, of which four fit 32 bits, to gains; vectorised."""
    for j in range(gains.size):
        gains[j] += np.int32(
            np.int32(first[j] + second[j]) + np.int32(third[j] + fourth[j])
        )


@inner_kernel
def add_two_rows(first: Steps, second: Steps, gains: Integers) -> None:
    """Add rows of steps, of which two fit 32 bits, to gains; vectorised."""
    for j in range(gains.size):
        gains[j] += np.int32(first[j] + second[j])


@inner_kernel
def add_few(few_steps: FewSteps, counts: CountRow, gains: Integers) -> None:
    """Add steps by a small x, all of them in the table, to gains; vectorised."""
    for j in range(gains.size):
        gains[j] += few_steps[np.uint32(counts[j])]


@inner_kernel
def add_differences(table: Integers, counts: CountRow, x: int, gains: Integers) -> None:
    """Add steps by x, all h of them in the table, to gains; vectorised."""
    above = table[x:]
    for j in range(gains.size):
        count = np.uint32(counts[j])
        gains[j] += above[count] - table[count]


@inner_kernel
def add_computed(
    state: ExchangeState, counts: CountRow, x: int, gains: Integers
) -> None:
    """Add steps by any x from any counts to gains; O(gains)."""
    for j in range(gains.size):
        gains[j] += step(state, int64(counts[j]), x)


@inner_kernel
def add_small(state: ExchangeState, counts: CountRow, x: int, gains: Integers) -> None:
    """Add steps by x from counts that `few_steps` has to gains; vectorised."""
    few_steps = state.few_steps
    table = state.entropies.table
    if x < few_steps.shape[0]:
        add_few(few_steps[x], counts, gains)
    elif x + few_steps.shape[1] <= table.size:
        add_differences(table, counts, x, gains)
    else:
        add_computed(state, counts, x, gains)


@inner_kernel
def add_in_blocks(
    state: ExchangeState,
    direction: int,
    context: int,
    x: int,
    begin: int,
    end: int,
) -> None:
    """Add steps by x from a context's counts, some of which are large, to gains.

    Large counts are few and together: frequent clusters beside each other. So other
    blocks of the row are as fast as ever.
    """
    counts = state.counts[direction, context]
    gains = state.clusters[GAIN]
    for block in range(begin // BLOCK, (end + BLOCK - 1) // BLOCK):
        first = block * BLOCK
        last = min(first + BLOCK, end)
        if state.is_large[direction, context, block] != 0:
            add_computed(state, counts[first:last], x, gains[first:last])
        else:
            add_small(state, counts[first:last], x, gains[first:last])


@inner_kernel
def list_rows(state: ExchangeState) -> None:
    """List the rows of steps, and the rows of counts, of all contexts."""
    progress = state.progress
    for x in range(N_STEPS + 1):
        progress[N_ROWS + x] = 0
    n_contexts = state.context_counts.shape[1]
    for direction in range(2):
        opposite = int64(1 - direction)
        for at in range(progress[N_CONTEXTS + direction]):
            context = int64(state.contexts[direction, at])
            x = state.context_counts[direction, context]
            kind = min(x - 1, N_STEPS)
            if x <= N_STEPS:
                row = step_row(n_contexts, opposite, x, context)
            else:
                row = opposite * n_contexts + context
            state.rows[kind, progress[N_ROWS + kind]] = row
            progress[N_ROWS + kind] += 1


@inner_kernel
def add_steps(state: ExchangeState, begin: int, end: int) -> None:
    """Set gains[begin:end] to what contexts and rates make of them; vectorised.

    `begin` is a multiple of `BLOCK`. O(contexts times (end - begin)).
    """
    progress = state.progress
    gains = state.clusters[GAIN, begin:end]
    rates = state.clusters[RATE, begin:end]
    for i in range(gains.size):
        gains[i] = -rates[i]
    steps = state.steps
    zeros = steps.shape[0] - 1
    ones = state.rows[0]
    ones[progress[N_ROWS] : progress[N_ROWS] + 3] = zeros
    for at in range(0, progress[N_ROWS], 4):
        add_four_rows(
            steps[ones[at], begin:end],
            steps[ones[at + 1], begin:end],
            steps[ones[at + 2], begin:end],
            steps[ones[at + 3], begin:end],
            gains,
        )
    twos = state.rows[1]
    twos[progress[N_ROWS + 1]] = zeros
    for at in range(0, progress[N_ROWS + 1], 2):
        add_two_rows(steps[twos[at], begin:end], steps[twos[at + 1], begin:end], gains)
    n_contexts = state.context_counts.shape[1]
    for at in range(progress[N_ROWS + N_STEPS]):
        row = int64(state.rows[N_STEPS, at])
        direction = row // n_contexts
        context = row % n_contexts
        x = state.context_counts[1 - direction, context]
        if state.is_large[direction, context, -1] != 0:
            add_in_blocks(state, direction, context, x, begin, end)
        else:
            add_small(state, state.counts[direction, context, begin:end], x, gains)


@inner_kernel
def add_chunk(state: ExchangeState, begin: int, end: int, has_new_rates: int) -> None:
    """Compute gains[begin:end], but for corrections, and their rates before."""
    if has_new_rates != 0:
        set_rates(state, begin, end)
    add_steps(state, begin, end)


@inner_kernel
def add_all_steps(state: ExchangeState, has_new_rates: int) -> None:
    """The same for all gains, on all threads if that is much work."""
    width = state.counts.shape[2]
    workers = state.workers
    n_rows = state.progress[N_CONTEXTS] + state.progress[N_CONTEXTS + 1]
    n_rows += COST_OF_RATE * has_new_rates
    if is_parallel(workers, state.n_threads, n_rows * width):
        begin_round(workers, ADD, has_new_rates, int64(0), int64(0))
        add_chunk(state, int64(0), workers[CHUNK_START + 1], has_new_rates)
        end_round(workers, state.n_threads)
    else:
        add_chunk(state, int64(0), width, has_new_rates)


@fast_kernel
def worker_loop(state: ExchangeState, thread: int) -> None:
    """Compute one thread's chunk of gains, again and again, until it is stopped."""
    workers = state.workers
    n_rounds = int64(0)
    add_release(workers, N_READY)
    while True:
        n_rounds += 1
        wait_for(workers, ROUND, n_rounds)
        if workers[JOB] != ADD:
            return
        begin = workers[CHUNK_START + thread]
        end = workers[CHUNK_START + thread + 1]
        add_chunk(state, begin, end, workers[ARGUMENTS])
        add_release(workers, N_DONE)


@inner_kernel
def correct_own_context(state: ExchangeState, own: int) -> None:
    """Correct gains for counts with the word's own cluster, which the word leaves."""
    gains = state.clusters[GAIN]
    n_clusters = state.context_counts.shape[1] - 1
    for direction in range(2):
        x = state.context_counts[direction, own]
        opposite = 1 - direction
        if x == 0:
            continue
        for at in range(state.progress[N_CONTEXTS + opposite]):
            i = int64(state.contexts[opposite, at])
            if i < n_clusters:
                count = int64(state.counts[opposite, own, i])
                taken = state.context_counts[opposite, i]
                gains[i] += step(state, count - taken, x)
                gains[i] -= step(state, count, x)


@inner_kernel
def self_correction(state: ExchangeState, i: int) -> int:
    """What the gain of a cluster owes to its count with itself, in both directions.

    Added to one by one, the word's counts with the cluster would each meet the count
    before; together they meet it once.
    """
    count = int64(state.counts[0, i, i])
    right = state.context_counts[0, i]
    left = state.context_counts[1, i]
    own = state.progress[OWN_COUNT]
    together = step(state, count, right + left + own)
    return int64(together - step(state, count, right) - step(state, count, left))


@inner_kernel
def correct_self_counts(state: ExchangeState) -> None:
    """Correct gains for counts of clusters with themselves; O(contexts), or O(k)."""
    gains = state.clusters[GAIN]
    n_clusters = state.context_counts.shape[1] - 1
    if state.progress[OWN_COUNT] > 0:
        for i in range(n_clusters):
            gains[i] += self_correction(state, int64(i))
        return
    for at in range(state.progress[N_CONTEXTS]):
        i = int64(state.contexts[0, at])
        if i < n_clusters and state.context_counts[1, i] > 0:
            gains[i] += self_correction(state, i)


@inner_kernel
def count_with_context(
    state: ExchangeState, direction: int, i: int, context: int
) -> int:
    """The count of a cluster with a context, the edge among them.

    The same number stands in a row of counts and in a column; a cluster's row is near.
    """
    if context < state.context_counts.shape[1] - 1:
        return int64(state.counts[direction, i, context])
    return int64(state.counts[1 - direction, context, i])


@inner_kernel
def gain_of_own(state: ExchangeState, own: int, size: int, total: int) -> int:
    """The gain of the word's own cluster; O(contexts)."""
    clusters = state.clusters
    gain = (
        weighted_log(
            clusters[TOTAL, own] - total,
            clusters[SIZE, own] - size,
            state.entropies.unit,
        )
        - clusters[MARGINAL, own]
    )
    for direction in range(2):
        for at in range(state.progress[N_CONTEXTS + direction]):
            context = int64(state.contexts[direction, at])
            if context != own:
                x = state.context_counts[direction, context]
                count = count_with_context(state, int64(direction), own, context)
                gain += step(state, count - x, x)
    x = (
        state.context_counts[0, own]
        + state.context_counts[1, own]
        + state.progress[OWN_COUNT]
    )
    gain += step(state, int64(state.counts[0, own, own]) - x, x)
    return int64(gain)


@inner_kernel
def gain_of_other(state: ExchangeState, own: int, i: int, size: int, total: int) -> int:
    """The gain of one cluster other than the word's own; O(contexts)."""
    clusters = state.clusters
    gain = clusters[MARGINAL, i] - weighted_log(
        clusters[TOTAL, i] + total, clusters[SIZE, i] + size, state.entropies.unit
    )
    for direction in range(2):
        for at in range(state.progress[N_CONTEXTS + direction]):
            context = int64(state.contexts[direction, at])
            count = count_with_context(state, int64(direction), i, context)
            if context == own:
                count -= state.context_counts[1 - direction, i]
            gain += step(state, count, state.context_counts[direction, context])
    return int64(gain + self_correction(state, i))


@inner_kernel
def compute_gains(state: ExchangeState, own: int, size: int, total: int) -> None:
    """Compute the gains of all clusters with a word whose contexts are collected.

    `own` is its cluster, `size` and `total` are n(w) and m(w). O(contexts times k).
    """
    list_rows(state)
    add_all_steps(state, int64(needs_rates(state, size, total)))
    correct_own_context(state, own)
    correct_self_counts(state)
    state.clusters[GAIN, own] = gain_of_own(state, own, size, total)
