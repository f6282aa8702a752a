"""What the user may have meant by a word that is not there."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brownclust import WordClusters

MAX_SUGGESTIONS = 3
_MAX_COMPARED = 20_000
"""Words that are compared letter by letter, which takes 30 µs each."""
_MAX_LENGTH = 40
"""Nobody types longer words, and comparing them takes long."""
_MIN_LIKENESS = 0.75
"""Of difflib: one wrong letter in four."""
_MAX_LIKEST = 8
"""Of these the most frequent are suggested."""


def suggestions(clusters: "WordClusters", word: str) -> list[str]:
    """Return words that may have been meant, the likeliest first.

    Those that differ in case alone, the most frequent first; else those with most
    letters in common, the most frequent first, of words that are about as long and
    begin or end with the same letter.
    """
    ranks = clusters.ranks_between(0, clusters.n_clusters)
    folded = word.casefold()
    same: list[str] = []
    similar: dict[str, str] = {}
    for candidate in clusters.words_of(ranks):
        if abs(len(candidate) - len(word)) > 2 or len(candidate) > _MAX_LENGTH:
            continue
        other = candidate.casefold()
        if other == folded:
            same.append(candidate)
        elif len(similar) < _MAX_COMPARED and (
            other[0] == folded[:1] or other[-1] == folded[-1:]
        ):
            similar.setdefault(other, candidate)
    if same:
        return same[:MAX_SUGGESTIONS]
    likest = get_close_matches(folded, similar, n=_MAX_LIKEST, cutoff=_MIN_LIKENESS)
    return [similar[other] for other in similar if other in likest][:MAX_SUGGESTIONS]


def did_you_mean(words: list[str]) -> str:
    """Return the end of an error message, empty if there is nothing to suggest."""
    if not words:
        return ""
    return f" (did you mean {' or '.join(map(repr, words))}?)"
