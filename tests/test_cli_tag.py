"""``brownclust tag train``, ``predict`` and ``evaluate``."""

import gzip
import importlib
import inspect
import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from test_cli import TEXT, fail, succeed

from brownclust._kernels.compilation import CompilationClock
from brownclust.clusters import WordClusters
from brownclust.tagger import CRFTagger, PerceptronTagger, Tagger
from brownclust.tagger.crf import TRAINERS
from brownclust.tagger.evaluation import evaluate
from brownclust.tagger.tag_set import CHOICES
from brownclust.tagger.tagged_text import read_tagged
from brownclust.tagger.templates import PRESETS
from brownclust_cli.progress import Progress
from brownclust_cli.tag import tag

POS = """\
the\tD
dog\tN
barks\tV

a\tD
cat\tN
sleeps\tV

dogs\tN
bark\tV
"""
NER = """\
Ann NNP B-PER
Lee NNP I-PER
saw VBD O
Rome NNP B-LOC

Bob NNP B-PER
left VBD O
New NNP B-LOC
York NNP I-LOC
"""
CONLLU = """\
# sent_id = 1
# text = Vámonos al mar
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\tVB\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\tPR\t_\t1\tobj\t_\t_
3-4\tal\t_\t_\t_\t_\t_\t_\t_\t_
3\ta\ta\tADP\tIN\t_\t5\tcase\t_\t_
4\tel\tel\tDET\tDT\t_\t5\tdet\t_\t_
5\tmar\tmar\tNOUN\tNN\t_\t1\tobl\t_\tSpaceAfter=No
5.1\tve\tir\tVERB\tVB\t_\t_\t_\t_\t_
6\t#\t#\tSYM\tSY\t_\t1\tdep\t_\t_

# sent_id = 2
1\tNueva York\tNY\tPROPN\tNNP\t_\t0\troot\t_\t_

"""
train = importlib.import_module("brownclust_cli.tag.train")  # not the command

COMMAND = [sys.executable, "-m", "brownclust_cli.main", "tag"]
posix = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")


@pytest.fixture(autouse=True)
def no_word_of_compiling(monkeypatch):
    """Whichever test runs first on a machine, what it prints is the same."""
    monkeypatch.setattr(Progress, "announce_compilation", lambda _: None)


def test_compiling_is_announced(data, out, monkeypatch):
    said = []
    clock = CompilationClock
    monkeypatch.setattr(Progress, "announce_compilation", lambda _: said.append(1))
    monkeypatch.setattr(clock, "__enter__", lambda clock: clock._on_compile())
    monkeypatch.setattr(clock, "__exit__", lambda *_: None)
    succeed("tag", "train", data, "-o", out, "--epochs", 1)
    succeed("tag", "predict", out, data)
    succeed("tag", "evaluate", out, data)
    assert len(said) == 3


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def make_tagger(path, text, *options):
    source = write(path.with_suffix(".txt"), text)
    succeed("tag", "train", source, "-o", path, "--epochs", 4, "-q", *options)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("taggers")


@pytest.fixture(scope="module")
def pos(folder):
    """A tagger of parts of speech."""
    return make_tagger(folder / "pos.npz", POS)


@pytest.fixture(scope="module")
def ner(folder):
    """A tagger of names, which looks at a column beside the word."""
    options = ("--columns", "word,pos,name", "--use", "pos", "--preset", "ner")
    return make_tagger(folder / "ner.npz", NER, *options)


@pytest.fixture(scope="module")
def upos(folder):
    """A tagger trained on CoNLL-U."""
    return make_tagger(folder / "upos.npz", CONLLU)


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "data.tsv", POS)


@pytest.fixture
def names(tmp_path):
    return write(tmp_path / "names.txt", NER)


@pytest.fixture
def conllu(tmp_path):
    return write(tmp_path / "text.conllu", CONLLU)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def with_column(text, tags, separator):
    """Lines with a tag added to each that is not blank."""
    each = iter(tags)
    return "".join(
        line if line.isspace() else f"{line.rstrip()}{separator}{next(each)}\n"
        for line in text.splitlines(keepends=True)
    )


def gold(text):
    return [line.split()[-1] for line in text.splitlines() if line]


class TestSameAsInTheLibrary:
    def test_choices(self):
        assert tuple(PRESETS) == train.PRESETS
        assert train.SCHEMES == CHOICES
        assert train.TRAINERS == TRAINERS

    @pytest.mark.parametrize("kind", [PerceptronTagger, CRFTagger])
    def test_back_off(self, kind):
        default = inspect.signature(kind).parameters["backoff"].default
        assert default == train.BACKOFF

    @pytest.mark.parametrize(
        ("command", "function", "renamed"),
        [
            ("train", PerceptronTagger, {"preset": "templates"}),
            ("train", CRFTagger, {"preset": "templates"}),
            ("evaluate", evaluate, {"samples": "n_bootstrap", "seed": "random_state"}),
        ],
    )
    def test_defaults(self, command, function, renamed):
        parameters = inspect.signature(function).parameters
        compared = 0
        for option in tag.commands[command].params:
            name = renamed.get(option.name, option.name)
            if name in parameters and option.show_default:
                assert option.default == str(parameters[name].default)
                compared += 1
        assert compared >= 2

    def test_what_is_for_the_perceptron(self):
        options = {option.name for option in tag.commands["train"].params}
        assert options.issuperset(train.FOR_PERCEPTRON)
        methods = (PerceptronTagger, PerceptronTagger.fit)
        known = {name for one in methods for name in inspect.signature(one).parameters}
        assert {*train.FOR_PERCEPTRON} <= known | {"compact"}


