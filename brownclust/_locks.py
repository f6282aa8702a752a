"""Locks of files that end with the process, however it ends.

Windows has other locks, which `Path.unlink` respects. A network folder without locks
takes none; then nobody can tell whether a file is in use.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

RENAMES_OPEN_FILES = fcntl is not None
"""Windows neither renames nor removes a file that is open."""


def is_locked_by_another(file: IO[Any]) -> bool | None:
    """Lock an open file until it is closed, if no other process has locked it.

    Returns
    -------
    bool or None
        Whether another process has it; None if there are no locks here.
    """
    if fcntl is None:
        return None
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return None
    return False


def is_still_at(file: IO[Any], path: Path) -> bool:
    """Whether an open file has not been removed from its path meanwhile."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def remove_unless_in_use(path: Path) -> None:
    """Remove a file that the process which made it has left behind."""
    with suppress(OSError):  # removed by another, or of another user
        if not path.is_file():
            return
        if fcntl is None:
            path.unlink()  # an error if it is open
            return
        with path.open("r+b") as file:
            if is_locked_by_another(file) is False:
                path.unlink()
