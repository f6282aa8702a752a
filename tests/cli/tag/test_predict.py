"""``brownclust tag predict``."""

import gzip
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from commands import fail, run, succeed
from samples import COMMAND, CONLLU, NER, POS, gold, posix, with_column, write


class TestPredict:
    @pytest.mark.parametrize("batch", [1, 2, 1000])
    def test_a_column_is_added(self, pos, data, batch):
        result = succeed("tag", "predict", pos, data, "--batch", batch)
        assert result.stdout == with_column(POS, gold(POS), "\t")
        assert result.stderr == ""

    def test_columns_separated_by_spaces(self, ner, names):
        expected = with_column(NER, gold(NER), " ")
        assert succeed("tag", "predict", ner, names).stdout == expected
        named = ("--columns", "word,pos,name")
        assert succeed("tag", "predict", ner, names, *named).stdout == expected

    @pytest.mark.parametrize("arguments", [[], ["-"], ["-", "-o", "-"]])
    def test_standard_input(self, pos, arguments):
        result = succeed("tag", "predict", pos, *arguments, stdin="the\ndog\n")
        assert result.stdout == "the\tD\ndog\tN\n"
        assert result.stderr == ""

    def test_everything_else_is_unchanged(self, pos):
        text = (
            b"\n# id = 1\nthe\tx\ndog\t\xe9\n\n-DOCSTART-\tO\r\n \t\r\n"
            b"a\tb\r\ncat\t\r\n\n\n\nthe\t1"
        )
        options = ("--encoding-errors", "surrogateescape")
        result = succeed("tag", "predict", pos, *options, stdin=text)
        assert result.stdout_bytes == (
            b"\n# id = 1\nthe\tx\tD\ndog\t\xe9\tN\n\n-DOCSTART-\tO\r\n \t\r\n"
            b"a\tb\tD\r\ncat\t\tN\r\n\n\n\nthe\t1\tD"
        )

    @pytest.mark.parametrize("text", ["", "\n", "\n \n\n", "# nothing\tbut this\n"])
    @pytest.mark.parametrize("options", [[], ["--tokens"]])
    def test_text_without_tokens(self, pos, tmp_path, out, text, options):
        if options and text.startswith("#"):
            text = ""
        result = run("tag", "predict", pos, *options, stdin=text)
        assert result.exit_code == 1
        assert result.stderr == "Error: <stdin>: expected tokens, got none\n"
        empty = write(tmp_path / "empty", text)
        args = ("tag", "predict", pos, empty, *options, "-o", out)
        assert fail(*args, exit_code=1) == f"{empty}: expected tokens, got none"
        assert not out.exists()

    def test_words_in_another_column(self, pos):
        text = "1\tthe\n2\tdog\n"
        expected = "1\tthe\tD\n2\tdog\tN\n"
        for options in (["--word", 2], ["--columns", "n,w", "--word", "W"]):
            result = succeed("tag", "predict", pos, *options, stdin=text)
            assert result.stdout == expected

    def test_a_column_is_replaced(self, pos, data):
        wrong = POS.replace("\tN", "\tX").replace("\tV", "\tX")
        options = ("--columns", "word,pos", "--replace")
        for column in (-1, 2, "pos"):
            result = succeed("tag", "predict", pos, *options, column, stdin=wrong)
            assert result.stdout == POS

    def test_compressed(self, pos, tmp_path):
        path = tmp_path / "text.gz"
        path.write_bytes(gzip.compress(b"the\ndog"))
        assert succeed("tag", "predict", pos, path).stdout == "the\tD\ndog\tN"

    def test_tokens(self, pos, ner):
        text = b"the  dog\tbarks\r\n\na caf\xe9"
        options = ("--tokens", "--encoding-errors", "surrogateescape")
        result = succeed("tag", "predict", pos, *options, stdin=text)
        assert result.stdout_bytes.startswith(b"the\tD\ndog\tN\nbarks\tV\n\n\na\tD\n")
        assert result.stdout_bytes.splitlines()[-2].startswith(b"caf\xe9\t")
        message = fail("tag", "predict", ner, "--tokens", stdin="a", exit_code=1)
        assert message == f"--tokens has only words, but {ner} needs word, pos"

    @pytest.mark.parametrize("ending", ["\n", "\r\n"])
    @pytest.mark.parametrize("name", ["text.conllu", "text.txt", None])
    def test_conllu(self, upos, tmp_path, name, ending):
        right = CONLLU.replace("\n", ending).encode()
        rows = [line.split("\t") for line in CONLLU.split("\n")]
        for row in rows:
            if row[0].isdigit():
                row[3] = "_"
        wrong = ending.join(map("\t".join, rows)).encode()
        assert wrong.count(b"\t_") > right.count(b"\t_")
        text = "-" if name is None else write(tmp_path / name, wrong)
        stdin = wrong if name is None else None
        result = succeed("tag", "predict", upos, text, stdin=stdin)
        assert result.stdout_bytes == right

    def test_conllu_with_missing_last_newlines(self, upos, tmp_path):
        path = write(tmp_path / "text.conllu", CONLLU.rstrip("\n"))
        result = succeed("tag", "predict", upos, path)
        assert result.stdout == CONLLU.rstrip("\n")

    def test_another_column_of_conllu(self, conllu, out):
        options = ("--tag", "xpos", "-o", out, "-q")
        succeed("tag", "train", conllu, *options)
        result = succeed("tag", "predict", out, conllu, "--replace", "xpos")
        assert result.stdout == CONLLU

    def test_output(self, pos, data, tmp_path):
        out = tmp_path / "new" / "tagged"
        result = succeed("tag", "predict", pos, data, "-o", out)
        assert result.stdout == ""
        assert result.stderr == f"{out}: 8 tokens\n"
        assert out.read_text() == with_column(POS, gold(POS), "\t")
        message = fail("tag", "predict", pos, data, "-o", out, exit_code=1)
        assert message == f"{out}: already exists (--force replaces it)"
        again = ("--tokens", "-o", out, "--force", "-q")
        assert succeed("tag", "predict", pos, *again, stdin="dogs\n").output == ""
        assert out.read_text() == "dogs\tN\n\n"

    def test_inputs_are_never_overwritten(self, pos, data):
        before = pos.read_bytes()
        for output in (pos, data):
            arguments = (pos, data, "-o", output, "--force")
            message = fail("tag", "predict", *arguments, exit_code=1)
            assert message.startswith("--output must be a file other than the input, ")
        assert (pos.read_bytes(), data.read_text()) == (before, POS)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--batch", 0], "--batch must be an integer of at least 1, got '0'"),
            (["--word", 0], "--word must be a number (1 is the first column"),
            (["--replace", ""], "--replace must be a number (1 is the first column"),
            (["--columns", "a,a"], "--columns must be distinct names such as word,"),
            (["--output", ""], "--output must be a path, got ''"),
            (["--tokens", "--word", 1], "--tokens cannot be combined with --word"),
            (["--tokens", "--columns", "a"], "--tokens cannot be combined with --col"),
            (["--tokens", "--replace", 1], "--tokens cannot be combined with --repl"),
            (["--tokens", "--comment", "#"], "--tokens cannot be combined with --com"),
            (["--tokens", "--lenient"], "--tokens cannot be combined with --lenient"),
            (["--encoding", "latin-0"], "--encoding must be "),
            (["--tag", 1], "No such option"),
        ],
    )
    def test_invalid_command_lines(self, pos, data, options, error):
        message = fail("tag", "predict", pos, data, *options, exit_code=2)
        assert message.startswith(error)
        assert message.endswith("(see brownclust tag predict --help)")

    def test_missing_paths(self, pos, data):
        assert "TAGGER" in fail("tag", "predict", exit_code=2)
        for tagger in ("none", ".", "-"):
            message = fail("tag", "predict", tagger, data, exit_code=2)
            assert message.startswith("TAGGER must be an existing file, got ")
        for text in ("none", "."):
            message = fail("tag", "predict", pos, text, exit_code=2)
            assert message.startswith("TEXT must be an existing file, got ")

    @pytest.mark.parametrize(
        ("text", "options", "error"),
        [
            (POS, ["--word", 3], r"text:1: expected at least 3 columns, got 'the\tD'"),
            (POS, ["--word", "w"], "--word must be a number, as the columns of this f"),
            (POS, ["--replace", 3], "text:1: expected at least 3 columns, got 'the"),
            (POS, ["--replace", "w"], "--replace must be a number, as the columns of"),
            (CONLLU, ["--replace", "w"], "--replace must be a number or one of ID, "),
            (CONLLU + "1\tx\n", [], r"text:16: expected 10 columns separated by tab"),
        ],
    )
    def test_invalid_text(self, pos, tmp_path, out, text, options, error):
        path = write(tmp_path / "text", text)
        arguments = (pos, path, "-o", out, "--batch", 1, *options)
        assert error in fail("tag", "predict", *arguments, exit_code=1)
        assert [path.name for path in tmp_path.iterdir()] == ["text"]

    def test_columns_that_the_tagger_needs(self, ner, data, names):
        message = fail("tag", "predict", ner, stdin="Ann\n", exit_code=1)
        assert message == "<stdin>:1: expected at least 2 columns, got 'Ann'"
        options = ("--columns", "word,a,b")
        message = fail("tag", "predict", ner, names, *options, exit_code=1)
        assert message.endswith("one of word, a, b, got 'pos'")


