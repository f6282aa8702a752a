import pytest
from numba import config
from numba.core.caching import CacheImpl

from brownclust._kernels.jit import compilation
from brownclust._kernels.jit.compilation import kernel


def double(x):
    return 2 * x


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled, nor kept")
def test_compiled_code_is_kept_if_it_can_be(monkeypatch):
    assert kernel(nogil=True)(double).stats.cache_path is not None
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])  # no folder for it
    assert kernel(nogil=True)(double).stats.cache_path is None


def test_a_kernel_works_wherever_it_is_kept(monkeypatch):
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert kernel()(double)(4) == 8


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled, nor kept")
def test_what_is_kept_is_stale_once_any_kernel_has_changed(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))

    def n_compiled(stamp):
        monkeypatch.setattr(compilation, "_stamp_of_all_kernels", lambda: stamp)
        dispatcher = kernel()(double)
        assert dispatcher(4) == 8
        return dispatcher.stats.cache_misses.total()

    assert n_compiled("before") == 1
    assert n_compiled("before") == 0
    assert n_compiled("after") == 1
