"""What taggers compute of whole documents, against plain Python."""

from collections import Counter, defaultdict
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.tagger.documents import Text, number_documents
from brownclust.tagger.elsewhere import N_NEAREST, distinct_features, find_elsewhere
from brownclust.tagger.majorities import MAX_PART, majorities
from brownclust.tagger.spans import spans

WORDS = st.sampled_from(["Oslo", "oslo", "OSLO", "the", "The", "中", "7", "."])
SENTENCES = st.lists(st.lists(WORDS, max_size=4), max_size=8)
TAGS = ["O", "B-PER", "I-PER", "U-LOC", "L-LOC"]


# --- Documents ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (None, [0, 0, 0]),
        (["a", "a", "b"], [0, 0, 1]),
        ([2, 1, 2], [0, 1, 2]),
        (np.array([5, 5, 5]), [0, 0, 0]),
        ((one for one in ["x", None, None]), [0, 1, 1]),
    ],
)
def test_neighbours_with_the_same_label_are_of_the_same_document(documents, expected):
    found = number_documents(documents, 3)
    assert found.dtype == np.int64
    assert found.tolist() == expected


def test_no_sentences():
    assert number_documents([], 0).tolist() == number_documents(None, 0).tolist() == []
    assert list(Text.of([]).batches(10, in_documents=True)) == []


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ([1], ValueError, r"^len\(documents\) must be 2, one label a sentence, got 1$"),
        ("ab", TypeError, r"^documents must be a list of one label a sentence, got"),
        (7, TypeError, r"^documents must be a list of one label a sentence, got 7$"),
    ],
)
def test_wrong_documents(documents, error, message):
    with pytest.raises(error, match=message):
        number_documents(documents, 2)


@given(SENTENCES, st.data(), st.integers(1, 10), st.booleans())
def test_batches_are_the_text(sentences, data, n_tokens, in_documents):
    labels = [data.draw(st.booleans()) for _ in sentences]
    column = [[f"{i}"] * len(one) for i, one in enumerate(sentences)]
    text = Text.of(sentences, labels).with_columns({"x": column})
    parts = list(text.batches(n_tokens, in_documents=in_documents))
    assert [one for part in parts for one in part.sentences] == sentences
    assert [one for part in parts for one in part.computed["x"]] == column
    numbers = [part.documents.tolist() for part in parts]
    assert [*chain.from_iterable(numbers)] == text.documents.tolist()
    for part, following in pairwise(numbers):
        assert part
        assert not in_documents or part[-1] < following[0]
    if not in_documents:
        for part in parts:
            assert part.sizes[:-1].sum() < n_tokens


def test_some_sentences():
    text = Text.of([["a"], ["b"], ["c"]], [1, 2, 2]).with_columns(
        {"x": [[1], [2], [3]]}
    )
    chosen = text.select(np.array([0, 2]))
    assert chosen.sentences == [["a"], ["c"]]
    assert chosen.documents.tolist() == [0, 1]
    assert chosen.computed == {"x": [[1], [3]]}


# --- Elsewhere ------------------------------------------------------------------


def naive_elsewhere(words, documents):
    """Return the pairs by definition."""
    pairs = set()
    for i, word in enumerate(words):
        may_be_name = word != word.lower() or word == "中"
        same = [
            j
            for j, other in enumerate(words)
            if other.lower() == word.lower() and documents[j] == documents[i]
        ]
        at = same.index(i)
        if may_be_name:
            near = same[max(0, at - N_NEAREST) : at + N_NEAREST + 1]
            pairs |= {(i, j) for j in near if j != i}
    return pairs


@given(st.lists(WORDS, max_size=30), st.data())
def test_occurrences_elsewhere(words, data):
    steps = [data.draw(st.integers(0, 1)) for _ in words]
    documents = np.cumsum(steps, dtype=np.int64)
    numbers = {word: i for i, word in enumerate(sorted({*words}))}
    rows = np.array([numbers[word] for word in words], np.int32)
    found = find_elsewhere(words, rows, documents)
    pairs = list(zip(found.tokens.tolist(), found.others.tolist(), strict=True))
    assert len(pairs) == len({*pairs})
    assert {*pairs} == naive_elsewhere(words, documents)


def test_features_count_once():
    tokens, features = np.array([2, 0, 2, 2]), np.array([9, 4, 3, 9])
    counts, ids = distinct_features(tokens, features, 4)
    assert counts.tolist() == [1, 0, 2, 0]
    assert ids.tolist() == [4, 3, 9]


# --- Majorities -----------------------------------------------------------------


def naive_majorities(words, tags, documents):
    """Return the three columns by definition, for tags of spans."""
    found = [], [], []
    for i, of_sentence in enumerate(words):
        document = [j for j, one in enumerate(documents) if one == documents[i]]
        of_words, of_spans, of_parts = (defaultdict(Counter) for _ in range(3))
        for j in document:
            lowered = tuple(word.lower() for word in words[j])
            for word, tag in zip(lowered, tags[j], strict=True):
                of_words[word][tag[2:] or "O"] += 1
            for kind, start, end in spans(tags[j]):
                span = lowered[start:end]
                of_spans[span][kind] += 1
                for part in {
                    span[a:b]
                    for a in range(len(span))
                    for b in range(a + 1, len(span) + 1)
                    if b - a < len(span) and b - a <= MAX_PART
                }:
                    of_parts[part][kind] += 1
        lowered = tuple(word.lower() for word in of_sentence)
        columns = (
            [best(of_words, word) for word in lowered],
            *([None] * len(lowered) for _ in range(2)),
        )
        for _, start, end in spans(tags[i]):
            for column, counts in zip(columns[1:], (of_spans, of_parts), strict=True):
                for at in range(start, end):
                    column[at] = best(counts, lowered[start:end])
        for column, one in zip(found, columns, strict=True):
            column.append(one)
    return found


def best(counts, key):
    if key not in counts:
        return None
    most = max(counts[key].values())
    return min(kind for kind, n in counts[key].items() if n == most)


@given(SENTENCES, st.data())
def test_majorities(words, data):
    tags = [[data.draw(st.sampled_from(TAGS)) for _ in one] for one in words]
    documents = np.cumsum([data.draw(st.integers(0, 1)) for _ in words]).tolist()
    found = majorities(words, tags, documents, are_spans=True)
    assert list(found) == ["word_majority", "span_majority", "longer_span_majority"]
    assert tuple(found.values()) == naive_majorities(words, tags, documents)


def test_majorities_of_other_tags():
    found = majorities([["a", "A", "b"]], [["X", "Y", "B-z"]], [0], are_spans=False)
    assert found["word_majority"] == [["X", "X", "B-z"]]
    assert found["span_majority"] == [[None] * 3]
