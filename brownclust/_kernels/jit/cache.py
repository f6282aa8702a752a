"""Compiled kernels on disk: none is used once the source of any kernel has changed.

Numba alone would look at the file of the kernel only, but what it keeps contains the
kernels of other files that this one calls. Known and open since 2016:
https://github.com/numba/numba/issues/1833; a fix that was not merged,
https://github.com/numba/numba/pull/8396; the wish for a key of one's own, which is what
we make here, https://github.com/numba/numba/issues/9304.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numba
from numba import config, njit

from brownclust._kernels.jit.mode import USES_PRIVATE_NUMBA

_KERNELS = Path(__file__).parents[1]


def compile_and_keep(function: Any, **options: Any) -> Any:
    """Return Numba's `njit` of a function, keeping what it compiles on disk.

    Where no folder for it can be written to, as in many containers, every process
    compiles again.
    """
    if USES_PRIVATE_NUMBA:
        return _with_our_stamp(function, options)
    return _in_our_folder(function, options)


@cache
def _hash_of_all_kernels() -> str:
    """A number that changes with any kernel's source."""
    stamp = sha256()
    for path in sorted(_KERNELS.rglob("*.py")):
        stamp.update(path.read_bytes())
    return stamp.hexdigest()


def _with_our_stamp(function: Any, options: dict[str, Any]) -> Any:
    """With the hash where Numba writes its own version, and when the file was changed.

    Numba overwrites what has another, so the disk holds one version of each kernel. If
    its version differs, it reads no further: the rest could name a class that is gone,
    and raise. The date of a kernel's file adds nothing to the hash, and a mere copy of
    the file has another.
    """
    try:
        compiled = njit(cache=True, **options)(function)
    except RuntimeError:  # no folder
        return njit(**options)(function)
    from brownclust._kernels.jit.checked_cache import check_files

    check_files(compiled._cache)
    index = compiled._cache._cache_file
    index._version = f"{numba.__version__} {_hash_of_all_kernels()}"
    if Path(function.__code__.co_filename).is_relative_to(_KERNELS):
        index._source_stamp = None  # of functions elsewhere, in tests, it says more
    return compiled


def _in_our_folder(function: Any, options: dict[str, Any]) -> Any:
    """The same with public Numba: in a folder that has the hash for a name.

    This costs disk space: the folders of older versions stay until someone deletes
    them. And a place to look for: where NUMBA_CACHE_DIR is not set, this must choose a
    folder, as Numba would.
    """
    before = config.CACHE_DIR
    for folder in _folders():
        config.CACHE_DIR = str(folder)  # read while decorating, not later
        try:
            with suppress(RuntimeError):  # no folder
                compiled = njit(cache=True, **options)(function)
                # Numba takes another where it cannot write to ours.
                if Path(compiled.stats.cache_path).is_relative_to(folder):
                    return compiled
        finally:
            config.CACHE_DIR = before
    return njit(**options)(function)


def _folders() -> Iterator[Path]:
    """Folders for the present source of the kernels, the best first."""
    name = f"brownclust-{_hash_of_all_kernels()[:16]}"
    if config.CACHE_DIR:
        yield Path(config.CACHE_DIR).absolute() / name
        return
    yield _KERNELS / "__pycache__" / name
    with suppress(RuntimeError):  # no home
        yield Path.home() / ".cache" / name
