"""Tagged text as input of ``train`` and ``evaluate``: reading and checks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from brownclust.text.column_format import ColumnFormat

from ..failures import Failure
from ..options import DASH
from ..progress import amount

if TYPE_CHECKING:
    from brownclust.tagger.tagged_text import TaggedText
    from brownclust.tagger.templates import Template
    from brownclust.text.conll import Sentence

MAX_LISTED = 5


def read(
    paths: Sequence[str],
    columns: Sequence[str],
    *,
    column_format: ColumnFormat,
    **options: Any,
) -> "TaggedText":
    """Return the sentences and tags of files, one file after the other; never none.

    The options are those of `read_tagged_text`.
    """
    from brownclust.tagger.tagged_text import read_tagged_text

    text = read_tagged_text(paths, columns, column_format=column_format, **options)
    empty = dict.fromkeys(paths).keys() - {path for path, _ in text.places}
    for path in paths:
        if path in empty:
            raise Failure(f"{path}: expected tokens, got none")
    return text


def read_sentences(path: str, column_format: ColumnFormat) -> list["Sentence"]:
    """Return the sentences of a file, or of standard input for -; never no tokens."""
    from brownclust.text.conll import read_conll
    from brownclust.text.files import open_binary

    name = "<stdin>" if path == DASH else path
    with open_binary(
        path,
        encoding=column_format.encoding,
        encoding_errors=column_format.encoding_errors,
    ) as file:
        sentences = list(read_conll(file, name, column_format))
    if not any(sentence.words for sentence in sentences):
        raise Failure(f"{name}: expected tokens, got none")
    return sentences


def check_tags(
    text: "TaggedText", *, lenient: bool, are_tags: bool | None = None, **options: Any
) -> list[str]:
    """Check the tags if they mark spans; or repair them if `lenient`.

    Parameters
    ----------
    text : TaggedText
        What to check; changed if `lenient`.
    lenient : bool
        Whether to read odd tags as O, and leave out sentences with empty tags.
    are_tags : bool, optional
        Whether all tags are to be taken as they are; None if the user has no option
        for that.
    **options
        Options of `find_odd_tags`.

    Returns
    -------
    list of str
        Warnings.
    """
    path, _ = text.places[0]
    warnings = []
    if not lenient:
        with _hints("--lenient leaves out its sentence, or reads it as O"):
            text.check_empty_tags()
    if not are_tags:
        lenience = "--lenient reads it as O" if _can_repair(text, **options) else ""
        none = "" if are_tags is None else "--scheme none takes all tags as they are"
        with _hints(lenience, none):
            if lenient:
                warnings.append(text.read_odd_as_outside(**options))
            else:
                text.check_span_tags(**options)
    if lenient:
        warnings.append(text.leave_out_empty_tags())
    if not text.sentences:
        raise Failure(f"{path}: expected sentences without empty tags, got none")
    return [f"Warning: {path}: {warning}" for warning in warnings if warning]


def _can_repair(text: "TaggedText", **options: Any) -> bool:
    """Whether tags that mark spans are left once the odd ones are read as O."""
    from brownclust.tagger.span_tags import find_odd_tags

    others = {*chain.from_iterable(text.tags)} - find_odd_tags(text.tags, **options)
    return bool(others - {"O"} or options.get("known"))


@contextmanager
def _hints(*hints: str) -> Iterator[None]:
    """Add to an error what the user can do about it."""
    try:
        yield
    except ValueError as error:
        given = "; ".join(filter(None, hints))
        raise Failure(f"{error} ({given})" if given else str(error)) from None


def check_columns(
    columns: tuple[str, ...], sentences: list[Any], tags: list[list[str]]
) -> None:
    """Raise an error if a column of the features contains the tags themselves."""
    tokens = list(chain.from_iterable(sentences))
    gold = list(chain.from_iterable(tags))
    for i, name in enumerate(columns):
        column = tokens if len(columns) == 1 else [token[i] for token in tokens]
        if column == gold:
            rule = f"another column than {name}, which features use"
            raise Failure(f"--tag must be {rule}, got the same column")


def summary(
    sentences: list[Any], tags: list[list[str]], *, are_tags: bool
) -> list[str]:
    """Return what to print of training data: its size, and how tags are read.

    `are_tags` means that they are not read as spans.
    """
    from brownclust.tagger.metrics import scheme_notes
    from brownclust.tagger.span_tags import find_scheme

    n_tokens = amount(sum(map(len, sentences)), "token")
    lines = [f"{amount(len(sentences), 'sentence')}, {n_tokens}"]
    if len(distinct := {*chain.from_iterable(tags)}) == 1:
        lines.append(f"Warning: all tags are {distinct.pop()} (see --tag)")
    if not are_tags:
        lines += scheme_notes(find_scheme(tags), {})
    return lines


def document_notes(
    templates: Sequence["Template"], columns: Sequence[str], documents: Sequence[int]
) -> list[str]:
    """Return what to print of documents, if templates use them."""
    from brownclust.tagger.first_pass import N_FOLDS
    from brownclust.tagger.templates import uses_documents, uses_majorities

    if not any(uses_documents(one, columns) for one in templates):
        return []
    lines = [amount(len({*documents}), "document")]
    if any(uses_majorities(one, columns) for one in templates):
        lines.append(
            f"Training {N_FOLDS + 1} first taggers, whose tags become features …"
        )
    return lines


def dev_notes(text: "TaggedText", tags: list[list[str]], **options: Any) -> list[str]:
    """Check development data as `check_tags` does; return warnings of both kinds."""
    known = {*chain.from_iterable(tags)}
    warnings = check_tags(text, known=known, **options)
    path, _ = text.places[0]
    return warnings + new_tags(path, text.tags, tags)


def new_tags(
    path: str, tags: Iterable[Sequence[str]], known: Iterable[Sequence[str]]
) -> list[str]:
    """Return a warning if a file has tags, or types of spans, not seen in training.

    If all are new, the column is not the one of training: that raises a `Failure`.
    """
    given, names = ({*chain.from_iterable(data)} for data in (tags, known))
    found, learnt = _labels(given, names), _labels(names, names)
    new = sorted(found - learnt)
    if not new:
        return []
    listed = _listing(new)
    if len(new) == len(found):
        rule = f"tags as in training, such as {_listing(sorted(learnt))}"
        raise Failure(f"{path}: expected {rule}, got only {listed} (see --tag)")
    number = amount(len(new), "tag")
    problem = f"{number} not in the training data, counted as errors: {listed}"
    return [f"Warning: {path}: {problem}"]


def _labels(tags: set[str], known: set[str]) -> set[str]:
    """Return distinct tags; O and the types of spans in place of tags of spans."""
    from brownclust.tagger.evaluation import NO_TYPE
    from brownclust.tagger.metrics import in_one_notation
    from brownclust.tagger.schemes import LETTERS, are_letters, is_span_tag
    from brownclust.tagger.spans import spans

    tags, known = ({*of_one} for [of_one] in in_one_notation([[*tags]], [[*known]]))
    if tags <= LETTERS and (are_letters(tags) or are_letters(tags | known)):
        return {"O", NO_TYPE}
    of_spans = {tag for tag in tags if is_span_tag(tag)}
    if of_spans <= {"O"}:
        return tags
    kinds = {kind for tag in of_spans for kind, _, _ in spans([tag])}
    return {"O", *kinds, *(tags - of_spans)}


def _listing(tags: list[str]) -> str:
    return ", ".join(tags[:MAX_LISTED]) + (", …" if len(tags) > MAX_LISTED else "")
