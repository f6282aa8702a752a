"""All kinds of files, and the files that are needed to use them."""

import tempfile
import warnings

from brownclust import BigramCounts
from brownclust.tree.fitting import cluster_counts
from fuzz.binary_kinds import BINARY_KINDS, make_archives
from fuzz.resources import make_resources
from fuzz.text_kinds import TEXT_KINDS

KINDS = TEXT_KINDS | BINARY_KINDS


def prepare(folder):
    """Write all files that inputs are made from or used with, and compile kernels."""
    make_resources(folder)
    make_archives(folder)
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of files read with options of another kind
        for kind in KINDS.values():
            kind.warm_up(scratch)
    # Counts beyond 32 bits have kernels of their own, and no sample has such counts.
    large = BigramCounts.from_pairs([("a", "b", 1 << 40), ("b", "a", 1 << 40)])
    cluster_counts(large, n_clusters=2)
