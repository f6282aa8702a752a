"""Kinds of archives: each is changed, loaded, and used if it loads."""

import io
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from brownclust import (
    BigramCounts,
    BrownFeatures,
    BrownModel,
    CRFTagger,
    PerceptronTagger,
    WordClusters,
    brown_cluster,
    extend_model,
)
from brownclust.tagger import Tagger, describe, read_tagged
from brownclust.tree.checkpoint import Checkpoint
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.formats import FORMATS
from brownclust.tree.planning import clustering_cost, coverage
from brownclust.tree.sweep import Sweep
from brownclust.tree.tree_files import write_merges, write_paths
from fuzz.archives import changed_archive, members_of
from fuzz.mutation import pick
from fuzz.oracle import FaultError

INPUTS = Path(__file__).parent.parent / "fixtures" / "inputs"
WINDOW = 12
REFINING = {"n_clusters": 6, "refine": 3}
DIGEST = "digest"
"""The member of an archive that shows whether the others have changed."""


@dataclass(frozen=True)
class BinaryKind:
    """A kind of archive.

    Parameters
    ----------
    pattern : str
        The names of its samples, in the folder that `make_archives` wrote.
    load : callable
        Reads the file.
    use : callable
        ``use_loaded(random, loaded)`` calls what commands call.
    """

    pattern: str
    load: Callable
    use_loaded: Callable
    options: tuple[str, ...] = ()

    def make(self, random):
        """Return the names and contents of files; the first is the changed one."""
        path = pick(random, _paths(self.pattern))
        others = _contents(self.pattern)
        files = {path.name: changed_archive(random, path.read_bytes(), others)}
        for partner in sorted(path.parent.glob(f"{path.stem}.*")):
            files.setdefault(partner.name, partner.read_bytes())
        return files

    def warm_up(self, folder):
        """Use all samples as they are, so that all kernels are compiled."""
        for number, path in enumerate(_paths(self.pattern) * 6):
            if path.suffix == ".npz":
                loaded = self.load(path)
                with suppress(ValueError):  # other boundaries, say
                    self.use_loaded(Random(number), loaded)

    def use(self, random, files, folder):
        """Load the file and use it; raise what this raises, or a `FaultError`."""
        name, data = next(iter(files.items()))
        path = Path(folder, name)
        loaded = self.load(path)
        self._check_that_changes_show(name, data)
        try:
            self.use_loaded(random, loaded)
        except ValueError as error:
            if str(path.parent) in str(error):
                raise
            raise ValueError(f"{path}: {error}") from error  # as commands could

    def _check_that_changes_show(self, name, data):
        (original,) = (path for path in _paths(self.pattern) if path.name == name)
        was = members_of(original.read_bytes())
        if DIGEST not in was:
            return
        now = members_of(data)
        if DIGEST not in now or now[DIGEST].tobytes() != was[DIGEST].tobytes():
            return  # removed or computed again by a program that knows how
        changed = [
            name
            for name in was.keys() | now.keys()
            if name not in was
            or name not in now
            or was[name].tobytes() != now[name].tobytes()
        ]
        if changed:
            raise FaultError(f"is accepted though {', '.join(changed)} changed")


@cache
def _paths(pattern):
    return sorted(Path(os.environ["FUZZ_RESOURCES"]).glob(pattern))


@cache
def _contents(pattern):
    return [path.read_bytes() for path in _paths(pattern)]


# --- Samples ------------------------------------------------------------------


def make_archives(folder):
    """Write archives of all kinds with the version that is tested."""
    folder = Path(folder)
    counts = BigramCounts.from_text(INPUTS / "text.txt")
    counts.save(folder / "counts.npz")
    marked = BigramCounts.from_text(INPUTS / "text.txt", boundary="mark", min_count=2)
    marked.save(folder / "counts-mark.npz")
    BigramCounts.from_pairs(INPUTS / "pairs.tsv").save(folder / "counts-pairs.npz")
    cluster_counts(counts, n_clusters=5, window=WINDOW).save(folder / "model.npz")
    cluster_counts(marked, n_clusters=4).save(folder / "model-mark.npz")
    cluster_counts(counts, **REFINING).save(folder / "model-refined.npz")
    clusters = WordClusters.load(folder / "model.npz")
    clusters.save(folder / "word-clusters.npz")
    clusters.export(folder / "paths")
    WordClusters.load(folder / "paths").save(folder / "word-clusters-of-text.npz")
    _make_taggers(folder, clusters)
    for n_merges in (1, 9, 25):
        _make_checkpoint(folder, counts, n_merges)
    for n_sweeps in (1, 3, 5):
        _make_checkpoint_of_sweep(folder, counts, n_sweeps)


