"""The dependency parser: trees, Eisner's algorithm against all trees, features."""

import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.experiments.common.record import RESULTS
from benchmarks.experiments.parsing import __main__ as command
from benchmarks.experiments.parsing import design
from benchmarks.experiments.parsing.arc_features import (
    ArcWeights,
    sentence_keys,
    template_table,
)
from benchmarks.experiments.parsing.eisner import best_tree
from benchmarks.experiments.parsing.encoding import Encoder
from benchmarks.experiments.parsing.evaluation import (
    attachment_scores,
    bootstrap_difference,
)
from benchmarks.experiments.parsing.parser import Parser
from benchmarks.experiments.parsing.report import markdown_report, score_table
from benchmarks.experiments.parsing.templates import (
    BASELINE,
    CLUSTERS,
    Template,
    parse_templates,
)
from benchmarks.experiments.parsing.treebank import (
    crossing_arcs,
    is_tree,
    projectivised,
    read_trees,
)
from brownclust import WordClusters


def plain_is_tree(heads):
    """Whether each token leads to the root, and one directly, by following heads."""
    for token in range(1, len(heads)):
        path = [token]
        while path[-1] != 0:
            if heads[path[-1]] in path:
                return False
            path.append(heads[path[-1]])
    return list(heads[1:]).count(0) == 1


def plain_is_projective(heads):
    """Whether no two arcs cross, that from the root included."""
    arcs = [sorted((i, head)) for i, head in enumerate(heads) if i > 0]
    return not any(a < c < b < d for a, b in arcs for c, d in arcs)


def all_trees(n_tokens):
    """Every tree with one token below the root."""
    for heads in product(range(n_tokens + 1), repeat=n_tokens):
        if plain_is_tree([-1, *heads]):
            yield [-1, *heads]


TREES = {n: list(all_trees(n)) for n in range(6)}
PROJECTIVE = {n: [t for t in TREES[n] if plain_is_projective(t)] for n in TREES}
any_tree = st.integers(1, 5).flatmap(lambda n: st.sampled_from(TREES[n]))


def test_numbers_of_trees():
    assert [len(TREES[n]) for n in range(1, 6)] == [1, 2, 9, 64, 625]  # n ** (n - 1)
    # Projective ones with one token below the root: 1, 2, 7, 30, 143.
    assert [len(PROJECTIVE[n]) for n in range(1, 6)] == [1, 2, 7, 30, 143]


@given(st.data(), st.integers(1, 5))
def test_eisner_finds_the_best_of_all_projective_trees(data, n_tokens):
    size = n_tokens + 1
    row = st.lists(st.integers(-9, 9), min_size=size, max_size=size)
    scores = np.array(data.draw(st.lists(row, min_size=size, max_size=size)), np.int64)

    def score(heads):
        return sum(scores[heads[i], i] for i in range(1, size))

    found = best_tree(scores).tolist()
    assert found in PROJECTIVE[n_tokens]
    assert score(found) == max(map(score, PROJECTIVE[n_tokens]))


def test_no_tokens():
    assert best_tree(np.zeros((1, 1), np.int64)).tolist() == [-1]


@given(any_tree)
def test_eisner_returns_a_projective_tree_whose_arcs_alone_score(tree):
    heads = projectivised(np.array(tree, np.int32))
    scores = np.zeros((heads.size, heads.size), np.int64)
    scores[heads[1:], np.arange(1, heads.size)] = 1
    assert best_tree(scores).tolist() == heads.tolist()


@given(any_tree)
def test_projectivised(tree):
    heads = np.array(tree, np.int32)
    assert is_tree(heads)
    assert (not crossing_arcs(heads)) == plain_is_projective(tree)
    lifted = projectivised(heads)
    assert lifted.tolist() in PROJECTIVE[heads.size - 1]
    if plain_is_projective(tree):
        assert lifted.tolist() == tree


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_is_tree(heads):
    heads = [-1, *heads]
    assert is_tree(np.array(heads, np.int32)) == plain_is_tree(heads)


