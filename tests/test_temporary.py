import pytest

from brownclust import _temporary
from brownclust._temporary import temporary_folder


def test_removed_at_the_end(tmp_path):
    with temporary_folder(tmp_path, ".a", mode=0o700) as folder:
        (folder / "file").touch()
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_removed_after_an_error(tmp_path):
    with pytest.raises(KeyboardInterrupt), temporary_folder(tmp_path, "a"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_remains_of_killed_processes(tmp_path):
    left = ["a+b.0123456789ab.parts", "a+b.0123456789ac.parts.gone"]
    others = ["a+b.0123456789ab", "aab.0123456789ab.parts", "a+b.1.parts"]
    for name in left + others:
        (tmp_path / name).mkdir()
        (tmp_path / name / "lock").touch()
        (tmp_path / name / "1.npy").touch()
    (tmp_path / "a+b.0123456789ad.parts").mkdir()  # killed before it had a lock
    (tmp_path / "a+b.0123456789ae.parts").mkdir()
    (tmp_path / "a+b.0123456789ae.parts" / "not ours").touch()
    with temporary_folder(tmp_path, "a+b") as folder:
        found = {path.name for path in tmp_path.iterdir()}
    assert found == {*others, "a+b.0123456789ae.parts", folder.name}


def test_folders_in_use_stay(tmp_path):
    with temporary_folder(tmp_path, "a") as one, temporary_folder(tmp_path, "a") as two:
        assert one != two
        assert one.exists()


def test_a_folder_that_is_removed_before_it_is_locked(tmp_path, monkeypatch):
    taken = []

    def is_locked_by_another(file):
        if not taken:
            taken.append(file.name)
            (tmp_path / file.name).unlink()
        return False

    monkeypatch.setattr(_temporary, "is_locked_by_another", is_locked_by_another)
    with temporary_folder(tmp_path, "a") as folder:
        assert (folder / "lock").exists()
        assert str(folder) not in taken[0]
