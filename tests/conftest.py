import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Kernels compile when first called, and machines differ: no deadline.
settings.register_profile("brownclust", deadline=None, print_blob=True)
settings.load_profile("brownclust")

DATA_VARIABLE = "BROWNCLUST_DATA"


def _data_folder() -> Path | None:
    name = os.environ.get(DATA_VARIABLE)
    return Path(name) if name and Path(name).is_dir() else None


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Let Ctrl-C interrupt: what runs in the background of a script ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config, items):
    """Deselect what needs the corpora where there are none."""
    if _data_folder() is not None:
        return
    needing = [item for item in items if item.get_closest_marker("corpus")]
    if needing:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if not item.get_closest_marker("corpus")]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of corpora; only for tests marked `corpus`."""
    folder = _data_folder()
    assert folder is not None, f"mark this test corpus: it needs {DATA_VARIABLE}"
    return folder
