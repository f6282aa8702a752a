"""Columns of CoNLL files, by number or name.

`brownclust.text.conll` finds the layout of a file and looks up columns in it; the
command line checks its options here before it reads anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brownclust._validation import must_be, on_one_line

Column = int | str
"""A number, from 1, or from -1 for the last column back; or a name, in any case."""

# fmt: off
CONLLU_COLUMNS = (
    "ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC",
)
CONLL2009_COLUMNS = (
    "ID", "FORM", "LEMMA", "PLEMMA", "POS", "PPOS", "FEAT", "PFEAT", "HEAD", "PHEAD",
    "DEPREL", "PDEPREL", "FILLPRED", "PRED",
)
"""Then a column for each predicate of the sentence."""

CONLL2012_COLUMNS = (
    "DOCUMENT", "PART", "ID", "FORM", "POS", "PARSE", "LEMMA", "FRAMESET", "SENSE",
    "SPEAKER", "NER",
)
"""Then a column for each predicate of the sentence, and one of coreference."""
# fmt: on

_WORDS = ("FORM", "WORD", "TOKEN")
_LABELS = {"conllu": "UPOS", "conll2009": "POS", "conll2012": "POS"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a file's columns.

    Attributes
    ----------
    names : tuple of str
        Names of the columns in order; empty if they have no names.
    kind : {"columns", "conllu", "conll2009", "conll2012"}
        The format: "conllu" for CoNLL-U, CoNLL-U Plus and CoNLL-X, "columns" for any
        other columns.

    Examples
    --------
    >>> layout = Layout(("word", "pos", "chunk"))
    >>> layout.index("POS"), layout.index(2), layout.index(-1)
    (1, 1, -1)
    """

    names: tuple[str, ...] = ()
    kind: str = "columns"

    @property
    def is_conllu(self) -> bool:
        """Whether the file is CoNLL-U, or read as that."""
        return self.kind == "conllu"

    @property
    def token_column(self) -> Column:
        """The column of tokens by default: FORM, WORD or TOKEN, else the first."""
        return next((name for name in _WORDS if self.has(name)), 1)

    @property
    def label_column(self) -> Column:
        """The column of labels by default.

        UPOS if there is one, POS in CoNLL-2009 and CoNLL-2012, else the last.
        """
        name = _LABELS.get(self.kind, "UPOS")
        return name if self.has(name) else -1

    def has(self, name: str) -> bool:
        """Whether a column has this name, in upper or lower case."""
        return name.lower() in self._lower_names

    def index(self, column: Column, option: str = "column") -> int:
        """Return the index of a column in the list of a token's fields.

        Parameters
        ----------
        column : int or str
            Number or name.
        option : str
            Name of the argument in errors.

        Returns
        -------
        int
            From 0, or negative for columns counted from the last.

        Raises
        ------
        TypeError
            If it is neither a number nor a name.
        ValueError
            If the number is 0, or no column has this name.
        """
        check_column(option, column)
        if isinstance(column, int):
            return column - 1 if column > 0 else column
        if self.has(column):
            return self._lower_names.index(column.lower())
        rule = "a number, as the columns of this file have no names"
        if self.names:
            rule = f"a number or one of {on_one_line(', '.join(self.names))}"
        raise ValueError(must_be(option, rule, column))

    @property
    def _lower_names(self) -> list[str]:
        return [name.lower() for name in self.names]


def check_column(option: str, column: Column) -> None:
    """Check that a value can be a column of some file.

    Parameters
    ----------
    option : str
        Name of the argument in errors.
    column : int or str
        Number or name.

    Raises
    ------
    TypeError
        If it is neither a number nor a name.
    ValueError
        If it is 0 or an empty name.
    """
    rule = "a number (1 is the first column, -1 the last) or a name"
    if isinstance(column, bool) or not isinstance(column, int | str):
        raise TypeError(must_be(option, rule, column))
    if not column:
        raise ValueError(must_be(option, rule, column))


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of all columns of a file.

    Raises
    ------
    TypeError
        If they are a single string, or not strings.
    ValueError
        If there are none, or one is empty, or two are equal but for upper or lower
        case.
    """
    rule = "distinct names of columns"
    if isinstance(names, str | bytes):
        raise TypeError(must_be("names", rule, names))
    listed = tuple(names)
    for name in listed:
        if not isinstance(name, str):
            raise TypeError(must_be("name", "a string", name))
    if not are_names(listed):
        raise ValueError(must_be("names", rule, listed))
    return listed


def are_names(names: Sequence[str]) -> bool:
    """Whether strings can name all columns of a file; see `check_names`."""
    return bool(names) and all(names) and len({*map(str.lower, names)}) == len(names)
