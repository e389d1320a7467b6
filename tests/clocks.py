"""A clock for tests that goes only when it is moved, in any direction."""

from __future__ import annotations

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
