"""The reference against examples worked by hand, its own laws, and 200-bit numbers."""

from functools import partial
from itertools import combinations
from math import exp, fsum, log, log2
from random import Random

import pytest
import reference
from hypothesis import given
from mpmath import mp, mpf
from reference import (
    EDGE,
    Agglomeration,
    Merge,
    Table,
    agglomerate,
    average_mutual_information,
    count_text,
    read_paths,
    scale_bits,
    stream_average_mutual_information,
)
from strategies import (
    fixed_text,
    small_text_tables,
    tables_and_windows,
    text_tables,
    tied_tables,
)

small_tables = small_text_tables() | tied_tables() | text_tables()


# Counting: two lines, by hand

TWO_LINES = [b"b a b\na c\n"]
A, B, C = range(3)


@pytest.mark.parametrize(
    ("boundary", "c", "n_bigrams", "edge_starts", "edge_ends"),
    [
        ("break", {(B, A): 1, (A, B): 1, (A, C): 1}, 3, [0, 0, 0], [0, 0, 0]),
        ("ignore", {(B, A): 2, (A, B): 1, (A, C): 1}, 4, [0, 0, 0], [0, 0, 0]),
        ("mark", {(B, A): 1, (A, B): 1, (A, C): 1}, 7, [1, 1, 0], [0, 1, 1]),
    ],
)
def test_two_lines(boundary, c, n_bigrams, edge_starts, edge_ends):
    table = count_text(TWO_LINES, boundary=boundary)
    assert table == Table(
        words=[b"a", b"b", b"c"],
        n=[2, 2, 1],
        c=c,
        edge_starts=edge_starts,
        edge_ends=edge_ends,
        n_tokens=5,
        n_bigrams=n_bigrams,
        n_lines=2,
        boundary=boundary,
    )


@pytest.mark.parametrize(
    ("removal", "words", "by_boundary"),
    [
        (
            {"min_count": 2},
            [b"a", b"b"],
            {
                "break": ({(B, A): 1, (A, B): 1}, [0, 0], [0, 0]),
                "ignore": ({(B, A): 2, (A, B): 1}, [0, 0], [0, 0]),
                "mark": ({(B, A): 1, (A, B): 1}, [1, 1], [0, 1]),
            },
        ),
        (
            {"max_vocabulary": 1},
            [b"a"],
            {
                "break": ({}, [0], [0]),
                "ignore": ({}, [0], [0]),
                "mark": ({}, [1], [0]),
            },
        ),
        (
            {"vocabulary": [b"c", b"b", b"never"]},
            [b"b", b"c"],
            {
                "break": ({}, [0, 0], [0, 0]),
                "ignore": ({}, [0, 0], [0, 0]),
                "mark": ({}, [1, 0], [1, 1]),
            },
        ),
    ],
)
@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
def test_removed_words_leave_a_gap(boundary, removal, words, by_boundary):
    table = count_text(TWO_LINES, boundary=boundary, **removal)
    whole = count_text(TWO_LINES, boundary=boundary)
    assert table.words == words
    assert (table.c, table.edge_starts, table.edge_ends) == by_boundary[boundary]
    assert table.n_tokens == whole.n_tokens
    assert table.n_bigrams == whole.n_bigrams
    assert table.n_lines == whole.n_lines


@pytest.mark.parametrize("boundary", ["break", "ignore", "mark"])
def test_text_without_words(boundary):
    table = count_text([b"", b"\n \r\n\n"], boundary=boundary)
    assert (table.words, table.n_tokens, table.n_bigrams) == ([], 0, 0)


def test_a_file_ends_a_line_and_nothing_else_is_white_space():
    no_break_space = "x\u00a0y".encode()
    texts = [b"a\tb\x0bc\x0cd\r\ne", b"f " + no_break_space]
    assert len(count_text(texts).words) == 7
    assert count_text(texts).n_bigrams == 3 + 0 + 1
    assert count_text(texts, boundary="ignore").n_bigrams == 6


# Arithmetic

SCALE_OF_EIGHT = 54  # 8 * 8 * 3 * 2^54 < 2^62 <= 8 * 8 * 3 * 2^55


def test_exact_values():
    assert [reference.log2(2.0**e) for e in (-3, 0, 1, 40)] == [-3.0, 0.0, 1.0, 40.0]
    assert [scale_bits(T) for T in (1, 2, 8)] == [58, 57, SCALE_OF_EIGHT]
    assert [reference.h(n, 10) for n in (0, 1, 2, 4)] == [0, 0, 2048, 8192]
    assert reference.D(0, 5, 10) == 0
    assert reference.D(1, 1, 10) == -2048
    assert reference.D(2, 2, 10) == -4096
    assert reference.marginal(3, 4, 2, 2, 10) == 7 * 1024


