"""The record of an experiment: its runs as JSON, and the report of them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import provenance

RESULTS = Path(__file__).parents[1] / "results"

Runs = list[dict[str, Any]]


class Record:
    """Runs of one experiment, kept in a file after each, so that it can be resumed.

    Parameters
    ----------
    path : Path
        Where to keep them, without ending: ``.json`` has every run and the settings,
        ``.md`` the report.
    settings : dict
        What all runs share; JSON values. A file with other settings ends the program.
    report : callable
        Returns the report as Markdown from the content of the JSON file.
    """

    def __init__(
        self,
        path: Path,
        settings: dict[str, Any],
        report: Callable[[dict[str, Any]], str],
    ) -> None:
        self._json = path.with_suffix(".json")
        self._markdown = path.with_suffix(".md")
        self._report = report
        self.content: dict[str, Any] = {"settings": settings, "runs": []}
        if self._json.exists():
            self.content = json.loads(self._json.read_text("utf-8"))
        known = self.content["settings"]
        if known != settings:
            sys.exit(f"{self._json} has results of other settings: {known}")

    @property
    def runs(self) -> Runs:
        """All runs so far: their keys and what was found."""
        runs: Runs = self.content["runs"]
        return runs

    def find(self, **key: Any) -> dict[str, Any]:
        """Return the run that has these values; a new one, if there is none."""
        for run in self.runs:
            if key.items() <= run.items():
                return run
        run = dict(key)
        self.runs.append(run)
        return run

    def save(self, **more: Any) -> None:
        """Write all runs, `more` JSON values beside them, and the report."""
        self.content |= {**more, "provenance": provenance()}
        replacement = self._json.with_suffix(".tmp")
        replacement.write_text(as_json(self.content), "utf-8")
        replacement.replace(self._json)
        self._markdown.write_text(self.report(), "utf-8")

    def report(self) -> str:
        """Return the report, as Markdown."""
        return self._report(self.content)


def as_json(content: dict[str, Any]) -> str:
    """Return JSON with one line for each run."""
    rest = {name: value for name, value in content.items() if name != "runs"}
    head = json.dumps(rest, indent=1).removesuffix("\n}")
    runs = ",\n".join(f"  {json.dumps(_rounded(run))}" for run in content["runs"])
    return f'{head},\n "runs": [\n{runs}\n ]\n}}\n'


def _rounded(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run with numbers of at most six decimals."""
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in run.items()
    }


def say(line: str) -> None:
    """Print a line of progress."""
    print(line, file=sys.stderr, flush=True)
