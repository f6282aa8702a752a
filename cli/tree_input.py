"""Clusters to be shown: any of them, and of a model as many as are asked for."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .inputs import load_clusters

if TYPE_CHECKING:
    from brownclust import BrownModel, WordClusters


def load_model(path: str) -> "BrownModel | None":
    """Load a model, or return None for other clusters."""
    from brownclust._archive import archive_kind
    from brownclust.tree.model import KIND, BrownModel

    if Path(path).is_dir() or archive_kind(path) == KIND:
        return BrownModel.load(path)
    return None


def load_tree(
    path: str, n_clusters: int | None, **options: Any
) -> tuple["WordClusters", list[str]]:
    """Load clusters as `load_clusters` does; of a model at least `n_clusters`.

    Parameters
    ----------
    path : str
        The folder or file.
    n_clusters : int or None
        How many clusters are needed. A model can be cut into more than it was made for.
    **options : bool or str
        How to read a text file: further options of `load_clusters`.

    Returns
    -------
    clusters : WordClusters
        The clusters.
    warnings : list of str
        Lines for the user.
    """
    from brownclust.clusters.word_clusters import WordClusters

    clusters, warnings = load_clusters(path, **options)
    if n_clusters is not None and n_clusters > clusters.n_clusters:
        model = load_model(path)
        if model is not None:
            clusters = WordClusters.from_model(model, n_clusters)
    if n_clusters is not None and not clusters.is_flat and clusters.merges is None:
        warnings.append(
            f"Note: {path}: the order of merges is not known: clusters with the most "
            "tokens are divided first"
        )
    return clusters, warnings
