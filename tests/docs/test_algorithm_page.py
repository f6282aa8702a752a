"""Every number of the worked example in docs/algorithm.md, and what the page claims."""

import ast
import doctest
import math
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
import reference
from markdown import blocks
from mpmath import mp, mpf

import brownclust
from brownclust.counting.counts import BigramCounts
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.information import average_mutual_information, merge_loss
from brownclust.tree.state import (
    ENTROPY_TABLE_SIZE,
    MIN_SHARED_WORK,
    SEGMENT_BITS,
    scale_bits,
)

PATH = Path(__file__).parents[2] / "docs" / "algorithm.md"
PAGE = PATH.read_text("utf-8")
ROUNDING = 2.0**-53
WINDOW = 4


def section(title):
    """The text under a heading of the second level."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found[1]


EXAMPLE = section("Worked example")
TEXT = blocks(EXAMPLE, "text")[0]


# The example by brute force, and by the package


@cache
def example_table():
    return reference.count_text([TEXT.encode()])


@cache
def example_tree():
    return brown_cluster(example_counts(), window=WINDOW)


@cache
def example_counts():
    return BigramCounts.from_sentences(line.split() for line in TEXT.splitlines())


@cache
def example_merges():
    return reference.agglomerate(example_table(), WINDOW)


class Words(frozenset):
    """The words of a cluster, by id; ``+`` joins two."""

    def __add__(self, other):
        assert not self & other
        return Words(self | other)


@cache
def state_of(clusters):
    """The reference with exactly these clusters in the window."""
    state = reference.Agglomeration(example_table(), 1)
    state.clusters = dict(enumerate(clusters))
    state.n_entered = len(frozenset().union(*clusters))
    state._count_clusters()
    return state


class Formulas:
    """What the names of the page's formulas mean, for the clusters now active."""

    def __init__(self):
        table = example_table()
        self.unit = 2.0 ** -reference.scale_bits(table.n_tokens)
        self.clusters = None
        self.names = {
            "T": table.n_tokens,
            "P": table.n_bigrams,
            "log2": math.log2,
            "h": self._entropy,
            "D": lambda x, y: (
                self._entropy(x) + self._entropy(y) - self._entropy(x + y)
            ),
            "c": lambda a, b: sum(table.c.get((v, w), 0) for v in a for w in b),
            "m": lambda a: self._state().m(self._id(a)),
            "S": lambda a, b: self._of_pair("overlap", a, b) * self.unit,
            "units": lambda a, b: self._of_pair("merge_loss", a, b),
            "loss": lambda a, b: self._of_pair("merge_loss", a, b) * self.unit,
            "marginal": self._marginal,
            "self_terms": lambda a, b: (
                self.names["loss"](a, b)
                - self.names["S"](a, b)
                - self.names["marginal"](a, b)
            ),
        }
        for w, word in enumerate(table.words):
            self.names[word.decode()] = Words([w])

    def activate(self, clusters):
        self.clusters = tuple(clusters)
        labels = self.labels()
        if None not in labels:
            self.names["AMI"] = reference.average_mutual_information(
                example_table(), labels
            )
            by_package = average_mutual_information(example_counts(), labels)
            assert self.names["AMI"] == pytest.approx(by_package, abs=1e-12)

    def labels(self):
        """The cluster of each word, None if it has not entered."""
        owners = {w: i for i, words in enumerate(self.clusters) for w in words}
        return [owners.get(w) for w in range(len(example_table().n))]

    def evaluate(self, expression):
        return eval(expression.strip(), {"__builtins__": {}}, self.names)

    def _entropy(self, n):
        value = reference.h(n, reference.scale_bits(example_table().n_tokens))
        value *= self.unit
        assert value == pytest.approx(n * math.log2(n) if n else 0, abs=1e-12)
        return value

    def _state(self):
        return state_of(self.clusters)

    def _id(self, words):
        return self.clusters.index(words)

    def _of_pair(self, name, a, b):
        return getattr(self._state(), name)(self._id(a), self._id(b))

    def _marginal(self, a, b):
        state, i, j = self._state(), self._id(a), self._id(b)
        counts = (state.m(i), state.m(j), state.n(i), state.n(j))
        return reference.marginal(*counts, state.scale) * self.unit


# Numbers as they are printed


def assert_printed(value, text):
    """Assert that the text is the value, rounded to its digits."""
    decimals = len(text.partition(".")[2])
    if decimals == 0:
        assert value == pytest.approx(int(text), rel=0, abs=1e-9), text
    # Adding zero makes a negative zero positive.
    assert f"{round(value, decimals) + 0:.{decimals}f}" == text


def signed_terms(text, node, sign=""):
    """The terms of a sum, as they are written, with their signs."""
    other = "" if sign else "-"
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return signed_terms(text, left, sign) + signed_terms(text, right, sign)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return signed_terms(text, left, sign) + signed_terms(text, right, other)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return signed_terms(text, operand, other)
    return [sign + ast.get_source_segment(text, node)]


