import copy
import gc
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest
from numba import config

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.record import Record

only_compiled = pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")


class Row(NamedTuple):
    offsets: Any
    places: Any
    weight: float


@dataclass(frozen=True)
class Everything(Record):
    """All that kernels can read of a record, and more that they do not."""

    compiled_attributes: ClassVar = ("row", "number", "cube", "late", "pair")

    name: str
    row: Row
    number: int
    cube: Any
    size: int

    @cached_property
    def late(self):
        return np.arange(self.size)

    @property
    def pair(self):
        return self.late[::2], self.late[1::2]


@dataclass(frozen=True)
class Sequence(Record):
    unit: float
    values: Any


def everything():
    row = Row(np.arange(3), np.arange(4, dtype=np.int32), 0.5)
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    return Everything("a name", row, 7, cube, size=6)


@inner_kernel
def weighted(row):
    return row.weight * row.places[row.offsets[2]]


@fast_kernel
def read_everything(record):
    even, odd = record.pair
    return (
        weighted(record.row),
        record.number,
        record.cube[1, 2, 3] + record.cube.shape[1],
        record.late.size,
        even[2] * odd.strides[0],
    )


@fast_kernel
def total(sequence):
    result = 0.0
    for value in sequence.values:
        result += sequence.unit * value
    return result


def test_kernels_read_all_kinds_of_members():
    assert read_everything(everything()) == (1.0, 7, 26.0, 6, 64)


def test_nothing_is_computed_before_the_first_use():
    record = everything()
    assert "late" not in vars(record)
    read_everything(record)
    assert "late" in vars(record)


def test_a_replaced_record_has_addresses_of_its_own():
    first = Sequence(0.5, np.arange(1_000))
    assert total(first) == 0.5 * 499_500
    second = replace(first, values=np.ones(2_000))
    third = replace(second, unit=3.0)
    assert [total(first), total(second), total(third)] == [0.5 * 499_500, 1_000, 6_000]
    del first, second
    gc.collect()
    others = [np.full(1_000, 9.0) for _ in range(100)]  # in memory that became free
    assert total(third) == 6_000
    assert len(others) == 100


def test_copies_leave_addresses_behind():
    record = Sequence(2.0, np.arange(3))
    assert total(record) == 6
    twins = [
        copy.copy(record),
        copy.deepcopy(record),
        pickle.loads(pickle.dumps(record)),
    ]
    for twin in twins:
        assert vars(twin).keys() == {"unit", "values"}
    record.values[:] = 100
    assert [total(twin) for twin in twins] == [600, 6, 6]


def test_threads_that_use_a_record_first_all_get_one_table():
    for _ in range(50):
        record = Sequence(1.0, np.arange(100))
        with ThreadPoolExecutor(4) as pool:
            views = {id(view) for view in pool.map(_view, [record] * 8)}
        assert len(views) == 1


def _view(record):
    return record.compiled_view


@pytest.mark.parametrize("value", ["text", True, None, np.int32(3), [1], np.float32(3)])
def test_members_of_other_kinds_are_refused(value):
    with pytest.raises(TypeError, match=r"^what kernels read of a record must be "):
        _ = Sequence(1.0, value).compiled_view


@only_compiled
def test_the_class_of_values_is_found_by_pickle():
    values = everything().compiled_view.values
    assert pickle.loads(pickle.dumps(type(values))) is type(values)
    assert values.number == 7


def test_records_need_no_numba():
    code = (
        "import sys; import brownclust._kernels.jit.record; "
        "sys.exit('numba' in sys.modules or 'llvmlite' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
