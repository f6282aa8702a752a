"""What stands for sentences and tags in Python: lists, not rows of tables."""

import numpy as np
import pytest

from brownclust.tagger import PerceptronTagger

SENTENCES = [["the", "dog"], ["a", "cat"]]
TAGS = [["D", "N"], ["D", "N"]]
WRONG = [
    {"tokens": ["the", "dog"]},
    {"the", "dog"},
    "the dog",
    b"the dog",
    None,
    5,
]


@pytest.fixture(scope="module")
def tagger():
    return PerceptronTagger("word[0]", n_epochs=1).fit(SENTENCES, TAGS)


@pytest.mark.parametrize("row", WRONG, ids=repr)
def test_sentences_that_are_not_lists(tagger, row):
    for use in (
        tagger.predict,
        lambda rows: tagger.evaluate(rows, TAGS),
        lambda rows: PerceptronTagger().fit(rows, TAGS),
    ):
        with pytest.raises(TypeError, match=r"sentences\[1\] must be a list of tokens"):
            use([["the", "dog"], row])
        if not isinstance(row, set):
            with pytest.raises(TypeError, match="sentences must be lists of tokens"):
                use(row)


@pytest.mark.parametrize("row", WRONG, ids=repr)
def test_tags_that_are_not_lists(row):
    with pytest.raises(TypeError, match=r"tags\[1\] must be a list of tags"):
        PerceptronTagger().fit(SENTENCES, [["D", "N"], row])


def test_arrays_and_iterators(tagger):
    for sentences in (np.array(SENTENCES), map(iter, SENTENCES), iter(SENTENCES)):
        assert tagger.predict(sentences) == TAGS


@pytest.mark.parametrize("token", [{"word": "a", "pos": "D"}, {"a", "D"}, "aD", b"aD"])
def test_tokens_with_columns_that_are_not_sequences(token):
    make = PerceptronTagger("word[0]\npos[0]", columns=["word", "pos"], n_epochs=1)
    tagger = make.fit([[("a", "D"), np.array(["cat", "N"])]], [["D", "N"]])
    with pytest.raises(ValueError, match="token must be a sequence of 2 columns: word"):
        tagger.predict([[token]])
