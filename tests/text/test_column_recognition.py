"""What a file of columns is, by the shape of its lines; and what is none."""

import io
import itertools
import re

import pytest

from brownclust.text.column_format import ColumnFormat, LeftOutWarning
from brownclust.text.column_layout import CONLL2009_COLUMNS, CONLL2012_COLUMNS
from brownclust.text.conll import read_conll, write_sentence


def read(text, name="in", *, option="word", text_hint="", **options):
    data = text if isinstance(text, bytes) else text.encode()
    column_format = ColumnFormat(**options)
    return list(
        read_conll(
            io.BytesIO(data), name, column_format, option=option, text_hint=text_hint
        )
    )


def words(text, **options):
    """The words of the sentences that have any."""
    return [one.words for one in read(text, **options) if one.words]


def labels(text, **options):
    sentences = read(text, **options)
    return [one.column(one.layout.label_column) for one in sentences if one.words]


def error(text, **options):
    with pytest.raises(ValueError, match=r"^in:\d+: expected ") as caught:
        read(text, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def conllu(*rows):
    return "".join(f"{i}\t{w}\t_\t{t}\t_\t_\t0\tx\t_\t_\n" for i, w, t in rows) + "\n"


DOGS = conllu(("1", "dogs", "N"), ("2", "bark", "V"))
CATS = conllu(("1", "cats", "N"), ("1.1", "all", "P"), ("2-3", "don't", "_")) + "\n"
CATS = CATS.replace("\n\n\n", "\n") + conllu(("2", "do", "A"), ("3", "n't", "P"))


# --- Formats with numbered tokens ---------------------------------------------


@pytest.mark.parametrize(
    "start",
    ["", "\n", "# source = a book\n", "# a\n\n# b\tc\n", "-DOCSTART-\n\n", "\ufeff"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_conllu_by_its_shape(start, end):
    text = (start + DOGS + CATS).replace("\n", end)
    assert words(text) == [["dogs", "bark"], ["cats", "do", "n't"]]
    assert labels(text) == [["N", "V"], ["N", "A", "P"]]


def test_conllu_that_begins_with_one_token_or_a_range():
    assert words(conllu(("1", "Ha", "I")) + DOGS) == [["Ha"], ["dogs", "bark"]]
    du = conllu(("1-2", "du", "_"), ("1", "de", "P"), ("2", "le", "D"))
    assert words(du) == [["de", "le"]]
    assert words(conllu(("1", "1", "N")) + conllu(("1", "2", "N"))) == [["1"], ["2"]]


def test_conllx_has_heads_of_projective_trees():
    text = "1\tdogs\t_\tN\tNN\t_\t2\tx\t2\tx\n2\tbark\t_\tV\tVB\t_\t0\tx\t0\tx\n"
    assert (words(text), labels(text)) == ([["dogs", "bark"]], [["N", "V"]])


def test_names_of_conllu_can_be_given():
    names = tuple("abcdefghij")
    [sentence] = read(DOGS.rstrip() + "\n", names=names, word="b")
    assert (sentence.layout.names, sentence.words) == (names, ["dogs", "bark"])
    [sentence] = read(DOGS.rstrip() + "\n", names=("n", "form", "x"))
    assert (sentence.layout.kind, sentence.words) == ("columns", ["dogs", "bark"])


@pytest.mark.parametrize("n_predicates", [0, 1, 3])
def test_conll2009(n_predicates):
    def rows(n):
        more = "\t_" * n
        start = "1\tdogs\tdog\tdog\tN\tN\t_\t_\t2\t2\tx\tx\t_\t_" + more
        return f"{start}\n2\tbark\tbark\tbark\tV\tV\t_\t_\t0\t0\tx\tx\tY\tb.1{more}\n\n"

    text = "# a comment\n" + rows(n_predicates) + rows(2)
    assert words(text) == [["dogs", "bark"]] * 2
    assert labels(text) == [["N", "V"]] * 2
    assert read(text)[0].layout.names == CONLL2009_COLUMNS
    message = error(text + rows(2) + rows(2).replace("\t_\n", "\n", 1))
    assert message.startswith("in:11: expected 16 columns separated by tabs, got 15: ")


@pytest.mark.parametrize("start", ["#begin document (bc/x); part 000\n", "", "\n"])
@pytest.mark.parametrize("separator", ["   ", "\t"])
def test_conll2012(start, separator):
    first = "bc/x 0 0 Dogs N (S* dog - - Anna * (V*) -\nbc/x 0 1 bark V *) bark 01 1 "
    second = "bc/x 0 0 # X (S*) - - - Anna * (0)\n\n#end document\n"
    text = first + "Anna * (A0*) -\n\n" + second
    text = start + re.sub(" (?!document|.bc|part)", separator, text)
    assert words(text) == [["Dogs", "bark"], ["#"]]
    assert labels(text) == [["N", "V"], ["X"]]
    assert read(text)[0].layout.names == CONLL2012_COLUMNS


# --- Numbers where words should be --------------------------------------------


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("single", ["", "{0} Ha X\n\n"])
def test_numbers_of_tokens_are_not_words(first, separator, single):
    text = single.format(first) + f"{first} Anna B\n{first + 1} lebt O\n"
    text = text.replace(" ", separator)
    message = error(text, option="column")
    assert "got numbers of tokens in column" in message
    assert message.endswith("name the column of words: --column 2 (column=2)")
    assert words(text, word=2)[-1] == ["Anna", "lebt"]
    assert words(text, word=1)[-1] == [f"{first}", f"{first + 1}"]
    assert words(text, names=("n", "word", "t"))[-1] == ["Anna", "lebt"]


@pytest.mark.parametrize("numbers", ["0 0 0", "7 7 7", "17 18 19", "0 4 9"])
def test_other_numbers_that_are_not_words(numbers):
    text = "{}\tAnna\tB\n{}\tlebt\tO\n{}\tda\tO\n".format(*numbers.split())
    assert "got numbers of tokens in column" in error(text)
    assert words(text, word=2) == [["Anna", "lebt", "da"]]
    assert words(f"x\tX\tO\n\n{text}")[1] == numbers.split()


@pytest.mark.parametrize(
    "ids", [("1-1", "1-2"), ("w1", "w2", "w3"), ("1.", "2."), ("t7.4", "t7.5", "t7.6")]
)
@pytest.mark.parametrize("start", ["", "#FORMAT=WebAnno TSV 3.2\n\n\n#Text=a b\n"])
def test_labels_of_tokens_are_not_words(ids, start):
    text = start + "".join(f"{i}\ta\tO\n" for i in ids)
    line = 1 + start.count("\n")
    message = error(text, option="column")
    assert message.startswith(
        f"in:{line}: expected words in column 1, got numbers of tokens in column 1"
    )
    assert message.endswith("name the column of words: --column 2 (column=2)")
    assert words(text, word=2) == [["a"] * len(ids)]


@pytest.mark.parametrize("text", ["B-52 N\nA-53 N\n", "v1 O\nv2 X\n", "A4 N\nA3 N\n"])
def test_words_with_numbers(text):
    assert words(text) == [[line.split()[0] for line in text.splitlines()]]


def test_tags_are_not_words():
    text = "O\ta\nO\tb\n\nB-Dish\ta\nO\tb\n\n"
    message = error(text)
    assert message.startswith("in:4: expected words in column 1, but it has tags, got")
    assert message.endswith("name the column of words: --word 2 (word=2)")
    assert words(text, word=2) == 2 * [["a", "b"]]
    assert words("O\tN\nB-52\tN\nflew\tV\n") == [["O", "B-52", "flew"]]


def test_conllu_whose_last_columns_are_empty():
    text = re.sub(r"_\t_$", r"\t", DOGS + CATS, flags=re.MULTILINE)
    assert words(text) == [["dogs", "bark"], ["cats", "do", "n't"]]


def test_conllu_has_tabs():
    message = error(DOGS.replace("\t", " "), format="conllu")
    assert "(CoNLL-U has tabs; --format columns reads other files)" in message


def test_numbers_after_a_faulty_sentence():
    numbered = "1\ta\n2\tb\n3\tc\n\n"
    assert words("x\ty\n\n" + 2 * numbered + "x\ty\n\n" + 2 * numbered)
    message = error("x\ty\n2\tb\n\n" + 3 * numbered)
    assert message.startswith(
        "in:12: expected words in column 1, got numbers of tokens in column 1: 1"
    )
    assert words("x\n\n" + 9 * "1\n2\n3\n\n")


def test_numbers_after_the_name_of_a_document():
    text = "a\t1\tAnna\na\t2\tlebt\na\t3\tin\n"
    assert "got numbers of tokens in column 2" in error(text)
    assert "--word 3 (word=3)" in error(text)
    assert words(text, word=3) == [["Anna", "lebt", "in"]]


def test_several_columns_of_numbers():
    text = "7 0 Anna B\n7 4 lebt O\n7 9 da O\n"
    assert "got numbers of tokens in column 2: 0, 4, 9, …" in error(text)
    assert words(text, word=3) == [["Anna", "lebt", "da"]]


@pytest.mark.parametrize(
    "text",
    [
        "1\tCD\n\nhas\tV\n2\tCD\n",
        "1\tCD\nof\tIN\n2\tCD\n",
        "2\tCD\n3\tCD\n",
        "1\n2\n3\n",
        "1\tCD\n1\tCD\n",
        "2\tCD\n1\tCD\n1\tCD\n",
        f"1\tCD\n{'8' * 5000}\tCD\n{'9' * 5000}\tCD\n",
        "1 CD\n\n1 CD\n\n",
    ],
)
def test_numbers_that_are_words(text):
    assert words(text)[0][0] in ("1", "2")


# --- Comments -----------------------------------------------------------------


def test_lines_before_sentences_with_as_many_tabs_as_tokens():
    text = "#\thttp://x.org\t[2000]\t\n1\tAnna\tB\tO\n2\tlebt\tO\tO\n\n"
    assert words(text + text, word=2) == [["Anna", "lebt"]] * 2
    text = "#\thttp://x.org\t[2000]\nAnna\tB\tO\nlebt\tO\tO\n\n"
    assert words(text + text) == [["Anna", "lebt"]] * 2
    assert b"".join(map(_bytes, read(text))) == text.encode()


@pytest.mark.parametrize(
    "comment",
    [
        "# id 5",
        "# text = a long sentence",
        "#begin document x",
        "#end document",
        "#",
        "# newdoc x",
        "-DOCSTART-",
        "-DOCSTART- O",
        "-DOCSTART- -X- O",
        "-DOCSTART- -X- -X- O",
        "-docstart- O",
        "0 -DOCSTART- O",
        "-DOCSTART-\tO",
        "-DOCSTART-\t-X-\tO",
        " -DOCSTART- O O",
    ],
)
@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("gap", ["", "\n"])
def test_comments_and_starts_of_documents(comment, separator, gap):
    tokens = "Anna N B\nlebt V O\n\n".replace(" ", separator)
    text = f"{comment}\n{gap}{tokens}{comment}\n{gap}{tokens}"
    assert words(text) == [["Anna", "lebt"]] * 2
    assert b"".join(map(_bytes, read(text))) == text.encode()


@pytest.mark.parametrize("token", ["# NN O", "#tag NN O", "## NN O", "#1 CD O"])
@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("is_first", [True, False])
def test_words_that_begin_with_a_hash(token, separator, is_first):
    lines = [token, "ok JJ O"] if is_first else ["ok JJ O", token]
    text = "\n".join(lines).replace(" ", separator) + "\n"
    assert sorted(*words(text)) == sorted([token.split()[0], "ok"])


@pytest.mark.parametrize("line", ["#tag", "#tag O", "#New York X O", "#tag\tX"])
def test_lines_before_tokens_that_may_be_words(line):
    assert "(--comment '#' if it is a comment, --fo" in error(f"{line}\na X O\nb Y O\n")
    assert words(f"{line}\n\na X O\nb Y O\n") == [["a", "b"]]


@pytest.mark.parametrize("line", ["# http://x.org O", "#a b= O", "# note", "#note"])
def test_lines_between_tokens_that_may_be_comments(line):
    text = f"a X O\n{line}\nb Y O\n"
    message = error(text)
    assert message.startswith("in:2: expected 3 columns as other tokens have, got '#")
    assert "--comment '#' if it is a comment, --format columns if" in message
    assert words(text, comment="#") == [["a", "b"]]


def test_comments_of_another_prefix():
    text = "%% x\na\tX\n%%\tY\nb\tY\n"
    assert words(text, comment="%%") == [["a", "b"]]
    assert words("%% x\n\n" + text, comment="%%", format="columns") == [["a", "b"]]
    text = "<s>\na\tX\nb\tY\n</s>\n"
    assert words(text, comment="<") == [["a", "b"]]
    assert "(if it is a comment: --comment '%')" in error("% c\na\tX\nb\tY\nc\tZ\n")


def test_tags_of_xml_and_other_lines_that_do_not_end_sentences():
    hint = "(blank lines end sentences: sed 's/^<.*>$//' makes them)"
    for start in ("<s>\n", '<text id="1">\n<s>\n'):
        text = start + "a\tX\n</s>\n<s>\nb\tY\n</s>\n"
        message = error(text)
        assert message.startswith("in:1: expected 2 columns separated by tabs, got 1")
        assert hint in message
    assert words(re.sub("(?m)^<.*>$", "", text)) == [["a"], ["b"]]
    assert words("<s> X\na X\n") == [["<s>", "a"]]
    message = error("a\tX\n\u3000\nb\tY\n")
    assert message.startswith("in:2: expected 2 columns separated by tabs, got 1")
    assert "(a line that ends a sentence has only spaces and tabs)" in message


@pytest.mark.parametrize("header", ["Word\tPOS", "token\tner_tags", "ID\tFORM"])
def test_a_first_line_that_names_the_columns(header):
    text = f"{header}\na\tX\nb\tY\n\nc\tX\n"
    sentences = read(text)
    assert sentences[0].layout.names == tuple(header.lower().split("\t"))
    word = 2 if header.startswith("ID") else 1
    assert sentences[0].words == [["a", "b"], ["X", "Y"]][word - 1]
    assert words(text.replace("Y\n", "Y\n\n", 1), word=1) == [["a", "b"], ["c"]]
    assert words(text + "\n" + text, word=1) == 2 * [["a", "b"], ["c"]]
    assert words(text.replace("\n", "\n\n", 1), names=("u", "v")) == [["a", "b"], ["c"]]


def test_first_lines_that_name_columns_of_other_kinds():
    for header in ("TOKEN\tNE-COARSE-LIT", "WORD\tNE", "# word\ttag", "#FORM\tPOS"):
        assert words(f"{header}\na\tX\nb\tY\n") == [["a", "b"]]
    assert words("word NN\ntag NN\n") == [["word", "tag"]]


def test_a_header_with_a_blank_line_after_it():
    text = "Word\tPOS\n\na\tX\nb\tY\n\n"
    assert words(text) == [["a", "b"]]
    assert error(text + "c\n").startswith("in:6: expected 2 columns separated by tabs")
    names = "ID\tFORM\tLEMMA\tUPOS\tXPOS\tFEATS\tHEAD\tDEPREL\tDEPS\tMISC\n"
    for gap in ("", "\n"):
        assert labels(f"{names}{gap}{DOGS}") == [["N", "V"]]
    assert words(text, format="columns") == [["Word"], ["a", "b"]]
    assert words("word\tpos\n") == []


# --- Rows ---------------------------------------------------------------------


@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize(
    ("line", "n"), [("New York X O", 4), ("b Y", 2), ("b", 1), ("b X O ,", 4)]
)
@pytest.mark.parametrize("gap", ["", "\n", "\n\n"])
def test_rows_of_unequal_length(separator, line, n, gap):
    line = line.replace(" ", separator)
    start, end = "a X O\nc Y O\n".replace(" ", separator), "\n\nd X O\n"
    text = start + gap + line + end.replace(" ", separator)
    number = 3 + len(gap)
    by = " separated by tabs" if separator == "\t" else ""
    message = f"in:{number}: expected 3 columns{by}, got {n}: {line!r}"
    way = "(--lenient (lenient=True) leaves such sentences out)"
    assert error(text) == f"{message} {way}"
    with pytest.warns(LeftOutWarning) as warned:
        sentences = read(text, lenient=True)
    assert [str(one.message) for one in warned] == [
        f"{message}: this sentence left out"
    ]
    found = [one.words for one in sentences if one.words]
    assert found == [["a", "c"], ["d"]] if gap else [["d"]]
    assert b"".join(map(_bytes, sentences)) == text.encode()


def test_the_number_of_sentences_left_out():
    text = "a X\nb Y\n\nc\n\nd\n\ne X\n"
    message = r"^in:4: .* got 1: 'c': this sentence and 1 more left out$"
    with pytest.warns(LeftOutWarning, match=message):
        assert words(text, lenient=True) == [["a", "b"], ["e"]]


def test_columns_may_differ_between_sentences_if_nothing_is_recognised():
    text = "a X\nb Y\n\nc X Y\n"
    assert words(text, format="columns") == [["a", "b"], ["c"]]
    assert error(text).startswith("in:4: expected 2 columns, got 3: 'c X Y'")
    message = error(text + "d X Y\n")
    assert "got 3: 'c X Y' (--format columns lets sentences differ) (--" in message
    assert error(text + "d X\n", format="columns").startswith("in:5: expected 3 col")


def test_whitespace_around_fields():
    text = "Anna\tB-X \n  Ulm \t B-X\nlebt\tO\n\nin\t O\t\nUlm\tB-X\t\t\n"
    assert words(text) == [["Anna", "Ulm", "lebt"], ["in", "Ulm"]]
    assert labels(text) == [["B-X", "B-X", "O"], ["O", "B-X"]]
    assert b"".join(map(_bytes, read(text))) == text.encode()


@pytest.mark.parametrize("stray", ["\t", " ", "\t ", "\v", "\f"])
def test_a_stray_tab_in_files_separated_by_spaces(stray):
    text = f"Anna N B{stray}\nlebt V O\n{stray}in P O\n\nUlm N B{stray}\n"
    assert [len(row) for one in read(text) for row in one.tokens] == [3] * 4
    assert words(text) == [["Anna", "lebt", "in"], ["Ulm"]]
    assert b"".join(map(_bytes, read(text))) == text.encode()


def test_columns_are_added_before_stray_whitespace():
    assert _added("a N B\t\nb V O \n") == b"a N B x\nb V O x\n"
    assert _added("a\tN\t\nb\tV\t\n") == b"a\tN\tx\nb\tV\tx\n"
    assert _added("a\tN \nb \tV\n") == b"a\tN \tx\nb \tV\tx\n"
    assert _added("a\t\nb\tV\n") == b"a\t\tx\nb\tV\tx\n"
    assert _added("a \tN \nb\tV\n", replace=2) == b"a \tx\nb\tx\n"


@pytest.mark.parametrize("text", ["a\tX\n\tY\n", "a\tX\n \tY\n", "a\tX\n\v\tY\n"])
def test_empty_words(text):
    assert "in:2: expected a word in column 1, got an empty field: '" in error(text)
    with pytest.warns(LeftOutWarning, match=r"^in:2: expected a word .* left out$"):
        assert words(text + "\nb\tZ\n", lenient=True) == [["b"]]
    assert words(text, word=2) == [["X", "Y"]]


@pytest.mark.parametrize(
    "text", ["a\tX\rb\tY\r", "a X\nb\rc Y\n", "a\tX\r\nb\rc\tY\r\n"]
)
def test_carriage_returns_alone(text):
    assert "got a carriage return alone: '" in error(text)
    assert r"(tr '\r' '\n' converts old files)" in error(text, lenient=True)


# --- What is not a file of columns --------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Anna left Ulm now\nUlm slept\n",
        "Anna left Ulm now\n\nUlm slept\n",
        "Hi\n\nAnna left Ulm now\n",
        "Anna left Ulm .\n",
        "Anna left Ulm.\nKing left Rome.\n",
        "The cat sat on the mat\nA dog\nBirds sing in the trees\n",
    ],
)
def test_running_text(text):
    message = error(text, text_hint="--tokens")
    assert "(this looks like running text; use --tokens; --format columns" in message
    assert "running text; --format columns" in error(text, lenient=True)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The/DT cat/NN sat/VBD\nA/DT dog/NN ran/VBD\n", "running text with tags, as"),
        ("The_DT cat_NN\n", "running text with tags, as in word/TAG; write each"),
        ("Dogs|NNS bark|VB .|.\n", "running text with tags, as in word/TAG"),
        ('{"text": "a b"}\n{"text": "c"}\n', "JSON lines; brownclust count reads"),
        ('["a", "b"]\n', "JSON lines"),
        ("[1]\n", "JSON lines"),
        ("Anna,N,B\nlebt,V,O\n", "comma-separated values; separate columns with tabs"),
        ("Anna;N\nlebt;V\n", "comma-separated values"),
        ("Sentence #,Word,Tag\nSentence: 1,Anna,B\n,lebt,O\n", "comma-separated"),
        ('<?xml version="1.0"?>\n<text>\n', "XML or HTML"),
        ("<!DOCTYPE html>\n", "XML or HTML"),
    ],
)
def test_other_files(text, what):
    assert f"this looks like {what}" in error(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dogs NNS O\n",
        ". . O\n! . O\n",
        "etc. FW O\n",
        "and/or CC\n",
        "a\nb\n",
        ",\n;\n",
        "1,000\n2\n",
        "1,000 CD\n2,000 CD\n",
        ",\n,\n",
        "{ (\n} )\n",
        "[ (\n",
        "x_y NN\n",
    ],
)
def test_columns_that_are_like_other_files(text):
    assert words(text) == [[line.split()[0] for line in text.splitlines()]]


def _bytes(sentence):
    out = io.BytesIO()
    write_sentence(out, sentence)
    return out.getvalue()


def _added(text, **options):
    out = io.BytesIO()
    for sentence in read(text):
        write_sentence(out, sentence, [["x"]] * len(sentence.words), **options)
    return out.getvalue()


def test_lines_shorter_than_conllu_are_an_error_with_their_line():
    first = "1\tDogs\tdog\tN\tNNS\tnum=pl\t2\tSBJ\t_\t_\n"
    message = error(first + "2\tbark\tbark\t0\n")
    assert message.startswith("in:2: expected 10 columns separated by tabs, got 4")


def test_header_that_is_separated_otherwise_than_the_tokens():
    for header, separator in itertools.product(("word\ttag", "word tag"), "\t "):
        rows = [("the", "1", "00", "0$"), ("cat", "2", "01", "1$")]
        lines = [header, *map(separator.join, rows)]
        (sentence,) = read("\n".join(lines) + "\n")
        assert sentence.words == ["the", "cat"]
