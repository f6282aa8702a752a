"""Turn blocks of bytes into word ids, count the pairs of neighbours, sort the counts.

Glossary:

- word i: ``buffer[offsets[i] : offsets[i + 1]]``; word 0, of no bytes, is the line edge
- ``slots``: open addressing by hash, each ``hash << 31 | word``, 0 where empty
- ``pairs``: open addressing by pair, rows ``(left << 31 | right, count)``; empty rows
  have count 0
- ``ranks``: the rank of each word, negative for words that are left out

Tables have a power of two of rows. The caller makes room for the most that a call can
add, so no kernel has to stop half-way. No product or shift reaches 2**63, so the
arithmetic is the same with and without JIT.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.compilation import fast_kernel, inner_kernel

Bytes = NDArray[np.uint8]
Indices = NDArray[np.int32]
Integers = NDArray[np.int64]

LINE_EDGE = 0
ID_BITS = 31
ID_MASK = (1 << ID_BITS) - 1
BYTES_PER_KEY = 7

# No Python integers: of a callee given a literal, Numba compiles one more version.
_ZERO: Any = np.int64(0)
_ONE: Any = np.int64(1)

_TAB = 9
_NEWLINE = 10
_RETURN = 13
_SPACE = 32
# FNV-1a with 32 bits of state.
HASH_START = 2166136261
HASH_FACTOR = 16777619
HASH_MASK = (1 << 32) - 1
# Odd and below 2**32, so that a 31-bit id times one of them stays below 2**63.
_LEFT_FACTOR = 0x9E3779B1
_RIGHT_FACTOR = 0x85EBCA6B


@inner_kernel
def is_space(byte: int) -> bool:
    """Whether ASCII calls a byte white space: the space and bytes 9 to 13."""
    return byte == 32 or 9 <= byte <= 13


@inner_kernel
def same_bytes(
    left: Bytes, left_start: int, right: Bytes, right_start: int, length: int
) -> bool:
    """Whether two stretches of bytes are equal."""
    for i in range(length):  # noqa: SIM110  # a generator is slow in a kernel
        if left[left_start + i] != right[right_start + i]:
            return False
    return True


@inner_kernel
def word_slot(
    block: Bytes,
    start: int,
    end: int,
    hash_: int,
    buffer: Bytes,
    offsets: Integers,
    slots: Integers,
) -> int:
    """Return the row of ``slots`` that has block[start:end], or where it belongs."""
    mask = slots.size - 1
    slot = (hash_ ^ (hash_ >> 15)) & mask
    while True:
        entry = slots[slot]
        if entry == 0:
            return slot
        if entry >> ID_BITS == hash_:
            word = entry & ID_MASK
            first = offsets[word]
            if offsets[word + 1] - first == end - start and same_bytes(
                block, start, buffer, first, end - start
            ):
                return slot
        slot = (slot + 1) & mask


@fast_kernel
def tokenise(
    block: Bytes,
    line_is_open: bool,
    buffer: Bytes,
    offsets: Integers,
    slots: Integers,
    n_words: int,
    tokens: Integers,
) -> tuple[int, int, bool]:
    """Write the words of a block that ends in white space to ``tokens``, as ids.

    LINE_EDGE follows the words of each line that has any. New words are appended to
    ``buffer``, ``offsets`` and ``slots``: room for as many bytes as the block has, and
    half as many words. Returns n_words, the number of ids written (at most one a byte)
    and whether the last line is still open. Cost: one step a byte, one look-up a word.
    """
    n_tokens = 0
    position = _ZERO
    while position < block.size:
        byte = int(block[position])
        if is_space(byte):
            if byte == _NEWLINE and line_is_open:
                tokens[n_tokens] = LINE_EDGE
                n_tokens += 1
                line_is_open = False
            position += 1
            continue
        start = position
        hash_ = HASH_START
        while not is_space(byte):
            hash_ = ((hash_ ^ byte) * HASH_FACTOR) & HASH_MASK
            position += 1
            byte = int(block[position])
        slot = word_slot(block, start, position, hash_, buffer, offsets, slots)
        if slots[slot] == 0:
            slots[slot] = hash_ << ID_BITS | n_words
            first = offsets[n_words]
            for i in range(position - start):
                buffer[first + i] = block[start + i]
            n_words += 1
            offsets[n_words] = first + position - start
        tokens[n_tokens] = slots[slot] & ID_MASK
        n_tokens += 1
        line_is_open = True
    return n_words, n_tokens, line_is_open


@fast_kernel
def take_counts(block: Bytes, largest: int, counts: Integers) -> tuple[int, int]:
    """Move the counts of lines ``left TAB right TAB count`` out of a block of lines.

    Spaces take their place; empty lines stay. Returns the number of counts and where it
    stopped: the end, or the start of a line that is no such line, left as it was.
    """
    n_counts = 0
    line_start = 0
    field = 0
    field_start = 0
    count = 0
    for position in range(block.size):
        byte = int(block[position])
        is_last_field = field == 2
        if is_last_field and 48 <= byte <= 57:
            digit = byte - 48
            if count > (largest - digit) // 10:
                return n_counts, line_start
            count = 10 * count + digit
        elif byte == _NEWLINE:
            end = position
            if position > line_start and block[position - 1] == _RETURN:
                end -= 1
            if is_last_field and count > 0:
                for i in range(field_start, end):
                    block[i] = _SPACE
                counts[n_counts] = count
                n_counts += 1
            elif end > line_start:
                return n_counts, line_start
            line_start = field_start = position + 1
            field = count = 0
        elif byte == _TAB and not is_last_field and position > field_start:
            field += 1
            field_start = position + 1
        elif byte == _RETURN and block[position + 1] == _NEWLINE:
            continue
        elif is_last_field or is_space(byte):
            return n_counts, line_start
    return n_counts, block.size


@inner_kernel
def pair_slot(left: int, right: int, pairs: Integers) -> int:
    """Return the row of ``pairs`` that has (left, right), or where it belongs."""
    mask = len(pairs) - 1
    key = left << ID_BITS | right
    mixed = (left * _LEFT_FACTOR) ^ (right * _RIGHT_FACTOR)
    slot = (mixed ^ (mixed >> 29)) & mask
    while pairs[slot, 1] != 0 and pairs[slot, 0] != key:
        slot = (slot + 1) & mask
    return slot


@inner_kernel
def add_pair(left: int, right: int, count: int, pairs: Integers) -> int:
    """Add to the count of a pair; return 1 if it is new, else 0."""
    slot = pair_slot(left, right, pairs)
    is_new = bool(pairs[slot, 1] == 0)
    pairs[slot, 0] = left << ID_BITS | right
    pairs[slot, 1] += count
    return int(is_new)


@fast_kernel
def count_tokens(
    tokens: Integers,
    previous: int,
    skip_edges: bool,
    word_counts: Integers,
    pairs: Integers,
    n_pairs: int,
) -> tuple[int, int]:
    """Count the words in ``tokens`` and the pairs of neighbours in previous, *tokens.

    With ``skip_edges`` a line edge is counted but stands between no words. Room in
    ``pairs``: one row a token. Returns the last token and n_pairs.
    """
    for right in tokens:
        word_counts[right] += 1
        if skip_edges and right == LINE_EDGE:
            continue
        n_pairs += add_pair(previous, right, _ONE, pairs)
        previous = right
    return previous, n_pairs


@fast_kernel
def add_pairs(
    lefts: Integers, rights: Integers, counts: Integers, pairs: Integers, n_pairs: int
) -> int:
    """Add counts of pairs to ``pairs`` (room: one row each); return n_pairs."""
    for i in range(lefts.size):
        n_pairs += add_pair(lefts[i], rights[i], counts[i], pairs)
    return n_pairs


@fast_kernel
def move_slots(slots: Integers, larger: Integers) -> None:
    """Put the words of ``slots`` into a larger, empty table, by their stored hash."""
    mask = larger.size - 1
    for entry in slots:
        if entry != 0:
            hash_ = entry >> ID_BITS
            slot = (hash_ ^ (hash_ >> 15)) & mask
            while larger[slot] != 0:
                slot = (slot + 1) & mask
            larger[slot] = entry


@fast_kernel
def move_pairs(pairs: Integers, larger: Integers) -> None:
    """Put the rows of ``pairs`` into a larger, empty table."""
    for row in range(pairs.shape[0]):
        if pairs[row, 1] != 0:
            key = pairs[row, 0]
            slot = pair_slot(key >> ID_BITS, key & ID_MASK, larger)
            larger[slot, 0] = key
            larger[slot, 1] = pairs[row, 1]


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


@fast_kernel
def measure_rows(
    pairs: Integers,
    ranks: Integers,
    left_sizes: Integers,
    right_sizes: Integers,
    edge_starts: Integers,
    edge_ends: Integers,
) -> None:
    """Count the kept pairs of each rank, as left and as right word; collect the edges.

    Adds to the four arrays, each of one entry a rank.
    """
    for row in range(pairs.shape[0]):
        if pairs[row, 1] != 0:
            left = pairs[row, 0] >> ID_BITS
            right = pairs[row, 0] & ID_MASK
            if ranks[left] >= 0 and ranks[right] >= 0:
                left_sizes[ranks[left]] += 1
                right_sizes[ranks[right]] += 1
            elif left == LINE_EDGE and ranks[right] >= 0:
                edge_starts[ranks[right]] += pairs[row, 1]
            elif right == LINE_EDGE and ranks[left] >= 0:
                edge_ends[ranks[left]] += pairs[row, 1]


@fast_kernel
def scatter_pairs(
    pairs: Integers,
    ranks: Integers,
    row_ends: Integers,
    indices: Indices,
    counts: Integers,
) -> None:
    """Write the kept pairs into rows by right word; each row holds its left words.

    ``row_ends`` starts as the first position of each row and becomes its end.
    """
    for row in range(pairs.shape[0]):
        if pairs[row, 1] != 0:
            left = ranks[pairs[row, 0] >> ID_BITS]
            right = ranks[pairs[row, 0] & ID_MASK]
            if left >= 0 and right >= 0:
                indices[row_ends[right]] = left
                counts[row_ends[right]] = pairs[row, 1]
                row_ends[right] += 1


@fast_kernel
def transpose(
    offsets: Integers,
    indices: Indices,
    counts: Integers,
    row_ends: Integers,
    new_indices: Indices,
    new_counts: Integers,
) -> None:
    """Write the transpose of sparse rows; its rows are ascending whatever these are.

    ``row_ends`` starts as the first position of each new row and becomes its end.
    """
    for row in range(offsets.size - 1):
        for i in range(offsets[row], offsets[row + 1]):
            column = indices[i]
            new_indices[row_ends[column]] = row
            new_counts[row_ends[column]] = counts[i]
            row_ends[column] += 1