class TestHelp:
    @pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
    def test_group(self, arguments):
        result = succeed("tag", *arguments)
        assert result.stdout.startswith("Usage: brownclust tag [OPTIONS] COMMAND")
        assert all(f"\n  {command} " in result.stdout for command in tag.commands)
        assert "  brownclust tag predict pos.npz < text.tsv" in result.stdout

    @pytest.mark.parametrize("command", ["train", "predict", "evaluate"])
    def test_every_command_and_option_has_help(self, command):
        result = succeed("tag", command, "--help")
        assert result.stdout.startswith(f"Usage: brownclust tag {command} ")
        for parameter in tag.commands[command].params:
            if parameter.param_type_name == "option":
                assert parameter.help, parameter.name
                assert max(parameter.opts, key=len) in result.stdout
        assert "-q, --quiet" in result.stdout
        assert "Examples:" in result.stdout

    def test_unknown_command(self):
        message = fail("tag", "learn", exit_code=2)
        assert message == "No such command 'learn' (see brownclust tag --help)"


class TestTrain:
    def test_what_is_said(self, data, tmp_path):
        out = tmp_path / "two words.npz"
        result = succeed("tag", "train", data, "-o", out, "--epochs", 2)
        assert result.stdout == ""
        first, *epochs, written, following = result.stderr.splitlines()
        assert first == "3 sentences, 8 tokens"
        for number, line in enumerate(epochs, start=1):
            assert re.fullmatch(rf"epoch {number}: \d updates?, \d\.\d s", line)
        assert len(epochs) == 2
        assert written == f"Written: {out}, 0.0 MB"
        assert following == f"Next: brownclust tag predict '{out}' TEXT"

    def test_quiet(self, data, out):
        result = succeed("tag", "train", data, "-o", out, "-q", "--epochs", 1)
        assert result.output == ""

    @pytest.mark.parametrize(
        "options",
        [
            ["--epochs", 3],
            ["--epochs", 3, "--seed", 5, "--compact", 0.3],
            ["--epochs", 2, "--hash-size", 500],
            ["--algorithm", "crf"],
        ],
    )
    def test_same_bytes_twice(self, data, tmp_path, options):
        for name in "ab":
            arguments = (data, "--dev", data, *options, "-o", tmp_path / name, "-q")
            succeed("tag", "train", *arguments)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_same_bytes_as_from_python(self, names, tmp_path):
        options = ("--columns", "word,pos,name", "--use", "pos", "--preset", "chunk")
        options += ("--epochs", 3, "--margin", 2, "--recall-margin", 1, "--seed", 4)
        succeed("tag", "train", names, "-o", tmp_path / "a", *options)
        columns = ("word", "pos")
        tagger = PerceptronTagger(
            "chunk",
            columns=columns,
            n_epochs=3,
            margin=2,
            recall_margin=1,
            random_state=4,
        )
        in_order = read_tagged(names, columns, in_order=True)
        tagger.fit(*in_order).save(tmp_path / "b")
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    def test_several_files(self, data, tmp_path, out):
        more = tmp_path / "more.tsv.gz"
        more.write_bytes(gzip.compress(b"birds\tN\r\nsing\tV"))
        result = succeed("tag", "train", data, more, "-o", out, "--epochs", 1)
        assert result.stderr.startswith("4 sentences, 10 tokens\n")
        assert {"dog", "birds"} <= Tagger.load(out).known_words_

    @pytest.mark.parametrize(
        ("text", "options", "words", "tags"),
        [
            (NER, ["--tag", 2], {"Ann", "Lee"}, {"NNP", "VBD"}),
            (NER, ["--columns", "w,P,n", "--tag", "p"], {"Ann"}, {"NNP", "VBD"}),
            (NER, ["--word", -2, "--scheme", "iob2"], {"NNP", "VBD"}, {"O", "B-PER"}),
            (NER, ["--scheme", "none"], {"Ann"}, {"I-PER", "O"}),
            (NER, ["--scheme", "iobes"], {"Ann"}, {"S-PER", "O"}),
            (CONLLU, [], {"Vamos", "Nueva York", "#"}, {"VERB", "PROPN", "SYM"}),
            (CONLLU, ["--word", "lemma", "--tag", "XPOS"], {"ir", "NY"}, {"VB", "SY"}),
        ],
    )
    def test_columns(self, tmp_path, out, text, options, words, tags):
        source = write(tmp_path / "text", text)
        succeed("tag", "train", source, "-o", out, "--epochs", 1, *options)
        tagger = Tagger.load(out)
        assert words <= tagger.known_words_
        assert tags <= {*tagger.tag_set_.names}
        assert "Vámonos" not in tagger.known_words_

    def test_templates(self, names, tmp_path, out):
        templates = write(tmp_path / "my", "lower[-1..0]\npos[0] & pos[1]  min=2\n")
        options = ("--templates", templates, "--columns", "word,pos,name")
        succeed("tag", "train", names, "-o", out, "--epochs", 1, *options)
        tagger = Tagger.load(out)
        assert list(map(str, tagger.space_.templates)) == [
            "lower[-1]",
            "lower[0]",
            "pos[0] & pos[1] min=2",
        ]
        assert tagger.columns == ("word", "pos")

    def test_clusters_become_part_of_it(self, data, tmp_path, out):
        clusters = write(tmp_path / "paths", "00\tthe\t2\n01\ta\t1\n1\tdog\t1\n")
        options = ("--clusters", clusters, "--backoff", "urls")
        succeed("tag", "train", data, "-o", out, "--epochs", 1, *options)
        clusters.unlink()
        tagger = Tagger.load(out)
        assert tagger.clusters["a"] == "01"
        assert tagger.backoff == ("urls",)
        succeed("tag", "predict", out, data)

    def test_clusters_of_a_folder_and_warnings(self, data, tmp_path, out):
        text = write(tmp_path / "text", TEXT)
        succeed("cluster", text, "-c", 4, "-o", tmp_path / "model", "-q")
        options = ("-o", out, "--epochs", 1, "--clusters")
        succeed("tag", "train", data, *options, tmp_path / "model")
        assert isinstance(Tagger.load(out).clusters, WordClusters)
        swapped = write(tmp_path / "swapped", "a\t0\t3\nb\t1\t2\n")
        result = succeed("tag", "train", data, "--force", *options, swapped)
        assert result.stderr.startswith(f"Warning: {swapped}: columns are swapped: ")

    def test_development_data(self, data, out):
        result = succeed("tag", "train", data, "-o", out, "--dev", data, "--epochs", 6)
        scores = [line for line in result.stderr.splitlines() if ", dev " in line]
        assert len(scores) == 6
        assert [", dev 100.00 *, " in line for line in scores].count(True) == 1
        assert Tagger.load(out).score(*read_tagged(data)) == 1.0

    def test_patience(self, data, out):
        options = ("--dev", data, "--epochs", 50, "--patience", 2)
        result = succeed("tag", "train", data, "-o", out, *options)
        epochs = [x for x in result.stderr.splitlines() if x.startswith("epoch")]
        best = max(i for i, line in enumerate(epochs) if " *, " in line)
        assert len(epochs) == best + 1 + 2

    def test_tags_that_training_lacks(self, data, tmp_path, out):
        dev = write(tmp_path / "dev", "the\tD\nup\tP\n")
        options = ("-o", out, "--epochs", 1, "--dev", dev)
        result = succeed("tag", "train", data, *options)
        said = "1 tag that training lacks, which will count as errors: P"
        assert result.stderr.splitlines()[1] == f"Warning: {dev}: {said}"

    def test_development_data_of_another_scheme(self, names, tmp_path, out):
        text = NER.replace("B-LOC\nBob", "U-LOC\nBob").replace("I-", "L-")
        dev = write(tmp_path / "dev", text)
        options = ("-o", out, "--epochs", 1, "--dev", dev)
        assert "Warning" not in succeed("tag", "train", names, *options).stderr

    def test_goes_on_from_a_checkpoint(self, data, tmp_path):
        whole, half, rest = (tmp_path / name for name in ("whole", "half", "rest"))
        saved, arguments = tmp_path / "saved", ("tag", "train", data, "--dev", data)
        succeed(*arguments, "--epochs", 5, "-o", whole)
        succeed(*arguments, "--epochs", 3, "-o", half, "--checkpoint", saved)
        go_on = ("--warm-start", saved, "--checkpoint", tmp_path / "." / "saved")
        result = succeed(*arguments, "--epochs", 5, "-o", rest, *go_on)
        epochs = [x for x in result.stderr.splitlines() if x.startswith("epoch")]
        assert [line.partition(":")[0] for line in epochs] == ["epoch 4", "epoch 5"]
        assert rest.read_bytes() == whole.read_bytes()
        assert Tagger.load(half).score(*read_tagged(data)) == 1.0
        assert not any(" *" in line for line in epochs)
        tagged = succeed("tag", "predict", saved, data).stdout  # is a tagger, too
        assert tagged == succeed("tag", "predict", whole, data).stdout

    def test_goes_on_from_a_tagger(self, pos, tmp_path, out):
        more = write(tmp_path / "more", "birds\tN\nsing\tV\n")
        options = ("--epochs", 4, "--dev", more, "--warm-start", pos)
        result = succeed("tag", "train", more, "-o", out, *options)
        assert "epoch 1: " in result.stderr
        assert " *, " in result.stderr
        assert {"dog", "birds"} <= Tagger.load(out).known_words_

    def test_compact(self, data, tmp_path, out):
        options = ("-o", out, "--epochs", 4, "--compact", 0.5, "--force")
        said = succeed("tag", "train", data, *options).stderr
        assert re.search(r" weights kept, training 100\.00 → \d+\.\d\d\n", said)
        line = next(x for x in said.splitlines() if x.startswith("compact: "))
        n_kept, n_before = line.split()[1:4:2]
        assert len(Tagger.load(out).weights_) == int(n_kept) < int(n_before)
        said = succeed("tag", "train", data, "--dev", data, *options).stderr
        assert " weights kept, dev 100.00 → " in said

    def test_hash_size(self, data, out):
        options = ("--hash-size", 500, "--epochs", 4)
        succeed("tag", "train", data, "-o", out, *options)
        tagger = Tagger.load(out)
        assert tagger.space_.n_features == 500
        assert tagger.predict([["the", "dog"]]) == [["D", "N"]]

    @pytest.mark.parametrize("trainer", TRAINERS)
    def test_crf(self, data, out, trainer):
        options = ("--algorithm", "crf", "--trainer", trainer, "--dev", data)
        result = succeed("tag", "train", data, "-o", out, *options)
        assert ": loss " in result.stderr
        assert re.search(r": dev \d+\.\d\d \*\n", result.stderr)
        expected = with_column(POS, gold(POS), "\t")
        assert succeed("tag", "predict", out, data).stdout == expected
        assert Tagger.load(out).trainer == trainer

    def test_crf_that_is_not_installed(self, data, out, tmp_path, monkeypatch):
        crf = tmp_path / "crf.npz"
        options = ("--algorithm", "crf", "-q", "-o")
        succeed("tag", "train", data, *options, crf)
        monkeypatch.setitem(sys.modules, "pycrfsuite", None)
        for arguments in (
            ("train", data, *options, out),
            ("predict", crf, data),
            ("evaluate", crf, data),
        ):
            message = fail("tag", *arguments, exit_code=1)
            assert message.endswith("run: pip install 'brownclust[crf]'")
        assert not out.exists()

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--epochs", 0], "--epochs must be an integer of at least 1, got '0'"),
            (["--margin", -1], "--margin must be an integer of at least 0, got"),
            (["--recall-margin", "x"], "--recall-margin must be an integer of at"),
            (["--hash-size", 0], "--hash-size must be an integer of at least 1, "),
            (["--seed", -1], "--seed must be an integer of at least 0, got '-1'"),
            (["--compact", -1], "--compact must be a number of at least 0, got '-1'"),
            (["--compact", "nan"], "--compact must be a number of at least 0, got"),
            (["--compact", "inf"], "--compact must be a number of at least 0, got"),
            (["--compact", "x"], "--compact must be a number of at least 0, got"),
            (["--patience", 0], "--patience must be an integer of at least 1, got"),
            (["--patience", 2], "--patience needs --dev"),
            (["--preset", "x"], "Invalid value for '--preset': 'x' is not one of"),
            (["--scheme", "x"], "Invalid value for '--scheme': 'x' is not one of"),
            (["--trainer", "ap"], "--trainer is for --algorithm crf"),
            (["--backoff", "x"], "--backoff must be one of lowercase, digits, nfc,"),
            (["--columns", "a,,b"], "--columns must be different names such as word"),
            (["--columns", "a,A"], "--columns must be different names such as word,"),
            (["--columns", ""], "--columns must be different names such as word,pos"),
            (["--tag", 0], "--tag must be a number from 1, from -1 back from the"),
            (["--word", ""], "--word must be a number from 1, from -1 back from"),
            (["--use", "word"], "--use must be the name of a column, not what words"),
            (["--use", "lower"], "--use must be the name of a column, not what words"),
            (["--use", "cluster"], "--use must be the name of a column, not what"),
            (["--use", "p os"], "--use must be the name of a column, not what words"),
            (["--use", ""], "--use must be the name of a column, not what words"),
            (["--dev", "none"], "--dev must be an existing file, got 'none'"),
            (["--templates", "."], "--templates must be an existing file, got '.'"),
            (["--warm-start", "-"], "--warm-start must be an existing file, got '-'"),
            (["--clusters", "none"], "--clusters must be an existing file or folder"),
            (["--checkpoint", ""], "--checkpoint must be a path, got ''"),
            (["--epoch", "1x"], "No such option '--epoch'"),
        ],
    )
    def test_command_line_that_is_wrong(self, data, out, options, error):
        message = fail("tag", "train", data, "-o", out, *options, exit_code=2)
        assert message.startswith(error)
        assert message.endswith("(see brownclust tag train --help)")
        assert not out.exists()

    def test_paths_that_are_none(self, data, out):
        message = fail("tag", "train", "none", "-o", out, exit_code=2)
        assert message.startswith("TRAIN must be an existing file, got 'none'")
        assert "TRAIN" in fail("tag", "train", "-o", out, exit_code=2)
        assert "'--output'" in fail("tag", "train", data, exit_code=2)
        for output in ("", "-"):
            message = fail("tag", "train", data, "-o", output, exit_code=2)
            assert message.startswith(f"--output must be a path, got '{output}'")

    def test_one_kind_of_templates(self, data, out):
        options = ("--preset", "pos", "--templates", data)
        message = fail("tag", "train", data, "-o", out, *options, exit_code=2)
        assert message.startswith("train needs one of --preset and --templates")

    @pytest.mark.parametrize("name", train.FOR_PERCEPTRON)
    def test_what_a_crf_has_no_use_for(self, data, out, name):
        options = tag.commands["train"].params
        option = next(max(o.opts, key=len) for o in options if o.name == name)
        value = data if option == "--warm-start" else 1
        arguments = (data, "-o", out, "--algorithm", "crf", option, value)
        message = fail("tag", "train", *arguments, exit_code=2)
        assert message.startswith(f"{option} is for --algorithm perceptron")

    @pytest.mark.parametrize(
        ("text", "options", "error"),
        [
            ("", [], "data.tsv: expected tokens, got none"),
            ("\n \n", [], "data.tsv: expected tokens, got none"),
            ("# a comment\n", ["--tag", 9], "data.tsv:1: expected at least 9 columns"),
            (POS, ["--tag", 3], r"data.tsv:1: expected at least 3 columns, got 'the\t"),
            (POS, ["--word", 3], r"data.tsv:1: expected at least 3 columns, got 'the"),
            (POS + "\nx\n", ["--tag", 2], "data.tsv:12: expected at least 2 columns, "),
            (POS, ["--tag", "x"], "--tag must be a number, as the columns of this fi"),
            (POS, ["--columns", "a,b", "--tag", "x"], "--tag must be a number or one"),
            (POS, ["--scheme", "bilou"], "--scheme must be auto or none, as the tags"),
            (POS, ["--margin", 10**6], "--margin must be at most 10000, got 1000000"),
            (POS, ["--hash-size", 2**31], "--hash-size must be at most 2147483647"),
            ("x\ny\n", [], "data.tsv:1: expected at least 2 columns, got 'x'"),
            (
                POS,
                ["--use", "pos"],
                "--columns must be given, as in word,pos,tag, as pos",
            ),
            (CONLLU, ["--use", "upos"], "--tag must be another column than that of "),
            (CONLLU[:-12], [], "data.tsv:14: expected 10 columns parted by tabs, got"),
        ],
    )
    def test_data_that_are_wrong(self, tmp_path, out, text, options, error):
        data = write(tmp_path / "data.tsv", text)
        message = fail("tag", "train", data, "-o", out, "-q", *options, exit_code=1)
        assert error in message
        assert [path.name for path in tmp_path.iterdir()] == ["data.tsv"]

    @pytest.mark.parametrize(
        ("option", "text", "error"),
        [
            ("--templates", "word[0]\nwerd\n", ":2: expected a term such as lower[-1]"),
            ("--templates", "suffix[0]\n", ":1: expected a size as in suffix:3[0]"),
            (
                "--templates",
                "wrod[0]\n",
                "--columns must be given, as in word,pos,tag, as",
            ),
            ("--templates", "cluster[0]\n", "--clusters must be given, since templat"),
            ("--clusters", "the dog\n", ":1: expected bit string TAB word TAB count"),
            ("--dev", "", ": expected tokens, got none"),
            ("--dev", "x\tB-PER\n", ": expected tags as in training, such as D, N, V,"),
            ("--warm-start", "x", ": expected a brownclust tagger, got another file"),
        ],
    )
    def test_other_files_that_are_wrong(self, data, tmp_path, option, text, error):
        other = write(tmp_path / "other", text)
        arguments = (data, "-o", tmp_path / "out", option, other, "-q")
        message = fail("tag", "train", *arguments, exit_code=1)
        assert error in message
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data.tsv", "other"]

    def test_only_tags_that_the_first_tagger_has(self, pos, tmp_path, out):
        data = write(tmp_path / "data", "x\tD\ny\tQ\n")
        arguments = (data, "-o", out, "--warm-start", pos, "-q")
        message = fail("tag", "train", *arguments, exit_code=1)
        assert "tags must be among those of warm_start: D, N, V, got 'Q'" in message

    def test_existing_output(self, data, tmp_path, out):
        out.write_text("mine")
        saved = tmp_path / "saved"
        for options in (["-o", out], ["-o", saved, "--checkpoint", out]):
            message = fail("tag", "train", data, *options, exit_code=1)
            assert message == f"{out}: exists already (--force replaces it)"
        assert out.read_text() == "mine"
        succeed("tag", "train", data, "-o", out, "--force", "--epochs", 1, "-q")
        Tagger.load(out)

    @pytest.mark.parametrize("option", ["--output", "--checkpoint"])
    @pytest.mark.parametrize("kind", ["train", "--dev", "--templates", "--clusters"])
    def test_what_is_read_is_never_replaced(self, data, tmp_path, kind, option):
        files = write(tmp_path / "read", POS)
        arguments = [files] if kind == "train" else [data, kind, files]
        if option == "--checkpoint":
            arguments += ["-o", tmp_path / "out"]
        message = fail(
            "tag", "train", *arguments, option, files, "--force", exit_code=1
        )
        assert message.startswith(f"{option} must be another file than is read, got ")
        assert files.read_text() == POS

    def test_a_tagger_to_go_on_from_is_never_replaced(self, pos, data):
        before = pos.read_bytes()
        arguments = (data, "--warm-start", pos, "-o", pos, "--force")
        assert "another file than is read" in fail(
            "tag", "train", *arguments, exit_code=1
        )
        assert pos.read_bytes() == before

    def test_checkpoint_is_another_file(self, data, out):
        arguments = (data, "-o", out, "--checkpoint", out.parent / "." / out.name)
        message = fail("tag", "train", *arguments, exit_code=2)
        assert message.startswith("--checkpoint must be another file than --output, ")

    def test_output_in_a_new_folder(self, data, tmp_path):
        out, saved = tmp_path / "a" / "b" / "out", tmp_path / "c" / "saved"
        options = ("--epochs", 1, "--checkpoint", saved)
        succeed("tag", "train", data, "-o", out, *options)
        assert out.is_file()
        assert saved.is_file()

    def test_interrupted(self, data, tmp_path, out, monkeypatch):
        save = Tagger.save

        def save_and_interrupt(self, path):
            save(self, path)
            raise KeyboardInterrupt

        monkeypatch.setattr(PerceptronTagger, "save", save_and_interrupt)
        arguments = (data, "-o", out, "--checkpoint", tmp_path / "saved", "-q")
        assert fail("tag", "train", *arguments, exit_code=130) == "interrupted"
        monkeypatch.undo()
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["data.tsv", "saved"]
        go_on = (data, "-o", out, "--warm-start", tmp_path / "saved", "--epochs", 2)
        assert "epoch 2: " in succeed("tag", "train", *go_on).stderr


