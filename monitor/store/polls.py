"""Claims hosts that are due, and writes down how each poll ended; every write is fenced by the lease's token."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.limits import HINT_CAP, HOST_LEASE, POLL_FLOOR, SOURCES_A_CLAIM, TASKS_A_CLAIM, TASKS_BESIDE
from monitor.model import ArticleTask, Outcome, SourceState
from monitor.store import tables as t
from monitor.store import tasks
from monitor.store.sources import host_id
from monitor.store.wanted import refresh_due


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask one host, until the lease ends."""

    host: int
    name: str
    token: str
    sources: tuple[SourceState, ...]
    tasks: tuple[ArticleTask, ...] = ()
    """Articles of this host that are due."""
    forced: bool = False
    """Someone asked for all sources now, whatever the time."""


@dataclass(frozen=True, slots=True)
class SourceUpdate:
    """How a poll ended, and how its source stands after it."""

    after: SourceState
    at: datetime
    outcome: Outcome
    status: int | None = None
    seconds: float = 0.0
    size: int = 0
    """Bytes of the body."""
    new: int = 0
    error: str | None = None


_STANDING = (
    "state", "reason", "failures", "failing_since", "next_poll_at", "not_before", "etag", "last_modified", "validated",
    "body_hash", "memory", "hints", "paced_by", "told_broken_at", "told_still_at", "window", "last_ok_at",
    "answered_at", "baseline_at", "newest_at", "last_new_at", "moved_to", "moved_since", "moved_count", "gone_since",
    "killed", "remark", "remark_told_at", "outside",
)  # fmt: skip
"""What a poll may change of a source; the rest is the watchlist's."""


def _is_active(*, asked_for: bool = False) -> sa.ColumnElement[bool]:
    """What is polled at all; a source that is gone for good only where someone asks for it by name."""
    active = sa.and_(t.source.c.retired_at.is_(None), t.source.c.paused.is_(sa.false()))
    return active if asked_for else sa.and_(active, t.source.c.state != "gone")


def claim_hosts(
    connection: sa.Connection,
    now: datetime,
    *,
    limit: int,
    every_source: bool = False,
    only: Sequence[int] | None = None,
    except_sources: Sequence[int] = (),
    articles: int | None = None,
) -> list[Claim]:
    """Lease up to ``limit`` hosts that have sources due, each with at most ``SOURCES_A_CLAIM`` of them; then hosts that
    have only articles due, at most ``articles`` of them (None: as many as there is room for).

    The next poll of each claimed source is first moved as far ahead as its last pause was, so that a process
    that dies at once and for ever never polls early. ``every_source`` ignores next-poll times, never
    ``not_before``; ``only`` restricts to these sources; ``except_sources`` leaves these out.
    """
    due = [
        _is_active(asked_for=only is not None),
        sa.or_(t.source.c.not_before.is_(None), t.source.c.not_before <= now),
    ]
    if not every_source:
        due.append(sa.or_(t.source.c.next_poll_at <= now, t.source.c.state == "gone"))
    if only is not None:
        due.append(t.source.c.id.in_(only))
    if except_sources:
        due.append(t.source.c.id.not_in(except_sources))
    free = sa.or_(t.host.c.lease_until.is_(None), t.host.c.lease_until <= now)
    asked = sa.exists().where(t.source.c.host == t.host.c.id, *due)
    read = sa.exists().where(t.fetch_task.c.host == t.host.c.id, *tasks.is_due(now, only))
    hosts = sa.select(t.host.c.id, t.host.c.name).where(free).order_by(t.host.c.next_due, t.host.c.id)
    if not every_source and only is None:
        hosts = hosts.where(t.host.c.next_due <= now)
    found = list(connection.execute(hosts.where(asked).limit(limit).with_for_update(skip_locked=True)))
    # articles never take the place of sources, nor all places that are left
    room = min(limit - len(found), limit if articles is None else articles)
    if room > 0:
        found += connection.execute(hosts.where(read, ~asked).limit(room).with_for_update(skip_locked=True))
    claims = [replace(_lease(connection, row, due, now, only), forced=every_source) for row in found]
    refresh_due(connection, [claim.host for claim in claims])
    return claims


