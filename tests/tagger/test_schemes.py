import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES, IOE2, Entities

from brownclust.tagger.schemes import (
    MARKS_ENDS,
    SCHEMES,
    allowed_transitions,
    complete,
)
from brownclust.tagger.spans import (
    conversion_table,
    convert,
    detect_scheme,
    is_convertible,
    looks_ahead,
    spans,
)

TYPES = ["NP", "VP", "B-cell"]
BY_ONE_NEIGHBOUR = [
    (scheme, target)
    for scheme in SCHEMES
    for target in SCHEMES
    if scheme in MARKS_ENDS or target[:-1] == scheme[:-1]  # iob1 and iob2
]
EXAMPLE = {  # adjacent NPs of two tokens and one, and a VP of three
    "iob1": ["I-NP", "I-NP", "B-NP", "I-VP", "I-VP", "I-VP", "O"],
    "iob2": ["B-NP", "I-NP", "B-NP", "B-VP", "I-VP", "I-VP", "O"],
    "bilou": ["B-NP", "L-NP", "U-NP", "B-VP", "I-VP", "L-VP", "O"],
    "iobes": ["B-NP", "E-NP", "S-NP", "B-VP", "I-VP", "E-VP", "O"],
    "bmes": ["B-NP", "E-NP", "S-NP", "B-VP", "M-VP", "E-VP", "O"],
    "bmewo": ["B-NP", "E-NP", "W-NP", "B-VP", "M-VP", "E-VP", "O"],
    "ioe1": ["I-NP", "E-NP", "I-NP", "I-VP", "I-VP", "I-VP", "O"],
    "ioe2": ["I-NP", "E-NP", "E-NP", "I-VP", "I-VP", "E-VP", "O"],
}
EXAMPLE_SPANS = [("NP", 0, 2), ("NP", 2, 3), ("VP", 3, 6)]

any_tags = st.lists(
    st.just("O")
    | st.builds("{}-{}".format, st.sampled_from("BILUES"), st.sampled_from(TYPES))
)


@st.composite
def tags_of_spans(draw):
    """The spans of a sentence, and its tags in iob2."""
    found, tags = [], []
    for kind, length in draw(
        st.lists(st.tuples(st.sampled_from([None, *TYPES]), st.integers(1, 4)))
    ):
        if kind is None:
            tags += ["O"] * length
        else:
            found.append((kind, len(tags), len(tags) + length))
            tags += [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
    return found, tags


def as_iobes(tags):
    """Return the tags with the letters that seqeval knows."""
    return [re.sub("^[LU]", lambda m: "ES"["LU".index(m[0])], tag) for tag in tags]


# --- spans --------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_spans_of_the_example(scheme):
    assert spans(EXAMPLE[scheme]) == EXAMPLE_SPANS


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("", []),
        ("O O", []),
        ("O I-A", [("A", 1, 2)]),
        ("I-A I-B", [("A", 0, 1), ("B", 1, 2)]),
        ("B-A I-B I-B", [("A", 0, 1), ("B", 1, 3)]),
        ("B-A O I-A", [("A", 0, 1), ("A", 2, 3)]),
        ("B-A E-A E-A", [("A", 0, 2), ("A", 2, 3)]),
        ("B-A L-A I-A", [("A", 0, 2), ("A", 2, 3)]),
        ("S-A E-A", [("A", 0, 1), ("A", 1, 2)]),
        ("I-A U-A I-A", [("A", 0, 1), ("A", 1, 2), ("A", 2, 3)]),
        ("B-a-b I-a-b I-a", [("a-b", 0, 2), ("a", 2, 3)]),
        ("B I O B- I-A", [("", 0, 2), ("", 3, 4), ("A", 4, 5)]),
        ("B-A O-A I-A", [("A", 0, 1), ("A", 2, 3)]),
    ],
)
def test_spans_of_odd_tags(tags, found):
    assert spans(tags.split()) == found


@given(any_tags)
def test_spans_are_those_of_seqeval(tags):
    theirs = [
        (kind, start, end + 1) for kind, start, end in get_entities(as_iobes(tags))
    ]
    assert spans(tags) == theirs


