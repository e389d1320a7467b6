"""What speaks for and against entries: findings, near misses, joins, and the ways that lead on from a topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from monitor.model import Span
from monitor.store import tables as t
from monitor.store.entries import spans_from_json
from monitor.store.listing import EntryRow, Filter, chunked, cut, entries_by_id, named, within
from monitor.store.listing_stories import event_root, story_root


@dataclass(frozen=True, slots=True)
class MatchRow:
    """The finding that an entry, as it stands or stood at a revision, concerns a topic."""

    entry: int
    revision: int
    topic: str
    spans: tuple[Span, ...]
    searched: tuple[str, ...]
    at: datetime
    retired_at: datetime | None = None
    """When the topic was removed from the watchlist."""


EndedBy: TypeAlias = Literal["entry", "article", "topic", "removed"]


@dataclass(frozen=True, slots=True)
class EndedRow:
    """A topic that an entry concerned, and what ended that."""

    entry: int
    topic: str
    why: EndedBy
    """The entry was revised; its article was read; the topic was changed; the topic was removed from the watchlist."""
    at: datetime
    """When that was."""


@dataclass(frozen=True, slots=True)
class NearMissRow:
    """A topic whose words stand in an entry, but whose query failed."""

    entry: int
    topic: str
    clause: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class NearEntry:
    """An entry that nearly concerns topics, as lists show it."""

    entry: EntryRow
    misses: tuple[NearMissRow, ...]
    """In the order in which the topics were made."""


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
    added: tuple[str, ...] = ()
    """Paragraphs that it has and that other entry has not."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An entry that its source changed after it was first seen."""

    entry: int
    revision: int
    at: datetime
    was: str
    """The headline before."""
    title: str
    """The headline from then on; the same as before where only the text was changed."""


