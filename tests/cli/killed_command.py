"""`brownclust`, killed at a known moment: ``killed_command.py N FOLDER ARGUMENTS``.

The process kills itself before it opens, renames or removes a file in the folder for
the N-th time. It writes a checkpoint at every opportunity.
"""

import os
import signal
import sys

from brownclust.tree import agglomerate
from brownclust.tree.checkpoint import Checkpoint
from brownclust_cli.main import main

CHANGES = {"open", "os.rename", "os.remove"}


def kill_before(n_changes, folder):
    n_left = n_changes

    def hook(event, arguments):
        nonlocal n_left
        if event in CHANGES and str(arguments[0]).startswith(folder):
            n_left -= 1
            if n_left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def write_all_checkpoints():
    keep = Checkpoint.keep

    def keep_now(self, state):
        self._next = float("-inf")
        keep(self, state)

    Checkpoint.keep = keep_now
    agglomerate.SECONDS_BETWEEN_REPORTS = 0  # as often as possible


if __name__ == "__main__":
    write_all_checkpoints()
    kill_before(int(sys.argv[1]), sys.argv[2])
    main(sys.argv[3:])
