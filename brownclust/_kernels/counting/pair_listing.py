"""List the pairs of a text: count those of frequent words, collect keys of the others.

`brownclust.counting.pair_collector` allocates the arrays and calls these kernels.

Glossary: that of ``pair_table``, and

- frequent word: one with an id below ``n_frequent``. ``frequent[left * n_frequent +
  right]`` counts a pair of two such words. Ids are given in about the order of
  frequency, so that these are most pairs of a text. ``frequent[0]`` is not a count: no
  pair has two line edges
- buffers: keys that are still to be counted, a row of them for each shard
"""

from typing import Any

import numpy as np

from brownclust._kernels.counting.array_types import Integers, Tokens
from brownclust._kernels.counting.pair_table import ID_BITS, shard_of_word
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)

# np.int64, not a Python integer: Numba compiles a callee again for a literal argument.
_ONE: Any = np.int64(1)


@inlined_kernel
def count_words(
    tokens: Tokens, start: int, end: int, words: Integers, word_counts: Integers
) -> None:
    """Count the words of some tokens; one below 0 becomes ``words[-token]``."""
    for i in range(start, end):
        word: Any = np.int64(tokens[i])
        if word < 0:
            word = words[-word]
            tokens[i] = word
        if word >= 0:
            word_counts[word] += 1


@inlined_kernel
def count_pairs_of_words(
    tokens: Tokens,
    start: int,
    end: int,
    span: int,
    with_edges: bool,
    word_counts: Integers,
) -> None:
    """Make the counts of the words of tokens[start:end] those of the pairs they are in.

    `count_words` has counted each once. For each of these tokens, counts the pairs with
    up to `span` tokens before it; a line edge is still counted once.
    """
    for i in range(start, end):
        right: Any = np.int64(tokens[i])
        if right >= 0 and right != LINE_EDGE:
            word_counts[right] -= 1
        if right == LINE_EDGE and not with_edges:
            continue
        for distance in range(1, span + 1):
            left: Any = np.int64(tokens[i - distance])
            if left == LINE_EDGE and not with_edges:
                break
            if left >= 0:
                word_counts[left] += 1
            if right >= 0:
                word_counts[right] += 1


@inner_kernel
def list_pairs(
    tokens: Tokens,
    start: int,
    end: int,
    span: int,
    with_edges: bool,
    frequent: Tokens,
    n_frequent: int,
    keys: Integers,
) -> tuple[int, int]:
    """List the pairs of tokens[start:end] with up to `span` tokens before each.

    Pairs do not cross a line edge; with `with_edges` an edge forms pairs as a word
    does. Returns the number of keys, and the number of all pairs, those with unknown
    words included. Cost: `span` steps a token.
    """
    n_keys = 0
    n_pairs = 0
    for i in range(start, end):
        right: Any = np.int64(tokens[i])
        if right == LINE_EDGE and not with_edges:
            continue
        for distance in range(1, span + 1):
            left: Any = np.int64(tokens[i - distance])
            if left == LINE_EDGE and not with_edges:
                break
            n_pairs += 1
            if left >= 0 and right >= 0:
                # Whether both are frequent cannot be predicted, so both is done:
                # a count of a pair that there is not, or a key that is overwritten.
                is_frequent = int(left < n_frequent) & int(right < n_frequent)
                frequent[(left * n_frequent + right) * is_frequent] += 1
                keys[n_keys] = left << ID_BITS | right
                n_keys += 1 - is_frequent
    return n_keys, n_pairs


@inlined_kernel
def scatter_keys(keys: Integers, buffers: Integers, sizes: Integers) -> int:
    """Append keys to the buffers of their shards; return the largest size of these."""
    largest = 0
    for i in range(keys.size):
        shard = shard_of_word(keys[i] >> ID_BITS)
        size = sizes[shard]
        buffers[shard, size] = keys[i]
        sizes[shard] = size + 1
        largest = max(largest, size + 1)
    return largest


@fast_kernel
def collect_pairs(
    tokens: Tokens,
    start: int,
    end: int,
    span: int,
    with_edges: bool,
    by_pair: bool,
    words: Integers,
    word_counts: Integers,
    frequent: Tokens,
    n_frequent: int,
    keys: Integers,
    buffers: Integers,
    sizes: Integers,
) -> tuple[int, int]:
    """Count or collect the pairs of tokens[start:end], as `list_pairs` lists them.

    ``sizes`` has the number of keys in each row of the buffers. Stops when one has no
    capacity left for another `keys.size` keys, at least `span` + 1. Returns the
    position reached and the number of pairs.
    """
    piece_size = (keys.size - 1) // max(1, span)
    max_size = buffers.shape[1] - keys.size
    n_pairs = 0
    while start < end:
        piece_end = min(start + piece_size, end)
        count_words(tokens, start, piece_end, words, word_counts)
        if by_pair:
            count_pairs_of_words(
                tokens, start, piece_end, span, with_edges, word_counts
            )
        if span == 1 and not with_edges:  # compiled without the inner loop
            n_keys, n_here = list_pairs(
                tokens, start, piece_end, _ONE, with_edges, frequent, n_frequent, keys
            )
        else:
            n_keys, n_here = list_pairs(
                tokens, start, piece_end, span, with_edges, frequent, n_frequent, keys
            )
        n_pairs += n_here
        start = piece_end
        if scatter_keys(keys[:n_keys], buffers, sizes) > max_size:
            break
    return start, n_pairs


@fast_kernel
def take_frequent(
    frequent: Tokens, n_frequent: int, shard: int, keys: Integers, counts: Integers
) -> int:
    """List the pairs of frequent words of one shard, and clear their counts.

    `keys` and `counts` need capacity for all of them. Returns how many there are.
    """
    n_pairs = 0
    for left in range(n_frequent):
        if shard_of_word(left) == shard:
            row = frequent[left * n_frequent : (left + 1) * n_frequent]
            for right in range(n_frequent):
                if row[right] != 0 and (left != LINE_EDGE or right != LINE_EDGE):
                    keys[n_pairs] = left << ID_BITS | right
                    counts[n_pairs] = row[right]
                    n_pairs += 1
                row[right] = 0
    return n_pairs
