import pytest
from samples import CONLLU, NER, POS, make_tagger, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("taggers")


@pytest.fixture(scope="module")
def pos(folder):
    """A tagger of parts of speech."""
    return make_tagger(folder / "pos.npz", POS)


@pytest.fixture(scope="module")
def ner(folder):
    """A tagger of names that uses a further column."""
    options = ("--columns", "word,pos,name", "--use", "pos", "--preset", "ner")
    return make_tagger(folder / "ner.npz", NER, *options)


@pytest.fixture(scope="module")
def upos(folder):
    """A tagger trained on CoNLL-U."""
    return make_tagger(folder / "upos.npz", CONLLU)


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "data.tsv", POS)


@pytest.fixture
def names(tmp_path):
    return write(tmp_path / "names.txt", NER)


@pytest.fixture
def conllu(tmp_path):
    return write(tmp_path / "text.conllu", CONLLU)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"