# --- Reading ------------------------------------------------------------------


def conllu(*rows):
    lines = [
        f"{i}\t{word}\t_\t{upos}\t{tag}\t_\t{head}\t_\t_\t_\n"
        for i, (word, upos, tag, head) in enumerate(rows, 1)
    ]
    return "".join(lines) + "\n"


DOGS = conllu(
    ("Dogs", "NOUN", "NNS", 2), ("bark", "VERB", "VBP", 0), (".", "PUNCT", ".", 2)
)


def test_trees_are_read(tmp_path):
    path = tmp_path / "dogs.conllu"
    path.write_text(DOGS)
    [tree] = read_trees(path)
    assert tree.words == ["Dogs", "bark", "."]
    assert tree.tags == ["NNS", "VBP", "."]
    assert tree.heads.tolist() == [-1, 2, 0, 2]
    assert tree.is_punctuation.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (".\t_\t2", ".\t_\t4", ":3: expected a head from 0 to 3, got '4'"),
        (".\t_\t2", ".\t_\t_", ":3: expected a head from 0 to 3, got '_'"),
        (
            "VBP\t_\t0",
            "VBP\t_\t1",
            ":1: expected the heads of a tree with one token below the root",
        ),
    ],
)
def test_wrong_heads(tmp_path, old, new, message):
    path = tmp_path / "dogs.conllu"
    path.write_text(DOGS.replace(old, new))
    with pytest.raises(ValueError, match=re.escape(message)):
        read_trees(path)


# --- Features -----------------------------------------------------------------

CLUSTERED = WordClusters(["dogs", "cats", "bark"], ["00000000", "00000001", "1"])
WORDS = ["Dogs", "and", "kittens", "bark", "or", "bark", "kitten"]
TAGS = ["NNS", "CC", "NNS", "VBP", "CC", "VBP", "NN"]


def plain_features(templates, words, tags, head, dependent):
    """The features of an arc, as tuples."""
    bits = [None, *CLUSTERED.bit_strings(words, backoff=["lowercase"])]
    columns = {
        "word": [None, *words],
        "stem": [None, *(word[:5] if len(word) > 5 else None for word in words)],
        "tag": [None, *tags],
        "full": bits,
        "c4": [b and b[:4] for b in bits],
        "c6": [b and b[:6] for b in bits],
    }

    def value(attribute, token):
        if token == 0:
            return "root"
        if not 0 < token <= len(words):
            return "outside"
        return columns[attribute][token]

    length = abs(head - dependent)
    length = max(i for i in (1, 2, 3, 4, 5, 6, 11) if i <= length)
    inside = range(min(head, dependent) + 1, max(head, dependent))
    for line in filter(None, map(str.strip, templates.splitlines())):
        rows = [[]]
        for part in line.split():
            place, attribute = part.split(":")
            if place == "b":
                found = {value(attribute, token) for token in inside}
            else:
                at = head if place[0] == "h" else dependent
                found = {value(attribute, at + int(place[1:] or 0))}
            rows = [[*row, v] for row in rows for v in found if v is not None]
        for row in rows:
            yield (line, *row)
            yield (line, *row, length, head < dependent)


@pytest.mark.parametrize("templates", [BASELINE, CLUSTERS])
def test_scores_count_features_in_common(templates):
    values = Encoder(CLUSTERED).encode(WORDS, TAGS)
    keys = sentence_keys(values, template_table(parse_templates(templates)))
    size = len(WORDS) + 1
    for head, dependent in [(4, 1), (0, 4), (4, 7), (1, 3)]:
        weights = ArcWeights(24)
        weights.add(keys, head, dependent, 1)
        scores = weights.score(keys)
        added = {*plain_features(templates, WORDS, TAGS, head, dependent)}
        for i, j in product(range(size), range(1, size)):
            if i != j:
                features = {*plain_features(templates, WORDS, TAGS, i, j)}
                assert scores[i, j] == len(features & added), (i, j)