def _make_taggers(folder, clusters):
    sentences, tags = read_tagged(INPUTS / "pos.tsv")
    templates = (INPUTS / "templates-pos.txt").read_text()
    data = sentences[:6], tags[:6]
    tagger = PerceptronTagger(templates, clusters=clusters, n_epochs=2)
    tagger.fit(*data).save(folder / "tagger-words.npz")
    hashed = PerceptronTagger("word[0]\nword[-1]", n_epochs=2, hash_size=50)
    hashed.fit(*data, checkpoint=folder / "tagger-checkpoint.npz")
    sentences, tags = read_tagged(INPUTS / "ner.conll")
    spans = PerceptronTagger("word[0]\nshape[0]", n_epochs=2)
    spans.fit(sentences[:6], tags[:6]).save(folder / "tagger-spans.npz")
    crf = CRFTagger("word[0]\nword[-1]", options={"max_iterations": 5})
    crf.fit(*data).save(folder / "tagger-crf.npz")


def _make_checkpoint(folder, counts, n_merges):
    """Write a checkpoint as it is after some merges."""

    def is_due(state):
        return np.count_nonzero(state.losses) >= n_merges

    def cluster(checkpoint):
        brown_cluster(counts, window=WINDOW, checkpoint=checkpoint)

    _write_checkpoint(folder, f"resumable-{n_merges:03}", is_due, cluster)


def _make_checkpoint_of_sweep(folder, counts, n_sweeps):
    """Write a checkpoint as it is after some sweeps of a refinement."""

    def is_due(state):
        return isinstance(state, Sweep) and state.n_sweeps >= n_sweeps

    def refine(checkpoint):
        cluster_counts(counts, **REFINING, checkpoint=checkpoint)

    _write_checkpoint(folder, f"refining-{n_sweeps:03}", is_due, refine)


def _write_checkpoint(folder, stem, is_due, run):
    """Write both files of the checkpoint of a run, once it is due."""

    class EnoughError(Exception):
        pass

    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = Checkpoint(scratch, every=1e9)

        def keep(state):
            if is_due(state):
                checkpoint._write(state)
                raise EnoughError

        checkpoint.keep = keep
        try:
            run(checkpoint)
        except EnoughError:
            for name in ("checkpoint", "checkpoint-counts"):
                data = Path(scratch, f"{name}.npz").read_bytes()
                part = "state" if name == "checkpoint" else "counts"
                Path(folder, f"{stem}.{part}").write_bytes(data)


# --- Use ----------------------------------------------------------------------


def use_counts(random, counts):
    action = int(random.random() * 5)
    if action == 0:
        counts.merge(_good_counts(counts.boundary))
    elif action == 1:
        selected = counts.select(min_count=1, max_vocabulary=max(1, counts.n_types - 3))
        brown_cluster(selected, window=min(3, selected.n_types))
    elif action == 2:
        coverage(counts, min_count=2)
        clustering_cost(counts, min(5, counts.n_types))
    elif action == 3:
        extend_model(_good_model(), counts)
    else:
        model = cluster_counts(counts, n_clusters=min(4, counts.n_types))
        _write_files(model)


@cache
def _good_counts(boundary):
    return BigramCounts.from_text(INPUTS / "more.txt", boundary=boundary)


@cache
def _good_model():
    return BrownModel.load(Path(os.environ["FUZZ_RESOURCES"], "model.npz"))


def _write_files(model):
    write_merges(io.StringIO(), model.dendrogram)
    write_paths(
        io.BytesIO(),
        model.vocabulary,
        model.unigram_counts,
        model.dendrogram,
        model.n_clusters,
    )
    model.write(io.BytesIO())


def use_model(random, model):
    action = int(random.random() * 4)
    if action == 0:
        _write_files(model)
        list(model.dendrogram.iter_full_bit_strings())
    elif action == 1:
        window = model.dendrogram.window
        clusters = WordClusters.from_model(model, 1 + int(random.random() * window))
        use_clusters(random, clusters)
    elif action == 2:
        extended = extend_model(model, _good_counts(model.class_counts.boundary))
        _write_files(extended)
    else:
        _ = model.ami, model.dendrogram.merge_losses, model.dendrogram.linkage()


