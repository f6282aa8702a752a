"""Turn ids of a corpus of integers into word ids, without text.

`brownclust.counting.id_chunk` and ``id_table`` allocate the arrays and call these
kernels.

Glossary:

- id: an integer of the corpus, from 0; its word is its decimal digits
- ``words``: the word id of each id, 0 for an id that has not been seen
"""

from typing import Any

import numpy as np

from brownclust._kernels.counting.array_types import Bytes, Indices, Integers, Tokens
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._kernels.jit.compilation import fast_kernel

MAX_DIGITS = 10
"""Digits of the largest int32."""


@fast_kernel
def look_up_ids(
    ids: Tokens,
    line_ends: Integers,
    separator: int,
    line_is_open: bool,
    words: Indices,
    tokens: Tokens,
    n_tokens: int,
    new_ids: Tokens,
) -> tuple[int, int]:
    """Append the word ids of `ids` to `tokens`.

    A line ends at the positions `line_ends`, which ascend to at most `ids.size`, and at
    ids that are negative or equal `separator`. LINE_EDGE follows the words of each line
    that has any. An id that is not in `words` goes to the new ids: the first of these
    becomes token -1, the next -2, equal or not. `tokens` needs capacity for one token
    more than two an id. Returns n_tokens and the number of new ids. Cost: one look-up
    an id.
    """
    n_new = 0
    n_words = np.uint64(words.size)
    is_open = line_is_open
    start = 0
    for line in range(line_ends.size + 1):
        end = line_ends[line] if line < line_ends.size else ids.size
        for i in range(start, end):
            id_: Any = np.int64(ids[i])
            word: Any = np.int64(0)
            if np.uint64(id_) < n_words:  # one comparison, also for negative ids
                word = np.int64(words[id_])
            if word == 0:
                if id_ < 0 or id_ == separator:
                    if is_open:
                        tokens[n_tokens] = LINE_EDGE
                        n_tokens += 1
                        is_open = False
                    continue
                new_ids[n_new] = id_
                n_new += 1
                word = -n_new
            tokens[n_tokens] = word
            n_tokens += 1
            is_open = True
        if is_open and line < line_ends.size:
            tokens[n_tokens] = LINE_EDGE
            n_tokens += 1
            is_open = False
        start = end
    return n_tokens, n_new


@fast_kernel
def list_distinct(
    new_ids: Tokens, words: Indices, distinct: Tokens, found: Integers
) -> int:
    """Set ``found[i]`` to the word id of new_ids[i], and list ids that have none yet.

    The first of these becomes -1, the next -2, in `found` and in `words`, where the
    caller replaces it. Returns how many there are.
    """
    n_distinct = 0
    for i in range(new_ids.size):
        word: Any = np.int64(words[new_ids[i]])
        if word == 0:
            distinct[n_distinct] = new_ids[i]
            n_distinct += 1
            word = -n_distinct
            words[new_ids[i]] = word
        found[i] = word
    return n_distinct


@fast_kernel
def write_decimals(ids: Tokens, buffer: Bytes, offsets: Integers) -> None:
    """Write the decimal digits of ids from 0 on, one after the other.

    Word ``i + 1`` is the digits of ids[i], between two offsets, as in ``word_table``;
    the first two offsets are 0. `buffer` needs capacity for `MAX_DIGITS` bytes an id.
    """
    end = 0
    for i in range(ids.size):
        rest: Any = np.int64(ids[i])
        n_digits = 1
        power = 10
        while rest >= power:
            power *= 10
            n_digits += 1
        for j in range(n_digits):
            buffer[end + n_digits - 1 - j] = ord("0") + rest % 10
            rest //= 10
        end += n_digits
        offsets[i + 2] = end
