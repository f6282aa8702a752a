import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline

from brownclust import BrownVectorizer
from brownclust._validation import NotFittedError
from brownclust.clusters.word_clusters import WordClusters

CLUSTERS = WordClusters(["good", "great", "bad", "film"], ["000", "001", "01", "1"])
DOCUMENTS = ["good great film", "bad bad film", "Good stuff", ""]


def test_counts_of_prefixes():
    vectorizer = BrownVectorizer(CLUSTERS, [2, 3])
    counts = vectorizer.fit_transform(DOCUMENTS)
    assert vectorizer.get_feature_names_out().tolist() == [
        *("b2=00", "b2=01", "b2=1$", "b3=000", "b3=001", "b3=01$", "b3=1$")
    ]
    assert counts.toarray().tolist() == [
        [2, 0, 1, 1, 1, 0, 1],
        [0, 2, 1, 0, 0, 2, 1],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_options():
    options = {"backoff": ["lowercase"], "unknown": "1", "binary": True}
    vectorizer = BrownVectorizer(CLUSTERS, [1], **options).fit()
    assert vectorizer.transform(DOCUMENTS).toarray().tolist() == [
        *([1, 1], [1, 1], [1, 1], [0, 0])
    ]
    letters = BrownVectorizer(WordClusters(["a"], [""]), [1], tokenizer=list).fit()
    assert letters.transform(["abba"]).toarray().tolist() == [[2]]
    assert letters.transform([["a", "b"]]).toarray().tolist() == [[1]]


def test_clusters_from_a_file(tmp_path):
    path = tmp_path / "clusters.npz"
    CLUSTERS.save(path)
    vectorizer = BrownVectorizer(path, [2])
    assert vectorizer.fit_transform(DOCUMENTS).sum() == 6


def test_scikit_learn_conventions():
    vectorizer = BrownVectorizer(CLUSTERS, [2], binary=True)
    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params()
    assert copy.clusters is CLUSTERS
    assert copy.set_params(binary=False).binary is False
    with pytest.raises(NotFittedError, match="BrownVectorizer must be fitted"):
        copy.transform(DOCUMENTS)
    with pytest.raises(ValueError, match=r"^raw_documents must be an iterable of doc"):
        copy.fit().transform("good film")
    again = pickle.loads(pickle.dumps(copy.fit()))
    assert (again.transform(DOCUMENTS) != copy.transform(DOCUMENTS)).nnz == 0


def test_in_a_union_and_a_pipeline():
    union = FeatureUnion(
        [("words", CountVectorizer()), ("clusters", BrownVectorizer(CLUSTERS, [1]))]
    )
    model = make_pipeline(union, TfidfTransformer(), LogisticRegression())
    model.fit(DOCUMENTS[:2], [1, 0])
    assert model.predict(["great"]) == [1]
    names = union.get_feature_names_out()
    assert "words__film" in names
    assert "clusters__b1=0" in names


def test_indices_for_an_embedding_layer():
    indices, sizes = CLUSTERS.embedding_indices(
        ["bad", "good", "gnu"], [1, 2, 9], backoff=["lowercase"]
    )
    assert indices.dtype == np.int64
    assert indices.tolist() == [[1, 2, 3], [1, 1, 1], [0, 0, 0]]
    assert sizes == (3, 4, 5)
    indices, sizes = CLUSTERS.embedding_indices([], [1, 2, 9])
    assert indices.shape == (0, 3)
    assert sizes == (3, 4, 5)
    with pytest.raises(ValueError, match=r"^lengths must be non-empty, got"):
        CLUSTERS.embedding_indices(["bad"], [])
