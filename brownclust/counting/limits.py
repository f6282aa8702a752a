"""A counter within the memory it may take."""

import os

from brownclust._validation import check_integer
from brownclust.counting.counter import Counter
from brownclust.counting.options import MIN_MEMORY, Neighbours, Resources
from brownclust.counting.spill import temporary_file

_RESERVED = 224 << 20
"""Bytes for Python, Numba and its compiled kernels, words, and a batch of text."""

_THREAD = 16 << 20
"""Bytes for the batch of each further thread."""

_SPAN = 8 << 20
"""Bytes for the keys of a batch, for each step that words may be further apart."""

_PAIRS_FRACTION = 0.75
"""Of what is left: a table is sorted in 24 bytes a pair, and holds one in 31."""


def new_counter(neighbours: Neighbours, resources: Resources) -> Counter:
    """Return a counter for these options.

    Raises
    ------
    ValueError
        If there is too little memory for so many threads and neighbours.
    """
    threads, span = resources.threads, neighbours.skip_grams
    directory = resources.temp_directory
    directory = None if directory is None else os.fspath(directory)
    pair_bytes = None
    if resources.memory is not None:
        in_hand = (threads - 1) * _THREAD + threads * (span - 1) * _SPAN
        check_integer("memory", resources.memory, minimum=MIN_MEMORY + in_hand)
        pair_bytes = int(_PAIRS_FRACTION * (resources.memory - in_hand - _RESERVED))
        # Now, rather than after an hour of counting, if it cannot be written to.
        temporary_file(directory).close()
    return Counter(
        boundary=neighbours.boundary,
        span=span,
        threads=threads,
        pair_bytes=pair_bytes,
        directory=directory,
    )