@dataclass(frozen=True, slots=True)
class Belongs:
    """The story of an entry, as far as a list needs it."""

    id: int
    event: int
    first_entry: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel stands."""

    name: str
    off: str | None
    """Why it is off; None: it is on."""
    state: str
    error: str | None
    """What its service said last."""


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
            sa.select(t.match, t.topic.c.name, t.topic.c.retired_at)
            .join(t.topic, t.topic.c.id == t.match.c.topic)
            .where(t.match.c.entry.in_(part), *which)
            .order_by(t.match.c.entry, t.match.c.topic, t.match.c.id)
        )
        rows += connection.execute(statement).all()
    return [
        MatchRow(r.entry, r.revision, r.name, spans_from_json(r.spans), tuple(r.searched), r.at, r.retired_at)
        for r in rows
    ]


def ended_of(connection: sa.Connection, entries: Sequence[int]) -> list[EndedRow]:
    """The topics that these entries concerned and no longer do, with what ended the last such finding, in the order of
    entries and topics."""
    current = t.match.alias("current")
    holds = sa.exists().where(
        current.c.entry == t.match.c.entry, current.c.topic == t.match.c.topic, current.c.ended_at.is_(None)
    )
    last: dict[tuple[int, int], Any] = {}
    for part in chunked(entries):
        statement = (
            sa.select(
                t.match.c.entry, t.match.c.revision, t.match.c.topic, t.match.c.version, t.match.c.ended_at,
                t.topic.c.name, t.topic.c.retired_at, t.entry.c.revision.label("latest"),
            )
            .join(t.topic, t.topic.c.id == t.match.c.topic)
            .join(t.entry, t.entry.c.id == t.match.c.entry)
            .where(t.match.c.entry.in_(part), t.match.c.ended_at.is_not(None), ~holds)
            .order_by(t.match.c.entry, t.match.c.topic, t.match.c.ended_at, t.match.c.id)
        )  # fmt: skip
        last |= {(row.entry, row.topic): row for row in connection.execute(statement)}
    forces = _forces(connection, [topic for _, topic in last])
    return [EndedRow(row.entry, row.name, *_ended_by(row, forces.get(row.topic, ()))) for row in last.values()]


def _ended_by(row: Any, forces: Sequence[tuple[int, datetime]]) -> tuple[EndedBy, datetime]:
    """``forces``: the versions of the topic, each with the moment since when it was in force, in that order."""
    if row.retired_at is not None and row.retired_at <= row.ended_at:
        return "removed", row.retired_at
    then = [version for version, since in forces if since <= row.ended_at]
    if then and then[-1] != row.version:
        own = max((nth for nth, version in enumerate(then) if version == row.version), default=len(then) - 2)
        return "topic", forces[own + 1][1]
    return ("entry" if row.revision < row.latest else "article"), row.ended_at


def _forces(connection: sa.Connection, topics: Sequence[int]) -> dict[int, list[tuple[int, datetime]]]:
    found: dict[int, list[tuple[int, datetime]]] = {}
    for part in chunked(topics):
        statement = sa.select(t.topic_force).where(t.topic_force.c.topic.in_(part)).order_by(t.topic_force.c.id)
        for row in connection.execute(statement):
            found.setdefault(row.topic, []).append((row.version, row.from_at))
    return found


def near_entries(connection: sa.Connection, wanted: Filter) -> list[NearEntry]:
    """Entries that missed topics of the watchlist by one clause, by when they were first seen, the newest first;
    ``topic`` keeps the near misses of that one. What matches the topic after all is none."""
    current = t.match.alias("current")
    conditions: list[sa.ColumnElement[bool]] = [
        t.topic.c.retired_at.is_(None),
        ~sa.exists().where(
            current.c.entry == t.near_miss.c.entry,
            current.c.topic == t.near_miss.c.topic,
            current.c.ended_at.is_(None),
        ),
    ]
    if wanted.topic is not None:
        conditions.append(t.near_miss.c.topic.in_(named(t.topic, wanted.topic, "t")))
    missed = (
        sa.select(t.near_miss.c.entry)
        .join(t.topic, t.topic.c.id == t.near_miss.c.topic)
        .where(*conditions)
    )  # fmt: skip
    found = sa.select(t.entry.c.id).where(t.entry.c.id.in_(missed), *within(t.entry.c.first_seen, wanted))
    if wanted.source is not None:
        found = found.where(t.entry.c.source.in_(named(t.source, wanted.source, "p")))
    found = found.order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
    ids = list(connection.scalars(cut(found, wanted)))
    misses: dict[int, list[NearMissRow]] = {}
    for row in _near_misses(connection, ids, *conditions):
        misses.setdefault(row.entry, []).append(row)
    return [NearEntry(entry, tuple(misses[entry.id])) for entry in entries_by_id(connection, ids)]


def near_misses_of(connection: sa.Connection, entries: Sequence[int]) -> list[NearMissRow]:
    """The near misses noted for these entries, in the order of entries and topics."""
    return _near_misses(connection, entries)


def _near_misses(
    connection: sa.Connection, entries: Sequence[int], *which: sa.ColumnElement[bool]
) -> list[NearMissRow]:  # fmt: skip
    rows: list[Any] = []
    for part in chunked(entries):
        statement = (
            sa.select(t.near_miss, t.topic.c.name)
            .join(t.topic, t.topic.c.id == t.near_miss.c.topic)
            .where(t.near_miss.c.entry.in_(part), *which)
            .order_by(t.near_miss.c.entry, t.near_miss.c.topic)
        )
        rows += connection.execute(statement).all()
    return [NearMissRow(r.entry, r.name, r.clause, spans_from_json(r.spans)) for r in rows]


def joins_of(connection: sa.Connection, entries: Sequence[int]) -> list[JoinRow]:
    """How these entries came into their stories, in the order in which they did; a merged story stands for the one it
    was merged into."""
    rows: list[Any] = []
    for part in chunked(entries):
        rows += connection.execute(
            sa.select(t.story_entry, story_root().label("root"))
            .join(t.story, t.story.c.id == t.story_entry.c.story)
            .where(t.story_entry.c.entry.in_(part))
        ).all()
    joins = [JoinRow(r.entry, r.root, r.rule, r.numbers, r.by, r.other, r.at, tuple(r.added or ())) for r in rows]
    return sorted(joins, key=lambda join: (join.at, join.entry))


def changes_of(connection: sa.Connection, entries: Sequence[int]) -> list[ChangeRow]:
    """What changed about these entries after they were first seen, in the order of entries and revisions."""
    before = t.revision.alias("before")
    found: list[ChangeRow] = []
    for part in chunked(sorted(entries)):
        statement = (
            sa.select(t.revision, before.c.title.label("was"))
            .join(before, sa.and_(before.c.entry == t.revision.c.entry, before.c.n == t.revision.c.n - 1))
            .where(t.revision.c.entry.in_(part))
            .order_by(t.revision.c.entry, t.revision.c.n)
        )
        found += [ChangeRow(r.entry, r.n, r.seen_at, r.was, r.title) for r in connection.execute(statement)]
    return found


def stories_of_entries(connection: sa.Connection, entries: Sequence[int]) -> dict[int, Belongs]:
    """Entry to its story; a merged one stands for the one it was merged into."""
    found: dict[int, Belongs] = {}
    root = t.story.alias("root")
    for part in chunked(entries):
        statement = (
            sa.select(t.story_entry.c.entry, root.c.id, event_root().label("event"), root.c.first_entry)
            .join(t.story, t.story.c.id == t.story_entry.c.story)
            .join(root, root.c.id == story_root())
            .join(t.event, t.event.c.id == root.c.event)
            .where(t.story_entry.c.entry.in_(part))
        )
        found |= {row.entry: Belongs(row.id, row.event, row.first_entry) for row in connection.execute(statement)}
    return found


def stories_of_event(connection: sa.Connection, event: int) -> list[int]:
    """The ids of the stories of an event, or of the one that it was merged into."""
    asked = t.event.alias("asked")
    root = sa.select(sa.func.coalesce(asked.c.merged_into, asked.c.id)).where(asked.c.id == event).scalar_subquery()
    statement = (
        sa.select(t.story.c.id)
        .join(t.event, t.event.c.id == t.story.c.event)
        .where(sa.or_(t.event.c.id == root, t.event.c.merged_into == root), t.story.c.merged_into.is_(None))
        .order_by(t.story.c.first_seen, t.story.c.id)
    )
    return list(connection.scalars(statement))


def routes(connection: sa.Connection) -> dict[str, tuple[str, ...]]:
    """Topic to the names of its channels, as the watchlist in force has them; retired topics are left out."""
    rows = connection.execute(sa.select(t.topic.c.name, t.topic.c.channels).where(t.topic.c.retired_at.is_(None)))
    return {row.name: tuple(row.channels) for row in rows}


def standings(connection: sa.Connection) -> dict[str, Standing]:
    """Channel name to how it stands; retired ones are left out."""
    rows = connection.execute(sa.select(t.channel).where(t.channel.c.retired_at.is_(None)))
    return {row.name: Standing(row.name, row.off, row.state, row.error) for row in rows}
