"""Temporary folders: removed at the end, or by the next run if they are left."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from brownclust._locks import (
    RENAMES_OPEN_FILES,
    is_locked_by_another,
    is_still_at,
)

_LOCK_NAME = "lock"


@contextmanager
def temporary_folder(parent: Path, name: str, *, mode: int = 0o777) -> Iterator[Path]:
    """Make a folder for a block, and remove folders that killed processes have left.

    Parameters
    ----------
    parent : Path
        Where it is made.
    name : str
        How its name begins; that of the folders to remove, too.
    mode : int
        Its permissions, before the umask.

    Notes
    -----
    A file in it is locked while the block runs. Where there are no locks, what others
    have left stays.
    """
    _remove_remains(parent, name)
    folder, lock = _locked_folder(parent, name, mode)
    try:
        yield folder
    finally:
        if not RENAMES_OPEN_FILES:
            lock.close()
        # Renamed first: after an error, a thread that still runs cannot write to it.
        renamed = folder.rename(folder.with_name(f"{folder.name}.gone"))
        shutil.rmtree(renamed)
        lock.close()


def _locked_folder(parent: Path, name: str, mode: int) -> tuple[Path, IO[bytes]]:
    while True:
        folder = parent / f"{name}.{os.urandom(6).hex()}.parts"
        folder.mkdir(mode)
        path = folder / _LOCK_NAME
        with suppress(FileNotFoundError):  # taken for a remain while it was empty
            lock = path.open("xb")
            is_lost = is_locked_by_another(lock)
            if is_lost is None or (not is_lost and is_still_at(lock, path)):
                return folder, lock
            lock.close()


def _remove_remains(parent: Path, name: str) -> None:
    known = re.compile(rf"{re.escape(name)}\.[0-9a-f]{{12}}\.parts(\.gone)?")
    for folder in parent.glob("*.parts*"):
        if known.fullmatch(folder.name) and not folder.is_symlink():
            with suppress(OSError):  # in use on Windows, or of another user
                _remove_unless_in_use(folder)


def _remove_unless_in_use(folder: Path) -> None:
    try:
        lock = (folder / _LOCK_NAME).open("r+b")
    except FileNotFoundError:
        folder.rmdir()  # if it is empty: killed before there was a lock
        return
    with lock:
        is_locked = is_locked_by_another(lock)
    if is_locked is False or not RENAMES_OPEN_FILES:
        shutil.rmtree(folder)
