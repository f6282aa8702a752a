"""Viterbi, training and tagging against brute force and plain Python."""

from collections import Counter
from fractions import Fraction
from itertools import chain, pairwise, product
from unittest.mock import patch

import numpy as np
import pytest
from callable_kernels import callable_alone
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import examples

from brownclust._kernels.tagger import decoding
from brownclust._kernels.tagger.perceptron import (
    DENSE_FACTOR,
    MAX_CAPACITY_PER_ENTRY,
    N_ENTRIES,
)
from brownclust.tagger import PerceptronTagger, decoder, perceptron_state
from brownclust.tagger.crf import feature_strings
from brownclust.tagger.decoder import Decoder
from brownclust.tagger.documents import Text
from brownclust.tagger.encoding import encode, features_of_rows
from brownclust.tagger.perceptron_state import PerceptronState
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.weights import Weights, entry_capacities, follower_ranges

find_best_tags = callable_alone(decoding.find_best_tags)

FORBIDDEN = -(2**29)
TYPES = (np.int32, np.float32)

# --- Viterbi ------------------------------------------------------------------


def best_tags(scores, transitions, ends, dtype, first=0):
    """Return the tags that the kernel writes, for integer or float scores."""
    n_tokens, n_tags = np.shape(scores)
    tags = np.full(first + n_tokens + 1, -7, np.int32)
    find_best_tags(
        np.array(scores, dtype),
        n_tokens,
        np.array(transitions, dtype),
        np.array(ends, dtype),
        np.array(list(map(follower_range_by_hand, transitions[:-1])), np.int64),
        np.empty(n_tags, dtype),
        np.empty((n_tokens, n_tags), np.int32),
        tags,
        first,
    )
    assert (tags[:first] == -7).all()
    assert tags[-1] == -7
    return tags[first:-1].tolist()


def follower_range_by_hand(weights):
    """Return the first tag that may follow, and the last plus one."""
    allowed = [tag for tag, weight in enumerate(weights) if weight > FORBIDDEN / 2]
    return (allowed[0], allowed[-1] + 1) if allowed else (0, len(weights))


def score_of(tags, scores, transitions, ends):
    """Return the score of a sequence, in Python's integers."""
    total = transitions[-1][tags[0]] + ends[tags[-1]]
    total += sum(transitions[one][other] for one, other in pairwise(tags))
    return total + sum(
        of_token[tag] for of_token, tag in zip(scores, tags, strict=True)
    )


def best_of_all(scores, transitions, ends):
    """Return the best sequence; of equals that with the lowest tags from the end."""
    sequences = product(range(len(ends)), repeat=len(scores))
    return min(
        sequences, key=lambda s: (-score_of(s, scores, transitions, ends), s[::-1])
    )


@st.composite
def problems(draw, values):
    """Scores, transitions and ends; the first tag, like O, is never forbidden."""
    n_tags, n_tokens = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    rows = st.lists(values, min_size=n_tags, max_size=n_tags)
    scores = draw(st.lists(rows, min_size=n_tokens, max_size=n_tokens))
    allowed = st.lists(st.booleans(), min_size=n_tags, max_size=n_tags)
    transitions = draw(st.lists(rows, min_size=n_tags + 1, max_size=n_tags + 1))
    for row in transitions:
        may_follow = draw(allowed)
        for tag in range(n_tags):
            if tag and not may_follow[tag]:
                row[tag] = FORBIDDEN
    ends = [0 if tag == 0 or ok else FORBIDDEN for tag, ok in enumerate(draw(allowed))]
    # There is an allowed sequence: the first tag may always follow itself.
    for i in range(1, n_tags):
        if not draw(st.booleans()):
            transitions[i][0] = FORBIDDEN
    return scores, transitions, ends


