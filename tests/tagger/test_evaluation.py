import json
import re
import warnings
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support
from sklearn.exceptions import UndefinedMetricWarning

from brownclust.tagger.comparison import compare
from brownclust.tagger.evaluation import Score, evaluate
from brownclust.tagger.schemes import SCHEMES
from brownclust.tagger.spans import convert, detect_scheme

# All metrics of these three sentences are computed by hand below.
GOLD = [
    ["B-NP", "I-NP", "O", "B-VP"],
    ["B-NP", "O"],
    ["B-VP", "I-VP", "I-VP"],
]
PREDICTED = [
    ["B-NP", "I-NP", "O", "B-NP"],  # the VP is an NP
    ["B-NP", "O"],
    ["B-VP", "I-VP", "O"],  # too short
]
IS_KNOWN = [[True, True, True, False], [True, True], [True, True, False]]

POS = ["DT", "NN", "VB", "-LRB-"]


def random_tags(seed, n_sentences, n_errors_in_ten, tags=POS, length=10):
    """Return gold tags, and the same with errors in about `n_errors_in_ten` of ten."""
    random = np.random.default_rng(seed)
    gold = random.integers(len(tags), size=(n_sentences, length))
    is_wrong = random.random(gold.shape) < n_errors_in_ten / 10
    others = (gold + random.integers(1, len(tags), size=gold.shape)) % len(tags)
    found = np.where(is_wrong, others, gold)
    return [[[tags[i] for i in row] for row in ids] for ids in (gold, found)]


def width(found, name="accuracy"):
    low, high = found.intervals[name]
    return high - low


# --- Metrics ------------------------------------------------------------------


def test_worked_example_of_spans():
    found = evaluate(GOLD, PREDICTED, is_known=IS_KNOWN)
    assert (found.n_sentences, found.n_tokens, found.n_unknown) == (3, 9, 2)
    assert found.accuracy == 7 / 9
    assert (found.accuracy_known, found.accuracy_unknown) == (1.0, 0.0)
    # Gold has 2 NP and 2 VP, predicted are 3 NP and 1 VP, of which 2 NP are right.
    assert (found.precision, found.recall, found.f1) == (2 / 4, 2 / 4, 4 / 8)
    assert found.per_type == {
        "NP": Score(precision=2 / 3, recall=1.0, f1=0.8, support=2, n_predicted=3),
        "VP": Score(precision=0.0, recall=0.0, f1=0.0, support=2, n_predicted=1),
    }
    tags, counts = found.confusion
    assert tags == ["B-NP", "B-VP", "I-NP", "I-VP", "O"]
    assert counts.tolist() == [
        [2, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 0, 2],
    ]
    assert list(found.intervals) == [
        "accuracy",
        "accuracy_known",
        "accuracy_unknown",
        "f1",
    ]


def test_worked_example_of_other_tags():
    found = evaluate([["DT", "NN", "VB"], [], ["NN"]], [["DT", "NN", "NN"], [], ["JJ"]])
    assert (found.n_sentences, found.n_tokens, found.n_unknown) == (3, 4, None)
    assert found.accuracy == 2 / 4
    assert (found.accuracy_known, found.accuracy_unknown) == (None, None)
    assert (found.precision, found.recall, found.f1) == (None, None, None)
    assert found.per_type == {
        "DT": Score(precision=1.0, recall=1.0, f1=1.0, support=1, n_predicted=1),
        "JJ": Score(precision=0.0, recall=0.0, f1=0.0, support=0, n_predicted=1),
        "NN": Score(precision=0.5, recall=0.5, f1=0.5, support=2, n_predicted=2),
        "VB": Score(precision=0.0, recall=0.0, f1=0.0, support=1, n_predicted=0),
    }
    assert list(found.intervals) == ["accuracy"]


