"""Counting within a memory limit, and counts above 32 bits."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from brownclust import BigramCounts
from brownclust.counting import counter as counting
from brownclust.counting import limits, pair_collector
from brownclust.counting.counter import Counter
from brownclust.counting.options import Neighbours, Resources
from brownclust.tree.agglomerate import brown_cluster


def text_of(n_tokens, n_words, seed=1):
    ids = np.random.default_rng(seed).integers(n_words, size=n_tokens)
    words = [f"w{i}" for i in range(n_words)]
    tokens = [words[i] for i in ids.tolist()]
    lines = (" ".join(tokens[i : i + 20]) + "\n" for i in range(0, n_tokens, 20))
    return "".join(lines)


def arrays_of(counts):
    return [
        counts.vocabulary.buffer.tolist(),
        counts.unigram_counts.tolist(),
        *(getattr(counts.successors, name).tolist() for name in ("offsets", "indices")),
        counts.successors.counts.tolist(),
        counts.predecessors.indices.tolist(),
        counts.edge_starts.tolist(),
        counts.edge_ends.tolist(),
        (counts.n_tokens, counts.n_bigrams, counts.n_lines),
    ]


@pytest.fixture
def little_memory(monkeypatch):
    """Write every batch of 4 KiB to disk as a run; return how many were merged."""
    n_runs = []
    monkeypatch.setattr(limits, "_PAIRS_FRACTION", 0)
    monkeypatch.setattr(counting, "_CHUNK_BYTES", 1 << 12)
    monkeypatch.setattr(counting, "_CHUNK_BYTES_OF_THREAD", 1 << 12)
    monkeypatch.setattr(counting, "_CHUNKS_PER_THREAD", 1)
    monkeypatch.setattr(pair_collector, "N_FREQUENT", 1)
    monkeypatch.setattr(pair_collector, "_BUFFER_KEYS", 1)
    take_rows = Counter.take_rows

    def watched(counter, words):
        n_runs.append(counter.n_runs + 1)  # and what is in memory
        return take_rows(counter, words)

    monkeypatch.setattr(Counter, "take_rows", watched)
    return n_runs


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"boundary": "mark", "min_count": 3},
        {"boundary": "ignore", "threads": 2, "max_vocabulary": 20},
        {"skip_grams": 3},
    ],
)
def test_runs_on_disk_add_up_to_the_same_counts(tmp_path, little_memory, options):
    path = tmp_path / "text"
    path.write_text(text_of(25_000, 200))
    expected = BigramCounts.from_text(path, **options)
    found = BigramCounts.from_text(
        path,
        memory=2 * limits.MIN_MEMORY,
        temp_directory=tmp_path,
        block_size=1 << 12,
        **options,
    )
    assert little_memory[-1] >= 10
    assert arrays_of(found) == arrays_of(expected)
    found.save(tmp_path / "found")
    expected.save(tmp_path / "expected")
    assert (tmp_path / "found").read_bytes() == (tmp_path / "expected").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["expected", "found", "text"]


def test_a_table_of_pairs_has_the_same_limit(tmp_path, little_memory):
    path = tmp_path / "pairs"
    draw = random.Random(2)
    pairs = [(draw.randrange(99), draw.randrange(99)) for _ in range(999)]
    path.write_text("".join(f"a{left}\tb{right}\t3\n" for left, right in pairs))
    expected = BigramCounts.from_pairs(path)
    found = BigramCounts.from_pairs(path, memory=limits.MIN_MEMORY)
    assert little_memory[-1] >= 2
    assert arrays_of(found) == arrays_of(expected)


def test_a_frequent_pair_takes_the_memory_of_one_pair():
    counter = limits.new_counter(
        Neighbours(skip_grams=4), Resources(memory=limits.MIN_MEMORY + (24 << 20))
    )
    counter.count(np.frombuffer(b"a " * (1 << 20), np.uint8) for _ in range(4))
    assert counter.n_runs == 0


def test_threads_and_skip_grams_raise_the_lowest_limit():
    least = limits.MIN_MEMORY
    limits.new_counter(Neighbours(), Resources(memory=least))
    for threads, skip_grams, more in ((2, 1, 16), (1, 2, 8), (3, 4, 32 + 72)):
        resources = Resources(threads=threads, memory=least)
        neighbours = Neighbours(skip_grams=skip_grams)
        message = (
            f"^memory must be at least {256 + more}M for {threads} threads and "
            f"words up to {skip_grams} apart, got '256M'$"
        )
        with pytest.raises(ValueError, match=message):
            limits.new_counter(neighbours, resources)
        enough = Resources(threads=threads, memory=least + (more << 20))
        limits.new_counter(neighbours, enough)


def test_threads_that_are_not_started_take_no_memory(monkeypatch):
    monkeypatch.setattr("brownclust._threads.available_cores", lambda: 1)
    resources = Resources(threads=64, memory=limits.MIN_MEMORY)
    limits.new_counter(Neighbours(), resources)


def test_a_folder_that_cannot_be_written_to_is_an_error_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        BigramCounts.from_sentences(
            [["a"]], memory=1 << 30, temp_directory=tmp_path / "none"
        )


def test_the_lowest_memory_limit():
    with pytest.raises(ValueError, match="memory must be at least 268435456, got 1"):
        BigramCounts.from_sentences([["a"]], memory=1)


@pytest.fixture(scope="module")
def large_text():
    """A text with more pairs than fit into the lowest memory limit."""
    return text_of(2_500_000, 50_000).encode()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize(
    "kind", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)]
)
def test_nothing_is_left_of_runs_on_disk(large_text, tmp_path, kind):
    folder = tmp_path / "temporary"
    folder.mkdir()
    command = [sys.executable, "-m", "brownclust_cli", "count", "-", "-q"]
    command += ["--memory", "256M", "--temp-dir", str(folder)]
    with subprocess.Popen(
        [*command, "-o", str(tmp_path / "counts")],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        end = time.monotonic() + 600
        try:
            while not open_files(process.pid, folder):
                assert time.monotonic() < end
                process.stdin.write(large_text)
                process.stdin.flush()
            process.send_signal(kind)
            _, printed = process.communicate()
        finally:
            process.kill()
    assert process.returncode == (130 if kind == signal.SIGINT else -kind)
    assert printed == (b"Error: interrupted\n" if kind == signal.SIGINT else b"")
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "counts").exists()


def open_files(pid, folder):
    """Open files of a process in a folder, also those without a name."""
    links = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except FileNotFoundError:  # closed meanwhile
            continue
    return [link for link in links if link.startswith(str(folder))]


@pytest.mark.parametrize("limit", [2**31, 2**32])
@pytest.mark.parametrize("pair_bytes", [None, 1])
def test_counts_do_not_overflow(limit, pair_bytes):
    counter = Counter(pair_bytes=pair_bytes)
    ids = counter.add_words(np.frombuffer(b"a b ", np.uint8))
    counter.add_pairs(ids[:1], ids[1:], np.array([limit - 1]))
    counter.word_counts[ids] += limit - 1
    counter.add_text(np.frombuffer(b"a b a b\n", np.uint8))
    rows, _ = counter.take_rows(ids)
    assert counter.word_counts[ids].tolist() == [limit + 1, limit + 1]
    assert rows.counts.tolist() == [limit + 1, 1]


@pytest.mark.parametrize("limit", [2**31, 2**32])
def test_sums_of_counts_do_not_overflow(tmp_path, limit):
    lines = [(left, right, limit - 1) for left in "abc" for right in "xyz"]
    counts = BigramCounts.from_pairs([*lines, ("a", "x", 2)])
    twice = counts.merge(counts)
    twice.save(tmp_path / "counts")
    loaded = BigramCounts.load(tmp_path / "counts")
    assert loaded.n_bigrams == 2 * (9 * (limit - 1) + 2)
    assert loaded.n_tokens == 2 * loaded.n_bigrams
    assert loaded.unigram_counts.tolist()[:2] == [6 * (limit - 1) + 4] * 2
    assert loaded.successors.counts.max() == 2 * (limit + 1)


@pytest.mark.slow
@pytest.mark.parametrize("limit", [2**31, 2**32])
def test_clusters_of_large_counts(limit):
    lines = [(left, right, limit - 1) for left in "abc" for right in "xyz"]
    counts = BigramCounts.from_pairs([*lines, ("a", "x", 2)])
    twice = counts.merge(counts)
    # b and c, y and z have the same neighbours in the same proportions.
    tree = brown_cluster(twice, window=6)
    bits = tree.losses[:2] * 2.0**-tree.scale / twice.n_bigrams
    assert (abs(bits) < 1e-9).all()


def test_more_than_32_bits_of_tokens_are_counted():
    """2**32 - 1 tokens are counted before the first one of a text."""
    counter = Counter()
    ids = counter.add_words(np.frombuffer(b"a ", np.uint8))
    counter.word_counts[ids] = 2**32 - 1
    counter.add_text(np.frombuffer(b"a a a\n", np.uint8))
    assert counter.word_counts[ids].tolist() == [2**32 + 2]
    assert counter.n_bigrams == 2


@pytest.mark.parametrize("max_unmoved", [1, 2, 1000])
def test_counts_of_frequent_pairs_are_moved_before_they_overflow(
    monkeypatch, max_unmoved
):
    monkeypatch.setattr(pair_collector, "MAX_UNMOVED", max_unmoved)
    counter = Counter(boundary="mark")
    for _ in range(3):
        counter.add_text(np.frombuffer(b"a a b\n", np.uint8))
    rows, (starts, ends) = counter.take_rows(np.array([1, 2]))
    assert rows.to_matrix().toarray().tolist() == [[3, 3], [0, 0]]
    assert (starts.tolist(), ends.tolist()) == ([3, 0], [0, 3])


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
@pytest.mark.parametrize("size", [10_000, 200_000])
def test_a_full_disk_names_the_folder(little_memory, tmp_path, size):
    """In the runs, and in the rows that they are merged into."""
    import resource

    sentences = [[f"w{i * j % 4001}" for j in range(60)] for i in range(1, 900)]
    limits_before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits_before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            BigramCounts.from_sentences(
                sentences, memory=limits.MIN_MEMORY, temp_directory=tmp_path
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits_before)
    assert caught.value.filename == str(tmp_path)
    assert list(tmp_path.iterdir()) == []
