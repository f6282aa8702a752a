"""Running text with classes in place of words."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.clusters.class_names import class_names
from brownclust.clusters.text_mapping import TextMapper
from brownclust.clusters.word_clusters import WordClusters

CLUSTERS = WordClusters(
    ["cat", "dog", "the", "extraordinary", "ß"], ["00", "010", "1", "1", "011"]
)
FLAT = WordClusters.from_classes(["cat", "the", "dog"], ["17", "5", "17"])
MAPPER = TextMapper(CLUSTERS, class_names(CLUSTERS))
JOINING = TextMapper(CLUSTERS, class_names(CLUSTERS), join="|", unknown="<unk>")

words = st.sampled_from(["cat", "dog", "the", "extraordinary", "ß", "Cat", "gnu", "é"])
gaps = st.text(" \t\n\r\v\f", min_size=1, max_size=3)
texts = st.lists(words | gaps, max_size=60).map("".join)


def mapped_plainly(text: str, unknown: str, value) -> str:
    """Word by word, characters that are not ASCII whitespace."""
    result, word = [], ""
    for character in text + "\n":
        if character not in " \t\n\r\v\f":
            word += character
            continue
        if word:
            [bits] = CLUSTERS.bit_strings([word])
            result.append(value(word, bits or unknown))
        word = ""
        result.append(character)
    return "".join(result)[:-1]


@given(texts)
def test_text_is_mapped_word_by_word(text):
    assert MAPPER.text(text) == mapped_plainly(text, "_", lambda word, bits: bits)
    joined = mapped_plainly(text, "<unk>", lambda word, bits: f"{word}|{bits}")
    assert JOINING.text(text) == joined


@given(texts, st.lists(st.integers(0, 200)))
def test_pieces_do_not_matter(text, cuts):
    data = text.encode()
    bounds = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [data[start:end] for start, end in pairwise(bounds)]
    blocks = list(MAPPER.blocks(pieces))
    assert (
        b"".join(block.text.tobytes() for block in blocks) == MAPPER.text(text).encode()
    )
    assert sum(block.n_words for block in blocks) == len(data.split())


def test_long_text_and_many_unknown_words():
    text = "".join(f"word{i} the\n" for i in range(20_000))
    [block] = MAPPER.blocks([text.encode()])
    assert (block.n_words, block.n_unknown) == (40_000, 20_000)
    assert block.text.tobytes() == b"_ 1\n" * 20_000


def test_lines_are_yielded_as_they_end():
    blocks = MAPPER.blocks(iter([b"the ", b"cat\n", b"dog"]))
    assert [block.text.tobytes() for block in blocks] == [b"1 00\n", b"010"]


def test_long_lines_are_divided_at_whitespace():
    line = b"the\tdog " * 100_000
    pieces = [line[i : i + 7_001] for i in range(0, len(line), 7_001)]
    blocks = [block.text.tobytes() for block in MAPPER.blocks(pieces)]
    assert len(blocks) > 2
    assert b"".join(blocks) == MAPPER.text(line.decode()).encode()


def test_backoff_is_that_of_lookup():
    mapper = TextMapper(CLUSTERS, class_names(CLUSTERS), backoff=["lowercase"])
    assert mapper.text("The CAT\nGnu The") == "1 00\n_ 1"


def test_bytes_that_are_not_utf8_are_kept():
    [block] = JOINING.blocks([b"\xff the\n"])
    assert block.text.tobytes() == b"\xff|<unk> the|1\n"


@pytest.mark.parametrize(
    ("style", "options", "names"),
    [
        ("bits", {}, ["00", "010", "011", "1"]),
        ("bits", {"prefix_length": 2}, ["00", "01", "01", "1"]),
        ("number", {}, ["0", "1", "2", "3"]),
        ("number", {"offset": 2}, ["2", "3", "4", "5"]),
        ("number", {"prefix_length": 2}, ["0", "1", "1", "2"]),
        ("srilm", {"offset": 1}, [f"CLASS-0000{i}" for i in (1, 2, 3, 4)]),
    ],
)
def test_names_of_clusters(style, options, names):
    assert class_names(CLUSTERS, style, **options) == names


def test_names_of_flat_classes():
    assert class_names(FLAT, "bits") == class_names(FLAT, "number") == ["5", "17"]
    assert class_names(FLAT, "number", offset=-5) == ["0", "12"]


@pytest.mark.parametrize(
    ("clusters", "options", "message"),
    [
        (CLUSTERS, {"offset": 1}, "offset must be 0 for bit strings, which are"),
        (CLUSTERS, {"style": "number", "offset": -1}, "offset must be at least 0, "),
        (CLUSTERS, {"style": "name"}, "style must be one of bits, number, srilm, got"),
        (CLUSTERS, {"prefix_length": 0}, "prefix_length must be at least 1, got 0"),
        (FLAT, {"prefix_length": 1}, "prefix_length must be left out for flat classe"),
        (FLAT, {"offset": -6}, "offset must be at least -5, so that no class"),
        (
            WordClusters.from_classes(["a"], ["NOUN"]),
            {"offset": 1},
            "class names must be numbers, to add an offset, got 'NOUN'",
        ),
    ],
)
def test_names_that_cannot_be_made(clusters, options, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        class_names(clusters, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unknown": ""}, "unknown must be non-empty and without whitespace, got ''"),
        ({"join": "\t"}, r"join must be non-empty and without whitespace, got '\\t'"),
        ({"unknown": "00"}, "unknown must be other than what stands for a cluster, "),
        ({"names": ["0"]}, "names must be one for each of 4 clusters, got 1"),
        ({"names": ["", "1", "2", "3"]}, "names must be bit strings of at least one"),
    ],
)
def test_options_are_checked(options, message):
    names = options.pop("names", class_names(CLUSTERS))
    with pytest.raises(ValueError, match=f"^{message}"):
        TextMapper(CLUSTERS, names, **options)


def test_kernel_writes_only_what_it_returns():
    from brownclust._kernels.counting.replacing import replace_words

    text = np.frombuffer(bytearray(b"a bb\n"), np.uint8)
    values = np.frombuffer(bytearray(b"xyz"), np.uint8)
    output = np.full(20, ord("?"), np.uint8)
    labels, offsets = np.array([1, 0]), np.array([0, 1, 3])
    n_bytes = replace_words(text, labels, values, offsets, False, output)
    assert output.tobytes() == b"yz x\n" + b"?" * 15
    assert n_bytes == 5
