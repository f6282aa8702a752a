import io
import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brownclust.text.characters import BYTE_ORDER_MARK, encode_word
from brownclust.text.column_format import ColumnFormat
from brownclust.text.column_layout import CONLLU_COLUMNS, Layout
from brownclust.text.conll import read_conll, write_sentence

CONLLU = b"""\
# newdoc id = d1
# sent_id = 1
# text = V\xc3\xa1monos al mar
1-2\tV\xc3\xa1monos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\t_\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\t_\t_\t1\tobj\t_\t_
3-4\tal\t_\t_\t_\t_\t_\t_\t_\t_
3\ta\ta\tADP\t_\t_\t5\tcase\t_\t_
4\tel\tel\tDET\t_\t_\t5\tdet\t_\t_
5\tmar\tmar\tNOUN\t_\t_\t1\tobl\t_\t_
5.1\t#\t_\tVERB\t_\t_\t_\t_\t5:conj\t_

# sent_id = 2
1\t#\t#\tSYM\t_\t_\t0\troot\t_\tA=b c

"""


def read(data, name="in", **options):
    return list(read_conll(io.BytesIO(data), name, ColumnFormat(**options)))


def words(data, column=1, **options):
    return [sentence.column(column) for sentence in read(data, **options)]


def written(sentences, values=None, **options):
    out = io.BytesIO()
    for sentence in sentences:
        more = None if values is None else [values] * len(sentence.tokens)
        write_sentence(out, sentence, more, **options)
    return out.getvalue()


# --- What is a token ----------------------------------------------------------


def test_sentences_of_columns():
    first, second = read(b"a\tX\nb\tY\n\nc\tZ\n")
    assert first.tokens == first.rows == [["a", "X"], ["b", "Y"]]
    assert (first.lines, first.ends) == (["a\tX", "b\tY"], ["\n", "\n"])
    assert (first.gap, first.first_line, first.name) == ("\n", 1, "in")
    assert (second.lines, second.gap, second.first_line) == (["c\tZ"], "", 4)
    assert first.layout == second.layout == Layout()


@pytest.mark.parametrize("data", [b"", BYTE_ORDER_MARK])
def test_empty_file(data):
    assert read(data) == []


def test_every_blank_line_belongs_to_a_sentence():
    sentences = read(b"\n \t\r\na X\n\n\x0c\nb Y\n")
    assert [one.gap for one in sentences] == ["\n", " \t\r\n", "\n", "\x0c\n", ""]
    assert [one.first_line for one in sentences] == [1, 2, 3, 5, 6]
    assert [one.column(1) for one in sentences] == [[], [], ["a"], [], ["b"]]
    assert [len(one.lines) for one in sentences] == [0, 0, 1, 0, 1]


def test_byte_order_mark_is_dropped():
    [sentence] = read(BYTE_ORDER_MARK + b"a X\n")
    assert sentence.tokens == [["a", "X"]]
    assert written([sentence]) == b"a X\n"


def test_only_ascii_whitespace_separates_columns():
    data = "1\u00a0000 \v CD\n\u3000 X\n\x1c\x85 Y\n".encode()
    assert words(data) == [["1\u00a0000", "\u3000", "\x1c\x85"]]


def test_files_with_tabs_keep_spaces_and_empty_fields():
    [first, second] = read(b"New York\t\tX\n\na b c\n")
    assert first.tokens == [["New York", "", "X"]]
    assert second.tokens == [["a", "b", "c"]]  # no tabs: another separator


def test_bytes_that_are_not_utf8_are_kept():
    [sentence] = read(b"caf\xe9\tX\n")
    assert sentence.column(1) == ["caf\udce9"]
    assert written([sentence], ["1"]) == b"caf\xe9\tX\t1\n"


def test_a_line_with_a_tab_is_not_a_comment():
    [sentence] = read(b"# a comment\n#\n#\tSYM\n#tag\tX\n")
    assert sentence.rows == [None, None, ["#", "SYM"], ["#tag", "X"]]


def test_tokens_that_begin_with_a_hash():
    assert words(b"# SYM\n#tag X\n\n# SYM\n") == [["#", "#tag"], ["#"]]
    assert words(b"#\tSYM\n\n#tag\tX\n") == [["#"], ["#tag"]]
    assert words(b"a\n#\n#b\n") == [["a", "#", "#b"]]


