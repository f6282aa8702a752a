import json
import sys
from time import sleep

import pytest
from numba import config, njit

from brownclust import BigramCounts
from brownclust.tree.agglomerate import cluster_counts
from brownclust.tree.run_record import Stopwatch, peak_memory_bytes, run_record


def a_new_kernel():
    """A function that is in no cache."""
    return njit(lambda x: x + 1)


class TestStopwatch:
    def test_stages(self):
        watch = Stopwatch()
        with watch.stage("count"):
            sleep(0.01)
        with watch.stage("cluster"):
            pass
        assert list(watch.seconds) == ["compile", "count", "cluster"]
        assert watch.seconds["count"] >= 0.01 > watch.seconds["cluster"] >= 0
        assert watch.seconds["compile"] == 0

    def test_compiling_is_announced_once_and_timed_separately(self):
        announced = []
        watch = Stopwatch(lambda: announced.append("now"))
        with watch.stage("count"):
            assert a_new_kernel()(1) == 2
            assert a_new_kernel()(1) == 2
        with watch.stage("cluster"):
            assert a_new_kernel()(1) == 2
        if config.DISABLE_JIT:
            assert (announced, watch.seconds["compile"]) == ([], 0.0)
        else:
            assert announced == ["now"]
            assert watch.seconds["compile"] > 10 * watch.seconds["count"]

    def test_compiling_outside_of_stages_is_ignored(self):
        watch = Stopwatch(lambda: pytest.fail("outside of any stage"))
        with pytest.raises(KeyError), watch.stage("count"):
            raise KeyError
        a_new_kernel()(1)
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
