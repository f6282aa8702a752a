"""The start of ``brownclust``, and of ``python -m brownclust_cli``."""

import signal
import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C, as in `failures`, which is not imported yet."""


def run() -> None:
    """Run the command; Ctrl-C never shows a traceback, even at its start and end."""
    try:
        from .main import main
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted\n")
        sys.exit(INTERRUPTED)
    try:
        main()
    finally:  # all is written: nothing is left to interrupt
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    run()
