"""Time counting a corpus of integers against counting the same ids as text.

``python -m benchmarks.integers TEXT [--threads N] [--repeat N]``

The words of a text become ids, in order of their counts. The ids are counted as text,
as an array with the offsets of lines, and as a ``.npy`` file with a separator, by turns
in one process, after each has been counted once. All counts must have the same hash.
Times are of the processor.
"""

import argparse
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.cases import digest
from benchmarks.report import positive
from brownclust import BigramCounts

SEPARATOR = -1


def ids_of(text: Path) -> list[NDArray[np.int32]]:
    """Return the ids of each line of a text that has words."""
    with text.open("rb") as file:
        counts = Counter(word for line in file for word in line.split())
    ids = {word: i for i, (word, _) in enumerate(counts.most_common())}
    with text.open("rb") as file:
        lines = ([ids[word] for word in line.split()] for line in file)
        return [np.array(line, np.int32) for line in lines if line]


def ways(
    rows: list[NDArray[np.int32]], folder: Path, threads: int
) -> dict[str, Callable[[], BigramCounts]]:
    """Write the files, and return the ways to count them."""
    text, file = folder / "ids.txt", folder / "ids.npy"
    text.write_text("".join(" ".join(map(str, row.tolist())) + "\n" for row in rows))
    end = np.array([SEPARATOR], np.int32)
    np.save(file, np.concatenate([part for row in rows for part in (row, end)]))
    array = np.concatenate(rows)
    offsets = np.cumsum([0, *map(len, rows)])
    return {
        "text": lambda: BigramCounts.from_text(text, threads=threads),
        "array": lambda: BigramCounts.from_ids(array, offsets=offsets, threads=threads),
        "file": lambda: BigramCounts.from_ids(
            file, separator=SEPARATOR, threads=threads
        ),
    }


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.integers")
    parser.add_argument("text", type=Path, metavar="TEXT", help="one sentence a line")
    parser.add_argument("--threads", type=positive, default=1, metavar="N")
    parser.add_argument("--repeat", type=positive, default=9, metavar="N")
    options = parser.parse_args()
    rows = ids_of(options.text)
    with tempfile.TemporaryDirectory() as folder:
        counters = ways(rows, Path(folder), options.threads)
        first = [count() for count in counters.values()]
        assert len(set(map(digest, first))) == 1
        print(
            f"{first[0].n_tokens:,} tokens, {first[0].n_types:,} ids, "
            f"{first[0].successors.indices.size:,} distinct pairs"
        )
        del first
        seconds: dict[str, list[float]] = {name: [] for name in counters}
        for _ in range(options.repeat):
            for name, count in counters.items():
                started = process_time()
                count()
                seconds[name].append(process_time() - started)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, median in medians.items():
        print(
            f"{name}: median {median:.3f} s of processor time, best "
            f"{min(seconds[name]):.3f}; {medians['text'] / median:.2f} times as fast"
        )


if __name__ == "__main__":
    main()
