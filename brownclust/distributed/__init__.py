"""Counting on a Dask cluster, for text that one machine cannot count.

The result is the file that `brownclust.counting` writes, so nothing here knows of the
later stages. Two passes over the text count first words, then pairs of the words kept.
Each pass divides the text into chunks, which tasks count, and the counts into
partitions: of words by a hash, of pairs by left word. Tasks merge the results of one
partition, 8 at a time, on any worker.

For a text of n bytes in chunks of b bytes (a compressed file is always one chunk) and P
partitions:

- Tasks of a pass: ``n/b`` count, ``P n/b`` select a partition, about ``P n/(7 b)``
  merge, and P select words or write pairs.
- Bytes moved: let a chunk have W(b) distinct words, of w bytes on average, and D(b)
  distinct pairs. The first pass moves at most ``n/b W(b) (w + 16)`` bytes to the first
  merges, and less to each of the ``log8(n/b)`` later levels; the second pass
  ``16 n/b D(b)``. Each worker gets the V words kept once, ``V (w + 8)`` bytes.
- Memory of a worker: about 220 MB, and for each of its threads: while counting, about
  110 bytes for each of the D(b) pairs and 100 for each of the V words; while merging,
  at the last level, about ``105 W(n)/P`` for words and ``62 D(n)/P`` for pairs, if
  partitions are equal. They are about equal unless one word has more neighbours than a
  partition has pairs: all pairs of one left word are in one partition. All workers
  together hold up to seven results for each level of merging, until the eighth is
  there.
- The client holds the V words kept, about 215 bytes each, and a block of pairs. The
  disk holds ``28 D(n)`` bytes before the file of counts is written.

So the memory for D(b) limits b from above, and the memory for W(n) and D(n) limits P
from below. A scheduler handles about a thousand tasks a second and keeps 7 KB for each.
Their number falls with b and rises with P: for large n, b should be as large as memory
allows. ``docs/scale.md`` says how the constants were measured, and what they mean for
10^12 tokens.

When a worker is lost, Dask computes its results again on another: tasks depend only on
their arguments and on files.

Each module imports only modules before it:

- ``chunks``: the files, divided into chunks, and how they are read
- ``worker_counts``: counting and merging in a task, with the counter of one machine
- ``graph``: graphs of tasks, and running them
- ``shared_data``: the words and bounds that all tasks of a pass load
- ``word_pass``, ``pair_pass``: the tasks of the two passes
- ``assembly``: the partitions of pairs as one file of counts
- ``job``: `count_distributed`
"""

try:
    import distributed as _distributed  # noqa: F401
    import fsspec as _fsspec  # noqa: F401
except ImportError:
    raise ImportError(
        "counting on Dask needs distributed and fsspec; "
        "run: pip install 'brownclust[dask]'"
    ) from None

from brownclust.distributed.job import DistributedCounts, count_distributed

__all__ = ["DistributedCounts", "count_distributed"]