def check_chain(sides, formulas):
    """Assert that all sides of a chain of equations are equal.

    A side of numbers alone is rounded. One number is compared with the value of the
    chain, several are compared with the terms of the side before.
    """
    if re.fullmatch(r"\w+", sides[0]) and sides[0] not in ("AMI", "P", "T"):
        formulas.names[sides[0]] = formulas.evaluate(sides[1])
        if isinstance(formulas.names[sides[0]], Words):
            return
    value = formulas.evaluate(sides[0])
    before = [value]
    for side in sides[1:]:
        texts = signed_terms(side, ast.parse(side, mode="eval").body)
        if not all(re.fullmatch(r"-?[\d.]+", text) for text in texts):
            before = list(map(formulas.evaluate, texts))
            assert sum(before) == pytest.approx(value, rel=0, abs=1e-9), side
        elif len(texts) == 1:
            assert_printed(value, texts[0])
        elif len(texts) == len(before):
            for term_value, text in zip(before, texts, strict=True):
                assert_printed(term_value, text)
        else:
            assert formulas.evaluate(side) == value  # of integers


def check_block(block, formulas):
    """Check the equations of a block, and take over what it says is active."""
    joined = re.sub(r"\n +", " ", block)
    for line in joined.strip().splitlines():
        if line.startswith("active: "):
            names = line.removeprefix("active: ").split(",")
            formulas.activate(map(formulas.evaluate, names))
        else:
            check_chain([side.strip() for side in line.split("=")], formulas)


# Tables


def check_counts(header, rows, formulas):
    table = example_table()
    counts = example_counts()
    words = [word.decode() for word in table.words]
    assert header == ["id", "word", "count", *(f"then {word}" for word in words)]
    matrix = counts.successors.to_matrix().toarray().tolist()
    for w, row in enumerate(rows):
        successors = [table.c.get((w, v), 0) for v in range(len(words))]
        assert row == [str(w), words[w], *map(str, [table.n[w], *successors])]
        assert [counts.vocabulary[w], counts.unigram_counts[w]] == [
            words[w],
            table.n[w],
        ]
        assert matrix[w] == successors
    assert len(rows) == len(words)


def check_entropies(header, rows, formulas):
    ((name, *values),) = rows
    assert name == "h(n)"
    for n, value in zip(header[1:], values, strict=True):
        assert_printed(formulas.evaluate(f"h({n})"), value)


def check_losses(header, rows, formulas):
    assert header == ["pair", "overlap", "marginal", "loss"]
    pairs = []
    for pair, *numbers in rows:
        a, b = map(formulas.evaluate, pair.split(","))
        pairs.append((a, b))
        for name, text in zip(("S", "marginal", "loss"), numbers, strict=True):
            assert_printed(formulas.names[name](a, b), text)
        assert_printed(loss_by_package(formulas, a, b), numbers[-1])
    assert pairs == list(combinations(formulas.clusters, 2))


def loss_by_package(formulas, a, b):
    """The loss by the floating-point formula, of the words that have entered."""
    labels = [label for label in formulas.labels() if label is not None]
    counts = example_counts().select(max_vocabulary=len(labels))
    first, second = (formulas.clusters.index(words) for words in (a, b))
    return merge_loss(counts, labels, first, second) * counts.n_bigrams


def check_merges(header, rows, formulas):
    tree, merges = example_tree(), example_merges()
    assert header[4:] == [
        f"loss (units of 2^-{tree.scale} bits)",
        "loss (bits)",
        "AMI after (bits)",
    ]
    assert tree.children.tolist() == [[merge.left, merge.right] for merge in merges]
    assert tree.losses.tolist() == [merge.loss for merge in merges]
    assert len(rows) == len(merges)
    for step, (merge, row) in enumerate(zip(merges, rows, strict=True)):
        assert row[:5] == list(map(str, [step, *merge]))
        assert_printed(merge.loss * formulas.unit, row[5])
        n_clusters = len(merges) - step
        if n_clusters > WINDOW:
            assert row[6] == ""
            continue
        assert_printed(tree.average_mutual_information(n_clusters), row[6])
        labels = tree.cut(n_clusters).tolist()
        by_definition = reference.average_mutual_information(example_table(), labels)
        assert_printed(by_definition, row[6])


def check_bit_strings(header, rows, formulas):
    table, tree = example_table(), example_tree()
    assert header == ["word", "count", "k = 2", "k = 3", "k = 4", "leaf"]
    full = dict(tree.iter_full_bit_strings())
    by_package = [*map(tree.bit_strings, (2, 3, 4)), [full[w] for w in sorted(full)]]
    by_definition = list(map(bit_strings, (2, 3, 4, len(table.n))))
    assert by_package == by_definition
    for w, row in enumerate(rows):
        expected = [table.words[w].decode(), str(table.n[w])]
        assert row == expected + [strings[w] for strings in by_definition]
    assert len(rows) == len(table.n)


def bit_strings(n_clusters):
    """Paths of all words in the tree of the definition, cut after V - k merges."""
    n_words = len(example_table().n)
    paths = [""] * (2 * n_words - 1)
    for merge in reversed(example_merges()):
        is_inside = merge.new < 2 * n_words - n_clusters
        for bit, child in enumerate((merge.left, merge.right)):
            paths[child] = paths[merge.new] + ("" if is_inside else str(bit))
    return paths[:n_words]


