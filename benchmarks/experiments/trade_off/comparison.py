"""Scores of settings, and differences between them."""

from collections import defaultdict
from statistics import mean

from benchmarks.experiments.common.record import Runs
from benchmarks.experiments.trade_off.design import (
    FORMS,
    NUMBERS,
    PATH,
    REFINED,
    Setting,
)


class Scores:
    """The scores of all settings on one part of the data.

    Parameters
    ----------
    runs : list of dict
        The runs of the record.
    part : {"dev", "test"}
        The data that were scored.
    """

    def __init__(self, runs: Runs, part: str) -> None:
        self._values: dict[tuple[str, Setting], dict[int, float]] = defaultdict(dict)
        for run in runs:
            if part in run:
                setting = Setting(run["clusters"], run["k"], run["form"])
                self._values[run["task"], setting][run["seed"]] = run[part]
        self.tasks = list(dict.fromkeys(task for task, _ in self._values))

    def of(self, task: str, setting: Setting) -> list[float]:
        """Return the scores of a setting, by seed; none if there are none."""
        return [*self._values.get((task, setting), {}).values()]

    def best_k(self, task: str, form: str) -> int:
        """Return the number of greedy clusters with the highest mean score."""
        found = {
            k: mean(scores)
            for k in NUMBERS
            if (scores := self.of(task, Setting("greedy", k, form)))
        }
        return max(found, key=found.__getitem__)

    def differences(self, task: str, first: Setting, second: Setting) -> list[float]:
        """Return second - first, paired by seed."""
        before, after = (self._values.get((task, s), {}) for s in (first, second))
        return [after[seed] - before[seed] for seed in before if seed in after]

    def of_forms(self, task: str, form: str) -> list[float]:
        """Return a form - one path, the mean of seeds, for each number of clusters."""
        return self._means(
            task,
            [(Setting("greedy", k, PATH), Setting("greedy", k, form)) for k in NUMBERS],
        )

    def of_refinement(self, task: str) -> list[float]:
        """Return refined - greedy for each number of clusters: mean of forms, seeds."""
        found = []
        for k in REFINED:
            pairs = [
                (Setting("greedy", k, form), Setting("refined", k, form))
                for form in FORMS
            ]
            if values := self._means(task, pairs):
                found.append(mean(values))
        return found

    def _means(self, task: str, pairs: list[tuple[Setting, Setting]]) -> list[float]:
        found = (self.differences(task, *pair) for pair in pairs)
        return [mean(values) for values in found if values]
