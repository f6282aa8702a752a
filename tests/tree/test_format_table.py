"""What holds for every format; and mkcls, lines, csv and json in particular."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownclust.clusters.word_clusters import WordClusters
from brownclust.tree.formats import FORMAT_TABLE, FORMATS, read_table

PLAIN = [name for name, format in FORMAT_TABLE.items() if not format.is_it]

words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1
).filter(lambda word: word.split() == [word])
bit_strings = st.sampled_from(["00", "010", "0110", "0111", "1"])
# Not strings of 0 and 1 that are no numbers: json cannot tell them from bit strings.
numbers = st.integers(0, 10**9).map(str)
class_names = numbers | st.sampled_from(["NOUN", "A,1", '"', "#1"])
tables = st.dictionaries(words, bit_strings, min_size=1, max_size=12)
counts = st.integers(0, 10**12)


def clusters_of(table, count=0, *, is_flat):
    make = WordClusters.from_classes if is_flat else WordClusters
    return make(list(table), list(table.values()), [count] * len(table))


def groups_of(clusters):
    groups = defaultdict(set)
    for word in clusters:
        groups[clusters[word]].add(word)
    return sorted(map(sorted, groups.values()))


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("formats") / "file"


@pytest.mark.parametrize("format", FORMATS)
@given(table=tables, count=counts)
def test_trees_come_back(file, format, table, count):
    clusters = clusters_of(table, count, is_flat=False)
    clusters.export(file, format)
    again = WordClusters.from_table(read_table(file, format))
    assert groups_of(again) == groups_of(clusters)
    known = FORMAT_TABLE[format]
    # The numbers of spacy have no zeros at the end, unless other bits show them.
    if known.has_tree and format != "spacy":
        assert {word: again[word] for word in again} == table
    assert again.is_flat != known.has_tree
    expected = count if known.has_counts else 0
    assert [again.count(word) for word in again] == [expected] * len(table)


@pytest.mark.parametrize("format", [n for n in FORMATS if FORMAT_TABLE[n].has_classes])
@given(data=st.data(), count=counts)
def test_classes_come_back(file, format, data, count):
    names = numbers if format == "mkcls" else class_names
    table = data.draw(st.dictionaries(words, names, min_size=1, max_size=12))
    clusters = clusters_of(table, count, is_flat=True)
    clusters.export(file, format)
    again = WordClusters.from_table(read_table(file, format))
    assert groups_of(again) == groups_of(clusters)
    if format != "lines":
        assert {word: again[word] for word in again} == table
    expected = count if FORMAT_TABLE[format].has_counts else 0
    assert [again.count(word) for word in again] == [expected] * len(table)


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_every_pair_that_can(tmp_path, source, target):
    tree = {"said": "00", "told": "00", "a": "010", "the": "011", "no-one": "1"}
    clusters_of(tree, 5, is_flat=False).export(tmp_path / "a", source)
    clusters = WordClusters.from_table(read_table(tmp_path / "a", source))
    if clusters.is_flat and not FORMAT_TABLE[target].has_classes:
        with pytest.raises(ValueError, match=r"^format must be one of alexclark, "):
            clusters.export(tmp_path / "b", target)
        assert not (tmp_path / "b").exists()
        return
    if (source, target) == ("srilm", "mkcls"):
        with pytest.raises(ValueError, match=r"^class must be a number .* 'CLASS-000"):
            clusters.export(tmp_path / "b", target)
        assert not (tmp_path / "b").exists()
        return
    clusters.export(tmp_path / "b", target)
    again = WordClusters.from_table(read_table(tmp_path / "b", target))
    assert groups_of(again) == groups_of(clusters)


@pytest.mark.parametrize("name", [n for n in FORMATS if FORMAT_TABLE[n].is_it])
@pytest.mark.parametrize("is_flat", [False, True])
def test_a_format_that_shows_itself_is_detected(tmp_path, name, is_flat):
    table = {"word": "17" if is_flat else "0", "the": "5" if is_flat else "1"}
    if is_flat and not FORMAT_TABLE[name].has_classes:
        return
    clusters_of(table, is_flat=is_flat).export(tmp_path / "a", name)
    found = WordClusters.load(tmp_path / "a")
    assert {word: found[word] for word in found} == table
    is_it = [n for n in FORMATS if n not in PLAIN]
    lines = (tmp_path / "a").read_bytes().split(b"\n")
    assert [n for n in is_it if FORMAT_TABLE[n].is_it(lines)] == [name]


def test_records_describe_themselves():
    for name, format in FORMAT_TABLE.items():
        assert format.name == name
        assert format.example
        assert format.programs
        assert format.has_tree or format.has_classes
    suffixes = [format.suffix for format in FORMAT_TABLE.values() if format.suffix]
    assert len(set(suffixes)) == len(suffixes)


# --- mkcls --------------------------------------------------------------------


def test_mkcls_numbers_classes_from_two(tmp_path):
    clusters = clusters_of({"a": "0", "b": "10", "c": "11"}, is_flat=False)
    clusters.export(tmp_path / "a", "mkcls")
    assert (tmp_path / "a").read_bytes() == b"a\t2\nb\t3\nc\t4\n"
    clusters.export(tmp_path / "a", "mkcls", offset=1)
    assert (tmp_path / "a").read_bytes() == b"a\t3\nb\t4\nc\t5\n"


def test_mkcls_keeps_numbers_but_takes_no_names(tmp_path):
    clusters_of({"a": "7", "b": "2"}, is_flat=True).export(tmp_path / "a", "mkcls")
    assert (tmp_path / "a").read_bytes() == b"b\t2\na\t7\n"
    clusters = clusters_of({"a": "NOUN"}, is_flat=True)
    with pytest.raises(ValueError, match=r"^class must be a number in format mkcls, "):
        clusters.export(tmp_path / "b", "mkcls")


# --- Offsets ------------------------------------------------------------------


def test_offsets(tmp_path):
    tree = clusters_of({"a": "0", "b": "1"}, is_flat=False)
    tree.export(tmp_path / "a", "alexclark", offset=1)
    assert (tmp_path / "a").read_bytes() == b"a\t1\nb\t2\n"
    tree.export(tmp_path / "a", "paths", offset=1)  # bit strings have no numbers
    assert (tmp_path / "a").read_bytes() == b"0\ta\t0\n1\tb\t0\n"
    flat = WordClusters.load(tmp_path / "a")
    clusters_of({"a": "7", "b": "2"}, is_flat=True).export(
        tmp_path / "a", "csv", offset=-2
    )
    assert (tmp_path / "a").read_bytes() == b"word,class,count\nb,0,0\na,5,0\n"
    with pytest.raises(ValueError, match=r"^offset must be at least 0, so that no cla"):
        flat.export(tmp_path / "a", "alexclark", offset=-1)


# --- Damaged files ------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "data", "error"),
    [
        ("mkcls", b"a\t2\nb\tNOUN\n", ":2: expected the number of a class, got 'NOUN'"),
        ("mkcls", b"a\t2\nb\t3\t4\n", ":2: expected word TAB class, got "),
        ("lines", b"a b\n\nc a\n", ":3: expected each word once, got 'a'"),
        ("lines", b"\n \n", ": expected words and their clusters, got none"),
        ("csv", b"a,0\n", ":1: expected a line of names, such as word,bit_string,c"),
        ("csv", b"word,class\na\n", ":2: expected 2 fields, as in the first line, got"),
        ("csv", b'word,class\n"a,1\n', ":2: expected fields with a quote at both ends"),
        ("csv", b"word,class\na,1\n,2\n", ":3: expected a word, got ''"),
        ("csv", b"word,bit_string\na,1\nb,2\n", ":3: expected a bit string of 0 and 1"),
        ("csv", b"word,class,count\na,1,x\n", ":2: expected a count (a whole number"),
        ("csv", b"word,class,token\na,1,x\n", ":1: expected one column of words, got"),
        ("csv", b"word,cluster\na,1\nb,0\n", ":1: expected bit_string or class as the"),
        ("csv", b'word,class\n"a\tb",1\n', ":2: expected a word without tabs and line"),
        ("json", b'{"a": "0",\n"b": "1",\n"a": "1"}', ":3: expected each word once, g"),
        ("json", b'{"a": 1,\n"b": [2]}', ":2: expected words and their clusters, such"),
        ("json", b'{"a": 1,\n"b": 2.5}', ":2: expected words and their clusters, such"),
        ("json", b'{"a": 1,\n"b": true}', ":2: expected words and their clusters, suc"),
        ("json", b'{"a": 1,\n"b": -1}', ":2: expected words and their clusters, such"),
        ("json", b'{"a": 1,\n"b": 2', ":2: expected words and their clusters, such as"),
        ("json", b'{"a": 1,\n', ":1: expected words and their clusters, such as "),
        ("json", b'{"a": 1}\n{"b": 2}', ":2: expected words and their clusters, such "),
        ("json", b"{\n}\n", ":2: expected words and their clusters, such as "),
        ("json", b'["a"]\n', ":1: expected words and their clusters, such as "),
        ("json", b'{"a\\tb": 1}\n', ":1: expected a word without tabs and line ends, "),
        ("json", b'{"\\ud800": 1}\n', ":1: expected text without surrogates, got "),
        ("json", b'{"a": "x y"}\n', ":1: expected the name of a class, without blank"),
    ],
)
def test_damaged_files(write, format, data, error):
    path = write(data)
    with pytest.raises(ValueError, match="expected") as raised:
        read_table(path, format)
    assert str(raised.value).startswith(f"{path}{error}")


def test_damaged_lines_can_be_left_out(write):
    path = write(b"word,class,count\na,1,2\nb,2\nc,3,4\n")
    table = read_table(path, lenient=True)
    assert table.words == [b"a", b"c"]
    assert table.n_skipped == {"expected 3 fields, as in the first line": 1}


# --- What other programs write ------------------------------------------------


def test_columns_of_a_table_in_any_order(write):
    table = read_table(write(b',Count,cluster,"Word"\n0,5,00,"a,b"\n1,6,1,"a ""b"""\n'))
    assert table.words == [b"a,b", b'a "b"']
    assert (table.bit_strings, table.counts) == (["00", "1"], [5, 6])
    assert table.warnings == ["columns that are not read: "]


