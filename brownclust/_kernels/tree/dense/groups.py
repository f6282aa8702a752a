"""Groups of contexts, of which sketches are made."""

from brownclust._kernels.jit.compilation import inner_kernel

N_SINGLE = 32
"""Slots that are groups of their own: at first those of the most frequent words."""

N_SHARED = 32
"""Groups that the other slots are divided among."""

N_GROUPS = N_SINGLE + N_SHARED


@inner_kernel
def group_of(slot: int) -> int:
    """The group of a slot as a context."""
    return slot if slot < N_SINGLE else N_SINGLE + (slot & (N_SHARED - 1))
