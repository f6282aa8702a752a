"""Files of the disk cache that are damaged, or cannot be written."""

import errno
import os
import warnings

import pytest
from numba import config

from brownclust._kernels.jit import checked_cache
from brownclust._kernels.jit.compilation import fast_kernel
from brownclust._kernels.jit.mode import USES_PRIVATE_NUMBA

pytestmark = pytest.mark.skipif(not USES_PRIVATE_NUMBA, reason="needs private Numba")


def double(x):
    return 2 * x


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(checked_cache, "_failed_folders", set())
    return tmp_path


def calls(n_hits):
    """Call a new kernel; check whether it came from the cache."""
    compiled = fast_kernel(double)
    assert compiled(21) == 42
    assert compiled.stats.cache_hits.total() == n_hits


def files(folder, suffix):
    found = list(folder.glob(f"**/*.{suffix}"))
    assert found
    return found


def test_whole(folder):
    calls(0)
    calls(1)


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: os.urandom(len(data)),
        lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
        lambda data: data + b"x",
        lambda data: b"\x80\x04N.",
    ],
)
def test_damaged(folder, suffix, damage):
    calls(0)
    for path in files(folder, suffix):
        path.write_bytes(damage(path.read_bytes()))
    calls(0)
    calls(1)


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_gone_or_a_folder(folder, suffix):
    calls(0)
    for path in files(folder, suffix):
        path.unlink()
    calls(0)
    for path in files(folder, suffix):
        path.unlink()
        path.mkdir()
    with pytest.warns(RuntimeWarning, match="compiled code cannot be kept"):
        calls(0)


def test_a_full_disk(folder, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(checked_cache._CheckedFiles, "_open_for_write", fail)
    message = (
        r": compiled code cannot be kept \(No space left on device\), so every run "
        r"compiles again; NUMBA_CACHE_DIR names another folder$"
    )
    with pytest.warns(RuntimeWarning, match=message) as caught:
        calls(0)
    assert str(caught[0].message).startswith(str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # one is enough
        calls(0)
