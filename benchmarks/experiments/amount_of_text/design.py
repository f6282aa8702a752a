"""The clusterings of the experiment."""

from collections.abc import Iterator
from dataclasses import dataclass

N_SEEDS = 3
"""Samples, each with a training seed of its own; of a whole text, training seeds."""
N_EPOCHS = 8
K = 1000
MIN_COUNT = 5
NUMBERS = (100, 400, 1000, 3200)
"""Numbers of clusters of the same text."""
SMALL, SMALL_K, SMALL_MIN_COUNT = 160_000, 200, 2
"""Tokens of tweets, and the clusters of as few tokens."""
MILLION = 1_000_000
MIXED = "mixed"


@dataclass(frozen=True)
class Sample:
    """A text, or a part of it.

    Attributes
    ----------
    domain : str
        One of `samples.SOURCES`.
    n_tokens : int, optional
        About how many tokens are drawn; None for all.
    seed : int
        Seed of the draw.
    """

    domain: str
    n_tokens: int | None = None
    seed: int = 0

    @property
    def amount(self) -> str:
        """The amount in words: 160k, 1M, all."""
        if self.n_tokens is None:
            return "all"
        if self.n_tokens < MILLION:
            return f"{self.n_tokens // 1000}k"
        return f"{self.n_tokens // MILLION}M"

    @property
    def name(self) -> str:
        """The name, which files have, too."""
        parts = [self.domain.replace(" ", ""), self.amount]
        parts += [str(self.seed)] if self.n_tokens else []
        return "-".join(parts)


@dataclass(frozen=True)
class Clustering:
    """A clustering of a sample; of None, there are no clusters.

    Attributes
    ----------
    sample : Sample or None
        The text.
    k : int
        Number of clusters.
    min_count : int
        Words that occur less often have no cluster.
    """

    sample: Sample | None
    k: int = K
    min_count: int = MIN_COUNT

    @property
    def name(self) -> str:
        """The name, by which runs are found."""
        if self.sample is None:
            return "none"
        return f"{self.sample.name}-k{self.k}-min{self.min_count}"

    @property
    def kind(self) -> str:
        """The name without the seed of the sample."""
        if self.sample is None:
            return "none"
        seed = f"-{self.sample.amount}-{self.sample.seed}"
        return self.name.replace(seed, f"-{self.sample.amount}")


def samples(domain: str, *amounts: int | None) -> Iterator[Sample]:
    """Yield samples of each amount of a domain, and all of it for None."""
    for amount in amounts:
        for seed in range(1 if amount is None else N_SEEDS):
            yield Sample(domain, amount, seed)


SERIES = (MILLION, None)
"""Tokens of the mixtures that have clusterings of several numbers."""


def clusterings() -> list[Clustering]:
    """Return all clusterings, in the order of the runs."""
    one, three, ten = MILLION, 3 * MILLION, 10 * MILLION
    texts = [
        *samples("novels", one, three, ten, None),
        *samples("newswire", one, None),
        *samples("Brown", None),
        *samples(MIXED, one, three, ten, None),
        *samples("mixed + tweets", one, None),
    ]
    small = [*samples("novels", SMALL), *samples("newswire", SMALL), Sample("tweets")]
    numbers = [
        Clustering(sample, k)
        for k in NUMBERS
        for sample in samples(MIXED, *SERIES)
        if k != K
    ]
    return [
        Clustering(None),
        *map(Clustering, texts),
        *(Clustering(sample, SMALL_K, min_count=SMALL_MIN_COUNT) for sample in small),
        *numbers,
    ]


def taggers() -> list[tuple[Clustering, int]]:
    """Return each clustering with its seeds of training, in the order of the runs."""
    first, more = [], []
    for one in clusterings():
        if one.sample is None or one.sample.n_tokens is None:
            first.append((one, 0))
            more += [(one, seed) for seed in range(1, N_SEEDS)]
        else:
            first.append((one, one.sample.seed))
    return first + more
