"""Memory of large tables: get it from the system a page at a time, by writing.

The tables of words and of pairs are in such memory.
"""

import mmap
from typing import Any

from numpy.typing import NDArray


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
