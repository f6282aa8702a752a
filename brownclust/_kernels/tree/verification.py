"""Recorded merges are made again by the counts alone, to check their losses.

No overlaps and no bounds are kept, which are nearly all of the work of clustering.
"""

from typing import TYPE_CHECKING

from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.tree.context_lists import (
    add_count,
    count_of_context,
    list_end,
    pool_is_full,
)
from brownclust._kernels.tree.entering import enter
from brownclust._kernels.tree.entropy import overlap_term
from brownclust._kernels.tree.folding import add_lists, replace_context
from brownclust._kernels.tree.losses import loss_of_pair
from brownclust._kernels.tree.state import (
    CLUSTER,
    COUNT,
    ENTRANT,
    FREE,
    LIST_LENGTH,
    LIST_START,
    N_ENTERED,
    N_MERGED,
    NEIGHBOUR_TOTAL,
    ONE,
    PREDECESSORS,
    SELF_COUNT,
    SIZE,
    SLOT,
    SUCCESSORS,
    ZERO,
    State,
)
from brownclust._kernels.tree.types import Integers, int64

if TYPE_CHECKING:
    from brownclust.counting.count_table import CountTable


@inner_kernel
def find_root(parents: Integers, node: int) -> int:
    """The cluster that a node is in now; halves the path to it."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@inner_kernel
def find_slots(
    state: State,
    counts: "CountTable",
    word: int,
    parents: Integers,
    slot_of_node: Integers,
) -> None:
    """Set the slots of a word's neighbours that have entered; O(its bigrams)."""
    for direction in range(2):
        rows = counts.neighbours[direction]
        for t in range(rows.offsets[word], rows.offsets[word + 1]):
            neighbour = int64(rows.indices[t])
            if neighbour < word:
                root = find_root(parents, neighbour)
                state.slot_of_word[neighbour] = slot_of_node[root]


@inlined_kernel
def list_entrant(state: State, slot: int) -> None:
    """Add the pending word to the lists of its contexts, and to its own."""
    slots = state.slots
    pool = state.pool
    progress = state.progress
    for direction in range(2):
        start = slots[LIST_START + direction, slot]
        for t in range(start, list_end(slots, direction, slot)):
            context = int64(pool[SLOT, t])
            count = int64(pool[COUNT, t])
            add_count(slots, pool, progress, 1 - direction, context, slot, count)
    own = slots[SELF_COUNT, slot]
    if own > 0:
        for direction in range(2):
            add_count(slots, pool, progress, direction, slot, slot, own)


@inner_kernel
def loss_by_lists(state: State, a: int, b: int) -> int:
    """The loss of two inserted slots, computed from their lists; O(lengths)."""
    slots = state.slots
    pool = state.pool
    overlap = ZERO
    for direction in range(2):
        t = slots[LIST_START + direction, a]
        u = slots[LIST_START + direction, b]
        end = list_end(slots, direction, a)
        end_b = list_end(slots, direction, b)
        while t < end and u < end_b:
            if pool[SLOT, t] == pool[SLOT, u]:
                overlap += overlap_term(
                    state.entropies, int64(pool[COUNT, t]), int64(pool[COUNT, u])
                )
            is_behind = pool[SLOT, t] <= pool[SLOT, u]
            if pool[SLOT, u] <= pool[SLOT, t]:
                u += 1
            if is_behind:
                t += 1
    return loss_of_pair(
        state.entropies,
        slots,
        a,
        b,
        overlap,
        count_of_context(slots, pool, SUCCESSORS, a, b),
        count_of_context(slots, pool, PREDECESSORS, a, b),
    )


@inlined_kernel
def fold_lists(state: State, a: int, b: int) -> None:
    """Fold slot b into a, and free it: counts alone."""
    slots = state.slots
    own = add_lists(state, a, b) + replace_context(state, a, b, ONE)
    if own > 0:
        for direction in range(2):
            add_count(slots, state.pool, state.progress, direction, a, a, own)
        slots[SELF_COUNT, a] += own
    slots[NEIGHBOUR_TOTAL, a] += slots[NEIGHBOUR_TOTAL, b]
    slots[SIZE, a] += slots[SIZE, b]
    slots[CLUSTER, b] = FREE


@fast_kernel
def compute_losses(
    state: State,
    counts: "CountTable",
    children: Integers,
    losses: Integers,
    parents: Integers,
    slot_of_node: Integers,
) -> None:
    """Make merges that are known, and set their losses.

    The state needs no overlaps. Both `parents` and `slot_of_node` begin as 0, 1, ...,
    for all words and merges. Stops earlier if the context lists have to be packed
    first. Cost: for each merge, the contexts of both clusters; for each word, O(n).
    """
    slots = state.slots
    progress = state.progress
    n_words = state.slot_of_word.size
    n_clusters = slots.shape[1] - 2  # between two words that enter
    while progress[N_MERGED] < losses.size and not pool_is_full(state):
        step = progress[N_MERGED]
        word = progress[N_ENTERED]
        slot = progress[ENTRANT]
        # Each in a pass of its own: the pool has been checked for one step only.
        if word - step <= n_clusters and word < n_words:
            find_slots(state, counts, word, parents, slot_of_node)
            enter(state, counts, word, slot)
            slot_of_node[word] = slot
            progress[N_ENTERED] = word + 1
            continue
        if word - step > n_clusters and slots[CLUSTER, slot] == FREE:
            list_entrant(state, slot)
            slots[CLUSTER, slot] = word - 1
            continue
        a = slot_of_node[children[step, 0]]
        b = slot_of_node[children[step, 1]]
        losses[step] = loss_by_lists(state, a, b)
        if (
            slots[LIST_LENGTH + SUCCESSORS, a] + slots[LIST_LENGTH + PREDECESSORS, a]
            < slots[LIST_LENGTH + SUCCESSORS, b] + slots[LIST_LENGTH + PREDECESSORS, b]
        ):
            a, b = b, a
        fold_lists(state, a, b)
        node = n_words + step
        slots[CLUSTER, a] = node
        slot_of_node[node] = a
        for side in range(2):
            parents[children[step, side]] = node
        progress[ENTRANT] = b
        progress[N_MERGED] = step + 1
