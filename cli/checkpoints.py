"""Options and notes of commands that keep a checkpoint."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from brownclust._validation import must_be

from .options import typed_name
from .progress import Progress

if TYPE_CHECKING:
    from brownclust.tree.checkpoint import Checkpoint

Command = TypeVar("Command", bound=Callable[..., Any])
SECONDS = 300
# The result does not depend on these; whatever else there is must be as it was.
_CHANGEABLE = {
    *("checkpoint_every", "force", "help", "memory", "output", "quiet", "resume"),
    *("temp_directory", "threads"),
}


def checkpoint_options(command: Command) -> Command:
    """Add ``--checkpoint-every`` and ``--resume``."""
    every = click.option(
        "--checkpoint-every",
        default=str(SECONDS),
        show_default=True,
        callback=_seconds,
        metavar="SECONDS",
        help="Write a checkpoint into DIR that often, and on Ctrl-C or SIGTERM; 0 for "
        "none. It takes about 10 MB at a window of 1000, 3.3 GB at 20,000, and once as "
        "much as the counts. If writing takes long it is done less often, in no more "
        "than a twentieth of the time. Removed at the end.",
    )
    # Eager: with it, the text may be gone.
    resume = click.option(
        "--resume",
        is_flag=True,
        is_eager=True,
        help="Go on from the checkpoint in DIR, to the same result, without reading "
        "TEXT again; options that change the result must be as they were. If there is "
        "none, start at the beginning.",
    )
    return every(resume(command))


def has_checkpoint(directory: str, *, resume: bool, force: bool) -> bool:
    """Whether to resume from a checkpoint; if not, one must not be lost unawares."""
    from brownclust.tree.checkpoint import CHECKPOINT_COUNTS_NAME, CHECKPOINT_NAME
    from brownclust.tree.output import check_output

    check_output(
        directory,
        (CHECKPOINT_NAME, CHECKPOINT_COUNTS_NAME),
        force=force or resume,
        hint="--resume goes on from it, --force replaces it",
    )
    return resume and Path(directory, CHECKPOINT_NAME).exists()


def new_checkpoint(progress: Progress) -> "Checkpoint":
    """Return the checkpoint of the command line being run."""
    from brownclust.tree.checkpoint import Checkpoint

    context = click.get_current_context()
    values = context.params
    options, inputs = {}, []
    for param in context.command.params:
        name = param.name or ""
        # One that is not used is not recorded: a later version may have more options.
        if values.get(name) and name not in _CHANGEABLE:
            options[typed_name(param)] = values[name]
            if isinstance(param, click.Argument):
                inputs += values[name]
            elif param.metavar == "FILE":
                inputs.append(values[name])
    return Checkpoint(
        values["output"],
        every=values["checkpoint_every"],
        options=options,
        inputs=_files(inputs),
        report=progress.say,
    )


def how_to_resume(checkpoint: "Checkpoint") -> str:
    """Return what to say of an interruption."""
    if not checkpoint.is_kept:
        return "interrupted"
    return f"interrupted; the same command with --resume goes on from {checkpoint.path}"


def _files(inputs: list[str]) -> list[str]:
    """Return the files that inputs stand for, as far as they are (still) there."""
    from brownclust.text.files import expand_paths

    files = []
    for path in inputs:
        try:
            files += expand_paths([path])
        except (OSError, ValueError):  # counting will tell, if need be
            continue
    return files


def _seconds(ctx: click.Context, param: click.Parameter, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:  # nor NaN
        rule = "a number of at least 0"
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return seconds
