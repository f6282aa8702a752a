"""`count_distributed`: both passes on a cluster, then the file of counts.

``brownclust count --dask`` calls it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import fspath
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from distributed import Client
from numpy.typing import NDArray

from brownclust._progress import ProgressOption, shows_progress
from brownclust._temporary import temporary_folder
from brownclust._validation import check_integer, must_be
from brownclust.counting.counter import Counter
from brownclust.counting.counts import NON_EMPTY_TEXT
from brownclust.counting.options import (
    FILE_ONLY_OPTIONS,
    CountingOptions,
    FilterKeywords,
    Neighbours,
    Resources,
    keyword_names,
    with_keywords,
)
from brownclust.counting.origin import Origin
from brownclust.counting.phrases import Phrases
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_filter import WordSelection
from brownclust.counting.word_list import ListUsage
from brownclust.distributed.assembly import assemble
from brownclust.distributed.chunks import (
    FileChunk,
    InputFile,
    cut_into_chunks,
    find_files,
)
from brownclust.distributed.graph import TaskGraph
from brownclust.distributed.pair_pass import (
    PairPartition,
    add_pair_tasks,
    partition_bounds,
)
from brownclust.distributed.shared_data import save_shared_data
from brownclust.distributed.word_pass import Totals, add_word_tasks
from brownclust.text.blocks import PathLike, Progress
from brownclust.text.encodings import UTF8
from brownclust.text.text_format import TextFormat, WordKeywords

DEFAULT_BLOCK_SIZE = 128_000_000
"""Bytes of a chunk: seconds of counting, far more than the cost of a task."""

DEFAULT_PARTITIONS = 16

MAX_PARTITIONS = 1 << 16
"""A pass has as many tasks as chunks times partitions: Dask could not hold more."""

LOCAL_OPTIONS = {
    *FILE_ONLY_OPTIONS,
    *keyword_names(Neighbours, Resources),
} - {"boundary"}
"""Options of counting on one machine that do not apply to a cluster."""


class DistributedKeywords(WordKeywords, FilterKeywords, total=False):
    """Options of counting on a cluster, as keywords."""

    boundary: str


@dataclass(frozen=True, slots=True)
class DistributedCounts:
    """What `count_distributed` counted.

    Attributes
    ----------
    n_types, n_pairs : int
        Number of words, and of distinct pairs of them, in the file of counts.
    n_tokens : int
        All tokens of the text, removed words included.
    n_tasks : int
        Tasks of both passes.
    skipped : dict
        For each file that was skipped, by address, the reason.
    list_usage : tuple of ListUsage
        How many words of `vocabulary` and of `stopwords` occurred, if they were given.
    """

    n_types: int
    n_pairs: int
    n_tokens: int
    n_tasks: int
    skipped: dict[str, str]
    list_usage: tuple[ListUsage, ...] = ()


@with_keywords(without=LOCAL_OPTIONS)
@shows_progress
def count_distributed(
    addresses: PathLike | Iterable[PathLike],
    output: PathLike,
    *,
    client: Client,
    block_size: int = DEFAULT_BLOCK_SIZE,
    partitions: int = DEFAULT_PARTITIONS,
    skip_bad_files: bool = False,
    progress: ProgressOption = None,
    **options: Unpack[DistributedKeywords],
) -> DistributedCounts:
    """Count the words and bigrams of text on a Dask cluster, and write them to a file.

    The file is the one that ``BigramCounts.from_text(...).save(output)`` writes, except
    for `source`; it does not depend on workers, chunks or partitions.

    Parameters
    ----------
    addresses : str, path or iterable of either
        Files, folders (the files directly in them) and patterns: paths, or addresses
        that fsspec can open, such as ``s3://bucket/*.gz``. The workers read them, the
        client only lists them. The files of one folder or pattern are sorted by name,
        hidden ones left out; ``.gz``, ``.xz``, ``.bz2`` and ``.zst`` are decompressed.
    output : path
        The file of counts. Its folder must have the same name on all workers: they
        write to a hidden folder in it, which is removed at the end.
    client : distributed.Client
        Client of the cluster.
    block_size : int
        Largest size of a chunk in bytes, where possible: a compressed file is always
        one chunk. Small files are put together.
    partitions : int
        Number of partitions in which words, and then pairs, are merged.
    skip_bad_files : bool
        Skip files that are damaged or not text in the encoding, as a whole, instead of
        raising an error. Then no file is divided into chunks.
    progress : callable or bool, optional
        True: show bars of tqdm. A callable is called as
        ``progress("words", done, total)``, then ``progress("pairs", …)``, in bytes of
        the files as they are stored.
    normalise, phrases, encoding, encoding_errors
        Changes to every word, and how files are read; see `TextFormat`. Only files in
        UTF-8 are divided into chunks.
    min_count, max_vocabulary, vocabulary, stopwords
        Which words are kept; see `WordFilter`.
    boundary
        What a line end is; see `Neighbours`.

    Returns
    -------
    DistributedCounts
        Sizes of the result, and the files that were skipped.

    Raises
    ------
    FileNotFoundError
        If an address has no file, or a worker does not see the folder of the output.
    BadFileError
        A ``ValueError``: if a file is damaged, or not text in its encoding; it has the
        address.
    ConnectionError
        If the scheduler is lost.
    ImportError
        If a kind of address needs a package that is not installed.
    MemoryError
        If one task has repeatedly killed its worker.
    TypeError, ValueError
        If an option is not as described.
    ValueError
        If there are no words, or none is kept.

    Notes
    -----
    The docstring of `brownclust.distributed` has the number of tasks, the bytes moved,
    and the memory of workers and client.
    """
    assert not isinstance(progress, bool)  # by the decorator
    chosen = CountingOptions.from_keywords(options, without=LOCAL_OPTIONS)
    boundary = chosen.neighbours.boundary
    selection = WordSelection(chosen.words, chosen.text)
    phrases = Phrases(chosen.text)
    # Workers do not see the file of phrases.
    text_format = replace(chosen.text, phrases=phrases.listed or None)
    check_integer("block_size", block_size, minimum=1)
    check_integer("partitions", partitions, minimum=1, maximum=MAX_PARTITIONS)
    files = find_files(addresses)
    path = Path(fspath(output)).absolute()
    with temporary_folder(path.parent, f".{path.name}") as folder:
        job = _Job(
            client,
            selection,
            text_format,
            boundary,
            block_size,
            partitions,
            skip_bad_files,
            folder,
            progress,
        )
        totals, kept, unigram_counts = job.count_words(files)
        good_files = [file for file in files if file.address not in totals.skipped]
        pairs = job.count_pairs(good_files, kept, unigram_counts)
        assemble(
            path,
            pairs,
            kept,
            unigram_counts,
            folder,
            n_tokens=totals.n_tokens,
            n_bigrams=_n_bigrams(boundary, totals),
            n_lines=totals.n_lines,
            boundary=boundary,
            origin=Origin(chosen.text.normaliser.steps, phrases=phrases.listed),
            source={
                "kind": "text",
                "files": [file.address for file in good_files],
                "skipped": totals.skipped,
                "n_bytes_stored": sum(file.n_bytes for file in good_files),
                "n_tasks": job.n_tasks,
                "block_size": block_size,
                "partitions": partitions,
                "options": {
                    "boundary": boundary,
                    **selection.record(),
                    "skip_grams": 1,
                    **chosen.text.record(),
                    **phrases.record(),
                },
            },
        )
    return DistributedCounts(
        n_types=len(kept),
        n_pairs=sum(partition.n_pairs for partition in pairs),
        n_tokens=totals.n_tokens,
        n_tasks=job.n_tasks,
        skipped=totals.skipped,
        list_usage=selection.usage,
    )


@dataclass(slots=True)
class _Job:
    """The two passes, and what they have in common."""

    client: Client
    selection: WordSelection
    text_format: TextFormat
    boundary: str
    block_size: int
    partitions: int
    skip_bad_files: bool
    folder: Path
    progress: Progress | None
    n_tasks: int = 0

    def count_words(
        self, files: list[InputFile]
    ) -> tuple[Totals, Vocabulary, NDArray[np.int64]]:
        """Return the totals, the words kept in order of rank, and their counts."""
        counter = Counter()
        self.selection.count((), counter)  # adds the option `vocabulary`, if given
        wanted = None
        if counter.n_words > 1:
            words = counter.vocabulary(np.arange(1, counter.n_words))
            wanted = save_shared_data(self.folder / "wanted.npz", words)
        chunks, graph = self._chunks(files), TaskGraph()
        results = add_word_tasks(
            graph,
            chunks,
            self.text_format,
            min_count=self.selection.min_count,
            wanted=wanted,
            partitions=self.partitions,
            skip_bad_files=self.skip_bad_files,
        )
        totals = Totals()
        for index, result in self._run(graph, results, "words", chunks):
            if index == 0:
                totals = result
            else:
                ids = counter.add_vocabulary(result.vocabulary)
                counter.word_counts[ids] += result.counts
        if not totals.n_tokens:
            names = ", ".join(file.address for file in files)
            raise ValueError(must_be("text", NON_EMPTY_TEXT, names))
        ranked = self.selection.words(counter)
        return totals, counter.vocabulary(ranked), counter.word_counts[ranked]

    def count_pairs(
        self,
        files: list[InputFile],
        kept: Vocabulary,
        unigram_counts: NDArray[np.int64],
    ) -> list[PairPartition]:
        """Return the partitions of pairs, in order of left word."""
        bounds = partition_bounds(unigram_counts, self.partitions)
        chunks, graph = self._chunks(files), TaskGraph()
        results = add_pair_tasks(
            graph,
            chunks,
            self.text_format,
            boundary=self.boundary,
            shared_data=save_shared_data(self.folder / "kept.npz", kept, bounds),
            partitions=self.partitions,
            folder=self.folder,
        )
        written = dict(self._run(graph, results, "pairs", chunks))
        return [written[number] for number in range(self.partitions)]

    def _chunks(self, files: list[InputFile]) -> list[FileChunk]:
        # Only in UTF-8 is a byte 0x0A always the end of a line.
        split_files = not self.skip_bad_files and self.text_format.encoding == UTF8
        return cut_into_chunks(files, self.block_size, split_files=split_files)

    def _run(
        self, graph: TaskGraph, wanted: list[Any], stage: str, chunks: list[FileChunk]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the results of a pass, each with its index, and report progress."""
        self.n_tasks += len(graph)
        total = sum(chunk.n_bytes for chunk in chunks)

        def report(done: int) -> None:
            if self.progress is not None:
                self.progress(stage, done, total)

        report(0)
        yield from graph.run(self.client, wanted, report)
        report(total)


def _n_bigrams(boundary: str, totals: Totals) -> int:
    return {
        "break": totals.n_tokens - totals.n_lines,
        "ignore": totals.n_tokens - 1,
        "mark": totals.n_tokens + totals.n_lines,
    }[boundary]