@pytest.mark.parametrize("tag", ["NN", "-LRB-", "", "X-NP", "BI-NP", "b-NP", "o"])
def test_tags_that_do_not_mark_spans(tag):
    error = f"^tag must be O, or one of B, I, L, U, E, S, M, W with .*, got {tag!r}$"
    with pytest.raises(ValueError, match=error):
        spans(["O", tag])


STRICT = {  # schemes that seqeval knows by name
    "iob1": IOB1,
    "iob2": IOB2,
    "ioe2": IOE2,
    "bilou": BILOU,
    "iobes": IOBES,
}


@pytest.mark.parametrize("scheme", STRICT)
@given(example=tags_of_spans())
def test_converted_tags_are_those_that_seqeval_reads_strictly(scheme, example):
    found, tags = example
    converted = convert(tags, scheme)
    [theirs] = Entities([converted], scheme=STRICT[scheme]).entities
    assert [(one.tag, one.start, one.end) for one in theirs] == found


# --- detect_scheme ------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_detect_the_example(scheme):
    assert detect_scheme(iter([["O"], EXAMPLE[scheme], []])) == scheme


@given(tags_of_spans(), st.sampled_from(SCHEMES))
def test_tags_follow_the_detected_scheme(example, scheme):
    _, tags = example
    converted = convert(tags, scheme)
    detected = detect_scheme([converted])
    if set(tags) <= {"O"}:
        assert detected is None
    else:
        assert convert(converted, detected) == converted


@pytest.mark.parametrize(
    "sentences",
    [
        [],
        [[]],
        [["O", "O"]],
        [["DT", "NN"], ["-LRB-"]],
        [["B-NP"], ["NN"]],
        [["B"], ["B"]],
        [["S"], ["O"]],
        [["B", "I", "B-NP"]],
        [["B-"]],
        [["S", "V", "E", "B"]],
        [["X-NP"]],
    ],
)
def test_no_scheme(sentences):
    assert detect_scheme(sentences) is None


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("B I O", "iob2"),
        ("B O", "iob2"),
        ("I I O I B", "iob1"),
        ("I O", "iob1"),
        ("B L U O", "bilou"),
        ("B I E S", "iobes"),
        ("B M E S", "bmes"),
        ("B M E W", "bmewo"),
        ("I E O E", "ioe2"),
        ("I E I O I", "ioe1"),
    ],
)
def test_letters_alone_are_a_scheme(tags, scheme):
    assert detect_scheme([tags.split()]) == scheme


def test_detected_scheme_is_the_one_fewer_spans_contradict():
    assert detect_scheme([["B-A", "I-A"], ["O", "I-A"]]) == "iob2"  # a tie
    assert detect_scheme([["B-A", "I-A"], ["B-A", "I-A"], ["O", "I-A"]]) == "iob2"
    assert detect_scheme([["I-A", "I-A"], ["I-A"], ["B-A", "I-A"]]) == "iob1"
    assert detect_scheme([["I-A", "B-A", "I-B"]]) == "iob1"


# --- convert ------------------------------------------------------------------


