"""Loaded by each worker of a cluster on this machine: Ctrl-C is not for it.

A terminal sends it to all processes; the one that started the workers ends them.
"""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
