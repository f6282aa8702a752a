"""The words of sentences: never empty, and neither numbers of tokens nor tags."""

import re
from collections.abc import Sequence

from brownclust._validation import shown
from brownclust.text.column_layout import Column, Layout
from brownclust.text.column_rows import Row, RowError
from brownclust.text.column_shapes import are_ids, number_column

_SPAN_TAG = re.compile("O|[BIESLUM]-[^-].*")

_MAX_NUMBERED = 3
"""Sentences in a row whose words are 1, 2, 3, ...: text does not have as many."""


class WordColumn:
    """The column of words of one file.

    Parameters
    ----------
    layout : Layout
        Columns of the file.
    word : int or str, optional
        The column that the user named; None for the default of the layout.
    option : str
        What the user names it by.
    may_have_ids : bool
        Whether the column could have the numbers of tokens instead of words.

    Raises
    ------
    TypeError, ValueError
        As `Layout.index` does.
    """

    def __init__(
        self, layout: Layout, word: Column | None, option: str, *, may_have_ids: bool
    ) -> None:
        self._index = layout.index(
            layout.token_column if word is None else word, option
        )
        self._option = option
        self._checks_ids = may_have_ids and word is None
        self._may_have_ids = True
        self._may_have_tags = True
        self._n_numbered = 0

    def of(self, rows: Sequence[Row | None], lines: Sequence[str]) -> list[str]:
        """Return the words of a sentence.

        Parameters
        ----------
        rows : sequence of list of str, or None
            The fields of each line; None for a line that is not a token.
        lines : sequence of str
            The lines.

        Raises
        ------
        RowError
            If a word is missing or empty, or all are the numbers of tokens.
        """
        try:
            words = [row[self._index] for row in rows if row is not None]
        except IndexError:
            raise self._missing(rows, lines) from None
        if not all(words):
            at = next(i for i, row in enumerate(rows) if row and not row[self._index])
            number = self._index + (self._index >= 0)
            rule = f"expected a word in column {number}, got an empty field"
            hint = ""
            if len(words) > 1 and not any(words):
                hint = f" (name the column of words: {self._ways(number + 1)})"
            raise RowError(at, f"{rule}: {shown(lines[at])}{hint}")
        if self._checks_ids and words:
            if self._may_have_tags:
                self._check_tags(words, rows)
            if self._may_have_ids:
                self._check_ids(rows)
            elif words[0] in ("0", "1"):
                self._count_numbered(words, rows)
            else:
                self._n_numbered = 0
        return words

    def _missing(self, rows: Sequence[Row | None], lines: Sequence[str]) -> RowError:
        needed = -self._index if self._index < 0 else self._index + 1
        at = next(i for i, row in enumerate(rows) if row and len(row) < needed)
        rule = f"expected at least {needed} columns, got {shown(lines[at])}"
        return RowError(at, rule, is_of_file=True)

    def _check_ids(self, rows: Sequence[Row | None]) -> None:
        """Raise an error once sentences number their tokens where words should be."""
        tokens = _tokens(rows)
        ids = number_column(tokens)
        if ids is None or ids < self._index:
            self._may_have_ids = False  # a word that is not a number
        elif len(tokens) > 1 + (ids > 0):
            raise self._numbered(rows, ids)

    def _check_tags(self, words: list[str], rows: Sequence[Row | None]) -> None:
        """Raise an error for tags of spans where words should be."""
        if len(_tokens(rows)[0]) == 1 or not all(map(_SPAN_TAG.fullmatch, words)):
            self._may_have_tags = False
        elif len(words) > 1 and {*words} != {"O"}:
            at = next(i for i, row in enumerate(rows) if row is not None)
            number = self._index + 1
            problem = (
                f"expected words in column {number}, but it has tags, got "
                f"{', '.join(words[:3])}, …; name the column of words: "
                f"{self._ways(2 if number == 1 else 1)}"
            )
            raise RowError(at, problem, is_of_file=True)

    def _count_numbered(self, words: list[str], rows: Sequence[Row | None]) -> None:
        """Raise an error for several numbered sentences, though others are not."""
        is_numbered = len(words) > 2 and are_ids(words)
        self._n_numbered = self._n_numbered + 1 if is_numbered else 0
        if self._n_numbered == _MAX_NUMBERED and len(_tokens(rows)[0]) > 1:
            raise self._numbered(rows, self._index)

    def _numbered(self, rows: Sequence[Row | None], ids: int) -> RowError:
        at = next(i for i, row in enumerate(rows) if row is not None)
        found = ", ".join(row[ids] for row in _tokens(rows)[:3])
        problem = (
            f"expected words in column {self._index + 1}, got numbers of tokens in "
            f"column {ids + 1}: {found}, …; name the column of words: "
            f"{self._ways(ids + 2)}"
        )
        return RowError(at, problem, is_of_file=True)

    def _ways(self, number: int) -> str:
        """Return how to name a column, on the command line and in Python."""
        return f"--{self._option} {number} ({self._option}={number})"


def _tokens(rows: Sequence[Row | None]) -> list[Row]:
    return [row for row in rows if row is not None]
