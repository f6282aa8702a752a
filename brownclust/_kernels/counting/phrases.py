"""Find phrases of several words in text, and join their words.

`brownclust.counting.phrases` makes the arrays and calls `list_words`, then
`join_phrases`.

Glossary: that of ``tokenising``, and

- ``buffer``, ``offsets``, ``table``: the words of all phrases, as in ``word_table``;
  those with which a phrase begins come first
- token: the id of a word of the text, 0 if no phrase has it, or `LINE_END`
- state: what has been read of phrases so far; a node of the tree of their beginnings
  (a trie). The root is state 0. The children of state s are the states from
  ``children[s]`` to before ``children[s + 1]``; state c is reached by word ``words[c]``
  from its parent, and ``words`` ascends among the children of a state
- ``phrases[s]``: the number of the phrase that ends in state s, -1 for none
"""

from brownclust._kernels.counting.array_types import Bytes, Integers, Tokens
from brownclust._kernels.counting.scanning import NEWLINE, is_space
from brownclust._kernels.counting.tokenising import (
    PIECE_BYTES,
    list_ends,
    list_entries,
    look_up_entries,
)
from brownclust._kernels.counting.word_table import row_from
from brownclust._kernels.jit.compilation import fast_kernel, inlined_kernel

SPACE = 32
JOINER = 95
"""The underscore, which replaces the gaps in a phrase."""

LINE_END = -1
"""The token of a newline between two words, or after the last."""


@fast_kernel
def list_words(
    text: Bytes,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    marks: Bytes,
    scratch: Integers,
    starts: Integers,
    ends: Integers,
    tokens: Tokens,
) -> int:
    """List where the words of a text start and end, and their tokens; return how many.

    The text must end in whitespace. Needs capacity for one token more than there are
    bytes; `marks` and `scratch` are as for `tokenise`, which has the same steps.
    Cost: one look-up a word, and two steps a byte.
    """
    entry_starts, entry_ends, tags = scratch[1], scratch[2], scratch[3]
    rows, missed = scratch[4], scratch[5]
    n_tokens = 0
    gap = 0
    line_is_open = False
    piece_start = 0
    while piece_start < text.size:
        piece_end = min(piece_start + PIECE_BYTES, text.size)
        n_ends = list_ends(text[piece_start:piece_end], marks, scratch[0])
        n_entries = list_entries(
            text, gap, line_is_open, piece_start, n_ends, table, scratch
        )
        found = tokens[n_tokens : n_tokens + n_entries]
        n_missed = look_up_entries(tags, rows, table, found, missed)
        for i in missed[:n_missed]:
            start, end = entry_starts[i], entry_ends[i]
            row = row_from(rows[i], tags[i], text, start, end, buffer, offsets, table)
            found[i] = table[row, 1]
        for i in range(n_entries):
            found[i] -= int(tags[i] == 0)  # LINE_EDGE is 0, LINE_END one less
            starts[n_tokens + i] = entry_starts[i]
            ends[n_tokens + i] = entry_ends[i]
        n_tokens += n_entries
        if n_ends > 0:
            gap = piece_start + scratch[0, n_ends - 1]
            line_is_open = True
        # As in `tokenise`: a word may end at the first byte of the next piece.
        piece_start = piece_end if piece_end == text.size else piece_end - 1
    for i in range(gap, text.size):
        if text[i] == NEWLINE:
            tokens[n_tokens] = LINE_END
            return n_tokens + 1
    return n_tokens


@inlined_kernel
def child_of(state: int, word: int, children: Integers, words: Integers) -> int:
    """The child of a state that a word leads to, 0 for none; a binary search.

    No branch depends on the words, as the processor would often predict it wrongly.
    """
    first: int = children[state]
    size: int = children[state + 1] - first
    while size > 1:
        half = size >> 1
        first += half * int(words[first + half] <= word)
        size -= half
    return first * int(words[first] == word)


@inlined_kernel
def join_words(text: Bytes, start: int, stop: int) -> None:
    """Replace each gap in text[start:stop] by one underscore; spaces fill the rest."""
    kept = start
    is_in_gap = False
    for i in range(start, stop):
        if not is_space(text[i]):
            text[kept] = text[i]
            kept += 1
            is_in_gap = False
        elif not is_in_gap:
            text[kept] = JOINER
            kept += 1
            is_in_gap = True
    text[kept:stop] = SPACE


@fast_kernel
def join_phrases(
    text: Bytes,
    starts: Integers,
    ends: Integers,
    tokens: Tokens,
    children: Integers,
    words: Integers,
    phrases: Integers,
    counts: Integers,
) -> int:
    """Join the words of phrases in a text, in place, from left to right.

    Of several phrases that begin at a word, the longest is joined, and the search
    continues after it. Adds the phrases joined to `counts`, by number. Words and tokens
    are those of `list_words`. Returns how far phrases were joined: to the end of the
    text, or to a word with which a phrase begins that may continue after the text.
    Cost: a step a word, and where a phrase may begin a search for each further word.
    """
    n_first = children[1] - 1  # words 1 to n_first begin a phrase, and lead to states
    i = 0
    while i < tokens.size:
        state = tokens[i]
        last = phrase = -1
        if 0 < state <= n_first:
            j = i + 1
            while children[state] < children[state + 1]:
                if j == tokens.size:
                    return int(starts[i])
                if tokens[j] <= 0:
                    break
                state = child_of(state, tokens[j], children, words)
                if state == 0:
                    break
                if phrases[state] >= 0:
                    last, phrase = j, phrases[state]
                j += 1
        if last >= 0:
            join_words(text, starts[i], ends[last])
            counts[phrase] += 1
            i = last
        i += 1
    return text.size
