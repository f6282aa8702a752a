import copy
import operator
import pickle
import sys
from typing import NamedTuple

import pytest
from numba import config, njit, types
from numba.core.caching import CacheImpl
from numba.core.registry import cpu_target

from brownclust._kernels.jit import cache
from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)
from brownclust._kernels.jit.mode import USES_PRIVATE_NUMBA
from brownclust._kernels.jit.typing_memory import typing_context_of_kernels
from brownclust._kernels.jit.whole_program import EntryCompiler
from brownclust._kernels.tree import entropy

only_compiled = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")


class Pair(NamedTuple):
    first: int
    second: int


def double(x):
    return 2 * x


def add(pair):
    return pair[0] + pair[1]


@inner_kernel
def add_one(x):
    """The number after x."""
    return x + 1


@inlined_kernel
def add_two(x):
    return add_one(add_one(x))


@fast_kernel
def add_three(x):
    return add_one(add_two(x))


def test_kernels_call_kernels():
    assert add_three(4) == 7


@only_compiled
def test_an_inner_kernel_called_from_python_raises():
    message = "^add_one must be called by a kernel: .* add_one.py_func does the same$"
    with pytest.raises(TypeError, match=message):
        add_one(4)
    assert add_one.py_func(4) == 5


def test_an_inner_kernel_looks_like_its_function():
    assert (add_one.__name__, add_one.__module__) == ("add_one", __name__)
    assert add_one.__doc__ == "The number after x."
    assert copy.deepcopy(entropy.entropy) is entropy.entropy
    assert pickle.loads(pickle.dumps(entropy.entropy)) is entropy.entropy


@only_compiled
def test_compiled_code_is_kept_if_it_can_be(monkeypatch):
    assert fast_kernel(double).stats.cache_path is not None
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])  # no folder for it
    assert fast_kernel(double).stats.cache_path is None


def test_a_kernel_works_wherever_it_is_kept(monkeypatch):
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert fast_kernel(double)(4) == 8


@only_compiled
@pytest.mark.parametrize("way", [cache._with_our_stamp, cache._in_our_folder])
def test_what_is_kept_is_stale_once_any_kernel_has_changed(way, monkeypatch, tmp_path):
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))

    def n_compiled(stamp):
        monkeypatch.setattr(cache, "_hash_of_all_kernels", lambda: stamp)
        dispatcher = way(double, {})
        assert dispatcher(4) == 8
        return dispatcher.stats.cache_misses.total()

    assert n_compiled("before") == 1
    assert n_compiled("before") == 0
    assert n_compiled("after") == 1


@only_compiled
@pytest.mark.parametrize("way", [cache._with_our_stamp, cache._in_our_folder])
def test_what_names_a_class_that_is_gone_is_stale(way, monkeypatch, tmp_path):
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(cache, "_hash_of_all_kernels", lambda: "before")
    assert way(add, {})(Pair(1, 2)) == 3
    monkeypatch.setattr(cache, "_hash_of_all_kernels", lambda: "after")
    monkeypatch.delattr(sys.modules[__name__], "Pair")
    assert way(add, {})((1, 2)) == 3


@only_compiled
def test_public_numba_keeps_nothing_where_it_could_become_stale(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(config, "CACHE_DIR", str(file))  # Numba takes another folder
    assert cache._in_our_folder(double, {}).stats.cache_path is None
    assert str(file) == config.CACHE_DIR


@only_compiled
def test_functions_that_are_not_ours_can_call_inner_kernels():
    assert njit(add_three.py_func)(4) == 7


@pytest.mark.skipif(not USES_PRIVATE_NUMBA, reason="needs private Numba")
def test_inner_kernels_are_neither_made_machine_code_nor_kept():
    compiled = njit(pipeline_class=EntryCompiler)(add_three.py_func)
    assert compiled(4) == 7
    inner = add_one.overloads[(types.int64,)]
    assert inner.library.get_pointer_to_function(inner.fndesc.llvm_func_name) == 0
    (entry,) = compiled.overloads.values()
    defined = [function.name for function in entry.library.get_defined_functions()]
    assert defined
    assert not any("add_one" in name for name in defined)  # inlined, and left out
    assert add_one.stats.cache_path is None
    assert add_three.stats.cache_path is not None


@pytest.mark.skipif(not USES_PRIVATE_NUMBA, reason="needs private Numba")
def test_the_memory_of_types_gives_numba_s_signatures():
    original = cpu_target.typing_context
    remembering = typing_context_of_kernels(original)
    for args in ((types.int64, types.int32), (types.float64, types.int64)):
        expected = original.resolve_function_type(operator.add, args, {})
        for _ in range(2):
            found = remembering.resolve_function_type(operator.add, args, {})
            assert found == expected
