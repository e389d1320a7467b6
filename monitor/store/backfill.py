"""How far topics were matched again with the stored entries, and what such a match changes in the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from monitor.model import Entry
from monitor.store import tables as t
from monitor.store.backtest import RECORDED
from monitor.store.entries import Recorded, texts
from monitor.store.outbox import counts_as_told

PENDING: Final = "pending"
DONE: Final = "done"
SUPERSEDED: Final = "superseded"
"""Another version came into force before all entries were looked at."""
GONE: Final = "gone"
"""The topic is no longer watched, and that was said."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one version of a topic was matched again."""

    topic: int
    version: int
    cursor: int | None
    """Entries below this id are still to be looked at; None: it has not begun."""
    looked: int
    matched: int
    ended: int
    state: Literal["pending", "done", "superseded", "gone"]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How far the stored entries were looked at for a topic."""

    topic: int
    name: str
    looked: int
    of: int
    """Entries that are looked at in all: those that were there when it began, as far as they still are."""
    matched: int


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it stands, to be matched again."""

    recorded: Recorded
    outlet: str
    source: str
    kind: str
    topics: tuple[str, ...] | None
    """The only topics that read its source, as the store has them; None: all."""
    first_seen: datetime


def want(connection: sa.Connection, topic: int, version: int, now: datetime) -> None:
    """Have the stored entries matched with a version that has come into force; where nothing is stored, nothing is
    written. A version that was wanted before begins anew, others of the topic are given up."""
    b = t.backfill
    connection.execute(
        sa.update(b).where(b.c.topic == topic, b.c.state == PENDING).values(state=SUPERSEDED, done_at=now)
    )
    if connection.execute(sa.select(t.entry.c.id).limit(1)).first() is None:
        return
    connection.execute(sa.delete(b).where(b.c.topic == topic, b.c.version == version))
    connection.execute(sa.insert(b).values(topic=topic, version=version, state=PENDING, at=now))


def pending(connection: sa.Connection) -> list[Progress]:
    """What is still to be matched again, in the order of the topics."""
    b = t.backfill
    rows = connection.execute(sa.select(b).where(b.c.state == PENDING).order_by(b.c.topic))
    return [_progress(row) for row in rows]


def done_untold(connection: sa.Connection) -> list[Progress]:
    """What was done without being said, in the order of the topics: the process ended in between."""
    b = t.backfill
    rows = connection.execute(sa.select(b).where(b.c.state == DONE, b.c.told.is_(sa.false())).order_by(b.c.topic))
    return [_progress(row) for row in rows]


def mark_told(connection: sa.Connection, done: Sequence[Progress]) -> None:
    """It was said what came of them."""
    b = t.backfill
    for one in done:
        connection.execute(sa.update(b).where(b.c.topic == one.topic, b.c.version == one.version).values(told=True))


def under_way(connection: sa.Connection) -> list[UnderWay]:
    """The topics for which the stored entries are still looked at, in their order; not the paused ones."""
    b = t.backfill
    rows = connection.execute(
        sa.select(b, t.topic.c.name)
        .join(t.topic, t.topic.c.id == b.c.topic)
        .where(b.c.state == PENDING, t.topic.c.retired_at.is_(None), t.topic.c.paused.is_(sa.false()))
        .order_by(b.c.topic)
    ).all()
    if not rows:
        return []
    count = sa.select(sa.func.count()).select_from(t.entry)
    every = int(connection.scalar(count) or 0)
    below = {row.cursor: int(connection.scalar(count.where(t.entry.c.id < row.cursor)) or 0)
             for row in rows if row.cursor is not None}  # fmt: skip
    return [
        UnderWay(row.topic, row.name, row.looked, row.looked + below.get(row.cursor, every), row.matched)
        for row in rows
    ]


def _progress(row: Any) -> Progress:
    return Progress(row.topic, row.version, row.cursor, row.looked, row.matched, row.ended, row.state)


def advance(connection: sa.Connection, after: Progress, now: datetime) -> None:
    """Write how far a version is now."""
    b = t.backfill
    connection.execute(
        sa.update(b)
        .where(b.c.topic == after.topic, b.c.version == after.version)
        .values(
            cursor=after.cursor,
            looked=after.looked,
            matched=after.matched,
            ended=after.ended,
            state=after.state,
            done_at=None if after.state == PENDING else now,
        )
    )


def next_entries(connection: sa.Connection, cursor: int | None, limit: int) -> list[StoredEntry]:
    """The newest ``limit`` entries below the cursor, newest first, with the texts that are still kept."""
    statement = (
        sa.select(t.entry, t.source.c.name.label("named"), t.source.c.kind.label("kind"), t.source.c.topics)
        .join(t.source, t.source.c.id == t.entry.c.source)
        .order_by(t.entry.c.id.desc())
        .limit(limit)
    )
    if cursor is not None:
        statement = statement.where(t.entry.c.id < cursor)
    rows = connection.execute(statement).all()
    kept = texts(connection, [row.id for row in rows])
    return [_stored(row, *kept.get(row.id, ("", ""))) for row in rows]


