"""Cut text into words and find them in a table, many at a time.

Glossary:

- word i: ``buffer[offsets[i] : offsets[i + 1]]``; word 0, of no bytes, is the line edge
- ``table``: open addressing, rows ``(tag, word)``, a power of two of them; word 0 where
  empty
- tag: of a word of up to 6 bytes the bytes themselves and how many they are, so that
  equal tags are equal words; of a longer one a hash and `LONG_WORD`

The caller makes room for the most that a call can add. No product or shift reaches
2**63, but for one of which only lower bits are looked at, so the arithmetic is the same
with and without JIT.
"""

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import load_eight

Bytes = NDArray[np.uint8]
Tokens = NDArray[np.int32]
Integers = NDArray[np.int64]

LINE_EDGE = 0
BYTES_PER_KEY = 7

_NEWLINE = 10
_SHORT = 6  # bytes of the longest word that is its own tag
_LENGTH_BIT = 56  # where a tag says how many bytes, or that the word is long
LONG_WORD = (_SHORT + 1) << _LENGTH_BIT

# Seven bytes at a time: one more would need the sign bit.
_SEVEN_BYTES = (1 << 56) - 1
_ONES = 0x01010101010101
_LOW_BITS = 0x7F * _ONES
_HIGH_BITS = 0x80 * _ONES
_SPACES = 0x20 * _ONES
_UP_TO_13 = (0x80 + 13) * _ONES
_FROM_9 = (0x80 - 9) * _ONES

_HALF = (1 << 32) - 1
# Odd and below 2**31: a 32-bit number times one of them stays below 2**63.
_FIRST_FACTOR = 0x5E3779B1
_SECOND_FACTOR = 0x45EBCA6B


@inner_kernel
def seven_bytes(block: Bytes, start: int) -> int:
    """The seven bytes from `start` on, the first the lowest; zeros after the end."""
    if start + 8 <= block.size:
        eight: int = load_eight(block, start)
        return eight & _SEVEN_BYTES
    result = 0
    for i in range(min(block.size - start, 7)):
        result |= int(block[start + i]) << 8 * i
    return result


@inner_kernel
def is_space(byte: int) -> bool:
    """Whether ASCII calls a byte white space: the space and bytes 9 to 13."""
    return byte == 32 or 9 <= byte <= 13


@inner_kernel
def spaces_among(seven: int) -> int:
    """Seven bytes, 0x80 where there is white space, else 0; no step a byte."""
    low = seven & _LOW_BITS
    is_9_to_13 = (_UP_TO_13 - low) & (low + _FROM_9)
    is_32 = _HIGH_BITS - (low ^ _SPACES)
    return (is_9_to_13 | is_32) & ~seven & _HIGH_BITS


@inner_kernel
def bytes_before(spaces: int) -> int:
    """Ones in all bytes before the first of some spaces."""
    return ((spaces & -spaces) >> 7) - 1


@inner_kernel
def n_bytes_of(ones: int) -> int:
    """How many of seven bytes are ones, by a product that adds up all bytes in one."""
    return (((ones & _ONES) * _ONES) >> 48) & 7


@inner_kernel
def end_of_word(block: Bytes, position: int) -> int:
    """The first position from this one on with white space; seven bytes a step."""
    spaces = spaces_among(seven_bytes(block, position))
    while spaces == 0:
        position += 7
        spaces = spaces_among(seven_bytes(block, position))
    return position + n_bytes_of(bytes_before(spaces))


@inner_kernel
def same_bytes(
    left: Bytes, left_start: int, right: Bytes, right_start: int, length: int
) -> bool:
    """Whether two stretches of bytes are equal; seven bytes a step."""
    while length >= 7:
        if seven_bytes(left, left_start) != seven_bytes(right, right_start):
            return False
        left_start += 7
        right_start += 7
        length -= 7
    mask = (1 << 8 * length) - 1
    difference = seven_bytes(left, left_start) ^ seven_bytes(right, right_start)
    return difference & mask == 0


