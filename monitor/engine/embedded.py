"""The engine inside the daemon's process: APScheduler gives the ticks, asyncio runs the work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.engine import Handler

log = structlog.get_logger()
MISFIRE_GRACE = 3600  # seconds: APScheduler's own 1 s would drop the tick after a suspend


class Embedded:
    """See :class:`monitor.engine.Engine`. Times of work live in the store; here are only ticks."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": MISFIRE_GRACE},
        )
        self._handlers: dict[str, tuple[float, Handler]] = {}
        self._busy: set[str] = set()
        self._work: set[asyncio.Future[object]] = set()
        self._draining = False

    def every(self, name: str, seconds: float, handler: Handler) -> None:
        """Run ``handler`` every so many seconds, the first time at once, never twice at one time."""
        self._scheduler.add_job(
            self._tick, "interval", args=[name, handler], seconds=seconds, id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        """Begin to tick; needs a running event loop."""
        self._scheduler.start()

    async def _tick(self, name: str, handler: Handler) -> None:
        # the scheduler cancels what it runs when it is shut down, so it only hands over
        if name in self._busy or self._draining:
            return
        self._busy.add(name)
        self.submit(self._run(name, handler))

    async def _run(self, name: str, handler: Handler) -> None:
        try:
            await handler()
        finally:
            self._busy.discard(name)

    def submit(self, work: Awaitable[object]) -> None:
        """Run one piece of work beside the rest; what it raises is logged whole and stops nothing else."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[object]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work_failed", exc_info=error)

    async def drain(self, seconds: float) -> bool:
        """Start nothing more and wait for what runs; what is left after ``seconds`` is cancelled."""
        self._draining = True
        self._scheduler.pause()
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._work and loop.time() < until:  # what runs may hand over more: a claimed message is still sent
            await asyncio.wait(set(self._work), timeout=until - loop.time())
        left = set(self._work)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        return not left
