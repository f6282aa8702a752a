"""``brownclust tag evaluate``."""

import json

import pytest
from commands import fail, succeed
from samples import NER, POS, make_tagger, write

from brownclust.tagger import Tagger
from brownclust.tagger.tagged_text import read_tagged


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

    def test_against_a_tagger_with_other_columns(self, ner, names, tmp_path):
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

    def test_crlf_and_missing_last_newline(self, pos, tmp_path):
        text = POS.replace("\n", "\r\n").rstrip()
        assert self.json(pos, write(tmp_path / "test", text))["accuracy"] == 1.0

    def test_tags_that_are_not_utf8(self, tmp_path):
        text = POS.encode().replace(b"\tN", b"\tN\xe9")
        options = ("--encoding-errors", "surrogateescape")
        tagger = make_tagger(tmp_path / "tagger", text, *options)
        test = write(tmp_path / "test", text)
        assert self.json(tagger, test, *options)["accuracy"] == 1.0
        report = succeed("tag", "evaluate", tagger, test, *options).stdout_bytes
        assert b"\nN\xe9 " in report

    def test_tags_not_seen_in_training(self, pos, ner, tmp_path):
        test = write(tmp_path / "test", "the\tD\nup\tP\n")
        problem = "1 tag not in the training data, counted as errors: P"
        result = succeed("tag", "evaluate", pos, test)
        assert result.stderr == f"Warning: {test}: {problem}\n"
        assert succeed("tag", "evaluate", pos, test, "-q").stderr == ""
        test.write_text("Ann NNP I-ORG\nin IN O\n")  # types count, not letters
        problem = problem.replace(": P", ": ORG")
        assert succeed("tag", "evaluate", ner, test).stderr.endswith(f"{problem}\n")
        test.write_text("Ann NNP O\n")
        assert succeed("tag", "evaluate", ner, test).stderr == ""

    def test_wrong_tag_column(self, pos, ner, tmp_path):
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
    def test_invalid_data(self, pos, tmp_path, text, options, error):
        test = write(tmp_path / "test", text)
        assert error in fail("tag", "evaluate", pos, test, *options, exit_code=1)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--samples", 0], "--samples must be an integer of at least 1, got '0'"),
            (["--seed", -1], "--seed must be an integer of at least 0, got '-1'"),
            (["--against", "none"], "--against must be an existing file, got 'none'"),
            (["--tag", 0], "--tag must be a number (1 is the first column, -1 the"),
            (["--output", "x"], "No such option"),
        ],
    )
    def test_invalid_command_lines(self, pos, data, options, error):
        message = fail("tag", "evaluate", pos, data, *options, exit_code=2)
        assert message.startswith(error)
        assert message.endswith("(see brownclust tag evaluate --help)")

    def test_missing_paths(self, pos, data):
        assert "TAGGER" in fail("tag", "evaluate", exit_code=2)
        assert "TEST" in fail("tag", "evaluate", pos, exit_code=2)
        message = fail("tag", "evaluate", pos, "none", exit_code=2)
        assert message.startswith("TEST must be an existing file, got 'none'")
        message = fail("tag", "evaluate", data.parent, data, exit_code=2)
        assert message.startswith("TAGGER must be an existing file, got ")

    def test_damaged_other_tagger(self, pos, data, tmp_path):
        other = write(tmp_path / "other", "x")
        arguments = ("tag", "evaluate", pos, data, "--against", other)
        message = fail(*arguments, exit_code=1)
        assert message == f"{other}: expected a brownclust tagger, got another file"
