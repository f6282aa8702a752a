"""Texts of an amount and a domain, and the lines that none of them has."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments.amount_of_text.design import Sample
from benchmarks.experiments.common.clusters import Text
from benchmarks.experiments.common.record import say
from benchmarks.experiments.common.tasks import TASKS
from brownclust.text.files import open_decompressed

FILES = {
    "novels": ("novels100", "eltec_eng"),
    "newswire": ("reuters21578",),
    "Brown": ("brown",),
}
SOURCES = {
    **{domain: (domain,) for domain in FILES},
    "tweets": ("tweets",),
    "mixed": (*FILES,),
    "mixed + tweets": (*FILES, "tweets"),
}
"""The domains of text, and what each is drawn from in equal parts."""
HOLD_OUT = 10
"""One line in so many is held out."""


class Lines(NamedTuple):
    """Lines and the number of tokens of each."""

    lines: list[bytes]
    sizes: NDArray[np.int64]


class Samples:
    """Draws texts, and keeps them in a folder.

    Parameters
    ----------
    data : Path
        The folder of texts and labelled data.
    folder : Path
        Where the samples are kept.
    """

    def __init__(self, data: Path, folder: Path) -> None:
        self._data = data
        self._folder = folder
        self._all_lines = cache(self._read)
        folder.mkdir(parents=True, exist_ok=True)

    def text(self, sample: Sample) -> Text:
        """Return a sample as a text, whose file is written if it is not there yet."""
        path = self._folder / f"{sample.name}.txt"
        if not path.exists():
            say(f"{sample.name}: drawing")
            sources = [self._clustered(name) for name in SOURCES[sample.domain]]
            sizes = [int(source.sizes.sum()) for source in sources]
            parts = sizes if sample.n_tokens is None else even(sample.n_tokens, sizes)
            drawn = []
            for i, (source, part) in enumerate(zip(sources, parts, strict=True)):
                drawn += draw(source, part, seed=(sample.seed, i))
            write(path, drawn)
        return Text(sample.name, (path,))

    def common(self) -> tuple[Text, Text, Text]:
        """Return the common held-out text, and two parts of it: 4/5 and 1/5.

        Half of it is novels, the rest newswire and Brown, as much as is held out.
        """
        paths = [self._folder / f"common{part}.txt" for part in ("", "-4", "-1")]
        if not paths[-1].exists():
            novels, *others = (self._held_out(name) for name in FILES)
            lines = [line for source in others for line in source.lines]
            n_tokens = sum(int(source.sizes.sum()) for source in others)
            lines += draw(novels, n_tokens, seed=(0, 0))
            write(paths[0], lines)
            write(paths[1], [line for i, line in enumerate(lines) if i % 5 < 4])
            write(paths[2], lines[4::5])
        whole, most, rest = (Text(path.stem, (path,)) for path in paths)
        return whole, most, rest

    def _clustered(self, name: str) -> Lines:
        source = self._all_lines(name)
        if name not in FILES:
            return source
        is_clustered = np.arange(len(source.lines)) % HOLD_OUT != HOLD_OUT - 1
        return _selected(source, np.flatnonzero(is_clustered))

    def _held_out(self, name: str) -> Lines:
        source = self._all_lines(name)
        return _selected(source, np.arange(len(source.lines))[HOLD_OUT - 1 :: HOLD_OUT])

    def _read(self, name: str) -> Lines:
        lines = []
        if name == "tweets":
            for task in TASKS:
                if task.name in ("WNUT-17", "BTC"):
                    (sentences, _), *_ = task.read(self._data / "labelled")
                    lines += [" ".join(words).encode() for words in sentences]
        for file in FILES.get(name, ()):
            (path,) = (self._data / "text").glob(f"{file}.txt*")
            with open_decompressed(str(path)) as stream:
                lines += stream.read().splitlines()
        return Lines(lines, np.array([len(line.split()) for line in lines], np.int64))


def even(amount: int, sizes: list[int]) -> list[int]:
    """Return parts of `amount` as equal as they can be, none above its size."""
    parts = [0] * len(sizes)
    for n_done, i in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        parts[i] = min(sizes[i], (amount - sum(parts)) // (len(sizes) - n_done))
    return parts


def draw(source: Lines, n_tokens: int, *, seed: tuple[int, ...]) -> list[bytes]:
    """Return random lines of about as many tokens, in their order.

    Of the same seed, more tokens have all lines of fewer tokens.
    """
    order = np.random.default_rng(seed).permutation(source.sizes.size)
    n_lines = int(np.searchsorted(np.cumsum(source.sizes[order]), n_tokens)) + 1
    return _selected(source, np.sort(order[:n_lines])).lines


def write(path: Path, lines: list[bytes]) -> None:
    """Write lines, all or none."""
    replacement = path.with_suffix(".tmp")
    replacement.write_bytes(b"".join(line + b"\n" for line in lines))
    replacement.replace(path)


def _selected(source: Lines, numbers: NDArray[np.int64]) -> Lines:
    return Lines([source.lines[i] for i in numbers.tolist()], source.sizes[numbers])
