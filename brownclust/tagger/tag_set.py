"""The tags of a tagger, numbered: in its own scheme and in that of the data.

`schemes` defines the sequences that `decoder` and `perceptron_state` may predict.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Self

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import check_choice, must_be
from brownclust.tagger.notation import USUAL, Notation, in_usual_notation
from brownclust.tagger.schemes import (
    LETTERS,
    SCHEMES,
    TYPES,
    allowed_transitions,
    are_letters,
    complete,
    is_span_tag,
)
from brownclust.tagger.sentences import Tags, check_tags
from brownclust.tagger.span_tags import find_scheme
from brownclust.tagger.spans import (
    conversion_table,
    convert,
    detect_scheme,
    is_convertible,
    looks_ahead,
)
from brownclust.tagger.weights import FORBIDDEN

AUTO = "auto"
NONE = "none"
CHOICES = (AUTO, *SCHEMES, NONE)


class TagSet:
    """The tags, numbered; spans may be in another scheme than that of the data.

    Parameters
    ----------
    names : sequence of str
        The tags in the tagger's scheme.
    scheme : str or None
        The tagger's scheme; None if tags do not mark spans, or are used as they are.
    output_scheme : str or None
        The scheme of the tags that `decode` returns; ``"types"`` only without `scheme`.
    notation : Notation
        How data have the tags, and `decode` returns them; `names` are in the usual one.

    Raises
    ------
    TypeError, ValueError
        If the names are not distinct strings, or not all tags of the scheme; or if it
        cannot be converted to the output scheme.

    Attributes
    ----------
    outputs : list of str
        The tags that `decode` returns.
    """

    def __init__(
        self,
        names: Sequence[str],
        scheme: str | None,
        output_scheme: str | None,
        notation: Notation = USUAL,
    ) -> None:
        self.names = tuple(names)
        _check(self.names, scheme, output_scheme)
        self.scheme = scheme
        self.output_scheme = output_scheme
        self.notation = notation
        self._number = {name: i for i, name in enumerate(self.names)}
        self._table: NDArray[np.int32] | None = None
        outputs = list(self.names)
        if scheme is not None and output_scheme not in (scheme, None):
            self._table, outputs = conversion_table(
                self.names, scheme, str(output_scheme)
            )
        if scheme is not None:
            outputs = list(map(notation.write, outputs))
        self.outputs = outputs

    @classmethod
    def learn(cls, tags: Sequence[Sequence[str]], scheme: str = AUTO) -> Self:
        """Return the tag set of training data.

        Parameters
        ----------
        tags : sequence of sequences of str
            The tags of each sentence.
        scheme : str, default "auto"
            The tagger's scheme for spans: "auto" is BILOU if the tags mark spans.
            "none" uses the tags as they are.

        Raises
        ------
        ValueError
            If a scheme is given and the tags do not mark spans.
        """
        check_choice("scheme", scheme, CHOICES)
        notation = USUAL
        if scheme != NONE:
            tags, notation = in_usual_notation(tags)
        names = sorted(set(chain.from_iterable(tags)))
        given = None if scheme == NONE else find_scheme(tags)
        if given is None or given == TYPES:
            if scheme not in (AUTO, NONE):
                reason = "the tags do not mark spans"
                if given == TYPES:
                    reason = "the tags are types without letters such as B-"
                rule = f"auto or none, because {reason}"
                raise ValueError(must_be("scheme", rule, scheme))
            return cls(names, None, given)
        inner = "bilou" if scheme == AUTO else scheme
        tags_of_spans = complete(names, inner)
        # Tags that may begin a sentence come first. They may also follow the same tags,
        # so the followers of a tag are contiguous: decoding visits only that range.
        _, may_begin, _ = allowed_transitions(tags_of_spans, inner)
        order = np.argsort(~may_begin, kind="stable")
        names = [tags_of_spans[i] for i in order]
        output_scheme = given if is_convertible(inner, given) else inner
        return cls(names, inner, output_scheme, notation)

    def __len__(self) -> int:
        """Return the number of tags."""
        return len(self.names)

    @property
    def have_letters(self) -> bool:
        """Whether the tags mark spans with letters, as in B-NP, not as types alone."""
        return detect_scheme([[name] for name in self.names]) is not None

    @property
    def are_spans(self) -> bool:
        """Whether the tags mark spans, even if ``scheme="none"`` ignores that."""
        return self.have_letters or self.output_scheme == TYPES

    def _in_usual_notation(self, tags: Iterable[Sequence[str]]) -> Tags:
        """Return tags of data as `names` has them; others as they are."""
        listed = list(tags)
        if self.notation == USUAL:
            return listed
        read = self.notation.read_known
        return [list(map(read, of_sentence)) for of_sentence in listed]

    def first_unknown(self, tags: Tags) -> tuple[int, int] | None:
        """Return the indices of the first tag that `encode` does not know, if any."""
        tags = self._in_usual_notation(tags)
        known = set(self.names)
        if self.scheme is not None:
            distinct: Iterable[str] = LETTERS
            if not are_letters(self.names):
                distinct = filter(is_span_tag, {*chain.from_iterable(tags)})
            scheme = self.scheme
            known = {tag for tag in distinct if {*convert([tag], scheme)} <= known}
        for i, of_sentence in enumerate(tags):
            for j, tag in enumerate(of_sentence):
                if tag not in known:
                    return i, j
        return None

    def encode(self, tags: Iterable[Sequence[str]]) -> NDArray[np.int32]:
        """Return the numbers of the tags of all sentences; -1 for an unknown tag."""
        if self.scheme is not None:
            scheme, usual = self.scheme, self._in_usual_notation(tags)
            tags = (convert(of_sentence, scheme) for of_sentence in usual)
        flat = chain.from_iterable(tags)
        return np.fromiter(map(self._number.get, flat, repeat(-1)), np.int32)

    def decode(
        self, ids: NDArray[np.int32], sizes: NDArray[np.int64]
    ) -> list[list[str]]:
        """Return the tags of each sentence, in the output scheme and its notation.

        Parameters
        ----------
        ids : int32 array (n_tokens,)
            Numbers of the tags of all sentences; a sequence the scheme allows in each.
        sizes : int64 array (n_sentences,)
            Number of tokens of each sentence.
        """
        ends = np.cumsum(sizes)
        if self._table is not None and ids.size:
            edge = np.int32(len(self))
            if self.looks_ahead:
                neighbours = np.append(ids[1:], edge)
                neighbours[ends[sizes > 0] - 1] = edge
            else:
                neighbours = np.append(edge, ids[:-1])
                neighbours[(ends - sizes)[sizes > 0]] = edge
            ids = self._table[neighbours, ids]
        flat = np.array(self.outputs, object)[ids].tolist()
        bounds = ends.tolist()
        return [
            flat[start:end] for start, end in zip([0, *bounds], bounds, strict=False)
        ]

    @property
    def looks_ahead(self) -> bool:
        """Whether an output tag depends on the tag after it, not on the one before."""
        if self._table is None:
            return False
        return looks_ahead(str(self.scheme), str(self.output_scheme))

    def classes(self) -> NDArray[np.int32]:
        """Return the index in `outputs` of each tag, by its neighbour's tag.

        Returns
        -------
        int32 array (1 or n_tags + 1, n_tags)
            A row for each neighbour, before or after as `looks_ahead` says, the last
            one for none; a single row if neighbours make no difference.
        """
        if self._table is None:
            return np.arange(len(self), dtype=np.int32)[None, :]
        is_constant = (self._table == self._table[:1]).all()
        return self._table[:1] if is_constant else self._table

    def penalties(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return `FORBIDDEN` for transitions and last tags not allowed, else 0.

        Returns
        -------
        transitions : int32 array (n_tags + 1, n_tags)
            By tag, then by the following tag; the last row is for the first tag.
        ends : int32 array (n_tags,)
            For the last tag of a sentence.
        """
        may_follow, may_begin, may_end = allowed_transitions(self.names, self.scheme)
        allowed = np.vstack([may_follow, may_begin])
        return (
            np.where(allowed, 0, FORBIDDEN).astype(np.int32),
            np.where(may_end, 0, FORBIDDEN).astype(np.int32),
        )


def _check(
    names: tuple[str, ...], scheme: str | None, output_scheme: str | None
) -> None:
    """Check what a `TagSet` is made of, which may come from a file."""
    check_tags([names])
    if not names or len(set(names)) < len(names):
        raise ValueError(must_be("tags", "distinct strings, at least one", names))
    if scheme is None:
        if output_scheme not in (None, TYPES):
            raise ValueError(must_be("output_scheme", "None or types", output_scheme))
        return
    if {*names} != {*complete(names, scheme)}:
        rule = f"all tags of scheme {scheme} for their types"
        raise ValueError(must_be("tags", rule, names))
    if output_scheme is not None:
        check_choice("output_scheme", output_scheme, SCHEMES)
