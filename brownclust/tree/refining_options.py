"""The options of refining, and how they go together."""

from typing import Any, Literal, TypeAlias

from brownclust._validation import check_choice, check_integer, must_be
from brownclust.tree.sizes import WindowSize

Init: TypeAlias = Literal["greedy", "random"]
GREEDY: Init = "greedy"
INITS = ("greedy", "random")
"""What to refine: clusters of the greedy algorithm, or random ones."""

RECOMMENDED_SWEEPS = 20
"""Of annealing: twice as many take twice as long, and gain much less."""

MAX_SWEEPS = 10**6
MAX_SEED = 2**63 - 1


def check_seed(name: str, value: Any) -> int:
    """Return a seed as an int.

    Parameters
    ----------
    name : str
        The parameter, for the message.
    value : object
        An integer from 0 to `MAX_SEED`.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    return check_integer(name, value, minimum=0, maximum=MAX_SEED)


def check_refine(
    refine: Any,
    n_clusters: int,
    window: WindowSize = None,
    init: str = GREEDY,
) -> int | None:
    """Return the number of annealed sweeps, None if clusters are not refined.

    Parameters
    ----------
    refine : int or None
        Number of annealed sweeps.
    n_clusters, window, init
        As for `cluster_counts`.

    Raises
    ------
    TypeError, ValueError
        If it is not such a number, or the other options do not go with it.
    """
    check_choice("init", init, INITS)
    if refine is None:
        if init != GREEDY:
            raise ValueError(must_be("init", "'greedy' without refine", init))
        return None
    if window not in (None, n_clusters):
        rule = "left out with refine, or the number of clusters"
        raise ValueError(must_be("window", rule, window))
    return check_integer("refine", refine, minimum=0, maximum=MAX_SWEEPS)
