"""Read dependency trees from CoNLL-U files, and make them projective.

In a tree, ``heads[i]`` is the head of token i, for i from 1; ``heads[0]``, of the root
that stands before the sentence, is -1. One token has the root as its head.
"""

from dataclasses import dataclass
from os import PathLike, fspath
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from brownclust._validation import expected, shown
from brownclust.text.conll import Sentence, read_conll
from brownclust.text.files import open_binary

ROOT = 0

Heads: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True)
class Tree:
    """A sentence with its gold tree.

    Attributes
    ----------
    words, tags : list of str, length n_tokens
        The tokens, and their language-specific parts of speech (XPOS).
    heads : int32 array (n_tokens + 1,)
        The head of each token.
    is_punctuation : bool array (n_tokens,)
        Whether the universal part of speech (UPOS) is PUNCT.
    """

    words: list[str]
    tags: list[str]
    heads: Heads
    is_punctuation: NDArray[np.bool_]


def read_trees(path: str | PathLike[str]) -> list[Tree]:
    """Return the trees of a CoNLL-U file, which may be compressed.

    Raises
    ------
    ValueError
        With file and line, if a head is not a number from 0 to the number of tokens, or
        the heads of a sentence are not a tree with one token below the root.
    """
    name = fspath(path)
    with open_binary(name) as file:
        return [
            Tree(
                sentence.words,
                sentence.column("xpos"),
                _heads(sentence),
                np.array(sentence.column("upos")) == "PUNCT",
            )
            for sentence in read_conll(file, name)
            if sentence.words
        ]


def _heads(sentence: Sentence) -> Heads:
    """Return the heads of a sentence, checked."""
    lines = [
        sentence.first_line + i
        for i, row in enumerate(sentence.rows)
        if row is not None
    ]
    n_tokens = len(lines)
    heads = np.full(n_tokens + 1, -1, np.int32)
    column = sentence.column("head")
    for token, (line, head) in enumerate(zip(lines, column, strict=True), 1):
        if not (head.isascii() and head.isdigit() and int(head) <= n_tokens):
            rule = f"a head from 0 to {n_tokens}"
            raise ValueError(expected(f"{sentence.name}:{line}", rule, head))
        heads[token] = int(head)
    if not is_tree(heads):
        place = f"{sentence.name}:{lines[0]}"
        rule = "the heads of a tree with one token below the root"
        raise ValueError(f"{place}: expected {rule}, got {shown(' '.join(column))}")
    return heads


def is_tree(heads: Heads) -> bool:
    """Whether every token is below the root, and exactly one of them directly."""
    if (heads[1:] == ROOT).sum() != 1:
        return False
    is_below = np.zeros(heads.size, np.bool_)
    is_below[ROOT] = True
    for _ in range(heads.size):  # the longest path has as many arcs as tokens
        is_below[1:] = is_below[heads[1:]]
    return bool(is_below.all())


def crossing_arcs(heads: Heads) -> list[int]:
    """Return the tokens whose arc is not projective.

    An arc is projective if all tokens between its ends are below its head.
    """
    ancestors = _ancestors(heads)
    crossing = []
    for token in range(1, heads.size):
        head = int(heads[token])
        between = range(min(token, head) + 1, max(token, head))
        if not all(head in ancestors[i] for i in between):
            crossing.append(token)
    return crossing


def _ancestors(heads: Heads) -> list[set[int]]:
    """Return the tokens above each token, with the root."""
    ancestors: list[set[int]] = []
    for start in range(heads.size):
        above: set[int] = set()
        token = start
        while token != ROOT:
            token = int(heads[token])
            above.add(token)
        ancestors.append(above)
    return ancestors


def projectivised(heads: Heads) -> Heads:
    """Return a projective tree: the shortest crossing arc is lifted until none is left.

    To lift an arc is to attach its token to the head of its head (Nivre and Nilsson
    2005, "Pseudo-projective dependency parsing", section 2). Of crossing arcs of one
    length the leftmost is lifted first.

    Arcs from the root, and from the one token below it, are projective, because all
    other tokens are below both. So no token is lifted to the root.
    """
    heads = heads.copy()
    while crossing := crossing_arcs(heads):
        token = min(crossing, key=lambda i: (abs(i - int(heads[i])), i))
        heads[token] = heads[heads[token]]
    return heads
