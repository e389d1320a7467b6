"""Whether a page may be asked for: by the robots.txt of its host, read through the same guarded session, kept a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from monitor.analysis.address import host_of
from monitor.fetch import Fetcher
from monitor.limits import CRAWL_DELAY_CAP, ROBOTS_CAP, ROBOTS_LIFE
from monitor.model import Access, Document, Fetched, NotModified, ParseFailure, Request
from monitor.parse import ParsePool
from monitor.pipeline.clock import Clock
from monitor.pipeline.reading import allowed_by
from monitor.pipeline.writer import Writer
from monitor.sources.robots import AGENT
from monitor.store.database import Store
from monitor.store.robots import RobotsFile, keep_robots, robots_of

ASK_AGAIN: Final = timedelta(hours=1)
"""A host that could not be asked counts as refusing (RFC 9309) and is asked again after this."""
OPEN, RULES = "open", "rules"


class Robots:
    """Answers for one page at a time; what it has read is in the store."""

    def __init__(self, store: Store, writer: Writer, fetcher: Fetcher, pool: ParsePool, *, clock: Clock) -> None:
        self._store = store
        self._writer = writer
        self._fetcher = fetcher
        self._pool = pool
        self._clock = clock

    async def refusal(self, url: str, access: Access, *, pause: Callable[[float], None]) -> ParseFailure | None:
        """Why the page may not be asked for; None: it may. ``pause`` hears of a Crawl-delay, in seconds.

        Reasons: ``robots`` (its host does not want it), ``robots_unread`` (not known for now), ``no_worker``.
        """
        found = await self._file(url, access)
        host = host_of(url)
        if found.verdict == OPEN:
            return None
        if found.verdict != RULES:
            sentence = f"robots.txt of {host} could not be read ({found.verdict}), which counts as a no for now."
            return ParseFailure("robots_unread", sentence)
        answer = await self._pool.run(allowed_by, found.body, url, AGENT)
        if isinstance(answer, ParseFailure):
            if answer.reason == "no_worker":
                return answer
            return ParseFailure("robots", f"robots.txt of {host} could not be understood, which counts as a no.")
        pause(min(answer.delay or 0.0, CRAWL_DELAY_CAP))
        return None if answer.allowed else ParseFailure("robots", f"robots.txt of {host} does not allow it.")

    async def _file(self, url: str, access: Access) -> RobotsFile:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        now = self._clock()
        known = await asyncio.to_thread(self._known, origin)
        if known is not None and _fresh(known, now):
            return known
        request = Request(f"{origin}/robots.txt", named=False, wants="page", access=Access(proxy=access.proxy))
        found = judged(await self._fetcher.fetch(request, now=now), now)
        await self._writer.submit(lambda connection: keep_robots(connection, origin, found))
        return found

    def _known(self, origin: str) -> RobotsFile | None:
        with self._store.read() as connection:
            return robots_of(connection, origin)


def judged(fetched: Fetched, now: datetime) -> RobotsFile:
    """What an answer means by RFC 9309: a 4xx is no objection; a server that fails or is not reached refuses."""
    if isinstance(fetched, Document):
        return RobotsFile(now, RULES, fetched.body[: ROBOTS_CAP + 1])  # one more: so the reader sees a cut last line
    if isinstance(fetched, NotModified):  # pragma: no cover - nothing conditional was asked
        return RobotsFile(now, OPEN)
    status = fetched.status or 0
    if fetched.reason == "empty" or (400 <= status < 500 and status != 429):
        return RobotsFile(now, OPEN)
    return RobotsFile(now, fetched.reason)


def _fresh(known: RobotsFile, now: datetime) -> bool:
    life = ROBOTS_LIFE if known.verdict in (OPEN, RULES) else ASK_AGAIN
    return timedelta() <= now - known.read_at < life
