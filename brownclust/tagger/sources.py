"""Features that come from elsewhere as strings, and their numbers."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import pack_strings, unpack_strings
from brownclust._validation import must_be
from brownclust.tagger.values import Ids, Known, checksum


class FeatureSource(Protocol):
    """Anything that gives features of tokens as strings, as `BrownFeatures` does."""

    def strings(self, sentences: Sequence[Sequence[str]]) -> list[list[list[str]]]:
        """Return the features of each token of each sentence."""
        ...


def check_sources(features: Any) -> Sequence[FeatureSource]:
    """Return sources of features; raise ``TypeError`` for one instead of several."""
    if not isinstance(features, Sequence):
        rule = "a sequence of sources of features"
        raise TypeError(must_be("features", rule, features))
    return features


class SourceFeatures:
    """The strings that sources give, numbered.

    Parameters
    ----------
    sources : sequence of FeatureSource
        Whose features are those of a token all together.
    hash_size : int, optional
        Strings share so many numbers, by hash, instead of having one each.
    """

    def __init__(self, sources: Sequence[FeatureSource], hash_size: int | None) -> None:
        self.sources = tuple(sources)
        self._hash_size = hash_size
        self._known: dict[str, int] = Known()

    def __len__(self) -> int:
        """Return how many strings are known."""
        return len(self._known)

    def names(self) -> list[str]:
        """Return the strings that are known, by number."""
        return list(self._known)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the strings that are known, for a file."""
        return pack_strings(self._known)

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take what `arrays` returned."""
        names = unpack_strings(arrays)
        self._known.update(zip(names, range(len(names)), strict=True))

    def find(
        self, sentences: Sequence[Sequence[str]], n_tokens: int, *, is_open: bool
    ) -> tuple[NDArray[np.int64], Ids]:
        """Return the features of all tokens.

        Parameters
        ----------
        sentences : sequence of sequences of str
            Words.
        n_tokens : int
            In all.
        is_open : bool
            Whether a string that is not known gets a number.

        Returns
        -------
        counts : int64 array (n_tokens,)
            How many features each token has; empty if there are no sources.
        ids : int32 array
            Of all tokens, one after the other; -1 for a string that is not known.
        """
        if not self.sources:  # nothing to do for any token
            return np.zeros(0, np.int64), np.zeros(0, np.int32)
        tokens: list[list[str]] = [[] for _ in range(n_tokens)]
        for source in self.sources:
            found = list(chain.from_iterable(source.strings(sentences)))
            if len(found) != n_tokens:
                rule = f"of one list for each of {n_tokens} tokens"
                raise ValueError(must_be("features", rule, f"{len(found)} lists"))
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
