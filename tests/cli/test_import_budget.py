"""Imports before a command runs: few and light."""

import subprocess
import sys

HEAVY = ("numba", "llvmlite", "matplotlib", "numpy", "scipy", "sklearn", "tqdm")
# A count, since times differ between machines. Click alone imports most of them.
MAX_MODULES = 230


def modules_after(code: str) -> set[str]:
    """Names of the modules loaded once `code` has run in a fresh Python."""
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules))\n"
    output = subprocess.run(
        [sys.executable, "-c", report + code],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return set(output.splitlines()[-1].split())


HELP = [
    ["--help"],
    ["--version"],
    ["cluster", "--help"],
    ["count", "--help"],
    ["cut", "--help"],
    ["demo", "--help"],
    ["plot", "--help"],
    ["show", "--help"],
    ["stats", "--help"],
    ["tag", "--help"],
    ["tag", "train", "--help"],
    ["tag", "predict", "--help"],
    ["tag", "evaluate", "--help"],
    ["view", "--help"],
    ["tag", "convert", "--help"],
    ["tag", "show", "--help"],
]


def test_help_imports_nothing_heavy():
    """Not even of all commands, one after the other."""
    code = (
        "from brownclust_cli.main import main\n"
        f"for arguments in {HELP}:\n"
        "    main(arguments, standalone_mode=False)"
    )
    modules = modules_after(code)
    assert not modules.intersection(HEAVY)
    assert len(modules) <= MAX_MODULES


def test_the_package_imports_nothing_heavy():
    assert not modules_after("import brownclust").intersection(HEAVY)


def test_cutting_a_tree_needs_no_compiler(tmp_path):
    code = (
        "from brownclust import Dendrogram\n"
        "from brownclust.tree import model, output, tree_files\n"
        "Dendrogram([[0, 1]], [1], scale=0, window=2, n_bigrams=1, ami_at_window=1)"
    )
    modules = modules_after(code)
    assert "numpy" in modules
    assert not modules.intersection({"numba", "llvmlite", "scipy"})
