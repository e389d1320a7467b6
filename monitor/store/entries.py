"""Records entries: new ones, revisions of known ones, their texts, and what could not become an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from monitor.limits import REVISIONS_CAP
from monitor.model import Entry, Match, NearMiss, Rejected, Skipped, Span
from monitor.store import identity
from monitor.store import tables as t
from monitor.store.identity import Another
from monitor.store.revisions import keep_replaced, next_seq, said_by, say

CHUNK = 400  # bound parameters a statement, well under SQLite's cap


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of a document and what the store made of it."""

    id: int
    revision: int
    status: Literal["new", "revision", "known"]
    entry: Entry
    again: bool = False
    """It was known under other ids, and stands there under one that was never seen."""


def ignoring(connection: sa.Connection, table: sa.Table) -> Any:
    """An insert that passes over rows whose key is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def record(
    connection: sa.Connection,
    source: int,
    entries: Sequence[Entry],
    *,
    outlet: str,
    absent_at: datetime | None = None,
    another: Another | None = None,
    now: datetime,
) -> list[Recorded]:
    """Write what is new or changed of ``entries``; returns one :class:`Recorded` for each, in their order.

    What is new came after ``absent_at``, the last good reading of its source (None: it is not known).
    An entry changed more than ``REVISIONS_CAP`` times counts as known from then on: it is a counter, not news.

    ``another`` tells the next issue under a known key from a revision: it becomes an entry of its own, whose the key is
    from then on. With it, what the source published before under another id is known. None: keys alone decide.
    """
    known = identity.known(connection, source, [e.key_hash for e in entries])
    fresh = [e for e in entries if e.key_hash not in known]
    again = identity.under_other_ids(connection, source, fresh, entries) if another and fresh else {}
    if again:
        identity.remember(connection, source, again)
        fresh = [e for e in fresh if e.key_hash not in again]
    insert = partial(_insert, connection, source, outlet=outlet, absent_at=absent_at, now=now)
    ids = insert(fresh) if fresh else {}
    recorded: list[Recorded] = []
    done: set[int] = set()
    for entry in entries:
        if entry.key_hash in ids:
            recorded.append(Recorded(ids[entry.key_hash], 0, "new", entry))
            continue
        row = known.get(entry.key_hash) or again[entry.key_hash]
        if row.id is None:  # the entry itself was retired, its key was kept
            continue
        changed = row.text_hash != entry.text_hash and row.revision < REVISIONS_CAP
        if not changed or row.id in done:  # under two ids in one document it is not revised to and fro
            done.add(row.id)
            recorded.append(Recorded(row.id, row.revision, "known", entry, again=entry.key_hash in again))
            continue
        done.add(row.id)
        kept = texts(connection, [row.id]).get(row.id)
        if another and (older := identity.shown_before(connection, source, entry, row.id)) is not None:
            recorded.append(Recorded(older.id, older.revision, "known", entry))
            continue
        reason = another(identity.worded(connection, row, kept), entry, now) if another else None
        if reason is not None:
            recorded.append(_succeed(connection, source, row, entry, reason, insert))
            continue
        if row.text_state == "article" and kept:  # what its page said stays, until the page is read again
            entry = replace(entry, text=kept[1], body_hash=row.body_hash)
        keep_replaced(connection, row.id, row.revision, kept)
        _revise(connection, row.id, row.revision + 1, entry, now)
        recorded.append(Recorded(row.id, row.revision + 1, "revision", entry, again=entry.key_hash in again))
    return recorded


def _succeed(
    connection: sa.Connection,
    source: int,
    row: Any,
    entry: Entry,
    reason: str,
    insert: Callable[[Sequence[Entry]], dict[str, int]],
) -> Recorded:
    """Record the next issue under the key of the one in ``row``."""
    own, before = identity.issue(connection, source, entry)
    if before is not None:
        return Recorded(before.id, before.revision, "known", entry)
    (made,) = insert([own]).values()
    identity.succeed(connection, source, entry.key_hash, made)
    say(connection, made, own, succeeds=row.id, reason=reason)
    return Recorded(made, 0, "new", own)


def _insert(
    connection: sa.Connection,
    source: int,
    entries: Sequence[Entry],
    *,
    outlet: str,
    absent_at: datetime | None,
    now: datetime,
) -> dict[str, int]:
    rows = [
        {
            "source": source,
            "key_hash": e.key_hash,
            "revision": 0,
            "url": e.url,
            "url_key": e.url_key,
            "title_key": e.title_key,
            "body_hash": e.body_hash,
            "text_hash": e.text_hash,
            "outlet": e.outlet or outlet,
            "language": e.language,
            "published": e.published,
            "first_seen": now,
            "absent_at": absent_at,
            "title": e.title,
            "text_state": "text" if e.text else "teaser" if e.teaser else "title",
        }
        for e in entries
    ]
    statement = sa.insert(t.entry).returning(t.entry.c.key_hash, t.entry.c.id, sort_by_parameter_order=True)
    ids = {row.key_hash: int(row.id) for row in connection.execute(statement, rows)}
    connection.execute(
        sa.insert(t.seen), [{"source": source, "key_hash": e.key_hash, "entry": ids[e.key_hash]} for e in entries]
    )
    first = next_seq(connection)
    connection.execute(
        sa.insert(t.revision),
        [
            {"entry": ids[e.key_hash], "n": 0, "seen_at": now, "title": e.title, "text_hash": e.text_hash, "seq": seq}
            for seq, e in enumerate(entries, start=first)
        ],
    )
    return ids


def _revise(connection: sa.Connection, entry_id: int, number: int, entry: Entry, now: datetime) -> None:
    connection.execute(
        sa.update(t.entry)
        .where(t.entry.c.id == entry_id)
        .values(
            revision=number,
            title=entry.title,
            title_key=entry.title_key,
            body_hash=entry.body_hash,
            text_hash=entry.text_hash,
            url=entry.url,
            url_key=entry.url_key,
        )
    )
    connection.execute(
        sa.insert(t.revision).values(
            entry=entry_id, n=number, seen_at=now, title=entry.title, text_hash=entry.text_hash,
            said=said_by(entry), seq=next_seq(connection),
        )
    )  # fmt: skip


def write_texts(connection: sa.Connection, recorded: Sequence[Recorded], matched: set[int], now: datetime) -> None:
    """Keep the texts: of matched entries for ever, of the others until their period is retired."""
    changed = [r for r in recorded if r.status != "known"]
    revised = [r.id for r in changed if r.status == "revision"]
    if revised:
        for table in (t.text_recent, t.text_kept):
            connection.execute(sa.delete(table).where(table.c.entry.in_(revised)))
    kept = {r.id for r in changed if r.id in matched}
    if revised:  # what matched once stays, whatever it says now
        once = sa.select(t.entry.c.id).where(t.entry.c.id.in_(revised), t.entry.c.matched)
        kept |= set(connection.scalars(once))
    rows = [{"entry": r.id, "teaser": r.entry.teaser, "text": r.entry.text} for r in changed]
    if recent := [row | {"period": t.period_of(now)} for row in rows if row["entry"] not in kept]:
        connection.execute(sa.insert(t.text_recent), recent)
    if whole := [row for row in rows if row["entry"] in kept]:
        connection.execute(sa.insert(t.text_kept), whole)


def keep_texts(connection: sa.Connection, entries: Iterable[int]) -> None:
    """Entries that matched after all: their texts move to the kept ones."""
    ids = list(entries)
    if not ids:
        return
    connection.execute(sa.update(t.entry).where(t.entry.c.id.in_(ids)).values(matched=True))
    held = sa.select(t.text_recent.c.entry, t.text_recent.c.teaser, t.text_recent.c.text).where(
        t.text_recent.c.entry.in_(ids)
    )
    rows = [row._asdict() for row in connection.execute(held)]
    if rows:
        connection.execute(ignoring(connection, t.text_kept), rows)
        connection.execute(sa.delete(t.text_recent).where(t.text_recent.c.entry.in_(ids)))


_TEXTS = tuple(
    sa.select(table.c.entry, table.c.teaser, table.c.text).where(table.c.entry.in_(sa.bindparam("ids", expanding=True)))
    for table in (t.text_recent, t.text_kept)
)


def texts(connection: sa.Connection, entries: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Teaser and text of entries, where they are still kept."""
    found: dict[int, tuple[str, str]] = {}
    for statement in _TEXTS:
        for start in range(0, len(entries), CHUNK):
            rows = connection.execute(statement, {"ids": list(entries[start : start + CHUNK])})
            found |= {row.entry: (row.teaser, row.text) for row in rows}
    return found


