"""A hash table of words: look them up, add them, many words per call.

`brownclust.counting.word_table` allocates the arrays and calls these kernels, and
``tokenising`` looks up the words of a text.

Glossary:

- word i: ``buffer[offsets[i] : offsets[i + 1]]``; word 0 has no bytes and stands for
  the line edge
- ``table``: a hash table with linear probing; rows ``(tag, word)``, a power of two of
  them, at most half of them in use; word 0 marks an empty row
- probe start: the row where the search for a word begins
- tag: one integer per word. For a word of up to `SHORT_BYTES` bytes it holds the bytes
  and their number, so equal tags mean equal words; for a longer word it holds a hash
  and `LONG_WORD`, and the bytes must be compared too

The caller allocates enough space for all that a call can add. Products and shifts stay
below 2**63, so that the arithmetic is the same with and without JIT.
"""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.scanning import same_bytes, seven_bytes
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel

LINE_EDGE = 0
"""The id of the line edge, before the first and after the last word of a line."""

BYTES_PER_KEY = 7
"""Bytes that `write_keys` packs into one int64: 56 bits, and 4 for the length."""

SHORT_BYTES = 7
"""Longest word that is its own tag: one load."""

_LENGTH_SHIFT = 56
"""Position in a tag, above seven bytes, of the length or of `LONG_WORD`."""

LONG_WORD = (SHORT_BYTES + 1) << _LENGTH_SHIFT
"""Set in the tags of long words; it makes them larger than those of short ones."""

_MASK_32 = (1 << 32) - 1
# The multipliers 0x9E3779B1 of xxHash and 0x85EBCA6B of MurmurHash3, with their first
# two bits changed from 10 to 01: below 2**31, so that a 32-bit number times one of them
# stays below 2**63. They are odd, so that multiplying loses no bit modulo 2**32.
_FIRST_FACTOR = 0x5E3779B1
_SECOND_FACTOR = 0x45EBCA6B


@inner_kernel
def tag_of_short(block: Bytes, start: int, length: int) -> int:
    """The tag of a word of up to `SHORT_BYTES` bytes."""
    bytes_ = seven_bytes(block, start) & ((1 << 8 * length) - 1)
    return bytes_ | length << _LENGTH_SHIFT


@inner_kernel
def tag_of(block: Bytes, start: int, end: int) -> int:
    """The tag of the word block[start:end]; seven bytes a step."""
    length = end - start
    if length <= SHORT_BYTES:
        return tag_of_short(block, start, length)
    # Of each seven bytes the low 32 bits, then the upper 24: a factor takes 32 bits.
    hash_ = length & _MASK_32
    while start < end:
        bytes_ = seven_bytes(block, start)
        if end - start < 7:
            bytes_ &= (1 << 8 * (end - start)) - 1
        hash_ = (hash_ ^ (bytes_ & _MASK_32)) * _FIRST_FACTOR
        hash_ = ((hash_ ^ (hash_ >> 31)) & _MASK_32 ^ (bytes_ >> 32)) * _SECOND_FACTOR
        hash_ = (hash_ ^ (hash_ >> 31)) & _MASK_32
        start += 7
    return LONG_WORD | hash_


@inner_kernel
def mixed_bits(number: int) -> int:
    """A 32-bit number whose upper bits depend on all 32 bits of the given one.

    One to one: different numbers stay different. Callers use the upper bits, which a
    product mixes best.
    """
    number = number * _FIRST_FACTOR & _MASK_32
    number ^= number >> 15
    return number * _SECOND_FACTOR & _MASK_32


@inner_kernel
def hash_of_tag(tag: int) -> int:
    """A 32-bit hash of a tag; its upper bits are the best mixed."""
    mixed = ((tag & _MASK_32) * _FIRST_FACTOR) ^ ((tag >> 32) * _SECOND_FACTOR)
    return mixed_bits((mixed ^ (mixed >> 32)) & _MASK_32)


@inner_kernel
def word_start(tag: int, n_rows: int) -> int:
    """The row where the search for a word begins, in a table of `n_rows` rows.

    The hash scaled from 2**32 to the rows: no division, and its upper bits decide.
    """
    return hash_of_tag(tag) * n_rows >> 32


@inner_kernel
def row_from(
    row: int,
    tag: int,
    block: Bytes,
    start: int,
    end: int,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
) -> int:
    """The table row of the word block[start:end], or the empty row where it belongs.

    `row` is its probe start. Cost: on average at most 1.5 probes for a word that is
    there and 2.5 for one that is not, as half of the rows are empty.
    """
    mask = len(table) - 1
    while table[row, 1] != 0:
        if table[row, 0] == tag:
            if tag < LONG_WORD:
                return row
            word = table[row, 1]
            first = offsets[word]
            if offsets[word + 1] - first == end - start and same_bytes(
                block, start, buffer, first, end - start
            ):
                return row
        row = (row + 1) & mask
    return row


