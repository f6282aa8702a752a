"""The table and the picture of ``brownclust choose-k`` in the documentation.

    python -m benchmarks.choose_k brown.txt

runs the command that ``docs/howto.md`` shows on a text, the Brown corpus, and replaces
what the page shows below it, and ``docs/images/choose-k.png`` (extra: plot). It takes a
minute.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "howto.md"
PICTURE = DOCS / "images" / "choose-k.png"
TABLE = "choose-k brown.txt --hold-out 10 --refine 20"
COMMAND = f"{TABLE} --plot k.png"
_SHOWN = re.compile(
    rf"(?<=^\$ brownclust {re.escape(COMMAND)}\n).*?(?=^```$)", re.M | re.S
)


def shown(page: str) -> str:
    """Return what the page shows below the command."""
    found = _SHOWN.search(page)
    if found is None:
        raise ValueError(f"{PAGE} must show: $ brownclust {COMMAND}")
    return found[0]


def printed(text: Path, folder: Path, command: str = COMMAND) -> str:
    """Run the command on a text in a folder, which gets the picture, if it has one."""
    name = next(word for word in command.split() if word.endswith(".txt"))
    (folder / name).symlink_to(text.resolve())
    return subprocess.run(
        [sys.executable, "-m", "brownclust_cli", *command.split()],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout


def main(arguments: list[str] | None = None) -> int:
    """Replace the table and the picture."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.choose_k",
        description=(__doc__ or "").partition("\n\n")[0],
    )
    parser.add_argument("text", type=Path, metavar="TEXT", help="the Brown corpus")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        output = printed(options.text, folder)
        page = PAGE.read_text("utf-8")
        PAGE.write_text(page.replace(shown(page), output), "utf-8")
        shutil.move(folder / "k.png", PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
