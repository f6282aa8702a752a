"""The options of all experiments: where data are, and where results go.

``--data`` names a folder with ``text`` and ``labelled``; it is by default what the
environment variable BROWNCLUST_DATA names.
"""

import argparse
import os
import sys
from pathlib import Path

from benchmarks.experiments.common.clusters import Text
from benchmarks.experiments.common.record import RESULTS
from benchmarks.report import positive

DATA_VARIABLE = "BROWNCLUST_DATA"
TEXTS = ("novels100", "eltec_eng", "reuters21578")
"""Texts of the clusters of most experiments: 32 million words of English."""


def experiment_parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all experiments have.

    Parameters
    ----------
    name : str
        The module of the experiment; results have this name, too.
    description : str
        The module's docstring, whose first paragraph becomes the help's.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.experiments.{name}",
        description=(description or "").partition("\n\n")[0],
    )
    add = parser.add_argument
    folder = os.environ.get(DATA_VARIABLE)
    add(
        "--data",
        type=_data_folder,
        default=folder or None,
        required=not folder,
        metavar="DIR",
        help=f"folder with text and labelled (default: ${DATA_VARIABLE})",
    )
    add("--work", type=Path, required=True, metavar="DIR", help="what is kept")
    add(
        "-o",
        "--output",
        type=Path,
        default=RESULTS / name,
        metavar="NAME",
        help="results, without ending (default: in `results`)",
    )
    add("--test", action="store_true", help="score on test data, once all is trained")
    return parser


def add_numbers(parser: argparse.ArgumentParser, **defaults: int) -> None:
    """Add options for positive integers, such as ``--seeds N``, with their defaults."""
    for name, default in defaults.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=positive,
            default=default,
            metavar="N",
            help=f"default {default}",
        )


def check_order(options: argparse.Namespace, *, is_chosen: bool) -> None:
    """End the program if test data would be used before development data."""
    if options.test and not is_chosen:
        sys.exit("--test must come after a run without it")


def _data_folder(text: str) -> Path:
    """Return a folder of data; the ``type`` of an option."""
    folder = Path(text)
    if not (folder / "labelled").is_dir():
        raise argparse.ArgumentTypeError(f"must have a folder labelled, got {text}")
    return folder


def labelled(options: argparse.Namespace) -> Path:
    """Return the folder of labelled data."""
    folder: Path = options.data / "labelled"
    return folder


def text_files(options: argparse.Namespace, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the files of these texts, plain or compressed; end if one is missing."""
    folder: Path = options.data / "text"
    files = []
    for name in names:
        found = sorted(folder.glob(f"{name}.txt*"))
        if not found:
            sys.exit(f"{folder} must have {name}.txt, or a compressed one")
        files.append(found[0])
    return tuple(files)


def default_text(options: argparse.Namespace) -> Text:
    """Return the text of the clusters of most experiments."""
    return Text("english", text_files(options, TEXTS))
