"""What the files of a folder hold, and what comes of using them, as JSON."""

import io
import shutil
import tempfile
from contextlib import chdir
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner

from brownclust import (
    BigramCounts,
    BrownClustering,
    BrownModel,
    PerceptronTagger,
    WordClusters,
    extend_model,
)
from brownclust.tagger import Tagger, read_tagged
from brownclust.tree.tree_files import write_merges
from brownclust_cli.main import main

FORMATS = ("paths", "snips", "alexclark", "jsonl", "spacy", "word2vec")
"""Formats that every version can write."""

CHECKPOINT_COMMAND = ("cluster", "text.txt", "-c", "12", "--window", "20")


def content(folder, inputs):
    """Return the content of all files that `make` wrote to a folder."""
    return {
        "counts": {path.name: of_counts(path) for path in files(folder, "counts*")},
        "clusters": {
            path.name: of_clusters(path)
            for path in [*files(folder, "c*s.npz"), *folder.glob("*/paths")]
            if not path.name.startswith("counts")
        },
        "models": {
            path.parent.name: of_model(path, inputs)
            for path in files(folder, "*/model.npz")
        },
        "checkpoint": resumed(folder / "checkpoint"),
        "taggers": {
            path.name: of_tagger(path, inputs) for path in files(folder, "tagger-*")
        },
    }


def files(folder, pattern):
    return sorted(path for path in folder.glob(pattern) if path.suffix == ".npz")


def of_counts(path):
    counts = BigramCounts.load(path)
    words = list(counts.vocabulary)
    rows = counts.successors
    starts, indices, numbers = (
        array.tolist() for array in (rows.offsets, rows.indices, rows.counts)
    )
    return {
        "totals": [counts.n_tokens, counts.n_bigrams, counts.n_lines],
        "boundary": counts.boundary,
        "words": dict(zip(words, counts.unigram_counts.tolist(), strict=True)),
        "successors": {
            words[left]: " ".join(
                f"{indices[i]}:{numbers[i]}" for i in range(start, stop)
            )
            for left, (start, stop) in enumerate(pairwise(starts))
        },
        "edges": [counts.edge_starts.tolist(), counts.edge_ends.tolist()],
        "clusters": _clusters(BrownClustering(6).fit(counts)),
    }


def _clusters(fitted):
    return " ".join(fitted.clusters_.cluster_bit_strings)


def of_clusters(path):
    clusters = WordClusters.load(path)
    result = {
        "bit_strings": {word: clusters[word] for word in clusters},
        "counts": clusters.counts.tolist(),
        "files": {name: _exported(clusters, name) for name in FORMATS},
    }
    if clusters.merges is not None:
        result["cut"] = list(clusters.cut(5).cluster_bit_strings)
    return result


def _exported(clusters, format):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clusters")
        clusters.export(path, format)
        return sha256(path.read_bytes()).hexdigest()


def of_model(path, inputs):
    model = BrownModel.load(path)
    tree = model.dendrogram
    counts = BigramCounts.from_text(inputs / "more.txt")
    extended = WordClusters.from_model(extend_model(model, counts))
    merges = io.StringIO()
    write_merges(merges, tree)
    return {
        "merges": sha256(merges.getvalue().encode()).hexdigest(),
        "ami": round(model.ami, 9),
        "cuts": {
            n: " ".join(map(str, tree.cut(n).tolist())) for n in (1, 5, tree.window)
        },
        "extended": {word: extended[word] for word in counts.vocabulary},
    }


def resumed(checkpoint):
    """Return hashes of what a checkpoint is resumed to, without its text."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(checkpoint, Path(folder, "out"))
        runner = CliRunner()
        command = [*CHECKPOINT_COMMAND, "-o", "out", "--resume"]
        with chdir(folder):
            result = runner.invoke(main, command, prog_name="brownclust")
        if result.exit_code:
            return result.stderr
        return {
            name: sha256(Path(folder, "out", name).read_bytes()).hexdigest()
            for name in ("paths", "merges.tsv")
        }


def of_tagger(path, inputs):
    tagger = Tagger.load(path)
    if path.stem == "tagger-ner":
        names = ("word", "pos", "ner")
        read = read_tagged(inputs / "ner.conll", ("word", "pos"), names=names)
    else:
        read = read_tagged(inputs / "pos.tsv")
    sentences, tags = read
    result = {"classes": tagger.classes_, "tags": _tags(tagger, sentences)}
    if path.stem == "tagger-checkpoint":
        templates = (inputs / "templates.txt").read_text()
        resumed = PerceptronTagger(templates, n_epochs=5)
        resumed.fit(sentences, tags, warm_start=tagger)
        result["resumed"] = _tags(resumed, sentences)
        result["weights"] = [
            f"{name} {tag} {weight:.6f}"
            for name, tag, weight in resumed.strongest_features(10)
        ]
    return result


def _tags(tagger, sentences):
    return [" ".join(tags) for tags in tagger.predict(sentences)]
