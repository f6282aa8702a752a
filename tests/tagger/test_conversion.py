"""Conversion of tags to other schemes, with checks of the sequences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brownclust.tagger import convert_tags
from brownclust.tagger.conversion import convert_checked
from brownclust.tagger.schemes import ALL_SCHEMES, SCHEMES
from brownclust.tagger.spans import convert, spans

usual_tags = st.lists(
    st.lists(st.sampled_from(["O", "B-NP", "I-NP", "B-VP", "I-VP"]), max_size=6).map(
        lambda tags: convert(tags, "iob2")
    ),
    max_size=3,
)


@pytest.mark.parametrize("source", SCHEMES)
@given(usual_tags, st.sampled_from(["B-PER", "b/per", "PER_B"]))
@settings(max_examples=10)
def test_spans_survive_every_pair_of_schemes(source, tags, like):
    tags = [*tags, ["B-NP", "I-NP", "I-NP", "B-NP"]]  # enough to recognise
    there = convert_tags(tags, source, source="iob2", like=like)
    for scheme in SCHEMES:
        back = convert_tags(there, scheme, source=source)
        assert back == [convert(of_one, scheme) for of_one in tags]
        assert list(map(spans, back)) == list(map(spans, tags))


@given(usual_tags)
def test_types(tags):
    types = convert_checked(tags, "types", is_lenient=True).tags
    assert types == [convert(of_one, "types") for of_one in tags]
    touching = [
        i
        for i, of_one in enumerate(tags)
        for a, b in zip(spans(of_one), spans(of_one)[1:], strict=False)
        if (a[0], a[2]) == b[:2]
    ]
    if touching:
        rule = r"a token between two spans of type .P, got 'B-.P'$"
        with pytest.raises(
            ValueError, match=rf"^tags\[{touching[0]}\]\[.\] must be {rule}"
        ):
            convert_tags(tags, "types", source="iob2")
    else:
        assert convert_tags(types, "iob2", source="types") == tags


@pytest.mark.parametrize(
    ("source", "tags", "index", "rule"),
    [
        ("iob2", "O I-A", 1, "a tag that may follow O in iob2"),
        ("iob2", "I-A", 0, "a tag that may begin a sentence in iob2"),
        ("iob2", "B-A I-B", 1, "a tag that may follow B-A in iob2"),
        ("iob2", "B-A E-A", 1, "a tag of scheme iob2"),
        ("iob1", "B-A", 0, "a tag that may begin a sentence in iob1"),
        ("ioe2", "I_A O", 1, "a tag that may follow I_A in ioe2"),
        ("ioe1", "I-A E-A", 1, "a tag that may end a sentence in ioe1"),
        ("bilou", "b-A o", 1, "a tag that may follow b-A in bilou"),
        ("bilou", "B-A I-A", 1, "a tag that may end a sentence in bilou"),
        ("bmewo", "W-A M-A", 1, "a tag that may follow W-A in bmewo"),
        ("iobes", "B E B", 2, "a tag that may end a sentence in iobes"),
        ("iob2", "B-A NN", 1, "a tag such as O or B-A"),
        (None, "NN VB", 0, "a tag that marks a span, such as B-PER"),
        (None, "B-A B-B O I-C", 3, "a tag that may follow O in iob2"),
    ],
)
def test_sequences_that_break_the_rules(source, tags, index, rule):
    tags = tags.split()
    others = {  # evidence of how tags are written
        "I_A": [["I_A", "E_A"]],
        "b-A": [["b-A", "i-A", "l-A"]],
        "B": [["B", "E"]],
    }.get(tags[0], [])
    data = [*others, tags]
    message = rf"^tags\[{len(others)}\]\[{index}\] must be {rule}, got '{tags[index]}'$"
    with pytest.raises(ValueError, match=message):
        convert_tags(data, "iobes", source=source)


def test_lenient():
    tags = [["O", "I-A", "B-A", "x"], ["B-A", "I-B"], ["B-A"]]
    found = convert_checked(tags, "iobes", is_lenient=True)
    assert found.tags == [["O", "S-A", "S-A", "O"], ["S-A", "S-B"], ["S-A"]]
    assert found.warnings == [
        "1 tag read as O: 'x' (1)",
        "2 sentences against the rules of iob2, read as conlleval does",
    ]
    assert (found.source, found.n_spans) == ("iob2", 5)
    found = convert_checked([["A", ""]], "iob2", source="types", is_lenient=True)
    assert (found.tags, found.warnings) == ([["B-A", "O"]], ["1 empty tags read as O"])
    found = convert_checked([["B-A", "B-A"]], "types", is_lenient=True)
    assert found.tags == [["A", "A"]]
    assert found.warnings == [
        "1 sentence with spans joined that types cannot tell apart"
    ]


@pytest.mark.parametrize("scheme", ALL_SCHEMES)
@pytest.mark.parametrize("tags", [[], [[]], [["O", "O"], ["O"]]])
def test_no_spans(scheme, tags):
    assert convert_tags(tags, scheme) == tags


def test_letters_and_types_alone():
    assert convert_tags([["B", "I", "O", "B"]], "bilou") == [["B", "L", "O", "U"]]
    assert convert_tags([["b", "i", "o"]], "bilou", like="b-x") == [["b", "l", "o"]]
    assert convert_tags([["A", "A", "O", "B"]], "iobes", source="types") == [
        ["B-A", "E-A", "O", "S-B"]
    ]
    with pytest.raises(ValueError, match="must be another type than O"):
        convert_tags([["B-O", "I-O"]], "types")


def test_errors():
    with pytest.raises(ValueError, match=r"^scheme must be one of iob1, "):
        convert_tags([["O"]], "bio")
    with pytest.raises(ValueError, match=r"^source must be one of iob1, "):
        convert_tags([["O"]], "iob1", source="bio")
    with pytest.raises(ValueError, match=r"^like must be a tag such as "):
        convert_tags([["O"]], "iob1", like="PER")
    with pytest.raises(TypeError, match=r"^tags\[0\]\[0\] must be a string, got 1$"):
        convert_tags([[1]], "iob1")
    with pytest.raises(ValueError, match=r"^tags\[0\]\[0\] must be a string that"):
        convert_tags([[""]], "iob1")
