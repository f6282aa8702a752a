"""How good a flat clustering is, of any program, and how many clusters to make.

All functions work on label arrays: ``labels[w]`` is the cluster of word *w*, -1 for a
word without one. ``coverage`` (how much of a text has a cluster, sizes of clusters),
``perplexity`` (of held-out text), ``agreement`` (with tags) and ``choice`` (numbers of
clusters) are independent but for the last, which uses ``perplexity``.
"""

from brownclust.tree.judging.agreement import Agreement, tag_agreement
from brownclust.tree.judging.choice import Candidate, Choice, choose_n_clusters, knee
from brownclust.tree.judging.coverage import (
    Coverage,
    cluster_sizes,
    label_coverage,
)
from brownclust.tree.judging.perplexity import HeldOut

__all__ = [
    "Agreement",
    "Candidate",
    "Choice",
    "Coverage",
    "HeldOut",
    "choose_n_clusters",
    "cluster_sizes",
    "knee",
    "label_coverage",
    "tag_agreement",
]
