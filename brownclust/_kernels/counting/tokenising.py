"""Split text into words and look them up, a piece of text at a time.

`brownclust.counting.chunk` allocates the arrays and calls `tokenise`, whose steps are
kernels of their own. Each is a loop over many words: the processor then works on
several at once, which a loop over all steps of a word prevents, as it does not know
where the next word begins.

Glossary: that of ``word_table``, and

- piece: `PIECE_BYTES` bytes of text, so that all about its words stays in a cache
- gap: whitespace between two words; a newline in it is a line edge
- entry: a word, or a line edge, which has no bytes and tag 0
"""

from typing import Any

from brownclust._kernels.counting.array_types import Bytes, Integers, Tokens
from brownclust._kernels.counting.scanning import NEWLINE, is_space
from brownclust._kernels.counting.word_table import (
    LINE_EDGE,
    LONG_WORD,
    SHORT_BYTES,
    add_word,
    row_from,
    tag_of,
    tag_of_short,
    word_start,
)
from brownclust._kernels.jit.compilation import fast_kernel, inlined_kernel
from brownclust._kernels.jit.intrinsics import prefetch

PIECE_BYTES = 1024
"""Bytes of a piece: 200 to 300 words, whose table rows fit in a first-level cache."""

MAX_PIECE_WORDS = PIECE_BYTES // 2
"""Most words of a piece: of one byte and a space each."""

SCRATCH_SHAPE = (6, PIECE_BYTES + 1)
"""Of the scratch array of `tokenise`: ends of words; then starts, ends, tags and probe
starts of entries, of which there are at most two for a word; entries not found yet."""


@inlined_kernel
def list_ends(text: Bytes, marks: Bytes, ends: Integers) -> int:
    """List the positions of whitespace that follows another byte; return how many.

    What precedes the text counts as whitespace. `marks` is scratch, of the same size.
    Cost: a step a byte, without a branch; the first loop treats many bytes at once.
    """
    # As slices, so that the compiler sees that all indices are in bounds.
    before = text[: text.size - 1]
    here = text[1:]
    marks = marks[: here.size]
    for i in range(here.size):
        marks[i] = is_space(here[i]) & (not is_space(before[i]))
    n_ends = 0
    for i in range(marks.size):
        ends[n_ends] = i + 1
        n_ends += int(marks[i])
    return n_ends


@inlined_kernel
def list_entries(
    block: Bytes,
    gap: int,
    line_is_open: bool,
    piece_start: int,
    n_ends: int,
    table: Integers,
    scratch: Integers,
) -> int:
    """Write the entries of a piece; return how many.

    `gap` is where the word before ended. The table rows where the search for the words
    begins are fetched into the caches.
    """
    ends, starts, stops = scratch[0], scratch[1], scratch[2]
    tags, rows, long_words = scratch[3], scratch[4], scratch[5]
    is_open = int(line_is_open)
    n_entries = 0
    n_long = 0
    for i in range(n_ends):
        end = piece_start + ends[i]
        has_newline = 0
        while is_space(block[gap]):
            has_newline |= int(block[gap] == NEWLINE)
            gap += 1
        # Written without asking whether there is one; if not, the word takes its place.
        tags[n_entries] = 0
        n_entries += has_newline & is_open
        starts[n_entries] = gap
        stops[n_entries] = end
        tags[n_entries] = tag_of_short(block, gap, min(end - gap, SHORT_BYTES))
        long_words[n_long] = n_entries
        n_long += int(end - gap > SHORT_BYTES)
        n_entries += 1
        gap = end
        is_open = 1
    for i in long_words[:n_long]:
        tags[i] = tag_of(block, starts[i], stops[i])
    for i in range(n_entries):
        rows[i] = word_start(tags[i], len(table))
    for i in range(n_entries):
        prefetch(table, 2 * rows[i])
    return n_entries


@inlined_kernel
def look_up_entries(
    tags: Integers, rows: Integers, table: Integers, tokens: Tokens, missed: Integers
) -> int:
    """Set the tokens of line edges, and of short words that are at their probe start.

    Lists the other entries in `missed`; returns how many. No branch depends on the
    words, as the processor would often predict it wrongly.
    """
    n_missed = 0
    for i in range(tokens.size):
        tag = tags[i]
        row = rows[i]
        is_word = int(tag != 0)
        tokens[i] = table[row, 1] * is_word  # LINE_EDGE is 0
        missed[n_missed] = i
        n_missed += is_word & (1 - (int(tag == table[row, 0]) & int(tag < LONG_WORD)))
    return n_missed


@fast_kernel
def tokenise(
    block: Bytes,
    position: int,
    end: int,
    line_is_open: bool,
    buffer: Bytes,
    offsets: Integers,
    table: Integers,
    new_buffer: Bytes,
    new_offsets: Integers,
    new_table: Integers,
    n_new: int,
    max_new: int,
    marks: Bytes,
    scratch: Integers,
    tokens: Tokens,
    n_tokens: int,
) -> tuple[int, int, int, bool]:
    """Append the ids of the words in block[position:end] to `tokens`.

    The text must end in whitespace. LINE_EDGE follows the words of each line that has
    any. A word that is not in the table goes to the new words: the first of these
    becomes token -1, the next -2. `tokens` needs capacity for one token more than there
    are bytes, `new_buffer` for all bytes. Stops early unless there is capacity, up to
    `max_new`, for the words of one more piece. Returns the position reached, the end of
    a word or of the text; n_tokens, n_new and whether the last line is still open.
    Cost: one look-up a word, and two steps a byte.
    """
    starts, stops, tags = scratch[1], scratch[2], scratch[3]
    rows, missed = scratch[4], scratch[5]
    piece_start = position
    while piece_start < end and n_new + MAX_PIECE_WORDS <= max_new:
        piece_end = min(piece_start + PIECE_BYTES, end)
        n_ends = list_ends(block[piece_start:piece_end], marks, scratch[0])
        n_entries = list_entries(
            block,
            position,
            line_is_open,
            piece_start,
            n_ends,
            table,
            scratch,
        )
        found = tokens[n_tokens : n_tokens + n_entries]
        n_missed = look_up_entries(tags, rows, table, found, missed)
        for i in missed[:n_missed]:
            tag, start, stop = tags[i], starts[i], stops[i]
            row = row_from(rows[i], tag, block, start, stop, buffer, offsets, table)
            token: Any = table[row, 1]
            if token == 0:
                token, n_new = add_word(
                    tag,
                    block,
                    start,
                    stop,
                    new_buffer,
                    new_offsets,
                    new_table,
                    n_new,
                )
                token = -token
            found[i] = token
        n_tokens += n_entries
        if n_ends > 0:
            position = piece_start + scratch[0, n_ends - 1]
            line_is_open = True
        # A word may end at the first byte of the next piece: the last byte of this one
        # is there once more.
        piece_start = piece_end if piece_end == end else piece_end - 1
    if piece_start == end:
        for i in range(position, end):
            if block[i] == NEWLINE and line_is_open:
                tokens[n_tokens] = LINE_EDGE
                n_tokens += 1
                line_is_open = False
        position = end
    return position, n_tokens, n_new, line_is_open
