"""Count the pairs of many tokens at once, grouped by the word on the right.

`brownclust.counting.grouped_pairs` allocates the arrays and calls these kernels. Pairs
of frequent words are counted in cells, as in ``pair_listing``. For the others, no hash
is computed and no table is searched: they are sorted by the right word, and the left
words of each are counted by their ids.

Glossary: that of ``pair_listing``, and

- group: what is to the left of one right word, in some part of the corpus: different
  left words, and how often each occurs there
- groups: four arrays. ``rights`` has the right word of each group, and ``ends`` where
  its left words end in ``lefts``; ``counts`` has how often each occurs
- ``totals``: zeros, one for each word; the kernels leave them zeros
"""

from typing import Any

import numpy as np

from brownclust._kernels.counting.array_types import Bytes, Indices, Integers, Tokens
from brownclust._kernels.counting.pair_table import ID_BITS, ID_MASK
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._kernels.jit.compilation import fast_kernel


@fast_kernel
def collect_neighbours(
    tokens: Tokens,
    new_words: Integers,
    lows: Bytes,
    highs: Tokens,
    n_frequent: int,
    keys: Integers,
    n_keys: int,
) -> tuple[int, int]:
    """Count the pairs of frequent neighbours among tokens; append the others to keys.

    A line edge is a neighbour, too, but not of another one. A token below 0 first
    becomes ``new_words[-token]``; the first must have an id. `keys` needs capacity for
    all tokens. `n_frequent` is a power of two. What cell 0 has counted is no pair.
    Returns the number of keys, and of the line edges after the first token. Cost: a
    step a token, without a branch.
    """
    n_edges = 0
    left: Any = np.int64(tokens[0])
    for i in range(1, tokens.size):
        right: Any = np.int64(tokens[i])
        if right < 0:
            right = np.int64(new_words[-right])
            tokens[i] = right
        n_edges += int(right == LINE_EDGE)
        is_rare = int((left | right) >= n_frequent)
        # Written in any case; one that does not count is overwritten by the next.
        keys[n_keys] = left << ID_BITS | right
        n_keys += is_rare
        cell = (left * n_frequent | right) & (is_rare - 1)  # 0 if it is rare
        count = (int(lows[cell]) + 1) & 255
        lows[cell] = count
        if count == 0:
            highs[cell] += 1
        left = right
    return n_keys, n_edges


@fast_kernel
def count_rights(keys: Integers, sizes: Indices, rights: Indices) -> int:
    """Count the keys of each right word in `sizes`, which are zeros before.

    Lists the right words in order of appearance; returns how many there are.
    """
    n_rights = 0
    for i in range(keys.size):
        right = keys[i] & ID_MASK
        rights[n_rights] = right
        n_rights += int(sizes[right] == 0)
        sizes[right] += 1
    return n_rights


@fast_kernel
def group_lefts(
    keys: Integers, rights: Indices, sizes: Indices, grouped: Indices
) -> None:
    """Write the left words of keys, grouped by right word, in the order of `rights`.

    The number of keys of each becomes the end of its group.
    """
    start: Any = np.int64(0)
    for i in range(rights.size):
        size: Any = np.int64(sizes[rights[i]])
        sizes[rights[i]] = start
        start += size
    for i in range(keys.size):
        right = keys[i] & ID_MASK
        at: Any = np.int64(sizes[right])
        grouped[at] = keys[i] >> ID_BITS
        sizes[right] = at + 1


@fast_kernel
def count_groups(
    grouped: Indices,
    here: Indices,
    sizes: Indices,
    with_edges: bool,
    word_counts: Integers,
    totals: Indices,
    rights: Indices,
    ends: Integers,
    lefts: Indices,
    counts: Integers,
    n_groups: int,
    n_pairs: int,
) -> tuple[int, int]:
    """Append groups of what `group_lefts` has written, for the right words `here`.

    Pairs with a line edge only `with_edges`. The counts of the right words are added to
    `word_counts`, and `sizes` become zeros. The arrays of groups need capacity for one
    more than there are right words, and left words. Returns the new numbers of groups
    and of pairs.
    """
    start: Any = np.int64(0)
    for i in range(here.size):
        right: Any = np.int64(here[i])
        end: Any = np.int64(sizes[right])
        sizes[right] = 0
        word_counts[right] += end - start
        first = n_pairs
        if with_edges or right != LINE_EDGE:
            for j in range(start, end):
                left = grouped[j]
                # Written without asking whether it is new; if not, the next takes its
                # place.
                lefts[n_pairs] = left
                n_pairs += int(totals[left] == 0)
                totals[left] += 1
        start = end
        last = n_pairs
        n_pairs = first
        for j in range(first, last):
            left = lefts[j]
            lefts[n_pairs] = left
            counts[n_pairs] = totals[left]
            totals[left] = 0
            n_pairs += int(with_edges or left != LINE_EDGE)
        if n_pairs > first:
            rights[n_groups] = right
            ends[n_groups] = n_pairs
            n_groups += 1
    return n_groups, n_pairs


