"""Times in which nothing on the network answered: begun, ended, and what they meant for the sources."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.limits import OUTAGE_AFTER, OUTAGE_HOSTS, POLL_FLOOR, RETURN_SPREAD
from monitor.store import tables as t
from monitor.store.wanted import refresh_due

_LONG_AGO = timedelta(days=2)
"""Polls further back than this tell nothing of the network now."""


def under_way(connection: sa.Connection) -> datetime | None:
    """Since when nothing answers; None where there is no outage."""
    found: datetime | None = connection.scalar(sa.select(t.outage.c.from_at).where(t.outage.c.to_at.is_(None)))
    return found


def begun(connection: sa.Connection, *, host: str, reasons: Collection[str], now: datetime) -> datetime | None:
    """Since when an outage is to be supposed, after ``host`` could not be reached: since then, and for at least
    ``OUTAGE_AFTER``, ``OUTAGE_HOSTS`` hosts failed for one of ``reasons`` and none answered. None: no outage."""
    answered = connection.scalar(sa.select(sa.func.max(t.source.c.answered_at)).where(t.source.c.outside))
    since = max(answered, now - _LONG_AGO) if answered else now - _LONG_AGO
    failed = sa.or_(*(t.poll.c.error.startswith(f"{reason}:") for reason in sorted(reasons)))
    rows = connection.execute(
        sa.select(t.host.c.name, sa.func.min(t.poll.c.at).label("first"))
        .select_from(t.poll.join(t.source, t.source.c.id == t.poll.c.source).join(t.host))
        .where(t.poll.c.at > since, failed, t.source.c.outside)
        .group_by(t.host.c.name)
    ).all()
    first: datetime = min((row.first for row in rows), default=now)
    hosts = {row.name for row in rows} | {host}
    return first if len(hosts) >= OUTAGE_HOSTS and now - first >= OUTAGE_AFTER else None


def anyone_outside(connection: sa.Connection) -> bool:
    """Whether there is still a source whose answers would tell of the network."""
    active = t.source.c.retired_at.is_(None), t.source.c.paused.is_(sa.false()), t.source.c.outside
    return bool(connection.scalar(sa.select(sa.exists().where(*active))))


def open_outage(connection: sa.Connection, since: datetime, reason: str) -> None:
    """Write that nothing answers since then."""
    connection.execute(sa.insert(t.outage).values(from_at=since, reason=reason))


def close_outage(connection: sa.Connection, now: datetime) -> datetime | None:
    """Write that something answers again; returns since when nothing did, None where there was no outage.

    Failures that came of it are taken back, and what could not be read is due within ``RETURN_SPREAD``.
    """
    since = under_way(connection)
    if since is None:
        return None
    connection.execute(sa.update(t.outage).where(t.outage.c.to_at.is_(None)).values(to_at=now))
    names = (
        "id", "last_ok_at", "failing_since", "last_poll_at", "next_poll_at", "failures", "state", "reason",
        "told_broken_at",
    )  # fmt: skip
    unread = connection.execute(
        sa.select(*(t.source.c[name] for name in names))
        .where(
            t.source.c.retired_at.is_(None),
            t.source.c.next_poll_at.is_not(None),
            t.source.c.last_poll_at >= since,
            sa.or_(t.source.c.answered_at.is_(None), t.source.c.answered_at < since),
        )
        .order_by(t.source.c.last_poll_at, t.source.c.id)
    ).all()
    changed = [_taken_back(row, since, now + RETURN_SPREAD * (at / len(unread))) for at, row in enumerate(unread)]
    if changed:
        fields = [name for name in changed[0] if name != "the_id"]
        statement = sa.update(t.source).where(t.source.c.id == sa.bindparam("the_id"))
        connection.execute(
            statement.values({name: sa.bindparam(name, type_=t.source.c[name].type) for name in fields}), changed
        )
    refresh_due(connection)
    return since


def _taken_back(row: Any, since: datetime, soon: datetime) -> dict[str, Any]:
    """How a source stands that could not be reached in an outage, without the failures that came of it."""
    values = {name: getattr(row, name) for name in ("failing_since", "failures", "state", "reason", "told_broken_at")}
    if row.failing_since is not None and row.failing_since >= since:
        state = "ok" if row.last_ok_at else "new"
        values = {"failing_since": None, "failures": 0, "state": state, "reason": None, "told_broken_at": None}
    due = min(row.next_poll_at, max(soon, row.last_poll_at + POLL_FLOOR))
    return values | {"the_id": row.id, "next_poll_at": due, "not_before": None}
