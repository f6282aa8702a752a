"""The cases to time: each stage from text to tags, at sizes that double.

A case belongs to a series, such as ``cluster by window``: its first word is the stage,
its last word is the size that doubles. Each case has an expected answer.
"""

import hashlib
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from types import TracebackType
from typing import Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.answers import ANSWERS
from benchmarks.large_counts import spread
from benchmarks.text import write_text
from brownclust import BigramCounts, BrownFeatures, Dendrogram, WordClusters
from brownclust._kernels.jit.clock import CompilationClock
from brownclust.clusters.features import FeatureIds
from brownclust.tagger import PerceptronTagger
from brownclust.tree.agglomerate import brown_cluster


@dataclass(frozen=True)
class Case:
    """One size of one stage.

    Attributes
    ----------
    series : str
        The stage and the size that doubles from case to case.
    n_tokens : int
        Number of tokens of the text.
    max_vocabulary : int or None
        Number of words kept; None for all.
    window : int or None
        Clusters active at once (not a context window); None if nothing is clustered.
    factor : int or None
        How many times larger counts are than those of the text; see `large_counts`.
    """

    series: str
    n_tokens: int
    max_vocabulary: int | None = None
    window: int | None = None
    factor: int | None = None

    @property
    def name(self) -> str:
        """A unique name, such as ``cluster-by-window-400``."""
        return f"{self.series.replace(' ', '-')}-{self.size}"

    @property
    def stage(self) -> str:
        """The first word of the series, such as ``cluster``."""
        return self.series.split()[0]

    @property
    def size(self) -> int:
        """The size that doubles."""
        sizes = {
            "tokens": self.n_tokens,
            "words": self.max_vocabulary,
            "window": self.window,
            "full": self.window,
            "factor": self.factor,
        }
        size = sizes[self.series.split()[-1]]
        assert size is not None
        return size


TOKENS = (125_000, 250_000, 500_000, 1_000_000)
WORDS = (5_000, 10_000, 20_000, 40_000)
WINDOWS = (100, 200, 400, 800, 1_600)
FULL_WINDOWS = (400, 800, 1_600, 3_200)
WINDOW = 200
# With 512, counts are those of 512 million tokens; with 2**15, of 33 billion.
FACTORS = (2**3, 2**9, 2**15)

