"""Lists of what was asked for and how it stands: sources, topics and channels; what was retired is not among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from monitor.store import backfill
from monitor.store import tables as t
from monitor.store.backfill import UnderWay
from monitor.store.listing import EVERYTHING, Filter, cut, named, within
from monitor.store.outbox import WAITING


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as lists show it."""

    id: int
    name: str
    kind: str
    url: str
    """The address of the watchlist; it may hold a secret, which an output has to mask."""
    address: str
    """Where it is read now."""
    state: str
    """``new ok failing broken quarantined gone paused``."""
    reason: str | None
    """What is wrong, or odd, in plain words."""
    last_outcome: str | None
    failures: int
    failing_since: datetime | None
    last_poll_at: datetime | None
    last_ok_at: datetime | None
    next_poll_at: datetime | None
    newest_at: datetime | None
    """The newest date of publication in its last document."""
    every: timedelta
    paced_by: str | None
    """Which wish of its publisher makes the pauses longer than ``every``; None: none does."""
    read: str
    """``teaser`` or ``full``."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as lists show it."""

    id: int
    name: str
    version: int
    """Which of its meanings is in force, counted from 1."""
    channels: tuple[str, ...]
    paused: bool
    entries: int
    stories: int
    near_misses: int
    last_match: datetime | None
    """When the newest entry that matches was first seen, or its revision was."""
    backfill: UnderWay | None = None
    """How far the stored entries were looked at, where that is not done yet."""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel as lists show it."""

    name: str
    kind: str
    state: str
    """``ok failing broken off``."""
    error: str | None
    """What the service said last, or why the channel is off."""
    waiting: int
    dead: int
    next_send_at: datetime | None


def sources(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[SourceRow]:
    """Sources by name; ``topic`` keeps those that it reads or has matched in, ``since`` and ``until`` go by the
    last poll."""
    statement = sa.select(t.source).where(t.source.c.retired_at.is_(None), *within(t.source.c.last_poll_at, wanted))
    if wanted.source is not None:
        statement = statement.where(t.source.c.id.in_(named(t.source, wanted.source, "p")))
    if wanted.topic is not None:
        statement = statement.where(t.source.c.id.in_(_heard_by(connection, wanted.topic)))
    statement = statement.order_by(t.source.c.name, t.source.c.id)
    return [
        SourceRow(
            id=row.id,
            name=row.name,
            kind=row.kind,
            url=row.shown or row.url,
            address=row.shown or row.address,
            state="paused" if row.paused else row.state,
            reason=row.reason or "; ".join(filter(None, (row.unread, row.remark))) or None,
            last_outcome=row.last_outcome,
            failures=row.failures,
            failing_since=row.failing_since,
            last_poll_at=row.last_poll_at,
            last_ok_at=row.last_ok_at,
            next_poll_at=None if row.paused else row.next_poll_at,
            newest_at=row.newest_at,
            every=timedelta(seconds=row.every_s),
            paced_by=row.paced_by,
            read=row.read,
        )
        for row in connection.execute(cut(statement, wanted))
    ]


def _heard_by(connection: sa.Connection, topic: str) -> set[int]:
    """The sources that a topic reads, and those in which it has matched."""
    ids = named(t.topic, topic, "t")
    found = set(
        connection.scalars(
            sa.select(t.entry.c.source)
            .join(t.match, t.match.c.entry == t.entry.c.id)
            .where(t.match.c.topic.in_(ids))
            .distinct()
        )
    )
    reading = set(
        connection.scalars(sa.select(t.topic.c.name).where(t.topic.c.id.in_(ids), t.topic.c.retired_at.is_(None)))
    )
    polled = sa.select(t.source.c.id, t.source.c.topics).where(t.source.c.retired_at.is_(None))
    for row in connection.execute(polled) if reading else ():
        if row.topics is None or not reading.isdisjoint(row.topics):  # None: all topics read it
            found.add(row.id)
    return found


def topics(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[TopicRow]:
    """Topics in the order in which they were made; their counts are of the entries as they stand.

    ``source`` keeps those that match an entry of that source, ``since`` and ``until`` go by the last match.
    """
    statement = sa.select(t.topic).where(t.topic.c.retired_at.is_(None)).order_by(t.topic.c.id)
    if wanted.topic is not None:
        statement = statement.where(t.topic.c.id.in_(named(t.topic, wanted.topic, "t")))
    current = sa.select(t.match.c.topic).where(t.match.c.ended_at.is_(None))
    if wanted.source is not None:
        of_source = sa.select(t.entry.c.id).where(t.entry.c.source.in_(named(t.source, wanted.source, "p")))
        statement = statement.where(t.topic.c.id.in_(current.where(t.match.c.entry.in_(of_source))))
    if last := within(sa.func.max(t.revision.c.seen_at), wanted):
        seen = current.join(t.revision, _REVISION).group_by(t.match.c.topic)
        statement = statement.where(t.topic.c.id.in_(seen.having(sa.and_(*last))))
    rows = connection.execute(cut(statement, wanted)).all()
    matched = _counts(connection, _matched())
    missed = _counts(connection, _missed())
    versions = _version_numbers(connection)
    filling = {one.topic: one for one in backfill.under_way(connection)}
    return [
        TopicRow(
            id=row.id,
            name=row.name,
            version=versions.get(row.id, 0),
            channels=tuple(row.channels),
            paused=row.paused,
            entries=matched[row.id].n if row.id in matched else 0,
            stories=matched[row.id].stories if row.id in matched else 0,
            near_misses=missed[row.id].n if row.id in missed else 0,
            last_match=matched[row.id].last if row.id in matched else None,
            backfill=filling.get(row.id),
        )
        for row in rows
    ]


def _missed() -> sa.Select[Any]:
    """Near misses of each topic; what matches it after all is none."""
    after_all = sa.exists().where(
        t.match.c.entry == t.near_miss.c.entry, t.match.c.topic == t.near_miss.c.topic, t.match.c.ended_at.is_(None)
    )
    counted = sa.select(t.near_miss.c.topic, sa.func.count().label("n"))
    return counted.where(~after_all).group_by(t.near_miss.c.topic)


_REVISION = sa.and_(t.revision.c.entry == t.match.c.entry, t.revision.c.n == t.match.c.revision)


def _version_numbers(connection: sa.Connection) -> dict[int, int]:
    """Topic to the number of the version that came into force last, as its versions are counted from 1."""
    made = sa.select(t.topic_version.c.id, t.topic_version.c.topic).order_by(t.topic_version.c.id)
    numbers: dict[int, int] = {}
    counted: dict[int, int] = {}
    for row in connection.execute(made):
        numbers[row.id] = counted[row.topic] = counted.get(row.topic, 0) + 1
    f = t.topic_force.c
    return {row.topic: numbers[row.version] for row in connection.execute(sa.select(f.topic, f.version).order_by(f.id))}


def _matched() -> sa.Select[Any]:
    story = sa.func.coalesce(t.story.c.merged_into, t.story.c.id)
    return (
        sa.select(
            t.match.c.topic,
            sa.func.count(t.match.c.entry.distinct()).label("n"),
            sa.func.count(story.distinct()).label("stories"),
            # when it was seen, not when a new version of the topic found it
            sa.func.max(t.revision.c.seen_at).label("last"),
        )
        .join(t.revision, _REVISION)
        .outerjoin(t.story_entry, t.story_entry.c.entry == t.match.c.entry)
        .outerjoin(t.story, t.story.c.id == t.story_entry.c.story)
        .where(t.match.c.ended_at.is_(None))
        .group_by(t.match.c.topic)
    )


def _counts(connection: sa.Connection, statement: sa.Select[Any]) -> Mapping[int, Any]:
    return {row.topic: row for row in connection.execute(statement)}


def channels(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[ChannelRow]:
    """Channels by name, with the deliveries that wait for each and those that were given up; of the filters only
    ``topic`` (those that it goes to) narrows them."""
    statement = sa.select(t.channel).where(t.channel.c.retired_at.is_(None)).order_by(t.channel.c.name)
    if wanted.topic is not None:
        routes = connection.scalars(
            sa.select(t.topic.c.channels).where(t.topic.c.id.in_(named(t.topic, wanted.topic, "t")))
        )
        statement = statement.where(t.channel.c.name.in_({name for route in routes for name in route}))
    rows = connection.execute(cut(statement, wanted)).all()
    counted: dict[tuple[str, bool], int] = {}
    states = sa.select(t.delivery.c.channel, t.delivery.c.state, sa.func.count().label("n"))
    unsent = t.delivery.c.state.in_((*WAITING, "dead"))
    for found in connection.execute(states.where(unsent).group_by(t.delivery.c.channel, t.delivery.c.state)):
        key = (found.channel, found.state == "dead")
        counted[key] = counted.get(key, 0) + found.n
    return [
        ChannelRow(
            name=row.name,
            kind=row.kind,
            state="off" if row.off else row.state,
            error=row.off or row.error,
            waiting=counted.get((row.name, False), 0),
            dead=counted.get((row.name, True), 0),
            next_send_at=row.next_send_at,
        )
        for row in rows
    ]


_NAMED = {"topic": (t.topic, "t"), "source": (t.source, "p")}


def known(connection: sa.Connection, kind: Literal["topic", "source"], text: str) -> bool:
    """Whether there is, or was, a topic or source with that name or typed id."""
    table, letter = _NAMED[kind]
    return connection.execute(named(table, text, letter).limit(1)).first() is not None


def names(connection: sa.Connection, kind: Literal["topic", "source"]) -> list[str]:
    """The names of all topics or sources, retired ones too, for suggestions."""
    column = _NAMED[kind][0].c.name
    return list(connection.scalars(sa.select(column).distinct().order_by(column)))
