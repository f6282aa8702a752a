import errno
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from archives import rewrite
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    as_bigram_counts,
    examples,
    huge_tables,
    tables_and_windows,
)

from brownclust import BigramCounts, Dendrogram
from brownclust._archive import ArchiveError, load_archive
from brownclust.counting.count_table import CountTable
from brownclust.counting.options import MAX_COUNT
from brownclust.counting.origin import Origin
from brownclust.counting.sparse_rows import SparseRows
from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.extend import extend_model
from brownclust.tree.fitting import cluster_counts
from brownclust.tree.model import FORMAT_VERSION, BrownModel
from brownclust.tree.output import OUTPUT_NAMES, check_output, write_output

RUN = {"seconds": {"count": 1.0}}


@pytest.fixture
def model():
    """A model that was clustered: a file with other numbers is refused."""
    lines = ["the dog of the caf\udce9", "the dog of Straße", "of the caf\udce9"]
    counts = BigramCounts.from_sentences(
        map(str.split, lines), encoding_errors="surrogateescape"
    )
    return cluster_counts(counts, n_clusters=2, window=3)


@pytest.fixture
def parts():
    """A model of numbers that are easy to check by hand."""
    tree = Dendrogram(
        [[0, 3], [2, 4], [1, 5], [6, 7]],
        [4, 8, 12, 20],
        scale=2,
        window=3,
        n_bigrams=10,
        ami_at_window=1.0,
    )
    return BrownModel(
        Vocabulary.from_words(["the", "of", b"caf\xe9", "dog", "Straße"]),
        np.array([9, 7, 3, 2, 1]),
        tree,
        n_clusters=2,
        n_tokens=25,
        class_counts=CountTable(
            np.array([10, 9, 3]),
            SparseRows(
                np.array([0, 2, 3, 3]),
                np.array([0, 2, 1], np.int32),
                np.array([4, 2, 4]),
            ),
            *(np.zeros(3, np.int64),) * 2,
            n_tokens=25,
            n_bigrams=10,
            n_lines=3,
            boundary="break",
        ),
        origin=Origin(normalise=("lowercase",)),
        options={"boundary": "break", "vocabulary": None},
    )


def replace_words(counts):
    """The same counts, of which every other word has another name."""
    words = [f"{word}{'x' * (i % 2)}" for i, word in enumerate(counts.vocabulary)]
    return replace(counts, vocabulary=Vocabulary.from_words(words))


