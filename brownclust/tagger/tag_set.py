"""The tags of a tagger: how it sees them, and how its user does."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, must_be
from brownclust.tagger.schemes import (
    SCHEMES,
    TELL_ENDS,
    allowed_transitions,
    complete,
    conversion_table,
    convert,
    detect_scheme,
)
from brownclust.tagger.weights import FORBIDDEN

AUTO = "auto"
NONE = "none"
CHOICES = (AUTO, *SCHEMES, NONE)


class TagSet:
    """Tags, numbered; those of spans in a scheme that may not be that of the data.

    Parameters
    ----------
    names : sequence of str
        As the tagger sees them.
    scheme : str or None
        What these are tags of; None if they are not tags of spans.
    output_scheme : str or None
        What users' tags are tags of.

    Attributes
    ----------
    outputs : list of str
        The tags as users see them.
    """

    def __init__(
        self, names: Sequence[str], scheme: str | None, output_scheme: str | None
    ) -> None:
        self.names = tuple(names)
        self.scheme = scheme
        self.output_scheme = output_scheme
        self._number = {name: i for i, name in enumerate(self.names)}
        self._table: NDArray[np.int32] | None = None
        outputs = list(self.names)
        if scheme is not None and output_scheme not in (scheme, None):
            self._table, outputs = conversion_table(
                self.names, scheme, str(output_scheme)
            )
        self.outputs = outputs

    @classmethod
    def learn(cls, tags: Sequence[Sequence[str]], scheme: str = AUTO) -> Self:
        """Return the tags of training data.

        Parameters
        ----------
        tags : sequence of sequences of str
            Of all sentences.
        scheme : str, default "auto"
            How spans are to be seen: "auto" is BILOU, where the tags are of spans.
            "none" takes tags as they are.

        Raises
        ------
        ValueError
            If a scheme is given and the tags are not tags of spans.
        """
        check_choice("scheme", scheme, CHOICES)
        names = sorted(set(chain.from_iterable(tags)))
        given = None if scheme == NONE else detect_scheme(tags)
        if given is None:
            if scheme not in (AUTO, NONE):
                rule = "auto or none, as the tags are not tags of spans"
                raise ValueError(must_be("scheme", rule, scheme))
            return cls(names, None, None)
        inner = "bilou" if scheme == AUTO else scheme
        tags_of_spans = complete(names, inner)
        # First those that may begin a sentence: they follow the same tags, so that
        # what may follow a tag stands together, and decoding need not look further.
        _, may_begin, _ = allowed_transitions(tags_of_spans, inner)
        order = np.argsort(~may_begin, kind="stable")
        names = [tags_of_spans[i] for i in order]
        return cls(names, inner, cls._reachable(given, inner))

    @staticmethod
    def _reachable(given: str, inner: str) -> str:
        """Return the data's scheme, or the tagger's if there is no way back."""
        loses_ends = given in TELL_ENDS and inner not in TELL_ENDS
        return inner if loses_ends else given

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.names)

    @property
    def are_spans(self) -> bool:
        """Whether they are tags of spans, even if the tagger does not see them so."""
        return detect_scheme([[name] for name in self.names]) is not None

    def encode(self, tags: Iterable[Sequence[str]]) -> NDArray[np.int32]:
        """Return the numbers of the tags of all sentences; -1 for unknown ones."""
        if self.scheme is not None:
            scheme = self.scheme
            tags = (convert(of_sentence, scheme) for of_sentence in tags)
        number = self._number
        return np.array(
            [number.get(tag, -1) for tag in chain.from_iterable(tags)], np.int32
        )

    def decode(
        self, ids: NDArray[np.int32], sizes: NDArray[np.int64]
    ) -> list[list[str]]:
        """Return the user's tags, by sentence.

        Parameters
        ----------
        ids : int32 array (n_tokens,)
            Numbers of the tags of all sentences, a legal sequence each.
        sizes : int64 array (n_sentences,)
            Tokens of each.
        """
        ends = np.cumsum(sizes)
        if self._table is not None and ids.size:
            before = np.append(np.int32(len(self)), ids[:-1])
            before[(ends - sizes)[sizes > 0]] = len(self)
            ids = self._table[before, ids]
        flat = np.array(self.outputs, object)[ids].tolist()
        bounds = ends.tolist()
        return [
            flat[start:end] for start, end in zip([0, *bounds], bounds, strict=False)
        ]

    def penalties(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return what forbids transitions, and last tags; 0 where they are allowed.

        Returns
        -------
        transitions : int32 array (n_tags + 1, n_tags)
            By tag, then the tag after it; the last row is for the first tag.
        ends : int32 array (n_tags,)
        """
        may_follow, may_begin, may_end = allowed_transitions(self.names, self.scheme)
        allowed = np.vstack([may_follow, may_begin])
        return (
            np.where(allowed, 0, FORBIDDEN).astype(np.int32),
            np.where(may_end, 0, FORBIDDEN).astype(np.int32),
        )
