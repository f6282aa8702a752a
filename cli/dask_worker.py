"""Preloaded by each worker of ``--dask local``: it ignores Ctrl-C.

A terminal sends Ctrl-C to all processes; the process that started the workers stops
them.
"""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
