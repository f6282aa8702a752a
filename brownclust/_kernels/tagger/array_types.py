"""Types of the arrays that the tagger's kernels take."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Uint8Array: TypeAlias = NDArray[np.uint8]
Int32Array: TypeAlias = NDArray[np.int32]
Int64Array: TypeAlias = NDArray[np.int64]
Float32Array: TypeAlias = NDArray[np.float32]
Float64Array: TypeAlias = NDArray[np.float64]

ScoreArray: TypeAlias = NDArray[np.int32 | np.float32]
"""Scores or weights: int32 during training, float32 in a trained tagger."""
