"""The file of a tagger: one npz archive with all it needs but `features`, no pickle.

The array ``about`` is JSON text: the algorithm, parameters, templates, columns and
tags. The arrays of ``known_words``, ``space``, ``learnt``, ``clusters`` and ``lexicon``
are those of the objects with these names; ``first_pass`` has the ``space`` and the
``learnt`` of a first tagger.
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
from brownclust.tagger.lexicons import Lexicon
from brownclust.tagger.templates import (
    parse_templates,
    uses_documents,
    uses_lexicons,
)

KIND = "tagger"
FORMAT_VERSION = 3
"""Version 2 has a notation of tags, or one of the schemes that version 1 lacks; version
3 has templates of documents or of a lexicon."""

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
    lexicon : Lexicon or None
        Where phrases are looked up.
    first_pass : tuple of (space, learnt), or None
        Those of a first tagger.
    """

    about: dict[str, Any]
    known_words: frozenset[str]
    space: dict[str, NDArray[Any]]
    learnt: dict[str, NDArray[Any]]
    clusters: WordClusters | None
    lexicon: Lexicon | None = None
    first_pass: tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]] | None = None


def write_tagger(path: str | PathLike[str], stored: StoredTagger) -> None:
    """Write a tagger to a file, atomically."""
    clusters, lexicon = stored.clusters, stored.lexicon
    parts = {
        "known_words": pack_strings(sorted(stored.known_words)),
        "space": stored.space,
        "learnt": stored.learnt,
        "clusters": {} if clusters is None else clusters.arrays(),
        "lexicon": {} if lexicon is None else lexicon.arrays(),
    }
    if stored.first_pass is not None:
        space, learnt = stored.first_pass
        parts |= {"first_pass.space": space, "first_pass.learnt": learnt}
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
        of_lexicon = arrays_under("lexicon", arrays)
        of_first = arrays_under("first_pass", arrays)
        first_pass = None
        if of_first:
            space, learnt = (arrays_under(p, of_first) for p in ("space", "learnt"))
            first_pass = space, learnt
        return StoredTagger(
            _checked_about(json.loads(unpack_text(arrays["about"]))),
            frozenset(unpack_strings(arrays_under("known_words", arrays))),
            arrays_under("space", arrays),
            arrays_under("learnt", arrays),
            clusters,
            Lexicon.from_arrays(of_lexicon) if of_lexicon else None,
            first_pass,
        )


def _version_of(about: dict[str, Any]) -> int:
    """Return the lowest version that has all this."""
    schemes = {about["scheme"], about["output_scheme"]}
    templates, columns = parse_templates(about["templates"]), about["columns"]
    if any(
        uses_documents(template, columns) or uses_lexicons(template, columns)
        for template in templates
    ):
        return FORMAT_VERSION
    is_old = schemes <= {*_SCHEMES_OF_VERSION_1} and "notation" not in about
    return 1 if is_old else 2


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
