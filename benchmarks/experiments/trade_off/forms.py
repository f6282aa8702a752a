"""The features of a form: templates, and clusters with bit strings for them."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from benchmarks.experiments.trade_off.design import CUTS, PATH, PREFIXES, cut_numbers
from brownclust import WordClusters
from brownclust.tagger.templates import Template, parse_templates, preset_templates

PREFIX_LENGTHS = (4, 6, 10, 20)


def features(
    preset: str, clusters: WordClusters | None, form: str
) -> tuple[list[Template], WordClusters | None]:
    """Return templates of a form, and the clusters for them.

    Parameters
    ----------
    preset : str
        The templates of the task; those with clusters are left out.
    clusters : WordClusters or None
        The clusters, with their merges.
    form : str
        One of `design.FORMS`.
    """
    templates = preset_templates(preset, clusters=False)
    if clusters is None:
        return templates, None
    if form == PATH:
        return [*templates, *parse_templates("cluster[-2..2]")], clusters
    lengths: Sequence[int] = PREFIX_LENGTHS
    if form == CUTS:
        clusters, lengths = with_codes(clusters, cut_numbers(clusters.n_clusters))
    else:
        assert form == PREFIXES
    sizes = ",".join(map(str, lengths))
    return [*templates, *parse_templates(f"cluster:{sizes}[-2..2]")], clusters


def with_codes(
    clusters: WordClusters, numbers: Sequence[int]
) -> tuple[WordClusters, list[int]]:
    """Return clusters with codes whose prefixes are the clusters of several cuts.

    Taggers know clusters by prefixes of bit strings, and no prefix of a tree's bit
    strings is a cut: at a given number of clusters, bit strings differ in length. So
    each cluster of the first cut gets a number of a fixed length, each cluster of the
    next cut a number among those that the same cluster contains, and so on.

    Parameters
    ----------
    clusters : WordClusters
        Clusters with their merges.
    numbers : sequence of int
        Numbers of clusters, ascending; the last is that of `clusters`.

    Returns
    -------
    clusters : WordClusters
        The same clusters, in the same order.
    lengths : list of int
        The length of the prefix that is the cluster of each cut.

    Examples
    --------
    >>> tree = WordClusters(["a", "b", "c"], ["00", "01", "1"], merges=[[0, 1], [3, 2]])
    >>> coded, lengths = with_codes(tree, [2, 3])
    >>> dict(coded), lengths
    ({'a': '00', 'b': '01', 'c': '10'}, [1, 2])
    """
    _, first = np.unique(clusters.labels, return_index=True)
    codes = [""] * len(first)
    widths = []
    for k in numbers:
        labels = clusters.cut(k).labels[first].tolist()
        children: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for code, label in zip(codes, labels, strict=True):
            children[code].setdefault(label, len(children[code]))
        widths.append(max(1, (max(map(len, children.values())) - 1).bit_length()))
        codes = [
            code + format(children[code][label], f"0{widths[-1]}b")
            for code, label in zip(codes, labels, strict=True)
        ]
    bit_strings = [codes[label] for label in clusters.labels.tolist()]
    coded = WordClusters(clusters.vocabulary, bit_strings, clusters.counts)
    return coded, list(accumulate(widths))
