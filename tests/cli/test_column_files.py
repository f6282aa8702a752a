"""Files of columns on the command line: what is read, and what the messages say."""

import gzip

import pytest
from commands import fail, succeed

from brownclust import BigramCounts, WordClusters

CONLLU = "".join(
    f"{i}\t{word}\t{word}\t{tag}\t_\t_\t0\tx\t_\t_\n"
    for i, (word, tag) in enumerate([("the", "DET"), ("cat", "NOUN")], 1)
)
SPACES = "tôi\tO\nxe máy\tB\nđi\tO\n\nđi\tO\nxe máy\tB\n20 000\tO\n"


@pytest.fixture
def clusters(tmp_path):
    path = tmp_path / "clusters.npz"
    words = ["the", "cat", "Köln", "xe_máy"]
    WordClusters(words, ["00", "01", "10", "11"]).save(path)
    return path


def counted(text, tmp_path, *options):
    out = tmp_path / "counts.npz"
    result = succeed("count", text, "-o", out, "--force", "--format", *options)
    return list(BigramCounts.load(out).vocabulary), result.stderr


def bits(*arguments, **options):
    result = succeed("features", *arguments, "--prefix-lengths", 2, **options)
    return [line.split()[-1] for line in result.stdout.splitlines() if line]


@pytest.mark.parametrize("comment", ["", "# source = a book\n"])
def test_conllu_without_a_name(clusters, write, tmp_path, comment):
    text = comment + CONLLU
    assert sorted(counted(write(text), tmp_path, "conll")[0]) == ["cat", "the"]
    assert bits(clusters, stdin=text)[-2:] == ["00", "01"]
    result = succeed("features", clusters, "--to", "crfsuite", stdin=text)
    assert [line[:3] for line in result.stdout.split("\n")] == ["DET", "NOU", "", ""]


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("count", "--format", "conll", "-o", "out.npz"), "--field"),
        (("features",), "--column"),
    ],
)
def test_numbers_of_tokens(clusters, write, tmp_path, command, option, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write("#\thttp://x\t-\n1\tthe\tO\n2\tcat\tO\n")
    arguments = [path] if command[0] == "count" else [clusters, path]
    message = fail(*command, *arguments, exit_code=1)
    assert message == (
        f"{path}:2: expected words in column 1, got numbers of tokens in column 1: "
        f"1, 2, …; name the column of words: {option} 2 ({option[2:]}=2)"
    )
    succeed(*command, *arguments, option, 2)
    succeed(*command, *arguments, option, 1, *(["--force"] * (command[0] == "count")))


def test_words_with_spaces_have_the_cluster_they_are_counted_in(write, tmp_path):
    path = write(SPACES)
    words, _ = counted(path, tmp_path, "conll")
    assert sorted(words) == ["20_000", "tôi", "xe_máy", "đi"]
    out = tmp_path / "out"
    succeed("cluster", path, "--format", "conll", "-c", 4, "-o", out)
    found = WordClusters.load(out)
    tokens = [line.split("\t")[0] for line in SPACES.split("\n") if line]
    expected = [found[token.replace(" ", "_")] for token in tokens]
    result = succeed("features", out, path, "--prefix-lengths", 4)
    given = [line.split("\t")[-1] for line in result.stdout.split("\n") if line]
    assert [one.rstrip("$") for one in given] == expected
    for word in ("xe máy", "Xe  máy"):
        line = succeed("lookup", out, word, "--backoff", "lowercase").stdout
        assert line.startswith(found["xe_máy"] + "\t")


def test_lenient(clusters, write, tmp_path):
    path = write("the D\ncat N\n\nthe D X\n\nthe\n\ncat N\n")
    problem = f"{path}:4: expected 2 columns, got 3: 'the D X'"
    way = "(--lenient (lenient=True) leaves such sentences out)"
    assert fail("features", clusters, path, exit_code=1) == f"{problem} {way}"
    warning = f"Warning: {problem}: this sentence and 1 more left out\n"
    words, stderr = counted(path, tmp_path, "conll", "--lenient")
    assert (sorted(words), stderr.startswith(warning)) == (["cat", "the"], True)
    result = succeed("features", clusters, path, "--lenient", "--prefix-lengths", 2)
    lines = ["the D 00", "cat N 01", "", "the D X", "", "the", "", "cat N 01", ""]
    assert (result.stdout.split("\n"), result.stderr) == (lines, warning)
    assert succeed("features", clusters, path, "--lenient", "-q").stderr == ""
    assert bits(clusters, path, "--format", "columns") == [
        "00",
        "01",
        *["00"] * 2,
        "01",
    ]
    assert fail("count", path, "--lenient", "-o", tmp_path / "x", exit_code=1) == (
        "--lenient must be left out for format 'text', got True"
    )


def test_comments(clusters, write, tmp_path):
    path = write("%% a\nthe\tD\n%%\tb\ncat\tN\n")
    options = ("--comment", "%%")
    assert bits(clusters, path, *options) == ["a", "00", "b", "01"]
    assert sorted(counted(path, tmp_path, "conll", *options)[0]) == ["cat", "the"]
    message = fail("features", clusters, path, "--comment", "", exit_code=2)
    assert message.startswith("--comment must be the beginning of a line, such as '#'")


def test_encoding_and_compression(clusters, write):
    text = "Köln\tO\ncat\tO\n"
    path = write(gzip.compress(text.encode("latin-1")), "text.gz")
    message = fail("features", clusters, path, exit_code=1)
    assert message.startswith(f"{path}:1: expected UTF-8, got byte 0xf6")
    result = succeed(
        *("features", clusters, path, "--encoding", "latin-1", "--prefix-lengths", 2)
    )
    assert result.stdout == "Köln\tO\t10\ncat\tO\t01\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The cat sat\nIt slept\n", "running text; "),
        ("The/DT cat/NN\n", "running text with tags, as in word/TAG; "),
        ('{"text": "the cat"}\n', "JSON lines; brownclust count reads them with"),
        ("the,D\ncat,N\n", "comma-separated values; separate columns with tabs"),
    ],
)
def test_files_without_columns(clusters, write, tmp_path, text, what):
    path, out = write(text), tmp_path / "out"
    start = f"{path}:1: expected a token and its columns per line (this looks like "
    message = fail("features", clusters, path, "-o", out, exit_code=1)
    assert message.startswith(f"{start}{what}")
    message = fail("count", path, "--format", "conll", "-o", out, exit_code=1)
    assert message.startswith(f"{start}{what}")
    assert ("use --format text" in message) == ("running" in what)
    assert not out.exists()


@pytest.mark.parametrize(
    "value", ["9" * 5000 + "}", "[" * 100_000, "NaN}", '"a"} {}', '["a", 1]}', "}"]
)
def test_odd_json_lines(write, tmp_path, value):
    path = write(f'{{"text": "a"}}\n{{"text": {value}\n')
    arguments = ("count", path, "--format", "jsonl", "-o", tmp_path / "out")
    message = fail(*arguments, exit_code=1)
    assert message.startswith(f"{path}:2: expected ")
    assert len(message) < len(str(path)) + 500