def _lease(
    connection: sa.Connection,
    host: Any,
    due: Sequence[sa.ColumnElement[bool]],
    now: datetime,
    only: Sequence[int] | None,
) -> Claim:
    rows = connection.execute(
        sa.select(t.source)
        .where(t.source.c.host == host.id, *due)
        .order_by(t.source.c.next_poll_at, t.source.c.id)
        .limit(SOURCES_A_CLAIM)
    ).all()
    token = secrets.token_hex(8)
    connection.execute(
        sa.update(t.host).where(t.host.c.id == host.id).values(lease_until=now + HOST_LEASE, lease_token=token)
    )
    if rows:
        moved = sa.update(t.source).where(t.source.c.id == sa.bindparam("the_id"))
        connection.execute(
            moved.values(next_poll_at=sa.bindparam("due")),
            [{"the_id": r.id, "due": now + _last_pause(r)} for r in rows],
        )
    # where sources are due too, few articles: what the next source says is not kept waiting for them
    articles = tasks.claim(connection, host.id, now, only=only, limit=TASKS_BESIDE if rows else TASKS_A_CLAIM)
    return Claim(host.id, host.name, token, tuple(_state(r, host.name) for r in rows), articles)


def _last_pause(row: Any) -> timedelta:
    """What is known of how long this source is to be left alone: what a process that dies with the answer had heard."""
    return max(POLL_FLOOR, timedelta(seconds=row.every_s), min(timedelta(seconds=row.pause_s), HINT_CAP))


_AS_THEY_ARE = (
    "id", "name", "kind", "url", "address", "outlet", "shown", "named", "read", "baseline_at", *_STANDING
)  # fmt: skip


def _state(row: Any, host: str) -> SourceState:
    values = {name: getattr(row, name) for name in dict.fromkeys(_AS_THEY_ARE)}
    return SourceState(
        **values | {"memory": row.memory or "", "hints": row.hints or {}},
        host=host,
        every=timedelta(seconds=row.every_s),
        topics=tuple(row.topics) if row.topics is not None else None,
    )


def source_state(connection: sa.Connection, source: int) -> SourceState:
    """A source as it stands now."""
    row = connection.execute(
        sa.select(t.source, t.host.c.name.label("host_name")).join(t.host).where(t.source.c.id == source)
    ).one()
    return _state(row, row.host_name)


def renew(connection: sa.Connection, claim: Claim, now: datetime) -> bool:
    """Lengthen the lease; False when it was lost."""
    done = connection.execute(
        sa.update(t.host)
        .where(t.host.c.id == claim.host, t.host.c.lease_token == claim.token)
        .values(lease_until=now + HOST_LEASE)
    )
    return done.rowcount == 1


def holds(connection: sa.Connection, host: int, token: str) -> bool:
    """Whether ``token`` still holds the host: the fence before each write."""
    statement = sa.select(t.host.c.id).where(t.host.c.id == host, t.host.c.lease_token == token).with_for_update()
    return connection.scalar(statement) is not None


def release(connection: sa.Connection, claim: Claim) -> None:
    """Give the host back; sources of the claim that were not polled stay due when they were."""
    connection.execute(
        sa.update(t.host)
        .where(t.host.c.id == claim.host, t.host.c.lease_token == claim.token)
        .values(lease_until=None, lease_token=None)
    )
    refresh_due(connection, [claim.host])


def put_back(connection: sa.Connection, sources: Sequence[SourceState]) -> None:
    """Sources that were claimed and never asked are due again when they were before."""
    for source in sources:
        connection.execute(
            sa.update(t.source).where(t.source.c.id == source.id).values(next_poll_at=source.next_poll_at)
        )


