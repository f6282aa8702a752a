"""Kinds of text files: how one is made, and how the package reads it.

Most inputs are read by the functions that commands call; one in a hundred by a whole
command, in this process.
"""

import io
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random

from click.testing import CliRunner

from brownclust import BigramCounts, BrownFeatures, WordClusters
from brownclust.clusters.feature_files import write_conll, write_crfsuite
from brownclust.counting.pair_lists import read_pairs
from brownclust.counting.word_list import WordList
from brownclust.tagger import PerceptronTagger, read_tagged
from brownclust.tagger.tagged_text import sentence_tokens
from brownclust.tagger.templates import read_templates
from brownclust.text.column_format import ColumnFormat
from brownclust.text.conll import read_conll, write_sentence
from brownclust.text.files import open_binary
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat
from brownclust.tree.agglomerate import cluster_counts
from brownclust.tree.formats import FORMATS, read_table
from brownclust_cli.main import main
from fuzz import samples
from fuzz.compression import perhaps_compressed
from fuzz.laws import (
    COLUMN_LAWS,
    COMMON_LAWS,
    PLAIN_LAWS,
    check_json_lines,
    check_laws,
    check_round_trip,
)
from fuzz.mutation import mutated, pick
from fuzz.oracle import FaultError, fault_of_message

COMMAND_FRACTION = 0.01
COUNTING_FRACTION = 0.03
"""Counting and training take milliseconds, reading takes tens of microseconds."""

LAW_FRACTION = 0.05
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


# --- Whole commands -----------------------------------------------------------


_OPTIONS = ("--clusters", "--columns", "--field", "--tag", "--to", "--window", "--word")
"""Options that errors may be about, instead of the file."""


def run_command(line, path, folder):
    """Run a command; raise a `FaultError` unless it ends as commands must."""
    arguments = [resource(word, path, folder) for word in line.split()]
    result = CliRunner().invoke(main, arguments, prog_name="brownclust")
    problem = _problem_of(result, path)
    if problem is None and result.exit_code:
        left = [path.name for path in Path(folder).iterdir() if "out" in path.name]
        if left:
            problem = f"a failed command left {left}"
    if problem is not None:
        raise FaultError(f"brownclust {line}: {problem}")


def _problem_of(result, path):
    """Return what is wrong with the end of a command, or None."""
    if isinstance(result.exception, Exception):
        raise result.exception
    if re.search(r"Traceback|\wWarning: ", result.stderr):  # those of Python
        return f"stderr is {result.stderr}"
    if result.exit_code == 0:
        return None
    lines = result.stderr.splitlines()
    if result.exit_code not in (1, 2) or not lines[-1].startswith("Error: "):
        return f"exit code {result.exit_code}, stderr {result.stderr!a}"
    message = lines[-1].removeprefix("Error: ")
    return fault_of_message(message, (path,), _OPTIONS)


def resource(word, path, folder):
    """Return a word of a command with the file or another one in its place."""
    if word == "{}":
        return path
    if word in ("CLUSTERS", "MODEL", "TAGGER", "TAGGED", "TEXT"):
        return str(_resources() / word.lower())
    return str(Path(folder, word)) if word.startswith("out") else word


@cache
def _resources():
    return Path(os.environ["FUZZ_RESOURCES"])


def make_resources(folder):
    """Write the files that commands read besides the one that is fuzzed."""
    clusters = WordClusters(
        ["the", "cat", "dog", "sat", "Köln"], ["00", "01", "10", "110", "111"]
    )
    clusters.save(Path(folder, "clusters"))
    tagged = Path(folder, "tagged")
    tagged.write_bytes(samples.TAGGED[0])
    text = Path(folder, "text")
    text.write_bytes(samples.TEXT[0])
    cluster_counts(BigramCounts.from_text(text), n_clusters=3).save(
        Path(folder, "model")
    )
    sentences, tags = read_tagged(tagged)
    tagger = PerceptronTagger("word[0]\nsuffix:2[0]\ncluster[0]", clusters=clusters)
    tagger.fit(sentences, tags).save(Path(folder, "tagger"))
    os.environ["FUZZ_RESOURCES"] = str(folder)


@cache
def _clusters():
    return WordClusters.load(_resources() / "clusters")


@cache
def _tagger():
    return PerceptronTagger.load(_resources() / "tagger")


# --- Reading ------------------------------------------------------------------


