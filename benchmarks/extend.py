"""Place new words in existing clusters; compare with reclustering and with chance.

    python -m benchmarks.extend --corpus FILE --test FILE -c K [--min-count N]

The model is clustered from every other line of the corpus, and extended with the other
lines. For comparison, the same words are clustered again from the whole corpus
("reclustered"), and the new words are put into clusters at random. All three are
evaluated by average mutual information on the whole corpus and by the perplexity of
another text under a class bigram model, that of `brownclust.tree.judging.HeldOut`.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.report import describe, plain, positive, provenance, seconds_text
from brownclust import BigramCounts, WordClusters
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.extend import add_classes, extend_model, place
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.information import average_mutual_information
from brownclust.tree.judging import HeldOut
from brownclust.tree.model import BrownModel
from brownclust.tree.state import scale_bits

SEED = 0
N_SHOWN = 12


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.extend", description=__doc__.partition("\n\n")[0]
    )
    add = parser.add_argument
    add("--corpus", type=Path, required=True, metavar="FILE", help="text to cluster")
    add(
        "--test",
        type=Path,
        required=True,
        metavar="FILE",
        help="text for the perplexity",
    )
    add(
        "-c",
        "--clusters",
        type=positive,
        required=True,
        metavar="K",
        help="number of clusters",
    )
    add(
        "--min-count",
        type=positive,
        default=1,
        metavar="N",
        help="keep words that occur at least N times (default 1)",
    )
    options = parser.parse_args(arguments)
    k, min_count = options.clusters, options.min_count
    origin = provenance()
    with tempfile.TemporaryDirectory() as folder:
        halves = split_alternate_lines(options.corpus, Path(folder))
        old, more = (BigramCounts.from_text(half) for half in halves)
    old = old.select(min_count=min_count)
    compile_kernels(old, k)

    started = perf_counter()
    model = cluster_counts(old, n_clusters=k)
    clustering = perf_counter() - started
    started = perf_counter()
    extended = extend_model(model, more, min_count=min_count)
    extending = perf_counter() - started
    kept = more.select(vocabulary=extended.vocabulary)
    both = add_classes(model, kept, model.vocabulary.look_up(list(kept.vocabulary)))
    started = perf_counter()
    place(both, k, scale_bits(both.n_tokens))
    placing = perf_counter() - started

    seconds = {"cluster": clustering, "place": placing, "extend": extending}
    evaluate(options, len(model.vocabulary), extended, seconds)
    print_examples(WordClusters.from_model(extended), len(model.vocabulary))
    print(describe(origin))
    return 0


def evaluate(
    options: argparse.Namespace,
    n_old: int,
    extended: BrownModel,
    seconds: dict[str, float],
) -> None:
    """Compare with reclustering and with chance; print a table."""
    k = options.clusters
    words = list(extended.vocabulary)
    whole = BigramCounts.from_text(options.corpus, vocabulary=words)
    held_out = HeldOut(whole, BigramCounts.from_text(options.test))
    ranks = extended.vocabulary.look_up(list(whole.vocabulary))
    placed = extended.dendrogram.cut(k)[ranks]
    is_new = ranks >= n_old
    started = perf_counter()
    reclustered = brown_cluster(whole, window=k).cut(k)
    reclustering = perf_counter() - started
    at_random = placed.copy()
    at_random[is_new] = np.random.default_rng(SEED).integers(0, k, is_new.sum())

    rows = [["new words", "AMI (bits)", "of old words", "perplexity", "seconds"]]
    information = {}
    of_old = {}
    only_old = whole.select(vocabulary=extended.vocabulary.select(np.arange(n_old)))
    for name, labels, took in (
        ("placed", placed, seconds["extend"]),
        ("reclustered", reclustered, reclustering),
        ("at random", at_random, None),
    ):
        information[name] = average_mutual_information(whole, labels)
        of_old[name] = average_mutual_information(only_old, labels[~is_new])
        rows.append(
            [
                name,
                f"{information[name]:.4f}",
                f"{of_old[name]:.4f}",
                f"{held_out.perplexity(labels):,.1f}",
                "-" if took is None else seconds_text(took),
            ]
        )
    chance = information["at random"]
    gain = information["placed"] - chance
    gap = information["reclustered"] - chance
    # Placing moves no old word, so it cannot gain this part of the gap.
    gap_of_old = of_old["reclustered"] - of_old["placed"]
    n_new = len(extended.vocabulary) - n_old
    print(plain(rows))
    print(
        f"\n{n_old:,} words clustered in {seconds_text(seconds['cluster'])} s, "
        f"{n_new:,} placed in {seconds_text(seconds['place'])} s: "
        f"{seconds['place'] / seconds['cluster']:.1%} of that time.\n"
        "The other seconds of `placed` recompute the losses of the merges and the AMI."
        f"\nPlacing closes {gain / gap:.1%} of the AMI gap between random and "
        "reclustered. Old words, which keep\ntheir clusters, account for "
        f"{gap_of_old / gap:.1%} of the gap; placing closes "
        f"{gain / (gap - gap_of_old):.1%} of the remaining gap.\n"
    )


def split_alternate_lines(corpus: Path, folder: Path) -> tuple[Path, Path]:
    """Write the odd lines of a text to one file, the even lines to another."""
    halves = folder / "first", folder / "second"
    with (
        corpus.open("rb") as text,
        halves[0].open("wb") as first,
        halves[1].open("wb") as second,
    ):
        for number, line in enumerate(text):
            (second if number % 2 else first).write(line)
    return halves


def compile_kernels(counts: BigramCounts, n_clusters: int) -> None:
    """Compile or load all kernels, so that no timing includes it.

    A small text would not take those of dense windows.
    """
    cluster_counts(counts, n_clusters=n_clusters)
    small = BigramCounts.from_sentences([["a", "b", "c", "a"]])
    model = cluster_counts(small, n_clusters=2)
    extend_model(model, BigramCounts.from_sentences([["a", "d", "c"]]))


def print_examples(clusters: WordClusters, n_old: int) -> None:
    """Print some placed words, each with its nearest old words."""
    step = max(1, (len(clusters) - n_old) // (4 * N_SHOWN))
    old = set(list(clusters)[:n_old])
    for rank in range(n_old, len(clusters), step)[:N_SHOWN]:
        word = clusters.vocabulary[rank]
        near = [near for near, _, _ in clusters.nearest(word, 40) if near in old][:6]
        print(f"{clusters[word]:<20} {word} ({clusters.count(word)}): {' '.join(near)}")
    print()


if __name__ == "__main__":
    sys.exit(main())
