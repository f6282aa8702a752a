"""The kernels, one merge at a time, against a state computed from scratch."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
import reference
from callable_kernels import callable_alone
from hypothesis import given
from hypothesis import strategies as st
from merges_made import merges_made
from numba import config
from strategies import (
    as_bigram_counts,
    examples,
    fixed_text,
    huge_tables,
    scaled,
    tables_and_windows,
)

from brownclust._kernels.jit.intrinsics import HAS_ATOMICS
from brownclust._kernels.tree import (
    agglomeration,
    bounds,
    context_lists,
    entropy,
    losses,
    search,
    updates,
    workers,
)
from brownclust._kernels.tree import state as fields
from brownclust.tree import agglomerate
from brownclust.tree import state as tree_state
from brownclust.tree.agglomerate import brown_cluster

KERNEL_MODULES = (
    *(agglomeration, bounds, context_lists, entropy, losses, search, updates, workers),
)
DIRECTIONS = (fields.SUCCESSORS, fields.PREDECESSORS)
SEGMENT_BITS = (1, 3, tree_state.SEGMENT_BITS)

# Of drops: slots are stale whenever their bounds are high enough, or never.
ALWAYS = 2**60
NEVER = 0


ENTROPY = callable_alone(entropy.entropy)
MARGINAL = callable_alone(entropy.marginal)
ESTIMATE_LOSSES = callable_alone(losses.estimate_losses)
LOSS_IN_ROW = callable_alone(losses.loss_in_row)


class Stepped:
    """The kernels' own state, loaded and advanced as `brown_cluster` does it."""

    def __init__(self, table, window, segment_bits, threads, drop_limit):
        counts = as_bigram_counts(table)
        self.counts = counts.table
        scale = tree_state.scale_bits(counts.n_tokens)
        self.run = agglomerate._Run(counts.table, window, scale, threads)
        with (
            patch.object(tree_state, "SEGMENT_BITS", segment_bits),
            patch.object(tree_state, "MIN_SHARED_WORK", 0),
            patch.object(tree_state, "FIRST_DROP_LIMIT", drop_limit),
        ):
            self.state = tree_state.load_state(self.counts, window, scale, threads)
        self.edge = self.state.slots.shape[1] - 1
        self.n_stale = 0

    def step(self):
        with (
            ThreadPoolExecutor(len(self.state.scratch)) as threads,
            patch.object(agglomerate, "is_better_dense", return_value=False),
        ):
            self.state = agglomerate._advance(self.state, self.run, 1, threads)

    def field(self, name, slot):
        return int(self.state.slots[name, slot])

    def active(self):
        """Slots of the active clusters."""
        return np.flatnonzero(self.state.slots[fields.CLUSTER] != fields.FREE)

    def contexts(self, direction, slot):
        start = self.field(fields.LIST_START + direction, slot)
        end = start + self.field(fields.LIST_LENGTH + direction, slot)
        slots = self.state.pool[fields.SLOT, start:end].tolist()
        counts = self.state.pool[fields.COUNT, start:end].tolist()
        return dict(zip(slots, counts, strict=True))

    def overlap(self, i, j):
        return int(self.state.overlap[i, j] + self.state.overlap[j, i])

    def merges(self):
        return merges_made(self.state)


def check_state(stepped, brute):
    """Assert that every part of the state is what the definition gives."""
    slots = {stepped.field(fields.CLUSTER, slot): slot for slot in stepped.active()}
    assert slots.keys() == brute.clusters.keys()
    cluster_of = {slot: cluster for cluster, slot in slots.items()}
    cluster_of[stepped.edge] = reference.EDGE

    for cluster, slot in slots.items():
        assert stepped.field(fields.SIZE, slot) == brute.n(cluster)
        assert stepped.field(fields.NEIGHBOUR_TOTAL, slot) == brute.m(cluster)
        assert stepped.field(fields.SELF_COUNT, slot) == brute.c(cluster, cluster)
    for direction in DIRECTIONS:
        for slot, cluster in cluster_of.items():
            expected = {
                k: brute.c(cluster, other)
                if direction == fields.SUCCESSORS
                else brute.c(other, cluster)
                for k, other in sorted(cluster_of.items())
            }
            listed = stepped.contexts(direction, slot)
            assert list(listed) == sorted(listed)
            assert listed == {k: count for k, count in expected.items() if count}

    losses = {slot: {} for slot in slots.values()}
    for a, b in combinations(slots, 2):
        i, j = sorted((slots[a], slots[b]))
        assert stepped.overlap(i, j) == brute.overlap(a, b)
        losses[j][i] = brute.merge_loss(a, b)
    drops = stepped.state.slots[fields.DROP]
    for slot, own in losses.items():
        others = {j: loss for j, loss in own.items() if not drops[j]}
        check_bounds(stepped, slot, others)
        above = [losses[i][slot] for i in losses if i > slot]
        bound = stepped.field(fields.ABOVE, slot) - drops.max()
        assert bound <= min(above, default=bound)
    is_free = stepped.state.slots[fields.CLUSTER] == fields.FREE
    for bound in (fields.BEST, fields.SECOND_BEST):
        assert (stepped.state.bounds[bound][:, is_free] == fields.LARGEST).all()
    scratch = stepped.state.scratch
    assert (scratch[:, fields.NEW_BOUND] == fields.LARGEST).all()
    not_zeroed = {fields.ESTIMATE, fields.NEW_BOUND, fields.GROUP_MIN, fields.FOUND}
    for row in set(range(fields.N_SCRATCH)) - not_zeroed:
        assert not scratch[:, row].any()


