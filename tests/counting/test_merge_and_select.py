import json
from collections import Counter

import pytest
from archives import rewrite
from hypothesis import given
from hypothesis import strategies as st
from plain_counts import (
    BOUNDARIES,
    EXPECTED_OF_PAIRS,
    PAIRS,
    corpora,
    counted_by_the_reference,
    plain,
)

from brownclust import BigramCounts
from brownclust.counting.origin import Origin


@given(corpora, corpora, st.sampled_from(BOUNDARIES))
def test_merge_equals_counting_both(first, second, boundary):
    parts = [
        BigramCounts.from_sentences(lines, boundary=boundary)
        for lines in (first, second)
    ]
    expected = counted_by_the_reference(first + second, boundary)
    if boundary == "ignore":  # two streams: not the bigram from one to the other
        last = [line for line in first if line][-1][-1]
        bridge = last, next(line for line in second if line)[0]
        expected["n_bigrams"] -= 1
        expected["bigrams"] = dict(+(Counter(expected["bigrams"]) - Counter([bridge])))
    assert plain(parts[0].merge(parts[1])) == expected


def test_merge_of_pairs():
    counts = [BigramCounts.from_pairs(part) for part in (PAIRS[:2], PAIRS[2:])]
    assert plain(counts[0].merge(counts[1])) == EXPECTED_OF_PAIRS


def test_merge_keeps_the_record():
    parts = [BigramCounts.from_sentences([[word]]) for word in "abc"]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    sources = [part.source for part in parts]
    assert merged.source == {"kind": "merge", "parts": sources}


def test_merge_of_different_boundaries():
    one = BigramCounts.from_sentences([["a"]])
    other = BigramCounts.from_sentences([["a"]], boundary="mark")
    message = "boundary must be 'break' in both counts, got 'mark'"
    with pytest.raises(ValueError, match=message):
        one.merge(other)


def test_merge_of_something_else():
    counts = BigramCounts.from_sentences([["a"]])
    with pytest.raises(TypeError, match="other must be BigramCounts, got 3"):
        counts.merge(3)


WORDS = st.sampled_from(["a", "b", "c", "d", "é", "中"])


@given(
    st.lists(st.lists(WORDS, min_size=1), min_size=1),
    st.sampled_from(BOUNDARIES),
    st.integers(1, 4),
    st.none() | st.integers(1, 5),
    st.none() | st.lists(WORDS, unique=True),
    st.none() | st.lists(WORDS, unique=True),
)
def test_selecting_equals_counting_with_the_same_options(
    lines, boundary, min_count, max_vocabulary, vocabulary, stopwords
):
    options = {
        "min_count": min_count,
        "max_vocabulary": max_vocabulary,
        "vocabulary": vocabulary,
        "stopwords": stopwords,
    }
    counts = BigramCounts.from_sentences(lines, boundary=boundary)
    try:
        expected = BigramCounts.from_sentences(lines, boundary=boundary, **options)
    except ValueError as error:
        with pytest.raises(ValueError, match=r"must be") as caught:
            counts.select(**options)
        assert str(caught.value) == str(error)  # noqa: PT017
        return
    selected = counts.select(**options)
    assert plain(selected) == plain(expected)
    assert selected.vocabulary == expected.vocabulary


def test_selecting_words_of_a_file(write):
    counts = BigramCounts.from_text(
        write(b"caf\xe9 noir\n"), encoding_errors="surrogateescape"
    )
    selected = counts.select(vocabulary=write(b"caf\xe9\r\nnone\n", "words"))
    assert list(selected.vocabulary) == ["caf\udce9"]


def test_selecting_does_not_change_the_counts():
    counts = BigramCounts.from_sentences([["a", "b", "a"]])
    before = plain(counts)
    counts.select(max_vocabulary=1)
    assert plain(counts) == before


def test_selecting_keeps_the_record(tmp_path):
    counts = BigramCounts.from_sentences([["a", "b", "a"]], boundary="mark")
    selected = counts.select(min_count=2)
    assert selected.source == {
        "kind": "selection",
        "of": counts.source,
        "options": {
            "boundary": "mark",
            "min_count": 2,
            "max_vocabulary": None,
            "vocabulary": None,
            "stopwords": None,
        },
    }
    selected.save(tmp_path / "counts.npz")
    assert BigramCounts.load(tmp_path / "counts.npz").source == selected.source


def test_wrong_selections(tmp_path):
    counts = BigramCounts.from_sentences([["a", "b", "a"]])
    with pytest.raises(ValueError, match="min_count must be at least 1, got 0"):
        counts.select(min_count=0)
    with pytest.raises(ValueError, match="min_count must be at most 2, the count of"):
        counts.select(min_count=3)
    with pytest.raises(IsADirectoryError, match="is a folder"):
        counts.select(vocabulary=tmp_path)


def test_merged_and_selected_counts_keep_their_origin(tmp_path):
    options = {"normalise": ["lowercase"], "skip_grams": 2}
    one, other = (
        BigramCounts.from_sentences([tokens], **options)
        for tokens in (["A", "b"], ["B", "c"])
    )
    expected = Origin(("lowercase",), skip_grams=2)
    merged = one.merge(other)
    assert one.origin == merged.origin == merged.select(min_count=1).origin == expected
    merged.save(tmp_path / "merged.npz")
    assert BigramCounts.load(tmp_path / "merged.npz").origin == expected


@pytest.mark.parametrize(
    ("name", "value"), [("normalise", ["lowercase"]), ("skip_grams", 2)]
)
def test_merge_of_texts_that_were_read_in_different_ways(name, value):
    one = BigramCounts.from_sentences([["a", "b"]])
    other = BigramCounts.from_sentences([["a", "b"]], **{name: value})
    with pytest.raises(ValueError, match=rf"^{name} must be .* in both counts, got"):
        one.merge(other)


def test_a_table_of_pairs_can_be_added_to_any_counts():
    text = BigramCounts.from_sentences(
        [["A", "b"]], boundary="ignore", normalise=["lowercase"]
    )
    pairs = BigramCounts.from_pairs([("a", "b", 3)])
    for merged in (text.merge(pairs), pairs.merge(text)):
        assert merged.origin == Origin(("lowercase",), from_pairs=True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"kind": "pairs"}, Origin(from_pairs=True)),
        (
            {"kind": "text", "options": {"normalise": ["digits"], "skip_grams": 3}},
            Origin(("digits",), 3),
        ),
        (
            {
                "kind": "selection",
                "of": {"kind": "text", "options": {"normalise": ["digits"]}},
                "options": {"min_count": 2},
            },
            Origin(("digits",)),
        ),
        (
            {"kind": "merge", "parts": [{"kind": "text"}, {"kind": "pairs"}]},
            Origin(from_pairs=True),
        ),
    ],
)
def test_origin_of_a_file_from_before_origins_were_stored(tmp_path, source, expected):
    counts = BigramCounts.from_sentences(
        [["a", "b"]], boundary="ignore", skip_grams=expected.skip_grams
    )
    path = tmp_path / "counts.npz"
    counts.save(path)
    rewrite(path, origin=None, source=json.dumps(source))
    assert BigramCounts.load(path).origin == expected
