"""Progress on a terminal, and through a pipe."""

import io
import sys

import pytest

from brownclust_cli.progress import Progress


class TestProgress:
    @pytest.fixture
    def clock(self, monkeypatch):
        now = [0.0]
        monkeypatch.setattr("brownclust_cli.progress.monotonic", lambda: now[0])
        monkeypatch.setattr("brownclust_cli.progress.SECONDS_BETWEEN_LINES", 5.0)
        return now

    def test_plain_lines_every_few_seconds(self, clock, capsys):
        with Progress(quiet=False) as progress:
            for second in range(13):
                clock[0] = float(second)
                progress("count", second * 10_000_000, 120_000_000)
        lines = capsys.readouterr().err.splitlines()
        assert lines == [
            "count: 42% of 120MB (10.0MB/s, 00:07 left)",
            "count: 83% of 120MB (10.0MB/s, 00:02 left)",
        ]

    def test_without_a_total(self, clock, capsys):
        with Progress(quiet=False) as progress:
            for second in (0, 6):
                clock[0] = float(second)
                progress("count", second * 1_000_000, None)
        assert capsys.readouterr().err == "count: 6.00MB (1.00MB/s)\n"

    def test_progress_starts_again_with_the_next_file(self, clock, capsys):
        with Progress(quiet=False) as progress:
            for second, done in ((0, 0), (4, 1_000_000), (100, 0), (105, 500_000)):
                clock[0] = float(second)
                progress("count", done, 1_000_000)
        assert capsys.readouterr().err == "count: 50% of 1.00MB (100kB/s, 00:05 left)\n"

    def test_each_stage_has_its_own_clock_and_unit(self, clock, capsys):
        with Progress(quiet=False) as progress:
            progress("count", 0, None)
            clock[0] = 100.0
            progress("cluster", 0, 1000)
            assert capsys.readouterr().err == ""
            clock[0] = 105.0
            progress("cluster", 500, 1000)
        assert capsys.readouterr().err == (
            "cluster: 50% of 1.00k merges (100 merges/s, 00:05 left)\n"
        )

    def test_a_bar_on_a_terminal(self, monkeypatch):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress(quiet=False) as progress:
            progress("cluster", 0, 100)
            progress("cluster", 50, 100)
            progress.say("half")
            progress("cluster", 100, 100)
        assert "cluster:   0%|" in terminal.getvalue()
        assert terminal.getvalue().count("half\n") == 1

    def test_quiet(self, clock, capsys):
        with Progress(quiet=True) as progress:
            progress.say("hello")
            for second in (0, 10, 20):
                clock[0] = float(second)
                progress("count", second, 20)
        assert capsys.readouterr().err == ""