@pytest.mark.parametrize("dtype", TYPES)
@examples(300)
@given(problem=problems(st.integers(-3, 3)), first=st.sampled_from([0, 4]))
def test_best_of_all_sequences_with_ties_decided_from_the_end(dtype, problem, first):
    expected = best_of_all(*problem)
    assert score_of(expected, *problem) > FORBIDDEN // 2
    assert best_tags(*problem, dtype, first) == list(expected)


@pytest.mark.parametrize("dtype", TYPES)
def test_ties(dtype):
    none = [[0, 0]] * 3
    assert best_tags(none, none, [0, 0], dtype) == [0, 0, 0]
    # 0 1 and 1 0 have equal scores: the lowest last tag wins, not the lowest first.
    apart = [[-1, 0], [0, -1], [0, 0]]
    assert best_tags([[0, 0]] * 2, apart, [0, 0], dtype) == [1, 0]


@given(problems(st.integers(-(2**20), 2**20)))
def test_large_integers(problem):
    assert best_tags(*problem, np.int32) == list(best_of_all(*problem))


@given(problems(st.floats(-100, 100, width=32)))
def test_floats_up_to_rounding(problem):
    found = best_tags(*problem, np.float32)
    best = score_of(best_of_all(*problem), *problem)
    assert score_of(found, *problem) == pytest.approx(best, abs=0.01)


@pytest.mark.parametrize("dtype", TYPES)
def test_scores_of_long_sentences_do_not_overflow(dtype):
    """Their sum is far above the range of 32 bits."""
    n_tokens, large = 100_000, 2**26
    random = np.random.default_rng(0)
    right = random.integers(0, 3, n_tokens)
    right[::7] = 0
    scores = np.full((n_tokens, 3), large - 1)
    scores[np.arange(n_tokens), right] = large if dtype == np.int32 else large + 64
    transitions = np.zeros((4, 3), int)
    assert best_tags(scores, transitions, [0, 0, 0], dtype) == right.tolist()
    assert best_tags(-2 * large + scores, transitions, [0] * 3, dtype) == right.tolist()
    # The same with spans, where most transitions are forbidden.
    tag_set = TagSet.learn([["B-X", "I-X", "I-X", "O", "B-X"]] * 2)
    n_tags = len(tag_set)
    transitions, ends = tag_set.penalties()
    of_spans = random.integers(-large, large, (n_tokens, n_tags))
    found = best_tags(of_spans, transitions, ends, dtype)
    steps = [transitions[-1][found[0]], ends[found[-1]]]
    steps += [transitions[one][other] for one, other in pairwise(found)]
    assert not np.any(steps)


@given(problems(st.integers(-3, 3)))
def test_follower_ranges(problem):
    transitions = problem[1]
    expected = list(map(follower_range_by_hand, transitions[:-1]))
    for dtype in TYPES:
        assert [
            *map(tuple, follower_ranges(np.array(transitions, dtype)).tolist())
        ] == expected


# --- The naive perceptron -----------------------------------------------------


