"""Claims hosts that are due, and writes down how each poll ended; every write is fenced by the lease's token."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.limits import HOST_LEASE, POLL_FLOOR, SOURCES_A_CLAIM
from monitor.model import Outcome, SourceState
from monitor.store import tables as t
from monitor.store.wanted import refresh_due


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask one host, until the lease ends."""

    host: int
    name: str
    token: str
    sources: tuple[SourceState, ...]


@dataclass(frozen=True, slots=True)
class SourceUpdate:
    """How a source stands after a poll; None clears ``etag``, ``last_modified`` and ``body_hash``."""

    source: int
    at: datetime
    outcome: Outcome
    state: str
    reason: str | None
    failures: int
    failing_since: datetime | None
    next_poll_at: datetime
    not_before: datetime | None
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    memory: str
    baseline_at: datetime | None
    told_broken_at: datetime | None = None
    newest_at: datetime | None = None
    window: int = 0
    status: int | None = None
    seconds: float = 0.0
    size: int = 0
    new: int = 0
    error: str | None = None


def _is_active() -> sa.ColumnElement[bool]:
    return sa.and_(t.source.c.retired_at.is_(None), t.source.c.paused.is_(sa.false()))


def claim_hosts(
    connection: sa.Connection,
    now: datetime,
    *,
    limit: int,
    every_source: bool = False,
    only: Sequence[int] | None = None,
    except_sources: Sequence[int] = (),
) -> list[Claim]:
    """Lease up to ``limit`` hosts that have sources due, each with at most ``SOURCES_A_CLAIM`` of them.

    The next poll of each claimed source is first moved at least ``POLL_FLOOR`` ahead, so that a process
    that dies at once and for ever never polls early. ``every_source`` ignores next-poll times, never
    ``not_before``; ``only`` restricts to these sources; ``except_sources`` leaves these out.
    """
    due = [_is_active(), sa.or_(t.source.c.not_before.is_(None), t.source.c.not_before <= now)]
    if not every_source:
        due.append(t.source.c.next_poll_at <= now)
    if only is not None:
        due.append(t.source.c.id.in_(only))
    if except_sources:
        due.append(t.source.c.id.not_in(except_sources))
    free = sa.or_(t.host.c.lease_until.is_(None), t.host.c.lease_until <= now)
    hosts = (
        sa.select(t.host.c.id, t.host.c.name)
        .where(free, sa.exists().where(t.source.c.host == t.host.c.id, *due))
        .order_by(t.host.c.next_due, t.host.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if not every_source:
        hosts = hosts.where(t.host.c.next_due <= now)
    claims = []
    for row in connection.execute(hosts).all():
        rows = connection.execute(
            sa.select(t.source)
            .where(t.source.c.host == row.id, *due)
            .order_by(t.source.c.next_poll_at, t.source.c.id)
            .limit(SOURCES_A_CLAIM)
        ).all()
        sources = tuple(_state(r, row.name) for r in rows)
        token = secrets.token_hex(8)
        connection.execute(
            sa.update(t.host).where(t.host.c.id == row.id).values(lease_until=now + HOST_LEASE, lease_token=token)
        )
        connection.execute(
            sa.update(t.source).where(t.source.c.id.in_([s.id for s in sources])).values(next_poll_at=now + POLL_FLOOR)
        )
        claims.append(Claim(row.id, row.name, token, sources))
    refresh_due(connection, [claim.host for claim in claims])
    return claims


def _state(row: Any, host: str) -> SourceState:
    return SourceState(
        id=row.id,
        name=row.name,
        kind=row.kind,
        url=row.url,
        address=row.address,
        host=host,
        every=timedelta(seconds=row.every_s),
        outlet=row.outlet,
        topics=tuple(row.topics) if row.topics is not None else None,
        state=row.state,
        reason=row.reason,
        failures=row.failures,
        failing_since=row.failing_since,
        baseline_at=row.baseline_at,
        next_poll_at=row.next_poll_at,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        memory=row.memory or "",
        told_broken_at=row.told_broken_at,
        last_ok_at=row.last_ok_at,
        window=row.window,
        shown=row.shown,
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


def write_polls(connection: sa.Connection, updates: Sequence[SourceUpdate]) -> None:
    """Rows of ``poll``, ``source`` and ``source_hour`` for polls that ended; one executemany each."""
    if not updates:
        return
    connection.execute(
        sa.update(t.source)
        .where(t.source.c.id == sa.bindparam("the_id"))
        .values(
            {name: sa.bindparam(name) for name in _SOURCE_FIELDS}
            | {
                name: sa.func.coalesce(sa.bindparam(name, type_=t.source.c[name].type), t.source.c[name])
                for name in _KEPT_FIELDS
            }
        ),
        [_source_values(u) for u in updates],
    )
    connection.execute(sa.insert(t.poll), [_poll_values(u) for u in updates])
    for update in updates:
        _count_hour(connection, update)
    hosts = sa.select(t.source.c.host).where(t.source.c.id.in_([u.source for u in updates])).distinct()
    refresh_due(connection, list(connection.scalars(hosts)))


_SOURCE_FIELDS = (
    "last_outcome", "last_poll_at", "state", "reason", "failures", "failing_since", "next_poll_at",
    "not_before", "etag", "last_modified", "body_hash", "memory", "told_broken_at", "window",
)  # fmt: skip
_KEPT_FIELDS = ("last_ok_at", "baseline_at", "newest_at")  # a poll that does not know them leaves them as they are


def _source_values(update: SourceUpdate) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(update, name, None) for name in (*_SOURCE_FIELDS, *_KEPT_FIELDS)}
    return values | {
        "the_id": update.source,
        "last_outcome": update.outcome.value,
        "last_poll_at": update.at,
        "last_ok_at": update.at if update.failures == 0 else None,
    }


def _poll_values(update: SourceUpdate) -> dict[str, Any]:
    return {
        "period": t.period_of(update.at),
        "source": update.source,
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
    ok = int(update.failures == 0)
    table = t.source_hour
    done = connection.execute(
        sa.update(table)
        .where(table.c.source == update.source, table.c.hour == hour)
        .values(polls=table.c.polls + 1, ok=table.c.ok + ok)
    )
    if done.rowcount == 0:
        connection.execute(sa.insert(table).values(source=update.source, hour=hour, polls=1, ok=ok))


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
