"""One run of `benchmarks.versions_taggers`, with the code of any checkout.

``PYTHON versions_taggers_run.py CHECKOUT TRAIN TAG TEXT EPOCHS [CLUSTERS]`` trains a
tagger of parts of speech, tags the text twice, and prints processor times and a digest
of the tags as JSON. Kernels are compiled or loaded before. A script of its own, which
uses nothing of this checkout: the Python and the checkout may be older.
"""

import hashlib
import json
import sys
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

WARM_UP = 20  # sentences


def read_tagged(path: str, tag: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the words of the first column, and the tags of column `tag`, from 1."""
    blocks = Path(path).read_text("utf-8").strip("\n").split("\n\n")
    rows = [[line.split("\t") for line in block.split("\n")] for block in blocks]
    return (
        [[row[0] for row in sentence] for sentence in rows],
        [[row[tag - 1] for row in sentence] for sentence in rows],
    )


def main(
    checkout: str,
    train: str,
    tag: str,
    text: str,
    epochs: str,
    clusters: str | None = None,
) -> None:
    """Train and tag, and print what was measured."""
    # Of this folder, which is that of the script.
    from versions_run import (  # type: ignore[import-not-found, unused-ignore]
        import_from,
    )

    import_from(Path(checkout))
    from brownclust import PerceptronTagger, WordClusters

    sentences, tags = read_tagged(train, int(tag))
    lines = Path(text).read_text("utf-8").splitlines()
    running = [line.split() for line in lines]

    loaded = None if clusters is None else WordClusters.load(clusters)

    def make(n_epochs: int) -> Any:
        return PerceptronTagger("pos", clusters=loaded, n_epochs=n_epochs)

    make(1).fit(sentences[:WARM_UP], tags[:WARM_UP]).predict(running[:WARM_UP])
    times = [process_time()]
    tagger = make(int(epochs)).fit(sentences, tags)
    times.append(process_time())
    for _ in range(2):  # with an empty cache, then with all words in it
        found = tagger.predict(running)
        times.append(process_time())
    train_seconds, tag_seconds, tag_again_seconds = (
        after - before for before, after in pairwise(times)
    )
    print(
        json.dumps(
            {
                "train": train_seconds,
                "tag": tag_seconds,
                "tag_again": tag_again_seconds,
                "tags": hashlib.sha256(json.dumps(found).encode()).hexdigest(),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
