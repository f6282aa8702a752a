"""The options of reading files of columns (CoNLL), shared by features and taggers."""

from dataclasses import dataclass

from brownclust._validation import check_choice, must_be
from brownclust.text.characters import ENCODING_ERRORS
from brownclust.text.column_layout import Column, check_column, check_names
from brownclust.text.encodings import UTF8, check_encoding

COLUMN_FORMATS = ("conll", "conllu", "columns")


class LeftOutWarning(UserWarning):
    """Given at the end of a file whose faulty sentences were left out."""


@dataclass(frozen=True)
class ColumnFormat:
    """How a file of columns is read.

    Parameters
    ----------
    format : {"conll", "conllu", "columns"}
        "conll": CoNLL-U, CoNLL-X, CoNLL-2009 and CoNLL-2012 are recognised, in other
        files comments and the starts of documents. "conllu": CoNLL-U, whatever the file
        looks like. "columns": nothing is recognised, every line is a token.
    names : sequence of str, optional
        Names of the columns, in order. They replace those that a format has.
    comment : str, optional
        Every line that begins with this is a comment, also between tokens.
    encoding : str, default "utf-8"
        The encoding of the file, by Python's names.
    encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
        What to do with bytes that are not of the encoding.
    lenient : bool, default False
        Leave out sentences that cannot be read, with a warning, instead of an error.
    word : int or str, optional
        Number or name of the column of words; None for FORM, WORD or TOKEN if there is
        one, else the first.

    Raises
    ------
    TypeError, ValueError
        If a value is not one of these.
    """

    format: str = "conll"
    names: tuple[str, ...] | None = None
    comment: str | None = None
    encoding: str = UTF8
    encoding_errors: str = "strict"
    lenient: bool = False
    word: Column | None = None

    def __post_init__(self) -> None:
        """Check all values."""
        check_choice("format", self.format, COLUMN_FORMATS)
        if self.names is not None:
            object.__setattr__(self, "names", check_names(self.names))
        check_comment(self.comment)
        check_choice("encoding_errors", self.encoding_errors, ENCODING_ERRORS)
        encoding = check_encoding("encoding", self.encoding)
        object.__setattr__(self, "encoding", encoding)
        if self.word is not None:
            check_column("word", self.word)


def check_comment(comment: str | None) -> None:
    """Raise an error if a value cannot be the beginning of comments."""
    rule = "the beginning of a line, such as '#'"
    if comment is not None and not isinstance(comment, str):
        raise TypeError(must_be("comment", rule, comment))
    if comment is not None and (not comment.strip() or "\n" in comment):
        raise ValueError(must_be("comment", rule, comment))
