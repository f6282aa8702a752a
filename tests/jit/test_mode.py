"""The check of private Numba, and what happens without."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from llvmlite import ir
from numba import types
from numba.core.datamodel import default_manager

from brownclust._kernels.jit import mode, private_numba

WORD = ir.IntType(64)


def run_python(code, **environment):
    """Run code in a new process, in the mode that only `environment` chooses."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in (mode.SWITCH, "NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK")
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept | environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=3600,  # it may have to compile everything
    )


def models(change, of=types.Array, *, packed=False):
    """Numba's models of types, but those of one kind changed."""

    def model_of(kind):
        model = default_manager.lookup(kind)
        if not isinstance(kind, of):
            return model
        names = list(getattr(model, "_fields", ()))
        parts = list(getattr(model.get_value_type(), "elements", ()))
        change(names, parts)
        value = ir.LiteralStructType(parts, packed=packed)
        return SimpleNamespace(_fields=tuple(names), get_value_type=lambda: value)

    return model_of


def swap(names, _parts):
    names[2], names[3] = names[3], names[2]


def lengthen(names, parts):
    names.append("device")
    parts.append(WORD)


def narrow(_names, parts):
    parts[3] = ir.IntType(32)


def point(_names, parts):
    parts[2] = ir.PointerType()


def test_private_numba_is_as_we_know_it():
    assert private_numba.difference() is None


@pytest.mark.parametrize("change", [swap, lengthen, narrow, point])
def test_other_layouts_of_arrays_are_noticed(change):
    difference = private_numba.difference(models(change))
    assert difference.startswith("array(int64, 1d, C) is [('meminfo', 'pointer'), ")


def test_other_layouts_of_tuples_are_noticed():
    packed = models(lambda *_: None, of=types.Tuple, packed=True)
    assert private_numba.difference(packed).startswith("Tuple(float64, int64) is <{")


def test_a_lost_option_is_noticed(monkeypatch):
    monkeypatch.setitem(private_numba.OPTIONS, "no_such_option", True)
    assert private_numba.difference() == "there is no option no_such_option"


FALLBACK = """
from dataclasses import dataclass
from typing import Any
import numpy as np
from brownclust._kernels.jit import private_numba
{break_it}
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import HAS_ATOMICS, load_eight
from brownclust._kernels.jit.record import Record

@dataclass(frozen=True)
class Text(Record):
    block: Any
    factor: int

@inner_kernel
def eight_bytes(text, start):
    return load_eight(text.block, start)

@fast_kernel
def multiplied(text, start):
    return text.factor * eight_bytes(text, start)

print(HAS_ATOMICS, multiplied(Text(np.arange(250, 270, dtype=np.uint8), 3), 2))
"""


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        ("private_numba.difference = lambda: 'arrays are longer'", "arrays are longer"),
        ("del private_numba.difference", "AttributeError: module"),
    ],
)
def test_without_the_known_layout_one_line_says_so_and_all_works(break_it, reason):
    done = run_python(FALLBACK.format(break_it=break_it))
    expected = np.arange(252, 260).astype(np.uint8).view(np.int64)[0] * 3
    assert done.stdout.split() == ["False", str(expected)]
    (line,) = done.stderr.splitlines()
    assert line.startswith("brownclust:0: RuntimeWarning: Numba ")
    assert f"({reason}" in line
    assert re.search(r'pip install "numba[<>]\S+" helps$', line)


TREE = """
import sys
from hashlib import sha256
sys.path[:0] = {path!r}
from strategies import fixed_text
from reference import count_text
from strategies import as_bigram_counts
from brownclust._kernels.jit.mode import IS_COMPILED, USES_PRIVATE_NUMBA
from brownclust.tree.agglomerate import brown_cluster

counts = as_bigram_counts(count_text([fixed_text(80, 1_500)], boundary="mark"))
tree = brown_cluster(counts, window=15, threads=2)
answer = sha256(tree.children.tobytes() + tree.losses.tobytes()).hexdigest()
print(IS_COMPILED, USES_PRIVATE_NUMBA, answer)
"""


@pytest.mark.slow
def test_the_tree_is_the_same_in_all_modes():
    code = TREE.format(path=sys.path)
    flags, answers = zip(
        *[
            run_python(code, **environment).stdout.strip().rsplit(" ", 1)
            for environment in (
                {},
                {mode.SWITCH: "1"},
                {"NUMBA_DISABLE_JIT": "1"},
            )
        ],
        strict=True,
    )
    assert flags == ("True True", "True False", "False False")
    assert len(set(answers)) == 1
