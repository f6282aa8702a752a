"""``brownclust tag``: train, use, evaluate and inspect taggers.

One file per subcommand. They share ``columns`` (options) and ``tagged_input``;
``template_choice`` and ``epoch_report`` belong to ``train``.
"""

import click

from ..failures import Program
from .convert import convert
from .evaluate import evaluate
from .predict import predict
from .show import show
from .train import train

EXAMPLES = """\b
Examples:
  brownclust tag train train.tsv --dev dev.tsv --preset pos --clusters out -o pos.npz
  brownclust tag predict pos.npz < text.tsv
  brownclust tag evaluate pos.npz test.tsv
  brownclust tag show pos.npz --tag NOUN
  brownclust tag convert train.conll --to iob2 -o train.iob2.conll
"""


@click.group(
    "tag",
    cls=Program,
    epilog=EXAMPLES,
    invoke_without_command=True,
    short_help="Train, use and evaluate taggers.",
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.pass_context
def tag(ctx: click.Context) -> None:
    """Tag words in sentences with parts of speech, chunks or named entities."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (train, predict, evaluate, show, convert):
    tag.add_command(command)
