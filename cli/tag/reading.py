"""Tagged text as the commands that compare tags read it."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from ..failures import Failure
from ..progress import amount

MOST_LISTED = 5


def read(path: str, **files: Any) -> tuple[list[Any], list[list[str]]]:
    """Return the sentences and tags of a file as `read_tagged` does; some at least."""
    from brownclust.tagger.tagged_text import read_tagged

    sentences, tags = read_tagged(path, **files)
    if not sentences:
        raise Failure(f"{path}: expected tokens, got none")
    return sentences, tags


def new_tags(
    path: str, tags: Iterable[Sequence[str]], known: Iterable[Sequence[str]]
) -> list[str]:
    """Return a warning if a file has tags, or types of spans, that training lacks.

    If it has no others, the column is not the one that was learnt: a `Failure`.
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
    said = f"{number} that training lacks, which will count as errors: {listed}"
    return [f"Warning: {path}: {said}"]


def _labels(tags: Iterable[Sequence[str]]) -> set[str]:
    """Return the different tags; O and the types of spans if they are tags of those."""
    from brownclust.tagger.schemes import detect_scheme, spans

    different = set(chain.from_iterable(tags))
    alone = [[tag] for tag in different]
    if detect_scheme(alone) is None:
        return different
    return {"O", *(kind for tag in alone for kind, _, _ in spans(tag))}


def _listing(tags: list[str]) -> str:
    return ", ".join(tags[:MOST_LISTED]) + (", …" if len(tags) > MOST_LISTED else "")
