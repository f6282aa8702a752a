"""Every option that is a number, of every command, with numbers that nobody means."""

import pytest
from commands import TEXT, all_commands, fail, run, succeed

from brownclust_cli.options import MAX_NUMBER, typed_name

NUMBERS = [
    (name, typed_name(param))
    for name, command in all_commands()
    for param in command.params
    if getattr(param.callback, "__qualname__", "").startswith("at_least.")
]
MAY_BE_NEGATIVE = {"--offset"}


def test_there_are_such_options():
    assert len(NUMBERS) > 30
    assert ("tag predict", "--batch") in NUMBERS


@pytest.mark.parametrize(("command", "option"), NUMBERS)
def test_a_wrong_number_is_an_error_before_all_others(command, option):
    wrong = ["", "nan", "inf", "1.5", "1e3", "-" + "9" * 5000, "²"]
    if option not in MAY_BE_NEGATIVE:
        wrong.append("-1")
    for value in wrong:
        message = fail(*command.split(), option, value, exit_code=2)
        assert message.startswith(f"{option} must be an integer of at least ")
    for value in ("9" * 39, "9" * 5000):
        message = fail(*command.split(), option, value, exit_code=2)
        assert message.startswith(f"{option} must be an integer of at most ")
        assert len(message) < 500


@pytest.mark.parametrize(
    "options",
    [
        ("--threads", 1025),
        ("--skip-grams", 1001),
        ("--min-count", 10**30),
        ("--max-vocabulary", 10**30),
        ("--memory", "1048577T"),
        ("--block-size", 10**30),
        ("--partitions", 10**30),
    ],
)
def test_limits_of_counting(tmp_path, options):
    text = tmp_path / "text"
    text.write_text(TEXT)
    message = fail("count", text, "-o", tmp_path / "out", *options, exit_code=2)
    assert message.startswith(f"{options[0]} must be ")
    assert not (tmp_path / "out").exists()


def test_numbers_above_all_that_there_is(tmp_path):
    """They are legal: all words, all neighbours, one batch."""
    text = tmp_path / "text"
    text.write_text(TEXT)
    out = tmp_path / "out"
    most = ("--max-vocabulary", MAX_NUMBER, "--memory", "1048576T")
    succeed("cluster", text, "-c", 2, *most, "--checkpoint-every", "9" * 400, "-o", out)
    succeed("lookup", out, "cat", "--nearest", MAX_NUMBER)
    for option, value in (("-c", MAX_NUMBER), ("--window", MAX_NUMBER)):
        options = ("-c", 2, option, value, "--force", "-o", out)
        result = run("cluster", text, *options)
        assert result.exit_code == 1
        assert "must be at most the number of different words, 11" in result.stderr


@pytest.mark.parametrize(
    ("threads", "memory", "message"),
    [
        (
            3,
            "287M",
            "--memory must be at least 288M for 3 threads and words up to 1 apart, ",
        ),
        (3, "288M", None),
    ],
)
def test_lowest_memory_of_several_threads(tmp_path, threads, memory, message):
    text = tmp_path / "text"
    text.write_text(TEXT)
    arguments = ("count", text, "--threads", threads, "--memory", memory)
    arguments += ("-o", tmp_path / "out")
    if message is None:
        succeed(*arguments)
    else:
        assert fail(*arguments, exit_code=1).startswith(message)
