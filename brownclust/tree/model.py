"""A trained clustering and its binary file, ``model.npz``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from brownclust._archive import (
    ArchiveError,
    integer_of,
    load_archive,
    number_of,
    record_of,
    refusing_damage,
    write_archive,
)
from brownclust._atomic import atomic_write
from brownclust._html import html_table
from brownclust._validation import check_integer, must_be, shown
from brownclust.counting.count_table import CountTable, exact_sum
from brownclust.counting.origin import Origin
from brownclust.counting.sparse_rows import check_array
from brownclust.counting.vocabulary import Vocabulary
from brownclust.tree.dendrogram import Dendrogram
from brownclust.tree.sizes import check_sizes

MODEL_NAME = "model.npz"
KIND = "model"
FORMAT_VERSION = 3
"""That of models of texts with phrases. Without these, trees with blank losses have 2,
and others 1, so that older versions read them, too."""

_CLASS_ARRAY_NAMES = {
    "unigram_counts": "class_counts",
    "successor_offsets": "class_pair_offsets",
    "successor_indices": "class_pair_indices",
    "successor_counts": "class_pair_counts",
    "edge_starts": "class_edge_starts",
    "edge_ends": "class_edge_ends",
}
"""Names in the file of the arrays of `class_counts`, which is a table of classes."""


@dataclass(frozen=True, slots=True, eq=False)
class BrownModel:
    """The words of a corpus and the tree over them.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words, by rank.
    unigram_counts : int64 array (n_words,)
        The count of each word.
    dendrogram : Dendrogram
        The tree; leaf *w* is the word of rank *w*.
    n_clusters : int
        Number of clusters that were requested; the tree can be cut into others.
    n_tokens : int
        Number of tokens of the corpus, including those of removed words.
    class_counts : CountTable
        Counts of the corpus by the clusters of the finest cut, in the order of
        `Dendrogram.cut`. `extend_model` places new words by them.
    origin : Origin
        How text must be read so that its counts can be added.
    options : mapping
        The options that made the model, for the record; JSON values.

    Attributes
    ----------
    ami : float
        Average mutual information of the `n_clusters` clusters, in bits.
    """

    vocabulary: Vocabulary
    unigram_counts: NDArray[np.int64]
    dendrogram: Dendrogram
    n_clusters: int
    n_tokens: int
    class_counts: CountTable
    origin: Origin
    options: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Raise ``ValueError`` or ``TypeError`` unless the parts fit together."""
        n_words = len(self.vocabulary)
        if self.dendrogram.n_leaves != n_words:
            rule = f"a tree of {n_words} leaves, one per word"
            raise ValueError(must_be("dendrogram", rule, self.dendrogram.n_leaves))
        if self.unigram_counts.shape != (n_words,):
            rule = f"of shape ({n_words},), one per word"
            raise ValueError(must_be("unigram_counts", rule, self.unigram_counts.shape))
        check_integer("n_tokens", self.n_tokens, minimum=1)
        if self.class_counts.n_rows != self.dendrogram.window:
            rule = f"of {self.dendrogram.window} classes, the window"
            raise ValueError(must_be("class_counts", rule, self.class_counts.n_rows))
        check_sizes(self.n_clusters, self.dendrogram.window)

    def _repr_html_(self) -> str:
        """Return the sizes and the information, for notebooks."""
        tree = self.dendrogram
        rows = [
            ("words", f"{len(self.vocabulary):,}"),
            ("tokens", f"{self.n_tokens:,}"),
            ("clusters", f"{self.n_clusters:,}"),
            ("window", f"{tree.window:,}"),
            ("AMI in bits", f"{self.ami:.4f}"),
        ]
        return html_table(type(self).__name__, ("", ""), rows)

    @property
    def ami(self) -> float:
        """Average mutual information of the `n_clusters` clusters, in bits."""
        return self.dendrogram.average_mutual_information(self.n_clusters)

    def write(self, file: BinaryIO) -> None:
        """Write the model to an open file, in NumPy's npz format, without pickle.

        Parameters
        ----------
        file : binary file
            Where to write.
        """
        tree = self.dendrogram
        write_archive(
            file,
            KIND,
            3 if self.origin.phrases else 2 if tree.n_blank else 1,
            {
                "vocabulary_buffer": self.vocabulary.buffer,
                "vocabulary_offsets": self.vocabulary.offsets,
                "unigram_counts": self.unigram_counts,
                "children": tree.children,
                "losses": tree.losses,
                "scale": tree.scale,
                "window": tree.window,
                "ami_at_window": tree.ami_at_window,
                "n_clusters": self.n_clusters,
                **_renamed(self.class_counts.arrays(), _CLASS_ARRAY_NAMES),
                "origin": self.origin.to_json(),
                "options": json.dumps(dict(self.options)),
            },
        )

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to a file, atomically.

        Parameters
        ----------
        path : str or path-like
            The file to write.
        """
        with atomic_write(path, "wb") as file:
            self.write(file)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read a model.

        Parameters
        ----------
        path : str or path-like
            A file that `save` wrote, or a folder that ``brownclust cluster`` wrote.

        Returns
        -------
        BrownModel
            The model.

        Raises
        ------
        OSError
            If the file cannot be read.
        ArchiveError
            If it is not a model, is damaged, or was written by a newer version.
        """
        path = Path(path)
        if path.is_dir():
            path = path / MODEL_NAME
            if not path.exists():
                raise ArchiveError(
                    f"{path.parent}: expected a folder that brownclust cluster wrote, "
                    f"got one without {MODEL_NAME}"
                )
        arrays: dict[str, Any] = load_archive(path, KIND, FORMAT_VERSION)
        with refusing_damage(path, KIND):
            options = record_of(arrays, "options")
            model = cls(
                Vocabulary.from_arrays(
                    arrays["vocabulary_buffer"], arrays["vocabulary_offsets"]
                ),
                arrays["unigram_counts"],
                Dendrogram(
                    arrays["children"],
                    arrays["losses"],
                    scale=integer_of(arrays, "scale"),
                    window=integer_of(arrays, "window"),
                    n_bigrams=integer_of(arrays, "n_bigrams"),
                    ami_at_window=number_of(arrays, "ami_at_window"),
                ),
                n_clusters=integer_of(arrays, "n_clusters"),
                n_tokens=integer_of(arrays, "n_tokens"),
                class_counts=CountTable.from_arrays(
                    _renamed(arrays, {b: a for a, b in _CLASS_ARRAY_NAMES.items()})
                ),
                origin=Origin.from_dict(record_of(arrays, "origin"))
                if "origin" in arrays
                else Origin.from_record(options),
                options=options,
            )
            check_model(model)
        return model