def check_bounds(stepped, slot, losses):
    """Assert that no pair of a slot's own loses less than its bounds say."""
    bits = int(stepped.state.progress[fields.SEGMENT_BITS])
    found = stepped.state.bounds[:, :, slot].T.tolist()
    for segment, (best, partner, second_best, _, _, own_delta) in enumerate(found):
        assert own_delta == 0
        inside = {j: loss for j, loss in losses.items() if j >> bits == segment}
        assert best <= second_best
        assert best <= min(inside.values(), default=int(fields.LARGEST))
        inside.pop(partner, None)
        assert second_best <= min(inside.values(), default=int(fields.LARGEST))
    assert stepped.field(fields.BOUND, slot) == min(bound[0] for bound in found)


def check_run(table, window, segment_bits, threads=1, *, limit=ALWAYS, every=1):
    """Step both to the end, comparing merges, and the state at every n-th."""
    brute = reference.Agglomeration(table, window)
    stepped = Stepped(table, window, segment_bits, threads, limit)
    check_state(stepped, brute)
    step = 0
    while brute.step():
        stepped.step()
        stepped.n_stale += int((stepped.state.slots[fields.DROP] > 0).sum())
        assert stepped.merges()[-1] == tuple(brute.merges[-1])
        step += 1
        if step % every == 0:
            check_state(stepped, brute)
    assert len(stepped.merges()) == len(table.n) - 1
    return stepped


@pytest.mark.parametrize("segment_bits", SEGMENT_BITS)
@examples(120)
@given(tables_and_windows(), st.sampled_from([ALWAYS, ALWAYS, NEVER]))
def test_state_after_every_merge_equals_the_reference(
    segment_bits, table_and_window, limit
):
    check_run(*table_and_window, segment_bits, limit=limit)


@pytest.mark.slow
@examples(120)
@given(tables_and_windows(huge_tables), st.sampled_from([1, 2]))
def test_state_with_huge_counts(table_and_window, threads):
    check_run(*table_and_window, 3, threads)


@pytest.mark.skipif(not HAS_ATOMICS, reason="one thread without atomics")
@examples(60)
@given(tables_and_windows(), st.sampled_from(SEGMENT_BITS), st.integers(2, 3))
def test_state_after_every_merge_with_several_threads(
    table_and_window, segment_bits, threads
):
    check_run(*table_and_window, segment_bits, threads)


@pytest.mark.parametrize("segment_bits", SEGMENT_BITS)
@pytest.mark.parametrize("window", [2, pytest.param(25, marks=pytest.mark.slow)])
def test_state_on_a_text_of_300_words(window, segment_bits):
    table = reference.count_text([fixed_text()], boundary="mark")
    assert len(table.n) == 300
    stepped = check_run(table, window, segment_bits, every=50)
    n_inserted = stepped.state.progress[fields.N_INSERTED]
    assert n_inserted < (300 - window) / 2
    assert window == 2 or stepped.n_stale > 100


@given(st.integers(1, 2**54), st.sampled_from([10**3, 10**6, 10**9, 10**12, 2**53]))
def test_entropy_equals_the_reference(n, n_tokens):
    scale = tree_state.scale_bits(n_tokens)
    assert scale == reference.scale_bits(n_tokens)
    n = min(n, 2 * n_tokens)
    entropies = tree_state.entropies_of(n_tokens, scale)
    assert ENTROPY(entropies, n) == reference.h(n, scale)
    assert ENTROPY(entropies, n % 2000) == reference.h(n % 2000, scale)


