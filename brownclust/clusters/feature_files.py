"""Files with features for other taggers: columns added, or CRFsuite's format.

Written in a stream, a batch of sentences at a time.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from brownclust._validation import must_be
from brownclust.clusters.features import BrownFeatures
from brownclust.text.blocks import batches
from brownclust.text.characters import encode_word
from brownclust.text.column_layout import Column
from brownclust.text.conll import Sentence, write_sentence

NONE = "_"
"""In a column of features: a word without a cluster."""

_BATCH = 1_000  # sentences
_ESCAPES = str.maketrans({"\\": "\\\\", ":": "\\:"})


def write_conll(
    file: BinaryIO,
    sentences: Iterable[Sentence],
    features: BrownFeatures,
    column: Column | None = None,
) -> int:
    """Write sentences with a column for each prefix added; return the tokens.

    The features must have no context: the tagger's templates look at neighbours.
    Words are in `column`, or where `Layout.token_column` says.
    """
    if features.context:
        raise ValueError(must_be("context", "0 for columns", features.context))
    n_columns = len(features.prefix_lengths) + len(features.cuts)
    missing = [NONE] * n_columns
    n_tokens = 0
    for batch, tokens in _with_words(sentences, column):
        for sentence, found in zip(batch, features.dicts(tokens), strict=True):
            added = [list(of_token.values()) or missing for of_token in found]
            write_sentence(file, sentence, added)
            n_tokens += len(added)
    return n_tokens


def write_crfsuite(
    file: BinaryIO,
    sentences: Iterable[Sentence],
    features: BrownFeatures,
    column: Column | None = None,
    label: Column | None = None,
) -> int:
    r"""Write ``label TAB feature TAB feature``, a line a token; return the tokens.

    CRFsuite takes what follows a colon for a weight: in labels and words ``:`` and the
    backslash are escaped by a backslash. The word itself is the feature ``w[0]=...``.
    Words and labels are in these columns, or where `Layout.token_column` and
    `Layout.label_column` say. Sentences without tokens are left out.
    """
    n_tokens = 0
    for batch, tokens in _with_words(sentences, column):
        names = features.strings(tokens)
        for sentence, words, found in zip(batch, tokens, names, strict=True):
            if not words:
                continue
            of_label = sentence.layout.label_column if label is None else label
            labels = sentence.column(of_label, "label")
            for text, word, of_token in zip(labels, words, found, strict=True):
                texts = [text, f"w[0]={word}", *of_token]
                line = "\t".join(text.translate(_ESCAPES) for text in texts)
                file.write(encode_word(line) + b"\n")
            file.write(b"\n")
            n_tokens += len(words)
    return n_tokens


def _with_words(
    sentences: Iterable[Sentence], column: Column | None
) -> Iterator[tuple[list[Sentence], list[list[str]]]]:
    """Yield sentences and their words, some at a time."""
    for batch in batches(sentences, _BATCH):
        words = []
        for sentence in batch:
            of_words = sentence.layout.token_column if column is None else column
            words.append(sentence.column(of_words))
        yield batch, words