ENCODING_ERRORS = ("strict", "strict", "surrogateescape", "replace", "ignore")
COMMENTS = (None, None, None, "#", "//")
LENIENT_FRACTION = 0.2

_NEIGHBOURS = (
    {},
    {"boundary": "ignore"},
    {"boundary": "mark"},
    {"skip_grams": 3},
)


def _text_format(random, encoding, format, field=None):
    is_columns = format.startswith("conll")
    return TextFormat(
        format=format,
        field=field,
        encoding=encoding,
        comment=pick(random, COMMENTS) if is_columns else None,
        lenient=is_columns and random.random() < LENIENT_FRACTION,
        normalise=pick(
            random, ((), (), ("lowercase",), ("nfc", "digits"), ("urls", "users"))
        ),
        encoding_errors=pick(random, ENCODING_ERRORS),
    )


def _column_format(random, encoding, **more):
    return ColumnFormat(
        format=pick(random, ("conll", "conll", "conll", "conllu", "columns")),
        comment=pick(random, COMMENTS),
        encoding=encoding,
        encoding_errors=pick(random, ENCODING_ERRORS),
        lenient=random.random() < LENIENT_FRACTION,
        **more,
    )


def _read_counted(random, path, encoding, format, fields=(None,)):
    text_format = _text_format(random, encoding, format, pick(random, fields))
    if random.random() < COUNTING_FRACTION:
        counts = BigramCounts.from_text(
            path,
            **asdict(text_format),
            **pick(random, _NEIGHBOURS),
        )
        return dict(zip(counts.vocabulary, counts.unigram_counts.tolist(), strict=True))
    text = b"".join(block.tobytes() for block in TextBlocks(path, text_format))
    return [words for line in text.split(b"\n") if (words := line.split())]


def read_text(random, path, encoding):
    found = _read_counted(random, path, encoding, "text")
    if isinstance(found, list) and random.random() < LAW_FRACTION:
        check_json_lines(path, found)
    return found


def read_columns(random, path, encoding):
    format = pick(random, ("conll", "conll", "conllu"))
    return _read_counted(random, path, encoding, format, (None, None, 1, 2))


def read_json_lines(random, path, encoding):
    return _read_counted(random, path, encoding, "jsonl")


def read_table_of_pairs(random, path, encoding):
    if random.random() < COUNTING_FRACTION:
        counts = BigramCounts.from_pairs(path, encoding=encoding)
        return dict(zip(counts.vocabulary, counts.unigram_counts.tolist(), strict=True))
    return [
        (block.tobytes().split(), counts.tolist())
        for block, counts in read_pairs(path, TextFormat(encoding=encoding))
    ]


def read_word_list(random, path, encoding):
    option = pick(random, ("vocabulary", "stopwords"))
    return list(WordList(option, path, _text_format(random, encoding, "text")).words)


def read_clusters(random, path, encoding):
    format = pick(random, (None, None, *FORMATS))
    lenient = random.random() < 0.3
    table = read_table(path, format, lenient=lenient, encoding=encoding)
    clusters = WordClusters.from_table(table)
    if random.random() < LAW_FRACTION:
        check_round_trip(pick(random, ("paths", "snips", "jsonl")), clusters, path)
    return {word: clusters[word] for word in clusters}


def read_tagged_text(random, path, encoding):
    columns = pick(random, (("word",), ("word",), ("word", "pos")))
    sentences, tags = read_tagged(
        path,
        columns,
        in_order=True,
        column_format=_column_format(
            random, encoding, names=pick(random, (None, None, ("word", "pos", "tag")))
        ),
    )
    assert list(map(len, sentences)) == list(map(len, tags))
    if sentences and random.random() < COUNTING_FRACTION:
        tagger = PerceptronTagger("word[0]", columns=columns, n_epochs=1)
        try:
            tagger.fit(sentences, tags)
        except ValueError as error:  # commands add the file's name
            raise ValueError(f"{path}: {error}") from error
        found = tagger.predict(sentences)
        assert list(map(len, found)) == list(map(len, tags))
    return sentences, tags


def read_to_evaluate(random, path, encoding):
    column_format = _column_format(random, encoding)
    sentences, tags = read_tagged(path, column_format=column_format)
    if not sentences:
        return None
    try:
        return _tagger().evaluate(sentences, tags, n_bootstrap=0).accuracy
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _opened(path, column_format):
    return open_binary(
        path,
        encoding=column_format.encoding,
        encoding_errors=column_format.encoding_errors,
    )


