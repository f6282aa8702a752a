"""What the commands share that refine clusters: an option, and lines of the summary."""

from typing import Any

import click

from brownclust.tree.refining_options import MAX_SEED

from .options import Command, at_least
from .progress import amount


def seed_option(command: Command) -> Command:
    """Add ``--seed``."""
    return click.option(
        "--seed",
        callback=at_least(0, MAX_SEED),
        default="0",
        show_default=True,
        metavar="N",
        help="Seed for annealing. The same seed, counts and options give the same "
        "clusters.",
    )(command)


def refined_summary(run: dict[str, Any]) -> list[str]:
    """Return the line about the refinement of a run, if it had one."""
    if "refinement" not in run:
        return []
    record = run["refinement"]
    before, after = record["ami_before"], record["ami"]
    line = (
        f"Refined from {before:z.4f} to {after:z.4f} bits in "
        f"{amount(record['n_sweeps'], 'sweep')}"
    )
    if after > before:
        line += ": more information, which is not always a better feature"
    return [line]