def _renamed(arrays: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return arrays, some renamed; an array that has a new name already is dropped."""
    kept = {name: array for name, array in arrays.items() if name not in names.values()}
    return {names.get(name, name): array for name, array in kept.items()}


def check_model(model: BrownModel) -> None:
    """Check all that a model from a file says twice: its tree, its counts, its AMI.

    Parameters
    ----------
    model : BrownModel
        A model whose parts have sizes that fit together.

    Raises
    ------
    TypeError, ValueError
        If no clustering gives such a model; the message names the part.

    Notes
    -----
    Linear in the number of words and of distinct bigrams of classes. What has to be
    right here: `extend_model` passes the counts to kernels, which check nothing.
    """
    n_words, window = len(model.vocabulary), model.dendrogram.window
    model.vocabulary.check_words()
    check_array("unigram_counts", model.unigram_counts, np.int64, n_words)
    if model.unigram_counts.min() < 1:
        least = int(model.unigram_counts.min())
        raise ValueError(must_be("unigram_counts", "at least 1", least))
    model.class_counts.validate(window)
    if exact_sum(model.unigram_counts) > model.n_tokens:  # or the next sums could wrap
        rule = f"of sum {model.n_tokens} or less"
        raise ValueError(must_be("unigram_counts", rule, model.unigram_counts))
    class_counts = np.zeros(window, np.int64)
    np.add.at(class_counts, model.dendrogram.cut(window), model.unigram_counts)
    if not np.array_equal(class_counts, model.class_counts.unigram_counts):
        rule = f"{shown(class_counts)}, the sums of unigram_counts"
        got = model.class_counts.unigram_counts
        raise ValueError(must_be("class_counts", rule, got))
    _check_losses(model)
    extended = model.options.get("extended", [])
    if not isinstance(extended, list):
        raise TypeError(must_be("extended in options", "a list", extended))


def _check_losses(model: BrownModel) -> None:
    """Check the losses against the class counts, from which AMI follows."""
    tree, counts = model.dendrogram, model.class_counts
    # The definition of the scale, of which the last bits depend on the machine here.
    units = 8.0 * model.n_tokens * max(1.0, log2(model.n_tokens)) * 2.0**tree.scale
    if not 2.0**61 * (1 - 1e-9) <= units <= 2.0**62 * (1 + 1e-9):
        rule = f"that of {model.n_tokens} tokens"
        raise ValueError(must_be("scale", rule, tree.scale))
    ami = counts.average_mutual_information()
    if not abs(tree.ami_at_window - ami) <= 1e-9 * (1 + abs(ami)):
        rule = f"{ami}, as the class counts give"
        raise ValueError(must_be("ami_at_window", rule, tree.ami_at_window))
    # Each of the terms of a loss is rounded to a unit, and so is the loss.
    n_rounded = 8 * counts.successors.counts.size + 64 * tree.window
    slack = n_rounded * 2.0**-tree.scale / max(tree.n_bigrams, 1) + 1e-6
    losses = tree.merge_losses[tree.n_blank :]
    most = 4 * log2(model.n_tokens) + 4 + slack
    if losses.min(initial=0.0) < -slack or losses.max(initial=0.0) > most:
        rule = f"from 0 to {most:.1f} bits a bigram"
        raise ValueError(
            must_be("losses", rule, [float(losses.min()), float(losses.max())])
        )
    ami_of_one = counts.total().average_mutual_information()
    if not abs(tree.ami_by_n_clusters[0] - ami_of_one) <= slack:
        rule = f"of sum {ami - ami_of_one}, as the class counts give"
        got = ami - float(tree.ami_by_n_clusters[0])
        raise ValueError(must_be("losses of the last merges", rule, got))
