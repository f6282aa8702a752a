"""The file of a tagger: one npz archive with all it needs but `features`, no pickle.

The array ``about`` is JSON text: the algorithm, parameters, templates, columns and
tags. The arrays of ``known_words``, ``space``, ``learnt`` and ``clusters`` are those
of the objects with these names.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from typing import Any

from numpy.typing import NDArray

from brownclust._archive import (
    ArchiveError,
    arrays_under,
    load_archive,
    named_arrays,
    pack_strings,
    pack_text,
    unpack_strings,
    unpack_text,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust.clusters.word_clusters import WordClusters

KIND = "tagger"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class StoredTagger:
    """What the file of a tagger holds.

    Attributes
    ----------
    about : dict
        JSON values: all that is not an array.
    known_words : frozenset of str
        The words of the training text.
    space, learnt : dict of str to array
        The feature space, and what the algorithm has learnt.
    clusters : WordClusters or None
        Where words are looked up.
    """

    about: dict[str, Any]
    known_words: frozenset[str]
    space: dict[str, NDArray[Any]]
    learnt: dict[str, NDArray[Any]]
    clusters: WordClusters | None


def write_tagger(path: str | PathLike[str], stored: StoredTagger) -> None:
    """Write a tagger to a file, atomically."""
    clusters = stored.clusters
    parts = {
        "known_words": pack_strings(sorted(stored.known_words)),
        "space": stored.space,
        "learnt": stored.learnt,
        "clusters": {} if clusters is None else clusters.arrays(),
    }
    # Parameters may be NumPy scalars, which JSON does not know.
    text = json.dumps(stored.about, default=lambda number: number.item())
    arrays = {"about": pack_text(text)}
    for part, of_part in parts.items():
        arrays |= named_arrays(part, of_part)
    with atomic_write(path, "wb") as file:
        write_archive(file, KIND, FORMAT_VERSION, arrays)


def read_tagger(path: str | PathLike[str]) -> StoredTagger:
    """Read what `write_tagger` wrote.

    Raises
    ------
    OSError
        If the file cannot be read.
    ArchiveError
        If it is not a tagger, is damaged, or was written by a newer version.
    """
    arrays = load_archive(path, KIND, FORMAT_VERSION)
    with damage_as_archive_error(path):
        clusters = arrays_under("clusters", arrays)
        return StoredTagger(
            dict(json.loads(unpack_text(arrays["about"]))),
            frozenset(unpack_strings(arrays_under("known_words", arrays))),
            arrays_under("space", arrays),
            arrays_under("learnt", arrays),
            WordClusters.from_arrays(clusters) if clusters else None,
        )


@contextmanager
def damage_as_archive_error(path: str | PathLike[str]) -> Iterator[None]:
    """Name the file where what it holds turns out not to be a tagger."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"{path}: expected a whole brownclust {KIND}, got a damaged file "
            f"({error!r})"
        ) from error
