"""Politeness: one request in flight a host, a pause between two, and a cap over all hosts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_KEPT = 1024
"""Hosts remembered before those that are free again are forgotten."""


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    holders: int = 0
    free_at: float = 0.0


class Slots:
    """The right to make one request now; times are of the monotonic clock, so a stepped clock changes nothing."""

    def __init__(self, in_flight: int) -> None:
        """``in_flight``: requests under way at one time, over all hosts."""
        self._hosts: dict[str, _Host] = {}
        self._all = asyncio.Semaphore(in_flight)

    @asynccontextmanager
    async def hold(self, host: str, *, gap: float) -> AsyncIterator[None]:
        """Wait for the turn of ``host`` (name and port), hold it, and leave ``gap`` seconds behind it."""
        slot = self._enter(host)
        try:
            async with slot.lock:
                wait = slot.free_at - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                async with self._all:
                    try:
                        yield
                    finally:
                        slot.free_at = time.monotonic() + gap
        finally:
            slot.holders -= 1

    def _enter(self, host: str) -> _Host:
        if len(self._hosts) >= _KEPT:
            now = time.monotonic()
            self._hosts = {name: slot for name, slot in self._hosts.items() if slot.holders or slot.free_at > now}
        slot = self._hosts.setdefault(host, _Host())
        slot.holders += 1
        return slot
