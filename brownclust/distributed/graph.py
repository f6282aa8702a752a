"""Build a graph of Dask tasks, and run it.

`brownclust.distributed.word_pass` and ``pair_pass`` add the tasks,
`brownclust.distributed.job` runs the graphs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from secrets import token_hex
from typing import Any

from dask.task_spec import Task, TaskRef
from distributed import Client, Future, get_worker, wait
from distributed.scheduler import KilledWorker

from brownclust.distributed.chunks import FileChunk

FAN_IN = 8
"""Results that one task merges.

More make fewer tasks and levels, but all results of a merge are in memory at once.
"""

SECONDS_BETWEEN_REPORTS = 0.2
"""How often progress is reported: fluent, and next to no work."""


class TaskGraph:
    """Tasks that depend on each other, under keys that are unique to this graph.

    Attributes
    ----------
    topic : str
        Topic of Dask's event log to which tasks report the chunks they have counted.
    """

    def __init__(self) -> None:
        self.topic = f"brownclust-{token_hex(8)}"
        self._tasks: dict[Any, Task] = {}

    def __len__(self) -> int:
        """Return the number of tasks."""
        return len(self._tasks)

    def add(self, function: Callable[..., Any], *arguments: Any) -> TaskRef:
        """Add a task and return a reference to its result.

        Parameters
        ----------
        function : callable
            What the task calls.
        *arguments
            Its arguments; a reference stands for the result of another task.
        """
        name = f"{function.__name__.replace('_', '-')}-{self.topic}"
        key = (name, len(self._tasks))
        self._tasks[key] = Task(key, function, *arguments)
        return TaskRef(key)

    def reduce(
        self, function: Callable[..., Any], results: Sequence[TaskRef]
    ) -> TaskRef:
        """Add tasks that merge results, in order, `FAN_IN` at a time.

        Parameters
        ----------
        function : callable
            Merges any number of results.
        results : sequence of TaskRef
            At least one.

        Returns
        -------
        TaskRef
            The merged result.
        """
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
        results: Sequence[TaskRef],
        indices: Iterable[int],
    ) -> list[TaskRef]:
        """Add tasks that merge the elements of results which are sequences.

        Parameters
        ----------
        function : callable
            Merges any number of elements.
        results : sequence of TaskRef
            At least one.
        indices : iterable of int
            Which elements are merged, each of all results.

        Returns
        -------
        list of TaskRef
            A merged element for each index.
        """
        return [
            self.reduce(
                function, [self.add(take_part, result, index) for result in results]
            )
            for index in indices
        ]

    def run(
        self,
        client: Client,
        wanted: Sequence[TaskRef],
        report: Callable[[int], None],
    ) -> Iterator[tuple[int, Any]]:
        """Run the graph on a cluster; yield results as they are completed.

        Parameters
        ----------
        client : distributed.Client
            Client of the cluster.
        wanted : sequence of TaskRef
            The tasks whose results are yielded.
        report : callable
            Called several times a second with the number of bytes counted so far.

        Yields
        ------
        index : int
            Position in `wanted`.
        result : object
            The task's result.

        Raises
        ------
        Exception
            What a task raised.
        MemoryError
            If one task has repeatedly killed its worker.
        ConnectionError
            If the scheduler is lost.
        """
        # By chunk, as a chunk is counted again if its worker is lost.
        bytes_counted: dict[int, int] = {}

        def note(event: tuple[float, tuple[int, int]]) -> None:
            _, (number, n_bytes) = event
            bytes_counted[number] = n_bytes

        client.subscribe_topic(self.topic, note)
        futures: list[Future[Any]] = client.get(
            self._tasks, [reference.key for reference in wanted], sync=False
        )
        indices = {future.key: index for index, future in enumerate(futures)}
        pending = set(futures)
        try:
            while pending:
                done, pending = _wait_for_some(
                    pending, lambda: report(sum(list(bytes_counted.values())))
                )
                for future in done:
                    yield indices[future.key], future.result()
                    future.release()  # the cluster need not keep it any longer
        except KilledWorker as error:
            raise MemoryError(
                f"{error.allowed_failures + 1} workers died while they ran the same "
                "task, perhaps for lack of memory: lower the block size, or raise the "
                "number of partitions"
            ) from None
        except CancelledError:
            raise ConnectionError(
                "the scheduler was lost, or it cancelled the tasks"
            ) from None
        finally:
            client.cancel(list(pending))
            client.unsubscribe_topic(self.topic)


def _wait_for_some(
    futures: set[Future[Any]], report: Callable[[], None]
) -> tuple[set[Future[Any]], set[Future[Any]]]:
    while True:
        try:
            done, pending = wait(
                futures,
                timeout=SECONDS_BETWEEN_REPORTS,
                return_when="FIRST_COMPLETED",
            )
        except TimeoutError:
            report()
        else:
            return done, pending


def take_part(elements: Sequence[Any], index: int) -> Any:
    """Return one element of a result: the only part of it that is sent on."""
    return elements[index]


def report_chunk(topic: str, chunk: FileChunk) -> None:
    """Report, from a worker, that a chunk has been counted."""
    get_worker().log_event(topic, (chunk.number, chunk.n_bytes))
