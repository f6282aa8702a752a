"""After every sweep on running text, the objective is that from scratch."""

import lzma
from dataclasses import replace

import numpy as np
import pytest
import reference
from strategies import as_bigram_counts, fixed_text

from brownclust import brown_cluster
from brownclust.tree.exchange import random_labels, refine_labels
from brownclust.tree.exchange_state import exchange_scale
from brownclust.tree.sweep import ANNEALING

SLACK = 1e-9
"""Of AMI in bits: the objective is a sum of rounded terms."""


def refine_and_check(table, counts, labels, **options):
    """Refine, and compare every sweep with the reference; return the stages."""
    n_clusters = len(set(labels.tolist()))
    scale = exchange_scale(table.n_tokens)
    start = reference.exchange_objective(table, labels.tolist(), scale)
    ami_before = reference.average_mutual_information(table, labels.tolist())
    sweeps = []

    def check(sweep):
        found = sweep.labels.tolist()
        assert set(found) == set(range(n_clusters))
        objective = reference.exchange_objective(table, found, scale)
        assert sweep.gained == objective - start
        ami = reference.average_mutual_information(table, found)
        assert sweep.ami == pytest.approx(ami, abs=SLACK)
        assert sweep.ami_before == pytest.approx(ami_before, abs=SLACK)
        if sweep.stage != ANNEALING:
            assert sweep.gain >= 0
        sweeps.append(sweep)

    refined = refine_labels(counts, labels, on_sweep=check, **options)
    found = refined.labels.tolist()
    assert set(found) == set(range(n_clusters))
    ami = reference.average_mutual_information(table, found)
    assert refined.ami == pytest.approx(ami, abs=SLACK)
    assert reference.exchange_objective(table, found, scale) >= start
    assert refined.n_sweeps == len(sweeps)
    return [sweep.stage for sweep in sweeps]


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
@pytest.mark.parametrize("sweeps", [0, 7])
@pytest.mark.parametrize("n_clusters", [12, 200])  # of 250 words
def test_every_sweep(boundary, sweeps, n_clusters):
    table = reference.count_text([fixed_text(250, 4_000)], boundary=boundary)
    counts = as_bigram_counts(table)
    labels = random_labels(counts, n_clusters, seed=1)
    stages = refine_and_check(table, counts, labels, sweeps=sweeps, seed=3)
    assert stages.count(ANNEALING) == sweeps
    assert len(stages) > sweeps


@pytest.mark.parametrize("sweeps", [0, 7])
def test_every_sweep_with_counts_that_are_not_in_the_tables(sweeps):
    """Times 4096: hardly any is small, so that steps are computed with logarithms."""
    table = reference.count_text([fixed_text(150, 3_000)])
    table = replace(
        table,
        n=[4096 * count for count in table.n],
        c={pair: 4096 * count for pair, count in table.c.items()},
        n_tokens=4096 * table.n_tokens,
        n_bigrams=4096 * table.n_bigrams,
    )
    counts = as_bigram_counts(table)
    labels = random_labels(counts, 15, seed=1)
    refine_and_check(table, counts, labels, sweeps=sweeps)


@pytest.mark.corpus
@pytest.mark.slow
def test_every_sweep_on_the_brown_corpus(data_folder):
    packed = (data_folder / "text" / "brown.txt.xz").read_bytes()
    table = reference.count_text([lzma.decompress(packed)], boundary="ignore")
    counts = as_bigram_counts(table)
    greedy = brown_cluster(counts, window=320).cut(320)
    labels = np.asarray(greedy)
    refine_and_check(table, counts, labels, sweeps=7)