@posix
class TestPipes:
    """Run in a separate process, as a shell does."""

    def start(self, *arguments, **options):
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    @pytest.mark.parametrize(
        ("options", "question", "answer"),
        [
            pytest.param(
                *([], b"the\ndog\n\n", [b"the\tD\n", b"dog\tN\n", b"\n"]),
                marks=pytest.mark.slow,
            ),
            (["--tokens"], b"the dog\n", [b"the\tD\n", b"dog\tN\n", b"\n"]),
        ],
    )
    def test_answers_come_at_once(self, pos, options, question, answer):
        with self.start("predict", pos, "--batch", 1, *options) as process:
            for _ in range(2):
                process.stdin.write(question)
                process.stdin.flush()
                assert [process.stdout.readline() for _ in answer] == answer
            process.stdin.close()
            assert process.wait() == 0
            assert process.stderr.read() == b""

    def test_closed_pipe(self, pos, tmp_path):
        """As in `brownclust tag predict … | head`."""
        text = write(tmp_path / "text", f"the\t{'x' * 10_000}\n\n" * 100)
        with self.start("predict", pos, text, "--batch", 1) as process:
            assert process.stdout.readline().startswith(b"the\txxx")
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 1

    @pytest.mark.slow
    def test_interrupted(self, pos, out):
        default = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:  # a background job of a shell would ignore SIGINT
            arguments = (pos, "--batch", 1, "-o", out)
            process = self.start("predict", *arguments, "--tokens")
        finally:
            signal.signal(signal.SIGINT, default)
        with process:
            while not any(out.parent.glob(".out.*.tmp")):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            assert process.stderr.read() == b"Error: interrupted\n"
            assert process.wait() == 130
        assert list(out.parent.iterdir()) == []

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("redirection", "error"),
        [
            (">&-", "Error: standard output is closed\n"),
            ("<&-", "Error: standard input is closed\n"),
            pytest.param(
                ">/dev/full",
                "Error: standard output: no space left on device\n",
                marks=pytest.mark.skipif(
                    not os.path.exists("/dev/full"),  # noqa: PTH110
                    reason="no /dev/full",
                ),
            ),
        ],
    )
    def test_streams_that_are_closed_or_full(self, pos, data, redirection, error):
        text = "-" if redirection == "<&-" else data
        arguments = [*COMMAND, "predict", str(pos), str(text)]
        result = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.stderr == error
        assert result.returncode == 1

    def test_named_pipes(self, pos, tmp_path, out):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        for arguments in (
            ("train", pipe, "-o", out, "--epochs", 1),
            ("predict", pos, pipe),
            ("evaluate", pos, pipe, "--against", pos),
        ):
            with ThreadPoolExecutor(1) as writer:
                writer.submit(pipe.write_bytes, POS.encode())
                succeed("tag", *arguments)
