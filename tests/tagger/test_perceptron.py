"""`PerceptronTagger` beyond the contract of all taggers."""

import sys
from itertools import chain
from random import Random

import numpy as np
import pytest
from synthetic import (
    CLUSTERS,
    NAMED,
    PLAIN,
    SENTENCES,
    SPANS,
    TAGS,
    perceptron,
    saved,
    sentences_of_words,
)

from brownclust._validation import NotFittedError
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tagger import PerceptronTagger
from brownclust.tagger.spans import convert

NOISE = Random(0)
NOISY = [[NOISE.choice(["DET", "NOUN", "VERB"]) for _ in s] for s in SENTENCES]
"""Random tags, which cannot be learnt: scores go up and down from epoch to epoch."""
DEV = (SENTENCES[:10], NOISY[:10])


def n_opcodes(function, *arguments):
    """Return the number of Python opcodes in a call; C and kernels have none."""
    n_seen = 0

    def trace(frame, event, _):
        nonlocal n_seen
        frame.f_trace_opcodes = True
        n_seen += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return n_seen


def weights_of(tagger):
    return {name: array.tolist() for name, array in tagger.weights_.arrays().items()}


class TestPerceptron:
    def test_tagging_runs_no_python_per_token(self):
        tagger = perceptron("ner").fit(NAMED, SPANS)
        words = [word for sentence in NAMED for word in sentence]
        n_opcodes(tagger.predict, [words])  # Python 3.12.1 traces none the first time
        once = n_opcodes(tagger.predict, [words])
        assert n_opcodes(tagger.predict, [50 * words]) == once

    def test_epochs_are_recorded(self):
        recorded = []
        tagger = perceptron().fit(SENTENCES, NOISY, on_epoch=recorded.append)
        assert [epoch.number for epoch in recorded] == [1, 2, 3, 4, 5, 6]
        assert tuple(recorded) == tagger.epochs_
        n_tokens = sum(map(len, SENTENCES))
        for epoch in recorded:
            assert 0 < epoch.n_updated_sentences <= len(SENTENCES)
            assert epoch.n_updated_sentences <= epoch.n_updated_tokens <= n_tokens
            assert epoch.seconds >= 0
            assert (epoch.dev_score, epoch.loss) == (None, None)

    def test_the_best_epoch_is_kept(self):
        dev = (SENTENCES[10:], NOISY[10:])
        tagger = perceptron(n_epochs=12).fit(SENTENCES[:10], NOISY[:10], dev=dev)
        scores = [epoch.dev_score for epoch in tagger.epochs_]
        assert len(scores) == 12
        best = scores.index(max(scores)) + 1
        assert best < 12
        assert tagger.score(*dev) == max(scores)
        shorter = perceptron(n_epochs=best).fit(SENTENCES[:10], NOISY[:10])
        assert weights_of(tagger) == weights_of(shorter)

    def test_strongest_features(self):
        tags = [["P", "Q"], ["Q"]]
        tagger = perceptron(["word[0]"]).fit([["a", "b"], ["b"]], tags)
        found = tagger.strongest_features(50)
        assert found == tagger.strongest_features(3) + found[3:]
        assert {(name, tag) for name, tag, weight in found if weight > 0} == {
            ("word[0]=a", "P"),
            ("word[0]=b", "Q"),
        }
        assert len(found) == len(tagger.weights_)

    @pytest.mark.parametrize("patience", [1, 3])
    def test_patience(self, patience):
        dev = (SENTENCES[10:], NOISY[10:])
        data = (SENTENCES[:10], NOISY[:10])
        whole = perceptron(n_epochs=30).fit(*data, dev=dev)
        tagger = perceptron(n_epochs=30, patience=patience).fit(*data, dev=dev)
        scores = [epoch.dev_score for epoch in whole.epochs_]
        n_epochs = next(
            n
            for n in range(1, 31)
            if n - (scores.index(max(scores[:n])) + 1) >= patience
        )
        assert len(tagger.epochs_) == n_epochs < 30
        assert tagger.score(*dev) == max(scores[:n_epochs])
        with pytest.raises(ValueError, match=r"^patience must be None without dev"):
            perceptron(patience=1).fit(*data)

    def test_seeds(self, path):
        bytes_of = {
            saved(perceptron(random_state=seed).fit(SENTENCES, NOISY), path)
            for seed in (0, 0, 1, 2)
        }
        assert len(bytes_of) == 3

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"n_epochs": 0}, ValueError, "n_epochs must be at least 1, got 0"),
            ({"n_epochs": 2.5}, TypeError, "n_epochs must be an integer, got 2.5"),
            ({"patience": 0}, ValueError, "patience must be at least 1, got 0"),
            ({"margin": -1}, ValueError, "margin must be at least 0, got -1"),
            ({"margin": 10_001}, ValueError, "margin must be at most 10000, got"),
            ({"margin": True}, TypeError, "margin must be an integer, got True"),
            ({"recall_margin": -1}, ValueError, "recall_margin must be at least 0, "),
            ({"word_dropout": -1}, ValueError, "word_dropout must be a number of at l"),
            ({"word_dropout": "x"}, TypeError, "word_dropout must be a number of at "),
            ({"random_state": -1}, ValueError, "random_state must be at least 0, got"),
            ({"random_state": None}, TypeError, "random_state must be an integer, go"),
        ],
    )
    def test_invalid_parameters(self, options, error, message):
        with pytest.raises(error, match=f"^{message}"):
            perceptron(**options).fit(SENTENCES, TAGS)

    # --- Resuming -------------------------------------------------------------

    @pytest.mark.parametrize("dev", [None, DEV], ids=["without dev", "with dev"])
    @pytest.mark.parametrize("hash_size", [None, 100])
    def test_resuming_gives_the_same_result(self, tmp_path, dev, hash_size):
        """Training that is killed, and resumed from its checkpoint."""
        templates = [*PLAIN, "lower[-1] & lower[0] & lower[1] min=2"]
        options = {"templates": templates, "hash_size": hash_size, "n_epochs": 7}
        data = (NAMED + SENTENCES, SPANS + [["O"] * len(s) for s in SENTENCES])
        if dev is not None:
            dev = (NAMED[::2], [["O"] * len(s) for s in NAMED[::2]])
            dev[1][0][0] = "B-PER"
        whole = perceptron(**options).fit(*data, dev=dev)
        checkpoint = tmp_path / "checkpoint.npz"

        def kill(epoch):
            if epoch.number == 3:
                raise KeyboardInterrupt

        killed = perceptron(**options)
        with pytest.raises(KeyboardInterrupt):
            killed.fit(*data, dev=dev, checkpoint=checkpoint, on_epoch=kill)
        loaded = PerceptronTagger.load(checkpoint)
        assert saved(loaded, tmp_path / "again.npz") == checkpoint.read_bytes()
        assert loaded.predict(NAMED) == killed.predict(NAMED)
        recorded = []
        tagger = perceptron(**options).fit(
            *data, dev=dev, warm_start=loaded, on_epoch=recorded.append
        )
        assert [epoch.number for epoch in recorded] == [4, 5, 6, 7]
        assert len(tagger.epochs_) == 7
        one = saved(whole, tmp_path / "whole.npz")
        assert saved(tagger, tmp_path / "parts.npz") == one
        # Writing checkpoints changes nothing, nor does resuming in memory.
        both = perceptron(**options).fit(*data, dev=dev, checkpoint=checkpoint)
        assert saved(both, tmp_path / "both.npz") == one
        in_memory = perceptron(**options).fit(*data, dev=dev, warm_start=killed)
        assert saved(in_memory, tmp_path / "memory.npz") == one

    def test_checkpoints_contain_the_tag_column(self, path):
        perceptron().fit(SENTENCES, TAGS, checkpoint=path, tag_column="xpos")
        assert PerceptronTagger.load(path).tag_column_ == "xpos"

    def test_trained_taggers_contain_no_training_state(self, path):
        perceptron().fit(SENTENCES, NOISY, checkpoint=path)
        with np.load(path) as archive:
            assert any(name.startswith("learnt.state.") for name in archive.files)
        perceptron().fit(SENTENCES, NOISY).save(path)
        with np.load(path) as archive:
            assert not any(name.startswith("learnt.state.") for name in archive.files)

    @pytest.mark.parametrize("hash_size", [None, 5000])
    def test_warm_start_with_new_data(self, path, hash_size):
        options = {"hash_size": hash_size, "clusters": CLUSTERS}
        templates = [*PLAIN, "cluster[0]"]
        first = perceptron(templates, **options).fit(SENTENCES, TAGS)
        first.save(path)
        new = [["the", "quick", "fox", "jumps"], ["fox", "jumps"]] * 5
        new_tags = [["DET", "ADJ", "NOUN", "VERB"], ["NOUN", "VERB"]] * 5
        before = first.predict(SENTENCES)
        for start in (first, PerceptronTagger.load(path)):
            tagger = perceptron(templates, **options)
            tagger.fit(new, new_tags, warm_start=start)
            assert tagger.predict(new) == new_tags
            assert tagger.score(SENTENCES, TAGS) > 0.95
            assert tagger.known_words_ == {*first.known_words_, *chain(*new)}
            assert len(tagger.epochs_) == 6
            if hash_size is None:
                assert "lower[0]=fox" in tagger.space_.names()
                assert {*first.space_.names()} <= {*tagger.space_.names(), ""}
        assert first.predict(SENTENCES) == before  # unchanged

    def test_warm_start_with_the_same_data(self):
        first = perceptron().fit(NAMED, SPANS)
        second = perceptron(n_epochs=1).fit(NAMED, SPANS, warm_start=first)
        assert second.epochs_[0].n_updated_tokens < first.epochs_[0].n_updated_tokens
        assert second.score(NAMED, SPANS) == 1
        third = perceptron(n_epochs=1)
        third.fit(SENTENCES, TAGS)
        assert third.fit(NAMED, SPANS, warm_start=first).score(NAMED, SPANS) == 1

    def test_incompatible_warm_starts(self):
        first = perceptron().fit(SENTENCES, TAGS)
        for options, name in {
            ("templates", ("lower[0]",)): "templates",
            ("columns", ("form",)): "columns",
            ("backoff", ("lowercase",)): "backoff",
            ("hash_size", 100): "hash_size",
            ("clusters", CLUSTERS): "clusters",
        }.items():
            message = f"^warm_start must be a tagger with the same {name}, got"
            with pytest.raises(ValueError, match=message):
                perceptron(**dict([options])).fit(SENTENCES, TAGS, warm_start=first)
        message = r"^tags\[0\]\[1\] must be a tag of warm_start: ADJ, .*, got 'NEW'"
        with pytest.raises(ValueError, match=message):
            perceptron().fit([["the", "dog"]], [["DET", "NEW"]], warm_start=first)
        with pytest.raises(NotFittedError):
            perceptron().fit(SENTENCES, TAGS, warm_start=perceptron())
        of_names = perceptron().fit(NAMED, SPANS)
        with pytest.raises(ValueError, match=r"^tags\[0\]\[0\] must be .*, got"):
            perceptron().fit(SENTENCES, TAGS, warm_start=of_names)
        with pytest.raises(
            ValueError, match=r"^tags\[0\]\[0\] must be a tag of warm.*got 'B-NEW'"
        ):
            perceptron().fit([["a"]], [["B-NEW"]], warm_start=of_names)

    def test_warm_start_needs_the_same_clusters(self, path):
        lines = ["word[0]", "cluster:3[0]"]
        first = perceptron(lines, clusters=CLUSTERS).fit(SENTENCES, TAGS)
        words, bit_strings = [*CLUSTERS], [CLUSTERS[word] for word in CLUSTERS]
        for others in (
            WordClusters(words, bit_strings[::-1]),
            WordClusters(words[::-1], bit_strings),
            WordClusters(["a"], [""]),
        ):
            tagger = perceptron(lines, clusters=others)
            with pytest.raises(
                ValueError, match=r"^warm_start must be .* the same clusters,"
            ):
                tagger.fit(SENTENCES, TAGS, warm_start=first)
        CLUSTERS.save(path)
        again = perceptron(lines, clusters=path)
        assert again.fit(SENTENCES, TAGS, warm_start=first).predict(SENTENCES) == TAGS

    def test_resuming_after_the_last_epoch(self, path, tmp_path):
        whole = perceptron().fit(SENTENCES, NOISY, checkpoint=path)
        expected = saved(whole, tmp_path / "whole.npz")
        recorded = []
        tagger = perceptron().fit(
            SENTENCES,
            NOISY,
            warm_start=PerceptronTagger.load(path),
            on_epoch=recorded.append,
        )
        assert recorded == []
        assert tagger.epochs_ == PerceptronTagger.load(path).epochs_
        assert saved(tagger, tmp_path / "tagger.npz") == expected

    def test_resuming_after_patience_has_run_out(self, path, tmp_path):
        data, dev = (SENTENCES[:10], NOISY[:10]), (SENTENCES[10:], NOISY[10:])
        options = {"n_epochs": 30, "patience": 2}
        whole = perceptron(**options).fit(*data, dev=dev, checkpoint=path)
        tagger = perceptron(**options)
        tagger.fit(*data, dev=dev, warm_start=PerceptronTagger.load(path))
        assert len(tagger.epochs_) == len(whole.epochs_) < 30
        one, other = tmp_path / "one.npz", tmp_path / "other.npz"
        assert saved(tagger, one) == saved(whole, other)

    def test_warm_start_with_another_scheme_of_the_data(self):
        first = perceptron().fit(NAMED, SPANS)
        tags = [convert(of_one, "iobes") for of_one in SPANS]
        second = perceptron().fit(NAMED, tags, warm_start=first)
        assert second.score(NAMED, SPANS) == 1

    # --- Compacting -----------------------------------------------------------

    def test_compact(self, path):
        tagger = perceptron("pos").fit(SENTENCES, TAGS)
        n_weights, n_features = len(tagger.weights_), tagger.space_.n_features
        expected = tagger.predict(SENTENCES)
        whole = len(saved(tagger, path))
        assert tagger.compact(0) is tagger
        assert (len(tagger.weights_), tagger.space_.n_features) == (
            n_weights,
            n_features,
        )
        assert tagger.predict(SENTENCES) == expected
        threshold = float(np.median(np.abs(tagger.weights_.values)))
        tagger.compact(threshold)
        assert np.abs(tagger.weights_.values).min() > threshold
        assert 0 < len(tagger.weights_) <= n_weights / 2
        assert tagger.space_.n_features < n_features
        assert tagger.score(SENTENCES, TAGS) > 0.9
        assert len(saved(tagger, path)) < whole
        others, _ = sentences_of_words(20, seed=1)
        loaded = PerceptronTagger.load(path)
        assert loaded.predict(others) == tagger.predict(others)
        assert loaded.space_.names() == tagger.space_.names()

    def test_clear_cache(self):
        tagger = perceptron().fit(SENTENCES, TAGS)
        others, _ = sentences_of_words(20, seed=1)
        expected = tagger.predict(others)
        tagger.clear_cache()
        assert tagger.predict(others) == expected

    def test_compact_everything(self):
        tagger = perceptron().fit(NAMED, SPANS).compact(1e6)
        assert len(tagger.weights_) == 0
        assert len(tagger.space_.conjunctions) == 0
        found = tagger.predict(NAMED)
        assert found == [
            convert(tags, "iob2") for tags in found
        ]  # allowed by the scheme
        with pytest.raises(NotFittedError):
            perceptron().compact(1)

    def test_conjunctions_without_weights_are_pruned(self):
        tagger = perceptron(["lower[-1] & lower[0]"], n_epochs=1)
        tagger.fit([["a", "b"]] * 3, [["X", "X"]] * 3)  # nothing to learn
        assert len(tagger.space_.conjunctions) == 0
        assert tagger.predict([["a", "b"]]) == [["X", "X"]]

    # --- Margins --------------------------------------------------------------

    def test_margins_cause_updates_of_right_tokens(self):
        n_wrong = []
        for margin in (0, 1, 100):
            tagger = perceptron(margin=margin).fit(SENTENCES, TAGS)
            assert tagger.predict(SENTENCES) == TAGS
            n_wrong.append(sum(epoch.n_updated_tokens for epoch in tagger.epochs_))
        assert n_wrong == sorted(n_wrong)
        assert n_wrong[0] < n_wrong[2]

    def test_recall_margin_finds_more_spans(self):
        """A word is a name two times in five; without the margin it is never tagged."""
        sentences = [["x", "rose", "y"]] * 50
        tags = [["O", "B-PER" if i % 5 < 2 else "O", "O"] for i in range(50)]
        recalls = []
        for recall_margin in (0, 10, 100, 1000):
            tagger = perceptron(margin=1, recall_margin=recall_margin)
            tagger.fit(sentences, tags)
            recalls.append(tagger.evaluate(sentences, tags, n_bootstrap=0).recall)
        assert recalls == sorted(recalls)
        assert (recalls[0], recalls[-1]) == (0, 1)

    def test_recall_margin_has_no_effect_without_spans(self, path):
        one = perceptron(recall_margin=0).fit(SENTENCES, NOISY)
        other = perceptron(recall_margin=500).fit(SENTENCES, NOISY)
        assert weights_of(one) == weights_of(other)
