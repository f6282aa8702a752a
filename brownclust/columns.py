"""Files with a token a line and blank lines between sentences (CoNLL), and CRFsuite's.

Read and written in a stream, a batch of sentences at a time.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from brownclust._validation import must_be, shown
from brownclust.features import BrownFeatures
from brownclust.vocabulary import decode_word, encode_word

NONE = "_"
"""In a column of features: a word without a cluster."""

_BATCH = 1_000  # sentences
_ESCAPES = str.maketrans({"\\": "\\\\", ":": "\\:"})

Line = tuple[str, list[str]]
"""A line as it is, and its columns; none for a comment."""


def read_sentences(file: BinaryIO, name: str, column: int) -> Iterator[list[Line]]:
    """Yield sentences of lines; tokens stand in a column counted from 1.

    Columns are parted by tabs, or by other white space in sentences without tabs. In
    a sentence with tabs, a line without that begins with # is a comment.

    Raises
    ------
    ValueError
        With file and line, if a line has too few columns.
    """
    lines: list[bytes] = []
    number = 0
    for number, raw in enumerate(file, start=1):
        line = raw.rstrip(b"\r\n")
        if line.strip():  # of ASCII white space alone, as everywhere
            lines.append(line)
        elif lines:
            yield _with_columns(lines, name, number - len(lines), column)
            lines = []
    if lines:
        yield _with_columns(lines, name, number + 1 - len(lines), column)


def _with_columns(lines: list[bytes], name: str, first: int, column: int) -> list[Line]:
    has_tabs = any(b"\t" in line for line in lines)
    sentence = []
    for number, line in enumerate(lines, start=first):
        fields = line.split(b"\t") if has_tabs else line.split()
        if has_tabs and line.startswith(b"#") and len(fields) == 1:
            fields = []
        elif len(fields) < column:
            raise ValueError(
                f"{name}:{number}: expected at least {column} columns, "
                f"got {shown(decode_word(line))}"
            )
        sentence.append((decode_word(line), list(map(decode_word, fields))))
    return sentence


def write_conll(
    file: BinaryIO,
    sentences: Iterable[list[Line]],
    features: BrownFeatures,
    column: int,
) -> int:
    """Write every line with a column for each prefix added; return the tokens.

    The features must have no context: the tagger's templates look at neighbours.
    """
    if features.context:
        raise ValueError(must_be("context", "0 for columns", features.context))
    n_columns = len(features.prefix_lengths) + len(features.n_clusters)
    missing = [NONE] * n_columns
    n_tokens = 0
    for batch in _batches(sentences):
        values = features.dicts(_tokens(batch, column))
        for sentence, found in zip(batch, values, strict=True):
            each = iter(found)
            for line, fields in sentence:
                text = line
                if fields:
                    added = list(next(each).values()) or missing
                    separator = "\t" if "\t" in line or len(fields) == 1 else " "
                    text = separator.join([line, *added])
                    n_tokens += 1
                file.write(encode_word(text) + b"\n")
            file.write(b"\n")
    return n_tokens


def write_crfsuite(
    file: BinaryIO,
    sentences: Iterable[list[Line]],
    features: BrownFeatures,
    column: int,
    label: int,
) -> int:
    r"""Write ``label TAB feature TAB feature``, a line a token; return the tokens.

    CRFsuite takes what follows a colon for a weight: in labels and words ``:`` and the
    backslash are escaped by a backslash. The word itself is the feature ``w[0]=...``.
    """
    n_tokens = 0
    for batch in _batches(sentences):
        names = features.strings(_tokens(batch, column))
        for sentence, found in zip(batch, names, strict=True):
            tokens = [fields for _, fields in sentence if fields]
            for fields, of_token in zip(tokens, found, strict=True):
                word = f"w[0]={fields[column - 1]}"
                texts = [fields[label - 1 if label > 0 else label], word, *of_token]
                line = "\t".join(text.translate(_ESCAPES) for text in texts)
                file.write(encode_word(line) + b"\n")
                n_tokens += 1
            file.write(b"\n")
    return n_tokens


def _batches(sentences: Iterable[list[Line]]) -> Iterator[list[list[Line]]]:
    each = iter(sentences)
    while batch := list(islice(each, _BATCH)):
        yield batch


def _tokens(batch: list[list[Line]], column: int) -> list[list[str]]:
    return [
        [fields[column - 1] for _, fields in sentence if fields] for sentence in batch
    ]
