"""Counting on a cluster of two workers gives the arrays of local counting."""

import gzip
import os
import signal
from collections import Counter

import dask
import fsspec
import numpy as np
import pytest
from dask_counts import (
    assert_nothing_else_is_left,
    assert_same_arrays,
    count,
    local,
    random_text,
    start_cluster,
)
from distributed import Client, SchedulerPlugin

from brownclust import BigramCounts
from brownclust.counting.word_list import ListUsage
from brownclust.distributed import count_distributed
from brownclust.distributed.chunks import (
    BadFileError,
    cut_into_chunks,
    find_files,
    read_chunk,
)
from brownclust.distributed.pair_pass import partition_bounds
from brownclust.distributed.shared_data import load_shared_data
from brownclust.text.text_format import TextFormat

PLAIN = TextFormat()


class TestChunks:
    def text_of(self, chunks):
        return b"".join(
            block.tobytes() for chunk in chunks for block in read_chunk(chunk, PLAIN)
        )

    @pytest.mark.parametrize(
        "text", [b"a b\nc\n\n\nd e f", b"one line", b"\n\n", b"a\n\xc3\xa9 b\r\nc\n"]
    )
    def test_each_line_is_in_one_chunk_for_every_block_size(self, tmp_path, text):
        path = tmp_path / "text"
        path.write_bytes(text)
        files = find_files(str(path))
        for block_size in range(1, len(text) + 2):
            chunks = cut_into_chunks(files, block_size, split_files=True)
            assert len(chunks) == -(-len(text) // block_size)
            # A newline is added to each range.
            assert self.text_of(chunks).split() == text.split()
            lines = [line for line in self.text_of(chunks).split(b"\n") if line]
            assert lines == [line for line in text.split(b"\n") if line]

    def test_lines_longer_than_a_block(self, tmp_path):
        text = b"\n".join(b"word " * size for size in (100_000, 1, 200_000, 2))
        path = tmp_path / "text"
        path.write_bytes(text)
        for block_size in (50_000, 299_999, 600_000):
            chunks = cut_into_chunks(
                find_files(str(path)), block_size, split_files=True
            )
            lines = self.text_of(chunks).split(b"\n")
            assert [line for line in lines if line] == text.split(b"\n")

    def test_small_files_are_put_together_and_compressed_ones_not_divided(self, corpus):
        files = find_files(str(corpus))
        sizes = [file.n_bytes for file in files]
        assert [file.address[-5:] for file in files][:2] == ["a.txt", "xt.gz"]
        [all_in_one] = cut_into_chunks(files, sum(sizes), split_files=True)
        assert all_in_one.n_bytes == sum(sizes)
        many = cut_into_chunks(files, 100, split_files=True)
        ranges = [one for chunk in many for one in chunk.ranges]
        assert sum(one.address.endswith(".gz") for one in ranges) == 1
        assert sum(chunk.n_bytes for chunk in many) == sum(sizes)
        assert [chunk.number for chunk in many] == list(range(len(many)))
        whole = cut_into_chunks(files, 100, split_files=False)
        assert sum(len(chunk.ranges) for chunk in whole) == len(files)

    def test_patterns_and_schemes(self, corpus):
        names = [f"{corpus}/{letter}.txt" for letter in "cg"]
        assert [file.address for file in find_files(f"{corpus}/[cg]*")] == names
        with_scheme = find_files(f"file://{corpus}/[cg]*")
        assert [file.address for file in with_scheme] == [f"file://{n}" for n in names]

    def test_a_name_that_looks_like_a_pattern(self, tmp_path):
        path = tmp_path / "[1]?.txt"
        path.write_bytes(b"a\n")
        assert [file.address for file in find_files(path)] == [str(path)]

    @pytest.mark.parametrize(
        ("address", "kind", "message"),
        [
            ("missing", FileNotFoundError, "missing"),
            (
                "*.missing",
                FileNotFoundError,
                "address must be a file, or a folder or",
            ),
            (
                "memory://none/*",
                FileNotFoundError,
                "address must be a file, or a folder",
            ),
            ("nonsense://x", ValueError, "nonsense"),
            ("-", ValueError, "address must be an address that other machines"),
            ("zip://a::b.zip", ValueError, "address must be an address that other"),
            ([], ValueError, "addresses must be at least one address"),
            ([1], TypeError, "address must be a string or path-like, got 1"),
        ],
    )
    def test_addresses_without_files(self, address, kind, message):
        with pytest.raises(kind, match=message.replace("*", r"\*")):
            find_files(address)


def test_bounds_ascend_even_with_fewer_words_than_partitions():
    for counts in ([5], [9, 1], [10**12, *[1] * 100]):
        bounds = partition_bounds(np.array(counts), 8)
        assert bounds.size == 7
        assert (np.diff(bounds) >= 0).all()
        assert bounds[0] >= 0
        assert bounds[-1] <= len(counts)


def test_a_folder_that_workers_do_not_see(tmp_path):
    with pytest.raises(FileNotFoundError, match="a folder that all machines share"):
        load_shared_data(str(tmp_path / "kept.npz"))


class TestSameAsLocal:
    @pytest.mark.parametrize(
        ("options", "block_size", "partitions", "boundary"),
        [
            pytest.param(
                *case, boundary, marks=[pytest.mark.slow] * (boundary != in_default_run)
            )
            for *case, in_default_run in (
                ({}, 1500, 3, "mark"),
                ({"min_count": 4, "max_vocabulary": 20}, 700, 1, "break"),
                ({"phrases": ["é1 É2", "É2 é1 É2", "é3 é1"]}, 700, 2, "ignore"),
                (
                    {
                        "normalise": ["lowercase"],
                        "vocabulary": ["É2", "é3", "é1", "none"],
                    },
                    10**6,
                    25,
                    "mark",
                ),
            )
            for boundary in ("break", "ignore", "mark")
        ],
    )
    def test_options(
        self,
        client,
        corpus,
        output,
        tmp_path,
        boundary,
        options,
        block_size,
        partitions,
    ):
        options = {"boundary": boundary, **options}
        result = count(
            str(corpus),
            output,
            client,
            block_size=block_size,
            partitions=partitions,
            **options,
        )
        assert_same_arrays(output, local(corpus, tmp_path, **options))
        assert_nothing_else_is_left(output, there=True)
        counts = BigramCounts.load(output)
        assert ("é1_É2" in counts.vocabulary) == ("phrases" in options)
        assert result.n_types == counts.n_types
        assert result.n_tokens == counts.n_tokens
        assert result.n_pairs == counts.successors.counts.size
        assert result.n_tasks == counts.source["n_tasks"]
        assert result.skipped == counts.source["skipped"] == {}
        assert counts.source["options"]["boundary"] == boundary
        assert len(counts.source["files"]) == 7

    def test_bytes_that_are_not_utf8(self, client, output, tmp_path):
        path = tmp_path / "text"
        path.write_bytes(b"a \xff b\nb \xff\xfe a\n" * 9)
        for errors in ("surrogateescape", "replace", "ignore"):
            options = {"encoding_errors": errors}
            count(str(path), output, client, block_size=20, **options)
            assert_same_arrays(output, local(path, tmp_path, **options))

    def test_only_one_word(self, client, output, tmp_path):
        path = tmp_path / "text"
        path.write_bytes(b"word\n")
        for boundary in ("break", "ignore", "mark"):
            count(str(path), output, client, boundary=boundary)
            assert_same_arrays(output, local(path, tmp_path, boundary=boundary))

    def test_progress_reaches_the_end_of_both_passes(self, client, corpus, output):
        calls = []
        count(
            [f"file://{corpus}/a.txt", f"{corpus}/b*"],
            output,
            client,
            block_size=1500,
            progress=lambda *call: calls.append(call),
        )
        [total] = {total for _, _, total in calls}
        stages = [stage for stage, _, _ in calls]
        assert stages == sorted(stages, reverse=True)
        for stage in ("words", "pairs"):
            done = [done for at, done, _ in calls if at == stage]
            assert done == sorted(done)
            assert done[0] == 0
            assert done[-1] == total
        assert total == sum((corpus / n).stat().st_size for n in ("a.txt", "b.txt.gz"))


def test_memory_addresses(corpus, output, tmp_path):
    # One thread: all readers of a file in memory share its position.
    with Client(
        processes=False,
        n_workers=1,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
    ) as client:
        system = fsspec.filesystem("memory")
        for path in sorted(corpus.glob("[a-c]*")):
            system.pipe_file(f"/texts/{path.name}", path.read_bytes())
        count("memory://texts/*", output, client, block_size=999)
    assert_same_arrays(output, local(sorted(corpus.glob("[a-c]*")), tmp_path))
    files = BigramCounts.load(output).source["files"]
    assert files[1] == "memory:///texts/b.txt.gz"


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "gb18030"])
    @pytest.mark.parametrize("block_size", [7, 10**6])
    def test_files_are_read_whole(self, client, output, tmp_path, encoding, block_size):
        for name, n_lines in (("a.txt", 40), ("b.txt", 30)):
            text = random_text(n_lines, n_lines).encode(encoding)
            (tmp_path / name).write_bytes(text)
        (tmp_path / "c.txt.gz").write_bytes(gzip.compress("É7 é\n".encode(encoding)))
        paths = [str(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt.gz")]
        (tmp_path / "list").write_bytes("É7\né\n".encode(encoding))
        options = {"encoding": encoding, "stopwords": str(tmp_path / "list")}
        result = count(paths, output, client, block_size=block_size, **options)
        assert_same_arrays(output, local(paths, tmp_path, **options))
        assert result.list_usage == (ListUsage("stopwords", 2, 2, 1),)
        record = BigramCounts.load(output).source["options"]
        assert record["encoding"] == TextFormat(encoding=encoding).encoding

    def test_files_in_another_encoding(self, client, output, tmp_path):
        (tmp_path / "good").write_text("a b\n")
        (tmp_path / "wide").write_text("a b\nc d\n", "utf-16")
        (tmp_path / "image").write_bytes(b"\x89PNG\r\n\x1a\n")
        paths = [str(tmp_path / name) for name in ("good", "wide", "image")]
        for path, message in (
            (paths[1], "wide: expected UTF-8, got what looks like UTF-16: --encoding"),
            (paths[2], "image: expected text, got an image"),
        ):
            with pytest.raises(BadFileError, match=message):
                count([paths[0], path], output, client)
        result = count(paths, output, client, skip_bad_files=True)
        assert list(result.skipped) == paths[1:]
        assert result.n_tokens == 2

    def test_lists_of_words(self, client, output, tmp_path):
        (tmp_path / "text").write_text("a b a b c\n")
        (tmp_path / "list").write_text("a 2\n")
        path = str(tmp_path / "text")
        with pytest.raises(ValueError, match="list:1: expected one word on a line"):
            count(path, output, client, stopwords=str(tmp_path / "list"))
        options = {"vocabulary": ["a", "b", "x"], "stopwords": ["b", "c", "y"]}
        for min_count, n_found in ((1, [2, 1]), (2, [2, 1])):
            options["min_count"] = min_count
            result = count(path, output, client, **options)
            expected = BigramCounts.from_text(path, **options).list_usage
            assert result.list_usage == expected
            assert [usage.n_found for usage in expected] == n_found


class TestBadFiles:
    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "texts"
        folder.mkdir()
        (folder / "1.txt").write_text(random_text(1, 50), "utf-8")
        (folder / "2.txt.gz").write_bytes(
            gzip.compress(random_text(2, 9000).encode())[:-9]
        )
        (folder / "3.txt").write_text(random_text(3, 50), "utf-8")
        (folder / "4.txt").write_bytes(b"unseen\n" * 99 + b"unseen \xff\n")
        (folder / "5.txt").write_text(random_text(5, 50), "utf-8")
        return folder

    @pytest.mark.parametrize(
        ("name", "block_size", "message"),
        [
            ("2.txt.gz", 10**6, "2.txt.gz: expected a whole compressed file, got a d"),
            ("4.txt", 10**6, "4.txt:100: expected UTF-8, got byte 0xff; convert"),
            (
                "4.txt",
                70,
                "4.txt, line 10 after byte 630: expected UTF-8, got byte 0xff",
            ),
        ],
    )
    def test_fail_the_job(self, client, folder, output, name, block_size, message):
        addresses = [f"{folder}/1.txt", f"{folder}/{name}"]
        with pytest.raises(BadFileError, match=message) as raised:
            count(addresses, output, client, block_size=block_size)
        assert raised.value.address == f"{folder}/{name}"
        assert "\n" not in str(raised.value)
        assert_nothing_else_is_left(output, there=False)

    @pytest.mark.parametrize("block_size", [100, 10**6])
    def test_are_skipped_whole(self, client, folder, output, tmp_path, block_size):
        result = count(
            str(folder),
            output,
            client,
            block_size=block_size,
            boundary="ignore",
            skip_bad_files=True,
        )
        good = [folder / f"{number}.txt" for number in (1, 3, 5)]
        assert_same_arrays(output, local(good, tmp_path, boundary="ignore"))
        assert list(result.skipped) == [f"{folder}/2.txt.gz", f"{folder}/4.txt"]
        source = BigramCounts.load(output).source
        assert source["skipped"] == result.skipped
        assert source["files"] == list(map(str, good))

    def test_all_files_are_skipped(self, client, folder, output):
        with pytest.raises(
            ValueError, match="text must be a text with at least one word"
        ):
            count(f"{folder}/4.txt", output, client, skip_bad_files=True)
        assert_nothing_else_is_left(output, there=False)

    def test_a_missing_file_is_not_skipped(self, client, folder, output):
        with pytest.raises(FileNotFoundError):
            count(f"{folder}/6.txt", output, client, skip_bad_files=True)


@pytest.mark.parametrize(
    "options",
    [
        {"min_count": 10**6},
        {"vocabulary": ["none"]},
        {"vocabulary": []},
        {"vocabulary": ["É2"], "min_count": 10**5},
    ],
)
def test_without_words_to_keep_the_error_is_that_of_local_counting(
    client, corpus, output, options
):
    with pytest.raises(ValueError, match="must be") as expected:
        BigramCounts.from_text(corpus, **options)
    with pytest.raises(ValueError, match="must be") as raised:
        count(str(corpus), output, client, **options)
    assert str(raised.value) == str(expected.value)
    assert_nothing_else_is_left(output, there=False)


def test_wrong_parameters(client, output):
    for options in ({"partitions": 0}, {"block_size": 0}, {"partitions": 10**9}):
        [name] = options
        with pytest.raises(ValueError, match=f"{name} must be at "):
            count_distributed("x", output, client=client, **options)


class Killer(SchedulerPlugin):
    """Kills one worker in each pass, when it has results that no other worker has.

    The worker has just computed one partition of the counts of a chunk. No task has
    used this result yet, so it has to be computed again, and for it the counts.
    """

    def __init__(self, cluster):
        self.workers = cluster.workers.values()
        self.scheduler = cluster.scheduler
        self.lost = {}

    def transition(self, key, start, finish, *args, worker=None, **kwargs):
        if (kind(key), start, finish) != ("take-part", "processing", "memory"):
            return
        [count] = self.scheduler.tasks[key].dependencies
        holders = [state.address for state in count.who_has or ()]
        if kind(count.key) not in self.lost and holders == [worker]:
            self.lost[kind(count.key)] = {key, count.key}
            [pid] = [n.pid for n in self.workers if n.worker_address == worker]
            os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_results_of_killed_workers_are_computed_again(output, tmp_path):
    text = tmp_path / "text"
    text.write_text(random_text(7, 2_000), "utf-8")
    # By default the log is so short that most of it would be lost.
    with (
        dask.config.set({"distributed.admin.low-level-log-length": 100_000}),
        start_cluster(processes=True) as cluster,
        Client(cluster) as client,
    ):
        killer = Killer(cluster)
        cluster.scheduler.add_plugin(killer)
        size = text.stat().st_size
        count(str(text), output, client, block_size=size // 30, partitions=3)
        finished = Counter(
            key
            for key, start, end, *_ in cluster.scheduler.transition_log
            if (start, end) == ("processing", "memory")
        )
    again = {key for key, times in finished.items() if times > 1}
    assert killer.lost.keys() == {"count-words-of-chunk", "count-pairs-of-chunk"}
    for lost in killer.lost.values():
        assert lost <= again
    assert_same_arrays(output, local(text, tmp_path))
    assert_nothing_else_is_left(output, there=True)


def kind(key):
    """What a task with this key does."""
    return key[0].partition("-brownclust-")[0]
