"""Word dropout: in training, words are hidden at random, as if they were unknown.

Between `encoding`, which numbers features, and `training_text`, which trains on them.
"""

from dataclasses import replace

import numpy as np

from brownclust._kernels.tagger.perceptron import TokenTable
from brownclust.tagger.attributes import IDENTITIES
from brownclust.tagger.encoding import EncodedText
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import Rows
from brownclust.tagger.templates import Template

WORD_FIELD = 0


class WordDropout:
    """Hides words of a training text, rare ones more often than frequent ones.

    A token whose word is hidden has the features that it would have if the word were
    not in the training data: those of its clusters, affixes and shape, but none of the
    word itself, nor do its neighbours have any.

    Parameters
    ----------
    strength : float
        A word that occurs n times is hidden with probability ``strength / (strength +
        n)``, at each of its tokens independently.
    space, text, rows : FeatureSpace, EncodedText and Rows
        The features and the sentences.
    table : TokenTable
        The same, as the kernel takes it.

    Notes
    -----
    Each row has a twin without the features of the word itself. To hide a token is to
    give its position the twin, and to remove the conjunctions that contain the word.

    References
    ----------
    Kiperwasser and Goldberg (2016), "Simple and accurate dependency parsing using
    bidirectional LSTM feature representations", section 4.
    """

    def __init__(
        self,
        strength: float,
        space: FeatureSpace,
        text: EncodedText,
        rows: Rows,
        table: TokenTable,
    ) -> None:
        self._positions = text.positions
        words = table.types[WORD_FIELD, self._positions]
        counts = np.bincount(words)[words]
        self._probabilities = strength / (strength + counts)
        self._n_rows = len(rows)
        self._offsets = [
            (column, offset)
            for column, template in enumerate(space.joined)
            for offset in _identity_offsets(template)
        ]
        is_hidden = [
            bool(_identity_offsets(feature.template))
            for _, feature in space.features_of_field(WORD_FIELD)
        ]
        twins = table.features.copy()
        of_words, _ = rows.of_field(WORD_FIELD)
        twins[table.starts[of_words][:, None] + np.flatnonzero(is_hidden)] = -1
        self._table = replace(
            table,
            starts=np.concatenate([table.starts, table.starts + twins.size]),
            features=np.concatenate([table.features, twins]),
        )

    def hide(self, random: np.random.Generator) -> TokenTable:
        """Return the text with some words hidden."""
        table = self._table
        is_hidden = random.random(self._positions.size) < self._probabilities
        hidden = self._positions[is_hidden]
        types = table.types.copy()
        types[WORD_FIELD, hidden] += self._n_rows
        token_features = table.token_features.copy()
        for column, offset in self._offsets:
            token_features[table.token_starts[hidden - offset] + column] = -1
        return replace(table, types=types, token_features=token_features)


def _identity_offsets(template: Template) -> list[int]:
    """Return the distances of the words whose identity a template contains."""
    return [term.offset for term in template.terms if term.attribute in IDENTITIES]
