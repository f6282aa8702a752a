import json
import sys
from time import perf_counter

import pytest
from numba import config, njit

from brownclust import BigramCounts
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.run_record import Stopwatch, peak_memory_bytes, run_record


def new_kernel():
    """A function that no cache can have."""
    return njit(lambda x: x + 1)


class TestStopwatch:
    def test_stages(self, monkeypatch):
        times = iter([100.0, 103.0, 110.0, 110.5])
        monkeypatch.setattr("brownclust.tree.run_record.perf_counter", times.__next__)
        watch = Stopwatch()
        with watch.stage("count"):
            pass
        with watch.stage("cluster"):
            pass
        assert watch.seconds == {"compile": 0.0, "count": 3.0, "cluster": 0.5}

    def test_compiling_is_announced_once_and_timed_separately(self):
        announced = []
        watch = Stopwatch(lambda: announced.append("now"))
        started = perf_counter()
        with watch.stage("count"):
            assert new_kernel()(1) == 2
            assert new_kernel()(1) == 2
        with watch.stage("cluster"):
            assert new_kernel()(1) == 2
        elapsed = perf_counter() - started
        # Time counted in two stages would be in the sum twice.
        assert sum(watch.seconds.values()) <= elapsed
        assert min(watch.seconds.values()) >= 0
        assert (watch.seconds["compile"] > 0) == (not config.DISABLE_JIT)
        assert announced == ([] if config.DISABLE_JIT else ["now"])

    def test_compiling_outside_of_stages_is_ignored(self):
        watch = Stopwatch(lambda: pytest.fail("outside of any stage"))
        with pytest.raises(KeyError), watch.stage("count"):
            raise KeyError
        new_kernel()(1)
        assert watch.seconds["compile"] == 0


def test_record_is_json_and_repeats_the_run():
    counts = BigramCounts.from_sentences([["a", "b"], ["a", "c"]], boundary="mark")
    model = cluster_counts(counts, n_clusters=2, window=3)
    record = run_record(counts.source, model, {"count": 0.5})
    assert json.loads(json.dumps(record)) == record
    assert record["seconds"] == {"count": 0.5}
    assert (record["n_clusters"], record["window"], record["n_lines"]) == (2, 3, 2)
    assert record["options"]["boundary"] == "mark"
    assert record["ami"] == model.ami


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
def test_peak_memory_is_in_bytes():
    assert 10 * 2**20 < peak_memory_bytes() < 2**40