@pytest.mark.parametrize("target", SCHEMES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_convert_the_example(scheme, target):
    assert convert(EXAMPLE[scheme], target) == EXAMPLE[target]


@given(tags_of_spans(), st.sampled_from(SCHEMES), st.sampled_from(SCHEMES))
def test_converted_tags_have_the_same_spans(example, scheme, target):
    """Spans to tags to spans, and tags to tags, for every pair of schemes."""
    found, tags = example
    converted = convert(tags, scheme)
    assert spans(converted) == found
    assert spans(convert(converted, target)) == found
    assert convert(converted, target) == convert(tags, target)


@given(any_tags, st.sampled_from(SCHEMES))
def test_converted_tags_are_allowed_by_the_scheme(tags, scheme):
    converted = convert(tags, scheme)
    assert spans(converted) == spans(tags)
    assert_allowed(converted, scheme)


def test_tags_without_types():
    assert convert(["B", "I", "B"], "bilou") == ["B", "L", "U"]


def test_types_alone():
    """A span is a run of equal tags; a type may look like a letter."""
    tags = ["A", "A", "O", "B", "B-cell", "B-cell"]
    found = [("A", 0, 2), ("B", 3, 4), ("B-cell", 4, 6)]
    assert spans(tags, "types") == found
    converted = ["B-A", "E-A", "O", "S-B", "B-B-cell", "E-B-cell"]
    assert convert(tags, "iobes", "types") == converted
    assert convert(["B-A", "I-A", "B-A", "O"], "types") == ["A", "A", "A", "O"]
    assert convert(["B", "I", "O"], "types") == ["I", "I", "O"]


# --- complete -----------------------------------------------------------------


def test_complete():
    tags = ["I-VP", "O", "B-NP", "I-VP", "S-NP"]
    assert complete(tags, "iob1") == ["O", "B-NP", "I-NP", "B-VP", "I-VP"]
    assert complete(tags, "iob2") == ["O", "B-NP", "I-NP", "B-VP", "I-VP"]
    assert complete(tags[:2], "bilou") == ["O", "B-VP", "I-VP", "L-VP", "U-VP"]
    assert complete(tags[:2], "iobes") == ["O", "B-VP", "I-VP", "E-VP", "S-VP"]
    assert complete(["B"], "iob2") == ["O", "B", "I"]
    assert complete([], "bilou") == ["O"]


@given(any_tags, st.sampled_from(SCHEMES))
def test_complete_has_every_converted_tag(tags, scheme):
    full = complete(tags, scheme)
    assert len(set(full)) == len(full)
    assert set(convert(tags, scheme)) <= set(full)
    assert complete(full, scheme) == full


# --- allowed_transitions ------------------------------------------------------


def assert_allowed(tags, scheme):
    assert is_allowed(tags, complete(tags, scheme), scheme), tags


def is_allowed(tags, tag_set, scheme):
    may_follow, may_begin, may_end = allowed_transitions(tag_set, scheme)
    ids = [tag_set.index(tag) for tag in tags]
    if not ids:
        return True
    return (
        may_begin[ids[0]] and may_end[ids[-1]] and may_follow[ids[:-1], ids[1:]].all()
    )


@given(st.data(), st.sampled_from(SCHEMES))
def test_allowed_sequences_are_those_that_convert_does_not_change(data, scheme):
    tag_set = complete(["B-NP", "B-VP"], scheme)
    tags = data.draw(st.lists(st.sampled_from(tag_set), max_size=5))
    assert is_allowed(tags, tag_set, scheme) == (convert(tags, scheme) == tags)


@pytest.mark.parametrize(
    ("scheme", "before", "after"),
    [
        ("iob1", "O", "O, I-A, I-B"),
        ("iob1", "I-A", "O, I-A, I-B, B-A"),
        ("iob1", "B-A", "O, I-A, I-B, B-A"),
        ("iob2", "O", "O, B-A, B-B"),
        ("iob2", "B-A", "O, B-A, B-B, I-A"),
        ("iob2", "I-A", "O, B-A, B-B, I-A"),
        ("bilou", "O", "O, B-A, B-B, U-A, U-B"),
        ("bilou", "U-A", "O, B-A, B-B, U-A, U-B"),
        ("bilou", "L-A", "O, B-A, B-B, U-A, U-B"),
        ("bilou", "B-A", "I-A, L-A"),
        ("bilou", "I-A", "I-A, L-A"),
        ("iobes", "S-A", "O, B-A, B-B, S-A, S-B"),
        ("iobes", "E-A", "O, B-A, B-B, S-A, S-B"),
        ("iobes", "I-A", "I-A, E-A"),
    ],
)
def test_allowed_followers(scheme, before, after):
    tags = complete(["B-A", "B-B"], scheme)
    may_follow, _, _ = allowed_transitions(tags, scheme)
    row = may_follow[tags.index(before)]
    assert {tag for tag, may in zip(tags, row, strict=True) if may} == set(
        after.split(", ")
    )


@pytest.mark.parametrize(
    ("scheme", "begin", "end"),
    [
        ("iob1", "O I-A", "O B-A I-A"),
        ("iob2", "O B-A", "O B-A I-A"),
        ("bilou", "O B-A U-A", "O L-A U-A"),
        ("iobes", "O B-A S-A", "O E-A S-A"),
        ("ioe1", "O I-A E-A", "O I-A"),
        ("ioe2", "O I-A E-A", "O E-A"),
        ("bmewo", "O B-A W-A", "O E-A W-A"),
    ],
)
def test_allowed_first_and_last_tags(scheme, begin, end):
    tags = complete(["B-A"], scheme)
    _, may_begin, may_end = allowed_transitions(tags, scheme)
    assert [tags[i] for i in np.flatnonzero(may_begin)] == begin.split()
    assert [tags[i] for i in np.flatnonzero(may_end)] == end.split()


def test_without_a_scheme_everything_is_allowed():
    found = allowed_transitions(["NN", "VB", "-LRB-"], None)
    assert [array.shape for array in found] == [(3, 3), (3,), (3,)]
    assert all(array.dtype == bool and array.all() for array in found)


@pytest.mark.parametrize("scheme", [None, *SCHEMES])
def test_no_tags_have_no_transitions(scheme):
    found = allowed_transitions([], scheme)
    assert [array.shape for array in found] == [(0, 0), (0,), (0,)]
    assert all(array.dtype == bool for array in found)


# --- conversion_table ---------------------------------------------------------


@pytest.mark.parametrize(("scheme", "target"), BY_ONE_NEIGHBOUR)
@given(example=tags_of_spans())
def test_conversion_table_agrees_with_convert(scheme, target, example):
    tags = convert(example[1], scheme)
    tag_set = complete(tags, scheme)
    table, converted = conversion_table(tag_set, scheme, target)
    assert table.shape == (len(tag_set) + 1, len(tag_set))
    assert converted == complete(tags, target)
    ids = [tag_set.index(tag) for tag in tags]
    edge = len(tag_set)
    neighbours = [*ids[1:], edge] if looks_ahead(scheme, target) else [edge, *ids[:-1]]
    found = [converted[i] for i in table[neighbours[: len(ids)], ids]]
    assert found == convert(tags, target)


def test_convertible_schemes():
    found = [(a, b) for a in SCHEMES for b in SCHEMES if is_convertible(a, b)]
    assert found == BY_ONE_NEIGHBOUR


@pytest.mark.parametrize("target", ["bilou", "iobes"])
@pytest.mark.parametrize("scheme", ["iob1", "iob2"])
def test_conversion_that_needs_look_ahead(scheme, target):
    rule = f"bilou or iobes or bmes or bmewo to convert to {target} without look-ahead"
    with pytest.raises(ValueError, match=f"^scheme must be {rule}, got '{scheme}'$"):
        conversion_table(["O", "B-A", "I-A"], scheme, target)


# --- errors -------------------------------------------------------------------

SCHEME_ERROR = "^{} must be one of iob1, iob2, ioe1, ioe2, bilou.*, got 'bio'$"


@pytest.mark.parametrize("function", [convert, complete, allowed_transitions])
def test_unknown_scheme(function):
    with pytest.raises(ValueError, match=SCHEME_ERROR.format("scheme")):
        function(["O"], "bio")


def test_unknown_schemes_to_convert_between():
    with pytest.raises(ValueError, match=SCHEME_ERROR.format("scheme")):
        conversion_table(["O"], "bio", "iob2")
    with pytest.raises(ValueError, match=SCHEME_ERROR.format("target")):
        conversion_table(["O"], "iob2", "bio")


def test_tags_of_another_scheme():
    with pytest.raises(
        ValueError, match=r"^tags must be tags of scheme iob2, got 'L-A'$"
    ):
        allowed_transitions(["O", "B-A", "L-A"], "iob2")
    with pytest.raises(
        ValueError, match=r"^tags must be tags of scheme iobes, got 'U-A'$"
    ):
        conversion_table(["O", "U-A"], "iobes", "iob2")
