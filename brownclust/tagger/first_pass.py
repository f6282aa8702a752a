"""A first tagger, whose tags in the whole document are features of the second one.

The first tagger has seen the sentences that the second one learns from, and tags them
too well. So the second one learns from tags of others, each of which was trained
without the documents that it tags (cross-fitting). `majorities` makes columns of tags.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brownclust.tagger.documents import Column, Text
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.majorities import majorities
from brownclust.tagger.sentences import Tags, words_of
from brownclust.tagger.templates import uses_majorities

if TYPE_CHECKING:
    from brownclust.tagger.base import Tagger

N_FOLDS = 5
"""Parts of the training data that are tagged by a tagger trained on the others."""

N_EPOCHS = 10
"""Of each first tagger, which has no development data to choose the best one."""

_MODULE = "brownclust.tagger.perceptron"
"""That of `PerceptronTagger`, which imports this module."""

_SAME = ("columns", "backoff", "scheme", "features", "hash_size")
_SAME_OF_PERCEPTRON = ("margin", "recall_margin", "word_dropout", "random_state")
"""Parameters of the second tagger that the first one has, too."""


def new_first_tagger(second: "Tagger", space: FeatureSpace) -> Any:
    """Return a perceptron with the parameters of the second tagger and its features.

    It has none of the features that need a first tagger.
    """
    names = (*_SAME, *_SAME_OF_PERCEPTRON)
    columns = space.columns
    tagger = import_module(_MODULE).PerceptronTagger(
        [one for one in space.templates if not uses_majorities(one, columns)],
        clusters=space.clusters,
        lexicons=() if space.lexicon is None else (space.lexicon,),
        n_epochs=N_EPOCHS,
        **{name: getattr(second, name) for name in names if hasattr(second, name)},
    )
    tagger._matcher = second._matcher
    return tagger


def fit_first_pass(
    second: "Tagger", space: FeatureSpace, text: Text, tags: Tags, warm_start: Any
) -> tuple["Tagger", dict[str, Column]]:
    """Train a first tagger; return it, and columns for the training of the second.

    Parameters
    ----------
    second : Tagger
        The second tagger, for its parameters.
    space : FeatureSpace
        The features of the second tagger.
    text : Text
        The training text.
    tags : sequence of sequences of str
        Its tags.
    warm_start : PerceptronTagger, optional
        What the first tagger continues from.
    """

    def fit(part: Text, of_part: Tags) -> Any:
        return new_first_tagger(second, space).fit(
            part.sentences,
            of_part,
            documents=part.documents.tolist(),
            warm_start=warm_start,
        )

    first = fit(text, tags)
    return first, _fitted_columns(fit, first, text, tags)


def majority_columns(tagger: "Tagger", text: Text) -> dict[str, Column]:
    """Return the columns that a first tagger finds in a text it has not seen."""
    return _columns(tagger, text, _tags(tagger, text))


def _fitted_columns(
    fit: Callable[[Text, Tags], "Tagger"], tagger: "Tagger", text: Text, tags: Tags
) -> dict[str, Column]:
    """Return the columns of the text that `tagger` is trained on, by cross-fitting."""
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
