"""Text with the statistics that clustering feels, the same on every machine.

Zipf: the word of rank *r* is drawn with a weight of about 1 / (r + 2). Markov: words
belong to classes by their rank, and every other word is of a class that likes to follow
that of the word before. So there are clusters to find, a few words are very frequent
and most are rare. A million tokens have about as many words as a million of English,
and a third more different bigrams.

Everything is arithmetic on integers, each token's random number a hash of its place
and the seed. So the text depends on no random number generator of NumPy's, and on no
rounding; the first sentences of a longer text are those of a shorter one.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

N_CLASSES = 128
N_SLOTS = 64  # equally likely continuations of a class, many of them the same class
MAX_SENTENCE = 35
MIN_SENTENCE = 5
WEIGHT_OF_ONE = 1 << 24

_PLACES_PER_SENTENCE = 64  # a power of two above MAX_SENTENCE
_GOLDEN = 0x9E3779B97F4A7C15
_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


def write_text(
    path: Path, n_tokens: int, *, vocabulary: int = 60_000, seed: int = 0
) -> None:
    """Write a text, one sentence a line.

    Parameters
    ----------
    path : Path
        The file.
    n_tokens : int
        Its tokens, exactly.
    vocabulary : int
        Words that can occur; in a short text few of them do.
    seed : int
        Another seed is another text.
    """
    ids, lengths = generate(n_tokens, vocabulary=vocabulary, seed=seed)
    words = [word_of_rank(rank) for rank in range(vocabulary)]
    tokens = [words[word] for word in ids.tolist()]
    start = 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        for length in lengths.tolist():
            file.write(" ".join(tokens[start : start + length]) + "\n")
            start += length


def generate(
    n_tokens: int, *, vocabulary: int, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words of a text, by rank, and the lengths of its sentences.

    All sentences grow side by side, a word at a time.
    """
    if n_tokens < 1 or vocabulary < N_CLASSES:
        raise ValueError(
            f"n_tokens must be at least 1 and vocabulary at least {N_CLASSES}, "
            f"got {n_tokens} and {vocabulary}"
        )
    lengths = _sentence_lengths(n_tokens, seed)
    words_by_class, starts, totals, ends = _weights(vocabulary)
    followers = _followers(totals, seed)
    words = np.zeros((lengths.size, MAX_SENTENCE), dtype=np.int64)
    sentence = np.arange(lengths.size, dtype=np.uint64) * np.uint64(
        _PLACES_PER_SENTENCE
    )
    current = np.full(lengths.size, N_CLASSES)  # no class: the start of a sentence
    for place in range(MAX_SENTENCE):
        numbers = _hash(sentence + np.uint64(place), seed, stream=2)
        current = followers[current, (numbers & np.uint64(N_SLOTS - 1)).astype(int)]
        share = (numbers >> np.uint64(32)).astype(np.int64) % totals[current]
        position = np.searchsorted(ends, starts[current] + share, side="right")
        words[:, place] = words_by_class[position]
    is_used = np.arange(MAX_SENTENCE) < lengths[:, np.newaxis]
    return words[is_used], lengths


def word_of_rank(rank: int) -> str:
    """Spell a word: syllables, as many as needed, each word once."""
    syllables = []
    rank += 1
    while rank:
        rank, digit = divmod(rank - 1, len(_CONSONANTS) * len(_VOWELS))
        consonant, vowel = divmod(digit, len(_VOWELS))
        syllables.append(_CONSONANTS[consonant] + _VOWELS[vowel])
    return "".join(reversed(syllables))


def _sentence_lengths(n_tokens: int, seed: int) -> NDArray[np.int64]:
    """Return lengths of which the last is cut so that they add up."""
    numbers = _hash(
        np.arange(1 + n_tokens // MIN_SENTENCE, dtype=np.uint64), seed, stream=0
    )
    lengths = MIN_SENTENCE + (
        numbers % np.uint64(MAX_SENTENCE - MIN_SENTENCE + 1)
    ).astype(np.int64)
    ends = lengths.cumsum()
    n_sentences = int(np.searchsorted(ends, n_tokens)) + 1
    lengths[n_sentences - 1] -= ends[n_sentences - 1] - n_tokens
    return lengths[:n_sentences]


def _weights(
    vocabulary: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the words by class, and of their weights sums.

    That is: the words in order of class, then rank; the weight before each class;
    the weight of each class; the weight up to and with each of the words.
    """
    ranks = np.arange(vocabulary)
    words = np.argsort(ranks % N_CLASSES, kind="stable")
    weights = WEIGHT_OF_ONE // (words + 2)
    totals = np.zeros(N_CLASSES, dtype=np.int64)
    np.add.at(totals, words % N_CLASSES, weights)
    return words, totals.cumsum() - totals, totals, weights.cumsum()


def _followers(totals: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the class in each slot of each class, and of the start of a sentence.

    Half of the slots are drawn by weight, one by one. The others are shared out, from
    1 to 8 slots each, among 16 favourites that are drawn by weight.
    """
    half = N_SLOTS // 2
    favourite = np.arange(half) ** 2 * 16 // half**2
    places = np.arange((N_CLASSES + 1) * N_SLOTS, dtype=np.uint64)
    shares = (_hash(places, seed, stream=1) >> np.uint64(16)).astype(np.int64)
    drawn: NDArray[np.int64] = np.searchsorted(
        totals.cumsum(), shares % totals.sum(), side="right"
    ).reshape(N_CLASSES + 1, N_SLOTS)
    drawn[:, half:] = drawn[:, half + favourite]
    return drawn


def _hash(places: NDArray[np.uint64], seed: int, *, stream: int) -> NDArray[np.uint64]:
    """Return a random 64-bit integer for each place: splitmix64."""
    start = ((4 * seed + stream + 1) * 0xD1342543DE82EF95) % 2**64
    x = (places + np.uint64(1)) * np.uint64(_GOLDEN) + np.uint64(start)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
