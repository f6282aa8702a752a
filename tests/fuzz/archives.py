"""Archives (npz files) of the package with some bytes or some members changed."""

import io
import json

import numpy as np

from brownclust import _archive
from fuzz.compression import damaged
from fuzz.mutation import pick

HOSTILE_NUMBERS = (
    *(0, 1, -1, 2, 7, 127, 128, 255, 256, 65_535, -(2**31), 2**31 - 1, 2**31, 2**32),
    *(2**53, 2**53 + 1, 2**62, 2**63 - 1, -(2**63)),
)
HOSTILE_FLOATS = (
    0.0,
    -0.0,
    -1.0,
    1e-310,
    1e308,
    float("inf"),
    float("-inf"),
    float("nan"),
)
DTYPES = (
    "i1",
    "u1",
    "i2",
    "i4",
    "u4",
    "i8",
    "u8",
    "f4",
    "f8",
    "c16",
    "?",
    "U3",
    "S2",
    ">i8",
    "M8[s]",
)
HOSTILE_VALUES = (
    *(None, True, 0, -1, 1.5, 2**70, "", "x", "\ud800", [], [1], {}, {"a": 1}, 1e308),
    *([[0, 1]], "break", ["lowercase"], ["word[0]"], float("nan")),
)


def members_of(data):
    """Return the arrays of an archive, by name."""
    with np.load(io.BytesIO(data)) as archive:
        return {name: archive[name] for name in archive.files}


def changed_archive(random, data, others):
    """Return an archive with changes: to its bytes, or to one to three members.

    Half of the archives with changed members are written as the package writes its own,
    as a program would that means to deceive; the others keep all else, so that a digest
    in the archive is no longer right.
    """
    if random.random() < 0.2:
        return damaged(random, data)
    members = members_of(data)
    for _ in range(1 + int(3 * random.random() ** 2)):
        pick(random, _CHANGES)(random, members, others)
    file = io.BytesIO()
    if random.random() < 0.5 and _is_writable(members):
        write_as_ours(file, members)
    else:
        np.savez(file, allow_pickle=True, **members)
    return file.getvalue()


def _is_writable(members):
    return {"format", "format_version"} <= set(members) and not any(
        array.dtype.hasobject for array in members.values()
    )


def write_as_ours(file, members):
    """Write members with all that `write_archive` adds to them, anew."""
    names = {"format", "format_version", "digest"}
    kind = str(members["format"]).removeprefix("brownclust ")
    others = {name: array for name, array in members.items() if name not in names}
    try:
        version = int(members["format_version"])
    except (TypeError, ValueError):
        version = 1
    _archive.write_archive(file, kind, version, others)


# --- Changes to members -------------------------------------------------------


def _any_name(random, members):
    return pick(random, tuple(members))


def _change_elements(random, members, _):
    """Set one element, a few or all."""
    name = _any_name(random, members)
    array = members[name] = members[name].copy()
    if not array.size or array.dtype.kind not in "iufb":
        _change_text(random, members, name)
        return
    flat = array.reshape(-1)
    n_changes = pick(random, (1, 1, 1, 2, 5, flat.size))
    for _ in range(min(n_changes, 50)):
        at = int(random.random() * flat.size)
        flat[at] = _hostile_element(random, flat, at)
    if random.random() < 0.1:
        flat[:] = flat[int(random.random() * flat.size)]
    members[name] = flat.reshape(array.shape)


def _hostile_element(random, flat, at):
    if flat.dtype.kind == "f":
        choices = HOSTILE_FLOATS if flat.dtype == np.float64 else HOSTILE_FLOATS[:3]
        return pick(random, choices)
    if flat.dtype.kind == "b":
        return not flat[at]
    choices = (
        *(int(flat[at]) + 1, int(flat[at]) - 1, -int(flat[at]), int(flat[-1])),
        *(pick(random, HOSTILE_NUMBERS), pick(random, HOSTILE_NUMBERS)),
        *(random.getrandbits(62), flat.size, flat.size - 1, int(random.random() * 100)),
    )
    info = np.iinfo(flat.dtype)
    return min(max(pick(random, choices), info.min), info.max)


