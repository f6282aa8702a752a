"""Divide the memory limit: how much of it a counter may use for pairs.

`brownclust.counting.counts` makes its counters here.
"""

import os

from brownclust._threads import n_useful_threads
from brownclust._validation import must_be
from brownclust.counting.counter import Counter
from brownclust.counting.options import MIN_MEMORY, Neighbours, Resources
from brownclust.counting.spill import open_temporary_file

_BASE_BYTES = 224 << 20
"""Memory for Python, Numba and its compiled kernels, words, and a batch of text."""

_BYTES_PER_THREAD = 16 << 20
"""Memory for each thread after the first: text, tokens, and pairs not in the table."""

_BYTES_PER_SPAN = 8 << 20
"""Memory for more keys of a batch, for each unit of `skip_grams` above 1."""

_PAIRS_FRACTION = 0.75
"""Fraction of the remaining memory that the table of pairs may fill.

The other quarter is for a shard that doubles. Sorting takes up to 20 bytes a pair
instead of 16: 12 of the rows, and 8 of the table, whose shards are freed meanwhile.
"""


def new_counter(
    neighbours: Neighbours,
    resources: Resources,
    counter: type[Counter] = Counter,
) -> Counter:
    """Return a counter for these options.

    Parameters
    ----------
    neighbours : Neighbours
        Which words are neighbours.
    resources : Resources
        Threads, and the limit of memory.
    counter : type
        `Counter` or `IdCounter`.

    Returns
    -------
    Counter
        An empty one.

    Raises
    ------
    OSError
        If there is a limit, and temporary files cannot be made.
    ValueError
        If the limit is too low for the number of threads and `skip_grams`.
    """
    threads = n_useful_threads(resources.threads)
    span = neighbours.skip_grams
    directory = resources.temp_directory
    directory = None if directory is None else os.fspath(directory)
    pair_bytes = None
    if resources.memory is not None:
        batches = (threads - 1) * _BYTES_PER_THREAD
        batches += threads * (span - 1) * _BYTES_PER_SPAN
        if resources.memory < MIN_MEMORY + batches:
            rule = f"at least {MIN_MEMORY + batches >> 20}M"
            rule += f" for {threads} threads and words up to {span} apart"
            raise ValueError(must_be("memory", rule, f"{resources.memory >> 20}M"))
        pair_bytes = int(_PAIRS_FRACTION * (resources.memory - batches - _BASE_BYTES))
        # A directory without write permission fails now, not after an hour of counting.
        open_temporary_file(directory).close()
    return counter(
        boundary=neighbours.boundary,
        span=span,
        threads=threads,
        pair_bytes=pair_bytes,
        directory=directory,
    )
