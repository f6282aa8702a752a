"""A first tagger, whose tags in the whole document are features of the second one.

The first tagger has seen the sentences that the second one learns from, and tags them
too well. So the second one learns from tags of others, each of which was trained
without the documents that it tags (cross-fitting). `majorities` makes columns of tags.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brownclust.tagger.documents import Column, Text
from brownclust.tagger.majorities import majorities
from brownclust.tagger.sentences import Tags, words_of

if TYPE_CHECKING:
    from brownclust.tagger.base import Tagger

N_FOLDS = 5
"""Parts of the training data that are tagged by a tagger trained on the others."""

N_EPOCHS = 10
"""Of each first tagger, which has no development data to choose the best one."""

Fit = Callable[[Text, Tags], "Tagger"]
"""Returns a new tagger that is trained on sentences and tags."""


def majority_columns(tagger: "Tagger", text: Text) -> dict[str, Column]:
    """Return the columns that a first tagger finds in a text it has not seen."""
    return _columns(tagger, text, _tags(tagger, text))


def fitted_columns(
    fit: Fit, tagger: "Tagger", text: Text, tags: Tags
) -> dict[str, Column]:
    """Return the columns of a text that first taggers are trained on.

    Parameters
    ----------
    fit : callable
        Trains a first tagger.
    tagger : Tagger
        One that is trained on all of the text.
    text : Text
        The training text.
    tags : sequence of sequences of str
        Its tags.
    """
    found: list[Sequence[str]] = [()] * len(text)
    folds = _folds(text.documents)
    for fold in range(N_FOLDS):
        others, tagged = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        rest = text.select(others)
        has_rest = bool(rest.sizes.sum())
        trained = tagger
        if has_rest and tagged.size:
            trained = fit(rest, [tags[i] for i in others.tolist()])
        part = text.select(tagged)
        for i, of_sentence in zip(tagged.tolist(), _tags(trained, part), strict=True):
            found[i] = of_sentence
    return _columns(tagger, text, found)


def _folds(documents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each sentence: by documents, if there are enough of these."""
    n_documents = int(documents.max(initial=-1)) + 1
    if n_documents >= N_FOLDS:
        return documents % N_FOLDS
    return np.arange(documents.size) * N_FOLDS // max(documents.size, 1)


def _tags(tagger: "Tagger", text: Text) -> list[Sequence[str]]:
    """Return predicted tags in the scheme of the tagger, in the usual notation."""
    numbers = tagger._tag(text)
    names = tagger.tag_set_.names
    ends = np.cumsum(text.sizes)[:-1]
    parts = np.split(numbers, ends) if len(text) else []
    return [[names[number] for number in part.tolist()] for part in parts]


def _columns(
    tagger: "Tagger", text: Text, tags: Sequence[Sequence[str]]
) -> dict[str, Column]:
    return majorities(
        words_of(text.sentences, tagger.space_.columns),
        tags,
        text.documents.tolist(),
        are_spans=tagger.tag_set_.scheme is not None,
    )
