"""The notation of templates, the presets, and the attributes of words."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from brownclust.tagger.attributes import (
    ATTRIBUTES,
    CLUSTER,
    EDGES,
    SIZED,
    Words,
    attribute_values,
)
from brownclust.tagger.presets import PRESETS
from brownclust.tagger.templates import (
    MAX_CONTEXT,
    MAX_TERMS,
    Template,
    Term,
    check_attributes,
    columns_of,
    computed_columns,
    parse_templates,
    preset_templates,
    read_templates,
    uses_clusters,
    uses_documents,
    uses_lexicons,
    uses_majorities,
)


def notation(lines):
    return [str(template) for template in parse_templates(lines)]


# --- Notation -----------------------------------------------------------------


def test_a_term_is_an_attribute_and_an_offset():
    [template] = parse_templates("suffix:3[-1]")
    assert template == Template((Term("suffix:3", -1),))
    assert template.min_count == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lower[-1..1]", ["lower[-1]", "lower[0]", "lower[1]"]),
        ("lower[-2,0,1..2]", ["lower[-2]", "lower[0]", "lower[1]", "lower[2]"]),
        ("lower[ -2 , 1 ]", ["lower[-2]", "lower[1]"]),
        ("suffix:1..3[0]", ["suffix:1[0]", "suffix:2[0]", "suffix:3[0]"]),
        (
            "cluster:4,6[0..1]",
            ["cluster:4[0]", "cluster:4[1]", "cluster:6[0]", "cluster:6[1]"],
        ),
        ("cluster[0]", ["cluster[0]"]),
        ("  lower[0]&pos[1]  ", ["lower[0] & pos[1]"]),
        (
            "lower[0..1] & suffix:2..3[-1] & pos[0]",
            [
                "lower[0] & suffix:2[-1] & pos[0]",
                "lower[0] & suffix:3[-1] & pos[0]",
                "lower[1] & suffix:2[-1] & pos[0]",
                "lower[1] & suffix:3[-1] & pos[0]",
            ],
        ),
        ("lower[0]\tmin=12", ["lower[0] min=12"]),
        ("lower[0..1] min=2", ["lower[0] min=2", "lower[1] min=2"]),
        ("lower[0] min=1", ["lower[0]"]),
        ("lower[0]  # not suffix:3[0]", ["lower[0]"]),
        ("lower[0] min=2 # rare ones left out", ["lower[0] min=2"]),
        ("größe-2[0]", ["größe-2[0]"]),
        (f"word[-{MAX_CONTEXT}]", [f"word[-{MAX_CONTEXT}]"]),
        ("prefix:10000[0]", ["prefix:10000[0]"]),
    ],
)
def test_a_line_stands_for_templates(line, expected):
    assert notation(line) == expected
    assert notation([line]) == expected


def test_lines_are_read_in_order_and_each_template_once():
    text = "# words\n\nlower[0..1]\n   \nword[0]\nlower[1]\nlower[1] min=2\n"
    expected = ["lower[0]", "lower[1]", "word[0]", "lower[1] min=2"]
    assert notation(text) == expected
    assert notation(iter(text.splitlines())) == expected


names = st.sampled_from(["word", "lower", "is_upper", "pos", "Ä.x", "a-b"])
sized = st.builds(
    "{}:{}".format, st.sampled_from([*SIZED, CLUSTER]), st.integers(1, 10_000)
)
terms = st.builds(
    Term,
    names | st.just(CLUSTER) | sized,
    st.integers(-MAX_CONTEXT, MAX_CONTEXT),
)
any_templates = st.lists(
    st.builds(
        Template,
        st.lists(terms, min_size=1, max_size=MAX_TERMS).map(tuple),
        st.integers(1, 1000),
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(any_templates)
def test_str_of_templates_is_parsed_to_the_same(templates):
    assert parse_templates(map(str, templates)) == templates
    assert parse_templates("\n".join(map(str, templates))) == templates


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lower", "expected a term such as lower[-1], got 'lower'"),
        ("lower[]", "expected a term such as lower[-1], got 'lower[]'"),
        ("lower 0]", "expected a term such as lower[-1], got 'lower 0]'"),
        ("[0]", "expected a term such as lower[-1], got '[0]'"),
        ("lower[0] &", "expected a term such as lower[-1], got ''"),
        ("& lower[0]", "expected a term such as lower[-1], got ''"),
        (
            "lower[0] lower[1]",
            "expected a term such as lower[-1], got 'lower[0] lower[1]'",
        ),
        (
            "lower[0] min=two",
            "expected a term such as lower[-1], got 'lower[0] min=two'",
        ),
        ("suffix:[0]", "expected a term such as lower[-1], got 'suffix:[0]'"),
        ("suffix:x[0]", "expected a term such as lower[-1], got 'suffix:x[0]'"),
        ("lower[x]", "expected numbers such as 1,3 or -2..2, got 'x'"),
        ("lower[1,]", "expected numbers such as 1,3 or -2..2, got '1,'"),
        ("lower[1.2]", "expected numbers such as 1,3 or -2..2, got '1.2'"),
        ("lower[1...2]", "expected numbers such as 1,3 or -2..2, got '1...2'"),
        ("suffix:3.[0]", "expected numbers such as 1,3 or -2..2, got '3.'"),
        ("lower[1..0]", "expected numbers from -20 to 20, ascending, got '1..0'"),
        ("lower[21]", "expected numbers from -20 to 20, ascending, got '21'"),
        ("lower[-21..0]", "expected numbers from -20 to 20, ascending, got '-21..0'"),
        ("suffix:0[0]", "expected numbers from 1 to 10000, ascending, got '0'"),
        ("suffix:3..2[0]", "expected numbers from 1 to 10000, ascending, got '3..2'"),
        ("prefix:10001[0]", "expected numbers from 1 to 10000, ascending, got '10001'"),
        (
            "lower:3[0]",
            (
                "expected no size after lower, only after prefix, suffix, cluster, "
                "got 'lower:3[0]'"
            ),
        ),
        ("suffix[0]", "expected a size as in suffix:3[0], got 'suffix[0]'"),
        ("prefix[-1..1]", "expected a size as in prefix:3[0], got 'prefix[-1..1]'"),
        ("lower[0] min=0", "min must be at least 1, got 0"),
        (
            " & ".join(["lower[0]"] * (MAX_TERMS + 1)),
            "expected at most 8 terms, got 9",
        ),
    ],
)
def test_errors_name_the_line(line, message):
    with pytest.raises(ValueError, match=r"^templates:3: ") as caught:
        parse_templates(["word[0]", "# word[1]", line])
    assert str(caught.value) == f"templates:3: {message}"
    with pytest.raises(ValueError, match=r"^mine:1: "):
        parse_templates(line, name="mine")


@pytest.mark.parametrize("lines", ["", "# nothing\n\n", []])
def test_no_template_is_an_error(lines):
    with pytest.raises(
        ValueError, match=r"^mine: expected at least one template, got none$"
    ):
        parse_templates(lines, name="mine")


def test_files(tmp_path):
    path = tmp_path / "templates.txt"
    path.write_bytes(b"lower[0]  # caf\xe9\r\n\r\nsuffix:2[0] min=3\r\n")
    assert list(map(str, read_templates(path))) == ["lower[0]", "suffix:2[0] min=3"]
    for encoding in ("utf-16", "utf-8", "gb18030"):
        path.write_bytes("lower[0]  # é\ngröße[0]".encode(encoding))
        found = list(map(str, read_templates(path, encoding)))
        assert found == ["lower[0]", "größe[0]"]
    path.write_text("größe[0]", encoding="utf-8")  # beside data in latin-1
    assert list(map(str, read_templates(path, "latin-1"))) == ["größe[0]"]
    path.write_text("lower[0]\n\nlower\n")
    with pytest.raises(ValueError, match="expected a term") as caught:
        read_templates(path)
    assert str(caught.value).startswith(f"{path}:3: expected a term")
    with pytest.raises(FileNotFoundError):
        read_templates(tmp_path / "none")


# --- Presets, columns ---------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_presets(name):
    everything = preset_templates(name, clusters=True, documents=True, lexicons=True)
    assert any(map(uses_clusters, everything))
    assert any(map(uses_lexicons, everything))
    assert any(map(uses_documents, everything)) == (name == "ner")
    uses = (uses_clusters, uses_documents, uses_lexicons)
    for has_clusters, has_documents, has_lexicons in product([True, False], repeat=3):
        has = (has_clusters, has_documents, has_lexicons)
        assert preset_templates(
            name,
            clusters=has_clusters,
            documents=has_documents,
            lexicons=has_lexicons,
        ) == [
            template
            for template in everything
            if all(
                there or not needs(template)
                for there, needs in zip(has, uses, strict=True)
            )
        ]
    assert len({*everything}) == len(everything)
    assert not columns_of(everything)
    check_attributes(everything, ["word"])
    assert parse_templates(map(str, everything)) == everything
    assert parse_templates(PRESETS[name]) == everything


def test_terms_elsewhere():
    lines = "elsewhere.cluster:4,8[-1]\nelsewhere.pos[0]\nword_majority[0] & pos[0]"
    templates = parse_templates(lines)
    assert list(map(str, templates)) == [
        *("elsewhere.cluster:4[-1]", "elsewhere.cluster:8[-1]", "elsewhere.pos[0]"),
        "word_majority[0] & pos[0]",
    ]
    [term] = templates[0].terms
    assert (term.is_elsewhere, term.value, term.name) == (True, "cluster:4", "cluster")
    assert columns_of(templates) == ["pos"]
    check_attributes(templates, ["word", "pos"])
    assert [*map(uses_documents, templates)] == [True] * 4
    assert [*map(uses_majorities, templates)] == [False] * 3 + [True]
    assert [*map(uses_clusters, templates)] == [True] * 2 + [False] * 2


def test_columns_of_the_data_may_have_the_names_of_computed_attributes():
    templates = parse_templates("lexicon[0]\nword_majority[0]")
    assert columns_of(templates) == []
    assert columns_of(templates, ["lexicon"]) == ["lexicon"]
    columns = ("word", "lexicon")
    assert computed_columns(templates, ("word",)) == ("lexicon", "word_majority")
    assert computed_columns(templates, columns) == ("word_majority",)
    assert not uses_lexicons(templates[0], columns)
    assert not uses_majorities(templates[1], ("word", "word_majority"))


@pytest.mark.parametrize(
    "line",
    [
        *("elsewhere.lower[0] & lower[0]", "lower[0] & elsewhere.lower[0]"),
        "elsewhere.lower[0] min=2",
    ],
)
def test_terms_elsewhere_stand_alone(line):
    with pytest.raises(ValueError, match=r"^templates:1: expected a term with elsew"):
        parse_templates(line)


def test_presets_have_templates_of_further_columns():
    plain = preset_templates("chunk", clusters=True)
    found = preset_templates("chunk", ["pos", "lemma"], clusters=True)
    assert found[: len(plain)] == plain
    of_pos = [
        *("pos[-2]", "pos[-1]", "pos[0]", "pos[1]", "pos[2]"),
        *("pos[-2] & pos[-1]", "pos[-1] & pos[0]"),
        *("pos[0] & pos[1]", "pos[1] & pos[2]"),
        "pos[-2] & pos[-1] & pos[0]",
        "pos[-1] & pos[0] & pos[1]",
        "pos[0] & pos[1] & pos[2]",
    ]
    of_lemma = [text.replace("pos", "lemma") for text in of_pos]
    assert list(map(str, found[len(plain) :])) == of_pos + of_lemma
    assert columns_of(found) == ["pos", "lemma"]


def test_unknown_preset():
    with pytest.raises(
        ValueError, match=r"^templates must be one of pos, chunk, ner, or .*got"
    ):
        preset_templates("parse", clusters=False)


def test_columns_are_names_that_are_not_attributes():
    templates = parse_templates(
        "word[0]\nsuffix:2[0] & pos[0]\ncluster:4[0]\nlemma[1] & pos[1]\nhas_digit[0]"
    )
    assert columns_of(templates) == ["pos", "lemma"]
    assert columns_of([]) == []


def test_attributes_and_columns_are_checked():
    templates = parse_templates("pos[0] & suffix:2[0]\nform[0]")
    check_attributes(templates[:1], ["form", "pos"])
    with pytest.raises(
        ValueError, match=r"^template must be a combination of .*got 'form\["
    ):
        check_attributes(templates, ["form", "pos"])  # the first is the word
    with pytest.raises(ValueError, match=r"^template must be .*got 'pos\[0\] & suf"):
        check_attributes(templates, ["form"])


# --- Attributes ---------------------------------------------------------------


def values_of(attribute, words):
    return attribute_values(attribute, Words(words))


WORDS = [
    "The",
    "IBM-4x",
    "1984",
    "e-mail",
    "-",
    "",
    "ÉCOLE",
    "naïve",
    "東京",
    "...",
    "٣²",
]
EXPECTED = {
    "word": WORDS,
    "lower": [
        *("the", "ibm-4x", "1984", "e-mail", "-", ""),
        *("école", "naïve", "東京", "...", "٣²"),
    ],
    "normal": [
        *("the", "ibm-0x", "0000", "e-mail", "-", ""),
        *("école", "naïve", "東京", "...", "0²"),
    ],
    "shape": [
        *("Xxx", "XXX-0x", "0000", "x-xxxx", "-", ""),
        *("XXXXX", "xxxxx", "xx", "...", "00"),
    ],
    "short_shape": [
        *("Xx", "X-0x", "0", "x-x", "-", "", "X", "x", "x", ".", "0"),
    ],
    "has_digit": [None, "1", "1", *[None] * 7, "1"],
    "has_hyphen": [None, "1", None, "1", *[None] * 7],
    "has_upper": ["1", "1", *[None] * 4, "1", *[None] * 4],
    "is_capitalised": ["1", "1", *[None] * 9],
    "is_upper": [*[None] * 6, "1", *[None] * 4],
    "is_punctuation": [*[None] * 4, "1", "1", *[None] * 3, "1", None],
    "prefix:1": ["t", "i", "1", "e", "-", None, "é", "n", "東", ".", "٣"],
    "prefix:3": [
        "the",
        "ibm",
        "198",
        "e-m",
        None,
        None,
        "éco",
        "naï",
        None,
        "...",
        None,
    ],
    "suffix:1": ["e", "x", "4", "l", "-", None, "e", "e", "京", ".", "²"],
    "suffix:3": [
        "the",
        "-4x",
        "984",
        "ail",
        None,
        None,
        "ole",
        "ïve",
        None,
        "...",
        None,
    ],
    "suffix:9": [None] * 11,
}


@pytest.mark.parametrize("attribute", EXPECTED)
def test_attributes(attribute):
    assert values_of(attribute, WORDS) == EXPECTED[attribute]
    assert values_of(attribute, []) == []


def test_all_attributes_are_tested():
    names = {name.partition(":")[0] for name in EXPECTED}
    assert names == {*ATTRIBUTES, *SIZED} - {CLUSTER}
    assert set(EDGES) <= set(ATTRIBUTES)


@examples(40)
@given(st.lists(st.text(max_size=6) | st.text("aA1-.", max_size=6)))
def test_a_value_depends_on_its_word_alone(words):
    """Other words do not change it; shapes and flags are as defined."""
    for attribute in EXPECTED:
        values = values_of(attribute, words)
        assert values == [v for w in words for v in values_of(attribute, [w])]
    for word, shape, short, upper, flag in zip(
        words,
        *(
            values_of(name, words)
            for name in ("shape", "short_shape", "is_upper", "is_punctuation")
        ),
        strict=True,
    ):
        assert len(shape) == len(word)
        assert all(s in ("X", "x", "0", c) for s, c in zip(shape, word, strict=True))
        assert short == "".join(c for i, c in enumerate(shape) if c != shape[i - 1 : i])
        assert (upper == "1") == ("X" in shape and "x" not in shape)
        assert (flag == "1") == (not any(map(str.isalnum, word))) or not word.isascii()


def test_affixes_count_characters_after_lowercasing():
    assert values_of("prefix:3", ["İx"]) == ["i̇x"]  # three characters