class Naive:
    """Weights by feature name and tag, and their sums over all steps."""

    def __init__(self, tag_set, unit, weights=(), transitions=None):
        self.unit = unit
        self.n_tags = len(tag_set)
        allowed, ends = tag_set.penalties()
        self.allowed, self.ends = allowed.tolist(), ends.tolist()
        self.weights, self.sums = Counter(dict(weights)), Counter()
        self.n_steps = 0
        for pair in transitions or ():
            self.weights[pair] = transitions[pair]

    def scores(self, sentence):
        return [
            [
                sum(self.weights[feature, tag] for feature in features)
                for tag in range(self.n_tags)
            ]
            for features in sentence
        ]

    def transitions(self):
        return [
            [
                self.weights[before, tag] + self.allowed[before][tag]
                for tag in range(self.n_tags)
            ]
            for before in range(self.n_tags + 1)
        ]

    def best(self, scores):
        """Return the best sequence by dynamic programming; ties as in `best_of_all`."""
        transitions = self.transitions()
        paths = [
            (-(scores[0][tag] + transitions[-1][tag]), (tag,))
            for tag in range(self.n_tags)
        ]
        for of_token in scores[1:]:
            paths = [
                min(
                    (cost - transitions[path[0]][tag] - of_token[tag], (tag, *path))
                    for cost, path in paths
                )
                for tag in range(self.n_tags)
            ]
        ended = ((cost - self.ends[path[0]], path) for cost, path in paths)
        return min(ended)[1][::-1]

    def learn(self, sentence, gold, margin, recall_margin, outside):
        scores = self.scores(sentence)
        for of_token, right in zip(scores, gold, strict=True):
            for tag in range(self.n_tags):
                if tag != right:
                    of_token[tag] += margin * self.unit
            if outside not in (right, -1):
                of_token[outside] += recall_margin * self.unit
        found = self.best(scores)
        for features, good, bad in zip(sentence, gold, found, strict=True):
            for feature in features if good != bad else ():
                self.weights[feature, good] += self.unit
                self.weights[feature, bad] -= self.unit
        for tags, change in ((gold, self.unit), (found, -self.unit)):
            for pair in pairwise((self.n_tags, *tags)):
                self.weights[pair] += change
        self.sums.update(self.weights)
        self.n_steps += 1
        return sum(good != bad for good, bad in zip(gold, found, strict=True))

    def averages(self):
        scale = self.unit * self.n_steps
        return {name: Fraction(s, scale) for name, s in self.sums.items() if s}


class Letters:
    def strings(self, sentences):
        return [[[f"letter={c}" for c in word] for word in s] for s in sentences]


LINES = "lower[-1..1]\nsuffix:1[0]\nlower[0] & lower[-1]\nlower[0] & has_upper[1]"


def prepare(sentences, tags, hash_size=None):
    """Return the space, the tag set, and the training text."""
    tagger = PerceptronTagger(LINES, features=[Letters()], hash_size=hash_size)
    data = tagger._prepare(sentences, tags)
    return tagger.space_, tagger.tag_set_, data


def numbers_of(space, sentences):
    """Return the features of each token, as names made of their numbers."""
    rows = space.rows()
    text = encode(space, Text.of(sentences), rows)
    of_rows = features_of_rows(space, text, rows, np.ones(space.n_features, bool))
    names = [f"f{number}" for number in range(space.n_features)]
    return list(feature_strings(space, text, *of_rows, names))


def state_of(space, tag_set, unit=1):
    return PerceptronState(space.n_features, *tag_set.penalties(), unit)


def as_dict(weights):
    """Return averaged weights by the names that `Naive` uses."""
    found = {
        pair: value
        for pair, value in np.ndenumerate(weights.transitions)
        if value > FORBIDDEN / 2 and value != 0
    }
    for feature, (start, end) in enumerate(pairwise(weights.entry_starts.tolist())):
        entries = zip(
            weights.tags[start:end].tolist(), weights.values[start:end], strict=True
        )
        for tag, value in entries:
            assert (f"f{feature}", tag) not in found
            found[f"f{feature}", tag] = value
    return found


def rounded(averages):
    """Round to 64-bit floats, then to 32-bit floats, as the package does."""
    return {name: np.float32(float(value)) for name, value in averages.items()}


words = st.sampled_from(["a", "A", "bo", "Bo", "c"])
sentences_of_words = st.lists(
    st.lists(words, min_size=1, max_size=5), min_size=1, max_size=5
)
SPANS = [["B-X", "I-X"], ["B-X"], ["O"], ["B-Y"], ["O", "O"], ["B-Y", "I-Y", "I-Y"]]
span_tags = st.lists(st.sampled_from(SPANS), min_size=5, max_size=5).map(
    lambda parts: list(chain(*parts))
)
plain_tags = st.lists(st.sampled_from("PQR"), min_size=5, max_size=5)


@st.composite
def tagged(draw):
    """Sentences with tags that mark spans or not, cut to the sentence's length."""
    sentences = draw(sentences_of_words)
    tags_of_one = draw(st.sampled_from([span_tags, plain_tags]))
    return sentences, [draw(tags_of_one)[: len(s)] for s in sentences]


