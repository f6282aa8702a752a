"""The command: trains and scores the parsers that are not in the results yet."""

import sys

from benchmarks.experiments import parsing
from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.options import (
    TEXTS,
    add_numbers,
    default_text,
    experiment_parser,
    labelled,
)
from benchmarks.experiments.common.record import Record
from benchmarks.experiments.common.training import parts_of
from benchmarks.experiments.parsing import design
from benchmarks.experiments.parsing.figure import draw
from benchmarks.experiments.parsing.report import markdown_report
from benchmarks.experiments.parsing.runs import Runs
from benchmarks.experiments.parsing.treebank import Tree, projectivised, read_trees


def main(arguments: list[str] | None = None) -> int:
    """Run; return the exit code."""
    parser = experiment_parser("parsing", parsing.__doc__)
    add_numbers(parser, clusters=design.K)
    options = parser.parse_args(arguments)
    parts = parts_of(options)
    folder = labelled(options) / "parse/ewt"
    training, *scored = (
        read_trees(next(folder.glob(f"{part}.conllu*"))) for part in ("train", *parts)
    )
    settings = {
        "texts": list(TEXTS),
        "clusters": options.clusters,
        "epochs": design.N_EPOCHS,
        "margin": design.MARGIN,
        "table_bits": design.TABLE_BITS,
        "training": describe_trees(training),
    }
    record = Record(options.output, settings, markdown_report)
    store = ClusterStore(options.work / "clusters")
    clusters = store.greedy(default_text(options), options.clusters)
    runs = Runs(
        record,
        options.work / "counts",
        clusters,
        training,
        dict(zip(parts, scored, strict=True)),
    )
    for tags in design.TAGS:
        for fraction in design.FRACTIONS:
            for seed in range(design.N_SEEDS):
                runs.add(tags, seed, fraction)
            record.save(gains=runs.gains())
    draw(record.runs, options.output)
    print(record.report())
    return 0


def describe_trees(trees: list[Tree]) -> dict[str, int]:
    """Return how many sentences and tokens there are, and how many are not projective.

    The tokens that are not are those with another head in the projective tree.
    """
    n_lifted = [int((projectivised(t.heads) != t.heads).sum()) for t in trees]
    return {
        "sentences": len(trees),
        "tokens": sum(len(tree.words) for tree in trees),
        "sentences_not_projective": sum(n > 0 for n in n_lifted),
        "tokens_lifted": sum(n_lifted),
    }


if __name__ == "__main__":
    sys.exit(main())
