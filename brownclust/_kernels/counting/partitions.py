"""Assign words to partitions by a hash of their bytes, for counting on a cluster."""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.word_table import hash_of_tag, mixed_bits, tag_of
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def assign_partitions(
    buffer: Bytes, offsets: Integers, n_partitions: int, partitions: Integers
) -> None:
    """Set partitions[i] to the partition of word i; at most 2**30 partitions.

    The partition depends on the word's bytes alone. The hash is mixed once more: the
    upper bits of the first hash also choose a word's row in the hash table that merges
    the partition, and if both used the same bits, all words of a partition would crowd
    into one region of that table.
    """
    for word in range(partitions.size):
        tag = tag_of(buffer, offsets[word], offsets[word + 1])
        partitions[word] = mixed_bits(hash_of_tag(tag)) * n_partitions >> 32