@examples(80)
@given(
    tagged(),
    st.sampled_from([1, 64]),
    st.sampled_from([(0, 0), (1, 0), (30, 0), (2, 3), (0, 30)]),
    st.integers(0, 3),
    st.sampled_from([None, 2, 50]),
)
def test_training_is_exact(tagged, unit, margins, seed, hash_size):
    sentences, tags = tagged
    space, tag_set, data = prepare(sentences, tags, hash_size)
    of_tokens = numbers_of(space, sentences)
    state, naive = state_of(space, tag_set, unit), Naive(tag_set, unit)
    gold = [tag_set.encode([of_one]).tolist() for of_one in tags]
    random = np.random.default_rng(seed)
    for _ in range(4):
        order = random.permutation(len(sentences))
        wrong = [
            naive.learn(of_tokens[i], gold[i], *margins, data.outside) for i in order
        ]
        counts = state.run_epoch(data, order, *margins)
        assert counts == (np.count_nonzero(wrong), sum(wrong))
        assert as_dict(state.averaged()) == rounded(naive.averages())


@examples(40)
@given(tagged(), st.sampled_from([1, 5, 100]))
def test_enlarging_arrays_changes_nothing(tagged, capacity):
    sentences, tags = tagged
    space, tag_set, data = prepare(sentences, tags)
    large = state_of(space, tag_set)
    with patch.object(perceptron_state, "_INITIAL_CAPACITY", capacity):
        small = state_of(space, tag_set)
    order = np.arange(len(sentences))
    for _ in range(3):
        assert small.run_epoch(data, order, 2, 1) == large.run_epoch(data, order, 2, 1)
    assert small.state.tolist() == large.state.tolist()
    assert (
        small.state[N_ENTRIES] <= small.totals.size <= max(large.totals.size, capacity)
    )
    for name, array in large.arrays().items():
        assert small.arrays()[name].tolist() == array.tolist()


def test_many_tags_of_one_feature():
    """The feature moves to twice its capacity several times."""
    tags = [[f"T{i:03}"] for i in range(120)]
    sentences = [["a"]] * 120
    with patch.object(perceptron_state, "_INITIAL_CAPACITY", 64):
        space, tag_set, data = prepare(sentences, tags)
        state = state_of(space, tag_set)
    [of_tokens, *_] = numbers_of(space, sentences)
    naive = Naive(tag_set, 1)
    state.run_epoch(data, np.arange(120), 5, 0)
    for i in range(120):
        naive.learn(of_tokens, [i], 5, 0, -1)
    averages = as_dict(state.averaged())
    assert averages == rounded(naive.averages())
    assert len({tag for name, tag in averages if name == of_tokens[0][0]}) == 120


@pytest.mark.parametrize("n_tokens", [1, 5, 9, 17])
@pytest.mark.parametrize("tags_a_token", [2, 6, 12])
def test_entries_of_a_new_feature_in_many_tokens_with_many_tags(n_tokens, tags_a_token):
    """An update must never write after the end of the arrays."""
    n_tags = n_tokens * tags_a_token
    learnt = [[f"T{i:03}"] for i in range(n_tags)]
    gold = [f"T{i:03}" for i in range(n_tokens, 2 * n_tokens)]
    tagger = PerceptronTagger("has_upper[0]")
    data = tagger._prepare([*[["a"]] * n_tags, ["A"] * n_tokens], [*learnt, gold])
    transitions = np.zeros((n_tags + 1, n_tags), np.int32)
    path = [n_tags, *range(n_tokens)]  # predicted for the sentence; all tags are wrong
    transitions[path[:-1], path[1:]] = 100
    for capacity in range(2, 16 * n_tokens, n_tokens):
        with patch.object(perceptron_state, "_INITIAL_CAPACITY", capacity):
            state = PerceptronState(
                tagger.space_.n_features, transitions, np.zeros(n_tags, np.int32)
            )
        assert state.run_epoch(data, np.array([n_tags]), 0, 0) == (1, n_tokens)
        assert 0 < state.state[N_ENTRIES] <= state.totals.size


