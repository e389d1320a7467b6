"""Short ways for tests to put a watchlist in force and to record entries through the real path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from monitor.analysis.normalise import normalise
from monitor.model import (
    Channel,
    Outcome,
    Parsed,
    ParsedEntry,
    Phrase,
    Query,
    Settings,
    Source,
    SourceState,
    Topic,
    Watchlist,
)
from monitor.pipeline.force import InForce, put_in_force
from monitor.pipeline.record import Origin, Tally, record_document
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.polls import SourceUpdate

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def topic(name: str, *phrases: str, channels: tuple[str, ...] = ("console",), none: tuple[str, ...] = ()) -> Topic:
    """A topic that matches any of ``phrases`` (its name, where none are given)."""
    query = Query(any=tuple(Phrase(p) for p in phrases or (name,)), none=tuple(Phrase(p) for p in none))
    return Topic(name, query, channels=channels)


JACK, QWEN = topic("Jack Ma", "Jack Ma", "马云"), topic("Qwen3")
SOURCES = (
    Source("Courier", "https://courier.example/feed"),
    Source("Herald", "https://herald.example/feed"),
)


def in_force(
    store: Store,
    *topics: Topic,
    sources: Sequence[Source] = SOURCES,
    channels: Sequence[Channel] = (Channel("console"),),
    settings: Settings | None = None,
    owner: str = "console",
    now: datetime = NOW,
) -> InForce:
    """Put a watchlist in force."""
    watchlist = Watchlist(owner=owner, topics=topics, sources=tuple(sources), channels=tuple(channels))
    return put_in_force(store, watchlist, settings or Settings(), digest=str(watchlist), text="", now=now)


def source_id(store: Store, name: str) -> int:
    """The id of a source by its name."""
    with store.read() as connection:
        return int(connection.execute(sa.select(t.source.c.id).where(t.source.c.name == name)).scalar_one())


def said(title: str, url: str | None = None, *, id: str | None = None, teaser: str = "", text: str = "") -> ParsedEntry:
    """An entry as a feed would give it."""
    return ParsedEntry(id=id or url, url=url, title=title, teaser=teaser, text=text)


def tell(
    store: Store,
    force: InForce,
    source: str,
    *entries: ParsedEntry,
    origin: Origin = "live",
    now: datetime = NOW,
    absent_at: datetime | None = None,
    outlet: str | None = None,
) -> Tally:
    """Record a document of ``source`` that holds ``entries``."""
    with store.write() as connection:
        return record_document(
            connection,
            force,
            source_id(store, source),
            normalise(Parsed(entries=tuple(entries)), outlet or source),
            outlet=outlet or source,
            origin=origin,
            absent_at=absent_at,
            now=now,
        )


def rows(store: Store, statement: str) -> list[tuple[object, ...]]:
    """What a query in SQL gives."""
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def decisions(store: Store) -> list[tuple[object, ...]]:
    """Subject, rule, step and decision of each alert, in the order in which they were made."""
    return rows(store, "SELECT subject, rule, step, decision FROM alert ORDER BY at, subject, decision DESC, step")


def ended(
    source: int,
    at: datetime = NOW,
    *,
    outcome: Outcome = Outcome.NEW,
    status: int | None = None,
    new: int = 2,
    error: str | None = None,
    **after: object,
) -> SourceUpdate:
    """A poll that went well, unless ``after`` (fields of the source's state) says otherwise."""
    well = SourceState(
        id=source, name="", kind="feed", url="", address="", host="", every=timedelta(minutes=15), outlet="",
        state="ok", next_poll_at=at + timedelta(minutes=15), etag='"x"', body_hash="h", baseline_at=at, last_ok_at=at,
        answered_at=at,
    )  # fmt: skip
    return SourceUpdate(replace(well, **after), at, outcome, status, new=new, error=error)  # type: ignore[arg-type]
