import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from _thread import interrupt_main

import pytest

from brownclust._signals import Terminated, deferred_signals, raised_signals

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")


@pytest.fixture(params=["SIGTERM", "SIGHUP"])
def number(request):
    number = getattr(signal, request.param)
    before = signal.getsignal(number)
    yield number
    signal.signal(number, before)


class TestRaised:
    def test_raised_and_restored(self, number):
        before = signal.getsignal(number)
        with pytest.raises(Terminated) as caught, raised_signals():
            signal.raise_signal(number)
        assert caught.value.number == number
        assert isinstance(caught.value, KeyboardInterrupt)
        assert signal.getsignal(number) == before

    def test_ignored_signals_stay_so(self, number):
        """As under nohup."""
        signal.signal(number, signal.SIG_IGN)
        with raised_signals():
            signal.raise_signal(number)
        assert signal.getsignal(number) == signal.SIG_IGN

    def test_handled_signals_stay_so(self, number):
        arrived = []
        signal.signal(number, lambda *_: arrived.append(1))
        with raised_signals():
            signal.raise_signal(number)
        assert arrived == [1]

    def test_in_another_thread_nothing_changes(self, number):
        seen = []

        def run():
            with raised_signals(), deferred_signals():
                seen.append(signal.getsignal(number))

        before = signal.getsignal(number)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert seen == [before]

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def test_lost_in_a_callback(self, name, capsys):
        """As in those of LLVM, and of weak references."""
        number = getattr(signal, name)

        class Watched:
            pass

        def run():
            watched = Watched()
            reference = weakref.ref(watched, lambda _: signal.raise_signal(number))
            del watched
            while reference is not None:
                time.sleep(0.001)

        with pytest.raises(KeyboardInterrupt) as caught, raised_signals():
            run()
        assert getattr(caught.value, "number", signal.SIGINT) == number
        assert capsys.readouterr().err == ""

    @pytest.mark.parametrize("is_too_early", [False, True])
    def test_lost_before_a_read_that_waits(self, is_too_early, monkeypatch):
        """As when Ctrl-C comes while kernels are loaded, before standard input.

        A signal between Python's last look and the read does not end the read.
        """
        if is_too_early:
            kill = signal.pthread_kill

            def noticed_later(thread, number):
                if number == signal.SIGINT:
                    interrupt_main(number)
                else:
                    kill(thread, number)

            monkeypatch.setattr(signal, "pthread_kill", noticed_later)

        class Watched:
            pass

        readable, writable = os.pipe()
        late = threading.Timer(5, os.write, (writable, b"late"))
        late.daemon = True
        late.start()

        def run():
            watched = Watched()
            reference = weakref.ref(
                watched, lambda _: signal.raise_signal(signal.SIGINT)
            )
            del watched
            assert reference is not None
            os.read(readable, 1)

        with pytest.raises(KeyboardInterrupt), raised_signals():
            run()
        assert late.is_alive()  # the read has ended before
        late.cancel()
        os.close(readable)
        os.close(writable)

    def test_other_lost_exceptions_are_reported(self, monkeypatch):
        reported = []
        monkeypatch.setattr(sys, "unraisablehook", reported.append)

        class Failing:
            def __del__(self):
                raise ValueError

        with raised_signals():
            Failing()
        assert [lost.exc_type for lost in reported] == [ValueError]


class TestDeferred:
    def test_raised_at_the_end(self, number):
        steps = []

        def run():
            with raised_signals(), deferred_signals() as deferred:
                signal.raise_signal(number)
                steps.append(deferred.number)

        with pytest.raises(Terminated):
            run()
        assert steps == [number]

    def test_interrupt(self):
        with pytest.raises(KeyboardInterrupt) as caught, deferred_signals():
            signal.raise_signal(signal.SIGINT)
        assert not isinstance(caught.value, Terminated)

    def test_the_same_twice(self, number):
        steps = []

        def run():
            with raised_signals(), deferred_signals():
                signal.raise_signal(number)
                signal.raise_signal(number)
                steps.append("after both")

        with pytest.raises(Terminated):
            run()
        assert steps == ["after both"]

    def test_a_second_interrupt_is_not_deferred(self):
        steps = []

        def run():
            with deferred_signals():
                signal.raise_signal(signal.SIGINT)
                steps.append("after the first")
                signal.raise_signal(signal.SIGINT)
                steps.append("after the second")

        with pytest.raises(KeyboardInterrupt):
            run()
        assert steps == ["after the first"]

    def test_ignored_signals_stay_so(self, number):
        signal.signal(number, signal.SIG_IGN)
        with deferred_signals() as deferred:
            signal.raise_signal(number)
        assert deferred.number is None


def test_imports_where_there_are_neither_locks_nor_signals(tmp_path):
    """As on Windows, for what it lacks."""
    program = """
import sys, signal
sys.modules["fcntl"] = None
del signal.SIGHUP
from brownclust import _atomic, _locks, _signals
assert _signals.TERMINATING == (signal.SIGTERM,)
assert not _locks.RENAMES_OPEN_FILES
with _atomic.reserved(_atomic.Path("a/b")):
    with _atomic.atomic_write("a/b") as file:
        file.write(b"x")
    (_atomic.Path("a") / ".b.0123456789ab.tmp").touch()
    _atomic.remove_remains(_atomic.Path("a/b"))
print(sorted(path.name for path in _atomic.Path("a").iterdir()))
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert result.stdout == "['b']\n", result.stderr