@pytest.mark.parametrize("n_tags", [1, 2, 3, 7, 12, 13, 45, 48, 67, 96, 137, 500])
def test_bound_of_new_entries(n_tags):
    """A feature of `start` entries gets two new tags from each of m tokens."""
    for start in range(n_tags + 1):
        taken, size = [0], start
        capacity = int(entry_capacities(np.array([start]), n_tags)[0])
        is_dense = capacity == n_tags
        for _ in range(40):
            for _ in range(2):
                if not is_dense and size < n_tags:
                    if size in (0, capacity):
                        capacity = max(2 * size, 2)
                        is_dense = DENSE_FACTOR * capacity >= n_tags
                        capacity = n_tags if is_dense else capacity
                        taken[-1] += capacity
                    size += 1
            taken.append(taken[-1])
        bound = min(MAX_CAPACITY_PER_ENTRY * (start + 2), 2 * n_tags)
        assert all(used <= m * bound for m, used in enumerate(taken[:-1], start=1))


@examples(40)
@given(tagged(), st.integers(1, 3))
def test_a_state_restored_from_arrays_trains_the_same(tagged, n_epochs):
    sentences, tags = tagged
    space, tag_set, data = prepare(sentences, tags)
    state, order = state_of(space, tag_set), np.arange(len(sentences))
    for _ in range(n_epochs):
        state.run_epoch(data, order, 3, 3)
    assume(state.state[N_ENTRIES] > 0)
    copy = PerceptronState.from_arrays(state.arrays())
    assert copy.has_weights.tolist() == state.has_weights.tolist()
    for _ in range(2):
        assert copy.run_epoch(data, order, 3, 3) == state.run_epoch(data, order, 3, 3)
    assert as_dict(copy.averaged()) == as_dict(state.averaged())
    arrays = state.arrays()
    for name, wrong in {
        "headers": arrays["headers"] + (10**6 << perceptron_state.SIZE_BITS),
        "entry_tags": arrays["entry_tags"] + len(tag_set),
        "entry_weights": arrays["entry_weights"][:-1],
        "totals": arrays["totals"][1:],
        "state": arrays["state"] + 1,
    }.items():
        with pytest.raises(
            ValueError, match=r"^a training state whose arrays do not fit"
        ):
            PerceptronState.from_arrays(arrays | {name: wrong})
    with pytest.raises(TypeError):
        PerceptronState.from_arrays(arrays | {"totals": arrays["totals"] / 2})


@examples(40)
@given(tagged())
def test_training_from_averages(tagged):
    """They are rounded to 1 / 64, and the new averages do not include them."""
    sentences, tags = tagged
    space, tag_set, data = prepare(sentences, tags)
    of_tokens = numbers_of(space, sentences)
    first, order = state_of(space, tag_set), np.arange(len(sentences))
    first.run_epoch(data, order, 4, 1)
    start = first.averaged()
    whole = {
        name: int(np.rint(np.float64(value) * 64))
        for name, value in as_dict(start).items()
    }
    naive, state = Naive(tag_set, 64, whole), PerceptronState.from_weights(start, 64)
    expected = {name: weight / 64 for name, weight in whole.items() if weight}
    assert as_dict(state.averaged()) == expected
    wrong = [
        naive.learn(tokens, tag_set.encode([of_one]).tolist(), 4, 1, data.outside)
        for tokens, of_one in zip(of_tokens, tags, strict=True)
    ]
    assert state.run_epoch(data, order, 4, 1) == (np.count_nonzero(wrong), sum(wrong))
    assert as_dict(state.averaged()) == rounded(naive.averages())


