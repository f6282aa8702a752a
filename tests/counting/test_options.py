"""Options of counting: one list of them, for all public functions."""

import inspect
from typing import get_type_hints

import pytest

from brownclust import BigramCounts, BrownClustering
from brownclust.counting.options import (
    FILE_ONLY_OPTIONS,
    OPTION_GROUPS,
    CountingKeywords,
    SentenceKeywords,
    keyword_defaults,
    keyword_names,
)


def shown(function):
    """The keywords that `help` shows, and their defaults."""
    return {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def test_the_types_for_type_checkers_have_the_same_names():
    names = set(keyword_names(*OPTION_GROUPS))
    assert set(get_type_hints(CountingKeywords)) == names
    assert set(get_type_hints(SentenceKeywords)) == names - set(FILE_ONLY_OPTIONS)


def test_signatures_show_all_keywords():
    defaults = keyword_defaults()
    own = {"block_size", "progress"}
    of_text = shown(BigramCounts.from_text)
    assert {n: d for n, d in of_text.items() if n not in own} == defaults
    assert set(shown(BigramCounts.from_sentences)) - own == set(defaults) - set(
        FILE_ONLY_OPTIONS
    )
    of_estimator = shown(BrownClustering)
    assert {n: of_estimator[n] for n in defaults} == defaults


def test_keywords_on_a_cluster():
    distributed = pytest.importorskip("brownclust.distributed", reason="extra dask")
    known = set(shown(distributed.count_distributed))
    assert {"boundary", "min_count", "normalise"} <= known
    assert known.isdisjoint({"format", "skip_grams", "threads", "memory"})


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (BigramCounts.from_text, ("text.txt",)),
        (BigramCounts.from_sentences, ([["a"]],)),
        (BrownClustering, ()),
    ],
)
def test_unknown_keywords(function, arguments):
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'min_counts'$"):
        function(*arguments, min_counts=3)


def test_keywords_of_files_only():
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'format'$"):
        BigramCounts.from_sentences([["a"]], format="conll")