CASES = (
    *(Case("count by tokens", n) for n in TOKENS),
    *(Case("cluster by tokens", n, window=WINDOW) for n in TOKENS),
    *(Case("cluster by words", TOKENS[-1], n, WINDOW) for n in WORDS),
    *(Case("cluster by window", TOKENS[-1], 20_000, n) for n in WINDOWS),
    *(Case("cluster by factor", TOKENS[-1], 10_000, WINDOW, n) for n in FACTORS),
    # The window holds all words: the original definition of Brown clustering.
    *(Case("cluster in full", TOKENS[-1], n, n) for n in FULL_WINDOWS),
    *(Case("cut by words", TOKENS[-1], n, WINDOW) for n in WORDS),
    # The vocabulary is the 40,000 most frequent words, in 200 clusters.
    *(Case("lookup by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    *(Case("features by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    *(Case("strings by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    # A tagger with synthetic tags; it is trained on a tenth of the tokens.
    *(Case("train by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    *(Case("tag by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
)
N_EPOCHS = 5
TRAINING_STEP = 10  # train on every 10th sentence
N_TAGS = 17
BACKOFF = ("lowercase", "digits")


@dataclass(frozen=True)
class Measurement:
    """Time and memory of a case."""

    case: Case
    n_words: int
    distinct_bigrams: int
    seconds: tuple[float, ...]
    peak_memory_bytes: int

    @cached_property
    def median(self) -> float:
        """Median of the seconds."""
        return median(self.seconds)


class WrongAnswerError(Exception):
    """The result of a case is not the expected one."""


class Workbench:
    """Texts, counts and trees for the cases; each is made once and kept.

    Parameters
    ----------
    threads : int
        Number of threads for clustering.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._folder = tempfile.TemporaryDirectory()
        self._texts: dict[int, Path] = {}
        self._counts: dict[tuple[int | None, ...], BigramCounts] = {}
        self._trees: dict[Case, Dendrogram] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Delete the texts."""
        self._folder.cleanup()

    def compile(self) -> float:
        """Run every stage once on a small text; return the seconds spent compiling."""
        with CompilationClock() as clock:
            for series in ("count by tokens", "cluster by window", "lookup by tokens"):
                self.task(Case(series, 1_000, None, 10))()
            self.task(Case("tag by tokens", 1_000, None, 10))()
        return clock.seconds

    def text(self, n_tokens: int) -> Path:
        """Return the path of a text of `n_tokens` tokens."""
        if n_tokens not in self._texts:
            path = Path(self._folder.name) / f"{n_tokens}.txt"
            write_text(path, n_tokens)
            self._texts[n_tokens] = path
        return self._texts[n_tokens]

    def counts(self, case: Case) -> BigramCounts:
        """Return the counts of the text of a case."""
        key = (case.n_tokens, case.max_vocabulary, case.factor)
        if key not in self._counts:
            self._counts[key] = (
                BigramCounts.from_text(
                    self.text(case.n_tokens), max_vocabulary=case.max_vocabulary
                )
                if case.factor is None
                else spread(self.counts(replace(case, factor=None)), case.factor)
            )
        return self._counts[key]

    def tree(self, case: Case) -> Dendrogram:
        """Return the tree over the words of a case."""
        key = replace(case, series="")
        if key not in self._trees:
            assert case.window is not None
            self._trees[key] = brown_cluster(
                self.counts(case), window=case.window, threads=self.threads
            )
        return self._trees[key]

    def task(self, case: Case) -> Callable[[], Any]:
        """Return the function that the case times; its input is ready."""
        if case.stage == "count":
            path = self.text(case.n_tokens)
            return lambda: BigramCounts.from_text(
                path, max_vocabulary=case.max_vocabulary
            )
        if case.stage == "cluster":
            counts, window = self.counts(case), case.window
            assert window is not None
            return lambda: brown_cluster(counts, window=window, threads=self.threads)
        tree = self.tree(case)
        if case.stage == "cut":
            return lambda: cut(tree)
        return self._task_with_clusters(case, tree)

    def _task_with_clusters(self, case: Case, tree: Dendrogram) -> Callable[[], Any]:
        counts = self.counts(case)
        clusters = WordClusters(
            counts.vocabulary, cut(tree), counts.unigram_counts.tolist()
        )
        sentences = self.sentences(case)
        if case.stage == "train":
            training = sentences[::TRAINING_STEP]
            return lambda: train(clusters, training)
        if case.stage == "tag":
            tagger = train(clusters, self.sentences(replace(case, n_tokens=TOKENS[0])))
            return lambda: tag(tagger, sentences)
        if case.stage == "lookup":
            # The first calls of `look_up` and of features build their tables.
            words = [*chain.from_iterable(sentences)]
            clusters.look_up(words[:1])
            return lambda: clusters.look_up(words, backoff=BACKOFF)
        features = BrownFeatures(clusters, backoff=BACKOFF)
        make = {"features": features.ids, "strings": features.strings}[case.stage]
        make(sentences[:1])
        return lambda: make(sentences)

    def sentences(self, case: Case) -> list[list[str]]:
        """Return the text of a case as lists of tokens."""
        with self.text(case.n_tokens).open(encoding="utf-8") as file:
            return [line.split() for line in file]

    def call_traced(self, task: Callable[[], Any]) -> tuple[Any, int]:
        """Call a task; return its result and the peak of the memory it allocated.

        NumPy reports its allocations to tracemalloc, and kernels allocate nothing.
        Memory that is allocated but never touched is included.
        """
        tracemalloc.start()
        try:
            result = task()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        return result, peak

    def measure(self, case: Case, repeat: int) -> Measurement:
        """Run a case once to check its answer, then `repeat` times for timing."""
        task = self.task(case)
        result, peak = self.call_traced(task)
        check_answer(case, result)
        seconds = []
        for _ in range(repeat):
            started = perf_counter()
            task()
            seconds.append(perf_counter() - started)
        return self.measurement(case, tuple(seconds), peak)

    def measurement(
        self, case: Case, seconds: tuple[float, ...], peak: int
    ) -> Measurement:
        """Return the measurement of a case, with the sizes of its counts."""
        counts = self.counts(case)
        return Measurement(
            case,
            n_words=counts.n_types,
            distinct_bigrams=counts.successors.indices.size,
            seconds=seconds,
            peak_memory_bytes=peak,
        )


def cut(tree: Dendrogram) -> list[str]:
    """Return the bit string of every word.

    The dendrogram is built from its merges again, as after loading a file, so that no
    result is cached.
    """
    loaded = Dendrogram(
        tree.children,
        tree.losses,
        scale=tree.scale,
        window=tree.window,
        n_bigrams=tree.n_bigrams,
        ami_at_window=tree.ami_at_window,
    )
    return loaded.bit_strings(tree.window)


def train(clusters: WordClusters, sentences: list[list[str]]) -> PerceptronTagger:
    """Return a tagger trained on synthetic tags."""
    tagger = PerceptronTagger("pos", clusters=clusters, n_epochs=N_EPOCHS)
    return tagger.fit(sentences, synthetic_tags(sentences))


def tag(tagger: PerceptronTagger, sentences: list[list[str]]) -> list[str]:
    """Return the tags of all words; the tagger's cache of words is empty first."""
    tagger.clear_cache()
    return [*chain.from_iterable(tagger.predict(sentences))]


def synthetic_tags(sentences: list[list[str]]) -> list[list[str]]:
    """Return tags that are a hash of the word.

    For a third of the words they depend on the word before as well.
    """
    tags = []
    for sentence in sentences:
        hashes = [0, *(crc32(word.encode()) for word in sentence)]
        tags.append(
            [
                f"T{(own + (before if own % 3 == 0 else 0)) % N_TAGS}"
                for before, own in pairwise(hashes)
            ]
        )
    return tags


def check_answer(case: Case, result: Any) -> None:
    """Raise `WrongAnswerError` unless the result has the expected hash."""
    got, expected = digest(result), ANSWERS.get(case.name)
    if got != expected:
        raise WrongAnswerError(f"{case.name} must give {expected}, got {got}")


def digest(result: Any) -> str:
    """Return the SHA-256 of counts, merges, bit strings, features, weights or tags."""
    sha = hashlib.sha256()
    arrays: list[NDArray[Any]] = []
    if isinstance(result, BigramCounts):
        rows = result.successors
        sha.update(result.vocabulary.lines(0, result.n_types).tobytes())
        arrays += [result.unigram_counts, rows.offsets, rows.indices, rows.counts]
        arrays += [np.array([result.n_tokens, result.n_bigrams, result.n_lines])]
    elif isinstance(result, Dendrogram):
        arrays += [result.children, result.losses]
    elif isinstance(result, PerceptronTagger):
        weights = result.weights_
        sha.update(weights.values.astype("<f4").tobytes())
        arrays += [weights.entry_starts, weights.tags]
    elif isinstance(result, np.ndarray):
        arrays.append(result)
    elif isinstance(result, FeatureIds):
        arrays += [result.ids, result.starts]
    elif isinstance(result[0], str):
        sha.update("\n".join(result).encode("ascii"))
    else:
        for sentence in result:
            for token in sentence:
                sha.update("\t".join(token).encode("ascii") + b"\n")
    for array in arrays:
        sha.update(array.astype("<i8").tobytes())
    return sha.hexdigest()
