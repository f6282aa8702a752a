"""A counter as its user wants it, within the memory it may take."""

import os

from brownclust._validation import check_integer, must_be
from brownclust.counting.counter import Counter
from brownclust.counting.options import MIN_MEMORY
from brownclust.counting.spill import temporary_file

_RESERVED = 224 << 20
"""Bytes for Python, Numba and its compiled kernels, words, and a batch of text."""

_THREAD = 16 << 20
"""Bytes for the batch of each further thread."""

_SPAN = 8 << 20
"""Bytes for the keys of a batch, for each step that words may be further apart."""

_SHARE = 0.75
"""Of what is left: a table is sorted in 24 bytes a pair, and holds one in 31."""


def new_counter(
    *,
    boundary: str = "ignore",
    skip_grams: int = 1,
    threads: int = 1,
    memory: int | None = None,
    temp_directory: str | os.PathLike[str] | None = None,
) -> Counter:
    """Return a counter; `BigramCounts.from_text` tells what the options mean.

    Raises
    ------
    ValueError
        If one of them is out of range.
    """
    skip_grams = check_integer("skip_grams", skip_grams, minimum=1)
    if skip_grams > 1 and boundary == "mark":
        rule = "1 with boundary 'mark', whose line edges are next to words only"
        raise ValueError(must_be("skip_grams", rule, skip_grams))
    threads = check_integer("threads", threads, minimum=1)
    pair_bytes = None
    if memory is not None:
        in_hand = (threads - 1) * _THREAD + threads * (skip_grams - 1) * _SPAN
        memory = check_integer("memory", memory, minimum=MIN_MEMORY + in_hand)
        pair_bytes = int(_SHARE * (memory - in_hand - _RESERVED))
    directory = None if temp_directory is None else os.fspath(temp_directory)
    if pair_bytes is not None:
        temporary_file(directory).close()  # it can be written to: no news in an hour
    return Counter(
        boundary=boundary,
        span=skip_grams,
        threads=threads,
        pair_bytes=pair_bytes,
        directory=directory,
    )
