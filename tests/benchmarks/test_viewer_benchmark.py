"""The benchmark of the page: its clusters, and what it measures in Chromium."""

import pytest

from benchmarks import viewer
from brownclust.clusters.viewer import save_html


def test_synthetic_clusters():
    clusters = viewer.synthetic_clusters(200, 20)
    assert (len(clusters), clusters.n_clusters) == (200, 20)
    assert clusters.cut(7).n_clusters == 7
    assert (clusters.counts > 0).all()


@pytest.mark.browser
def test_what_is_measured(tmp_path):
    save_html(viewer.synthetic_clusters(200, 20), tmp_path / "page.html")
    times = viewer.measure(tmp_path / "page.html", rounds=1)
    names = ["first paint", "ready", "first search", "search", "slider"]
    assert list(times) == names
    assert all(time >= 0 for measured in times.values() for time in measured)
