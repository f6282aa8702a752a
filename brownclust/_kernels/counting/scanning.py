"""Find whitespace in text, and compare bytes, seven at a time.

Seven bytes are one integer, the first byte lowest, so that a single operation treats
all of them.
"""

from brownclust._kernels.counting.array_types import Bytes
from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.jit.intrinsics import load_eight

NEWLINE = 10

# Numba's int64 is signed, and Python's integers do not wrap around. Seven bytes fit
# in 63 bits; an eighth would reach the sign bit and differ between the two.
_SEVEN_BYTES = (1 << 56) - 1


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
