"""All commands that write files, each with an old and a new content of its outputs."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from strategies import fixed_text

INPUTS = Path(__file__).parent.parent / "fixtures" / "inputs"
COMMAND = (sys.executable, "-m", "brownclust_cli")
RUN_FILES = ("paths", "merges.tsv", "model.npz", "run.json")
RUN_NAME = "run.json"
NOT_COMPARED = ("seconds", "date", "peak_memory_bytes")
"""Members of ``run.json`` that differ from run to run."""


@dataclass(frozen=True)
class Case:
    """A command that writes.

    Parameters
    ----------
    name : str
        What it is called in reports.
    line : str
        The command line; inputs are in its folder, outputs in ``out``.
    older : str
        A command line that writes the same files with another content.
    outputs : tuple of str
        The names of the files in ``out``.
    resumes : str
        The option with which the command is run again after a kill.
    """

    name: str
    line: str
    older: str
    outputs: tuple[str, ...]
    resumes: str = "--force"


def _case(name, line, older, *outputs, **more):
    return Case(name, line, older, outputs, **more)


CASES = (
    _case("count", "count text -o out/c.npz", "count more -o out/c.npz", "c.npz"),
    _case(
        "count --memory",
        "count large --memory 256M --temp-dir temp -o out/c.npz",
        "count more -o out/c.npz",
        "c.npz",
    ),
    _case(
        "cluster",
        "cluster text -c 20 --checkpoint-every 0 -o out",
        "cluster more -c 5 -o out",
        *RUN_FILES,
    ),
    _case(
        "cluster --resume",
        "cluster large -c 150 --checkpoint-every 0.01 -o out",
        "cluster more -c 5 -o out",
        *RUN_FILES,
        resumes="--resume --force",
    ),
    _case(
        "cluster --refine --resume",
        "cluster large -c 60 --refine 4 --checkpoint-every 0.01 -o out",
        "cluster more -c 5 -o out",
        *RUN_FILES,
        resumes="--resume --force",
    ),
    _case(
        "refine --resume",
        "refine model large --sweeps 9 --checkpoint-every 0.01 -o out",
        "refine model more -o out",
        *RUN_FILES,
        resumes="--resume --force",
    ),
    _case("extend", "extend model text -o out", "extend model more -o out", *RUN_FILES),
    _case("convert", "convert model out/w.npz", "convert paths out/w.npz", "w.npz"),
    _case("cut", "cut model -c 5 -o out/cut", "cut model -c 3 -o out/cut", "cut"),
    _case(
        "features",
        "features model columns -o out/f",
        "features model pos.tsv -o out/f",
        "f",
    ),
    _case(
        "tag train",
        "tag train pos.tsv --epochs 30 --checkpoint out/check.npz -o out/t.npz",
        "tag train pos.tsv --epochs 2 --checkpoint out/check.npz -o out/t.npz",
        "t.npz",
        "check.npz",
    ),
    _case(
        "tag predict",
        "tag predict tagger.npz columns -o out/p",
        "tag predict tagger.npz pos.tsv -o out/p",
        "p",
    ),
)


def make_inputs(folder):
    """Write all files that the commands read."""
    (folder / "text").write_bytes(fixed_text(n_words=150, n_tokens=6_000))
    (folder / "more").write_bytes(fixed_text(n_words=40, n_tokens=600))
    (folder / "large").write_bytes(fixed_text(n_words=2_000, n_tokens=120_000))
    pos = (INPUTS / "pos.tsv").read_text()
    (folder / "pos.tsv").write_text(pos)
    (folder / "columns").write_text((pos + "\n") * 40)
    (folder / "temp").mkdir()
    for line in (
        "cluster more -c 8 -o model",
        "tag train pos.tsv --epochs 2 -o tagger.npz",
    ):
        succeed(line, folder)
    (folder / "paths").write_bytes((folder / "model" / "paths").read_bytes())


def succeed(line, folder):
    """Run a command to its end; return the seconds that it took."""
    started = monotonic()
    subprocess.run([*COMMAND, *line.split(), "-q"], cwd=folder, check=True)
    return monotonic() - started


def names_in(folder):
    """Return the names of the files in a folder."""
    return {path.name for path in folder.iterdir()}


def content(folder, names):
    """Return what the files of a folder hold, None for those that do not exist."""
    return {name: _content_of(Path(folder, name)) for name in names}


def _content_of(path):
    if not path.exists():
        return None
    data = path.read_bytes()
    if path.name != RUN_NAME:
        return data
    record = json.loads(data)
    return {name: record[name] for name in record if name not in NOT_COMPARED}
