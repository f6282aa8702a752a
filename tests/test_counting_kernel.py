from collections import Counter as Tally

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from kernels import callable_alone

from brownclust._counter import Counter, transpose_rows
from brownclust._kernels import counting
from brownclust._kernels.counting import LINE_EDGE, move_pairs, move_slots

add_pair = callable_alone(counting.add_pair)
is_space = callable_alone(counting.is_space)
word_slot = callable_alone(counting.word_slot)

# FNV-1a, 32 bits, gives both of each the same number.
SAME_HASH = [
    ("costarring", "liquid"),
    ("declinate", "macallums"),
    ("altarage", "zinke"),
]

few_words = st.text("ab\0é", min_size=1, max_size=3)


def bytes_of(text):
    return np.frombuffer(bytearray(text, "utf-8"), np.uint8)


def words_of(counter):
    return list(counter.vocabulary(np.arange(counter.n_words)))


def test_white_space_is_that_of_ascii():
    assert [byte for byte in range(256) if is_space(np.uint8(byte))] == sorted(
        b" \t\n\v\f\r"
    )


def test_words_get_ids_as_they_come():
    counter = Counter()
    ids = counter.add_words(bytes_of("b a b\nc\r\n"))
    assert ids.tolist() == [1, 2, 1, 3]
    assert words_of(counter) == ["", "b", "a", "c"]
    assert counter.add_words(bytes_of("c d ")).tolist() == [3, 4]
    assert not counter.word_counts.any()


def test_words_of_equal_hash_are_told_apart():
    for pair in SAME_HASH:
        counter = Counter()
        ids = counter.add_words(bytes_of(" ".join(pair + pair) + " "))
        assert ids.tolist() == [1, 2, 1, 2]


def test_words_of_equal_hash_stay_apart_when_the_table_grows():
    slots = np.zeros(4, np.int64)
    block = bytes_of("ab")
    buffer, offsets = bytes_of("ab"), np.array([0, 0, 1, 2, 0], np.int64)
    for word in (1, 2):
        row = word_slot(block, word - 1, word, 77, buffer, offsets, slots)
        slots[row] = 77 << 31 | word
    larger = np.zeros(8, np.int64)
    move_slots(slots, larger)
    for word in (1, 2):
        row = word_slot(block, word - 1, word, 77, buffer, offsets, larger)
        assert larger[row] == 77 << 31 | word


def test_line_edges_stand_after_lines_with_words():
    counter = Counter()
    for text in ("\n \na ", "b\n", "\n\t\nc\n\n"):
        counter.add_text(bytes_of(text))
    assert counter.word_counts[:4].tolist() == [2, 1, 1, 1]
    *_, edge_starts, edge_ends = counter.take_rows(np.array([1, 2, 3]))
    assert edge_starts.tolist() == [1, 0, 1]
    assert edge_ends.tolist() == [0, 1, 1]


ids = st.integers(0, 2**31 - 1) | st.integers(0, 3)


@given(st.lists(st.tuples(ids, ids, st.integers(1, 2**40)), max_size=40))
def test_pairs_are_added_up_and_survive_growth(pairs):
    expected = Tally()
    table = np.zeros((64, 2), np.int64)
    n_pairs = 0
    for left, right, count in pairs:
        expected[left, right] += count
        n_pairs += add_pair(left, right, count, table)
    assert n_pairs == len(expected)
    larger = np.zeros((128, 2), np.int64)
    move_pairs(table, larger)
    for rows in (table, larger):
        kept = rows[rows[:, 1] != 0].tolist()
        assert len(kept) == len(expected)
        assert {(k >> 31, k & (2**31 - 1)): n for k, n in kept} == expected


@given(st.lists(st.lists(few_words, max_size=5), max_size=8), st.booleans())
def test_growth_does_not_show(lines, skip_edges):
    """A counter that sees a word at a time grows at every size it can have."""
    text = "".join(" ".join(line) + "\n" for line in lines)
    whole, pieces = Counter(skip_edges=skip_edges), Counter(skip_edges=skip_edges)
    whole.add_text(bytes_of(text))
    for piece in text.replace("\n", " \n").split(" "):
        pieces.add_text(bytes_of(piece + " "))
    assert words_of(pieces) == words_of(whole)
    assert pieces.n_pairs == whole.n_pairs
    n_words = whole.n_words
    for one, other in zip(
        (pieces.word_counts[:n_words], *flat(pieces)),
        (whole.word_counts[:n_words], *flat(whole)),
        strict=True,
    ):
        assert one.tolist() == other.tolist()


def flat(counter):
    successors, predecessors, *edges = counter.take_rows(np.arange(1, counter.n_words))
    return (*successors, *predecessors, *edges)


@given(
    st.dictionaries(
        st.text("aż\0", min_size=1, max_size=30), st.integers(1, 3), min_size=1
    )
)
def test_rank_is_by_count_then_bytes(counts):
    counter = Counter()
    ids = counter.add_words(bytes_of("".join(f"{word}\n" for word in counts)))
    counter.word_counts[ids] = list(counts.values())
    ranked = sorted(counts, key=lambda word: (-counts[word], word.encode()))
    assert list(counter.vocabulary(counter.rank(ids))) == ranked


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 2), min_size=n, max_size=n), min_size=n, max_size=n
        )
    )
)
def test_transpose(rows):
    dense = np.array(rows, np.int64)
    offsets = np.concatenate([[0], np.cumsum((dense > 0).sum(axis=1))])
    indices = np.nonzero(dense)[1].astype(np.int32)
    transposed = transpose_rows(offsets, indices, dense[dense > 0])
    other = dense.T
    assert np.diff(transposed[0]).tolist() == (other > 0).sum(axis=1).tolist()
    assert transposed[1].tolist() == np.nonzero(other)[1].tolist()
    assert transposed[2].tolist() == other[other > 0].tolist()


def test_the_edge_is_no_word():
    assert LINE_EDGE == 0
    assert words_of(Counter()) == [""]
