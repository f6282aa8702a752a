"""Replace the words of a text, and leave all whitespace as it is.

`brownclust.clusters.text_mapping` calls this with the numbers that ``tokenising`` gave
the words.
"""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.scanning import is_space
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def replace_words(
    text: Bytes,
    labels: Integers,
    values: Bytes,
    offsets: Integers,
    keeps_words: bool,
    output: Bytes,
) -> int:
    """Write `text` with the value of ``labels[i]`` in place of, or after, word i.

    Value v is ``values[offsets[v] : offsets[v + 1]]``. `labels` has one number for each
    word; `output` needs capacity for the text and for all values. Returns the number of
    bytes written. Cost: a step a byte read, and a step a byte written.
    """
    n_bytes = 0
    word = 0
    position = 0
    while position < text.size:
        if is_space(text[position]):
            output[n_bytes] = text[position]
            n_bytes += 1
            position += 1
            continue
        while position < text.size and not is_space(text[position]):
            if keeps_words:
                output[n_bytes] = text[position]
                n_bytes += 1
            position += 1
        label = labels[word]
        word += 1
        for i in range(offsets[label], offsets[label + 1]):
            output[n_bytes] = values[i]
            n_bytes += 1
    return n_bytes
