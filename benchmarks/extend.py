"""New words placed in old clusters, against clustering anew and against chance.

    python -m benchmarks.extend --corpus FILE --test FILE -c K [--min-count N]

Every other line of the corpus is clustered, and the model then extended by the rest.
The same words are clustered anew on the whole corpus, and the new ones thrown into
clusters at random. Judged are average mutual information on the whole corpus, and the
perplexity of class bigrams on another text.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import describe, plain, positive, provenance, seconds_text
from brownclust import BigramCounts, WordClusters
from brownclust.tree.agglomerate import brown_cluster, cluster_counts
from brownclust.tree.extend import add_classes, extend_model, place
from brownclust.tree.information import average_mutual_information
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
    add("--test", type=Path, required=True, metavar="FILE", help="text to judge by")
    add("-c", "--clusters", type=positive, required=True, metavar="K")
    add("--min-count", type=positive, default=1, metavar="N", help="default 1")
    options = parser.parse_args(arguments)
    k, min_count = options.clusters, options.min_count
    origin = provenance()
    with tempfile.TemporaryDirectory() as folder:
        halves = split(options.corpus, Path(folder))
        old, more = (BigramCounts.from_text(half) for half in halves)
    old = old.select(min_count=min_count)
    warm_up()

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
    judge(options, len(model.vocabulary), extended, seconds)
    show(WordClusters.from_model(extended), len(model.vocabulary))
    print(describe(origin))
    return 0


def judge(
    options: argparse.Namespace,
    n_old: int,
    extended: BrownModel,
    seconds: dict[str, float],
) -> None:
    """Compare with clustering anew and with chance, and print a table."""
    k = options.clusters
    words = list(extended.vocabulary)
    whole = BigramCounts.from_text(options.corpus, vocabulary=words)
    test = BigramCounts.from_text(options.test, vocabulary=words)
    ranks = extended.vocabulary.look_up(list(whole.vocabulary))
    placed = extended.dendrogram.cut(k)[ranks]
    is_new = ranks >= n_old
    started = perf_counter()
    anew = brown_cluster(whole, window=k).cut(k)
    relearning = perf_counter() - started
    by_chance = placed.copy()
    by_chance[is_new] = np.random.default_rng(SEED).integers(0, k, is_new.sum())

    rows = [["new words", "AMI (bits)", "of old words", "perplexity", "seconds"]]
    information = {}
    of_old = {}
    only_old = whole.select(vocabulary=extended.vocabulary.select(np.arange(n_old)))
    for name, labels, took in (
        ("placed", placed, seconds["extend"]),
        ("clustered anew", anew, relearning),
        ("at random", by_chance, None),
    ):
        information[name] = average_mutual_information(whole, labels)
        of_old[name] = average_mutual_information(only_old, labels[~is_new])
        rows.append(
            [
                name,
                f"{information[name]:.4f}",
                f"{of_old[name]:.4f}",
                f"{perplexity(whole, test, labels):,.1f}",
                "-" if took is None else seconds_text(took),
            ]
        )
    floor = information["at random"]
    gained = information["placed"] - floor
    distance = information["clustered anew"] - floor
    out_of_reach = of_old["clustered anew"] - of_old["placed"]
    n_new = len(extended.vocabulary) - n_old
    print(plain(rows))
    print(
        f"\n{n_old:,} words clustered in {seconds_text(seconds['cluster'])} s, "
        f"{n_new:,} placed in {seconds_text(seconds['place'])} s: "
        f"{seconds['place'] / seconds['cluster']:.1%} of that time.\n"
        "The rest of placed's seconds are the losses of merges and the AMI anew.\n"
        f"Placing closes {gained / distance:.1%} of the distance in AMI from chance to "
        "anew. Of that distance\nold words, whose clusters stay, make "
        f"{out_of_reach / distance:.1%}; without it, placing closes "
        f"{gained / (distance - out_of_reach):.1%}.\n"
    )


def split(corpus: Path, folder: Path) -> tuple[Path, Path]:
    """Write every other line of a text to a file, and the rest to another."""
    halves = folder / "first", folder / "second"
    with (
        corpus.open("rb") as text,
        halves[0].open("wb") as first,
        halves[1].open("wb") as second,
    ):
        for number, line in enumerate(text):
            (second if number % 2 else first).write(line)
    return halves


def warm_up() -> None:
    """Have every kernel compiled."""
    counts = BigramCounts.from_sentences([["a", "b", "c", "a"]])
    model = cluster_counts(counts, n_clusters=2)
    extend_model(model, BigramCounts.from_sentences([["a", "d", "c"]]))


def perplexity(
    train: BigramCounts, test: BigramCounts, labels: NDArray[np.int32]
) -> float:
    """Two to the bits that a word takes, given the class of the word before.

    p(w | v) = p(w | class of w) p(class of w | class of v), the latter smoothed by one
    count in all, shared out as classes are. Pairs with unknown words do not count.
    """
    n_classes = int(labels.max()) + 1
    classes = train.table.group(labels, n_classes)
    share = classes.unigram_counts / classes.unigram_counts.sum()
    pairs = classes.successors.to_matrix()
    row_totals = pairs.sum(axis=1)
    ranks = train.vocabulary.look_up(list(test.vocabulary))
    lefts = np.repeat(ranks, np.diff(test.successors.offsets))
    rights = ranks[test.successors.indices]
    weights = test.successors.counts
    left, right = labels[lefts], labels[rights]
    seen = np.asarray(pairs[left, right]).ravel()
    transition = (seen + share[right]) / (row_totals[left] + 1)
    emission = train.unigram_counts[rights] / classes.unigram_counts[right]
    bits = -np.log2(transition * emission) @ weights / weights.sum()
    return float(2.0**bits)


def show(clusters: WordClusters, n_old: int) -> None:
    """Print some placed words with their nearest old neighbours."""
    step = max(1, (len(clusters) - n_old) // (4 * N_SHOWN))
    old = set(list(clusters)[:n_old])
    for rank in range(n_old, len(clusters), step)[:N_SHOWN]:
        word = clusters.vocabulary[rank]
        near = [near for near, _, _ in clusters.nearest(word, 40) if near in old][:6]
        print(f"{clusters[word]:<20} {word} ({clusters.count(word)}): {' '.join(near)}")
    print()


if __name__ == "__main__":
    sys.exit(main())