tags_of_two_types = st.sampled_from(
    ["O", *(f"{letter}-{kind}" for letter in "BIES" for kind in ("NP", "VP"))]
)
pairs_of_sentences = st.lists(
    st.lists(st.tuples(tags_of_two_types, tags_of_two_types), min_size=1), min_size=1
).map(lambda pairs: [[[pair[i] for pair in row] for row in pairs] for i in (0, 1)])


@given(pairs_of_sentences)
def test_spans_are_scored_as_seqeval_does(sentences):
    gold, predicted = sentences
    found = evaluate(gold, predicted, n_bootstrap=0)
    if detect_scheme(gold) is None:
        assert set(chain.from_iterable(gold)) == {"O"}
        assert found.f1 is None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        theirs = precision_recall_fscore_support(gold, predicted, average="micro")[:3]
        by_type = precision_recall_fscore_support(gold, predicted, average=None)
    assert (found.precision, found.recall, found.f1) == pytest.approx(theirs)
    scores = found.per_type.values()
    ours = [[s.precision, s.recall, s.f1, s.support] for s in scores]
    np.testing.assert_allclose(np.array(ours).T, by_type)
    overall = sum(s.support * s.recall for s in scores) / sum(s.support for s in scores)
    assert found.recall == pytest.approx(overall)


@pytest.mark.parametrize(("to_last", "to_only"), ["LU", "ES"])
def test_bilou_is_scored_like_iobes(to_last, to_only):
    gold = [[f"{to_only}-A", "B-A", f"{to_last}-A", "O"]]
    predicted = [[f"{to_only}-A", f"{to_last}-A", f"{to_last}-A", "O"]]
    found = evaluate(gold, predicted)
    assert found.per_type == {"A": Score(1 / 3, 1 / 2, 2 / 5, 2, 3)}


def test_nothing_predicted():
    found = evaluate([["B-A", "O"]], [["O", "O"]])
    assert (found.precision, found.recall, found.f1) == (0.0, 0.0, 0.0)
    assert found.per_type == {"A": Score(0.0, 0.0, 0.0, support=1, n_predicted=0)}


def test_all_right():
    found = evaluate(GOLD, GOLD, is_known=IS_KNOWN)
    assert found.accuracy == found.accuracy_unknown == found.f1 == 1.0
    assert set(found.intervals.values()) == {(1.0, 1.0)}


@pytest.mark.parametrize("all_known", [True, False])
def test_all_words_known_or_all_unknown(all_known):
    found = evaluate(GOLD, PREDICTED, is_known=[[all_known] * len(t) for t in GOLD])
    assert found.n_unknown == (0 if all_known else 9)
    metrics = [found.accuracy_known, found.accuracy_unknown]
    assert metrics == ([7 / 9, None] if all_known else [None, 7 / 9])
    assert len(found.intervals) == 3


def test_known_may_be_arrays():
    arrays = [np.array(known) for known in IS_KNOWN]
    found = evaluate(GOLD, PREDICTED, is_known=arrays)
    assert found.to_dict() == evaluate(GOLD, PREDICTED, is_known=IS_KNOWN).to_dict()


# --- Intervals ----------------------------------------------------------------


def test_width_of_the_interval_matches_theory():
    # Errors are independent, so accuracy is nearly normal with a known deviation.
    found = evaluate(*random_tags(0, 1000, 2), n_bootstrap=4000)
    expected = 2 * 1.96 * np.sqrt(0.2 * 0.8 / 10_000)
    assert width(found) == pytest.approx(expected, rel=0.1)
    low, high = found.intervals["accuracy"]
    assert low < found.accuracy < high


def test_width_of_the_interval_falls_with_the_square_root_of_the_size():
    small = evaluate(*random_tags(0, 100, 2), n_bootstrap=4000)
    large = evaluate(*random_tags(0, 1600, 2), n_bootstrap=4000)
    assert width(small) / width(large) == pytest.approx(4, rel=0.2)


