"""Keeps pauses as long as they were when the machine's clock is set forward or back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from monitor.limits import RETRY_AFTER_CAP
from monitor.store import tables as t
from monitor.store.wanted import refresh_due

_DUE: Final[tuple[tuple[sa.Table, str, tuple[str, ...]], ...]] = (
    (t.source, "id", ("next_poll_at", "not_before")),
    (t.host, "id", ("lease_until", "next_allowed_at")),
    (t.fetch_task, "id", ("not_before",)),
    (t.delivery, "id", ("next_try_at", "lease_until")),
    (t.channel, "name", ("next_send_at",)),
)
"""Tables with their key and the columns that say when something is due. What has happened stays as it was written."""


LONGEST: Final = RETRY_AFTER_CAP + timedelta(days=1)
"""Nothing but a source is ever due further ahead than this."""


def shift(connection: sa.Connection, step: timedelta, now: datetime, *, noticed: timedelta = timedelta()) -> bool:
    """The clock was set forward by ``step`` (or back): what is due is as long from ``now`` as it was before.

    ``noticed``: the time since the last look at which the clock was right. What was polled in it may have been written
    under the new clock already, and is left as it is.
    """
    polled = t.source.c.last_poll_at
    fresh = set(connection.scalars(sa.select(t.source.c.id).where(polled >= now - noticed, polled <= now)))
    for table, key, names in _DUE:
        columns = [table.c[name] for name in names]
        rows = connection.execute(
            sa.select(table.c[key].label("the_key"), *columns).where(sa.or_(*(c.is_not(None) for c in columns)))
        ).all()
        moved = [
            {"the_key": row.the_key}
            | {f"new_{name}": _moved(getattr(row, name), step) for name in names}
            for row in rows
            if table is not t.source or row.the_key not in fresh
        ]  # fmt: skip
        if moved:
            statement = sa.update(table).where(table.c[key] == sa.bindparam("the_key"))
            connection.execute(statement.values({name: sa.bindparam(f"new_{name}") for name in names}), moved)
    # what was polled under a clock that was ahead was not polled in the future
    ahead = sa.select(t.source.c.id, t.source.c.last_poll_at).where(t.source.c.last_poll_at > now)
    for row in connection.execute(ahead).all():
        last = sa.update(t.source).where(t.source.c.id == row.id)
        connection.execute(last.values(last_poll_at=min(now, _moved(row.last_poll_at, step) or now)))
    refresh_due(connection)
    return True


def pull_in(connection: sa.Connection, now: datetime) -> int:
    """At a start: sources whose last poll lies in the future were polled under a clock that was ahead. Their pause
    counts from now, else they would be silent until the clock has caught up. Returns how many there were."""
    ahead = connection.execute(
        sa.select(t.source.c.id, t.source.c.last_poll_at, t.source.c.next_poll_at, t.source.c.not_before).where(
            t.source.c.last_poll_at > now
        )
    ).all()
    for row in ahead:
        step = now - row.last_poll_at
        values = {name: _moved(getattr(row, name), step) for name in ("last_poll_at", "next_poll_at", "not_before")}
        connection.execute(sa.update(t.source).where(t.source.c.id == row.id).values(values))
    for table, name in ((t.fetch_task, "not_before"), (t.delivery, "next_try_at")):
        column = table.c[name]
        connection.execute(sa.update(table).where(column > now + LONGEST).values({name: now}))
    refresh_due(connection)
    return len(ahead)


def _moved(moment: datetime | None, step: timedelta) -> datetime | None:
    if moment is None:
        return None
    try:
        return moment + step
    except OverflowError:
        return moment
