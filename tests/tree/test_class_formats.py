"""Flat classes in text files, and what strangers' files have besides rows."""

import pytest

from brownclust.clusters.word_clusters import WordClusters
from brownclust.tree.formats import FORMATS, read_table

COUNT = "a count (a whole number of at most 18 digits)"
WORDS = ["Rom", "Bern", "sie", "er", "7"]
NAMES = ["12", "12", "3", "3", "250"]


def text_of(*columns, separator):
    return "".join(separator.join(row) + "\n" for row in zip(*columns, strict=True))


def classes_of(table):
    assert table.is_flat
    words = [word.decode() for word in table.words]
    return dict(zip(words, table.bit_strings, strict=True))


@pytest.mark.parametrize("separator", ["\t", " ", "   "])
@pytest.mark.parametrize(
    ("format", "columns", "counts"),
    [
        ("alexclark", (WORDS, NAMES), [0] * 5),
        ("alexclark", (WORDS, NAMES, ["9", "8", "70", "6", "5"]), [9, 8, 70, 6, 5]),
        ("alexclark", (WORDS, NAMES, ["0.9", ".5", "1e-3", "0", "1"]), [0] * 5),
        ("clustercat", (WORDS, NAMES, ["9", "8", "70", "6", "5"]), [9, 8, 70, 6, 5]),
        ("srilm", (NAMES, WORDS), [0] * 5),
        ("srilm", (NAMES, ["0.5", "5e-1", "0.5", "0.5", "1"], WORDS), [0] * 5),
    ],
)
def test_flat_classes_are_read(write, format, columns, counts, separator):
    table = read_table(write(text_of(*columns, separator=separator)), format)
    assert classes_of(table) == dict(zip(WORDS, NAMES, strict=True))
    assert table.counts == counts


@pytest.mark.parametrize(
    ("data", "as_format"),
    [
        ("Rom 12 0.9\nBern 12 0.1\nsie 3 1\n", "alexclark"),
        ("Rom\t12\t90\nBern\t12\t10\nsie\t3\t4\n1\t3\t1\n", "alexclark"),
        ("Rom CITY 90\nBern CITY 10\nsie PRONOUN 3\n", "alexclark"),
        ("CITY 0.9 Rom\nCITY 0.1 Bern\nPRONOUN 1 1\n", "srilm"),
        # The beginning has only classes that look like bit strings
        ("".join(f"w{i} {i // 1100} 5\n" for i in range(30_000)), "alexclark"),
    ],
)
def test_flat_classes_that_are_recognised(write, data, as_format):
    path = write(data)
    table = read_table(path)
    assert classes_of(table) == classes_of(read_table(path, as_format))
    assert table.warnings[0].startswith("flat classes, without a tree: read as ")


