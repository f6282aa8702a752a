"""Change what a binary file holds, as if it had been written so."""

import numpy as np

from brownclust._npz import DIGEST, write_npz


def rewrite(path, **changes):
    """Change arrays of a file; None removes one.

    The file has the digest of what it holds, unless this is removed.
    """
    with np.load(path) as archive:
        arrays = dict(archive) | changes
    without_digest = DIGEST in changes
    arrays.pop(DIGEST, None)
    kept = {name: np.asarray(a) for name, a in arrays.items() if a is not None}
    if without_digest:
        np.savez(path, **kept)
        return
    with path.open("wb") as file:
        write_npz(file, {name: np.asarray(a, order="C") for name, a in kept.items()})
