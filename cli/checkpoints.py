"""Checkpoints on the command line: options, and messages about them."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from brownclust._validation import must_be

from .options import typed_name
from .progress import Progress

if TYPE_CHECKING:
    from brownclust import BigramCounts
    from brownclust.tree.checkpoint import Checkpoint
    from brownclust.tree.run_record import Stopwatch

Command = TypeVar("Command", bound=Callable[..., Any])
SECONDS = 300  # as tree.checkpoint.SECONDS, too slow to import for --help
# Options that do not affect the result. All others must be the same to resume.
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
        help="Time between two checkpoints in DIR, which are also written on Ctrl-C, "
        "SIGTERM and SIGHUP; 0 for no checkpoints. A checkpoint takes 24 bytes for "
        "each merge made, or 8 for each word while clusters are refined, plus the size "
        "of the counts. Writing takes at most a twentieth of the run: a large "
        "checkpoint is written less often. Removed at the end.",
    )
    # Eager: with --resume, `existing` does not check TEXT, which may be deleted.
    resume = click.option(
        "--resume",
        is_flag=True,
        is_eager=True,
        help="Continue from the checkpoint in DIR, without reading TEXT again, to the "
        "same result. Options that affect the result must be the same. If there is no "
        "checkpoint, start from the beginning.",
    )
    return every(resume(command))


def has_checkpoint(directory: str, *, resume: bool, force: bool) -> bool:
    """Whether to resume; raises ``OSError`` if a checkpoint would be overwritten."""
    from brownclust.tree.checkpoint import CHECKPOINT_COUNTS_NAME, CHECKPOINT_NAME
    from brownclust.tree.output import check_output

    check_output(
        directory,
        (CHECKPOINT_NAME, CHECKPOINT_COUNTS_NAME),
        force=force or resume,
        hint="--resume continues from it, --force replaces it",
    )
    return resume and Path(directory, CHECKPOINT_NAME).exists()


def new_checkpoint(progress: Progress) -> "Checkpoint":
    """Return the checkpoint of the running command."""
    from brownclust.tree.checkpoint import Checkpoint

    context = click.get_current_context()
    values = context.params
    options: dict[str, Any] = {}
    inputs: list[str] = []
    for param in context.command.params:
        name = param.name or ""
        if _is_set(param, values.get(name)) and name not in _CHANGEABLE:
            options[typed_name(param)] = values[name]
            if isinstance(param, click.Argument) or param.metavar == "FILE":
                value = values[name]
                inputs += [value] if isinstance(value, str) else value
    return Checkpoint(
        values["output"],
        every=values["checkpoint_every"],
        options=options,
        inputs=_files(inputs),
        report=progress.say,
    )


def counts_of_run(
    checkpoint: "Checkpoint",
    text: tuple[str, ...],
    options: dict[str, Any],
    watch: "Stopwatch",
    progress: Progress,
    *,
    is_resumed: bool,
) -> "BigramCounts":
    """Return the counts of the checkpoint if the run continues it, else those of TEXT.

    The stage is named in `watch`.
    """
    from .inputs import read_counts

    values = click.get_current_context().params
    if is_resumed:
        with watch.stage("resume"):
            return checkpoint.resume()
    if values["resume"]:
        output = values["output"]
        progress.say(f"No checkpoint in {output}: starting from the beginning")
    with watch.stage("count"):
        threads = {"threads": values["threads"]}
        return read_counts(text, options | threads, progress=progress)


def _is_set(param: click.Parameter, value: Any) -> bool:
    """Whether an option is recorded.

    Unset ones are not, so that a later version may add options.
    """
    is_number = isinstance(value, int)  # of which 0 may be the default or not
    return bool(value) or (is_number and str(value) != str(param.default))


def how_to_resume(checkpoint: "Checkpoint") -> str:
    """Return the end of the error message of an interruption."""
    if not checkpoint.is_kept:
        return ""
    return f"; the same command with --resume continues from {checkpoint.path}"


def _files(inputs: list[str]) -> list[str]:
    """Return the files that inputs stand for, if they exist."""
    from brownclust.text.files import expand_paths

    files = []
    for path in inputs:
        try:
            files += expand_paths([path])
        except (OSError, ValueError):  # counting reports it, if it reads the input
            continue
    return files


def _seconds(ctx: click.Context, param: click.Parameter, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:  # also rejects NaN
        rule = "a number of at least 0"
        raise click.UsageError(must_be(typed_name(param), rule, value), ctx)
    return seconds