@given(*[st.integers(1, 2**52)] * 4, st.integers(0, 34))
def test_marginal_equals_the_reference(size_a, total_a, size_b, total_b, scale):
    total_a, total_b = min(total_a, 2 * size_a), min(total_b, 2 * size_b)
    scale = min(scale, reference.scale_bits(size_a + size_b))
    ours = MARGINAL(size_a, total_a, size_b, total_b, 2.0**scale)
    assert ours == reference.marginal(total_a, total_b, size_a, size_b, scale)


@given(st.data(), st.sampled_from([10**3, 10**6, 10**12]))
def test_estimates_are_at_most_the_losses(data, n_tokens):
    """And at least 95 % of them, unless the pair has counts with itself."""
    scale = tree_state.scale_bits(n_tokens)
    unit = 2.0**scale
    n_slots = 6
    slots = np.zeros((fields.N_SLOT_FIELDS, n_slots), dtype=np.int64)
    sizes = st.integers(1, 9) | st.integers(1, n_tokens // n_slots)
    slots[fields.SIZE] = data.draw(st.lists(sizes, min_size=6, max_size=6))
    slots[fields.NEIGHBOUR_TOTAL] = [
        data.draw(st.integers(0, 2 * n)) for n in slots[1].tolist()
    ]
    self_counts = st.sampled_from([0, 0, 1, 7])
    slots[fields.SELF_COUNT] = data.draw(st.lists(self_counts, min_size=6, max_size=6))
    log_size = np.array([reference.log2(float(n)) for n in slots[fields.SIZE]])
    pool = np.zeros((2, n_slots), dtype=np.int32)
    for direction in DIRECTIONS:
        others = data.draw(st.sets(st.integers(1, 5)))
        start = 3 * direction
        slots[fields.LIST_START + direction, 0] = start
        slots[fields.LIST_LENGTH + direction, 0] = len(list(others)[:3])
        for t, context in enumerate(sorted(list(others)[:3])):
            pool[:, start + t] = context, data.draw(st.integers(1, 9))
    lengths = slots[fields.LIST_LENGTH :, 0]
    scratch = np.zeros((fields.N_SCRATCH, n_slots), dtype=np.int64)
    row = np.zeros(n_slots, dtype=np.int64)
    table = np.zeros(1, dtype=np.int64)
    entropies = entropy.Entropies(table, unit, entropy.logarithms_of_centres())
    ESTIMATE_LOSSES(
        slots, pool, log_size, unit, scratch, row, np.int64(0), np.int64(0), n_slots
    )
    assert not scratch[fields.COUNTS].any()
    estimates = scratch[fields.ESTIMATE]
    assert estimates[0] == fields.LARGEST
    for j in range(1, n_slots):
        loss = LOSS_IN_ROW(entropies, slots, pool, row, 0, j)
        assert estimates[j] <= loss
        is_both = all(j in pool[0, 3 * d : 3 * d + lengths[d]] for d in DIRECTIONS)
        if not is_both and not slots[fields.SELF_COUNT, [0, j]].all():
            assert estimates[j] >= 0.95 * loss - losses.ROUNDING_SLACK - 1


@pytest.mark.parametrize("factor", [1, pytest.param(2**31, marks=pytest.mark.slow)])
def test_kernels_are_compiled_for_the_two_count_types_only(factor):
    # Numba keeps one compiled version for each signature; with the JIT off, none.
    dispatchers = [
        kernel
        for module in KERNEL_MODULES
        for kernel in vars(module).values()
        if hasattr(kernel, "nopython_signatures")
    ]
    assert bool(dispatchers) != bool(config.DISABLE_JIT)
    table = reference.count_text([fixed_text(20, 100)])
    brown_cluster(as_bigram_counts(scaled(table, factor)), window=5)
    for kernel in dispatchers:
        variables = {*kernel.py_func.__code__.co_varnames}
        allowed = 2 if variables & {"state", "pool", "new_pool", "neighbours"} else 1
        # A dense window is another kind of state, which other tests may have compiled.
        signatures = kernel.nopython_signatures
        kinds = Counter(str(s.args[0]).split("_")[0] for s in signatures)
        assert max(kinds.values(), default=0) <= allowed, kernel.py_func.__name__
