"""Reading the lines of a file in a known format into a table."""

from collections import Counter
from collections.abc import Iterable
from itertools import count, islice, pairwise
from os import PathLike

from brownclust._validation import expected
from brownclust.text.characters import decode_word
from brownclust.tree.formats.cluster_table import (
    SEPARATORS,
    ClusterTable,
    LineError,
    ParsedRow,
)
from brownclust.tree.formats.fields import choose_separator, is_comment
from brownclust.tree.formats.format import Format

_RARE_IN_WORDS = (b" ", b"\r", b"\v", b"\f", b"\t")
"""Only if a file has some must each word be looked at."""


class RowReader:
    """Fills a table with the rows of a file.

    Parameters
    ----------
    path : str or path-like
        The file, for messages.
    format : Format
        The format of its lines.
    table : ClusterTable
        The table to fill.
    lenient : bool
        Skip and count what cannot be read, instead of raising.

    Attributes
    ----------
    line_numbers : list of int
        The line of each row.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        format: Format,
        table: ClusterTable,
        *,
        lenient: bool,
    ) -> None:
        self.line_numbers: list[int] = []
        self._path = path
        self._format = format
        self._table = table
        self._lenient = lenient
        self._notes: Counter[str] = Counter()

    def read(self, lines: list[bytes]) -> None:
        """Read all lines of the file.

        Raises
        ------
        ValueError
            With file and line, for the first line that cannot be read.
        """
        table = self._table
        numbers: Iterable[int] = count(1)
        if self._format.records is not None:
            numbers, lines = self._format.records(lines)
        try:
            start, parse = self._format.new_parser(lines, table)
        except LineError as error:
            raise ValueError(f"{self._path}:1: {error}") from None
        self._parse = parse
        self._separator = choose_separator(lines) if self._format.has_columns else None
        if start and self._separator is not None:
            table.warnings.append("the first line is a header: left out")
        self._seen: set[bytes] = set()
        for number, ended in islice(zip(numbers, lines, strict=False), start, None):
            line = ended.removesuffix(b"\r")
            if not line:
                continue
            row: ParsedRow | None
            try:
                row = parse(line)
                if not row[0] or row[0] in self._seen:
                    raise _word_error(row[0])
            except LineError as error:
                row = self._recover(line, number, error)
                if row is None:
                    continue
            self._seen.add(row[0])
            table.words.append(row[0])
            table.bit_strings.append(row[1])
            table.counts.append(row[2])
            self.line_numbers.append(number)
        self._check_ends()
        table.warnings += [f"{note}: {n}" for note, n in self._notes.items()]
        self._check_number()
        if self._format.complete is not None:
            self._format.complete(table)

    def _recover(self, line: bytes, number: int, error: LineError) -> ParsedRow | None:
        """Return the row of a line with an error; None if it is left out, or raise."""
        if not line.strip(b" "):
            return None
        separator = self._separator
        if separator is not None and is_comment(line, separator):
            self._notes["lines that begin with #, read as comments"] += 1
            return None
        if not self._lenient:
            raise ValueError(f"{self._path}:{number}: {error}") from None
        if separator is not None:
            try:
                row = self._parse(separator.unify(line))
            except LineError:
                pass
            else:
                if row[0] not in self._seen:
                    note = "lines with other separators than most, read anyway"
                    self._notes[note] += 1
                    return row
        self._table.n_skipped[f"expected {error.expected}"] += 1
        return None

    def _check_ends(self) -> None:
        """Raise or skip if a word has blanks at its ends, or separators inside."""
        words = self._table.words
        text = b"\n".join(words)
        if not self._format.separators or not any(map(text.count, _RARE_IN_WORDS)):
            return
        self._leave_out(
            [
                word != word.strip() or any(byte in word for byte in SEPARATORS)
                for word in words
            ],
            "a word without tabs, line ends and blanks at its ends",
            list(map(decode_word, words)),
        )

    def check_prefixes(self, hint: str) -> None:
        """Raise or skip if a bit string is a prefix of another.

        Parameters
        ----------
        hint : str
            What follows in the message.
        """
        bit_strings = self._table.bit_strings
        # When sorted, a prefix directly precedes a bit string that begins with it.
        bad = {
            shorter
            for shorter, longer in pairwise(sorted(set(bit_strings)))
            if longer.startswith(shorter)
        }
        if bad:
            rule = f"a bit string that is not a prefix of another{hint}"
            self._leave_out([bits in bad for bits in bit_strings], rule, bit_strings)

    def _leave_out(self, is_bad: list[bool], rule: str, values: list[str]) -> None:
        """Skip rows, or raise for the first."""
        table = self._table
        if not any(is_bad):
            return
        if not self._lenient:
            i = is_bad.index(True)
            place = f"{self._path}:{self.line_numbers[i]}"
            raise ValueError(expected(place, rule, values[i]))
        table.n_skipped[f"expected {rule}"] += sum(is_bad)
        kept = [i for i, bad_row in enumerate(is_bad) if not bad_row]
        table.words = [table.words[i] for i in kept]
        table.bit_strings = [table.bit_strings[i] for i in kept]
        table.counts = [table.counts[i] for i in kept]
        self.line_numbers = [self.line_numbers[i] for i in kept]

    def _check_number(self) -> None:
        """Raise or warn if there are not as many words as the first line has."""
        n_expected, n_words = self._table.n_expected, len(self.line_numbers)
        if n_expected is None or n_expected == n_words:
            return
        message = f"expected {n_expected} words, as in the first line, got {n_words}"
        if not self._lenient:
            raise ValueError(f"{self._path}: {message}")
        self._table.warnings.append(message)


def _word_error(word: bytes) -> LineError:
    return LineError("each word once" if word else "a word", decode_word(word))
