"""Features of tokens and their neighbours, as numbers."""

from typing import Any

from numpy.typing import NDArray

from brownclust._kernels.counting.pair_table import Indices
from brownclust._kernels.counting.word_table import Integers
from brownclust._kernels.jit.compilation import fast_kernel

Table = NDArray[Any]


@fast_kernel
def fill_feature_ids(
    labels: Indices, starts: Integers, table: Indices, n_values: int, ids: Table
) -> None:
    """ids[t, column] = feature of token t, -1 where there is none.

    ``table[label]`` are the features of a cluster; those of the word d places on are
    numbered from ``(d + context) * n_values``. Sentence i has the tokens from
    ``starts[i]`` up to ``starts[i + 1]``. Cost: one step a feature.
    """
    n_columns = table.shape[1]
    width = ids.shape[1] // n_columns
    context = width // 2
    for sentence in range(starts.size - 1):
        start = starts[sentence]
        end = starts[sentence + 1]
        for t in range(start, end):
            for place in range(width):
                other = t + place - context
                label = labels[other] if start <= other < end else -1
                for column in range(n_columns):
                    at = place * n_columns + column
                    if label < 0:
                        ids[t, at] = -1
                    else:
                        ids[t, at] = place * n_values + table[label, column]
