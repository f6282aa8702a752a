import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from brownclust import BigramCounts, BrownClustering
from brownclust._validation import NotFittedError
from brownclust.tree.model import BrownModel

TEXT = """\
the cat sat on the mat
the dog sat on the rug
a cat ran to the mat
a dog ran to the rug
the cat saw a dog
a dog saw the cat
"""
SENTENCES = [line.split() for line in TEXT.splitlines()]
N_WORDS = 11
WORDS = ["the", "cat", "dog", "to", "mat", "rug", "unicorn"]


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "corpus.txt"
    file.write_text(TEXT)
    return file


@pytest.fixture(scope="module")
def fitted():
    return BrownClustering(4).fit(SENTENCES)


def identity(tokens):
    return tokens


class TestFit:
    def test_attributes_agree_with_the_tree(self, fitted):
        tree = fitted.dendrogram_
        assert len(fitted.vocabulary_) == N_WORDS
        assert fitted.children_.shape == (N_WORDS - 1, 2)
        assert fitted.merge_losses_.shape == (N_WORDS - 1,)
        assert fitted.labels_.tolist() == tree.cut(4).tolist()
        assert list(fitted.bit_strings_) == list(fitted.vocabulary_)
        assert list(fitted.bit_strings_.values()) == tree.bit_strings(4)
        assert fitted.ami_ == tree.average_mutual_information(4) > 0
        assert fitted.counts_.n_tokens == sum(map(len, SENTENCES))
        assert fitted.model_.n_clusters == 4

    def test_similar_words_share_a_cluster(self, fitted):
        assert fitted.bit_strings_["cat"] == fitted.bit_strings_["dog"]
        assert fitted.bit_strings_["mat"] == fitted.bit_strings_["rug"]
        assert fitted.bit_strings_["cat"] != fitted.bit_strings_["the"]

    @pytest.mark.parametrize(
        "kind", ["str", "path", "list", "folder", "glob", "jsonl", "counts", "iter"]
    )
    def test_every_kind_of_input_gives_the_same(self, fitted, path, kind):
        given = {
            "str": str(path),
            "path": path,
            "list": [path],
            "folder": str(path.parent),
            "glob": f"{path.parent}/*.t?t",
            "jsonl": path,
            "counts": BigramCounts.from_text(path),
            "iter": iter(SENTENCES),
        }[kind]
        options = {}
        if kind == "jsonl":
            options = {"format": "jsonl", "field": "words"}
            path.write_text(
                "".join(f'{{"words": {json.dumps(s)}}}\n' for s in SENTENCES)
            )
        again = BrownClustering(4, **options).fit(given)
        assert again.bit_strings_ == fitted.bit_strings_
        assert again.children_.tolist() == fitted.children_.tolist()
        assert again.ami_ == fitted.ami_

    def test_several_paths(self, path, tmp_path):
        (tmp_path / "other.txt").write_text("a bird sang\n")
        both = BrownClustering(2).fit([str(path), tmp_path / "other.txt"])
        assert "bird" in both.bit_strings_

    def test_options_reach_the_counts(self):
        options = {"min_count": 2, "boundary": "mark", "normalise": ["lowercase"]}
        clustering = BrownClustering(2, **options).fit([["A", "b"], ["a", "c"]] * 2)
        assert clustering.counts_.boundary == "mark"
        assert set(clustering.bit_strings_) == {"a", "b", "c"}
        assert clustering.model_.options["min_count"] == 2

    def test_counts_are_filtered_by_the_options_for_words(self):
        counts = BigramCounts.from_sentences(SENTENCES)
        options = {"min_count": 2, "max_vocabulary": 5, "vocabulary": np.array(WORDS)}
        options["stopwords"] = ["cat"]
        fitted = BrownClustering(2, **options).fit(counts)
        from_text = BrownClustering(2, **options).fit(SENTENCES)
        assert fitted.bit_strings_ == from_text.bit_strings_
        assert fitted.merge_losses_.tolist() == from_text.merge_losses_.tolist()

    def test_sizes_from_numpy_can_be_saved(self, tmp_path):
        sizes = {"n_clusters": np.int64(4), "window": np.int32(5)}
        clustering = BrownClustering(**sizes, threads=np.int64(1)).fit(SENTENCES)
        clustering.model_.save(tmp_path / "model.npz")
        assert BrownModel.load(tmp_path / "model.npz").options["window"] == 5

    def test_window(self):
        assert BrownClustering(2).fit(SENTENCES).dendrogram_.window == 2
        assert BrownClustering(2, window=5).fit(SENTENCES).dendrogram_.window == 5
        full = BrownClustering(2, window="full").fit(SENTENCES)
        assert full.dendrogram_.window == N_WORDS

    def test_one_cluster(self):
        clustering = BrownClustering(1).fit(SENTENCES)
        assert set(clustering.bit_strings_.values()) == {""}

    def test_one_word(self):
        clustering = BrownClustering(1).fit([["a", "a"]])
        assert clustering.bit_strings_ == {"a": ""}
        assert clustering.ami_ == 0.0

    def test_progress_is_called(self, path):
        seen = []
        BrownClustering(2, progress=lambda *args: seen.append(args)).fit(path)
        assert {stage for stage, _, _ in seen} == {"count", "cluster"}
        assert all(total is None or done <= total for _, done, total in seen)

    def test_threads_do_not_change_the_result(self, fitted):
        two = BrownClustering(4, threads=2).fit(SENTENCES)
        assert two.children_.tolist() == fitted.children_.tolist()


