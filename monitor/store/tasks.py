"""Articles that are to be read in full: wanted, claimed with their host, read, or given up with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.limits import ARTICLE_RETRY
from monitor.model import ArticleTask, Entry, Extracted
from monitor.store import tables as t
from monitor.store.entries import CHUNK, ignoring, texts
from monitor.store.sources import host_id
from monitor.store.wanted import refresh_due

DUE, READ, REFUSED, FAILED, DROPPED = "due", "read", "refused", "failed", "dropped"
"""States of a task; the last four are final."""
UNWANTED = "neither its source nor a topic that it may concern asks for the full text any more"
"""Why a task is dropped."""


@dataclass(frozen=True, slots=True)
class WantedArticle:
    """An entry whose page is to be read."""

    entry: int
    url: str
    host: str
    """``name:port``."""


def want(
    connection: sa.Connection,
    wanted: Sequence[WantedArticle],
    *,
    listed_until: datetime | None,
    now: datetime,
) -> None:
    """Write a task for each; one that stands already (the entry was revised) is due once more.

    What was seen up to ``listed_until`` stood in the source's first document, and is only listed; None: nothing was.
    """
    seen = {
        row.id: row.first_seen
        for row in connection.execute(
            sa.select(t.entry.c.id, t.entry.c.first_seen).where(t.entry.c.id.in_([one.entry for one in wanted]))
        )
    }
    hosts: dict[str, int] = {}
    for one in wanted:
        listed = listed_until is not None and seen[one.entry] <= listed_until
        origin = "baseline" if listed else "live"
        if one.host not in hosts:
            hosts[one.host] = host_id(connection, one.host)
        values = {
            "host": hosts[one.host], "url": one.url, "not_before": now, "state": DUE, "reason": None, "attempts": 0,
            "done_at": None,
        }  # fmt: skip
        made = connection.execute(
            ignoring(connection, t.fetch_task)
            .values(entry=one.entry, origin=origin, at=now, **values)
            .returning(t.fetch_task.c.id)
        )
        if made.first() is None:
            connection.execute(sa.update(t.fetch_task).where(t.fetch_task.c.entry == one.entry).values(values))
    refresh_due(connection, list(hosts.values()))


def is_due(now: datetime, only: Sequence[int] | None) -> list[sa.ColumnElement[bool]]:
    """The condition of a task that may be claimed: its source is still wanted; ``only``: it is one of these."""
    wanted = [
        t.entry.c.id == t.fetch_task.c.entry,
        t.source.c.id == t.entry.c.source,
        t.source.c.retired_at.is_(None),
        t.source.c.paused.is_(sa.false()),
    ]
    if only is not None:
        wanted.append(t.source.c.id.in_(only))
    return [t.fetch_task.c.state == DUE, t.fetch_task.c.not_before <= now, sa.exists().where(*wanted)]


def claim(
    connection: sa.Connection, host: int, now: datetime, *, only: Sequence[int] | None = None, limit: int
) -> tuple[ArticleTask, ...]:
    """The ``limit`` oldest due tasks of a host, live ones first; each is put off before it is tried, so that a process
    that dies of one does not die of it again at once."""
    rows = connection.execute(
        sa.select(t.fetch_task, t.entry.c.source)
        .join(t.entry, t.entry.c.id == t.fetch_task.c.entry)
        .where(t.fetch_task.c.host == host, *is_due(now, only))
        .order_by(t.fetch_task.c.origin.desc(), t.fetch_task.c.not_before, t.fetch_task.c.id)
        .limit(limit)
    ).all()
    if rows:
        connection.execute(
            sa.update(t.fetch_task)
            .where(t.fetch_task.c.id.in_([row.id for row in rows]))
            .values(not_before=now + ARTICLE_RETRY)
        )
    return tuple(ArticleTask(r.id, r.entry, r.source, r.url, r.attempts, r.origin) for r in rows)


def put_back(connection: sa.Connection, tasks: Sequence[ArticleTask], now: datetime) -> None:
    """Tasks that were claimed and never tried are due again."""
    connection.execute(
        sa.update(t.fetch_task)
        .where(t.fetch_task.c.id.in_([task.id for task in tasks]), t.fetch_task.c.state == DUE)
        .values(not_before=now)
    )


def put_off(connection: sa.Connection, task: ArticleTask, reason: str, until: datetime, *, attempts: int) -> None:
    """It failed, and is tried again."""
    values = {"not_before": until, "reason": reason, "attempts": attempts}
    connection.execute(sa.update(t.fetch_task).where(t.fetch_task.c.id == task.id).values(values))


def end(connection: sa.Connection, task: ArticleTask, state: str, reason: str | None, now: datetime) -> None:
    """It was read, refused or given up."""
    values = {"state": state, "reason": reason, "done_at": now, "attempts": task.attempts + 1}
    connection.execute(sa.update(t.fetch_task).where(t.fetch_task.c.id == task.id).values(values))


@dataclass(frozen=True, slots=True)
class Questioned:
    """An article that is still to be read, though its source does not ask for it (any more)."""

    entry: int
    source: str
    """The source's name."""
    topics: tuple[str, ...] | None
    """The only topics that read the source; None: all."""


def questioned(connection: sa.Connection) -> list[Questioned]:
    """The articles still to be read that only a topic can want."""
    rows = connection.execute(
        sa.select(t.fetch_task.c.entry, t.source.c.name, t.source.c.topics)
        .join(t.entry, t.entry.c.id == t.fetch_task.c.entry)
        .join(t.source, t.source.c.id == t.entry.c.source)
        .where(t.fetch_task.c.state == DUE, t.source.c.read != "full")
        .order_by(t.fetch_task.c.entry)
    )
    return [Questioned(row.entry, row.name, None if row.topics is None else tuple(row.topics)) for row in rows]