def read_to_predict(random, path, encoding):
    tagger, output, words = _tagger(), io.BytesIO(), []
    column_format = _column_format(random, encoding)
    with _opened(path, column_format) as file:
        for sentence in read_conll(file, path, column_format):
            tokens = sentence_tokens(sentence, tagger.columns)
            (tags,) = tagger.predict([tokens])
            layout = sentence.layout
            place = "UPOS" if layout.is_conllu and layout.has("UPOS") else None
            write_sentence(output, sentence, [[tag] for tag in tags], replace=place)
            words += tokens
    _check_words_of_output(output, path, words, column_format)
    return output.getvalue().split()


def read_for_features(random, path, encoding):
    features = BrownFeatures(_clusters(), (2, 4), context=0)
    output, words = io.BytesIO(), []

    def seen(sentences):
        for sentence in sentences:
            words.extend(sentence.column(sentence.layout.token_column))
            yield sentence

    column_format = _column_format(random, encoding)
    with _opened(path, column_format) as file:
        sentences = seen(read_conll(file, path, column_format))
        if random.random() < 0.3:
            write_crfsuite(output, sentences, features)
            n_lines = len([line for line in output.getvalue().split(b"\n") if line])
            if n_lines != len(words):
                raise FaultError(f"{n_lines} lines of features for {len(words)} words")
        else:
            write_conll(output, sentences, features)
            _check_words_of_output(output, path, words, column_format)
    return output.getvalue().split()


def _check_words_of_output(output, path, words, column_format):
    """Raise a `FaultError` if a file with added columns is read to other words.

    It may be refused, as CoNLL-U is with more columns than it has; or misread, if it
    is that and each sentence has one token, so that nothing shows their numbers.
    """
    output.seek(0)
    found, longest = [], 0
    try:
        for sentence in read_conll(output, path, column_format):
            found += sentence.column(sentence.layout.token_column)
            longest = max(longest, len(sentence.tokens))
    except ValueError:
        return
    if found != words and longest > 1:
        raise FaultError(
            f"the output has other words: {found!a}, not {words!a}"[:2_000]
        )


def read_file_of_templates(_random, path, _encoding):
    return list(map(str, read_templates(path)))


COLUMN_SUFFIXES = (".conll", ".tsv", ".conllu", "")
COLUMN_SAMPLES = samples.TAGGED + samples.CONLLU

TEXT_KINDS = {
    "running text": TextKind(
        samples.TEXT,
        (".txt", ""),
        read_text,
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
        read_columns,
        (
            "count {} --format conll -o out.npz",
            "cluster {} --format conllu -c 2 -o out",
        ),
        options=("field",),
    ),
    "JSON lines": TextKind(
        samples.JSON_LINES,
        (".jsonl",),
        read_json_lines,
        ("count {} --format jsonl -o out.npz",),
    ),
    "pairs": TextKind(
        samples.PAIRS,
        (".tsv", ""),
        read_table_of_pairs,
        ("count {} --pairs -o out.npz", "cluster {} --pairs -c 2 -o out"),
    ),
    "word lists": TextKind(
        samples.WORD_LISTS,
        (".txt", ""),
        read_word_list,
        (
            "count TEXT --vocabulary {} -o out.npz",
            "count TEXT --stopwords {} -o out.npz",
        ),
    ),
    "clusters": TextKind(
        samples.CLUSTERS,
        (".paths", ".tsv", ""),
        read_clusters,
        (
            "convert {} out.npz",
            "convert {} out.txt --lenient",
            "convert {} out.txt --from alexclark --to snips",
            "convert {} out.txt --from jsonl --to word2vec",
            "features {} TAGGED -o out",
            "lookup {} --prefix 0",
            "lookup {} --prefix 1 --from alexclark --lenient",
            "tag train TAGGED --clusters {} --epochs 1 -o out.npz",
        ),
    ),
    "tagged text": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        read_tagged_text,
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
        read_to_evaluate,
        (
            "tag evaluate TAGGER {} --samples 2",
            "tag evaluate TAGGER {} --samples 2 --json",
        ),
        laws=COLUMN_LAWS,
    ),
    "text to tag": TextKind(
        COLUMN_SAMPLES,
        COLUMN_SUFFIXES,
        read_to_predict,
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
        read_for_features,
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
        read_file_of_templates,
        ("tag train TAGGED --templates {} --epochs 1 -o out.npz",),
        laws=PLAIN_LAWS,
        may_be_compressed=False,
    ),
}