class TestErrors:
    @pytest.mark.parametrize(
        ("params", "error", "message"),
        [
            ({"n_clusters": 0}, ValueError, "n_clusters must be at least 1, got 0"),
            (
                {"n_clusters": 2.0},
                TypeError,
                r"n_clusters must be an integer, got 2\.0",
            ),
            (
                {"n_clusters": 12},
                ValueError,
                "n_clusters must be at most the number of different words, 11, got 12",
            ),
            (
                {"n_clusters": 4, "window": 3},
                ValueError,
                "n_clusters must be at most the window, 3, got 4",
            ),
            (
                {"n_clusters": 4, "window": 12},
                ValueError,
                "window must be at most the number of different words, 11, or 'full'",
            ),
            (
                {"n_clusters": 4, "window": "all"},
                TypeError,
                "window must be an integer",
            ),
            ({"n_clusters": 4, "boundary": "stop"}, ValueError, "boundary must be one"),
            ({"n_clusters": 4, "min_count": 0}, ValueError, "min_count must be at"),
            ({"n_clusters": 4, "threads": 0}, ValueError, "threads must be at least 1"),
            (
                {"n_clusters": 4, "vocabulary": 5},
                TypeError,
                "vocabulary must be a path or an iterable of words, got 5",
            ),
        ],
    )
    def test_parameters_are_checked_in_fit(self, params, error, message):
        clustering = BrownClustering(**params)
        with pytest.raises(error, match=message):
            clustering.fit(SENTENCES)

    def test_sentences_that_are_strings(self):
        with pytest.raises(FileNotFoundError, match="an existing file or token lists"):
            BrownClustering(2).fit(TEXT.splitlines())
        with pytest.raises(FileNotFoundError, match="an existing file or token lists"):
            BrownClustering(2).fit("who is this?")
        with pytest.raises(TypeError):
            BrownClustering(2).fit(iter(TEXT.splitlines()))

    @pytest.mark.parametrize("tokens", [["a b"], ["a\tb"], [""], ["a\n"]])
    def test_tokens_that_a_text_cannot_contain(self, tokens):
        with pytest.raises(ValueError, match="must be"):
            BrownClustering(1).fit([tokens])

    @pytest.mark.parametrize("sentences", [[], [[]], [[], []]])
    def test_no_words(self, sentences):
        with pytest.raises(ValueError, match="must be"):
            BrownClustering(1).fit(sentences)

    def test_text_options_for_counts(self):
        counts = BigramCounts.from_sentences(SENTENCES)
        message = r"normalise must be \(\) for counts, got \('nfc'"
        with pytest.raises(ValueError, match=message):
            BrownClustering(2, normalise=["nfc"]).fit(counts)
        BrownClustering(2, normalise=[]).fit(counts)
        message = "format must be 'text' for counts, got 'conll'"
        with pytest.raises(ValueError, match=message):
            BrownClustering(2, format="conll").fit(counts)

    def test_file_options_for_sentences(self):
        message = "field must be None for token lists, got 'FORM'"
        with pytest.raises(ValueError, match=message):
            BrownClustering(2, field="FORM").fit(SENTENCES)

    def test_steps_in_one_string(self):
        with pytest.raises(TypeError, match=r"^normalise must be a sequence of steps"):
            BrownClustering(2, normalise="lowercase").fit(SENTENCES)

    def test_not_fitted(self):
        for method in (BrownClustering().predict, BrownClustering().transform):
            with pytest.raises(NotFittedError, match="call fit first"):
                method(["cat"])

    def test_a_single_word_is_not_a_list(self, fitted):
        for method in (fitted.predict, fitted.transform):
            with pytest.raises(TypeError, match="X must be a list of words or of sent"):
                method("cat")

    @pytest.mark.parametrize("given", [None, 3])
    def test_input_without_words(self, fitted, given):
        for method in (fitted.predict, fitted.transform):
            with pytest.raises(TypeError, match="X must be a list of words or of sent"):
                method(given)

    @pytest.mark.parametrize("given", [[3], [None], [["cat", 3]], [[["cat"]]]])
    def test_words_that_are_not_strings(self, fitted, given):
        for method in (fitted.predict, fitted.transform):
            with pytest.raises(TypeError, match="word must be a string, got"):
                method(given)

    @pytest.mark.parametrize("given", ["corpus.txt", ["corpus.txt"], iter(SENTENCES)])
    def test_fit_transform_of_input_that_cannot_be_transformed(self, given):
        with pytest.raises(TypeError, match="token lists that can be read twice"):
            BrownClustering(2).fit_transform(given)


