"""Predict how words and bigrams grow with text: ``python -m benchmarks.zipf TEXT…``.

1. Fits a law of word frequencies to each text, and to all texts together.
2. Measures types and distinct bigrams at 2^k tokens.
3. Predicts both at 10^9 to 10^12 tokens. The same prediction from half of the text, and
   from a sixteenth, shows how far to trust it.

The law is the Zipf-Mandelbrot law, p(r) ~ (r + q)^-s, with a second exponent beyond a
break rank. Without the break, the number of words seen once is wrong by a factor of
several. The fit is to the number of words seen at least m times, for values of m evenly
spaced on a log scale, as expected if every word is drawn independently: least squares
of logarithms.

For bigrams, the law gives the number that independent draws would make: an upper bound.
Real text has fewer; at 33 million tokens, half as many. The ratio of real text to the
bound falls slowly with size. Extrapolating this slope gives an estimate besides the
bound.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from benchmarks.report import plain
from benchmarks.word_law import Floats, Law
from brownclust import BigramCounts
from brownclust.tree.planning import coverage

LEVELS = (1, 5, 100, 1000)
"""Values of --min-count for which all numbers are given."""

SIZES = (10**9, 10**10, 10**11, 10**12)
"""Numbers of tokens to predict."""

MIN_TOKENS = 2**16
"""The smallest part of a text to measure."""

N_FITTED_DOUBLINGS = 4
"""How many of the last doublings give the slope to extrapolate."""


@dataclass(frozen=True)
class TextSize:
    """Sizes of a text; types and distinct bigrams for each of `LEVELS`."""

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
    parser.add_argument("text", nargs="+", type=Path, help="one sentence a line")
    parser.add_argument(
        "--in-order", action="store_true", help="do not shuffle the lines"
    )
    options = parser.parse_args(arguments)
    report(options.text, shuffle=not options.in_order)
    return 0


def report(texts: Sequence[Path], *, shuffle: bool) -> None:
    """Print all tables for some texts."""
    counted = {text.name: BigramCounts.from_text(text) for text in texts}
    lines = [line for text in texts for line in text.read_bytes().splitlines()]
    if shuffle:
        random.Random(0).shuffle(lines)
    parts = list(count_parts(lines))
    sizes = [size for size, _ in parts]
    if len(texts) > 1:
        counted["all"] = parts[-1][1]
    print(
        "Laws. rms: error of the logarithm of the number of words seen m or more times;"
        "\nno break: the same for the best law without a break. bigrams: distinct"
        "\nbigrams divided by those of independent draws."
    )
    print(plain(table_of_laws(counted)), end="\n\n")
    law, _ = fit(parts[-1][1])
    print("Measured. slope: exponent of growth with tokens, from the row above.")
    print(plain(table_of_sizes(sizes)), end="\n\n")
    print("Measured, divided by the law of all texts; for bigrams, by the upper bound.")
    print(plain(table_of_ratios(law, sizes)), end="\n\n")
    print("Prediction for the whole text from parts of it, divided by measurement.")
    print(plain(table_of_checks(parts)), end="\n\n")
    print("Predictions. Bigrams: an estimate, and below it the upper bound.")
    print(plain(table_of_predictions(law, sizes)))


def fit(counts: BigramCounts, *, with_break: bool = True) -> tuple[Law, float]:
    """Return the law fitted to a text, and the rms error of the logarithms."""
    seen = counts.unigram_counts
    max_level = max(int(seen[min(9, seen.size - 1)]), 2)
    levels = np.unique(np.geomspace(1, max_level, 40).round().astype(np.int64))
    n_types = np.array([(seen >= level).sum() for level in levels], np.float64)
    # A small number of words is mostly chance, so it gets less weight.
    weights = np.sqrt(n_types / (n_types + 20))

    def law(parameters: Floats) -> Law:
        s, log_q, log_break, tail = map(float, parameters)
        return Law(s, np.exp(log_q), np.exp(log_break), tail if with_break else s)

    def errors(parameters: Floats) -> Floats:
        fitted = law(parameters)
        predicted = np.array(
            [fitted.types(counts.n_tokens, int(level)) for level in levels]
        )
        return np.asarray(weights * np.log(np.maximum(predicted, 1e-9) / n_types))

    lower = (0.5 if with_break else 1.02, -3.0, 4.0, 1.02)
    best = least_squares(errors, (1.1, 1.0, 9.0, 1.9), bounds=(lower, (3, 6, 14, 5)))
    return law(best.x), float(np.sqrt(np.mean(best.fun**2)))


def count_parts(lines: Sequence[bytes]) -> Iterator[tuple[TextSize, BigramCounts]]:
    """Count the first 2^k tokens of the lines, from `MIN_TOKENS` on, and then all."""
    ends = np.cumsum([len(line.split()) for line in lines])
    limits = [MIN_TOKENS]
    while 2 * limits[-1] < ends[-1]:
        limits.append(2 * limits[-1])
    if ends[-1] < 1.5 * limits[-1]:  # too close to the last for a slope
        limits.pop()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.txt"
        for limit in [*limits, int(ends[-1])]:
            n_lines = int(np.searchsorted(ends, limit, side="right"))
            path.write_bytes(b"\n".join(lines[:n_lines]) + b"\n")
            counts = BigramCounts.from_text(path)
            covered = [coverage(counts, min_count=level) for level in LEVELS]
            types = tuple(one.n_types for one in covered)
            bigrams = tuple(one.n_distinct_bigrams for one in covered)
            yield TextSize(counts.n_tokens, counts.n_bigrams, types, bigrams), counts


def bounds(law: Law, n_tokens: float, n_positions: float) -> Floats:
    """Return the bound of distinct bigrams for each of `LEVELS`: independent draws."""
    return np.array([law.bigrams(n_positions, n_tokens, m) for m in LEVELS])


def predict(
    law: Law, known: Sequence[TextSize], n_tokens: int
) -> tuple[Floats, Floats]:
    """Return types and distinct bigrams of `n_tokens` of the same kind of text.

    Types follow the law. Bigrams are the bound times a ratio, at most 1. The logarithm
    of the ratio is extrapolated as a straight line over the logarithm of tokens, fitted
    to the last doublings of the known sizes.
    """
    types = np.array([law.types(n_tokens, m) for m in LEVELS])
    last = known[-N_FITTED_DOUBLINGS - 1 :]
    positions = n_tokens * last[-1].n_positions / last[-1].n_tokens
    known_bounds = [bounds(law, size.n_tokens, size.n_positions) for size in last]
    ratios = np.array([size.bigrams for size in last]) / np.maximum(known_bounds, 1e-9)
    logs = np.log([size.n_tokens for size in last])
    predicted = []
    for ratio in np.log(np.maximum(ratios, 1e-9)).T:
        slope, intercept = np.polyfit(logs, ratio, 1)
        predicted.append(np.exp(min(0.0, intercept + slope * np.log(n_tokens))))
    bigrams = bounds(law, n_tokens, positions) * predicted
    return types, np.minimum.accumulate(bigrams)  # a higher level has no more bigrams


def table_of_laws(counted: dict[str, BigramCounts]) -> list[list[str]]:
    """Return one row per text."""
    rows = [["text", "tokens", "s", "q", "break", "tail", "rms", "no break", "bigrams"]]
    for name, counts in counted.items():
        law, rms = fit(counts)
        _, rms_without = fit(counts, with_break=False)
        bound = law.bigrams(counts.n_bigrams, counts.n_tokens, 1)
        numbers = (f"{law.s:.3f}", f"{law.q:.2f}", f"{law.break_rank:,.0f}")
        ratio = counts.successors.indices.size / bound
        fitted = (f"{law.tail:.3f}", f"{rms:.3f}", f"{rms_without:.3f}", f"{ratio:.3f}")
        rows.append([name, f"{counts.n_tokens:,}", *numbers, *fitted])
    return rows


def table_of_sizes(sizes: Sequence[TextSize]) -> list[list[str]]:
    """Return one row per size."""
    rows = [["tokens", *_headings("types"), "slope", *_headings("bigrams"), "slope"]]
    before: TextSize | None = None
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


def table_of_ratios(law: Law, sizes: Sequence[TextSize]) -> list[list[str]]:
    """Return one row per size."""
    rows = [["tokens", *_headings("types"), *_headings("bigrams")]]
    for size in sizes:
        types = [law.types(size.n_tokens, m) for m in LEVELS]
        predicted = [*types, *bounds(law, size.n_tokens, size.n_positions)]
        ratios = np.array(size.types + size.bigrams) / np.maximum(predicted, 1e-9)
        rows.append([f"{size.n_tokens:,}", *(f"{ratio:.2f}" for ratio in ratios)])
    return rows


def table_of_checks(parts: Sequence[tuple[TextSize, BigramCounts]]) -> list[list[str]]:
    """Return a row for each prediction: from half of the text, and from a sixteenth."""
    rows = [["from tokens", *_headings("types"), *_headings("bigrams")]]
    sizes = [size for size, _ in parts]
    measured = np.array(sizes[-1].types + sizes[-1].bigrams)
    for n_back in (1, 4):
        if len(sizes) > n_back + 1:
            law, _ = fit(parts[-1 - n_back][1])
            predicted = predict(law, sizes[:-n_back], sizes[-1].n_tokens)
            ratios = np.concatenate(predicted) / np.maximum(measured, 1)
            known = sizes[-1 - n_back].n_tokens
            rows.append([f"{known:,}", *(f"{ratio:.2f}" for ratio in ratios)])
    return rows


def table_of_predictions(law: Law, sizes: Sequence[TextSize]) -> list[list[str]]:
    """Return two rows for each of `SIZES`."""
    rows = [["tokens", *_headings("types"), *_headings("bigrams")]]
    positions_per_token = sizes[-1].n_positions / sizes[-1].n_tokens
    for n_tokens in SIZES:
        types, bigrams = predict(law, sizes, n_tokens)
        rows.append([f"{n_tokens:.0e}", *_texts(types), *_texts(bigrams)])
        bound = bounds(law, n_tokens, positions_per_token * n_tokens)
        rows.append(["", *[""] * len(LEVELS), *_texts(bound)])
    return rows


def _headings(what: str) -> list[str]:
    return [what if m == 1 else f"≥ {m:,}" for m in LEVELS]


def _texts(numbers: Sequence[float] | Floats) -> list[str]:
    """Return numbers as integers; from 10^8 on with three significant digits."""
    return [f"{n:.3g}" if n >= 1e8 else f"{n:,.0f}" for n in numbers]


if __name__ == "__main__":
    sys.exit(main())
