"""``brownclust tag show``."""

import json

from commands import fail, succeed

from brownclust.tagger import Tagger, describe


def test_report(pos):
    result = succeed("tag", "show", pos, "--top", 3)
    assert result.stdout == describe(Tagger.load(pos), 3).report() + "\n"
    assert result.stderr == ""
    lines = result.stdout.split("\n")
    assert lines[0].startswith("perceptron, 3 tags, ")
    assert {"D", "N", "V", "transitions"} <= {*lines}


def test_one_tag(ner):
    result = succeed("tag", "show", ner, "--tag", "PER", "--json")
    found = json.loads(result.stdout)
    assert found == describe(Tagger.load(ner), 10, "PER").to_dict()
    assert {*found["features"]} == {"B-PER", "I-PER", "L-PER", "U-PER"}


def test_errors(pos, data, tmp_path):
    message = fail("tag", "show", pos, "--tag", "X", exit_code=2)
    assert message.startswith("--tag must be one of D, N, V, got 'X'")
    assert "expected a brownclust" in fail("tag", "show", data, exit_code=1)
    message = fail("tag", "show", tmp_path / "none", exit_code=2)
    assert message.startswith("TAGGER must be an existing file")
    assert "--top must be" in fail("tag", "show", pos, "--top", 0, exit_code=2)
