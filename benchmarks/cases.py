"""What is timed: stages of the way from text to clusters, at sizes that double."""

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
        The stage and what doubles from case to case.
    n_tokens : int
        Tokens of the text.
    max_vocabulary : int or None
        Words kept; None for all.
    window : int or None
        Clusters active at once; None where nothing is clustered.
    """

    series: str
    n_tokens: int
    max_vocabulary: int | None = None
    window: int | None = None

    @property
    def name(self) -> str:
        """The case in one word, as in ``cluster-by-window-400``."""
        return f"{self.series.replace(' ', '-')}-{self.size}"

    @property
    def stage(self) -> str:
        """What is timed, as in ``cluster``: the first word of the series."""
        return self.series.split()[0]

    @property
    def size(self) -> int:
        """What doubles."""
        sizes = {
            "tokens": self.n_tokens,
            "words": self.max_vocabulary,
            "window": self.window,
            "full": self.window,
        }
        size = sizes[self.series.split()[-1]]
        assert size is not None
        return size


TOKENS = (125_000, 250_000, 500_000, 1_000_000)
WORDS = (5_000, 10_000, 20_000, 40_000)
WINDOWS = (100, 200, 400, 800, 1_600)
FULL_WINDOWS = (400, 800, 1_600, 3_200)
WINDOW = 200

CASES = (
    *(Case("count by tokens", n) for n in TOKENS),
    *(Case("cluster by tokens", n, window=WINDOW) for n in TOKENS),
    *(Case("cluster by words", TOKENS[-1], n, WINDOW) for n in WORDS),
    *(Case("cluster by window", TOKENS[-1], 20_000, n) for n in WINDOWS),
    # Every word is a cluster: the original definition, "full" on the command line.
    *(Case("cluster in full", TOKENS[-1], n, n) for n in FULL_WINDOWS),
    *(Case("cut by words", TOKENS[-1], n, WINDOW) for n in WORDS),
    # Of tokens of the text, in 200 clusters of its words seen twice or so.
    *(Case("lookup by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    *(Case("features by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    *(Case("strings by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    # A tagger of parts of speech, made up; its training on a tenth of so many tokens.
    *(Case("train by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
    *(Case("tag by tokens", n, WORDS[-1], WINDOW) for n in TOKENS),
)
N_EPOCHS = 5
N_TAGS = 17
BACKOFF = ("lowercase", "digits")


@dataclass(frozen=True)
class Measurement:
    """What a case cost."""

    case: Case
    n_words: int
    distinct_bigrams: int
    seconds: tuple[float, ...]
    peak_memory_bytes: int

    @cached_property
    def median(self) -> float:
        """Median of the seconds."""
        return median(self.seconds)


class WrongAnswer(Exception):  # noqa: N818  # it is one, whoever erred
    """What was computed is not what it must be."""


class Workbench:
    """Makes what the cases need, and keeps it for the next.

    Parameters
    ----------
    threads : int
        Threads to cluster with.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._folder = tempfile.TemporaryDirectory()
        self._texts: dict[int, Path] = {}
        self._counts: dict[tuple[int, int | None], BigramCounts] = {}
        self._trees: dict[tuple[int, int | None, int | None], Dendrogram] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the texts."""
        self._folder.cleanup()

    def compile(self) -> float:
        """Run everything once on a small text; return the seconds of compiling."""
        with CompilationClock() as clock:
            for series in ("count by tokens", "cluster by window", "lookup by tokens"):
                self.task(Case(series, 1_000, None, 10))()
            self.task(Case("tag by tokens", 1_000, None, 10))()
        return clock.seconds

    def text(self, n_tokens: int) -> Path:
        """Return a text of so many tokens."""
        if n_tokens not in self._texts:
            path = Path(self._folder.name) / f"{n_tokens}.txt"
            write_text(path, n_tokens)
            self._texts[n_tokens] = path
        return self._texts[n_tokens]

    def counts(self, case: Case) -> BigramCounts:
        """Return the counts of the text of a case."""
        key = (case.n_tokens, case.max_vocabulary)
        if key not in self._counts:
            self._counts[key] = BigramCounts.from_text(
                self.text(case.n_tokens), max_vocabulary=case.max_vocabulary
            )
        return self._counts[key]

    def tree(self, case: Case) -> Dendrogram:
        """Return the tree over the words of a case."""
        key = (case.n_tokens, case.max_vocabulary, case.window)
        if key not in self._trees:
            assert case.window is not None
            self._trees[key] = brown_cluster(
                self.counts(case), window=case.window, threads=self.threads
            )
        return self._trees[key]

    def task(self, case: Case) -> Callable[[], Any]:
        """Return what a case times, to be called without arguments."""
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
            few = sentences[::10]
            return lambda: train(clusters, few)
        if case.stage == "tag":
            tagger = train(clusters, self.sentences(replace(case, n_tokens=TOKENS[0])))
            return lambda: tag(tagger, sentences)
        if case.stage == "lookup":
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

    def call_once(self, task: Callable[[], Any]) -> tuple[Any, int]:
        """Return a task's result, and the most memory it had allocated.

        NumPy tells tracemalloc what it allocates, and kernels allocate nothing. What
        is allocated and never touched counts too.
        """
        tracemalloc.start()
        try:
            result = task()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        return result, peak

    def measure(self, case: Case, repeat: int) -> Measurement:
        """Call a case once, check its answer, and time it some times more."""
        task = self.task(case)
        result, peak = self.call_once(task)
        check_answer(case, result)
        seconds = []
        for _ in range(repeat):
            started = perf_counter()
            task()
            seconds.append(perf_counter() - started)
        return self.record(case, tuple(seconds), peak)

    def record(self, case: Case, seconds: tuple[float, ...], peak: int) -> Measurement:
        """Put down what a case cost."""
        counts = self.counts(case)
        return Measurement(
            case,
            n_words=counts.n_types,
            distinct_bigrams=counts.successors.indices.size,
            seconds=seconds,
            peak_memory_bytes=peak,
        )


def cut(tree: Dendrogram) -> list[str]:
    """Return every word's bit string, from merges as they come out of a file."""
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
    """Return a tagger that has learnt the tags of sentences."""
    tagger = PerceptronTagger("pos", clusters=clusters, n_epochs=N_EPOCHS)
    return tagger.fit(sentences, made_up_tags(sentences))


def tag(tagger: PerceptronTagger, sentences: list[list[str]]) -> list[str]:
    """Return the tags of all words, by a tagger that has met none of them."""
    tagger.forget_words()
    return [*chain.from_iterable(tagger.predict(sentences))]


def made_up_tags(sentences: list[list[str]]) -> list[list[str]]:
    """Return tags that hang on the word, for a third of words on that before it too."""
    made = []
    for sentence in sentences:
        numbers = [0, *(crc32(word.encode()) for word in sentence)]
        made.append(
            [
                f"T{(number + (before if number % 3 == 0 else 0)) % N_TAGS}"
                for before, number in pairwise(numbers)
            ]
        )
    return made


def check_answer(case: Case, result: Any) -> None:
    """Raise unless the result of a case is what it has always been."""
    got, expected = digest(result), ANSWERS.get(case.name)
    if got != expected:
        raise WrongAnswer(f"{case.name} must give {expected}, got {got}")


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
