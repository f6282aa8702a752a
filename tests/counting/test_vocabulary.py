import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.counting.vocabulary import Vocabulary

WORDS = ["the", "Straße", "ağaç", "猫", "كتاب", "e\u0301", "a\0", "a", "caf\udce9"]


def test_words_keep_their_order():
    vocabulary = Vocabulary.from_words(WORDS)
    assert list(vocabulary) == WORDS
    assert [vocabulary[rank] for rank in range(len(WORDS))] == WORDS
    assert vocabulary[-1] == WORDS[-1]
    assert [vocabulary.index(word) for word in WORDS] == list(range(len(WORDS)))


def test_words_are_stored_one_after_the_other():
    vocabulary = Vocabulary.from_words(["ab", b"c", "ü"])
    assert vocabulary.buffer.tobytes() == b"abc\xc3\xbc"
    assert vocabulary.offsets.tolist() == [0, 2, 3, 5]
    assert vocabulary.word_bytes(2) == b"\xc3\xbc"
    assert vocabulary.lines(0, 3).tobytes() == b"ab\nc\n\xc3\xbc\n"
    assert vocabulary.lines(1, 9).tobytes() == b"c\n\xc3\xbc\n"


def test_membership():
    vocabulary = Vocabulary.from_words(WORDS)
    assert "the" in vocabulary
    assert "The" not in vocabulary
    assert b"the" not in vocabulary
    assert "\ud800" not in vocabulary  # no bytes stand for it
    with pytest.raises(KeyError, match="dog"):
        vocabulary.index("dog")


def test_vocabularies_are_equal_by_content():
    assert Vocabulary.from_words(WORDS) == Vocabulary.from_words(WORDS)
    assert Vocabulary.from_words(["ab", "c"]) != Vocabulary.from_words(["a", "bc"])
    assert Vocabulary.from_words(["a"]) != ["a"]


def test_empty():
    vocabulary = Vocabulary.from_words([])
    assert len(vocabulary) == 0
    assert list(vocabulary) == []
    assert vocabulary.lines(0, 1).size == 0


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True))
def test_any_words_are_returned_as_given(words):
    assert list(Vocabulary.from_words(words)) == words


@pytest.mark.parametrize("rank", [2, -3])
def test_rank_out_of_range(rank):
    with pytest.raises(IndexError, match=f"rank must be below 2, got {rank}"):
        Vocabulary.from_words(["a", "b"])[rank]


def test_word_twice():
    with pytest.raises(ValueError, match="words must be all different, got 'b twice'"):
        Vocabulary.from_words(["a", "b", "b"])


def test_a_single_string_is_not_a_list_of_words():
    with pytest.raises(TypeError, match="words must be an iterable of words, got 'ab'"):
        Vocabulary.from_words("ab")


@pytest.mark.parametrize("offsets", [[], [1, 3], [0, 2], [0, 2, 1, 3], [[0], [3]]])
def test_offsets_that_do_not_fit(offsets):
    with pytest.raises(ValueError, match="offsets must be ascending from 0 to the 3"):
        Vocabulary(np.zeros(3, np.uint8), np.array(offsets, np.int64))


def test_words_with_whitespace_are_looked_up_as_they_are_counted():
    vocabulary = Vocabulary.from_words(["a_b", "c", "d e", "d_e", "f\u00a0g", "_"])
    words = ["a b", " a\tb\r", "a\nb", "a_b", "c ", "\nc", "d e", "d  e"]
    assert vocabulary.look_up(words).tolist() == [0, 0, 0, 0, 1, 1, 2, 3]
    assert vocabulary.look_up(["f\u00a0g", "f g", "f_g"]).tolist() == [4, -1, -1]
    assert vocabulary.look_up(["", " ", "\n", "c\u00a0", "x y"]).tolist() == [-1] * 5
    assert "a b" in vocabulary
    assert vocabulary.index("d e") == 2
    assert vocabulary.look_up_lines("x\na b\n\nc", 4).tolist() == [-1, 0, -1, 1]
