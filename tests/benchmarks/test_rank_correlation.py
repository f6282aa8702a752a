"""Rank correlations against SciPy, and their intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchmarks.experiments.common.rank_correlation import (
    correlations,
    kendall,
    spearman,
)

TRIPLES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), min_size=2
)


@given(TRIPLES)
def test_coefficients_are_those_of_scipy(triples):
    x, y, times = np.array(triples, np.float64).T
    drawn = np.repeat(np.stack([x, y]), times.astype(int), axis=1)
    if 0 in drawn.shape or 0 in np.ptp(drawn, axis=1):
        assert np.isnan(spearman(x, y, times[None])).all()
        assert np.isnan(kendall(x, y, times[None])).all()
        return
    assert spearman(x, y, times[None]) == pytest.approx(stats.spearmanr(*drawn)[0])
    assert kendall(x, y, times[None]) == pytest.approx(stats.kendalltau(*drawn)[0])


@pytest.mark.slow
def test_the_interval_covers_the_coefficient_of_the_population():
    rng = np.random.default_rng(1)
    rho = 6 / np.pi * np.arcsin(0.5 / 2)  # Spearman's, of normal variables with 0.5
    n_covered = 0
    for _ in range(20):
        x, y = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 60).T
        _, low, high = correlations(x, y)["spearman"]
        n_covered += low <= rho <= high
    assert n_covered >= 17
