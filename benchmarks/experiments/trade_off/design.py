"""What is trained."""

from collections.abc import Iterator
from typing import NamedTuple

NUMBERS = (25, 50, 100, 200, 400, 800, 1600, 3200)
"""Numbers of clusters."""

REFINED = (100, 200, 400)
"""Numbers of clusters of which there are refined ones, too."""

PATH, PREFIXES, CUTS = FORMS = ("one path", "prefixes", "cuts")

CUT_FACTOR = 4
FEWEST = 25
"""Cuts are at k, k / 4, k / 16, ... clusters, down to this number."""

LABELS = {"EWT": 0.25, "CoNLL-2000": 0.25, "WNUT-17": 1.0, "BTC": 1.0}
"""The part of the labelled sentences to train on: some 2,000 to 6,000 of each task."""

SWEEPS = 20
N_EPOCHS = 5
N_SEEDS = 3


class Setting(NamedTuple):
    """Clusters, and the form of their features.

    Attributes
    ----------
    clusters : {"none", "greedy", "refined"}
        How they are made.
    k : int
        How many there are.
    form : str
        One of `FORMS`.
    """

    clusters: str
    k: int = 0
    form: str = ""

    def __str__(self) -> str:
        """Return what lines of progress show."""
        if self.clusters == "none":
            return "no clusters"
        return f"{self.k} {self.clusters} clusters, {self.form}"


NO_CLUSTERS = Setting("none")


def settings() -> Iterator[Setting]:
    """Yield all settings."""
    yield NO_CLUSTERS
    for k in NUMBERS:
        # Of few clusters there is only one cut, and short prefixes are whole paths.
        for form in FORMS if len(cut_numbers(k)) > 1 else (PATH,):
            yield Setting("greedy", k, form)
    for k in REFINED:
        for form in (PATH, PREFIXES):
            yield Setting("refined", k, form)


def cut_numbers(k: int) -> list[int]:
    """Return the numbers of clusters of the cuts of a tree of k clusters, ascending.

    Examples
    --------
    >>> cut_numbers(1600), cut_numbers(200), cut_numbers(50)
    ([25, 100, 400, 1600], [50, 200], [50])
    """
    numbers = [k]
    while numbers[0] // CUT_FACTOR >= FEWEST:
        numbers.insert(0, numbers[0] // CUT_FACTOR)
    return numbers
