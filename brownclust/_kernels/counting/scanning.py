"""Find whitespace in text and compare bytes, seven bytes at a time.

``word_table`` splits text into words with these kernels. Seven bytes are one integer,
the first byte lowest, so that a single operation treats all of them.
"""

from brownclust._kernels.counting.array_types import Bytes
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import load_eight

NEWLINE = 10

# Numba's int64 is signed, and Python's integers do not wrap around. Seven bytes fit
# in 63 bits; an eighth would reach the sign bit and differ between the two.
_SEVEN_BYTES = (1 << 56) - 1
_EACH_BYTE = 0x01010101010101  # times b: seven bytes, each of them b
_LOW_BITS = 0x7F * _EACH_BYTE
_HIGH_BITS = 0x80 * _EACH_BYTE
_SPACE_BYTES = 0x20 * _EACH_BYTE
# For a byte below 128, `_AT_MOST_13 - byte` has the high bit set if the byte is at most
# 13, and `byte + _AT_LEAST_9` if it is at least 9. No byte borrows or carries.
_AT_MOST_13 = (0x80 + 13) * _EACH_BYTE
_AT_LEAST_9 = (0x80 - 9) * _EACH_BYTE


@inner_kernel
def seven_bytes(block: Bytes, start: int) -> int:
    """The seven bytes from `start`, the first one lowest; zeros after the end."""
    if start + 8 <= block.size:
        eight: int = load_eight(block, start)
        return eight & _SEVEN_BYTES
    result = 0
    for i in range(min(block.size - start, 7)):
        result |= int(block[start + i]) << 8 * i
    return result


@inner_kernel
def is_space(byte: int) -> bool:
    """Whether a byte is ASCII whitespace: the space or one of 9 to 13."""
    return byte == 32 or 9 <= byte <= 13


@inner_kernel
def spaces_among(seven: int) -> int:
    """0x80 for each of seven bytes that is whitespace, 0 for the others; no loop."""
    low = seven & _LOW_BITS
    is_9_to_13 = (_AT_MOST_13 - low) & (low + _AT_LEAST_9)
    is_32 = _HIGH_BITS - (low ^ _SPACE_BYTES)
    return (is_9_to_13 | is_32) & ~seven & _HIGH_BITS


@inner_kernel
def mask_before(spaces: int) -> int:
    """A mask, all ones, of the bytes before the first marked in `spaces` (not 0)."""
    return ((spaces & -spaces) >> 7) - 1


@inner_kernel
def n_masked_bytes(mask: int) -> int:
    """How many of seven bytes a mask covers.

    The product adds up all bytes in the seventh. It can exceed 64 bits, where only bits
    that are not used differ with and without JIT.
    """
    return (((mask & _EACH_BYTE) * _EACH_BYTE) >> 48) & 7


@inner_kernel
def end_of_word(block: Bytes, position: int) -> int:
    """The first position from `position` that is whitespace; seven bytes a step.

    The block must end in whitespace: there is no test for its end.
    """
    spaces = spaces_among(seven_bytes(block, position))
    while spaces == 0:
        position += 7
        spaces = spaces_among(seven_bytes(block, position))
    return position + n_masked_bytes(mask_before(spaces))


@inner_kernel
def same_bytes(
    left: Bytes, left_start: int, right: Bytes, right_start: int, length: int
) -> bool:
    """Whether two byte strings of equal length are equal; seven bytes a step."""
    while length >= 7:
        if seven_bytes(left, left_start) != seven_bytes(right, right_start):
            return False
        left_start += 7
        right_start += 7
        length -= 7
    mask = (1 << 8 * length) - 1
    difference = seven_bytes(left, left_start) ^ seven_bytes(right, right_start)
    return difference & mask == 0


@fast_kernel
def line_is_open_at(block: Bytes, position: int, is_open: bool) -> bool:
    """Whether the line before `position` has words and has not ended yet.

    `is_open` is the answer for the start of the block. Reads backwards to the last word
    or newline.
    """
    while position > 0:
        position -= 1
        if block[position] == NEWLINE:
            return False
        if not is_space(block[position]):
            return True
    return is_open


@fast_kernel
def next_space(block: Bytes, position: int) -> int:
    """The first position from `position` that is whitespace, or the block's end."""
    while position < block.size and not is_space(block[position]):
        position += 1
    return position
