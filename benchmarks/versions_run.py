"""One run of `benchmarks.versions`, with the code of any checkout.

``PYTHON versions_run.py CHECKOUT COUNTS WINDOW THREADS`` clusters the counts twice,
and prints the time of the second run and digests of the tree as JSON. The first run
compiles the kernels or loads them. A script of its own, which uses nothing of this
checkout: the Python and the checkout may be older.
"""

import hashlib
import json
import sys
from pathlib import Path
from time import perf_counter, process_time


def import_from(checkout: Path) -> None:
    """Import brownclust from a checkout, even if another one is installed.

    An editable install has a finder of its own, which may come before `sys.path`.
    """
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if "editable" not in repr(finder).lower()
    ]
    sys.path[0] = str(checkout)
    import brownclust

    found = Path(brownclust.__file__).resolve().parents[1]
    if found != checkout.resolve():
        sys.exit(f"brownclust must be imported from {checkout}, got {found}")


def main(checkout: str, path: str, window: str, threads: str) -> None:
    """Cluster, and print what was measured."""
    import_from(Path(checkout))
    from brownclust import BigramCounts, brown_cluster

    counts = BigramCounts.load(path)
    n_clusters = counts.n_types if window == "full" else int(window)
    for _ in range(2):
        wall, cpu = perf_counter(), process_time()
        tree = brown_cluster(counts, window=n_clusters, threads=int(threads))
        wall, cpu = perf_counter() - wall, process_time() - cpu
    measured = {"wall_seconds": wall, "cpu_seconds": cpu}
    digests = {
        name: hashlib.sha256(getattr(tree, name).tobytes()).hexdigest()
        for name in ("children", "losses")
    }
    print(json.dumps({**measured, **digests}))


if __name__ == "__main__":
    main(*sys.argv[1:])
