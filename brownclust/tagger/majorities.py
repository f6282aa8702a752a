"""What a first tagger says of the same words and spans in the whole document.

Krishnan and Manning (2006), "An effective two-stage model for exploiting non-local
dependencies in named entity recognition", section 4: a word that is hard to tag in one
sentence may be easy in another one of the document.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

from brownclust.tagger.attributes import (
    LONGER_SPAN_MAJORITY,
    SPAN_MAJORITY,
    WORD_MAJORITY,
)
from brownclust.tagger.documents import Column
from brownclust.tagger.schemes import OUTSIDE, split_tag
from brownclust.tagger.spans import Span, spans

MAX_PART = 6
"""Words in the longest part of a span that is counted as one."""

Counts = defaultdict[Hashable, Counter[str]]


def majorities(
    words: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    documents: Sequence[int],
    *,
    are_spans: bool,
) -> dict[str, Column]:
    """Return what most predicted tags of the same words in a document say.

    Parameters
    ----------
    words : sequence of sequences of str
        The words of each sentence; upper and lower case are the same.
    tags : sequence of sequences of str
        Predicted tags, in the usual notation if they mark spans.
    documents : sequence of int
        The document of each sentence, ascending.
    are_spans : bool
        Whether the tags mark spans.

    Returns
    -------
    dict of str to column
        ``word_majority``: the most frequent tag of the word; of tags of spans, only
        the type. ``span_majority``, for words in a predicted span: the most frequent
        type of spans of the same words. ``longer_span_majority``, for these too: the
        most frequent type of longer spans that contain the same words. Of equally
        frequent types, the first one in the alphabet.

    Notes
    -----
    Time is linear in tokens, but for spans of many words, of which all parts of up to
    `MAX_PART` words are counted.
    """
    found: dict[str, list[list[str | None]]] = {
        WORD_MAJORITY: [],
        SPAN_MAJORITY: [],
        LONGER_SPAN_MAJORITY: [],
    }
    first = 0
    while first < len(words):
        end = first
        while end < len(words) and documents[end] == documents[first]:
            end += 1
        part = slice(first, end)
        _add_document(words[part], tags[part], found, are_spans=are_spans)
        first = end
    return {**found}


def _add_document(
    words: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    found: dict[str, list[list[str | None]]],
    *,
    are_spans: bool,
) -> None:
    """Append the majorities in one document."""
    of_words: Counts = defaultdict(Counter)
    of_spans: Counts = defaultdict(Counter)
    of_parts: Counts = defaultdict(Counter)
    sentences = []
    for of_sentence, tagged in zip(words, tags, strict=True):
        lowered = [word.lower() for word in of_sentence]
        for word, tag in zip(lowered, tagged, strict=True):
            of_words[word][_kind(tag) if are_spans else tag] += 1
        in_sentence = spans(tagged) if are_spans else []
        sentences.append((lowered, in_sentence))
        for kind, start, end in in_sentence:
            span = tuple(lowered[start:end])
            of_spans[span][kind] += 1
            for part in _parts(span):
                of_parts[part][kind] += 1
    best = {word: _most_frequent(counts) for word, counts in of_words.items()}
    for lowered, in_sentence in sentences:
        found[WORD_MAJORITY].append([best[word] for word in lowered])
        found[SPAN_MAJORITY].append(_of_spans(lowered, in_sentence, of_spans))
        found[LONGER_SPAN_MAJORITY].append(_of_spans(lowered, in_sentence, of_parts))


def _kind(tag: str) -> str:
    """Return the type of a tag of spans; O outside."""
    letter, kind = split_tag(tag)
    return OUTSIDE if letter == OUTSIDE else kind


def _parts(span: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return the parts of a span, each once, but the span itself."""
    return {
        span[start:end]
        for start in range(len(span))
        for end in range(start + 1, min(start + MAX_PART, len(span)) + 1)
        if end - start < len(span)
    }


def _most_frequent(counts: Counter[str]) -> str:
    return min(counts, key=lambda one: (-counts[one], one))


def _of_spans(
    words: list[str], in_sentence: Sequence[Span], counts: Counts
) -> list[str | None]:
    """Return the majority of each word in a span; None for other words."""
    values: list[str | None] = [None] * len(words)
    for _, start, end in in_sentence:
        span = tuple(words[start:end])
        if span in counts:
            values[start:end] = [_most_frequent(counts[span])] * (end - start)
    return values
