"""Counts as plain Python, by the package and by the reference."""

import reference
from hypothesis import strategies as st

BOUNDARIES = ["break", "ignore", "mark"]
EDGE = None


def plain(counts):
    """The counts as plain Python: words by rank, totals, and pairs of words."""
    counts.validate()
    words = list(counts.vocabulary)
    pairs = {}
    for rank, word in enumerate(words):
        row = slice(*counts.successors.offsets[rank : rank + 2])
        for right, count in zip(
            counts.successors.indices[row], counts.successors.counts[row], strict=True
        ):
            pairs[word, words[right]] = int(count)
        if counts.edge_starts[rank]:
            pairs[EDGE, word] = int(counts.edge_starts[rank])
        if counts.edge_ends[rank]:
            pairs[word, EDGE] = int(counts.edge_ends[rank])
    return {
        "unigrams": list(zip(words, counts.unigram_counts.tolist(), strict=True)),
        "bigrams": pairs,
        "n_tokens": counts.n_tokens,
        "n_bigrams": counts.n_bigrams,
        "n_lines": counts.n_lines,
    }


def counted_by_the_reference(
    lines, boundary="break", *, vocabulary=None, stopwords=None, **options
):
    """What `plain` should be, from lists of tokens."""
    if stopwords:
        every_word = {token for line in lines for token in line}
        allowed = every_word if vocabulary is None else set(vocabulary)
        vocabulary = allowed.difference(stopwords)
    if vocabulary is not None:
        options["vocabulary"] = [word.encode() for word in vocabulary]
    text = "\n".join(map(" ".join, lines)).encode()
    table = reference.count_text([text], boundary=boundary, **options)
    words = [word.decode() for word in table.words]
    pairs = {(words[v], words[w]): count for (v, w), count in table.c.items()}
    for word, starts, ends in zip(
        words, table.edge_starts, table.edge_ends, strict=True
    ):
        pairs |= {(EDGE, word): starts} if starts else {}
        pairs |= {(word, EDGE): ends} if ends else {}
    return {
        "unigrams": list(zip(words, table.n, strict=True)),
        "bigrams": pairs,
        "n_tokens": table.n_tokens,
        "n_bigrams": table.n_bigrams,
        "n_lines": table.n_lines,
    }


#   the cat saw the dog
#   the dog ran
TWO_LINES = "the cat saw the dog\nthe dog ran\n"

words = st.text("abé猫\0\ufeff\u0301", min_size=1, max_size=3) | st.sampled_from("aab")
corpora = st.lists(st.lists(words, max_size=6), max_size=6).filter(any)
selections = st.fixed_dictionaries(
    {
        "min_count": st.integers(1, 2),
        "max_vocabulary": st.none() | st.integers(1, 4),
        "vocabulary": st.none() | st.sets(words, max_size=6).map(sorted),
        "stopwords": st.none() | st.sets(words, max_size=6).map(sorted),
    }
)

PAIRS = [("b", "a", 2), ("a", "ç", 3), ("b", "a", 1), ("c", "c", 1)]
EXPECTED_OF_PAIRS = {
    "unigrams": [("a", 6), ("b", 3), ("ç", 3), ("c", 2)],
    "bigrams": {("a", "ç"): 3, ("b", "a"): 3, ("c", "c"): 1},
    "n_tokens": 14,
    "n_bigrams": 7,
    "n_lines": 0,
}
