"""How kernels run: as plain Python, compiled by public Numba alone, or by all of it.

With private parts of Numba, kernels compile faster, and several threads can work on one
step of the clustering. The results are the same bytes in all three.
"""

import os
import warnings

from numba import config

SWITCH = "BROWNCLUST_PUBLIC_NUMBA"
"""The environment variable that, set to 1, keeps to public Numba."""


def _difference() -> str | None:
    """What of private Numba is not as we know it, or None."""
    try:
        from brownclust._kernels.jit import private_numba

        return private_numba.difference()
    except Exception as error:  # whatever a part that is gone raises
        return f"{type(error).__name__}: {error}"


def _known_numba() -> str:
    """The versions of Numba that brownclust is tested with, as pip wants them."""
    from importlib.metadata import requires

    needed = requires("brownclust") or []
    return next((name for name in needed if name.startswith("numba")), "numba")


def _private_numba_is_known() -> bool:
    difference = _difference()
    if difference is not None:
        from importlib.metadata import version

        message = (
            f"Numba {version('numba')} with llvmlite {version('llvmlite')} is not as "
            f"brownclust knows it inside ({difference}), so kernels use its public "
            "parts alone: the same results, but compiling takes longer, and clustering "
            f'uses one thread; pip install "{_known_numba()}" helps'
        )
        # No line of source below: it would be one of ours that says nothing.
        warnings.warn_explicit(message, RuntimeWarning, "brownclust", 0)
    return difference is None


IS_COMPILED = not config.DISABLE_JIT
"""False where NUMBA_DISABLE_JIT leaves the kernels plain Python."""

USES_PRIVATE_NUMBA = (
    IS_COMPILED
    and os.environ.get(SWITCH, "") in ("", "0")
    and _private_numba_is_known()
)