def test_log2_is_accurate():
    random = Random(1)
    with mp.workprec(200):
        for _ in range(2_000):
            x = exp(random.uniform(-1.0, 30.0))
            exact = mp.log(mpf(x), 2)
            assert abs(reference.log2(x) - exact) < 2.0**-52 * max(1, abs(exact))


@pytest.mark.parametrize("n_tokens", [1, 2, 3, 1_000, 10**6, 10**9, 10**12, 2**53])
def test_scale_is_the_largest(n_tokens):
    with mp.workprec(200):
        unit = 8 * n_tokens * max(mpf(1), mp.log(n_tokens, 2))
        assert unit * mpf(2) ** scale_bits(n_tokens) < mpf(2) ** 62
        assert unit * mpf(2) ** (scale_bits(n_tokens) + 1) >= mpf(2) ** 62


def log_uniform(random: Random, smallest: int, largest: int) -> int:
    drawn = round(exp(random.uniform(log(smallest), log(largest))))
    return min(max(drawn, smallest), largest)


def two_counts(random: Random, n_tokens: int, *, large: bool) -> tuple[int, int]:
    """Two counts that sum to at most ``n_tokens``: of any size, or near it."""
    draw = random.randint if large else partial(log_uniform, random)
    x = draw(1, n_tokens - 1)
    return x, draw(1, n_tokens - x)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    "n_tokens",
    [*(pytest.param(n, marks=pytest.mark.slow) for n in (10**6, 10**9)), 10**12],
)
def test_arithmetic_against_high_precision(n_tokens, large):
    bits = 1e-3
    s = scale_bits(n_tokens)
    random = Random(n_tokens)

    def exact_h(n):
        return n * mp.log(n, 2)

    def error(units, exact):
        return abs(mp.ldexp(units, -s) - exact)

    with mp.workprec(200):
        for _ in range(2_000):
            x, y = two_counts(random, n_tokens, large=large)
            for n in (x, x + y, n_tokens + x):  # row updates meet h up to 2 T
                assert error(reference.h(n, s), exact_h(n)) < bits
            exact = exact_h(x) + exact_h(y) - exact_h(x + y)
            assert error(reference.D(x, y, s), exact) < bits
            m_x, m_y = random.randint(0, 2 * x), random.randint(0, 2 * y)
            exact = m_x * mp.log(mpf(x + y) / x, 2) + m_y * mp.log(mpf(x + y) / y, 2)
            assert error(reference.marginal(m_x, m_y, x, y, s), exact) < bits


# Agglomeration: by hand

ALIKE = [b"a c\na c\nb c\nb c\n"]  # c is word 0, a is 1, b is 2; 8 tokens


def units(bits: int) -> int:
    return bits * 2**SCALE_OF_EIGHT


@pytest.mark.parametrize("window", [2, 3])
@pytest.mark.parametrize(("boundary", "last_loss"), [("break", 8), ("mark", 16)])
def test_words_with_the_same_contexts(boundary, last_loss, window):
    # Break: a and b lose D(2, 2) = -4 to their context c and win 2 + 2 of marginals;
    # then 4 + 4 of marginals are lost. Mark: the edge is a context like c.
    table = count_text(ALIKE, boundary=boundary)
    assert agglomerate(table, window) == [
        Merge(1, 2, 3, 0),
        Merge(0, 3, 4, units(last_loss)),
    ]


def test_state_by_hand():
    state = Agglomeration(count_text(ALIKE, boundary="mark"), 3)
    assert state.clusters == {0: {0}, 1: {1}, 2: {2}}
    assert state.overlap(1, 2) == units(-8)  # contexts: c on the right, edge on left
    assert state.overlap(0, 1) == 0
    assert [state.m(i) for i in range(3)] == [8, 4, 4]
    state.step()
    assert state.clusters == {0: {0}, 3: {1, 2}}
    assert (state.n(3), state.m(3), state.c(3, 0), state.c(EDGE, 3)) == (4, 8, 4, 4)
    assert state.labels() == [0, 3, 3]


def test_only_clusters_in_the_window_are_contexts():
    state = Agglomeration(count_text([b"a b a b a c\n"]), 2)
    assert [state.m(i) for i in range(2)] == [4, 4]
    state.step()
    assert state.n_entered == 3


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        # h(2) + h(2) - h(4), and 4 log2 5/3 + 4 log2 5/2
        (b"a b a b a", -4 + 4 * log2(5 / 3) + 4 * log2(5 / 2)),
        # h(1) + h(1) + h(1) - h(3), and 3 + 3
        (b"a a b b", -3 * log2(3) + 6),
    ],
)
def test_loss_of_neighbours(text, bits):
    table = count_text([text])
    [merge] = agglomerate(table, 2)
    assert merge.loss / 2.0 ** scale_bits(table.n_tokens) == pytest.approx(bits)


