"""Where an address or a headline was seen, or could have been: entries, sources and their polls, gaps, rejections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.store import tables as t
from monitor.store.listing import chunked

REJECTED_READ: Final = 100_000
"""Newest rejections looked through for an address: about 0.3 s."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A source, also a retired one, as the search for an address sees it."""

    id: int
    name: str
    url: str
    """Identity, which may hold a secret: only for comparing."""
    address: str
    """Where it is read, as an output may show it once it is masked."""
    host: str
    """``name:port`` that it is read from."""
    topics: tuple[str, ...] | None
    state: str
    reason: str | None
    paused: bool
    read: str
    """``teaser`` or ``full``."""
    last_poll_at: datetime | None
    last_ok_at: datetime | None
    next_poll_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry and the address that it has."""

    entry: int
    url: str | None
    url_key: str | None


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
    """How often some sources were polled."""

    count: int = 0
    good: int = 0
    """Those in which the source was read."""
    since: datetime | None = None
    """The first of them; to the hour where the poll itself is no longer kept."""


def entries_at(connection: sa.Connection, urls: Sequence[str], keys: Sequence[str]) -> list[Place]:
    """The entries with one of these addresses, or canonical addresses; newest first."""
    found: dict[int, Any] = {}
    columns = sa.select(t.entry.c.id, t.entry.c.url, t.entry.c.url_key, t.entry.c.first_seen)
    for column, values in ((t.entry.c.url, urls), (t.entry.c.url_key, keys)):
        for part in chunked(values):
            found |= {row.id: row for row in connection.execute(columns.where(column.in_(part)))}
    rows = sorted(found.values(), key=lambda row: (row.first_seen, row.id), reverse=True)
    return [Place(row.id, row.url, row.url_key) for row in rows]


def newest_titles(connection: sa.Connection, limit: int) -> list[tuple[int, str]]:
    """Ids and titles of the newest entries, newest first."""
    statement = sa.select(t.entry.c.id, t.entry.c.title).order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
    return [(row.id, row.title) for row in connection.execute(statement.limit(limit))]


def newest_texts(connection: sa.Connection, limit: int) -> list[tuple[int, str]]:
    """Ids of the newest entries and all that is kept of each: title, teaser and text in one; newest first."""
    recent, kept = t.text_recent, t.text_kept
    statement = (
        sa.select(
            t.entry.c.id, t.entry.c.title,
            sa.func.coalesce(recent.c.teaser, kept.c.teaser, "").label("teaser"),
            sa.func.coalesce(recent.c.text, kept.c.text, "").label("text"),
        )
        .outerjoin(recent, recent.c.entry == t.entry.c.id)
        .outerjoin(kept, kept.c.entry == t.entry.c.id)
        .order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [(row.id, f"{row.title}\n{row.teaser}\n{row.text}") for row in connection.execute(statement)]


def entries_titled(connection: sa.Connection, words: Sequence[str], *, limit: int) -> list[int]:
    """The newest entries whose titles hold all of the words, in any case."""
    return _newest(connection, [_holds((t.entry.c.title,), word) for word in words], limit)


def entries_saying(connection: sa.Connection, words: Sequence[str], *, limit: int) -> list[int]:
    """The newest entries that hold all of the words in what is kept of them, in any case: it reads every text."""
    found: set[int] = set()
    for texts in (t.text_recent, t.text_kept):
        columns = (t.entry.c.title, texts.c.teaser, texts.c.text)
        within = sa.exists().where(texts.c.entry == t.entry.c.id, *(_holds(columns, word) for word in words))
        found |= set(_newest(connection, [within], limit))
    return _newest(connection, [t.entry.c.id.in_(found)], limit)


def _newest(connection: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]], limit: int) -> list[int]:
    statement = sa.select(t.entry.c.id).where(*conditions).order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
    return list(connection.scalars(statement.limit(limit)))


def _holds(columns: Sequence[sa.ColumnElement[Any]], word: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.icontains(form, autoescape=True) for column in columns for form in _forms(word)))


def _forms(word: str) -> tuple[str, ...]:
    # SQLite's lower() knows ASCII only
    return (word,) if word.isascii() else tuple(dict.fromkeys((word, word.lower(), word.capitalize(), word.upper())))


def readers(connection: sa.Connection) -> list[Reader]:
    """All sources that are or were polled, by name."""
    statement = (
        sa.select(t.source, t.host.c.name.label("host_name"))
        .join(t.host, t.host.c.id == t.source.c.host)
        .where(t.source.c.kind != "replay")
        .order_by(t.source.c.name, t.source.c.id)
    )
    return [
        Reader(
            id=r.id,
            name=r.name,
            url=r.url,
            address=r.shown or r.address,
            host=r.host_name,
            topics=tuple(r.topics) if r.topics is not None else None,
            state=r.state,
            reason=r.reason,
            paused=r.paused,
            read=r.read,
            last_poll_at=r.last_poll_at,
            last_ok_at=r.last_ok_at,
            next_poll_at=None if r.paused else r.next_poll_at,
            retired_at=r.retired_at,
        )
        for r in connection.execute(statement)
    ]


def publishers_of(connection: sa.Connection, prefix: str) -> set[int]:
    """The sources with an entry whose canonical address begins with ``prefix`` (``https://example.org/``)."""
    return set(connection.scalars(sa.select(t.entry.c.source).where(*_begins(connection, prefix)).distinct()))


def entries_from(connection: sa.Connection, prefix: str) -> dict[int, int]:
    """Source to the number of its entries whose canonical address begins with ``prefix``."""
    statement = sa.select(t.entry.c.source, sa.func.count().label("n")).where(*_begins(connection, prefix))
    return {row.source: int(row.n) for row in connection.execute(statement.group_by(t.entry.c.source))}


def entries_of(connection: sa.Connection, sources: Sequence[int]) -> dict[int, int]:
    """Each of these sources that has given entries to their number."""
    found: dict[int, int] = {}
    for part in chunked(sources):
        statement = sa.select(t.entry.c.source, sa.func.count().label("n")).where(t.entry.c.source.in_(part))
        found |= {row.source: int(row.n) for row in connection.execute(statement.group_by(t.entry.c.source))}
    return found


def _begins(connection: sa.Connection, prefix: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    column: sa.ColumnElement[Any] = t.entry.c.url_key
    if connection.dialect.name != "sqlite":
        column = sa.collate(column, "C")
    # a range, which the index answers at once; LIKE would read all of it
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return column >= prefix, column < end


def gaps_of(connection: sa.Connection, sources: Sequence[int]) -> list[Gap]:
    """When entries of these sources may have been missed, the newest first."""
    found: list[Gap] = []
    for part in chunked(sources):
        rows = connection.execute(sa.select(t.gap).where(t.gap.c.source.in_(part)))
        found += [Gap(row.source, row.from_at, row.to_at) for row in rows]
    return sorted(found, key=lambda gap: (gap.until, gap.source), reverse=True)


def rejections(connection: sa.Connection) -> Iterator[RejectedRow]:
    """What could not become an entry, or was not to, the newest first; at most ``REJECTED_READ``."""
    statement = sa.select(t.rejected).order_by(t.rejected.c.id.desc()).limit(REJECTED_READ)
    for row in connection.execute(statement):
        yield RejectedRow(row.source, row.at, row.reason, row.sample)


def polls_of(connection: sa.Connection, sources: Sequence[int], *, since: datetime | None = None) -> Polls:
    """The polls of these sources (since the hour of ``since``), also those whose own rows are no longer kept."""
    count = good = 0
    first: datetime | None = None
    hours, table = t.source_hour, t.poll
    for part in chunked(sources):
        conditions: list[sa.ColumnElement[bool]] = [hours.c.source.in_(part)]
        if since is not None:
            conditions.append(hours.c.hour >= since.replace(minute=0, second=0, microsecond=0))
        counted = connection.execute(
            sa.select(
                sa.func.coalesce(sa.func.sum(hours.c.polls), 0).label("n"),
                sa.func.coalesce(sa.func.sum(hours.c.ok), 0).label("good"),
                sa.func.min(hours.c.hour).label("first"),
            ).where(*conditions)
        ).one()
        count, good = count + int(counted.n), good + int(counted.good)
        if counted.first is None:
            continue
        exact = connection.scalar(
            sa.select(sa.func.min(table.c.at)).where(table.c.source.in_(part), table.c.at >= counted.first)
        )
        same_hour = exact is not None and exact.replace(minute=0, second=0, microsecond=0) == counted.first
        first = min(moment for moment in (first, exact if same_hour else counted.first) if moment)
    return Polls(count, good, first)
