"""The table of all formats, from which choices, help and detection come."""

from brownclust.tree.formats.classes import ALEXCLARK, CLUSTERCAT, MKCLS, SRILM
from brownclust.tree.formats.columns import PATHS, SNIPS, SPACY
from brownclust.tree.formats.comma_separated import CSV
from brownclust.tree.formats.json_dict import JSON
from brownclust.tree.formats.jsonl import JSONL
from brownclust.tree.formats.member_lines import LINES
from brownclust.tree.formats.word2vec import WORD2VEC

FORMAT_TABLE = {
    format.name: format
    for format in (
        PATHS,
        SNIPS,
        ALEXCLARK,
        MKCLS,
        CLUSTERCAT,
        SRILM,
        LINES,
        CSV,
        JSON,
        JSONL,
        SPACY,
        WORD2VEC,
    )
}
"""Each format by its name."""

FORMATS = tuple(FORMAT_TABLE)
"""The names."""
