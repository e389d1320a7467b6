"""Lists of events, newest first: stories on one happening, with all that was published on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Publication
from monitor.store import tables as t
from monitor.store.listing import EVERYTHING, Filter, chunked, cut, within
from monitor.store.listing_stories import event_root, holding_stories, publications, topics_of_stories


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as lists show it; merged ones are part of the event they were merged into."""

    id: int
    title: str
    """Of its first story, as is the address."""
    url: str | None
    stories: tuple[int, ...]
    """First seen first."""
    topics: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    published: tuple[Publication, ...]
    """All that was published on it, story by story."""


def events(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[EventRow]:
    """Events by when they were first seen; ``topic`` and ``source`` keep those with such an entry."""
    root = event_root()
    first = sa.func.min(t.story.c.first_seen)
    statement = _living().with_only_columns(root.label("root")).group_by(root).having(*within(first, wanted))
    if wanted.event is not None:
        statement = statement.where(root == wanted.event)
    for holding in holding_stories(wanted):
        statement = statement.where(root.in_(_events_of(holding)))
    newest = cut(statement.order_by(first.desc(), root.desc()), wanted)
    return events_by_id(connection, list(connection.scalars(newest)))


def events_by_id(connection: sa.Connection, ids: Sequence[int]) -> list[EventRow]:
    """These events, in the order of ``ids``; a merged one gives the event it was merged into."""
    into: dict[int, int] = {}
    for part in chunked(ids):
        statement = sa.select(t.event.c.id, event_root().label("root")).where(t.event.c.id.in_(part))
        into |= {row.id: row.root for row in connection.execute(statement)}
    roots = list(dict.fromkeys(into[i] for i in ids if i in into))
    stories: dict[int, list[Any]] = defaultdict(list)
    for part in chunked(roots):
        of_events = sa.or_(t.event.c.id.in_(part), t.event.c.merged_into.in_(part))
        ordered = _living().where(of_events).order_by(t.story.c.first_seen, t.story.c.id)
        for row in connection.execute(ordered):
            stories[row.root].append(row)
    every = [row.id for rows in stories.values() for row in rows]
    published = publications(connection, every)
    topics = topics_of_stories(connection, every)
    return [
        EventRow(
            id=root,
            title=rows[0].title,
            url=rows[0].url,
            stories=tuple(row.id for row in rows),
            topics=tuple(dict.fromkeys(name for row in rows for name in topics.get(row.id, ()))),
            first_seen=rows[0].first_seen,
            last_seen=max(row.last_seen for row in rows),
            published=tuple(one for row in rows for one in published.get(row.id, ())),
        )
        for root in roots
        if (rows := stories.get(root))
    ]


def _living() -> sa.Select[Any]:
    """Stories that stand for themselves, with the event each is in."""
    return (
        sa.select(
            t.story.c.id, event_root().label("root"), t.story.c.first_seen, t.story.c.last_seen, t.entry.c.title,
            t.entry.c.url,
        )
        .join(t.event, t.event.c.id == t.story.c.event)
        .join(t.entry, t.entry.c.id == t.story.c.first_entry)
        .where(t.story.c.merged_into.is_(None))
    )  # fmt: skip


def _events_of(stories: sa.Select[Any]) -> sa.Select[Any]:
    return (
        sa.select(event_root()).join(t.story, t.story.c.event == t.event.c.id).where(t.story.c.id.in_(stories))
    )  # fmt: skip
