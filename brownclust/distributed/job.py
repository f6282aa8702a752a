"""Both passes, and the file of counts."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import fspath
from pathlib import Path
from secrets import token_hex
from typing import Any, Unpack

import numpy as np
from distributed import Client
from numpy.typing import NDArray

from brownclust._validation import check_integer, must_be
from brownclust.counting.counter import Counter
from brownclust.counting.counts import FILE_OPTIONS
from brownclust.counting.options import (
    CountingOptions,
    FilterKeywords,
    Neighbours,
    Resources,
    keyword_names,
    with_keywords,
)
from brownclust.counting.origin import Origin
from brownclust.counting.vocabulary import Vocabulary
from brownclust.counting.word_filter import WordSelection
from brownclust.distributed.assembly import assemble
from brownclust.distributed.chunks import Chunk, File, cut_into_chunks, find_files
from brownclust.distributed.graph import TaskGraph
from brownclust.distributed.pair_pass import Part, partition_bounds, plan_pairs
from brownclust.distributed.plan import save_plan
from brownclust.distributed.word_pass import Totals, plan_words
from brownclust.text.blocks import PathLike, Progress
from brownclust.text.normalise import Normaliser
from brownclust.text.text_format import WordKeywords

CHUNK_SIZE = 128_000_000
PARTITIONS = 16
MOST_PARTITIONS = 1 << 16


LOCAL_OPTIONS = {
    *FILE_OPTIONS,
    *keyword_names(Neighbours, Resources),
} - {"boundary"}
"""Options of counting that only one machine has."""


class DistributedKeywords(WordKeywords, FilterKeywords, total=False):
    """Options of counting on a cluster, as keywords."""

    boundary: str


@dataclass(frozen=True, slots=True)
class DistributedCounts:
    """What was counted.

    Attributes
    ----------
    n_types, n_pairs : int
        Words, and different pairs of them, in the file of counts.
    n_tokens : int
        All tokens of the text, those of words left out included.
    n_tasks : int
        Tasks of both passes.
    skipped : dict
        Why a file was skipped, by address.
    """

    n_types: int
    n_pairs: int
    n_tokens: int
    n_tasks: int
    skipped: dict[str, str]


@with_keywords(without=LOCAL_OPTIONS)
def count_distributed(
    addresses: PathLike | Iterable[PathLike],
    output: PathLike,
    *,
    client: Client,
    block_size: int = CHUNK_SIZE,
    partitions: int = PARTITIONS,
    skip_bad_files: bool = False,
    progress: Progress | None = None,
    **options: Unpack[DistributedKeywords],
) -> DistributedCounts:
    """Count the words and bigrams of texts on a Dask cluster, into a file.

    The file is that which ``BigramCounts.from_text(...).save(output)`` writes, but for
    `source`, whatever the workers, chunks and partitions.

    Parameters
    ----------
    addresses : str, path or iterable of either
        Files, folders (the files directly in them) and patterns: paths or addresses
        of any kind that fsspec knows, such as ``s3://bucket/*.gz``. The workers read
        them, the client only lists them. Of one folder or pattern files are sorted by
        name, hidden ones left out; ``.gz``, ``.xz``, ``.bz2`` and ``.zst`` are
        decompressed.
    output : path
        The file of counts. In its folder, which workers must see under the same name,
        they write their parts, to a hidden folder that is removed in the end.
    client : distributed.Client
        Of the cluster.
    block_size : int
        Bytes of a chunk, at most if possible: a compressed file is not cut. Files that
        are smaller share one.
    partitions : int
        In how many parts words, then pairs, are merged.
    skip_bad_files : bool
        Leave out files that are damaged or not UTF-8, as a whole, rather than fail. No
        file is cut then.
    progress : callable, optional
        Called as ``progress("words", done, total)``, then ``progress("pairs", …)``, in
        bytes of the files as they are stored.
    normalise, encoding_errors
        What is done to every word; see `TextFormat`.
    min_count, max_vocabulary, vocabulary, stopwords
        Which words are kept; see `WordFilter`.
    boundary
        What a line end is; see `Neighbours`.

    Returns
    -------
    DistributedCounts

    Raises
    ------
    FileNotFoundError
        If an address stands for no file.
    BadFileError
        A ValueError: if a file is damaged or not UTF-8; it names the file.
    ImportError
        If a kind of address needs a package that is not installed.
    MemoryError
        If workers die over a task again and again.
    ValueError
        If there are no words, or none is kept.

    Notes
    -----
    `brownclust.distributed` tells the number of tasks, the bytes moved, and the memory.
    """
    chosen = CountingOptions.from_keywords(options, without=LOCAL_OPTIONS)
    boundary = chosen.neighbours.boundary
    selection = WordSelection(chosen.words, chosen.text)
    check_integer("block_size", block_size, minimum=1)
    check_integer("partitions", partitions, minimum=1, maximum=MOST_PARTITIONS)
    files = find_files(addresses)
    path = Path(fspath(output)).absolute()
    with _folder_beside(path) as folder:
        job = _Job(
            client,
            selection,
            chosen.text.normaliser,
            boundary,
            block_size,
            partitions,
            skip_bad_files,
            folder,
            progress,
        )
        totals, kept, unigram_counts = job.count_words(files)
        good_files = [file for file in files if file.address not in totals.skipped]
        parts = job.count_pairs(good_files, kept, unigram_counts)
        assemble(
            path,
            parts,
            kept,
            unigram_counts,
            folder,
            n_tokens=totals.n_tokens,
            n_bigrams=_n_bigrams(boundary, totals),
            n_lines=totals.n_lines,
            boundary=boundary,
            origin=Origin(chosen.text.normaliser.steps),
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
                    **chosen.text.normaliser.record(),
                },
            },
        )
    return DistributedCounts(
        n_types=len(kept),
        n_pairs=sum(part.n_pairs for part in parts),
        n_tokens=totals.n_tokens,
        n_tasks=job.n_tasks,
        skipped=totals.skipped,
    )


@dataclass(slots=True)
class _Job:
    """The two passes; both see the same cluster, options and folder."""

    client: Client
    selection: WordSelection
    normaliser: Normaliser
    boundary: str
    block_size: int
    partitions: int
    skip_bad_files: bool
    folder: Path
    progress: Progress | None
    n_tasks: int = 0

    def count_words(
        self, files: list[File]
    ) -> tuple[Totals, Vocabulary, NDArray[np.int64]]:
        """Return the totals, the words kept in order of rank, and their counts."""
        counter = Counter()
        self.selection.count((), counter)  # it knows the words wanted, if any are
        wanted = None
        if counter.n_words > 1:
            words = counter.vocabulary(np.arange(1, counter.n_words))
            wanted = save_plan(self.folder / "wanted.npz", words)
        chunks, graph = self._chunks(files), TaskGraph()
        results = plan_words(
            graph,
            chunks,
            self.normaliser,
            min_count=self.selection.min_count,
            wanted=wanted,
            partitions=self.partitions,
            skip_bad_files=self.skip_bad_files,
        )
        totals = Totals()
        for place, result in self._run(graph, results, "words", chunks):
            if place == 0:
                totals = result
            else:
                ids = counter.add_vocabulary(result.vocabulary)
                counter.word_counts[ids] += result.counts
        if not totals.n_tokens:
            names = ", ".join(file.address for file in files)
            raise ValueError(must_be("text", "one with words in it", names))
        ranked = self.selection.words(counter)
        return totals, counter.vocabulary(ranked), counter.word_counts[ranked]

    def count_pairs(
        self, files: list[File], kept: Vocabulary, unigram_counts: NDArray[np.int64]
    ) -> list[Part]:
        """Return the parts, in order."""
        bounds = partition_bounds(unigram_counts, self.partitions)
        chunks, graph = self._chunks(files), TaskGraph()
        results = plan_pairs(
            graph,
            chunks,
            self.normaliser,
            boundary=self.boundary,
            plan=save_plan(self.folder / "plan.npz", kept, bounds),
            partitions=self.partitions,
            folder=self.folder,
        )
        parts = dict(self._run(graph, results, "pairs", chunks))
        return [parts[place] for place in range(self.partitions)]

    def _chunks(self, files: list[File]) -> list[Chunk]:
        split_files = not self.skip_bad_files
        return cut_into_chunks(files, self.block_size, split_files=split_files)

    def _run(
        self, graph: TaskGraph, wanted: list[Any], stage: str, chunks: list[Chunk]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the results of a pass, and report how far it has come."""
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


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """Make a hidden folder, and remove it in the end."""
    name = f".{path.name}.{token_hex(6)}.parts"
    folder = path.with_name(name)
    folder.mkdir()
    try:
        yield folder
    finally:
        # Under another name, in which workers that are still at it write nothing.
        gone = folder.rename(path.with_name(f"{name}.gone"))
        shutil.rmtree(gone)
