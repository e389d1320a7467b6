"""Lists of what was read: entries, newest first, with their groups fetched in bulk; and what all lists share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.store import tables as t
from monitor.store import tasks
from monitor.store.entries import CHUNK

T = TypeVar("T")
LIMIT = 100
"""Rows of a list where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is to hold. A filter that makes no sense for a list is passed over by it."""

    topic: str | None = None
    """A name, or a typed id (``t4``)."""
    source: str | None = None
    """A name, or a typed id (``p9``)."""
    event: int | None = None
    """Only stories of this event."""
    since: datetime | None = None
    """From this moment on."""
    until: datetime | None = None
    """Before this moment."""
    limit: int = LIMIT
    """0: all."""


EVERYTHING = Filter(limit=0)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as lists show it."""

    id: int
    url: str | None
    title: str
    source: str
    source_id: int
    outlet: str
    topics: tuple[str, ...]
    """Names of the topics that it concerns as it stands, in the order in which they were made."""
    story: int | None
    published: datetime | None
    first_seen: datetime
    language: str | None
    revision: int
    text_state: str
    """What was searched besides the title: ``title teaser text article``; ``aged``: it is no longer kept."""
    full_text: str | None
    """What became of reading its article: ``due read``, or why it was not read; None: it was not wanted."""


def chunked(values: Iterable[T]) -> Iterator[list[T]]:
    """The distinct values in lists that fit into one statement."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def named(table: sa.Table, text: str, letter: str) -> sa.Select[Any]:
    """The ids of the rows of ``table`` with that name, or with that typed id (``letter`` and a number)."""
    condition = table.c.name == text
    typed = re.fullmatch(rf"{letter}([0-9]{{1,18}})", text)
    if typed:
        condition |= table.c.id == int(typed[1])
    return sa.select(table.c.id).where(condition)


def within(column: sa.ColumnElement[Any], wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """The conditions of ``since`` and ``until`` on a moment."""
    conditions = []
    if wanted.since is not None:
        conditions.append(column >= wanted.since)
    if wanted.until is not None:
        conditions.append(column < wanted.until)
    return conditions


def cut(statement: sa.Select[Any], wanted: Filter) -> sa.Select[Any]:
    """At most as many rows as asked for."""
    return statement.limit(wanted.limit) if wanted.limit else statement


def entries(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[EntryRow]:
    """Entries by when they were first seen; ``topic`` keeps those that match it as they stand."""
    conditions = within(t.entry.c.first_seen, wanted)
    if wanted.topic is not None:
        conditions.append(t.entry.c.id.in_(matching(wanted.topic)))
    if wanted.source is not None:
        conditions.append(t.entry.c.source.in_(named(t.source, wanted.source, "p")))
    statement = _entry_columns().where(*conditions).order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
    return _entry_rows(connection, connection.execute(cut(statement, wanted)).all())


def entries_by_id(connection: sa.Connection, ids: Sequence[int]) -> list[EntryRow]:
    """These entries, in the order of ``ids``; unknown ids are left out."""
    rows: list[sa.Row[Any]] = []
    for part in chunked(ids):
        rows += connection.execute(_entry_columns().where(t.entry.c.id.in_(part))).all()
    found = {row.id: row for row in _entry_rows(connection, rows)}
    return [found[i] for i in ids if i in found]


def _entry_columns() -> sa.Select[Any]:
    story = sa.func.coalesce(t.story.c.merged_into, t.story.c.id).label("story")
    return (
        sa.select(t.entry, t.source.c.name.label("source_name"), story)
        .join(t.source, t.source.c.id == t.entry.c.source)
        .outerjoin(t.story_entry, t.story_entry.c.entry == t.entry.c.id)
        .outerjoin(t.story, t.story.c.id == t.story_entry.c.story)
    )


def matching(topic: str) -> sa.Select[Any]:
    """The ids of the entries that concern a topic, by name or typed id, as they stand."""
    return sa.select(t.match.c.entry).where(
        t.match.c.topic.in_(named(t.topic, topic, "t")), t.match.c.ended_at.is_(None)
    )


def _entry_rows(connection: sa.Connection, rows: Sequence[Any]) -> list[EntryRow]:
    topics = topics_of_entries(connection, [row.id for row in rows])
    articles: dict[int, tuple[str, str | None]] = {}
    for part in chunked([row.id for row in rows]):
        articles |= tasks.of_entries(connection, part)
    return [
        EntryRow(
            id=row.id,
            url=row.url,
            title=row.title,
            source=row.source_name,
            source_id=row.source,
            outlet=row.outlet,
            topics=topics.get(row.id, ()),
            story=row.story,
            published=row.published,
            first_seen=row.first_seen,
            language=row.language,
            revision=row.revision,
            text_state=row.text_state,
            full_text=_became(*articles[row.id]) if row.id in articles else None,
        )
        for row in rows
    ]


def _became(state: str, reason: str | None) -> str:
    return state if reason is None or state == tasks.READ else f"{state}: {reason}"


def topics_of_entries(connection: sa.Connection, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Entry id to the names of the topics that it concerns as it stands."""
    pairs = []
    for part in chunked(ids):
        statement = (
            sa.select(t.match.c.entry, t.match.c.topic, t.topic.c.name)
            .join(t.topic, t.topic.c.id == t.match.c.topic)
            .where(t.match.c.entry.in_(part), t.match.c.ended_at.is_(None))
            .distinct()
        )
        pairs += [(row.entry, row.topic, row.name) for row in connection.execute(statement)]
    return grouped(pairs)


def grouped(triples: Iterable[tuple[int, int, str]]) -> Mapping[int, tuple[str, ...]]:
    """From (owner, order, name) to owner: its names in that order, each once."""
    groups: dict[int, dict[str, None]] = defaultdict(dict)
    for owner, _, name in sorted(set(triples)):
        groups[owner][name] = None
    return {owner: tuple(names) for owner, names in groups.items()}
