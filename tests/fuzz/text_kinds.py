"""Kinds of text files: how one is made, and how the package reads it.

Most inputs are read by the functions that commands call; one in a hundred by a whole
command, in this process.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fuzz import readers, samples
from fuzz.commands import run_command
from fuzz.compression import perhaps_compressed
from fuzz.laws import COLUMN_LAWS, COMMON_LAWS, LAW_FRACTION, PLAIN_LAWS, check_laws
from fuzz.mutation import mutated, pick

COMMAND_FRACTION = 0.01
ENCODINGS = (*("utf-8",) * 8, "latin-1", "utf-16")


@dataclass(frozen=True)
class TextKind:
    """A kind of text file.

    Parameters
    ----------
    samples : tuple of bytes
        Files to change.
    suffixes : tuple of str
        Suffixes of their names.
    read : callable
        ``read(random, path, encoding)`` reads a file with random options, which the
        next call with the same state of `random` repeats, and returns what it holds.
    commands : tuple of str
        Command lines that read the file ``{}`` and may write to ``out``.
    may_be_compressed : bool
        Whether the package decompresses files of this kind.
    laws : tuple of callables
        Variants of a file that must be read to the same; see `laws`.
    options : tuple of str
        Options that an error may be about, instead of the file.
    """

    samples: tuple[bytes, ...]
    suffixes: tuple[str, ...]
    read: Callable
    commands: tuple[str, ...]
    laws: tuple[Callable, ...] = COMMON_LAWS
    may_be_compressed: bool = True
    options: tuple[str, ...] = ()

    def make(self, random):
        """Return the name and content of a file."""
        data = mutated(random, pick(random, self.samples), samples.ALL)
        suffix = ""
        if self.may_be_compressed:
            suffix, data = perhaps_compressed(random, data)
        return {f"input{pick(random, self.suffixes)}{suffix}": data}

    def warm_up(self, folder):
        """Read all samples as they are, so that all kernels are compiled."""
        for number, data in enumerate(self.samples * 6):
            path = Path(folder, f"warm-up{self.suffixes[0]}")
            path.write_bytes(data)
            with suppress(Exception):
                self.read(_AlwaysCounts(number), str(path), "utf-8")
        for command in self.commands:
            with suppress(Exception):
                run_command(command, str(path), folder)

    def use(self, random, files, folder):
        """Read the file in a folder; raise what reading raises, or a `FaultError`."""
        (name,) = files
        path = str(Path(folder, name))
        if random.random() < COMMAND_FRACTION:
            run_command(pick(random, self.commands), path, folder)
            return
        encoding = pick(random, ENCODINGS)
        state = random.getstate()
        found = self.read(random, path, encoding)
        if encoding == "utf-8" and random.random() < LAW_FRACTION:

            def read_again(other, encoding):
                random.setstate(state)
                return self.read(random, other, encoding)

            data = files[name]
            check_laws(random, path, data, self.laws, found, read_again)


class _AlwaysCounts(Random):
    """A source of choices in which rare things happen often."""

    def random(self):
        return super().random() ** 6


COLUMN_SUFFIXES = (".conll", ".tsv", ".conllu", "")
COLUMN_SAMPLES = samples.TAGGED + samples.CONLLU

TEXT_KINDS = {
    "running text": TextKind(
        samples.TEXT,
        (".txt", ""),
        readers.read_text,
        (
            "count {} -o out.npz",
            "cluster {} -c 2 -o out",
            "count {} --encoding latin-1 -o out.npz",
            "count {} --boundary mark --encoding-errors replace -o out.npz",
            "tag predict TAGGER {} --tokens -o out.tsv",
            "extend MODEL {} -o out",
        ),
    ),
    "columns": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        readers.read_columns,
        (
            "count {} --format conll -o out.npz",
            "cluster {} --format conllu -c 2 -o out",
        ),
        options=("field",),
    ),
    "JSON lines": TextKind(
        samples.JSON_LINES,
        (".jsonl",),
        readers.read_json_lines,
        ("count {} --format jsonl -o out.npz",),
    ),
    "pairs": TextKind(
        samples.PAIRS,
        (".tsv", ""),
        readers.read_table_of_pairs,
        ("count {} --pairs -o out.npz", "cluster {} --pairs -c 2 -o out"),
    ),
    "counts as text": TextKind(
        samples.COUNTS_TEXT,
        (".tsv", ""),
        readers.read_text_of_counts,
        ("count {} -o out.npz", "cluster {} -c 2 -o out"),
        laws=PLAIN_LAWS,
    ),
    "word lists": TextKind(
        samples.WORD_LISTS,
        (".txt", ""),
        readers.read_word_list,
        (
            "count TEXT --vocabulary {} -o out.npz",
            "count TEXT --stopwords {} -o out.npz",
        ),
    ),
    "clusters": TextKind(
        samples.CLUSTERS,
        (".paths", ".tsv", ""),
        readers.read_clusters,
        (
            "convert {} out.npz",
            "convert {} out.txt --lenient",
            "convert {} out.txt --from alexclark --to snips",
            "convert {} out.txt --from jsonl --to word2vec",
            "convert {} out.csv --lenient",
            "map {} TEXT -o out.txt",
            "features {} TAGGED -o out",
            "lookup {} --prefix 0",
            "lookup {} --prefix 1 --from alexclark --lenient",
            "tag train TAGGED --clusters {} --epochs 1 -o out.npz",
        ),
    ),
    "tagged text": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        readers.read_tagged_text,
        (
            "tag train {} --epochs 1 -o out.npz",
            "tag train {} --lenient --comment # --epochs 1 -o out.npz",
            "tag train {} --preset ner --epochs 1 -o out.npz",
            "tag train TAGGED --dev {} --epochs 1 -o out.npz",
        ),
        options=("columns", "names"),
        laws=COLUMN_LAWS,
    ),
    "gold standard": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        readers.read_to_evaluate,
        (
            "tag evaluate TAGGER {} --samples 2",
            "tag evaluate TAGGER {} --samples 2 --json",
        ),
        laws=COLUMN_LAWS,
    ),
    "text to tag": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        readers.read_to_predict,
        (
            "tag predict TAGGER {} -o out.tsv",
            "tag predict TAGGER {} --replace 1 -o out",
            "tag predict TAGGER {} --lenient --encoding utf-16 -o out",
        ),
        laws=COLUMN_LAWS,
    ),
    "text for features": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        readers.read_for_features,
        (
            "features CLUSTERS {} -o out",
            "features CLUSTERS {} --to crfsuite -o out",
            "features CLUSTERS {} --lenient --format columns -o out",
        ),
        laws=COLUMN_LAWS,
    ),
    "templates": TextKind(
        samples.TEMPLATES,
        (".txt",),
        readers.read_file_of_templates,
        ("tag train TAGGED --templates {} --epochs 1 -o out.npz",),
        laws=PLAIN_LAWS,
        may_be_compressed=False,
    ),
}
