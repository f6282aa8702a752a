"""``brownclust tag train``."""

import gzip
import importlib
import re
import sys

import pytest
from commands import TEXT, fail, succeed
from samples import CONLLU, NER, POS, gold, with_column, write

from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger import PerceptronTagger, Tagger
from brownclust.tagger.crf import TRAINERS
from brownclust.tagger.tagged_text import read_tagged
from brownclust_cli.tag import tag

train = importlib.import_module("brownclust_cli.tag.train")  # not the command


class TestTrain:
    def test_progress_lines(self, data, tmp_path):
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
        options += ("--word-dropout", 0.5)
        succeed("tag", "train", names, "-o", tmp_path / "a", *options)
        columns = ("word", "pos")
        tagger = PerceptronTagger(
            "chunk",
            columns=columns,
            n_epochs=3,
            margin=2,
            recall_margin=1,
            word_dropout=0.5,
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

    def test_clusters_become_part_of_the_tagger(self, data, tmp_path, out):
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

    def test_tags_not_seen_in_training(self, data, tmp_path, out):
        dev = write(tmp_path / "dev", "the\tD\nup\tP\n")
        options = ("-o", out, "--epochs", 1, "--dev", dev)
        result = succeed("tag", "train", data, *options)
        problem = "1 tag not in the training data, counted as errors: P"
        assert result.stderr.splitlines()[1] == f"Warning: {dev}: {problem}"

    def test_development_data_in_another_scheme(self, names, tmp_path, out):
        text = NER.replace("B-LOC\nBob", "U-LOC\nBob").replace("I-", "L-")
        dev = write(tmp_path / "dev", text)
        options = ("-o", out, "--epochs", 1, "--dev", dev)
        assert "Warning" not in succeed("tag", "train", names, *options).stderr

    def test_resumes_from_a_checkpoint(self, data, tmp_path):
        whole, half, resumed = (tmp_path / name for name in "abc")
        saved, arguments = tmp_path / "saved", ("tag", "train", data, "--dev", data)
        succeed(*arguments, "--epochs", 5, "-o", whole)
        succeed(*arguments, "--epochs", 3, "-o", half, "--checkpoint", saved)
        resume = ("--warm-start", saved, "--checkpoint", tmp_path / "." / "saved")
        result = succeed(*arguments, "--epochs", 5, "-o", resumed, *resume)
        epochs = [x for x in result.stderr.splitlines() if x.startswith("epoch")]
        assert [line.partition(":")[0] for line in epochs] == ["epoch 4", "epoch 5"]
        assert resumed.read_bytes() == whole.read_bytes()
        assert Tagger.load(half).score(*read_tagged(data)) == 1.0
        assert not any(" *" in line for line in epochs)
        tagged = succeed("tag", "predict", saved, data).stdout  # it is a tagger, too
        assert tagged == succeed("tag", "predict", whole, data).stdout

    def test_starts_from_a_tagger(self, pos, tmp_path, out):
        more = write(tmp_path / "more", "birds\tN\nsing\tV\n")
        options = ("--epochs", 4, "--dev", more, "--warm-start", pos)
        result = succeed("tag", "train", more, "-o", out, *options)
        assert "epoch 1: " in result.stderr
        assert " *, " in result.stderr
        assert {"dog", "birds"} <= Tagger.load(out).known_words_

    def test_compact(self, data, tmp_path, out):
        options = ("-o", out, "--epochs", 4, "--compact", 0.5, "--force")
        printed = succeed("tag", "train", data, *options).stderr
        assert re.search(r" weights kept, training 100\.00 → \d+\.\d\d\n", printed)
        line = next(x for x in printed.splitlines() if x.startswith("compact: "))
        n_kept, n_before = line.split()[1:4:2]
        assert len(Tagger.load(out).weights_) == int(n_kept) < int(n_before)
        printed = succeed("tag", "train", data, "--dev", data, *options).stderr
        assert " weights kept, dev 100.00 → " in printed

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

    def test_crf_without_crfsuite(self, data, out, tmp_path, monkeypatch):
        crf = tmp_path / "crf.npz"
        options = ("--algorithm", "crf", "-q", "-o")
        succeed("tag", "train", data, *options, crf)
        expected = succeed("tag", "predict", crf, data).stdout
        monkeypatch.setitem(sys.modules, "pycrfsuite", None)
        message = fail("tag", "train", data, *options, out, exit_code=1)
        assert message.endswith("run: pip install 'brownclust[crf]'")
        assert not out.exists()
        assert succeed("tag", "predict", crf, data).stdout == expected

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--word-dropout", -1], "--word-dropout must be a number of at least 0"),
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
            (["--trainer", "ap"], "--trainer is only for --algorithm crf"),
            (["--backoff", "x"], "--backoff must be one of lowercase, digits, nfc,"),
            (["--columns", "a,,b"], "--columns must be distinct names such as word"),
            (["--columns", "a,A"], "--columns must be distinct names such as word,"),
            (["--columns", ""], "--columns must be distinct names such as word,pos"),
            (["--tag", 0], "--tag must be a number (1 is the first column"),
            (["--word", ""], "--word must be a number (1 is the first column"),
            (["--use", "word"], "--use must be the name of a column, not an att"),
            (["--use", "lower"], "--use must be the name of a column, not an att"),
            (["--use", "cluster"], "--use must be the name of a column, not an"),
            (["--use", "p os"], "--use must be the name of a column, not an att"),
            (["--use", ""], "--use must be the name of a column, not an att"),
            (["--dev", "none"], "--dev must be an existing file, got 'none'"),
            (["--templates", "."], "--templates must be an existing file, got '.'"),
            (["--warm-start", "-"], "--warm-start must be an existing file, got '-'"),
            (["--clusters", "none"], "--clusters must be an existing file or folder"),
            (["--checkpoint", ""], "--checkpoint must be a path, got ''"),
            (["--epoch", "1x"], "No such option"),
        ],
    )
    def test_invalid_command_lines(self, data, out, options, error):
        message = fail("tag", "train", data, "-o", out, *options, exit_code=2)
        assert message.startswith(error)
        assert message.endswith("(see brownclust tag train --help)")
        assert not out.exists()

    def test_missing_paths(self, data, out):
        message = fail("tag", "train", "none", "-o", out, exit_code=2)
        assert message.startswith("TRAIN must be an existing file, got 'none'")
        assert "TRAIN" in fail("tag", "train", "-o", out, exit_code=2)
        assert "'--output'" in fail("tag", "train", data, exit_code=2)
        for output in ("", "-"):
            message = fail("tag", "train", data, "-o", output, exit_code=2)
            assert message.startswith(f"--output must be a path, got '{output}'")

    def test_preset_and_templates_exclude_each_other(self, data, out):
        options = ("--preset", "pos", "--templates", data)
        message = fail("tag", "train", data, "-o", out, *options, exit_code=2)
        assert message.startswith("train takes --preset or --templates, not both")

    @pytest.mark.parametrize("name", train.FOR_PERCEPTRON)
    def test_options_that_a_crf_does_not_have(self, data, out, name):
        options = tag.commands["train"].params
        option = next(max(o.opts, key=len) for o in options if o.name == name)
        value = data if option == "--warm-start" else 1
        arguments = (data, "-o", out, "--algorithm", "crf", option, value)
        message = fail("tag", "train", *arguments, exit_code=2)
        assert message.startswith(f"{option} is only for --algorithm perceptron")

    @pytest.mark.parametrize(
        ("text", "options", "error"),
        [
            ("", [], "data.tsv: expected tokens, got none"),
            ("\n \n", [], "data.tsv: expected tokens, got none"),
            ("# a comment\n", ["--tag", 9], "data.tsv: expected tokens, got none"),
            (POS, ["--tag", 3], r"data.tsv:1: expected at least 3 columns, got 'the\t"),
            (POS, ["--word", 3], r"data.tsv:1: expected at least 3 columns, got 'the"),
            (POS + "\nx\n", ["--tag", 2], "data.tsv:12: expected 2 columns separated"),
            (POS, ["--tag", "x"], "--tag must be a number, as the columns of this fi"),
            (POS, ["--columns", "a,b", "--tag", "x"], "--tag must be a number or one"),
            (POS, ["--scheme", "bilou"], "--scheme must be auto or none, because the"),
            (POS, ["--margin", 10**6], "--margin must be at most 10000, got 1000000"),
            (POS, ["--hash-size", 2**31], "--hash-size must be at most 2147483647"),
            ("x\ny\n", [], "data.tsv:1: expected at least 2 columns, got 'x'"),
            (
                POS,
                ["--use", "pos"],
                "--columns must be given, as in word,pos,tag, to find the column pos",
            ),
            (
                CONLLU,
                ["--use", "upos"],
                "--tag must be another column than upos, which",
            ),
            (CONLLU[:-12], [], "data.tsv:14: expected 10 columns separated by t"),
        ],
    )
    def test_invalid_data(self, tmp_path, out, text, options, error):
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
                "--columns must be given, as in word,pos,tag, to find the column wrod",
            ),
            ("--templates", "cluster[0]\n", "--clusters must be given, because a te"),
            ("--clusters", "the dog\n", ":1: expected bit string TAB word TAB count"),
            ("--dev", "", ": expected tokens, got none"),
            ("--dev", "x\tB-PER\n", ": expected tags as in training, such as D, N, V,"),
            ("--warm-start", "x", ": expected a brownclust tagger, got another file"),
        ],
    )
    def test_other_invalid_files(self, data, tmp_path, option, text, error):
        other = write(tmp_path / "other", text)
        arguments = (data, "-o", tmp_path / "out", option, other, "-q")
        message = fail("tag", "train", *arguments, exit_code=1)
        assert error in message
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data.tsv", "other"]

    def test_warm_start_with_new_tags(self, pos, tmp_path, out):
        data = write(tmp_path / "data", "x\tD\ny\tQ\n")
        arguments = (data, "-o", out, "--warm-start", pos, "-q")
        message = fail("tag", "train", *arguments, exit_code=1)
        assert "expected a tag of --warm-start: D, N, V, got 'Q'" in message

    def test_existing_output(self, data, tmp_path, out):
        out.write_text("mine")
        saved = tmp_path / "saved"
        for options in (["-o", out], ["-o", saved, "--checkpoint", out]):
            message = fail("tag", "train", data, *options, exit_code=1)
            assert message == f"{out}: already exists (--force replaces it)"
        assert out.read_text() == "mine"
        succeed("tag", "train", data, "-o", out, "--force", "--epochs", 1, "-q")
        Tagger.load(out)

    @pytest.mark.parametrize("option", ["--output", "--checkpoint"])
    @pytest.mark.parametrize("kind", ["train", "--dev", "--templates", "--clusters"])
    def test_inputs_are_never_overwritten(self, data, tmp_path, kind, option):
        files = write(tmp_path / "read", POS)
        arguments = [files] if kind == "train" else [data, kind, files]
        if option == "--checkpoint":
            arguments += ["-o", tmp_path / "out"]
        message = fail(
            "tag", "train", *arguments, option, files, "--force", exit_code=1
        )
        of = "" if kind == "train" else f" of {kind}"
        rule = f"must be a file other than the input{of}, got "
        assert message.startswith(f"{option} {rule}")
        assert files.read_text() == POS

    def test_warm_start_file_is_never_overwritten(self, pos, data):
        before = pos.read_bytes()
        arguments = (data, "--warm-start", pos, "-o", pos, "--force")
        assert "a file other than the input" in fail(
            "tag", "train", *arguments, exit_code=1
        )
        assert pos.read_bytes() == before

    def test_checkpoint_must_be_another_file(self, data, out):
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
        resume = (data, "-o", out, "--warm-start", tmp_path / "saved", "--epochs", 2)
        assert "epoch 2: " in succeed("tag", "train", *resume).stderr
