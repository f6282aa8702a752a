"""``brownclust count --dask``: text to counts on many machines."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from brownclust._validation import must_be
from brownclust.counting.options import OPTION_GROUPS, Resources, keyword_names

from .failures import Failure
from .options import (
    DASH,
    existing,
    is_given,
    number_option,
    option_of,
)
from .progress import Progress, amount

if TYPE_CHECKING:
    from distributed import Client

    from brownclust.distributed import DistributedCounts

Command = TypeVar("Command", bound=Callable[..., Any])
LOCAL = "local"
_NOT_ON_DASK = (*keyword_names(Resources), "field", "format", "pairs", "skip_grams")
DASK_OPTIONS = ("partitions", "block_size", "skip_bad_files")


def dask_options(command: Command) -> Command:
    """Add ``--dask`` and what goes with it."""
    for decorate in reversed(
        (
            click.option(
                "--dask",
                metavar="SCHEDULER",
                is_eager=True,  # it tells what TEXT is
                help="Count on a Dask cluster, whose scheduler is at SCHEDULER (such "
                "as tcp://host:8786), or on one started on this machine (local). Needs "
                "pip install 'brownclust[dask]', the workers too. TEXT is then paths "
                "or addresses that they can read (s3://…), patterns included, and FILE "
                "in a folder they can write to.",
            ),
            number_option(
                "--block-size",
                default=128_000_000,
                metavar="BYTES",
                help="With --dask, how much text a task reads; a compressed file is "
                "read by one task however large.",
            ),
            number_option(
                "--partitions",
                default=16,
                help="With --dask, in how many parts words and pairs are merged: more "
                "take less memory each, and more tasks.",
            ),
            click.option(
                "--skip-bad-files",
                is_flag=True,
                help="With --dask, leave out files that are damaged or not UTF-8, and "
                "say so in the end, rather than stop.",
            ),
        )
    ):
        command = decorate(command)
    return command


def existing_or_address(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Check that texts exist, unless they are for Dask's workers to find."""
    if ctx.params.get("dask") is None:
        return existing(stdin=True, patterns=True)(ctx, param, value)
    if DASH in value:
        rule = "files that workers can open, with --dask"
        raise click.UsageError(must_be("TEXT", rule, DASH), ctx)
    return value


def reject_dask_options() -> None:
    """Raise a usage error if an option was given that goes with ``--dask``."""
    for name in filter(is_given, DASK_OPTIONS):
        raise click.UsageError(f"{option_of(name)} is for --dask")


def count_on_dask(
    scheduler: str,
    text: tuple[str, ...],
    output: str,
    options: dict[str, Any],
    *,
    progress: Progress,
) -> "DistributedCounts":
    """Count, and say which files were skipped."""
    for name in filter(is_given, _NOT_ON_DASK):
        raise click.UsageError(f"{option_of(name)} is not for --dask")
    from brownclust.distributed import count_distributed

    taken = {*keyword_names(*OPTION_GROUPS), *DASK_OPTIONS}.difference(_NOT_ON_DASK)
    with _client(scheduler) as client:
        counts = count_distributed(
            text,
            output,
            client=client,
            progress=progress,
            **{name: options[name] for name in taken},
        )
    if counts.skipped:
        progress.say(
            *(f"Skipped: {reason}" for reason in counts.skipped.values()),
            f"Warning: {amount(len(counts.skipped), 'file')} skipped",
        )
    return counts


@contextmanager
def _client(scheduler: str) -> "Iterator[Client]":
    """Connect to a scheduler, or start one; Dask's own logs are kept back."""
    from distributed import Client, LocalCluster

    for handler in logging.getLogger("distributed").handlers:  # one for all its parts
        handler.setLevel(logging.CRITICAL)
    if scheduler == LOCAL:
        with (
            LocalCluster(
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
                preload=f"{__package__}.dask_worker",
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler)
    except (OSError, ValueError) as error:
        rule = "'local', or the address of a scheduler that answers"
        raise Failure(f"{must_be('--dask', rule, scheduler)} ({error})") from None
    with client:
        yield client
