"""Check that counts go with the way they were made.

`brownclust.counting.counts` checks counts from files here; `CountTable.validate` checks
what holds of any table.
"""

from collections.abc import Mapping
from typing import Any

from brownclust._validation import must_be
from brownclust.counting.count_table import CountTable, exact_sum
from brownclust.counting.origin import Origin


def check_totals(table: CountTable, origin: Origin) -> None:
    """Check that the totals go with the boundary, and with each other.

    Parameters
    ----------
    table : CountTable
        Counts for which `CountTable.validate` raises no error.
    origin : Origin
        How they were made.

    Raises
    ------
    ValueError
        If no text has such totals; the message names the one that is wrong.
    """
    is_by_pair = origin.skip_grams > 1
    if origin.from_pairs and table.boundary != "ignore":
        raise ValueError(must_be("boundary", "'ignore' with pairs", table.boundary))
    if is_by_pair and table.boundary == "mark":
        rule = "'break' or 'ignore' with skip-grams"
        raise ValueError(must_be("boundary", rule, table.boundary))
    if is_by_pair:
        _check_equal("n_lines", table.n_lines, "0 with skip-grams", 0)
        rule = "twice n_bigrams with skip-grams"
        _check_equal("n_tokens", table.n_tokens, rule, 2 * table.n_bigrams)
    elif table.boundary == "break":
        rule = "n_tokens - n_lines with boundary 'break'"
        n_bigrams = table.n_tokens - table.n_lines
        _check_equal("n_bigrams", table.n_bigrams, rule, n_bigrams)
    elif table.boundary == "mark":
        rule = "n_tokens + n_lines with boundary 'mark'"
        n_bigrams = table.n_tokens + table.n_lines
        _check_equal("n_bigrams", table.n_bigrams, rule, n_bigrams)
    elif table.n_bigrams >= table.n_tokens:
        rule = "less than n_tokens with boundary 'ignore'"
        raise ValueError(must_be("n_bigrams", rule, table.n_bigrams))
    if exact_sum(table.unigram_counts) == table.n_tokens:
        _check_complete(table)


def _check_complete(table: CountTable) -> None:
    """Check what holds if no word has been removed: no pair has been, either."""
    n_edges = table.n_lines if table.boundary == "mark" else 0
    edges = {"edge_starts": table.edge_starts, "edge_ends": table.edge_ends}
    for name, counts in edges.items():
        rule = f"{n_edges}, as no word has been removed"
        _check_equal(f"sum of {name}", exact_sum(counts), rule, n_edges)
    n_pairs = table.n_bigrams - 2 * n_edges
    rule = f"{n_pairs}, as no word has been removed"
    total = exact_sum(table.successors.counts)
    _check_equal("sum of successor_counts", total, rule, n_pairs)


def _check_equal(name: str, value: int, rule: str, right: int) -> None:
    if value != right:
        raise ValueError(must_be(name, rule, value))


def check_source(source: Mapping[str, Any]) -> None:
    """Check that the record of a source has the types that reports rely on.

    Parameters
    ----------
    source : mapping
        `BigramCounts.source`, as JSON has it.

    Raises
    ------
    TypeError, ValueError
        If it has others.
    """
    types = {"kind": str, "file": str, "files": list, "options": dict, "parts": list}
    for name, wanted in {**types, "of": dict}.items():
        if name in source and not isinstance(source[name], wanted):
            rule = f"a {wanted.__name__}"
            raise TypeError(must_be(f"{name} of source", rule, source[name]))
    for kind, name in (("merge", "parts"), ("selection", "of")):
        if source.get("kind") == kind and not source.get(name):
            raise ValueError(must_be(f"{name} of source", "there", source))
    for part in [*source.get("parts", []), *([source["of"]] if "of" in source else [])]:
        if not isinstance(part, dict):
            raise TypeError(must_be("parts of source", "dicts", part))
        check_source(part)