def test_renumbered_states_and_weights():
    tags = [["P", "Q"], ["R", "P"]]
    space, tag_set, data = prepare([["a", "bo"], ["c", "A"]], tags)
    state = state_of(space, tag_set)
    state.run_epoch(data, np.arange(2), 1, 0)
    places = np.cumsum(np.arange(space.n_features) % 3 + 1)  # ascending, with gaps
    renumbered = state.renumbered(places, places[-1] + 2)
    expected = {
        (f"f{places[int(name[1:])]}" if isinstance(name, str) else name, tag): value
        for (name, tag), value in as_dict(state.averaged()).items()
    }
    assert as_dict(renumbered.averaged()) == expected
    weights = state.averaged().renumbered(places, places[-1] + 2)
    assert as_dict(weights) == expected
    assert weights.has_weights.tolist() == renumbered.has_weights.tolist()
    renumbered.totals[:] = 0  # a copy: the first is unchanged
    assert as_dict(state.averaged()) != as_dict(renumbered.averaged())


def test_weights_that_could_overflow_scores_are_an_error():
    tags = [["P", "Q"]]
    space, tag_set, data = prepare([["a", "bo"]], tags)
    state = state_of(space, tag_set, unit=2**26)
    with pytest.raises(ValueError, match=r"^margin must be smaller: weights must stay"):
        state.run_epoch(data, np.arange(1), 1, 0)


# --- Tagging ------------------------------------------------------------------


def random_weights(space, tag_set, seed):
    random = np.random.default_rng(seed)
    has_weight = random.random((space.n_features, len(tag_set))) < 0.4
    transitions, ends = tag_set.penalties()
    values = random.normal(0, 1, has_weight.sum()).astype(np.float32)
    return Weights(
        np.append(0, np.cumsum(has_weight.sum(axis=1))),
        np.nonzero(has_weight)[1].astype(np.int32),
        values,
        (transitions + random.normal(0, 1, transitions.shape)).astype(np.float32),
        ends.astype(np.float32),
    )


class NaiveTagger(Naive):
    def __init__(self, tag_set, weights):
        super().__init__(tag_set, 1)
        self.weights.update({k: float(value) for k, value in as_dict(weights).items()})
        # Forbidden transitions have a random part too, too small to matter.
        self.allowed = weights.transitions.tolist()

    def transitions(self):
        return self.allowed


@examples(60)
@given(
    tagged(),
    st.lists(st.lists(words | st.just("new"), max_size=6), max_size=6),
    st.integers(0, 100),
    st.sampled_from([None, 2, 50]),
)
def test_tags_are_the_best(tagged, others, seed, hash_size):
    sentences, tags = tagged
    space, tag_set, _ = prepare(sentences, tags, hash_size)
    weights = random_weights(space, tag_set, seed)
    naive = NaiveTagger(tag_set, weights)
    found = Decoder(space, weights).tag(Text.of(others)).tolist()
    assert len(found) == sum(map(len, others))
    for of_tokens in filter(None, numbers_of(space, others)):
        scores = naive.scores(of_tokens)
        best = naive.best(scores)
        mine, found = found[: len(of_tokens)], found[len(of_tokens) :]
        transitions = naive.transitions()
        totals = [score_of(t, scores, transitions, naive.ends) for t in (mine, best)]
        assert totals[0] == pytest.approx(totals[1], abs=1e-3)
        if tuple(mine) != best:  # only if they are equal up to rounding
            assert abs(totals[0] - totals[1]) < 1e-3
        assert totals[0] > FORBIDDEN / 2


@pytest.fixture(scope="module")
def much():
    """A space, weights, and many sentences, some of them long."""
    random = np.random.default_rng(1)
    vocabulary = [f"{c}{d}" for c in "abcdeABCDE" for d in range(10)]
    sizes = [0, 1, 700, *random.integers(0, 9, 100), 0]
    sentences = [random.choice(vocabulary, n).tolist() for n in sizes]
    kinds = ["B-X", "I-X", "O", "B-Y", "I-Y"]
    tags = [random.choice(kinds, len(sentence)).tolist() for sentence in sentences]
    space, tag_set, _ = prepare(sentences[::2], tags[::2])
    return space, random_weights(space, tag_set, 0), sentences


