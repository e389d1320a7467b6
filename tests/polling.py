"""A whole poller for tests: real store, writer, sockets and workers, with a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from aiohttp.abc import AbstractResolver

from monitor.fetch import Fetcher
from monitor.model import PollResult, Settings, Source, Topic
from monitor.parse import ParsePool
from monitor.pipeline.force import InForce
from monitor.pipeline.poll import Poller, one_pass
from monitor.pipeline.writer import Writer
from monitor.store.database import Store
from tests.integration.serving import serving
from tests.paths import NOW, in_force

LOCAL = Settings(allow_private=("127.0.0.1",))
GAP = timedelta(milliseconds=20)
"""Between two requests to a host: the usual seconds are what the tests of fetching are about."""


@dataclass
class Site:
    """A publisher whose pages are a table: path to (status, headers, body); the rest is 404."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def put(self, path: str, body: str | bytes = b"", status: int = 200, **headers: str) -> None:
        """Publish a page; ``content_type`` and the like become headers."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.pages[path] = (status, named, body.encode() if isinstance(body, str) else body)

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The page, or 404."""
        self.asked.append(request.path)
        self.requests.append((request.path, dict(request.headers)))
        status, headers, body = self.pages.get(request.path, (404, {}, b"nothing here"))
        if status == 200 and headers.get("Etag") and request.headers.get("If-None-Match") == headers["Etag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(status=status, headers=headers, body=body)


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """A publisher on loopback."""
    one = Site()
    async with serving(one.answer) as port:
        one.port = port
        yield one


class Polling:
    """A poller on a store, and the time."""

    def __init__(self, store: Store, force: InForce, poller: Poller) -> None:
        self.store = store
        self.force = force
        self.poller = poller
        self.now = NOW

    def later(self, **span: float) -> None:
        """Let time pass: ``hours=1``."""
        self.now += timedelta(**span)

    async def poll(self, *, every_source: bool = True) -> list[PollResult]:
        """One pass."""
        return await one_pass(self.poller, every_source=every_source)


@asynccontextmanager
async def polling(
    store: Store,
    *topics: Topic,
    sources: Sequence[Source],
    settings: Settings = LOCAL,
    pool: ParsePool | None = None,
    resolver: AbstractResolver | None = None,
) -> AsyncIterator[Polling]:
    """The path from a claim to what is recorded, with ``sources`` in force."""
    moment: list[Polling] = []

    def clock() -> datetime:
        return moment[0].now if moment else NOW

    writer = Writer(store)
    writer.start()
    workers = pool or ParsePool(1)
    try:
        async with (
            Fetcher(
                allow_private=settings.allow_private,
                read_gap_timeout=2,
                total_timeout=5,
                resolver=resolver,
                host_gap=GAP,
            ) as fetcher,
            workers,
        ):
            force = await asyncio.to_thread(in_force, store, *topics, sources=sources, settings=settings)
            poller = Poller(store, writer, fetcher, workers, force=lambda: moment[0].force, clock=clock)
            moment.append(Polling(store, force, poller))
            yield moment[0]
    finally:
        await writer.close()


def feed(*entries: tuple[str, str], extra: str = "") -> str:
    """An RSS document of (title, address)."""
    items = "".join(
        f"<item><title>{title}</title><link>{url}</link><guid>{url}</guid><description>In brief.</description></item>"
        for title, url in entries
    )
    return f"<rss version='2.0'><channel><title>Courier</title>{extra}{items}</channel></rss>"


def page(title: str, *paragraphs: str) -> str:
    """An article as a newspaper shows it."""
    filling = (
        "The harbour board met on Tuesday evening to discuss the new timetable for the ferries, which many passengers "
        "had asked for since the winter, and heard from the captains of both lines before it voted.",
        "Two members said that the change would cost more than the town could pay this year, while the mayor answered "
        "that the state had promised a third of the sum and that the rest would come from the harbour fund.",
        "A decision on the prices is expected before the summer, when the board meets again with the companies.",
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*filling, *paragraphs))
    return (
        f"<html lang='en'><head><title>{title} | Courier</title></head><body><header><nav><a href='/'>Home</a></nav>"
        f"</header><main><article><h1>{title}</h1>{text}</article></main><footer>Imprint</footer></body></html>"
    )
