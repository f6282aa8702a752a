"""``brownclust tag convert``."""

import pytest
from commands import fail, succeed
from samples import CONLLU, write

SPANS = "Jo\tx\tB-PER\nPi\ty\tI-PER\nran\tz\tO\nBern\tx\tB-LOC\n\nBern\tx\tB-LOC\n"


def in_tags(*tags):
    each = iter(tags)
    lines = (line.split("\t")[:-1] for line in SPANS.split("\n"))
    return "\n".join("\t".join([*line, next(each)]) if line else "" for line in lines)


BILOU = in_tags("B-PER", "L-PER", "O", "U-LOC", "U-LOC")
TYPES = in_tags("PER", "PER", "O", "LOC", "LOC")
LOWER = in_tags("b_per", "i_per", "o", "b_loc", "b_loc")


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "names.tsv", SPANS)


def test_schemes_there_and_back(file):
    result = succeed("tag", "convert", file, "--to", "bilou")
    assert result.stdout == BILOU
    assert result.stderr == "3 spans from iob2 to bilou\n"
    result = succeed("tag", "convert", "-", "--to", "iob2", "-q", stdin=BILOU)
    assert (result.stdout, result.stderr) == (SPANS, "")
    result = succeed("tag", "convert", "--to", "types", stdin=SPANS)
    assert result.stdout == TYPES
    options = ("--from", "types", "--to", "iob2", "-q")
    assert succeed("tag", "convert", *options, stdin=TYPES).stdout == SPANS


def test_notations(file):
    result = succeed("tag", "convert", file, "--to", "iob2", "--like", "b_per")
    assert result.stdout == SPANS.replace("B-", "b_").replace("I-", "i_").replace(
        "\tO", "\to"
    )
    result = succeed("tag", "convert", "--to", "bilou", stdin=LOWER)
    assert result.stdout == BILOU.replace("PER", "per").replace("LOC", "loc")
    message = fail("tag", "convert", file, "--to", "iob2", "--like", "B", exit_code=2)
    assert message.startswith("--like must be a tag such as B-PER, b-per, B_PER or PER")


def test_all_else_is_kept(tmp_path):
    text = "# a comment\nJo   B-PER\r\nPi I-PER  \n\n\n-DOCSTART- O\n\nran\tO"
    file = write(tmp_path / "f", text)
    out = tmp_path / "out"
    succeed("tag", "convert", file, "--to", "iobes", "-o", out, "-q")
    expected = "# a comment\nJo B-PER\r\nPi E-PER\n\n\n-DOCSTART- O\n\nran O"
    assert out.read_bytes().decode() == expected


def test_columns(tmp_path):
    text = CONLLU.replace("\t_\n", "\tO\n").replace("_\tSpaceAfter=No\n", "_\tB-X\n")
    file = write(tmp_path / "f.conllu", text)
    message = fail("tag", "convert", file, "--to", "iobes", exit_code=1)
    assert message.startswith(
        f"{file}:4: expected a tag that marks a span, such as B-P"
    )
    result = succeed("tag", "convert", file, "--to", "iobes", "--tag", "misc")
    assert result.stdout == text.replace("B-X", "S-X")
    message = fail("tag", "convert", file, "--to", "iobes", "--tag", "x", exit_code=1)
    assert message.startswith("--tag must be a number or one of ID, FORM")


def test_errors_name_file_and_line(tmp_path):
    bad = write(tmp_path / "bad", SPANS.replace("Pi\ty\tI-PER", "Pi\ty\tI-LOC"))
    out = tmp_path / "out"
    message = fail("tag", "convert", bad, "--to", "bilou", "-o", out, exit_code=1)
    rule = "a tag that may follow B-PER in iob2"
    assert message.startswith(f"{bad}:2: expected {rule}, got 'I-LOC' (see --from")
    assert not out.exists()
    result = succeed("tag", "convert", bad, "--to", "bilou", "--lenient")
    assert f"Warning: {bad}: 1 sentence against the rules of iob2" in result.stderr
    assert result.stdout.split()[2::3] == ["U-PER", "U-LOC", "O", "U-LOC", "U-LOC"]
    touching = write(tmp_path / "t", "a\tB-X\nb\tB-X\n")
    message = fail("tag", "convert", touching, "--to", "types", exit_code=1)
    assert message.startswith(
        f"{touching}:2: expected a token between two spans of type"
    )


def test_input_without_tags(tmp_path):
    for text, message in (
        ("", "expected tokens, got none"),
        ("word\n", "expected at least 2 columns"),
        ("a\t\nb\tB-X\n", "expected a tag, got ''"),
        ("a\tB-X\nb\to\n", "expected a tag such as O or B-X, got 'o'"),
    ):
        file = write(tmp_path / "f", text)
        assert message in fail("tag", "convert", file, "--to", "iob2", exit_code=1)
    file = write(tmp_path / "f", "a\tO\n")
    result = succeed("tag", "convert", file, "--to", "iob2")
    assert (result.stdout, result.stderr) == ("a\tO\n", "0 spans from iob2 to iob2\n")
    message = fail("tag", "convert", file, exit_code=2)
    assert message.startswith("--to must be one of iob1, iob2, ")


def test_outputs_are_guarded(file, tmp_path):
    arguments = ("tag", "convert", file, "--to", "iobes", "-o")
    message = fail(*arguments, file, exit_code=1)
    assert "-output must be a file other than the input" in message
    out = write(tmp_path / "out", "x")
    assert "exists" in fail(*arguments, out, exit_code=1)
    succeed(*arguments, out, "--force")
    assert out.read_text() == SPANS.replace("I-PER", "E-PER").replace("B-L", "S-L")


def test_schemes_are_those_of_the_library():
    from brownclust.tagger.schemes import ALL_SCHEMES
    from brownclust_cli.tag.convert import SCHEMES

    assert SCHEMES == ALL_SCHEMES
