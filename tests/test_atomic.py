import os
from pathlib import Path

import pytest

from brownclust import _atomic, _locks
from brownclust._atomic import atomic_write, remove_remains, reserved


def test_the_file_appears_once_all_is_written(tmp_path):
    path = tmp_path / "file"
    with atomic_write(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_utf8_and_escaped_surrogates_are_bytes(tmp_path):
    path = tmp_path / "file"
    with atomic_write(path, "w") as file:
        file.write("ü\ncaf\udce9\n")
    assert path.read_bytes() == b"\xc3\xbc\ncaf\xe9\n"


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_error_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write():
        with atomic_write(path) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        write()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "other").touch()
    with atomic_write(tmp_path / "file"):
        pass
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_missing_folder_is_named_not_the_temporary_file(tmp_path):
    path = tmp_path / "nothing" / "file"
    with pytest.raises(FileNotFoundError) as caught, atomic_write(path):
        pass
    assert caught.value.filename == str(path)


def test_a_folder_has_that_name(tmp_path):
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="file"), atomic_write(tmp_path / "file") as file:
        file.write(b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_temporary_files_of_killed_writes_are_removed(tmp_path):
    path = tmp_path / "a+b"
    (tmp_path / ".a+b.0123456789ab.tmp").touch()
    others = [".aab.0123456789ab.tmp", ".a+b.tmp", ".a+b.0123456789abc.tmp", "a+b"]
    for name in others:
        (tmp_path / name).touch()
    remove_remains(path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(others)


def test_temporary_files_in_use_are_not_removed(tmp_path):
    path = tmp_path / "file"
    with atomic_write(path) as file:
        file.write(b"whole")
        remove_remains(path)
    assert path.read_bytes() == b"whole"


def test_a_temporary_file_that_is_taken_for_a_remain_before_it_is_locked(
    tmp_path, monkeypatch
):
    path = tmp_path / "file"
    taken = []

    def is_locked_by_another(file):
        if not taken:
            taken.append(Path(file.name))
            taken[0].unlink()
        return _locks.is_locked_by_another(file)

    monkeypatch.setattr(_atomic, "is_locked_by_another", is_locked_by_another)
    with atomic_write(path) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", ["w", "wb"])
@pytest.mark.parametrize("when", ["fsync", "replace"])
def test_errors_at_the_end_name_the_file(tmp_path, monkeypatch, mode, when):
    path = tmp_path / "file"

    def fail(*_):
        raise OSError(28, "No space left on device")

    def write():
        with atomic_write(path, mode) as file:
            file.write(b"x" if mode == "wb" else "x")

    monkeypatch.setattr(os if when == "fsync" else Path, when, fail)
    with pytest.raises(OSError, match="No space left") as caught:
        write()
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="limits the size of files as POSIX does")
@pytest.mark.parametrize("size", [1000, 1_000_000])
def test_errors_of_writing_name_the_file(tmp_path, size):
    import resource

    path = tmp_path / "file"

    def write():
        with atomic_write(path) as file:
            file.write(bytes(size))

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


class TestReserved:
    def test_by_another(self, tmp_path):
        path = tmp_path / "file"
        with reserved(path):
            with pytest.raises(OSError, match="another brownclust") as caught:
                reserved(path).__enter__()
            assert caught.value.filename == str(path)
        with reserved(path):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_a_lock_of_a_killed_process(self, tmp_path):
        (tmp_path / ".file.lock").touch()
        (tmp_path / ".file.0123456789ab.tmp").touch()
        with reserved(tmp_path / "file"):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_without_locks(self, tmp_path, monkeypatch):
        """As in some network folders: two go on, and remains are left alone."""
        monkeypatch.setattr(_atomic, "is_locked_by_another", lambda _: None)
        monkeypatch.setattr(_locks, "is_locked_by_another", lambda _: None)
        path = tmp_path / "file"
        remain = tmp_path / ".file.0123456789ab.tmp"
        remain.touch()
        with reserved(path), reserved(path), atomic_write(path, "w") as file:
            file.write("x")
        assert path.read_text() == "x"
        assert sorted(tmp_path.iterdir()) == [remain, path]

    def test_a_folder_that_stays_empty(self, tmp_path):
        with reserved(tmp_path / "a" / "b" / "file"):
            assert (tmp_path / "a" / "b").is_dir()
        assert not (tmp_path / "a").exists()
        with reserved(tmp_path / "a" / "b" / "file"):
            (tmp_path / "a" / "b" / "file").touch()
        assert (tmp_path / "a" / "b" / "file").exists()