@pytest.mark.parametrize("tab", [b"\t", b" "])
@pytest.mark.parametrize("start", [b"", b"\n", b"-DOCSTART- O\n\n"])
def test_sentences_of_comments_alone(start, tab):
    comments = start + b"# one\n# two\n\n#three\n\n"
    found = words(comments + b"a\tX\n\n# four\n".replace(b"\t", tab))
    assert [row for row in found if row] == [["a"]]
    assert [row for row in words(comments) if row] == []


@pytest.mark.parametrize("tab", [b"\t", b" "])
def test_the_start_of_a_document_is_not_a_token(tab):
    data = b"-DOCSTART- -X- O\n\na X O\n-DOCSTART-s X O\n".replace(b" ", tab)
    start, sentence = read(data)
    assert (start.rows, start.lines) == ([None], [data.splitlines()[0].decode()])
    assert sentence.column(1) == ["a", "-DOCSTART-s"]


def test_a_sentence_is_yielded_before_the_next_is_read():
    lines = iter([b"# x\n", b"\n", b"a\tX\n", b"\n", b"b\tY\n", b"\n", b"c\tZ\n"])
    sentences = read_conll(lines, "in")
    assert next(sentences).tokens == []
    assert next(sentences).column(1) == ["a"]
    assert next(sentences).column(1) == ["b"]
    assert next(lines) == b"c\tZ\n"


# --- CoNLL-U ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("in", {}),
        ("in.tsv", {"format": "conllu"}),
        ("in.conllu", {}),
        ("in.ConllU.gz", {}),
        ("in.conllup", {}),
    ],
)
def test_conllu(name, options):
    first, second = read(CONLLU, name, **options)
    assert first.layout == Layout(CONLLU_COLUMNS, "conllu")
    assert first.column("Form") == ["Vamos", "nos", "a", "el", "mar"]
    assert first.column(4) == first.column(-7) == first.column("upos")
    assert [i for i, row in enumerate(first.rows) if row is None] == [0, 1, 2, 3, 6, 10]
    assert second.tokens[0][9] == "A=b c"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"a\tX\n", "in"),
        (b"# sent_id = 1\na\tX\tO\n", "in"),  # as in files of entities
        (b"# text = a\na X O\n", "in"),
        (b"a" + 9 * b"\tX" + b"\n", "in"),
        (b"1\ta\t_\tX\t_\t_\tO" + 3 * b"\t_" + b"\n", "in"),  # no HEAD
        (b"a\tX\n", "in.conllu.tsv"),
        (b"a\tX\n", "conllu"),
    ],
)
def test_files_that_are_not_conllu(data, name):
    [sentence] = read(data, name)
    assert sentence.layout == Layout()


def test_columns_are_never_conllu():
    line = b"1\t#" + 8 * b"\t_" + b"\n"
    [sentence] = read(line, "in.conllu", format="columns")
    assert sentence.layout == Layout()
    assert sentence.tokens[0][:2] == ["1", "#"]


def test_conllu_that_starts_with_comments_alone():
    comments, sentence = read(b"# newdoc id = 1\n\n1" + 9 * b"\t_" + b"\n")
    assert comments.layout is sentence.layout
    assert (comments.tokens, len(sentence.tokens)) == ([], 1)
    assert sentence.layout.is_conllu


def test_conllu_comments_may_have_tabs():
    data = b"# a\tcomment\n\n-DOCSTART-\n\n#\n"
    assert [one.rows for one in read(data, format="conllu")] == [[None], [None], [None]]


def test_conllu_plus():
    data = b"# global.columns = ID FORM NER\n1-2\tdu\t_\n1\tde\tO\n2\tle\tO\n"
    [sentence] = read(data)
    assert sentence.layout == Layout(("ID", "FORM", "NER"), "conllu")
    assert sentence.layout.token_column == "FORM"
    assert sentence.layout.label_column == -1
    assert sentence.column("ner") == ["O", "O"]
    [sentence] = read(data, names=["number", "word", "label"])
    assert sentence.column("word") == ["du", "de", "le"]  # no ID: all are tokens


def test_conllu_plus_whose_ids_are_not_first():
    assert words(
        b"#global.columns=FORM ID\ndu\t1-2\nde\t1\nle\t2\n\ny\t2.1\n", column="form"
    ) == [["de", "le"], []]


@pytest.mark.parametrize("names", [b"", b"ID FORM id"])
def test_conllu_plus_whose_names_are_wrong(names):
    error = r"^in:2: expected distinct names of columns, got '# global"
    with pytest.raises(ValueError, match=error):
        read(b"\n# global.columns = " + names + b"\na\tX\n")


