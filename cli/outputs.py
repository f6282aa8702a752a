"""What a command writes is checked and reserved before it does any work."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from brownclust._validation import must_be

from .options import DASH, InputCheck, OutputCheck, typed_name

Identity = tuple[int, int]  # device and number of a file, the same for all its names


@contextmanager
def guarded_outputs(*, force: bool) -> Iterator[None]:
    """Guard the outputs of the running command until it ends.

    An output that is an input, or that another run is writing, is an error, and so is
    one that exists unless `force`. (Of folders, `cluster` and others check what exists:
    they may resume.)
    """
    from brownclust._atomic import reserved
    from brownclust.tree.output import RUN_NAME, check_output

    context = click.get_current_context()
    outputs = dict(_outputs(context))
    for param, path in outputs.items():
        _check_differs(context, param, outputs)
        _check_inputs(context, param, path)
        check = _check_of(param)
        if check.folder:
            check_output(path, (), force=True)
        else:
            replaces = force or _is_resumed(context, check, path)
            check_output(Path(path).parent, (Path(path).name,), force=replaces)
    with ExitStack() as stack:
        for param, path in outputs.items():
            guarded = Path(path, RUN_NAME) if _check_of(param).folder else Path(path)
            stack.enter_context(reserved(guarded))
        yield


def _outputs(context: click.Context) -> Iterator[tuple[click.Parameter, str]]:
    """Yield the parameters that are outputs, and their paths."""
    for param in context.command.params:
        path = context.params.get(param.name or "")
        if isinstance(param.callback, OutputCheck) and path not in (None, DASH):
            yield param, path


def _check_of(param: click.Parameter) -> OutputCheck:
    assert isinstance(param.callback, OutputCheck)
    return param.callback


def _is_resumed(context: click.Context, check: OutputCheck, path: str) -> bool:
    """Whether an output is also the input that it may be."""
    source = context.params.get(check.resumes or "")
    return source is not None and Path(source).resolve() == Path(path).resolve()


def _check_differs(
    context: click.Context, param: click.Parameter, outputs: dict[click.Parameter, str]
) -> None:
    """Raise a usage error if an earlier output is the same file."""
    for other, path in outputs.items():
        if other is param:
            return
        if Path(path).resolve() == Path(outputs[param]).resolve():
            rule = f"another file than {typed_name(other)}"
            message = must_be(typed_name(param), rule, outputs[param])
            raise click.UsageError(message, context)


def _check_inputs(context: click.Context, param: click.Parameter, path: str) -> None:
    """Raise an error if a file that would be replaced is an input."""
    from brownclust.tree.checkpoint import CHECKPOINT_COUNTS_NAME, CHECKPOINT_NAME
    from brownclust.tree.output import OUTPUT_NAMES

    check = _check_of(param)
    written = [path]
    if check.folder:
        names = (*OUTPUT_NAMES, CHECKPOINT_NAME, CHECKPOINT_COUNTS_NAME)
        written = [os.path.join(path, name) for name in names]  # noqa: PTH118  # of strings
    present = {identity for file in written if (identity := _identity(file))}
    if not present:
        return
    for source in context.command.params:
        if check.resumes is not None and source.name == check.resumes:
            continue
        for file in _input_files(source, context.params.get(source.name or "")):
            if _identity(file) in present:
                what = "the input"
                if isinstance(source, click.Option):
                    what += f" of {typed_name(source)}"
                rule = f"a file other than {what}"
                if check.folder:
                    rule = f"a folder without {what}, {file}"
                raise ValueError(must_be(typed_name(param), rule, path))


def _input_files(param: click.Parameter, value: Any) -> Iterator[str]:
    """Yield the files that a parameter names, if it is an input."""
    from brownclust.text.files import expand_paths
    from brownclust.tree.model import MODEL_NAME

    check = param.callback
    if not isinstance(check, InputCheck) or value is None:
        return
    for path in value if isinstance(value, tuple) else (value,):
        if check.patterns:
            with suppress(OSError, ValueError):  # an address, or reading reports it
                yield from expand_paths([path])
        elif Path(path).is_dir():
            yield str(Path(path, MODEL_NAME))
        else:
            yield path


def _identity(path: str) -> Identity | None:
    """Return what identifies a file, also one that is standard input."""
    with suppress(OSError, ValueError, AttributeError):  # no file, no descriptor
        status = os.fstat(sys.stdin.fileno()) if path == DASH else os.stat(path)  # noqa: PTH116
        return status.st_dev, status.st_ino
    return None
