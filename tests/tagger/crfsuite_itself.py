"""CRFsuite's own tagger, with the model and the features of one of ours."""

import numpy as np
import pycrfsuite

from brownclust.tagger.crf import _without_nul, feature_strings
from brownclust.tagger.documents import Text
from brownclust.tagger.encoding import encode, features_of_rows


def crfsuite_of(tagger):
    """Return CRFsuite's tagger for the model of ours."""
    crfsuite = pycrfsuite.Tagger()
    crfsuite.open_inmemory(tagger._model)
    return crfsuite


def strings_of(tagger, sentences):
    """Return the features of each sentence as CRFsuite takes them."""
    space = tagger.space_
    rows = space.rows()
    text = encode(space, Text.of(sentences), rows)
    n_counted = space.n_features if space.hash_size is None else 0
    of_rows = features_of_rows(space, text, rows, np.ones(n_counted, bool))
    names = _without_nul(space.names())
    return [*feature_strings(space, text, *of_rows, names)]