class TestTaggersThatAreNone:
    @pytest.fixture(params=["predict", "evaluate", "train"])
    def arguments(self, request, data, out):
        """What a command is given before and after a tagger."""
        if request.param == "train":
            return ["train", data, "-q", "-o", out, "--warm-start"], []
        return [request.param], [data]

    @pytest.mark.parametrize("content", [b"", b"some text\n", b"PK\x03\x04 torn"])
    def test_other_files(self, arguments, tmp_path, out, content):
        path = write(tmp_path / "tagger", content)
        before, after = arguments
        message = fail("tag", *before, path, *after, exit_code=1)
        assert message.startswith(f"{path}: expected a ")
        assert not out.exists()

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"format_version": 99}, "got 99: written by a newer brownclust; run: pip"),
            ({"format": "brownclust model"}, "expected a brownclust tagger, got brown"),
            ({"about": np.zeros(3, np.uint8)}, "expected a whole brownclust tagger, "),
            ({"learnt.weights.tags": np.zeros(1)}, "expected a whole brownclust tagge"),
            ({"known_words.lengths": np.zeros(1, int)}, "got a damaged file"),
        ],
    )
    def test_files_that_are_changed(self, arguments, pos, tmp_path, changes, error):
        with np.load(pos) as archive:
            np.savez(tmp_path / "changed.npz", **{**archive, **changes})
        before, after = arguments
        message = fail("tag", *before, tmp_path / "changed.npz", *after, exit_code=1)
        assert message.startswith(f"{tmp_path / 'changed.npz'}: ")
        assert error in message

    def test_any_part_missing(self, arguments, pos, tmp_path):
        whole = pos.read_bytes()
        before, after = arguments
        for share in (0.1, 0.5, 0.9, 0.999):
            path = write(tmp_path / "torn", whole[: int(share * len(whole))])
            message = fail("tag", *before, path, *after, exit_code=1)
            assert "expected a whole brownclust tagger, got a damaged fil" in message

    def test_tagger_of_another_algorithm(self, data, tmp_path, out):
        crf = tmp_path / "crf"
        succeed("tag", "train", data, "--algorithm", "crf", "-o", crf, "-q")
        arguments = (data, "-q", "-o", out, "--warm-start", crf)
        message = fail("tag", "train", *arguments, exit_code=1)
        assert message == f"{crf}: expected a tagger of perceptron, got one of 'crf'"


