"""Signs of life of the one writer: who runs, since when, and how long nobody did."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.limits import AWAY_AFTER
from monitor.store import tables as t


def begin(connection: sa.Connection, *, pid: int, now: datetime) -> timedelta | None:
    """Write that a daemon starts. Returns how long none ran, where that is long enough to be said."""
    row = connection.execute(sa.select(t.life).where(t.life.c.id == 1)).first()
    values = {"started_at": now, "alive_at": now, "stopped_at": None, "pid": pid, "web": None}
    if row is None:
        connection.execute(sa.insert(t.life).values(id=1, **values))
        return None
    connection.execute(sa.update(t.life).where(t.life.c.id == 1).values(values))
    away = now - (row.stopped_at or row.alive_at or now)
    return away if away >= AWAY_AFTER else None


def alive(connection: sa.Connection, now: datetime, *, web: str | None = None) -> None:
    """Write that the daemon is alive, and where its page is."""
    values: dict[str, object] = {"alive_at": now}
    if web is not None:
        values["web"] = web
    connection.execute(sa.update(t.life).where(t.life.c.id == 1).values(values))


def end(connection: sa.Connection, now: datetime) -> None:
    """Write that the daemon stopped in good order."""
    connection.execute(sa.update(t.life).where(t.life.c.id == 1).values(alive_at=now, stopped_at=now, pid=None))
