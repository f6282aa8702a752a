"""The network of `neural_tagger`; only where PyTorch is installed, so not in CI."""

from itertools import pairwise, product

import numpy as np
import pytest

from benchmarks.experiments.common.tasks import score
from benchmarks.experiments.neural.inputs import Inputs
from brownclust import WordClusters

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
torch.set_num_threads(1)

CLUSTERS = WordClusters(
    ["the", "a", "dog", "cat", "ran"], ["00", "00", "01", "01", "1"]
)
DATA = (
    [["the", "dog", "ran"], ["a", "cat", "ran"], ["the", "cat"], ["a", "dog"]] * 4,
    [["D", "N", "V"], ["D", "N", "V"], ["D", "N"], ["D", "N"]] * 4,
)


@pytest.mark.parametrize("length", [1, 2, 4])
def test_crf_against_all_sequences(length):
    from benchmarks.experiments.neural.output import CRF

    torch.manual_seed(length)
    crf = CRF(3)
    torch.nn.init.normal_(crf.first)
    torch.nn.init.normal_(crf.pairs)
    scores = torch.randn(2, length, 3)
    tags = torch.randint(3, (2, length))
    first, pairs = crf.first.detach().numpy(), crf.pairs.detach().numpy()

    def of(sentence, sequence):
        found = first[sequence[0]]
        found += sum(scores[sentence, i, t].item() for i, t in enumerate(sequence))
        return found + sum(pairs[a, b] for a, b in pairwise(sequence))

    loss = 0.0
    for sentence in range(2):
        every = {s: of(sentence, s) for s in product(range(3), repeat=length)}
        total = np.log(sum(np.exp(value) for value in every.values()))
        loss += total - every[tuple(tags[sentence].tolist())]
        best = max(every, key=lambda sequence: every[sequence])
        assert crf.best(scores)[sentence].tolist() == [*best]
    assert crf.loss(scores, tags).item() == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("is_crf", [False, True])
def test_a_tagger_learns_and_is_equal_for_equal_seeds(is_crf):
    from benchmarks.experiments.neural.training import NeuralTagger, Training

    training = Training(hidden=8, min_batches=10, max_rounds=6, rate=0.02)
    state = torch.random.get_rng_state()
    found = []
    for _ in range(2):
        inputs = Inputs(["words", "characters", "prefixes"], DATA[0], CLUSTERS)
        scores = []
        tagger = NeuralTagger(inputs, training, is_crf=is_crf, seed=3)
        tagger.fit(DATA, DATA, score, lambda _, value, to=scores: to.append(value))
        assert len(scores) == tagger.n_rounds
        assert scores[tagger.best_round - 1] == max(scores) == 100
        found.append((scores, tagger.best_round, tagger.predict([["a"], ["dog"]])))
    assert found[0] == found[1]
    assert torch.equal(torch.random.get_rng_state(), state)


def test_prediction_does_not_depend_on_the_other_sentences():
    from benchmarks.experiments.neural.training import NeuralTagger, Training

    inputs = Inputs(["words"], DATA[0], CLUSTERS)
    tagger = NeuralTagger(inputs, Training(max_rounds=1), is_crf=True, seed=0)
    tagger.fit(DATA, DATA, score)
    alone = [tagger.predict([sentence])[0] for sentence in DATA[0]]
    assert tagger.predict(DATA[0]) == alone
