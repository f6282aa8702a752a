"""Counting on the machines of a Dask cluster, where one is outgrown.

Two passes over a text of n bytes, in chunks of b bytes (a compressed file is one
chunk however long it is), with P partitions. Each partition of words, by a hash, and
then of pairs, by left word, is merged 8 at a time, on whatever worker has room.

- Tasks of a pass: ``n/b`` that count, ``P n/b`` that hand a part over, about
  ``P n/(7 b)`` that merge, P that keep words or write pairs.
- Bytes moved: with W(b) the different words of a chunk, of w bytes on average, the
  first pass moves at most ``n/b W(b) (w + 16)`` to the first merge, and less to each
  of the ``log8(n/b)`` others; with D(b) its different pairs, the second
  ``16 n/b D(b)``. A worker gets the V words kept once, ``V (w + 8)`` bytes.
- Memory of a worker, beside some 220 MB, for each of its threads: counting, about 110
  bytes for each of D(b) and 100 for each of V; merging, in the last of its steps, about
  ``105 W(n)/P`` and ``62 D(n)/P`` if the parts are equal. They are about equal as long
  as no word has more neighbours than a part has pairs: all pairs of one left word are
  in one. All workers together hold, of what waits to be merged, up to seven results at
  each level of the tree.
- The client holds the V words kept, about 215 bytes for each, and a block of the pairs;
  the disk, before the file of counts is written, ``28 D(n)``.

So b is bounded by the memory for D(b), and P from below by that for W(n) and D(n). The
number of tasks, of which a scheduler does some thousand a second and holds 7 KB each,
falls with b and grows with P: where n is large, b should be as large as memory allows.

``docs/scale.md`` tells how the constants were measured, and what they mean for 10^12
tokens.

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

from brownclust.distributed.job import DistributedCounts, count_distributed

__all__ = ["DistributedCounts", "count_distributed"]