@fast_kernel
def take_cells(
    lows: Bytes,
    highs: Tokens,
    n_frequent: int,
    with_edges: bool,
    word_counts: Integers,
    rights: Indices,
    ends: Integers,
    lefts: Indices,
    counts: Integers,
    n_groups: int,
    n_pairs: int,
) -> tuple[int, int]:
    """Append groups of the pairs of frequent words, and clear their counts.

    As `count_groups` does; the arrays need capacity for all cells.
    """
    lows[0] = 0
    highs[0] = 0
    for right in range(min(n_frequent, word_counts.size)):
        first = n_pairs
        for left in range(n_frequent):
            cell = left * n_frequent + right
            count = int(lows[cell]) + 256 * int(highs[cell])
            if count != 0:
                lows[cell] = 0
                highs[cell] = 0
                word_counts[right] += count
                if with_edges or LINE_EDGE not in (left, right):
                    lefts[n_pairs] = left
                    counts[n_pairs] = count
                    n_pairs += 1
        if n_pairs > first:
            rights[n_groups] = right
            ends[n_groups] = n_pairs
            n_groups += 1
    return n_groups, n_pairs


@fast_kernel
def link_groups(rights: Indices, heads: Integers, links: Integers) -> None:
    """Link the groups of each right word; `heads` has the first of each, or -1."""
    for group in range(rights.size):
        links[group] = heads[rights[group]]
        heads[rights[group]] = group


@fast_kernel
def merge_groups(
    heads: Integers,
    links: Integers,
    ends: Integers,
    lefts: Indices,
    counts: Integers,
    totals: Integers,
    new_rights: Indices,
    new_ends: Integers,
    new_lefts: Indices,
    new_counts: Integers,
) -> tuple[int, int]:
    """Merge the linked groups of each right word; return how many, and their pairs.

    The new arrays need capacity for a group a word, and for all pairs. Cost: two steps
    a pair.
    """
    n_groups = 0
    n_pairs = 0
    for right in range(heads.size):
        group = heads[right]
        first = n_pairs
        while group >= 0:
            start = ends[group - 1] if group > 0 else 0
            for i in range(start, ends[group]):
                left = lefts[i]
                new_lefts[n_pairs] = left
                n_pairs += int(totals[left] == 0)
                totals[left] += counts[i]
            group = links[group]
        for i in range(first, n_pairs):
            left = new_lefts[i]
            new_counts[i] = totals[left]
            totals[left] = 0
        if n_pairs > first:
            new_rights[n_groups] = right
            new_ends[n_groups] = n_pairs
            n_groups += 1
    return n_groups, n_pairs


@fast_kernel
def size_rows(
    rights: Indices,
    ends: Integers,
    lefts: Indices,
    counts: Integers,
    ranks: Indices,
    row_sizes: Integers,
    edge_starts: Integers,
    edge_ends: Integers,
) -> None:
    """Count the pairs of ranked words by left word, and add up those with an edge.

    The last three arrays are zeros, one for each rank.
    """
    start = 0
    for group in range(rights.size):
        right: Any = np.int64(ranks[rights[group]])
        for i in range(start, ends[group]):
            left: Any = np.int64(ranks[lefts[i]])
            if left >= 0 and right >= 0:
                row_sizes[left] += 1
            elif lefts[i] == LINE_EDGE and right >= 0:
                edge_starts[right] += counts[i]
            elif rights[group] == LINE_EDGE and left >= 0:
                edge_ends[left] += counts[i]
        start = ends[group]


@fast_kernel
def fill_rows(
    order: Integers,
    rights: Indices,
    ends: Integers,
    lefts: Indices,
    counts: Integers,
    ranks: Indices,
    row_ends: Integers,
    indices: Indices,
    row_counts: Integers,
) -> None:
    """Write the pairs of ranked words to rows of the left word.

    `order` has the groups in the order of the ranks of their right words, so that the
    columns of each row ascend. `row_ends` has where rows begin, and becomes where they
    end.
    """
    for group in order:
        right: Any = np.int64(ranks[rights[group]])
        start = ends[group - 1] if group > 0 else 0
        for i in range(start, ends[group]):
            left: Any = np.int64(ranks[lefts[i]])
            if left >= 0:
                at = row_ends[left]
                indices[at] = right
                row_counts[at] = counts[i]
                row_ends[left] = at + 1
