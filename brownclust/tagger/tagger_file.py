"""The file of a tagger: one npz archive with all it needs but `features`, no pickle.

The array ``about`` is JSON text: the algorithm, parameters, templates, columns and
tags. The arrays of ``known_words``, ``space``, ``learnt`` and ``clusters`` are those
of the objects with these names. `base` saves and loads with it.
"""

import json
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

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
from brownclust._validation import must_be, shown
from brownclust._version import __version__
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.sources import FeatureSource
from brownclust.tagger.tag_set import TagSet

if TYPE_CHECKING:
    from brownclust.tagger.base import Tagger

Kind = TypeVar("Kind", bound="Tagger")

KIND = "tagger"
FORMAT_VERSION = 1

_STORED_APART = ("templates", "clusters", "features", "columns", "backoff")
"""Parameters that are not stored as given, but as the fitted tagger holds them."""


def write_tagger(tagger: "Tagger", path: str | PathLike[str]) -> None:
    """Write a fitted tagger to a file, atomically."""
    space, tag_set = tagger.space_, tagger.tag_set_
    about = {
        "algorithm": tagger.algorithm,
        "brownclust": __version__,
        "parameters": {
            name: value
            for name, value in tagger.get_params().items()
            if name not in _STORED_APART
        },
        "templates": list(map(str, space.templates)),
        "columns": space.columns,
        "backoff": space.backoff.steps,
        "sources": _type_names(space.sources.sources),
        "tag_column": tagger.tag_column_,
        "tags": tag_set.names,
        "scheme": tag_set.scheme,
        "output_scheme": tag_set.output_scheme,
    }
    parts = {
        "known_words": pack_strings(sorted(tagger.known_words_)),
        "space": space.arrays(),
        "learnt": tagger._learnt_arrays(),
        "clusters": {} if space.clusters is None else space.clusters.arrays(),
    }
    # Parameters may be NumPy scalars, which JSON does not know.
    text = json.dumps(about, default=lambda number: number.item())
    arrays = {"about": pack_text(text)}
    for part, of_part in parts.items():
        arrays |= named_arrays(part, of_part)
    with atomic_write(path, "wb") as file:
        write_archive(file, KIND, FORMAT_VERSION, arrays)


def read_tagger(
    path: str | PathLike[str],
    kinds: Sequence[type[Kind]],
    features: Sequence[FeatureSource],
) -> Kind:
    """Read a tagger of one of these kinds; see `Tagger.load`."""
    arrays = load_archive(path, KIND, FORMAT_VERSION)
    by_algorithm = {kind.algorithm: kind for kind in kinds}
    try:
        about = json.loads(unpack_text(arrays["about"]))
        algorithm = about["algorithm"]
        sources = about["sources"]
        if algorithm in by_algorithm and sources == _type_names(features):
            return _unpack(by_algorithm[algorithm], about, arrays, features)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"{path}: expected a whole brownclust {KIND}, got a damaged file "
            f"({error!r})"
        ) from error
    if algorithm in by_algorithm:
        names = ", ".join(sources) or "none"
        rule = f"the sources that {path} was trained with: {names}"
        raise ValueError(must_be("features", rule, features))
    expected = " or ".join(by_algorithm)
    raise ArchiveError(
        f"{path}: expected a tagger with the algorithm {expected}, "
        f"got {shown(algorithm)}"
    )


def _unpack(
    kind: type[Kind],
    about: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    features: Sequence[FeatureSource],
) -> Kind:
    clusters = arrays_under("clusters", arrays)
    tagger = kind(
        about["templates"],
        clusters=WordClusters.from_arrays(clusters) if clusters else None,
        backoff=tuple(about["backoff"]),
        columns=tuple(about["columns"]),
        features=features,
        **about["parameters"],
    )
    tagger.tag_column_ = about["tag_column"]
    tagger.space_ = tagger._make_space()
    tagger.space_.restore(arrays_under("space", arrays))
    tagger.tag_set_ = TagSet(about["tags"], about["scheme"], about["output_scheme"])
    tagger.known_words_ = frozenset(unpack_strings(arrays_under("known_words", arrays)))
    tagger._restore_learnt(arrays_under("learnt", arrays))
    return tagger


def _type_names(sources: Sequence[FeatureSource]) -> list[str]:
    return [type(source).__name__ for source in sources]
