"""How far topics were matched again with the stored entries, and what such a match changes in the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from monitor.model import Entry, Match, NearMiss
from monitor.store import tables as t
from monitor.store.backtest import RECORDED
from monitor.store.entries import Recorded, spans_to_json, texts, write_matches
from monitor.store.outbox import TOLD_WORDS

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


def renew(
    connection: sa.Connection,
    recorded: Recorded,
    topic: int,
    version: int,
    match: Match | None,
    near: Sequence[NearMiss],
    *,
    versions: Mapping[str, tuple[int, int]],
    now: datetime,
) -> int:
    """The findings of one topic on an entry, by its new version alone: what other versions found is ended, and their
    near misses go. Returns how many entries, 0 or 1, no longer match."""
    m = t.match
    here = m.c.entry == recorded.id, m.c.topic == topic
    stale = sa.or_(m.c.version != version, m.c.revision != recorded.revision) if match else sa.true()
    ended = connection.execute(sa.update(m).where(*here, m.c.ended_at.is_(None), stale).values(ended_at=now)).rowcount
    n = t.near_miss
    connection.execute(sa.delete(n).where(n.c.entry == recorded.id, n.c.topic == topic))
    if match is not None:
        # gone back to: its own row stands, and counts again
        own = (*here, m.c.version == version, m.c.revision == recorded.revision)
        values = {"searched": list(match.searched), "spans": spans_to_json(match.spans), "ended_at": None}
        connection.execute(sa.update(m).where(*own).values(values))
    write_matches(connection, recorded, [match] if match else [], near, versions=versions, now=now)
    return 0 if match else min(ended, 1)


def touched(connection: sa.Connection, topic: int, entries: Sequence[int]) -> set[int]:
    """Those of ``entries`` that have a match or near miss of the topic: at the others there is nothing to renew."""
    found: set[int] = set()
    for table in (t.match, t.near_miss):
        here = sa.select(table.c.entry).where(table.c.topic == topic, table.c.entry.in_(entries))
        found |= set(connection.scalars(here))
    return found


def decided(connection: sa.Connection, entry: int, topic: int) -> set[str]:
    """The channels for which it was decided before what becomes of this topic in this entry."""
    statement = (
        sa.select(t.alert.c.channel)
        .join(t.alert_topic, t.alert_topic.c.alert == t.alert.c.id)
        .where(t.alert.c.entry == entry, t.alert_topic.c.topic == topic)
    )
    return set(connection.scalars(statement))


def lead(connection: sa.Connection, story: int, entry: int, first_seen: datetime) -> None:
    """Make an entry the first of its story where it was seen before the one that is: the newest are looked at first."""
    first = t.entry.alias("first")
    seen = sa.select(first.c.first_seen).where(first.c.id == t.story.c.first_entry).scalar_subquery()
    connection.execute(sa.update(t.story).where(t.story.c.id == story, seen > first_seen).values(first_entry=entry))


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
                t.alert.c.channel == channel, t.alert.c.decision.in_(TOLD_WORDS), t.alert.c.subject_kind == "story"
            )
        )
    )
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
