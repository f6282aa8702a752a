"""One contract for all taggers; then what each has of its own."""

import sys
from itertools import chain
from random import Random

import numpy as np
import pytest
from sklearn import exceptions
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.utils.validation import check_is_fitted

from brownclust import BrownFeatures
from brownclust._archive import ArchiveError
from brownclust._validation import NotFittedError
from brownclust.clusters import WordClusters
from brownclust.tagger import CRFTagger, Epoch, PerceptronTagger, Tagger
from brownclust.tagger.crf import TRAINERS
from brownclust.tagger.schemes import SCHEMES, convert

KINDS = {PerceptronTagger: {"n_epochs": 6}, CRFTagger: {"options": {"c2": 0.01}}}
PLAIN = ["lower[-1..1]", "suffix:2[0]", "lower[-1] & lower[0]"]

WORDS = {
    "DET": ["the", "a", "every"],
    "ADJ": ["big", "old", "2nd"],
    "NOUN": ["dog", "cat", "Ångström", "house"],
    "VERB": ["sees", "likes", "builds"],
}
PATTERNS = ["DET NOUN VERB", "DET ADJ NOUN VERB DET NOUN", "NOUN VERB", "VERB"]
NAMES = {
    "PER": [["Ann"], ["Mr", "Lee"], ["Dr", "Ann", "Lee"]],
    "ORG": [["Acme"], ["Acme", "Bank"], ["Bank", "of", "Rome"]],
}


def sentences_of_words(n, seed=0):
    """Sentences that are easy to tag, and their tags."""
    random = Random(seed)
    tags = [random.choice(PATTERNS).split() for _ in range(n)]
    return [[random.choice(WORDS[tag]) for tag in of_one] for of_one in tags], tags


def sentences_of_names(n, seed=0):
    """The same with spans; tags in iob2. Names of a type can touch."""
    random = Random(seed)
    sentences, tags = [], []
    for _ in range(n):
        words, of_one = ["."] * (n % 2), ["O"] * (n % 2)
        for kind in random.choices(["PER", "ORG", None], k=3):
            name = random.choice(NAMES[kind]) if kind else [random.choice("xyz")]
            words += name
            of_one += [f"B-{kind}"] if kind else ["O"]
            of_one += [f"I-{kind}"] * (len(name) - 1)
        sentences.append(words)
        tags.append(of_one)
    return sentences, tags


SENTENCES, TAGS = sentences_of_words(30)
NAMED, SPANS = sentences_of_names(30)
CLUSTERS = WordClusters(
    [*WORDS["NOUN"], "tree", *WORDS["VERB"], "eats", "Eve", "Ann"],
    [*["00"] * 5, *["010"] * 4, "011", "011"],
)


class Endings:
    """A user's own features."""

    def strings(self, sentences):
        return [[[f"end={word[-1:]}"] for word in s] for s in sentences]


def rewrite(path, **changes):
    """Change arrays of a file; None takes one out."""
    with np.load(path) as archive:
        arrays = dict(archive) | changes
    np.savez(path, **{name: a for name, a in arrays.items() if a is not None})


def saved(tagger, path):
    tagger.save(path)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tagger.npz"


@pytest.fixture(params=KINDS, ids=lambda kind: kind.algorithm)
def kind(request):
    return request.param


@pytest.fixture
def make(kind):
    """Make a tagger of a kind that learns fast."""

    def make(templates=PLAIN, **options):
        return kind(templates, **(KINDS[kind] | options))

    return make


