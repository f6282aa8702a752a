"""The options of reading text: formats of files, and changes to every word.

One group of the options of counting (`brownclust.counting.options`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from brownclust._validation import check_choice
from brownclust.text.blocks import PathLike
from brownclust.text.column_format import ColumnFormat
from brownclust.text.column_layout import Column
from brownclust.text.encodings import UTF8, check_encoding
from brownclust.text.input_formats import FORMATS, check_columns_only, check_field
from brownclust.text.normalise import Normaliser


class WordKeywords(TypedDict, total=False):
    """Options of `TextFormat` that also apply to sentences from Python, as keywords."""

    normalise: Sequence[str]
    phrases: PathLike | Iterable[str] | None
    encoding: str
    encoding_errors: str


class TextKeywords(WordKeywords, total=False):
    """All options of `TextFormat`, as keywords."""

    format: str
    field: Column | None
    comment: str | None
    lenient: bool


@dataclass(frozen=True)
class TextFormat:
    """How text is read.

    Parameters
    ----------
    format : {"text", "conll", "conllu", "columns", "jsonl", "arrow"}
        The format of files. "text": one sentence a line, tokens separated by ASCII
        whitespace. "conll": a token a line, with columns, and blank lines between
        sentences. "conllu": the same, read as CoNLL-U. "columns": the same, but every
        line is a token; `brownclust.text.conll.read_conll` describes all three.
        "jsonl": JSON lines, one record a line. "arrow": tables in Parquet or Arrow
        files, which are recognised: it is the default for them.
    field : str or int, optional
        Where the text is. With CoNLL, the column of tokens by number, from 1, or by
        name: by default FORM if there is one, else the first. With JSON lines, the name
        of a field, by default "text": either a string, whose lines are lines of text,
        or a list of strings, which are the tokens of one line. Whitespace inside a
        token becomes an underscore. With tables, the name of a column of such strings
        or lists; by default the only one.
    normalise : sequence of str
        Changes to every token, in this order: ``"lowercase"``, Unicode's lower case;
        ``"digits"``, every digit becomes 0; ``"nfc"``, Unicode's composed form;
        ``"urls"`` and ``"users"``, a web address or an @name becomes the word ``<url>``
        or ``<user>``, or another, as in ``"users=<@MENTION>"``.
    phrases : path or iterable of str, optional
        Phrases such as ``New York``, whose words become one: ``New_York``. A file has
        one phrase a line, of two words or more. `normalise` applies to them as to the
        text. Read and joined by `brownclust.counting.phrases`: the longest phrase
        first, and none across the end of a line.
    encoding : str
        The encoding of the text: any that Python knows. Lists of words may also be in
        UTF-8. A byte order mark is dropped.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not of the encoding: raise an error, keep them as
        they are, replace them by U+FFFD, or drop them. In sentences from Python, what
        to do with the escaped surrogates that stand for such bytes.
    comment : str, optional
        With CoNLL: every line that begins with this is a comment.
    lenient : bool
        With CoNLL: leave out sentences that cannot be read, with a warning.

    Raises
    ------
    TypeError, ValueError
        If a value is not one of these.
    """

    format: str = "text"
    field: Column | None = None
    normalise: Sequence[str] = ()
    phrases: PathLike | Iterable[str] | None = None
    encoding: str = UTF8
    encoding_errors: str = "strict"
    comment: str | None = None
    lenient: bool = False

    def __post_init__(self) -> None:
        """Check all values; an omitted field becomes the default of the format."""
        check_choice("format", self.format, FORMATS)
        object.__setattr__(self, "field", check_field(self.format, self.field))
        check_columns_only(self.format, comment=self.comment, lenient=self.lenient)
        object.__setattr__(self, "normalise", self.normaliser.steps)
        encoding = check_encoding("encoding", self.encoding)
        object.__setattr__(self, "encoding", encoding)

    @cached_property
    def normaliser(self) -> Normaliser:
        """The changes to every block of text."""
        return Normaliser(self.normalise, encoding_errors=self.encoding_errors)

    @cached_property
    def column_format(self) -> ColumnFormat:
        """How files of columns are read; bytes have been checked before."""
        return ColumnFormat(
            self.format, comment=self.comment, lenient=self.lenient, word=self.field
        )

    @property
    def is_strict(self) -> bool:
        """Whether bytes that are not of the encoding are an error."""
        return self.encoding_errors == "strict"

    def record(self) -> dict[str, Any]:
        """Return the options as JSON types, for the ``source`` of counts."""
        other = {} if self.encoding == UTF8 else {"encoding": self.encoding}
        return {
            "normalise": list(self.normalise),
            **other,
            "encoding_errors": self.encoding_errors,
        }

    def column_record(self) -> dict[str, Any]:
        """Return the options of columns that are given, as JSON types."""
        given = {"comment": self.comment, "lenient": self.lenient}
        return {name: value for name, value in given.items() if value}
