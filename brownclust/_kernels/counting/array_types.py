"""The types of the arrays that the counting kernels work on."""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
"""Text, or the bytes of words."""

Tokens = NDArray[np.int32]
"""Word ids of a text; below 0, words without an id yet."""

Indices = NDArray[np.int32]
"""Columns of sparse rows."""

Integers = NDArray[np.int64]
"""Counts, keys, offsets, and rows of tables."""
