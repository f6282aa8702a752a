"""Our trees and clusters compared with those of wcluster, on real text.

wcluster breaks ties arbitrarily, so trees can be equal only on text without ties:
``distinct-brown`` keeps the words of the Brown corpus whose count no other word has.
"""

import gzip
import lzma

import pytest
from reference import (
    agglomerate,
    count_text,
    read_paths,
    stream_average_mutual_information,
)

from brownclust.counting.counts import BigramCounts
from brownclust.tree.agglomerate import brown_cluster

pytestmark = pytest.mark.corpus

WCLUSTER_AMI = 1.8634
"""AMI in bits of wcluster's 320 clusters of the Brown corpus, rounded down."""


@pytest.fixture(scope="module")
def distinct_brown(data_folder):
    path = data_folder / "oracle" / "distinct-brown.txt.gz"
    return BigramCounts.from_text(path, boundary="ignore")


@pytest.fixture(scope="module")
def brown_tokens(data_folder):
    return lzma.decompress((data_folder / "text" / "brown.txt.xz").read_bytes()).split()


@pytest.fixture(scope="module")
def brown(data_folder):
    return BigramCounts.from_text(
        data_folder / "text" / "brown.txt.xz", boundary="ignore"
    )


def groups(paths):
    """The sets of words that share a bit string."""
    members = {}
    for word, bits in paths.items():
        members.setdefault(bits, set()).add(word)
    return {frozenset(words) for words in members.values()}


def leaf_sets(paths):
    """The set of words below each internal node of the tree with these paths."""
    below = {}
    for word, bits in paths.items():
        for depth in range(len(bits)):
            below.setdefault(bits[:depth], set()).add(word)
    return {frozenset(words) for words in below.values()}


def paths_of(counts, bit_strings):
    words = map(counts.vocabulary.word_bytes, range(counts.n_types))
    return dict(zip(words, bit_strings, strict=True))


@pytest.mark.parametrize("n_clusters", [20, 50, 150])
def test_tree_equals_that_of_wcluster(data_folder, distinct_brown, n_clusters):
    tree = brown_cluster(distinct_brown, window=n_clusters)
    name = f"distinct-brown-c{n_clusters}"
    full = read_paths((data_folder / "oracle" / f"{name}-no_prune.paths").read_bytes())
    pruned = read_paths((data_folder / "oracle" / f"{name}.paths").read_bytes())

    bit_strings = [bits for _, bits in sorted(tree.iter_full_bit_strings())]
    ours = leaf_sets(paths_of(distinct_brown, bit_strings))
    assert len(ours) == distinct_brown.n_types - 1
    assert ours == leaf_sets(full)

    ours_pruned = paths_of(distinct_brown, tree.bit_strings(n_clusters))
    assert len(groups(ours_pruned)) == n_clusters
    assert groups(ours_pruned) == groups(pruned)
    assert leaf_sets(ours_pruned) == leaf_sets(pruned)


@pytest.mark.slow
def test_tree_of_the_reference_equals_that_of_wcluster(data_folder):
    oracle = data_folder / "oracle"
    text = gzip.decompress((oracle / "distinct-brown.txt.gz").read_bytes())
    table = count_text([text], boundary="ignore")
    leaves = {w: frozenset([word]) for w, word in enumerate(table.words)}
    merged = set()
    for left, right, new, _ in agglomerate(table, 20):
        leaves[new] = leaves[left] | leaves[right]
        merged.add(leaves[new])
    full = read_paths((oracle / "distinct-brown-c20-no_prune.paths").read_bytes())
    assert merged == leaf_sets(full)


@pytest.mark.slow
def test_ami_of_wcluster_is_as_published(data_folder, brown_tokens):
    paths = (data_folder / "oracle" / "brown-c320.paths.gz").read_bytes()
    ami = stream_average_mutual_information(
        brown_tokens, read_paths(gzip.decompress(paths))
    )
    assert ami == pytest.approx(1.86342, abs=5e-6)


@pytest.mark.slow
def test_ami_is_at_least_that_of_wcluster(brown, brown_tokens):
    tree = brown_cluster(brown, window=320)
    paths = paths_of(brown, tree.bit_strings(320))
    assert len(groups(paths)) == 320
    ami = stream_average_mutual_information(brown_tokens, paths)
    assert ami >= WCLUSTER_AMI
    assert ami == pytest.approx(tree.average_mutual_information(320), abs=1e-9)
