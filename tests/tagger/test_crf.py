"""`CRFTagger` beyond the contract of all taggers."""

import sys

import pytest
from crfsuite_itself import crfsuite_of, strings_of
from synthetic import (
    NAMED,
    PLAIN,
    SENTENCES,
    SPANS,
    TAGS,
    perceptron,
    sentences_of_words,
)

from brownclust.tagger import CRFTagger, Tagger
from brownclust.tagger.crf import TRAINERS
from brownclust.tagger.documents import Text


def crf(templates=PLAIN, **options):
    return CRFTagger(templates, **options)


class TestCRF:
    @pytest.mark.parametrize("trainer", TRAINERS)
    def test_trainers(self, trainer):
        tagger = crf(trainer=trainer, options={"max_iterations": 5})
        tagger.fit(SENTENCES, TAGS)
        assert tagger.score(SENTENCES, TAGS) > 0.5
        n_epochs = len(tagger.epochs_)
        assert 1 <= n_epochs <= 5
        assert [epoch.number for epoch in tagger.epochs_] == [*range(1, n_epochs + 1)]
        assert all(epoch.loss is not None for epoch in tagger.epochs_)
        assert all(epoch.n_updated_tokens is None for epoch in tagger.epochs_)

    @pytest.mark.parametrize("hash_size", [None, 64])
    @pytest.mark.parametrize("trainer", TRAINERS)
    def test_tags_are_those_of_crfsuite(self, trainer, hash_size):
        tagger = crf(
            ["word[-1..1] min=2", "suffix:1..2[0]", "lower[-1] & lower[0]"],
            trainer=trainer,
            options={"max_iterations": 3},
            hash_size=hash_size,
        )
        sentences, _ = sentences_of_words(40, seed=1)
        sentences += [["an", "unknown", "dog"], []]
        for data in ((SENTENCES, TAGS), (NAMED, SPANS)):
            tagger.fit(*data)
            crfsuite = crfsuite_of(tagger)
            decode = tagger._tagging_decoder().tag
            for words, features in zip(
                sentences, strings_of(tagger, sentences), strict=True
            ):
                theirs = crfsuite.tag(features) if features else []
                ours = list(map(str, decode(Text.of([words])).tolist()))
                if ours != theirs:  # a tie, or one to the last digits
                    crfsuite.set(features)
                    assert crfsuite.probability(ours) == pytest.approx(
                        crfsuite.probability(theirs), rel=1e-6
                    )

    def test_nothing_is_printed(self, capfd):
        crf().fit(SENTENCES, TAGS, dev=(SENTENCES, TAGS))
        assert capfd.readouterr() == ("", "")

    def test_development_data_is_scored_at_the_end(self):
        tagger = crf(options={"max_iterations": 3})
        tagger.fit(SENTENCES, TAGS, dev=(SENTENCES, TAGS))
        assert [epoch.dev_score for epoch in tagger.epochs_[:-1]] == [None] * 3
        assert tagger.epochs_[-1].dev_score == tagger.score(SENTENCES, TAGS)

    def test_options(self):
        smooth = crf(options={"c2": 1000.0, "max_iterations": 3})
        sharp = crf(options={"c2": 0.0, "max_iterations": 3})
        losses = [t.fit(SENTENCES, TAGS).epochs_[-1].loss for t in (smooth, sharp)]
        assert losses[0] > losses[1]
        with pytest.raises(
            ValueError, match=r"^options must be .* keys from .*c2.*, got 'c3'"
        ):
            crf(options={"c3": 1}).fit(SENTENCES, TAGS)
        with pytest.raises(
            ValueError, match=r"^options must be .* keys from .*type.*, got 'c2'"
        ):
            crf(trainer="pa", options={"c2": 1}).fit(SENTENCES, TAGS)
        with pytest.raises(ValueError, match=r"^trainer must be one of lbfgs, l2sgd, "):
            crf(trainer="sgd").fit(SENTENCES, TAGS)

    def test_without_crfsuite(self, monkeypatch, path):
        tagger = crf().fit(SENTENCES, TAGS)
        tagger.save(path)
        monkeypatch.setitem(sys.modules, "pycrfsuite", None)
        message = r"run: pip install 'brownclust\[crf\]'$"
        with pytest.raises(ImportError, match=message):
            crf().fit(SENTENCES, TAGS)
        found = Tagger.load(path).predict(SENTENCES)  # CRFsuite only trains
        assert found == tagger.predict(SENTENCES)
        assert perceptron().fit(SENTENCES, TAGS).score(SENTENCES, TAGS) == 1

    def test_rare_features_are_left_out(self):
        words = [["once", "often", "often"], ["often", "Often"]]
        tagger = crf(["word[0] min=2", "lower[0] & has_upper[0]", "word[1] & word[0]"])
        tagger.fit(words, [["X", "Y", "Y"], ["Y", "Z"]])
        names = crfsuite_of(tagger).info().attributes
        assert {name for name in names if "</s>" not in name} == {
            *("word[0]=often", "lower[0]=often&has_upper[0]=1"),
            *("word[1]=often&word[0]=once", "word[1]=often&word[0]=often"),
            "word[1]=Often&word[0]=often",
        }

    def test_names_with_any_characters(self):
        words = [["a:b", "a\\b", "=", "&", "\t", "日本", "\n"]]
        tags = [list("ABCDEFG")]
        tagger = crf(["word[0]"], options={"c2": 0.001}).fit(words, tags)
        assert tagger.predict([[word] for word in words[0]]) == [[t] for t in tags[0]]
