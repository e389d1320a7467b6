"""The state of everything in one look: what ``monitor status`` and the page say first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.store import backfill, outages, tasks
from monitor.store import tables as t
from monitor.store.backfill import UnderWay
from monitor.store.database import Store
from monitor.store.listing_wanted import ChannelRow, SourceRow, channels, sources
from monitor.store.outbox import WAITING

FAILING = ("failing", "broken", "quarantined", "gone")
"""States of a source that is not read."""
ALIVE_WITHIN = timedelta(minutes=3)
"""A daemon whose last sign of life is older than this does not run: it gives one at least every minute."""


@dataclass(frozen=True, slots=True)
class Life:
    """The daemon's signs of life."""

    started_at: datetime | None
    alive_at: datetime | None
    stopped_at: datetime | None
    pid: int | None
    web: str | None
    """Where its page is."""

    def running(self, now: datetime) -> bool:
        """Whether it runs, as far as its signs tell."""
        recent = self.stopped_at is None and self.alive_at is not None and now - self.alive_at <= ALIVE_WITHIN
        return recent and (self.pid is None or _exists(self.pid))


def _exists(pid: int) -> bool:
    """Whether a process of that number runs on this machine; a killed daemon could not say that it ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class Overview:
    """How everything stands."""

    sources: tuple[SourceRow, ...]
    """By name; those that are paused too."""
    channels: tuple[ChannelRow, ...]
    topics: int
    entries: int
    stories: int
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    waiting: int
    """Deliveries on their way."""
    oldest_waiting: datetime | None
    dead: int
    """Deliveries given up."""
    last_sent_at: datetime | None
    config_number: int | None
    """None: no watchlist was ever in force."""
    config_at: datetime | None
    config_digest: str | None
    """The digest of the watchlist and settings that are in force."""
    life: Life | None
    size: int
    """Bytes on disk."""
    no_network_since: datetime | None
    """Since when nothing on the network answers."""
    gaps: tuple[tuple[str, datetime, datetime], ...]
    """Source, from and to: where entries of the last day may be missing, because a feed moved on between two polls."""
    articles: int
    """Articles that are still to be read in full."""
    backfill: tuple[UnderWay, ...] = ()
    """The topics that are matched with the stored entries just now."""

    @property
    def active(self) -> tuple[SourceRow, ...]:
        """The sources that are to be read."""
        return tuple(source for source in self.sources if source.state != "paused")

    @property
    def read(self) -> tuple[SourceRow, ...]:
        """The sources whose last poll succeeded."""
        return tuple(source for source in self.active if source.state == "ok")

    @property
    def failed(self) -> tuple[SourceRow, ...]:
        """The sources whose last poll failed, broken ones first."""
        wrong = [source for source in self.active if source.state in FAILING]
        return tuple(sorted(wrong, key=lambda source: source.state))

    @property
    def odd(self) -> tuple[SourceRow, ...]:
        """The sources that are read, and yet something is odd about them."""
        return tuple(source for source in self.read if source.reason)


def overview(store: Store) -> Overview:
    """The state of everything, as of one moment."""
    with store.read() as connection:
        every = tuple(sources(connection))
        active = [source for source in every if source.state != "paused"]
        newest = connection.execute(sa.select(t.config).order_by(t.config.c.id.desc()).limit(1)).first()
        out = _outbox(connection)
        return Overview(
            sources=every,
            channels=tuple(channels(connection)),
            topics=_count(connection, t.topic, t.topic.c.retired_at.is_(None)),
            entries=_count(connection, t.entry),
            stories=_count(connection, t.story, t.story.c.merged_into.is_(None)),
            last_poll_at=max((s.last_poll_at for s in active if s.last_poll_at), default=None),
            next_poll_at=min((s.next_poll_at for s in active if s.next_poll_at), default=None),
            waiting=out.waiting,
            oldest_waiting=out.oldest,
            dead=out.dead,
            last_sent_at=connection.scalar(sa.select(sa.func.max(t.delivery.c.sent_at))),
            config_number=newest.id if newest else None,
            config_at=newest.applied_at if newest else None,
            config_digest=newest.digest if newest else None,
            life=life(connection),
            size=store.size(),
            no_network_since=outages.under_way(connection),
            gaps=_gaps(connection),
            articles=tasks.waiting(connection),
            backfill=tuple(backfill.under_way(connection)),
        )


def _gaps(connection: sa.Connection) -> tuple[tuple[str, datetime, datetime], ...]:
    """The gaps of the day up to the last poll."""
    last = connection.scalar(sa.select(sa.func.max(t.source.c.last_poll_at)))
    if last is None:
        return ()
    rows = connection.execute(
        sa.select(t.source.c.name, t.gap.c.from_at, t.gap.c.to_at)
        .join(t.source, t.source.c.id == t.gap.c.source)
        .where(t.gap.c.to_at > last - timedelta(days=1))
        .order_by(t.gap.c.to_at.desc())
    )
    return tuple((row.name, row.from_at, row.to_at) for row in rows)


def life(connection: sa.Connection) -> Life | None:
    """The signs of life; None where no daemon ever ran on this database."""
    row = connection.execute(sa.select(t.life).order_by(t.life.c.id.desc()).limit(1)).first()
    return None if row is None else Life(row.started_at, row.alive_at, row.stopped_at, row.pid, row.web)


def _outbox(connection: sa.Connection) -> Any:
    waits = t.delivery.c.state.in_(WAITING)
    statement = sa.select(
        sa.func.count(sa.case((waits, 1))).label("waiting"),
        sa.func.min(sa.case((waits, t.delivery.c.at))).label("oldest"),
        sa.func.count(sa.case((t.delivery.c.state == "dead", 1))).label("dead"),
    ).where(t.delivery.c.state.in_((*WAITING, "dead")))
    return connection.execute(statement).one()


def _count(connection: sa.Connection, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0)
