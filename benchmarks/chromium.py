"""A headless Chromium, for the page that ``brownclust view`` writes.

    python -m benchmarks.chromium

prints its path, or fails if there is none. It is the one that the variable
``BROWNCLUST_CHROMIUM`` names, else one of the system, else one that ``playwright
install chromium`` has put in place.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VARIABLE = "BROWNCLUST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOT_FOUND = (
    f"no Chromium: install it, as with `apt-get install chromium` or `playwright "
    f"install chromium`, or set {VARIABLE} to the path of one"
)


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given if Path(given).is_file() else None
    for name in NAMES:
        if found := shutil.which(name):
            return found
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


@contextmanager
def open_chromium() -> Iterator[Any]:
    """Yield a running headless Chromium, of the package playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("no playwright: pip install 'brownclust[browser]'") from None
    path = find_chromium()
    if path is None:
        raise SystemExit(NOT_FOUND)
    # Its sandbox does not run as root, as in containers; the pages are our own.
    sandbox = not hasattr(os, "geteuid") or os.geteuid() != 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=sandbox
        )
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    print(find_chromium() or sys.exit(NOT_FOUND))
