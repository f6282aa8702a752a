"""The shipped kernels, one merge at a time, against recomputation from scratch."""

from itertools import combinations

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from numba import config
from strategies import (
    as_bigram_counts,
    examples,
    fixed_text,
    scaled,
    tables_and_windows,
)

from brownclust import agglomerate
from brownclust._kernels import agglomeration as kernels
from brownclust.agglomerate import brown_cluster

DIRECTIONS = (kernels.SUCCESSORS, kernels.PREDECESSORS)


class Stepped:
    """The kernels' own state, loaded and advanced as `brown_cluster` does it."""

    def __init__(self, table, window):
        counts = as_bigram_counts(table)
        self.corpus = agglomerate._as_corpus(counts)
        scale = agglomerate.scale_bits(counts.n_tokens)
        self.state = agglomerate._load_window(counts, self.corpus, window, scale, 1)
        self.edge = self.state.slots.shape[1] - 1

    def step(self):
        if kernels.advance(self.state, self.corpus, 1) == 0:
            self.state = agglomerate._with_packed_pool(self.state)
            assert kernels.advance(self.state, self.corpus, 1) == 1

    def field(self, name, slot):
        return int(self.state.slots[name, slot])

    def active(self):
        """Slots of the active clusters."""
        return np.flatnonzero(self.state.slots[kernels.CLUSTER] != kernels.FREE)

    def contexts(self, direction, slot):
        start = self.field(kernels.LIST_START + direction, slot)
        end = start + self.field(kernels.LIST_LENGTH + direction, slot)
        names = self.state.pool[kernels.SLOT, start:end].tolist()
        return dict(
            zip(names, self.state.pool[kernels.COUNT, start:end].tolist(), strict=True)
        )

    def affinity(self, i, j):
        return int(self.state.affinity[i, j] + self.state.affinity[j, i])

    def merges(self):
        n_merged = self.state.progress[kernels.N_MERGED]
        n_words = self.state.slot_of_word.size
        children = self.state.children[:n_merged].tolist()
        losses = self.state.losses[:n_merged].tolist()
        return [
            (*pair, n_words + step, loss)
            for step, (pair, loss) in enumerate(zip(children, losses, strict=True))
        ]


def check_state(stepped, brute):
    """Assert that every part of the state is what the definition gives."""
    slots = {stepped.field(kernels.CLUSTER, slot): slot for slot in stepped.active()}
    assert slots.keys() == brute.clusters.keys()
    name_of = {slot: cluster for cluster, slot in slots.items()}
    name_of[stepped.edge] = reference.EDGE

    for cluster, slot in slots.items():
        assert stepped.field(kernels.SIZE, slot) == brute.n(cluster)
        assert stepped.field(kernels.MASS, slot) == brute.m(cluster)
        assert stepped.field(kernels.SELF_COUNT, slot) == brute.c(cluster, cluster)
    for direction in DIRECTIONS:
        for slot, name in name_of.items():
            expected = {
                k: brute.c(name, other)
                if direction == kernels.SUCCESSORS
                else brute.c(other, name)
                for k, other in sorted(name_of.items())
            }
            listed = stepped.contexts(direction, slot)
            assert list(listed) == sorted(listed)
            assert listed == {k: count for k, count in expected.items() if count}

    losses = {slot: {} for slot in slots.values()}
    for a, b in combinations(slots, 2):
        i, j = sorted((slots[a], slots[b]))
        assert stepped.affinity(i, j) == brute.pair_sum(a, b)
        losses[j][i] = brute.merge_loss(a, b)
    for slot, own in losses.items():
        partner = stepped.field(kernels.PARTNER, slot)
        least = min(own.values(), default=int(kernels.LARGEST))
        others = [loss for j, loss in own.items() if j != partner]
        assert stepped.field(kernels.BOUND, slot) <= least
        assert stepped.field(kernels.BOUND, slot) <= stepped.field(kernels.REST, slot)
        if others:
            assert stepped.field(kernels.REST, slot) <= min(others)
    scratch = stepped.state.scratch
    assert not scratch[kernels.ROW].any()
    assert not scratch[kernels.DROP].any()


