"""Graphs of tasks, and waiting for what they return."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from secrets import token_hex
from typing import Any

from dask.task_spec import Task, TaskRef
from distributed import Client, Future, get_worker, wait
from distributed.scheduler import KilledWorker

from brownclust.distributed.chunks import Chunk

FAN_IN = 8
"""Results that one task merges."""

SECONDS_BETWEEN_REPORTS = 0.2


class TaskGraph:
    """Tasks that depend on each other, under keys no other run has.

    Attributes
    ----------
    topic : str
        Where tasks tell of the chunks they have counted.
    """

    def __init__(self) -> None:
        self.topic = f"brownclust-{token_hex(8)}"
        self._tasks: dict[Any, Task] = {}

    def __len__(self) -> int:
        """Return the number of tasks."""
        return len(self._tasks)

    def add(self, function: Callable[..., Any], *arguments: Any) -> TaskRef:
        """Add a task; it depends on those whose references are among the arguments."""
        name = f"{function.__name__.replace('_', '-')}-{self.topic}"
        key = (name, len(self._tasks))
        self._tasks[key] = Task(key, function, *arguments)
        return TaskRef(key)

    def reduce(
        self, function: Callable[..., Any], results: Sequence[TaskRef]
    ) -> TaskRef:
        """Merge results, in order, a few at a time."""
        while len(results) > 1:
            groups = [
                results[first : first + FAN_IN]
                for first in range(0, len(results), FAN_IN)
            ]
            results = [
                self.add(function, *group) if len(group) > 1 else group[0]
                for group in groups
            ]
        return results[0]

    def split_and_reduce(
        self,
        function: Callable[..., Any],
        counted: Sequence[TaskRef],
        parts: Iterable[int],
    ) -> list[TaskRef]:
        """Merge each of some parts of results that are sequences of parts."""
        return [
            self.reduce(function, [self.add(take_part, one, part) for one in counted])
            for part in parts
        ]

    def run(
        self,
        client: Client,
        wanted: Sequence[TaskRef],
        report: Callable[[int], None],
    ) -> Iterator[tuple[int, Any]]:
        """Yield the results wanted, each with its place, as they come.

        Parameters
        ----------
        client : distributed.Client
            Of the cluster.
        wanted : sequence of TaskRef
            Tasks of this graph.
        report : callable
            Called now and then with the bytes of the chunks that workers have counted.

        Raises
        ------
        Exception
            What a task raised.
        MemoryError
            If workers die over a task again and again.
        ConnectionError
            If the scheduler is lost.
        """
        sizes: dict[int, int] = {}  # one counted again, as a worker was lost, is once

        def note(event: tuple[float, tuple[int, int]]) -> None:
            _, (number, n_bytes) = event
            sizes[number] = n_bytes

        client.subscribe_topic(self.topic, note)
        futures: list[Future[Any]] = client.get(
            self._tasks, [reference.key for reference in wanted], sync=False
        )
        places = {future.key: place for place, future in enumerate(futures)}
        waiting = set(futures)
        try:
            while waiting:
                done, waiting = _wait_for_some(
                    waiting, lambda: report(sum(list(sizes.values())))
                )
                for future in done:
                    yield places[future.key], future.result()
                    future.release()  # what is here need not be computed again
        except KilledWorker as error:
            raise MemoryError(
                f"a task must leave its worker alive, got {error.allowed_failures + 1} "
                "that died, out of memory perhaps: lower the block size, or raise the "
                "partitions"
            ) from None
        except CancelledError:
            raise ConnectionError(
                "the scheduler has been lost, or has dropped the tasks"
            ) from None
        finally:
            client.cancel(list(waiting))
            client.unsubscribe_topic(self.topic)


def _wait_for_some(
    futures: set[Future[Any]], report: Callable[[], None]
) -> tuple[set[Future[Any]], set[Future[Any]]]:
    while True:
        try:
            done, waiting = wait(
                futures,
                timeout=SECONDS_BETWEEN_REPORTS,
                return_when="FIRST_COMPLETED",
            )
        except TimeoutError:
            report()
        else:
            return done, waiting


def take_part(parts: Sequence[Any], part: int) -> Any:
    """Return one part of a result."""
    return parts[part]


def log_chunk(topic: str, chunk: Chunk) -> None:
    """Tell, from a worker, that a chunk has been counted."""
    get_worker().log_event(topic, (chunk.number, chunk.n_bytes))
