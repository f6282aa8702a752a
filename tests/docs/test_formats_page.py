"""The tables of the page on formats are those of the program."""

import re
from pathlib import Path

from brownclust.tree.formats import FORMAT_TABLE
from brownclust_cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")


def test_the_page_describes_every_format():
    for name, format in FORMAT_TABLE.items():
        kept = (format.has_tree, format.has_classes, format.has_counts)
        cells = " | ".join("yes" if keeps else "" for keeps in kept)
        row = f"| `{name}` | `{format.example}` | {format.programs} | {cells} |"
        assert re.sub(" +", " ", row) in PAGE


def test_help_of_convert_describes_every_format():
    epilog = main.commands["convert"].epilog
    for name, format in FORMAT_TABLE.items():
        assert f"{name:12}{format.example}\n" in epilog


def test_every_format_is_written_by_an_example():
    written = set(re.findall(r"--to ([a-z0-9]+)", PAGE))
    written |= {
        word for group in re.findall("format in (.*?);", PAGE) for word in group.split()
    }
    written |= {
        word for group in re.findall("suffix in (.*?);", PAGE) for word in group.split()
    }
    assert written >= set(FORMAT_TABLE)
