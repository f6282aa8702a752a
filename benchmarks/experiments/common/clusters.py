"""Clusterings of texts, which are made once and kept in a folder."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.experiments.common.record import say
from brownclust import BigramCounts, WordClusters
from brownclust.text.files import open_decompressed
from brownclust.tree.agglomerate import brown_cluster
from brownclust.tree.class_tree import class_tree
from brownclust.tree.exchange import refine_labels


@dataclass(frozen=True)
class Text:
    """A text to cluster: files, or lines drawn from them.

    Attributes
    ----------
    name : str
        The name under which its counts and clusters are kept: one for each text.
    files : tuple of Path
        The files, read one after the other.
    bootstrap : int, optional
        Seed of a bootstrap sample: as many lines as there are, with replacement.
    """

    name: str
    files: tuple[Path, ...]
    bootstrap: int | None = None


class ClusterStore:
    """Makes clusterings, and keeps them in a folder.

    Parameters
    ----------
    folder : Path
        Where counts, clusters and their AMI are kept.
    min_count : int, default 5
        Words that occur less often have no cluster.
    """

    def __init__(self, folder: Path, min_count: int = 5) -> None:
        self._folder = folder
        self._min_count = min_count
        folder.mkdir(parents=True, exist_ok=True)

    def counts(self, text: Text) -> BigramCounts:
        """Return the counts of a text."""
        path = self._folder / f"counts-{text.name}-{self._min_count}.npz"
        if path.exists():
            return BigramCounts.load(path)
        say(f"{text.name}: counting")
        if text.bootstrap is None:
            counts = BigramCounts.from_text(text.files, min_count=self._min_count)
        else:
            with TemporaryDirectory(dir=self._folder) as folder:
                drawn = Path(folder, "sample.txt")
                _write_sample(text.files, drawn, text.bootstrap)
                counts = BigramCounts.from_text(drawn, min_count=self._min_count)
        counts.save(path)
        return counts

    def greedy(self, text: Text, k: int, window: int | None = None) -> WordClusters:
        """Return the k clusters of agglomeration; `WordClusters.cut` coarsens them.

        Parameters
        ----------
        text : Text
            What to cluster.
        k : int
            Number of clusters.
        window : int, optional
            Clusters that compete at a time (default: `k`).
        """
        window = window or k
        name = f"greedy-{text.name}-{self._min_count}-{k}"
        path = self._path(name if window == k else f"{name}-window{window}")
        if not path.exists():
            counts = self.counts(text)
            say(f"{path.stem}: clustering {counts.n_types:,} words")
            tree = brown_cluster(counts, window=window)
            clusters = WordClusters(
                counts.vocabulary,
                tree.bit_strings(k),
                counts.unigram_counts,
                merges=tree.cluster_merges(k),
            )
            self._keep(path, clusters, tree.average_mutual_information(k))
        return WordClusters.load(path)

    def refined(
        self, text: Text, k: int, *, sweeps: int = 20, seed: int = 0
    ) -> WordClusters:
        """Return the k greedy clusters after refinement, with a tree over them."""
        name = f"refined-{text.name}-{self._min_count}-{k}-{sweeps}-{seed}"
        path = self._path(name)
        if not path.exists():
            counts, first = self.counts(text), self.greedy(text, k)
            assert first.vocabulary == counts.vocabulary
            say(f"{path.stem}: refining")
            refined = refine_labels(counts, first.labels, sweeps=sweeps, seed=seed)
            tree = class_tree(counts, refined.labels)
            names = tree.bit_strings(k)
            clusters = WordClusters(
                counts.vocabulary,
                [names[label] for label in refined.labels.tolist()],
                counts.unigram_counts,
                merges=tree.cluster_merges(k),
            )
            self._keep(path, clusters, refined.ami)
        return WordClusters.load(path)

    def ami(self) -> dict[str, float]:
        """Return the AMI in bits, on its own text, of each clustering, by file name."""
        path = self._folder / "ami.tsv"
        rows = path.read_text("utf-8").splitlines() if path.exists() else []
        return {name: float(ami) for name, ami in (row.split("\t") for row in rows)}

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.npz"

    def _keep(self, path: Path, clusters: WordClusters, ami: float) -> None:
        say(f"{path.stem}: AMI {ami:.4f} bits")
        with (self._folder / "ami.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{path.stem}\t{ami}\n")
        clusters.save(path)


def _write_sample(files: tuple[Path, ...], target: Path, seed: int) -> None:
    """Write as many lines as the files have, drawn with replacement."""
    lines = [line for file in files for line in _read(file).splitlines()]
    drawn = np.random.default_rng(seed).integers(len(lines), size=len(lines))
    with target.open("wb") as output:
        output.writelines(lines[i] + b"\n" for i in np.sort(drawn).tolist())


def _read(file: Path) -> bytes:
    with open_decompressed(str(file)) as stream:
        return stream.read()
