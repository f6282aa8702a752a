"""What a limit on memory leaves for the table of pairs."""

from brownclust._validation import check_integer

RESERVED = 224 << 20
"""Bytes for Python, Numba and its compiled kernels, words, and blocks in hand."""

LEAST_MEMORY = 256 << 20

_SHARE = 0.75
"""Of what is left: a table is sorted in 24 bytes a pair, and holds one in 21 to 32."""


def pair_bytes(memory: int | None) -> int | None:
    """Return the bytes that pairs may take, of all the memory of the process.

    Raises
    ------
    ValueError
        If that is too little to begin with.
    """
    if memory is None:
        return None
    memory = check_integer("memory", memory, minimum=LEAST_MEMORY)
    return int(_SHARE * (memory - RESERVED))
