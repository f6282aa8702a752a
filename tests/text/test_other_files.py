"""What is not a file of columns: text, trees and tables; and columns like them."""

import pytest

from brownclust.text.other_files import check_columns


def check(text):
    check_columns(text.splitlines(), "in:1", "--tokens")


def error(text):
    with pytest.raises(ValueError, match=r"^in:1: expected a token and its") as caught:
        check(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Maria met Paul\nOtto went home\n",
        "a red fox\none old hen\nthe grey owl\n",
        "she has been to the lake\n",
        "Wir sahen 20 kleine Vögel im Garten\n",
        "ეს ძაღლი აქ არის\n",
        "我们 今天 去 北京\n",
        "red fox runs\nold hen sleeps\n",
        "Tom's dogs barked loudly\nSue's cats didn't care\n",
    ],
)
def test_text_whose_lines_have_equally_many_words(text):
    assert "(this looks like running text; use --tokens; --format" in error(text)


@pytest.mark.parametrize(
    "text",
    [
        "dogs noun\nbark verb\nloudly adv\n",
        "hello english\nmonde french\nmundo spanish\n",
        "u you\ngr8 great\nlol laughing\n",
        "我 代词\n爱 动词\n北京 名词\n",
        "dogs dog substantive\nbark bark action\n",
        "the det\ndog noun\nthe det\nmoon noun\n",
        "Ann person\nsaw other\nBob person\n",
        "dogs n\nbark v\nloud a\n",
        "dogs dog n b-np\n",
        "The DT the\ndog NN dog\n",
        "Ann Ann NNP B-NP B-PER\n",
        "1 dogs\n2 bark\n3 loudly\n",
        "dogs\nbark\n",
        "New\u00a0York B-LOC\n",
    ],
)
def test_columns_of_words_and_tags_in_lower_case(text):
    check(text)


@pytest.mark.parametrize("text", ["Ann NNP B-PER\nnow RB\n", "a X O\nb c X O\nd X\n"])
def test_a_missing_tag_is_not_running_text(text):
    check(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The/at dog/nn barked/vbd\nA/at cat/nn slept/vbd\n", "running text with tags"),
        ("[ The/DT old/JJ dog/NN 's/POS tail/NN ]\nis/VBZ\n", "running text with"),
        ("I|O like|O Bonn|B-LOC\nHi|O\n", "running text with tags"),
        ("the_at dog_nn\na_at cat_nn\n", "running text with tags"),
        ("(S (NP (DT a) (NN b)) (VP c))\n", "trees in brackets; write each"),
        ("( (S (NP (DT a)))\n  (. .) )\n", "trees in brackets"),
        ("(TOP (S\n    (NP (DT a))))\n", "trees in brackets"),
        ("Ann, B-PER\nslept, O\n", "comma-separated values"),
        (
            '{\n  "tokens": ["a"]\n}\n',
            "JSON; brownclust count reads JSON with a record",
        ),
        ('[\n  {"tokens": ["a"]},\n]\n', "JSON; brownclust count"),
        ("pos\tthis film is a joy\nneg\tit is far too long\n", "a table with"),
        ("it is a joy to see\tpos\n", "a table with a column of texts; save that"),
    ],
)
def test_other_files(text, what):
    assert f"(this looks like {what}" in error(text)


@pytest.mark.parametrize(
    "text",
    [
        "( -LRB-\na X\n) -RRB-\n",
        "(a X Y)\n",
        "in_order\nas_well\n",
        "and/or\nkm/h\n",
        ", O\n; O\n",
        "{\n}\n",
        "[\n[\n]\n",
        "xe máy\tB-X\n20 000 000\tO\n",
        "New York City Marathon\tB-X\nran\tO\nBank of New York\tB-X\n",
    ],
)
def test_columns_that_are_like_other_files(text):
    check(text)
