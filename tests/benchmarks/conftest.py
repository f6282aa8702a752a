"""The texts of the benchmarks' tests."""

import pytest
from strategies import fixed_text

from benchmarks.experiments.common.options import TEXTS
from benchmarks.text import write_text

POS = "the\tDET\tX\ndog\tNOUN\tX\nran\tVERB\tX\n\na\tDET\tX\ncat\tNOUN\tX\n\n"
ENTITIES = "in\tO\nOslo\tB-LOC\n\nby\tO\nRome\tB-LOC\n\n"


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    write_text(path, 2_000)
    return path


@pytest.fixture
def data(tmp_path):
    """The folder of an experiment's data: tiny texts, two sentences for each task."""
    folder = tmp_path / "data" / "labelled"
    files = {
        **{f"pos/ewt/{part}.tsv": POS for part in ("train", "dev", "test")},
        **{f"chunk/conll2000/{part}.txt": ENTITIES for part in ("train", "test")},
        **{f"ner/btc/{section}.conll": ENTITIES for section in "abefgh"},
        "ner/wnut17/wnut17train.conll": ENTITIES,
        "ner/wnut17/emerging.dev.conll": ENTITIES,
        "ner/wnut17/emerging.test.annotated": ENTITIES,
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder.parent / "text").mkdir()
    for name in TEXTS:
        content = fixed_text(n_words=30, n_tokens=1000)
        (folder.parent / "text" / f"{name}.txt").write_bytes(content)
    return folder.parent