CHECKS = {
    "id": check_counts,
    "n": check_entropies,
    "pair": check_losses,
    "step": check_merges,
    "word": check_bit_strings,
}


def check_example(page):
    """Check all tables and blocks of the worked example; return how many there are."""
    formulas = Formulas()
    pattern = r"^```text\n.*?^```$|(?:^\|[^\n]*\n)+"
    elements = re.findall(pattern, page, re.MULTILINE | re.DOTALL)
    assert elements[0] == f"```text\n{TEXT}```"
    for element in elements[1:]:
        if element.startswith("|"):
            cells = [
                [cell.strip() for cell in line.strip("|").split("|")]
                for line in element.splitlines()
            ]
            CHECKS[cells[0][0]](cells[0], cells[2:], formulas)
        else:
            check_block("\n".join(element.splitlines()[1:-1]), formulas)
    return len(elements)


def test_every_table_and_equation_of_the_worked_example():
    assert check_example(EXAMPLE) == 17


def numbers_of_example():
    """Where the numbers of its tables and equations are."""
    start = EXAMPLE.index(TEXT) + len(TEXT)
    inside = re.compile(r"^```text\n.*?^```$|^\|[^\n]*$", re.MULTILINE | re.DOTALL)
    return [
        element.start() + number.end() - 1
        for element in inside.finditer(EXAMPLE)
        if element.start() >= start
        for number in re.finditer(r"(?<![\w.])[\d.]*\d", element[0])
    ]


def is_accepted(page):
    try:
        check_example(page)
    except (AssertionError, ValueError):
        return False
    return True


@pytest.mark.slow
def test_no_number_of_the_worked_example_can_be_another():
    positions = numbers_of_example()
    assert len(positions) > 300
    for position in positions:
        digit = (int(EXAMPLE[position]) + 1) % 10
        changed = f"{EXAMPLE[:position]}{digit}{EXAMPLE[position + 1 :]}"
        assert not is_accepted(changed), changed[position - 60 : position + 20]


def test_python_example(monkeypatch):
    # Until it is a public name
    monkeypatch.setattr(brownclust, "brown_cluster", brown_cluster, raising=False)
    failures, examples = doctest.testfile(
        str(PATH), module_relative=False, encoding="utf-8"
    )
    assert examples >= 7
    assert failures == 0


# The other sections


def test_sections_are_those_listed_at_the_top():
    titles = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    anchors = [title.lower().replace(" ", "-") for title in titles]
    assert re.findall(r"^\| \[`#([a-z-]+)`\]\(#\1\) \|", PAGE, re.MULTILINE) == anchors
    assert set(re.findall(r"\]\(#([a-z-]+)\)", PAGE)) <= set(anchors)


def test_constants():
    assert f"segments of {2**SEGMENT_BITS}." in section("Least pair")
    assert f"at most {2**SEGMENT_BITS} cells" in section("Least pair")
    table_bits = ENTROPY_TABLE_SIZE.bit_length() - 1
    assert f"$h$ up to $2^{{{table_bits}}}$" in section("Integer arithmetic")
    assert f"{8 * ENTROPY_TABLE_SIZE // 1024} KiB" in section("Cost")
    assert f"{MIN_SHARED_WORK:,} terms" in " ".join(section("Threads").split())


def test_scales():
    rows = re.findall(r"^\| 10\^(\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 4
    for exponent, scale in rows:
        n_tokens = 10 ** int(exponent)
        assert int(scale) == scale_bits(n_tokens) == reference.scale_bits(n_tokens)


@pytest.mark.parametrize("n_tokens", [10, 1_000, 10**6, 10**9, 10**12, 2**53])
def test_errors_that_the_rounding_slack_is_proved_from(n_tokens):
    random = Random(n_tokens)
    scale = reference.scale_bits(n_tokens)
    unit = mpf(2) ** scale
    with mp.workprec(200):
        for _ in range(300):
            n = random.randint(1, min(2 * n_tokens, 2**53))
            exponent, fraction = reference.split_log2(float(n))
            exact = mp.log(n, 2) - exponent
            assert abs(fraction - exact) <= 5 * ROUNDING * abs(exact)
            error = abs(reference.h(n, scale) - n * mp.log(n, 2) * unit)
            assert error <= 0.5 + 3.5 * ROUNDING * n * unit

            n_a = random.randint(1, n_tokens - 1)
            n_b = min(n_tokens - n_a, int(2 ** random.uniform(0, 40)))
            m_a, m_b = random.randint(0, 2 * n_a), random.randint(0, 2 * n_b)
            total = mpf(n_a + n_b)
            exact = m_a * mp.log(total / n_a, 2) + m_b * mp.log(total / n_b, 2)
            lower = exact * (1 - 10 * ROUNDING) - 1.45 * ROUNDING * (m_a + m_b)
            computed = reference.marginal(m_a, m_b, n_a, n_b, scale)
            assert computed >= lower * unit - 0.5
