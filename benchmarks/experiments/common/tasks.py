"""Labelled tasks, seeded parts of their training data, and scores.

The folder of labelled data holds ``pos/ewt``, ``chunk/conll2000``, ``ner/wnut17`` and
``ner/btc``, with the files as they are distributed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from brownclust.tagger import evaluate, read_tagged
from brownclust.text.column_format import ColumnFormat

N_HELD_OUT = 1000
"""Sentences of the training data of CoNLL-2000 that are development data."""

Item = TypeVar("Item")
Data = tuple[list[list[Any]], list[list[str]]]
"""Sentences and their tags."""


@dataclass(frozen=True)
class Task:
    """A task: its features, and where its data are."""

    name: str
    preset: str
    read: Callable[[Path], tuple[Data, Data, Data]]
    """Returns training, development and test data from the folder of labelled data."""
    measure: str
    """What `score` returns: accuracy, or F1 of spans."""


def _treebank(folder: Path) -> tuple[Data, Data, Data]:
    train, dev, test = (
        read_tagged(folder / "pos/ewt" / f"{part}.tsv", tag=2)
        for part in ("train", "dev", "test")
    )
    return train, dev, test


def _conll_2000(folder: Path) -> tuple[Data, Data, Data]:
    sentences, tags = read_tagged(folder / "chunk/conll2000/train.txt")
    test = read_tagged(folder / "chunk/conll2000/test.txt")
    train = sentences[:-N_HELD_OUT], tags[:-N_HELD_OUT]
    return train, (sentences[-N_HELD_OUT:], tags[-N_HELD_OUT:]), test


def _wnut(folder: Path) -> tuple[Data, Data, Data]:
    names = "wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"
    train, dev, test = (read_tagged(folder / "ner/wnut17" / name) for name in names)
    return train, dev, test


def _tweets(folder: Path) -> tuple[Data, Data, Data]:
    sections = {
        # Some sentences of section F have an empty word: they are left out.
        name: read_tagged(
            folder / "ner/btc" / f"{name}.conll",
            column_format=ColumnFormat(lenient=True),
        )
        for name in "abefgh"
    }
    sentences, tags = sections["h"]
    half = len(sentences) // 2
    parts = [*(sections[name] for name in "abeg"), (sentences[:half], tags[:half])]
    train = [*chain(*(s for s, _ in parts))], [*chain(*(t for _, t in parts))]
    return train, (sentences[half:], tags[half:]), sections["f"]


TASKS = (
    Task("EWT", "pos", _treebank, "accuracy"),
    Task("CoNLL-2000", "chunk", _conll_2000, "F1"),
    Task("WNUT-17", "ner", _wnut, "F1"),
    Task("BTC", "ner", _tweets, "F1"),
)
"""Parts of speech (English Web Treebank), chunks from words (CoNLL-2000; the last
`N_HELD_OUT` sentences of the training data are development data), entities of WNUT-17
and of the Broad Twitter Corpus (section F is test data, the second half of section H
development data)."""


def nested_subset(items: Sequence[Item], fraction: float, seed: int) -> list[Item]:
    """Return a random part of some items, in the order of the items.

    The parts of one seed are nested: a larger one has all items of a smaller one.

    Parameters
    ----------
    items : sequence
        Sentences, or pairs of a sentence and its tags.
    fraction : float
        How many of them: above 0, up to 1. At least one item is returned.
    seed : int
        The seed of the random order.
    """
    n = max(1, round(fraction * len(items)))
    drawn = np.random.default_rng(seed).permutation(len(items))[:n]
    return [items[i] for i in np.sort(drawn).tolist()]


def subset(data: Data, fraction: float, seed: int) -> Data:
    """Return a random part of the sentences and their tags; see `nested_subset`."""
    pairs = nested_subset([*zip(*data, strict=True)], fraction, seed)
    return [sentence for sentence, _ in pairs], [tags for _, tags in pairs]


def score(tagger: Any, data: Data) -> float:
    """Return F1 of spans, or accuracy where the tags mark none, in percent."""
    sentences, gold = data
    found = evaluate(gold, tagger.predict(sentences), n_bootstrap=0)
    return 100 * (found.accuracy if found.f1 is None else found.f1)
