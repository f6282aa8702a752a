"""Running text of any length: ``python -m benchmarks.running_text FILE --tokens N``.

Text has the statistics that decide what counting and clustering cost:

- Words follow a law of `benchmarks.word_law`, so there are always new ones.
- Most tokens depend on the word before, in one of two ways. *By class*: a word's class
  has favourite next classes; any word of these follows. *By word*: each word has
  favourite next words, and half of them are those of its class. So there are clusters
  to find, and bigrams recur: there are fewer distinct ones than of independent words.

The text is written in batches of `BATCH_TOKENS`. Each follows from the seed and its
number alone, so memory is constant, threads write batches side by side, and a longer
text begins with a shorter one. Frequencies are rounded to 44 bits; all random numbers
are hashes of integers. So the text is the same on every machine.
"""

import argparse
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.report import positive
from benchmarks.word_law import ENGLISH, GROUP_EDGES, GROUP_WIDTHS, Law

RUNNING_TEXT = replace(ENGLISH, tail=1.75)
"""English with more rare words than novels have: names, numbers, misspellings.

It has 230,000 words seen five times in 160 million tokens.
"""

DEPENDENCE = 0.95
"""Fraction of tokens that depend on the word before.

Then 160 million tokens have half of the distinct bigrams of independent words (13
million of words seen five times), as real text has.
"""

BY_CLASS = 0.25
"""Fraction of these that are any word of a class; the others are favourite words."""

N_CLASSES = 512
"""Words have the class of their rank, modulo this number."""

N_SLOTS = 64
"""Equally likely next classes of a class, with repetitions."""

N_FAVOURITES = 16
"""Next classes that have half of these slots."""

FOLLOWER_SKEW = 1.1
"""The k-th favourite next word has a weight of about k^(-1 - 1 / FOLLOWER_SKEW)."""

SENTENCE_TOKENS = (5, 37)
"""The shortest and the longest sentence; the mean is that of the English texts, 21."""

BATCH_TOKENS = 1 << 20
"""The last sentence of a batch is cut so that it has as many."""

MAX_WORD_BYTES = 24
"""Of a word of any rank, with the separator."""

