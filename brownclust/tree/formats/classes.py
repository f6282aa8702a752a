"""Columns with flat classes, without a tree: alexclark, mkcls, clustercat, srilm.

All but the last have a word and its class in this order. They differ in whether counts
are written, and in how classes are numbered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from brownclust._validation import must_be
from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats.cluster_table import (
    COUNT_RULE,
    MAX_COUNT_DIGITS,
    ClusterTable,
    LineError,
    LineParser,
    OutputRow,
    ParsedRow,
    to_class_name,
)
from brownclust.tree.formats.fields import (
    check_header,
    choose_separator,
    is_weight,
    most_common_length,
    sample_rows,
)
from brownclust.tree.formats.format import Format

MKCLS_FIRST = 2
"""The number of mkcls's first class; it uses 0 and 1 itself."""

# --- Reading ------------------------------------------------------------------


def _new_word_class_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    """Parse a word and its class, perhaps a count, or a weight between 0 and 1."""
    table.is_flat = True
    separator = choose_separator(lines)
    columns = ["word", "class"]
    if most_common_length(sample_rows(lines, separator)) == 3:
        columns.append("count or weight")
    split = separator.splitter(*columns)

    def parse(line: bytes) -> ParsedRow:
        word, name, *numbers = split(line)
        count = 0
        for field in numbers:
            if field.isdigit() and len(field) <= MAX_COUNT_DIGITS:
                count = int(field)
            elif is_weight(field):
                table.has_weights = True
            else:
                rule = f"{COUNT_RULE}, or a weight of at most 1"
                raise LineError(rule, decode_word(field))
        return word, to_class_name(name), count

    return check_header(lines, separator, *columns), parse


def _new_mkcls_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    """Parse a word and the number of its class."""
    table.is_flat = True
    separator = choose_separator(lines)
    columns = ("word", "class")
    split = separator.splitter(*columns)

    def parse(line: bytes) -> ParsedRow:
        word, number = split(line)
        if not number.isdigit() or len(number) > MAX_COUNT_DIGITS:
            raise LineError("the number of a class", decode_word(number))
        return word, number.decode("ascii"), 0

    return check_header(lines, separator, *columns), parse


def _new_srilm_parser(
    lines: list[bytes], table: ClusterTable
) -> tuple[int, LineParser]:
    """Parse a class, a probability if most lines have one, and a word."""
    table.is_flat = True
    separator = choose_separator(lines)
    columns = ["class", "probability", "word"]
    if most_common_length(sample_rows(lines, separator)) == 2:
        del columns[1]
    split = separator.splitter(*columns)

    def parse(line: bytes) -> ParsedRow:
        name, *probabilities, word = split(line)
        for field in probabilities:
            if not is_weight(field):
                raise LineError("a probability", decode_word(field))
            table.has_weights = True
        return word, to_class_name(name), 0

    return check_header(lines, separator, *columns), parse


def _complete(table: ClusterTable) -> None:
    """Set counts to 0 where some are weights: whole numbers then are weights, too."""
    if table.has_weights:
        table.counts = [0] * len(table.counts)
        table.warnings.append("weights are not kept: all counts are set to 0")


# --- Writing ------------------------------------------------------------------


def _alexclark_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    return (b"%b\t%b\n" % (word, _class(name)) for word, _, _, name in rows)


def _mkcls_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for word, _, _, name in rows:
        if isinstance(name, str) and not (name.isascii() and name.isdigit()):
            rule = "a number in format mkcls"
            raise ValueError(must_be("class", rule, name))
        number = name + MKCLS_FIRST if isinstance(name, int) else name
        yield b"%b\t%b\n" % (word, _class(number))


def _clustercat_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    for word, _, count, name in rows:
        yield b"%b\t%b\t%d\n" % (word, _class(name), count)


def _srilm_lines(rows: Iterable[OutputRow]) -> Iterator[bytes]:
    """Write the probability of each word in its class; equal ones without counts."""
    rows = list(rows)
    totals: Counter[int | str] = Counter()
    sizes = Counter(name for *_, name in rows)
    for _, _, count, name in rows:
        totals[name] += count
    for word, _, count, name in rows:
        total = totals[name]
        probability = count / total if total else 1 / sizes[name]
        class_name = srilm_name(name) if isinstance(name, int) else name
        yield b"%b %b %b\n" % (_class(class_name), repr(probability).encode(), word)


def srilm_name(number: int) -> str:
    """Return the name of a class: one that is not mistaken for a word or a number."""
    return f"CLASS-{number:05d}"


def _class(name: int | str) -> bytes:
    return encode_word(str(name))


ALEXCLARK = Format(
    name="alexclark",
    example="said TAB 17",
    programs="Stanford's alexClark; word2vec -classes; Clark's weights are not kept",
    new_parser=_new_word_class_parser,
    format_lines=_alexclark_lines,
    has_tree=False,
    has_classes=True,
    has_columns=True,
    complete=_complete,
)
MKCLS = Format(
    name="mkcls",
    example="said TAB 19",
    programs="mkcls, GIZA++, MGIZA, Moses; numbers from 2, as mkcls writes them",
    new_parser=_new_mkcls_parser,
    format_lines=_mkcls_lines,
    has_tree=False,
    has_classes=True,
    has_columns=True,
)
CLUSTERCAT = Format(
    name="clustercat",
    example="said TAB 17 TAB 1204",
    programs="ClusterCat",
    new_parser=_new_word_class_parser,
    format_lines=_clustercat_lines,
    has_tree=False,
    has_classes=True,
    has_counts=True,
    has_columns=True,
    complete=_complete,
)
SRILM = Format(
    name="srilm",
    example="CLASS-00017 0.25 said",
    programs="SRILM: class, probability of the word in it, word",
    new_parser=_new_srilm_parser,
    format_lines=_srilm_lines,
    has_tree=False,
    has_classes=True,
    separators=b"\n\r\t ",
    has_columns=True,
    complete=_complete,
)
