"""Words and bounds that all tasks of a pass need, in a file that a task loads.

Data that the client scatters among workers is lost with the last worker that has it;
a task that loads a file can be run again on another.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._atomic import atomic_write
from brownclust.counting.vocabulary import Vocabulary


class SharedData(NamedTuple):
    """A vocabulary, and how its words are divided into partitions.

    A tuple of arrays, as Dask measures the size of these for its memory limits.

    Attributes
    ----------
    buffer : uint8 array
        That of the vocabulary.
    offsets : int64 array (n_words + 1,)
        That of the vocabulary.
    bounds : int64 array (n_partitions - 1,)
        Rank of the first left word of each partition after the first.
    """

    buffer: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    bounds: NDArray[np.int64]

    @property
    def vocabulary(self) -> Vocabulary:
        """The words."""
        return Vocabulary(self.buffer, self.offsets)


def save_shared_data(
    path: Path, vocabulary: Vocabulary, bounds: NDArray[np.int64] | None = None
) -> str:
    """Write shared data to a file; return its path.

    Parameters
    ----------
    path : Path
        The file.
    vocabulary : Vocabulary
        The words.
    bounds : int64 array, optional
        Without them there is one partition.
    """
    if bounds is None:
        bounds = np.empty(0, np.int64)
    with atomic_write(path, "wb") as file:
        np.savez(
            file, buffer=vocabulary.buffer, offsets=vocabulary.offsets, bounds=bounds
        )
    return str(path)


def load_shared_data(path: str) -> SharedData:
    """Return what `save_shared_data` wrote.

    Raises
    ------
    FileNotFoundError
        If this machine does not see the file; the message says what to do.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return SharedData(arrays["buffer"], arrays["offsets"], arrays["bounds"])
    except FileNotFoundError as error:
        reason = "no such file on a worker: write to a folder that all machines share"
        raise FileNotFoundError(error.errno, reason, path) from None