def drop(connection: sa.Connection, entries: Sequence[int], now: datetime) -> None:
    """Nobody wants these articles any more: they are not asked for."""
    for start in range(0, len(entries), CHUNK):
        part = list(entries[start : start + CHUNK])
        connection.execute(
            sa.update(t.fetch_task)
            .where(t.fetch_task.c.entry.in_(part), t.fetch_task.c.state == DUE)
            .values(state=DROPPED, reason=UNWANTED, done_at=now)
        )
    if entries:
        refresh_due(connection)


def unread_in_a_row(connection: sa.Connection, source: int, count: int) -> bool:
    """Whether the last ``count`` articles of a source that came to an end were all refused or given up."""
    states = connection.scalars(
        sa.select(t.fetch_task.c.state)
        .join(t.entry, t.entry.c.id == t.fetch_task.c.entry)
        .where(t.entry.c.source == source, t.fetch_task.c.state.in_((READ, REFUSED, FAILED)))
        .order_by(t.fetch_task.c.done_at.desc(), t.fetch_task.c.id.desc())
        .limit(count)
    ).all()
    return len(states) == count and READ not in states


def note_unread(connection: sa.Connection, source: int, why: str | None) -> bool:
    """Write on a source that its articles cannot be read (None: that one was read); whether that is new."""
    row = sa.update(t.source).where(t.source.c.id == source)
    changed = row.where(t.source.c.unread.is_(None) if why else t.source.c.unread.is_not(None))
    return connection.execute(changed.values(unread=why)).rowcount == 1


def put_off_host(connection: sa.Connection, task: ArticleTask, until: datetime) -> None:
    """The server asked for a pause: nothing of its articles is asked before."""
    host = sa.select(t.fetch_task.c.host).where(t.fetch_task.c.id == task.id).scalar_subquery()
    connection.execute(
        sa.update(t.fetch_task)
        .where(t.fetch_task.c.host == host, t.fetch_task.c.state == DUE, t.fetch_task.c.not_before < until)
        .values(not_before=until)
    )


def entry_of(connection: sa.Connection, entry: int) -> tuple[int, Entry] | None:
    """Revision and entry as they stand, with the texts that are still kept; None where the entry is gone."""
    row = connection.execute(sa.select(t.entry).where(t.entry.c.id == entry)).first()
    if row is None:
        return None
    teaser, text = texts(connection, [entry]).get(entry, ("", ""))
    return row.revision, Entry(
        key="", key_hash=row.key_hash, title=row.title, teaser=teaser, text=text, url=row.url, url_key=row.url_key,
        title_key=row.title_key, body_hash=row.body_hash, text_hash=row.text_hash, outlet=row.outlet,
        language=row.language, published=row.published,
    )  # fmt: skip


def keep_article(
    connection: sa.Connection, entry: int, after: Entry, page: Extracted, *, url: str, matched: bool, now: datetime
) -> None:
    """Write what an entry's page says: its text in place of the feed's, what the feed did not tell, and the rest."""
    values: dict[str, Any] = {
        "text_state": "article", "body_hash": after.body_hash, "published": after.published,
        "language": after.language,
    }  # fmt: skip
    connection.execute(sa.update(t.entry).where(t.entry.c.id == entry).values(values))
    kept = matched or connection.scalar(sa.select(t.entry.c.matched).where(t.entry.c.id == entry))
    for table in (t.text_recent, t.text_kept):
        connection.execute(sa.delete(table).where(table.c.entry == entry))
    row = {"entry": entry, "teaser": after.teaser, "text": after.text}
    if kept:
        connection.execute(sa.insert(t.text_kept), row)
        connection.execute(sa.update(t.entry).where(t.entry.c.id == entry).values(matched=True))
    else:
        connection.execute(sa.insert(t.text_recent), row | {"period": t.period_of(now)})
    connection.execute(sa.delete(t.article).where(t.article.c.entry == entry))
    connection.execute(
        sa.insert(t.article).values(
            entry=entry, read_at=now, url=url, title=page.title, author=page.author, published=page.published,
            canonical=page.canonical, language=page.language, characters=len(page.text),
        )
    )  # fmt: skip


def ended_since(connection: sa.Connection, since: datetime) -> tuple[int, int]:
    """How many articles were read since then, and how many were refused or given up."""
    rows = connection.execute(
        sa.select(t.fetch_task.c.state, sa.func.count().label("n"))
        .where(t.fetch_task.c.done_at >= since)
        .group_by(t.fetch_task.c.state)
    ).all()
    counts = {row.state: int(row.n) for row in rows}
    return counts.get(READ, 0), counts.get(REFUSED, 0) + counts.get(FAILED, 0)


def waiting(connection: sa.Connection) -> int:
    """Articles that are still to be read."""
    wanted = sa.exists().where(
        t.entry.c.id == t.fetch_task.c.entry, t.source.c.id == t.entry.c.source, t.source.c.retired_at.is_(None)
    )
    return int(connection.scalar(sa.select(sa.func.count()).where(t.fetch_task.c.state == DUE, wanted)) or 0)


def of_entries(connection: sa.Connection, entries: Sequence[int]) -> Mapping[int, tuple[str, str | None]]:
    """State and reason of the tasks of these entries."""
    rows = connection.execute(
        sa.select(t.fetch_task.c.entry, t.fetch_task.c.state, t.fetch_task.c.reason).where(
            t.fetch_task.c.entry.in_(list(entries))
        )
    )
    return {row.entry: (row.state, row.reason) for row in rows}
