"""Taggers that use documents, a first tagger and lexicons."""

import pickle

import numpy as np
import pytest
from archives import rewrite
from synthetic import saved

from brownclust._archive import ArchiveError
from brownclust.tagger import CRFTagger, Lexicon, PerceptronTagger, Tagger
from brownclust.tagger import decoder as decoder_module
from brownclust.tagger.first_pass import N_FOLDS

TEMPLATES = [
    "lower[0]",
    "lower[-1]",
    "elsewhere.lower[-1,1]",
    "word_majority[-1..1]",
    "span_majority[0]",
    "longer_span_majority[0]",
    "lexicon[0]",
    "lexicon[0] & lower[-1]",
]
LEXICONS = [Lexicon({"city": ["Oslo", "New York"]}), Lexicon({"title": ["Mr"]})]
STORIES = [
    ([["Mr", "Lee", "left"], ["Lee", "won"]], [["O", "B-PER", "O"], ["B-PER", "O"]]),
    ([["in", "Lee", "."], ["Lee", "won"]], [["O", "B-LOC", "O"], ["B-LOC", "O"]]),
    ([["Mr", "Kim", "left"], ["Kim", "won"]], [["O", "B-PER", "O"], ["B-PER", "O"]]),
    ([["in", "Kim", "."], ["Kim", "won"]], [["O", "B-LOC", "O"], ["B-LOC", "O"]]),
] * 3
SENTENCES = [sentence for story, _ in STORIES for sentence in story]
TAGS = [tags for _, story in STORIES for tags in story]
DOCUMENTS = [i for i, (story, _) in enumerate(STORIES) for _ in story]
NEW = [["Mr", "Sun", "left"], ["Sun", "won"], ["in", "Sun", "."], ["Sun", "won"]]
NEW_TAGS = [["O", "B-PER", "O"], ["B-PER", "O"], ["O", "B-LOC", "O"], ["B-LOC", "O"]]
KINDS = {PerceptronTagger: {"n_epochs": 5}, CRFTagger: {}}


@pytest.fixture(params=KINDS, ids=lambda kind: kind.algorithm)
def make(request):
    def make(templates=TEMPLATES, **options):
        options = {**KINDS[request.param], "lexicons": LEXICONS} | options
        return request.param(templates, **options)

    return make


def fitted(tagger, **options):
    return tagger.fit(SENTENCES, TAGS, documents=DOCUMENTS, **options)


@pytest.mark.parametrize(
    "templates",
    [
        ["lower[0]", "lower[-1]", "elsewhere.lower[-1]"],
        TEMPLATES,
    ],
)
def test_a_document_shows_what_a_sentence_does_not(make, templates):
    tagger = fitted(make(templates))
    assert tagger.uses_documents
    assert tagger.predict(NEW, [1, 1, 2, 2]) == NEW_TAGS
    both = tagger.predict(NEW)  # as one document
    assert both[1] == both[3]
    assert tagger.score(NEW, NEW_TAGS, [1, 1, 2, 2]) == 1
    assert tagger.evaluate(NEW, NEW_TAGS, documents=[1, 1, 2, 2]).f1 == 1


@pytest.mark.parametrize("hash_size", [None, 4000])
def test_round_trip(make, path, tmp_path, hash_size):
    tagger = fitted(make(hash_size=hash_size), dev=(NEW, NEW_TAGS, [*"aabb"]))
    data = saved(tagger, path)
    with np.load(path) as archive:
        assert archive["format_version"] == 3
    for again in (Tagger.load(path), pickle.loads(pickle.dumps(tagger))):
        assert saved(again, tmp_path / "again") == data
        assert again.predict(NEW, [1, 1, 2, 2]) == tagger.predict(NEW, [1, 1, 2, 2])


def test_taggers_without_documents_have_no_new_version(make, path):
    saved(make(["lower[0]"], lexicons=()).fit(SENTENCES, TAGS), path)
    with np.load(path) as archive:
        assert archive["format_version"] == 1
        assert not any(n.startswith(("first_pass", "lexicon")) for n in archive.files)


def test_presets_use_documents_only_if_they_are_given(make, path, tmp_path):
    plain = make("ner", lexicons=()).fit(SENTENCES, TAGS)
    assert not plain.uses_documents
    assert plain.first_pass_ is None
    with_documents = fitted(make("ner", lexicons=()))
    assert with_documents.uses_documents
    assert with_documents.first_pass_.algorithm == "perceptron"
    assert not any("majority" in str(t) for t in with_documents.first_pass_.templates)


