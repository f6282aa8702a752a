"""Share words out by their bytes."""

from brownclust._kernels.compilation import fast_kernel
from brownclust._kernels.words import Bytes, Integers, hash_of_tag, tag_of

_HALF = (1 << 32) - 1
_FACTOR = 0x5E3779B1  # below 2**31, as in `words`


@fast_kernel
def share_out(
    buffer: Bytes, offsets: Integers, n_partitions: int, partitions: Integers
) -> None:
    """partitions[i] = that of word i, by a hash of its bytes alone; up to 2**30."""
    for word in range(partitions.size):
        hash_ = hash_of_tag(tag_of(buffer, offsets[word], offsets[word + 1]))
        hash_ = (hash_ & _HALF) * _FACTOR >> 31
        partitions[word] = hash_ * n_partitions >> 32
