"""Tagged text: sentences and tags from files of columns, as `sentences` has them."""

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from typing import Any

from brownclust._validation import must_be
from brownclust.tagger.attributes import WORD
from brownclust.text.column_format import ColumnFormat
from brownclust.text.column_layout import Column
from brownclust.text.conll import Sentence, read_conll
from brownclust.text.files import open_binary


def read_tagged(
    path: str | PathLike[str],
    columns: Sequence[str] = (WORD,),
    *,
    names: Iterable[str] | None = None,
    word: Column | None = None,
    tag: Column | None = None,
    in_order: bool = False,
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

    Returns
    -------
    sentences : list of list of str, or of tuple of str if there are further columns
    tags : list of list of str

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        With file and line, if a token has too few columns; or if `columns` has names
        and the file's columns have none.
    """
    sentences: list[list[Any]] = []
    tags: list[list[str]] = []
    column_format = ColumnFormat(names=None if names is None else tuple(names))
    with open_binary(fspath(path)) as file:
        for sentence in read_conll(file, fspath(path), column_format):
            if len(columns) > 1 and not (in_order or sentence.layout.names):
                rule = f"given, as in word,pos,tag, to find the column {columns[1]}"
                raise ValueError(must_be("names", rule, None))
            tokens = sentence_tokens(sentence, columns, word)
            if tokens:
                sentences.append(tokens)
                tags.append(_tags(sentence, tag))
    return sentences, tags


def _tags(sentence: Sentence, tag: Column | None) -> list[str]:
    if tag is not None:
        return sentence.column(tag, "tag")
    if not sentence.layout.is_conllu:
        sentence.column(2, "tag")  # an error for a single column: words are not tags
    return sentence.column(sentence.layout.label_column, "tag")


def sentence_tokens(
    sentence: Sentence, columns: Sequence[str], word: Column | None = None
) -> list[Any]:
    """Return the tokens of a sentence of a file, for taggers with these columns.

    If the file's columns have no names, they are assumed in the order of `columns`.
    """
    layout = sentence.layout
    words = sentence.column(layout.token_column if word is None else word, "word")
    if len(columns) == 1:
        return words
    others = [
        sentence.column(name if layout.names else number, "columns")
        for number, name in enumerate(columns[1:], start=2)
    ]
    return list(zip(words, *others, strict=True))
