"""What the sources show now, read as the daemon would into a store that is thrown away: for a first look."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from monitor.fetch import Fetcher
from monitor.model import Document, ParseFailure, Read, Request, Settings, Source, Watchlist
from monitor.parse import ParsePool
from monitor.pipeline.force import InForce, put_in_force
from monitor.pipeline.reading import read
from monitor.pipeline.record import record_document
from monitor.store.database import Store


async def sample(store: Store, watchlist: Watchlist, settings: Settings, now: datetime) -> list[tuple[Source, str]]:
    """Read every source that is not paused once, politely, and record its entries in ``store``, a throw-away one.

    Returns the sources that could not be read, each with a sentence.
    """
    force = put_in_force(store, replace(watchlist, topics=()), settings, digest="", text="", now=now)
    wanted = [(number, source) for number, source in force.sources.items() if not source.paused]
    async with (
        Fetcher(
            user_agent=settings.user_agent, allow_private=settings.allow_private, host_gap=settings.host_gap
        ) as fetcher,
        ParsePool(workers=1) as pool,
    ):
        answers = await asyncio.gather(*(_read(source, fetcher, pool) for _, source in wanted))
    unread: list[tuple[Source, str]] = []
    for (number, source), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Read):
            _record(store, force, number, source, answer, now)
        else:
            unread.append((source, answer))
    return unread


async def _read(source: Source, fetcher: Fetcher, pool: ParsePool) -> Read | str:
    """What a source says, or why it could not be read. The fetcher waits for the host's turn."""
    fetched = await fetcher.fetch(Request(source.url, access=source.access))
    if not isinstance(fetched, Document):
        return getattr(fetched, "sentence", "Nothing was read.")
    found = await pool.run(read, source.kind, fetched, "", source.outlet or source.name, source.skip)
    return found.sentence if isinstance(found, ParseFailure) else found


def _record(store: Store, force: InForce, number: int, source: Source, found: Read, now: datetime) -> None:
    with store.write() as connection:
        record_document(
            connection, force, number, tuple(reversed(found.entries)),
            outlet=source.outlet or source.name, name=source.name, topics=source.topics, now=now,
        )  # fmt: skip
