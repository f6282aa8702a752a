"""Find the words of a vocabulary, one per line of a text.

`brownclust.counting.vocabulary` calls this.
"""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.scanning import NEWLINE
from brownclust._kernels.counting.word_table import row_of_word, tag_of
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def find_lines(
    text: Bytes, buffer: Bytes, offsets: Integers, table: Integers, found: Integers
) -> None:
    """Set found[i] to the index of the word on line i, -1 if it is unknown.

    `buffer`, `offsets` and `table` are as in `word_table`, where word 0 is the line
    edge: index i is word i + 1 there. Cost: one step a byte.
    """
    start = 0
    for i in range(found.size):
        end = start
        while end < text.size and text[end] != NEWLINE:
            end += 1
        tag = tag_of(text, start, end)
        row = row_of_word(tag, text, start, end, buffer, offsets, table)
        found[i] = table[row, 1] - 1
        start = end + 1
