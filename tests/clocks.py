"""Clocks for tests: one that goes only when it is moved, in any direction, and one for limits of time."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
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
    """Nothing is traced in the block, for measuring the coverage makes plain Python two to five times slower; and the
    garbage collector leaves alone what thousands of tests before it have left behind."""
    tracer = sys.gettrace()
    sys.settrace(None)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.settrace(tracer)


def least_time(work: Callable[[], object], *, times: int = 3) -> float:
    """Seconds of the processor that the fastest of several runs takes: other programs share the machine."""
    seconds = []
    with untraced():
        for _ in range(times):
            started = time.process_time()
            work()
            seconds.append(time.process_time() - started)
    return min(seconds)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails where the block needs more processor time than ``seconds``, without what the coverage costs."""
    with untraced():
        started = time.process_time()
        yield
        took = time.process_time() - started
    assert took < seconds, f"{took:.2f} s"
