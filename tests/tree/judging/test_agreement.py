"""Agreement with tags against scikit-learn, and its extremes."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import homogeneity_completeness_v_measure

from brownclust.tree.judging import tag_agreement


@given(st.lists(st.tuples(st.integers(-1, 4), st.sampled_from("NVAX")), min_size=1))
def test_equals_scikit_learn(tokens):
    labels, tags = zip(*tokens, strict=True)
    found = tag_agreement(labels, tags)
    expected = homogeneity_completeness_v_measure(tags, labels)
    measures = (found.homogeneity, found.completeness, found.v_measure)
    assert measures == pytest.approx(expected, abs=1e-9)
    pairs = Counter(tokens)
    right = sum(max(pairs[label, tag] for tag in "NVAX") for label in {*labels})
    assert found.many_to_one == right / len(tokens)


def test_extremes():
    tags = ["N", "V", "N", "V"]
    each = tag_agreement([0, 1, 2, 3], tags)
    assert (each.homogeneity, each.many_to_one) == (1.0, 1.0)
    assert each.completeness == 0.5
    one = tag_agreement([0, 0, 0, 0], tags)
    assert (one.homogeneity, one.completeness, one.v_measure) == (0.0, 1.0, 0.0)
    assert one.many_to_one == 0.5


def test_names_of_clusters_and_tags_do_not_matter():
    labels = np.array([2, 0, 0, 1])
    found = tag_agreement(labels, ["N", "V", "N", "X"])
    assert found == tag_agreement(5 - labels, ["b", "a", "b", "c"])


@pytest.mark.parametrize(
    ("labels", "tags", "message"),
    [
        ([], [], "labels must be given, got"),
        (
            [1, 2],
            ["N"],
            r"labels must be of shape \(1,\), one for each tag, got \(2,\)",
        ),
    ],
)
def test_errors(labels, tags, message):
    with pytest.raises(ValueError, match=message):
        tag_agreement(np.array(labels, int), tags)


def test_labels_are_integers():
    with pytest.raises(TypeError, match="labels must be integers, got 'float64'"):
        tag_agreement([0.5], ["N"])