def skip(connection: sa.Connection, source: int, skipped: Sequence[Skipped], now: datetime) -> int:
    """Keep the keys of entries that the user leaves out, and a row for each that says so; returns how many are new."""
    known = identity.known(connection, source, [one.key_hash for one in skipped])
    fresh = [one for one in skipped if one.key_hash not in known]
    if fresh:
        connection.execute(sa.insert(t.seen), [{"source": source, "key_hash": one.key_hash} for one in fresh])
        connection.execute(
            sa.insert(t.rejected),
            [{"source": source, "at": now, "reason": f"skip: {one.phrase}", "sample": one.sample} for one in fresh],
        )
    return len(fresh)


def note_rejected(connection: sa.Connection, source: int, rejected: Sequence[Rejected], now: datetime) -> None:
    """Rows for what could not become an entry; the same thing at the next poll is not written again."""
    for one in rejected:
        seen = sa.exists().where(
            t.rejected.c.source == source, t.rejected.c.reason == one.reason, t.rejected.c.sample == one.sample
        )
        if not connection.scalar(sa.select(seen)):
            connection.execute(
                sa.insert(t.rejected).values(source=source, at=now, reason=one.reason, sample=one.sample)
            )


def write_matches(
    connection: sa.Connection,
    recorded: Recorded,
    matches: Sequence[Match],
    near: Sequence[NearMiss],
    *,
    versions: Mapping[str, tuple[int, int]],
    now: datetime,
) -> None:
    """Rows for what an entry concerns now and for what it nearly concerns.

    ``versions`` gives topic name to (topic id, version id). Matches of earlier revisions that no longer
    hold are ended, not deleted.
    """
    if recorded.status == "revision":
        ended = sa.update(t.match).where(t.match.c.entry == recorded.id, t.match.c.ended_at.is_(None))
        connection.execute(ended.values(ended_at=now))
    for match in matches:
        topic, version = versions[match.topic]
        connection.execute(
            ignoring(connection, t.match).values(
                entry=recorded.id,
                revision=recorded.revision,
                topic=topic,
                version=version,
                searched=list(match.searched),
                spans=spans_to_json(match.spans),
                at=now,
            )
        )
    for miss in near:
        topic, version = versions[miss.topic]
        connection.execute(
            ignoring(connection, t.near_miss).values(
                entry=recorded.id,
                topic=topic,
                version=version,
                clause=miss.clause,
                spans=spans_to_json(miss.spans),
                at=now,
            )
        )


