"""``brownclust show``: clusters, the tree, and words, for a person to read."""

import json
from typing import TYPE_CHECKING

import click

from brownclust.text.characters import encode_word
from brownclust.text.encodings import UTF8

from .cluster_options import from_option, lenient_option
from .failures import Failure
from .options import existing, number_option, quiet_option
from .progress import Progress
from .text_options import encoding_options

if TYPE_CHECKING:
    from brownclust import WordClusters
    from brownclust.clusters.tree_top import TreeTop

    from .cluster_view import View

TREE_LEAVES = 16
"""Of a tree by default: with the nodes above, they fit a screen."""

JSON_WORDS = 10

EXAMPLES = """\b
Examples:
  brownclust show out                    all clusters
  brownclust show out -c 20              the tree cut into 20 clusters
  brownclust show out --tree             the top of the tree
  brownclust show out 0110               the tree below 0110
  brownclust show out Monday             a word, its cluster and its neighbours
"""


@click.command(
    epilog=EXAMPLES, short_help="Show clusters, the tree, or a word and its neighbours."
)
@click.argument("clusters", callback=existing())
@click.argument("queries", nargs=-1, metavar="[PREFIX|WORD]...")
@number_option(
    "n_clusters",
    "-c",
    "--clusters",
    metavar="K",
    help="Number of clusters to show; of a model any number up to its window.  "
    f"[default: all; of a tree {TREE_LEAVES}]",
)
@click.option(
    "--tree",
    is_flag=True,
    help="Show the top of the tree: K clusters, and the nodes above them.",
)
@click.option("--word", is_flag=True, help="Each PREFIX|WORD is a word.")
@click.option("--prefix", is_flag=True, help="Each PREFIX|WORD is a prefix.")
@number_option(
    "n_words",
    "--words",
    help="Show at most N words of each cluster or node.  [default: as many as fit the "
    f"line; with --json {JSON_WORDS}]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@from_option
@lenient_option
@encoding_options
@quiet_option
def show(
    *,
    clusters: str,
    queries: tuple[str, ...],
    n_clusters: int | None,
    tree: bool,
    word: bool,
    prefix: bool,
    n_words: int | None,
    as_json: bool,
    source_format: str | None,
    lenient: bool,
    encoding: str | None,
    encoding_errors: str,
    quiet: bool,
) -> None:
    """Show clusters: a line for each, with its most frequent words.

    CLUSTERS is what brownclust cluster or convert wrote, or a text file in a format
    that convert reads.

    With a PREFIX of bit strings, the tree below it is shown, one line for each node,
    or for a class without a tree its words. With a WORD, its bit string and count, then
    its neighbours: the other words of its cluster, and those that share fewer bits.

    Bits that a bit string begins with are a PREFIX, even if they are a word, too;
    --word and --prefix decide. A word that is not there is an error, after all others
    have been shown.
    """
    if word and prefix:
        raise click.UsageError("--word and --prefix exclude each other")
    if tree and queries:
        raise click.UsageError("--tree shows the whole tree: leave out PREFIX or WORD")
    if (word or prefix) and not queries:
        raise click.UsageError("--word and --prefix need a PREFIX or WORD")
    from .cluster_view import View
    from .tree_input import load_tree

    loaded, warnings = load_tree(
        clusters,
        n_clusters,
        format=source_format,
        lenient=lenient,
        encoding=encoding or UTF8,
        encoding_errors=encoding_errors,
    )
    if n_words is None and as_json:
        n_words = JSON_WORDS
    view = View(loaded, n_clusters, n_words, n_leaves=TREE_LEAVES)
    with Progress(quiet=quiet) as progress:
        progress.say(*warnings)
        if not queries:
            _print_top(view, is_tree=tree, as_json=as_json)
            return
        found: list[tuple[str, TreeTop | None]] = []
        missing = []
        for query in queries:
            is_prefix = not word and (prefix or _is_prefix(loaded, query))
            is_word = query in loaded
            if is_prefix and is_word and not prefix:
                progress.say(f"Note: {query} is a word, too: --word shows it")
            top = view.top(query, is_tree=True) if is_prefix else None
            if is_word if top is None else top.leaves:
                found.append((query, top))
            else:
                missing.append(_missing(loaded, clusters, query, is_prefix=is_prefix))
    _print_found(view, found, as_json=as_json)
    if missing:
        raise Failure("; ".join(missing))


def _is_prefix(clusters: "WordClusters", query: str) -> bool:
    """Whether the argument is a prefix. Without a tree, words come before classes."""
    start, stop = clusters.label_range(query)
    return start < stop and not (clusters.is_flat and query in clusters)


def _print_top(view: "View", *, is_tree: bool, as_json: bool) -> None:
    """Print the clusters, or the top of the tree."""
    if is_tree and view.clusters.is_flat:
        raise Failure("flat classes have no tree: leave out --tree")
    top = view.top(is_tree=is_tree)
    if as_json:
        _print(json.dumps(view.node_records(top, with_inner=is_tree), indent=2))
    else:
        _print(*view.node_lines(top, with_inner=is_tree))


def _print_found(
    view: "View", found: "list[tuple[str, TreeTop | None]]", *, as_json: bool
) -> None:
    """Print words, and the trees below prefixes."""
    if as_json:
        records = [
            view.word_record(query)
            if top is None
            else {"prefix": query, "nodes": view.node_records(top, with_inner=True)}
            for query, top in found
        ]
        _print(json.dumps(records, indent=2))
        return
    for number, (query, top) in enumerate(found):
        if number:
            click.echo()
        if top is None:
            _print(*view.word_lines(query))
        else:
            _print(*view.node_lines(top, with_inner=True))


def _missing(
    clusters: "WordClusters", path: str, query: str, *, is_prefix: bool
) -> str:
    if is_prefix and clusters.is_flat:
        return f"no class of {path} is {query!r}"
    if is_prefix:
        return f"no bit string of {path} begins with {query!r}"
    from .suggestions import did_you_mean, suggestions

    what = "word or prefix" if query and not query.strip("01") else "word"
    found = did_you_mean(suggestions(clusters, query))
    return f"no {what} of {path} is {query!r}{found}"


def _print(*lines: str) -> None:
    for line in lines:
        click.echo(encode_word(line))
