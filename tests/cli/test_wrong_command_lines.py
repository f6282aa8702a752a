"""Wrong command lines, and errors while a command runs: one clear line each."""

import errno
import gzip

import numpy as np
import pytest
from commands import TEXT, fail, succeed


class TestWrongCommandLine:
    """Exit code 2, before anything is read or written."""

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["-c", "0"], "--clusters must be an integer of at least 1, got '0'"),
            (["-c", "x"], "--clusters must be an integer of at least 1, got 'x'"),
            (["--min-count", "0"], "--min-count must be an integer of at least 1"),
            (["--max-vocabulary", "-1"], "--max-vocabulary must be an integer of at"),
            (["--threads", "0"], "--threads must be an integer of at least 1"),
            (["--window", "0"], "--window must be an integer of at least 1, or 'full'"),
            (
                ["-c", "5", "--window", "4"],
                "--clusters must be at most the window, 4, got 5",
            ),
            (["--vocabulary", "none.txt"], "--vocabulary must be an existing file,"),
            (["--vocabulary", "."], "--vocabulary must be an existing file, got '.'"),
            (["--vocabulary", "-"], "--vocabulary must be an existing file, got '-'"),
            (["--boundary", "stop"], "'stop' is not one of 'break', 'ignore', 'mark'"),
            (["--encoding-errors", "x"], "'x' is not one of"),
            (["--clustres", "3"], "No such option"),
        ],
    )
    def test_options(self, text, out, arguments, message):
        error = fail("cluster", text, "-o", out, *arguments, exit_code=2)
        assert message in error
        assert error.endswith("(see brownclust cluster --help)")
        assert not out.exists()

    def test_missing_path(self, out):
        message = fail("cluster", "none.txt", "-o", out, exit_code=2)
        assert message.startswith(
            "TEXT must be an existing file or folder, got 'none.txt'"
        )
        message = fail("count", "none.txt", "-o", out, exit_code=2)
        assert "got 'none.txt'" in message
        message = fail("cut", "none.npz", "--full", exit_code=2)
        assert message.startswith("MODEL must be an existing file or folder")
        message = fail("cut", "-", "--full", exit_code=2, stdin="")
        assert message.startswith("MODEL must be an existing file or folder, got '-'")

    def test_an_output_without_a_name(self, text, trained):
        for arguments in (
            ("cluster", text, "-c", 2),
            ("count", text),
            ("cut", trained, "--full"),
            ("demo",),
        ):
            message = fail(*arguments, "-o", "", exit_code=2)
            assert message.startswith("--output must be a path, got ''")
        for arguments in (("cluster", text), ("count", text), ("demo",)):
            message = fail(*arguments, "-o", "-", exit_code=2)
            assert message.startswith("--output must be a path, got '-'")

    def test_missing_text_or_output(self, text):
        assert "TEXT" in fail("cluster", "-o", "out", exit_code=2)
        assert "'--output'" in fail("cluster", text, exit_code=2)
        assert "'--output'" in fail("count", text, exit_code=2)

    def test_an_option_without_its_value(self, trained):
        message = fail("cut", trained, "-c", exit_code=2)
        assert message == "Option '-c' requires an argument (see brownclust --help)"

    def test_unknown_command(self):
        assert "No such command 'clusters'" in fail("clusters", exit_code=2)

    @pytest.mark.parametrize("options", [[], ["-c", "2", "--full"]])
    def test_cut_needs_one_of_two_options(self, trained, options):
        message = fail("cut", trained, *options, exit_code=2)
        assert "cut needs either --clusters or --full" in message

    def test_text_options_for_counts(self, text, out, tmp_path):
        counts = tmp_path / "counts.npz"
        succeed("count", text, "-o", counts)
        for option in (["--boundary", "break"], ["--normalise", "nfc"], ["--pairs"]):
            message = fail("cluster", counts, *option, "-o", out, exit_code=2)
            assert message.startswith(f"{option[0]} is for text; the input is counts")
        message = fail("cluster", counts, text, "-o", out, exit_code=2)
        assert "must be all text or all counts" in message

    def test_text_options_for_pairs(self, text, out):
        for option in (["--normalise", "nfc"], ["--format", "jsonl"]):
            message = fail("count", "--pairs", text, *option, "-o", out, exit_code=2)
            assert f"{option[0]} is for text; the input is a table of pairs" in message


