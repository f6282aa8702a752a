"""Synthetic text with the statistics that matter for clustering.

- Zipf: the word of rank *r* is drawn with a weight of about 1 / (r + 2), so a few words
  are very frequent and most are rare.
- Markov: words belong to classes by rank. Each class has favourite next classes, and
  half of the words are drawn from these. So there are clusters to find.

A million tokens have about as many distinct words as a million tokens of English, and a
third more distinct bigrams.

The text is the same on every machine: all arithmetic is on integers, and the random
number of a token is a hash of its position and the seed, so neither NumPy's generators
nor rounding matter. A longer text begins with the sentences of a shorter one.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

N_CLASSES = 128
N_SLOTS = 64  # equally likely next classes of a class, with repetitions
MAX_SENTENCE = 35
MIN_SENTENCE = 5
WEIGHT_OF_ONE = 1 << 24  # fixed point: the integer that stands for a weight of 1

_POSITIONS_PER_SENTENCE = 64  # a power of two above MAX_SENTENCE
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio: the step of splitmix64
_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


def write_text(
    path: Path, n_tokens: int, *, vocabulary: int = 60_000, seed: int = 0
) -> None:
    """Write a text, one sentence a line.

    Parameters
    ----------
    path : Path
        The file to write.
    n_tokens : int
        The exact number of tokens.
    vocabulary : int
        Number of words that can occur; in a short text few of them do.
    seed : int
        Each seed gives a different text.
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

    All sentences are generated together, one position after the other.
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
        _POSITIONS_PER_SENTENCE
    )
    # One class more than there are: the start of a sentence.
    current = np.full(lengths.size, N_CLASSES)
    for position in range(MAX_SENTENCE):
        numbers = random_numbers(sentence + np.uint64(position), seed, stream=2)
        current = followers[current, (numbers & np.uint64(N_SLOTS - 1)).astype(int)]
        draw = (numbers >> np.uint64(32)).astype(np.int64) % totals[current]
        index = np.searchsorted(ends, starts[current] + draw, side="right")
        words[:, position] = words_by_class[index]
    is_used = np.arange(MAX_SENTENCE) < lengths[:, np.newaxis]
    return words[is_used], lengths


def word_of_rank(rank: int) -> str:
    """Return the spelling of a word: as many syllables as the rank needs."""
    syllables = []
    rank += 1
    while rank:
        rank, digit = divmod(rank - 1, len(_CONSONANTS) * len(_VOWELS))
        consonant, vowel = divmod(digit, len(_VOWELS))
        syllables.append(_CONSONANTS[consonant] + _VOWELS[vowel])
    return "".join(reversed(syllables))


def _sentence_lengths(n_tokens: int, seed: int) -> NDArray[np.int64]:
    """Return sentence lengths; the last is cut so that their sum is `n_tokens`."""
    numbers = random_numbers(
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
    """Return the words ordered by class, and sums of their weights.

    These are four arrays: the words in order of class, then rank; the weight before
    each class; the weight of each class; the cumulative weight of the words.
    """
    ranks = np.arange(vocabulary)
    words = np.argsort(ranks % N_CLASSES, kind="stable")
    weights = WEIGHT_OF_ONE // (words + 2)
    totals = np.zeros(N_CLASSES, dtype=np.int64)
    np.add.at(totals, words % N_CLASSES, weights)
    return words, totals.cumsum() - totals, totals, weights.cumsum()


def _followers(totals: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the next class in each slot of each class.

    The last row is for the start of a sentence. Half of the slots are drawn by weight,
    one by one. The other half belongs to 16 favourites, also drawn by weight, with 1 to
    8 slots each.
    """
    half = N_SLOTS // 2
    favourite = np.arange(half) ** 2 * 16 // half**2
    positions = np.arange((N_CLASSES + 1) * N_SLOTS, dtype=np.uint64)
    draws = (random_numbers(positions, seed, stream=1) >> np.uint64(16)).astype(
        np.int64
    )
    drawn: NDArray[np.int64] = np.searchsorted(
        totals.cumsum(), draws % totals.sum(), side="right"
    ).reshape(N_CLASSES + 1, N_SLOTS)
    drawn[:, half:] = drawn[:, half + favourite]
    return drawn


def random_numbers(
    positions: NDArray[np.uint64], seed: int, *, stream: int
) -> NDArray[np.uint64]:
    """Return a random 64-bit integer for each position: splitmix64."""
    start = ((4 * seed + stream + 1) * 0xD1342543DE82EF95) % 2**64
    x = (positions + np.uint64(1)) * np.uint64(_GOLDEN) + np.uint64(start)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
