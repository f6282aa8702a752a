"""Formats of other tools; sample lines are written by hand, as their readers want."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.clusters.word_clusters import WordClusters
from brownclust.tree.formats import FORMAT_TABLE, read_table, write_table

PATHS = b"00\tthe\t12\n010\tcat\t3\n010\tdog\t4\n011\tran\t2\n1\tsat\t5\n"
# Formats that keep the bit strings of words
WITH_TREE = [name for name, format in FORMAT_TABLE.items() if format.has_tree]


def rows(table):
    return list(zip(table.words, table.bit_strings, table.counts, strict=True))


@pytest.mark.parametrize(
    ("format", "data", "row"),
    [
        ("paths", b"0110\tsaid\t1204\n1\tand\t9\n", (b"said", "0110", 1204)),
        ("snips", b"said\t0110\nand\t1\n", (b"said", "0110", 0)),
        ("alexclark", b"said\t17\nand\t2\n", (b"said", "17", 0)),
        ("clustercat", b"said\t17\t1204\nand\t2\t9\n", (b"said", "17", 1204)),
        ("srilm", b"C17 0.25 said\nC2 1 and\n", (b"said", "C17", 0)),
        ("alexclark", b"said\t0110\nand\t1\n", (b"said", "0110", 0)),
        (
            "jsonl",
            b'{"word": "said", "bit_string": "0110", "count": 1204}\n',
            (b"said", "0110", 1204),
        ),
        ("spacy", b"said\t6\nand\t1\nto\t14\nof\t0\n", (b"said", "0110", 0)),
        ("word2vec", b"2 4\nsaid -1 1 1 -1\nand 1 0 0 0\n", (b"said", "0110", 0)),
    ],
)
def test_line_of_each_format(write, format, data, row):
    assert rows(read_table(write(data), format))[0] == row


@pytest.mark.parametrize("format", WITH_TREE)
def test_what_is_written_is_read(tmp_path, write, format):
    clusters = WordClusters.load(write(PATHS))
    path = tmp_path / "out"
    clusters.export(path, format)
    again = WordClusters.from_table(read_table(path, format))
    assert {word: again[word] for word in again} == {
        word: clusters[word] for word in clusters
    }
    if format in ("paths", "jsonl"):
        assert [again.count(word) for word in clusters] == [12, 3, 4, 2, 5]


def test_paths_are_written_as_they_were_read(tmp_path, write):
    path = tmp_path / "out"
    WordClusters.load(write(PATHS)).export(path)
    assert path.read_bytes() == PATHS


def test_alexclark_keeps_which_words_are_together(tmp_path, write):
    clusters = WordClusters.load(write(PATHS))
    path = tmp_path / "out"
    clusters.export(path, "alexclark")
    assert path.read_bytes() == b"the\t0\ncat\t1\ndog\t1\nran\t2\nsat\t3\n"
    table = read_table(path, "alexclark")
    assert table.bit_strings == ["0", "1", "1", "2", "3"]
    assert table.is_flat


bits = st.text("01", min_size=1, max_size=6)


@st.composite
def leaves(draw):
    """The bit strings of a tree in which every node has two children or none."""
    found = [""]
    for _ in range(draw(st.integers(0, 12))):
        split = found.pop(draw(st.integers(0, len(found) - 1)))
        found += [split + "0", split + "1"]
    return found


@given(leaves(), st.sampled_from(WITH_TREE))
def test_bit_strings_come_back_from_every_format(tmp_path_factory, paths, format):
    path = tmp_path_factory.getbasetemp() / "leaves"
    table = [(b"w%d" % i, p.encode(), i, 0) for i, p in enumerate(paths)]
    with path.open("wb") as file:
        write_table(file, format, table)
    assert read_table(path, format).bit_strings == paths


@pytest.mark.parametrize(
    ("data", "format", "warning"),
    [
        (PATHS, "paths", None),
        (b"00\tthe\n01\tcat\n", "paths", "no third column: all counts are set to 0"),
        (b"the\t00\t3\ncat\t01\t2\n", "paths", "columns are swapped: read the first"),
        (b"the\t00\ncat\t01\n", "snips", None),
        (b"0\t00\n1\t01\n", "paths", "no third column"),
        (b'{"word": "a", "bit_string": "0"}\n', "jsonl", None),
        (b"1 2\na -1 1\n", "word2vec", None),
    ],
)
def test_format_is_detected(write, data, format, warning):
    table = read_table(write(data))
    assert rows(table) == rows(read_table(write(data), format))
    if warning is None:
        assert table.warnings == []
    else:
        assert warning in " ".join(table.warnings)


def test_swapped_columns_in_a_file_given_as_snips(write):
    table = read_table(write(b"00\tthe\n01\tcat\n"), "snips")
    assert rows(table) == [(b"the", "00", 0), (b"cat", "01", 0)]
    assert table.warnings == ["columns are swapped: read the first as the bit string"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"00\ta\t1\n01\ta\t1\n", ":2: expected each word once, got 'a'"),
        (b"00\ta\t1\n02\tb\t1\n", ":2: expected a bit string of 0 and 1, got '02'"),
        (b"00\ta\t1\n0\tb\t1\n", ":2: expected a bit string that is not a prefix of"),
        (b"00\ta\t1\n01\t\t1\n", ":2: expected a word, got ''"),
        (b"00\ta\t1\n01\tb\tc\t1\n", ":2: expected bit string TAB word TAB count"),
        (b"00\ta\t1\n01\tb\tx\n", ":2: expected a count (a whole number of at"),
        (b"", ": expected words and their clusters, got none"),
        (b"\n\n", ": expected words and their clusters, got none"),
        (b"just some text\n", ":1: expected bit string TAB word TAB count, or"),
        (b"a\t2\nb\t17\n", ": expected a format that can be detected, got word TA"),
    ],
)
def test_invalid_files(write, data, error):
    path = write(data)
    with pytest.raises(ValueError, match="expected") as raised:
        read_table(path)
    assert str(raised.value).startswith(f"{path}{error}")


@pytest.mark.parametrize(
    ("format", "line"),
    [
        ("jsonl", b'{"word": "a"}'),
        ("jsonl", b'{"word": "a", "bit_string": 1}'),
        ("jsonl", b'{"word": "a", "bit_string": "0", "count": -1}'),
        ("jsonl", b"[1]"),
        ("spacy", b"a\tb"),
        ("spacy", b"a"),
        ("alexclark", b"a\t"),
        ("word2vec", b"a x"),
        ("word2vec", b"a nan"),
        ("word2vec", b"a 1 1"),
        ("paths", b"0\ta\t" + b"9" * 25),
        ("jsonl", b'{"word": "a", "bit_string": "0", "count": 9223372036854775808}'),
        ("jsonl", b'{"word": "\\ud800", "bit_string": "0"}'),
        ("jsonl", b"[" * 100_000),
        ("spacy", b"a\t" + b"1" * 5_000),
    ],
)
def test_invalid_lines(write, format, line):
    good = b"2 1\n" if format == "word2vec" else b""
    path = write(good + line + b"\n")
    with pytest.raises(ValueError, match=rf":{1 + bool(good)}: expected .*, got"):
        read_table(path, format)


def test_lenient_skips_and_counts_lines(write):
    data = (
        b"\xef\xbb\xbf00\ta\t1\r\n\r\n01\ta\t1\n01\t\t1\n1\tb\t1\n"
        b"x\tc\t1\n10\td\t1\n11\te\t1\tz\n"
    )
    table = read_table(write(data), lenient=True)
    assert rows(table) == [(b"a", "00", 1), (b"d", "10", 1)]
    assert table.n_skipped == {
        "expected each word once": 1,
        "expected a word": 1,
        "expected a bit string that is not a prefix of another (class numbers without "
        "a tree: --from (format=) alexclark)": 1,
        "expected a bit string of 0 and 1": 1,
        "expected bit string TAB word TAB count": 1,
    }


@pytest.mark.parametrize("format", ["alexclark", "spacy"])
def test_class_numbers_are_not_read_as_bit_strings(tmp_path, format):
    """A file sorted by class may begin with thousands of lines of classes 0 and 1."""
    path = tmp_path / "out"
    words = [f"w{i}" for i in range(3_000)]
    many = [format_bits(i // 100) for i in range(3_000)]
    WordClusters(words, many).export(path, format)
    with pytest.raises(ValueError, match="expected a format that can be detected"):
        read_table(path, lenient=True)


def format_bits(number):
    return f"{number:05b}"


def test_word2vec_checks_the_number_of_words(write):
    path = write(b"3 1\na 1\nb -1\n")
    with pytest.raises(ValueError, match=": expected 3 words, as in the first line"):
        read_table(path)
    assert read_table(path, lenient=True).warnings == [
        "expected 3 words, as in the first line, got 2"
    ]
    with pytest.raises(ValueError, match=":1: expected the number of words and of"):
        read_table(write(b"a 1\nb -1\n"), "word2vec")


@pytest.mark.parametrize(
    ("word", "format"),
    [(b"a\tb", "paths"), (b"a\n", "snips"), (b"", "paths"), (b"New York", "word2vec")],
)
def test_words_that_a_format_cannot_represent(word, format):
    rows = [(word, b"0", 1, 0), (b"b", b"1", 1, 1)]
    with pytest.raises(ValueError, match=r"^word must be a word that format \w+ can"):
        write_table(io.BytesIO(), format, rows)


def test_blanks_in_words(tmp_path):
    path = tmp_path / "out"
    clusters = WordClusters(["New York", "b"], ["0", "1"])
    for format in ("paths", "snips", "jsonl"):
        clusters.export(path, format)
        assert "New York" in list(WordClusters.from_table(read_table(path, format)))


@pytest.mark.parametrize("format", ["paths", "snips", "jsonl", "spacy", "word2vec"])
def test_a_single_cluster(tmp_path, format):
    path = tmp_path / "out"
    WordClusters(["0", "1", "a"], ["", "", ""]).export(path, format)
    assert read_table(path, format).bit_strings == ["", "", ""]


def test_compressed_files(tmp_path):
    path = tmp_path / "paths.gz"
    path.write_bytes(gzip.compress(PATHS))
    assert len(read_table(path).words) == 5


@pytest.mark.parametrize("format", ["paths", "jsonl", "snips"])
def test_bytes_that_are_not_utf8_are_kept(tmp_path, format):
    path = tmp_path / "out"
    with path.open("wb") as file:
        write_table(file, format, [(b"\xff", b"0", 1, 0), ("ß".encode(), b"1", 1, 1)])
    kept = read_table(path, format, encoding_errors="surrogateescape")
    assert kept.words == [b"\xff", "ß".encode()]
    if format != "jsonl":  # where it is an escape
        with pytest.raises(ValueError, match=r"out:1: expected UTF-8, got byte 0xff"):
            read_table(path, format)


def test_unknown_format(write):
    with pytest.raises(ValueError, match=r"^format must be one of paths, snips, "):
        read_table(write(PATHS), "xls")


def test_output_is_a_binary_file():
    file = io.BytesIO()
    write_table(file, "word2vec", [(b"a", b"0", 1, 0), (b"b", b"10", 1, 1)])
    assert file.getvalue() == b"2 2\na -1 0\nb 1 -1\n"
