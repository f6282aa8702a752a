"""Split text into words and look them up in a hash table, many words per call.

`brownclust.counting.word_table` and `brownclust.counting.chunk` allocate the arrays and
call these kernels; those that find whitespace are in ``scanning``.

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

from brownclust._kernels.counting.array_types import Bytes, Integers, Tokens
from brownclust._kernels.counting.scanning import (
    NEWLINE,
    end_of_word,
    is_space,
    mask_before,
    n_masked_bytes,
    same_bytes,
    seven_bytes,
    spaces_among,
)
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel

LINE_EDGE = 0
"""The id of the line edge, before the first and after the last word of a line."""

BYTES_PER_KEY = 7
"""Bytes that `write_keys` packs into one int64: 56 bits, and 4 for the length."""

SHORT_BYTES = 6
"""Longest word that is its own tag: it and the space after it fit in one load of 7."""

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
def tag_of(block: Bytes, start: int, end: int) -> int:
    """The tag of the word block[start:end]; seven bytes a step."""
    length = end - start
    if length <= SHORT_BYTES:
        bytes_ = seven_bytes(block, start) & ((1 << 8 * length) - 1)
        return bytes_ | length << _LENGTH_SHIFT
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
def row_of_word(
    tag: int,
    block: Bytes,
    start: int,
    end: int,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
) -> int:
    """The table row of the word block[start:end], or the empty row where it belongs.

    Cost: on average at most 1.5 probes for a word that is there and 2.5 for one that is
    not, as half of the rows are empty.
    """
    mask = len(table) - 1
    # The hash scaled from 2**32 to the rows of the table: no division, and the upper
    # bits of the hash decide.
    row = hash_of_tag(tag) * len(table) >> 32
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
def append_word(
    block: Bytes, start: int, end: int, buffer: Bytes, offsets: Integers, word: int
) -> None:
    """Append block[start:end] to the buffer as the bytes of `word`, the next id."""
    first = offsets[word]
    for i in range(end - start):
        buffer[first + i] = block[start + i]
    offsets[word + 1] = first + end - start


@fast_kernel
def tokenise(
    block: Bytes,
    position: int,
    end: int,
    line_is_open: bool,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    new_buffer: Bytes,
    new_offsets: Integers,
    new_table: Integers,
    n_new: int,
    max_new: int,
    tokens: Tokens,
    n_tokens: int,
) -> tuple[int, int, int, bool]:
    """Append the ids of the words in block[position:end] to `tokens`.

    The text must end in whitespace. LINE_EDGE follows the words of each line that has
    any. A word that is not in the table goes to the new words: the first of these
    becomes token -1, the next -2. `tokens` needs capacity for one token more than there
    are bytes, `new_buffer` for all bytes. Stops early at `max_new` new words. Returns
    the position reached, n_tokens, n_new and whether the last line is still open.
    Cost: one look-up a word, one step for seven bytes.
    """
    while position < end and n_new < max_new:
        byte = int(block[position])
        if is_space(byte):
            if byte == NEWLINE and line_is_open:
                tokens[n_tokens] = LINE_EDGE
                n_tokens += 1
                line_is_open = False
            position += 1
            continue
        start = position
        seven = seven_bytes(block, start)
        spaces = spaces_among(seven)
        if spaces != 0:  # a short word: one load gives its end and its tag
            before = mask_before(spaces)
            length = n_masked_bytes(before)
            tag = seven & before | length << _LENGTH_SHIFT
            position += length
        else:
            position = end_of_word(block, start + 7)
            tag = tag_of(block, start, position)
        row = row_of_word(tag, block, start, position, buffer, offsets, table)
        word = table[row, 1]
        if word == 0:
            row = row_of_word(
                tag, block, start, position, new_buffer, new_offsets, new_table
            )
            if new_table[row, 1] == 0:
                new_table[row, 0] = tag
                new_table[row, 1] = n_new
                append_word(block, start, position, new_buffer, new_offsets, n_new)
                n_new += 1
            word = -new_table[row, 1]
        tokens[n_tokens] = word
        n_tokens += 1
        line_is_open = True
    return position, n_tokens, n_new, line_is_open


@fast_kernel
def add_words(
    new_buffer: Bytes,
    new_offsets: Integers,
    n_new: int,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    n_words: int,
    words: Integers,
) -> int:
    """Look up words 1, 2, … of one table in another, adding those that it lacks.

    Sets ``words[i]`` to the id there of word i. Returns the new n_words.
    """
    for i in range(1, n_new):
        start, end = new_offsets[i], new_offsets[i + 1]
        tag = tag_of(new_buffer, start, end)
        row = row_of_word(tag, new_buffer, start, end, buffer, offsets, table)
        if table[row, 1] == 0:
            table[row, 0] = tag
            table[row, 1] = n_words
            append_word(new_buffer, start, end, buffer, offsets, n_words)
            n_words += 1
        words[i] = table[row, 1]
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
