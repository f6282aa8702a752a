"""Notations of tags of spans: recognised, read and written back."""

from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.tagger.evaluation import evaluate
from brownclust.tagger.notation import (
    SEPARATORS,
    USUAL,
    Notation,
    find_notation,
    in_usual_notation,
)
from brownclust.tagger.schemes import SCHEMES
from brownclust.tagger.spans import convert

notations = st.builds(
    Notation,
    st.sampled_from(SEPARATORS),
    st.booleans(),
    st.just(False),
) | st.builds(
    Notation,
    st.sampled_from(SEPARATORS),
    st.booleans(),
    st.just(True),
    st.sampled_from("Oo"),
)
TAGS = ["B-PER", "I-PER", "I-PER", "O", "B-LOC", "B-LOC", "I-LOC", "O"]


@given(notations, st.sampled_from(SCHEMES))
def test_tags_are_read_as_they_were_written(notation, scheme):
    tags = convert(TAGS, scheme)
    written = list(map(notation.write, tags))
    assert list(map(notation.read, written)) == tags
    found = find_notation(Counter(written))
    assert found == notation
    assert in_usual_notation([written]) == ([tags], found)


@pytest.mark.parametrize(
    ("tags", "notation"),
    [
        ("B-PER i-PER O", USUAL),  # one usual tag is enough
        ("B_PER I_PER O", Notation("_")),
        ("PER-B PER-I O", Notation(type_first=True)),
        ("b-per i-per o", Notation("-", False, True, "o")),
        ("b-PER e-PER O", Notation("-", False, True, "O")),
        ("b i o o", Notation("-", False, True, "o")),
        ("b i O", Notation("-", False, True, "O")),
        ("NN-B NN-I VV-B VV-I", Notation(type_first=True)),
        ("B_PER I_PER O x", Notation("_")),
        ("b-x i-x w-x l-x o", USUAL),  # of two schemes
        ("B_PER O O", USUAL),  # no evidence
        ("B_PER I_PER x y z O", USUAL),
        ("i o a", USUAL),
        ("NN VB DT", USUAL),
        ("B I O", USUAL),
        ("PER PER O", USUAL),
        ("", USUAL),
    ],
)
def test_find_notation(tags, notation):
    assert find_notation(Counter(tags.split())) == notation


def test_known_tags_are_evidence():
    counts = Counter(["b-per", "o"])
    assert find_notation(counts) == USUAL
    assert find_notation(counts, ["b-per", "i-per", "o"]) == Notation.like("b-per")
    assert find_notation(Counter(["B-PER"]), ["b-per", "i-per", "o"]) == USUAL


@pytest.mark.parametrize(
    ("example", "notation"),
    [
        ("B-PER", USUAL),
        ("b_x", Notation("_", False, True, "o")),
        ("PER|B", Notation("|", True)),
        ("LOC.b", Notation(".", True, True, "o")),
    ],
)
def test_like(example, notation):
    assert Notation.like(example) == notation
    assert Notation(**notation.to_dict()) == notation


@pytest.mark.parametrize("example", ["", "B", "I-PER", "PER", "B PER", "B-", 3])
def test_no_example_of_a_notation(example):
    rule = "a tag such as B-PER, b-per, B_PER or PER-B"
    with pytest.raises(ValueError, match=f"^like must be {rule}, got {example!r}$"):
        Notation.like(example)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"separator": ""}, "separator"),
        ({"separator": "--"}, "separator"),
        ({"separator": "x"}, "separator"),
        ({"type_first": 1}, "type_first"),
        ({"lower_case": "no"}, "lower_case"),
        ({"outside": "OUT"}, "outside"),
    ],
)
def test_wrong_parameters(value, name):
    with pytest.raises((TypeError, ValueError), match=f"^{name} must be "):
        Notation(**value)


@given(notations, notations)
def test_evaluation_reads_all_notations(first, second):
    gold, predicted = [TAGS, ["B-PER", "O"]], [[*TAGS[1:], "O"], ["B-PER", "O"]]
    expected = evaluate(gold, predicted, n_bootstrap=0)
    written = [
        [list(map(notation.write, tags)) for tags in data]
        for notation, data in ((first, gold), (second, predicted))
    ]
    found = evaluate(*written, n_bootstrap=0)
    assert found.f1 == expected.f1
    assert found.accuracy == expected.accuracy
    assert {*chain(found.per_type)} == {"PER", "LOC"}