def renew_matches(
    connection: sa.Connection,
    recorded: Recorded,
    matches: Sequence[Match],
    near: Sequence[NearMiss],
    *,
    versions: Mapping[str, tuple[int, int]],
    now: datetime,
) -> None:
    """The findings of the same revision after more of it was read: proofs are renewed, what no longer holds ends."""
    held = {row.topic: row.id for row in connection.execute(
        sa.select(t.match.c.topic, t.match.c.id).where(
            t.match.c.entry == recorded.id, t.match.c.revision == recorded.revision
        )
    )}  # fmt: skip
    now_held = {versions[match.topic][0]: match for match in matches}
    lost = [found for topic, found in held.items() if topic not in now_held]
    if lost:
        gone = sa.update(t.match).where(t.match.c.id.in_(lost), t.match.c.ended_at.is_(None))
        connection.execute(gone.values(ended_at=now))
    for topic in held.keys() & now_held.keys():
        match = now_held[topic]
        values = {"searched": list(match.searched), "spans": spans_to_json(match.spans), "ended_at": None}
        connection.execute(sa.update(t.match).where(t.match.c.id == held[topic]).values(values))
    fresh = [match for match in matches if versions[match.topic][0] not in held]
    write_matches(connection, replace(recorded, status="known"), fresh, near, versions=versions, now=now)


def match_ids(connection: sa.Connection, recorded: Recorded) -> dict[int, int]:
    """Topic id to match id, of the entry as it stands."""
    statement = sa.select(t.match.c.topic, t.match.c.id).where(
        t.match.c.entry == recorded.id, t.match.c.revision == recorded.revision, t.match.c.ended_at.is_(None)
    )
    return {row.topic: row.id for row in connection.execute(statement)}


def spans_to_json(spans: Sequence[Span]) -> list[list[Any]]:
    """Spans as rows of ``[field, start, end, text]``."""
    return [[s.field, s.start, s.end, s.text] for s in spans]


def spans_from_json(rows: Sequence[Sequence[Any]]) -> tuple[Span, ...]:
    """The opposite of :func:`spans_to_json`."""
    return tuple(Span(field, start, end, text) for field, start, end, text in rows)
