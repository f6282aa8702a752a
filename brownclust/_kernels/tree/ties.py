"""The tie rule: which of two pairs of equal loss is merged. Its only home."""

from brownclust._kernels.jit.compilation import inner_kernel


@inner_kernel
def precedes(a: int, b: int, c: int, d: int) -> bool:
    """Whether the pair of ids (a, b) wins a tie in loss over the pair (c, d).

    The lower of the two lower ids wins, then the lower of the two higher ones.
    """
    return min(a, b) < min(c, d) or (min(a, b) == min(c, d) and max(a, b) < max(c, d))