class TestFile:
    @pytest.fixture
    def path(self, model, tmp_path):
        model.save(tmp_path / "model.npz")
        return tmp_path / "model.npz"

    def test_round_trip(self, model, path):
        loaded = BrownModel.load(path)
        assert loaded.vocabulary == model.vocabulary
        assert loaded.unigram_counts.tolist() == model.unigram_counts.tolist()
        assert loaded.dendrogram.children.tolist() == model.dendrogram.children.tolist()
        assert loaded.dendrogram.losses.tolist() == model.dendrogram.losses.tolist()
        for name in ("scale", "window", "n_bigrams", "ami_at_window"):
            assert getattr(loaded.dendrogram, name) == getattr(model.dendrogram, name)
        for name in ("n_clusters", "n_tokens", "options", "ami"):
            assert getattr(loaded, name) == getattr(model, name)

    @examples(60)
    @given(table_and_window=tables_and_windows(), cut=st.integers(1, 30))
    def test_no_model_is_refused(self, tmp_path_factory, table_and_window, cut):
        table, window = table_and_window
        path = tmp_path_factory.getbasetemp() / "any.npz"
        counts = as_bigram_counts(table)
        model = cluster_counts(counts, n_clusters=min(cut, window), window=window)
        model.save(path)
        assert BrownModel.load(path).ami == model.ami
        half = MAX_COUNT // 2
        if table.n_tokens <= half:
            extend_model(model, replace_words(counts)).save(path)
            assert BrownModel.load(path).n_tokens == 2 * table.n_tokens

    def test_only_refined_models_have_the_version_of_blank_losses(self, path, tmp_path):
        with np.load(path) as archive:
            assert archive["format_version"] == 1
        counts = BigramCounts.from_sentences([["a", "b", "c", "b", "a"]])
        cluster_counts(counts, n_clusters=2, refine=1).save(tmp_path / "refined.npz")
        with np.load(tmp_path / "refined.npz") as archive:
            assert archive["format_version"] == 2
        message = r"version up to 1, got 2: written by a newer brownclust; run: pip"
        with pytest.raises(ArchiveError, match=message):  # as an older version does
            load_archive(tmp_path / "refined.npz", "model", 1)

    @pytest.mark.slow
    @examples(60)
    @given(table_and_window=tables_and_windows(huge_tables))
    def test_models_of_huge_counts(self, tmp_path_factory, table_and_window):
        table, window = table_and_window
        path = tmp_path_factory.getbasetemp() / "huge.npz"
        counts = as_bigram_counts(table)
        for refine in (0, 1):
            model = cluster_counts(counts, n_clusters=window, refine=refine)
            model.save(path)
            assert BrownModel.load(path).ami == model.ami
            if table.n_tokens <= MAX_COUNT // 2:
                extended = extend_model(model, replace_words(counts))
                assert extended.n_tokens == 2 * table.n_tokens

    @examples(15)
    @given(table_and_window=tables_and_windows(), seed=st.integers(0, 9))
    def test_no_refined_model_is_refused(
        self, tmp_path_factory, table_and_window, seed
    ):
        table, n_clusters = table_and_window
        path = tmp_path_factory.getbasetemp() / "refined.npz"
        counts = as_bigram_counts(table)
        model = cluster_counts(counts, n_clusters=n_clusters, refine=1, seed=seed)
        model.save(path)
        loaded = BrownModel.load(path)
        assert loaded.ami == model.ami
        assert loaded.dendrogram.n_blank == counts.n_types - n_clusters
        if table.n_tokens <= MAX_COUNT // 2:
            extended = extend_model(model, replace_words(counts))
            extended.save(path)
            again = BrownModel.load(path).dendrogram
            assert again.n_blank == model.dendrogram.n_blank
            assert not np.isnan(again.merge_losses[again.n_blank :]).any()

    def test_load_from_the_folder(self, path):
        assert BrownModel.load(path.parent).n_clusters == 2

    def test_same_model_same_bytes(self, model, path, tmp_path):
        model.save(tmp_path / "again.npz")
        assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()

    def test_nothing_is_pickled(self, path):
        with np.load(path, allow_pickle=False) as archive:
            assert not any(archive[name].dtype.hasobject for name in archive.files)

    def test_missing(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            BrownModel.load(tmp_path / "none.npz")

    def test_folder_without_model(self, tmp_path):
        message = "expected a folder that brownclust cluster wrote, got one without"
        with pytest.raises(ArchiveError, match=message):
            BrownModel.load(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"PK", b"001\tthe\t9\n"])
    def test_foreign_text(self, path, content):
        path.write_bytes(content)
        with pytest.raises(ArchiveError, match="expected a brownclust model, got ano"):
            BrownModel.load(path)

    def test_foreign_archives(self, path):
        np.savez(path, weights=np.ones(3))
        with pytest.raises(ArchiveError, match="got another program's archive"):
            BrownModel.load(path)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
        with pytest.raises(ArchiveError, match=r"expected a .*model, got"):
            BrownModel.load(path)

    def test_counts_are_not_a_model(self, path):
        rewrite(path, format="brownclust counts file")
        with pytest.raises(ArchiveError, match="model, got brownclust counts file"):
            BrownModel.load(path)

    def test_pickled_objects_are_not_read(self, path):
        np.savez(path, allow_pickle=True, format=np.array([{}], dtype=object))
        with pytest.raises(ArchiveError, match="damaged"):
            BrownModel.load(path)

    def test_newer_version(self, path):
        rewrite(path, format_version=FORMAT_VERSION + 1)
        message = (
            f"expected a model of format version up to {FORMAT_VERSION}, got "
            f"{FORMAT_VERSION + 1}.*run: pip install --upgrade brownclust"
        )
        with pytest.raises(ArchiveError, match=message):
            BrownModel.load(path)

    @pytest.mark.parametrize("version", [None, "one", 0, np.array([1])])
    def test_bad_version(self, path, version):
        rewrite(path, format_version=version)
        with pytest.raises(ArchiveError, match=r"format_version|format version"):
            BrownModel.load(path)

    def test_truncated_anywhere(self, path):
        whole = path.read_bytes()
        for size in range(4, len(whole), 97):
            path.write_bytes(whole[:size])
            with pytest.raises(ArchiveError, match="damaged"):
                BrownModel.load(path)

    def test_flipped_bytes(self, path):
        """A wrong byte raises our error or does no harm."""
        whole = path.read_bytes()
        for at in range(4, len(whole), 31):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
            try:
                BrownModel.load(path)
            except ArchiveError as error:
                assert "\n" not in str(error)  # noqa: PT017

    @pytest.mark.parametrize(
        "changes",
        [
            {"children": None},
            {"children": np.array([[0, 3], [2, 4], [1, 5], [6, 6]])},
            {"children": np.zeros((4, 2))},
            {"losses": np.array([1, 2, 3])},
            {"unigram_counts": np.array([9, 7, 3, 2])},
            {"unigram_counts": np.array([9, 7, 3, 2, 0.5])},
            {"unigram_counts": np.array([2**62, 2**62, 2**62, 2**62, 1])},
            {"vocabulary_offsets": np.array([0, 3])},
            {"n_clusters": 4},
            {"n_clusters": np.array([1, 2])},
            {"n_clusters": np.array(1.5)},
            {"n_tokens": np.array(0)},
            {"n_tokens": np.array("many")},
            {"window": 6},
            {"options": "{"},
            {"options": "[]"},
            {"options": '{"extended": 5}'},
            {"vocabulary_buffer": np.frombuffer(b"theofdogofcaf\xe9xx", np.uint8)},
            {"scale": 51},
            {"scale": 99},
            {"scale": 53.0},
            {"ami_at_window": 0.5},
            {"ami_at_window": np.nan},
            {"ami_at_window": "1"},
            {"losses": np.zeros(4, np.int64)},
            {"losses": np.array([2**62, 0, 0, 0])},
            {"losses": np.array([-(2**62), 0, 0, 0])},
            {"class_counts": np.array([3, 3, 5])},
            {"class_counts": np.array([3.0, 3.0, 5.0])},
            {"class_pair_counts": np.array([-100] * 4)},
            {"class_pair_indices": np.array([9] * 4, np.int32)},
            {"class_pair_offsets": np.array([0, 2**62, 3, 4])},
            {"class_edge_starts": np.array([2**62, 0, 0])},
            {"class_edge_ends": np.array([-1, 0, 0])},
            {"boundary": "mark"},
            {"n_lines": 99},
            {"n_bigrams": 99},
            {"origin": "[]"},
        ],
    )
    def test_parts_that_do_not_fit(self, path, changes):
        rewrite(path, **changes)
        with pytest.raises(ArchiveError, match="got a damaged file") as caught:
            BrownModel.load(path)
        assert "\n" not in str(caught.value)