def test_interval_resamples_whole_sentences():
    # A sentence is all right or all wrong: the sample size is 100, not 1000.
    gold = [["NN"] * 10] * 100
    predicted = [["NN"] * 10] * 80 + [["VB"] * 10] * 20
    found = evaluate(gold, predicted, n_bootstrap=4000)
    expected = 2 * 1.96 * np.sqrt(0.2 * 0.8 / 100)
    assert width(found) == pytest.approx(expected, rel=0.1)


def test_interval_of_f1():
    tags = ["O", "B-A", "B-B"]
    gold, predicted = random_tags(1, 500, 2, tags)
    found = evaluate(gold, predicted, n_bootstrap=500)
    low, high = found.intervals["f1"]
    assert low < found.f1 < high
    narrow = evaluate(gold, predicted, n_bootstrap=500, confidence=0.5)
    assert width(narrow, "f1") < 0.6 * width(found, "f1")
    assert narrow.confidence == 0.5


def test_samples_without_unknown_words_are_left_out():
    # One of two sentences has the only unknown word: a quarter of samples lack it.
    found = evaluate([["A"], ["B"]], [["A"], ["B"]], is_known=[[True], [False]])
    assert found.intervals["accuracy_unknown"] == (1.0, 1.0)


def test_intervals_depend_on_the_seed_alone():
    example = random_tags(0, 50, 2)
    first, second = (evaluate(*example, n_bootstrap=50) for _ in range(2))
    assert first.to_dict() == second.to_dict()
    other = evaluate(*example, n_bootstrap=50, random_state=1)
    assert other.accuracy == first.accuracy
    assert other.intervals != first.intervals


def test_no_intervals():
    found = evaluate(GOLD, PREDICTED, n_bootstrap=0)
    assert found.intervals == {}
    assert " to " not in found.report()


# --- Reports and JSON ---------------------------------------------------------


def test_dict_is_ready_for_json():
    found = evaluate(GOLD, PREDICTED, is_known=IS_KNOWN).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["confusion"]["counts"][1] == [1, 1, 0, 0, 0]
    assert found["per_type"]["NP"]["n_predicted"] == 3
    assert set(found) == {
        "n_sentences",
        "n_tokens",
        "n_unknown",
        "accuracy",
        "accuracy_known",
        "accuracy_unknown",
        "precision",
        "recall",
        "f1",
        "per_type",
        "confusion",
        "intervals",
        "confidence",
        "scheme",
        "predicted_scheme",
    }


def test_report_of_spans():
    # Every sentence has the same errors, so all samples are the same.
    gold = [["B-NP", "I-NP", "O", "B-VP"]] * 3
    predicted = [["B-NP", "I-NP", "O", "B-NP"]] * 3
    known = [[True, True, False, False]] * 3
    assert evaluate(gold, predicted, is_known=known).report().split("\n") == [
        "3 sentences, 12 tokens, 6 of words not seen in training",
        "",
        "                              %      95% interval",
        "accuracy                  75.00    75.00 to 75.00",
        "accuracy, known words    100.00  100.00 to 100.00",
        "accuracy, unknown words   50.00    50.00 to 50.00",
        "precision                 50.00",
        "recall                    50.00",
        "F1                        50.00    50.00 to 50.00",
        "",
        "type  precision  recall     F1  gold  predicted",
        "NP        50.00  100.00  66.67     3          6",
        "VP         0.00    0.00   0.00     3          0",
    ]


def test_report_of_other_tags():
    gold = [["DT", "NN", "NN", "NNP", "VB"]] * 300
    predicted = [["DT", "NN", "VB", "NN", "NN"]] * 300
    text = evaluate(gold, predicted, confidence=0.999).report()
    assert "99.9% interval" in text
    assert text.split("\n")[5:] == [
        "tag  precision  recall      F1  gold  predicted",
        "DT      100.00  100.00  100.00   300        300",
        "NN       33.33   50.00   40.00   600        900",
        "NNP       0.00    0.00    0.00   300          0",
        "VB        0.00    0.00    0.00   300        300",
        "",
        "gold  predicted  times",
        "NN           VB    300",
        "NNP          NN    300",
        "VB           NN    300",
    ]


