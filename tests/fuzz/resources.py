"""Good files that commands and functions need besides the one that is fuzzed."""

import os
from functools import cache
from pathlib import Path

from brownclust import BigramCounts, PerceptronTagger, WordClusters
from brownclust.tagger import read_tagged
from brownclust.tree.fitting import cluster_counts
from fuzz import samples


@cache
def resources():
    return Path(os.environ["FUZZ_RESOURCES"])


def make_resources(folder):
    """Write the files that commands read besides the one that is fuzzed."""
    clusters = WordClusters(
        ["the", "cat", "dog", "sat", "Köln"], ["00", "01", "10", "110", "111"]
    )
    clusters.save(Path(folder, "clusters"))
    tagged = Path(folder, "tagged")
    tagged.write_bytes(samples.TAGGED[0])
    text = Path(folder, "text")
    text.write_bytes(samples.TEXT[0])
    cluster_counts(BigramCounts.from_text(text), n_clusters=3).save(
        Path(folder, "model")
    )
    sentences, tags = read_tagged(tagged)
    tagger = PerceptronTagger("word[0]\nsuffix:2[0]\ncluster[0]", clusters=clusters)
    tagger.fit(sentences, tags).save(Path(folder, "tagger"))
    os.environ["FUZZ_RESOURCES"] = str(folder)


@cache
def clusters_for_features():
    return WordClusters.load(resources() / "clusters")


@cache
def trained_tagger():
    return PerceptronTagger.load(resources() / "tagger")
