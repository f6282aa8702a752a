import io

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from strategies import as_bigram_counts, fixed_text

from brownclust.clusters.feature_files import write_conll, write_crfsuite
from brownclust.clusters.features import PRESETS, BrownFeatures, prefix_of
from brownclust.clusters.word_clusters import WordClusters
from brownclust.text.column_format import ColumnFormat
from brownclust.text.conll import read_conll
from brownclust.tree.fitting import cluster_counts

WORDS = ["the", "cat", "dog", "ran", "sat:down"]
BIT_STRINGS = ["00", "0100", "0101", "011", "1"]
CLUSTERS = WordClusters(WORDS, BIT_STRINGS)


@pytest.fixture(scope="module")
def trained():
    counts = as_bigram_counts(reference.count_text([fixed_text()]))
    return WordClusters.from_model(cluster_counts(counts, n_clusters=20))


def by_definition(sentence, lengths, context):
    """The features of each token of a sentence, from the definition."""
    known = dict(zip(WORDS, BIT_STRINGS, strict=True))
    found = []
    for t in range(len(sentence)):
        names = []
        for d in range(-context, context + 1):
            if 0 <= t + d < len(sentence) and sentence[t + d] in known:
                path = known[sentence[t + d]]
                for length in lengths:
                    value = path[:length] if length <= len(path) else path + "$"
                    names.append(f"b[{d}]{length}={value}")
        found.append(names)
    return found


sentences = st.lists(st.lists(st.sampled_from([*WORDS, "gnu", "The"]), max_size=6))
lengths = st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True)


@given(sentences, lengths, st.integers(0, 3))
def test_all_forms_equal_the_definition(sentences, lengths, context):
    features = BrownFeatures(CLUSTERS, lengths, context=context)
    expected = [by_definition(sentence, lengths, context) for sentence in sentences]
    assert features.strings(sentences) == expected
    assert features.dicts(sentences) == [
        [dict(name.split("=") for name in token) for token in sentence]
        for sentence in expected
    ]
    flat = [token for sentence in expected for token in sentence]
    names = features.feature_names()
    assert len(names) == features.n_features == len(set(names))
    ids, starts = features.ids(sentences)
    assert starts.tolist() == np.cumsum([0, *map(len, sentences)]).tolist()
    assert [[names[i] for i in row if i >= 0] for row in ids.tolist()] == flat
    matrix = features.matrix(sentences)
    assert matrix.shape == (len(flat), len(names))
    for row, expected_names in zip(matrix.toarray(), flat, strict=True):
        assert {names[i] for i in np.flatnonzero(row)} == set(expected_names)


def test_presets():
    longest = max(map(len, BIT_STRINGS))
    assert BrownFeatures(CLUSTERS).prefix_lengths == (4, 6, 10, 20)
    assert BrownFeatures(CLUSTERS, "ark").prefix_lengths == (2, 4, 6, 8, 10, 12, 14, 16)
    assert BrownFeatures(CLUSTERS, "all").prefix_lengths == tuple(range(1, longest + 1))
    assert set(PRESETS) == {"turian", "ark"}


@pytest.mark.parametrize(
    ("bits", "length", "prefix"),
    [("0101", 2, "01"), ("0101", 4, "0101"), ("0101", 6, "0101$"), ("", 1, "$")],
)
def test_prefix(bits, length, prefix):
    assert prefix_of(bits, length) == prefix


def test_roll_up_features_are_clusters_of_cuts(trained):
    features = BrownFeatures(trained, [], cuts=[3, 20], context=0)
    cut = trained.cut(3)
    words = list(trained)[:50]
    assert features.dicts([words])[0] == [
        {"k[0]3": cut[word], "k[0]20": trained[word]} for word in words
    ]


def test_back_off_and_unknown():
    features = BrownFeatures(
        CLUSTERS, [2], context=0, backoff=["lowercase"], unknown="1"
    )
    assert features.strings([["CAT", "gnu"]]) == [[["b[0]2=01"], ["b[0]2=1$"]]]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"prefix_lengths": "ldc"}, "prefix_lengths must be one of turian, ark, all"),
        ({"prefix_lengths": [0]}, "prefix_lengths must be at least 1, got 0"),
        ({"prefix_lengths": []}, "prefix_lengths must be non-empty, unless"),
        ({"context": -1}, "context must be at least 0, got -1"),
        ({"context": 101}, "context must be at most 100, got 101"),
        ({"prefix_lengths": [4, 4]}, "prefix_lengths must be all different, got"),
        ({"cuts": [2, 2]}, "cuts must be all different, got"),
        ({"unknown": "0"}, "unknown must be a cluster's bit string, got '0'"),
        ({"cuts": [2]}, "the order of merges must be known to cut"),
        ({"backoff": ["x"]}, "backoff must be one of"),
    ],
)
def test_invalid_options(options, error):
    with pytest.raises(ValueError, match=rf"^{error}"):
        BrownFeatures(CLUSTERS, **options)


@pytest.mark.parametrize("sentences", ["the cat", ["the cat"]])
def test_sentences_that_are_strings(sentences):
    with pytest.raises(TypeError, match=r"must be (a list|lists) of tokens, got 'the"):
        BrownFeatures(CLUSTERS).strings(sentences)


CONLL = b"""\
# sent_id = 1
the\tDET\tB-NP
cat\tNOUN\tI-NP
sat:down\tVERB\tO

gnu\tNOUN\tB-NP
#\tSYM\tO
"""


