"""Measures of a clustering that need no tagger.

==================== ===========================================================
ami                  AMI in bits on the text that was clustered. It cannot be
                     compared between texts.
common_ami           AMI in bits on a common held-out text, where words without a
                     cluster are one more cluster.
common_perplexity    Perplexity of one fifth of the common text. The class-bigram
                     model has the probabilities of the other four fifths, so that
                     the words are the same for all clusterings; words without a
                     cluster are one more.
perplexity           Perplexity of the common text under a class-bigram model with
                     the probabilities of the text that was clustered, as
                     ``brownclust choose-k --held-out`` shows it. It cannot be
                     compared between texts.
covered TASK         Percent of the development tokens of words that the task's
                     training data do not have, whose word has a cluster, in lower
                     case or with other digits if not as it is.
==================== ===========================================================
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments.amount_of_text.samples import Samples
from benchmarks.experiments.common.clusters import ClusterStore
from benchmarks.experiments.common.tasks import Data
from brownclust import BigramCounts, WordClusters
from brownclust.tree.judging import HeldOut, label_coverage

BACKOFF = ("lowercase", "digits")
"""What the taggers look up for a word without a cluster."""

TaskData = Mapping[str, tuple[Data, Data, Data]]


class Measures:
    """Measures clusterings by a common text and by the words of tasks.

    Parameters
    ----------
    samples : Samples
        Gives the common text.
    store : ClusterStore
        Counts it; all words of it must be kept.
    data : mapping
        Training, development and test data by name of the task.
    """

    def __init__(self, samples: Samples, store: ClusterStore, data: TaskData) -> None:
        whole, most, rest = samples.common()
        self.common = store.counts(whole)
        self._model_counts = store.counts(most)
        self._held_out = HeldOut(self._model_counts, store.counts(rest))
        self._unseen = {name: _unseen_words(parts) for name, parts in data.items()}

    def measure(self, clusters: WordClusters, counts: BigramCounts) -> dict[str, float]:
        """Return all measures of clusters of a text, by name.

        Parameters
        ----------
        clusters : WordClusters
            The clusters.
        counts : BigramCounts
            Counts of the text that was clustered.
        """
        own = _labels(clusters, counts)
        common = _labels(clusters, self.common)
        common[common < 0] = clusters.n_clusters
        model = _labels(clusters, self._model_counts)
        found = {
            "ami": label_coverage(counts, own).ami,
            "common_ami": label_coverage(self.common, common).ami,
            "common_perplexity": self._held_out.perplexity(model),
            "perplexity": HeldOut(counts, self.common).perplexity(own),
        }
        for name, words in self._unseen.items():
            covered = clusters.cluster_labels(words, backoff=BACKOFF) >= 0
            found[f"covered {name}"] = 100 * float(covered.mean())
        return found


def _labels(clusters: WordClusters, counts: BigramCounts) -> NDArray[np.int32]:
    return clusters.cluster_labels(list(counts.vocabulary))


def _unseen_words(data: tuple[Data, Data, Data]) -> list[Any]:
    (train, _), (dev, _), _ = data
    known = {word for sentence in train for word in sentence}
    return [word for sentence in dev for word in sentence if word not in known]
