"""Automatic parts of speech, as a parser meets them: predicted, also in training."""

from collections.abc import Sequence

import numpy as np

from brownclust import PerceptronTagger, WordClusters

Words = Sequence[list[str]]
Tags = list[list[str]]


def automatic_tags(
    words: Words,
    tags: Tags,
    others: Sequence[Words],
    *,
    clusters: WordClusters | None = None,
    n_folds: int,
    n_epochs: int,
    random_state: int,
) -> tuple[Tags, list[Tags]]:
    """Return tags of the training sentences and of others, by taggers trained on these.

    A training sentence is tagged by a tagger that was trained on the other folds, so
    that its tags have as many errors as those of new sentences.

    Parameters
    ----------
    words, tags : lists
        The training sentences and their gold tags.
    others : sequence of lists
        Further sentences, such as development and test data.
    clusters : WordClusters, optional
        Clusters for the taggers' features.
    n_folds, n_epochs, random_state : int
        The number of folds; those of the taggers.
    """

    def train(indices: Sequence[int]) -> PerceptronTagger:
        tagger = PerceptronTagger(
            "pos", clusters=clusters, n_epochs=n_epochs, random_state=random_state
        )
        return tagger.fit([words[i] for i in indices], [tags[i] for i in indices])

    fold_of = np.arange(len(words)) % n_folds
    predicted: Tags = [[]] * len(words)
    for fold in range(n_folds):
        held_out = np.flatnonzero(fold_of == fold).tolist()
        tagger = train(np.flatnonzero(fold_of != fold).tolist())
        of_fold = tagger.predict([words[i] for i in held_out])
        for i, of_sentence in zip(held_out, of_fold, strict=True):
            predicted[i] = of_sentence
    tagger = train(range(len(words)))
    return predicted, [tagger.predict(sentences) for sentences in others]
