"""What the user may have meant by a word that is not there."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brownclust import WordClusters

MAX_SUGGESTIONS = 3
_MAX_LENGTH = 100
"""Longer words are not compared: it takes the square of their length."""
_MIN_LIKENESS = 0.75
"""Of difflib: one wrong letter in four."""
_MAX_LIKEST = 30
"""Of these the most frequent are suggested."""


def suggestions(clusters: "WordClusters", word: str) -> list[str]:
    """Return words that may have been meant, the most frequent first.

    Those that differ in case alone, or else those with most letters in common.
    """
    if len(word) > _MAX_LENGTH:
        return []
    folded = word.casefold()
    similar: dict[str, list[str]] = {}
    for other in clusters.words_of(clusters.ranks_between(0, clusters.n_clusters)):
        if len(other) <= _MAX_LENGTH:
            similar.setdefault(other.casefold(), []).append(other)
    if folded in similar:
        return similar[folded][:MAX_SUGGESTIONS]
    likest = get_close_matches(folded, similar, n=_MAX_LIKEST, cutoff=_MIN_LIKENESS)
    return [similar[form][0] for form in similar if form in likest][:MAX_SUGGESTIONS]


def did_you_mean(words: list[str]) -> str:
    """Return the end of an error message, empty if there is nothing to suggest."""
    if not words:
        return ""
    return f" (did you mean {' or '.join(map(repr, words))}?)"
