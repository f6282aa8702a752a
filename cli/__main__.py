"""The start of ``brownclust``, and of ``python -m brownclust_cli``."""

import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C, as in `failures`, which is not imported yet."""


def run() -> None:
    """Run the command; Ctrl-C is one line also while the commands are imported."""
    try:
        from .main import main
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted\n")
        sys.exit(INTERRUPTED)
    main()


if __name__ == "__main__":
    run()
