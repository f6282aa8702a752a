"""Readers of text files with random options, which return what a file holds.

Each is ``read(random, path, encoding)``; another call with the same state of `random`
chooses the same options.
"""

import io
import tempfile
from dataclasses import asdict
from pathlib import Path

from brownclust import BigramCounts, BrownFeatures, PerceptronTagger, WordClusters
from brownclust.clusters.feature_files import write_conll, write_crfsuite
from brownclust.counting.counts_text import read_counts_text, write_counts_text
from brownclust.counting.pair_lists import read_pairs
from brownclust.counting.word_list import WordList
from brownclust.tagger import read_tagged
from brownclust.tagger.tagged_text import sentence_tokens
from brownclust.tagger.templates import read_templates
from brownclust.text.column_format import ColumnFormat
from brownclust.text.conll import read_conll, write_sentence
from brownclust.text.files import open_binary
from brownclust.text.text_blocks import TextBlocks
from brownclust.text.text_format import TextFormat
from brownclust.tree.formats import FORMATS, read_table
from fuzz.laws import LAW_FRACTION, check_json_lines, check_round_trip
from fuzz.mutation import pick
from fuzz.oracle import FaultError
from fuzz.resources import clusters_for_features, trained_tagger

COUNTING_FRACTION = 0.03
"""Counting and training take milliseconds, reading takes tens of microseconds."""

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


def read_text_of_counts(_random, path, _encoding):
    counts = read_counts_text(path)
    with tempfile.TemporaryDirectory() as folder:
        write_counts_text(Path(folder, "counts"), counts)
        again = read_counts_text(Path(folder, "counts"))
    if again.vocabulary != counts.vocabulary:
        raise FaultError("its words do not come back")
    return dict(zip(counts.vocabulary, counts.unigram_counts.tolist(), strict=True))


def read_word_list(random, path, encoding):
    option = pick(random, ("vocabulary", "stopwords"))
    return list(WordList(option, path, _text_format(random, encoding, "text")).words)


def read_clusters(random, path, encoding):
    format = pick(random, (None, None, *FORMATS))
    lenient = random.random() < 0.3
    table = read_table(path, format, lenient=lenient, encoding=encoding)
    clusters = WordClusters.from_table(table)
    if random.random() < LAW_FRACTION:
        check_round_trip(
            pick(random, ("paths", "snips", "csv", "json", "jsonl")), clusters, path
        )
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
        return trained_tagger().evaluate(sentences, tags, n_bootstrap=0).accuracy
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _opened(path, column_format):
    return open_binary(
        path,
        encoding=column_format.encoding,
        encoding_errors=column_format.encoding_errors,
    )


def read_to_predict(random, path, encoding):
    tagger, output, words = trained_tagger(), io.BytesIO(), []
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
    features = BrownFeatures(clusters_for_features(), (2, 4), context=0)
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
    What was left out as faulty may not be faulty beside the added columns, and a
    comment may have as many columns as a token then has. A word that begins with a
    byte order mark loses it at the start of a file.
    """
    if words and words[0].startswith("\ufeff"):
        return
    if any(line.startswith(b"#") for line in output.getvalue().split(b"\n")):
        return
    output.seek(0)
    found, longest = [], 0
    try:
        for sentence in read_conll(output, path, column_format):
            found += sentence.column(sentence.layout.token_column)
            longest = max(longest, len(sentence.tokens))
    except ValueError:
        return
    if found != words and longest > 1 and not column_format.lenient:
        raise FaultError(
            f"the output has other words: {found!a}, not {words!a}"[:2_000]
        )


def read_file_of_templates(_random, path, _encoding):
    return list(map(str, read_templates(path)))
