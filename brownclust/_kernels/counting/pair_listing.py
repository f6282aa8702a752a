"""List the pairs of a text: count those of frequent words, collect keys of the others.

`brownclust.counting.pair_collector` allocates the arrays and calls these kernels.

Glossary: that of ``pair_table``, and

- frequent word: one with an id below ``n_frequent``. Ids are given in about the order
  of frequency, so that most pairs of a text are of two such words
- cell: ``left * n_frequent + right`` for two frequent words. How often they are a pair
  is ``lows[cell] + 256 * highs[cell]``: the lows, a byte each, fit in a cache, and the
  highs are rarely needed
- buffers: keys that are still to be counted, a row of them for each shard
"""

from typing import Any

import numpy as np

from brownclust._kernels.counting.array_types import Bytes, Integers, Tokens
from brownclust._kernels.counting.pair_table import ID_BITS, shard_of_word
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._kernels.jit.compilation import fast_kernel, inlined_kernel


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


@inlined_kernel
def list_neighbours(
    tokens: Tokens,
    start: int,
    end: int,
    with_edges: bool,
    n_frequent: int,
    cells: Integers,
    keys: Integers,
) -> tuple[int, int, int]:
    """List the pairs of tokens[start:end] with the token before each.

    Frequent pairs as cells, others as keys. With `with_edges` a line edge forms pairs
    as a word does. Returns the number of cells, of keys, and of all pairs, those with
    unknown words included. Cost: a step a token, without a branch.
    """
    edges_count = int(with_edges)
    least = LINE_EDGE + 1 - edges_count
    n_cells = 0
    n_keys = 0
    n_pairs = 0
    left: Any = np.int64(tokens[start - 1])
    for i in range(start, end):
        right: Any = np.int64(tokens[i])
        n_pairs += (int(left != LINE_EDGE) & int(right != LINE_EDGE)) | edges_count
        are_known = int(left >= least) & int(right >= least)
        are_frequent = int(left < n_frequent) & int(right < n_frequent)
        # Both are written; one that does not count is overwritten by the next.
        cells[n_cells] = left * n_frequent + right
        n_cells += are_known & are_frequent
        keys[n_keys] = left << ID_BITS | right
        n_keys += are_known & (1 - are_frequent)
        left = right
    return n_cells, n_keys, n_pairs


@inlined_kernel
def list_pairs(
    tokens: Tokens,
    start: int,
    end: int,
    span: int,
    n_frequent: int,
    cells: Integers,
    keys: Integers,
) -> tuple[int, int, int]:
    """List the pairs of tokens[start:end] with up to `span` tokens before each.

    As `list_neighbours` does; but a line edge ends the pairs. Cost: `span` steps a
    token.
    """
    n_cells = 0
    n_keys = 0
    n_pairs = 0
    for i in range(start, end):
        right: Any = np.int64(tokens[i])
        if right == LINE_EDGE:
            continue
        for distance in range(1, span + 1):
            left: Any = np.int64(tokens[i - distance])
            if left == LINE_EDGE:
                break
            n_pairs += 1
            if left >= 0 and right >= 0:
                are_frequent = int(left < n_frequent) & int(right < n_frequent)
                cells[n_cells] = left * n_frequent + right
                n_cells += are_frequent
                keys[n_keys] = left << ID_BITS | right
                n_keys += 1 - are_frequent
    return n_cells, n_keys, n_pairs


@inlined_kernel
def count_cells(cells: Integers, lows: Bytes, highs: Tokens) -> None:
    """Add 1 to the count of each cell."""
    for i in range(cells.size):
        cell = cells[i]
        count = int(lows[cell]) + 1
        lows[cell] = count & 255
        if count == 256:
            highs[cell] += 1


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
    lows: Bytes,
    highs: Tokens,
    n_frequent: int,
    cells: Integers,
    keys: Integers,
    buffers: Integers,
    sizes: Integers,
) -> tuple[int, int]:
    """Count or collect the pairs of tokens[start:end].

    `cells` and `keys`, of the same size, at least `span` + 1, are scratch. ``sizes``
    has the number of keys in each row of the buffers. Stops when one has no capacity
    left for another `keys.size` keys. Returns the position reached and the number of
    pairs.
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
        if span == 1:
            n_cells, n_keys, n_here = list_neighbours(
                tokens, start, piece_end, with_edges, n_frequent, cells, keys
            )
        else:
            n_cells, n_keys, n_here = list_pairs(
                tokens, start, piece_end, span, n_frequent, cells, keys
            )
        count_cells(cells[:n_cells], lows, highs)
        n_pairs += n_here
        start = piece_end
        if scatter_keys(keys[:n_keys], buffers, sizes) > max_size:
            break
    return start, n_pairs


@fast_kernel
def take_frequent(
    lows: Bytes,
    highs: Tokens,
    n_frequent: int,
    shard: int,
    keys: Integers,
    counts: Integers,
) -> int:
    """List the pairs of frequent words of one shard, and clear their counts.

    `keys` and `counts` need capacity for all of them. Returns how many there are.
    """
    n_pairs = 0
    for left in range(n_frequent):
        if shard_of_word(left) == shard:
            for right in range(n_frequent):
                cell = left * n_frequent + right
                count = int(lows[cell]) + 256 * int(highs[cell])
                if count != 0:
                    keys[n_pairs] = left << ID_BITS | right
                    counts[n_pairs] = count
                    n_pairs += 1
            lows[left * n_frequent : (left + 1) * n_frequent] = 0
            highs[left * n_frequent : (left + 1) * n_frequent] = 0
    return n_pairs