class TestParts:
    def test_sizes(self, parts):
        with pytest.raises(ValueError, match="dendrogram must be a tree of 1 leaves"):
            replace(parts, vocabulary=Vocabulary.from_words(["the"]))
        with pytest.raises(ValueError, match=r"unigram_counts must be of shape \(5,\)"):
            replace(parts, unigram_counts=np.array([1]))
        with pytest.raises(ValueError, match="n_clusters must be at most the window"):
            replace(parts, n_clusters=4)

    def test_ami(self, parts):
        assert parts.ami == pytest.approx(0.7, abs=1e-15)


class TestOutput:
    def test_files(self, model, tmp_path):
        folder = tmp_path / "new" / "out"
        run = write_output(folder, model, RUN)
        assert sorted(p.name for p in folder.iterdir()) == sorted(OUTPUT_NAMES)
        assert (folder / "paths").read_bytes().startswith("0\tStraße\t1\n".encode())
        assert len((folder / "merges.tsv").read_text().splitlines()) == 5
        assert BrownModel.load(folder).n_clusters == 2
        assert json.loads((folder / "run.json").read_text()) == run
        assert set(run["seconds"]) == {"count", "write"}

    def test_temporary_files_of_killed_writes_are_removed(self, model, tmp_path):
        ours = [f".{name}.0123456789ab.tmp" for name in OUTPUT_NAMES]
        theirs = [".paths.tmp", ".vimrc.0123456789ab.tmp", "notes"]
        for name in (*ours, *theirs):
            (tmp_path / name).touch()
        write_output(tmp_path, model, RUN)
        left = sorted(path.name for path in tmp_path.iterdir())
        assert left == sorted([*OUTPUT_NAMES, *theirs])

    @pytest.mark.parametrize("name", OUTPUT_NAMES)
    def test_never_overwrites_unasked(self, model, tmp_path, name):
        (tmp_path / name).write_text("precious")
        with pytest.raises(FileExistsError, match=f"{name}"):
            write_output(tmp_path, model, RUN)
        assert [p.name for p in tmp_path.iterdir()] == [name]
        assert (tmp_path / name).read_text() == "precious"

    def test_force_replaces_only_our_files(self, model, tmp_path):
        others = {"notes.txt": "mine", "paths.bak": "mine", ".paths": "mine"}
        for name, content in (others | dict.fromkeys(OUTPUT_NAMES, "old")).items():
            (tmp_path / name).write_text(content)
        write_output(tmp_path, model, RUN, force=True)
        assert {p.name for p in tmp_path.iterdir()} == {*others, *OUTPUT_NAMES}
        assert all((tmp_path / n).read_text() == text for n, text in others.items())
        assert BrownModel.load(tmp_path).n_clusters == 2

    def test_a_failure_before_the_files_are_complete_changes_nothing(
        self, model, tmp_path, monkeypatch
    ):
        for name in OUTPUT_NAMES:
            (tmp_path / name).write_text("old")

        def fail(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("brownclust.tree.output.write_merges", fail)
        with pytest.raises(OSError, match="No space left"):
            write_output(tmp_path, model, RUN, force=True)
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted(OUTPUT_NAMES)
        assert all((tmp_path / name).read_text() == "old" for name in OUTPUT_NAMES)

    def test_a_disk_that_is_full_only_when_flushed_changes_nothing(
        self, model, tmp_path, monkeypatch
    ):
        for name in OUTPUT_NAMES:
            (tmp_path / name).write_text("old")

        def fail(_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            write_output(tmp_path, model, RUN, force=True)
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted(OUTPUT_NAMES)
        assert all((tmp_path / name).read_text() == "old" for name in OUTPUT_NAMES)

    def test_a_crash_between_the_files_leaves_no_run_json(
        self, model, tmp_path, monkeypatch
    ):
        for name in OUTPUT_NAMES:
            (tmp_path / name).write_text("old")
        rename = Path.replace

        def crash(self, target):
            if Path(target).name == "model.npz":
                raise OSError(errno.EIO, "Input/output error")
            return rename(self, target)

        monkeypatch.setattr(Path, "replace", crash)
        with pytest.raises(OSError, match="Input/output error"):
            write_output(tmp_path, model, RUN, force=True)
        assert sorted(p.name for p in tmp_path.iterdir()) == [
            "merges.tsv",
            "model.npz",
            "paths",
        ]

    def test_check_creates_nothing(self, tmp_path):
        check_output(tmp_path / "a" / "b", OUTPUT_NAMES, force=False)
        assert not list(tmp_path.iterdir())

    def test_check_of_a_file_in_place_of_a_folder(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(NotADirectoryError, match="is not a folder"):
            check_output(tmp_path / "file", OUTPUT_NAMES, force=True)
        with pytest.raises(OSError, match="cannot be written to"):
            check_output(tmp_path / "file" / "out", OUTPUT_NAMES, force=True)

    def test_check_of_a_broken_link(self, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "nothing")
        with pytest.raises(NotADirectoryError, match="is not a folder"):
            check_output(tmp_path / "link", OUTPUT_NAMES, force=True)
        with pytest.raises(OSError, match="cannot be written to"):
            check_output(tmp_path / "link" / "out", OUTPUT_NAMES, force=True)
        (tmp_path / "paths").symlink_to(tmp_path / "nothing")
        with pytest.raises(FileExistsError, match="already exists"):
            check_output(tmp_path, OUTPUT_NAMES, force=False)

    def test_check_of_a_folder_in_place_of_a_file(self, tmp_path):
        (tmp_path / "paths").mkdir()
        with pytest.raises(FileExistsError, match="is not a file"):
            check_output(tmp_path, OUTPUT_NAMES, force=True)

    def test_check_of_a_folder_that_cannot_be_written_to(self, tmp_path, monkeypatch):
        def refuse(**_):
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr("brownclust.tree.output.tempfile.TemporaryFile", refuse)
        with pytest.raises(OSError, match=r"be written to \(Permission denied\)"):
            check_output(tmp_path / "out", OUTPUT_NAMES, force=False)
