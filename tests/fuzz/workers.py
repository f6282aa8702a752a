"""Processes that use inputs, and a watchdog that ends those that hang."""

import faulthandler
import mmap
import multiprocessing
import os
import resource
import shutil
import signal
import struct
import tempfile
import warnings
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

from fuzz.kinds import KINDS
from fuzz.oracle import fault_of, signature

HANG_SECONDS = 10
"""Computing time after which an input counts as one that never ends."""

WAIT_SECONDS = 60
"""Time after which an input counts as one that waits for ever."""

MEMORY = 1 << 31
"""Bytes that a worker may allocate: inputs have kilobytes."""

BLOCK = 500
"""Inputs between two reports of a worker."""

MAX_PER_SIGNATURE = 5
"""Faults of one signature that a worker describes; others are only counted."""

_MAX_CHARACTERS = 1_000
"""Length of the description of a fault: some messages have whole arrays."""

_STATUS = struct.Struct("qd")


@dataclass
class Tally:
    """What came of inputs of one kind."""

    n_inputs: int = 0
    n_results: int = 0
    n_errors: int = 0
    n_faults: int = 0
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, -1)
    memory: int = 0
    faults: dict = field(default_factory=dict)
    signatures: Counter = field(default_factory=Counter)

    def add_fault(self, fault, index):
        """Count a fault; keep it, unless there are enough like it."""
        self.n_faults += 1
        fault = fault[:_MAX_CHARACTERS]
        group = signature(fault)
        self.signatures[group] += 1
        found = self.faults.setdefault(group, [])
        if len(found) < MAX_PER_SIGNATURE:
            found.append((index, fault))

    def add(self, other):
        """Add another tally to this one."""
        self.n_inputs += other.n_inputs
        self.n_results += other.n_results
        self.n_errors += other.n_errors
        self.n_faults += other.n_faults
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.memory = max(self.memory, other.memory)
        self.signatures.update(other.signatures)
        for group, faults in other.faults.items():
            found = self.faults.setdefault(group, [])
            found += faults[: MAX_PER_SIGNATURE - len(found)]


def random_of(kind, seed, index):
    """Return the source of all random choices for one input."""
    return Random(f"{kind} {seed} {index}")


def use_input(kind, seed, index, folder):
    """Make an input and use it; return "result", "error" or what is wrong."""
    random = random_of(kind, seed, index)
    try:
        files = KINDS[kind].make(random)
    except Exception as error:
        return f"no input was made: {error!r}"
    for name, data in files.items():
        Path(folder, name).write_bytes(data)
    names = {str(Path(folder, name)) for name in files}
    names |= {str(Path(folder, f"{name}.npz")) for name in CHECKPOINT_NAMES}
    try:
        KINDS[kind].use(random, files, folder)
    except (KeyboardInterrupt, SystemExit) as error:
        return type(error).__name__
    except BaseException as error:
        return fault_of(error, names, KINDS[kind].options) or "error"
    else:
        return "result"
    finally:
        _empty(folder)


def _empty(folder):
    for path in Path(folder).iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


CHECKPOINT_NAMES = ("checkpoint", "checkpoint-counts")


def _work(kind, seed, first, stop, status, connection, log):
    """Use inputs; report after each block of them."""
    _prepare(log)
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as folder:
        tally = Tally()
        for index in range(first, stop):
            status[:] = _STATUS.pack(index, monotonic())
            signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
            started = monotonic()
            outcome = use_input(kind, seed, index, folder)
            seconds = monotonic() - started
            tally.n_inputs += 1
            tally.seconds += seconds
            tally.slowest = max(tally.slowest, (seconds, index))
            if outcome == "result":
                tally.n_results += 1
            elif outcome == "error":
                tally.n_errors += 1
            else:
                tally.add_fault(outcome, index)
            if tally.n_inputs == BLOCK:
                tally.memory = _peak_memory()
                connection.send((index + 1, tally))
                tally = Tally()
        tally.memory = _peak_memory()
        connection.send((stop, tally))


def _peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _prepare(log):
    """Limit memory, and keep what is printed out of the way."""
    os.setpgid(0, 0)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    faulthandler.enable()
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", UserWarning)
    warnings.simplefilter("ignore", ResourceWarning)


def _fast_folder():
    """A folder in memory, if there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _cause_of_death(exit_code):
    if exit_code == -signal.SIGPROF:
        return f"hang: no result in {HANG_SECONDS} seconds of computing"
    name = (
        signal.Signals(-exit_code).name if exit_code < 0 else f"exit code {exit_code}"
    )
    return f"crash: the process died ({name})"


class Job:
    """A range of inputs of a kind, in a process that is replaced when it dies."""

    def __init__(self, kind, seed, first, stop, log):
        self.kind, self.seed, self.next, self.stop = kind, seed, first, stop
        self.tally = Tally()
        self._log = log
        self._status = mmap.mmap(-1, _STATUS.size)
        self._start()

    def _start(self):
        context = multiprocessing.get_context("fork")
        self._connection, other = context.Pipe(duplex=False)
        self._status[:] = _STATUS.pack(-1, monotonic())
        arguments = (self.kind, self.seed, self.next, self.stop, self._status, other)
        self._process = context.Process(target=_work, args=(*arguments, self._log))
        self._process.start()
        other.close()

    def poll(self):
        """Take reports, and replace a process that hangs or is dead; return if done."""
        is_dead = not self._process.is_alive()  # what it has sent is still to be read
        with suppress(EOFError, OSError):
            while self._connection.poll():
                self.next, tally = self._connection.recv()
                self.tally.add(tally)
        if self.next >= self.stop:
            self._process.join()
            return True
        index, since = _STATUS.unpack(self._status[:])
        if index >= 0 and monotonic() - since > WAIT_SECONDS:
            self._give_up(index, f"hang: no result in {WAIT_SECONDS} seconds")
        elif is_dead:
            self._give_up(index, _cause_of_death(self._process.exitcode))
        return self.next >= self.stop

    def _give_up(self, index, fault):
        """Count the unreported inputs again but for one, which is a fault."""
        self.end()
        if index > self.next:  # those before it, in a process of their own
            before = Job(self.kind, self.seed, self.next, index, self._log)
            while not before.poll():
                before.wait(0.05)
            self.tally.add(before.tally)
        tally = Tally(n_inputs=1)
        tally.add_fault(fault, index)
        self.tally.add(tally)
        self.next = index + 1
        if self.next < self.stop:
            self._start()

    def wait(self, seconds):
        """Wait until the process has something to report, or some seconds."""
        with suppress(OSError):
            self._connection.poll(seconds)

    def end(self):
        """End the process."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
