"""The file of a tagger: one npz archive with all it needs but `features`, no pickle.

The array ``about`` is JSON text: the algorithm, parameters, templates, columns and
tags. The arrays of ``known_words``, ``space``, ``learnt`` and ``clusters`` are those
of the objects with these names.
"""

import json
from dataclasses import dataclass
from os import PathLike
from typing import Any

from numpy.typing import NDArray

from brownclust._archive import (
    arrays_under,
    load_archive,
    named_arrays,
    pack_strings,
    pack_text,
    refusing_damage,
    unpack_strings,
    unpack_text,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._validation import must_be
from brownclust.clusters.word_clusters import WordClusters

KIND = "tagger"
FORMAT_VERSION = 2
"""Version 2 has a notation of tags, or one of the schemes that version 1 lacks."""

_SCHEMES_OF_VERSION_1 = (None, "iob1", "iob2", "bilou", "iobes", "bmes", "types")

_KINDS_ABOUT: dict[str, tuple[type, ...]] = {
    "algorithm": (str,),
    "parameters": (dict,),
    "templates": (list,),
    "columns": (list,),
    "backoff": (list,),
    "sources": (list,),
    "tag_column": (str, type(None)),
    "tags": (list,),
    "scheme": (str, type(None)),
    "output_scheme": (str, type(None)),
}
"""The types of what `about` must have; lists are of strings."""


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
        write_archive(file, KIND, _version_of(stored.about), arrays)


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
    with refusing_damage(path, KIND):
        of_clusters = arrays_under("clusters", arrays)
        clusters = WordClusters.from_arrays(of_clusters) if of_clusters else None
        return StoredTagger(
            _checked_about(json.loads(unpack_text(arrays["about"]))),
            frozenset(unpack_strings(arrays_under("known_words", arrays))),
            arrays_under("space", arrays),
            arrays_under("learnt", arrays),
            clusters,
        )


def _version_of(about: dict[str, Any]) -> int:
    """Return the lowest version that has all this."""
    schemes = {about["scheme"], about["output_scheme"]}
    is_old = schemes <= {*_SCHEMES_OF_VERSION_1} and "notation" not in about
    return 1 if is_old else FORMAT_VERSION


def _checked_about(about: Any) -> dict[str, Any]:
    """Return what `about` holds; raise an error for a missing part or another type."""
    if not isinstance(about, dict):
        raise TypeError(must_be("about", "an object", about))
    for name, kinds in _KINDS_ABOUT.items():
        value = about[name]
        parts = value if isinstance(value, list) else [value]
        if not isinstance(value, kinds) or (
            list in kinds and not all(isinstance(part, str) for part in parts)
        ):
            kind = "a list of strings" if list in kinds else kinds[0].__name__
            raise TypeError(must_be(name, kind, value))
    if not isinstance(about.get("notation", {}), dict):
        raise TypeError(must_be("notation", "an object", about["notation"]))
    return about
