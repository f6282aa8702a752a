"""Numbers for features that other objects provide as strings, as `BrownFeatures` does.

One of the three parts of `feature_space`, with `values` and `conjunctions`.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import pack_strings, unpack_strings
from brownclust._validation import must_be
from brownclust.tagger.values import Ids, Known, checksum, number_strings


class FeatureSource(Protocol):
    """An object that returns features of tokens as strings, as `BrownFeatures` does."""

    def strings(self, sentences: Sequence[Sequence[str]]) -> list[list[list[str]]]:
        """Return the features of each token of each sentence."""
        ...


def check_sources(features: Any) -> Sequence[FeatureSource]:
    """Return feature sources; raise ``TypeError`` if they are not in a sequence."""
    if not isinstance(features, Sequence):
        rule = "a sequence of feature sources"
        raise TypeError(must_be("features", rule, features))
    return features


class SourceFeatures:
    """The strings that feature sources return, numbered.

    Parameters
    ----------
    sources : sequence of FeatureSource
        A token has the features of all sources together.
    hash_size : int, optional
        If given, a string's number is a hash below it; otherwise each string has a
        number of its own.
    """

    def __init__(self, sources: Sequence[FeatureSource], hash_size: int | None) -> None:
        self.sources = tuple(sources)
        self._hash_size = hash_size
        self._known: dict[str, int] = Known()

    def __len__(self) -> int:
        """Return the number of known strings."""
        return len(self._known)

    def names(self) -> list[str]:
        """Return the known strings, by number."""
        return list(self._known)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the known strings as named arrays, for a file."""
        return pack_strings(self._known)

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Set the strings to those that `arrays` returned."""
        number_strings(self._known, unpack_strings(arrays))

    def find(
        self, sentences: Sequence[Sequence[str]], n_tokens: int, *, is_open: bool
    ) -> tuple[NDArray[np.int64], Ids]:
        """Return the features of all tokens.

        Parameters
        ----------
        sentences : sequence of sequences of str
            Words.
        n_tokens : int
            Number of words in all sentences.
        is_open : bool
            Whether new strings get numbers.

        Returns
        -------
        counts : int64 array (n_tokens,)
            Number of features of each token; empty if there are no sources.
        ids : int32 array
            The features of all tokens, one token after the other; -1 for an unknown
            string.
        """
        if not self.sources:  # skips a list per token
            return np.zeros(0, np.int64), np.zeros(0, np.int32)
        tokens: list[list[str]] = [[] for _ in range(n_tokens)]
        for source in self.sources:
            found = list(chain.from_iterable(source.strings(sentences)))
            if len(found) != n_tokens:
                rule = f"sources that return {n_tokens} lists, one for each token"
                raise ValueError(must_be("features", rule, len(found)))
            for token, more in zip(tokens, found, strict=True):
                token.extend(more)
        counts = np.fromiter(map(len, tokens), np.int64, n_tokens)
        strings = list(chain.from_iterable(tokens))
        if self._hash_size is not None:
            hashed = [checksum(f"source {s}") % self._hash_size for s in strings]
            return counts, np.array(hashed, np.int32)
        if is_open:
            for name in dict.fromkeys(strings):
                self._known.setdefault(name, len(self._known))
        ids = np.fromiter(map(self._known.__getitem__, strings), np.int32, len(strings))
        return counts, ids
