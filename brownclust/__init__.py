"""Exact Brown clustering: bit-string hierarchies of the words of a corpus.

The public names are imported when first used, so that ``import brownclust``
(and with it ``brownclust --help``) costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brownclust.clustering import BrownClustering
    from brownclust.clusters.documents import BrownVectorizer
    from brownclust.clusters.features import BrownFeatures
    from brownclust.clusters.word_clusters import WordClusters
    from brownclust.counting.counts import BigramCounts
    from brownclust.tagger import CRFTagger, PerceptronTagger
    from brownclust.tree.dendrogram import Dendrogram

from brownclust._version import __version__

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
    "BigramCounts": "brownclust.counting.counts",
    "BrownClustering": "brownclust.clustering",
    "BrownFeatures": "brownclust.clusters.features",
    "BrownVectorizer": "brownclust.clusters.documents",
    "CRFTagger": "brownclust.tagger",
    "PerceptronTagger": "brownclust.tagger",
    "Dendrogram": "brownclust.tree.dendrogram",
    "WordClusters": "brownclust.clusters.word_clusters",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
