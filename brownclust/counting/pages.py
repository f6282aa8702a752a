"""Memory of large tables: in huge pages, or a page at a time, by writing.

The tables of words and of pairs are in such memory.
"""

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

HUGE_PAGE_BYTES = 1 << 21
"""Linux puts memory of a multiple of this size in huge pages.

To get a small page from the system costs twice as much a byte, and often more.
"""

_PRIVATE: dict[str, Any] = (
    {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS}
    if hasattr(mmap, "MAP_PRIVATE")  # not on Windows
    else {}
)
"""Pages of this process alone: huge ones can be had, and new ones take less time."""


def new_memory(n_bytes: int) -> mmap.mmap:
    """Return zeros whose memory goes back to the system when they are freed.

    An allocator would keep most of it for the process, in fragments. Pages are taken
    from the system where they are first used.
    """
    memory = mmap.mmap(-1, n_bytes, **_PRIVATE)
    if n_bytes % HUGE_PAGE_BYTES == 0 and hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def new_array(size: int, dtype: type) -> NDArray[Any]:
    """Return an array of zeros in such memory, rounded up to huge pages."""
    n_bytes = size * np.dtype(dtype).itemsize
    memory = new_memory(max(1, -(-n_bytes // HUGE_PAGE_BYTES)) * HUGE_PAGE_BYTES)
    return np.frombuffer(memory, dtype, size)


def touch_pages(zeros: NDArray[Any]) -> None:
    """Write to each page of an array of zeros, before anything is read from it.

    A new page that is read first is a page of zeros which the whole system shares: when
    it is written to, the system must replace it, and interrupt all other threads of the
    process, which may know its address. Two page faults instead of one, and with two
    threads a quarter of the time of counting.

    Parameters
    ----------
    zeros : array
        Contiguous; all zeros, as `numpy.zeros` and new memory of the system are.
    """
    zeros.reshape(-1)[:: mmap.PAGESIZE // zeros.itemsize] = 0
