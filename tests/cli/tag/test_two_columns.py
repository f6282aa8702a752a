"""``brownclust tag evaluate --predicted``: as conlleval and seqeval score a file."""

import json

import pytest
from commands import fail, succeed
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import write
from seqeval import metrics

from brownclust.tagger.evaluation import evaluate

# The example of the CoNLL-2000 page in small: word, part of speech, gold, predicted.
TEXT = """\
Boeing NNP B-NP I-NP
's POS B-NP B-NP
747 CD I-NP I-NP
jetliners NNS I-NP I-NP
fly VBP B-VP B-VP

It PRP B-NP B-NP
does VBZ B-VP B-VP
n't RB I-VP O
"""


def scores(text, *options, **keywords):
    arguments = ("tag", "evaluate", "-", "--json", *options)
    return json.loads(succeed(*arguments, stdin=text, **keywords).stdout)


def as_conlleval(gold, predicted):
    """Counts of the rules of conlleval: startOfChunk and endOfChunk of the script."""

    def ends(before, tag, kind_before, kind):
        pairs = ("BB", "BO", "IB", "IO", "EE", "EI", "EO")
        is_end = before + tag in pairs
        return is_end or (before not in "O." and kind_before != kind)

    def starts(before, tag, kind_before, kind):
        pairs = ("BB", "IB", "OB", "OI", "EE", "EI", "OE")
        is_start = before + tag in pairs
        return is_start or (tag not in "O." and kind_before != kind)

    def chunks(tags):
        found, start, before, kind_before = set(), 0, "O", ""
        for i, tag in enumerate([*tags, "O"]):
            letter, _, kind = tag.partition("-")
            if ends(before, letter, kind_before, kind):
                found.add((start, i, kind_before))
            if starts(before, letter, kind_before, kind):
                start = i
            before, kind_before = letter, kind
        return found

    a, b = (
        {(i, *chunk) for i, tags in enumerate(data) for chunk in chunks(tags)}
        for data in (gold, predicted)
    )
    return len(a & b), len(a), len(b)


tag = st.sampled_from(["O", *(f"{c}-{k}" for c in "BI" for k in ("NP", "VP"))])
pairs = st.lists(
    st.lists(st.tuples(tag, tag), min_size=1, max_size=5), min_size=1, max_size=4
)


@given(pairs)
@settings(max_examples=200)
def test_metrics_are_those_of_seqeval_and_conlleval(pairs):
    gold, predicted = ([[one[i] for one in of_one] for of_one in pairs] for i in (0, 1))
    found = evaluate(gold, predicted, are_spans=True, keeps_letters=True, n_bootstrap=0)
    n_right, n_gold, n_predicted = as_conlleval(gold, predicted)
    assert found.precision == n_right / max(n_predicted, 1)
    assert found.recall == n_right / max(n_gold, 1)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(gold, predicted))
    if n_gold and n_predicted:
        for name in ("precision", "recall", "f1"):
            theirs = getattr(metrics, f"{name}_score")(gold, predicted, zero_division=0)
            assert getattr(found, name) == pytest.approx(theirs)


def test_table():
    result = succeed("tag", "evaluate", "-", "--predicted", 4, stdin=TEXT)
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["2", "sentences,", "8", "tokens"]
    assert ["precision", "80.00"] in lines
    assert ["recall", "80.00"] in lines
    assert ["NP", "100.00", "100.00", "100.00", "3", "3"] in lines
    assert ["VP", "50.00", "50.00", "50.00", "2", "2"] in lines
    assert lines[3][:2] == ["accuracy", "75.00"]
    assert result.stderr == ""


@pytest.mark.parametrize(
    "options",
    [
        ("--predicted", -1),
        ("--predicted", 4, "--tag", 3),
        ("--columns", "w,p,gold,found", "--predicted", "found"),
        ("--columns", "w,p,gold,found", "--predicted", "found", "--tag", "gold"),
    ],
)
def test_columns(options):
    found = scores(TEXT, *options)
    assert (found["accuracy"], found["f1"]) == (0.75, 0.8)
    assert found["n_unknown"] is None


def test_parts_of_speech():
    found = scores("a\tDT\tDT\nb\tNN\tVB\n\nc\tNN\tNN\n", "--predicted", 3)
    assert found["f1"] is None
    assert found["accuracy"] == 2 / 3


def test_other_schemes_and_notations():
    text = "a B-X b_X\nb I-X e_X\nc O o\nd B-Y s_Y\n"
    found = scores(text, "--predicted", 3)
    assert (found["accuracy"], found["f1"]) == (1, 1)
    assert (found["scheme"], found["predicted_scheme"]) == ("iob2", "iobes")
    arguments = ("tag", "evaluate", "-", "--predicted", 3)
    result = succeed(*arguments, stdin="a B-X I-X\nb I-X I-X\nc O O\n")
    assert result.stderr == (
        "Warning: <stdin>: gold tags are in iob2, predicted tags look like iob1; the "
        "accuracy compares them as they are (see tag convert)\n"
    )
    assert "\naccuracy    66.67" in result.stdout
    only_predicted = scores("a O B-X\nb O I-X\n", "--predicted", 3)
    assert (only_predicted["f1"], only_predicted["precision"]) == (0, 0)


def test_odd_and_empty_tags(tmp_path):
    file = write(tmp_path / "f", "a\tB-X\tB-X\nb\tI-X\tx\n")
    arguments = ("tag", "evaluate", "--predicted", 3)
    message = fail(*arguments, file, exit_code=1)
    assert message.startswith(
        f"{file}:2: expected a tag such as O, B-X or I-X, got 'x'"
    )
    result = succeed(*arguments, file, "--lenient")
    assert result.stderr == f"Warning: {file}: 1 tag read as O: 'x' (1)\n"
    write(file, "a\tN\tN\n\nb\tV\t\n\nc\t\tV\n")
    message = fail(*arguments, file, exit_code=1)
    assert message.startswith(f"{file}:5: expected a tag, got ''")
    result = succeed(*arguments, file, "--lenient")
    assert "2 of 3 sentences with an empty tag left out" in result.stderr
    write(file, "b\t\tV\n")
    message = fail(*arguments, file, "--lenient", exit_code=1)
    assert message == f"{file}: expected sentences without empty tags, got none"


def test_wrong_use(tmp_path):
    file = write(tmp_path / "f", "a\tB-X\nb\tI-X\n")
    evaluate = ("tag", "evaluate")
    for arguments, exit_code, message in (
        ((file, file, "--predicted", 2), 2, "--predicted takes one file, TEST, and no"),
        ((file, "--predicted", 2, "--against", file), 2, "--against needs a TAGGER"),
        ((file,), 2, "Missing argument 'TEST', or option --predicted"),
        (("-", file), 2, "TAGGER must be an existing file, got '-'"),
        ((file, "--predicted", 2), 1, "--tag must be a column of tags, not that of w"),
        ((file, "--predicted", 1), 1, "--tag must be given, as --predicted is the fi"),
        ((file, "--predicted", "x"), 1, "--predicted must be a number, as the column"),
        ((file, "--predicted", 4), 1, f"{file}:1: expected at least "),
    ):
        found = fail(*evaluate, *arguments, exit_code=exit_code)
        assert found.startswith(message), found
