"""How words and bigrams grow with text: ``python -m benchmarks.zipf TEXT…``.

Fits a law of word frequencies to each text and to all together, measures types and
distinct bigrams at 2^k tokens, and says what there will be at 10^9 to 10^12. What the
same would have said at half of the text, or at a sixteenth, shows how far to trust it.

The law is Zipf and Mandelbrot's, p(r) ~ (r + q)^-s, with another exponent beyond some
rank: without one, the words seen once come out wrong by factors. It is fitted to the
number of words seen at least m times, m = 1, 2, 3 … in equal steps of log m, as what is
expected if every word is drawn independently; least squares of logarithms.

Bigrams of independent draws from the law are counted by the law alone. Real text has
fewer, half as many at 33 million tokens; their ratio falls slowly with size, and that
slope, too, is prolonged. So there are an upper bound, from the law, and an estimate.

With --write, draws text from the law, to count at sizes where there is no real one.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import gammainc

from benchmarks.report import plain, positive
from brownclust import BigramCounts
from brownclust.tree.planning import coverage

Floats = NDArray[np.float64]

LEVELS = (1, 5, 100, 1000)
"""Values of --min-count that are looked at."""

SIZES = (10**9, 10**10, 10**11, 10**12)

SMALLEST = 2**16
"""Tokens of the first part of a text that is looked at."""

N_LAST = 4
"""Doublings whose slope is prolonged."""

# Ranks by groups, one rank each at first; together more than any text has words.
_EDGES = np.unique(np.geomspace(1, 1e15, 1500).round().astype(np.int64))
_WIDTHS = np.diff(_EDGES).astype(np.float64)
_RANKS = np.where(_WIDTHS < 2, _EDGES[:-1], np.sqrt(1.0 * _EDGES[:-1] * _EDGES[1:]))

LIKING = 1.5
"""The k-th word that another likes follows it about k^(-1 - 1 / LIKING) often."""

SENTENCE = 21
"""Tokens of a drawn sentence: the mean of the English texts."""


@dataclass(frozen=True)
class Law:
    """Probability of a word by rank: (r + q)^-s, and beyond the break (r + q)^-tail."""

    s: float
    q: float
    break_rank: float
    tail: float

    def probabilities(self) -> Floats:
        """Return that of a word in each group of ranks."""
        place = np.log(_RANKS + self.q)
        beyond = np.maximum(place - np.log(self.break_rank + self.q), 0)
        weights = np.exp(-self.s * place - (self.tail - self.s) * beyond)
        return np.asarray(weights / (weights @ _WIDTHS))

    def types(self, n_tokens: float, min_count: int) -> float:
        """Return how many words occur at least so often."""
        seen = gammainc(min_count, n_tokens * self.probabilities())
        return float(_WIDTHS @ seen)

    def bigrams(self, n_positions: float, n_tokens: float, min_count: int) -> float:
        """Return how many different pairs of such words independent draws make."""
        p = self.probabilities()
        words = (
            _WIDTHS * gammainc(min_count, n_tokens * p) if min_count > 1 else _WIDTHS
        )
        return float(words @ -np.expm1(-n_positions * np.outer(p, p)) @ words)

    def draw(self, uniform: Floats) -> NDArray[np.int64]:
        """Return ranks, given numbers from 0 to 1."""
        ends = np.cumsum(self.probabilities() * _WIDTHS)
        groups = np.searchsorted(ends / ends[-1], uniform, side="right")
        starts = np.concatenate([[0.0], ends]) / ends[-1]
        groups = np.minimum(groups, _WIDTHS.size - 1)
        part = (uniform - starts[groups]) / (starts[groups + 1] - starts[groups])
        return np.asarray(_EDGES[groups] + (part * _WIDTHS[groups]).astype(np.int64))


ENGLISH = Law(s=1.15, q=2.08, break_rank=12_100, tail=1.98)
"""Fitted to 33 million tokens: the Brown corpus, newswire, novels."""


@dataclass(frozen=True)
class Size:
    """What there is in so much text; types and bigrams for each of `LEVELS`."""

    n_tokens: int
    n_positions: int
    types: tuple[int, ...]
    bigrams: tuple[int, ...]


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.zipf",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", nargs="*", type=Path, help="one sentence a line")
    parser.add_argument(
        "--in-order", action="store_true", help="do not shuffle the lines of all texts"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="draw a text")
    parser.add_argument("--tokens", type=positive, default=10**6, metavar="N")
    parser.add_argument("--dependence", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if not options.text and options.write is None:
        parser.error("TEXT or --write is needed")
    law = ENGLISH
    if options.text:
        law = report(options.text, shuffle=not options.in_order)
    if options.write is not None:
        with options.write.open("wb") as file:
            file.writelines(
                sentences(
                    law,
                    options.tokens,
                    dependence=options.dependence,
                    seed=options.seed,
                )
            )
    return 0


def report(texts: Sequence[Path], *, shuffle: bool) -> Law:
    """Print everything about some texts; return the law of all together."""
    counted = {text.name: BigramCounts.from_text(text) for text in texts}
    lines = [line for text in texts for line in text.read_bytes().splitlines()]
    if shuffle:
        random.Random(0).shuffle(lines)
    parts = list(growth(lines))
    sizes = [size for size, _ in parts]
    if len(texts) > 1:
        counted["all"] = parts[-1][1]
    print(
        "Laws. rms: of the log of the number of words seen m times or more; single: of"
    )
    print(
        "the best law without a break. share: distinct bigrams by independent draws'."
    )
    print(plain(table_of_laws(counted)), end="\n\n")
    law, _ = fit(parts[-1][1])
    print(
        "Measured; slope: the power of tokens with which it grew since the line before."
    )
    print(plain(table_of_sizes(sizes)), end="\n\n")
    print("Measured, divided by what the law of all says; for bigrams, the bound.")
    print(plain(table_of_ratios(law, sizes)), end="\n\n")
    print("Foreseen for the largest size from the smaller ones, by what was measured.")
    print(plain(table_of_tests(parts)), end="\n\n")
    print("To come. Bigrams: an estimate, and below it the bound.")
    print(plain(table_to_come(law, sizes)))
    return law


def fit(counts: BigramCounts, *, with_break: bool = True) -> tuple[Law, float]:
    """Return the law of a text, and the rms of the logarithms that are off."""
    seen = counts.unigram_counts
    most = max(int(seen[min(9, seen.size - 1)]), 2)
    levels = np.unique(np.geomspace(1, most, 40).round().astype(np.int64))
    n_types = np.array([(seen >= level).sum() for level in levels], np.float64)
    # Of few words it is not the law that says how many there are.
    weights = np.sqrt(n_types / (n_types + 20))

    def law(parameters: Floats) -> Law:
        s, log_q, log_break, tail = map(float, parameters)
        return Law(s, np.exp(log_q), np.exp(log_break), tail if with_break else s)

    def errors(parameters: Floats) -> Floats:
        drawn = law(parameters)
        told = np.array([drawn.types(counts.n_tokens, int(level)) for level in levels])
        return np.asarray(weights * np.log(np.maximum(told, 1e-9) / n_types))

    least = (0.5 if with_break else 1.02, -3.0, 4.0, 1.02)
    best = least_squares(errors, (1.1, 1.0, 9.0, 1.9), bounds=(least, (3, 6, 14, 5)))
    return law(best.x), float(np.sqrt(np.mean(best.fun**2)))


def growth(lines: Sequence[bytes]) -> Iterator[tuple[Size, BigramCounts]]:
    """Count 2^k tokens of the lines, from `SMALLEST` on, and at last all."""
    ends = np.cumsum([len(line.split()) for line in lines])
    limits = [SMALLEST]
    while 2 * limits[-1] < ends[-1]:
        limits.append(2 * limits[-1])
    if ends[-1] < 1.5 * limits[-1]:  # so little more tells nothing of a slope
        limits.pop()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.txt"
        for limit in [*limits, int(ends[-1])]:
            n_lines = int(np.searchsorted(ends, limit, side="right"))
            path.write_bytes(b"\n".join(lines[:n_lines]) + b"\n")
            counts = BigramCounts.from_text(path)
            kept = [coverage(counts, min_count=level) for level in LEVELS]
            types = tuple(one.n_types for one in kept)
            bigrams = tuple(one.n_distinct_bigrams for one in kept)
            yield Size(counts.n_tokens, counts.n_bigrams, types, bigrams), counts


def bounds(law: Law, n_tokens: float, n_positions: float) -> Floats:
    """Return for each of `LEVELS` the bigrams that independent draws make."""
    return np.array([law.bigrams(n_positions, n_tokens, m) for m in LEVELS])


def predict(law: Law, known: Sequence[Size], n_tokens: int) -> tuple[Floats, Floats]:
    """Return types and distinct bigrams of more text of the kind that is known.

    Types are the law's. Bigrams are those of independent draws, times a ratio whose
    logarithm goes on as straight over that of tokens as in the last doublings.
    """
    types = np.array([law.types(n_tokens, m) for m in LEVELS])
    last = known[-N_LAST - 1 :]
    positions = n_tokens * last[-1].n_positions / last[-1].n_tokens
    bounds_then = [bounds(law, size.n_tokens, size.n_positions) for size in last]
    ratios = np.array([size.bigrams for size in last]) / np.maximum(bounds_then, 1e-9)
    logs = np.log([size.n_tokens for size in last])
    told = []
    for ratio in np.log(np.maximum(ratios, 1e-9)).T:
        slope, intercept = np.polyfit(logs, ratio, 1)
        told.append(np.exp(min(0.0, intercept + slope * np.log(n_tokens))))
    bigrams = bounds(law, n_tokens, positions) * told
    return types, np.minimum.accumulate(bigrams)  # fewer of fewer words


def table_of_laws(counted: dict[str, BigramCounts]) -> list[list[str]]:
    """Return a row a text."""
    rows = [["text", "tokens", "s", "q", "break", "tail", "rms", "single", "share"]]
    for name, counts in counted.items():
        law, rms = fit(counts)
        _, rms_without = fit(counts, with_break=False)
        bound = law.bigrams(counts.n_bigrams, counts.n_tokens, 1)
        numbers = (f"{law.s:.3f}", f"{law.q:.2f}", f"{law.break_rank:,.0f}")
        share = counts.successors.indices.size / bound
        fitted = (f"{law.tail:.3f}", f"{rms:.3f}", f"{rms_without:.3f}", f"{share:.3f}")
        rows.append([name, f"{counts.n_tokens:,}", *numbers, *fitted])
    return rows


def table_of_sizes(sizes: Sequence[Size]) -> list[list[str]]:
    """Return a row a size."""
    rows = [["tokens", *_headings("types"), "slope", *_headings("bigrams"), "slope"]]
    before: Size | None = None
    for size in sizes:
        slopes = ["-", "-"]
        if before is not None:
            more = np.log(size.n_tokens / before.n_tokens)
            slopes = [
                f"{np.log(now[0] / then[0]) / more:.3f}"
                for now, then in (
                    (size.types, before.types),
                    (size.bigrams, before.bigrams),
                )
            ]
        types, bigrams = _texts(size.types), _texts(size.bigrams)
        rows.append([f"{size.n_tokens:,}", *types, slopes[0], *bigrams, slopes[1]])
        before = size
    return rows


def table_of_ratios(law: Law, sizes: Sequence[Size]) -> list[list[str]]:
    """Return a row a size."""
    rows = [["tokens", *_headings("types"), *_headings("bigrams")]]
    for size in sizes:
        types = [law.types(size.n_tokens, m) for m in LEVELS]
        told = [*types, *bounds(law, size.n_tokens, size.n_positions)]
        ratios = np.array(size.types + size.bigrams) / np.maximum(told, 1e-9)
        rows.append([f"{size.n_tokens:,}", *(f"{ratio:.2f}" for ratio in ratios)])
    return rows


def table_of_tests(parts: Sequence[tuple[Size, BigramCounts]]) -> list[list[str]]:
    """Return rows for the half and for the sixteenth of the text as what is known."""
    rows = [["from tokens", *_headings("types"), *_headings("bigrams")]]
    sizes = [size for size, _ in parts]
    truth = np.array(sizes[-1].types + sizes[-1].bigrams)
    for n_back in (1, 4):
        if len(sizes) > n_back + 1:
            law, _ = fit(parts[-1 - n_back][1])
            told = predict(law, sizes[:-n_back], sizes[-1].n_tokens)
            ratios = np.concatenate(told) / np.maximum(truth, 1)
            known = sizes[-1 - n_back].n_tokens
            rows.append([f"{known:,}", *(f"{ratio:.2f}" for ratio in ratios)])
    return rows


def table_to_come(law: Law, sizes: Sequence[Size]) -> list[list[str]]:
    """Return two rows for each of `SIZES`."""
    rows = [["tokens", *_headings("types"), *_headings("bigrams")]]
    share = sizes[-1].n_positions / sizes[-1].n_tokens
    for n_tokens in SIZES:
        types, bigrams = predict(law, sizes, n_tokens)
        rows.append([f"{n_tokens:.0e}", *_texts(types), *_texts(bigrams)])
        bound = bounds(law, n_tokens, share * n_tokens)
        rows.append(["", *[""] * len(LEVELS), *_texts(bound)])
    return rows


def sentences(
    law: Law, n_tokens: int, *, dependence: float = 0.0, seed: int = 0
) -> Iterator[bytes]:
    """Draw a text, many sentences at a time, a word's name being its rank.

    Parameters
    ----------
    law : Law
        Of the words.
    n_tokens : int
        Rounded down to whole sentences, at least one.
    dependence : float
        How many of the frequent words are drawn from those that the word before likes,
        from 0 to 1. Which it likes, and how much, is a hash of it. That leaves all
        frequencies as they are. Zero: as many different bigrams as can be.
    seed : int
        Of NumPy's generator.
    """
    generator = np.random.default_rng(seed)
    p = law.probabilities()
    head = float((p * _WIDTHS)[law.break_rank >= _RANKS].sum())
    n_left = max(1, n_tokens // SENTENCE)
    while n_left:
        n_now = min(n_left, 1 << 16)
        n_left -= n_now
        words = np.empty((SENTENCE, n_now), np.int64)
        words[0] = law.draw(generator.random(n_now))
        for place in range(1, SENTENCE):
            uniform = generator.random(n_now)
            liked = np.floor(generator.random(n_now) ** -LIKING)
            follows = (generator.random(n_now) < dependence) & (uniform < head)
            likes = head * _hash(words[place - 1], liked)
            words[place] = law.draw(np.where(follows, likes, uniform))
        for sentence in words.T.tolist():
            yield " ".join(map(str, sentence)).encode() + b"\n"


def _hash(words: NDArray[np.int64], liked: Floats) -> Floats:
    """Numbers from 0 to 1 that two others determine."""
    value = words.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value ^= np.minimum(liked, 1e15).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
        value ^= value >> np.uint64(29)
        value *= np.uint64(factor)
    return np.asarray((value >> np.uint64(11)).astype(np.float64) / 2.0**53)


def _headings(what: str) -> list[str]:
    return [what if m == 1 else f"≥ {m:,}" for m in LEVELS]


def _texts(numbers: Sequence[float] | Floats) -> list[str]:
    """Integers, large ones to three figures."""
    return [f"{n:.3g}" if n >= 1e8 else f"{n:,.0f}" for n in numbers]


if __name__ == "__main__":
    sys.exit(main())
