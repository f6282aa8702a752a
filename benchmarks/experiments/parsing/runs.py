"""The runs: parsers trained with and without clusters, and their scores."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.experiments.common.record import Record, say
from benchmarks.experiments.common.tasks import nested_subset
from benchmarks.experiments.parsing import design
from benchmarks.experiments.parsing.encoding import Encoder
from benchmarks.experiments.parsing.evaluation import (
    Counts,
    attachment_scores,
    bootstrap_difference,
    count_right_heads,
)
from benchmarks.experiments.parsing.parser import Parser
from benchmarks.experiments.parsing.tags import Tags, automatic_tags
from benchmarks.experiments.parsing.templates import (
    BASELINE,
    CLUSTERS,
    parse_templates,
)
from benchmarks.experiments.parsing.treebank import Tree, projectivised
from brownclust import WordClusters

TEMPLATES = {
    False: parse_templates(BASELINE),
    True: parse_templates(BASELINE + CLUSTERS),
}
"""Without and with clusters."""


class Runs:
    """Trains and scores parsers, and keeps what is done.

    Parameters
    ----------
    record : Record
        The runs: which tags, seed, fraction, and whether the parser has clusters.
    folder : Path
        Where the right heads of each sentence are kept, for `gains`.
    clusters : WordClusters
        The clusters.
    training : list of Tree
        All training sentences.
    scored : dict of str to list of Tree
        Sentences to score, by the key of a run: dev, and perhaps test.
    """

    def __init__(
        self,
        record: Record,
        folder: Path,
        clusters: WordClusters,
        training: list[Tree],
        scored: dict[str, list[Tree]],
    ) -> None:
        self._record = record
        self._folder = folder
        self._clusters = clusters
        self._training = training
        self._scored = scored
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, tags: str, seed: int, fraction: float) -> None:
        """Train and score two parsers, unless that is done."""
        runs = [
            self._record.find(tags=tags, seed=seed, fraction=fraction, clusters=is_with)
            for is_with in (False, True)
        ]
        if all(self._is_done(run, part) for part in self._scored for run in runs):
            return
        training = nested_subset(self._training, fraction, seed)
        of_training, of_scored = self._tag(tags, seed, training)
        encoder = Encoder(self._clusters)
        encoded = _encode(encoder, training, of_training)
        heads = [projectivised(tree.heads) for tree in training]
        for run in runs:
            parser = Parser(
                TEMPLATES[run["clusters"]],
                n_epochs=design.N_EPOCHS,
                margin=design.MARGIN,
                table_bits=design.TABLE_BITS,
                random_state=seed,
            ).fit(encoded, heads)
            for part, trees in self._scored.items():
                sentences = _encode(encoder, trees, of_scored[part])
                counts = count_right_heads(trees, map(parser.parse, sentences))
                run[part], run[f"{part}_all"] = attachment_scores(counts)
                run[f"{part}_tags"] = _accuracy(trees, of_scored[part])
                np.save(self._path(run, part), counts)
            self._record.save()
            kind = "clusters" if run["clusters"] else "no clusters"
            place = f"tags {tags}, seed {seed}, {fraction:.0%}, {kind}"
            say(f"{place}: dev {run['dev']:.2f}")

    def _tag(
        self, tags: str, seed: int, training: list[Tree]
    ) -> tuple[Tags, dict[str, Tags]]:
        """Return the parts of speech of training sentences, and of those to score."""
        gold = [tree.tags for tree in training]
        if tags == "gold":
            return gold, {
                part: [tree.tags for tree in trees]
                for part, trees in self._scored.items()
            }
        predicted, others = automatic_tags(
            [tree.words for tree in training],
            gold,
            [[tree.words for tree in trees] for trees in self._scored.values()],
            clusters=self._clusters if tags == "clusters" else None,
            n_folds=design.N_FOLDS,
            n_epochs=design.N_TAGGER_EPOCHS,
            random_state=seed,
        )
        return predicted, dict(zip(self._scored, others, strict=True))

    def gains(self) -> list[dict[str, Any]]:
        """Return the gain by clusters at each fraction, and its interval.

        Of the last of the scored parts, and of the seeds that are done.
        """
        part = [*self._scored][-1]
        gains = []
        for tags, fraction in product(design.TAGS, design.FRACTIONS):
            counts = self._counts(part, tags, fraction)
            if not counts:
                continue
            gain, low, high = bootstrap_difference(*zip(*counts, strict=True))
            gains.append(
                {
                    "part": part,
                    "tags": tags,
                    "fraction": fraction,
                    "seeds": len(counts),
                    "gain": round(gain, 4),
                    "low": round(low, 4),
                    "high": round(high, 4),
                }
            )
        return gains

    def _counts(
        self, part: str, tags: str, fraction: float
    ) -> list[tuple[Counts, Counts]]:
        """Return the counts without and with clusters of each seed that has both."""
        done = {
            (run["seed"], run["clusters"]): run
            for run in self._record.runs
            if (run["tags"], run["fraction"]) == (tags, fraction)
            and self._is_done(run, part)
        }
        pairs = [
            (done.get((seed, False)), done.get((seed, True)))
            for seed in range(design.N_SEEDS)
        ]
        return [
            (
                np.load(self._path(without, part)),
                np.load(self._path(with_clusters, part)),
            )
            for without, with_clusters in pairs
            if without and with_clusters
        ]

    def _is_done(self, run: dict[str, Any], part: str) -> bool:
        """Whether there are scores, and the counts behind them: not in a new folder."""
        return part in run and self._path(run, part).exists()

    def _path(self, run: dict[str, Any], part: str) -> Path:
        kind = "with" if run["clusters"] else "without"
        name = f"{part}-{run['tags']}-{run['seed']}-{run['fraction']}-{kind}.npy"
        return self._folder / name


def _encode(encoder: Encoder, trees: Sequence[Tree], tags: Tags) -> list[Any]:
    return [
        encoder.encode(tree.words, of_tree)
        for tree, of_tree in zip(trees, tags, strict=True)
    ]


def _accuracy(trees: Sequence[Tree], tags: Tags) -> float:
    """Return how many parts of speech are right, in percent."""
    pairs = [
        (gold, tag)
        for tree, of_tree in zip(trees, tags, strict=True)
        for gold, tag in zip(tree.tags, of_tree, strict=True)
    ]
    return 100 * sum(gold == tag for gold, tag in pairs) / len(pairs)
