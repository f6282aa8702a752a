"""The programs that are compared: how to run each, and how to read what it wrote."""

import json
import re
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from hashlib import file_digest
from pathlib import Path

import brownclust
from benchmarks.child import OUTPUT_NAME, run

TEXT_NAME = "text.txt"
OUT_NAME = "out"

Clusters = dict[bytes, bytes]
"""The name of each word's cluster."""


class Tool(ABC):
    """A program that clusters the words of a text.

    It is run in a folder of its own with the text in it, so nothing is written beside
    the user's corpus, and nothing is kept from an earlier run.

    Attributes
    ----------
    name : str
        What it is called in the table.
    version : str
        What tells it from others of that name; of a binary, the start of its SHA-256.
    note : str
        What a reader of the table must know of how it was run.
    """

    name: str
    version: str
    note = ""

    def place(self, corpus: Path, folder: Path) -> None:
        """Put the text where the command expects it."""
        shutil.copyfile(corpus, folder / TEXT_NAME)

    @abstractmethod
    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return what to run in the folder."""

    def environment(self, threads: int) -> dict[str, str]:
        """Return environment variables that it needs."""
        return {}

    @abstractmethod
    def clusters(self, folder: Path) -> Clusters:
        """Read what it made; raise ``ValueError`` or ``OSError`` if that cannot be."""

    def clustering_seconds(self, folder: Path) -> float | None:
        """Return what it says clustering alone took; None if it does not say."""
        return None


class Brownclust(Tool):
    """Our own, from its command line; line ends are white space, as for wcluster.

    Clustering alone is the stage "cluster" of ``run.json``.
    """

    name = "brownclust"
    version = brownclust.__version__

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command."""
        return [
            *(sys.executable, "-m", "brownclust_cli.main", "cluster", TEXT_NAME),
            *("--clusters", str(n_clusters), "--output", OUT_NAME),
            *("--boundary", "ignore", "--min-count", str(min_count)),
            *("--threads", str(threads), "--quiet"),
        ]

    def clusters(self, folder: Path) -> Clusters:
        """Read the *paths* file."""
        return read_paths(folder / OUT_NAME / "paths")

    def clustering_seconds(self, folder: Path) -> float | None:
        """Read ``run.json``."""
        record = json.loads((folder / OUT_NAME / "run.json").read_text("utf-8"))
        return float(record["seconds"]["cluster"])


class Wcluster(Tool):
    """Percy Liang's wcluster, https://github.com/percyliang/brown-cluster.

    Clustering alone is ``do_clustering`` in its log.
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

    def clusters(self, folder: Path) -> Clusters:
        """Read the *paths* file."""
        return read_paths(folder / OUT_NAME / "paths")

    def clustering_seconds(self, folder: Path) -> float | None:
        """Read the log."""
        return wcluster_seconds(folder / OUT_NAME / "log")


class ClusterCat(Tool):
    """Jon Dehdari's ClusterCat, https://github.com/jonsafari/clustercat.

    It makes flat clusters, by exchange, with an objective of its own, and parts words
    at line ends. Of clustering alone it prints no wall time.
    """

    name = "clustercat"
    note = "flat clusters, no tree; parts words at line ends, as no other here does"

    LONGEST_LINE = 7_000
    """Bytes; it drops the end of lines of more than 8,000, so they are broken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = version_of_binary(path)

    def place(self, corpus: Path, folder: Path) -> None:
        """Write the same tokens in lines that are not too long."""
        lines = break_lines(corpus.read_bytes(), self.LONGEST_LINE)
        (folder / TEXT_NAME).write_bytes(lines)

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command."""
        return [
            *(str(self.path), "--in", TEXT_NAME, "--out", "clusters.tsv"),
            *("--classes", str(n_clusters), "--min-count", str(min_count)),
            *("--threads", str(threads)),
        ]

    def clusters(self, folder: Path) -> Clusters:
        """Read its table."""
        return read_words(folder / "clusters.tsv")


class Peer(Tool):
    """The package ``brown-clustering`` (helpmefindaname/BrownClustering on GitHub).

    Clustering alone leaves out compiling, which it does anew in each process.
    """

    name = "brown-clustering"
    note = "smoothing alpha=1e-6 instead of its default, for better clusters"

    def __init__(self, python: str) -> None:
        self.python = python
        self.version = _peer_version(python)

    def command(self, n_clusters: int, min_count: int, threads: int) -> list[str]:
        """Return the command: a script of ours that uses the package."""
        script = Path(__file__).with_name("peer.py")
        sizes = [str(n_clusters), str(min_count)]
        return [self.python, "-I", str(script), TEXT_NAME, *sizes, "."]

    def environment(self, threads: int) -> dict[str, str]:
        """Tell Numba how many threads to use."""
        return {"NUMBA_NUM_THREADS": str(threads)}

    def clusters(self, folder: Path) -> Clusters:
        """Read the table that the script wrote."""
        return read_words(folder / "clusters.tsv")

    def clustering_seconds(self, folder: Path) -> float | None:
        """Read what the script measured."""
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
    """Return the time of the block ``do_clustering`` in a log of wcluster's.

    It ends with a line such as ``  } [2m51.3s, cumulative 2m51.4s]``.
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


def break_lines(text: bytes, longest: int) -> bytes:
    """Return the same tokens, single spaces between them, in lines not too long."""
    lines: list[bytes] = []
    for line in text.split(b"\n"):
        words: list[bytes] = []
        length = 0
        for word in line.split():
            if length + len(word) > longest:
                lines.append(b" ".join(words))
                words, length = [], 0
            words.append(word)
            length += len(word) + 1
        lines.append(b" ".join(words))
    return b"\n".join(line for line in lines if line) + b"\n"


def _peer_version(python: str) -> str:
    """Ask a Python which version of the package it has."""
    code = "from importlib.metadata import version; print(version('brown-clustering'))"
    with tempfile.TemporaryDirectory() as folder:
        asked = run([python, "-I", "-c", code], folder=Path(folder), timeout=60)
        if asked.failure is not None:
            raise ValueError(
                f"brown-clustering must be installed for {Path(python).name} "
                f"({asked.failure})"
            )
        return (Path(folder) / OUTPUT_NAME).read_text("utf-8").strip()
