"""What tasks share, in a file: a task that loads it can be run again.

Data scattered among workers is lost with the last of them that has it.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._atomic import atomic_write
from brownclust.counting.vocabulary import Vocabulary


class Plan(NamedTuple):
    """Words, and where partitions of left words end; arrays, whose size Dask can tell.

    Attributes
    ----------
    buffer, offsets : arrays
        Of the vocabulary.
    bounds : int64 array (n_partitions - 1,)
        Ranks at which all partitions but the first begin.
    """

    buffer: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    bounds: NDArray[np.int64]

    @property
    def vocabulary(self) -> Vocabulary:
        """The words."""
        return Vocabulary(self.buffer, self.offsets)


def save_plan(
    path: Path, vocabulary: Vocabulary, bounds: NDArray[np.int64] | None = None
) -> str:
    """Write a plan, by default without bounds; return where."""
    if bounds is None:
        bounds = np.empty(0, np.int64)
    with atomic_write(path, "wb") as file:
        np.savez(
            file, buffer=vocabulary.buffer, offsets=vocabulary.offsets, bounds=bounds
        )
    return str(path)


def load_plan(path: str) -> Plan:
    """Read a plan."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Plan(arrays["buffer"], arrays["offsets"], arrays["bounds"])
    except FileNotFoundError as error:
        reason = "is not there for a worker: write to a folder that all machines share"
        raise FileNotFoundError(error.errno, reason, path) from None
