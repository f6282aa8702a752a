"""Cost of margins and probabilities, next to that of tagging alone.

``python -m benchmarks.certainty FILE [COLUMN]`` trains taggers on the first 2,000
sentences of a file of columns, and prints processor seconds for all sentences, the
median of five runs. CRFsuite's own marginals, tag by tag, are timed on the first 200
sentences, and scaled to the tokens of all.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

from brownclust.tagger import CRFTagger, PerceptronTagger, read_tagged
from brownclust.tagger.crf import feature_strings
from brownclust.tagger.encoding import encode, features_of_rows

N_TRAINING = 2000
N_CRFSUITE = 200
N_RUNS = 5


def seconds(call: Callable[[], Any]) -> float:
    """Return the median processor time of a call, after a first one that compiles."""
    call()
    times = []
    for _ in range(N_RUNS):
        started = process_time()
        call()
        times.append(process_time() - started)
    return median(times)


def crfsuite_marginals(tagger: CRFTagger, sentences: list[list[str]]) -> None:
    """Ask CRFsuite for the probability of each tag of each token."""
    import numpy as np
    import pycrfsuite

    space = tagger.space_
    rows = space.rows()
    text = encode(space, tagger._text(sentences, None), rows)
    of_rows = features_of_rows(space, text, rows, np.ones(space.n_features, bool))
    crfsuite = pycrfsuite.Tagger()
    crfsuite.open_inmemory(tagger._model)
    labels = crfsuite.labels()
    for strings in feature_strings(space, text, *of_rows, tagger._names):
        crfsuite.set(strings)
        for t in range(len(strings)):
            for label in labels:
                crfsuite.marginal(label, t)


def main(path: str, column: str | None = None) -> None:
    """Print a line for each task."""
    sentences, tags = read_tagged(path, tag=None if column is None else int(column))
    training = sentences[:N_TRAINING], tags[:N_TRAINING]
    n_tokens = sum(map(len, sentences))
    perceptron = PerceptronTagger("pos", n_epochs=5).fit(*training)
    crf = CRFTagger("pos", options={"max_iterations": 20}).fit(*training)
    print(f"{len(sentences):,} sentences, {n_tokens:,} tokens, seconds")
    for name, call in (
        ("perceptron, tags", lambda: perceptron.predict(sentences)),
        ("perceptron, margins", lambda: perceptron.margins(sentences)),
        ("crf, tags", lambda: crf.predict(sentences)),
        ("crf, probabilities", lambda: crf.predict_marginals(sentences)),
    ):
        print(f"{name:30} {seconds(call):7.3f}")
    few = sentences[:N_CRFSUITE]
    scaled = seconds(lambda: crfsuite_marginals(crf, few)) * n_tokens
    print(f"{'CRFsuite, probabilities':30} {scaled / sum(map(len, few)):7.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