def test_report_has_the_ten_most_frequent_confusions():
    gold = [["NN"] * n for n in range(1, 13)]
    predicted = [[f"T{n}"] * n for n in range(1, 13)]
    rows = evaluate(gold, predicted).report().split("\n\n")[-1].split("\n")[1:]
    assert [row.split()[1:] for row in rows] == [
        [f"T{n}", f"{n}"] for n in range(12, 2, -1)
    ]


def test_report_without_errors_has_no_confusions():
    assert "times" not in evaluate([["NN"]], [["NN"]]).report()


# --- compare ------------------------------------------------------------------


def test_identical_taggers():
    found = compare(GOLD, PREDICTED, PREDICTED, n_permutations=100)
    assert (found.n_sentences, found.n_tokens, found.n_permutations) == (3, 9, 100)
    assert found.accuracy.difference == found.f1.difference == 0
    assert found.accuracy.p_value == found.f1.p_value == 1


def test_clearly_different_taggers():
    gold, first = random_tags(0, 200, 4, ["O", "B-A", "B-B"])
    found = compare(gold, first, gold)
    for difference, name in ((found.accuracy, "accuracy"), (found.f1, "f1")):
        assert difference.p_value == 1 / 10_001
        assert difference.first == getattr(evaluate(gold, first), name)
        assert difference.second == 1
        assert difference.difference == 1 - difference.first


def test_p_value_does_not_depend_on_the_order():
    gold, first = random_tags(0, 40, 3)
    second = [
        a if i % 10 else b for i, (a, b) in enumerate(zip(first, gold, strict=True))
    ]
    there, back = compare(gold, first, second), compare(gold, second, first)
    assert there.accuracy.difference == -back.accuracy.difference > 0
    assert there.accuracy.p_value == pytest.approx(back.accuracy.p_value, rel=0.2)


@pytest.mark.parametrize("n_better", [1, 3, 6])
def test_p_value_is_that_of_the_sign_test(n_better):
    # One token per sentence: 2 of 2 ** n swaps keep a difference this large.
    gold = [["NN"]] * 20
    first = [["VB"]] * n_better + gold[n_better:]
    found = compare(gold, first, gold)
    assert found.accuracy.p_value == pytest.approx(2 * 0.5**n_better, rel=0.15)
    assert found.f1 is None


def test_p_values_are_uniform_where_there_is_no_difference():
    random = np.random.default_rng(0)

    def noisy():
        is_wrong = random.random((50, 10)) < 0.3
        return np.where(is_wrong, "VB", "NN").tolist()

    p_values = [
        compare(
            [["NN"] * 10] * 50, noisy(), noisy(), n_permutations=200
        ).accuracy.p_value
        for _ in range(200)
    ]
    # Equal differences count as large, so the mean is slightly above 1/2.
    assert 0.45 < np.mean(p_values) < 0.6
    assert sum(p < 0.1 for p in p_values) / 200 == pytest.approx(0.1, abs=0.06)


def test_p_value_of_f1_is_that_of_all_swaps():
    # With four sentences all 16 swaps can be enumerated.
    gold = [["B-A", "O", "B-A"], ["B-A", "I-A"], ["O", "B-B"], ["B-A", "B-B"]]
    first = [["B-A", "O", "O"], ["B-A", "I-A"], ["B-B", "B-B"], ["O", "O"]]
    second = [["B-A", "O", "B-A"], ["B-A", "B-A"], ["O", "B-B"], ["O", "B-B"]]

    def f1(predicted):
        return evaluate(gold, predicted, n_bootstrap=0).f1

    threshold = abs(f1(first) - f1(second))
    n_as_large = 0
    for swap in range(16):
        pairs = [
            pair[:: -1 if swap >> i & 1 else 1]
            for i, pair in enumerate(zip(first, second, strict=True))
        ]
        one, other = zip(*pairs, strict=True)
        n_as_large += abs(f1(one) - f1(other)) >= threshold - 1e-12
    found = compare(gold, first, second, n_permutations=20_000)
    assert found.f1.p_value == pytest.approx(n_as_large / 16, abs=0.02)


