"""Tagged text: sentences and tags from files of columns, as `sentences` has them."""

import warnings
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike, fspath
from typing import Any

from brownclust._validation import expected, must_be, on_one_line
from brownclust.tagger.attributes import WORD
from brownclust.tagger.span_tags import check_span_tags, read_odd_as_outside
from brownclust.tagger.tag_set import TagSet
from brownclust.text.column_format import ColumnFormat, LeftOutWarning
from brownclust.text.column_layout import Column, check_names
from brownclust.text.conll import Sentence, read_conll
from brownclust.text.files import open_binary


class Documents:
    """Counts the documents of files, sentence by sentence.

    Each file begins a document, and so does each mark (``-DOCSTART-``, ``# newdoc``,
    ``#begin document``) with its sentence or the next one.

    Parameters
    ----------
    n_sentences : int, optional
        Number of sentences of a document, in files without marks.

    Attributes
    ----------
    are_known : bool
        Whether there was a mark, or `n_sentences` is given.
    """

    def __init__(self, n_sentences: int | None = None) -> None:
        self.are_known = n_sentences is not None
        self._n_sentences = n_sentences
        self._number = -1
        self.begin_file()

    def begin_file(self) -> None:
        """Count the next sentence to a new document."""
        self._is_new, self._has_marks, self._n_counted = True, False, 0

    def number_of(self, sentence: Sentence) -> int:
        """Return the document of the next sentence; call it for each one in order."""
        if sentence.starts_document:
            self._is_new = self._has_marks = self.are_known = True
        if not sentence.words:
            return self._number
        n = self._n_sentences
        is_full = n is not None and self._n_counted and self._n_counted % n == 0
        if self._is_new or (is_full and not self._has_marks):
            self._number += 1
            self._is_new = False
        self._n_counted += 1
        return self._number


@dataclass
class TaggedText:
    """Sentences of files with their tags, and where they stand there.

    Attributes
    ----------
    sentences : list of list
        The tokens of each sentence.
    tags : list of list of str
        Their tags.
    places : list of (str, sequence of int)
        The file of each sentence, and the line of each token.
    documents : list of int
        The number of the document of each sentence, as `Documents` counts them.
    """

    sentences: list[list[Any]] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    places: list[tuple[str, Sequence[int]]] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)

    def append(
        self,
        sentence: Sentence,
        tokens: list[Any],
        tag: Column | None,
        document: int = 0,
    ) -> None:
        """Append a sentence of a file, with the tags in a column."""
        self.documents.append(document)
        self.sentences.append(tokens)
        self.tags.append(_tags(sentence, tag))
        self.places.append((sentence.name, _lines(sentence)))

    def check_empty_tags(self) -> None:
        """Raise an error with file and line for the first empty tag."""
        for i, tags in enumerate(self.tags):
            if "" in tags:
                raise ValueError(self.describe(i, tags.index(""), "a tag", ""))

    def check_known(self, tag_set: TagSet, name: str) -> None:
        """Raise an error with file and line for a tag that another tagger lacks."""
        unknown = tag_set.first_unknown(self.tags)
        if unknown is not None:
            i, j = unknown
            rule = f"a tag of {name}: {on_one_line(', '.join(tag_set.names))}"
            raise ValueError(self.describe(i, j, rule, self.tags[i][j]))

    def check_span_tags(self, **options: Any) -> None:
        """Raise an error with file and line, as `span_tags.check_span_tags` does."""
        check_span_tags(self.tags, describe=self.describe, **options)

    def read_odd_as_outside(self, **options: Any) -> str:
        """Read odd tags as O, as `repair_tags` does; return the warning, or ""."""
        self.tags, warning = read_odd_as_outside(
            self.tags, describe=self.describe, **options
        )
        return warning

    def leave_out_empty_tags(self) -> str:
        """Leave out sentences with an empty tag; return the warning, or ""."""
        kept = [i for i, tags in enumerate(self.tags) if "" not in tags]
        n_left_out = len(self.tags) - len(kept)
        if not n_left_out:
            return ""
        self.keep(kept)
        noun = "sentence" if n_left_out == 1 else "sentences"
        return f"{n_left_out:,} {noun} with an empty tag left out"

    def keep(self, sentences: Sequence[int]) -> None:
        """Keep only these sentences, by index."""
        for name in ("sentences", "tags", "places", "documents"):
            setattr(self, name, list(map(getattr(self, name).__getitem__, sentences)))

    def describe(self, i: int, j: int, rule: str, tag: str) -> str:
        """Return the message of an error, with file and line."""
        path, lines = self.places[i]
        return expected(f"{path}:{lines[j]}", rule, tag)


