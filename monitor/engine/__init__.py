"""Where the work runs: one seam, so that the handlers know no engine.

For now it is embedded (:mod:`monitor.engine.embedded`): one process, ticks by APScheduler.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

Handler: TypeAlias = Callable[[], Awaitable[object]]


class Engine(Protocol):
    """Runs handlers again and again, and single pieces of work beside them."""

    def every(self, name: str, seconds: float, handler: Handler) -> None:
        """Run ``handler`` every so many seconds, never twice at one time."""

    def submit(self, work: Awaitable[object]) -> None:
        """Run one piece of work now, beside the rest."""

    async def drain(self, seconds: float) -> bool:
        """Start nothing more and wait for what runs; False when it took longer."""
