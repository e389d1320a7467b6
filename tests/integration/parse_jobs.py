"""What the parse workers are made to run in tests: importable functions, some of them hostile."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from monitor.model import Parsed, ParsedEntry


def double(number: int) -> int:
    return 2 * number


def length(body: bytes) -> int:
    return len(body)


def large(size: int) -> bytes:
    return bytes(size)


def entry(title: str) -> Parsed:
    return Parsed(entries=(ParsedEntry(title=title),), hints={"ttl": "5"})


def pid() -> int:
    return os.getpid()


def signals() -> tuple[bool, bool]:
    """Survives both; says that it ignores them."""
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    ignored = signal.SIG_IGN
    return signal.getsignal(signal.SIGINT) == ignored, signal.getsignal(signal.SIGTERM) == ignored


def environment() -> list[str]:
    return sorted(os.environ)


def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def spin(note: str) -> None:
    Path(note).write_text(str(os.getpid()), "ascii")
    gc.disable()
    while True:
        pass


def work(seconds: float) -> float:
    """Uses the processor for so long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds


def eat(size: int) -> int:
    return len(bytearray(size))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def stop() -> None:
    """As a machine under memory pressure may do: the process is there but does nothing."""
    os.kill(os.getpid(), signal.SIGSTOP)


def raise_(words: str) -> None:
    raise LookupError(words)


def leave() -> None:
    raise SystemExit(3)


def recurse() -> None:
    recurse()


def unpicklable() -> Callable[[], int]:
    return lambda: 1


def foreign() -> Fraction:
    """A value of a class that no answer may hold."""
    return Fraction(1, 3)


class Exploit:
    """Pickles as a call of ``os.system``, as an answer of a worker that was taken over might."""

    def __init__(self, note: str) -> None:
        self.note = note

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.note}",)


def exploit(note: str) -> Exploit:
    return Exploit(note)
