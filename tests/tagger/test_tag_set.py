from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.tagger.notation import Notation
from brownclust.tagger.schemes import MARKS_ENDS, SCHEMES, allowed_transitions
from brownclust.tagger.spans import convert, is_convertible
from brownclust.tagger.tag_set import TagSet

# Two adjacent NPs, a VP, and a sentence without tokens.
TAGS = [["B-NP", "I-NP", "I-NP", "B-NP", "O", "B-VP"], [], ["O", "B-NP"]]
SIZES = np.array([6, 0, 2])
KINDS = ("NP", "VP")


def in_scheme(scheme):
    return [convert(tags, scheme) for tags in TAGS]


sentences_of_spans = st.lists(
    st.lists(
        st.sampled_from(["O", *(f"{c}-{k}" for c in "BI" for k in ("NP", "VP", "X-Y"))])
    ).map(lambda tags: convert(tags, "iob2")),
    min_size=1,
)


# --- Tags of spans ------------------------------------------------------------


@pytest.mark.parametrize("given_scheme", SCHEMES)
@pytest.mark.parametrize("scheme", ["auto", *SCHEMES])
def test_schemes(given_scheme, scheme):
    tags = in_scheme(given_scheme)
    tag_set = TagSet.learn(tags, scheme)
    inner = "bilou" if scheme == "auto" else scheme
    assert tag_set.scheme == inner
    letters = {
        "iob1": "IB",
        "iob2": "BI",
        "bilou": "BUIL",
        "iobes": "BSIE",
        "bmes": "BSME",
        "bmewo": "BWME",
        "ioe1": "IE",
        "ioe2": "IE",
    }[inner]
    assert {*tag_set.names} == {"O", *(f"{c}-{k}" for k in KINDS for c in letters)}
    assert len(tag_set) == len(tag_set.names) == 1 + 2 * len(letters)
    assert tag_set.names[0] == "O"
    ids = tag_set.encode(tags)
    assert ids.dtype == np.int32
    assert [tag_set.names[i] for i in ids] == list(chain(*in_scheme(inner)))
    output = given_scheme if is_convertible(inner, given_scheme) else inner
    assert tag_set.output_scheme == output
    assert tag_set.decode(ids, SIZES) == in_scheme(output)


@given(sentences_of_spans, st.sampled_from(["auto", *SCHEMES]))
def test_encoded_tags_are_allowed_and_decode_to_the_same(tags, scheme):
    tag_set = TagSet.learn([*tags, ["B-NP"]], scheme)
    ids = tag_set.encode(tags)
    sizes = np.array([*map(len, tags)])
    output = "iob2" if is_convertible(tag_set.scheme, "iob2") else tag_set.scheme
    assert tag_set.decode(ids, sizes) == [convert(t, output) for t in tags]
    transitions, ends = tag_set.penalties()
    bounds = np.cumsum([0, *sizes]).tolist()
    for start, end in pairwise(bounds):
        path = [len(tag_set), *ids[start:end].tolist()]
        steps = pairwise(path)
        assert not any(transitions[one, other] for one, other in steps)
        assert end == start or not ends[path[-1]]


def test_types_have_all_tags_even_if_some_are_not_in_the_data():
    tag_set = TagSet.learn([["B-NP"]])
    assert {*tag_set.names} == {"O", "B-NP", "I-NP", "L-NP", "U-NP"}
    ids = [tag_set.names.index(tag) for tag in ("B-NP", "I-NP", "L-NP", "U-NP", "O")]
    decoded = tag_set.decode(np.array(ids, np.int32), np.array([5]))
    assert decoded == [["B-NP", "I-NP", "I-NP", "B-NP", "O"]]


def test_sequences_not_allowed_are_read_as_conlleval_does():
    tag_set = TagSet.learn([["B-NP", "I-NP", "O"], ["B-VP"]])
    ids = tag_set.encode([["I-NP", "I-VP", "L-VP"], ["L-NP"]])
    assert [tag_set.names[i] for i in ids] == ["U-NP", "B-VP", "L-VP", "U-NP"]


