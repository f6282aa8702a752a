"""Classes of words from word2vec vectors, to compare with Brown clusters.

Vectors are trained with gensim, and k-means groups them into classes. Ward's method
builds a tree over the centres of the classes, so that a class has a bit string, and
prefixes, like a Brown cluster.
"""

from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownclust import WordClusters
from brownclust.text.files import open_decompressed

N_DIMENSIONS = 100
N_EPOCHS = 5
N_NEGATIVE = 5
N_ITERATIONS = 15
"""Most iterations of k-means."""


class WordVectors(NamedTuple):
    """Vectors of words, and what they cost.

    Attributes
    ----------
    words : list of str
        The words, most frequent first.
    counts : int64 array (n_words,)
        How often each word occurs.
    vectors : float32 array (n_words, n_dimensions)
        The vectors as trained.
    seconds : float
        Processor time of training.
    """

    words: list[str]
    counts: NDArray[np.int64]
    vectors: NDArray[np.float32]
    seconds: float


def train_vectors(
    texts: Sequence[Path], path: Path, *, window: int, min_count: int, seed: int = 1
) -> WordVectors:
    """Return skip-gram vectors of texts, kept in a file.

    Parameters
    ----------
    texts : sequence of path
        Text files, a sentence or paragraph per line.
    path : path
        Where the vectors are kept; read if the file exists.
    window : int
        Words to either side that are predicted.
    min_count : int
        Rarer words have no vector.
    seed : int
        Seed. One worker is used, so that it determines the result.
    """
    if not path.exists():
        try:
            from gensim.models import Word2Vec
        except ImportError:
            raise ImportError(
                "word vectors need gensim: pip install 'brownclust[experiments]'"
            ) from None
        path.parent.mkdir(parents=True, exist_ok=True)
        started = process_time()
        both = path.with_suffix(".txt")  # gensim reads one file
        with both.open("wb") as file:
            for text in texts:
                with open_decompressed(str(text)) as stream:
                    file.write(stream.read())
        model = Word2Vec(
            corpus_file=str(both),
            vector_size=N_DIMENSIONS,
            window=window,
            min_count=min_count,
            sg=1,
            negative=N_NEGATIVE,
            epochs=N_EPOCHS,
            seed=seed,
            workers=1,
        )
        both.unlink()
        words: list[str] = model.wv.index_to_key
        counts = [model.wv.get_vecattr(word, "count") for word in words]
        np.savez(
            path,
            words=np.frombuffer("\n".join(words).encode(), np.uint8),
            counts=np.array(counts, np.int64),
            vectors=model.wv.vectors,
            seconds=process_time() - started,
        )
    with np.load(path) as file:
        return WordVectors(
            file["words"].tobytes().decode().split("\n"),
            file["counts"],
            file["vectors"],
            float(file["seconds"]),
        )


def word_classes(
    vectors: WordVectors, n_classes: int, seed: int
) -> tuple[WordClusters, float]:
    """Return classes of words with a tree over them, and the processor time taken.

    Parameters
    ----------
    vectors : WordVectors
        Their lengths are made equal, so that classes depend on directions alone.
    n_classes : int
        Number of classes: k of k-means.
    seed : int
        Seed of k-means.
    """
    from scipy.cluster.hierarchy import linkage
    from sklearn.cluster import KMeans

    started = process_time()
    lengths = np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
    k_means = KMeans(
        n_classes, init="random", n_init=1, max_iter=N_ITERATIONS, random_state=seed
    ).fit(vectors.vectors / lengths)
    names = bit_strings(linkage(k_means.cluster_centers_, "ward"))
    bits = [names[label] for label in k_means.labels_.tolist()]
    clusters = WordClusters(vectors.words, bits, vectors.counts)
    return clusters, process_time() - started


def bit_strings(merges: NDArray[np.float64]) -> list[str]:
    """Return the path from the root to each leaf of a tree.

    Parameters
    ----------
    merges : ndarray of float64, shape (n_leaves - 1, 4)
        The tree, as SciPy's ``linkage`` returns it.

    Examples
    --------
    >>> bit_strings(np.array([[0, 2, 1, 2], [1, 3, 2, 3]]))
    ['10', '0', '11']
    """
    n_leaves = len(merges) + 1
    paths = [""] * (2 * n_leaves - 1)
    for node in range(2 * n_leaves - 2, n_leaves - 1, -1):
        for bit, child in zip("01", merges[node - n_leaves, :2], strict=True):
            paths[int(child)] = paths[node] + bit
    return paths[:n_leaves]
