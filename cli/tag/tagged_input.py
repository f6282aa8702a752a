"""Tagged text as input of ``train`` and ``evaluate``: reading and checks."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from ..failures import Failure
from ..progress import amount

MAX_LISTED = 5


def read(path: str, **options: Any) -> tuple[list[Any], list[list[str]]]:
    """Return the sentences and tags of a file, as `read_tagged` does; never none."""
    from brownclust.tagger.tagged_text import read_tagged

    sentences, tags = read_tagged(path, **options)
    if not sentences:
        raise Failure(f"{path}: expected tokens, got none")
    return sentences, tags


def read_all(
    paths: tuple[str, ...], **options: Any
) -> tuple[list[Any], list[list[str]]]:
    """Return the sentences and tags of several files, one file after the other."""
    sentences, tags = zip(*(read(path, **options) for path in paths), strict=True)
    return list(chain.from_iterable(sentences)), list(chain.from_iterable(tags))


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


def new_tags(
    path: str, tags: Iterable[Sequence[str]], known: Iterable[Sequence[str]]
) -> list[str]:
    """Return a warning if a file has tags, or types of spans, not seen in training.

    If all are new, the column is not the one of training: that raises a `Failure`.
    """
    found, learnt = _labels(tags), _labels(known)
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


def _labels(tags: Iterable[Sequence[str]]) -> set[str]:
    """Return the distinct tags; O and the types of spans if the tags mark spans."""
    from brownclust.tagger.schemes import detect_scheme, spans

    distinct = set(chain.from_iterable(tags))
    one_by_one = [[tag] for tag in distinct]
    if detect_scheme(one_by_one) is None:
        return distinct
    return {"O", *(kind for tag in one_by_one for kind, _, _ in spans(tag))}


def _listing(tags: list[str]) -> str:
    return ", ".join(tags[:MAX_LISTED]) + (", …" if len(tags) > MAX_LISTED else "")