@pytest.mark.parametrize(
    ("clusters", "is_flat"),
    [(["00", "1"], False), (["10", "2"], True), (["NOUN", "1"], True)],
)
def test_fields_show_what_a_column_of_clusters_has(write, clusters, is_flat):
    rows = "".join(f"w{i},{name}\n" for i, name in enumerate(clusters))
    table = read_table(write("word,cluster\n" + rows))
    assert (table.bit_strings, table.is_flat) == (clusters, is_flat)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": "00", "b": "01"}',
        b'{"a":"00","b":"01"}\n',
        b'{\n  "a": "00",\n  "b"\n:\t"01"\n}\n\n',
        b'\n { "\\u0061" : "00" , "b" : "01" } ',
    ],
)
def test_objects_in_any_layout(write, data):
    table = read_table(write(data), "json")
    assert list(zip(table.words, table.bit_strings, strict=True)) == [
        (b"a", "00"),
        (b"b", "01"),
    ]


def test_class_names_that_an_object_cannot_represent(tmp_path):
    clusters = clusters_of({"a": "01", "b": "00"}, is_flat=True)
    with pytest.raises(ValueError, match=r"^class names must be other than strings of"):
        clusters.export(tmp_path / "a", "json")


def test_words_with_blanks_have_no_place_on_a_line(tmp_path):
    clusters = clusters_of({"New York": "0", "a": "1"}, is_flat=False)
    with pytest.raises(ValueError, match=r"^word must be a word that format lines can"):
        clusters.export(tmp_path / "a", "lines")
    clusters.export(tmp_path / "a", "csv")
    assert WordClusters.load(tmp_path / "a")["New York"] == "0"
