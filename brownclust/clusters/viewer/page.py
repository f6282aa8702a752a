"""The page: its parts in `template/`, and the data, put together into one file."""

import base64
import gzip
import hashlib
import html
import json
import re
from importlib import resources
from os import PathLike
from typing import Any

from brownclust._atomic import atomic_write
from brownclust._validation import check_integer, must_be
from brownclust._version import __version__
from brownclust.clusters.viewer.data import tree_data, word_data
from brownclust.clusters.word_clusters import WordClusters
from brownclust.tree.model import BrownModel

STYLES = ("colours.css", "page.css", "clusters.css", "detail.css", "narrow.css")

PROGRAM = (
    "text.js",
    "blocks.js",
    "tree.js",
    "words.js",
    "layout.js",
    "chips.js",
    "rows.js",
    "map.js",
    "cut.js",
    "search.js",
    "detail.js",
    "main.js",
)
"""The files of the program, in this order."""

LIBRARY = "d3-hierarchy"


def save_html(
    clusters: WordClusters | BrownModel,
    path: str | PathLike[str],
    *,
    n_clusters: int | None = None,
    title: str = "Word clusters",
) -> None:
    """Write a page that shows clusters in a browser, atomically.

    The page is one file: it can be opened from disk or sent to others, and loads
    nothing from elsewhere.

    Parameters
    ----------
    clusters : WordClusters or BrownModel
        A model, whose tree the page can cut into any number of clusters up to its
        window; or clusters. Those from a text file can be cut by the length of
        prefixes only, and flat classes not at all.
    path : str or path-like
        The file to write.
    n_clusters : int, optional
        Number of clusters that the page shows first: that of the model, or all, if
        None. Only where the order of merges is known.
    title : str, default "Word clusters"
        The heading of the page.

    Raises
    ------
    TypeError
        If `clusters` is neither.
    ValueError
        If there are not so many clusters, or the order of merges is not known.

    Notes
    -----
    About 8 bytes a word.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> clusters = WordClusters(["cat", "dog", "the"], ["00", "01", "1"], [3, 5, 9])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "clusters.html")
    ...     save_html(clusters, path)
    ...     path.read_text("utf-8").startswith("<!doctype html>")
    True
    """
    amis = None
    if isinstance(clusters, BrownModel):
        tree = clusters.dendrogram
        n_clusters = clusters.n_clusters if n_clusters is None else n_clusters
        amis = tree.ami_by_n_clusters
        finest = WordClusters.from_model(clusters, tree.window)
    elif isinstance(clusters, WordClusters):
        finest = clusters
    else:
        raise TypeError(must_be("clusters", "WordClusters or a BrownModel", clusters))
    if n_clusters is not None:
        n_clusters = check_integer("n_clusters", n_clusters, minimum=1)
        if finest.merges is None:
            rule = "left out, since the order of merges is not known"
            raise ValueError(must_be("n_clusters", rule, n_clusters))
        if n_clusters > finest.n_clusters:
            rule = f"at most {finest.n_clusters}, the number of clusters"
            raise ValueError(must_be("n_clusters", rule, n_clusters))
    page = _render(
        title, tree_data(finest, start=n_clusters, amis=amis), word_data(finest)
    )
    with atomic_write(path, "wb") as file:
        file.write(page)


def _render(title: str, tree: dict[str, Any], words: dict[str, Any]) -> bytes:
    """Return the page.

    Only the title stands in it as text, escaped. All words are in compressed blocks,
    and the policy lets only scripts and styles with these hashes run.
    """
    style = "\n".join(map(_file, STYLES))
    theme = _script("theme.js")
    licence = _file(f"vendor/{LIBRARY}.LICENSE")
    library = f"/*\n{licence}*/\n" + _file(f"vendor/{LIBRARY}.min.js")
    program = _script(*PROGRAM)
    policy = (
        "default-src 'none'",
        f"script-src {_hash(theme)} {_hash(library)} {_hash(program)}",
        f"style-src {_hash(style)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    parts = {
        "title": html.escape(title.encode("utf-8", "backslashreplace").decode()),
        "version": __version__,
        "policy": "; ".join(policy),
        "style": style,
        "theme": theme,
        "library": library,
        "program": program,
        "tree": _block(tree),
        "words": _block(words),
    }
    # In one pass: what is inserted is not searched for further places.
    page = re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], _file("page.html"))
    return page.encode()


def _file(name: str) -> str:
    """Return one of the files of the page."""
    folder = resources.files("brownclust.clusters.viewer") / "template"
    return folder.joinpath(*name.split("/")).read_text("utf-8")


def _script(*names: str) -> str:
    """Return files as one script, in a scope of its own."""
    text = "\n".join(map(_file, names))
    return f'"use strict";\n(() => {{\n{text}}})();\n'


def _hash(text: str) -> str:
    """Return the hash by which a policy names an inline script or style."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _block(data: dict[str, Any]) -> str:
    """Return data as compressed JSON, in characters that end no script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