class TestWords:
    def test_predict(self, fitted):
        labels = fitted.predict(["cat", "unknown", "dog"])
        assert labels.dtype == np.int32
        assert labels[1] == -1
        assert labels[0] == labels[2] == fitted.labels_[fitted.vocabulary_.index("cat")]
        assert fitted.predict([]).shape == (0,)

    def test_transform_words(self, fitted):
        bits = fitted.bit_strings_
        assert fitted.transform(["cat", "unknown"]) == [bits["cat"], ""]

    def test_transform_sentences(self, fitted):
        bits = fitted.bit_strings_
        assert fitted.transform([["the", "unknown", "cat"], []]) == [
            [bits["the"], "", bits["cat"]],
            [],
        ]

    def test_fit_transform(self, fitted):
        transformed = BrownClustering(4).fit_transform(SENTENCES)
        assert transformed == fitted.transform(SENTENCES)

    def test_words_with_whitespace_are_those_of_the_text(self, tmp_path):
        path = tmp_path / "text.tsv"
        path.write_text("tôi\tO\nXe  máy\tB\nđi\tO\n")
        options = {"format": "conll", "normalise": ["lowercase"]}
        clustering = BrownClustering(3, **options).fit(str(path))
        bits = clustering.bit_strings_["xe_máy"]
        assert clustering.transform(["xe máy", "Xe\tmáy"]) == [bits, bits]
        assert clustering.predict(["xe máy"]) >= 0
        assert clustering.clusters_["xe máy"] == bits

    def test_normalisation_applies_to_queries(self):
        steps = ["users", "lowercase", "digits"]
        clustering = BrownClustering(3, normalise=steps).fit([["@The", "cat", "x9"]])
        assert (clustering.predict(["@THE", "X1"]) >= 0).all()
        assert clustering.transform(["CAT"]) == [clustering.bit_strings_["cat"]]


class TestScikitLearn:
    def test_constructor_only_stores(self):
        words = ["the", "cat"]
        clustering = BrownClustering(-3, vocabulary=words, window="nonsense")
        assert clustering.get_params()["vocabulary"] is words
        assert clustering.get_params()["n_clusters"] == -3
        assert not [name for name in vars(clustering) if name.endswith("_")]

    def test_params(self):
        clustering = BrownClustering(7, min_count=2)
        assert clustering.set_params(n_clusters=8, boundary="mark") is clustering
        params = clustering.get_params()
        assert (params["n_clusters"], params["min_count"]) == (8, 2)
        assert repr(clustering) == (
            "BrownClustering(n_clusters=8, min_count=2, boundary='mark')"
        )
        with pytest.raises(ValueError, match="the parameter must be one of n_clusters"):
            clustering.set_params(clusters=3)

    def test_clone(self, fitted):
        copy = clone(fitted)
        assert copy is not fitted
        assert copy.get_params() == fitted.get_params()
        assert not hasattr(copy, "labels_")

    def test_check_is_fitted(self, fitted):
        check_is_fitted(fitted)
        with pytest.raises(ValueError, match="not fitted"):
            check_is_fitted(clone(fitted))

    def test_pipeline(self, fitted):
        pipeline = Pipeline(
            [
                ("clusters", BrownClustering(4)),
                ("counts", CountVectorizer(analyzer=identity)),
                ("classifier", LogisticRegression()),
            ]
        )
        classes = ["on", "on", "to", "to", "saw", "saw"]
        pipeline.fit(SENTENCES, classes)
        assert pipeline.predict(SENTENCES).shape == (6,)
        assert pipeline.score(SENTENCES, classes) > 0.5
        names = pipeline[:-1].named_steps["counts"].get_feature_names_out()
        assert set(names) == set(fitted.bit_strings_.values())

    def test_as_the_last_step_and_with_nested_parameters(self, fitted):
        pipeline = Pipeline([("clusters", BrownClustering())])
        pipeline.set_params(clusters__n_clusters=4)
        assert pipeline.fit(SENTENCES).transform([["cat"]]) == [
            [fitted.bit_strings_["cat"]]
        ]
        assert "BrownClustering" in repr(pipeline)

    def test_grid_search(self):
        pipeline = Pipeline(
            [
                ("clusters", BrownClustering()),
                ("counts", CountVectorizer(analyzer=identity)),
                ("classifier", LogisticRegression()),
            ]
        )
        grid = {"clusters__n_clusters": [2, 4]}
        search = GridSearchCV(pipeline, grid, cv=2, error_score="raise")
        search.fit(SENTENCES * 2, ["x", "y", "x", "y", "x", "y"] * 2)
        assert search.best_params_["clusters__n_clusters"] in {2, 4}

    def test_pickle(self, fitted):
        copy = pickle.loads(pickle.dumps(fitted))
        assert copy.transform(["cat", "x"]) == fitted.transform(["cat", "x"])
        assert copy.bit_strings_ == fitted.bit_strings_

    def test_scikit_learn_is_not_imported(self):
        code = (
            "import sys; from brownclust import BrownClustering\n"
            "c = BrownClustering(1).fit([['a', 'b']]); c.transform(['a']); repr(c)\n"
            "assert 'sklearn' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)
