"""Running text with classes in place of words, for class-based language models."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust._kernels.counting.replacing import replace_words
from brownclust._validation import must_be
from brownclust.clusters.backoff import Steps, as_backoff
from brownclust.clusters.parts import NO_CLUSTER, check_token
from brownclust.clusters.word_clusters import WordClusters
from brownclust.counting.chunk import TextChunk
from brownclust.counting.sparse_rows import offsets_from_sizes
from brownclust.counting.word_table import WordTable
from brownclust.text.blocks import BLOCK_SIZE
from brownclust.text.characters import WHITESPACE, decode_word, encode_word


class MappedBlock(NamedTuple):
    """A part of the text, with classes.

    Attributes
    ----------
    text : uint8 array
        The text.
    n_words : int
        Number of words in it.
    n_unknown : int
        How many of them have no cluster.
    """

    text: NDArray[np.uint8]
    n_words: int
    n_unknown: int


class TextMapper:
    r"""Replaces the words of text by what stands for their clusters.

    Words are separated by ASCII whitespace, which stays as it is, so that the result
    has the same lines and the same number of words in each.

    Parameters
    ----------
    clusters : WordClusters
        Where words are looked up.
    names : sequence of str, length n_clusters
        What stands for each cluster; see `brownclust.clusters.class_names`.
    unknown : str, default "_"
        What stands for a word without a cluster.
    join : str, optional
        Keep each word, and write this between the word and its class.
    backoff : BackOff or iterable of str, default ()
        What to look up if a word is not found.

    Raises
    ------
    ValueError
        If `unknown` or `join` is empty or has whitespace in it, if `unknown` is also
        what stands for a cluster, or if there is not a name for each cluster.

    Notes
    -----
    Memory: 40 to 72 bytes for each word that has a cluster, and a few times the block.

    Examples
    --------
    >>> clusters = WordClusters(["cat", "dog", "the"], ["00", "01", "1"])
    >>> mapper = TextMapper(clusters, clusters.cluster_bit_strings)
    >>> mapper.text("the dog\n\n  a cat\n")
    '1 01\n\n  _ 00\n'
    """

    def __init__(
        self,
        clusters: WordClusters,
        names: Sequence[str],
        *,
        unknown: str = NO_CLUSTER,
        join: str | None = None,
        backoff: Steps = (),
    ) -> None:
        check_token("unknown", unknown)
        check_token("join", join)
        if len(names) != clusters.n_clusters:
            rule = f"one for each of {clusters.n_clusters} clusters"
            raise ValueError(must_be("names", rule, len(names)))
        if "" in names:
            rule = "bit strings of at least one bit (there is one cluster)"
            raise ValueError(must_be("names", rule, ""))
        if unknown in names:
            rule = "other than what stands for a cluster"
            raise ValueError(must_be("unknown", rule, unknown))
        self._clusters = clusters
        self._backoff = as_backoff(backoff)
        self._keeps_words = join is not None
        values = [encode_word((join or "") + name) for name in (*names, unknown)]
        self._sizes = np.array(list(map(len, values)), np.int64)
        self._offsets = offsets_from_sizes(self._sizes)
        self._values = np.frombuffer(bytearray(b"".join(values)), np.uint8)
        self._known = WordTable.from_vocabulary(clusters.vocabulary)
        # By id, which is rank + 1; id 0 stands for words that are not found.
        self._label_of = np.append(clusters.n_clusters, clusters.labels).astype(
            np.int64
        )
        self._chunk = TextChunk(0)

    def text(self, text: str) -> str:
        """Return a text with classes.

        Parameters
        ----------
        text : str
            Any text.
        """
        blocks = self.blocks([encode_word(text)])
        return decode_word(b"".join(block.text.tobytes() for block in blocks))

    def blocks(self, pieces: Iterable[bytes]) -> Iterator[MappedBlock]:
        """Yield a text with classes, in blocks of whole lines, or parts of long ones.

        Parameters
        ----------
        pieces : iterable of bytes
            The text in UTF-8, divided anywhere.

        Yields
        ------
        MappedBlock
            What has ended with each piece; then what follows the last newline.

        Notes
        -----
        Tens of megabytes per second. Back-off applies to the distinct words of a block
        that are not found, and takes a microsecond for each.
        """
        text = bytearray()
        for piece in pieces:
            end = piece.rfind(b"\n") + 1
            if not end and len(text) + len(piece) > BLOCK_SIZE:  # of a long line
                end = 1 + max(map(piece.rfind, WHITESPACE))
            text += piece[:end]
            if end:
                yield self._map(text)
                text = bytearray()
            text += piece[end:]
        if text:
            rest, n_words, n_unknown = self._map(text + b"\n")
            yield MappedBlock(rest[:-1], n_words, n_unknown)

    def _map(self, text: bytearray) -> MappedBlock:
        """Return a text that ends in whitespace with classes."""
        block = np.frombuffer(text, np.uint8)
        self._chunk.read(block, False, self._known)
        self._chunk.drop_edges()
        labels = self._label_of[self._chunk.ids(self._ids_of_new_words())]
        sizes = self._sizes[labels]
        output = np.empty(block.size + int(sizes.sum()), np.uint8)
        n_bytes = replace_words(
            block, labels, self._values, self._offsets, self._keeps_words, output
        )
        n_unknown = int(np.count_nonzero(labels == self._clusters.n_clusters))
        return MappedBlock(output[:n_bytes], labels.size, n_unknown)

    def _ids_of_new_words(self) -> NDArray[np.int64]:
        """Return the ids of the forms found of new words, 0 where none is."""
        new = self._chunk.new_words
        ids = np.zeros(new.n_words, np.int64)
        if self._backoff.steps and new.n_words > 1:
            words = list(new.vocabulary(np.arange(1, new.n_words)))
            ids[1:] = 1 + self._clusters.look_up(words, backoff=self._backoff)
        return ids
