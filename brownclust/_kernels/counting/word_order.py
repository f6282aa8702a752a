"""Check words that were read from a file.

`brownclust.counting.vocabulary` calls this.
"""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.scanning import is_space
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def first_misplaced(buffer: Bytes, offsets: Integers, counts: Integers) -> int:
    """The first word that does not come after the word before it by rank, or -1.

    By count, the largest first, then by bytes; a word that comes twice is misplaced.
    So are words that are empty or have whitespace in them. O(bytes).
    """
    for word in range(counts.size):
        start, end = offsets[word], offsets[word + 1]
        if start == end:
            return word
        for at in range(start, end):
            if is_space(int(buffer[at])):
                return word
        if word == 0 or counts[word - 1] > counts[word]:
            continue
        if counts[word - 1] < counts[word]:
            return word
        before = offsets[word - 1]
        at = start
        while before < start and at < end and buffer[before] == buffer[at]:
            before += 1
            at += 1
        if at == end or (before < start and buffer[before] > buffer[at]):
            return word
    return -1