def _change_text(random, members, name):
    """Change a value inside JSON text; other text gets another character."""
    array = members[name]
    if array.dtype.kind not in "US" or array.ndim:
        members[name] = np.array(pick(random, ("", "x", "brownclust model")))
        return
    members[name] = np.array(_changed_json(random, str(array)))


def _changed_json(random, text):
    try:
        value = json.loads(text)
    except ValueError:
        at = int(random.random() * (len(text) + 1))
        return text[:at] + pick(random, ("", "x", "0", "é")) + text[at + 1 :]
    if not isinstance(value, dict) or not value:
        return json.dumps(pick(random, HOSTILE_VALUES))
    inner = value
    while True:  # to a random depth
        key = pick(random, tuple(inner))
        if not isinstance(inner[key], dict) or not inner[key] or random.random() < 0.3:
            break
        inner = inner[key]
    if random.random() < 0.2:
        del inner[key]
    else:
        inner[key] = pick(random, HOSTILE_VALUES)
    return json.dumps(value)


def _change_packed_json(random, members, others):
    """Change a value in ``about`` or another member that is JSON as bytes."""
    for name, array in members.items():
        if array.dtype == np.uint8 and array.tobytes()[:1] == b"{":
            changed = _changed_json(random, array.tobytes().decode("utf-8", "replace"))
            encoded = changed.encode("utf-8", "surrogatepass")
            members[name] = np.frombuffer(encoded, np.uint8)
            return
    _change_elements(random, members, others)


def _shorten(random, members, _):
    name = _any_name(random, members)
    array = members[name]
    if array.ndim:
        members[name] = array[: int(random.random() * len(array))]


def _lengthen(random, members, _):
    name = _any_name(random, members)
    array = members[name]
    if array.ndim:
        part = array[int(random.random() * len(array)) :] if len(array) else array
        members[name] = np.concatenate([array, part, array[-1:]])


def _reshape(random, members, _):
    name = _any_name(random, members)
    array = members[name]
    shapes = ((-1,), (1, -1), (-1, 1), (array.size, 1, 1))
    if array.size % 2 == 0:
        shapes += ((-1, 2), (2, -1))
    members[name] = array.reshape(pick(random, shapes))


def _transpose(random, members, _):
    name = _any_name(random, members)
    members[name] = np.ascontiguousarray(np.atleast_1d(members[name]).T[::-1])


def _retype(random, members, _):
    name = _any_name(random, members)
    with np.errstate(all="ignore"):
        try:
            members[name] = members[name].astype(pick(random, DTYPES))
        except (TypeError, ValueError, OverflowError, RuntimeError):
            members[name] = np.zeros(members[name].shape, "i8")


def _to_objects(random, members, _):
    name = _any_name(random, members)
    members[name] = members[name].astype(object)


def _swap(random, members, _):
    one, other = _any_name(random, members), _any_name(random, members)
    members[one], members[other] = members[other], members[one]


def _drop(random, members, _):
    if len(members) > 1:
        del members[_any_name(random, members)]


def _copy_over(random, members, _):
    members[_any_name(random, members)] = members[_any_name(random, members)]


def _take_from_another(random, members, others):
    other = members_of(pick(random, others))
    name = _any_name(random, members)
    members[name] = other.get(name, other[_any_name(random, other)])


def _permute(random, members, _):
    name = _any_name(random, members)
    array = members[name]
    if array.ndim:
        order = sorted(range(len(array)), key=lambda _: random.random())
        members[name] = array[order]


_CHANGES = (
    *(_change_elements,) * 8,
    *(_shorten, _lengthen, _reshape, _transpose, _retype, _retype, _to_objects),
    *(_swap, _drop, _copy_over, _take_from_another, _permute),
    *(_change_packed_json,) * 2,
)