@pytest.mark.parametrize("scheme", ["auto", *SCHEMES])
def test_unknown_types_are_encoded_as_minus_one(scheme):
    tag_set = TagSet.learn(TAGS, scheme)
    found = tag_set.encode([["B-NEW", "I-NEW"], ["O"]])
    assert found.tolist() == [-1, -1, tag_set.names.index("O")]
    with pytest.raises(ValueError, match=r"^tag must be O, or one of B, .*, got 'NN'"):
        tag_set.encode([["NN"]])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_penalties_follow_the_scheme(scheme):
    tag_set = TagSet.learn(TAGS, scheme)
    transitions, ends = tag_set.penalties()
    may_follow, may_begin, may_end = allowed_transitions(tag_set.names, scheme)
    assert ((transitions[:-1] == 0) == may_follow).all()
    assert ((transitions[-1] == 0) == may_begin).all()
    assert ((ends == 0) == may_end).all()
    assert transitions.dtype == ends.dtype == np.int32
    # Twice this value still fits 32 bits, and it is lower than all scores together.
    lowest = {*transitions.ravel().tolist(), *ends.tolist()} - {0}
    assert lowest == {-(2**29)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_followers_of_a_tag_are_contiguous(scheme):
    """Viterbi visits all tags from the first to the last follower."""
    tag_set = TagSet.learn(in_scheme(scheme), scheme)
    may_follow = tag_set.penalties()[0][:-1] == 0
    for of_tag in may_follow:
        inside = np.flatnonzero(of_tag)
        assert inside.size > 0
        if scheme in MARKS_ENDS:
            assert inside.tolist() == list(range(inside[0], inside[-1] + 1))


@pytest.mark.parametrize("given_scheme", SCHEMES)
@pytest.mark.parametrize("like", ["b-per", "B_PER", "PER-B", "per/b"])
def test_notations(given_scheme, like):
    """Tags are learnt as usual, and written as they were."""
    write = Notation.like(like).write
    usual = in_scheme(given_scheme)
    tags = [list(map(write, of_one)) for of_one in usual]
    tag_set = TagSet.learn(tags)
    assert tag_set.notation == Notation.like(like)
    assert tag_set.names == TagSet.learn(usual).names
    ids = tag_set.encode(tags)
    assert (ids == TagSet.learn(usual).encode(usual)).all()
    assert tag_set.decode(ids, SIZES) == tags
    assert {*chain(*tags)} <= {*tag_set.outputs}
    assert tag_set.first_unknown(tags) is None
    assert tag_set.first_unknown([["b-new"]]) == (0, 0)
    as_they_are = TagSet.learn(tags, "none")
    assert {*as_they_are.names} == {*chain(*tags)}


# --- Other tags ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ([["DT", "NN"], ["-LRB-"], []], "auto"),
        ([["O", "O"]], "auto"),  # no span
        ([["NN", "B", "I", "O"]], "auto"),
        ([["B-NP", "NN"]], "auto"),
        (TAGS, "none"),
        ([["\udcff", "\0"]], "none"),
    ],
)
def test_tags_that_do_not_mark_spans(tags, scheme):
    tag_set = TagSet.learn(tags, scheme)
    assert (tag_set.scheme, tag_set.output_scheme) == (None, None)
    assert list(tag_set.names) == sorted(set(chain(*tags)))
    ids = tag_set.encode([*tags, ["new"]])
    assert ids[-1] == -1
    assert tag_set.decode(ids[:-1], np.array([*map(len, tags)])) == tags
    transitions, ends = tag_set.penalties()
    assert transitions.shape == (len(tag_set) + 1, len(tag_set))
    assert not transitions.any()
    assert not ends.any()


def test_nothing_to_decode():
    none = np.zeros(0, np.int32)
    for tag_set in (TagSet.learn(TAGS), TagSet.learn([["NN"]])):
        assert tag_set.encode([]).tolist() == tag_set.encode([[], []]).tolist() == []
        assert tag_set.encode([]).dtype == np.int32
        assert tag_set.decode(none, np.zeros(0, np.int64)) == []
        assert tag_set.decode(none, np.zeros(2, np.int64)) == [[], []]


def test_invalid_schemes():
    with pytest.raises(ValueError, match=r"^scheme must be one of auto, iob1, .*none,"):
        TagSet.learn(TAGS, "bio")
    for tags in ([["NN"]], [["O"]]):
        with pytest.raises(ValueError, match=r"^scheme must be auto or none, because"):
            TagSet.learn(tags, "bilou")


def test_tag_set_from_a_file():
    tag_set = TagSet.learn(TAGS)
    copy = TagSet(list(tag_set.names), tag_set.scheme, tag_set.output_scheme)
    ids = copy.encode(TAGS)
    assert ids.tolist() == tag_set.encode(TAGS).tolist()
    assert copy.decode(ids, SIZES) == TAGS
