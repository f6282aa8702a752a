"""``brownclust evaluate``: one table for clusterings of any tool."""

import json

import pytest
from commands import TEXT, fail, run, succeed

from brownclust import BigramCounts, WordClusters
from brownclust.tree.judging import HeldOut, label_coverage, tag_agreement

OTHER = "a cat sat\nthe gnu ran to the dog\n"
TAGS = "the\tDET\ncat\tNOUN\nran\tVERB\n\nA\tDET\ndog\tNOUN\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A text, a model of it, the same as flat classes, tags and another text."""
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "text").write_text(TEXT)
    (folder / "other").write_text(OTHER)
    (folder / "tags").write_text(TAGS)
    succeed("cluster", folder / "text", "-c", 4, "-o", folder / "out")
    clusters = WordClusters.load(folder / "out")
    names = {bits: str(i) for i, bits in enumerate(clusters.cluster_bit_strings)}
    rows = [f"{word}\t{names[clusters[word]]}\t1" for word in clusters]
    (folder / "classes").write_text("\n".join(rows) + "\n")
    (folder / "few").write_text("0\tcat\t3\n1\tdog\t4\n")
    return folder


@pytest.fixture
def inside(files, monkeypatch):
    monkeypatch.chdir(files)
    return files


def record(*arguments):
    return json.loads(succeed("evaluate", *arguments, "--json").stdout)


def test_columns_of_the_table(inside):
    lines = succeed("evaluate", "text", "out", "few").stdout.splitlines()
    heading = ["clusters", "words", "smallest", "median", "largest"]
    assert lines[0].split() == [*heading, "types", "tokens", "AMI"]
    assert lines[1].split()[:3] == ["out", "4", "11"]
    assert lines[2].split()[:9] == ["few", *"22111", "18.2%", "23.5%", "0.0000"]
    assert "More AMI is not more F1" in lines[-1]


def test_the_same_as_from_python(inside):
    found = record("text", "out", "few", "--held-out", "other", "--tags", "tags")
    counts = BigramCounts.from_text("text")
    text = HeldOut(counts, BigramCounts.from_text("other"))
    assert found["held_out"]["n_scored"] == text.n_scored == 9
    assert found["held_out"]["n_unknown"] == text.n_unknown == 1
    for row in found["clusterings"]:
        clusters = WordClusters.load(row["path"])
        labels = clusters.cluster_labels(list(counts.vocabulary))
        assert row["coverage"] == vars(label_coverage(counts, labels))
        assert row["perplexity"] == text.perplexity(labels)
        of_tokens = clusters.cluster_labels(["the", "cat", "ran", "A", "dog"])
        agreement = tag_agreement(of_tokens, ["DET", "NOUN", "VERB", "DET", "NOUN"])
        assert row["agreement"] == vars(agreement)
        assert row["tagged_coverage"] == (of_tokens >= 0).mean()
    ami = json.loads((inside / "out" / "run.json").read_text())["ami"]
    assert found["clusterings"][0]["coverage"]["ami"] == pytest.approx(ami)


def test_a_file_of_another_tool_is_judged_alike(inside):
    options = ("--held-out", "other", "--tags", "tags", "--from", "alexclark")
    one, two = record("text", "out", "classes", *options)["clusterings"]
    assert one["perplexity"] == pytest.approx(two["perplexity"])
    assert one["coverage"]["ami"] == pytest.approx(two["coverage"]["ami"])
    assert one["agreement"] == two["agreement"]
    assert one["sizes"] == two["sizes"]


def test_counts_in_place_of_text(inside):
    succeed("count", "text", "--boundary", "mark", "-o", "counts", "--force")
    succeed("count", "other", "--boundary", "mark", "-o", "counts2", "--force")
    from_text = record("text", "out", "--held-out", "other", "--boundary", "mark")
    for text, other in (("counts", "counts2"), ("counts", "other")):
        found = record(text, "out", "--held-out", other)
        assert found["clusterings"] == from_text["clusterings"]


def test_words_are_normalised_as_the_text_was(inside):
    options = ("--normalise", "lowercase", "--tags", "tags")
    [row] = record("text", "out", *options)["clusterings"]
    assert row["tagged_coverage"] == 1.0


def test_the_column_of_tags(inside):
    (inside / "three").write_text("the\tD\tx\ncat\tN\tx\n")
    one = record("text", "out", "--tags", "three", "--tag-column", "2")
    assert one["clusterings"][0]["agreement"]["homogeneity"] == 1.0
    error = fail("evaluate", "text", "out", "--tag-column", "2", exit_code=2)
    assert error.startswith("--tag-column needs --tags")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["text", "none"], 2, "CLUSTERS must be an existing file or folder"),
        (["text", "out", "--held-out", "no"], 2, "--held-out must be an existing"),
        (["text", "out", "--tags", "no"], 2, "--tags must be an existing file, got"),
        (["text", "text"], 1, "text:1: expected bit string TAB word TAB count"),
        (
            ["other", "gnus"],
            1,
            "gnus: expected clusters of words of TEXT, got none of them",
        ),
        (
            ["text", "out", "--held-out", "marked"],
            1,
            "--boundary must be 'break' in both texts, got 'mark'",
        ),
        (["text", "out", "--tags", "empty"], 1, "empty: expected tokens, got none"),
        (["text", "out", "--tags", "text"], 1, "text:5: expected 6 columns, got 5"),
    ],
)
def test_errors(inside, arguments, exit_code, message):
    (inside / "gnus").write_text("0\temu\t1\n1\tkiwi\t1\n")
    (inside / "empty").write_text("")
    succeed("count", "text", "--boundary", "mark", "-o", "marked", "--force")
    assert fail("evaluate", *arguments, exit_code=exit_code).startswith(message)


def test_quiet(inside):
    result = run("evaluate", "text", "classes", "--from", "alexclark", "-q")
    assert result.stderr == ""