class TestErrorsWhileRunning:
    """Exit code 1."""

    def test_more_clusters_than_words(self, text, out):
        message = fail("cluster", text, "-c", 12, "-o", out, exit_code=1)
        expected = (
            "--clusters must be at most the number of different words, 11, got 12"
        )
        assert message == expected
        message = fail("cluster", text, "-c", 3, "--window", 12, "-o", out, exit_code=1)
        assert message == (
            "--window must be at most the number of different words, 11, or 'full', "
            "got 12"
        )
        assert not out.exists()

    @pytest.mark.parametrize("content", ["", "\n\n", "  \t\n"])
    def test_no_words(self, out, tmp_path, content):
        (tmp_path / "empty.txt").write_text(content)
        fail("cluster", tmp_path / "empty.txt", "-c", 1, "-o", out, exit_code=1)
        fail("cluster", "-", "-c", 1, "-o", out, stdin=content, exit_code=1)
        assert not out.exists()

    def test_folder_without_text(self, out, tmp_path):
        (tmp_path / "empty").mkdir()
        message = fail("cluster", tmp_path / "empty", "-c", 1, "-o", out, exit_code=1)
        assert str(tmp_path / "empty") in message

    def test_options_that_keep_no_word(self, text, out, tmp_path):
        message = fail("count", text, "--min-count", 99, "-o", out, exit_code=1)
        assert message.startswith("--min-count must be at most 8, the count of the ")
        (tmp_path / "words").write_text("never\n")
        option = ("--vocabulary", tmp_path / "words")
        message = fail("count", text, *option, "-o", out, exit_code=1)
        assert message.startswith("--vocabulary must be a list with at least one wo")

    def test_bad_utf8(self, out, tmp_path):
        path = tmp_path / "latin1.txt"
        path.write_bytes(b"the cat\nthe caf\xe9\n")
        message = fail("cluster", path, "-c", 1, "-o", out, exit_code=1)
        assert message.startswith(f"{path}:2: ")
        assert "--encoding-errors" in message

    def test_truncated_gz(self, out, tmp_path):
        path = tmp_path / "text.gz"
        path.write_bytes(gzip.compress(TEXT.encode())[:-20])
        assert str(path) in fail("cluster", path, "-c", 1, "-o", out, exit_code=1)

    def test_impossible_output(self, text, tmp_path):
        for output in (text, text / "out"):
            message = fail("cluster", text, "-c", 1, "-o", output, exit_code=1)
            assert message.startswith(f"{text}: ")
        message = fail("count", text, "-o", tmp_path, exit_code=1)
        assert message == f"{tmp_path}: is not a file"

    def test_inputs_are_never_overwritten(self, text, out, tmp_path):
        message = fail("count", text, "-o", text, "--force", exit_code=1)
        assert message.startswith("--output must be a file other than the input, got ")
        link = tmp_path / "link"
        link.symlink_to(text)
        for inputs in ([link], [text.parent]):
            fail("count", *inputs, "-o", text, "--force", exit_code=1)
        assert text.read_text() == TEXT
        succeed("cluster", text, "-c", 4, "-o", out)
        for model in (out, out / "model.npz"):
            arguments = ("cut", model, "-c", 2, "-o", out / "model.npz", "--force")
            assert "a file other than" in fail(*arguments, exit_code=1)
        succeed("cut", out, "-c", 2, "-o", out / "paths", "--force")

    def test_output_is_checked_before_the_work(self, out, tmp_path):
        out.mkdir()
        (out / "paths").write_text("precious")
        (tmp_path / "latin1.txt").write_bytes(b"\xe9\n")  # which would fail, if read
        message = fail("cluster", tmp_path / "latin1.txt", "-o", out, exit_code=1)
        assert "already exists" in message
        message = fail(
            "count", tmp_path / "latin1.txt", "-o", out / "paths", exit_code=1
        )
        assert "already exists" in message

    @pytest.mark.parametrize("content", [b"", b"some text\n", b"PK\x03\x04 torn"])
    def test_file_that_is_not_a_model(self, tmp_path, content):
        (tmp_path / "model.npz").write_bytes(content)
        for model in (tmp_path, tmp_path / "model.npz"):
            message = fail("cut", model, "--full", exit_code=1)
            assert message.startswith(f"{tmp_path / 'model.npz'}: expected a ")

    def test_folder_without_model(self, tmp_path):
        message = fail("cut", tmp_path, "--full", exit_code=1)
        assert "expected a folder that brownclust cluster wrote" in message

    def test_newer_model(self, trained, tmp_path):
        with np.load(trained / "model.npz") as archive:
            np.savez(tmp_path / "new.npz", **{**archive, "format_version": 99})
        message = fail("cut", tmp_path / "new.npz", "-c", 2, exit_code=1)
        assert "got 99: written by a newer brownclust; run: pip install" in message

    def test_model_instead_of_counts(self, trained, out):
        message = fail("cluster", trained / "model.npz", "-o", out, exit_code=1)
        assert "expected a brownclust counts file, got brownclust model" in message

    def test_more_clusters_than_the_window(self, trained):
        message = fail("cut", trained, "-c", 7, exit_code=1)
        assert message.startswith("--clusters must be at most the window, 6, got")

    def test_out_of_memory(self, text, out, monkeypatch):
        def fail_to_allocate(*_, **__):
            raise MemoryError

        monkeypatch.setattr("brownclust.tree.fitting.brown_cluster", fail_to_allocate)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=1)
        advice = (
            "lower --window or raise --min-count, or limit counting with --memory, or "
            "lower --skip-grams if it is above 1"
        )
        assert message == f"out of memory: {advice}"

    @pytest.mark.parametrize(
        "error",
        [
            MemoryError("std::bad_alloc"),
            OSError(errno.ENOMEM, "Cannot allocate memory"),
            ImportError("libx.so: failed to map segment from shared object"),
        ],
    )
    def test_out_of_memory_in_a_library(self, text, out, monkeypatch, error):
        def fail_within(*_, **__):
            raise type(error)("a page of advice") from error

        monkeypatch.setattr("brownclust.tree.fitting.brown_cluster", fail_within)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=1)
        assert message.startswith("out of memory: lower --window")

    def test_window_too_wide_for_the_memory(self, text, out, monkeypatch):
        monkeypatch.setattr("brownclust.tree.state._physical_memory", lambda: 1_000)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=1)
        assert message == (
            "--window must be small enough for 0 GiB of memory (it takes 0), got 2"
        )
        assert not out.exists()

    def test_interrupted(self, text, out, monkeypatch):
        def interrupt(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr("brownclust.tree.fitting.brown_cluster", interrupt)
        message = fail("cluster", text, "-c", 2, "-o", out, exit_code=130)
        assert message == "interrupted"
        assert not out.exists()