def test_batches_of_permutations(monkeypatch):
    example = random_tags(0, 30, 3)
    whole = compare(*example, example[0], n_permutations=50)
    monkeypatch.setattr("brownclust.tagger.comparison._BATCH", 40)
    assert compare(*example, example[0], n_permutations=50) == whole


def test_report_and_dict_of_a_comparison():
    gold = [["B-NP", "I-NP", "O", "B-VP"]] * 4
    first = [["B-NP", "I-NP", "O", "O"]] * 4
    found = compare(gold, first, gold, n_permutations=7)
    result = found.to_dict()
    assert json.loads(json.dumps(result)) == result
    assert result["accuracy"]["first"] == 0.75
    assert set(result) == {
        "n_sentences",
        "n_tokens",
        "n_permutations",
        "accuracy",
        "f1",
        "scheme",
        "first_scheme",
        "second_scheme",
    }
    lines = found.report().split("\n")
    assert lines[:3] == [
        "4 sentences, 16 tokens",
        "",
        "          first  second  difference      p",
    ]
    assert lines[3].startswith("accuracy  75.00  100.00      +25.00")
    assert lines[4].startswith("F1        66.67  100.00      +33.33")


# --- Errors -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            {"predicted": PREDICTED[:2]},
            "len(predicted) must be 3, as len(gold) is, got 2",
        ),
        (
            {"predicted": [*PREDICTED[:2], ["O"]]},
            "len(predicted[2]) must be 3, as len(gold[2]) is, got 1",
        ),
        ({"is_known": [[True]]}, "len(is_known) must be 3, as len(gold) is, got 1"),
        (
            {"is_known": [IS_KNOWN[0], [True], IS_KNOWN[2]]},
            "len(is_known[1]) must be 2, as len(gold[1]) is, got 1",
        ),
        (
            {"gold": [[]], "predicted": [[]]},
            "gold must be sentences with at least one tag, got [[]]",
        ),
        (
            {"predicted": [*PREDICTED[:2], ["B-VP", "I-VP", "NN"]]},
            "predicted[2][2] must be a tag such as O, B-NP or I-NP, got 'NN'",
        ),
        ({"n_bootstrap": -1}, "n_bootstrap must be at least 0, got -1"),
        ({"random_state": -1}, "random_state must be at least 0, got -1"),
        ({"confidence": 95}, "confidence must be between 0 and 1, got 95"),
    ],
)
def test_errors_of_evaluate(arguments, error):
    arguments = {"gold": GOLD, "predicted": PREDICTED, **arguments}
    with pytest.raises(ValueError, match=f"^{re.escape(error)}$"):
        evaluate(**arguments)


def test_errors_of_compare():
    error = "len(second[2]) must be 3, as len(gold[2]) is, got 1"
    with pytest.raises(ValueError, match=f"^{re.escape(error)}$"):
        compare(GOLD, PREDICTED, [*PREDICTED[:2], ["O"]])
    with pytest.raises(ValueError, match=r"^n_permutations must be at least 1, got 0$"):
        compare(GOLD, PREDICTED, PREDICTED, n_permutations=0)


def test_strings_are_rejected_as_sentences():
    with pytest.raises(
        TypeError, match=r"^gold\[0\] must be a list of tags, got 'NN'$"
    ):
        evaluate(["NN"], [["NN", "VB"]])
    with pytest.raises(
        TypeError, match=r"^first\[0\] must be a list of tags, got 'NN'$"
    ):
        compare([["NN", "VB"]], ["NN"], [["NN", "VB"]])


# --- Schemes ------------------------------------------------------------------

SPANS_IN_SCHEMES = {
    scheme: [convert(tags, scheme) for tags in GOLD]
    for scheme in (*SCHEMES, "types")
    if scheme != "ioe1"  # the same as iob1, as no spans touch
}


