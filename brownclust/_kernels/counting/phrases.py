"""Find phrases of several words in text, and join their words.

`brownclust.counting.phrases` makes the arrays and calls `join_phrases`.

Glossary:

- ``buffer``, ``offsets``, ``table``: the words of all phrases, as in ``word_table``;
  those with which a phrase begins come first
- state: what has been read of phrases so far; a node of the tree of their beginnings
  (a trie). The root is state 0. The children of state s are the states from
  ``children[s]`` to before ``children[s + 1]``; state c is reached by word ``words[c]``
  from its parent, and ``words`` ascends among the children of a state
- ``phrases[s]``: the number of the phrase that ends in state s, -1 for none
- gap: whitespace between two words; a newline in it ends the line, and any phrase
"""

from brownclust._kernels.counting.array_types import Bytes, Integers
from brownclust._kernels.counting.scanning import NEWLINE, is_space
from brownclust._kernels.counting.word_table import row_of_word, tag_of
from brownclust._kernels.jit.compilation import (
    fast_kernel,
    inlined_kernel,
    inner_kernel,
)

SPACE = 32
JOINER = 95
"""The underscore, which replaces the gaps in a phrase."""


@inner_kernel
def end_of_word(text: Bytes, start: int) -> int:
    """Where the word that begins at `start` ends. Cost: a step a byte."""
    while start < text.size and not is_space(text[start]):
        start += 1
    return start


@inlined_kernel
def child_of(state: int, word: int, children: Integers, words: Integers) -> int:
    """The child of a state that a word leads to, 0 for none; a binary search."""
    low: int = children[state]
    high: int = children[state + 1]
    while low < high:
        middle = (low + high) >> 1
        if words[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < children[state + 1] and words[low] == word:
        return low
    return 0


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
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    children: Integers,
    words: Integers,
    phrases: Integers,
    counts: Integers,
) -> int:
    """Join the words of phrases in a text, in place, from left to right.

    Of several phrases that begin at a word, the longest is joined, and the search
    continues after it. Adds the phrases joined to `counts`, by number. The text must
    end in whitespace. Returns how far it was read: up to its end, or to a word with
    which a phrase begins that may continue after the text.
    Cost: a step a byte, and one look-up a word.
    """
    n_first = children[1] - 1  # words 1 to n_first begin a phrase, and lead to states
    position = 0
    while position < text.size:
        if is_space(text[position]):
            position += 1
            continue
        start = position
        end = position = end_of_word(text, start)
        tag = tag_of(text, start, end)
        row = row_of_word(tag, text, start, end, buffer, offsets, table)
        state = table[row, 1]
        if state > n_first:
            continue
        stop = phrase = -1
        while state > 0 and children[state] < children[state + 1]:
            while end < text.size and is_space(text[end]) and text[end] != NEWLINE:
                end += 1
            if end == text.size:
                return start
            if text[end] == NEWLINE:
                break
            word_start = end
            end = end_of_word(text, word_start)
            tag = tag_of(text, word_start, end)
            row = row_of_word(tag, text, word_start, end, buffer, offsets, table)
            state = child_of(state, table[row, 1], children, words)
            if phrases[state] >= 0:
                stop = end
                phrase = phrases[state]
        if phrase >= 0:
            join_words(text, start, stop)
            counts[phrase] += 1
            position = stop
    return position
