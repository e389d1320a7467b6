"""What is known of sources as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store import tables as t


def any_read_since(connection: sa.Connection, moment: datetime, *, outside: bool = False) -> bool:
    """Whether any source (``outside``: one that tells of the network) was read since ``moment``: if not, the network is
    suspected before a source is."""
    read = [t.source.c.last_ok_at >= moment, *([t.source.c.outside] if outside else [])]
    return bool(connection.scalar(sa.select(sa.exists().where(*read))))


def entries_a_day(connection: sa.Connection, source: int, *, until: datetime) -> float | None:
    """How many entries a day the source brought in the 28 days before ``until``, by their dates; None: too few (fewer
    than 5, or within 3 days) to speak of a pace."""
    dated = sa.func.coalesce(t.entry.c.published, t.entry.c.first_seen)
    within = t.entry.c.source == source, dated > until - timedelta(days=28), dated <= until
    row = connection.execute(sa.select(sa.func.count().label("n"), sa.func.min(dated).label("first")).where(*within))
    found = row.one()
    if found.n < 5 or until - found.first < timedelta(days=3):
        return None
    return float(found.n / ((until - found.first) / timedelta(days=1)))


def ids_of(connection: sa.Connection, name: str) -> list[int]:
    """The active sources of that name, or with that address."""
    statement = sa.select(t.source.c.id).where(
        t.source.c.retired_at.is_(None), sa.or_(t.source.c.name == name, t.source.c.url == name)
    )
    return list(connection.scalars(statement))


def next_poll_at(connection: sa.Connection) -> datetime | None:
    """When the next source is due."""
    statement = sa.select(sa.func.min(t.source.c.next_poll_at)).where(
        t.source.c.retired_at.is_(None), t.source.c.paused.is_(sa.false())
    )
    found: datetime | None = connection.scalar(statement)
    return found


def held_back(connection: sa.Connection, now: datetime) -> list[tuple[int, str, datetime]]:
    """Active sources that are not asked before a time, because they failed or their publisher wants it so."""
    statement = (
        sa.select(t.source.c.id, t.source.c.name, t.source.c.not_before)
        .where(t.source.c.retired_at.is_(None), t.source.c.paused.is_(sa.false()), t.source.c.not_before > now)
        .order_by(t.source.c.not_before)
    )
    return [(row.id, row.name, row.not_before) for row in connection.execute(statement)]


def host_id(connection: sa.Connection, name: str) -> int:
    """The id of a host, made where it is new."""
    found = connection.scalar(sa.select(t.host.c.id).where(t.host.c.name == name))
    if found is not None:
        return int(found)
    return int(connection.execute(sa.insert(t.host).values(name=name).returning(t.host.c.id)).scalar_one())


def recorded_source(connection: sa.Connection, name: str, outlet: str, now: datetime) -> int:
    """A source that is not polled but replayed; the same name is the same source."""
    found = connection.scalar(sa.select(t.source.c.id).where(t.source.c.kind == "replay", t.source.c.url == name))
    if found is not None:
        return int(found)
    made = connection.execute(
        sa.insert(t.source)
        .values(
            kind="replay", url=name, address="", name=name, host=host_id(connection, "replay:0"), every_s=0,
            outlet=outlet, weight="normal", state="ok", baseline_at=now, retired_at=now,
        )
        .returning(t.source.c.id)
    )  # fmt: skip
    return int(made.scalar_one())