def read(data, **options):
    return read_conll(io.BytesIO(data), "in", ColumnFormat(**options))


def test_columns_are_added():
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [2, 4], context=0)
    assert write_conll(out, read(CONLL), features) == 5
    assert (
        out.getvalue()
        == b"""\
# sent_id = 1
the\tDET\tB-NP\t00\t00$
cat\tNOUN\tI-NP\t01\t0100
sat:down\tVERB\tO\t1$\t1$

gnu\tNOUN\tB-NP\t_\t_
#\tSYM\tO\t_\t_
"""
    )


@pytest.mark.parametrize("column", [2, -2, "Word"])
def test_other_separators_and_columns(column):
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [2], context=0)
    options = {"names": ["id", "word", "pos"], "word": column}
    sentences = read(b"1 # X\r\n2 cat N\r\n", **options)
    assert write_conll(out, sentences, features) == 2
    assert out.getvalue() == b"1 # X _\r\n2 cat N 01\r\n"


def test_words_and_labels_of_conllu():
    rest = b"\t_" * 6 + b"\n"
    data = b"1-2\tcatran\t_\t_" + rest + b"1\tcat\t_\tN" + rest + b"2\tran\t_\tV" + rest
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [3], context=0)
    assert write_crfsuite(out, read(data, format="conllu"), features) == 2
    assert out.getvalue() == b"N\tw[0]=cat\tb[0]3=010\nV\tw[0]=ran\tb[0]3=011\n\n"


def test_crfsuite_escapes():
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [2], context=1)
    data = b"a\\b\tB:x\nsat:down\tO\n"
    assert write_crfsuite(out, read(data), features) == 2
    assert out.getvalue() == (
        b"B\\:x\tw[0]=a\\\\b\tb[1]2=1$\nO\tw[0]=sat\\:down\tb[0]2=1$\n\n"
    )


def test_crfsuite_has_no_sentences_without_tokens():
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [2], context=0)
    data = b"\n-DOCSTART- O\n\n\ncat N\n\n"
    assert write_crfsuite(out, read(data), features) == 1
    assert out.getvalue() == b"N\tw[0]=cat\tb[0]2=01\n\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"cat\tN\t\ngnu\tN\t\n", b"cat\t01\tN\ngnu\t_\tN\n"),
        (b"cat  N N \r\ngnu x\tN\n", b"cat  N 01 N\r\ngnu x _ N\n"),
        (b"-DOCSTART- O\n\ncat O O\n", b"-DOCSTART- O\n\ncat O 01 O\n"),
    ],
)
def test_columns_before_the_label(data, expected):
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [2], context=0)
    write_conll(out, read(data, format="conll"), features, label_last=True)
    assert out.getvalue() == expected


def test_no_label_to_put_last():
    features = BrownFeatures(CLUSTERS, [2], context=0)
    with pytest.raises(ValueError, match=r"^in:1: expected at least 2 columns, got"):
        write_conll(io.BytesIO(), read(b"cat\n"), features, label_last=True)


def test_kept_columns_have_context():
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [2], context=1)
    data = b"cat N: O\ngnu V B\n"
    write_crfsuite(out, read(data), features, keep=[2])
    assert out.getvalue() == (
        b"O\tw[0]=cat\t2[0]=N\\:\t2[1]=V\tb[0]2=01\n"
        b"B\tw[0]=gnu\t2[-1]=N\\:\t2[0]=V\tb[-1]2=01\n\n"
    )
    with pytest.raises(ValueError, match=r"^in:1: expected at least 4 columns, got"):
        write_crfsuite(out, read(data), features, keep=[4])


def test_unknown_words_with_a_value_of_their_own():
    features = BrownFeatures(CLUSTERS, [2, 4], context=1, unknown="UNK")
    assert features.strings([["gnu", "cat"]])[0][0] == [
        *("b[0]2=UNK", "b[0]4=UNK", "b[1]2=01", "b[1]4=0100")
    ]
    names = features.feature_names()
    ids = features.ids([["gnu", "cat"]]).ids[0]
    assert [names[i] for i in ids if i >= 0] == features.strings([["gnu", "cat"]])[0][0]
    out = io.BytesIO()
    columns = BrownFeatures(CLUSTERS, [2, 4], context=0, unknown="UNK")
    write_conll(out, read(b"gnu N\n"), columns)
    assert out.getvalue() == b"gnu N UNK UNK\n"
    with pytest.raises(ValueError, match=r"^unknown must be non-empty and without wh"):
        BrownFeatures(CLUSTERS, unknown="a b")


def test_column_of_labels_that_is_not_there():
    features = BrownFeatures(CLUSTERS, [2], context=0)
    with pytest.raises(ValueError, match=r"^label must be a number, as the columns"):
        write_crfsuite(io.BytesIO(), read(b"cat N\n"), features, "pos")


def test_columns_have_no_context():
    with pytest.raises(ValueError, match=r"^context must be 0 for columns, got 2"):
        write_conll(io.BytesIO(), [], BrownFeatures(CLUSTERS))


def test_many_sentences_stream():
    data = b"cat\n\n" * 2_500
    out = io.BytesIO()
    features = BrownFeatures(CLUSTERS, [1], context=0)
    assert write_conll(out, read(data), features) == 2_500
    assert out.getvalue() == b"cat\t0\n\n" * 2_500
