"""English prose that every Python has: the documentation of itself.

The help topics of ``pydoc`` and the docstrings of the standard library, read from
its source, so that no module is imported.
"""

import os
import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

# Tests, tools with texts of their own, other people's packages, and a module whose
# only docstring is a cipher.
_LEFT_OUT = {
    *("dist-packages", "ensurepip", "idlelib", "lib2to3", "pydoc_data"),
    *("site-packages", "test", "tests", "turtledemo", "this.py"),
}
_CODE = re.compile(r">>>|::=|\.\.\.")
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z(\"'*])")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[,.;:?!()]")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_MARKUP = "*`\"'“”(),.;:?!"
_LEAST_SHARE_OF_WORDS = 0.85


def read_sentences() -> list[list[str]]:
    """Return the sentences, in lower case, punctuation apart.

    Notes
    -----
    About 300,000 tokens, in half a second. The text differs a little from one
    version of Python to the next.
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
    except ImportError:  # some distributions ship it apart
        return []
    return list(topics.values())


def _docstrings() -> Iterator[str]:
    """Strings in triple quotes, which in the standard library are docstrings."""
    for folder, subfolders, files in os.walk(sysconfig.get_path("stdlib")):
        subfolders[:] = sorted(set(subfolders) - _LEFT_OUT)
        for name in sorted(set(files) - _LEFT_OUT):
            if name.endswith(".py"):
                source = Path(folder, name).read_text("utf-8", errors="replace")
                outside_and_inside = source.split('"""')
                if len(outside_and_inside) % 2:  # else one stands in other quotes
                    yield from outside_and_inside[1::2]


def _prose(text: str) -> Iterator[str]:
    """Paragraphs that are mostly plain words: no code, no tables, no signatures."""
    for paragraph in _PARAGRAPH_END.split(text):
        if not _CODE.search(paragraph):
            items = paragraph.split()
            n_words = sum(item.strip(_MARKUP).isalpha() for item in items)
            if n_words > _LEAST_SHARE_OF_WORDS * max(len(items), 6):
                yield " ".join(items).replace(_APOSTROPHE, "'")