def test_names_with_line_breaks_of_unicode_stay_on_one_line():
    (sentence,) = read("# global.columns = FORM A\x85B\na\tX\n".encode())
    with pytest.raises(ValueError, match="a number or one of FORM, A B, got"):
        sentence.column("pos")


def test_names_that_are_not_utf_8_can_be_printed():
    data = b"# global.columns = FORM A\xff\na\tX\n"
    (sentence,) = read(data, encoding_errors="surrogateescape")
    with pytest.raises(ValueError, match=r"one of FORM, A\\udcff, got"):
        sentence.column("pos")


@pytest.mark.parametrize("line", [b"1\ta\tX", b"1" + 8 * b"\t_" + b" _", b"1 a X"])
def test_conllu_line_with_a_wrong_number_of_columns(line):
    error = r"^in:16: expected 10 columns separated by tabs, got \d: '1"
    with pytest.raises(ValueError, match=error):
        read(CONLLU + line + b"\n")


# --- Columns ------------------------------------------------------------------


def test_columns_by_name_and_number():
    [sentence] = read(b"a X B\nb Y I\n", names=["word", "pos", "chunk"])
    assert sentence.column("POS") == sentence.column(2) == sentence.column(-2)
    assert sentence.column(2) == ["X", "Y"]
    assert sentence.layout.token_column == "WORD"
    assert sentence.layout.label_column == -1
    assert Layout(("form", "upos")).token_column == "FORM"
    assert Layout(("form", "upos")).label_column == "UPOS"


@pytest.mark.parametrize("column", [3, -3, "chunk"])
def test_line_with_too_few_columns(column):
    _, sentence = read(b"\n# x\na\tb\n", names=["word", "pos", "chunk"])
    error = r"^in:3: expected at least 3 columns, got 'a\\tb'"
    with pytest.raises(ValueError, match=error):
        sentence.column(column)
    if column == 3:
        with pytest.raises(ValueError, match=error):
            read(b"\n# x\na\tb\n", word=column)


@pytest.mark.parametrize(
    ("column", "names", "error"),
    [
        (0, (), "tag must be a number (1 is the first column, -1 the last) or a name"),
        ("", (), "tag must be a number (1 is the first column, -1 the last) or a name"),
        ("pos", (), "tag must be a number, as the columns of this file have no names"),
        ("x", ("word", "pos"), "tag must be a number or one of word, pos, got 'x'"),
    ],
)
def test_columns_that_do_not_exist(column, names, error):
    with pytest.raises(ValueError, match=f"^{re.escape(error)}"):
        Layout(names).index(column, "tag")


@pytest.mark.parametrize("column", [True, None, 1.0])
def test_columns_of_a_wrong_type(column):
    with pytest.raises(TypeError, match=r"^column must be a number \(1 is the first"):
        Layout().index(column)


@pytest.mark.parametrize(
    ("names", "kind", "error"),
    [
        ("word", TypeError, "names must be distinct names of columns, got 'word'"),
        (["word", 2], TypeError, "name must be a string, got 2"),
        ([], ValueError, "names must be distinct names of columns, got "),
        (["word", ""], ValueError, "names must be distinct names of columns"),
        (["word", "Word"], ValueError, "names must be distinct names of columns"),
    ],
)
def test_wrong_names(names, kind, error):
    with pytest.raises(kind, match=f"^{error}"):
        ColumnFormat(names=names)


# --- Written as read ----------------------------------------------------------

pieces = [
    *(b"a", b"#", b"# ", b"\t", b" ", b"\n", b"\r\n", b"\r", b"\n\n", b"\v", b"\x1c"),
    *("é".encode(), "\u3000\u2028".encode(), b"\xe9", b"\xc3", b"\xef\xbb\xbf"),
    *(b"-DOCSTART-", b"# text = a", b"# global.columns = ID FORM"),
]
texts = st.binary() | st.lists(st.sampled_from(pieces), max_size=30).map(b"".join)
ends = st.sampled_from([b"\n", b"\r\n"])