class TestContract:
    def test_fit_returns_itself_and_learns(self, make):
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

    def test_words_never_seen(self, make):
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

    def test_evaluation_knows_the_words_of_training(self, make):
        tagger = make().fit(SENTENCES, TAGS)
        found = tagger.evaluate([["the", "gnu"], []], [["DET", "NEW"], []])
        assert (found.n_tokens, found.n_unknown) == (2, 1)
        assert (found.accuracy, found.accuracy_known) == (0.5, 1)
        assert found.f1 is None
        assert found.intervals
        plain = tagger.evaluate(SENTENCES, TAGS, n_bootstrap=0)
        assert (plain.accuracy, plain.n_unknown, plain.intervals) == (1, 0, {})

    def test_score_is_of_spans_if_tags_are(self, make):
        tagger = make().fit(NAMED, SPANS)
        wrong = [tags[:] for tags in SPANS]
        wrong[0][0] = "B-NEW"
        found = tagger.evaluate(NAMED, wrong, n_bootstrap=0)
        assert tagger.score(NAMED, wrong) == found.f1 < found.accuracy < 1

    def test_development_data_are_scored(self, make):
        told = []
        dev = ([*SENTENCES, ["gnu"]], iter([*TAGS, ["NEW"]]))
        tagger = make().fit(SENTENCES, TAGS, dev=dev, on_epoch=told.append)
        assert tuple(told) == tagger.epochs_
        assert 0.5 < told[-1].dev_score < 1
        assert "NEW" not in tagger.tag_set_.names

    # --- Schemes, columns, features -------------------------------------------

    @pytest.mark.parametrize("given", SCHEMES)
    @pytest.mark.parametrize("scheme", ["auto", *SCHEMES, "none"])
    def test_tags_come_back_as_they_were(self, make, given, scheme):
        tags = [convert(of_one, given) for of_one in SPANS]
        tagger = make(scheme=scheme).fit(NAMED, tags)
        ends = ("bilou", "iobes")
        if given in ends and scheme in SCHEMES and scheme not in ends:
            given = scheme  # there is no way back
            tags = [convert(of_one, given) for of_one in SPANS]
        others, _ = sentences_of_names(20, seed=1)
        for sentences in (NAMED, [words[::-1] for words in others]):
            found = tagger.predict(sentences)
            if scheme == "none":
                assert set(chain(*found)) <= set(chain(*tags))
            else:  # legal
                assert found == [convert(of_one, given) for of_one in found]
        assert tagger.score(NAMED, tags) > 0.9
        assert (tagger.tag_set_.scheme is None) == (scheme == "none")

    def test_further_columns(self, make):
        """Only the column can tell."""
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

    def test_clusters_stand_for_words(self, make):
        tagger = make(["lower[0]", "cluster[0]"], clusters=CLUSTERS)
        tagger.fit(SENTENCES, TAGS)
        assert tagger.predict([["tree"], ["eats"]]) == [["NOUN"], ["VERB"]]
        assert tagger.predict([["Tree"], ["EATS"]]) == [["NOUN"], ["VERB"]]

    def test_other_sources_of_features(self, make, path):
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

    def test_files_that_are_no_taggers(self, kind, path):
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
            names = [n for n in archive.files if not n.startswith("format")]
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

    def test_parts_that_do_not_fit_together(self, make, path, tmp_path):
        """Each array may be whole, and of another tagger."""
        make().fit(SENTENCES[:5], TAGS[:5]).save(path)
        other = tmp_path / "other.npz"
        make().fit(NAMED, SPANS).save(other)
        with np.load(other) as archive:
            parts = {n: archive[n] for n in archive.files if n.startswith("learnt.")}
        if "learnt.model" in parts:  # CRFsuite's models are files of their own
            parts = {"learnt.model": np.zeros(10, np.uint8)}
        rewrite(path, **parts)
        with pytest.raises(
            ArchiveError, match="whole brownclust tagger, got a damaged"
        ):
            Tagger.load(path)

    def test_the_column_of_tags_is_kept(self, make, path):
        tagger = make().fit(SENTENCES, TAGS)
        for name in (None, "upos"):
            tagger.tag_column = name
            tagger.save(path)
            assert Tagger.load(path).tag_column == name

    def test_newer_files(self, make, path):
        make().fit(SENTENCES, TAGS).save(path)
        rewrite(path, format_version=2)
        with pytest.raises(ArchiveError, match="run: pip install --upgrade brownclust"):
            Tagger.load(path)

    def test_files_of_another_algorithm(self, make, path):
        tagger = make().fit(SENTENCES, TAGS)
        tagger.save(path)
        [other] = {*KINDS} - {type(tagger)}
        with pytest.raises(ArchiveError) as caught:
            other.load(path)
        expected = f"a tagger of {other.algorithm}, got one of '{tagger.algorithm}'"
        assert str(caught.value) == f"{path}: expected {expected}"

    # --- Errors ---------------------------------------------------------------

    @pytest.mark.parametrize(
        ("sentences", "tags", "message"),
        [
            ([["a"]], [], r" must be of 1 sentences, as many as there are, got 0"),
            ([["a"]], [["X"], ["X"]], r" must be of 1 sentences, as many .*, got 2"),
            ([["a", "b"]], [["X"]], r"\[0\] must be of 2 tags, as many .*, got 1"),
            ([["a"], []], [["X"], ["Y"]], r"\[1\] must be of 0 tags, as .*, got 1"),
            ([["a"]], [[1]], r"\[0\] must be of tags, got 1"),
            ([["a"]], [[""]], r"\[0\] must be of tags, got ''"),
            ([["a"]], [[None]], r"\[0\] must be of tags, got None"),
            ([], [], r" must be of at least one token, got \[\]"),
            ([[], []], [[], []], r" must be of at least one token, got \[\]"),
        ],
    )
    def test_data_that_do_not_fit(self, make, sentences, tags, message):
        with pytest.raises(ValueError, match=f"^tags{message}"):
            make().fit(sentences, tags)
        with pytest.raises(ValueError, match=f"^dev{message}"):
            make().fit(SENTENCES, TAGS, dev=(sentences, tags))

    def test_strings_are_no_lists(self, make):
        tagger = make().fit(SENTENCES, TAGS)
        for use in (tagger.predict, lambda s: make().fit(s, TAGS[:1])):
            with pytest.raises(
                TypeError, match=r"^sentences must be lists of tokens, "
            ):
                use("the dog")
            with pytest.raises(
                TypeError, match=r"^sentence must be a list of tokens, "
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
            ({"templates": "parse"}, r"templates must be templates, or one of pos, ch"),
            ({"templates": "lower[0"}, r"templates:1: expected a term such as"),
            ({"templates": ["lower[0]", "x"]}, r"templates:2: expected a term such as"),
            ({"templates": ["pos[0]"]}, r"template must be of one of .*got 'pos\[0\]'"),
            ({"templates": ["cluster:4[0]"]}, r"clusters must be given, since templa"),
            ({"backoff": ["stem"]}, r"backoff must be one of lowercase, digits, nfc"),
            ({"columns": ()}, r"columns must be names, all different, got \(\)"),
            ({"columns": ("a", "b", "a")}, r"columns must be names, all different, g"),
            (
                {"columns": ("w", "lower")},
                r"columns must be names other than that of an ",
            ),
            ({"scheme": "bio"}, r"scheme must be one of auto, iob1, iob2, bilou, iob"),
            ({"scheme": "iob2"}, r"scheme must be auto or none, as the tags are not "),
            ({"hash_size": 0}, r"hash_size must be at least 1, got 0"),
            ({"hash_size": 2**31}, r"hash_size must be at most 2147483647, got"),
        ],
    )
    def test_parameters_that_are_none(self, make, options, message):
        tagger = make(**options)  # the constructor only keeps them
        with pytest.raises(ValueError, match=f"^{message}"):
            tagger.fit(SENTENCES, TAGS)
        with pytest.raises(NotFittedError):
            tagger.predict(SENTENCES)

    def test_tokens_must_have_all_columns(self, make):
        tagger = make(["pos[0]"], columns=("word", "pos"))
        message = r"^token must be 2 columns: word, pos, got \('a',\)"
        with pytest.raises(ValueError, match=message):
            tagger.fit([[("a", "N"), ("a",)]], [["X", "Y"]])
        tagger.fit([[("a", "N")]], [["X"]])
        with pytest.raises(ValueError, match=message):
            tagger.predict([[("a",)]])
        assert tagger.predict([[("a", "N")]]) == [["X"]]

    def test_there_are_no_clusters(self, make, tmp_path):
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