def postpone(connection: sa.Connection, claim: Claim, source: int, until: datetime) -> None:
    """A source that was claimed is not asked before then: its publisher does not want it at this hour."""
    if not holds(connection, claim.host, claim.token):
        return
    connection.execute(sa.update(t.source).where(t.source.c.id == source).values(next_poll_at=until))


def write_polls(connection: sa.Connection, updates: Sequence[SourceUpdate]) -> None:
    """Rows of ``poll``, ``source`` and ``source_hour`` for polls that ended; one executemany each."""
    if not updates:
        return
    names = ("last_outcome", "last_poll_at", "pause_s", *_STANDING)
    connection.execute(
        sa.update(t.source)
        .where(t.source.c.id == sa.bindparam("the_id"))
        .values({name: sa.bindparam(name, type_=t.source.c[name].type) for name in names}),
        [_source_values(u) for u in updates],
    )
    connection.execute(sa.insert(t.poll), [_poll_values(u) for u in updates])
    for update in updates:
        _count_hour(connection, update)
    hosts = sa.select(t.source.c.host).where(t.source.c.id.in_([u.after.id for u in updates])).distinct()
    refresh_due(connection, list(connection.scalars(hosts)))


def _source_values(update: SourceUpdate) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(update.after, name) for name in _STANDING}
    return values | {
        "the_id": update.after.id,
        "last_outcome": update.outcome.value,
        "last_poll_at": update.at,
        "pause_s": int((update.after.next_poll_at - update.at).total_seconds()) if update.after.next_poll_at else 0,
        "hints": dict(update.after.hints) or None,
    }


def readdress(connection: sa.Connection, after: SourceState) -> None:
    """Read a source where ``after`` says from now on: its address and host; its identity stays."""
    before = connection.execute(sa.select(t.source.c.host).where(t.source.c.id == after.id)).scalar_one()
    host = host_id(connection, after.host)
    connection.execute(sa.update(t.source).where(t.source.c.id == after.id).values(address=after.address, host=host))
    refresh_due(connection, [before, host])


def _poll_values(update: SourceUpdate) -> dict[str, Any]:
    return {
        "period": t.period_of(update.at),
        "source": update.after.id,
        "at": update.at,
        "outcome": update.outcome.value,
        "status": update.status,
        "seconds": update.seconds,
        "bytes": update.size,
        "new": update.new,
        "error": update.error,
    }


def _count_hour(connection: sa.Connection, update: SourceUpdate) -> None:
    hour = update.at.replace(minute=0, second=0, microsecond=0)
    ok = int(update.error is None)
    table = t.source_hour
    done = connection.execute(
        sa.update(table)
        .where(table.c.source == update.after.id, table.c.hour == hour)
        .values(polls=table.c.polls + 1, ok=table.c.ok + ok)
    )
    if done.rowcount == 0:
        connection.execute(sa.insert(table).values(source=update.after.id, hour=hour, polls=1, ok=ok))


def note_gap(connection: sa.Connection, source: int, now: datetime) -> None:
    """Entries may be missing between the last good poll and ``now``: no known entry was left in the document."""
    last = connection.scalar(sa.select(t.source.c.last_ok_at).where(t.source.c.id == source))
    connection.execute(sa.insert(t.gap).values(source=source, from_at=last or now, to_at=now))


def baseline_stories(connection: sa.Connection, since: datetime) -> int:
    """Stories listed since ``since``, because they were already published when their source was first read, and of
    which nothing was told."""
    told = sa.select(t.alert.c.subject).where(
        t.alert.c.subject_kind == "story", t.alert.c.decision.in_(("send", "held", "capped"))
    )
    statement = sa.select(sa.func.count(sa.distinct(t.alert.c.subject))).where(
        t.alert.c.decision == "baseline", t.alert.c.at >= since, t.alert.c.subject.not_in(told)
    )
    return int(connection.scalar(statement) or 0)
