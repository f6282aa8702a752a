"""Binary files whose zip or npy structure lies: one line, and no memory wasted."""

import io
import zipfile

import numpy as np
import pytest

from brownclust._archive import (
    ArchiveError,
    archive_kind,
    integer_of,
    load_archive,
    number_of,
    pack_text,
    record_of,
    refusing_damage,
    text_of,
    unpack_text,
    write_archive,
)
from brownclust._npz import DIGEST

KIND = "thing"
ARRAYS = {
    "numbers": np.arange(6, dtype=np.int32).reshape(2, 3),
    "empty": np.empty((0, 2)),
    "flags": np.array([True, False]),
    "number": 5,
    "text": "naïve",
    "record": "{}",
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "thing.npz"
    with path.open("wb") as file:
        write_archive(file, KIND, 1, ARRAYS)
    return path


def load(path):
    return load_archive(path, KIND, 1)


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path, contents, compression=zipfile.ZIP_STORED):
    """Write the members of a zip file as they are."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=True)
    return file.getvalue()


def header_of(shape, dtype="<i8", fortran=False):
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": fortran, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue()


def refused(path, reason=None):
    with pytest.raises(ArchiveError, match=reason) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected a ")
    assert "\n" not in message
    return message


def test_arrays_come_back_as_they_were(path):
    arrays = load(path)
    assert set(arrays) == {*ARRAYS, "format", "format_version"}
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == np.asarray(array).dtype
    with np.load(path, allow_pickle=False) as archive:  # NumPy reads it, too
        np.testing.assert_array_equal(archive["numbers"], ARRAYS["numbers"])


def test_every_changed_byte_is_found(path):
    whole = members(path)
    assert f"{DIGEST}.npy" in whole
    n_changed = 0
    for name, data in whole.items():
        for at in range(data.index(b"\n") + 1, len(data)):
            changed = bytearray(data)
            changed[at] ^= 1
            write_members(path, {**whole, name: changed})
            refused(path)
            n_changed += 1
    assert n_changed > 100


@pytest.mark.parametrize("name", ["numbers", "empty", "text"])
def test_members_that_are_gone_or_added(path, name):
    whole = members(path)
    write_members(path, {n: d for n, d in whole.items() if n != f"{name}.npy"})
    refused(path, r"\(digest must be that of the contents")
    write_members(path, {**whole, "more.npy": whole[f"{name}.npy"]})
    refused(path, r"\(digest must be that of the contents")
    other = {n: d for n, d in whole.items() if n != f"{name}.npy"}
    write_members(path, {**other, "more.npy": whole[f"{name}.npy"]})
    refused(path, r"\(digest must be that of the contents")


def test_a_type_of_the_same_bytes_is_another_content(path):
    whole = members(path)
    data = whole["numbers.npy"].replace(b"'<i4'", b"'<u4'")
    write_members(path, {**whole, "numbers.npy": data})
    refused(path, r"\(digest must be that of the contents")


def test_files_of_version_0_1_0_have_no_digest(path):
    whole = members(path)
    del whole[f"{DIGEST}.npy"]
    write_members(path, whole)
    np.testing.assert_array_equal(load(path)["numbers"], ARRAYS["numbers"])


def test_compressed_by_someone_else(path):
    write_members(path, members(path), zipfile.ZIP_DEFLATED)
    np.testing.assert_array_equal(load(path)["numbers"], ARRAYS["numbers"])
    write_members(path, members(path), zipfile.ZIP_BZIP2)
    refused(path, "must be stored or deflated, got 12")


def test_arrays_in_the_order_of_fortran(path):
    whole = members(path)
    del whole[f"{DIGEST}.npy"]
    array = np.asfortranarray(ARRAYS["numbers"])
    write_members(path, {**whole, "numbers.npy": npy(array)})
    np.testing.assert_array_equal(load(path)["numbers"], ARRAYS["numbers"])


def test_arrays_of_a_machine_with_another_byte_order(path):
    whole = members(path)
    del whole[f"{DIGEST}.npy"]
    array = ARRAYS["numbers"].astype(ARRAYS["numbers"].dtype.newbyteorder())
    write_members(path, {**whole, "numbers.npy": npy(array)})
    found = load(path)["numbers"]
    np.testing.assert_array_equal(found, ARRAYS["numbers"])
    assert found.dtype == ARRAYS["numbers"].dtype


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (header_of((2**40,)), "of 0 bytes, as the file has, got 'int64 of shape"),
        (header_of((2**70,)), "of 0 bytes, as the file has"),
        (header_of((2**32, 2**32)), "of 0 bytes, as the file has"),
        (header_of((0, -3)), "as the file has"),
        (header_of((-1,)) + bytes(8), "as the file has"),
        (header_of((1,)) + bytes(7), "of 7 bytes, as the file has"),
        (header_of((1,)) + bytes(9), "of 9 bytes, as the file has"),
        (header_of((1,), "|O") + bytes(8), "numbers or text, got '.O'"),
        (header_of((1,), "<M8[s]") + bytes(8), "numbers or text"),
        (header_of((1,), "<c16") + bytes(16), "numbers or text"),
        (header_of((1,), [("a", "<i8")]) + bytes(8), "numbers or text"),
        (header_of((3,), "<U0"), "numbers or text"),
        (header_of((2,), "|b1") + b"\1\7", "values of numbers must be up to 1, got 7"),
        (header_of((1,)).replace(b"(1,)", b"(1L,)"), "npy|header|array"),
        (header_of((1,)).replace(b"\1\0", b"\3\0", 1) + bytes(8), "version 1.0"),
        (
            header_of((), "<U1") + b"\0\0\xff\0",
            "values of numbers must be up to 1114111",
        ),
        (npy(np.array([{}], object)), "numbers or text"),
        (b"", "EOF"),
        (b"hello", "EOF"),
    ],
)
def test_arrays_that_are_not_what_they_say(path, data, reason):
    whole = members(path)
    del whole[f"{DIGEST}.npy"]
    write_members(path, {**whole, "numbers.npy": data})
    assert "damaged" in refused(path, reason)


def test_names_that_come_twice(path):
    whole = members(path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(match="Duplicate"):
        archive.writestr("numbers.npy", whole["numbers.npy"])
    refused(path, "names must be all different, got 'numbers twice'")


def test_files_that_expand_too_much(path):
    zeros = header_of((2**22,)) + bytes(2**25)
    write_members(path, {**members(path), "zeros.npy": zeros}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**16
    refused(path, "bytes of arrays must be at most .* in a file of this size")


def test_sizes_that_are_lies(path):
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        n_bytes = archive.getinfo("numbers.npy").file_size
    size = n_bytes.to_bytes(4, "little")
    directory = whole.rindex(b"PK\1\2", 0, whole.rindex(b"numbers.npy"))
    at = whole.index(size + size, directory)
    for lie in (2**20, 2**32 - 2, 0, n_bytes - 1, n_bytes + 1):
        changed = bytearray(whole)
        changed[at + 4 : at + 8] = lie.to_bytes(4, "little")
        path.write_bytes(changed)
        refused(path, "damaged")


def test_members_with_a_password(path):
    changed = bytearray(path.read_bytes())
    at = changed.rindex(b"PK\1\2", 0, changed.rindex(b"numbers.npy"))
    changed[at + 8] |= 1  # in the flags of the directory
    path.write_bytes(changed)
    refused(path, "numbers must be without a password")


def test_a_pipe_or_folder_is_not_an_archive(tmp_path):
    assert archive_kind(tmp_path) is None
    with pytest.raises(IsADirectoryError):
        load(tmp_path)


def test_kinds(path):
    assert archive_kind(path) == KIND
    write_members(path, {"readme.txt": b"hello"})
    assert archive_kind(path) == ""
    refused(path, r"got another program's archive \(unpack it, if it has text\)$")
    write_members(path, {"format.npy": npy(np.array("brownclust\nthing"))})
    refused(path, "got brownclust thing$")
    write_members(path, {"format.npy": npy(np.array([1]))})
    assert archive_kind(path) == ""
    refused(path, "format must be a string, got 'int64 of shape")


def test_packed_text_that_is_not_utf_8():
    packed = pack_text("naïve")
    assert unpack_text(packed) == "naïve"
    with pytest.raises(ValueError, match=r"^text must be UTF-8, got b'.xaf'$"):
        unpack_text(packed[[0, 1, 3]])


def test_values_of_the_wrong_type(path):
    arrays = load(path)
    assert text_of(arrays, "text") == "naïve"
    assert integer_of(arrays, "number") == number_of(arrays, "number") == 5
    assert record_of(arrays, "record") == {}
    deep = np.array("[" * 100_000)
    listed = np.array("[]")
    for function, name, changed in [
        (text_of, "number", {}),
        (text_of, "none", {}),
        (integer_of, "text", {}),
        (integer_of, "numbers", {}),
        (integer_of, "number", {"number": np.array(5.0)}),
        (number_of, "text", {}),
        (record_of, "text", {}),
        (record_of, "record", {"record": deep}),
        (record_of, "record", {"record": listed}),
    ]:
        with (
            pytest.raises(ArchiveError, match=r"^x: expected a whole brownclust thing"),
            refusing_damage("x", KIND),
        ):
            function({**arrays, **changed}, name)
