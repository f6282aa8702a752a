"""Read tagged sentences from files of columns."""

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from typing import Any

from brownclust._validation import must_be
from brownclust.tagger.attributes import WORD
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
    """Return the sentences of a file, and their tags, as taggers take them.

    Parameters
    ----------
    path : str or path-like
        A token a line, blank lines between sentences; CoNLL-U by its name or first
        line; decompressed when named .gz, .xz, .bz2 or .zst.
    columns : sequence of str, default ("word",)
        What a token is to consist of: the word, and further columns by their names.
    names : iterable of str, optional
        Names of the file's columns; CoNLL-U has its own.
    word : int or str, optional
        Number (from 1) or name of the column of words; FORM or the first if None.
    tag : int or str, optional
        The same of tags; UPOS or the last, but not the only one, if None.
    in_order : bool, default False
        If the file's columns have no names, take them to be in the order of `columns`.

    Returns
    -------
    sentences : list of list of str, or of tuple of str if there are more columns
    tags : list of list of str

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        With file and line, if a token has too few columns; or if columns are asked
        for by names, and the file's have none.
    """
    sentences: list[list[Any]] = []
    tags: list[list[str]] = []
    with open_binary(fspath(path)) as file:
        for sentence in read_conll(file, fspath(path), names=names):
            if len(columns) > 1 and not (in_order or sentence.layout.names):
                rule = f"given, as in word,pos,tag, as {columns[1]} is asked for"
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
        sentence.column(2, "tag")  # with one column alone, words would be tags
    return sentence.column(sentence.layout.label_column, "tag")


def sentence_tokens(
    sentence: Sentence, columns: Sequence[str], word: Column | None = None
) -> list[Any]:
    """Return the tokens of a file's sentence, as taggers with such columns take them.

    Where the file's columns have no names, they are taken in the order of `columns`.
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
