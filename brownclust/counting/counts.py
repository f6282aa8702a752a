"""Counts of words and of pairs of neighbours: all that clustering needs of a text."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import ArchiveError, load_archive, write_archive
from brownclust._atomic import atomic_write
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._validation import check_integer, must_be
from brownclust.counting.count_table import CountTable, exact_sum
from brownclust.counting.counter import Counter
from brownclust.counting.limits import new_counter
from brownclust.counting.options import (
    MAX_COUNT,
    CountingKeywords,
    CountingOptions,
    FilterKeywords,
    Neighbours,
    Resources,
    SentenceKeywords,
    WordFilter,
    with_keywords,
)
from brownclust.counting.origin import Origin
from brownclust.counting.pair_lists import read_pairs
from brownclust.counting.sparse_rows import SparseRows, has_drop
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_filter import WordSelection
from brownclust.text.blocks import BLOCK_SIZE, PathLike, Progress
from brownclust.text.sentence_blocks import SentenceBlocks
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat

KIND = "counts file"
FORMAT_VERSION = 1

FILE_OPTIONS = ("format", "field")
"""Options that only files have, not sentences from Python."""

# Words of which the pairs are merged at a time.
_BATCH = 1 << 16


@dataclass(frozen=True, eq=False, repr=False)
class BigramCounts:
    """Unigram and bigram counts of a corpus.

    Words are ranked by count, the most frequent first, words of equal count by their
    UTF-8 bytes; everywhere a word is its rank. Make one with `from_text`,
    `from_sentences` or `from_pairs`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words kept.
    table : CountTable
        Their counts, by rank.
    origin : Origin
        How they were made: how more text has to be read to be added.
    source : dict
        Where the counts come from, for the record (JSON types only).
    unigram_counts : int64 array (n_types,)
        Occurrences of each word, never ascending.
    successors : SparseRows
        Row ``w``: the words that directly follow ``w``, and how often.
    predecessors : SparseRows
        Row ``w``: the words that directly precede ``w``, and how often. Made when first
        asked for.
    edge_starts, edge_ends : int64 array (n_types,)
        With boundary "mark", the lines that start and end with each word; else zeros.
    n_tokens : int
        All tokens, those of removed words included.
    n_bigrams : int
        All adjacent positions that the boundary allows, removed words included: with
        "break" ``n_tokens - n_lines``, "ignore" ``n_tokens - 1``, "mark"
        ``n_tokens + n_lines``.
    n_lines : int
        Lines with at least one token.
    boundary : {"break", "ignore", "mark"}
        What a line end is: no bigram crosses it; whitespace; a context of its own, the
        same before a line's first word and after its last.

    Notes
    -----
    A word that is removed (by ``min_count``, ``max_vocabulary``, ``vocabulary`` or
    ``stopwords``) leaves a gap: its neighbours do not become adjacent.

    Examples
    --------
    >>> counts = BigramCounts.from_sentences([["a", "rose", "is", "a", "rose"]])
    >>> list(counts.vocabulary), counts.unigram_counts.tolist()
    (['a', 'rose', 'is'], [2, 2, 1])
    >>> counts.successors.indices.tolist(), counts.successors.counts.tolist()
    ([1, 2, 0], [2, 1, 1])
    """

    vocabulary: Vocabulary
    table: CountTable
    origin: Origin = field(default_factory=Origin)
    source: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the sizes; the arrays can be long."""
        return (
            f"<BigramCounts of {self.n_types} words, {self.n_tokens} tokens, "
            f"boundary {self.boundary!r}>"
        )

    @property
    def n_types(self) -> int:
        """Number of words in the vocabulary."""
        return len(self.vocabulary)

    @property
    def unigram_counts(self) -> NDArray[np.int64]:
        """Occurrences of each word."""
        return self.table.unigram_counts

    @property
    def successors(self) -> SparseRows:
        """Row ``w``: the words that directly follow ``w``, and how often."""
        return self.table.successors

    @property
    def predecessors(self) -> SparseRows:
        """Row ``w``: the words that directly precede ``w``, and how often."""
        return self.table.predecessors

    @property
    def edge_starts(self) -> NDArray[np.int64]:
        """Lines that start with each word, with boundary "mark"; else zeros."""
        return self.table.edge_starts

    @property
    def edge_ends(self) -> NDArray[np.int64]:
        """Lines that end with each word, with boundary "mark"; else zeros."""
        return self.table.edge_ends

    @property
    def n_tokens(self) -> int:
        """All tokens of the corpus."""
        return self.table.n_tokens

    @property
    def n_bigrams(self) -> int:
        """All adjacent positions of the corpus."""
        return self.table.n_bigrams

    @property
    def n_lines(self) -> int:
        """Lines with at least one token."""
        return self.table.n_lines

    @property
    def boundary(self) -> str:
        """What a line end is."""
        return self.table.boundary

    @classmethod
    @with_keywords()
    def from_text(
        cls,
        paths: PathLike | Iterable[PathLike],
        *,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
        **options: Unpack[CountingKeywords],
    ) -> Self:
        """Count the words and bigrams of texts, one sentence a line.

        Tokens are separated by ASCII whitespace and otherwise kept byte for byte.

        Parameters
        ----------
        paths : path or iterable of paths
            Files (``.gz``, ``.xz``, ``.bz2`` and, with the extra ``zst``, ``.zst`` are
            decompressed), directories (the files directly in them, sorted by name,
            hidden ones left out), patterns (``data/*.gz``, ``data/**/*.txt``; the files
            that match, sorted), ``-`` for standard input. A byte order mark at a
            file's start is dropped. A file's end is a line end.
        block_size : int
            Bytes read at a time; the result does not depend on it.
        progress : callable, optional
            Called as ``progress("count", done, total)`` after each block, in bytes;
            ``total`` is None with standard input and compressed files.
        format, field, normalise, encoding_errors
            How text is read; see `TextFormat`.
        min_count, max_vocabulary, vocabulary, stopwords
            Which words are kept; see `WordFilter`.
        boundary, skip_grams
            Which words are neighbours; see `Neighbours`.
        threads, memory, temp_directory
            What counting may use; see `Resources`.

        Raises
        ------
        FileNotFoundError
            If a path does not exist.
        ValueError
            If a text is not UTF-8 or not of its format (``path:line:``), if there are
            no words, or if none is kept.
        ImportError
            If a file needs a package that is not installed.

        Notes
        -----
        The text is read once, standard input like any other. Memory follows the
        distinct words and bigrams, not the text: about 50 bytes a bigram and 200 MB,
        before anything is removed.
        """
        chosen = CountingOptions.from_keywords(options)
        blocks = TextBlocks(
            paths, chosen.text, block_size=block_size, progress=progress
        )
        source = {
            "kind": "text",
            "files": blocks.files,
            "format": chosen.text.format,
            "field": options.get("field"),
        }
        return cls._from_blocks(blocks, chosen, source)

    @classmethod
    @with_keywords(without=FILE_OPTIONS)
    def from_sentences(
        cls,
        sentences: Iterable[Iterable[str]],
        *,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
        **options: Unpack[SentenceKeywords],
    ) -> Self:
        """Count the words and bigrams of sentences, each a list of tokens.

        Each list is a line. The sentences are read once and not kept.

        Parameters
        ----------
        sentences : iterable of iterables of str
            The tokens: not empty, without ASCII whitespace.
        block_size : int
            Characters counted at a time; the result does not depend on it.
        progress : callable, optional
            Called as ``progress("count", done, None)``, in bytes of UTF-8.
        normalise, encoding_errors
            What is done to every word; see `TextFormat`.
        min_count, max_vocabulary, vocabulary, stopwords
            Which words are kept; see `WordFilter`.
        boundary, skip_grams
            Which words are neighbours; see `Neighbours`.
        threads, memory, temp_directory
            What counting may use; see `Resources`.

        Raises
        ------
        TypeError
            If a sentence is not a list of tokens (but a string, say) or a token is not
            a string.
        ValueError
            If a token is empty or has whitespace in it, if there are no words, or if
            none is kept.
        """
        chosen = CountingOptions.from_keywords(options, without=FILE_OPTIONS)
        blocks = SentenceBlocks(
            sentences, chosen.text, block_size=block_size, progress=progress
        )
        return cls._from_blocks(blocks, chosen, {"kind": "sentences"})

    @classmethod
    def from_pairs(
        cls,
        table: PathLike | Iterable[tuple[str, str, int]],
        *,
        memory: int | None = None,
        temp_directory: PathLike | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Take the counts of pairs from a table.

        This is how dependency pairs, skip-grams or the counts of other programs come
        in. A word's unigram count is its total on the left plus its total on the right,
        ``n_bigrams`` the total of all counts, ``n_tokens`` twice that. There are no
        lines; ``boundary`` is "ignore".

        Parameters
        ----------
        table : path or iterable of (left, right, count)
            A file has ``left TAB right TAB count`` on each line; empty lines are
            skipped. Pairs may come in any order, and more than once: they are added up.
        memory, temp_directory
            See `Resources`.
        progress : callable, optional
            As in `from_text`, for files.

        Raises
        ------
        TypeError
            If a word is not a string or a count not an integer.
        ValueError
            If a row is not such a row (``path:line:``), or if there are none.
        """
        source: dict[str, Any] = {"kind": "pairs"}
        if isinstance(table, str | os.PathLike):
            source["file"] = os.fspath(table)
        counter = new_counter(
            Neighbours(boundary="ignore"),
            Resources(memory=memory, temp_directory=temp_directory),
        )
        n_bigrams = 0
        for words, counts in read_pairs(table, progress):
            n_bigrams += exact_sum(counts)
            if 2 * n_bigrams > MAX_COUNT:  # tokens
                rule = f"at most {MAX_COUNT // 2}"
                raise ValueError(must_be("total of counts", rule, n_bigrams))
            ids = counter.add_words(words)
            np.add.at(counter.word_counts, ids, np.repeat(counts, 2))
            counter.add_pairs(ids[::2].copy(), ids[1::2].copy(), counts)
        if not n_bigrams:
            rule = "one with pairs in it"
            raise ValueError(must_be("table", rule, source.get("file", "none")))
        return cls._from_counter(
            counter,
            counter.rank(np.arange(1, counter.n_words)),
            n_tokens=2 * n_bigrams,
            n_bigrams=n_bigrams,
            n_lines=0,
            boundary="ignore",
            origin=Origin(from_pairs=True),
            source=source,
        )

    def merge(self, other: "BigramCounts") -> "BigramCounts":
        """Return the sum of two counts, as if the texts had been counted together.

        With boundary "ignore" the two stay separate streams: the bigram from the last
        word of one to the first of the other is not there. What had been removed from
        either is not there either: count with ``min_count=1``, merge, and only then
        remove, with `select`.

        Raises
        ------
        TypeError
            If ``other`` is something else.
        ValueError
            If the boundaries, normalisers or distances of neighbours differ.
        """
        if not isinstance(other, BigramCounts):
            raise TypeError(must_be("other", "BigramCounts", other))
        if other.boundary != self.boundary:
            raise ValueError(
                must_be("boundary", f"{self.boundary!r} in both counts", other.boundary)
            )
        origin = self.origin.merge(other.origin)
        n_tokens = self.n_tokens + other.n_tokens
        if n_tokens > MAX_COUNT:
            raise ValueError(must_be("n_tokens", f"at most {MAX_COUNT}", n_tokens))
        counter = Counter()
        for part in (self, other):
            part._add_to(counter)
        return BigramCounts._from_counter(
            counter,
            counter.rank(np.arange(1, counter.n_words)),
            n_tokens=n_tokens,
            n_bigrams=self.n_bigrams + other.n_bigrams,
            n_lines=self.n_lines + other.n_lines,
            boundary=self.boundary,
            origin=origin,
            source={
                "kind": "merge",
                "parts": [
                    part
                    for counts in (self, other)
                    for part in counts.source.get("parts", [counts.source])
                ],
            },
        )

    def select(self, **words: Unpack[FilterKeywords]) -> "BigramCounts":
        """Return the counts of some of the words, as if counted with these options.

        Words removed leave a gap: ``n_tokens``, ``n_bigrams`` and ``n_lines`` stay.

        Parameters
        ----------
        min_count, max_vocabulary, vocabulary, stopwords
            See `WordFilter`. Words given are taken byte for byte: if the text was
            lower-cased, they must be lower case.

        Returns
        -------
        BigramCounts
            New counts; these do not change.

        Raises
        ------
        ValueError
            If no word is kept.

        Notes
        -----
        Time and memory are linear in the number of words and distinct bigrams.

        Examples
        --------
        >>> counts = BigramCounts.from_sentences([["a", "rose", "is", "a", "rose"]])
        >>> list(counts.select(min_count=2).vocabulary)
        ['a', 'rose']
        """
        as_they_are = TextFormat(encoding_errors="surrogateescape")
        selection = WordSelection(WordFilter(**words), as_they_are)
        ranks = selection.ranks(self.vocabulary, self.unigram_counts)
        return replace(
            self,
            vocabulary=self.vocabulary.select(ranks),
            table=self.table.select(ranks),
            source={
                "kind": "selection",
                "of": self.source,
                "options": {"boundary": self.boundary, **selection.record()},
            },
        )

    def save(self, path: PathLike) -> None:
        """Write the counts to a file, which appears whole or not at all."""
        with atomic_write(path, "wb") as file:
            write_archive(
                file,
                KIND,
                FORMAT_VERSION,
                {
                    "vocabulary": self.vocabulary.buffer,
                    "vocabulary_offsets": self.vocabulary.offsets,
                    **self.table.arrays(),
                    "origin": self.origin.to_json(),
                    "source": json.dumps(self.source),
                },
            )

    @classmethod
    def load(cls, path: PathLike) -> Self:
        """Read counts that `save` wrote.

        Raises
        ------
        OSError
            If the file cannot be read.
        ArchiveError
            A ValueError: if the file is not a counts file, is damaged, or was written
            by a newer version.
        """
        arrays: Mapping[str, Any] = load_archive(path, KIND, FORMAT_VERSION)
        try:
            vocabulary = Vocabulary(arrays["vocabulary"], arrays["vocabulary_offsets"])
            n_types = check_integer("n_types", len(vocabulary), minimum=1)
            table = CountTable.from_arrays(arrays, n_types)
            source = json.loads(str(arrays["source"]))
            if not isinstance(source, dict):
                raise ValueError(must_be("source", "a dict", source))
            counts = cls(
                vocabulary,
                table,
                Origin.from_json(str(arrays["origin"]))
                if "origin" in arrays
                else Origin.from_record(source),
                source,
            )
            counts.validate()
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"{os.fspath(path)}: expected a sound brownclust {KIND}, got a damaged "
                f"one ({error})"
            ) from error
        return counts

    def validate(self) -> None:
        """Check that the parts fit together: kernels do not check what they read.

        Raises
        ------
        ValueError
            If they do not; it names the part.
        """
        n_types = check_integer("n_types", self.n_types, minimum=1)
        self.table.validate(n_types)
        if self.unigram_counts[-1] < 1 or has_drop(self.unigram_counts[::-1]):
            rule = "at least 1 and never ascending"
            raise ValueError(must_be("unigram_counts", rule, self.unigram_counts))

    @classmethod
    def _from_blocks(
        cls,
        blocks: TextBlocks | SentenceBlocks,
        options: CountingOptions,
        source: dict[str, Any],
    ) -> Self:
        """Count blocks; what is known of them only then is added to their source."""
        selection = WordSelection(options.words, options.text)
        counter = new_counter(options.neighbours, options.resources)
        selection.count(blocks, counter)
        boundary = options.neighbours.boundary
        skip_grams = options.neighbours.skip_grams
        source = {
            **source,
            "n_bytes": blocks.n_bytes,
            "sha256": blocks.sha256,
            "options": {
                "boundary": boundary,
                **selection.record(),
                "skip_grams": skip_grams,
                **options.text.normaliser.record(),
            },
        }
        n_lines = int(counter.word_counts[LINE_EDGE])
        n_tokens = exact_sum(counter.word_counts) - n_lines
        if not n_tokens:
            files = ", ".join(source.get("files", []))
            raise ValueError(must_be("text", "one with words in it", files or "none"))
        return cls._from_counter(
            counter,
            selection.words(counter),
            n_tokens=n_tokens,
            n_bigrams=counter.n_bigrams,
            n_lines=0 if counter.counts_by_pair else n_lines,
            boundary=boundary,
            origin=Origin(options.text.normaliser.steps, skip_grams),
            source=source,
        )

    @classmethod
    def _from_counter(
        cls,
        counter: Counter,
        words: NDArray[np.int64],
        *,
        origin: Origin,
        source: dict[str, Any],
        **totals: Any,
    ) -> Self:
        """Take the counts of ``words``, ids in order of rank, out of a counter."""
        successors, (starts, ends) = counter.take_rows(words)
        unigram_counts = counter.word_counts[words]
        table = CountTable(unigram_counts, successors, starts, ends, **totals)
        return cls(counter.vocabulary(words), table, origin, source)

    def _add_to(self, counter: Counter) -> None:
        """Add all counts to those of a counter."""
        ids = counter.add_vocabulary(self.vocabulary)
        if ids.size != self.n_types:
            raise ValueError(
                must_be("vocabulary", "words without whitespace", self.vocabulary)
            )
        counter.word_counts[ids] += self.unigram_counts
        rows, offsets = self.successors, self.successors.offsets
        for first in range(0, self.n_types, _BATCH):
            words = slice(first, first + _BATCH)
            pairs = slice(*offsets[[first, min(first + _BATCH, self.n_types)]])
            counter.add_pairs(
                np.repeat(ids[words], np.diff(offsets[first : first + _BATCH + 1])),
                ids[rows.indices[pairs]],
                rows.counts[pairs],
            )
        starts, ends = self.table.edge_starts, self.table.edge_ends
        first_words, last_words = np.flatnonzero(starts), np.flatnonzero(ends)
        edges = np.full_like(first_words, LINE_EDGE)
        counter.add_pairs(edges, ids[first_words], starts[first_words])
        edges = np.full_like(last_words, LINE_EDGE)
        counter.add_pairs(ids[last_words], edges, ends[last_words])
