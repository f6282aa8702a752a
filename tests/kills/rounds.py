"""Kill a command at a random moment, look at its files, and run it again."""

import shutil
import signal
import subprocess
from time import monotonic, sleep

from kills.cases import COMMAND, RUN_NAME, content, names_in, succeed

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
"""Exit codes of commands that end themselves after a signal, as shells report them.

A command with a checkpoint ends itself after SIGTERM as after SIGINT.
"""


class Rounds:
    """Rounds of one case.

    Parameters
    ----------
    case : Case
        The command.
    folder : Path
        Where its inputs are.
    """

    def __init__(self, case, folder):
        self.case, self._folder, self._out = case, folder, folder / "out"
        self._old = self._contents_after(case.older)
        self._kept = folder / "old"
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self._out, self._kept)
        started = monotonic()
        self._new = self._contents_after(case.line)
        self.seconds = monotonic() - started

    def _contents_after(self, line):
        self._empty()
        succeed(line, self._folder)
        return content(self._out, self.case.outputs)

    def _empty(self):
        shutil.rmtree(self._out, ignore_errors=True)
        self._out.mkdir()

    def run(self, random, number):
        """Kill the command once; return what is wrong, and whether it was too late."""
        with_old = bool(random.random() < 0.5)
        self._empty()
        if with_old:
            shutil.copytree(self._kept, self._out, dirs_exist_ok=True)
        line = self.case.line + (" --force" if with_old else "")
        problems, was_killed = [], 0
        for _ in range(1 + int(2 * random.random())):
            sent = random.choice(SIGNALS)
            code, stderr, when = self._kill(line, sent, random)
            was_killed += code != 0
            problems += self._look(with_old, sent, code, stderr)
            line = f"{self.case.line} {self.case.resumes}"
        succeed(line, self._folder)
        if content(self._out, self.case.outputs) != self._new:
            problems.append("running it again gives another content")
        if left := names_in(self._out) - set(self.case.outputs):
            problems.append(f"after running it again, there are {sorted(left)}")
        if left := names_in(self._folder / "temp"):
            problems.append(f"temporary files are left: {left}")
        place = f"{self.case.name}, round {number}"
        return [f"{place}, {sent.name} {when}: {problem}" for problem in problems], (
            was_killed
        )

    def _kill(self, line, sent, random):
        """Run a command and send it a signal; half the time when it begins to write."""
        before = names_in(self._out)
        started = monotonic()
        process = subprocess.Popen(
            [*COMMAND, *line.split(), "-q"],
            cwd=self._folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        if random.random() < 0.5:
            when = "at a random moment"
            sleep(self.seconds * (0.2 + 0.9 * random.random()))
        else:
            when = "while it wrote"
            while process.poll() is None and names_in(self._out) <= before:
                sleep(0.0002)
            sleep(0.01 * random.random() ** 2)
        process.send_signal(sent)
        _, stderr = process.communicate()
        return (
            process.returncode,
            stderr.decode(),
            f"{when}, {monotonic() - started:.3f} s",
        )

    def _look(self, with_old, sent, code, stderr):
        """Return what is wrong after a kill."""
        problems = []
        if "Traceback" in stderr or len(stderr.splitlines()) > 1:
            problems.append(f"stderr is {stderr!r}")
        if code not in (0, -sent, EXIT_CODES.get(sent), 130):
            problems.append(f"exit code {code}, stderr {stderr!r}")
        old = self._old if with_old else dict.fromkeys(self._old)
        found = content(self._out, self.case.outputs)
        for name, data in found.items():
            if data not in (old[name], self._new[name], self._old[name], None):
                if name == "check.npz":  # of an epoch between
                    continue
                problems.append(f"{name} is neither old nor new")
            if data is None and old[name] is not None and len(found) == 1:
                problems.append(f"{name} is gone")
        if found.get(RUN_NAME) is not None and found not in (self._old, self._new):
            problems.append("files of two runs are mixed, and there is a run.json")
        return problems
