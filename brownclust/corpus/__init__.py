"""Texts as blocks of bytes: files of any kind, standard input, sentences from Python.

The modules, each importing only those before it: ``zstd``, ``files`` (which files, and
how they are opened), ``blocks`` (cutting and collecting), ``records`` (text inside of
CoNLL and JSON lines), ``text`` and ``sentences``, whose blocks are counted.
"""

from brownclust.corpus.blocks import BLOCK_SIZE, Progress
from brownclust.corpus.files import (
    STANDARD_INPUT,
    PathLike,
    expand_paths,
    matching_files,
    open_binary,
)
from brownclust.corpus.sentences import SentenceBlocks
from brownclust.corpus.text import TextBlocks, read_whole_lines

__all__ = [
    "BLOCK_SIZE",
    "STANDARD_INPUT",
    "PathLike",
    "Progress",
    "SentenceBlocks",
    "TextBlocks",
    "expand_paths",
    "matching_files",
    "open_binary",
    "read_whole_lines",
]
