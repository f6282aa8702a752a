"""Pairs of words that occur together more than by chance."""

from math import log, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, small_text_tables

from brownclust import BigramCounts
from brownclust.counting.collocations import find_collocations
from brownclust.counting.options import MEASURES

# What wcluster (commit fe90f87, --c 5) writes to collocs; of equal scores by rank.
TEXT = "the cat chased the mouse the dog chased the cat the mouse chased the dog"
OF_WCLUSTER = """\
0.304599	chased	the
0.203066	the	cat
0.203066	the	dog
0.203066	the	mouse
0.101533	cat	chased
0.101533	dog	chased
0.101533	mouse	chased
0.0301046	cat	the
0.0301046	mouse	the
"""


def test_those_of_wcluster():
    counts = BigramCounts.from_sentences([TEXT.split()], boundary="ignore")
    found = find_collocations(counts)
    lines = [f"{pair.score:.6g}\t{pair.left}\t{pair.right}\n" for pair in found]
    assert "".join(lines) == OF_WCLUSTER
    assert [pair.count for pair in found] == [3, 2, 2, 2, 1, 1, 1, 1, 1]


def scored(table, v, w, measure):
    """The score of a pair by its definition."""
    both, n_v, n_w, total = table.c[v, w], table.n[v], table.n[w], table.n_tokens
    if measure == "llr":
        o = [[both, n_v - both], [n_w - both, max(total - n_v - n_w + both, 0)]]
        rows, columns = list(map(sum, o)), [sum(c) for c in zip(*o, strict=True)]
        score = 2 * sum(
            o[i][j] * log(o[i][j] * sum(rows) / (rows[i] * columns[j]))
            for i in (0, 1)
            for j in (0, 1)
            if o[i][j]
        )
        return score if o[0][0] * o[1][1] >= o[0][1] * o[1][0] else -score
    symbols = total + table.n_lines if table.boundary == "mark" else total
    joint = both / table.n_bigrams
    pmi = log2(joint / (n_v / symbols * (n_w / symbols)))
    return pmi if measure == "pmi" else joint * pmi


@given(
    small_text_tables(),
    st.sampled_from(MEASURES),
    st.integers(1, 12),
    st.integers(1, 3),
)
def test_by_definition(table, measure, n, min_count):
    found = find_collocations(
        as_bigram_counts(table), n, measure=measure, min_count=min_count
    )
    scores = {
        pair: scored(table, *pair, measure)
        for pair, count in table.c.items()
        if count >= min_count
    }
    words = [word.decode() for word in table.words]
    pairs = [(words.index(pair.left), words.index(pair.right)) for pair in found]
    assert len(set(pairs)) == len(pairs) == min(n, len(scores))
    best = sorted(scores.values(), reverse=True)
    for rank, (pair, at) in enumerate(zip(found, pairs, strict=True)):
        assert pair.count == table.c[at]
        assert pair.score == pytest.approx(scores[at], rel=1e-9, abs=1e-9)
        assert pair.score == pytest.approx(best[rank], rel=1e-9, abs=1e-9)
    exact = [(-pair.score, at) for pair, at in zip(found, pairs, strict=True)]
    assert exact == sorted(exact)


def test_a_word_beside_itself():
    counts = BigramCounts.from_sentences([["a", "a"]])
    [pair] = find_collocations(counts, measure="llr")
    assert (pair.left, pair.right, pair.count) == ("a", "a", 1)
    assert pair.score < 0  # once where it could be twice


def test_no_pairs():
    assert find_collocations(BigramCounts.from_sentences([["a"], ["b"]])) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n must be at least 1, got 0"),
        ({"measure": "t"}, "measure must be one of mi, llr, pmi, got 't'"),
        ({"min_count": 0}, "min_count must be at least 1, got 0"),
    ],
)
def test_errors(options, message):
    counts = BigramCounts.from_sentences([["a", "b"]])
    with pytest.raises(ValueError, match=f"^{message}$"):
        find_collocations(counts, **options)