POS = ["nvnd", "dnvn", "vvnd", "ndvd"]


# --- The perceptron -----------------------------------------------------------


def perceptron(templates=PLAIN, **options):
    return PerceptronTagger(templates, **({"n_epochs": 6} | options))


NOISE = Random(0)
NOISY = [[NOISE.choice(["DET", "NOUN", "VERB"]) for _ in s] for s in SENTENCES]
"""Tags that nobody can learn: from epoch to epoch scores go up and down."""
DEV = (SENTENCES[:10], NOISY[:10])


def weights_of(tagger):
    return {name: array.tolist() for name, array in tagger.weights_.arrays().items()}


class TestPerceptron:
    def test_epochs_are_told(self):
        told = []
        tagger = perceptron().fit(SENTENCES, NOISY, on_epoch=told.append)
        assert [epoch.number for epoch in told] == [1, 2, 3, 4, 5, 6]
        assert tuple(told) == tagger.epochs_
        n_tokens = sum(map(len, SENTENCES))
        for epoch in told:
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
            ({"random_state": -1}, ValueError, "random_state must be at least 0, got"),
            ({"random_state": None}, TypeError, "random_state must be an integer, go"),
        ],
    )
    def test_parameters_that_are_none(self, options, error, message):
        with pytest.raises(error, match=f"^{message}"):
            perceptron(**options).fit(SENTENCES, TAGS)

    # --- Going on -------------------------------------------------------------

    @pytest.mark.parametrize("dev", [None, DEV], ids=["without dev", "with dev"])
    @pytest.mark.parametrize("hash_size", [None, 100])
    def test_a_break_does_not_show(self, tmp_path, dev, hash_size):
        """Training that is killed and goes on from its checkpoint."""
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
        told = []
        tagger = perceptron(**options).fit(
            *data, dev=dev, warm_start=loaded, on_epoch=told.append
        )
        assert [epoch.number for epoch in told] == [4, 5, 6, 7]
        assert len(tagger.epochs_) == 7
        one = saved(whole, tmp_path / "whole.npz")
        assert saved(tagger, tmp_path / "parts.npz") == one
        # A checkpoint does not change what is learnt, nor does going on in memory.
        beside = perceptron(**options).fit(*data, dev=dev, checkpoint=checkpoint)
        assert saved(beside, tmp_path / "beside.npz") == one
        in_memory = perceptron(**options).fit(*data, dev=dev, warm_start=killed)
        assert saved(in_memory, tmp_path / "memory.npz") == one

    def test_the_finished_tagger_has_no_state_of_training(self, path):
        perceptron().fit(SENTENCES, NOISY, checkpoint=path)
        with np.load(path) as archive:
            assert any(name.startswith("learnt.state.") for name in archive.files)
        perceptron().fit(SENTENCES, NOISY).save(path)
        with np.load(path) as archive:
            assert not any(name.startswith("learnt.state.") for name in archive.files)

    @pytest.mark.parametrize("hash_size", [None, 5000])
    def test_new_data(self, path, hash_size):
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
        assert first.predict(SENTENCES) == before  # is left as it was

    def test_going_on_with_the_same_data(self):
        first = perceptron().fit(NAMED, SPANS)
        second = perceptron(n_epochs=1).fit(NAMED, SPANS, warm_start=first)
        assert second.epochs_[0].n_updated_tokens < first.epochs_[0].n_updated_tokens
        assert second.score(NAMED, SPANS) == 1
        third = perceptron(n_epochs=1)
        third.fit(SENTENCES, TAGS)
        assert third.fit(NAMED, SPANS, warm_start=first).score(NAMED, SPANS) == 1

    def test_what_cannot_go_on(self):
        first = perceptron().fit(SENTENCES, TAGS)
        for options, name in {
            ("templates", ("lower[0]",)): "templates",
            ("columns", ("form",)): "columns",
            ("backoff", ("lowercase",)): "backoff",
            ("hash_size", 100): "hash_size",
            ("clusters", CLUSTERS): "clusters",
        }.items():
            message = f"^warm_start must be a tagger with the {name} that are asked for"
            with pytest.raises(ValueError, match=message):
                perceptron(**dict([options])).fit(SENTENCES, TAGS, warm_start=first)
        message = r"^tags must be among those of warm_start: ADJ, DET, .*, got 'NEW'"
        with pytest.raises(ValueError, match=message):
            perceptron().fit([["the", "dog"]], [["DET", "NEW"]], warm_start=first)
        with pytest.raises(NotFittedError):
            perceptron().fit(SENTENCES, TAGS, warm_start=perceptron())
        of_names = perceptron().fit(NAMED, SPANS)
        with pytest.raises(ValueError, match=r"^tags? must be .*, got"):
            perceptron().fit(SENTENCES, TAGS, warm_start=of_names)
        with pytest.raises(ValueError, match=r"^tags must be among .*got 'B-NEW'"):
            perceptron().fit([["a"]], [["B-NEW"]], warm_start=of_names)

    def test_clusters_must_be_the_same(self, path):
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
                ValueError, match=r"^warm_start must be .* the clusters "
            ):
                tagger.fit(SENTENCES, TAGS, warm_start=first)
        CLUSTERS.save(path)
        again = perceptron(lines, clusters=path)
        assert again.fit(SENTENCES, TAGS, warm_start=first).predict(SENTENCES) == TAGS

    def test_going_on_when_all_is_done(self, path, tmp_path):
        whole = perceptron().fit(SENTENCES, NOISY, checkpoint=path)
        expected = saved(whole, tmp_path / "whole.npz")
        told = []
        tagger = perceptron().fit(
            SENTENCES,
            NOISY,
            warm_start=PerceptronTagger.load(path),
            on_epoch=told.append,
        )
        assert told == []
        assert tagger.epochs_ == PerceptronTagger.load(path).epochs_
        assert saved(tagger, tmp_path / "tagger.npz") == expected

    def test_going_on_when_patience_has_run_out(self, path, tmp_path):
        data, dev = (SENTENCES[:10], NOISY[:10]), (SENTENCES[10:], NOISY[10:])
        options = {"n_epochs": 30, "patience": 2}
        whole = perceptron(**options).fit(*data, dev=dev, checkpoint=path)
        tagger = perceptron(**options)
        tagger.fit(*data, dev=dev, warm_start=PerceptronTagger.load(path))
        assert len(tagger.epochs_) == len(whole.epochs_) < 30
        one, other = tmp_path / "one.npz", tmp_path / "other.npz"
        assert saved(tagger, one) == saved(whole, other)

    def test_spans_of_another_scheme_go_on(self):
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

    def test_words_are_forgotten(self):
        tagger = perceptron().fit(SENTENCES, TAGS)
        others, _ = sentences_of_words(20, seed=1)
        expected = tagger.predict(others)
        tagger.forget_words()
        assert tagger.predict(others) == expected

    def test_compact_all(self):
        tagger = perceptron().fit(NAMED, SPANS).compact(1e6)
        assert len(tagger.weights_) == 0
        assert len(tagger.space_.conjunctions) == 0
        found = tagger.predict(NAMED)
        assert found == [convert(tags, "iob2") for tags in found]  # legal
        with pytest.raises(NotFittedError):
            perceptron().compact(1)

    def test_combinations_without_weight_are_forgotten(self):
        tagger = perceptron(["lower[-1] & lower[0]"], n_epochs=1)
        tagger.fit([["a", "b"]] * 3, [["X", "X"]] * 3)  # nothing to learn
        assert len(tagger.space_.conjunctions) == 0
        assert tagger.predict([["a", "b"]]) == [["X", "X"]]

    # --- Margins --------------------------------------------------------------

    def test_with_a_margin_right_is_not_enough(self):
        n_wrong = []
        for margin in (0, 1, 100):
            tagger = perceptron(margin=margin).fit(SENTENCES, TAGS)
            assert tagger.predict(SENTENCES) == TAGS
            n_wrong.append(sum(epoch.n_updated_tokens for epoch in tagger.epochs_))
        assert n_wrong == sorted(n_wrong)
        assert n_wrong[0] < n_wrong[2]

    def test_with_more_recall_margin_there_are_more_spans(self):
        """A word is a name two times in five: the fewer, the surer one must be."""
        sentences = [["x", "rose", "y"]] * 50
        tags = [["O", "B-PER" if i % 5 < 2 else "O", "O"] for i in range(50)]
        recalls = []
        for recall_margin in (0, 10, 100, 1000):
            tagger = perceptron(margin=1, recall_margin=recall_margin)
            tagger.fit(sentences, tags)
            recalls.append(tagger.evaluate(sentences, tags, n_bootstrap=0).recall)
        assert recalls == sorted(recalls)
        assert (recalls[0], recalls[-1]) == (0, 1)

    def test_recall_margin_is_of_spans_only(self, path):
        one = perceptron(recall_margin=0).fit(SENTENCES, NOISY)
        other = perceptron(recall_margin=500).fit(SENTENCES, NOISY)
        assert weights_of(one) == weights_of(other)


