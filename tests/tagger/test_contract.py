"""The contract that all taggers fulfil."""

import inspect
import re
from itertools import chain

import numpy as np
import pytest
from archives import rewrite
from sklearn import exceptions
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.utils.validation import check_is_fitted
from synthetic import (
    CLUSTERS,
    NAMED,
    PLAIN,
    SENTENCES,
    SPANS,
    TAGS,
    Endings,
    saved,
    sentences_of_names,
    sentences_of_words,
)

import brownclust.tagger
from brownclust import BrownFeatures
from brownclust._archive import ArchiveError
from brownclust._validation import NotFittedError
from brownclust.tagger import CRFTagger, Epoch, PerceptronTagger, Tagger
from brownclust.tagger.notation import Notation
from brownclust.tagger.schemes import SCHEMES
from brownclust.tagger.spans import convert, is_convertible

KINDS = {PerceptronTagger: {"n_epochs": 6}, CRFTagger: {"options": {"c2": 0.01}}}

POS = ["nvnd", "dnvn", "vvnd", "ndvd"]

NOT_EMPTY = "a string that is not empty"
NO_TOKEN = "a list with at least one token"


@pytest.fixture(params=KINDS, ids=lambda kind: kind.algorithm)
def kind(request):
    return request.param


@pytest.fixture
def make(kind):
    """Return a function that creates a tagger of this kind that trains quickly."""

    def make(templates=PLAIN, **options):
        return kind(templates, **(KINDS[kind] | options))

    return make


def test_public_names():
    names = brownclust.tagger.__all__
    assert dir(brownclust.tagger) == sorted(names)
    assert all(getattr(brownclust.tagger, name).__name__ == name for name in names)
    with pytest.raises(AttributeError, match="has no attribute 'Tager'"):
        _ = brownclust.tagger.Tager


