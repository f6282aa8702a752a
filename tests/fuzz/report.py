"""Tables of what came of inputs, and the files that have faults."""

import json
import shutil
from pathlib import Path

from benchmarks.report import plain
from fuzz.kinds import KINDS
from fuzz.workers import Tally, random_of

HEADINGS = ("kind", "inputs", "results", "errors", "faults", "slowest", "memory")


def table(tallies):
    """Return a table with a row for each kind."""
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    rows = [list(HEADINGS)]
    for kind, tally in [*tallies.items(), ("all", total)]:
        numbers = (tally.n_inputs, tally.n_results, tally.n_errors, tally.n_faults)
        slowest = f"{tally.slowest[0] * 1000:,.0f} ms"
        memory = f"{tally.memory / 1e6:,.0f} MB"
        rows.append([kind, *(f"{number:,}" for number in numbers), slowest, memory])
    return plain(rows)


def fault_lines(tallies, seed):
    """Return lines that describe each group of faults, and how to repeat one."""
    lines = []
    for kind, tally in tallies.items():
        for group, number in tally.signatures.most_common():
            index, fault = tally.faults[group][0]
            lines += ["", f"{number} of {kind}: {group}", f"    {fault[:600]}"]
            lines.append(f'    make fuzz REPEAT="{kind}:{seed}:{index}"')
    return lines


def save_inputs(tallies, seed, folder):
    """Write the files of faults, a folder for each, with a description."""
    shutil.rmtree(folder, ignore_errors=True)
    for kind, tally in tallies.items():
        for faults in tally.faults.values():
            for index, fault in faults:
                name = f"{kind.replace(' ', '-')}-{index}"
                of_input = Path(folder, name)
                of_input.mkdir(parents=True)
                for file, data in (
                    KINDS[kind].make(random_of(kind, seed, index)).items()
                ):
                    (of_input / file).write_bytes(data)
                about = {"repeat": f"{kind}:{seed}:{index}", "fault": fault}
                text = json.dumps(about, indent=2)
                (of_input / "fault.json").write_text(text + "\n")
