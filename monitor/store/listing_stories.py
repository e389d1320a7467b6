"""Lists of stories, newest first: an article and its copies, with the publishers that have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from monitor.model import Publication
from monitor.store import tables as t
from monitor.store.listing import EVERYTHING, Filter, chunked, cut, grouped, matching, named, within

Publisher: TypeAlias = Callable[[str, str | None], str]
"""From an outlet's name and the address of what it published to a key that all its spellings share."""


def as_named(outlet: str, url: str | None) -> str:
    """Each name counts as a publisher of its own."""
    return outlet


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story as lists show it; a merged one is part of the story it was merged into."""

    id: int
    event: int
    title: str
    """Of the entry that opened it, as is the address."""
    url: str | None
    outlets: tuple[str, ...]
    """Publishers, first seen first."""
    entries: int
    topics: tuple[str, ...]
    first_entry: int
    first_seen: datetime
    last_seen: datetime
    event_rule: str = "alone"
    """Why it is in its event: ``alone event hand``, or what kept it alone: ``cold template``."""
    event_numbers: Mapping[str, float] = field(default_factory=dict)
    event_other: int | None = None
    """The entry of the event that it was likest to."""


def stories(
    connection: sa.Connection, wanted: Filter = EVERYTHING, *, publisher: Publisher = as_named
) -> list[StoryRow]:
    """Stories by when they were first seen; ``topic`` and ``source`` keep those with such an entry. Outlets with one
    key of ``publisher`` count once, under the name seen first."""
    conditions = [t.story.c.merged_into.is_(None), *within(t.story.c.first_seen, wanted)]
    if wanted.event is not None:
        conditions.append(event_root() == wanted.event)
    conditions += [t.story.c.id.in_(holding) for holding in holding_stories(wanted)]
    statement = _story_columns().where(*conditions).order_by(t.story.c.first_seen.desc(), t.story.c.id.desc())
    return _story_rows(connection, connection.execute(cut(statement, wanted)).all(), publisher)


def stories_by_id(connection: sa.Connection, ids: Sequence[int], *, publisher: Publisher = as_named) -> list[StoryRow]:
    """These stories, in the order of ``ids``; a merged one gives the story it was merged into."""
    into: dict[int, int] = {}
    for part in chunked(ids):
        statement = sa.select(t.story.c.id, story_root().label("root")).where(t.story.c.id.in_(part))
        into |= {row.id: row.root for row in connection.execute(statement)}
    rows: list[sa.Row[Any]] = []
    for part in chunked(into.values()):
        rows += connection.execute(_story_columns().where(t.story.c.id.in_(part))).all()
    found = {row.id: row for row in _story_rows(connection, rows, publisher)}
    return [found[root] for root in dict.fromkeys(into[i] for i in ids if i in into)]


def members(connection: sa.Connection, story: int) -> list[int]:
    """The ids of a story's entries, those of stories merged into it too, first seen first."""
    statement = (
        sa.select(t.story_entry.c.entry)
        .join(t.story, t.story.c.id == t.story_entry.c.story)
        .join(t.entry, t.entry.c.id == t.story_entry.c.entry)
        .where(sa.or_(t.story.c.id == story, t.story.c.merged_into == story))
        .order_by(t.entry.c.first_seen, t.entry.c.id)
    )
    return list(connection.scalars(statement))


def story_root() -> sa.ColumnElement[int]:
    """The story that a row of ``story`` stands for."""
    return sa.func.coalesce(t.story.c.merged_into, t.story.c.id)


def event_root() -> sa.ColumnElement[int]:
    """The event that a row of ``event`` stands for."""
    return sa.func.coalesce(t.event.c.merged_into, t.event.c.id)


def holding_stories(wanted: Filter) -> list[sa.Select[Any]]:
    """For each of ``topic`` and ``source`` that is asked for, the ids of the stories with such an entry."""
    entries_wanted = []
    if wanted.topic is not None:
        entries_wanted.append(matching(wanted.topic))
    if wanted.source is not None:
        entries_wanted.append(sa.select(t.entry.c.id).where(t.entry.c.source.in_(named(t.source, wanted.source, "p"))))
    return [
        sa.select(story_root().label("root"))
        .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
        .where(t.story_entry.c.entry.in_(held))
        for held in entries_wanted
    ]


def topics_of_stories(connection: sa.Connection, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Story to the names of the topics that its entries concern as they stand, in the order in which they were made."""
    found: list[tuple[int, int, str]] = []
    for part in chunked(ids):
        about = (
            sa.select(story_root().label("root"), t.match.c.topic, t.topic.c.name)
            .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
            .join(t.match, t.match.c.entry == t.story_entry.c.entry)
            .join(t.topic, t.topic.c.id == t.match.c.topic)
            .where(_belongs(part), t.match.c.ended_at.is_(None))
            .distinct()
        )
        found += [(row.root, row.topic, row.name) for row in connection.execute(about)]
    return grouped(found)


def publications(connection: sa.Connection, stories: Sequence[int]) -> dict[int, list[Publication]]:
    """Story to what its entries were published as, those of stories merged into it too, first seen first."""
    found: dict[int, list[Publication]] = defaultdict(list)
    for part in chunked(stories):
        statement = (
            sa.select(
                story_root().label("root"), t.entry.c.id, t.entry.c.outlet, t.entry.c.url, t.entry.c.absent_at,
                t.entry.c.first_seen, t.entry.c.published,
            )
            .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
            .join(t.entry, t.entry.c.id == t.story_entry.c.entry)
            .where(_belongs(part))
            .order_by(t.entry.c.first_seen, t.entry.c.id)
        )  # fmt: skip
        for row in connection.execute(statement):
            found[row.root].append(
                Publication(row.root, row.id, row.outlet, row.url, row.absent_at, row.first_seen, row.published)
            )
    return found


def _belongs(ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.or_(t.story.c.id.in_(ids), t.story.c.merged_into.in_(ids))


def _story_columns() -> sa.Select[Any]:
    return (
        sa.select(t.story, event_root().label("root"), t.entry.c.title, t.entry.c.url)
        .join(t.event, t.event.c.id == t.story.c.event)
        .join(t.entry, t.entry.c.id == t.story.c.first_entry)
    )


def _story_rows(connection: sa.Connection, rows: Sequence[Any], publisher: Publisher) -> list[StoryRow]:
    ids = [row.id for row in rows]
    published = publications(connection, ids)
    topics = topics_of_stories(connection, ids)
    return [
        StoryRow(
            id=row.id,
            event=row.root,
            title=row.title,
            url=row.url,
            outlets=publishers(published.get(row.id, ()), publisher),
            entries=len(published.get(row.id, ())),
            topics=topics.get(row.id, ()),
            first_entry=row.first_entry,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            event_rule=row.event_rule,
            event_numbers=row.event_numbers or {},
            event_other=row.event_other,
        )
        for row in rows
    ]


def publishers(published: Iterable[Publication], publisher: Publisher) -> tuple[str, ...]:
    """Each publisher once, under the name that stands first."""
    names: dict[str, str] = {}
    for one in published:
        names.setdefault(publisher(one.outlet, one.url), one.outlet)
    return tuple(names.values())
