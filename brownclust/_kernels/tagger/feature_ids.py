"""Cluster features of tokens and of their neighbours, as numbers."""

from brownclust._kernels.jit.compilation import fast_kernel
from brownclust._kernels.tagger.array_types import Int32Array, Int64Array


@fast_kernel
def fill_feature_ids(
    labels: Int32Array,
    starts: Int64Array,
    table: Int32Array,
    n_values: int,
    ids: Int32Array,
) -> None:
    """ids[t, column] = feature of token t, -1 where it has none.

    ``table[label]`` holds the features of a cluster; those of the word at distance d
    are numbered from ``(d + context) * n_values``. Sentence i has the tokens from
    ``starts[i]`` up to ``starts[i + 1]``. Cost: one step per feature.
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
