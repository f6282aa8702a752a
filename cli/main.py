"""The ``brownclust`` command, a group of the other commands.

Neither this module nor those of the commands import NumPy or Numba before a command
runs, so that ``--help`` is fast.
"""

import gc

import click

from brownclust._version import __version__

from .choose_k import choose_k
from .cluster import cluster
from .collocations import collocations
from .convert import convert
from .count import count
from .cut import cut
from .demo import demo
from .divergence import divergence
from .evaluate import evaluate
from .extend import extend
from .failures import Program
from .features import features
from .lookup import lookup
from .map import map_
from .plot import plot
from .refine import refine
from .show import show
from .stats import stats
from .tag import tag
from .view import view

EXAMPLES = """\b
Examples:
  brownclust demo                                 a first example
  brownclust cluster corpus.txt -c 1000 -o out    cluster a text
  brownclust show out                             look at the clusters
  brownclust cut out -c 100                       fewer clusters, same tree
"""


GC_THRESHOLDS = (200_000, 50, 1000)
"""Python's are (700, 10, 10). Numba makes millions of objects when it compiles, and
keeps nearly all: looking through them less often takes a twentieth off the first run.
"""


@click.group(
    "brownclust",
    cls=Program,
    epilog=EXAMPLES,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    __version__, prog_name="brownclust", message="%(prog)s %(version)s"
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Cluster the words of a corpus by their neighbours: exact Brown clustering.

    Every word gets a bit string, its path in a binary tree. Bit strings of words with
    similar neighbours begin with the same bits.
    """
    gc.set_threshold(*GC_THRESHOLDS)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


TEXT_TO_CLUSTERS = (demo, cluster, refine, cut, count, stats, choose_k, collocations)
CLUSTERS_IN_USE = (
    *(show, view, plot, evaluate, divergence, lookup, map_),
    *(features, extend, convert, tag),
)

for command in TEXT_TO_CLUSTERS + CLUSTERS_IN_USE:
    main.add_command(command)
