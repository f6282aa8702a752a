"""The programs to compare: how to run each and how to read its output."""

import json
import re
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from hashlib import file_digest
from pathlib import Path

import brownclust
from benchmarks.process import OUTPUT_NAME, run

TEXT_NAME = "text.txt"
OUT_NAME = "out"

Clusters = dict[bytes, bytes]
"""The cluster of each word, by any label."""


class Tool(ABC):
    """A program that clusters the words of a text.

    It runs in a new folder with a copy of the text, so it writes nothing next to the
    corpus of the user and finds nothing from an earlier run.

    Attributes
    ----------
    name : str
        Its name in the table.
    version : str
        Its version; for a binary, the start of its SHA-256.
    note : str
        What a reader of the table must know about how it ran.
    """

    name: str
    version: str
    note = ""

    def copy_corpus(self, corpus: Path, folder: Path) -> None:
        """Copy the text to where the command expects it."""
        shutil.copyfile(corpus, folder / TEXT_NAME)

    @abstractmethod
    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command to run in the folder."""

    def environment(self, threads: int) -> dict[str, str]:
        """Return environment variables that the program needs."""
        return {}

    @abstractmethod
    def read_clusters(self, folder: Path) -> Clusters:
        """Read its clusters; raise ``ValueError`` or ``OSError`` if that fails."""

    def read_clustering_seconds(self, folder: Path) -> float | None:
        """Return its own time for clustering alone; None if it reports none."""
        return None


class Brownclust(Tool):
    """Our own command line; line ends are whitespace, as in wcluster.

    The time of clustering alone is the stage "cluster" of ``run.json``.
    """

    name = "brownclust"
    version = brownclust.__version__

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command."""
        return [
            *(sys.executable, "-m", "brownclust_cli", "cluster", TEXT_NAME),
            *("--clusters", str(n_clusters), "--output", OUT_NAME),
            *("--boundary", "ignore", "--min-count", str(min_count)),
            *("--threads", str(threads), "--quiet"),
        ]

    def read_clusters(self, folder: Path) -> Clusters:
        """Read the *paths* file."""
        return read_paths(folder / OUT_NAME / "paths")

    def read_clustering_seconds(self, folder: Path) -> float | None:
        """Read ``run.json``."""
        record = json.loads((folder / OUT_NAME / "run.json").read_text("utf-8"))
        return float(record["seconds"]["cluster"])


class Wcluster(Tool):
    """Percy Liang's wcluster, https://github.com/percyliang/brown-cluster.

    The time of clustering alone is that of ``do_clustering`` in its log.
    """

    name = "wcluster"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = version_of_binary(path)

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command."""
        return [
            *(str(self.path), "--text", TEXT_NAME, "--output_dir", OUT_NAME),
            *("--c", str(n_clusters), "--min-occur", str(min_count)),
            *("--threads", str(threads)),
        ]

    def read_clusters(self, folder: Path) -> Clusters:
        """Read the *paths* file."""
        return read_paths(folder / OUT_NAME / "paths")

    def read_clustering_seconds(self, folder: Path) -> float | None:
        """Read the log."""
        return wcluster_seconds(folder / OUT_NAME / "log")


class ClusterCat(Tool):
    """Jon Dehdari's ClusterCat, https://github.com/jonsafari/clustercat.

    It makes flat clusters with the exchange algorithm and its own objective. A line end
    ends a bigram. It prints no wall time for clustering alone.
    """

    name = "clustercat"
    note = "flat clusters, no tree; unlike the others, no bigram crosses a line end"

    MAX_LINE_BYTES = 7_000
    """The program drops the end of lines over 8,000 bytes, so longer ones are split."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = version_of_binary(path)

    def copy_corpus(self, corpus: Path, folder: Path) -> None:
        """Write the same tokens in lines that are short enough."""
        lines = split_long_lines(corpus.read_bytes(), self.MAX_LINE_BYTES)
        (folder / TEXT_NAME).write_bytes(lines)

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command."""
        return [
            *(str(self.path), "--in", TEXT_NAME, "--out", "clusters.tsv"),
            *("--classes", str(n_clusters), "--min-count", str(min_count)),
            *("--threads", str(threads)),
        ]

    def read_clusters(self, folder: Path) -> Clusters:
        """Read the table of clusters."""
        return read_words(folder / "clusters.tsv")


class BrownClustering(Tool):
    """The package ``brown-clustering``.

    https://github.com/helpmefindaname/BrownClustering; ``run_brown_clustering.py`` runs
    it. The time of clustering alone excludes compiling, which the package repeats in
    each process.
    """

    name = "brown-clustering"
    note = "smoothing alpha=1e-6 instead of the default, for better clusters"

    def __init__(self, python: str) -> None:
        self.python = python
        self.version = _package_version(python)

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command: our script that uses the package."""
        script = Path(__file__).with_name("run_brown_clustering.py")
        sizes = [str(n_clusters), str(min_count)]
        return [self.python, "-I", str(script), TEXT_NAME, *sizes, "."]

    def environment(self, threads: int) -> dict[str, str]:
        """Set the number of Numba threads."""
        return {"NUMBA_NUM_THREADS": str(threads)}

    def read_clusters(self, folder: Path) -> Clusters:
        """Read the table of clusters."""
        return read_words(folder / "clusters.tsv")

    def read_clustering_seconds(self, folder: Path) -> float | None:
        """Read the times that the script measured."""
        record = json.loads((folder / "seconds.json").read_text("utf-8"))
        return float(record["seconds"]["cluster"])


