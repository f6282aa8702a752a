import pytest

from brownclust._atomic import atomic_write, remove_remains


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
