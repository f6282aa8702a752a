"""Share words out by their bytes."""

from brownclust._kernels.compilation import fast_kernel
from brownclust._kernels.words import Bytes, Integers, hash_of_tag, tag_of


@fast_kernel
def share_out(
    buffer: Bytes, offsets: Integers, n_partitions: int, partitions: Integers
) -> None:
    """partitions[i] = that of word i, by a hash of its bytes alone; up to 2**30."""
    for word in range(partitions.size):
        tag = tag_of(buffer, offsets[word], offsets[word + 1])
        partitions[word] = hash_of_tag(tag) * n_partitions >> 32