def test_ties_go_to_the_lower_ids():
    table = count_text([b"a\nb\nc\nd\n"])
    assert [merge[:3] for merge in agglomerate(table, 4)] == [
        (0, 1, 4),
        (2, 3, 5),
        (4, 5, 6),
    ]
    assert [merge[:3] for merge in agglomerate(table, 2)] == [
        (0, 1, 4),
        (2, 3, 5),
        (4, 5, 6),
    ]


def test_one_word():
    assert agglomerate(count_text([b"a a a"]), 1) == []


# Agglomeration: laws


def mutual_information(state: Agglomeration) -> float:
    """MI in bits x bigrams, but for what merging never changes."""
    contexts = [*state.clusters, EDGE]
    n = {EDGE: 1} | {i: state.n(i) for i in state.clusters}
    return fsum(
        state.c(i, j) * (log2(state.c(i, j)) - log2(n[i]) - log2(n[j]))
        for i in contexts
        for j in contexts
        if state.c(i, j) > 0
    )


@given(tables_and_windows(small_tables))
def test_loss_is_the_drop_in_mutual_information(table_and_window):
    table, window = table_and_window
    state = Agglomeration(table, window)
    while len(state.clusters) > 1:
        if state.n_entered < len(table.n):
            state.step()
            continue
        before = mutual_information(state)
        merge = state.step()
        drop = before - mutual_information(state)
        assert merge.loss / 2.0**state.scale == pytest.approx(drop, abs=1e-7)


@given(tables_and_windows(small_tables))
def test_overlap_and_self_terms_make_the_loss(table_and_window):
    """S counts a and b as contexts; four counts correct it."""
    state = Agglomeration(*table_and_window)
    s = state.scale
    state.step()
    for a, b in combinations(sorted(state.clusters), 2):
        aa, ab, ba, bb = (state.c(i, j) for i in (a, b) for j in (a, b))
        as_contexts = (
            reference.D(aa, ba, s)
            + reference.D(ab, bb, s)
            + reference.D(aa, ab, s)
            + reference.D(ba, bb, s)
        )
        themselves = sum(reference.h(count, s) for count in (aa, ab, ba, bb))
        themselves -= reference.h(aa + ab + ba + bb, s)
        marginals = reference.marginal(
            state.m(a), state.m(b), state.n(a), state.n(b), s
        )
        loss = state.overlap(a, b) - as_contexts + themselves + marginals
        assert loss == state.merge_loss(a, b)


@given(tables_and_windows(small_tables))
def test_losses_sum_to_the_drop_of_ami(table_and_window):
    table, window = table_and_window
    state = Agglomeration(table, window)
    while state.n_entered < len(table.n):
        state.step()
    # Windows below V: the last word to enter has been merged already.
    before = average_mutual_information(table, state.labels())
    n_early = len(state.merges)
    while state.step():
        pass
    lost = sum(merge.loss for merge in state.merges[n_early:])
    after = average_mutual_information(table, [0] * len(table.n))
    in_bits = lost / 2.0**state.scale / max(table.n_bigrams, 1)
    assert in_bits == pytest.approx(before - after, abs=1e-9)


# Average mutual information: by hand


def test_ami_by_hand():
    table = count_text(ALIKE)
    # p(a, c) = p(b, c) = 1/2, p(c) = 1/2, p(a) = p(b) = 1/4; together p(ab, c) = 1
    assert average_mutual_information(table, [0, 1, 2]) == 2.0
    assert average_mutual_information(table, [0, 1, 1]) == 2.0
    assert average_mutual_information(table, [0, 0, 0]) == 0.0


def test_ami_by_hand_with_the_edge():
    # Three pairs of classes, 4 of 12 bigrams each; every class has p = 4 / 12.
    table = count_text(ALIKE, boundary="mark")
    expected = pytest.approx(log2((1 / 3) / (1 / 9)))
    assert average_mutual_information(table, [0, 1, 1]) == expected


def test_ami_of_a_stream_by_hand():
    paths = read_paths(b"0\ta\t2\n1\tb\t2\n")
    assert paths == {b"a": b"0", b"b": b"1"}
    ami = stream_average_mutual_information(b"a b a b".split(), paths)
    assert ami == pytest.approx(2 / 3 * log2(8 / 3) + 1 / 3 * log2(4 / 3))


def test_ami_of_stream_and_of_counts_agree():
    text = fixed_text(n_words=30, n_tokens=500)
    table = count_text([text], boundary="ignore", min_count=5)
    labels = [w % 4 for w in range(len(table.n))]
    from_stream = stream_average_mutual_information(
        text.split(), dict(zip(table.words, labels, strict=True))
    )
    from_counts = average_mutual_information(table, labels)
    assert from_stream == pytest.approx(from_counts, rel=1e-12)


def test_fixed_text_has_as_many_words_as_it_says():
    table = count_text([fixed_text()])
    assert (len(table.n), table.n_tokens) == (300, 6_000)
