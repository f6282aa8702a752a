"""English prose that comes with Python: its own documentation.

The help topics of ``pydoc`` and the docstrings of the standard library, which are read
from the source files, so that no module is imported.
"""

import os
import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

# Tests, tools with other texts, installed packages, and a module whose only docstring
# is encrypted.
_EXCLUDED = {
    *("dist-packages", "ensurepip", "idlelib", "lib2to3", "pydoc_data"),
    *("site-packages", "test", "tests", "turtledemo", "this.py"),
}
_CODE = re.compile(r">>>|::=|\.\.\.")
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z(\"'*])")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[,.;:?!()]")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_MARKUP = "*`\"'“”(),.;:?!"
_MIN_WORD_FRACTION = 0.85


def read_sentences() -> list[list[str]]:
    """Return the sentences as lists of tokens, in lower case.

    Notes
    -----
    About 300,000 tokens, in half a second. The text differs slightly between versions
    of Python.
    """
    return [
        tokens
        for text in (*_help_topics(), *_docstrings())
        for paragraph in _prose(text)
        for sentence in _SENTENCE_END.split(paragraph)
        if len(tokens := _TOKEN.findall(sentence.lower())) > 3
    ]


def _help_topics() -> Iterable[str]:
    try:
        from pydoc_data.topics import topics  # half a megabyte
    except ImportError:  # a separate package in some distributions
        return []
    return list(topics.values())


def _docstrings() -> Iterator[str]:
    """Yield strings in triple quotes, which in the standard library are docstrings."""
    for folder, subfolders, files in os.walk(sysconfig.get_path("stdlib")):
        subfolders[:] = sorted(set(subfolders) - _EXCLUDED)
        for name in sorted(set(files) - _EXCLUDED):
            if name.endswith(".py"):
                source = Path(folder, name).read_text("utf-8", errors="replace")
                outside_and_inside = source.split('"""')
                if len(outside_and_inside) % 2:  # else one is inside other quotes
                    yield from outside_and_inside[1::2]


def _prose(text: str) -> Iterator[str]:
    """Yield paragraphs that are mostly words: no code, tables or signatures."""
    for paragraph in _PARAGRAPH_END.split(text):
        if not _CODE.search(paragraph):
            items = paragraph.split()
            n_words = sum(item.strip(_MARKUP).isalpha() for item in items)
            if n_words > _MIN_WORD_FRACTION * max(len(items), 6):
                yield " ".join(items).replace(_APOSTROPHE, "'")