def test_the_average_is_of_the_weights_after_each_sentence():
    values = Encoder().encode(["a", "b"], ["X", "Y"])
    keys = sentence_keys(values, template_table(parse_templates("m:word")))
    weights, after = ArcWeights(8), []
    for head, change in ((0, 1), (0, 2), (2, 4), (0, 0)):
        weights.add(keys, head, 1, change)
        after.append(weights.score(keys)[[0, 2], 1])
        weights.step += 1
    averaged = weights.averaged().score(keys)[[0, 2], 1]
    assert averaged.tolist() == (1024 * np.mean(after, axis=0)).tolist()


@pytest.mark.parametrize(
    "template", ["x:word", "h:lemma", "h:word b:word", "b-1:tag", "h+1:tag b:tag b:c4"]
)
def test_wrong_templates(template):
    with pytest.raises(ValueError, match="template must be "):
        parse_templates(template)


def test_templates():
    [template] = parse_templates("h:tag b:tag m-1:word\n\n h:tag  b:tag m-1:word")
    assert template == Template(head=((2, 0),), dependent=((0, -1),), between="tag")


# --- The parser, and the command ------------------------------------------------


def test_the_parser_learns_its_training_data():
    sentences = [
        ("the dog barks", "D N V", [2, 3, 0]),
        ("dogs bark loudly", "N V R", [2, 0, 2]),
        ("a dog saw the cat", "D N V D N", [2, 3, 0, 5, 3]),
    ]
    encoder = Encoder()
    values = [encoder.encode(w.split(), tags.split()) for w, tags, _ in sentences]
    trees = [np.array([-1, *heads], np.int32) for *_, heads in sentences]
    parser = Parser(parse_templates(BASELINE), n_epochs=5, table_bits=16)
    parser.fit(values, trees)
    assert [parser.parse(v).tolist() for v in values] == [t.tolist() for t in trees]
    new = encoder.encode(["the", "cat", "barks"], ["D", "N", "V"])
    assert parser.parse(new).tolist() == [-1, 2, 3, 0]


def test_bootstrap_difference():
    without = np.array([[5, 3, 4, 2], [5, 3, 4, 2]])
    better = np.array([[5, 4, 4, 3], [5, 4, 4, 3]])
    assert attachment_scores(better) == (75, 80)
    # All sentences gain the same, so all samples do.
    assert bootstrap_difference([without], [better]) == (25, 25, 25)
    assert bootstrap_difference([without, better], [better, better]) == (12.5,) * 3


@pytest.mark.slow
def test_the_command(data, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib", reason="needs the extra plot")
    folder = data / "labelled" / "parse" / "ewt"
    folder.mkdir(parents=True)
    for part in ("train", "dev", "test"):
        (folder / f"{part}.conllu").write_text(DOGS * 4)
    for name, value in (
        ("FRACTIONS", (0.5, 1.0)),
        ("N_SEEDS", 1),
        ("N_EPOCHS", 1),
        ("TABLE_BITS", 10),
        ("N_FOLDS", 2),
    ):
        monkeypatch.setattr(design, name, value)
    arguments = ["--data", str(data), "--work", str(tmp_path / "work")]
    arguments += ["-o", str(tmp_path / "result"), "--clusters", "4", "--test"]
    assert command.main(arguments) == 0
    assert capsys.readouterr().err.count(": dev ") == 3 * 2 * 2
    record = json.loads((tmp_path / "result.json").read_text())
    assert all(run["dev"] == run["test"] for run in record["runs"])
    assert len(record["gains"]) == 3 * 2
    assert (tmp_path / "result.md").read_text() == markdown_report(record)
    assert (tmp_path / "result.svg").exists()
    assert command.main(arguments) == 0  # all is done
    assert ": dev " not in capsys.readouterr().err


def test_the_page_has_the_table_of_the_results():
    runs = json.loads((RESULTS / "parsing.json").read_text())["runs"]
    page = Path(__file__).parents[2] / "docs" / "experiments.md"
    assert score_table(runs, "test") in page.read_text()
