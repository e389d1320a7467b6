"""Clocks for tests: one that goes only when it is moved, in any direction, and one for limits of time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta


class Hand:
    """Tells the time at which its hand stands; a :data:`monitor.pipeline.clock.Clock`."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def move(self, span: timedelta) -> datetime:
        """Move the hand, backwards where ``span`` is negative; returns the new time."""
        self.now += span
        return self.now


@contextmanager
def untraced() -> Iterator[None]:
    """Nothing is traced in the block: measuring the coverage makes plain Python two to five times slower."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails where the block needs more processor time than ``seconds``, without what the coverage costs."""
    with untraced():
        started = time.process_time()
        yield
        took = time.process_time() - started
    assert took < seconds, f"{took:.2f} s"