def test_the_second_tagger_learns_from_tags_of_others(monkeypatch):
    """Each document is tagged by a first tagger that has not seen it."""
    tagged = []
    fit, tag = PerceptronTagger.fit, PerceptronTagger._tag

    def recording_fit(tagger, sentences, *arguments, **options):
        tagger.seen = {tuple(sentence) for sentence in sentences}
        return fit(tagger, sentences, *arguments, **options)

    def recording_tag(tagger, text):
        tagged.append((tagger, [*map(tuple, text.sentences)]))
        return tag(tagger, text)

    monkeypatch.setattr(PerceptronTagger, "fit", recording_fit)
    monkeypatch.setattr(PerceptronTagger, "_tag", recording_tag)
    sentences = [[f"{word}{i}" for word in "ab"] for i in range(10)]
    tagger = PerceptronTagger(["lower[0]", "word_majority[0]"], n_epochs=1)
    tagger.fit(sentences, [["X", "Y"]] * 10, documents=[i // 2 for i in range(10)])
    assert len(tagged) == N_FOLDS
    assert sorted(one for _, part in tagged for one in part) == sorted(
        map(tuple, sentences)
    )
    for first, part in tagged:
        assert len(first.seen) == 8
        assert not first.seen & {*part}


@pytest.mark.parametrize("n", [1, 2, 6])
def test_few_sentences_and_one_document(n):
    tagger = PerceptronTagger(["lower[0]", "word_majority[0]"], n_epochs=2)
    tagger.fit([["a", "b"]] * n + [[]], [["X", "Y"]] * n + [[]])
    assert tagger.predict([["a", "b"], []]) == [["X", "Y"], []]
    assert tagger.predict([]) == []


def test_batches_do_not_matter(monkeypatch):
    tagger = fitted(PerceptronTagger(TEMPLATES, lexicons=LEXICONS, n_epochs=3))
    expected = tagger.predict(SENTENCES, DOCUMENTS)
    margins = np.concatenate(tagger.margins(SENTENCES, DOCUMENTS))
    monkeypatch.setattr(decoder_module, "_BATCH", 3)
    tagger.clear_cache()
    assert tagger.predict(SENTENCES, DOCUMENTS) == expected
    assert (np.concatenate(tagger.margins(SENTENCES, DOCUMENTS)) == margins).all()


def test_resuming_gives_the_same_result(path, tmp_path):
    class StopError(Exception):
        pass

    def stop(epoch):
        if epoch.number == 2:
            raise StopError

    def new():
        return PerceptronTagger(TEMPLATES, lexicons=LEXICONS, n_epochs=3)

    expected = saved(fitted(new()), path)
    checkpoint = tmp_path / "checkpoint.npz"
    with pytest.raises(StopError):
        fitted(new(), checkpoint=checkpoint, on_epoch=stop)
    start = PerceptronTagger.load(checkpoint)
    assert saved(fitted(new(), warm_start=start), path) == expected


def test_warm_start_with_new_data():
    options = {"lexicons": LEXICONS, "n_epochs": 3}
    start = fitted(PerceptronTagger(TEMPLATES, **options))
    tagger = PerceptronTagger(TEMPLATES, **options)
    tagger.fit(NEW, NEW_TAGS, documents=[1, 1, 2, 2], warm_start=start)
    assert tagger.predict(NEW, [1, 1, 2, 2]) == NEW_TAGS
    other = [Lexicon({"city": ["Rome"]})]
    with pytest.raises(ValueError, match="warm_start must be a tagger with the same"):
        fitted(
            PerceptronTagger(TEMPLATES, lexicons=other, n_epochs=1), warm_start=start
        )


def test_sources_and_elsewhere_together():
    class Ends:
        def strings(self, sentences):
            return [[[f"end={w[-1]}"] for w in sentence] for sentence in sentences]

    templates = ["lower[-1]", "elsewhere.lower[-1]"]
    tagger = PerceptronTagger(templates, features=[Ends()], n_epochs=3)
    fitted(tagger)
    names = {name.partition("=")[0] for name in tagger.space_.names()}
    assert names == {"lower[-1]", "elsewhere.lower[-1]", "end"}
    assert tagger.predict(SENTENCES, DOCUMENTS) == TAGS


def test_a_column_may_be_called_lexicon(path):
    tokens = [[(word, "x") for word in sentence] for sentence in SENTENCES]
    tagger = PerceptronTagger(
        ["word[0]", "lexicon[0]"], columns=("word", "lexicon"), n_epochs=2
    ).fit(tokens, TAGS)
    assert "lexicon[0]=x" in tagger.space_.names()
    data = saved(tagger, path)
    with np.load(path) as archive:
        assert archive["format_version"] == 1
    assert saved(Tagger.load(path), path) == data


@pytest.mark.parametrize(
    ("templates", "message"),
    [
        (["lower[0]", "lexicon[0]"], "^lexicons must be given, because a template has"),
        (["word_majority[0]"], "^templates must be not of word_majority, "),
    ],
)
def test_wrong_parameters(templates, message):
    with pytest.raises(ValueError, match=message):
        PerceptronTagger(templates).fit(SENTENCES, TAGS)


def test_wrong_documents():
    tagger = PerceptronTagger(["lower[0]"], n_epochs=1)
    with pytest.raises(
        ValueError, match=r"^len\(documents\) must be 24, one label a s"
    ):
        tagger.fit(SENTENCES, TAGS, documents=[1])
    with pytest.raises(
        ValueError, match=r"^len\(dev\[2\]\) must be 4, one label a sen"
    ):
        tagger.fit(SENTENCES, TAGS, dev=(NEW, NEW_TAGS, [1]))
    tagger.fit(SENTENCES, TAGS)
    with pytest.raises(
        ValueError, match=r"^len\(documents\) must be 4, one label a se"
    ):
        tagger.predict(NEW, [1])


@pytest.mark.parametrize(
    "change",
    [
        {"lexicon.type_numbers": np.array([0, 0, 7], np.int32)},
        {"lexicon.type_numbers": np.zeros(3)},
        {"lexicon.phrases.text": np.zeros(3, np.uint8)},
        {"first_pass.learnt.weights.tags": np.zeros(0, np.int32)},
        {"first_pass.space.conjunctions": np.array([-1])},
        {"first_pass": None},
    ],
)
def test_damaged_files(path, change):
    fitted(PerceptronTagger(TEMPLATES, lexicons=LEXICONS, n_epochs=1)).save(path)
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    if "first_pass" in change:  # all of it is missing
        change = {name: None for name in arrays if name.startswith("first_pass")}
    rewrite(path, **change)
    with pytest.raises(ArchiveError, match="whole brownclust tagger, got a damaged"):
        Tagger.load(path)
