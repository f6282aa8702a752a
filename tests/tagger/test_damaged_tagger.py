"""Files of taggers with changed arrays: an error that names the file, or a tagger."""

import json
import struct

import numpy as np
import pytest
from archives import rewrite
from synthetic import NAMED, SPANS, saved

from brownclust import PerceptronTagger
from brownclust._archive import ArchiveError
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger import CRFTagger, Tagger
from brownclust.tagger.conjunctions import check_keys

TEMPLATES = [
    "lower[0]",
    "suffix:2[0]",
    "has_upper[0]",
    "lower[-1] & lower[0]",
    "lower[-1] & lower[0] & shape[1]",
    "cluster:2[0]",
]
WORDS = sorted({word for sentence in NAMED for word in sentence})
CLUSTERS = WordClusters(WORDS, (["0", "10", "11"] * len(WORDS))[: len(WORDS)])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a tagger with all kinds of arrays, those of training included."""
    path = tmp_path_factory.mktemp("tagger") / "checkpoint.npz"
    tagger = PerceptronTagger(TEMPLATES, clusters=CLUSTERS, n_epochs=2)
    tagger.fit(NAMED, SPANS, checkpoint=path)
    return path.read_bytes()


@pytest.fixture
def path(whole, tmp_path):
    path = tmp_path / "tagger.npz"
    path.write_bytes(whole)
    return path


def arrays_of(path):
    with np.load(path) as archive:
        return dict(archive)


def fail_to_load(path):
    with pytest.raises(ArchiveError) as caught:
        Tagger.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected a whole brownclust tagger, got a dam")
    assert "\n" not in message
    return message


def replaced(array, at, value):
    changed = array.copy()
    changed.reshape(-1)[at] = value
    return changed


def test_the_whole_file_is_loaded(path):
    tagger = Tagger.load(path)
    assert tagger.predict(NAMED) == SPANS


NUMBERS = (
    "space.conjunctions",
    "learnt.weights.entry_counts",
    "learnt.weights.tags",
    "learnt.weights.values",
    "learnt.weights.transitions",
    "learnt.weights.ends",
    "learnt.state.headers",
    "learnt.state.entry_tags",
    "learnt.state.entry_weights",
    "learnt.state.totals",
    "learnt.state.transitions",
    "learnt.state.transition_totals",
    "learnt.state.ends",
    "learnt.state.state",
)


@pytest.mark.parametrize("name", NUMBERS)
def test_shapes_and_types(path, whole, name):
    array = arrays_of(path)[name]
    for changed in (
        array[:-1],
        array[None],
        array.reshape(-1)[0],
        np.concatenate([array, array[-1:]]),
        array.astype(np.complex128),
        array.astype("U9"),
        np.zeros(0, array.dtype),
    ):
        path.write_bytes(whole)
        rewrite(path, **{name: changed})
        fail_to_load(path)
    rewrite(path, **{name: np.asfortranarray(array.astype(array.dtype.newbyteorder()))})
    tagger = Tagger.load(path)
    assert tagger.predict(NAMED) == SPANS
    tagger.fit(NAMED, SPANS, warm_start=tagger)


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("learnt.weights.values", 0, np.nan),
        ("learnt.weights.values", -1, np.inf),
        ("learnt.weights.values", -1, -3e38),
        ("learnt.weights.transitions", 0, np.nan),
        ("learnt.weights.transitions", 0, -(2.0**29)),  # O after O is allowed
        ("learnt.weights.ends", 0, -1.0),
        ("learnt.weights.tags", 0, 255),
        ("learnt.weights.entry_counts", 0, 255),
        ("learnt.state.headers", 0, -1),
        ("learnt.state.headers", 0, 2**62),
        ("learnt.state.headers", 0, 3),  # entries in common
        ("learnt.state.entry_tags", 0, -1),
        ("learnt.state.entry_tags", -1, 2**30),
        ("learnt.state.entry_weights", 0, 2**30),
        ("learnt.state.transitions", 0, -(2**31)),
        ("learnt.state.state", 0, -1),
        ("learnt.state.state", 1, 2**40),
        ("learnt.state.unit", 0, 0),
        ("learnt.state.unit", 0, 2**40),
        ("space.conjunctions", 0, -1),
        ("space.conjunctions", 0, 2**62),
        ("space.conjunctions", -1, 126 << 56),  # no such template
        ("space.conjunctions", -1, 127 << 56 | (2**28 - 1) << 28),  # no such prefix
        ("space.values.lower.lengths", 0, 200),
    ],
)
def test_values(path, name, at, value):
    rewrite(path, **{name: replaced(arrays_of(path)[name], at, value)})
    fail_to_load(path)


def test_repeated_values(path, whole):
    """A value that stands twice would give a feature a number that no weight has."""
    arrays = arrays_of(path)
    for name in ("space.values.lower", "space.values.suffix:2"):
        lengths, text = (arrays[f"{name}.{part}"] for part in ("lengths", "text"))
        last = text[-int(lengths[-1]) :]
        path.write_bytes(whole)
        rewrite(
            path,
            **{
                f"{name}.lengths": np.append(lengths, lengths[-1]),
                f"{name}.text": np.append(text, last),
            },
        )
        assert "must be all different" in fail_to_load(path)


def test_repeated_entries_and_conjunctions(path, whole):
    arrays = arrays_of(path)
    counts, tags = (arrays[f"learnt.weights.{n}"] for n in ("entry_counts", "tags"))
    first = int(counts[: int(np.argmax(counts > 1))].sum())
    changed = replaced(tags, first, tags[first + 1])
    rewrite(path, **{"learnt.weights.tags": changed})
    assert "two entries for a feature and tag" in fail_to_load(path)
    path.write_bytes(whole)
    keys = arrays["space.conjunctions"]
    rewrite(path, **{"space.conjunctions": replaced(keys, 0, keys[1])})
    assert "distinct keys" in fail_to_load(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", 3),
        ("parameters", []),
        ("parameters", {"n_epochs": "two"}),
        ("parameters", {"scheme": "bio"}),
        ("parameters", {"hash_size": 10**400}),
        ("templates", "lower[0]"),
        ("templates", ["lower[0"]),
        ("templates", ["pos[0]"]),
        ("templates", [["lower[0]"]]),
        ("columns", []),
        ("backoff", ["stem"]),
        ("sources", "InList"),
        ("tag_column", 4),
        ("tags", []),
        ("tags", ["O", "O"]),
        ("tags", ["O", "B-A", "I-A", "L-A"]),
        ("tags", ["O", 1]),
        ("tags", {"O": 1}),
        ("scheme", "iob2"),
        ("scheme", None),
        ("scheme", ["bilou"]),
        ("output_scheme", "bio"),
        ("output_scheme", "types"),
    ],
)
def test_about(path, name, value):
    about = json.loads(bytes(arrays_of(path)["about"]))
    text = json.dumps(about | {name: value}).encode()
    rewrite(path, about=np.frombuffer(text, np.uint8))
    fail_to_load(path)


@pytest.mark.parametrize("text", ["[" * 100_000, "NaN", "\0", '{"tags": 1e999}'])
def test_about_that_is_something_else(path, text):
    rewrite(path, about=np.frombuffer(text.encode(), np.uint8))
    fail_to_load(path)


@pytest.mark.parametrize(
    "epochs",
    [
        "{}",
        "[1]",
        "[{}]",
        '[{"number": 1, "dev_Jcore": 0.5}]',
        '[{"number": 2}]',
        '[{"number": "1"}]',
        '[{"number": 1, "dev_score": NaN}]',
        '[{"number": 1, "dev_score": "1"}]',
        '[{"number": 1, "n_updated_tokens": -1}]',
    ],
)
def test_epochs(path, epochs):
    rewrite(path, **{"learnt.epochs": np.frombuffer(epochs.encode(), np.uint8)})
    fail_to_load(path)


def test_clusters(path, whole):
    arrays = arrays_of(path)
    for name, changed in {
        "labels": arrays["clusters.labels"] + 1,
        "bit_strings": np.frombuffer(b"0\n01\n1", np.uint8),
        "vocabulary_buffer": np.zeros_like(arrays["clusters.vocabulary_buffer"]),
    }.items():
        path.write_bytes(whole)
        rewrite(path, **{f"clusters.{name}": changed})
        fail_to_load(path)


def test_keys_of_conjunctions():
    n_values = [[3, 4], [2, 2, 5]]
    first, second, third = 2 << 28 | 3, 1 << 56 | 1 << 28, 127 << 56 | 1 << 28 | 4
    check_keys(np.array([first, second, third]), n_values)
    check_keys(np.zeros(0, np.int64), [])
    for wrong in (
        [first + 1],  # no such value
        [first + (1 << 28)],
        [2 << 56],  # no such template
        [third],  # extends nothing
        [first, third],  # extends itself
        [first, second, 127 << 56 | 4],  # extends a template of two terms
        [first, second, third + 1],
        [first, second, third, 127 << 56 | 2 << 28],  # has all terms
        [first, first],
        [[first]],
        [-1],
    ):
        with pytest.raises(ValueError, match=r"^conjunctions must be"):
            check_keys(np.array(wrong, np.int64), n_values)


def test_a_huge_hash_size_costs_nothing(path):
    """Memory for all its numbers is not asked for."""
    tagger = CRFTagger(["lower[0]"], hash_size=50, options={"max_iterations": 3})
    saved(tagger.fit(NAMED, SPANS), path)
    about = json.loads(bytes(arrays_of(path)["about"]))
    about["parameters"]["hash_size"] = 2**31 - 1
    text = json.dumps(about).encode()
    rewrite(path, about=np.frombuffer(text, np.uint8))
    fail_to_load(path)


# --- Models of CRFsuite -----------------------------------------------------------


@pytest.fixture(scope="module")
def crf(tmp_path_factory):
    path = tmp_path_factory.mktemp("crf") / "crf.npz"
    tagger = CRFTagger(["lower[0]", "suffix:1[0]"], options={"max_iterations": 3})
    saved(tagger.fit(NAMED, SPANS), path)
    return path


def load_with(crf, path, model):
    """Load a tagger with another model, and use it if it is accepted."""
    path.write_bytes(crf.read_bytes())
    rewrite(path, **{"learnt.model": np.frombuffer(bytes(model), np.uint8)})
    try:
        tagger = Tagger.load(path)
    except ArchiveError:
        return False
    assert list(map(len, tagger.predict(NAMED))) == list(map(len, NAMED))
    return True


def test_models_with_wrong_numbers(crf, path):
    """CRFsuite itself follows every offset: one wrong byte ends the process."""
    model = arrays_of(crf)["learnt.model"].tobytes()
    assert load_with(crf, path, model)
    offsets = struct.unpack("<5I", model[28:48])
    places = [*range(0, 48, 4)]
    for offset in offsets:
        places += range(offset, offset + 32, 4)
    random = np.random.default_rng(1)
    places += random.integers(len(model) - 4, size=40).tolist()
    values = random.choice([0xFFFFFFFF, 0x7FFFFFFF, len(model) - 1], len(places))
    n_accepted = 0
    for place, value in zip(places, values.tolist(), strict=True):
        changed = bytearray(model)
        changed[place : place + 4] = struct.pack("<I", value)
        n_accepted += load_with(crf, path, changed)
    assert n_accepted < len(places)


def test_models_that_are_not_whole(crf, path):
    model = arrays_of(crf)["learnt.model"].tobytes()
    for changed in (b"", model[:30], model[:-1], model + b"\0", model[::-1]):
        assert not load_with(crf, path, changed)
    # Labels that are not numbers of tags. The size of a string stands before it.
    changed = model.replace(struct.pack("<I2s", 2, b"1"), struct.pack("<I2s", 2, b"x"))
    assert changed != model
    assert not load_with(crf, path, changed)
