"""What speaks for and against an entry or an address: findings, joins, gaps, rejections, and polls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Span
from monitor.store import tables as t
from monitor.store.entries import spans_from_json
from monitor.store.listing import chunked


@dataclass(frozen=True, slots=True)
class MatchRow:
    """The finding that an entry, as it stands or stood at a revision, concerns a topic."""

    entry: int
    revision: int
    topic: str
    spans: tuple[Span, ...]
    searched: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class NearMissRow:
    """A topic whose words stand in an entry, but whose query failed."""

    entry: int
    topic: str
    clause: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class JoinRow:
    """How an entry came into its story."""

    entry: int
    story: int
    rule: str
    """``first``: it opened the story."""
    numbers: Mapping[str, float]
    by: str
    other: int | None
    """The entry that it was found to be a copy of."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Belongs:
    """The story of an entry, as far as a list needs it."""

    id: int
    event: int
    first_entry: int


@dataclass(frozen=True, slots=True)
class Reader:
    """A source, also a retired one, as the search for an address sees it."""

    id: int
    name: str
    url: str
    topics: tuple[str, ...] | None
    state: str
    reason: str | None
    paused: bool
    last_ok_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which entries of a source may have been missed."""

    source: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """Something in a document that could not become an entry."""

    source: int
    at: datetime
    reason: str
    sample: str


@dataclass(frozen=True, slots=True)
class Polls:
    """The polls still remembered of some sources."""

    count: int
    good: int
    """Those in which the source was read."""
    since: datetime | None


def entries_at(connection: sa.Connection, url: str, url_key: str | None) -> list[int]:
    """The entries with this address, or with its canonical form; newest first."""
    condition = t.entry.c.url == url
    if url_key is not None:
        condition |= t.entry.c.url_key == url_key
    return list(
        connection.scalars(
            sa.select(t.entry.c.id).where(condition).order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
        )
    )


def entries_titled(connection: sa.Connection, words: Sequence[str], *, limit: int) -> list[int]:
    """The newest entries whose titles hold all of the words, in any case."""
    conditions = [
        sa.or_(*(t.entry.c.title.icontains(form, autoescape=True) for form in _forms(word))) for word in words
    ]
    statement = sa.select(t.entry.c.id).where(*conditions).order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
    return list(connection.scalars(statement.limit(limit)))


def _forms(word: str) -> tuple[str, ...]:
    # SQLite's lower() knows ASCII only
    return (word,) if word.isascii() else tuple(dict.fromkeys((word, word.lower(), word.capitalize(), word.upper())))


def matches_of(connection: sa.Connection, entries: Sequence[int]) -> list[MatchRow]:
    """The matches of these entries as they stand, in the order of entries and topics."""
    return _matches(connection, entries, t.match.c.ended_at.is_(None))


def matches_by_revision(connection: sa.Connection, entries: Sequence[int]) -> dict[tuple[int, int], list[MatchRow]]:
    """(entry, revision) to its matches in the order of topics, those too that a later revision ended."""
    found: dict[tuple[int, int], list[MatchRow]] = {}
    for match in _matches(connection, entries):
        found.setdefault((match.entry, match.revision), []).append(match)
    return found


def _matches(connection: sa.Connection, entries: Sequence[int], *which: sa.ColumnElement[bool]) -> list[MatchRow]:
    rows: list[Any] = []
    for part in chunked(entries):
        statement = (
            sa.select(t.match, t.topic.c.name)
            .join(t.topic, t.topic.c.id == t.match.c.topic)
            .where(t.match.c.entry.in_(part), *which)
            .order_by(t.match.c.entry, t.match.c.topic, t.match.c.id)
        )
        rows += connection.execute(statement).all()
    return [MatchRow(r.entry, r.revision, r.name, spans_from_json(r.spans), tuple(r.searched), r.at) for r in rows]


def near_misses_of(connection: sa.Connection, entries: Sequence[int]) -> list[NearMissRow]:
    """The near misses noted for these entries, in the order of entries and topics."""
    rows: list[Any] = []
    for part in chunked(entries):
        statement = (
            sa.select(t.near_miss, t.topic.c.name)
            .join(t.topic, t.topic.c.id == t.near_miss.c.topic)
            .where(t.near_miss.c.entry.in_(part))
            .order_by(t.near_miss.c.entry, t.near_miss.c.topic)
        )
        rows += connection.execute(statement).all()
    return [NearMissRow(r.entry, r.name, r.clause, spans_from_json(r.spans)) for r in rows]


def joins_of(connection: sa.Connection, entries: Sequence[int]) -> list[JoinRow]:
    """How these entries came into their stories, in the order in which they did."""
    rows: list[Any] = []
    for part in chunked(entries):
        rows += connection.execute(sa.select(t.story_entry).where(t.story_entry.c.entry.in_(part))).all()
    joins = [JoinRow(r.entry, r.story, r.rule, r.numbers, r.by, r.other, r.at) for r in rows]
    return sorted(joins, key=lambda join: (join.at, join.entry))


def stories_of_entries(connection: sa.Connection, entries: Sequence[int]) -> dict[int, Belongs]:
    """Entry to its story; a merged one stands for the one it was merged into."""
    found: dict[int, Belongs] = {}
    root = t.story.alias("root")
    for part in chunked(entries):
        statement = (
            sa.select(t.story_entry.c.entry, root.c.id, root.c.event, root.c.first_entry)
            .join(t.story, t.story.c.id == t.story_entry.c.story)
            .join(root, root.c.id == sa.func.coalesce(t.story.c.merged_into, t.story.c.id))
            .where(t.story_entry.c.entry.in_(part))
        )
        found |= {row.entry: Belongs(row.id, row.event, row.first_entry) for row in connection.execute(statement)}
    return found


def stories_of_event(connection: sa.Connection, event: int) -> list[int]:
    """The ids of an event's stories."""
    return list(connection.scalars(sa.select(t.story.c.id).where(t.story.c.event == event).order_by(t.story.c.id)))


