"""Counts of words and of pairs of neighbours: all that clustering needs of a text."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import ArchiveError, load_archive, write_archive
from brownclust._atomic import atomic_write
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.counting.counter import Counter
from brownclust.counting.limits import new_counter
from brownclust.counting.pair_lists import MAXIMUM_COUNT, read_pairs
from brownclust.counting.sparse_rows import SparseRows, check_array, has_drop
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_filter import BOUNDARIES, Selection
from brownclust.text.blocks import BLOCK_SIZE, Progress
from brownclust.text.conll import Column
from brownclust.text.files import PathLike
from brownclust.text.normalise import Normaliser
from brownclust.text.sentence_blocks import SentenceBlocks
from brownclust.text.text_blocks import TextBlocks

KIND = "counts file"
FORMAT_VERSION = 1

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
    unigram_counts : int64 array (n_types,)
        Occurrences of each word, never ascending.
    successors : SparseRows
        Row ``w``: the words that directly follow ``w``, and how often.
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
        What a line end is: no bigram crosses it; white space; a context of its own, the
        same before a line's first word and after its last.
    source : dict
        Where the counts come from, for the record (JSON types only).

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
    unigram_counts: NDArray[np.int64]
    successors: SparseRows
    edge_starts: NDArray[np.int64]
    edge_ends: NDArray[np.int64]
    n_tokens: int
    n_bigrams: int
    n_lines: int
    boundary: str
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

    @cached_property
    def predecessors(self) -> SparseRows:
        """Row ``w``: the words that directly precede ``w``, and how often.

        Made when first asked for, and kept: 12 bytes for each distinct bigram.
        """
        return self.successors.transpose()

    @classmethod
    def from_text(
        cls,
        paths: PathLike | Iterable[PathLike],
        *,
        format: str = "text",
        field: Column | None = None,
        boundary: str = "break",
        min_count: int = 1,
        max_vocabulary: int | None = None,
        vocabulary: PathLike | Iterable[str] | None = None,
        stopwords: PathLike | Iterable[str] | None = None,
        normalise: Iterable[str] = (),
        encoding_errors: str = "strict",
        skip_grams: int = 1,
        threads: int = 1,
        memory: int | None = None,
        temp_directory: PathLike | None = None,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
    ) -> Self:
        """Count the words and bigrams of texts, one sentence a line.

        Tokens are separated by ASCII white space and otherwise kept byte for byte.

        Parameters
        ----------
        paths : path or iterable of paths
            Files (``.gz``, ``.xz``, ``.bz2`` and, with the extra ``zst``, ``.zst`` are
            decompressed), directories (the files directly in them, sorted by name,
            hidden ones left out), patterns (``data/*.gz``, ``data/**/*.txt``; the files
            that match, sorted), ``-`` for standard input. A byte order mark at a
            file's start is dropped. A file's end is a line end.
        format : {"text", "conll", "conllu", "jsonl"}
            What the files are: text; a token a line with columns and blank lines
            between sentences; the same, and CoNLL-U even if neither name nor first
            line tells; JSON lines, a record a line. What is a token of CoNLL-U, and
            how else it is recognised, `brownclust.text.conll.read_conll` tells.
        field : str or int, optional
            Where the text is. With CoNLL the column of tokens, by number from 1 or by
            name: FORM if None, or else the first; white space inside of a token
            becomes an underscore, and empty tokens are left out. With JSON lines the
            name of a field: "text" if None. A string there is text, its lines are
            lines; a list of strings is the tokens of one line.
        boundary : {"break", "ignore", "mark"}
            What a line end is; see the class. With "ignore" all files are one stream:
            the last word of one and the first of the next are neighbours.
        min_count : int
            Remove words that occur less often.
        max_vocabulary : int, optional
            Keep only this many words, the first by rank.
        vocabulary : path or iterable of str, optional
            Keep only these words; a file has one word a line. Words that never occur
            are left out; so are lines with white space in them, which no token can
            match. ``normalise`` applies to them as to the text.
        stopwords : path or iterable of str, optional
            Remove these words, given in the same way.
        normalise : iterable of str
            What to do to every token, in this order: ``"lowercase"``, of Unicode;
            ``"digits"``, every digit becomes 0; ``"nfc"``, Unicode's composed form;
            ``"urls"`` and ``"users"``, a web address or an @name becomes the word
            ``<url>`` or ``<user>``, or another, as in ``"users=<@MENTION>"``.
        encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
            What to do with bytes that are no UTF-8: raise, keep them as they are, put
            U+FFFD in their place, or drop them.
        skip_grams : int, default 1
            How far apart two words may be to be counted as neighbours. With more than
            1, a word's unigram count is its total on the left of pairs plus that on the
            right, `n_bigrams` the number of all pairs, `n_tokens` twice that, as in
            `from_pairs`, and there are no lines; not with boundary "mark".
        threads : int, default 1
            Threads to use; the result does not depend on it.
        memory : int, optional
            Bytes the process may take, at least 256 MiB. Counts of pairs that would
            take more go to temporary files and are merged at the end; the result is the
            same, its `successors` are mapped files. Words stay in memory.
        temp_directory : path, optional
            Where these files are made; by default where the system has such files. They
            have no names, so that they are gone whatever ends the process.
        block_size : int
            Bytes read at a time; the result does not depend on it.
        progress : callable, optional
            Called as ``progress("count", done, total)`` after each block, in bytes;
            ``total`` is None with standard input and compressed files.

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
        normaliser = Normaliser(normalise, encoding_errors=encoding_errors)
        blocks = TextBlocks(
            paths,
            normaliser=normaliser,
            format=format,
            field=field,
            block_size=block_size,
            progress=progress,
        )
        selection = Selection(
            boundary, min_count, max_vocabulary, vocabulary, stopwords, normaliser
        )
        source = {
            "kind": "text",
            "files": blocks.files,
            "format": format,
            "field": field,
        }
        return cls._from_blocks(
            blocks,
            selection,
            source,
            skip_grams=skip_grams,
            threads=threads,
            memory=memory,
            temp_directory=temp_directory,
        )

    @classmethod
    def from_sentences(
        cls,
        sentences: Iterable[Iterable[str]],
        *,
        boundary: str = "break",
        min_count: int = 1,
        max_vocabulary: int | None = None,
        vocabulary: PathLike | Iterable[str] | None = None,
        stopwords: PathLike | Iterable[str] | None = None,
        normalise: Iterable[str] = (),
        encoding_errors: str = "strict",
        skip_grams: int = 1,
        threads: int = 1,
        memory: int | None = None,
        temp_directory: PathLike | None = None,
        block_size: int = BLOCK_SIZE,
        progress: Progress | None = None,
    ) -> Self:
        """Count the words and bigrams of sentences, each a list of tokens.

        Each list is a line. The sentences are read once and not kept.

        Parameters
        ----------
        sentences : iterable of iterables of str
            The tokens: not empty, without ASCII white space.
        boundary, min_count, max_vocabulary, vocabulary, stopwords, normalise
            As in `from_text`.
        encoding_errors : {"strict", "surrogateescape", "replace", "ignore"}
            What to do with escaped surrogates in tokens: as `from_text` does with the
            bytes they stand for.
        skip_grams, threads, memory, temp_directory
            As in `from_text`.
        block_size : int
            Characters counted at a time; the result does not depend on it.
        progress : callable, optional
            Called as ``progress("count", done, None)``, in bytes of UTF-8.

        Raises
        ------
        TypeError
            If a sentence is no list of tokens (but a string, say) or a token no string.
        ValueError
            If a token is empty or has white space in it, if there are no words, or if
            none is kept.
        """
        normaliser = Normaliser(normalise, encoding_errors=encoding_errors)
        blocks = SentenceBlocks(
            sentences, normaliser=normaliser, block_size=block_size, progress=progress
        )
        selection = Selection(
            boundary, min_count, max_vocabulary, vocabulary, stopwords, normaliser
        )
        return cls._from_blocks(
            blocks,
            selection,
            {"kind": "sentences"},
            skip_grams=skip_grams,
            threads=threads,
            memory=memory,
            temp_directory=temp_directory,
        )

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
            As in `from_text`.
        progress : callable, optional
            As in `from_text`, for files.

        Raises
        ------
        TypeError
            If a word is no string or a count no integer.
        ValueError
            If a row is no such row (``path:line:``), or if there are none.
        """
        source: dict[str, Any] = {"kind": "pairs"}
        if isinstance(table, str | os.PathLike):
            source["file"] = os.fspath(table)
        counter = new_counter(memory=memory, temp_directory=temp_directory)
        n_bigrams = 0
        for words, counts in read_pairs(table, progress):
            n_bigrams += _total(counts)
            if 2 * n_bigrams > MAXIMUM_COUNT:  # tokens
                rule = f"at most {MAXIMUM_COUNT // 2}"
                raise ValueError(must_be("total of counts", rule, n_bigrams))
            ids = counter.add_words(words)
            np.add.at(counter.word_counts, ids, np.repeat(counts, 2))
            counter.add_pairs(ids[::2].copy(), ids[1::2].copy(), counts)
        if not n_bigrams:
            rule = "one with pairs in it"
            raise ValueError(must_be("table", rule, source.get("file", "none")))
        return cls._from_tables(
            counter,
            counter.rank(np.arange(1, counter.n_words)),
            n_tokens=2 * n_bigrams,
            n_bigrams=n_bigrams,
            n_lines=0,
            boundary="ignore",
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
            If the boundaries differ.
        """
        if not isinstance(other, BigramCounts):
            raise TypeError(must_be("other", "BigramCounts", other))
        if other.boundary != self.boundary:
            raise ValueError(
                must_be("boundary", f"{self.boundary!r} in both counts", other.boundary)
            )
        n_tokens = self.n_tokens + other.n_tokens
        if n_tokens > MAXIMUM_COUNT:
            raise ValueError(must_be("n_tokens", f"at most {MAXIMUM_COUNT}", n_tokens))
        counter = Counter()
        for part in (self, other):
            part._add_to(counter)
        return BigramCounts._from_tables(
            counter,
            counter.rank(np.arange(1, counter.n_words)),
            n_tokens=n_tokens,
            n_bigrams=self.n_bigrams + other.n_bigrams,
            n_lines=self.n_lines + other.n_lines,
            boundary=self.boundary,
            source={
                "kind": "merge",
                "parts": [
                    part
                    for counts in (self, other)
                    for part in counts.source.get("parts", [counts.source])
                ],
            },
        )

    def select(
        self,
        *,
        min_count: int = 1,
        max_vocabulary: int | None = None,
        vocabulary: PathLike | Iterable[str] | None = None,
        stopwords: PathLike | Iterable[str] | None = None,
    ) -> "BigramCounts":
        """Return the counts of some of the words, as if counted with these options.

        Words removed leave a gap: ``n_tokens``, ``n_bigrams`` and ``n_lines`` stay.

        Parameters
        ----------
        min_count, max_vocabulary, vocabulary, stopwords
            As in `from_text`. Words given are taken byte for byte: if the text was
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
        selection = Selection(
            self.boundary,
            min_count,
            max_vocabulary,
            vocabulary,
            stopwords,
            Normaliser(encoding_errors="surrogateescape"),
        )
        words = selection.ranks(self.vocabulary, self.unigram_counts)
        successors = self.successors.select(words)
        return replace(
            self,
            vocabulary=self.vocabulary.select(words),
            unigram_counts=self.unigram_counts[words],
            successors=successors,
            edge_starts=self.edge_starts[words],
            edge_ends=self.edge_ends[words],
            source={
                "kind": "selection",
                "of": self.source,
                "options": selection.record_of_words(),
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
                    "unigram_counts": self.unigram_counts,
                    "successor_offsets": self.successors.offsets,
                    "successor_indices": self.successors.indices,
                    "successor_counts": self.successors.counts,
                    "edge_starts": self.edge_starts,
                    "edge_ends": self.edge_ends,
                    "n_tokens": self.n_tokens,
                    "n_bigrams": self.n_bigrams,
                    "n_lines": self.n_lines,
                    "boundary": self.boundary,
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
            A ValueError: if the file is no counts file, is damaged, or was written by a
            newer version.
        """
        arrays: dict[str, Any] = load_archive(path, KIND, FORMAT_VERSION)
        try:
            successors = SparseRows(
                arrays["successor_offsets"],
                arrays["successor_indices"],
                arrays["successor_counts"],
            )
            vocabulary = Vocabulary(arrays["vocabulary"], arrays["vocabulary_offsets"])
            counts = cls(
                vocabulary,
                arrays["unigram_counts"],
                successors,
                arrays["edge_starts"],
                arrays["edge_ends"],
                int(arrays["n_tokens"]),
                int(arrays["n_bigrams"]),
                int(arrays["n_lines"]),
                str(arrays["boundary"]),
                json.loads(str(arrays["source"])),
            )
            counts.validate()
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"{os.fspath(path)}: expected a sound brownclust {KIND}, got a damaged "
                f"one ({error})"
            ) from error
        return counts

    def validate(self) -> None:
        """Check that the parts fit together, so that no kernel can be led astray.

        Raises
        ------
        ValueError
            If they do not; it names the part.
        """
        n_types = check_integer("n_types", self.n_types, minimum=1)
        check_choice("boundary", self.boundary, BOUNDARIES)
        if not isinstance(self.source, dict):
            raise ValueError(must_be("source", "a dict", self.source))
        check_integer("n_tokens", self.n_tokens, minimum=1, maximum=MAXIMUM_COUNT)
        check_integer("n_bigrams", self.n_bigrams, minimum=0, maximum=2 * self.n_tokens)
        check_integer("n_lines", self.n_lines, minimum=0, maximum=self.n_tokens)
        check_array("unigram_counts", self.unigram_counts, np.int64, n_types)
        if self.unigram_counts[-1] < 1 or has_drop(self.unigram_counts[::-1]):
            rule = "at least 1 and never ascending"
            raise ValueError(must_be("unigram_counts", rule, self.unigram_counts))
        if _total(self.unigram_counts) > self.n_tokens:
            raise ValueError(
                must_be("n_tokens", "the sum of unigram_counts or more", self.n_tokens)
            )
        self.successors.validate("successors", n_types)
        if _total(self.successors.counts) > self.n_bigrams:
            rule = "the sum of successors or more"
            raise ValueError(must_be("n_bigrams", rule, self.n_bigrams))
        column_totals = np.zeros(n_types, np.int64)
        np.add.at(column_totals, self.successors.indices, self.successors.counts)
        for name, totals, edges in (
            ("successors", _row_totals(self.successors), self.edge_ends),
            ("predecessors", column_totals, self.edge_starts),
        ):
            check_array(f"edges of {name}", edges, np.int64, n_types)
            if edges.min() < 0:
                raise ValueError(must_be(f"edges of {name}", "from 0 up", edges.min()))
            if _total(totals) + _total(edges) > self.n_bigrams:
                rule = f"the sum of {name} or more"
                raise ValueError(must_be("n_bigrams", rule, self.n_bigrams))
            if (totals + edges > self.unigram_counts).any():
                rule = "at most the word's unigram count in each row"
                raise ValueError(must_be(name, rule, "more"))

    @classmethod
    def _from_blocks(
        cls,
        blocks: TextBlocks | SentenceBlocks,
        selection: Selection,
        source: dict[str, Any],
        *,
        skip_grams: int,
        **cost: Any,
    ) -> Self:
        """Count blocks; what is known of them only then is added to their source."""
        counter = new_counter(
            boundary=selection.boundary, skip_grams=skip_grams, **cost
        )
        selection.count(blocks, counter)
        source = {
            **source,
            "n_bytes": blocks.n_bytes,
            "sha256": blocks.sha256,
            "options": selection.record(skip_grams),
        }
        n_lines = int(counter.word_counts[LINE_EDGE])
        n_tokens = _total(counter.word_counts) - n_lines
        if not n_tokens:
            files = ", ".join(source.get("files", []))
            raise ValueError(must_be("text", "one with words in it", files or "none"))
        return cls._from_tables(
            counter,
            selection.words(counter),
            n_tokens=n_tokens,
            n_bigrams=counter.n_bigrams,
            n_lines=0 if counter.counts_by_pair else n_lines,
            boundary=selection.boundary,
            source=source,
        )

    @classmethod
    def _from_tables(
        cls,
        counter: Counter,
        words: NDArray[np.int64],
        *,
        n_tokens: int,
        n_bigrams: int,
        n_lines: int,
        boundary: str,
        source: dict[str, Any],
    ) -> Self:
        """Take the counts of ``words``, ids in order of rank, out of the tables."""
        successors, (edge_starts, edge_ends) = counter.take_rows(words)
        return cls(
            counter.vocabulary(words),
            counter.word_counts[words],
            successors,
            edge_starts,
            edge_ends,
            n_tokens,
            n_bigrams,
            n_lines,
            boundary,
            source,
        )

    def _add_to(self, counter: Counter) -> None:
        """Add all counts to the tables of a counter."""
        ids = counter.add_vocabulary(self.vocabulary)
        if ids.size != self.n_types:
            raise ValueError(
                must_be("vocabulary", "words without white space", self.vocabulary)
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
        first_words = np.flatnonzero(self.edge_starts)
        edges = np.full_like(first_words, LINE_EDGE)
        counter.add_pairs(edges, ids[first_words], self.edge_starts[first_words])
        last_words = np.flatnonzero(self.edge_ends)
        edges = np.full_like(last_words, LINE_EDGE)
        counter.add_pairs(ids[last_words], edges, self.edge_ends[last_words])


def _row_totals(rows: SparseRows) -> NDArray[np.int64]:
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(rows.counts)])
    return np.diff(sums[rows.offsets])


def _total(counts: NDArray[np.int64]) -> int:
    """Sum of counts, exact however large they are."""
    high, low = counts >> 32, counts & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())
