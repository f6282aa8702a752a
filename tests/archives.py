"""Change what a binary file holds, as if it had been written so."""

import numpy as np

from brownclust._npz import DIGEST, write_npz


def rewrite(path, **changes):
    """Change arrays of a file, with the digest they then have; None removes one."""
    with np.load(path) as archive:
        arrays = dict(archive) | changes
    arrays.pop(DIGEST, None)
    kept = {name: a for name, a in arrays.items() if a is not None}
    with path.open("wb") as file:
        write_npz(file, {name: np.asarray(a, order="C") for name, a in kept.items()})
