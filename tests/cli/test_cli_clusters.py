"""``brownclust convert``, ``lookup``, ``features`` and ``extend``."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from commands import TEXT, fail, succeed

from brownclust.clusters.features import ALL, PRESETS
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tree.formats import FORMATS
from brownclust_cli import features


@pytest.fixture
def trained(tmp_path):
    """A folder that ``cluster`` wrote."""
    text, out = tmp_path / "text", tmp_path / "out"
    text.write_text(TEXT)
    succeed("cluster", text, "-c", 4, "-o", out, "-q")
    return out


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words"
    path.write_bytes(b"00\tthe\t12\n010\tcat\t3\n010\tdog\t4\n1\t0\t5\n")
    return path


@pytest.mark.parametrize("format", FORMATS)
def test_cut_writes_every_format(trained, tmp_path, format):
    succeed("cut", trained, "-c", 3, "--to", format, "-o", tmp_path / "cut")
    clusters = WordClusters.load(trained).cut(3)
    clusters.export(tmp_path / "same", format)
    assert (tmp_path / "cut").read_bytes() == (tmp_path / "same").read_bytes()
    message = fail("cut", trained, "--full", "--to", "csv", exit_code=2)
    assert message.startswith("--full is for --to paths")


class TestConvert:
    @pytest.mark.parametrize(
        ("name", "first"),
        [
            ("a.csv", "word,bit_string,count"),
            ("a.json", "{"),
            ("a.jsonl", '{"word": "the", "bit_string": "00", "count": 12}'),
            ("a.txt", "00\tthe\t12"),
        ],
    )
    def test_format_by_name(self, words, tmp_path, name, first):
        succeed("convert", words, tmp_path / name)
        assert (tmp_path / name).read_text().splitlines()[0] == first

    def test_offset(self, words, tmp_path):
        target = tmp_path / "target"
        succeed("convert", words, target, "--to", "alexclark", "--offset", 1)
        assert target.read_text().splitlines()[0] == "the\t1"
        options = ("--from", "alexclark", "--to", "alexclark", "--offset", "-1")
        succeed("convert", target, tmp_path / "back", *options)
        assert (tmp_path / "back").read_text().splitlines()[0] == "the\t0"
        message = fail("convert", words, tmp_path / "a.npz", "--offset", 1, exit_code=2)
        assert message.startswith("--offset is for text, not for npz")

    @pytest.mark.parametrize("format", FORMATS)
    def test_there_and_back(self, trained, tmp_path, format):
        there, back = tmp_path / "there", tmp_path / "back.npz"
        result = succeed("convert", trained, there, "--to", format)
        assert result.stderr == f"{there}: 11 words in 4 clusters\n"
        succeed("convert", there, back, "--from", format, "-q")
        ours, again = WordClusters.load(trained), WordClusters.load(back)
        groups = [{*again.members(bits)} for bits in again.cluster_bit_strings]
        assert groups == [{*ours.members(bits)} for bits in ours.cluster_bit_strings]

    def test_paths_are_those_of_cluster(self, trained, tmp_path):
        succeed("convert", trained, tmp_path / "paths")
        assert (tmp_path / "paths").read_bytes() == (trained / "paths").read_bytes()

    def test_warnings_are_printed(self, tmp_path):
        source = tmp_path / "swapped"
        source.write_text("a\t0\t3\nb\t1\t2\nb\t1\t2\n")
        result = succeed("convert", source, tmp_path / "out", "--lenient")
        assert result.stderr.splitlines() == [
            f"Warning: {source}: columns are swapped: read the first as the word",
            f"Warning: {source}: skipped 1 line: expected each word once",
            f"{tmp_path / 'out'}: 2 words in 2 clusters",
        ]

    def test_bad_line(self, tmp_path):
        source = tmp_path / "twice"
        source.write_text("0\ta\t3\n0\ta\t2\n")
        message = fail("convert", source, tmp_path / "out", exit_code=1)
        assert message == f"{source}:2: expected each word once, got 'a'"
        assert not (tmp_path / "out").exists()

    def test_existing_output(self, words, tmp_path):
        (tmp_path / "out").write_text("mine")
        message = fail("convert", words, tmp_path / "out", exit_code=1)
        assert "already exists (--force replaces it)" in message
        assert (tmp_path / "out").read_text() == "mine"
        succeed("convert", words, tmp_path / "out", "--force")

    def test_output_is_the_input(self, words):
        message = fail("convert", words, words, "--force", exit_code=1)
        assert "must be a file other than the input" in message

    def test_from_is_only_for_text(self, trained, tmp_path):
        message = fail(
            "convert", trained, tmp_path / "o", "--from", "snips", exit_code=2
        )
        assert message.startswith("--from must be left out, since ")

    def test_model_is_not_replaced_by_clusters(self, trained):
        before = (trained / "model.npz").read_bytes()
        message = fail(
            "convert", trained, trained / "model.npz", "--force", exit_code=1
        )
        assert "must be a file other than the input" in message
        assert (trained / "model.npz").read_bytes() == before

    def test_pipe(self, words, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with ThreadPoolExecutor(1) as writer:
            writer.submit(pipe.write_bytes, words.read_bytes())
            succeed("convert", pipe, tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == words.read_bytes()

    def test_no_folder_is_left_after_an_error(self, tmp_path):
        (tmp_path / "empty").write_text("")
        fail("convert", tmp_path / "empty", tmp_path / "new" / "out", exit_code=1)
        assert not (tmp_path / "new").exists()

    def test_missing_input(self, tmp_path):
        message = fail("convert", tmp_path / "none", tmp_path / "o", exit_code=2)
        assert message.startswith("IN must be an existing file or folder, got")


class TestLookup:
    def test_words(self, words):
        result = succeed("lookup", words, "cat", "the", "--nearest", 2)
        assert result.stdout == "010\tcat\t3\tdog the\n00\tthe\t12\tdog cat\n"

    def test_back_off_is_shown(self, words):
        result = succeed(
            *("lookup", words, "DOG", "7", "--nearest", 1),
            *("--backoff", "lowercase", "--backoff", "digits"),
        )
        assert result.stdout == "010\tDOG → dog\t4\tcat\n1\t7 → 0\t5\tthe\n"

    def test_prefix(self, words):
        result = succeed("lookup", words, "--prefix", "0", "--nearest", 2)
        assert result.stdout == "00\tthe\t12\n010\tdog\t4\n"

    def test_prefix_without_words(self, words):
        message = fail("lookup", words, "--prefix", "0111", exit_code=1)
        assert message == f"no bit string of {words} begins with '0111'"

    def test_word_without_a_cluster(self, words):
        message = fail("lookup", words, "gnu", "gnat", exit_code=1)
        assert message == "no cluster for gnu, gnat"

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ([], "lookup needs either WORD or --prefix"),
            (["cat", "--prefix", "0"], "lookup needs either WORD or --prefix"),
            (["cat", "--nearest", 0], "--nearest must be an integer of at least 1"),
        ],
    )
    def test_invalid_command_lines(self, words, arguments, error):
        assert fail("lookup", words, *arguments, exit_code=2).startswith(error)

    def test_unknown_step(self, words):
        message = fail("lookup", words, "cat", "--backoff", "x", exit_code=2)
        assert message.startswith("--backoff must be one of lowercase, digits, nfc, ")


def test_presets_are_those_of_the_library():
    assert (*PRESETS, ALL) == features.PRESETS


def test_assumptions_about_a_text_file_are_printed(tmp_path):
    path = tmp_path / "swapped"
    path.write_text("a\t0\t3\nb\t1\t2\n")
    warning = f"Warning: {path}: columns are swapped: read the first as the word\n"
    assert succeed("lookup", path, "a").stderr == warning
    assert succeed("features", path, stdin="a\n").stderr == warning
    assert succeed("lookup", path, "a", "-q").stderr == ""


class TestFeatures:
    @pytest.fixture
    def tagged(self, tmp_path):
        path = tmp_path / "tagged"
        path.write_text("The DET\ncat NOUN\n\ngnu NOUN\n")
        return path

    def test_columns(self, words, tagged):
        result = succeed("features", words, tagged, "--prefix-lengths", "1,2")
        assert result.stdout == "The DET _ _\ncat NOUN 0 01\n\ngnu NOUN _ _\n"

    def test_crfsuite_from_standard_input(self, words, tagged):
        result = succeed(
            *("features", words, "--to", "crfsuite", "--backoff", "lowercase"),
            *("--context", 1, "--prefix-lengths", "2", "--unknown", "1"),
            stdin=tagged.read_text(),
        )
        assert result.stdout == (
            "DET\tw[0]=The\tb[0]2=00\tb[1]2=01\n"
            "NOUN\tw[0]=cat\tb[-1]2=00\tb[0]2=01\n\n"
            "NOUN\tw[0]=gnu\tb[0]2=1$\n\n"
        )

    def test_label_last_and_a_free_token(self, words, tagged):
        options = ("--prefix-lengths", "1,2", "--label-last", "--unknown", "UNK")
        result = succeed("features", words, tagged, *options)
        assert result.stdout == "The UNK UNK DET\ncat 0 01 NOUN\n\ngnu UNK UNK NOUN\n"

    def test_kept_columns(self, words):
        options = ("--to", "crfsuite", "--keep", 2, "--context", 0)
        result = succeed("features", words, *options, stdin="cat NN O\n")
        first = result.stdout.split("\t")[:3]
        assert first == ["O", "w[0]=cat", "2[0]=NN"]

    def test_output_and_roll_up(self, trained, tagged, tmp_path):
        out = tmp_path / "with"
        options = ("--cut", 2, "--cut", 3, "--prefix-lengths", "turian")
        result = succeed("features", trained, tagged, "-o", out, *options)
        assert result.stderr == f"{out}: 3 tokens\n"
        assert len(out.read_text().splitlines()[1].split()) == 2 + 4 + 2
        message = fail("features", trained, tagged, "-o", out, exit_code=1)
        assert "already exists" in message

    def test_everything_else_is_unchanged(self, words, tmp_path):
        path = tmp_path / "tagged"
        path.write_bytes(b"\n-DOCSTART- -X-\r\n\r\ncat N\n\n\n\ndog N")
        result = succeed("features", words, path, "--prefix-lengths", 2)
        assert result.stdout_bytes == (
            b"\n-DOCSTART- -X-\r\n\r\ncat N 01\n\n\n\ndog N 01"
        )

    @pytest.fixture
    def conllu(self, tmp_path):
        path = tmp_path / "cats.conllu"
        path.write_text(
            "# text = catdog\n"
            "1-2\tcatdog\t_\t_\t_\t_\t_\t_\t_\t_\n"
            "1\tcat\tthe\tNOUN\tNN\t_\t_\t_\t_\t_\n"
            "2\tdog\tdog\tNOUN\tNNP\t_\t_\t_\t_\t_\n"
            "2.1\tcat\t_\t_\t_\t_\t_\t_\t_\t_\n"
        )
        return path

    def test_conllu(self, words, conllu):
        lines = conllu.read_text().splitlines(keepends=True)
        lines[2] = lines[2].replace("\n", "\t010\n")
        lines[3] = lines[3].replace("\n", "\t010\n")
        for text, stdin in ((conllu, None), ("-", conllu.read_text())):
            result = succeed(
                "features", words, text, "--prefix-lengths", 3, stdin=stdin
            )
            assert result.stdout == "".join(lines)

    @pytest.mark.parametrize(
        ("options", "first"),
        [
            ([], "NOUN\tw[0]=cat\tb[0]3=010"),
            (["--column", "lemma", "--label", "Xpos"], "NN\tw[0]=the\tb[0]3=00$"),
            (["--column", -9, "--label", -6], "NN\tw[0]=cat\tb[0]3=010"),
        ],
    )
    def test_columns_of_conllu(self, words, conllu, options, first):
        result = succeed(
            *("features", words, conllu, "--to", "crfsuite", "--context", 0),
            *("--prefix-lengths", 3, *options),
        )
        assert result.stdout.splitlines()[0] == first
        assert len(result.stdout.splitlines()) == 3

    def test_unknown_column_of_conllu(self, words, conllu):
        message = fail("features", words, conllu, "--column", "word", exit_code=1)
        assert message == (
            "--column must be a number or one of ID, FORM, LEMMA, UPOS, XPOS, FEATS, "
            "HEAD, DEPREL, DEPS, MISC, got 'word'"
        )

    def test_other_columns(self, words, tmp_path):
        path = tmp_path / "tagged"
        path.write_text("# text = cat\n1\tcat\tN\n")
        result = succeed(
            *("features", words, path, "--column", 2, "--label", 3, "--to", "crfsuite"),
            *("--prefix-lengths", "3"),
        )
        assert result.stdout == "N\tw[0]=cat\tb[0]3=010\n\n"

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--prefix-lengths", "4,x"], "--prefix-lengths must be different lengths"),
            (["--prefix-lengths", "0"], "--prefix-lengths must be different lengths"),
            (["--prefix-lengths", "4,4"], "--prefix-lengths must be different length"),
            (["--label", "2"], "--label is for --to crfsuite"),
            (
                ["--column", "0"],
                "--column must be a number (1 is the first column, -1 the",
            ),
            (["--keep", "2"], "--keep is for --to crfsuite"),
            (["--label-last", "--to", "crfsuite"], "--label-last is for --to conll"),
            (["--keep", "0", "--to", "crfsuite"], "--keep must be a number (1 is the"),
            (["--label", "", "--to", "crfsuite"], "--label must be a number (1 is t"),
            (["--to", "xml"], "Invalid value for '--to'"),
        ],
    )
    def test_invalid_command_lines(self, words, tagged, options, error):
        assert fail("features", words, tagged, *options, exit_code=2).startswith(error)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--column", 3], "tagged:1: expected at least 3 columns, got 'The DET'"),
            (["--column", -3], "tagged:1: expected at least 3 columns, got 'The DET'"),
            (["--column", "form"], "--column must be a number, as the columns of this"),
            (["--unknown", "0"], "--unknown must be a cluster's bit string, got '0'"),
            (["--cut", 2], "the order of merges must be known to cut"),
        ],
    )
    def test_invalid_input(self, words, tagged, options, error):
        assert error in fail("features", words, tagged, *options, exit_code=1)

    def test_nothing_to_tag(self, words, tmp_path):
        empty, out = tmp_path / "empty", tmp_path / "out"
        empty.write_text("\n")
        message = fail("features", words, empty, "-o", out, exit_code=1)
        assert message == f"{empty}: expected tokens, got none"
        assert not out.exists()


class TestExtend:
    @pytest.fixture
    def more(self, tmp_path):
        path = tmp_path / "more"
        path.write_text("the mouse sat on the cat\nthe mouse ran\na lion sat\n")
        return path

    def test_new_words_join_clusters(self, trained, more, tmp_path):
        out = tmp_path / "extended"
        result = succeed("extend", trained, more, "-o", out)
        # The first run of all says that it compiles.
        assert "2 new words in 4 clusters, 13 words in all, average " in result.stderr
        old, new = WordClusters.load(trained), WordClusters.load(out)
        assert all(new[word] == old[word] for word in old)
        assert new["mouse"] == old["cat"]
        record = json.loads((out / "run.json").read_text())
        n_tokens = len(TEXT.split()) + len(more.read_text().split())
        assert (record["n_types"], record["n_tokens"]) == (13, n_tokens)
        assert set(record["seconds"]) == {"compile", "count", "extend", "write"}
        succeed("cut", out, "-c", 2)
        succeed("extend", out, more, "-o", tmp_path / "again", "-q")

    def test_counts_and_rare_words(self, trained, more, tmp_path):
        counts, out = tmp_path / "more.npz", tmp_path / "extended"
        succeed("count", more, "-o", counts)
        result = succeed("extend", trained, counts, "-o", out, "--min-count", 2)
        assert "1 new word in 4 clusters, 12 words in all" in result.stderr

    def test_normalisation_is_that_of_the_model(self, more, tmp_path):
        text, out = tmp_path / "upper", tmp_path / "out"
        text.write_text(TEXT.upper())
        succeed("cluster", text, "-c", 4, "--normalise", "lowercase", "-o", out)
        more.write_text(more.read_text().upper())
        succeed("extend", out, more, "-o", tmp_path / "extended")
        assert "mouse" in WordClusters.load(tmp_path / "extended")

    def test_normalisation_of_counts_that_were_added_up_and_filtered(
        self, more, tmp_path
    ):
        text, counts = tmp_path / "upper", tmp_path / "counts.npz"
        text.write_text(TEXT.upper())
        succeed("count", text, "--normalise", "lowercase", "-o", counts)
        options = ("-c", 4, "--min-count", 2, "-o", tmp_path / "out")
        succeed("cluster", counts, counts, *options)
        more.write_text(more.read_text().upper())
        succeed("extend", tmp_path / "out", more, "-o", tmp_path / "extended")
        assert "mouse" in WordClusters.load(tmp_path / "extended")

    def test_format_and_stopwords(self, trained, more, tmp_path):
        lines = more.read_text().splitlines()
        more.write_text("".join(f'{{"body": "{line}"}}\n' for line in lines))
        (tmp_path / "stopwords").write_text("lion\n")
        options = ("--format", "jsonl", "--field", "body")
        options += ("--stopwords", tmp_path / "stopwords")
        succeed("extend", trained, more, *options, "-o", tmp_path / "extended")
        clusters = WordClusters.load(tmp_path / "extended")
        assert "mouse" in clusters
        assert "lion" not in clusters

    def test_another_boundary(self, trained, more, tmp_path):
        counts = tmp_path / "more.npz"
        succeed("count", more, "-o", counts, "--boundary", "ignore")
        message = fail("extend", trained, counts, "-o", tmp_path / "o", exit_code=1)
        assert message.startswith(
            "boundary must be 'break', as in the text of the model"
        )

    def test_table_of_pairs(self, tmp_path):
        table, out = tmp_path / "pairs", tmp_path / "out"
        table.write_text("a\tb\t3\nb\tc\t4\n")
        succeed("cluster", table, "--pairs", "-c", 2, "-o", out)
        table.write_text("a\td\t3\n")
        succeed("extend", out, table, "-o", tmp_path / "extended")
        assert [*WordClusters.load(tmp_path / "extended")] == ["b", "c", "a", "d"]

    def test_existing_output(self, trained, more):
        out = trained.with_name("other")
        succeed("extend", trained, more, "-o", out)
        message = fail("extend", trained, more, "-o", out, exit_code=1)
        assert "already exists" in message

    def test_file_that_is_not_a_model(self, words, more, tmp_path):
        message = fail("extend", words, more, "-o", tmp_path / "o", exit_code=1)
        assert "expected a brownclust model, got another file" in message
