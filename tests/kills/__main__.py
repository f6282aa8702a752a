"""Kill every command that writes: ``PYTHONPATH=tests:. python -m kills`` (make kills).

Prints a table, and exits with 1 if a file is half written, mixed or lost, if running a
command again does not end as if it had not been killed, or if temporary files are left.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

from benchmarks.report import plain
from kills.cases import CASES, make_inputs
from kills.rounds import Rounds
from kills.writers import run_writers


def main(arguments=None):
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kills", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=200, metavar="N", help="of all commands together"
    )
    parser.add_argument("--writers", type=int, default=50, metavar="N")
    parser.add_argument("--seed", default="0")
    options = parser.parse_args(arguments)
    problems = []
    rows = [["command", "rounds", "ended by a signal", "seconds", "problems"]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_inputs(folder)
        for case in CASES:
            row, found = _run_case(case, folder, options)
            rows.append(row)
            problems += found
            print(*found, sep="\n", end="\n" if found else "", flush=True)
        found = run_writers(folder, options.writers, options.seed)
        rows.append(["two writers", f"{options.writers}", "", "", f"{len(found)}"])
        problems += found
        print(*found, sep="\n", end="\n" if found else "")
    print(plain(rows))
    print(f"seed {options.seed}")
    return bool(problems)


def _run_case(case, folder, options):
    """Return a row of the table, and what is wrong."""
    rounds = Rounds(case, folder)
    random = Random(f"{case.name} {options.seed}")
    n_rounds = max(1, options.rounds // len(CASES))
    problems, n_killed = [], 0
    for number in range(n_rounds):
        found, was_killed = rounds.run(random, number)
        problems += found
        n_killed += was_killed
    numbers = (n_rounds, n_killed, f"{rounds.seconds:.2f}", len(problems))
    return [case.name, *map(str, numbers)], problems


if __name__ == "__main__":
    sys.exit(main())
