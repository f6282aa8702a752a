"""Parse lines ``left TAB right TAB count`` of a list of pairs.

`brownclust.counting.pair_lists` calls this.
"""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.scanning import NEWLINE, is_space
from brownclust._kernels.jit.compilation import fast_kernel

_TAB = 9
_RETURN = 13
_SPACE = 32
_ZERO = 48
_NINE = 57


@fast_kernel
def extract_counts(block: Bytes, max_count: int, counts: Integers) -> tuple[int, int]:
    """Move the counts of lines ``left TAB right TAB count`` from `block` to `counts`.

    Overwrites each count with spaces, so that two words are left on each line; empty
    lines stay. Returns the number of counts and where it stopped: at the end of the
    block, or at the start of the first malformed line, which is not changed. A count
    above `max_count` is malformed. Cost: one step a byte.
    """
    n_counts = 0
    line_start = 0
    field = 0
    field_start = 0
    count = 0
    for position in range(block.size):
        byte = int(block[position])
        is_last_field = field == 2
        if is_last_field and _ZERO <= byte <= _NINE:
            digit = byte - _ZERO
            if count > (max_count - digit) // 10:  # 10 * count + digit could overflow
                return n_counts, line_start
            count = 10 * count + digit
        elif byte == NEWLINE:
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
        elif byte == _RETURN and block[position + 1] == NEWLINE:
            continue
        elif is_last_field or is_space(byte):
            return n_counts, line_start
    return n_counts, block.size
