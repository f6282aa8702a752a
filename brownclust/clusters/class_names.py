"""What stands for each cluster in other files: bits, a number, or a name for SRILM."""

from typing import TYPE_CHECKING

from brownclust._validation import check_choice, check_integer, must_be
from brownclust.tree.formats import srilm_name

if TYPE_CHECKING:
    from brownclust.clusters.word_clusters import WordClusters

STYLES = ("bits", "number", "srilm")

MAX_DIGITS = 18
"""Of a name that is taken for a number: one of 64 bits."""


def class_names(
    clusters: "WordClusters",
    style: str = "bits",
    *,
    prefix_length: int | None = None,
    offset: int = 0,
) -> list[str]:
    """Return what stands for each cluster.

    Parameters
    ----------
    clusters : WordClusters
        The clusters.
    style : {"bits", "number", "srilm"}
        The bit string; a number, by order of bit strings; or the number in a name such
        as ``CLASS-00017``, as the format srilm writes it. Flat classes keep their name.
    prefix_length : int, optional
        Clusters whose bit strings have the same first bits are one cluster. A bit
        string that is shorter is used whole.
    offset : int, default 0
        Added to all numbers, also to names of flat classes. Not for "bits" of a tree.

    Returns
    -------
    list of str, length n_clusters
        By label.

    Raises
    ------
    ValueError
        If flat classes are given a prefix length, or an offset and not all of their
        names are numbers; or if an offset makes a number negative.

    Examples
    --------
    >>> from brownclust import WordClusters
    >>> clusters = WordClusters(["cat", "dog", "the"], ["00", "01", "1"])
    >>> class_names(clusters, "number", offset=2)
    ['2', '3', '4']
    >>> class_names(clusters, prefix_length=1)
    ['0', '0', '1']
    """
    check_choice("style", style, STYLES)
    offset = check_integer("offset", offset)
    bit_strings = list(clusters.cluster_bit_strings)
    if clusters.is_flat:
        if prefix_length is not None:
            rule = "left out for flat classes, which have no tree"
            raise ValueError(must_be("prefix_length", rule, prefix_length))
        return [shift_class(name, offset) for name in bit_strings]
    if prefix_length is not None:
        length = check_integer("prefix_length", prefix_length, minimum=1)
        bit_strings = [bits[:length] for bits in bit_strings]
    if style == "bits":
        if offset:
            rule = "0 for bit strings, which are not numbers"
            raise ValueError(must_be("offset", rule, offset))
        return bit_strings
    number_of = {bits: number for number, bits in enumerate(sorted(set(bit_strings)))}
    numbers = [shifted(number_of[bits], offset) for bits in bit_strings]
    return list(map(srilm_name if style == "srilm" else str, numbers))


def shift_class(name: str, offset: int) -> str:
    """Return the name of a flat class with an offset added to it."""
    if not offset:
        return name
    if not (name.isascii() and name.isdigit() and len(name) <= MAX_DIGITS):
        raise ValueError(must_be("class names", "numbers, to add an offset", name))
    return str(shifted(int(name), offset))


def shifted(number: int, offset: int) -> int:
    """Return the number of a class with an offset added to it."""
    if number + offset < 0:
        rule = f"at least {-number}, so that no class has a number below 0"
        raise ValueError(must_be("offset", rule, offset))
    return number + offset
