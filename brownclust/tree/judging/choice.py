"""How many clusters to make: mutual information and perplexity at several numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._progress import ProgressOption, shows_progress
from brownclust._validation import check_integer, must_be
from brownclust.counting.counts import BigramCounts
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.exchange import refine_labels
from brownclust.tree.judging.perplexity import HeldOut
from brownclust.tree.sizes import check_sizes


@dataclass(frozen=True)
class Candidate:
    """One number of clusters.

    Attributes
    ----------
    n_clusters : int
        The number.
    ami : float
        Average mutual information in bits per bigram.
    perplexity : float or None
        Perplexity of the held-out text; None without one.
    refined_ami, refined_perplexity : float or None
        The same of the clusters after refinement; None without it.
    """

    n_clusters: int
    ami: float
    perplexity: float | None = None
    refined_ami: float | None = None
    refined_perplexity: float | None = None

    def perplexity_of(self, *, refined: bool) -> float | None:
        """Return the perplexity of the clusters, or of the refined ones."""
        return self.refined_perplexity if refined else self.perplexity


@dataclass(frozen=True, eq=False)
class Choice:
    """What is known of several numbers of clusters.

    Attributes
    ----------
    ami_by_n_clusters : float64 array (window,)
        AMI in bits of the cuts of one tree into 1, 2, ..., `window` clusters.
    knee : int
        The number of clusters at the knee of this curve; see `knee`.
    candidates : tuple of Candidate
        The numbers that were asked for, ascending.
    """

    ami_by_n_clusters: NDArray[np.float64]
    knee: int
    candidates: tuple[Candidate, ...]

    def best(self, *, refined: bool = False) -> Candidate | None:
        """Return the candidate of least perplexity, the smallest of equals.

        Parameters
        ----------
        refined : bool, default False
            By the perplexity of refined clusters.

        Returns
        -------
        Candidate or None
            None if no perplexity is known.
        """
        judged = [
            (perplexity, candidate.n_clusters, candidate)
            for candidate in self.candidates
            if (perplexity := candidate.perplexity_of(refined=refined)) is not None
        ]
        return min(judged)[2] if judged else None


@shows_progress
def choose_n_clusters(
    counts: BigramCounts,
    n_clusters: Iterable[int],
    *,
    held_out: HeldOut | None = None,
    refine: int | None = None,
    seed: int = 0,
    threads: int = 1,
    progress: ProgressOption = None,
) -> Choice:
    """Cluster once, and judge the cuts of the tree into several numbers of clusters.

    Parameters
    ----------
    counts : BigramCounts
        Counts of a text.
    n_clusters : iterable of int
        The numbers to judge. The largest is the window, the number of clusters active
        at once: time and memory depend on it.
    held_out : HeldOut, optional
        Another text, whose perplexity is computed at each number.
    refine : int, optional
        Also refine the clusters at each number, with this many annealed sweeps; see
        `brownclust.tree.exchange.refine_labels`.
    seed : int, default 0
        Seed of the annealed sweeps.
    threads : int, default 1
        The most threads to use; the result is the same.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress("cluster", merges_done, merges_in_all)``, and for each number as
        ``progress("refine", sweeps_done, sweeps_expected)``.

    Returns
    -------
    Choice
        The AMI at every number, and the candidates.

    Raises
    ------
    TypeError, ValueError
        If a number of clusters is not an integer from 1 to the number of words, or
        another number is out of bounds.

    Notes
    -----
    A cut of a tree has somewhat less AMI than clustering with that number as the
    window: on the Brown corpus, at 320 clusters, 1.77 bits with window 2000, 1.86 with
    window 320.

    Examples
    --------
    >>> from brownclust import BigramCounts
    >>> lines = ["the cat sat", "the dog sat", "a cat ran", "a dog ran"]
    >>> counts = BigramCounts.from_sentences(line.split() for line in lines)
    >>> choice = choose_n_clusters(counts, [2, 3, 6])
    >>> [(c.n_clusters, round(c.ami, 2)) for c in choice.candidates]
    [(2, 1.17), (3, 2.17), (6, 2.17)]
    >>> choice.knee
    3
    """
    assert not isinstance(progress, bool)  # by the decorator
    numbers = sorted({check_sizes(k, None, counts.n_types)[0] for k in n_clusters})
    if not numbers:
        raise ValueError(must_be("n_clusters", "at least one number", numbers))
    tree = brown_cluster(counts, window=numbers[-1], threads=threads, progress=progress)
    ami = tree.ami_by_n_clusters
    candidates = []
    for number in numbers:
        labels = tree.cut(number)
        judged: dict[str, Any] = {"ami": float(ami[number - 1])}
        if held_out is not None:
            judged["perplexity"] = held_out.perplexity(labels)
        if refine is not None:
            refined = refine_labels(
                counts,
                labels,
                sweeps=refine,
                seed=seed,
                threads=threads,
                progress=progress,
            )
            judged["refined_ami"] = refined.ami
            if held_out is not None:
                judged["refined_perplexity"] = held_out.perplexity(refined.labels)
        candidates.append(Candidate(number, **judged))
    return Choice(ami, knee(ami), tuple(candidates))


def knee(values: ArrayLike) -> int:
    """Return the position, from 1, of the knee of a curve that rises ever more slowly.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        The curve at 1, 2, ..., n; at least one value.

    Returns
    -------
    int
        Where the curve is highest above the straight line from its first value to its
        last; the first such position.

    Raises
    ------
    ValueError
        If there are no values.

    Notes
    -----
    It depends on *n*: a longer curve has its knee later.

    References
    ----------
    Satopää, Albrecht, Irwin and Raghavan (2011), "Finding a 'kneedle' in a haystack",
    ICDCS Workshops, without smoothing.

    Examples
    --------
    >>> knee([0.0, 1.0, 1.5, 1.6, 1.7])
    3
    """
    curve = np.asarray(values, np.float64)
    check_integer("the number of values", curve.size, minimum=1)
    line = np.linspace(curve[0], curve[-1], curve.size)
    return int(np.argmax(curve - line)) + 1
