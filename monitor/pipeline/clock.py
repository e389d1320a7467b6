"""Where the time comes from: the system, or a moment at which the clock stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from monitor.model import aware

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """The system's time in UTC."""
    return datetime.now(UTC)


def standing_clock(moment: datetime) -> Clock:
    """A clock that stands at ``moment`` (``--now``)."""
    fixed = aware(moment)
    return lambda: fixed
