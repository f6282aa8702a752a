"""``brownclust count --dask``: from text to counts on several machines."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from brownclust._validation import must_be
from brownclust.counting.options import OPTION_GROUPS, Resources, keyword_names

from .failures import Failure
from .inputs import list_usage
from .options import (
    DASH,
    InputCheck,
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
_NOT_ON_DASK = (
    *keyword_names(Resources),
    "comment",
    "dtype",
    "field",
    "format",
    "lenient",
    "pairs",
    "separator",
    "skip_grams",
)
DASK_OPTIONS = ("partitions", "block_size", "skip_bad_files")


def dask_options(command: Command) -> Command:
    """Add ``--dask`` and its further options."""
    for decorate in reversed(
        (
            click.option(
                "--dask",
                metavar="SCHEDULER",
                is_eager=True,  # it determines how TEXT is checked
                help="Count on the Dask cluster of this scheduler, such as "
                "tcp://host:8786, or on a cluster started on this machine (local). "
                "TEXT is then paths, patterns, or URLs such as s3://… that the workers "
                "can read, and FILE is in a folder that they can write to. Needs pip "
                "install 'brownclust[dask]', here and on the workers.",
            ),
            number_option(
                "--block-size",
                default=128_000_000,
                metavar="BYTES",
                help="With --dask: bytes of text per task. A compressed file is always "
                "one task.",
            ),
            number_option(
                "--partitions",
                default=16,
                help="With --dask: number of partitions in which words and pairs are "
                "merged. More partitions take less memory each, but more tasks.",
            ),
            click.option(
                "--skip-bad-files",
                is_flag=True,
                help="With --dask: skip files that are damaged or not text in their "
                "encoding, and report them at the end, instead of stopping.",
            ),
        )
    ):
        command = decorate(command)
    return command


class TextCheck(InputCheck):
    """A check that texts exist, unless Dask workers will read them."""

    def __call__(self, ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        """Return the value, or raise a usage error."""
        if ctx.params.get("dask") is None:
            return super().__call__(ctx, param, value)
        if DASH in value:
            rule = "files that workers can open, with --dask"
            raise click.UsageError(must_be("TEXT", rule, DASH), ctx)
        return value


def reject_dask_options() -> None:
    """Raise a usage error if an option of ``--dask`` is given without it."""
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
    """Count on Dask, and report the files that were skipped."""
    for name in filter(is_given, _NOT_ON_DASK):
        raise click.UsageError(f"{option_of(name)} is not for --dask")
    from brownclust.distributed import count_distributed

    supported = {*keyword_names(*OPTION_GROUPS), *DASK_OPTIONS}.difference(_NOT_ON_DASK)
    with _client(scheduler) as client:
        counts = count_distributed(
            text,
            output,
            client=client,
            progress=progress,
            **{name: options[name] for name in supported if options[name] is not None},
        )
    progress.say(*list_usage(counts.list_usage))
    if counts.skipped:
        progress.say(
            *(f"Skipped: {reason}" for reason in counts.skipped.values()),
            f"Warning: {amount(len(counts.skipped), 'file')} skipped",
        )
    return counts


@contextmanager
def _client(scheduler: str) -> "Iterator[Client]":
    """Connect to a scheduler, or start one, with the logs of Dask switched off."""
    from distributed import Client, LocalCluster

    for handler in logging.getLogger("distributed").handlers:  # of all its modules
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
        rule = "'local', or the address of a running scheduler"
        raise Failure(f"{must_be('--dask', rule, scheduler)} ({error})") from None
    with client:
        yield client
