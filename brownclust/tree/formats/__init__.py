"""Word clusters in the text formats of other tools.

`FORMAT_TABLE` has a record of each format: what a line looks like, which programs read
it, what it keeps, and functions that recognise, read and write it. Formats without a
tree have flat classes: names, usually numbers. Clark's weights and SRILM's
probabilities are dropped.

Fields are separated by tabs, or all by blanks. In such columns a header, and comments
that begin with ``#``, are left out.

To add a format, write a `Format` in a module here, as `jsonl` does, and enter it in
`format_table`.
"""

from brownclust.tree.formats.classes import srilm_name
from brownclust.tree.formats.cluster_table import (
    SEPARATORS,
    ClusterTable,
    OutputRow,
    is_bit_string,
    is_class_name,
)
from brownclust.tree.formats.files import read_table, write_table
from brownclust.tree.formats.format import Format
from brownclust.tree.formats.format_table import FORMAT_TABLE, FORMATS

__all__ = [
    "FORMATS",
    "FORMAT_TABLE",
    "SEPARATORS",
    "ClusterTable",
    "Format",
    "OutputRow",
    "is_bit_string",
    "is_class_name",
    "read_table",
    "srilm_name",
    "write_table",
]
