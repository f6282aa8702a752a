"""What scikit-learn asks of estimators: its own checks, data frames, pipelines."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

from brownclust import BrownClustering, BrownFeatures, BrownVectorizer, WordClusters
from brownclust._validation import NotFittedError

CLUSTERS = WordClusters(["good", "great", "bad", "film"], ["000", "001", "01", "1"])
SENTENCES = [["a", "good", "film"], ["a", "bad", "film"]]
TRANSFORMERS = {
    "BrownClustering": BrownClustering(2),
    "BrownFeatures": BrownFeatures(CLUSTERS, [1, 2], context=1),
    "BrownVectorizer": BrownVectorizer(CLUSTERS, [1, 2]),
}
# Those of check_estimator that need no numbers as data; of them it runs only the first,
# as it has no text for estimators of text. Not all versions have all.
CHECKS = [
    "check_estimator_cloneable",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
]
AT_ONCE = "checks its parameters in the constructor, so that a mistake shows there"
EXPECTED_FAILURES = {
    ("BrownFeatures", "check_do_not_raise_errors_in_init_or_set_params"): AT_ONCE,
    ("BrownFeatures", "check_set_params"): AT_ONCE,
}


@pytest.mark.parametrize("check", [c for c in CHECKS if hasattr(estimator_checks, c)])
@pytest.mark.parametrize("name", TRANSFORMERS)
def test_checks_of_scikit_learn(name, check, request):
    if reason := EXPECTED_FAILURES.get((name, check)):
        request.applymarker(pytest.mark.xfail(reason=reason))
    getattr(estimator_checks, check)(name, clone(TRANSFORMERS[name]))


class TestFeatures:
    def test_of_words(self):
        features = TRANSFORMERS["BrownFeatures"]
        matrix = features.fit_transform(["good", "unicorn", "film"])
        alone = features.matrix([["good"], ["unicorn"], ["film"]])
        assert matrix.toarray().tolist() == alone.toarray().tolist()
        names = features.get_feature_names_out()
        assert names.dtype == object
        assert names.tolist() == features.feature_names()
        assert names[matrix.toarray()[0] > 0].tolist() == ["b[0]1=0", "b[0]2=00"]
        assert not matrix.toarray()[1].any()

    def test_of_sentences(self):
        features = TRANSFORMERS["BrownFeatures"]
        matrix = features.fit(SENTENCES).transform(SENTENCES)
        assert (
            matrix.toarray().tolist() == features.matrix(SENTENCES).toarray().tolist()
        )
        assert matrix.shape == (6, features.n_features)

    def test_parameters(self, tmp_path):
        CLUSTERS.save(tmp_path / "clusters.npz")
        lengths = [1, 2]
        features = BrownFeatures(str(tmp_path / "clusters.npz"), lengths)
        assert features.get_params()["prefix_lengths"] is lengths
        assert clone(features).get_params() == features.get_params()
        assert features.n_features == 5 * 5
        assert (
            features.set_params(context=0, prefix_lengths="ark").n_features == 3 + 7 * 4
        )
        assert features.get_params()["context"] == 0
        assert repr(features).endswith("prefix_lengths='ark', context=0)")
        again = pickle.loads(pickle.dumps(features))
        words = ["good", "film"]
        assert (again.transform(words) != features.transform(words)).nnz == 0
        check_is_fitted(features)

    def test_an_invalid_parameter_changes_nothing(self):
        features = BrownFeatures(CLUSTERS, [1])
        for wrong in ({"context": -1}, {"lengths": [2]}, {"prefix_lengths": "big"}):
            with pytest.raises(ValueError, match="must be"):
                features.set_params(**wrong)
        assert features.get_params() == BrownFeatures(CLUSTERS, [1]).get_params()

    def test_in_a_search(self):
        pipeline = make_pipeline(BrownFeatures(CLUSTERS, [1]), LogisticRegression())
        words, kinds = ["good", "great", "bad", "film"] * 2, [1, 1, 0, 0] * 2
        search = GridSearchCV(
            pipeline, {"brownfeatures__prefix_lengths": [[1], [3]]}, cv=2
        ).fit(words, kinds)
        assert search.best_params_ == {"brownfeatures__prefix_lengths": [3]}
        assert search.predict(["great", "film"]).tolist() == [1, 0]


class TestStrings:
    """A string is a path where text is read, a word or document where it is used."""

    @pytest.fixture
    def clustering(self):
        return BrownClustering(2).fit(SENTENCES)

    def test_a_text_is_not_a_path(self):
        for text in ("a good film", ["a good film", "a bad film"]):
            with pytest.raises(FileNotFoundError, match=r"^X must be an existing file"):
                BrownClustering(2).fit(text)

    @pytest.mark.parametrize("method", ["predict", "transform"])
    def test_a_text_is_not_a_word(self, clustering, method):
        rule = (
            r"^X must be words, or lists of words \(of a text: text.split\(\)\), got "
        )
        with pytest.raises(ValueError, match=rule + "'a good film'"):
            getattr(clustering, method)(["film", "a good film"])
        with pytest.raises(ValueError, match=rule + "'a good film'"):
            TRANSFORMERS["BrownFeatures"].transform(["film", "a good film"])
        with pytest.raises(TypeError, match=r"^X must be "):
            getattr(clustering, method)("film")
        with pytest.raises(
            TypeError, match=r"^X must be words, or lists of words, got"
        ):
            TRANSFORMERS["BrownFeatures"].transform("film")

    def test_a_word_with_a_space_that_is_in_the_text(self):
        sentences = [["New_York", "is"], ["Paris", "is"]]
        clustering = BrownClustering(1).fit(sentences)
        assert clustering.predict(["New York"]).tolist() == [0]
        assert clustering.transform(["New York"]) == [""]  # of the only cluster
        assert clustering.transform([["no", "a token"]]) == [["", ""]]
        features = BrownFeatures(clustering.clusters_, [1])
        assert features.transform(["New York"]).sum() == 1

    def test_a_path_is_not_a_document(self, tmp_path):
        vectorizer = BrownVectorizer(CLUSTERS, [1]).fit()
        with pytest.raises(TypeError, match=r"^document must be a string or a list of"):
            vectorizer.transform([tmp_path])
        with pytest.raises(ValueError, match=r"^raw_documents must be an iterable of"):
            vectorizer.transform("good film")

    def test_others(self):
        with pytest.raises(TypeError, match=r"^X must be words, or lists of words"):
            TRANSFORMERS["BrownFeatures"].transform([7])


class TestOutput:
    def test_names_of_columns(self):
        clustering = BrownClustering(2)
        with pytest.raises(NotFittedError):
            clustering.get_feature_names_out()
        names = clustering.fit(SENTENCES).get_feature_names_out()
        assert names.tolist() == ["bit_string"]

    def test_names_of_outputs(self):
        features = BrownFeatures(CLUSTERS, [1])
        assert features.set_output() is features
        assert sparse.issparse(features.transform(["good"]))
        message = "^transform must be one of default, pandas, polars, got 'numpy'$"
        with pytest.raises(ValueError, match=message):
            features.set_output(transform="numpy")

    def test_default_in_spite_of_scikit_learn_s(self):
        with sklearn.config_context(transform_output="pandas"):
            features = BrownFeatures(CLUSTERS, [1]).set_output(transform="default")
            assert sparse.issparse(features.transform(["good"]))
            assert sparse.issparse(clone(features).transform(["good"]))

    @pytest.fixture
    def pandas(self):
        return pytest.importorskip("pandas", reason="needs the extra pandas")

    def test_pandas(self, pandas):
        documents = pandas.Series(["good film", "bad"], index=[7, 3], name="text")
        vectorizer = BrownVectorizer(CLUSTERS, [1]).set_output(transform="pandas")
        frame = clone(vectorizer).fit_transform(documents)
        assert frame.columns.tolist() == ["b1=0", "b1=1"]
        assert frame.index.tolist() == [7, 3]
        assert frame.to_numpy().tolist() == [[1, 1], [1, 0]]
        assert isinstance(frame.dtypes.iloc[0], pandas.SparseDtype)
        features = BrownFeatures(CLUSTERS, [1], context=0)
        with sklearn.config_context(transform_output="pandas"):
            tokens = features.transform(pandas.Series(SENTENCES, index=[7, 3]))
            words = features.transform(["good", "film"])
        assert tokens.index.tolist() == list(range(6))
        assert words.to_numpy().tolist() == [[1, 0], [0, 1]]

    def test_bit_strings_in_pandas(self, pandas):
        clustering = BrownClustering(2).fit(SENTENCES).set_output(transform="pandas")
        words = pandas.Series(["film", "unicorn"], index=[5, 6])
        frame = clustering.transform(words)
        assert frame.columns.tolist() == ["bit_string"]
        assert frame["bit_string"].to_dict() == {
            5: clustering.bit_strings_["film"],
            6: "",
        }

    def test_columns_of_a_pandas_frame(self, pandas):
        frame = pandas.DataFrame(
            {"word": ["good", "film"], "text": ["a good film", "bad"], "length": [4, 4]}
        )
        transformer = ColumnTransformer(
            [
                ("word", BrownFeatures(CLUSTERS, [1], context=0), "word"),
                ("text", BrownVectorizer(CLUSTERS, [1]), "text"),
                ("rest", "passthrough", ["length"]),
            ]
        )
        names = ["word__b[0]1=0", "word__b[0]1=1", "text__b1=0", "text__b1=1"]
        names += ["rest__length"]
        rows = [[1, 0, 1, 1, 4], [0, 1, 1, 0, 4]]
        assert np.asarray(transformer.fit_transform(frame)).tolist() == rows
        assert transformer.get_feature_names_out().tolist() == names
        as_frame = transformer.set_output(transform="pandas").fit_transform(frame)
        assert as_frame.columns.tolist() == names
        assert as_frame.to_numpy().tolist() == rows

    def test_polars(self):
        polars = pytest.importorskip("polars", reason="needs polars: the extra dev")
        union = FeatureUnion([("text", BrownVectorizer(CLUSTERS, [1]))])
        union.set_output(transform="polars")
        frame = union.fit_transform(polars.Series(["good film", "bad"]))
        assert frame.columns == ["text__b1=0", "text__b1=1"]
        assert frame.rows() == [(1.0, 1.0), (1.0, 0.0)]
        clustering = BrownClustering(2).fit(SENTENCES).set_output(transform="polars")
        assert clustering.transform(SENTENCES).columns == ["bit_string"]


def test_nothing_of_scikit_learn_is_imported(tmp_path):
    code = (
        "import sys; sys.modules['sklearn'] = sys.modules['pandas'] = None\n"
        "from brownclust import BrownFeatures, WordClusters\n"
        "clusters = WordClusters(['a', 'b'], ['0', '1'])\n"
        "print(BrownFeatures(clusters, [1]).set_output().transform(['a']).sum())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stdout == "1.0\n", done.stderr