@inner_kernel
def row_of_word(
    tag: int,
    block: Bytes,
    start: int,
    end: int,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
) -> int:
    """The same, with the search for the probe start."""
    row = word_start(tag, len(table))
    return row_from(row, tag, block, start, end, buffer, offsets, table)


@inner_kernel
def append_word(
    block: Bytes, start: int, end: int, buffer: Bytes, offsets: Integers, word: int
) -> None:
    """Append block[start:end] to the buffer as the bytes of `word`, the next id."""
    first = offsets[word]
    for i in range(end - start):
        buffer[first + i] = block[start + i]
    offsets[word + 1] = first + end - start


@inner_kernel
def add_word(
    tag: int,
    block: Bytes,
    start: int,
    end: int,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    n_words: int,
) -> tuple[int, int]:
    """Look up a word, adding it if it is not there; return it and the new n_words."""
    row = row_of_word(tag, block, start, end, buffer, offsets, table)
    if table[row, 1] == 0:
        table[row, 0] = tag
        table[row, 1] = n_words
        append_word(block, start, end, buffer, offsets, n_words)
        n_words += 1
    return table[row, 1], n_words


@fast_kernel
def add_words(
    new_buffer: Bytes,
    new_offsets: Integers,
    order: Integers,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    n_words: int,
    words: Integers,
) -> int:
    """Look up words of one table in another, adding those that it lacks, in `order`.

    Sets ``words[i]`` to the id there of word i. Returns the new n_words.
    """
    for i in order:
        start, end = new_offsets[i], new_offsets[i + 1]
        tag = tag_of(new_buffer, start, end)
        words[i], n_words = add_word(
            tag, new_buffer, start, end, buffer, offsets, table, n_words
        )
    return n_words


@fast_kernel
def find_words(
    new_buffer: Bytes,
    new_offsets: Integers,
    n_new: int,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    words: Integers,
) -> None:
    """Look up words 1, 2, … of one table in another.

    Sets ``words[i]`` to the id there of word i, -1 if it is not there.
    """
    for i in range(1, n_new):
        start, end = new_offsets[i], new_offsets[i + 1]
        tag = tag_of(new_buffer, start, end)
        row = row_of_word(tag, new_buffer, start, end, buffer, offsets, table)
        words[i] = table[row, 1] if table[row, 1] != 0 else -1


@fast_kernel
def fill_table(buffer: Bytes, offsets: Integers, n_words: int, table: Integers) -> int:
    """Insert words 1, 2, … into an empty table.

    Stops at a word that is there already and returns it; returns 0 if all differ.
    """
    for word in range(1, n_words):
        start, end = offsets[word], offsets[word + 1]
        tag = tag_of(buffer, start, end)
        row = row_of_word(tag, buffer, start, end, buffer, offsets, table)
        if table[row, 1] != 0:
            return word
        table[row, 0] = tag
        table[row, 1] = word
    return 0


@fast_kernel
def move_words(table: Integers, larger: Integers) -> None:
    """Insert the words of a table into an empty one with more rows.

    Probe starts ascend with the hash, so both are passed through from start to end.
    """
    mask = len(larger) - 1
    for i in range(len(table)):
        if table[i, 1] != 0:
            row = word_start(table[i, 0], len(larger))
            while larger[row, 1] != 0:
                row = (row + 1) & mask
            larger[row, 0] = table[i, 0]
            larger[row, 1] = table[i, 1]


@fast_kernel
def write_keys(
    buffer: Bytes, offsets: Integers, words: Integers, depth: int, keys: Integers
) -> None:
    """Write integers that sort as the 7 bytes of each word from byte `depth` do.

    The last four bits hold the number of bytes left, 8 for more than 7: they sort a
    word that ends here before one that continues with NUL bytes.
    """
    for i in range(words.size):
        start = offsets[words[i]] + depth
        length = offsets[words[i] + 1] - start
        key = 0
        for j in range(BYTES_PER_KEY):
            key = key << 8 | (int(buffer[start + j]) if j < length else 0)
        keys[i] = key << 4 | min(length, BYTES_PER_KEY + 1)


@fast_kernel
def gather_words(
    buffer: Bytes,
    offsets: Integers,
    words: Integers,
    new_buffer: Bytes,
    new_offsets: Integers,
) -> None:
    """Copy `words`, in this order, into a new buffer; new_offsets[0] must be 0."""
    end = 0
    for i in range(words.size):
        for j in range(offsets[words[i]], offsets[words[i] + 1]):
            new_buffer[end] = buffer[j]
            end += 1
        new_offsets[i + 1] = end
