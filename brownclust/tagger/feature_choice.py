"""The features of a tagger: from its parameters to a feature space.

`base` calls it before training and after loading.
"""

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike

from brownclust._validation import check_integer, must_be
from brownclust.clusters.backoff import BackOff
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger.attributes import ATTRIBUTES, MAJORITIES, SIZED
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.lexicons import Lexicon, check_lexicons
from brownclust.tagger.sources import FeatureSource, check_sources
from brownclust.tagger.templates import (
    Template,
    check_attributes,
    computed_columns,
    parse_templates,
    preset_templates,
    uses_lexicons,
    uses_majorities,
)


def choose_features(
    templates: str | Iterable[str | Template],
    *,
    clusters: WordClusters | str | PathLike[str] | None,
    backoff: Sequence[str],
    columns: Sequence[str],
    features: Sequence[FeatureSource],
    hash_size: int | None,
    lexicons: Sequence[Lexicon | str | PathLike[str]],
    has_documents: bool,
) -> FeatureSpace:
    """Return the feature space that parameters of a tagger describe.

    Parameters
    ----------
    templates, clusters, backoff, columns, features, hash_size, lexicons
        As for `Tagger`.
    has_documents : bool
        Whether to use templates of documents, if a preset has some.

    Raises
    ------
    OSError
        If a file of clusters or a lexicon cannot be read.
    TypeError, ValueError
        If one of the parameters is not as described.
    """
    columns = tuple(columns)
    if not columns or len(set(columns)) < len(columns):
        raise ValueError(must_be("columns", "distinct names", columns))
    for name in columns[1:]:
        if name in (*ATTRIBUTES, *SIZED):
            rule = f"names that are not attributes of words, as {name} is"
            raise ValueError(must_be("columns", rule, columns))
    if clusters is not None and not isinstance(clusters, WordClusters):
        clusters = WordClusters.load(clusters)
    if isinstance(templates, Iterator):
        rule = "a list or a string, because fit may be called again"
        raise TypeError(must_be("templates", rule, templates))
    lexicon = check_lexicons(lexicons)
    if isinstance(templates, str) and "[" not in templates:
        chosen = preset_templates(
            templates,
            columns[1:],
            clusters=clusters is not None,
            documents=has_documents,
            lexicons=lexicon is not None,
        )
    else:
        lines = templates if isinstance(templates, str) else map(str, templates)
        chosen = parse_templates(lines)
    check_attributes(chosen, columns)
    if all(uses_majorities(template, columns) for template in chosen):
        rule = f"not of {', '.join(MAJORITIES)} alone: a first tagger needs others"
        raise ValueError(must_be("templates", rule, list(map(str, chosen))))
    has_lexicon = any(uses_lexicons(template, columns) for template in chosen)
    if has_lexicon and lexicon is None:
        rule = "given, because a template has the lexicon attribute"
        raise ValueError(must_be("lexicons", rule, lexicons))
    steps = BackOff(backoff)
    if hash_size is not None:
        check_integer("hash_size", hash_size, minimum=1, maximum=2**31 - 1)
    return FeatureSpace(
        chosen,
        columns,
        computed=computed_columns(chosen, columns),
        clusters=clusters,
        lexicon=lexicon if has_lexicon else None,
        backoff=steps,
        sources=check_sources(features),
        hash_size=hash_size,
    )