N_CELLS = 1 << 12
"""Of the table that says where to look for a number in the cumulative frequencies."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: the step of splitmix64
_SYLLABLES = np.frombuffer(
    "".join(c + v for c in "klnst" for v in "aeiou").encode(), np.uint8
).reshape(-1, 2)
_BREAK, _SPACE = np.frombuffer(b"\n ", np.uint8)


class Tables(NamedTuple):
    """A law and its classes, as the kernel reads them.

    Attributes
    ----------
    cells : int32 array (N_CELLS,)
        The first group of ranks for numbers from 0 to 1 in each cell.
    ends, starts, scales, edges : float64 arrays (n_groups,)
        Cumulative frequency at the end and start of each group of ranks; ranks per
        frequency in it; its first rank.
    followers : int32 array (N_CLASSES, N_SLOTS)
        Next classes of each class.
    own : float64 array (N_CLASSES,)
        The part of a class that its most frequent word makes up.
    favourites : uint64 array (N_CELLS,)
        Numbers of favourite next words, as often as they are chosen.
    head, frequent : float64
        Frequency of the first word of all classes; of the words before the break.
    """

    cells: NDArray[np.int32]
    ends: NDArray[np.float64]
    starts: NDArray[np.float64]
    scales: NDArray[np.float64]
    edges: NDArray[np.float64]
    followers: NDArray[np.int32]
    own: NDArray[np.float64]
    favourites: NDArray[np.uint64]
    head: float
    frequent: float


@dataclass(frozen=True)
class RunningText:
    """A text, to be written or read in batches.

    Attributes
    ----------
    n_tokens : int
        The exact number of tokens.
    law : Law
        The word frequencies.
    dependence : float
        Fraction of tokens that depend on the word before, from 0 to 1. With 0, words
        are independent and follow the law exactly: the most distinct bigrams.
    seed : int
        Each seed gives a different text.
    """

    n_tokens: int
    law: Law = RUNNING_TEXT
    dependence: float = DEPENDENCE
    seed: int = 0

    def batches(self, threads: int = 1) -> Iterator[NDArray[np.uint8]]:
        """Yield the bytes of the text, in order; each batch is drawn on one thread."""
        tables = tables_of(self.law, self.seed)
        sizes = [BATCH_TOKENS] * (self.n_tokens // BATCH_TOKENS)
        if self.n_tokens % BATCH_TOKENS:
            sizes.append(self.n_tokens % BATCH_TOKENS)

        def draw(batch: int) -> NDArray[np.uint8]:
            text = np.empty(sizes[batch] * MAX_WORD_BYTES, np.uint8)
            start = np.uint64(((self.seed << 40) + batch) * 0xD1342543DE82EF95 % 2**64)
            with np.errstate(over="ignore"):  # of integers, without Numba's compiler
                n_bytes = _write_batch(
                    text, sizes[batch], start, self.dependence, tables
                )
            return text[:n_bytes].copy()

        waiting = deque[Future[NDArray[np.uint8]]]()
        with ThreadPoolExecutor(threads) as pool:
            for batch in range(len(sizes)):
                waiting.append(pool.submit(draw, batch))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def write(self, path: Path, threads: int = 1) -> None:
        """Write the text to a file, one sentence a line."""
        with path.open("wb") as file:
            self.write_to(file, threads)

    def write_to(self, file: BinaryIO, threads: int = 1) -> None:
        """Write the text to an open file."""
        for batch in self.batches(threads):
            file.write(batch.data)


def tables_of(law: Law, seed: int) -> Tables:
    """Return the tables of a law, with classes of a seed."""
    masses = law.probabilities() * GROUP_WIDTHS
    ends = np.rint(np.cumsum(masses) / masses.sum() * 2.0**44) / 2.0**44
    ends[-1] = 1.0
    starts = np.concatenate([[0.0], ends[:-1]])
    cells = np.searchsorted(ends, np.arange(N_CELLS) / N_CELLS, side="right")
    lengths = np.maximum(ends - starts, 2.0**-44)
    # Ranks up to N_CLASSES stand in groups of one rank, or of few.
    by_rank = np.interp(np.arange(N_CLASSES + 1) + 1, GROUP_EDGES, [0.0, *ends])
    first = np.diff(by_rank)
    others = (1.0 - by_rank[-1]) / N_CLASSES
    return Tables(
        cells=cells.astype(np.int32),
        ends=ends,
        starts=starts,
        scales=GROUP_WIDTHS / lengths,
        edges=GROUP_EDGES[:-1].astype(np.float64),
        followers=_followers(first + others, seed),
        own=first / (first + others),
        favourites=np.floor(
            ((np.arange(N_CELLS) + 0.5) / N_CELLS) ** -FOLLOWER_SKEW
        ).astype(np.uint64),
        head=float(by_rank[-1]),
        frequent=float(ends[np.searchsorted(GROUP_EDGES, law.break_rank)]),
    )


def _followers(frequencies: NDArray[np.float64], seed: int) -> NDArray[np.int32]:
    """Return the next class in each slot of each class.

    Half of the slots are drawn by frequency, one by one. The other half belongs to
    favourites, also drawn by frequency, with 1 to 8 slots each.
    """
    half = N_SLOTS // 2
    favourite = np.arange(half) ** 2 * N_FAVOURITES // half**2
    ends = np.cumsum(frequencies)
    slots = np.arange(N_CLASSES * N_SLOTS, dtype=np.uint64)
    drawn = fraction(mix(slots + mix(np.array([seed], np.uint64))))
    classes: NDArray[np.int32] = (
        np.searchsorted(ends / ends[-1], drawn, side="right")
        .reshape(N_CLASSES, N_SLOTS)
        .astype(np.int32)
    )
    classes[:, half:] = classes[:, half + favourite]
    return classes


def mix(value: Any) -> Any:
    """Return a random 64-bit integer for each integer: splitmix64."""
    x = (value + np.uint64(1)) * _GOLDEN
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def fraction(number: Any) -> Any:
    """Return a number from 0 to 1, without 1, of the upper 53 bits of an integer."""
    return (number >> np.uint64(11)) * 2.0**-53


_mix = njit(cache=True, nogil=True, inline="always")(mix)
_fraction = njit(cache=True, nogil=True, inline="always")(fraction)


@njit(cache=True, nogil=True, inline="always")
def _rank(uniform: float, tables: Tables) -> np.uint64:
    """Return the rank of a word, from 0, for a number from 0 to 1; O(1) on average."""
    group = tables.cells[int(uniform * N_CELLS)]
    while tables.ends[group] <= uniform:
        group += 1
    position = (uniform - tables.starts[group]) * tables.scales[group]
    return np.uint64(tables.edges[group] + np.floor(position) - 1.0)


@njit(cache=True, nogil=True, inline="always")
def _word_of_class(
    word_class: np.uint64, choice: float, uniform: float, tables: Tables
) -> np.uint64:
    """Return the rank of a word of a class: its first one, or any other."""
    if choice < tables.own[word_class]:
        return word_class
    rank = _rank(tables.head + (1.0 - tables.head) * uniform, tables)
    return np.uint64(rank - rank % np.uint64(N_CLASSES) + word_class)


@njit(cache=True, nogil=True, inline="always")
def _spell(rank: np.uint64, text: NDArray[np.uint8], at: int) -> int:
    """Write the word of a rank, as many syllables as it needs; return where it ends."""
    base = np.uint64(len(_SYLLABLES))
    n_syllables = 1
    n_words = base
    while rank >= n_words:
        rank -= n_words
        n_words *= base
        n_syllables += 1
    end = at + 2 * n_syllables
    for last in range(end - 1, at, -2):
        syllable = rank % base
        rank //= base
        text[last - 1] = _SYLLABLES[syllable, 0]
        text[last] = _SYLLABLES[syllable, 1]
    return end


@njit(cache=True, nogil=True)
def _write_batch(
    text: NDArray[np.uint8],
    n_tokens: int,
    start: np.uint64,
    dependence: float,
    tables: Tables,
) -> int:
    """Write sentences of `n_tokens` words; return the number of bytes.

    Each token takes two random numbers: what to draw, and the word.
    """
    shortest, longest = SENTENCE_TOKENS
    by_class = dependence * BY_CLASS
    key = _mix(start)
    rank = np.uint64(0)
    at = 0
    n_left = 0
    for token in range(n_tokens):
        number = _mix(key + np.uint64(2 * token))
        uniform = _fraction(_mix(key + np.uint64(2 * token + 1)))
        choice = _fraction(number)
        low = number & np.uint64(2047)  # independent of the choice
        if n_left == 0:
            n_left = shortest + int(number % np.uint64(longest - shortest + 1))
            rank = _rank(uniform, tables)
        elif choice < by_class:
            own = rank % np.uint64(N_CLASSES)
            following = tables.followers[own, low % np.uint64(N_SLOTS)]
            rank = _word_of_class(
                np.uint64(following), choice / by_class, uniform, tables
            )
        elif choice < dependence and uniform < tables.frequent:
            cell = int(uniform / tables.frequent * N_CELLS)
            favourite = tables.favourites[cell]
            if low < 1024:  # one that all words of its class have
                rank %= np.uint64(N_CLASSES)
            of_pair = _mix(rank * _GOLDEN ^ favourite * np.uint64(0xC2B2AE3D27D4EB4F))
            rank = _rank(tables.frequent * _fraction(of_pair), tables)
        else:
            rank = _rank(uniform, tables)
        at = _spell(rank, text, at)
        n_left -= 1
        text[at] = _SPACE if n_left and token + 1 < n_tokens else _BREAK
        at += 1
    return at


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.running_text",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the file to write; - is standard output")
    parser.add_argument(
        "--tokens",
        type=positive,
        default=10**6,
        metavar="N",
        help="number of tokens (default 1000000)",
    )
    parser.add_argument(
        "--dependence",
        type=float,
        default=DEPENDENCE,
        metavar="FRACTION",
        help=f"of tokens that depend on the word before (default {DEPENDENCE})",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the text (default 0)")
    parser.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="(default 1)"
    )
    options = parser.parse_args(arguments)
    text = RunningText(options.tokens, dependence=options.dependence, seed=options.seed)
    if options.file == "-":
        text.write_to(sys.stdout.buffer, options.threads)
    else:
        text.write(Path(options.file), options.threads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