@pytest.mark.parametrize("gold", SPANS_IN_SCHEMES)
@pytest.mark.parametrize("other", SPANS_IN_SCHEMES)
def test_equal_spans_have_equal_metrics_in_all_schemes(gold, other):
    tags = SPANS_IN_SCHEMES[gold]
    known = [[False] * len(one) for one in tags]
    found = evaluate(tags, SPANS_IN_SCHEMES[other], is_known=known, n_bootstrap=5)
    assert (found.accuracy, found.f1, found.accuracy_unknown) == (1, 1, 1)
    assert (found.scheme, found.predicted_scheme) == (gold, other)
    counts = found.confusion[1]
    assert (counts == np.diag(np.diag(counts))).all()
    note = f"predicted tags converted from scheme {other} to {gold}, that of the gold"
    assert (note in found.report()) == (gold != other)
    compared = compare(tags, SPANS_IN_SCHEMES[other], tags, n_permutations=3)
    assert compared.accuracy.difference == compared.f1.difference == 0
    assert (compared.first_scheme, compared.second_scheme) == (other, gold)
    note = f"tags of the first tagger converted from scheme {other} to {gold}"
    assert (note in compared.report()) == (gold != other)


def test_metrics_in_another_scheme_are_those_of_converted_tags():
    gold, predicted = SPANS_IN_SCHEMES["iobes"], PREDICTED
    converted = [convert(tags, "iobes") for tags in predicted]
    found = evaluate(gold, predicted, n_bootstrap=9).to_dict()
    assert found == evaluate(gold, converted, n_bootstrap=9).to_dict() | {
        "predicted_scheme": "iob2"
    }
    assert found["accuracy"] < 1


def test_letters_without_types():
    gold = [["B", "I", "O", "B"], ["O", "B"]]
    predicted = [["B", "O", "O", "B"], ["O", "B"]]
    found = evaluate(gold, predicted)
    assert found.per_type == {"": Score(2 / 3, 2 / 3, 2 / 3, 3, 3)}
    assert "(no type)" in found.report()
    assert evaluate([["B"]], [["B"]], are_spans=True).f1 == 1
    assert evaluate([["B"]], [["B"]]).f1 is None


def test_types_without_letters():
    gold = [["PER", "PER", "O", "LOC"], ["O", "LOC"]]
    predicted = [["PER", "O", "O", "LOC"], ["O", "LOC"]]
    found = evaluate(gold, predicted)
    assert (found.f1, found.scheme) == (2 / 3, "types")
    assert "tags are types without B- and I-: spans are runs of equal tags" in (
        found.report().split("\n")
    )
    assert evaluate([["LOC"]], [["LOC"]], are_spans=True).f1 == 1
    assert evaluate(gold, predicted, are_spans=False).f1 is None


def test_no_gold_spans():
    found = evaluate([["O", "O"]], [["U-A", "O"]], are_spans=True)
    assert (found.f1, found.predicted_scheme, found.scheme) == (0, "bilou", "bilou")
    found = evaluate([["O", "O"]], [["O", "O"]], are_spans=True)
    assert (found.accuracy, found.f1) == (1, 0)


@pytest.mark.parametrize("name", ["gold", "predicted"])
@pytest.mark.parametrize("tag", ["o", "", "b-NP"])
def test_odd_tags_are_named_by_their_indices(name, tag):
    arguments = {"gold": GOLD, "predicted": PREDICTED}
    changed = [tags[:] for tags in arguments[name]]
    changed[2][1] = tag
    message = re.escape(f"{name}[2][1] must be a tag such as O, B-NP or I-NP, got ")
    with pytest.raises(ValueError, match=f"^{message}{tag!r}$"):
        evaluate(**arguments | {name: changed})
    if name == "predicted":
        arguments = {"gold": GOLD, "first": PREDICTED, "second": changed}
        with pytest.raises(ValueError, match=r"^second\[2\]\[1\] must be a tag such"):
            compare(**arguments)
