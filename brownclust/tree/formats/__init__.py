r"""Word clusters in the text formats of other tools.

=========== ========================================= ==========================
format      one line                                  written or read by
=========== ========================================= ==========================
paths       ``0110 TAB said TAB 1204``                wcluster; Stanford's
                                                      terryKoo; ARK (CMU Twitter)
snips       ``said TAB 0110``                         Snips NLU
alexclark   ``said TAB 17``                           Stanford's alexClark; Clark,
                                                      mkcls, word2vec, Moses
clustercat  ``said TAB 17 TAB 1204``                  ClusterCat
srilm       ``CLASS-00017 0.25 said``                 SRILM: class, probability in
                                                      it, word
jsonl       ``{"word": "said", "bit_string": "0110",  any program
            "count": 1204}``
spacy       ``said TAB 6``                            spaCy 1 and 2: the bits as a
                                                      number, lowest bit first
word2vec    ``said -1 1 1 -1``, below a line with     embedding layers
            the numbers of words and dimensions
=========== ========================================= ==========================

alexclark, clustercat and srilm have flat classes: names, usually numbers, without a
tree. jsonl can have them, too: ``"class": "17"`` in place of ``"bit_string"``. Only
paths, clustercat and jsonl keep the counts; Clark's weights and SRILM's probabilities
are dropped.

Fields are separated by tabs, or all by blanks. A header, and comments that begin with
``#``, are left out.

To add a format, write a `Format` in a module here, as `jsonl` does, and enter it in
`files`. If its files can be recognised, also do so in `detection`.
"""

from brownclust.tree.formats.classes import srilm_name
from brownclust.tree.formats.cluster_table import (
    SEPARATORS,
    ClusterTable,
    OutputRow,
    is_bit_string,
    is_class_name,
)
from brownclust.tree.formats.files import FORMATS, read_table, write_table

__all__ = [
    "FORMATS",
    "SEPARATORS",
    "ClusterTable",
    "OutputRow",
    "is_bit_string",
    "is_class_name",
    "read_table",
    "srilm_name",
    "write_table",
]