@pytest.mark.parametrize(
    ("data", "formats"),
    [
        ("Rom\t12\nBern\t12\nsie\t3\n", ("alexclark", "spacy")),
        ("Rom CITY\nBern CITY\nsie PRONOUN\n", ("alexclark", "srilm")),
        ("CITY Rom\nCITY Bern\nPRONOUN sie\n", ("alexclark", "srilm")),
        ("12 0.5 1984\n12 0.5 1985\n3 1 7\n", ("alexclark", "srilm")),
        ("01 Rom 4\n1x er 4\n1y sie 3\n1z es 2\n", ("paths", "alexclark")),
        # Perhaps swapped columns of paths, with an error in one line
        ("Rom 00 4\nBern 01 4\nsie 10 4\ner 12 4\n", ("paths", "alexclark")),
    ],
)
def test_what_may_be_several_formats_is_not_guessed(write, data, formats):
    path = write(data)
    with pytest.raises(ValueError, match="expected a format that can be") as raised:
        read_table(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert "--from (format=) " in message
    assert all(format in message for format in formats)


@pytest.mark.parametrize(
    ("format", "line", "error"),
    [
        ("alexclark", "er\t3\t" + "9" * 5_000, f"{COUNT}, or a weight"),
        ("alexclark", "er\t3\t-0.5", f"{COUNT}, or a weight of at most 1"),
        ("alexclark", "er\t3\t1e3", f"{COUNT}, or a weight of at most 1"),
        ("alexclark", "er\t3\tnan", f"{COUNT}, or a weight of at most 1"),
        ("alexclark", "er\tpro noun\t3", "the name of a class, without blanks"),
        ("alexclark", "er\tpro\tnoun\t3", "word TAB class TAB count or weight, got"),
        ("alexclark", "er\t3", "word TAB class TAB count or weight, got"),
        ("alexclark", "er 3 9", "word TAB class TAB count or weight, as on other lin"),
        ("alexclark", "er\t\t9", "the name of a class, without blanks, got ''"),
        ("alexclark", "Rom\t3\t9", "each word once, got 'Rom'"),
        ("alexclark", "er \t3\t9", "a word without tabs, line ends and blanks at"),
        ("alexclark", "e\rr\t3\t9", "a word without tabs, line ends and blanks at"),
        ("paths", "00\ter\t5.0", f"{COUNT}, got '5.0'"),
        ("paths", "00\ter\t-5", f"{COUNT}, got '-5'"),
        ("paths", "00 er 5", "bit string TAB word TAB count, as on other lines"),
        ("paths", "0x\ter\t5", "a bit string of 0 and 1, got '0x'"),
    ],
)
def test_damaged_lines(write, format, line, error):
    good = "11\tRom\t5" if format == "paths" else "Rom\t12\t9"
    path = write("\n".join([good, good.replace("1", "0").replace("R", "r"), line]))
    with pytest.raises(ValueError, match=r".") as raised:
        read_table(path, format)
    assert str(raised.value).startswith(f"{path}:3: expected {error}")


@pytest.mark.parametrize("line", ["CITY 2 Rom", "CITY x Rom", "CITY -1 Rom"])
def test_probabilities_of_srilm(write, line):
    with pytest.raises(ValueError, match=r"text:1: expected a probability, got"):
        read_table(write(line + "\n"), "srilm")


def test_word_of_several_words_in_srilm(write):
    path = write("CITY 0.5 New York\nCITY 0.3 Rom\nCITY 0.2 Bern\n")
    with pytest.raises(ValueError, match=r"text:1: expected class SPACE probability"):
        read_table(path)


def test_line_of_srilm_that_is_cut_in_two(write):
    path = write("CITY 0.5 Rom\nCITY 0.25\n00 Bern\nCITY 0.25 Ulm\n")
    with pytest.raises(
        ValueError, match=r"text:2: expected class SPACE probability SP"
    ):
        read_table(path)


SAMPLES = {
    "paths": "00\tRom\t5\n01\tBern\t4\n1\tsie\t9\n",
    "snips": "Rom\t00\nBern\t01\nsie\t1\n",
    "alexclark": "Rom\t12\nBern\t12\nsie\t3\n",
    "clustercat": "Rom\t12\t5\nBern\t12\t4\nsie\t3\t9\n",
    "srilm": "CITY 0.5 Rom\nCITY 0.5 Bern\nPRONOUN 1 sie\n",
    "mkcls": "Rom\t12\nBern\t12\nsie\t3\n",
    "lines": "Rom Bern\nsie\n",
    "csv": "word,class,count\nRom,12,5\nBern,12,4\nsie,3,9\n",
    "json": '{\n"Rom": 12,\n"Bern": 12,\n"sie": 3\n}\n',
    "jsonl": '{"word": "Rom", "class": "12"}\n{"word": "sie", "class": 3}\n',
    "spacy": "Rom\t1\nBern\t2\nsie\t0\n",
    "word2vec": "3 2\nRom -1 -1\nBern -1 1\nsie 1 0\n",
}


@pytest.mark.parametrize("format", FORMATS)
def test_byte_order_mark_and_ends_of_lines(write, format):
    plain = read_table(write(SAMPLES[format]), format)
    odd = SAMPLES[format].replace("\n", "\r\n\r\n")
    found = read_table(write("\ufeff" + odd), format)
    assert found.words == plain.words
    assert found.bit_strings == plain.bit_strings
    assert found.warnings == plain.warnings


@pytest.mark.parametrize("format", ["paths", "snips", "alexclark", "clustercat"])
def test_columns_separated_by_blanks(write, format):
    plain = read_table(write(SAMPLES[format]), format)
    found = read_table(write(SAMPLES[format].replace("\t", "  ")), format)
    assert found == plain


def test_blanks_are_recognised(write):
    table = read_table(write(SAMPLES["paths"].replace("\t", " ")))
    assert table.bit_strings == ["00", "01", "1"]
    assert table.counts == [5, 4, 9]


@pytest.mark.parametrize(
    "data",
    ["00\tRom\t5\n01 Bern 4\n1\tsie\t9\n", "00 Rom 5\n01\tBern\t4\n1 sie 9\n"],
)
def test_mixed_separators(write, data):
    path = write(data)
    with pytest.raises(
        ValueError, match=r"text:2: expected bit string (TAB|SPACE) wor"
    ):
        read_table(path)
    table = read_table(path, lenient=True)
    assert table.words == [b"Rom", b"Bern", b"sie"]
    assert table.warnings == ["lines with other separators than most, read anyway: 1"]


@pytest.mark.parametrize(
    ("data", "format"),
    [
        ("# made by mkcls\n#\nRom\t12\n#sie\t3\n#\t3\n", "alexclark"),
        ("# made by Clark's program\nRom 12 0.5\n#sie 3 0.5\n# 3 0.5\n", "alexclark"),
        ("Word\tClass\nRom\t12\n#sie\t3\n#\t3\n", "alexclark"),
        ("#word class weight\nRom 12 0.5\n#sie 3 0.5\n# 3 0.5\n", "alexclark"),
    ],
)
def test_comments_and_headers_are_no_words(write, data, format):
    table = read_table(write(data), format)
    assert classes_of(table) == {"Rom": "12", "#sie": "3", "#": "3"}
    assert any("comments: " in text or "header" in text for text in table.warnings)


def test_header_of_paths(write):
    table = read_table(write("path\tword\tcount\n0\tword\t3\n1\tpath\t4\n"))
    assert table.words == [b"word", b"path"]
    assert table.warnings == ["the first line is a header: left out"]


@pytest.mark.parametrize(
    ("data", "format", "name", "column"),
    [
        ("\tword\tclass\n5\tRom\t12\n6\tsie\t3\n", None, "word", 2),
        ("class\tword\n12\tRom\n3\tsie\n", "alexclark", "class", 1),
        ("word\tclass\nRom\t12\nBern\t3\n", "srilm", "word", 1),
        ("word count bits\nRom 12 00\nsie 3 01\n", "alexclark", "count", 2),
    ],
)
def test_header_that_contradicts_the_format(write, data, format, name, column):
    """A table written with row numbers has them in the place of the words."""
    found = rf"\(column {column} of the header is {name}: swap or remove columns\)"
    with pytest.raises(ValueError, match=f"text:1: expected .* {found}, got "):
        read_table(write(data), format)


@pytest.mark.parametrize("format", [None, "paths", "alexclark", "spacy"])
def test_carriage_returns_alone_are_named(write, format):
    with pytest.raises(
        ValueError, match="text:1: expected lines that end in a newline"
    ):
        read_table(write(SAMPLES["clustercat"].replace("\n", "\r")), format)


@pytest.mark.parametrize(
    ("data", "character"),
    [("Rom,12\nsie,3\n", "commas"), ('"00";"Rom";"5"\n"01";"sie";"4"\n', "semicolons")],
)
def test_other_separators_are_named(write, data, character):
    for format in (None, "paths", "alexclark"):
        with pytest.raises(ValueError, match=f"text:1: .*replace {character} by tabs"):
            read_table(write(data), format)


@pytest.mark.parametrize("format", [None, "paths", "alexclark", "srilm"])
@pytest.mark.parametrize("data", ["", "\n \n", "# nothing here\n# at all\n"])
def test_no_words(write, format, data):
    with pytest.raises(
        ValueError, match="text: expected words and their clusters, got"
    ):
        read_table(write(data), format)


@pytest.mark.parametrize("vector", ["0.12 -0.7", "1 -0.7", "0 1", "inf 1", "1_0 1"])
def test_embeddings_are_not_bits(write, vector):
    path = write(f"2 2\nRom -1 1\nsie {vector}\n")
    with pytest.raises(
        ValueError, match=r"text:3: expected -1 and 1, then only 0: bits"
    ):
        read_table(path)


def test_prefixes_may_be_class_numbers(write):
    path = write("Rom\t1\nsie\t10\ner\t11\n")
    with pytest.raises(ValueError, match=r"without a tree: --from \(format=\) alex"):
        read_table(path)
    assert classes_of(read_table(path, "alexclark"))["sie"] == "10"


@pytest.mark.parametrize("format", ["alexclark", "clustercat", "srilm", "jsonl"])
@pytest.mark.parametrize(
    "names", [NAMES, ["0", "0", "1", "10", "11"], ["A-1", "A-1", "05", "5", "ü"]]
)
def test_names_of_classes_come_back(tmp_path, format, names):
    out, npz = tmp_path / "out", tmp_path / "out.npz"
    WordClusters.from_classes(WORDS, names, [5, 4, 3, 2, 1]).save(npz)
    WordClusters.load(npz).export(out, format)
    table = read_table(out, format)
    assert classes_of(table) == dict(zip(WORDS, names, strict=True))
    if format in ("clustercat", "jsonl"):
        assert sorted(table.counts) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("format", ["paths", "snips", "spacy", "word2vec"])
def test_flat_classes_have_no_bit_strings(tmp_path, format):
    rule = "format must be one of alexclark, mkcls, .*, jsonl for flat classes"
    with pytest.raises(ValueError, match=rule):
        WordClusters.from_classes(WORDS, NAMES).export(tmp_path / "out", format)
    assert not (tmp_path / "out").exists()


def test_srilm_has_probabilities_of_words_in_their_class(tmp_path):
    path = tmp_path / "out"
    WordClusters(["a", "b", "c"], ["0", "0", "1"], [1, 3, 9]).export(path, "srilm")
    assert (
        path.read_text()
        == "CLASS-00000 0.25 a\nCLASS-00000 0.75 b\nCLASS-00001 1.0 c\n"
    )
    WordClusters.from_classes(["a", "b"], ["X", "X"]).export(path, "srilm")
    assert path.read_text() == "X 0.5 a\nX 0.5 b\n"


def test_objects_with_a_bit_string_keep_their_tree(write):
    line = '{"word": "%s", "bit_string": "%s", "class": "noun"}\n'
    table = read_table(write(line % ("Rom", "0") + line % ("Bern", "1")))
    assert not table.is_flat
    assert table.bit_strings == ["0", "1"]


def test_numbers_of_thousands_of_digits_in_objects(write):
    huge = "7" * 5_000
    path = write(f'{{"word": "Rom", "id": {huge}, "class": {huge}}}\n')
    assert classes_of(read_table(path)) == {"Rom": huge}
    path = write(f'{{"word": "Rom", "class": "1", "count": {huge}}}\n')
    with pytest.raises(ValueError, match=r"text:1: expected a count .*, got '\{\"wor"):
        read_table(path)


def test_first_object_without_a_cluster(write):
    path = write('{"word": "Rom", "cluster": 3}\n')
    rule = 'an object with "word" and "bit_string", or "class" for flat classes '
    hint = r"\(one object for all words: --from \(format=\) json\), got "
    with pytest.raises(ValueError, match=f"text:1: expected {rule}{hint}"):
        read_table(path)


@pytest.mark.parametrize(
    "line",
    [
        '{"word": "sie", "bit_string": "0"}',
        '{"word": "sie", "class": 3.5}',
        '{"word": "sie", "class": true}',
        '{"word": "sie", "class": "a b"}',
        '{"word": "s\\tie", "class": "3"}',
        '{"word": ["sie"], "class": "3"}',
    ],
)
def test_invalid_objects_of_classes(write, line):
    path = write('{"word": "Rom", "class": "12"}\n' + line + "\n")
    with pytest.raises(ValueError, match=r"text:2: expected .*, got"):
        read_table(path)
