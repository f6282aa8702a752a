"""Evaluation of a file with gold and predicted tags in two columns."""

from itertools import chain
from typing import TYPE_CHECKING, Any

from brownclust._validation import must_be
from brownclust.text.column_format import ColumnFormat

from ..failures import Failure
from ..progress import Progress
from .tagged_input import check_tags, read_sentences

if TYPE_CHECKING:
    from brownclust.tagger import Evaluation
    from brownclust.tagger.sentences import Tags
    from brownclust.tagger.tagged_text import TaggedText
    from brownclust.text.column_layout import Layout

Column = int | str


def evaluate_columns(
    path: str,
    predicted: Column,
    gold: Column | None,
    *,
    column_format: ColumnFormat,
    progress: Progress,
    **options: Any,
) -> "Evaluation":
    """Return the evaluation of a column of a file; the options are of `evaluate`.

    Gold tags are by default in the column before the predicted ones.
    """
    from brownclust.tagger.evaluation import evaluate
    from brownclust.tagger.span_tags import find_scheme
    from brownclust.tagger.tagged_text import TaggedText

    sentences = read_sentences(path, column_format)
    if gold is None:
        gold = _column_before(predicted, sentences[0].layout)
    texts = TaggedText(), TaggedText()
    for sentence in sentences:
        if sentence.words:
            for text, column in zip(texts, (gold, predicted), strict=True):
                text.append(sentence, sentence.words, column)
    of_gold, of_predicted = texts
    if of_gold.tags == of_gold.sentences:
        raise Failure(must_be("--tag", "a column of tags, not that of words", gold))
    lenient = column_format.lenient
    if lenient:
        progress.say(*_leave_out_empty(of_gold, of_predicted))
    known, found = ({*chain.from_iterable(text.tags)} for text in texts)
    progress.say(*check_tags(of_gold, lenient=lenient, known=found))
    # Where gold tags mark spans, predicted tags must, or be types of these.
    scheme, predicted_scheme = (find_scheme(text.tags) for text in texts)
    types = _types(of_gold.tags, scheme) if scheme else set()
    are_spans = bool(scheme) and predicted_scheme is None and not found <= types
    progress.say(
        *check_tags(of_predicted, lenient=lenient, known=known, are_spans=are_spans)
    )
    has_spans_only_predicted = predicted_scheme is not None and known <= {"O", "o"}
    result = evaluate(
        of_gold.tags,
        of_predicted.tags,
        are_spans=True if has_spans_only_predicted else None,
        keeps_letters=True,
        **options,
    )
    if None not in (scheme, predicted_scheme) and (
        result.predicted_scheme == scheme != predicted_scheme
    ):
        name, _ = of_gold.places[0]
        progress.say(
            f"Warning: {name}: gold tags are in {scheme}, predicted tags look like "
            f"{predicted_scheme}; the accuracy compares them as they are (see tag "
            "convert)"
        )
    return result


def _types(tags: "Tags", scheme: str) -> set[str]:
    """Return the types of spans, and O."""
    from brownclust.tagger.metrics import all_spans, in_one_notation

    [usual] = in_one_notation(tags)
    of_spans = chain.from_iterable(all_spans(usual, scheme))
    return {"O", *(kind for kind, _, _ in of_spans)}


def _column_before(column: Column, layout: "Layout") -> int:
    index = layout.index(column, "--predicted")
    before = index if index > 0 else index - 1
    if index == 0:
        rule = "given, as --predicted is the first column"
        raise Failure(must_be("--tag", rule, None))
    return before


def _leave_out_empty(*texts: "TaggedText") -> list[str]:
    """Leave out what has an empty tag in any of the texts; return warnings."""
    from brownclust.tagger.span_tags import find_scheme

    if any(find_scheme(text.tags) for text in texts):
        return []  # an empty tag is read as O
    n_all = len(texts[0].tags)
    kept = [i for i in range(n_all) if not any("" in text.tags[i] for text in texts)]
    name, _ = texts[0].places[0]
    if not kept:
        raise Failure(f"{name}: expected sentences without empty tags, got none")
    for text in texts:
        text.keep(kept)
    if len(kept) == n_all:
        return []
    left_out = f"{n_all - len(kept):,} of {n_all:,} sentences"
    return [f"Warning: {name}: {left_out} with an empty tag left out"]
