"""Counting on the machines of a Dask cluster, where one is outgrown.

Two passes over a text of n bytes, in chunks of b bytes (a compressed file is one
chunk however long it is), with P partitions. Each partition of words, by a hash, and
then of pairs, by left word, is merged 8 at a time, on whatever worker has room.

- Tasks of a pass: ``n/b`` that count, ``P n/b`` that hand a part over, ``P n/(7 b)``
  that merge, P that keep words or write pairs.
- Bytes moved: with W(b) the different words of a chunk, of w bytes on average, the
  first pass moves at most ``n/b W(b) (w + 16)`` to the first merge, and less and less
  to each of the ``log8(n/b)`` others; with D(b) its different pairs, the second
  ``16 n/b D(b)``. All workers get the V words kept once, ``V (w + 8)`` bytes.
- Memory of a worker, for each of its threads: counting, about 70 bytes for each of
  D(b) and 100 for each of W(b); merging, ``32 D(n)/P`` for pairs in the last merge, if
  the parts are about equal: all pairs of one left word are in one.
- The client holds the V words kept and 48 bytes for each, and a block of the pairs;
  its disk, besides the file of counts, ``28 D(n)``.

So b is bounded by the workers' memory, and P by what the last merges may hold; as both
times the number of tasks, of which a scheduler starts some thousand a second, b should
be as large as memory allows where n is: 2 GB and 1,024 partitions for 10**12 tokens.

Nothing is kept on a worker that others could not compute again: Dask does so when one
is lost. The modules, each importing only those before it: ``chunks`` (what is read),
``counting`` (what workers ask of the counter), ``graph`` (tasks), ``plan`` (what they
share), ``words`` and ``pairs`` (the passes), ``assembly`` (the file of counts),
``run``.
"""

try:
    import distributed as _distributed  # noqa: F401
    import fsspec as _fsspec  # noqa: F401
except ImportError:
    raise ImportError(
        "counting on Dask needs distributed and fsspec; "
        "run: pip install 'brownclust[dask]'"
    ) from None

from brownclust.distributed.run import DistributedCounts, count_distributed

__all__ = ["DistributedCounts", "count_distributed"]
