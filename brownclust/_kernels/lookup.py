"""Find words in a vocabulary by hash, many at a time.

The table is that of `counting`: word i of the vocabulary is word i + 1 there.
"""

from brownclust._kernels.compilation import fast_kernel, inner_kernel
from brownclust._kernels.counting import (
    HASH_FACTOR,
    HASH_MASK,
    HASH_START,
    ID_BITS,
    ID_MASK,
    Bytes,
    Integers,
    word_slot,
)

_NEWLINE = 10


@inner_kernel
def hash_of(block: Bytes, start: int, end: int) -> int:
    """The hash of block[start:end]."""
    hash_ = HASH_START
    for i in range(start, end):
        hash_ = ((hash_ ^ int(block[i])) * HASH_FACTOR) & HASH_MASK
    return hash_


@fast_kernel
def index_words(buffer: Bytes, offsets: Integers, slots: Integers) -> int:
    """Enter all words into `slots`; return the second of two that are equal, or 0.

    ``offsets[word]`` and ``offsets[word + 1]`` are the ends of word 1, 2, ...
    """
    for word in range(1, offsets.size - 1):
        start = offsets[word]
        end = offsets[word + 1]
        hash_ = hash_of(buffer, start, end)
        slot = word_slot(buffer, start, end, hash_, buffer, offsets, slots)
        if slots[slot] != 0:
            return word
        slots[slot] = hash_ << ID_BITS | word
    return 0


@fast_kernel
def find_lines(
    text: Bytes, buffer: Bytes, offsets: Integers, slots: Integers, found: Integers
) -> None:
    """found[i] = index of the word on line i, -1 if there is none; one step a byte."""
    start = 0
    for i in range(found.size):
        end = start
        while end < text.size and text[end] != _NEWLINE:
            end += 1
        hash_ = hash_of(text, start, end)
        slot = word_slot(text, start, end, hash_, buffer, offsets, slots)
        found[i] = (slots[slot] & ID_MASK) - 1
        start = end + 1
