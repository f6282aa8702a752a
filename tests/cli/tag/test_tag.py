"""``brownclust tag``: what is common to its commands."""

import importlib
import inspect

import numpy as np
import pytest
from commands import fail, succeed
from samples import write

from brownclust._kernels.jit.clock import CompilationClock
from brownclust.tagger import CRFTagger, PerceptronTagger
from brownclust.tagger.crf import TRAINERS
from brownclust.tagger.evaluation import evaluate
from brownclust.tagger.tag_set import CHOICES
from brownclust_cli.progress import Progress
from brownclust_cli.tag import tag

train = importlib.import_module("brownclust_cli.tag.train")  # not the command


def test_compiling_is_announced(data, out, monkeypatch):
    announced = []
    clock = CompilationClock
    monkeypatch.setattr(Progress, "announce_compilation", lambda _: announced.append(1))
    monkeypatch.setattr(clock, "__enter__", lambda clock: clock._on_compile())
    monkeypatch.setattr(clock, "__exit__", lambda *_: None)
    succeed("tag", "train", data, "-o", out, "--epochs", 1)
    succeed("tag", "predict", out, data)
    succeed("tag", "evaluate", out, data)
    assert len(announced) == 3


class TestSameAsInTheLibrary:
    def test_choices(self):
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

    def test_options_of_the_perceptron(self):
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


class TestInvalidTaggers:
    @pytest.fixture(params=["predict", "evaluate", "train"])
    def arguments(self, request, data, out):
        """The arguments of a command before and after the tagger."""
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
    def test_changed_files(self, arguments, pos, tmp_path, changes, error):
        with np.load(pos) as archive:
            np.savez(tmp_path / "changed.npz", **{**archive, **changes})
        before, after = arguments
        message = fail("tag", *before, tmp_path / "changed.npz", *after, exit_code=1)
        assert message.startswith(f"{tmp_path / 'changed.npz'}: ")
        assert error in message

    def test_truncated_files(self, arguments, pos, tmp_path):
        whole = pos.read_bytes()
        before, after = arguments
        for fraction in (0.1, 0.5, 0.9, 0.999):
            path = write(tmp_path / "torn", whole[: int(fraction * len(whole))])
            message = fail("tag", *before, path, *after, exit_code=1)
            assert "expected a whole brownclust tagger, got a damaged fil" in message

    def test_tagger_of_another_algorithm(self, data, tmp_path, out):
        crf = tmp_path / "crf"
        succeed("tag", "train", data, "--algorithm", "crf", "-o", crf, "-q")
        arguments = (data, "-q", "-o", out, "--warm-start", crf)
        message = fail("tag", "train", *arguments, exit_code=1)
        expected = "a tagger with the algorithm perceptron"
        assert message == f"{crf}: expected {expected}, got 'crf'"