# --- CRFsuite -----------------------------------------------------------------


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

    def test_nothing_is_printed(self, capfd):
        crf().fit(SENTENCES, TAGS, dev=(SENTENCES, TAGS))
        assert capfd.readouterr() == ("", "")

    def test_development_data_are_scored_at_the_end(self):
        tagger = crf(options={"max_iterations": 3})
        tagger.fit(SENTENCES, TAGS, dev=(SENTENCES, TAGS))
        assert [epoch.dev_score for epoch in tagger.epochs_[:-1]] == [None] * 3
        assert tagger.epochs_[-1].dev_score == tagger.score(SENTENCES, TAGS)

    def test_options(self):
        smooth = crf(options={"c2": 1000.0, "max_iterations": 3})
        sharp = crf(options={"c2": 0.0, "max_iterations": 3})
        losses = [t.fit(SENTENCES, TAGS).epochs_[-1].loss for t in (smooth, sharp)]
        assert losses[0] > losses[1]
        with pytest.raises(ValueError, match=r"^options must be of .*c2.*, got 'c3'"):
            crf(options={"c3": 1}).fit(SENTENCES, TAGS)
        with pytest.raises(ValueError, match=r"^options must be of .*type.* got 'c2'"):
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
        with pytest.raises(ImportError, match=message):
            Tagger.load(path)
        assert perceptron().fit(SENTENCES, TAGS).score(SENTENCES, TAGS) == 1

    def test_rare_features_are_left_out(self):
        words = [["once", "often", "often"], ["often", "Often"]]
        tagger = crf(["word[0] min=2", "lower[0] & has_upper[0]", "word[1] & word[0]"])
        tagger.fit(words, [["X", "Y", "Y"], ["Y", "Z"]])
        names = tagger._crfsuite.info().attributes
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