def _stored(row: Any, teaser: str, text: str) -> StoredEntry:
    entry = Entry(
        key=row.key_hash, key_hash=row.key_hash, title=row.title, teaser=teaser, text=text, url=row.url,
        url_key=row.url_key, title_key=row.title_key, body_hash=row.body_hash, text_hash=row.text_hash,
        outlet=row.outlet, language=row.language, published=row.published,
    )  # fmt: skip
    topics = None if row.topics is None else tuple(row.topics)
    recorded = Recorded(row.id, row.revision, "known", entry)
    return StoredEntry(recorded, row.outlet, row.named, row.kind, topics, row.first_seen)


def untold(connection: sa.Connection, topic: int, channel: str, since: datetime) -> int:
    """Stories of which ``channel`` would have heard for a topic: with a matching entry first seen from ``since`` on
    that was not listed when its source was first read, and not told there."""
    story = sa.func.coalesce(t.story.c.merged_into, t.story.c.id)
    baseline = sa.and_(t.source.c.kind != RECORDED, t.source.c.baseline_at == t.entry.c.first_seen)
    found = connection.scalars(
        sa.select(story)
        .distinct()
        .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
        .join(t.entry, t.entry.c.id == t.story_entry.c.entry)
        .join(t.source, t.source.c.id == t.entry.c.source)
        .join(t.match, t.match.c.entry == t.entry.c.id)
        .where(
            t.match.c.topic == topic, t.match.c.ended_at.is_(None), t.entry.c.first_seen >= since,
            sa.or_(t.source.c.baseline_at.is_(None), sa.not_(baseline)),
        )
    ).all()  # fmt: skip
    told = set(
        connection.scalars(
            sa.select(t.alert.c.subject).where(
                t.alert.c.channel == channel, t.alert.c.subject_kind == "story", counts_as_told()
            )
        )
    )
    merged = connection.execute(
        sa.select(t.story.c.id, t.story.c.merged_into).where(t.story.c.merged_into.is_not(None))
    )
    told |= {f"s{row.merged_into}" for row in merged if f"s{row.id}" in told}
    return sum(f"s{one}" not in told for one in found)


def found_anew(connection: sa.Connection, topic: int, version: int) -> int:
    """How many entries match a topic that were stored when its version was wanted (:func:`want`) and had matched
    no version of it till then."""
    b, m = t.backfill.c, t.match
    wanted_at = sa.select(b.at).where(b.topic == topic, b.version == version).scalar_subquery()
    known = sa.select(m.c.entry).where(m.c.topic == topic, m.c.at < wanted_at)
    counted = (
        sa.select(sa.func.count(m.c.entry.distinct()))
        .join(t.entry, t.entry.c.id == m.c.entry)
        .where(
            m.c.topic == topic, m.c.ended_at.is_(None), t.entry.c.first_seen < wanted_at, m.c.entry.not_in(known)
        )
    )  # fmt: skip
    return int(connection.scalar(counted) or 0)


def take_gone(connection: sa.Connection, since: datetime) -> list[tuple[int, str]]:
    """Id and name of the topics that are no longer watched since then or later; each once."""
    b, f = t.backfill, t.topic_force.c
    told = sa.exists().where(b.c.topic == t.topic.c.id, b.c.state == GONE, b.c.at >= t.topic.c.retired_at)
    last = sa.select(f.version).where(f.topic == t.topic.c.id).order_by(f.id.desc()).limit(1).scalar_subquery()
    rows = connection.execute(
        sa.select(t.topic.c.id, t.topic.c.name, t.topic.c.retired_at, last.label("version"))
        .where(t.topic.c.retired_at >= since, sa.not_(told))
        .order_by(t.topic.c.id)
    ).all()
    for row in rows:
        connection.execute(sa.delete(b).where(b.c.topic == row.id, b.c.version == row.version))
        connection.execute(
            sa.insert(b).values(
                topic=row.id, version=row.version, state=GONE, at=row.retired_at, done_at=row.retired_at
            )
        )
    return [(row.id, row.name) for row in rows]


def secretive(connection: sa.Connection) -> bool:
    """Whether any watchlist that was in force speaks of confidential topics: which they were is not stored, so that
    one that was removed may have been one."""
    held = sa.select(t.config.c.id).where(t.config.c.watchlist.contains("confidential")).limit(1)
    return connection.execute(held).first() is not None
