"""Counting, Brown clustering and AMI by brute force: slow, but obviously right.

Plain Python from the definitions; it imports nothing from the package it checks.
Words are numbered by rank, most frequent first, equal counts by their bytes. The
names are those of the formulas: ``n[w]`` is the count of a word, ``c[v, w]`` how
often ``w`` directly follows ``v``, ``T`` the number of tokens, ``P`` the number of
adjacent positions.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from itertools import combinations, pairwise
from math import floor, frexp, fsum
from math import log2 as library_log2
from typing import NamedTuple

EDGE = -1
"""The line edge as a context; only ``boundary="mark"`` gives it counts."""


# Counting


def join_phrases(line: list[str], phrases: set[tuple[str, ...]]) -> list[str]:
    """Join the longest phrase at each word, from left to right."""
    joined: list[str] = []
    i = 0
    while i < len(line):
        ends = [n for n in range(i + 2, len(line) + 1) if tuple(line[i:n]) in phrases]
        end = max(ends, default=i + 1)
        joined.append("_".join(line[i:end]))
        i = end
    return joined


@dataclass(frozen=True)
class Table:
    """Counts of a text, with those of line edges if the boundary rule counts them."""

    words: list[bytes]
    n: list[int]
    c: dict[tuple[int, int], int]
    edge_starts: list[int]
    """``c(edge, w)``: lines that start with ``w``."""
    edge_ends: list[int]
    """``c(w, edge)``: lines that end with ``w``."""
    n_tokens: int
    n_bigrams: int
    n_lines: int
    boundary: str


def count_text(
    texts: Iterable[bytes],
    *,
    boundary: str = "break",
    min_count: int = 1,
    max_vocabulary: int | None = None,
    vocabulary: Iterable[bytes] | None = None,
) -> Table:
    """Count the given files' contents.

    A word is kept if it occurs at least ``min_count`` times and is in ``vocabulary``;
    of these words, the first ``max_vocabulary`` by rank. The others leave a gap.
    """
    lines = [line.split() for text in texts for line in text.split(b"\n")]
    lines = [line for line in lines if line]
    n_lines = len(lines)
    if boundary == "ignore":
        lines = [[token for line in lines for token in line]] if lines else []

    frequencies = Counter(token for line in lines for token in line)
    allowed = None if vocabulary is None else set(vocabulary)
    words = [
        word
        for word in sorted(frequencies, key=lambda word: (-frequencies[word], word))
        if frequencies[word] >= min_count and (allowed is None or word in allowed)
    ][:max_vocabulary]
    ids = {word: w for w, word in enumerate(words)}

    c: Counter[tuple[int, int]] = Counter()
    edge_starts = [0] * len(words)
    edge_ends = [0] * len(words)
    for line in lines:
        for left, right in pairwise(line):
            if left in ids and right in ids:
                c[ids[left], ids[right]] += 1
        if boundary == "mark":
            if line[0] in ids:
                edge_starts[ids[line[0]]] += 1
            if line[-1] in ids:
                edge_ends[ids[line[-1]]] += 1
    edges_of_a_line = 2 if boundary == "mark" else 0
    return Table(
        words=words,
        n=[frequencies[word] for word in words],
        c=dict(c),
        edge_starts=edge_starts,
        edge_ends=edge_ends,
        n_tokens=sum(len(line) for line in lines),
        n_bigrams=sum(len(line) - 1 + edges_of_a_line for line in lines),
        n_lines=n_lines,
        boundary=boundary,
    )


# Arithmetic: float64 operations in exactly this order, then integers


def split_log2(x: float) -> tuple[int, float]:
    """Logarithm of ``x > 0`` from + - * / alone, as an integer plus a fraction.

    The fraction is between -1/2 and 1/2; the same on every machine.
    """
    m, e = frexp(x)
    if m < 0.7071067811865476:
        m = m * 2.0
        e = e - 1
    t = (m - 1.0) / (m + 1.0)
    u = t * t
    p = 1.0 / 23.0
    for d in (21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0):
        p = p * u + 1.0 / d
    p = p * u
    return e, (2.0 * t + 2.0 * t * p) * 1.4426950408889634


def log2(x: float) -> float:
    """Logarithm of ``x > 0``, the same on every machine."""
    e, fraction = split_log2(x)
    return float(e) + fraction


def split_log2_of_large(n: int) -> tuple[int, float]:
    """The same of the integers n >= 2**16 of which h is not in a table."""
    m, e = frexp(float(n))
    if 2.0 * m <= 1.4142135623730951:
        m *= 2.0
        e -= 1
    i = int(m * 128.0 + 0.5)
    reciprocal, logarithm = centre(i)
    r = (m - i / 128) * reciprocal
    p = 0.0
    for k in range(8, 0, -1):
        p = p * r + (-1) ** (k + 1) * (1.4426950408889634 / k)
    return e, logarithm + r * p


@cache
def centre(i: int) -> tuple[float, float]:
    """1 / c and log2 c for c = i / 128, each correctly rounded."""
    with localcontext() as context:
        context.prec = 50
        c = Decimal(i) / 128
        return float(1 / c), float(c.ln() / Decimal(2).ln())


@cache
def scale_bits(T: int) -> int:  # noqa: N803
    """The largest integer s with 8 T max(1, log2 T) 2^s < 2^62."""
    largest = 8.0 * float(T) * max(1.0, log2(float(T)))
    s = 62
    while largest * 2.0**s >= 2.0**62:
        s -= 1
    return s


@lru_cache(maxsize=2**18)
def h(n: int, s: int) -> int:
    """n log2 n in units of 2^-s, rounded once: the integer part of the log is exact."""
    if n == 0:
        return 0
    e, fraction = split_log2(float(n)) if n < 2**16 else split_log2_of_large(n)
    return n * e * 2**s + floor(float(n) * fraction * 2.0**s + 0.5)


@lru_cache(maxsize=2**18)
def D(x: int, y: int, s: int) -> int:  # noqa: N802
    """The overlap of one context, never positive: h(x) + h(y) - h(x + y)."""
    return h(x, s) + h(y, s) - h(x + y, s)


def marginal(m_a: int, m_b: int, n_a: int, n_b: int, s: int) -> int:
    """The part of a merge loss that the counts of a and b alone determine."""
    n_ab = float(n_a + n_b)
    bits = float(m_a) * log2(n_ab / float(n_a)) + float(m_b) * log2(n_ab / float(n_b))
    return floor(bits * 2.0**s + 0.5)


# Agglomeration


class Merge(NamedTuple):
    left: int
    right: int
    new: int
    loss: int


class Agglomeration:
    """Agglomeration in a window; at every step, all is computed from scratch.

    ``clusters`` maps the id of each cluster now in the window to its words. Word
    ``w`` has id ``w``; the i-th merge makes id ``V + i``.
    """

    def __init__(self, table: Table, window: int) -> None:
        self.table = table
        self.n_words = len(table.n)
        self.scale = scale_bits(table.n_tokens)
        self.n_entered = min(window, self.n_words)
        self.clusters = {w: frozenset([w]) for w in range(self.n_entered)}
        self.merges: list[Merge] = []
        self._count_clusters()

    def step(self) -> Merge | None:
        """Let the next word enter, if any is left, and merge the pair of least loss.

        Does nothing and returns None if only one cluster remains.
        """
        if self.n_entered < self.n_words:
            self.clusters[self.n_entered] = frozenset([self.n_entered])
            self.n_entered += 1
            self._count_clusters()
        if len(self.clusters) < 2:
            return None
        loss, left, right = min(
            (self.merge_loss(a, b), a, b)
            for a, b in combinations(sorted(self.clusters), 2)
        )
        new = self.n_words + len(self.merges)
        self.clusters[new] = self.clusters.pop(left) | self.clusters.pop(right)
        self._count_clusters()
        self.merges.append(Merge(left, right, new, loss))
        return self.merges[-1]

    def n(self, i: int) -> int:
        """Count of cluster i."""
        return sum(self.table.n[w] for w in self.clusters[i])

    def c(self, i: int, j: int) -> int:
        """How often cluster j, or the edge, directly follows cluster i, or the edge."""
        return self._c.get((i, j), 0)

    def m(self, a: int) -> int:
        """Bigrams of cluster a with those now in the window and the edge, both ways."""
        return sum(self.c(a, k) + self.c(k, a) for k in self._contexts())

    def overlap(self, a: int, b: int) -> int:
        """S(a, b): the sum of D over all contexts, a and b themselves included."""
        return sum(self._context_terms(a, b, k) for k in self._contexts())

    def merge_loss(self, a: int, b: int) -> int:
        """MI lost by merging a and b, in bits x bigrams x 2^scale."""
        s = self.scale
        contexts = sum(
            self._context_terms(a, b, k) for k in self._contexts() if k not in (a, b)
        )
        block = [self.c(a, a), self.c(a, b), self.c(b, a), self.c(b, b)]
        themselves = sum(h(count, s) for count in block) - h(sum(block), s)
        marginals = marginal(self.m(a), self.m(b), self.n(a), self.n(b), s)
        return contexts + themselves + marginals

    def labels(self) -> list[int]:
        """The cluster id of each word that has entered."""
        owner = self._owner()
        return [owner[w] for w in range(self.n_entered)]

    def _context_terms(self, a: int, b: int, k: int) -> int:
        s = self.scale
        return D(self.c(a, k), self.c(b, k), s) + D(self.c(k, a), self.c(k, b), s)

    def _contexts(self) -> list[int]:
        return [*self.clusters, EDGE]

    def _owner(self) -> dict[int, int]:
        return {w: i for i, members in self.clusters.items() for w in members}

    def _count_clusters(self) -> None:
        owner = self._owner()
        self._c: Counter[tuple[int, int]] = Counter()
        for (v, w), count in self.table.c.items():
            if v in owner and w in owner:
                self._c[owner[v], owner[w]] += count
        for w, i in owner.items():
            self._c[EDGE, i] += self.table.edge_starts[w]
            self._c[i, EDGE] += self.table.edge_ends[w]


def agglomerate(table: Table, window: int) -> list[Merge]:
    """Return all merges, down to one cluster."""
    state = Agglomeration(table, window)
    while state.step():
        pass
    return state.merges


# Average mutual information


def average_mutual_information(table: Table, labels: Sequence[int]) -> float:
    """AMI in bits of a flat clustering, ``labels[w]`` the cluster of word ``w``.

    Under ``mark`` the edge is one more class, a symbol that occurs once a line.
    """
    classes: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for w, count in enumerate(table.n):
        classes[labels[w]] += count
    for (v, w), count in table.c.items():
        pairs[labels[v], labels[w]] += count
    n_symbols = table.n_tokens
    if table.boundary == "mark":
        classes[EDGE] = table.n_lines
        n_symbols += table.n_lines
        for w, label in enumerate(labels):
            pairs[EDGE, label] += table.edge_starts[w]
            pairs[label, EDGE] += table.edge_ends[w]
    return _average_mutual_information(classes, pairs, n_symbols, table.n_bigrams)


def stream_average_mutual_information(
    tokens: Sequence[bytes], paths: Mapping[bytes, Hashable]
) -> float:
    """AMI in bits of a text read as one stream, ``paths`` giving each token's cluster.

    Tokens without a path count in T and P only.
    """
    stream = [paths.get(token) for token in tokens]
    classes = Counter(i for i in stream if i is not None)
    pairs = Counter(
        (i, j) for i, j in pairwise(stream) if i is not None and j is not None
    )
    return _average_mutual_information(classes, pairs, len(tokens), len(tokens) - 1)


def read_paths(data: bytes) -> dict[bytes, bytes]:
    """Word to bit string from a ``bit string TAB word TAB count`` file."""
    paths = {}
    for line in data.splitlines():
        bits, word, _ = line.split(b"\t")
        paths[word] = bits
    return paths


def _average_mutual_information(
    classes: Mapping[Hashable, int],
    pairs: Mapping[tuple[Hashable, Hashable], int],
    T: int,  # noqa: N803
    P: int,  # noqa: N803
) -> float:
    return fsum(
        count / P * library_log2((count / P) / ((classes[i] / T) * (classes[j] / T)))
        for (i, j), count in pairs.items()
        if count > 0
    )


# Exchange


def G(m: int, n: int, s: int) -> int:  # noqa: N802
    """m log2 n in units of 2^-s, rounded once."""
    e, fraction = split_log2(float(n))
    return m * e * 2**s + floor(float(m) * fraction * 2.0**s + 0.5)


def exchange_objective(table: Table, labels: Sequence[int], s: int) -> int:
    """What exchange makes large: sum of h(c(i, j)) less sum of G(m(i), n(i))."""
    classes: Counter[int] = Counter()
    totals: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for w, count in enumerate(table.n):
        classes[labels[w]] += count
    for (v, w), count in table.c.items():
        pairs[labels[v], labels[w]] += count
    for w, label in enumerate(labels):
        pairs[EDGE, label] += table.edge_starts[w]
        pairs[label, EDGE] += table.edge_ends[w]
    for (i, j), count in pairs.items():
        totals[i] += count
        totals[j] += count
    terms = sum(h(count, s) for count in pairs.values())
    return terms - sum(G(totals[i], n, s) for i, n in classes.items())


def partitions(n_words: int, n_clusters: int) -> Iterator[list[int]]:
    """All ways to divide words into so many clusters, none empty, in growth order."""
    if n_words == 0:
        if n_clusters == 0:
            yield []
        return
    for last in range(n_clusters):
        for labels in partitions(n_words - 1, n_clusters):
            yield [*labels, last]
    if n_clusters:
        for labels in partitions(n_words - 1, n_clusters - 1):
            yield [*labels, n_clusters - 1]
