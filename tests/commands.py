"""Commands run in this process, and a small text for them."""

import click
from click.testing import CliRunner

from brownclust_cli.main import main

TEXT = """\
the cat sat on the mat
the dog sat on the rug
a cat ran to the mat
a dog ran to the rug
the cat saw a dog
a dog saw the cat
"""


def run(*arguments, stdin=None):
    """What a command prints and its exit code, in this process."""
    return CliRunner().invoke(
        main, list(map(str, arguments)), prog_name="brownclust", input=stdin
    )


def succeed(*arguments, stdin=None):
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result


def fail(*arguments, exit_code, stdin=None):
    """The one line of an error."""
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("Error: ")
    return lines[0].removeprefix("Error: ")


def all_commands():
    """Yield the words of each command, and the command; groups are left out."""
    for name, command in main.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", c) for sub, c in command.commands.items())
        else:
            yield name, command