@inner_kernel
def tag_of(block: Bytes, start: int, end: int) -> int:
    """The tag of the word block[start:end]; seven bytes a step."""
    length = end - start
    if length <= _SHORT:
        bytes_ = seven_bytes(block, start) & ((1 << 8 * length) - 1)
        return bytes_ | length << _LENGTH_BIT
    hash_ = length & _HALF
    while start < end:
        bytes_ = seven_bytes(block, start)
        if end - start < 7:
            bytes_ &= (1 << 8 * (end - start)) - 1
        hash_ = (hash_ ^ (bytes_ & _HALF)) * _FIRST_FACTOR
        hash_ = ((hash_ ^ (hash_ >> 31)) & _HALF ^ (bytes_ >> 32)) * _SECOND_FACTOR
        hash_ = (hash_ ^ (hash_ >> 31)) & _HALF
        start += 7
    return LONG_WORD | hash_


@inner_kernel
def scrambled(number: int) -> int:
    """Another number of 32 bits, the upper ones depending on all of the given ones."""
    number = number * _FIRST_FACTOR & _HALF
    number ^= number >> 15
    return number * _SECOND_FACTOR & _HALF


@inner_kernel
def hash_of_tag(tag: int) -> int:
    """A number of 32 bits, the upper ones the better mixed."""
    mixed = ((tag & _HALF) * _FIRST_FACTOR) ^ ((tag >> 32) * _SECOND_FACTOR)
    return scrambled((mixed ^ (mixed >> 32)) & _HALF)


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
    """The row of the table that has the word block[start:end], or where it belongs."""
    mask = len(table) - 1
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
    """Write down block[start:end] as the next word."""
    first = offsets[word]
    for i in range(end - start):
        buffer[first + i] = block[start + i]
    offsets[word + 1] = first + end - start


@fast_kernel
def line_is_open_at(block: Bytes, position: int, is_open: bool) -> bool:
    """Whether a line that has words goes on at `position`, where white space ends.

    `is_open` says so of the start of the block.
    """
    while position > 0:
        position -= 1
        if block[position] == _NEWLINE:
            return False
        if not is_space(block[position]):
            return True
    return is_open


@fast_kernel
def next_space(block: Bytes, position: int) -> int:
    """The first position from this one on with white space, or the end."""
    while position < block.size and not is_space(block[position]):
        position += 1
    return position


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
    most_new: int,
    tokens: Tokens,
    n_tokens: int,
) -> tuple[int, int, int, bool]:
    """Append the words of block[position:end], which ends in white space, to `tokens`.

    LINE_EDGE follows the words of each line that has any. Words that the table lacks
    are appended to the new ones; the first of these is -1 among the tokens, the next
    -2. Room: a token for every byte and one more, in `new_buffer` all bytes. Stops
    early when there are `most_new` of them. Returns the position, n_tokens,
    n_new and whether the last line is still open. Cost: one look-up a word, one step
    for seven bytes.
    """
    while position < end and n_new < most_new:
        byte = int(block[position])
        if is_space(byte):
            if byte == _NEWLINE and line_is_open:
                tokens[n_tokens] = LINE_EDGE
                n_tokens += 1
                line_is_open = False
            position += 1
            continue
        start = position
        seven = seven_bytes(block, start)
        spaces = spaces_among(seven)
        if spaces != 0:
            before = bytes_before(spaces)
            length = n_bytes_of(before)
            tag = seven & before | length << _LENGTH_BIT
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
    """Find the words 1, 2, … of one table in another, adding those that it lacks.

    ``words[i]`` becomes what word i is there. Returns n_words.
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
    """Find the words 1, 2, … of one table in another: ``words[i]``, -1 if not there."""
    for i in range(1, n_new):
        start, end = new_offsets[i], new_offsets[i + 1]
        tag = tag_of(new_buffer, start, end)
        row = row_of_word(tag, new_buffer, start, end, buffer, offsets, table)
        words[i] = table[row, 1] if table[row, 1] != 0 else -1


@fast_kernel
def fill_table(buffer: Bytes, offsets: Integers, n_words: int, table: Integers) -> int:
    """Enter words 1, 2, … into an empty table; the second of two equal ones, or 0."""
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
    """Write numbers that sort as the words do, judged by 7 bytes from ``depth`` on.

    The last four bits tell a word that ends here from one that goes on, or that goes on
    with NUL bytes.
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
    """Copy ``words``, in this order, to a new buffer (new_offsets[0] is 0 already)."""
    end = 0
    for i in range(words.size):
        for j in range(offsets[words[i]], offsets[words[i] + 1]):
            new_buffer[end] = buffer[j]
            end += 1
        new_offsets[i + 1] = end
