"""The versions of topics: which meaning was in force since when, and how many entries each has matched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store import tables as t


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A time in which one version of a topic was in force; a version that was gone back to has several."""

    topic: int
    version: int
    """The versions of a topic are counted from 1."""
    hash: str
    since: datetime
    until: datetime | None
    in_force: bool
    definition: str
    entries: int
    """Entries that it has matched, also those that it no longer does."""


@dataclass(frozen=True, slots=True)
class StoredTopic:
    """A topic in force, as the store has it."""

    id: int
    name: str
    channels: tuple[str, ...]
    paused: bool
    hash: str
    definition: str
    earlier: tuple[str, ...]
    """The definitions of the other versions that were in force before, the last one first; each once."""


def note(connection: sa.Connection, topic: int, version: int, *, again: bool, now: datetime) -> bool:
    """Write that a version is in force from ``now`` on. False: it was already, and the topic was never out of force
    since (``again``)."""
    latest = connection.scalar(
        sa.select(t.topic_force.c.version)
        .where(t.topic_force.c.topic == topic)
        .order_by(t.topic_force.c.id.desc())
        .limit(1)
    )
    if latest == version and not again:
        return False
    connection.execute(sa.insert(t.topic_force).values(topic=topic, version=version, from_at=now))
    return True


def versions_of(connection: sa.Connection, topic: int) -> list[VersionRow]:
    """When which version of a topic was in force, the newest first."""
    v = t.topic_version.c
    made = connection.execute(sa.select(v.id, v.hash, v.definition).where(v.topic == topic).order_by(v.id)).all()
    known = {row.id: (nth, row) for nth, row in enumerate(made, start=1)}
    counts = (
        sa.select(t.match.c.version, sa.func.count(t.match.c.entry.distinct()).label("n"))
        .where(t.match.c.topic == topic)
        .group_by(t.match.c.version)
    )
    counted = {row.version: int(row.n) for row in connection.execute(counts)}
    retired = connection.scalar(sa.select(t.topic.c.retired_at).where(t.topic.c.id == topic))
    found: list[VersionRow] = []
    until = retired
    for row in connection.execute(
        sa.select(t.topic_force).where(t.topic_force.c.topic == topic).order_by(t.topic_force.c.id.desc())
    ):
        nth, version = known[row.version]
        found.append(
            VersionRow(
                topic=topic,
                version=nth,
                hash=version.hash,
                since=row.from_at,
                until=until,
                in_force=not found and retired is None,
                definition=version.definition,
                entries=counted.get(row.version, 0),
            )
        )
        until = row.from_at
    return found


def topics_in_force(connection: sa.Connection) -> list[StoredTopic]:
    """The topics that are in force, in the order in which they were made, with the version before."""
    rows = connection.execute(
        sa.select(t.topic_force.c.topic, t.topic_version.c.hash, t.topic_version.c.definition)
        .join(t.topic_version, t.topic_version.c.id == t.topic_force.c.version)
        .order_by(t.topic_force.c.id.desc())
    )
    past: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        past.setdefault(row.topic, []).append((row.hash, row.definition))
    topics = connection.execute(sa.select(t.topic).where(t.topic.c.retired_at.is_(None)).order_by(t.topic.c.id))
    return [
        StoredTopic(
            id=row.id,
            name=row.name,
            channels=tuple(row.channels),
            paused=row.paused,
            hash=past[row.id][0][0],
            definition=past[row.id][0][1],
            earlier=tuple(dict.fromkeys(text for other, text in past[row.id] if other != past[row.id][0][0])),
        )
        for row in topics
        if row.id in past
    ]


def limits_in_force(connection: sa.Connection) -> dict[str, tuple[str, ...] | None]:
    """Each source in force by name with the only topics that read it; None: all do."""
    rows = sa.select(t.source.c.name, t.source.c.topics).where(t.source.c.retired_at.is_(None))
    return {row.name: None if row.topics is None else tuple(row.topics) for row in connection.execute(rows)}


def channels_off(connection: sa.Connection) -> dict[str, str | None]:
    """Each channel in force with why it is off; None: it is on."""
    rows = sa.select(t.channel.c.name, t.channel.c.off).where(t.channel.c.retired_at.is_(None))
    return {row.name: row.off for row in connection.execute(rows)}


def topic_ids(connection: sa.Connection, text: str) -> list[int]:
    """The topics of that name or typed id (``t4``), retired ones too."""
    number = int(text[1:]) if text[:1] == "t" and text[1:].isdecimal() and text.isascii() else None
    named = sa.or_(t.topic.c.name == text, t.topic.c.id == number) if number is not None else t.topic.c.name == text
    return list(connection.scalars(sa.select(t.topic.c.id).where(named).order_by(t.topic.c.id)))
