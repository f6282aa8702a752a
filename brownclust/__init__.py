"""Exact Brown clustering: bit-string hierarchies of the words of a corpus.

The public names are imported when first used, so that ``import brownclust``
(and with it ``brownclust --help``) costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from brownclust._version import __version__

if TYPE_CHECKING:
    from brownclust.clustering import BrownClustering
    from brownclust.clusters.documents import BrownVectorizer
    from brownclust.clusters.features import BrownFeatures
    from brownclust.clusters.plot import plot_dendrogram
    from brownclust.clusters.word_clusters import WordClusters
    from brownclust.counting.counts import BigramCounts
    from brownclust.tagger import CRFTagger, PerceptronTagger
    from brownclust.tree.agglomerate import brown_cluster
    from brownclust.tree.dendrogram import Dendrogram
    from brownclust.tree.extend import extend_model
    from brownclust.tree.fitting import cluster_counts, refine_clusters
    from brownclust.tree.model import BrownModel

__all__ = [
    "BigramCounts",
    "BrownClustering",
    "BrownFeatures",
    "BrownModel",
    "BrownVectorizer",
    "CRFTagger",
    "Dendrogram",
    "PerceptronTagger",
    "WordClusters",
    "__version__",
    "brown_cluster",
    "cluster_counts",
    "extend_model",
    "plot_dendrogram",
    "refine_clusters",
]

_MODULES = {
    "BigramCounts": "brownclust.counting.counts",
    "BrownClustering": "brownclust.clustering",
    "BrownFeatures": "brownclust.clusters.features",
    "BrownModel": "brownclust.tree.model",
    "BrownVectorizer": "brownclust.clusters.documents",
    "CRFTagger": "brownclust.tagger",
    "Dendrogram": "brownclust.tree.dendrogram",
    "PerceptronTagger": "brownclust.tagger",
    "WordClusters": "brownclust.clusters.word_clusters",
    "brown_cluster": "brownclust.tree.agglomerate",
    "cluster_counts": "brownclust.tree.fitting",
    "extend_model": "brownclust.tree.extend",
    "plot_dendrogram": "brownclust.clusters.plot",
    "refine_clusters": "brownclust.tree.fitting",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
