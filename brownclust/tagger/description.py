"""What a tagger has learnt: the strongest features of each tag, and transitions."""

import re
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import numpy as np

from brownclust._validation import check_integer, must_be, on_one_line
from brownclust.clusters.features import SHORT_MARK
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.crf import CRFTagger
from brownclust.tagger.perceptron import PerceptronTagger
from brownclust.tagger.weights import FORBIDDEN, Weights

START = "(start)"
"""Stands in a report for the place before a sentence."""

_N_WORDS = 5
"""Words shown of a cluster."""

_BETWEEN_TERMS = re.compile(r"&(?=[^\[\]&]+\[-?\d+\]=)")
_CLUSTER = re.compile(r"(?:elsewhere\.)?cluster(?::\d+)?\[-?\d+\]=(.+)", re.DOTALL)


@dataclass(frozen=True)
class WeightedFeature:
    """A feature and its weight for a tag.

    Attributes
    ----------
    name : str
        Such as ``suffix:2[0]=ly``: the word ends in *ly*.
    weight : float
        Positive if it speaks for the tag.
    words : dict of str to list of str
        For each term that is a prefix of a bit string, such as ``cluster:4[0]=0110``:
        the most frequent words of these clusters.
    """

    name: str
    weight: float
    words: dict[str, list[str]]

    def __str__(self) -> str:
        """Return the name, with words after the terms that have some."""
        terms = []
        for term in _BETWEEN_TERMS.split(self.name):
            words = " ".join(self.words.get(term, ()))
            terms.append(f"{term} ({words})" if words else term)
        return printable(" & ".join(terms))


@dataclass(frozen=True)
class WeightedTransition:
    """A tag, the following tag, and the weight of that.

    Attributes
    ----------
    before : str or None
        None if the tag is the first of a sentence.
    tag : str
        The following tag.
    weight : float
        Positive if it speaks for this pair.
    """

    before: str | None
    tag: str
    weight: float


@dataclass(frozen=True)
class Description:
    """The result of `describe`.

    Attributes
    ----------
    algorithm : str
        "perceptron" or "crf".
    scheme : str or None
        The tagger's own scheme, of all tags here; None if they do not mark spans.
    n_tags, n_features, n_weights : int
        Number of tags, of features with weights, and of their weights.
    templates : list of str
        The templates of features.
    features : dict of str to list of WeightedFeature
        By tag, those with the largest absolute weights, largest first.
    transitions : list of WeightedTransition
        Those with the largest absolute weights, largest first.
    """

    algorithm: str
    scheme: str | None
    n_tags: int
    n_features: int
    n_weights: int
    templates: list[str]
    features: dict[str, list[WeightedFeature]]
    transitions: list[WeightedTransition]

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes by name, ready for JSON."""
        return asdict(self)

    def report(self) -> str:
        """Return tables as text."""
        size = f"{self.algorithm}, {self.n_tags:,} tags"
        if self.scheme is not None:
            size += f" (in {self.scheme}, the tagger's own scheme)"
        size += f", {self.n_weights:,} weights of {self.n_features:,} features"
        blocks = [[size]]
        for tag, features in self.features.items():
            rows = [[f"{one.weight:.2f}", str(one)] for one in features]
            blocks.append(_titled(printable(tag), rows or [["", "no features"]]))
        rows = [
            [f"{one.weight:.2f}", printable(f"{one.before or START} → {one.tag}")]
            for one in self.transitions
        ]
        if rows:
            blocks.append(_titled("transitions", rows))
        return "\n\n".join("\n".join(lines) for lines in blocks)


def _titled(title: str, rows: list[list[str]]) -> list[str]:
    width = max(len(number) for number, _ in rows)
    return [title, *(f"  {number:>{width}}  {text}" for number, text in rows)]


def printable(text: str) -> str:
    """Return text with control characters and the like as escape sequences."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def describe(
    tagger: PerceptronTagger | CRFTagger, n: int = 10, tag: str | None = None
) -> Description:
    """Return the strongest features of each tag, and the strongest transitions.

    Parameters
    ----------
    tagger : PerceptronTagger or CRFTagger
        A trained tagger.
    n : int, default 10
        How many features of each tag, and how many transitions.
    tag : str, optional
        Only this tag, in the tagger's own scheme as ``U-LOC``; or all tags of this type
        of spans, as ``LOC``. Transitions are those from and to such tags.

    Returns
    -------
    Description

    Raises
    ------
    NotFittedError
        If the tagger is not trained.
    ValueError
        If there is no such tag.

    Examples
    --------
    >>> tagger = PerceptronTagger(["word[0]"], n_epochs=1)
    >>> tagger = tagger.fit([["a", "dog"]], [["DET", "NOUN"]])
    >>> for one in describe(tagger).features["NOUN"]:
    ...     print(one.name, one.weight > 0)
    word[0]=a False
    word[0]=dog True
    """
    tagger._check_fitted()
    check_integer("n", n, minimum=1)
    weights, space, names = tagger.weights_, tagger.space_, tagger.tag_set_.names
    chosen = _chosen(names, tagger.tag_set_.scheme, tag)
    feature_names = space.names()
    features = {}
    for number in chosen:
        strongest = zip(*weights.strongest(n, number), strict=True)
        features[names[number]] = [
            WeightedFeature(
                name := feature_names[feature],
                float(weights.values[entry]),
                _words_of(name, space.clusters),
            )
            for feature, entry in strongest
        ]
    return Description(
        algorithm=tagger.algorithm,
        scheme=tagger.tag_set_.scheme,
        n_tags=len(names),
        n_features=int(weights.has_weights.sum()),
        n_weights=len(weights),
        templates=list(map(str, space.templates)),
        features=features,
        transitions=_transitions(weights, names, chosen, n),
    )


def _chosen(names: tuple[str, ...], scheme: str | None, tag: str | None) -> list[int]:
    """Return the numbers of tags to describe."""
    numbers = [
        i
        for i, name in enumerate(names)
        if tag in (None, name) or (scheme is not None and name[2:] == tag)
    ]
    if not numbers:
        kinds = {name[2:] for name in names} - {""} if scheme is not None else set()
        listed = on_one_line(", ".join(chain(names, sorted(kinds))))
        raise ValueError(must_be("tag", f"one of {listed}", tag))
    return numbers


def _transitions(
    weights: Weights, names: tuple[str, ...], chosen: list[int], n: int
) -> list[WeightedTransition]:
    values = weights.transitions
    is_chosen = np.zeros(values.shape, bool)
    is_chosen[chosen] = is_chosen[:, chosen] = True
    is_chosen &= (values > FORBIDDEN // 2) & (values != 0)
    rows, columns = np.nonzero(is_chosen)
    found = np.argsort(-np.abs(values[rows, columns]), kind="stable")[:n]
    before = (*names, None)
    return [
        WeightedTransition(before[i], names[j], float(values[i, j]))
        for i, j in zip(rows[found], columns[found], strict=True)
    ]


def _words_of(name: str, clusters: WordClusters | None) -> dict[str, list[str]]:
    """Return the most frequent words of each cluster in the name of a feature."""
    words: dict[str, list[str]] = {}
    if clusters is None:
        return words
    for term in _BETWEEN_TERMS.split(name):
        if found := _CLUSTER.fullmatch(term):
            prefix = found[1]
            if not clusters.is_flat:
                prefix = prefix.removesuffix(SHORT_MARK)
            if members := clusters.members(prefix)[:_N_WORDS]:
                words[term] = members
    return words
