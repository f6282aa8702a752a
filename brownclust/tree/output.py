"""The output folder of a run: checked early, written all at once."""

import errno
import json
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from os import PathLike
from os.path import lexists  # true for broken links, too
from pathlib import Path
from time import perf_counter
from typing import Any

from brownclust._atomic import atomic_write, flush_to_disk, remove_remains
from brownclust._signals import deferred_signals
from brownclust.tree.model import MODEL_NAME, BrownModel
from brownclust.tree.tree_files import write_merges, write_paths

PATHS_NAME = "paths"
MERGES_NAME = "merges.tsv"
RUN_NAME = "run.json"
OUTPUT_NAMES = (PATHS_NAME, MERGES_NAME, MODEL_NAME, RUN_NAME)


def _is_of_system(path: Path) -> bool:
    """Whether a path is a device such as ``/dev/stdout``, a link to any open file."""
    folder = path.parent.resolve()
    return folder == Path("/dev") or Path("/proc") in (folder, *folder.parents)


def check_output(
    directory: str | PathLike[str],
    names: tuple[str, ...],
    *,
    force: bool,
    hint: str = "--force replaces it",
) -> None:
    """Check that output files can be written, before hours of work.

    Creates nothing.

    Parameters
    ----------
    directory : str or path-like
        Where the files will go; it need not exist yet.
    names : tuple of str
        Names of the files.
    force : bool
        Whether existing files may be replaced.
    hint : str
        What the error says about existing files if they may not be replaced.

    Raises
    ------
    OSError
        If the folder cannot be written to, or has a file that may not be replaced.
    """
    directory = Path(directory)
    if lexists(directory) and not directory.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder", str(directory))
    present = [directory / name for name in names if lexists(directory / name)]
    for path in present:
        if (path.exists() and not path.is_file()) or _is_of_system(path):
            raise FileExistsError(errno.EEXIST, "is not a file", str(path))
    if present and not force:
        raise FileExistsError(
            errno.EEXIST,
            f"already exists ({hint})",
            ", ".join(map(str, present)),
        )
    # A new folder is created inside the nearest one that exists.
    existing = next(path for path in (directory, *directory.parents) if lexists(path))
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise OSError(
            error.errno, f"cannot be written to ({error.strerror})", str(existing)
        ) from error


def write_output(
    directory: str | PathLike[str],
    model: BrownModel,
    run: Mapping[str, Any],
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Write the four files of a run; none appears before all are complete.

    ``run.json`` guarantees that the other files belong together. It is therefore
    removed first and written last: after a crash, files of two runs can be mixed only
    where ``run.json`` is missing. If the disk is full, nothing changes. Ctrl-C and
    SIGTERM wait until the new files are in their places. Temporary files left by killed
    writes are removed.

    Parameters
    ----------
    directory : str or path-like
        The folder; created if needed. Other files in it are left alone.
    model : BrownModel
        The trained model.
    run : mapping
        The content of ``run.json``; the time for writing is added to its `seconds`.
    force : bool, default False
        Replace the files if they exist.

    Returns
    -------
    dict
        The content of ``run.json`` as written.
    """
    directory = Path(directory)
    check_output(directory, OUTPUT_NAMES, force=force)
    directory.mkdir(parents=True, exist_ok=True)
    started = perf_counter()
    with ExitStack() as files:  # closes, and so renames, in reverse order
        run_file = files.enter_context(atomic_write(directory / RUN_NAME, "w"))
        model_file = files.enter_context(atomic_write(directory / MODEL_NAME, "wb"))
        merges_file = files.enter_context(atomic_write(directory / MERGES_NAME, "w"))
        paths_file = files.enter_context(atomic_write(directory / PATHS_NAME, "wb"))
        write_paths(
            paths_file,
            model.vocabulary,
            model.unigram_counts,
            model.dendrogram,
            model.n_clusters,
        )
        write_merges(merges_file, model.dendrogram)
        model.write(model_file)
        seconds = {**run["seconds"], "write": perf_counter() - started}
        written = {**run, "seconds": seconds}
        json.dump(written, run_file, indent=2)
        run_file.write("\n")
        for file in (run_file, model_file, merges_file, paths_file):
            flush_to_disk(file)
        with deferred_signals():
            (directory / RUN_NAME).unlink(missing_ok=True)
            files.close()
    for name in OUTPUT_NAMES:  # left by killed writes
        remove_remains(directory / name)
    return written
