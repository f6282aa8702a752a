import pytest
from numba import config, njit

from brownclust._kernels.jit.clock import CompilationClock


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
def test_compiling_is_timed_and_announced_once():
    announced = []
    with CompilationClock(lambda: announced.append("now")) as clock:
        for _ in range(2):
            assert njit(lambda x: 2 * x)(4) == 8
    assert announced == ["now"]
    assert clock.has_compiled
    assert clock.seconds > 0


def test_nothing_is_timed_outside():
    with CompilationClock() as clock:
        pass
    njit(lambda x: 2 * x)(4)
    assert (clock.has_compiled, clock.seconds) == (False, 0)
