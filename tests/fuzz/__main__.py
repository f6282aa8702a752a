"""Read random files of every kind: ``PYTHONPATH=tests python -m fuzz`` (make fuzz).

Prints a table of what came of them, and exits with 1 if there is a fault: a crash, a
hang, an error that is not one line that names the file, or a wrong result. Files with
faults are saved, with the command that repeats each.
"""

import argparse
import faulthandler
import sys
import tempfile
import traceback
from pathlib import Path
from time import monotonic

from fuzz.binary_kinds import BINARY_KINDS
from fuzz.kinds import KINDS, prepare
from fuzz.report import fault_lines, save_inputs, table
from fuzz.text_kinds import TEXT_KINDS
from fuzz.workers import Job, Tally, random_of

BINARY_FRACTION = 0.025
"""25,000 archives to a million of text files: each takes fifty times as long."""


def main(arguments=None):
    """Run; return the exit code."""
    options = _parser().parse_args(arguments)
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="brownclust-fuzz-") as resources:
        prepare(resources)
        if options.repeat:
            return repeat(options.repeat)
        return run(options)


def run(options):
    """Use inputs of all kinds; return the exit code."""
    folder = options.output or Path(tempfile.gettempdir(), "brownclust-fuzz-faults")
    kinds = options.kind or list(BINARY_KINDS if options.archives else KINDS)
    numbers = {kind: _number_of(kind, options) for kind in kinds}
    started = monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch, "log")
        tallies = _run_all(numbers, options.seed, options.processes, log)
    print(table(tallies))
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    seconds = monotonic() - started
    speed = total.n_inputs / seconds
    print(f"seed {options.seed}, {seconds:.0f} s, {speed:,.0f} inputs a second")
    if total.n_faults:
        print(*fault_lines(tallies, options.seed), sep="\n")
        save_inputs(tallies, options.seed, folder)
        print(f"The files are in {folder}")
        return 1
    return 0


def _number_of(kind, options):
    if kind in TEXT_KINDS:
        return max(1, round(options.inputs / len(TEXT_KINDS)))
    return max(1, round(options.inputs * BINARY_FRACTION / len(BINARY_KINDS)))


def _run_all(numbers, seed, n_processes, log):
    """Return a tally for each kind."""
    tallies = {kind: Tally() for kind in numbers}
    waiting = [
        (kind, first, min(first + inputs_of_job(number), number))
        for kind, number in numbers.items()
        for first in range(0, number, inputs_of_job(number))
    ]
    running = []
    try:
        while waiting or running:
            while waiting and len(running) < n_processes:
                kind, first, stop = waiting.pop(0)
                running.append(Job(kind, seed, first, stop, log))
            running[0].wait(0.05)
            for job in list(running):
                if job.poll():
                    running.remove(job)
                    tallies[job.kind].add(job.tally)
    finally:
        for job in running:
            job.end()
    return tallies


def inputs_of_job(number):
    """Return how many inputs of a kind one process takes, so that all have work."""
    return max(2_000, number // 20)


def repeat(name):
    """Use one input again in this process, and print what comes of it."""
    kind, seed, index = name.rsplit(":", 2)
    random = random_of(kind, seed, int(index))
    files = KINDS[kind].make(random)
    for file, data in files.items():
        print(f"{file}: {len(data)} bytes, {data[:1_000]!r}")
    with tempfile.TemporaryDirectory() as folder:
        for file, data in files.items():
            Path(folder, file).write_bytes(data)
        try:
            KINDS[kind].use(random, files, folder)
        except Exception:
            traceback.print_exc()
            return 1
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--inputs",
        type=int,
        default=20_000,
        metavar="N",
        help="text files of all kinds together (default 20000); archives come on top, "
        "a fortieth as many",
    )
    parser.add_argument("--seed", default="0", help="any text (default 0)")
    parser.add_argument(
        "--kind", action="append", choices=list(KINDS), help="only this kind"
    )
    parser.add_argument(
        "--archives", action="store_true", help="only the kinds that are archives"
    )
    parser.add_argument("--processes", type=int, default=1, metavar="N")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where to save files with faults"
    )
    parser.add_argument(
        "--repeat", metavar="KIND:SEED:NUMBER", help="use one input again, and show it"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