class TestContract:
    def test_all_taggers_share_parameters(self, kind):
        own = list(inspect.signature(kind).parameters.items())
        shared = list(inspect.signature(Tagger).parameters.items())
        assert own[: len(shared)] == shared
        assert list(kind().get_params()) == [name for name, _ in own]

    def test_fit_returns_the_tagger_and_learns(self, make):
        tagger = make()
        assert tagger.fit(SENTENCES, TAGS) is tagger
        assert tagger.predict(SENTENCES) == TAGS
        assert tagger.score(SENTENCES, TAGS) == 1
        assert tagger.tag_set_.names == ("ADJ", "DET", "NOUN", "VERB")
        assert tagger.known_words_ == set(chain(*SENTENCES))
        assert all(isinstance(epoch, Epoch) for epoch in tagger.epochs_)

    @pytest.mark.parametrize("templates", ["pos", "chunk", "ner", "lower[0]\nword[0]"])
    def test_presets_and_notation(self, make, templates):
        assert make(templates).fit(SENTENCES, TAGS).score(SENTENCES, TAGS) == 1

    def test_unknown_words(self, make):
        tagger = make().fit(SENTENCES, TAGS)
        found = tagger.predict([["the", "\0", "", "sees", "日本", "every"], ["dog"]])
        assert list(map(len, found)) == [6, 1]
        assert found[0][0] == "DET"
        assert set(chain(*found)) <= set(tagger.tag_set_.names)

    def test_any_sequence_of_sequences(self, make):
        tagger = make().fit(tuple(map(tuple, SENTENCES)), iter(TAGS))
        same = make().fit(iter(SENTENCES), tuple(map(tuple, TAGS)))
        others, _ = sentences_of_words(10, seed=1)
        expected = tagger.predict(others)
        assert same.predict(others) == expected
        assert tagger.predict(iter(others)) == expected
        assert tagger.predict(tuple(map(tuple, others))) == expected

    def test_sentences_without_tokens(self, make):
        sentences, tags = [[], *SENTENCES, []], [[], *TAGS, []]
        tagger = make().fit(sentences, tags)
        assert tagger.predict(sentences) == tags
        assert tagger.predict([]) == []
        assert tagger.predict([[]]) == [[]]
        assert tagger.predict([["dog"], []]) == [["NOUN"], []]

    def test_one_token_and_one_tag(self, make):
        tagger = make().fit([["a"]], [["X"]])
        assert tagger.predict([["b", "a"], ["c"]]) == [["X", "X"], ["X"]]
        assert make().fit([["a"]], [["O"]]).predict([["a"]]) == [["O"]]
        assert make().fit([["a"]], [["B-X"]]).predict([["a"]]) == [["B-X"]]

    def test_evaluation_separates_known_and_unknown_words(self, make):
        tagger = make().fit(SENTENCES, TAGS)
        found = tagger.evaluate([["the", "gnu"], []], [["DET", "NEW"], []])
        assert (found.n_tokens, found.n_unknown) == (2, 1)
        assert (found.accuracy, found.accuracy_known) == (0.5, 1)
        assert found.f1 is None
        assert found.intervals
        plain = tagger.evaluate(SENTENCES, TAGS, n_bootstrap=0)
        assert (plain.accuracy, plain.n_unknown, plain.intervals) == (1, 0, {})

    def test_score_is_f1_if_tags_mark_spans(self, make):
        tagger = make().fit(NAMED, SPANS)
        wrong = [tags[:] for tags in SPANS]
        wrong[0][0] = "B-NEW"
        found = tagger.evaluate(NAMED, wrong, n_bootstrap=0)
        assert tagger.score(NAMED, wrong) == found.f1 < found.accuracy < 1

    def test_development_data_is_scored(self, make):
        recorded = []
        dev = ([*SENTENCES, ["gnu"]], iter([*TAGS, ["NEW"]]))
        tagger = make().fit(SENTENCES, TAGS, dev=dev, on_epoch=recorded.append)
        assert tuple(recorded) == tagger.epochs_
        assert 0.5 < recorded[-1].dev_score < 1
        assert "NEW" not in tagger.tag_set_.names

    # --- Schemes, columns, features -------------------------------------------

    @pytest.mark.parametrize("given", SCHEMES)
    @pytest.mark.parametrize("scheme", ["auto", *SCHEMES, "none"])
    def test_predictions_are_in_the_scheme_of_the_data(self, make, given, scheme):
        tags = [convert(of_one, given) for of_one in SPANS]
        tagger = make(scheme=scheme).fit(NAMED, tags)
        if scheme in SCHEMES and not is_convertible(scheme, given):
            given = scheme  # not convertible without look-ahead
            tags = [convert(of_one, given) for of_one in SPANS]
        others, _ = sentences_of_names(20, seed=1)
        for sentences in (NAMED, [words[::-1] for words in others]):
            found = tagger.predict(sentences)
            if scheme == "none":
                assert set(chain(*found)) <= set(chain(*tags))
            else:  # allowed by the scheme
                assert found == [convert(of_one, given) for of_one in found]
        # In ioe1 the tag of a word depends on the span after it.
        assert tagger.score(NAMED, tags) > (0.75 if "ioe1" in (given, scheme) else 0.9)
        assert (tagger.tag_set_.scheme is None) == (scheme == "none")

    def test_further_columns(self, make):
        """Only the column distinguishes the tags."""
        sentences = [[(w, t) for w, t in zip("aaab", p, strict=True)] for p in POS]
        tags = [[t.upper() for t in p] for p in POS]
        tagger = make(["word[0]", "pos[0]"], columns=("word", "pos"))
        assert tagger.fit(sentences, tags).predict(sentences) == tags
        assert tagger.known_words_ == {"a", "b"}
        as_lists = [[list(token) for token in s] for s in sentences]
        assert tagger.predict(as_lists) == tags
        found = tagger.evaluate([[("a", "n"), ("n", "v")]], [["N", "V"]])
        assert (found.accuracy, found.n_unknown) == (1, 1)
        preset = make("chunk", columns=("word", "pos")).fit(sentences, tags)
        assert preset.predict(sentences) == tags
        assert "pos[-1] & pos[0] & pos[1]" in map(str, preset.space_.templates)

    def test_clusters_generalise_to_unknown_words(self, make):
        tagger = make(["lower[0]", "cluster[0]"], clusters=CLUSTERS)
        tagger.fit(SENTENCES, TAGS)
        assert tagger.predict([["tree"], ["eats"]]) == [["NOUN"], ["VERB"]]
        assert tagger.predict([["Tree"], ["EATS"]]) == [["NOUN"], ["VERB"]]

    def test_feature_sources(self, make, path):
        sources = [BrownFeatures(CLUSTERS, [2, 3], context=0), Endings()]
        tagger = make(["word[-1]"], features=sources).fit(SENTENCES, TAGS)
        others = [["tree"], ["eats"], ["xx", "yg", "big"], []]
        found = tagger.predict(others)
        assert found[:2] == [["NOUN"], ["VERB"]]
        tagger.save(path)
        assert type(tagger).load(path, features=sources).predict(others) == found
        for given in ((), sources[:1]):
            with pytest.raises(ValueError, match=r"^features must be the sources that"):
                Tagger.load(path, features=given)
        make().fit(SENTENCES, TAGS).save(path)
        with pytest.raises(ValueError, match=r"^features must be the sources that"):
            Tagger.load(path, features=sources)

    @pytest.mark.parametrize("hash_size", [1, 7, 2**16])
    def test_hashed_features(self, make, path, hash_size):
        tagger = make(hash_size=hash_size, features=[Endings()]).fit(SENTENCES, TAGS)
        found = tagger.predict(SENTENCES)
        assert list(map(len, found)) == list(map(len, SENTENCES))
        if hash_size > 1000:
            assert found == TAGS
        tagger.save(path)
        loaded = Tagger.load(path, features=[Endings()])
        assert loaded.predict(SENTENCES) == found
        assert loaded.space_.n_features == hash_size

    # --- Files ----------------------------------------------------------------

    @pytest.mark.parametrize("tags", [TAGS, SPANS], ids=["words", "spans"])
    def test_round_trip(self, make, path, tmp_path, tags):
        sentences = SENTENCES if tags is TAGS else NAMED
        tagger = make("ner", clusters=CLUSTERS).fit(sentences, tags)
        before = saved(tagger, path)
        others = sentences_of_words(20, 1)[0] + sentences_of_names(20, 1)[0]
        for loaded in (type(tagger).load(path), Tagger.load(str(path))):
            assert type(loaded) is type(tagger)
            assert loaded.predict(others) == tagger.predict(others)
            assert loaded.known_words_ == tagger.known_words_
            assert list(loaded.templates) == list(map(str, tagger.space_.templates))
            for name, value in tagger.get_params().items():
                if name not in ("templates", "clusters"):
                    assert loaded.get_params()[name] == value
            assert saved(loaded, tmp_path / "again.npz") == before
            assert saved(loaded.fit(sentences, tags), path) == before

    def test_same_data_same_bytes(self, make, path):
        one = saved(make().fit(SENTENCES, TAGS), path)
        assert saved(make().fit(SENTENCES, TAGS), path) == one
        tagger = make().fit(NAMED, SPANS)
        tagger.predict(NAMED)
        assert saved(tagger.fit(SENTENCES, TAGS), path) == one

    def test_clusters_are_in_the_file(self, make, path, tmp_path):
        of_clusters = tmp_path / "clusters.npz"
        CLUSTERS.save(of_clusters)
        tagger = make(["cluster[0]"], clusters=of_clusters).fit(SENTENCES, TAGS)
        tagger.save(path)
        of_clusters.unlink()
        loaded = Tagger.load(path)
        assert loaded.predict([["tree", "eats"]]) == [["NOUN", "VERB"]]
        assert list(loaded.space_.clusters) == list(CLUSTERS)

    def test_nothing_is_pickled(self, make, path):
        make().fit(SENTENCES, TAGS).save(path)
        with np.load(path, allow_pickle=False) as archive:
            assert not any(archive[name].dtype.hasobject for name in archive.files)

    def test_files_of_other_kinds(self, kind, path):
        with pytest.raises(FileNotFoundError):
            kind.load(path)
        path.write_bytes(b"the\tDET\n")
        with pytest.raises(ArchiveError, match="expected a brownclust tagger, got ano"):
            kind.load(path)
        CLUSTERS.save(path)
        with pytest.raises(ArchiveError, match="tagger, got brownclust clusters"):
            kind.load(path)

    def test_damaged_files(self, make, path):
        tagger = make().fit(SENTENCES, TAGS)
        whole = saved(tagger, path)
        for size in (4, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:size])
            with pytest.raises(ArchiveError, match="got a damaged file"):
                Tagger.load(path)
        with np.load(tagger.save(path) or path) as archive:
            names = set(archive.files) - {"format", "format_version", "digest"}
        for name in names:
            path.write_bytes(whole)
            rewrite(path, **{name: None})
            with pytest.raises(ArchiveError, match="whole brownclust tagger, got a da"):
                Tagger.load(path)
        for about in (b"", b"{}", b"[]", b"{", b"\xff"):
            path.write_bytes(whole)
            rewrite(path, about=np.frombuffer(about, np.uint8))
            with pytest.raises(ArchiveError, match="whole brownclust tagger, got a da"):
                Tagger.load(path)

    def test_reasons_are_not_those_of_python(self, make, path):
        whole = saved(make().fit(SENTENCES, TAGS), path)
        with np.load(path) as archive:
            about = archive["about"].tobytes()
        wrong = about.replace(b'"parameters": {', b'"parameters": {"recall}": 1, ')
        assert wrong != about
        for data, reason in (
            (wrong, "those of a .*Tagger, got 'recall}'"),
            (b"\xff", "UTF-8"),
        ):
            path.write_bytes(whole)
            rewrite(path, about=np.frombuffer(data, np.uint8))
            with pytest.raises(ArchiveError, match=reason) as raised:
                Tagger.load(path)
            assert "keyword" not in str(raised.value)
            assert "codec" not in str(raised.value)

    def test_inconsistent_files(self, make, path, tmp_path):
        """Each array may be valid, but belong to another tagger."""
        make().fit(SENTENCES[:5], TAGS[:5]).save(path)
        other = tmp_path / "other.npz"
        make().fit(NAMED, SPANS).save(other)
        with np.load(other) as archive:
            parts = {n: archive[n] for n in archive.files if n.startswith("learnt.")}
        if "learnt.model" in parts:  # opaque to us
            parts = {"learnt.model": np.zeros(10, np.uint8)}
        rewrite(path, **parts)
        with pytest.raises(
            ArchiveError, match="whole brownclust tagger, got a damaged"
        ):
            Tagger.load(path)

    def test_tag_column_is_stored(self, make, path):
        for name in (None, "upos"):
            tagger = make().fit(SENTENCES, TAGS, tag_column=name)
            assert tagger.tag_column_ == name
            tagger.save(path)
            assert Tagger.load(path).tag_column_ == name

    @pytest.mark.parametrize("scheme", ["iob2", "ioe2", "bmewo"])
    @pytest.mark.parametrize("like", ["B-PER", "per_b"])
    def test_notation_is_stored(self, make, path, scheme, like):
        """Only files of new schemes and notations are refused by older versions."""
        write = Notation.like(like).write
        tags = [list(map(write, convert(of_one, scheme))) for of_one in SPANS]
        tagger = make().fit(NAMED, tags)
        tagger.save(path)
        loaded = Tagger.load(path)
        found = loaded.predict(NAMED)
        assert found == tagger.predict(NAMED)
        assert {*chain(*found)} <= {*loaded.classes_} & {*chain(*tags)}
        assert loaded.score(NAMED, tags) > 0.9
        with np.load(path) as archive:
            is_old = (scheme, like) == ("iob2", "B-PER")
            assert archive["format_version"] == (1 if is_old else 2)

    def test_newer_files(self, make, path):
        make().fit(SENTENCES, TAGS).save(path)
        rewrite(path, format_version=4)
        with pytest.raises(ArchiveError, match="run: pip install --upgrade brownclust"):
            Tagger.load(path)

    def test_files_of_another_algorithm(self, make, path):
        tagger = make().fit(SENTENCES, TAGS)
        tagger.save(path)
        [other] = {*KINDS} - {type(tagger)}
        with pytest.raises(ArchiveError) as caught:
            other.load(path)
        expected = f"a tagger with the algorithm {other.algorithm}"
        found = f"got '{tagger.algorithm}'"
        assert str(caught.value) == f"{path}: expected {expected}, {found}"

    # --- Errors ---------------------------------------------------------------

    @pytest.mark.parametrize(
        ("sentences", "tags", "message"),
        [
            ([["a"]], [], "len(tags) must be 1, as len(sentences) is, got 0"),
            (
                [["a"]],
                [["X"], ["X"]],
                "len(tags) must be 1, as len(sentences) is, got 2",
            ),
            (
                [["a", "b"]],
                [["X"]],
                "len(tags[0]) must be 2, as len(sentences[0]) is, got 1",
            ),
            (
                [["a"], []],
                [["X"], ["Y"]],
                "len(tags[1]) must be 0, as len(sentences[1]) is, got 1",
            ),
            ([["a", "b"]], [["X", ""]], f"tags[0][1] must be {NOT_EMPTY}, got ''"),
            (
                [["a"], ["b", "c", "d"]],
                [["B-X"], ["I-X", "o", "O"]],
                "tags[1][1] must be a tag such as O, B-X or I-X, got 'o'",
            ),
            ([], [], f"sentences must be {NO_TOKEN}, got []"),
            ([[], []], [[], []], f"sentences must be {NO_TOKEN}, got [[], []]"),
        ],
    )
    def test_invalid_data(self, make, sentences, tags, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            make().fit(sentences, tags)
        of_dev = message.replace("sentences", "dev[0]").replace("tags", "dev[1]")
        with pytest.raises(ValueError, match=f"^{re.escape(of_dev)}$"):
            make().fit(SENTENCES, TAGS, dev=(sentences, tags))

    @pytest.mark.parametrize("tag", [1, None, float("nan"), b"X"])
    def test_tags_must_be_strings(self, make, tag):
        message = f"^{re.escape(f'tags[1][1] must be a string, got {tag!r}')}$"
        with pytest.raises(TypeError, match=message):
            make().fit([["a"], ["b", "c"]], [["X"], ["X", tag]])

    def test_strings_are_rejected_as_sentences_and_tags(self, make):
        tagger = make().fit(SENTENCES, TAGS)
        for use in (tagger.predict, lambda s: make().fit(s, TAGS[:1])):
            with pytest.raises(
                TypeError, match=r"^sentences must be lists of tokens, "
            ):
                use("the dog")
            with pytest.raises(
                TypeError, match=r"^sentences\[0\] must be a list of tokens, "
            ):
                use(["the dog"])
        with pytest.raises(TypeError, match=r"^tags\[0\] must be a list of tags, got"):
            make().fit([["a", "b"]], ["XY"])

    def test_not_fitted(self, make, path):
        message = r"Tagger must be fitted before it is used: call fit first"
        for use in (lambda t: t.predict([["a"]]), lambda t: t.save(path)):
            with pytest.raises(NotFittedError, match=message):
                use(make())
        with pytest.raises(exceptions.NotFittedError):
            check_is_fitted(make())
        assert not path.exists()

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"templates": "parse"}, r"templates must be one of pos, chunk, ner, or t"),
            ({"templates": "lower[0"}, r"templates:1: expected a term such as"),
            ({"templates": ["lower[0]", "x"]}, r"templates:2: expected a term such as"),
            (
                {"templates": ["pos[0]"]},
                r"template must be a combination .*got 'pos\[0\]'",
            ),
            ({"templates": ["cluster:4[0]"]}, r"clusters must be given, because a te"),
            ({"backoff": ["stem"]}, r"backoff must be one of lowercase, digits, nfc"),
            ({"columns": ()}, r"columns must be distinct names, got \(\)"),
            ({"columns": ("a", "b", "a")}, r"columns must be distinct names, got \("),
            (
                {"columns": ("w", "lower")},
                r"columns must be names that are not attributes of words, as lower is",
            ),
            (
                {"scheme": "bio"},
                r"scheme must be one of auto, iob1, iob2, ioe1, ioe2, b",
            ),
            ({"scheme": "iob2"}, r"scheme must be auto or none, because the tags do"),
            ({"hash_size": 0}, r"hash_size must be at least 1, got 0"),
            ({"hash_size": 2**31}, r"hash_size must be at most"),
        ],
    )
    def test_invalid_parameters(self, make, options, message):
        tagger = make(**options)  # the constructor only stores them
        with pytest.raises(ValueError, match=f"^{message}"):
            tagger.fit(SENTENCES, TAGS)
        with pytest.raises(NotFittedError):
            tagger.predict(SENTENCES)

    def test_tokens_must_have_all_columns(self, make):
        tagger = make(["pos[0]"], columns=("word", "pos"))
        message = r"^token must be a sequence of 2 columns: word, pos, got \('a',\)"
        with pytest.raises(ValueError, match=message):
            tagger.fit([[("a", "N"), ("a",)]], [["X", "Y"]])
        tagger.fit([[("a", "N")]], [["X"]])
        with pytest.raises(ValueError, match=message):
            tagger.predict([[("a",)]])
        assert tagger.predict([[("a", "N")]]) == [["X"]]

    def test_missing_file_of_clusters(self, make, tmp_path):
        with pytest.raises(FileNotFoundError):
            make(clusters=tmp_path / "none").fit(SENTENCES, TAGS)

    # --- scikit-learn ---------------------------------------------------------

    def test_scikit_learn_conventions(self, make):
        tagger = make("pos", clusters=CLUSTERS, features=[Endings()])
        tagger.fit(SENTENCES, TAGS)
        check_is_fitted(tagger)
        copy = clone(tagger)
        assert type(copy) is type(tagger)
        assert copy.clusters is CLUSTERS
        assert {**copy.get_params(), "features": 0} == {
            **tagger.get_params(),
            "features": 0,
        }
        with pytest.raises(NotFittedError):
            copy.predict(SENTENCES)
        assert copy.set_params(scheme="none", features=()) is copy
        assert (copy.scheme, copy.features) == ("none", ())
        assert repr(make("ner")).startswith(f"{type(tagger).__name__}(templates='ner'")
        with pytest.raises(
            ValueError, match=r"^the parameter must be one of templates"
        ):
            copy.set_params(epochs=3)

    def test_cross_validation(self, make):
        scores = cross_val_score(make(), SENTENCES, TAGS, cv=2)
        assert scores.shape == (2,)
        assert scores.min() > 0.5
