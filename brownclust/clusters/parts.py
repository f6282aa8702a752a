"""The parts of which word clusters consist, and what is checked in each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brownclust._validation import must_be
from brownclust.counting.vocabulary import Vocabulary
from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats import SEPARATORS, is_bit_string, is_class_name

NO_CLUSTER = "_"
"""What is written for a word without a cluster, in columns and in running text."""

_LONE_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""But for those that stand for bytes which are not UTF-8."""

_MAX_COUNT = np.iinfo(np.int64).max


def class_order(name: str) -> tuple[bool, int, str, str]:
    """Return the sort key of a class name: numbers first, by value."""
    is_number = name.isascii() and name.isdigit()
    digits = name.lstrip("0") if is_number else ""
    return not is_number, len(digits), digits, name


def number_clusters(
    clusters: Sequence[Any], n_words: int, *, is_flat: bool
) -> tuple[NDArray[np.int32], list[str]]:
    """Return the label of each word's cluster, and the clusters in order.

    Parameters
    ----------
    clusters : sequence of str
        The bit string or class name of each word.
    n_words : int
        Number of words.
    is_flat : bool
        Whether these are class names.
    """
    name = "classes" if is_flat else "bit_strings"
    if isinstance(clusters, str):
        raise TypeError(must_be(name, "a sequence of strings", clusters))
    wrong = [item for item in clusters if not isinstance(item, str)]
    if wrong:
        raise TypeError(must_be(name, "strings", wrong[0]))
    if len(clusters) != n_words:
        rule = f"one for each of {n_words} words"
        raise ValueError(must_be(name, rule, len(clusters)))
    ordered = sorted(set(clusters), key=class_order if is_flat else None)
    label_of = {cluster: label for label, cluster in enumerate(ordered)}
    return np.array([label_of[cluster] for cluster in clusters], np.int32), ordered


def check_bit_strings(bit_strings: Sequence[str]) -> None:
    """Raise ``ValueError`` unless bit strings are sorted leaves of a tree."""
    for bits in bit_strings:
        if not bits.isascii() or not is_bit_string(bits.encode("ascii")):
            raise ValueError(must_be("bit_strings", "strings of 0 and 1", bits))
    for bits, following in pairwise(bit_strings):
        if not bits < following:
            rule = "different and sorted"
            raise ValueError(must_be("bit_strings", rule, (bits, following)))
        if following.startswith(bits):
            rule = "such that none is a prefix of another"
            raise ValueError(must_be("bit_strings", rule, (bits, following)))


def check_classes(classes: Sequence[str]) -> None:
    """Raise ``ValueError`` unless class names are valid, different and in order."""
    for name in classes:
        if _LONE_SURROGATE.search(name) or not is_class_name(encode_word(name)):
            rule = "non-empty strings without whitespace or lone surrogates"
            raise ValueError(must_be("classes", rule, name))
    for name, following in pairwise(classes):
        if not class_order(name) < class_order(following):
            raise ValueError(must_be("classes", "in order", (name, following)))


def check_labels(labels: NDArray[Any], n_words: int, n_clusters: int) -> None:
    """Raise ``ValueError`` unless each word has a cluster and each cluster a word."""
    if labels.shape != (n_words,):
        rule = f"one for each of {n_words} words"
        raise ValueError(must_be("labels", rule, labels.shape))
    if not 0 <= labels.min() <= labels.max() < n_clusters:
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise ValueError(must_be("labels", f"0 to {n_clusters - 1}", int(wrong)))
    n_words_of = np.bincount(labels, minlength=n_clusters)
    if not n_words_of.all():
        rule = f"such that each of {n_clusters} clusters has a word"
        raise ValueError(must_be("labels", rule, f"none of {n_words_of.argmin()}"))


def check_counts(counts: ArrayLike | None, n_words: int) -> NDArray[np.int64]:
    """Return counts as an array, or zeros if there are none."""
    if counts is None:
        return np.zeros(n_words, np.int64)
    given = np.asarray(counts)
    if given.shape != (n_words,):
        rule = f"one for each of {n_words} words"
        raise ValueError(must_be("counts", rule, given.shape))
    if given.dtype.kind not in "iu" or given.min() < 0 or given.max() > _MAX_COUNT:
        raise ValueError(must_be("counts", "integers of at least 0", counts))
    return given.astype(np.int64)


def check_words(words: Vocabulary | Iterable[str]) -> Vocabulary:
    """Return words as a vocabulary, if they are different and text can hold them.

    Blanks are allowed: clusters of other programs have words such as ``New York``.
    """
    if isinstance(words, set | frozenset):
        raise TypeError(must_be("words", "in order, not a set", words))
    if not isinstance(words, Vocabulary):
        words = Vocabulary.from_words(words)
    if not len(words):
        raise ValueError(must_be("words", "non-empty", []))
    bad = np.flatnonzero(np.diff(words.offsets) == 0)
    if not bad.size and words.buffer.min() <= max(SEPARATORS):
        places = np.flatnonzero(np.isin(words.buffer, list(SEPARATORS)))
        bad = np.searchsorted(words.offsets, places, "right") - 1
    if bad.size:
        rule = "non-empty and without tabs and line ends"
        raise ValueError(must_be("words", rule, words[int(bad[0])]))
    words.look_up([])  # builds the hash table, which shows whether a word is repeated
    return words


def check_token(name: str, token: str | None) -> None:
    """Raise ``ValueError`` if something to be written is empty or has whitespace."""
    if token is not None and token.split() != [token]:
        rule = "non-empty and without whitespace"
        raise ValueError(must_be(name, rule, token))


# --- Files --------------------------------------------------------------------


def pack_clusters(clusters: Sequence[str], *, is_flat: bool) -> dict[str, Any]:
    """Return the bit strings or class names of clusters as a named array."""
    text = encode_word("\n".join(clusters))
    name = "class_names" if is_flat else "bit_strings"
    return {name: np.frombuffer(text, np.uint8)}


def unpack_clusters(arrays: Mapping[str, NDArray[Any]]) -> tuple[list[str], bool]:
    """Return what `pack_clusters` packed, and whether these are class names."""
    is_flat = "class_names" in arrays
    if is_flat and "bit_strings" in arrays:
        raise ValueError(must_be("class_names", "left out with bit_strings", "both"))
    array = arrays["class_names" if is_flat else "bit_strings"]
    text = array.astype(np.uint8, casting="safe").tobytes()
    return decode_word(text).split("\n"), is_flat


def unpack_words(arrays: Mapping[str, NDArray[Any]]) -> Vocabulary:
    """Return the words of a file."""
    return Vocabulary.from_arrays(
        arrays["vocabulary_buffer"], arrays["vocabulary_offsets"]
    )
