import gzip
import io

import pytest

from brownclust.tagger.tagged_text import read_tagged, sentence_tokens
from brownclust.text.conll import read_conll

COLUMNS = "The DT B-NP\ndog NN I-NP\n\n\n-DOCSTART- -X- O\n\nbarks VB B-VP\n"
CONLLU = """\
# text = Dogs don't
1\tDogs\tdog\tNOUN\tNNS\t_\t0\t_\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\tVBP\t_\t0\t_\t_\t_
3\tn't\tnot\tPART\tRB\t_\t0\t_\t_\t_

# text = Dogs
1\tDogs\tdog\tNOUN\tNNS\t_\t0\t_\t_\t_
"""


def test_words_and_last_column(write):
    sentences, tags = read_tagged(write(COLUMNS))
    assert sentences == [["The", "dog"], ["barks"]]
    assert tags == [["B-NP", "I-NP"], ["B-VP"]]
    assert read_tagged(str(write(COLUMNS))) == (sentences, tags)


@pytest.mark.parametrize("tag", [2, -2, "pos", "POS"])
def test_chosen_columns(write, tag):
    names = ["form", "pos", "chunk"]
    sentences, tags = read_tagged(write(COLUMNS), names=names, word="chunk", tag=tag)
    assert sentences == [["B-NP", "I-NP"], ["B-VP"]]
    assert tags == [["DT", "NN"], ["VB"]]


def test_further_columns_by_position(write):
    path = write(COLUMNS)
    sentences, tags = read_tagged(path, ("word", "pos"), in_order=True)
    assert sentences == [[("The", "DT"), ("dog", "NN")], [("barks", "VB")]]
    assert tags == [["B-NP", "I-NP"], ["B-VP"]]
    with pytest.raises(
        ValueError, match=r"^names must be given, .*, to find the column pos,"
    ):
        read_tagged(path, ("word", "pos"))


def test_further_columns_by_name(write):
    path = write(COLUMNS)
    names = ["form", "pos", "chunk"]
    sentences, tags = read_tagged(path, ("word", "CHUNK"), names=names, tag="pos")
    assert sentences == [[("The", "B-NP"), ("dog", "I-NP")], [("barks", "B-VP")]]
    assert tags == [["DT", "NN"], ["VB"]]
    with pytest.raises(
        ValueError, match=r"^columns must be .*form, pos, chunk, got 'l"
    ):
        read_tagged(path, ("word", "lemma"), names=names)
    with pytest.raises(ValueError, match=r"^tag must be a number.*, got 'pos'"):
        read_tagged(path, tag="pos")
    with pytest.raises(ValueError, match=r"^word must be a number.*, got 'form'"):
        read_tagged(path, word="form")


@pytest.mark.parametrize("name", ["tagged.conllu", "tagged.txt"])
def test_conllu(write, name):
    path = write(CONLLU, name)
    sentences, tags = read_tagged(path)
    assert sentences == [["Dogs", "do", "n't"], ["Dogs"]]
    assert tags == [["NOUN", "AUX", "PART"], ["NOUN"]]
    sentences, tags = read_tagged(path, ("word", "lemma", "UPOS"), tag="xpos")
    assert sentences[0] == [
        ("Dogs", "dog", "NOUN"),
        ("do", "do", "AUX"),
        ("n't", "not", "PART"),
    ]
    assert tags == [["NNS", "VBP", "RB"], ["NNS"]]


def test_compressed_and_any_bytes(write):
    path = write(gzip.compress(COLUMNS.encode()), "tagged.gz")
    assert read_tagged(path) == read_tagged(write(COLUMNS))
    path = write(b"\xef\xbb\xbfb X\r\n\r\n\xc3\xa9 Y")
    assert read_tagged(path) == ([["b"], ["é"]], [["X"], ["Y"]])
    path = write(b"b X\r\n\r\ncaf\xe9 Y")
    with pytest.raises(ValueError, match=r":3: expected UTF-8, got byte 0xe9"):
        read_tagged(path)


def test_a_single_column_is_not_the_tag_column(write):
    path = write("The\ndog\n")
    with pytest.raises(ValueError, match=r":1: expected at least 2 columns, got 'The'"):
        read_tagged(path)
    assert read_tagged(path, tag=1) == ([["The", "dog"]], [["The", "dog"]])


@pytest.mark.parametrize("text", ["", "\n\n", "# text = none\n\n"])
def test_no_tokens(write, text):
    assert read_tagged(write(text, "none.conllu")) == ([], [])


def test_errors_name_file_and_line(write, tmp_path):
    path = write("a X\n\nb X\nc\n")
    by_place = {"columns": ("word", "pos"), "in_order": True}
    for options in ({}, {"tag": 2}, {"word": 2}, by_place):
        with pytest.raises(ValueError, match="expected 2 columns") as caught:
            read_tagged(path, **options)
        assert str(caught.value).startswith(f"{path}:4: expected 2 columns, got 1: 'c'")
    with pytest.raises(FileNotFoundError):
        read_tagged(tmp_path / "none")


def test_tokens_of_one_sentence():
    file = io.BytesIO(COLUMNS.encode())
    first, *_ = read_conll(file, "name")
    assert sentence_tokens(first, ["word"]) == ["The", "dog"]
    assert sentence_tokens(first, ["w", "p", "c"]) == [
        ("The", "DT", "B-NP"),
        ("dog", "NN", "I-NP"),
    ]
