import pytest
from numba import config
from numba.core.caching import CacheImpl

from brownclust._kernels.compilation import kernel


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
