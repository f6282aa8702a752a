"""Formats of flat classes, which have names and no tree: alexclark, clustercat, srilm.

The first two have a word and its class in this order, as mkcls, word2vec, Moses and
ClusterCat write them, too; they differ in whether counts are written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from brownclust.text.characters import decode_word, encode_word
from brownclust.tree.formats.cluster_table import (
    COUNT_RULE,
    MAX_COUNT_DIGITS,
    ClusterTable,
    Format,
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
    _new_word_class_parser,
    _alexclark_lines,
    has_columns=True,
    has_tree=False,
    complete=_complete,
)
CLUSTERCAT = Format(
    _new_word_class_parser,
    _clustercat_lines,
    has_columns=True,
    has_tree=False,
    complete=_complete,
)
SRILM = Format(
    _new_srilm_parser,
    _srilm_lines,
    separators=b"\n\r\t ",
    has_columns=True,
    has_tree=False,
    complete=_complete,
)
