"""Exact Brown clustering: bit-string hierarchies of the words of a corpus.

The public names are imported when first used, so that ``import brownclust``
(and with it ``brownclust --help``) costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from brownclust._version import __version__

if TYPE_CHECKING:
    from brownclust.clustering import BrownClustering
    from brownclust.clusters import WordClusters
    from brownclust.counts import BigramCounts
    from brownclust.dendrogram import Dendrogram
    from brownclust.documents import BrownVectorizer
    from brownclust.features import BrownFeatures
    from brownclust.tagger import CRFTagger, PerceptronTagger

__all__ = [
    "BigramCounts",
    "BrownClustering",
    "BrownFeatures",
    "BrownVectorizer",
    "CRFTagger",
    "Dendrogram",
    "PerceptronTagger",
    "WordClusters",
    "__version__",
]

_HOME = {
    "BigramCounts": "brownclust.counts",
    "BrownClustering": "brownclust.clustering",
    "BrownFeatures": "brownclust.features",
    "BrownVectorizer": "brownclust.documents",
    "CRFTagger": "brownclust.tagger",
    "PerceptronTagger": "brownclust.tagger",
    "Dendrogram": "brownclust.dendrogram",
    "WordClusters": "brownclust.clusters",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
