"""Retention: texts of unmatched entries, old polls and what stories were found by go, in short transactions.

The keys of what was seen, what matched, and the stories themselves never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.limits import KEYS_KEPT, PRUNE_CHUNK, PRUNE_KEYS
from monitor.model import Settings
from monitor.store import tables as t
from monitor.store.database import Store

AGED = "aged"
"""The ``text_state`` of an entry whose teaser and text are gone."""


@dataclass(frozen=True, slots=True)
class Housekept:
    """What a round of housekeeping took away, and what is left."""

    aged: int = 0
    """Texts that were older than ``unmatched``."""
    over_size: int = 0
    """Texts that went early because the database was larger than ``max_size``."""
    polls: int = 0
    keys: int = 0
    """Cluster keys, and sets of features, of entries older than any that a new one is compared with."""
    used: int = 0
    """Bytes in use afterwards; the file of an SQLite database may be larger and fills up again."""
    too_large: bool = False
    """Still over ``max_size``: all that is left has matched or is a key, which are never taken."""

    @property
    def changed(self) -> bool:
        """Whether anything went."""
        return bool(self.aged or self.over_size or self.polls or self.keys)


def housekeep(store: Store, settings: Settings, now: datetime) -> Housekept:
    """Take away what the retention settings do not keep, ``PRUNE_CHUNK`` rows a transaction.

    Texts go by whole periods (ISO weeks), so some are kept up to a week longer than ``keep_unmatched``.

    Raises:
        StoreFull, StoreBusy: what was committed before stays done; the next round goes on.
    """
    aged = polls = 0
    if settings.keep_unmatched is not None:
        # a period is named by its number, and later ones have higher numbers
        too_old = t.text_recent.c.period < t.period_of(now - settings.keep_unmatched)
        while taken := _take_texts(store, too_old)[0]:
            aged += taken
    if settings.keep_polls is not None:
        polls = _take_polls(store, now - settings.keep_polls)
    keys = _take_keys(store, t.period_of(now - KEYS_KEPT)) + _take_features(store, t.period_of(now - KEYS_KEPT))
    over_size, used = _shrink(store, settings.max_size)
    if store.sqlite:
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=400")
            connection.exec_driver_sql("PRAGMA optimize")
    return Housekept(aged, over_size, polls, keys, used, used > settings.max_size)


def _take_texts(store: Store, condition: sa.ColumnElement[bool]) -> tuple[int, int]:
    """Take away the oldest texts that fulfil ``condition``; returns how many, and their bytes."""
    with store.write() as connection:
        oldest = (
            sa.select(t.text_recent.c.entry, _bytes(connection).label("bytes"))
            .where(condition)
            .order_by(t.text_recent.c.period, t.text_recent.c.entry)
            .limit(PRUNE_CHUNK)
        )
        rows = connection.execute(oldest).all()
        ids = [row.entry for row in rows]
        if ids:
            connection.execute(sa.delete(t.text_recent).where(t.text_recent.c.entry.in_(ids)))
            of_more = t.entry.c.text_state != "title"  # where there was only a title, all of it is still there
            connection.execute(sa.update(t.entry).where(t.entry.c.id.in_(ids), of_more).values(text_state=AGED))
            # what they said before goes with what they say now
            replaced = t.revision.c.entry.in_(ids), t.revision.c.text.is_not(None)
            connection.execute(sa.update(t.revision).where(*replaced).values(teaser=None, text=None))
        return len(ids), sum(row.bytes for row in rows)


def _bytes(connection: sa.Connection) -> sa.ColumnElement[Any]:
    columns = (t.text_recent.c.teaser, t.text_recent.c.text)
    if connection.dialect.name == "sqlite":
        teaser, text = (sa.func.length(sa.cast(column, sa.LargeBinary)) for column in columns)
    else:
        teaser, text = (sa.func.pg_column_size(column) for column in columns)
    return teaser + text


def _take_polls(store: Store, before: datetime) -> int:
    taken = 0
    while True:
        with store.write() as connection:
            oldest = sa.select(t.poll.c.id).where(t.poll.c.at < before).order_by(t.poll.c.at).limit(PRUNE_CHUNK)
            ids = list(connection.scalars(oldest))
            if not ids:
                return taken
            connection.execute(sa.delete(t.poll).where(t.poll.c.id.in_(ids)))
            taken += len(ids)


def _take_keys(store: Store, before: int) -> int:
    """Take away the cluster keys of the periods before one, the oldest first: they stand together, so a chunk is named
    by its last row alone."""
    row = sa.tuple_(t.cluster_key.c.period, t.cluster_key.c.key, t.cluster_key.c.entry)
    old = t.cluster_key.c.period < before
    last = sa.select(t.cluster_key).where(old).order_by(*row.clauses).offset(PRUNE_KEYS - 1).limit(1)
    taken = 0
    while True:
        with store.write() as connection:
            found = connection.execute(last).one_or_none()
            part = old if found is None else sa.and_(old, row <= sa.tuple_(*found))
            taken += connection.execute(sa.delete(t.cluster_key).where(part)).rowcount
        if found is None:
            return taken


def _take_features(store: Store, before: int) -> int:
    taken = 0
    while True:
        with store.write() as connection:
            oldest = (
                sa.select(t.entry_features.c.entry)
                .where(t.entry_features.c.period < before)
                .order_by(t.entry_features.c.period)
                .limit(PRUNE_CHUNK)
            )
            ids = list(connection.scalars(oldest))
            if not ids:
                return taken
            connection.execute(sa.delete(t.entry_features).where(t.entry_features.c.entry.in_(ids)))
            taken += len(ids)


def _shrink(store: Store, max_size: int) -> tuple[int, int]:
    """Take away the oldest texts until the database fits; returns how many, and the bytes in use then."""
    taken = 0
    while True:
        used = used_bytes(store)
        freed = 0
        while freed < used - max_size:
            count, size = _take_texts(store, sa.true())
            if count == 0:
                return taken, used_bytes(store)
            taken += count
            freed += size
        if freed == 0:
            return taken, used


def used_bytes(store: Store) -> int:
    """Bytes that hold something. Deleting does not make a database smaller: the room is used again, so the size
    on disk would have housekeeping delete for ever."""
    with store.read() as connection:
        if store.sqlite:
            pages, free, size = (
                int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
                for name in ("page_count", "freelist_count", "page_size")
            )
            return (pages - free) * size
        return int(
            connection.scalar(
                sa.text(
                    "SELECT pg_database_size(current_database()) - pg_total_relation_size('text_recent')"
                    " + coalesce((SELECT sum(pg_column_size(teaser) + pg_column_size(text) + 60) FROM text_recent), 0)"
                )
            )
            or 0
        )
