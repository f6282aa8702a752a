"""The folder that a run leaves behind."""

import errno
import json
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from os import PathLike
from os.path import lexists  # links to nothing, too
from pathlib import Path
from time import perf_counter
from typing import Any

from brownclust._atomic import atomic_write, flush_to_disk, remove_remains
from brownclust._validation import must_be
from brownclust.tree.model import MODEL_NAME, BrownModel
from brownclust.tree.tree_files import write_merges, write_paths

PATHS_NAME = "paths"
MERGES_NAME = "merges.tsv"
RUN_NAME = "run.json"
OUTPUT_NAMES = (PATHS_NAME, MERGES_NAME, MODEL_NAME, RUN_NAME)


def check_output(
    directory: str | PathLike[str],
    names: tuple[str, ...],
    *,
    force: bool,
    ways_out: str = "--force replaces it",
) -> None:
    """Find out before hours of work whether their result can be written.

    Leaves nothing behind.

    Parameters
    ----------
    directory : str or path-like
        Where the files will go; it need not exist yet.
    names : tuple of str
        The files.
    force : bool
        Whether they may exist, and will be replaced.
    ways_out : str
        What to do if one exists that may not.

    Raises
    ------
    OSError
        If the folder cannot be written to, or has a file it may not lose.
    """
    directory = Path(directory)
    if lexists(directory) and not directory.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder", str(directory))
    there = [directory / name for name in names if lexists(directory / name)]
    for path in there:
        if path.exists() and not path.is_file():
            raise FileExistsError(errno.EEXIST, "is not a file", str(path))
    if there and not force:
        raise FileExistsError(
            errno.EEXIST,
            f"exists already ({ways_out})",
            ", ".join(map(str, there)),
        )
    # What does not exist yet will be made in the nearest folder that does.
    existing = next(path for path in (directory, *directory.parents) if lexists(path))
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise OSError(
            error.errno, f"cannot be written to ({error.strerror})", str(existing)
        ) from error


def prepare_file(
    path: str | PathLike[str], inputs: Iterable[str | PathLike[str]], *, force: bool
) -> None:
    """Check as `check_output` does that a file can be written; make its folder.

    Raises
    ------
    ValueError
        If it is one of the inputs, or the model in one, even with `force`.
    OSError
        As `check_output` does.
    """
    path = Path(path)
    for read in map(Path, inputs):
        parts = [read, read / MODEL_NAME] if read.is_dir() else [read]
        if path.exists() and any(p.exists() and path.samefile(p) for p in parts):
            raise ValueError(must_be("output", "another file than is read", str(path)))
    check_output(path.parent, (path.name,), force=force)
    path.parent.mkdir(parents=True, exist_ok=True)


def write_output(
    directory: str | PathLike[str],
    model: BrownModel,
    run: Mapping[str, Any],
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Write the four files of a run, none of them before all are complete.

    ``run.json`` says that the others belong together. So it is removed first and
    written last: after a crash, files of two runs can stand side by side only without
    it. A full disk leaves everything as it was. Temporary files of earlier writes that
    were killed are removed.

    Parameters
    ----------
    directory : str or path-like
        The folder; made if need be. Other files in it are left alone.
    model : BrownModel
        What was trained.
    run : mapping
        What ``run.json`` is to say; the time writing took is added to its `seconds`.
    force : bool, default False
        Replace the files if they exist.

    Returns
    -------
    dict
        What ``run.json`` says now.
    """
    directory = Path(directory)
    check_output(directory, OUTPUT_NAMES, force=force)
    directory.mkdir(parents=True, exist_ok=True)
    started = perf_counter()
    with ExitStack() as files:  # which closes, and so renames, the last one first
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
        (directory / RUN_NAME).unlink(missing_ok=True)
    for name in OUTPUT_NAMES:  # of writes that were killed
        remove_remains(directory / name)
    return written