def test_tags_do_not_depend_on_the_batch(much, monkeypatch):
    space, weights, sentences = much
    tag = Decoder(space, weights).tag
    expected = tag(Text.of(sentences)).tolist()
    assert len({*expected}) > 5
    assert tag(Text.of(sentences)).tolist() == expected  # with all rows in the cache
    fresh = Decoder(space, weights)
    one_by_one = [fresh.tag(Text.of([sentence])).tolist() for sentence in sentences]
    assert list(chain(*one_by_one)) == expected
    for size in (1, 10, 700):
        monkeypatch.setattr(decoder, "_BATCH", size)
        assert Decoder(space, weights).tag(Text.of(sentences)).tolist() == expected
        assert tag(Text.of(sentences[::-1])).size == len(expected)
        assert tag(Text.of(sentences)).tolist() == expected
    assert tag(Text.of([])).tolist() == tag(Text.of([[], []])).tolist() == []
    assert tag(Text.of([])).dtype == np.int32


def test_clearing_the_cache_changes_no_tags(much, monkeypatch):
    space, weights, sentences = much
    expected = Decoder(space, weights).tag(Text.of(sentences)).tolist()
    cleared = []
    clear_cache = Decoder._clear_cache
    monkeypatch.setattr(
        Decoder, "_clear_cache", lambda self: (cleared.append(1), clear_cache(self))
    )
    monkeypatch.setattr(decoder, "_BATCH", 20)
    monkeypatch.setattr(decoder, "_MAX_CACHE_BYTES", 1000)
    small = Decoder(space, weights)
    for _ in range(2):
        assert small.tag(Text.of(sentences)).tolist() == expected
    assert len(cleared) > 10


def test_weights_from_arrays():
    weights = Weights(
        np.array([0, 2, 2, 3]),
        np.array([0, 1, 1], np.int32),
        np.array([0.5, -2, 1], np.float32),
        np.zeros((3, 2), np.float32),
        np.zeros(2, np.float32),
    )
    arrays = weights.arrays()
    assert len(Weights.from_arrays(arrays)) == 3
    for name, wrong in {
        "entry_counts": [np.array([2, 2]), np.array([4, -2, 1]), np.array([[2, 0, 1]])],
        "tags": [np.array([0, 2, 1], np.int32), np.array([0, -1, 1], np.int32)],
        "values": [np.zeros(2, np.float32)],
        "transitions": [np.zeros((2, 2), np.float32)],
        "ends": [np.zeros(1, np.float32)],
    }.items():
        for array in wrong:
            with pytest.raises(
                ValueError, match=r"^weights whose arrays do not fit together"
            ):
                Weights.from_arrays(arrays | {name: array})
    with pytest.raises(TypeError):
        Weights.from_arrays(arrays | {"tags": arrays["values"]})


def test_weights_without_small_and_of_some_features():
    weights = Weights(
        np.array([0, 2, 2, 3, 5]),
        np.array([0, 1, 1, 0, 1], np.int32),
        np.array([0.5, -2, 1, -0.5, 3], np.float32),
        np.ones((3, 2), np.float32),
        np.zeros(2, np.float32),
    )
    large = weights.without_small(0.5)
    assert large.entry_starts.tolist() == [0, 1, 1, 2, 3]
    assert large.tags.tolist() == [1, 1, 1]
    assert large.values.tolist() == [-2, 1, 3]
    assert large.transitions is weights.transitions
    assert weights.has_weights.tolist() == [True, False, True, True]
    some = weights.of_features(np.array([0, 1, 3]))
    assert some.entry_starts.tolist() == [0, 2, 2, 4]
    assert some.tags.tolist() == [0, 1, 0, 1]
    assert some.values.tolist() == [0.5, -2, -0.5, 3]
