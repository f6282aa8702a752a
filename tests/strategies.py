"""Hypothesis strategies for tables of counts, and one fixed text.

Every table is one that a text could have: words are ranked, no word has more neighbours
on one side than occurrences, and T is at least the sum of all unigram counts. Tables
are those of the reference; `as_bigram_counts` converts them to counts of the package.
"""

from collections import Counter
from itertools import accumulate
from random import Random

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from numba import config
from reference import Table, count_text

from brownclust._kernels.jit.mode import USES_PRIVATE_NUMBA
from brownclust.counting.count_table import CountTable
from brownclust.counting.counts import BigramCounts
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.vocabulary import Vocabulary

MAX_WORDS = 30
MAX_TOKENS = 2**53
MAX_SMALL = 2**30 - 1
"""With up to twice as many bigrams, kernels of clustering have counts of 32 bits."""

IS_QUICK_RUN = (
    USES_PRIVATE_NUMBA and not config.BOUNDSCHECK and settings().max_examples < 100
)
"""Of plain `pytest`, or of the slow tests.

It draws no counts of more than 32 bits, for which all kernels are compiled once more: a
tenth of the time of all tests. Slow tests draw `huge_tables`.
"""

BOUNDARIES = ("break", "ignore", "mark")


def examples(number: int) -> settings:
    """Settings of a test that needs more or fewer examples than other tests.

    The number is for the profile "thorough", in which other tests have 100. Without the
    JIT, a twentieth of it is used.
    """
    if config.DISABLE_JIT:
        return settings(max_examples=number // 20)
    return settings(max_examples=number * settings().max_examples // 100)


_sizes = st.one_of(st.integers(1, 8), st.integers(9, MAX_WORDS))


def table_of_counts(
    c: dict[tuple[int, int], int],
    n: list[int],
    edge_starts: list[int] | None = None,
    edge_ends: list[int] | None = None,
) -> Table:
    """Rank the words by count and complete the table; edges imply ``mark``."""
    boundary = "break" if edge_starts is None else "mark"
    starts = edge_starts or [0] * len(n)
    ends = edge_ends or [0] * len(n)
    ranked = sorted(range(len(n)), key=lambda w: -n[w])
    ids = {w: rank for rank, w in enumerate(ranked)}
    return Table(
        words=[b"w%03d" % rank for rank in range(len(n))],
        n=[n[w] for w in ranked],
        c={(ids[v], ids[w]): count for (v, w), count in c.items() if count > 0},
        edge_starts=[starts[w] for w in ranked],
        edge_ends=[ends[w] for w in ranked],
        n_tokens=sum(n),
        n_bigrams=max(1, sum(c.values()) + sum(starts) + sum(ends)),
        n_lines=max(1, sum(starts), sum(ends)),
        boundary=boundary,
    )


def occurrences(
    c: dict[tuple[int, int], int], edge_starts: list[int], edge_ends: list[int]
) -> list[int]:
    """The fewest occurrences that each word needs to have its neighbours."""
    rights = Counter(dict(enumerate(edge_ends)))
    lefts = Counter(dict(enumerate(edge_starts)))
    for (v, w), count in c.items():
        rights[v] += count
        lefts[w] += count
    return [max(1, rights[w], lefts[w]) for w in range(len(edge_starts))]


@st.composite
def text_tables(draw: st.DrawFn) -> Table:
    """Random sparse texts, frequent words first, under each boundary."""
    n_words = draw(_sizes)
    seed = draw(st.integers(0, 2**32))
    n_lines = draw(st.sampled_from([1, 5, 20, 60]))
    max_length = draw(st.sampled_from([1, 2, 4, 8]))
    random = Random(seed)
    lines = [
        b" ".join(
            b"w%03d" % min(random.randrange(n_words), random.randrange(n_words))
            for _ in range(random.randint(1, max_length))
        )
        for _ in range(n_lines)
    ]
    return count_text([b"\n".join(lines)], boundary=draw(st.sampled_from(BOUNDARIES)))


@st.composite
def short_texts(draw: st.DrawFn) -> bytes:
    """Texts drawn token by token, which shrink to readable counterexamples."""
    token = st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f"])
    line = st.lists(token, min_size=1, max_size=8)
    lines = draw(st.lists(line, min_size=1, max_size=8))
    return b"\n".join(b" ".join(words) for words in lines)


@st.composite
def small_text_tables(draw: st.DrawFn) -> Table:
    """Counts of short texts."""
    boundary = draw(st.sampled_from(BOUNDARIES))
    return count_text([draw(short_texts())], boundary=boundary)


@st.composite
def tied_tables(draw: st.DrawFn) -> Table:
    """Groups of words with proportional contexts: many losses are equal, or nearly.

    ``c(v, w)`` is the product of a factor of v, a factor of w and a base count of
    their groups, and so are counts with the edge. Words of a group differ only in their
    factor. With ``equal``, all words have the same unigram count.
    """
    n_words = draw(_sizes)
    n_groups = draw(st.integers(1, 5))
    group = [draw(st.integers(0, n_groups - 1)) for _ in range(n_words)]
    factor = [draw(st.integers(1, draw(st.integers(1, 3)))) for _ in range(n_words)]
    base = [
        [draw(st.sampled_from([0, 0, 1, 2, 3])) for _ in range(n_groups)]
        for _ in range(n_groups)
    ]
    has_edge, equal = draw(st.booleans()), draw(st.booleans())
    edge = [draw(st.integers(0, 2)) if has_edge else 0 for _ in range(n_groups)]

    c = {
        (v, w): factor[v] * factor[w] * base[group[v]][group[w]]
        for v in range(n_words)
        for w in range(n_words)
    }
    edges = [factor[w] * edge[group[w]] for w in range(n_words)]
    needed = occurrences(c, edges, edges)
    if equal:
        n = [max(needed)] * n_words
    else:
        per_factor = [
            max(needed[w] // factor[w] for w in range(n_words) if group[w] == g)
            if g in group
            else 1
            for g in range(n_groups)
        ]
        n = [factor[w] * max(1, per_factor[group[w]]) for w in range(n_words)]
    return table_of_counts(c, n, *((edges, edges) if has_edge else ()))


@st.composite
def dense_tables(draw: st.DrawFn) -> Table:
    """Every word next to every word."""
    n_words = draw(st.integers(1, 20))
    largest = draw(st.sampled_from([1, 2, 10, 100_000]))
    random = Random(draw(st.integers(0, 2**32)))
    c = {
        (v, w): random.randint(1, largest)
        for v in range(n_words)
        for w in range(n_words)
    }
    edges = [0] * n_words
    return table_of_counts(c, occurrences(c, edges, edges))


@st.composite
def tables_of_few_pairs(draw: st.DrawFn) -> Table:
    """Words whose only neighbour is the word itself, the edge or one other, or none."""
    kind = st.sampled_from(["self", "nothing", "edge", "other"])
    kinds = [draw(kind) for _ in range(draw(_sizes))]
    counts = st.integers(1, 4)
    others = [w for w, kind in enumerate(kinds) if kind == "other"]
    c = {(w, w): draw(counts) for w, kind in enumerate(kinds) if kind == "self"}
    for w in others:
        c[w, draw(st.sampled_from(others))] = draw(counts)
    starts = [draw(counts) if kind == "edge" else 0 for kind in kinds]
    ends = [draw(counts) if kind == "edge" else 0 for kind in kinds]
    n = [count + draw(st.integers(0, 2)) for count in occurrences(c, starts, ends)]
    return table_of_counts(c, n, *((starts, ends) if "edge" in kinds else ()))


def scaled(table: Table, factor: int) -> Table:
    """The table with every count ``factor`` times as large."""
    return Table(
        words=table.words,
        n=[count * factor for count in table.n],
        c={pair: count * factor for pair, count in table.c.items()},
        edge_starts=[count * factor for count in table.edge_starts],
        edge_ends=[count * factor for count in table.edge_ends],
        n_tokens=table.n_tokens * factor,
        n_bigrams=table.n_bigrams * factor,
        n_lines=table.n_lines * factor,
        boundary=table.boundary,
    )


def at_most_scaled(table: Table, factor: int, most: int) -> Table:
    """The table scaled by ``factor``, or less if it would exceed this many tokens."""
    largest = most // max(table.n_tokens, table.n_bigrams)
    return scaled(table, min(factor, largest))


_unscaled = st.one_of(
    small_text_tables(),
    tied_tables(),
    text_tables(),
    dense_tables(),
    tables_of_few_pairs(),
)

# Mostly small counts, some as large as those of huge corpora.
all_tables = st.builds(
    at_most_scaled,
    _unscaled,
    st.sampled_from([1, 1, 1, 7, 1_000, 1_000_003, 10**8, 2**60]),
    st.just(MAX_SMALL if IS_QUICK_RUN else MAX_TOKENS),
)

# Counts of more than 32 bits. Slow: compiling for these takes some twenty seconds.
huge_tables = st.builds(
    at_most_scaled,
    _unscaled,
    st.sampled_from([2**31, 10**10, 2**60]),
    st.just(MAX_TOKENS),
).filter(lambda table: table.n_bigrams >= 2**31)


@st.composite
def tables_and_windows(
    draw: st.DrawFn, tables: st.SearchStrategy[Table] = all_tables
) -> tuple[Table, int]:
    """A table of at least two words and a window from 2 to their number."""
    table = draw(tables.filter(lambda table: len(table.n) >= 2))
    n_words = len(table.n)
    window = draw(
        st.one_of(
            st.integers(2, n_words), st.sampled_from([2, max(2, n_words - 1), n_words])
        )
    )
    return table, window


def fixed_text(n_words: int = 300, n_tokens: int = 6_000) -> bytes:
    """A text of ``n_words`` distinct words, the same on every machine; most are rare.

    A linear congruential generator draws half of the tokens by rank, and half as
    successors of the previous token, so that there are clusters to find.
    """
    state = 20_240_229
    tokens = list(range(n_words))
    while len(tokens) < n_tokens:
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        first, second, coin = state >> 48, (state >> 32) % 2**16, (state >> 31) % 2
        by_rank = (first * second) // (2**32 // n_words)
        successor = (tokens[-1] * 7 + first % 3) % n_words
        tokens.append(successor if coin else by_rank)
    lines = [
        b" ".join(b"w%03d" % token for token in tokens[start : start + 15])
        for start in range(0, n_tokens, 15)
    ]
    return b"\n".join(lines) + b"\n"


def as_bigram_counts(table: Table) -> BigramCounts:
    """Counts of the package with the same content."""
    return BigramCounts(
        vocabulary=Vocabulary.from_words(table.words),
        table=CountTable(
            unigram_counts=np.array(table.n, dtype=np.int64),
            successors=_sparse_rows(table.c, len(table.n)),
            edge_starts=np.array(table.edge_starts, dtype=np.int64),
            edge_ends=np.array(table.edge_ends, dtype=np.int64),
            n_tokens=table.n_tokens,
            n_bigrams=table.n_bigrams,
            n_lines=table.n_lines,
            boundary=table.boundary,
        ),
    )


def _sparse_rows(c: dict[tuple[int, int], int], n_words: int) -> SparseRows:
    entries = sorted(c.items())
    lengths = Counter(v for (v, _), _ in entries)
    ends = accumulate(lengths[v] for v in range(n_words))
    return SparseRows(
        offsets=np.array([0, *ends], dtype=np.int64),
        indices=np.array([w for (_, w), _ in entries], dtype=np.int32),
        counts=np.array([count for _, count in entries], dtype=np.int64),
    )
