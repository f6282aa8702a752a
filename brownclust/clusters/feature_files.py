"""Feature files for other taggers: added columns, or the format of CRFsuite.

Sentences are streamed in batches, so that memory is constant.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from brownclust._validation import must_be
from brownclust.clusters.features import BrownFeatures
from brownclust.clusters.parts import NO_CLUSTER
from brownclust.text.blocks import batches
from brownclust.text.characters import encode_word
from brownclust.text.column_layout import Column
from brownclust.text.conll import Sentence, write_sentence

_BATCH_SIZE = 1_000  # sentences
_ESCAPES = str.maketrans({"\\": "\\\\", ":": "\\:"})


def write_conll(
    file: BinaryIO,
    sentences: Iterable[Sentence],
    features: BrownFeatures,
    *,
    label_last: bool = False,
) -> int:
    """Write sentences with an added column for each prefix and cut.

    Parameters
    ----------
    file : binary file
        Where to write.
    sentences : iterable of Sentence
        What to write.
    features : BrownFeatures
        Features without context: the templates of the tagger look at neighbours.
    label_last : bool, default False
        Add the columns before the last one, where CRF++ and Wapiti expect the label.

    Returns
    -------
    int
        Number of tokens written.
    """
    if features.context:
        raise ValueError(must_be("context", "0 for columns", features.context))
    if NO_CLUSTER in features.clusters.cluster_bit_strings:
        rule = f"other than {NO_CLUSTER}, which stands for no cluster"
        raise ValueError(must_be("class names", rule, NO_CLUSTER))
    missing = [NO_CLUSTER] * features.n_columns
    n_tokens = 0
    for batch, tokens in _with_words(sentences):
        for sentence, values in zip(batch, features.dicts(tokens), strict=True):
            added = [list(of_token.values()) or missing for of_token in values]
            write_sentence(file, sentence, added, before_last=label_last)
            n_tokens += len(added)
    return n_tokens


def write_crfsuite(
    file: BinaryIO,
    sentences: Iterable[Sentence],
    features: BrownFeatures,
    label: Column | None = None,
    *,
    keep: Sequence[Column] = (),
) -> int:
    r"""Write one line ``label TAB feature TAB feature ...`` per token, for CRFsuite.

    CRFsuite reads the text after a colon as a weight: in labels and words a backslash
    escapes ``:`` and the backslash. The word itself is the feature ``w[0]=...``, and a
    kept column, such as 2 or XPOS, gives ``2[0]=...`` or ``XPOS[0]=...`` of the word
    and of those in the context.

    Sentences without tokens are left out.

    Parameters
    ----------
    file : binary file
        Where to write.
    sentences : iterable of Sentence
        What to write.
    features : BrownFeatures
        The features, with context.
    label : int or str, optional
        The column of labels; `Layout.label_column` if None.
    keep : sequence of int or str, default ()
        Further columns whose fields are features, with the context of `features`.

    Returns
    -------
    int
        Number of tokens written.
    """
    n_tokens = 0
    for batch, tokens in _with_words(sentences):
        strings = features.strings(tokens)
        for sentence, words, names in zip(batch, tokens, strings, strict=True):
            if not words:
                continue
            of_label = sentence.layout.label_column if label is None else label
            labels = sentence.column(of_label, "label")
            kept = _kept_columns(sentence, keep, features.context)
            for text, word, more, of_token in zip(
                labels, words, kept, names, strict=True
            ):
                texts = [text, f"w[0]={word}", *more, *of_token]
                line = "\t".join(text.translate(_ESCAPES) for text in texts)
                file.write(encode_word(line) + b"\n")
            file.write(b"\n")
            n_tokens += len(words)
    return n_tokens


def _kept_columns(
    sentence: Sentence, keep: Sequence[Column], context: int
) -> list[list[str]]:
    """Return for each token features of its own and its neighbours' fields."""
    features: list[list[str]] = [[] for _ in sentence.words]
    for column in keep:
        fields = sentence.column(column, "keep")
        for t, of_token in enumerate(features):
            first = max(0, t - context)
            nearby = enumerate(fields[first : t + context + 1], first - t)
            of_token += [f"{column}[{offset}]={field}" for offset, field in nearby]
    return features


def _with_words(
    sentences: Iterable[Sentence],
) -> Iterator[tuple[list[Sentence], list[list[str]]]]:
    """Yield batches of sentences, and the words of each sentence."""
    for batch in batches(sentences, _BATCH_SIZE):
        yield batch, [sentence.words for sentence in batch]
