"""``brownclust map``."""

import os
import subprocess
import sys

import pytest
from commands import TEXT, fail, run, succeed

from brownclust.clusters import class_names
from brownclust.clusters.word_clusters import WordClusters
from brownclust_cli import map as map_command


def test_styles_are_those_of_the_library():
    assert class_names.STYLES == map_command.STYLES


def test_text_is_parallel(folder, tmp_path):
    text = "the cat  saw\n\n\ta gnu\r\n\n the"
    clusters = WordClusters.load("out")
    the, cat, saw, a = (clusters[word] for word in ("the", "cat", "saw", "a"))
    expected = f"{the} {cat}  {saw}\n\n\t{a} _\r\n\n {the}"
    assert succeed("map", "out", stdin=text).stdout_bytes == expected.encode()
    (tmp_path / "text").write_bytes(text.encode())
    target = tmp_path / "target"
    result = succeed("map", "out", tmp_path / "text", "-o", target)
    assert target.read_bytes() == expected.encode()
    assert result.stderr == f"{target}: 6 words, 1 without a cluster\n"


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_text_without_words(folder, text):
    assert succeed("map", "out", stdin=text).stdout == text


def test_styles(folder):
    bits = succeed("map", "out", "text").stdout.split()
    number = {b: str(i) for i, b in enumerate(sorted(set(bits)))}
    numbers = [number[b] for b in bits]
    assert succeed("map", "out", "text", "--as", "number").stdout.split() == numbers
    joined = succeed("map", "out", "text", "--as", "number", "--join", "/").stdout
    pairs = [f"{w}/{n}" for w, n in zip(TEXT.split(), numbers, strict=True)]
    assert joined.split() == pairs
    two = succeed("map", "out", "text", "-c", 2, "--as", "srilm", "--offset", 1).stdout
    assert set(two.split()) == {"CLASS-00001", "CLASS-00002"}
    short = succeed("map", "out", "text", "--prefix-length", 1).stdout.split()
    assert short == [b[:1] for b in bits]


def test_names_are_those_of_the_srilm_file(folder, tmp_path):
    succeed("convert", "out", tmp_path / "classes", "--to", "srilm")
    names = {}
    for line in (tmp_path / "classes").read_text().splitlines():
        name, _, word = line.split()
        names[word] = name
    mapped = succeed("map", "out", "text", "--as", "srilm").stdout.split()
    assert mapped == [names[word] for word in TEXT.split()]


def test_clusters_of_other_programs(tmp_path):
    (tmp_path / "classes").write_text("cat\t17\nthe\t5\n")
    arguments = ("map", tmp_path / "classes", "--from", "alexclark")
    assert succeed(*arguments, stdin="the cat").stdout == "5 17"
    options = ("--as", "number", "--offset", "-5", "--unknown", "<unk>")
    assert succeed(*arguments, *options, stdin="the cat a").stdout == "0 12 <unk>"


@pytest.mark.parametrize(
    ("options", "exit_code", "message"),
    [
        (["--join", "a b"], 2, "--join must be non-empty and without whitespace, got"),
        (["--unknown", ""], 2, "--unknown must be non-empty and without whitespace, "),
        (["--unknown", "0"], 1, "--unknown must be other than what stands for a clus"),
        (["--clusters", "99"], 1, "--clusters must be at most 3, the number of clus"),
        (["--offset", "1"], 1, "--offset must be 0 for bit strings, which are not nu"),
        (["--prefix-length", "0"], 2, "--prefix-length must be an integer of at least"),
        (["--from", "paths"], 2, "--from must be left out, since out is not text, got"),
    ],
)
def test_wrong_options(folder, options, exit_code, message):
    arguments = ("map", "out", "text", "--prefix-length", 1, *options)
    assert fail(*arguments, exit_code=exit_code).startswith(message)


def test_errors_of_the_text_leave_no_output(folder, tmp_path):
    (tmp_path / "latin").write_bytes(b"the\n\xff\n")
    target = tmp_path / "target"
    message = fail("map", "out", tmp_path / "latin", "-o", target, exit_code=1)
    assert message.startswith(f"{tmp_path / 'latin'}:2: expected UTF-8, got byte 0xff")
    assert not target.exists()
    target.write_text("")
    assert "--force" in fail("map", "out", "text", "-o", target, exit_code=1)
    assert run("map", "out", "text", "-o", target, "--force").exit_code == 0


def test_a_line_is_written_before_the_next_is_read(folder):
    command = [sys.executable, "-m", "brownclust_cli", "map", "out", "--as", "number"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    ) as process:
        process.stdin.write(b"gnu\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"_\n"
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0