class TestPredict:
    @pytest.mark.parametrize("batch", [1, 2, 1000])
    def test_a_column_is_added(self, pos, data, batch):
        result = succeed("tag", "predict", pos, data, "--batch", batch)
        assert result.stdout == with_column(POS, gold(POS), "\t")
        assert result.stderr == ""

    def test_columns_parted_by_spaces(self, ner, names):
        expected = with_column(NER, gold(NER), " ")
        assert succeed("tag", "predict", ner, names).stdout == expected
        named = ("--columns", "word,pos,name")
        assert succeed("tag", "predict", ner, names, *named).stdout == expected

    @pytest.mark.parametrize("arguments", [[], ["-"], ["-", "-o", "-"]])
    def test_standard_input(self, pos, arguments):
        result = succeed("tag", "predict", pos, *arguments, stdin="the\ndog\n")
        assert result.stdout == "the\tD\ndog\tN\n"
        assert result.stderr == ""

    def test_all_else_stays(self, pos):
        text = (
            b"\n# id = 1\nthe\tx\ndog\t\xe9\n\n-DOCSTART-\tO\r\n \t\r\n"
            b"a\t\tb\r\ncat\t\r\n\n\n\nthe\t1"
        )
        result = succeed("tag", "predict", pos, stdin=text)
        assert result.stdout_bytes == (
            b"\n# id = 1\nthe\tx\tD\ndog\t\xe9\tN\n\n-DOCSTART-\tO\r\n \t\r\n"
            b"a\t\tb\tD\r\ncat\t\tN\r\n\n\n\nthe\t1\tD"
        )

    @pytest.mark.parametrize("text", ["", "\n", "\n \n\n", "# nothing\tbut this\n"])
    @pytest.mark.parametrize("options", [[], ["--tokens"]])
    def test_little_to_tag(self, pos, text, options):
        result = succeed("tag", "predict", pos, *options, stdin=text)
        assert result.stdout.count("\n") >= text.count("\n")
        if text.isspace() or not text:
            assert result.stdout.split() == []

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
        result = succeed("tag", "predict", pos, "--tokens", stdin=text)
        assert result.stdout_bytes.startswith(b"the\tD\ndog\tN\nbarks\tV\n\n\na\tD\n")
        assert result.stdout_bytes.splitlines()[-2].startswith(b"caf\xe9\t")
        message = fail("tag", "predict", ner, "--tokens", stdin="a", exit_code=1)
        assert message == f"--tokens gives words alone, but {ner} needs word, pos"

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

    def test_conllu_without_its_last_line_ends(self, upos, tmp_path):
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
        assert message == f"{out}: exists already (--force replaces it)"
        again = ("--tokens", "-o", out, "--force", "-q")
        assert succeed("tag", "predict", pos, *again, stdin="dogs\n").output == ""
        assert out.read_text() == "dogs\tN\n\n"

    def test_what_is_read_is_never_replaced(self, pos, data):
        before = pos.read_bytes()
        for output in (pos, data):
            arguments = (pos, data, "-o", output, "--force")
            message = fail("tag", "predict", *arguments, exit_code=1)
            assert message.startswith("--output must be another file than is read, ")
        assert (pos.read_bytes(), data.read_text()) == (before, POS)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--batch", 0], "--batch must be an integer of at least 1, got '0'"),
            (["--word", 0], "--word must be a number from 1, from -1 back from the"),
            (["--replace", ""], "--replace must be a number from 1, from -1 back from"),
            (["--columns", "a,a"], "--columns must be different names such as word,"),
            (["--output", ""], "--output must be a path, got ''"),
            (["--tokens", "--word", 1], "--tokens is for text without columns"),
            (["--tokens", "--columns", "a"], "--tokens is for text without columns"),
            (["--tokens", "--replace", 1], "--tokens is for text without columns"),
            (["--tag", 1], "No such option '--tag'"),
        ],
    )
    def test_command_line_that_is_wrong(self, pos, data, options, error):
        message = fail("tag", "predict", pos, data, *options, exit_code=2)
        assert message.startswith(error)
        assert message.endswith("(see brownclust tag predict --help)")

    def test_paths_that_are_none(self, pos, data):
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
            (CONLLU + "1\tx\n", [], r"text:16: expected 10 columns parted by tabs, "),
        ],
    )
    def test_text_that_is_wrong(self, pos, tmp_path, out, text, options, error):
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
    """In a process of its own, as shells run it."""

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
            ([], b"the\ndog\n\n", [b"the\tD\n", b"dog\tN\n", b"\n"]),
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

    def test_a_reader_that_stops(self, pos, tmp_path):
        """As in `brownclust tag predict … | head`."""
        text = write(tmp_path / "text", f"the\t{'x' * 10_000}\n\n" * 100)
        with self.start("predict", pos, text, "--batch", 1) as process:
            assert process.stdout.readline().startswith(b"the\txxx")
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 1

    def test_interrupted(self, pos, out):
        default = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:  # which a shell's background job would ignore
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

    @pytest.mark.parametrize(
        ("redirection", "error"),
        [
            (">&-", "Error: standard output is closed\n"),
            ("<&-", "Error: standard input is closed\n"),
            pytest.param(
                ">/dev/full",
                "Error: no space left on device\n",
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


class TestEvaluate:
    def json(self, *arguments):
        result = succeed("tag", "evaluate", *arguments, "--json")
        assert result.stderr == ""
        return json.loads(result.stdout)

    def test_parts_of_speech(self, pos, tmp_path):
        test = write(tmp_path / "test", "the\tD\ndog\tV\n\nunseen\tN\n")
        found = self.json(pos, test, "--samples", 20)
        assert (found["n_sentences"], found["n_tokens"], found["n_unknown"]) == (
            2,
            3,
            1,
        )
        tagger = Tagger.load(pos)
        expected = tagger.evaluate(*read_tagged(test), n_bootstrap=20)
        assert found == json.loads(json.dumps(expected.to_dict()))
        assert found["accuracy_known"] == 0.5
        assert found["accuracy_unknown"] in (0.0, 1.0)
        assert found["f1"] is None
        assert found["per_type"]["V"]["support"] == 1
        low, high = found["intervals"]["accuracy"]
        assert 0 <= low <= found["accuracy"] <= high <= 1

    def test_spans(self, ner, names):
        found = self.json(ner, names)
        assert (found["precision"], found["recall"], found["f1"]) == (1.0, 1.0, 1.0)
        assert found["intervals"]["f1"] == [1.0, 1.0]
        assert found["accuracy_unknown"] is None
        assert {k: v["support"] for k, v in found["per_type"].items()} == {
            "LOC": 2,
            "PER": 2,
        }

    def test_report(self, ner, names):
        result = succeed("tag", "evaluate", ner, names)
        lines = result.stdout.splitlines()
        assert lines[0] == "2 sentences, 8 tokens, 0 of words not seen in training"
        assert any(line.split()[:2] == ["F1", "100.00"] for line in lines)
        assert any(line.split()[:2] == ["PER", "100.00"] for line in lines)
        assert result.stderr == ""

    def test_against(self, pos, data, tmp_path):
        other = make_tagger(tmp_path / "other", POS.replace("\tV", "\tN"))
        options = ("--against", other, "--samples", 30)
        found = self.json(pos, data, *options)["against"]
        assert found["n_permutations"] == 300
        assert found["f1"] is None
        assert found["accuracy"]["first"] == 1.0
        assert found["accuracy"]["second"] == 5 / 8
        assert found["accuracy"]["difference"] == -3 / 8
        assert 0 < found["accuracy"]["p_value"] <= 1
        lines = succeed("tag", "evaluate", pos, data, *options).stdout.splitlines()
        assert f"first: {pos}, second: {other}" in lines
        assert lines[-1].split()[:4] == ["accuracy", "100.00", "62.50", "-37.50"]

    def test_against_one_of_other_columns(self, ner, names, tmp_path):
        other = make_tagger(tmp_path / "other", NER, "--preset", "ner")
        found = self.json(ner, names, "--against", other)["against"]
        assert found["f1"]["first"] == found["f1"]["second"] == 1.0

    def test_same_bytes_twice(self, pos, tmp_path):
        test = write(tmp_path / "test", "the\tD\ndog\tV\n\nunseen\tN\n\na\tD\n")
        arguments = ("tag", "evaluate", pos, test, "--against", pos, "--seed", 3)
        assert succeed(*arguments).stdout == succeed(*arguments).stdout

    def test_conllu(self, upos, conllu):
        found = self.json(upos, conllu, "--samples", 1)
        assert (found["n_tokens"], found["accuracy"]) == (7, 1.0)

    def test_columns(self, pos, tmp_path):
        test = write(tmp_path / "test", "1 the D x\n2 dog N x\n")
        for options in (
            ["--word", 2, "--tag", -2],
            ["--columns", "n,w,t,x", "--word", "w", "--tag", "t"],
        ):
            assert self.json(pos, test, *options)["accuracy"] == 1.0

    def test_crlf_and_no_last_line_end(self, pos, tmp_path):
        text = POS.replace("\n", "\r\n").rstrip()
        assert self.json(pos, write(tmp_path / "test", text))["accuracy"] == 1.0

    def test_tags_that_are_not_utf8(self, tmp_path):
        text = POS.encode().replace(b"\tN", b"\tN\xe9")
        tagger = make_tagger(tmp_path / "tagger", text)
        test = write(tmp_path / "test", text)
        assert self.json(tagger, test)["accuracy"] == 1.0
        report = succeed("tag", "evaluate", tagger, test).stdout_bytes
        assert b"\nN\xe9 " in report

    def test_tags_that_training_lacks(self, pos, ner, tmp_path):
        test = write(tmp_path / "test", "the\tD\nup\tP\n")
        said = "1 tag that training lacks, which will count as errors: P"
        result = succeed("tag", "evaluate", pos, test)
        assert result.stderr == f"Warning: {test}: {said}\n"
        assert succeed("tag", "evaluate", pos, test, "-q").stderr == ""
        test.write_text("Ann NNP I-ORG\nin IN O\n")  # types count, not letters
        said = said.replace("P", "ORG")
        assert succeed("tag", "evaluate", ner, test).stderr.endswith(f"{said}\n")
        test.write_text("Ann NNP O\n")
        assert succeed("tag", "evaluate", ner, test).stderr == ""

    def test_tags_of_another_column(self, pos, ner, tmp_path):
        test = write(tmp_path / "test", "the\tDT\t1\ndog\tNN\t2\n")
        message = fail("tag", "evaluate", pos, test, exit_code=1)
        rule = "tags as in training, such as D, N, V"
        assert message == f"{test}: expected {rule}, got only 1, 2 (see --tag)"
        test.write_text(NER)
        assert "got only LOC, O, PER" in fail("tag", "evaluate", pos, test, exit_code=1)
        options = ("--tag", 2)
        message = fail("tag", "evaluate", ner, test, *options, exit_code=1)
        assert "such as LOC, O, PER, got only NNP, VBD" in message

    @pytest.mark.parametrize(
        ("text", "options", "error"),
        [
            ("", [], "test: expected tokens, got none"),
            ("\n\n", [], "test: expected tokens, got none"),
            (POS, ["--tag", 3], "test:1: expected at least 3 columns, got 'the"),
            (POS, ["--tag", "x"], "--tag must be a number, as the columns of this"),
            (POS, ["--word", -3], "test:1: expected at least 3 columns, got 'the"),
        ],
    )
    def test_data_that_are_wrong(self, pos, tmp_path, text, options, error):
        test = write(tmp_path / "test", text)
        assert error in fail("tag", "evaluate", pos, test, *options, exit_code=1)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--samples", 0], "--samples must be an integer of at least 1, got '0'"),
            (["--seed", -1], "--seed must be an integer of at least 0, got '-1'"),
            (["--against", "none"], "--against must be an existing file, got 'none'"),
            (["--tag", 0], "--tag must be a number from 1, from -1 back from the la"),
            (["--output", "x"], "No such option '--output'"),
        ],
    )
    def test_command_line_that_is_wrong(self, pos, data, options, error):
        message = fail("tag", "evaluate", pos, data, *options, exit_code=2)
        assert message.startswith(error)
        assert message.endswith("(see brownclust tag evaluate --help)")

    def test_paths_that_are_none(self, pos, data):
        assert "TAGGER" in fail("tag", "evaluate", exit_code=2)
        assert "TEST" in fail("tag", "evaluate", pos, exit_code=2)
        message = fail("tag", "evaluate", pos, "none", exit_code=2)
        assert message.startswith("TEST must be an existing file, got 'none'")
        message = fail("tag", "evaluate", data.parent, data, exit_code=2)
        assert message.startswith("TAGGER must be an existing file, got ")

    def test_other_tagger_that_is_damaged(self, pos, data, tmp_path):
        other = write(tmp_path / "other", "x")
        arguments = ("tag", "evaluate", pos, data, "--against", other)
        message = fail(*arguments, exit_code=1)
        assert message == f"{other}: expected a brownclust tagger, got another file"
