import re

import numpy as np
import pytest
from callable_kernels import callable_alone
from hypothesis import given
from hypothesis import strategies as st

from brownclust._kernels.counting import scanning, tokenising, word_table
from brownclust._kernels.counting.tokenising import PIECE_BYTES
from brownclust._kernels.counting.word_table import LONG_WORD
from brownclust.counting.chunk import TextChunk
from brownclust.counting.word_table import WordTable

is_space = callable_alone(scanning.is_space)
list_ends = callable_alone(tokenising.list_ends)
seven_bytes = callable_alone(scanning.seven_bytes)
same_bytes = callable_alone(scanning.same_bytes)
tag_of = callable_alone(word_table.tag_of)
row_of_word = callable_alone(word_table.row_of_word)

WHITESPACE = b" \t\n\v\f\r"


def array_of(text):
    return np.frombuffer(bytearray(text), np.uint8)


def test_whitespace_is_that_of_ascii():
    assert [byte for byte in range(256) if is_space(np.uint8(byte))] == sorted(
        WHITESPACE
    )


@given(st.binary(max_size=40) | st.text(" \n\r\b\x0e!é", max_size=40))
def test_words_end_at_whitespace_that_follows_another_byte(text):
    text = text if isinstance(text, bytes) else text.encode()
    marks, ends = np.ones(len(text), np.uint8), np.zeros(len(text) + 1, np.int64)
    n_ends = list_ends(array_of(text), marks, ends)
    assert ends[:n_ends].tolist() == [
        i
        for i in range(1, len(text))
        if text[i] in WHITESPACE and text[i - 1] not in WHITESPACE
    ]


@given(st.binary(max_size=20), st.data())
def test_there_are_zeros_after_the_end_of_a_block(text, data):
    start = data.draw(st.integers(0, len(text)))
    expected = (text[start : start + 7] + bytes(7))[:7]
    assert seven_bytes(array_of(text), start) == int.from_bytes(expected, "little")


@given(st.text("ab\0é", max_size=20), st.text("ab\0é", max_size=20))
def test_words_are_compared_byte_for_byte(one, other):
    one, other = one.encode(), other.encode()
    length = min(len(one), len(other))
    padded = array_of(b"x" + other + b"yz")
    assert same_bytes(array_of(one), 0, padded, 1, length) == (
        one[:length] == other[:length]
    )


@given(st.binary(max_size=20), st.binary(max_size=9), st.binary(max_size=9))
def test_a_tag_depends_only_on_the_word(word, before, after):
    alone = tag_of(array_of(word), 0, len(word))
    inside = array_of(before + word + after)
    assert tag_of(inside, len(before), len(before) + len(word)) == alone
    assert 0 <= alone < 2**63
    assert (alone >= LONG_WORD) == (len(word) > 7)


@given(st.lists(st.binary(max_size=7), unique=True, max_size=30))
def test_tags_of_short_words_differ(words):
    tags = {tag_of(array_of(word), 0, len(word)) for word in words}
    assert len(tags) == len(words)


def test_long_words_of_equal_tag_are_distinguished():
    """Both are in the table with the same tag."""
    text = array_of(b"liquidity costarring")
    offsets = np.array([0, 0, 9, 10, 20], np.int64)
    table = np.zeros((8, 2), np.int64)
    tag = LONG_WORD | 77
    for word, (start, end) in ((1, (0, 9)), (3, (10, 20))):
        row = row_of_word(tag, text, start, end, text, offsets, table)
        assert table[row, 1] == 0
        table[row] = tag, word
    for word, (start, end) in ((1, (0, 9)), (3, (10, 20))):
        row = row_of_word(tag, text, start, end, text, offsets, table)
        assert table[row, 1] == word


words = st.lists(st.binary(min_size=1, max_size=16), max_size=12)
gaps = st.text(" \t\n\v\f\r", min_size=1, max_size=9)
near_a_piece = st.integers(PIECE_BYTES - 20, PIECE_BYTES + 1)
first_words = st.just("") | st.builds(
    lambda letter, gap, size: (letter + gap) * (size // 2) + letter * (size % 2),
    st.just("a"),
    st.sampled_from(["a", " ", "\n"]),
    near_a_piece | near_a_piece.map((2).__mul__),
)


@pytest.mark.parametrize("capacity", [1, 4096])
@given(first_words, words, st.data(), st.booleans())
def test_a_text_is_split_at_whitespace(
    set_min_new_capacity, capacity, start, words, data, line_is_open
):
    """Also where a piece of it ends."""
    words = [word for word in words if word.split() == [word]]
    text = start.encode() + b"".join(word + data.draw(gaps).encode() for word in words)
    text += b" "
    set_min_new_capacity(capacity)
    chunk, known = TextChunk(0), WordTable()
    chunk.read(array_of(text), line_is_open, known)
    ids = chunk.ids(known.add(chunk.new_words))
    found = [known.vocabulary(ids[i : i + 1]).word_bytes(0) for i in range(ids.size)]
    # A newline after words of its line is a line edge.
    expected = []
    for piece in re.split(rb"(\n)|[ \t\r\v\f]+", text):
        if piece == b"\n":
            expected += [b""] * line_is_open
            line_is_open = False
        elif piece:
            expected.append(piece)
            line_is_open = True
    assert found == expected


@pytest.fixture(scope="module")
def set_min_new_capacity():
    """Set the first capacity for new words, so that their table must be enlarged."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda capacity: patch.setattr(
            "brownclust.counting.chunk._MIN_NEW_CAPACITY", capacity
        )