def use_clusters(random, clusters):
    action = int(random.random() * 4)
    words = list(clusters)
    if action == 0:
        clusters.nearest(words[0], 5)
        clusters.members("0")
        clusters.look_up(["the", "x", *words[:3]])
    elif action == 1:
        features = BrownFeatures(clusters, (1, 4), context=1)
        features.strings([words[:5]])
        features.matrix([words[:5]])
    elif action == 2:
        clusters.cut(1 + int(random.random() * clusters.n_clusters))
    else:
        with tempfile.TemporaryDirectory() as folder:
            clusters.export(Path(folder, "clusters"), pick(random, FORMATS))


def use_tagger(random, tagger):
    sentences = [["the", "cat", "sees", "Ann", "Lee"], ["x"], [], ["."]]
    if len(tagger.columns) > 1:
        sentences = [[(word,) * len(tagger.columns) for word in s] for s in sentences]
    found = tagger.predict(sentences)
    if list(map(len, found)) != list(map(len, sentences)):
        raise FaultError("gives another number of tags than of tokens")
    if random.random() < 0.3:
        with tempfile.TemporaryDirectory() as folder:
            tagger.save(Path(folder, "tagger"))
    if random.random() < 0.3:
        describe(tagger, 3)
        is_crf = isinstance(tagger, CRFTagger)
        certainty = tagger.predict_marginals if is_crf else tagger.margins
        for values in certainty(sentences):
            if np.isnan(values).any():
                raise FaultError("gives a margin or a probability that is NaN")
    if random.random() < 0.3 and isinstance(tagger, PerceptronTagger):
        tagger.strongest_features(3)
        sentences, tags = read_tagged(INPUTS / "pos.tsv")
        again = PerceptronTagger(**_parameters(tagger))
        again.fit(sentences[:6], tags[:6], warm_start=tagger)


def _parameters(tagger):
    names = ("templates", "clusters", "backoff", "columns", "scheme", "hash_size")
    return {name: getattr(tagger, name) for name in names} | {"n_epochs": 3}


def load_checkpoint(path):
    """Put the two files of a checkpoint where it expects them, and read it."""
    folder = path.parent
    for part, name in (("state", "checkpoint"), ("counts", "checkpoint-counts")):
        path.with_suffix(f".{part}").replace(folder / f"{name}.npz")
    checkpoint = Checkpoint(folder)
    return checkpoint, checkpoint.resume()


def resume_checkpoint(_random, loaded):
    """Resume; raise a `FaultError` if the tree is not that of the whole run.

    But if merges were changed and the digest made again, they are merges like any: only
    the whole run would show that they are not the best.
    """
    checkpoint, counts = loaded
    with np.load(checkpoint.path) as archive:
        digest = str(archive[DIGEST])
    tree = brown_cluster(counts, window=WINDOW, checkpoint=checkpoint)
    whole = _whole_tree()
    if digest in _digests("resumable-*.state") and not (
        np.array_equal(tree.children, whole.children)
        and np.array_equal(tree.losses, whole.losses)
        and tree.ami_at_window == whole.ami_at_window
    ):
        raise FaultError("is resumed to another tree")


def resume_refining(_random, loaded):
    """Resume; raise a `FaultError` if the model is not that of the whole run."""
    checkpoint, counts = loaded
    with np.load(checkpoint.path) as archive:
        digest = str(archive[DIGEST])
    model = cluster_counts(counts, **REFINING, checkpoint=checkpoint)
    whole = _whole_refined()
    if digest in _digests("refining-*.state") and not (
        np.array_equal(model.dendrogram.children, whole.dendrogram.children)
        and model.options == whole.options
    ):
        raise FaultError("is resumed to another model")


@cache
def _whole_refined():
    return cluster_counts(BigramCounts.from_text(INPUTS / "text.txt"), **REFINING)


@cache
def _digests(pattern):
    return {str(members_of(data)[DIGEST]) for data in _contents(pattern)}


@cache
def _whole_tree():
    counts = BigramCounts.from_text(INPUTS / "text.txt")
    return brown_cluster(counts, window=WINDOW)


BINARY_KINDS = {
    "counts": BinaryKind("counts*.npz", BigramCounts.load, use_counts),
    "models": BinaryKind("model*.npz", BrownModel.load, use_model),
    "word clusters": BinaryKind("word-clusters*.npz", WordClusters.load, use_clusters),
    "taggers": BinaryKind("tagger*.npz", Tagger.load, use_tagger),
    "checkpoints": BinaryKind("resumable-*", load_checkpoint, resume_checkpoint),
    "refinements": BinaryKind("refining-*", load_checkpoint, resume_refining),
}
