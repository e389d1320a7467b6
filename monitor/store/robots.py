"""What hosts say to robots, kept for a day so that neither a page nor a restart asks for it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store import tables as t


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A robots.txt as it was read."""

    read_at: datetime
    verdict: str
    """``rules``: ``body`` says it; ``open``: there is none; else why the host could not be asked."""
    body: bytes = b""


def robots_of(connection: sa.Connection, origin: str) -> RobotsFile | None:
    """The file of an origin (scheme, host and port), however old."""
    row = connection.execute(sa.select(t.robots).where(t.robots.c.origin == origin)).first()
    return RobotsFile(row.read_at, row.verdict, row.body) if row else None


def keep_robots(connection: sa.Connection, origin: str, found: RobotsFile) -> None:
    """Write what an origin answered, in place of what it said before."""
    connection.execute(sa.delete(t.robots).where(t.robots.c.origin == origin))
    connection.execute(
        sa.insert(t.robots).values(origin=origin, read_at=found.read_at, verdict=found.verdict, body=found.body)
    )