def read_tagged(
    path: str | PathLike[str],
    columns: Sequence[str] = (WORD,),
    *,
    names: Iterable[str] | None = None,
    word: Column | None = None,
    tag: Column | None = None,
    in_order: bool = False,
    column_format: ColumnFormat | None = None,
) -> tuple[list[list[Any]], list[list[str]]]:
    """Read the sentences of a file and their tags, as `Tagger.fit` takes them.

    Parameters
    ----------
    path : str or path-like
        One token per line, a blank line after each sentence. CoNLL-U is recognised by
        its file name or first line; .gz, .xz, .bz2 and .zst are decompressed.
    columns : sequence of str, default ("word",)
        The columns of a token: the word, then further columns by name.
    names : iterable of str, optional
        Names of the file's columns; CoNLL-U has its own names.
    word : int or str, optional
        Number (from 1) or name of the word column; None for FORM or the first.
    tag : int or str, optional
        Number or name of the tag column; None for UPOS or the last of several.
    in_order : bool, default False
        Assume that a file whose columns have no names has them in the order of
        `columns`.
    column_format : ColumnFormat, optional
        How else the file is read. If it is lenient, tags are changed as `repair_tags`
        does, and where tags do not mark spans, sentences with an empty tag are left
        out, each with a warning.

    Returns
    -------
    sentences : list of list of str, or of tuple of str if there are further columns
    tags : list of list of str

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        With file and line, if a token has too few columns or an empty tag; or if
        `columns` has names and the file's columns have none.

    Warns
    -----
    UserWarning
        With the number of tags changed and sentences left out, if `column_format` is
        lenient.
    """
    text = _read(
        path,
        columns,
        names=names,
        word=word,
        tag=tag,
        in_order=in_order,
        column_format=column_format,
    )
    return text.sentences, text.tags


def read_tagged_documents(
    path: str | PathLike[str], columns: Sequence[str] = (WORD,), **options: Any
) -> tuple[list[list[Any]], list[list[str]], list[int]]:
    """Read the sentences of a file, their tags and documents, as `Tagger.fit` does.

    Parameters
    ----------
    path, columns, **options
        As for `read_tagged`.

    Returns
    -------
    sentences : list of list of str, or of tuple of str if there are further columns
    tags : list of list of str
    documents : list of int
        The number of the document of each sentence, from 0. ``-DOCSTART-``,
        ``# newdoc`` and ``#begin document`` begin one; a file without these is one
        document.

    Raises
    ------
    OSError, ValueError
        As `read_tagged` does, which also says what it warns of.
    """
    text = _read(path, columns, **options)
    return text.sentences, text.tags, text.documents


def _read(
    path: str | PathLike[str],
    columns: Sequence[str],
    *,
    names: Iterable[str] | None = None,
    word: Column | None = None,
    tag: Column | None = None,
    in_order: bool = False,
    column_format: ColumnFormat | None = None,
) -> TaggedText:
    chosen = column_format or ColumnFormat()
    if names is not None:
        chosen = replace(chosen, names=check_names(names))
    if word is not None:
        chosen = replace(chosen, word=word)
    text = read_tagged_text(
        [fspath(path)], columns, column_format=chosen, tag=tag, in_order=in_order
    )
    if not chosen.lenient:
        text.check_empty_tags()
    else:
        for warning, category in (
            (text.read_odd_as_outside(), UserWarning),
            (text.leave_out_empty_tags(), LeftOutWarning),
        ):
            if warning:
                warnings.warn(f"{fspath(path)}: {warning}", category, stacklevel=3)
    return text


def read_tagged_text(
    paths: Iterable[str],
    columns: Sequence[str],
    *,
    column_format: ColumnFormat,
    tag: Column | None = None,
    in_order: bool = False,
    documents: Documents | None = None,
) -> TaggedText:
    """Read several files, one after the other; the parameters are as in `read_tagged`.

    Tags are not checked: they may be empty. With `documents` the caller can tell where
    these begin, and knows afterwards whether there were marks of them.
    """
    text = TaggedText()
    documents = documents or Documents()
    for path in paths:
        documents.begin_file()
        with open_binary(
            path,
            encoding=column_format.encoding,
            encoding_errors=column_format.encoding_errors,
        ) as file:
            for sentence in read_conll(file, path, column_format):
                if len(columns) > 1 and not (in_order or sentence.layout.names):
                    rule = f"given, as in word,pos,tag, to find the column {columns[1]}"
                    raise ValueError(must_be("names", rule, None))
                tokens = sentence_tokens(sentence, columns)
                document = documents.number_of(sentence)
                if tokens:
                    text.append(sentence, tokens, tag, document)
    return text


def _tags(sentence: Sentence, tag: Column | None) -> list[str]:
    layout = sentence.layout
    if tag is None and not layout.is_conllu:
        # An error for a single column, as words are not tags; or if names lack columns.
        sentence.column(max(2, len(layout.names)), "tag")
    return sentence.column(layout.label_column if tag is None else tag, "tag")


def _lines(sentence: Sentence) -> Sequence[int]:
    """Return the line number of each token."""
    first, rows = sentence.first_line, sentence.rows
    if None not in rows:
        return range(first, first + len(rows))
    return array("q", (at for at, row in enumerate(rows, first) if row is not None))


def sentence_tokens(sentence: Sentence, columns: Sequence[str]) -> list[Any]:
    """Return the tokens of a sentence of a file, for taggers with these columns.

    If the file's columns have no names, they are assumed in the order of `columns`.
    """
    words = sentence.words
    if len(columns) == 1:
        return words
    names = sentence.layout.names
    others = [
        sentence.column(name if names else number, "columns")
        for number, name in enumerate(columns[1:], start=2)
    ]
    return list(zip(words, *others, strict=True))
