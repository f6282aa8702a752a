"""The options that all experiments have."""

import pytest

from benchmarks.experiments.common.options import experiment_parser, text_files


def test_a_folder_without_labelled_data_is_refused(tmp_path, capsys):
    given = ["--data", str(tmp_path), "--work", str(tmp_path)]
    with pytest.raises(SystemExit, match="2"):
        experiment_parser("x", "X.").parse_args(given)
    assert "--data: must have a folder labelled, got" in capsys.readouterr().err


def test_texts_are_plain_or_compressed(tmp_path):
    (tmp_path / "labelled").mkdir()
    (tmp_path / "text").mkdir()
    for name in ("a.txt", "b.txt.xz"):
        (tmp_path / "text" / name).touch()
    given = ["--data", str(tmp_path), "--work", str(tmp_path)]
    options = experiment_parser("x", "X.").parse_args(given)
    names = [file.name for file in text_files(options, ("b", "a"))]
    assert names == ["b.txt.xz", "a.txt"]
    with pytest.raises(SystemExit, match="text must have c"):
        text_files(options, ("c",))
