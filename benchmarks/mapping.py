"""Speed of ``brownclust map``: ``python -m benchmarks.mapping CLUSTERS TEXT``.

Processor time, median of several passes over the text in memory, after one that
compiles; beside it a loop in Python, line by line, which must give the same text.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from brownclust import WordClusters
from brownclust.clusters.class_names import class_names
from brownclust.clusters.text_mapping import TextMapper
from brownclust.text.blocks import BLOCK_SIZE

N_PASSES = 3
MAX_LOOP_BYTES = 10_000_000
"""The loop in Python gets no more."""

VARIANTS = {
    "classes": {},
    "joined with the words": {"join": "|"},
    "with back-off to lower case": {"backoff": ["lowercase"]},
}


def main() -> None:
    """Print a line for each way of mapping."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clusters")
    parser.add_argument("text", type=Path)
    options = parser.parse_args()
    clusters = WordClusters.load(options.clusters)
    names = class_names(clusters)
    data = options.text.read_bytes()
    print(f"{len(data):,} bytes, {len(clusters):,} words in {len(names)} clusters")
    for title, keywords in VARIANTS.items():
        mapper = TextMapper(clusters, names, **keywords)  # type: ignore[arg-type]
        mapped(mapper, data[:BLOCK_SIZE])
        seconds = [seconds_of(lambda: mapped(mapper, data)) for _ in range(N_PASSES)]  # noqa: B023
        print(f"{title:30} {len(data) / median(seconds) / 1e6:7.1f} MB/s")
    start = data[: data.rfind(b"\n", 0, MAX_LOOP_BYTES) + 1].decode()
    mapper = TextMapper(clusters, names)
    lines: list[str] = []
    seconds = [seconds_of(lambda: lines.extend(loop(clusters, start)))]
    if [line.split() for line in lines] != [
        line.split() for line in mapper.text(start).splitlines()
    ]:
        raise SystemExit("the loop gives another text")
    print(f"{'loop in Python':30} {len(start) / max(seconds[0], 1e-9) / 1e6:7.1f} MB/s")


def mapped(mapper: TextMapper, data: bytes) -> int:
    """Map a text in pieces, as the command reads it; return the number of words."""
    pieces = (data[i : i + BLOCK_SIZE] for i in range(0, len(data), BLOCK_SIZE))
    return sum(block.n_words for block in mapper.blocks(pieces))


def loop(clusters: WordClusters, text: str) -> Iterator[str]:
    """Yield the classes of each line, looked up in a dict."""
    class_of = dict(zip(clusters, clusters.bit_strings(list(clusters)), strict=True))
    for line in text.split("\n")[:-1]:
        yield " ".join([class_of.get(word) or "_" for word in line.split()])


def seconds_of(action: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    action()
    return time.process_time() - start


if __name__ == "__main__":
    main()
