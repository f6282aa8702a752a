"""A chunk of a corpus of integers, from ids to the ids of words.

`brownclust.counting.id_counter` makes the chunks. The kernels are in
`brownclust._kernels.counting.id_lookup`.
"""

import numpy as np

from brownclust._kernels.counting.id_lookup import look_up_ids
from brownclust.counting.chunk import TokenChunk
from brownclust.counting.id_table import IdTable
from brownclust.counting.word_table import enlarge_array
from brownclust.text.id_blocks import IdBlock


class IdChunk(TokenChunk):
    """The tokens of a part of a corpus of integers.

    Parameters
    ----------
    span : int
        As for `TokenChunk`.

    Attributes
    ----------
    new_ids : int32 array
        The ids that had no word when the chunk was read, each as often as it occurs:
        token -1 is the first, and so on.
    """

    def __init__(self, span: int) -> None:
        super().__init__(span)
        self.new_ids = self._buffer = np.empty(0, np.int32)

    def read(self, block: IdBlock, line_is_open: bool, known: IdTable) -> None:
        """Look up the ids of a block.

        Parameters
        ----------
        block : IdBlock
            Ids and ends of lines.
        line_is_open : bool
            Whether a line that began before the block has ids and has not ended.
        known : IdTable
            The ids with words; it does not change.
        """
        # At most a line edge after each id, and one where a line from before ends.
        self._reserve(self._span + 2 * block.ids.size + 1)
        self._buffer = enlarge_array(self._buffer, 0, block.ids.size)
        self._n_tokens, n_new = look_up_ids(
            block.ids,
            block.line_ends,
            block.separator,
            line_is_open,
            known.words,
            self._tokens,
            self._span,
            self._buffer,
        )
        self.new_ids = self._buffer[:n_new]
