import re
import warnings

import pytest

from brownclust.tagger.span_tags import (
    check_span_tags,
    find_odd_tags,
    find_scheme,
    repair_tags,
)


def sentence(text):
    """Return the tags of one sentence; @ stands for an empty tag."""
    return [["" if tag == "@" else tag for tag in text.split()]]


@pytest.mark.parametrize(
    ("tags", "odd"),
    [
        ("B-PER I-PER o B-LOC O", "o"),
        ("B-PER I-PER @ B-LOC O", "@"),
        ("B-PER I-PER o o o o o", "o"),  # never O
        ("B-PER I-PER OTHER OTHER OTHER OTHER", "OTHER"),
        ("B-PER I-PER _ _ _ _ _ O", "_"),
        ("tag B-PER O", "tag"),  # a header
        ("B-PER O O b-PER", "b-PER"),
        ("B-PER O O B_PER", "B_PER"),
        ("B-PER O O X-PER", "X-PER"),
        ("B-PER O O PER", "PER"),
        ("B-PER O O B", "B"),
        ("B-PER-part O O PER-part", "PER-part"),
        ("b-per i-per o word", "word"),
        ("b-per i-per o @", "@"),
        ("B_PER I_PER o O", "o"),
        ("B_PER I_PER O PER", "PER"),
        ("B I O O o", "o"),
        ("B I O O word", "word"),
        ("PER PER o LOC O O", "o"),
        ("O O PER @", "@"),
        ("per per o o loc o", "o"),
        ("B–PER I–PER O O", "B–PER I–PER"),  # noqa: RUF001
        ("B-PER O O B\u2011LOC", "B\u2011LOC"),
    ],
)
def test_odd_tags(tags, odd):
    tags = sentence(tags)
    [odd] = sentence(odd)
    assert find_odd_tags(tags) == {*odd}
    first = next(i for i, tag in enumerate(tags[0]) if tag in odd)
    message = f"^gold\\[0\\]\\[{first}\\] must be a tag such as [Oo].* or [^ ]*, got "
    with pytest.raises(ValueError, match=f"{message}{re.escape(repr(tags[0][first]))}"):
        check_span_tags(tags, "gold")


@pytest.mark.parametrize(
    "tags",
    [
        "",
        "O O",
        "B-PER I-PER O",
        "B-PER|B-LOC O I-PER-part U-x E-x S-x L-x M-x",
        "B I O",
        "B M E S",
        "PER PER O LOC",
        # Parts of speech
        "DT NN VBZ -LRB-",
        "N V O N D",  # O is a pronoun in tags of tweets
        "N V O O S E L @ , U",
        "DET NOUN O VERB",
        "S V E B",
        "_ _ _",
        "B-NP NN",
        "E-NN NN VB DT",
    ],
)
def test_no_odd_tags(tags):
    tags = sentence(tags)
    assert find_odd_tags(tags) == set()
    check_span_tags(tags)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert repair_tags(tags) == tags


def test_whitespace_that_is_not_ascii():
    assert find_odd_tags([["B-PER\xa0", "O", "B-PER"]]) == {"B-PER\xa0"}
    assert find_odd_tags([["B-PER\u3000", "O\u3000"]]) == {"B-PER\u3000", "O\u3000"}
    assert not find_odd_tags([["NN\xa0", "VB", "DT"]])


def test_known_tags_are_evidence():
    assert find_odd_tags([["O", "o"]]) == set()
    assert find_odd_tags([["O", "o"]], known=["B-PER", "O"]) == {"o"}
    assert find_odd_tags([["B", "B"]], known=["B", "I", "O"]) == set()
    assert find_odd_tags([["B-X", "NN", "NN", "VB"]], are_spans=True) == {"NN", "VB"}


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("PER PER O LOC", "types"),
        ("PER PER PER PER PER LOC O", "types"),
        ("T O O T O", "types"),
        ("1 O O O", "types"),
        ("B-cell-line O O", "iob2"),
        ("S O O", "types"),
        ("N V O N O", None),
        ("DET NOUN O O O", None),
        ("PER PER LOC", None),
        ("b-per i-per O", "iob2"),
        ("b-per i-per o", "iob2"),
        ("b i o", "iob2"),
        ("B_PER E_PER S_LOC O", "iobes"),
        ("PER-B PER-I O O", "iob2"),
        ("per/i per/e o", "ioe2"),
        ("B I O", "iob2"),
        ("O O", None),
    ],
)
def test_find_scheme(tags, scheme):
    assert find_scheme(sentence(tags)) == scheme


def test_repaired_types():
    with pytest.warns(UserWarning, match="^2 tags read as O: 'o'"):
        assert repair_tags([["per", "o", "o"]]) == [["per", "O", "O"]]


def test_repaired_tags():
    tags = [["B-PER", "o"], ["", "I-PER", "o"]]
    with pytest.warns(UserWarning, match=r"^3 tags read as O: 'o' \(2\), '' \(1\)$"):
        assert repair_tags(tags) == [["B-PER", "O"], ["O", "I-PER", "O"]]
    assert tags[0][1] == "o"
    with pytest.raises(ValueError, match=r"^tags\[0\]\[0\] .* got 'B–PER'$"):  # noqa: RUF001
        repair_tags([["B–PER", "I–PER", "O"]])  # noqa: RUF001  # only O would be left


def test_repaired_tags_in_another_notation():
    with pytest.warns(UserWarning, match=r"^2 tags read as O: '' \(1\), 'x' \(1\)$"):
        assert repair_tags([["b_per", "", "i_per", "o", "x"]]) == [
            ["b_per", "o", "i_per", "o", "o"]
        ]
