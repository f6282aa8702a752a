import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from brownclust_cli.progress import Progress

# No test fails because it is slow: the first call of a kernel compiles it, and machines
# differ. `--hypothesis-profile thorough` runs seven times as many examples.
settings.register_profile(
    "quick",
    max_examples=15,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=100)
settings.load_profile("quick")

DATA_VARIABLE = "BROWNCLUST_DATA"

# Processes that tests start then share the bytecode of the package. Without it, each
# of some hundred would compile the package again, for a fifth of a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Importing and collecting make a million objects, and nearly all of them stay.
gc.disable()


def _data_folder() -> Path | None:
    name = os.environ.get(DATA_VARIABLE)
    return Path(name) if name and Path(name).is_dir() else None


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of text or bytes, and returns its path."""

    def write(data, name="text"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Let Ctrl-C interrupt tests, also where a script runs them in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_output_that_depends_on_time(monkeypatch):
    """Make commands print the same on slow machines, and with an empty cache.

    They print no progress lines, and do not announce that they compile.
    """
    monkeypatch.setattr("brownclust_cli.progress.SECONDS_BETWEEN_LINES", float("inf"))
    monkeypatch.setattr(Progress, "announce_compilation", lambda _: None)


@pytest.fixture(autouse=True)
def as_many_cores_as_threads(monkeypatch):
    """Let tests start the threads that they ask for, whatever the machine."""
    monkeypatch.setattr("brownclust._threads.available_cores", lambda: 1024)


def pytest_collection_modifyitems(config, items):
    """Deselect tests that need the corpora where there are none."""
    if _data_folder() is not None:
        return
    needing = [item for item in items if item.get_closest_marker("corpus")]
    if needing:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if not item.get_closest_marker("corpus")]


def pytest_collection_finish():
    """Collect garbage again, but never look at the objects that there are by now."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of corpora; only for tests marked `corpus`."""
    folder = _data_folder()
    assert folder is not None, f"mark this test corpus: it needs {DATA_VARIABLE}"
    return folder