@given(texts)
@example(b"a\r\r\n\n\r\n")
@example(b"a\t\n\nb\n")
@pytest.mark.filterwarnings("ignore::brownclust.text.column_format.LeftOutWarning")
def test_unchanged_sentences_are_written_as_they_were_read(data):
    try:
        sentences = read(data, format="columns", lenient=True)
    except ValueError as error:
        assert "a carriage return alone" in str(error)  # noqa: PT017
        return
    assert written(sentences) == data.removeprefix(BYTE_ORDER_MARK)
    assert written(sentences, []) == data.removeprefix(BYTE_ORDER_MARK)
    starts = [sentence.first_line for sentence in sentences]
    n_lines = [len(one.lines) + one.gap.count("\n") for one in sentences]
    assert starts[1:] == [a + b for a, b in zip(starts, n_lines, strict=True)][:-1]


@given(texts)
def test_fields_follow_the_definition(data):
    data = data.replace(b"\r", b"")
    with suppress(ValueError):
        for sentence in read(data, format="columns"):
            for line, row in zip(sentence.lines, sentence.rows, strict=True):
                raw = encode_word(line)
                tabbed = [field.strip() for field in raw.split(b"\t")]
                assert list(map(encode_word, row)) in (tabbed, raw.split())
                assert all(sentence.words)
            assert len(set(map(len, sentence.tokens))) <= 1


lines_of_conllu = st.sampled_from(
    [
        *(b"", b" ", b"# text = a\tb", b"#"),
        *(start + 9 * b"\t\xe9 " for start in (b"1", b"1-2", b"1.1", b"_")),
    ]
)


@given(st.lists(st.tuples(lines_of_conllu, ends)).map(lambda x: b"".join(sum(x, ()))))
def test_conllu_is_written_as_it_was_read(data):
    sentences = read(data, format="conllu")
    assert written(sentences) == data
    assert sum(len(one.tokens) for one in sentences) == len(
        re.findall(rb"^(1|_)\t", data, re.MULTILINE)
    )
    replaced = written(sentences, ["X"], replace="upos")
    assert replaced == re.sub(
        rb"^((?:1|_)\t(?:[^\t]*\t){2})[^\t]*", rb"\1X", data, flags=re.MULTILINE
    )


# --- Columns added and replaced ----------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\n", b"a\t0\t1\nb\t0\t1\n"),
        (b"a X\r\n", b"a X 0 1\r\n"),
        (b"a\tX y\r\n\r\n\n", b"a\tX y\t0\t1\r\n\r\n\n"),
        (b"# x\n#\tX", b"# x\n#\tX\t0\t1"),
        (b"-DOCSTART- O\n\na X", b"-DOCSTART- O\n\na X 0 1"),
    ],
)
def test_columns_are_added(before, after):
    assert written(read(before), ["0", "1"]) == after


def test_columns_are_added_only_to_tokens_of_conllu():
    lines = CONLLU.splitlines(keepends=True)
    expected = [
        line.replace(b"\n", b"\t01\n") if re.match(rb"\d+\t", line) else line
        for line in lines
    ]
    assert written(read(CONLLU), ["01"]) == b"".join(expected)


@pytest.mark.parametrize("column", [2, -2, "pos"])
def test_column_is_replaced(column):
    names = ["word", "pos", "chunk"]
    tabs, spaces = b"a\t\tB\n# x\n\n", b"a  X B\nb Y I\n"
    assert written(read(tabs, names=names), ["N"], replace=column) == (
        b"a\tN\tB\n# x\n\n"
    )
    assert written(read(spaces, names=names), ["N"], replace=column) == (
        b"a N B\nb N I\n"
    )


@pytest.mark.parametrize(
    ("values", "options", "error"),
    [
        ([], {}, r"len\(values\) must be 2, the number of tokens, got 0"),
        ([["0"]] * 3, {}, r"len\(values\) must be 2, the number of tokens, got 3"),
        ([["0"]] * 2, {"replace": 4}, "in:1: expected at least 4 columns, got 'a X Z'"),
        ([["0"]] * 2, {"replace": 0}, r"replace must be a number \(1 is the first"),
        ([["0"]] * 2, {"replace": "x"}, "replace must be a number, as the columns"),
        (
            [["0", "1"]] * 2,
            {"replace": 1},
            "values must be one value for each token to rep",
        ),
        ([[], []], {"replace": 1}, "values must be one value for each token to rep"),
    ],
)
def test_wrong_values(values, options, error):
    [sentence] = read(b"a X Z\nb Y Z\n")
    out = io.BytesIO()
    with pytest.raises(ValueError, match=f"^{error}"):
        write_sentence(out, sentence, values, **options)
    assert out.getvalue() == b""
