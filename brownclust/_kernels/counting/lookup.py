"""Find the words on the lines of a text, many at a time."""

from brownclust._kernels.counting.word_table import Bytes, Integers, row_of_word, tag_of
from brownclust._kernels.jit.compilation import fast_kernel

_NEWLINE = 10


@fast_kernel
def find_lines(
    text: Bytes, buffer: Bytes, offsets: Integers, table: Integers, found: Integers
) -> None:
    """found[i] = index of the word on line i, -1 if there is none; one step a byte.

    The table is that of `words`: word i of a vocabulary is word i + 1 there.
    """
    start = 0
    for i in range(found.size):
        end = start
        while end < text.size and text[end] != _NEWLINE:
            end += 1
        tag = tag_of(text, start, end)
        row = row_of_word(tag, text, start, end, buffer, offsets, table)
        found[i] = table[row, 1] - 1
        start = end + 1
