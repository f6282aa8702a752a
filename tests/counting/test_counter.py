from collections import Counter as Tally

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust.counting import packed_pairs, pair_collector
from brownclust.counting.counter import Counter
from brownclust.counting.vocabulary import Vocabulary

few_words = st.text("ab\0é", min_size=1, max_size=3) | st.sampled_from(
    ["sixsix", "sevense", "eighteig", "a" * 14, "a" * 15, "é" * 7]
)


def bytes_of(text):
    return np.frombuffer(bytearray(text, "utf-8"), np.uint8)


def set_chunk_bytes(patch, n_bytes):
    for name in ("_CHUNK_BYTES", "_CHUNK_BYTES_OF_THREAD"):
        patch.setattr(f"brownclust.counting.counter.{name}", n_bytes)


def words_of(counter):
    return list(counter.vocabulary(np.arange(counter.n_words)))


def test_ids_are_given_in_order_of_appearance():
    counter = Counter()
    ids = counter.add_words(bytes_of("b a b\nc\r\n"))
    assert ids.tolist() == [1, 2, 1, 3]
    assert words_of(counter) == ["", "b", "a", "c"]
    assert counter.add_words(bytes_of("c d ")).tolist() == [3, 4]
    assert not counter.word_counts.any()


def test_line_edges_follow_lines_with_words():
    counter = Counter(boundary="mark")
    for text in ("\n \na ", "b\n", "\n\t\nc\n\n"):
        counter.add_text(bytes_of(text))
    assert counter.word_counts[:4].tolist() == [2, 1, 1, 1]
    _, (edge_starts, edge_ends) = counter.take_rows(np.array([1, 2, 3]))
    assert edge_starts.tolist() == [1, 0, 1]
    assert edge_ends.tolist() == [0, 1, 1]


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
def test_unknown_words_have_no_neighbours_once_the_vocabulary_is_closed(boundary):
    counter = Counter(boundary=boundary)
    ids = counter.add_vocabulary(Vocabulary.from_words(["b", "a"]))
    counter.close_vocabulary()
    counter.add_text(bytes_of("a b x a\nb y\n"))
    assert counter.n_words == 3
    rows, (starts, ends) = counter.take_rows(ids)
    a_b = {"break": [1], "ignore": [2], "mark": [1]}[boundary]
    assert (rows.indices.tolist(), rows.counts.tolist()) == ([0], a_b)
    marks = ([1, 1], [0, 1]) if boundary == "mark" else ([0, 0], [0, 0])
    assert (starts.tolist(), ends.tolist()) == marks
    assert counter.n_bigrams == {"break": 4, "ignore": 5, "mark": 8}[boundary]


lines_of_words = st.lists(st.lists(few_words, max_size=5), max_size=8)
boundaries = st.sampled_from(["break", "ignore", "mark"])


def counted(counter):
    """All counts of a counter, with words for ids, in the order of the words."""
    n_words = counter.n_words
    words = words_of(counter)
    ids = np.array(sorted(range(1, n_words), key=words.__getitem__), np.int64)
    words = [words[i] for i in ids]
    word_counts = counter.word_counts[[LINE_EDGE, *ids]].tolist()
    rows, edges = counter.take_rows(ids)
    lefts = np.repeat(np.arange(n_words - 1), np.diff(rows.offsets))
    return (
        words,
        word_counts,
        counter.n_bigrams,
        [edge.tolist() for edge in edges],
        [
            (words[left], words[right], count)
            for left, right, count in zip(
                lefts, rows.indices, rows.counts.tolist(), strict=True
            )
        ],
    )


@examples(25)  # eight counters each
@given(lines_of_words, boundaries, st.integers(1, 3), st.integers(2, 4))
def test_neither_growth_nor_threads_nor_spilling_show(lines, boundary, span, threads):
    """A counter that is given a word at a time enlarges its tables at every size.

    With few bits for ids at first, entries change as words are added; with 31, an entry
    has one bit for the count.
    """
    span = 1 if boundary == "mark" else span
    text = "".join(" ".join(line) + "\n" for line in lines)
    pieces = [piece + " " for piece in text.replace("\n", " \n").split(" ")]
    expected = None
    for n_frequent, id_bits, options, blocks in (
        (1024, 20, {}, [text]),
        (1024, 31, {}, pieces),
        (3, 2, {"threads": threads}, [text]),
        (3, 31, {"threads": threads}, pieces),
        (3, 20, {"pair_bytes": 1}, pieces),
        (1, 2, {}, pieces),
        (1, 31, {"pair_bytes": 1}, [text]),
        (1, 2, {"pair_bytes": 1, "threads": threads}, pieces),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pair_collector, "N_FREQUENT", n_frequent)
            patch.setattr(packed_pairs, "_MIN_ID_BITS", id_bits)
            patch.setattr(pair_collector, "_BUFFER_KEYS", 1)
            set_chunk_bytes(patch, 1)
            counter = Counter(boundary=boundary, span=span, **options)
            counter.count(map(bytes_of, blocks))
            if n_frequent == 1 and "pair_bytes" in options:
                assert (counter.n_runs > 0) == (expected[2] > 0)
            result = counted(counter)
        expected = expected or result
        assert result == expected


@given(lines_of_words, st.booleans(), st.integers(2, 4))
def test_pairs_up_to_a_distance(lines, breaks, span):
    text = "".join(" ".join(line) + "\n" for line in lines)
    counter = Counter(boundary="break" if breaks else "ignore", span=span)
    counter.add_text(bytes_of(text))
    streams = lines if breaks else [[word for line in lines for word in line]]
    expected = Tally(
        (stream[i], stream[j])
        for stream in streams
        for i in range(len(stream))
        for j in range(i + 1, min(i + span + 1, len(stream)))
    )
    words, word_counts, n_bigrams, _, pairs = counted(counter)
    assert {(left, right): count for left, right, count in pairs} == expected
    assert n_bigrams == expected.total()
    for word, count in zip(words, word_counts[1:], strict=True):
        on_the_left = sum(n for (left, _), n in expected.items() if left == word)
        on_the_right = sum(n for (_, right), n in expected.items() if right == word)
        assert count == on_the_left + on_the_right


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


def test_the_line_edge_has_no_bytes():
    assert LINE_EDGE == 0
    assert words_of(Counter()) == [""]


@given(lines_of_words, st.integers(1, 50), st.integers(1, 2))
def test_blocks_are_counted_in_batches(lines, n_bytes, threads):
    text = "".join(" ".join(line) + "\n" for line in lines)
    one = Counter()
    one.add_text(bytes_of(text))
    with pytest.MonkeyPatch.context() as patch:
        set_chunk_bytes(patch, n_bytes)
        other = Counter(threads=threads)
        other.count(bytes_of(line + " \n") for line in text.split("\n"))
    assert counted(one) == counted(other)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_batch_with_as_many_tokens_as_bytes_after_a_smaller_one(n_threads):
    """The arrays of the first batch have capacity for fewer tokens."""
    counter = Counter(threads=n_threads, boundary="mark")
    counter.add_text(bytes_of("a\n" * 1000))
    counter.add_text(bytes_of("a\n" * 1900 + "b "))
    counter.add_text(bytes_of("\n" + "a\n" * 2400))
    assert counter.word_counts.tolist()[:3] == [5301, 5300, 1]
    _, (starts, ends) = counter.take_rows(np.array([1, 2]))
    assert starts.tolist() == ends.tolist() == [5300, 1]
