"""Where the words of a text occur elsewhere in their documents.

Ratinov and Roth (2009), "Design challenges and misconceptions in named entity
recognition", section 6.1, "context aggregation": a name that stands alone in one
sentence may stand after a title in another one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

N_NEAREST = 5
"""Occurrences before and after a word that count: bounds the time for any text."""


class Pairs(NamedTuple):
    """Tokens, and where else their words occur; each a number among all tokens.

    Attributes
    ----------
    tokens : int64 array (n_pairs,)
        The tokens.
    others : int64 array (n_pairs,)
        One of the other occurrences of each.
    """

    tokens: NDArray[np.int64]
    others: NDArray[np.int64]


def find_elsewhere(
    words: Sequence[str], rows: NDArray[np.int32], documents: NDArray[np.int64]
) -> Pairs:
    """Return the nearest other occurrences of words that may be names.

    These have an upper-case letter; or are of letters that have no case, as in Chinese.
    The other occurrences are of the same word in any case.

    Parameters
    ----------
    words : sequence of str
        All tokens.
    rows : int32 array (n_tokens,)
        Equal for equal words.
    documents : int64 array (n_tokens,)
        Number of the document of each token.

    Returns
    -------
    Pairs
        Up to `N_NEAREST` occurrences before each token, and as many after it.
    """
    _, first, distinct = np.unique(rows, return_index=True, return_inverse=True)
    forms: dict[str, int] = {}
    of_distinct = np.empty(first.size, np.int64)
    may_be_name = np.empty(first.size, bool)
    for i, at in enumerate(first.tolist()):
        word = words[at]
        lowered = word.lower()
        of_distinct[i] = forms.setdefault(lowered, len(forms))
        may_be_name[i] = word != lowered or (word == word.upper() and word.isalpha())
    has_name = np.zeros(len(forms), bool)
    has_name[of_distinct[may_be_name]] = True
    candidates = np.flatnonzero(has_name[of_distinct][distinct])
    groups = documents[candidates] * len(forms) + of_distinct[distinct[candidates]]
    order = np.argsort(groups, kind="stable")
    groups, ordered = groups[order], candidates[order]
    tokens, others = [], []
    for distance in range(1, N_NEAREST + 1):
        is_same = groups[distance:] == groups[:-distance]
        before, after = ordered[:-distance][is_same], ordered[distance:][is_same]
        tokens += [before, after]
        others += [after, before]
    found = np.concatenate(tokens)
    is_chosen = may_be_name[distinct[found]]
    return Pairs(found[is_chosen], np.concatenate(others)[is_chosen])


def distinct_features(
    tokens: NDArray[np.int64], features: NDArray[np.int64], n_tokens: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return each feature of each token once.

    Parameters
    ----------
    tokens, features : int64 arrays (n,)
        Pairs of a token and a feature, below 2**31.
    n_tokens : int
        Number of tokens.

    Returns
    -------
    counts : int64 array (n_tokens,)
        Number of features of each token.
    ids : int32 array
        The features of all tokens, one token after the other, ascending.
    """
    keys = np.unique(tokens << 31 | features)
    counts = np.bincount(keys >> 31, minlength=n_tokens)
    return counts, (keys & (1 << 31) - 1).astype(np.int32)
