"""`BigramCounts`: counts of words and bigrams, all that clustering needs of a text.

The result of this stage, and what `brownclust.tree` begins with.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import (
    load_archive,
    record_of,
    refusing_damage,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._kernels.counting.word_table import LINE_EDGE
from brownclust._progress import ProgressOption, shows_progress
from brownclust._validation import check_integer, expected, must_be
from brownclust.counting.consistency import check_source, check_totals
from brownclust.counting.count_table import CountTable, check_n_tokens, exact_sum
from brownclust.counting.counter import Counter
from brownclust.counting.id_counter import IdCounter
from brownclust.counting.id_words import (
    ID_SOURCE,
    ids_of_words,
    is_of_ids,
    words_of_ids,
)
from brownclust.counting.limits import new_counter
from brownclust.counting.options import (
    FILE_ONLY_OPTIONS,
    MAX_COUNT,
    CountingKeywords,
    CountingOptions,
    FilterKeywords,
    IdKeywords,
    Neighbours,
    Resources,
    SentenceKeywords,
    WordFilter,
    keyword_defaults,
    keyword_names,
    with_keywords,
)
from brownclust.counting.origin import Origin
from brownclust.counting.pair_lists import read_pairs
from brownclust.counting.phrases import Phrases
from brownclust.counting.sparse_rows import SparseRows, is_ascending
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_filter import WordSelection
from brownclust.counting.word_list import ListUsage
from brownclust.text.blocks import BLOCK_SIZE, PathLike
from brownclust.text.encodings import UTF8
from brownclust.text.files import expand_paths
from brownclust.text.id_corpus import IdBlocks
from brownclust.text.sentence_blocks import SentenceBlocks
from brownclust.text.table_files import has_tables
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat

KIND = "counts file"
"""What errors call such a file; also written into it."""

FORMAT_VERSION = 2
"""That of counts with phrases. Others have 1, which older versions read, too."""

NON_EMPTY_TEXT = "a text with at least one word"
"""The rule for texts, in errors."""

NON_EMPTY_IDS = "a corpus with at least one id that is not a separator"
"""The same for corpora of integers."""

_WORDS_PER_BATCH = 1 << 16
"""Words whose pairs `merge` adds at a time: copies of them, not of all pairs."""


@dataclass(frozen=True, eq=False, repr=False)
class BigramCounts:
    """Unigram and bigram counts of a corpus.

    Words are ranked by count, the most frequent first, and words of equal count by
    their UTF-8 bytes. All arrays are indexed by rank. Make one with `from_text`,
    `from_sentences` or `from_pairs`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words kept, in order of rank.
    table : CountTable
        Their counts.
    origin : Origin
        How they were made: more text must be read in the same way to be added.
    source : dict
        Where the counts come from, as a record for the user (JSON types only).
    list_usage : tuple of ListUsage
        How many of `phrases`, and how many words of `vocabulary` and of `stopwords`,
        occurred, if they were given. Not saved.
    unigram_counts : int64 array (n_types,)
        Occurrences of each word, in descending order.
    successors : SparseRows
        Row ``w``: the words that directly follow ``w``, and how often.
    predecessors : SparseRows
        Row ``w``: the words that directly precede ``w``, and how often. Computed on
        first use.
    edge_starts, edge_ends : int64 array (n_types,)
        With boundary "mark", the number of lines that start, and that end, with each
        word; else zeros.
    n_tokens : int
        All tokens, removed words included.
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
    A removed word (by ``min_count``, ``max_vocabulary``, ``vocabulary`` or
    ``stopwords``) leaves a gap: its neighbours do not become adjacent.

    Memory: 12 bytes a distinct bigram, and as much again once `predecessors` has been
    used; for each word 40 bytes and its own.

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
    list_usage: tuple[ListUsage, ...] = ()

    def __repr__(self) -> str:
        """Return the sizes, not the arrays."""
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
        """Occurrences of each word, int64 (n_types,), in descending order."""
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
        """Number of lines that start with each word; zeros unless boundary "mark"."""
        return self.table.edge_starts

    @property
    def edge_ends(self) -> NDArray[np.int64]:
        """Number of lines that end with each word; zeros unless boundary "mark"."""
        return self.table.edge_ends

    @property
    def n_tokens(self) -> int:
        """All tokens of the corpus, removed words included."""
        return self.table.n_tokens

    @property
    def n_bigrams(self) -> int:
        """All adjacent positions that the boundary allows, removed words included."""
        return self.table.n_bigrams

    @property
    def n_lines(self) -> int:
        """Lines with at least one token."""
        return self.table.n_lines

    @property
    def boundary(self) -> str:
        """What a line end is: "break", "ignore" or "mark"."""
        return self.table.boundary

    @classmethod
    @with_keywords()
    @shows_progress
    def from_text(
        cls,
        paths: PathLike | Iterable[PathLike],
        *,
        block_size: int = BLOCK_SIZE,
        progress: ProgressOption = None,
        **options: Unpack[CountingKeywords],
    ) -> Self:
        """Count the words and bigrams of files of text, one sentence a line.

        Tokens are separated by ASCII whitespace and otherwise kept byte for byte.

        Parameters
        ----------
        paths : path or iterable of paths
            Files (``.gz``, ``.xz``, ``.bz2`` and, with the extra ``zst``, ``.zst`` are
            decompressed), directories (the files directly in them, sorted by name,
            hidden ones left out), patterns (``data/*.gz``, ``data/**/*.txt``; the files
            that match, sorted), ``-`` for standard input. A byte order mark at the
            start of a file is dropped. The end of a file ends a line.
        block_size : int
            Bytes read at a time; the result does not depend on it.
        progress : callable or bool, optional
            True: show bars of tqdm. A callable is called as
            ``progress("count", done, total)`` after each block, in bytes; ``total`` is
            None with standard input and compressed files.
        format, field, normalise, phrases, encoding, encoding_errors, comment, lenient
            How text is read; see `TextFormat`.
        min_count, max_vocabulary, vocabulary, stopwords
            Which words are kept; see `WordFilter`.
        boundary, skip_grams
            Which words are neighbours; see `Neighbours`.
        threads, memory, temp_directory
            What counting may use; see `Resources`.

        Returns
        -------
        BigramCounts
            The counts of the words kept.

        Raises
        ------
        FileNotFoundError
            If a path does not exist.
        TypeError, ValueError
            If an option is not as described.
        ValueError
            If a text is not of its encoding or format (``path:line:``), if there are
            no words, or if none is kept.
        ImportError
            If a file needs a package that is not installed.

        Notes
        -----
        The text is read once. Memory depends on the distinct words and bigrams before
        any are removed, not on the length of the text: about 200 MB and 35 bytes a
        bigram, unless `memory` limits it.
        """
        assert not isinstance(progress, bool)  # by the decorator
        keyword_defaults(options)  # raises for an unknown one, before files are read
        files = expand_paths(paths)
        if options.get("format", "text") == "text" and has_tables(files):
            options["format"] = "arrow"
        chosen = CountingOptions.from_keywords(options)
        blocks = TextBlocks(
            files, chosen.text, block_size=block_size, progress=progress
        )
        source = {
            "kind": "text",
            "files": blocks.files,
            "format": chosen.text.format,
            "field": options.get("field"),
            **chosen.text.column_record(),
        }
        return cls._from_blocks(blocks, chosen, source)

    @classmethod
    @with_keywords(without=FILE_ONLY_OPTIONS)
    @shows_progress
    def from_sentences(
        cls,
        sentences: Iterable[Iterable[str]],
        *,
        block_size: int = BLOCK_SIZE,
        progress: ProgressOption = None,
        **options: Unpack[SentenceKeywords],
    ) -> Self:
        """Count the words and bigrams of sentences, each a list of tokens.

        Parameters
        ----------
        sentences : iterable of iterables of str
            The tokens of each sentence, which is a line: not empty, without ASCII
            whitespace. Read once and not kept.
        block_size : int
            Characters counted at a time; the result does not depend on it.
        progress : callable or bool, optional
            True: show bars of tqdm. A callable is called as
            ``progress("count", done, None)``, in bytes of UTF-8.
        normalise, phrases, encoding, encoding_errors
            Changes to every word, and how files with lists of words are read; see
            `TextFormat`.
        min_count, max_vocabulary, vocabulary, stopwords
            Which words are kept; see `WordFilter`.
        boundary, skip_grams
            Which words are neighbours; see `Neighbours`.
        threads, memory, temp_directory
            What counting may use; see `Resources`.

        Returns
        -------
        BigramCounts
            The counts of the words kept.

        Raises
        ------
        TypeError
            If a sentence is not a list of tokens (a string, for example, or a dict, as
            the rows of a table are), or a token is not a string.
        TypeError, ValueError
            If an option is not as described.
        ValueError
            If a token is empty or has whitespace in it, if there are no words, or if
            none is kept.

        Notes
        -----
        Memory is that of `from_text`.
        """
        assert not isinstance(progress, bool)  # by the decorator
        chosen = CountingOptions.from_keywords(options, without=FILE_ONLY_OPTIONS)
        blocks = SentenceBlocks(
            sentences, chosen.text, block_size=block_size, progress=progress
        )
        return cls._from_blocks(blocks, chosen, {"kind": "sentences"})

    @classmethod
    @with_keywords(without=keyword_names(TextFormat))
    @shows_progress
    def from_ids(
        cls,
        ids: Any,
        *,
        offsets: Any = None,
        separator: int | None = None,
        dtype: str | None = None,
        field: str | None = None,
        progress: ProgressOption = None,
        **options: Unpack[IdKeywords],
    ) -> Self:
        """Count a corpus of integers: ids of subwords, speech units, log templates.

        An id is counted as the word that is its decimal digits, so that counts, trees
        and files are those of the same ids as text. `ids_by_rank` are the ids again.

        Parameters
        ----------
        ids : path, iterable of paths, array, iterable of rows, table or dataset
            From 0 to 134217727. Files: NumPy arrays (``.npy``), raw integers (see
            `dtype`), Parquet and Arrow files; standard input and compressed files of
            the first two. Arrays of any library that NumPy can read: of one dimension,
            also memory-mapped, or of two, whose rows are lines. Rows: lists or arrays,
            each a line. Tables and columns of pyarrow, polars or pandas, and datasets
            of Hugging Face: each list is a line; a column of integers is one line.
        offsets : int array (n_lines + 1,), optional
            Where the lines of an array of one dimension begin, and its size.
        separator : int, optional
            An integer that ends a line, such as the end of a text, or padding. It is
            not counted, and need not be an id.
        dtype : str, optional
            The type of raw integers, such as ``"uint16"``. The file has nothing else.
        field : str, optional
            The column of a table or dataset; by default the only one of ids.
        progress : callable or bool, optional
            True: show bars of tqdm. A callable is called as
            ``progress("count", done, total)`` after each block, in bytes.
        min_count, max_vocabulary, vocabulary, stopwords
            Which ids are kept; see `WordFilter`. Lists may be of integers.
        boundary, skip_grams
            Which ids are neighbours; see `Neighbours`.
        threads, memory, temp_directory
            What counting may use; see `Resources`.

        Returns
        -------
        BigramCounts
            The counts of the ids kept.

        Raises
        ------
        FileNotFoundError
            If a path does not exist.
        TypeError, ValueError
            If an option is not as described, a value is not an id, a file is damaged
            (``path:``), there are no ids, or none is kept.
        ImportError
            If a file or table needs a package that is not installed.

        Notes
        -----
        Everything is read once, in blocks. Memory is about that of `from_text`, and 4
        bytes for each integer up to the largest id.

        Examples
        --------
        >>> import numpy as np
        >>> ids = np.array([5, 7, 5, 0, 5, 7], np.uint16)
        >>> counts = BigramCounts.from_ids(ids, separator=0)
        >>> counts.ids_by_rank, counts.unigram_counts, counts.n_lines
        (array([5, 7]), array([3, 2]), 2)
        """
        for name in ("vocabulary", "stopwords"):
            listed: Any = options.get(name)
            options[name] = words_of_ids(listed)
        without = keyword_names(TextFormat)
        chosen = CountingOptions.from_keywords(options, without=without)
        assert not isinstance(progress, bool)  # by the decorator
        blocks = IdBlocks(
            ids,
            offsets=offsets,
            separator=separator,
            dtype=dtype,
            field=field,
            progress=progress,
        )
        source = {
            "kind": ID_SOURCE,
            **({} if blocks.files is None else {"files": blocks.files}),
            "dtype": None if dtype is None else str(np.dtype(dtype)),
            "separator": separator,
            "field": field,
        }
        return cls._from_blocks(blocks, chosen, source)

    @property
    def are_ids(self) -> bool:
        """Whether all words were counted as ids, by `from_ids`."""
        return is_of_ids(self.source)

    @property
    def ids_by_rank(self) -> NDArray[np.int64]:
        """The id of each word of a corpus of integers, int64 (n_types,).

        Raises
        ------
        ValueError
            If a word is not an id.
        """
        return ids_of_words(self.vocabulary)

    @classmethod
    @shows_progress
    def from_pairs(
        cls,
        table: PathLike | Iterable[tuple[str, str, int]],
        *,
        encoding: str = UTF8,
        encoding_errors: str = "strict",
        memory: int | None = None,
        temp_directory: PathLike | None = None,
        progress: ProgressOption = None,
    ) -> Self:
        """Return counts made from a table of pairs.

        For dependency pairs, or the counts of other programs. A word's unigram count is
        its total on the left plus its total on the right, ``n_bigrams`` the total of
        all counts, ``n_tokens`` twice that. There are no lines; ``boundary`` is
        "ignore".

        Parameters
        ----------
        table : path or iterable of (left, right, count)
            A file has ``left TAB right TAB count`` on each line; empty lines are
            skipped. Pairs may come in any order; counts of equal pairs are added up.
        encoding, encoding_errors
            How a file is read; see `TextFormat`.
        memory, temp_directory
            See `Resources`.
        progress : callable or bool, optional
            True: show bars of tqdm. As in `from_text`, for files.

        Returns
        -------
        BigramCounts
            The counts of all words.

        Raises
        ------
        OSError
            If the file cannot be read.
        TypeError
            If a word is not a string, or a count is not an integer.
        ValueError
            If a row is not two words and a count (``path:line:``), if there are no
            pairs, or if the total of the counts exceeds 2**52.
        """
        assert not isinstance(progress, bool)  # by the decorator
        text_format = TextFormat(encoding=encoding, encoding_errors=encoding_errors)
        source: dict[str, Any] = {"kind": "pairs"}
        if isinstance(table, str | os.PathLike):
            source["file"] = os.fspath(table)
            if text_format.encoding != UTF8:
                source["encoding"] = text_format.encoding
        counter = new_counter(
            Neighbours(boundary="ignore"),
            Resources(memory=memory, temp_directory=temp_directory),
        )
        n_bigrams = 0
        for words, counts in read_pairs(table, text_format, progress):
            n_bigrams += exact_sum(counts)
            if 2 * n_bigrams > MAX_COUNT:  # that is n_tokens
                rule = f"at most {MAX_COUNT // 2}"
                if "file" in source:
                    rule = f"a total of counts of {rule}"
                    raise ValueError(expected(source["file"], rule, n_bigrams))
                raise ValueError(must_be("total of counts", rule, n_bigrams))
            ids = counter.add_words(words)
            np.add.at(counter.word_counts, ids, np.repeat(counts, 2))
            counter.add_pairs(ids[::2].copy(), ids[1::2].copy(), counts)
        if not n_bigrams:
            rule = "at least one pair"
            if "file" in source:
                raise ValueError(f"{source['file']}: expected {rule}, got none")
            raise ValueError(must_be("table", f"a table with {rule}", "none"))
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

        With boundary "ignore" there is one difference: the last word of one text and
        the first of the other are not neighbours. Words removed from either are missing
        from the sum: count with ``min_count=1``, merge, and then remove with `select`.

        Parameters
        ----------
        other : BigramCounts
            Counts of another text.

        Returns
        -------
        BigramCounts
            New counts; these do not change.

        Raises
        ------
        TypeError
            If `other` is not `BigramCounts`.
        ValueError
            If `boundary`, `normalise` or `skip_grams` differ, or the sum has too many
            tokens.

        Notes
        -----
        Memory: both tables, the result, and about 20 bytes a distinct bigram.
        """
        if not isinstance(other, BigramCounts):
            raise TypeError(must_be("other", "BigramCounts", other))
        if other.boundary != self.boundary:
            raise ValueError(
                must_be("boundary", f"{self.boundary!r} in both counts", other.boundary)
            )
        origin = self.origin.merge(other.origin)
        n_tokens = self.n_tokens + other.n_tokens
        check_n_tokens(n_tokens)  # before the work
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

    def select(
        self,
        *,
        encoding: str = UTF8,
        encoding_errors: str | None = None,
        **words: Unpack[FilterKeywords],
    ) -> "BigramCounts":
        """Return the counts of some of the words, as if counted with these options.

        Removed words leave a gap: ``n_tokens``, ``n_bigrams`` and ``n_lines`` stay.

        Parameters
        ----------
        encoding, encoding_errors
            How files with lists of words are read; see `TextFormat`. By default, bytes
            that are not UTF-8 are kept if words of the counts have some, too, else an
            error.
        min_count, max_vocabulary, vocabulary, stopwords
            See `WordFilter`. Words of lists that the counts do not have are normalised
            as the text was.

        Returns
        -------
        BigramCounts
            New counts; these do not change.

        Raises
        ------
        TypeError, ValueError
            If an option is not as described, or no word is kept.

        Notes
        -----
        Time and memory are linear in the number of words and distinct bigrams.

        Examples
        --------
        >>> counts = BigramCounts.from_sentences([["a", "rose", "is", "a", "rose"]])
        >>> list(counts.select(min_count=2).vocabulary)
        ['a', 'rose']
        """
        if encoding_errors is None:
            is_utf8 = self.vocabulary.is_utf8()
            encoding_errors = "strict" if is_utf8 else "surrogateescape"
        text_format = TextFormat(
            normalise=self.origin.normalise,
            encoding=encoding,
            encoding_errors=encoding_errors,
        )
        selection = WordSelection(WordFilter(**words), text_format, self.vocabulary)
        ranks = selection.ranks(self.vocabulary, self.unigram_counts)
        return replace(
            self,
            vocabulary=self.vocabulary.select(ranks),
            table=self.table.select(ranks),
            list_usage=selection.usage,
            source={
                "kind": "selection",
                "of": self.source,
                "options": {"boundary": self.boundary, **selection.record()},
            },
        )

    def save(self, path: PathLike) -> None:
        """Write the counts to a file, which is complete or not there at all.

        Parameters
        ----------
        path : path
            Usually ends in ``.npz``; `load` and ``brownclust cluster`` read it.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        with atomic_write(path, "wb") as file:
            write_archive(
                file,
                KIND,
                FORMAT_VERSION if self.origin.phrases else 1,
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
        """Return the counts that `save` wrote.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        OSError
            If the file cannot be read.
        ArchiveError
            A ``ValueError``: if the file is not a counts file, is damaged, or was
            written by a newer version.
        """
        arrays: Mapping[str, Any] = load_archive(path, KIND, FORMAT_VERSION)
        with refusing_damage(path, KIND):
            source = record_of(arrays, "source")
            check_source(source)
            counts = cls(
                Vocabulary.from_arrays(
                    arrays["vocabulary"], arrays["vocabulary_offsets"]
                ),
                CountTable.from_arrays(arrays),
                Origin.from_dict(record_of(arrays, "origin"))
                if "origin" in arrays
                else Origin.from_record(source),
                source,
            )
            counts.validate()
        return counts

    def validate(self) -> None:
        """Check that the parts fit together: kernels do not check what they read.

        Raises
        ------
        TypeError, ValueError
            If they do not; the message names the part.
        """
        n_types = check_integer("n_types", self.n_types, minimum=1)
        self.table.validate(n_types)
        if self.unigram_counts[-1] < 1 or not is_ascending(self.unigram_counts[::-1]):
            rule = "at least 1 and descending"
            raise ValueError(must_be("unigram_counts", rule, self.unigram_counts))
        self.vocabulary.check_ranks(self.unigram_counts)
        check_totals(self.table, self.origin)

    @classmethod
    def _from_blocks(
        cls,
        blocks: TextBlocks | SentenceBlocks | IdBlocks,
        options: CountingOptions,
        source: dict[str, Any],
    ) -> Self:
        """Count blocks; add to their source what is known only after reading them."""
        selection = WordSelection(options.words, options.text)
        phrases = Phrases(options.text)
        are_ids = isinstance(blocks, IdBlocks)
        kind = IdCounter if are_ids else Counter
        counter = new_counter(options.neighbours, options.resources, kind)
        joined: Iterable[Any] = (
            blocks if isinstance(blocks, IdBlocks) else phrases.join(blocks)
        )
        selection.count(joined, counter)
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
                **options.text.record(),
                **phrases.record(),
            },
        }
        n_lines = int(counter.word_counts[LINE_EDGE])
        n_tokens = exact_sum(counter.word_counts) - n_lines
        if not n_tokens:
            files = ", ".join(source.get("files", []))
            name, rule = ("ids", NON_EMPTY_IDS) if are_ids else ("text", NON_EMPTY_TEXT)
            raise ValueError(must_be(name, rule, files or "none"))
        counts = cls._from_counter(
            counter,
            selection.words(counter),
            n_tokens=n_tokens,
            n_bigrams=counter.n_bigrams,
            n_lines=0 if counter.counts_by_pair else n_lines,
            boundary=boundary,
            origin=Origin(
                options.text.normaliser.steps, skip_grams, phrases=phrases.listed
            ),
            source=source,
        )
        return replace(counts, list_usage=phrases.usage + selection.usage)

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
        """Return the counts of `words`, ids in order of rank, and empty the counter."""
        successors, (starts, ends) = counter.take_rows(words)
        unigram_counts = counter.word_counts[words]
        table = CountTable(unigram_counts, successors, starts, ends, **totals)
        return cls(counter.vocabulary(words), table, origin, source)

    def _add_to(self, counter: Counter) -> None:
        """Add all counts to a counter."""
        ids = counter.add_vocabulary(self.vocabulary)
        if ids.size != self.n_types:
            raise ValueError(
                must_be("vocabulary", "words without whitespace", self.vocabulary)
            )
        counter.word_counts[ids] += self.unigram_counts
        rows, offsets = self.successors, self.successors.offsets
        for first in range(0, self.n_types, _WORDS_PER_BATCH):
            stop = min(first + _WORDS_PER_BATCH, self.n_types)
            pairs = slice(*offsets[[first, stop]])
            counter.add_pairs(
                np.repeat(ids[first:stop], np.diff(offsets[first : stop + 1])),
                ids[rows.indices[pairs]],
                rows.counts[pairs],
            )
        starts, ends = self.table.edge_starts, self.table.edge_ends
        first_words, last_words = np.flatnonzero(starts), np.flatnonzero(ends)
        edges = np.full_like(first_words, LINE_EDGE)
        counter.add_pairs(edges, ids[first_words], starts[first_words])
        edges = np.full_like(last_words, LINE_EDGE)
        counter.add_pairs(ids[last_words], edges, ends[last_words])
