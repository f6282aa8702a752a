"""Adding up sparse rows by class."""

from brownclust._kernels.counting.array_types import Indices, Integers
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def group_rows(
    offsets: Integers,
    indices: Indices,
    counts: Integers,
    labels: Indices,
    members: Integers,
    member_starts: Integers,
    positions: Integers,
    new_offsets: Integers,
    new_indices: Indices,
    new_counts: Integers,
) -> None:
    """Write the sum of the rows of each class; the new columns are classes, too.

    The rows of class c are `members` from ``member_starts[c]`` on. `positions`, -1 at
    the start, holds where the last class had each column. The new columns are in the
    order of their first appearance. Time is linear in the number of entries.
    """
    end = 0
    for c in range(member_starts.size - 1):
        start = end
        for m in range(member_starts[c], member_starts[c + 1]):
            row = members[m]
            for i in range(offsets[row], offsets[row + 1]):
                column = labels[indices[i]]
                if positions[column] < start:
                    positions[column] = end
                    new_indices[end] = column
                    new_counts[end] = counts[i]
                    end += 1
                else:
                    new_counts[positions[column]] += counts[i]
        new_offsets[c + 1] = end
