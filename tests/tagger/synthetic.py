"""Synthetic sentences that are easy to tag, and functions that several tests use."""

from random import Random

from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger import PerceptronTagger

PLAIN = ["lower[-1..1]", "suffix:2[0]", "lower[-1] & lower[0]"]

WORDS = {
    "DET": ["the", "a", "every"],
    "ADJ": ["big", "old", "2nd"],
    "NOUN": ["dog", "cat", "Ångström", "house"],
    "VERB": ["sees", "likes", "builds"],
}
PATTERNS = ["DET NOUN VERB", "DET ADJ NOUN VERB DET NOUN", "NOUN VERB", "VERB"]
NAMES = {
    "PER": [["Ann"], ["Mr", "Lee"], ["Dr", "Ann", "Lee"]],
    "ORG": [["Acme"], ["Acme", "Bank"], ["Bank", "of", "Rome"]],
}


def sentences_of_words(n, seed=0):
    """Return sentences that are easy to tag, and their tags."""
    random = Random(seed)
    tags = [random.choice(PATTERNS).split() for _ in range(n)]
    return [[random.choice(WORDS[tag]) for tag in of_one] for of_one in tags], tags


def sentences_of_names(n, seed=0):
    """Return sentences with names and their iob2 tags; names of a type may touch."""
    random = Random(seed)
    sentences, tags = [], []
    for _ in range(n):
        words, of_one = ["."] * (n % 2), ["O"] * (n % 2)
        for kind in random.choices(["PER", "ORG", None], k=3):
            name = random.choice(NAMES[kind]) if kind else [random.choice("xyz")]
            words += name
            of_one += [f"B-{kind}"] if kind else ["O"]
            of_one += [f"I-{kind}"] * (len(name) - 1)
        sentences.append(words)
        tags.append(of_one)
    return sentences, tags


SENTENCES, TAGS = sentences_of_words(30)
NAMED, SPANS = sentences_of_names(30)
CLUSTERS = WordClusters(
    [*WORDS["NOUN"], "tree", *WORDS["VERB"], "eats", "Eve", "Ann"],
    [*["00"] * 5, *["010"] * 4, "011", "011"],
)


class Endings:
    """A feature source of a user."""

    def strings(self, sentences):
        return [[[f"end={word[-1:]}"] for word in s] for s in sentences]


def saved(tagger, path):
    tagger.save(path)
    return path.read_bytes()


def perceptron(templates=PLAIN, **options):
    """Return a perceptron that trains quickly."""
    return PerceptronTagger(templates, **({"n_epochs": 6} | options))
