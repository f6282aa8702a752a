"""How text is read: what files are, and what happens to every word."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from brownclust._validation import check_choice
from brownclust.text.conll import Column
from brownclust.text.normalise import Normaliser
from brownclust.text.records import FORMATS, check_field


class WordKeywords(TypedDict, total=False):
    """Options of `TextFormat` that apply to sentences from Python, too."""

    normalise: Sequence[str]
    encoding_errors: str


class TextKeywords(WordKeywords, total=False):
    """Options of `TextFormat`, as keywords."""

    format: str
    field: Column | None


@dataclass(frozen=True)
class TextFormat:
    """How text is read.

    Parameters
    ----------
    format : {"text", "conll", "conllu", "jsonl"}
        What the files are: text; a token a line with columns and blank lines between
        sentences; the same, and CoNLL-U even if neither the name nor the first line
        shows it; JSON lines, a record a line. `brownclust.text.conll.read_conll` says
        which lines of CoNLL-U are tokens, and how else it is recognised.
    field : str or int, optional
        Where the text is. With CoNLL the column of tokens, by number from 1 or by name:
        FORM if None, else the first; whitespace inside a token becomes an underscore,
        and empty tokens are left out. With JSON lines the name of a field: "text" if
        None. A string there is text, its lines are lines; a list of strings is the
        tokens of one line.
    normalise : sequence of str
        What to do to every token, in this order: ``"lowercase"``, of Unicode;
        ``"digits"``, every digit becomes 0; ``"nfc"``, Unicode's composed form;
        ``"urls"`` and ``"users"``, a web address or an @name becomes the word ``<url>``
        or ``<user>``, or another, as in ``"users=<@MENTION>"``.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not UTF-8: raise an error, keep them as they are,
        replace them by U+FFFD, or drop them. In sentences from Python, what to do with
        the escaped surrogates that stand for such bytes.

    Raises
    ------
    TypeError, ValueError
        If a value is not one of these.
    """

    format: str = "text"
    field: Column | None = None
    normalise: Sequence[str] = ()
    encoding_errors: str = "strict"

    def __post_init__(self) -> None:
        """Check all values, and fill in the field that the format has by default."""
        check_choice("format", self.format, FORMATS)
        object.__setattr__(self, "field", check_field(self.format, self.field))
        object.__setattr__(self, "normalise", self.normaliser.steps)

    @cached_property
    def normaliser(self) -> Normaliser:
        """What happens to every block of text."""
        return Normaliser(self.normalise, encoding_errors=self.encoding_errors)

    @property
    def is_strict(self) -> bool:
        """Whether bytes that are not UTF-8 are an error."""
        return self.encoding_errors == "strict"

    def of_plain_text(self) -> "TextFormat":
        """Return the same for files of plain text, such as lists of words."""
        return TextFormat(
            normalise=self.normalise, encoding_errors=self.encoding_errors
        )