def read_paths(path: Path) -> Clusters:
    """Read lines ``bit string TAB word TAB count``."""
    clusters = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            bit_string, word, _ = line.split(b"\t")
        except ValueError:
            expected = "bit string TAB word TAB count"
            raise ValueError(
                f"{path.name}:{number}: expected {expected}, got {line[:80]!r}"
            ) from None
        clusters[word] = bit_string
    return clusters


def read_words(path: Path) -> Clusters:
    """Read lines ``word TAB cluster``."""
    clusters = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            word, cluster = line.split(b"\t")
        except ValueError:
            raise ValueError(
                f"{path.name}:{number}: expected word TAB cluster, got {line[:80]!r}"
            ) from None
        clusters[word] = cluster
    return clusters


def wcluster_seconds(log: Path) -> float | None:
    """Return the time of the block ``do_clustering`` in a wcluster log, or None.

    The block ends with a line such as ``  } [2m51.3s, cumulative 2m51.4s]``.
    """
    if not log.exists():
        return None
    _, found, rest = log.read_text("utf-8", errors="replace").partition(
        "\n  do_clustering() {\n"
    )
    time = re.search(
        r"^  \} \[(?:(\d+)h)?(?:(\d+)m)?([\d.e+-]+)s", rest, flags=re.MULTILINE
    )
    if not found or time is None:
        return None
    hours, minutes, seconds = time.groups(default="0")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def version_of_binary(path: Path) -> str:
    """Return the start of a file's SHA-256."""
    with path.open("rb") as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()[:12]}"


def split_long_lines(text: bytes, max_bytes: int) -> bytes:
    """Return the same tokens, separated by single spaces, in lines of `max_bytes`."""
    lines: list[bytes] = []
    for line in text.split(b"\n"):
        words: list[bytes] = []
        length = 0
        for word in line.split():
            if length + len(word) > max_bytes:
                lines.append(b" ".join(words))
                words, length = [], 0
            words.append(word)
            length += len(word) + 1
        lines.append(b" ".join(words))
    return b"\n".join(line for line in lines if line) + b"\n"


def _package_version(python: str) -> str:
    """Return the version of the package that a Python interpreter has."""
    code = "from importlib.metadata import version; print(version('brown-clustering'))"
    with tempfile.TemporaryDirectory() as folder:
        done = run([python, "-I", "-c", code], folder=Path(folder), timeout=60)
        if done.failure is not None:
            raise ValueError(
                f"brown-clustering must be installed for {Path(python).name} "
                f"({done.failure})"
            )
        return (Path(folder) / OUTPUT_NAME).read_text("utf-8").strip()
