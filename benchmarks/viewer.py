"""The page of ``brownclust view``: its size, and its times in a headless Chromium.

    python -m benchmarks.viewer [MODEL] [--rounds N]

Without MODEL the clusters are synthetic: 1,000 of 250,000 random words, whose letters
compress worse than those of a language. Times are medians, in milliseconds: from the
start of loading to the first paint, and until the page can be used; from a key in the
search box to the results; from the slider to the new clusters.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.chromium import open_chromium
from benchmarks.report import positive
from brownclust import WordClusters
from brownclust.clusters.viewer import save_html
from brownclust.tree.model import BrownModel

N_WORDS = 250_000
N_CLUSTERS = 1_000
QUERIES = ("e", "th", "monday", "zq", "xyzzyx", "ation", "0")

SEARCH = """async (query) => {
  const input = document.getElementById("search");
  const list = document.getElementById("results");
  list.replaceChildren();
  input.value = query;
  const started = performance.now();
  input.dispatchEvent(new Event("input"));
  while (!list.children.length) await Promise.resolve();
  list.getBoundingClientRect();
  return performance.now() - started;
}"""

SLIDE = """async (value) => {
  const input = document.getElementById("number");
  const started = performance.now();
  input.value = value;
  input.dispatchEvent(new Event("change"));
  document.getElementById("rows").getBoundingClientRect();
  return performance.now() - started;
}"""

LOADING = """() => new Promise((resolve) => {
  new PerformanceObserver((paints) => {
    const [first] = paints.getEntriesByName("first-contentful-paint");
    const [ready] = performance.getEntriesByName("ready");
    if (first) resolve([first.startTime, ready.startTime]);
  }).observe({ type: "paint", buffered: true });
})"""


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.viewer", description=__doc__.partition("\n\n")[0]
    )
    parser.add_argument("model", type=Path, nargs="?", metavar="MODEL")
    parser.add_argument("--rounds", type=positive, default=5, metavar="N")
    options = parser.parse_args(arguments)
    if options.model is not None:
        clusters: Any = BrownModel.load(options.model)
    else:
        clusters = synthetic_clusters(N_WORDS, N_CLUSTERS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clusters.html")
        save_html(clusters, path)
        print(f"page: {path.stat().st_size / 1e6:.2f} MB")
        for name, times in measure(path, options.rounds).items():
            print(f"{name}: {median(times):.1f} ms, at most {max(times):.1f}")
    return 0


def measure(path: Path, rounds: int) -> dict[str, list[float]]:
    """Return times in milliseconds, by what was done."""
    times: dict[str, list[float]] = {}

    def add(name: str, time: float) -> None:
        times.setdefault(name, []).append(time)

    with open_chromium() as browser:
        for _ in range(rounds):
            page = browser.new_page()
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready]")
            paint, ready = page.evaluate(LOADING)
            add("first paint", paint)
            add("ready", ready)
            add("first search", page.evaluate(SEARCH, "a"))
            for query in QUERIES:
                add("search", page.evaluate(SEARCH, query))
            largest = int(page.get_attribute("#number", "max"))
            for value in (1, largest // 10, largest // 2, largest):
                add("slider", page.evaluate(SLIDE, value))
            page.close()
    return times


def synthetic_clusters(n_words: int, n_clusters: int) -> WordClusters:
    """Return clusters of random words; counts by Zipf's law, merges at random."""
    random = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlcumwfgypbvkjxqz"))
    words: dict[str, None] = {}
    while len(words) < n_words:
        length = int(random.integers(3, 13))
        words["".join(letters[(26 * random.random(length) ** 2).astype(int)])] = None
    merges = []
    roots = list(range(n_clusters))
    paths: dict[int, list[int]] = {}
    for step in range(n_clusters - 1):
        left, right = sorted(random.choice(len(roots), 2, replace=False).tolist())
        pair = [roots[left], roots.pop(right)]
        roots[left] = n_clusters + step
        merges.append(pair)
        paths[n_clusters + step] = pair
    bit_strings = [""] * n_clusters
    stack = [(roots[0], "")]
    while stack:
        node, bits = stack.pop()
        if node < n_clusters:
            bit_strings[node] = bits
        else:
            stack += [(paths[node][0], bits + "0"), (paths[node][1], bits + "1")]
    order = sorted(range(n_clusters), key=bit_strings.__getitem__)
    rank = np.empty(2 * n_clusters - 1, np.int64)
    rank[order] = np.arange(n_clusters)
    rank[n_clusters:] = np.arange(n_clusters, 2 * n_clusters - 1)
    labels = np.concatenate(
        [np.arange(n_clusters), random.integers(0, n_clusters, n_words - n_clusters)]
    )
    counts = 30_000_000 // np.arange(10, n_words + 10)
    strings = [bit_strings[order[label]] for label in labels.tolist()]
    return WordClusters(list(words), strings, counts, merges=rank[np.array(merges)])


if __name__ == "__main__":
    raise SystemExit(main())