def readers(connection: sa.Connection) -> list[Reader]:
    """All sources that are or were polled, by name."""
    rows = connection.execute(sa.select(t.source).where(t.source.c.kind != "replay").order_by(t.source.c.name))
    return [
        Reader(
            r.id, r.name, r.url, tuple(r.topics) if r.topics is not None else None, r.state, r.reason, r.paused,
            r.last_ok_at, r.retired_at,
        )
        for r in rows
    ]  # fmt: skip


def publishers_of(connection: sa.Connection, prefix: str) -> set[int]:
    """The sources with an entry whose canonical address begins with ``prefix`` (``https://example.org/``)."""
    column: sa.ColumnElement[Any] = t.entry.c.url_key
    if connection.dialect.name != "sqlite":
        column = sa.collate(column, "C")
    # a range, which the index answers at once; LIKE would read all of it
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return set(connection.scalars(sa.select(t.entry.c.source).where(column >= prefix, column < end).distinct()))


def gaps_of(connection: sa.Connection, sources: Sequence[int]) -> list[Gap]:
    """When entries of these sources may have been missed, the newest first."""
    found: list[Gap] = []
    for part in chunked(sources):
        rows = connection.execute(sa.select(t.gap).where(t.gap.c.source.in_(part)))
        found += [Gap(row.source, row.from_at, row.to_at) for row in rows]
    return sorted(found, key=lambda gap: (gap.until, gap.source), reverse=True)


def rejected_with(connection: sa.Connection, text: str) -> RejectedRow | None:
    """The newest rejection whose sample holds ``text``."""
    row = connection.execute(
        sa.select(t.rejected)
        .where(t.rejected.c.sample.contains(text, autoescape=True))
        .order_by(t.rejected.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else RejectedRow(row.source, row.at, row.reason, row.sample)


def polls_of(connection: sa.Connection, sources: Sequence[int]) -> Polls:
    """The polls still remembered of these sources."""
    count = good = 0
    since: datetime | None = None
    failed = t.poll.c.outcome.in_(("gone", "refused", "error"))
    for part in chunked(sources):
        row = connection.execute(
            sa.select(
                sa.func.count().label("n"),
                sa.func.count(sa.case((~failed, 1))).label("good"),
                sa.func.min(t.poll.c.at).label("since"),
            ).where(t.poll.c.source.in_(part))
        ).one()
        count, good = count + row.n, good + row.good
        since = min((moment for moment in (since, row.since) if moment), default=None)
    return Polls(count, good, since)
