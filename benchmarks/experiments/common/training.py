"""Taggers trained for a fixed number of epochs, and their scores."""

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.common.tasks import Data, score
from brownclust import PerceptronTagger, WordClusters
from brownclust.tagger.templates import Template

PARTS = {"dev": "development data", "test": "test data"}
"""What taggers are scored on, by the key of a run."""


def train_and_score(
    training: Data,
    scored: Mapping[str, Data],
    *,
    templates: str | Iterable[Template],
    clusters: WordClusters | None,
    n_epochs: int,
    seed: int,
) -> dict[str, float]:
    """Return the scores in percent of a tagger that is trained now.

    The number of epochs is fixed: no data but `training` have a part in training.

    Parameters
    ----------
    training : Data
        Sentences and their tags.
    scored : mapping of str to Data
        Data to score the tagger on, by the key of a run: one of `PARTS`.
    templates, clusters, n_epochs
        As `PerceptronTagger` takes them.
    seed : int
        Seed of the order of sentences.
    """
    tagger = PerceptronTagger(
        templates, clusters=clusters, n_epochs=n_epochs, random_state=seed
    ).fit(*training)
    return {part: score(tagger, data) for part, data in scored.items()}


def parts_of(options: Any) -> tuple[str, ...]:
    """Return the parts to score: with ``--test``, test data, too."""
    return tuple(PARTS) if options.test else ("dev",)


def last_part(runs: Runs) -> str:
    """Return ``"test"`` if there are scores on test data, else ``"dev"``."""
    return "test" if any("test" in run for run in runs) else "dev"
