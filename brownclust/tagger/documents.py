"""Sentences in documents, with what taggers compute of a whole document.

Taggers pass sentences on as a `Text`, to `encoding` and `decoder`.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import must_be
from brownclust.tagger.sentences import Tokens

Column = Sequence[Sequence[str | None]]
"""A value for each token of each sentence; None for a token without one."""


def number_documents(
    documents: Iterable[Hashable] | None, n_sentences: int, name: str = "documents"
) -> NDArray[np.int64]:
    """Return the number of the document of each sentence, from 0.

    Parameters
    ----------
    documents : iterable, optional
        For each sentence any label of its document; neighbouring sentences with the
        same label are of the same document. None: all are of one document.
    n_sentences : int
        Number of sentences.
    name : str
        What error messages call the labels.

    Returns
    -------
    int64 array (n_sentences,)
        Ascending.

    Raises
    ------
    TypeError
        If the documents are a string or no sequence.
    ValueError
        If there are not as many labels as sentences.
    """
    if documents is None:
        return np.zeros(n_sentences, np.int64)
    if isinstance(documents, str | bytes) or not isinstance(documents, Iterable):
        raise TypeError(must_be(name, "a list of one label a sentence", documents))
    labels = list(documents)
    if len(labels) != n_sentences:
        rule = f"{n_sentences}, one label a sentence"
        raise ValueError(must_be(f"len({name})", rule, len(labels)))
    changes = [bool(one != other) for one, other in pairwise(labels)]
    return np.cumsum([0, *changes] if labels else [], dtype=np.int64)


@dataclass(frozen=True)
class Text:
    """Sentences, their documents and columns computed of these.

    Attributes
    ----------
    sentences : sequence of sentences
        The tokens.
    documents : int64 array (n_sentences,)
        As `number_documents` returns it.
    computed : mapping of str to column
        By name, for each sentence a value of each token or None.
    """

    sentences: Sequence[Tokens]
    documents: NDArray[np.int64]
    computed: Mapping[str, Column] = field(default_factory=dict)

    @classmethod
    def of(
        cls, sentences: Sequence[Tokens], documents: Iterable[Hashable] | None = None
    ) -> Self:
        """Return sentences without computed columns; see `number_documents`."""
        return cls(sentences, number_documents(documents, len(sentences)))

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self.sentences)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of tokens of each sentence."""
        return np.fromiter(map(len, self.sentences), np.int64, len(self.sentences))

    def with_columns(self, computed: Mapping[str, Column]) -> "Text":
        """Return the same sentences with more computed columns."""
        if not computed:
            return self
        return Text(self.sentences, self.documents, {**self.computed, **computed})

    def part(self, first: int, end: int) -> "Text":
        """Return the sentences from `first` up to `end`."""
        if (first, end) == (0, len(self)):
            return self
        return Text(
            self.sentences[first:end],
            self.documents[first:end],
            {name: column[first:end] for name, column in self.computed.items()},
        )

    def select(self, chosen: NDArray[np.int64]) -> "Text":
        """Return some sentences, by index."""
        numbers = chosen.tolist()
        return Text(
            [self.sentences[i] for i in numbers],
            self.documents[chosen],
            {
                name: [column[i] for i in numbers]
                for name, column in self.computed.items()
            },
        )

    def batches(self, n_tokens: int, *, in_documents: bool) -> "Iterator[Text]":
        """Yield parts of about `n_tokens` tokens.

        With `in_documents`, each ends where a document does, and may be longer.
        """
        if not len(self):
            return
        ends = np.cumsum(self.sizes)
        may_end = np.append(np.diff(self.documents) > 0, True)
        if not in_documents:
            may_end[:] = True
        last = np.flatnonzero(may_end)
        possible_ends = ends[last]
        first = before = 0
        while first < len(self):
            found = int(np.searchsorted(possible_ends, before + n_tokens))
            end = int(last[min(found, last.size - 1)]) + 1
            yield self.part(first, end)
            first, before = end, int(ends[end - 1])
