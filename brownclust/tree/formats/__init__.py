r"""Word clusters in the text formats of other tools.

=========== ========================================= ==========================
format      one line                                  written or read by
=========== ========================================= ==========================
paths       ``0110 TAB said TAB 1204``                wcluster; Stanford's
                                                      terryKoo; ARK (CMU Twitter)
snips       ``said TAB 0110``                         Snips NLU
alexclark   ``said TAB 17``                           Stanford's alexClark
jsonl       ``{"word": "said", "bit_string": "0110",  any program
            "count": 1204}``
spacy       ``said TAB 6``                            spaCy 1 and 2: the bits as a
                                                      number, lowest bit first
word2vec    ``said -1 1 1 -1``, below a line with     embedding layers
            the numbers of words and dimensions
=========== ========================================= ==========================

alexclark has class numbers and no tree: they are read as bit strings of equal length,
whose prefixes have no meaning. All formats but paths and jsonl lose the counts.

To add a format, write a `Format` in a module here, as `jsonl` does, and enter it in
`files`. If its files can be recognised, also do so in `detection`.
"""

from brownclust.tree.formats.cluster_table import ClusterTable, is_bit_string
from brownclust.tree.formats.files import FORMATS, read_table, write_table

__all__ = ["FORMATS", "ClusterTable", "is_bit_string", "read_table", "write_table"]