def check_run(table, window, *, every=1):
    """Step both to the end, comparing the state at every so-manieth merge."""
    brute = reference.Agglomeration(table, window)
    stepped = Stepped(table, window)
    check_state(stepped, brute)
    step = 0
    while brute.step():
        stepped.step()
        assert stepped.merges()[-1] == tuple(brute.merges[-1])
        step += 1
        if step % every == 0:
            check_state(stepped, brute)
    assert kernels.advance(stepped.state, stepped.corpus, 1) == 0
    return stepped


@examples(120)
@given(tables_and_windows())
def test_state_after_every_merge_is_what_recomputation_gives(table_and_window):
    check_run(*table_and_window)


@pytest.mark.parametrize("window", [2, 10, 25])
def test_state_on_a_text_of_300_words(window):
    table = reference.count_text([fixed_text()], boundary="mark")
    assert len(table.n) == 300
    stepped = check_run(table, window, every=50)
    n_attached = stepped.state.progress[kernels.N_ATTACHED]
    assert n_attached < (300 - window) / 2


@given(st.integers(1, 2 * 10**12), st.sampled_from([10**3, 10**6, 10**9, 10**12]))
def test_entropy_is_that_of_the_reference(n, n_tokens):
    scale = agglomerate.scale_bits(n_tokens)
    assert scale == reference.scale_bits(n_tokens)
    n = min(n, 2 * n_tokens)
    table = np.empty(100, dtype=np.int64)
    kernels.fill_entropies(table, 2.0**scale)
    entropies = kernels.Entropies(table, 2.0**scale)
    assert kernels.entropy(entropies, n) == reference.h(n, scale)
    assert kernels.entropy(entropies, n % 100) == reference.h(n % 100, scale)


@given(*[st.integers(1, 10**12)] * 4, st.integers(0, 34))
def test_marginal_is_that_of_the_reference(size_a, mass_a, size_b, mass_b, scale):
    mass_a, mass_b = min(mass_a, 2 * size_a), min(mass_b, 2 * size_b)
    scale = min(scale, reference.scale_bits(size_a + size_b))
    ours = kernels.marginal(size_a, mass_a, size_b, mass_b, 2.0**scale)
    assert ours == reference.marginal(mass_a, mass_b, size_a, size_b, scale)


@given(st.data(), st.sampled_from([10**3, 10**6, 10**12]))
def test_estimates_are_below_the_losses_and_near_them(data, n_tokens):
    scale = agglomerate.scale_bits(n_tokens)
    n_slots = 6
    slots = np.zeros((kernels.N_SLOT_FIELDS, n_slots), dtype=np.int64)
    sizes = st.integers(1, n_tokens // n_slots)
    slots[kernels.SIZE] = data.draw(st.lists(sizes, min_size=6, max_size=6))
    slots[kernels.MASS] = [data.draw(st.integers(0, 2 * n)) for n in slots[1].tolist()]
    log_size = np.array([reference.log2(float(n)) for n in slots[kernels.SIZE]])
    row = np.zeros(n_slots, dtype=np.int64)
    estimates = np.empty(n_slots, dtype=np.int64)
    kernels.estimate_losses(slots, log_size, 0, 2.0**scale, row, estimates)
    assert estimates[0] == kernels.LARGEST
    for j in range(1, n_slots):
        loss = kernels.loss_in_row(slots, row, 2.0**scale, 0, j)
        assert estimates[j] <= loss
        assert estimates[j] >= 0.95 * loss - 2


def test_kernels_are_compiled_only_for_the_two_count_types():
    # Numba keeps one compiled version a signature; with the JIT off there is none.
    dispatchers = [
        kernel
        for kernel in vars(kernels).values()
        if hasattr(kernel, "nopython_signatures")
    ]
    assert bool(dispatchers) != bool(config.DISABLE_JIT)
    for large in (False, True):
        table = reference.count_text([fixed_text(20, 100)])
        factor = 2**31 if large else 1
        brown_cluster(as_bigram_counts(scaled(table, factor)), window=5)
    for kernel in dispatchers:
        uses_pool = any("pool" in name for name in kernel.py_func.__code__.co_varnames)
        allowed = (
            2 if uses_pool or "window" in kernel.py_func.__code__.co_varnames else 1
        )
        assert len(kernel.nopython_signatures) <= allowed, kernel.py_func.__name__
