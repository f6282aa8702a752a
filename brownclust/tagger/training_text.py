"""Encoded sentences with their gold tags, as the kernel of training takes them.

Between `encoding`, which numbers their features, and `perceptron_state`.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.tagger.decoding import N_FEATURES
from brownclust._kernels.tagger.perceptron import TokenTable
from brownclust.tagger.encoding import EncodedText, features_of_rows
from brownclust.tagger.feature_space import FeatureSpace
from brownclust.tagger.rows import Rows
from brownclust.tagger.tag_set import TagSet
from brownclust.tagger.word_dropout import WordDropout


class TrainingText(NamedTuple):
    """Sentences to learn from.

    Attributes
    ----------
    table : TokenTable
        The sentences, their features and gold tags.
    n_features : int
        The largest number of features of a token.
    outside : int
        Number of the tag ``O``; -1 if tags do not mark spans.
    dropout : WordDropout or None
        Hides words of the table, if any are to be hidden.
    """

    table: TokenTable
    n_features: int
    outside: int
    dropout: WordDropout | None = None

    @classmethod
    def from_encoded(
        cls,
        space: FeatureSpace,
        text: EncodedText,
        rows: Rows,
        *,
        gold: NDArray[np.int32],
        tag_set: TagSet,
        is_known: NDArray[np.bool_],
        word_dropout: float = 0.0,
    ) -> Self:
        """Return the training text of encoded sentences.

        Parameters
        ----------
        space : FeatureSpace
            The features.
        text, rows : EncodedText and Rows
            The sentences.
        gold : int32 array (n_tokens,)
            Numbers of the tags of all sentences.
        tag_set : TagSet
            The tags.
        is_known : bool array (n_features,)
            Features to keep even if they are rare.
        word_dropout : float
            Strength of `WordDropout`; 0 for none.
        """
        features, starts = features_of_rows(space, text, rows, is_known)
        at_positions = np.zeros(text.types.shape[1], np.int32)
        at_positions[text.positions] = gold
        groups = space.kernel_groups()
        table = TokenTable(
            bounds=text.bounds,
            types=text.types,
            groups=groups,
            starts=starts,
            features=features,
            token_starts=text.token_starts,
            token_features=text.token_features,
            gold=at_positions,
        )
        dropout = None
        if word_dropout > 0:
            dropout = WordDropout(word_dropout, space, text, rows, table)
        n_token_features = int(np.diff(text.token_starts).max(initial=0))
        return cls(
            table,
            n_features=int(groups[:, N_FEATURES].sum()) + n_token_features,
            outside=-1 if tag_set.scheme is None else tag_set.names.index("O"),
            dropout=dropout,
        )

    def of_epoch(self, random: np.random.Generator) -> Self:
        """Return the text as an epoch sees it: with words hidden, if any are to be."""
        if self.dropout is None:
            return self
        return self._replace(table=self.dropout.hide(random))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of tokens of each sentence."""
        bounds = self.table.bounds
        return bounds[:, 1] - bounds[:, 0]
