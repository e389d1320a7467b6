"""Brings sources, topics and channels in line with the watchlist: what is gone is retired, never deleted."""

from __future__ import annotations

import itertools
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.limits import POLL_FLOOR, POLL_INTERVAL
from monitor.model import Channel, Source, Topic
from monitor.store import backfill, versions
from monitor.store import tables as t


@dataclass(frozen=True, slots=True)
class WantedSource:
    """A source of the watchlist with what its address means."""

    source: Source
    identity: str
    """The normalised address."""
    host: str
    """``name:port``."""
    outlet: str
    was: str | None = None
    """The normalised earlier address."""


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """A topic of the watchlist with the canonical form of its query."""

    topic: Topic
    hash: str
    definition: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in force."""

    id: int
    name: str
    version: int
    channels: tuple[str, ...]


def apply_sources(
    connection: sa.Connection, wanted: Sequence[WantedSource], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Insert what is new, update what changed, retire what is gone; a new source is due at once.

    Returns name and former address of sources that begin anew under the name of one that is gone.
    """
    hosts = _host_ids(connection, {w.host for w in wanted})
    rows = {(r.kind, r.url): r for r in connection.execute(sa.select(t.source))}
    inserts: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    kept: set[int] = set()
    for want in wanted:
        kind = want.source.kind
        own = rows.get((kind, want.identity))
        former = rows.get((kind, want.was)) if want.was else None
        row = _heir(own, former)
        if row is None:
            inserts.append(_new_source(want, hosts[want.host], now))
            continue
        if own is not None and row is former:
            aside = _aside(want.identity, own, {url for _, url in rows})
            connection.execute(sa.update(t.source).where(t.source.c.id == own.id).values(url=aside))
            rows[kind, aside] = rows.pop((kind, want.identity))
        kept.add(row.id)
        updates.append(_changed_source(want, hosts[want.host], row, now, moved=row is former))
    if inserts:
        connection.execute(sa.insert(t.source), inserts)
    if updates:
        names = [c for c in updates[0] if c != "the_id"]
        connection.execute(
            sa.update(t.source)
            .where(t.source.c.id == sa.bindparam("the_id"))
            .values({n: sa.bindparam(n) for n in names}),
            updates,
        )
    gone = [{"the_id": r.id} for r in rows.values() if r.id not in kept and r.retired_at is None]
    if gone:
        connection.execute(
            sa.update(t.source).where(t.source.c.id == sa.bindparam("the_id")).values(retired_at=now, state="retired"),
            gone,
        )
    refresh_due(connection)
    left = {r.name: r.shown or r.named or r.url for r in rows.values() if r.id not in kept and r.retired_at is None}
    return tuple((one["name"], left[one["name"]]) for one in inserts if one["name"] in left)


def _heir(own: Any, former: Any) -> Any:
    """Which row goes on under a name: the one of that name, or the one of the earlier name (``was``).

    A retired row does not stand in the way of one in force: whoever goes back to an old name means to keep what
    the topic or source has now.
    """
    if own is None:
        return former
    return former if former is not None and own.retired_at is not None and former.retired_at is None else own


def _aside(name: str, row: Any, taken: Container[str]) -> str:
    """The name under which a retired row makes room for its heir."""
    for more in itertools.count(1):
        aside = f"{name} (until {row.retired_at:%Y-%m-%d}{f', {more}' if more > 1 else ''})"
        if aside not in taken:
            return aside
    raise AssertionError("unreachable")


def _host_ids(connection: sa.Connection, names: set[str]) -> dict[str, int]:
    known = {r.name: r.id for r in connection.execute(sa.select(t.host.c.id, t.host.c.name))}
    fresh = sorted(names - known.keys())
    if fresh:
        connection.execute(sa.insert(t.host), [{"name": name} for name in fresh])
        known = {r.name: r.id for r in connection.execute(sa.select(t.host.c.id, t.host.c.name))}
    return known


def _settings_of(want: WantedSource, host: int) -> dict[str, Any]:
    source = want.source
    return {
        "name": source.name,
        "shown": source.shown,
        "host": host,
        "every_s": int((source.every or POLL_INTERVAL).total_seconds()),
        "outlet": want.outlet,
        "weight": source.weight.value,
        "topics": list(source.topics) if source.topics is not None else None,
        "paused": source.paused,
        "read": source.read,
        "named": source.url,
    }


def _new_source(want: WantedSource, host: int, now: datetime) -> dict[str, Any]:
    return _settings_of(want, host) | {
        "kind": want.source.kind,
        "url": want.identity,
        "address": want.source.url,
        "was": want.was,
        "state": "new",
        "next_poll_at": now,
    }


_OF_ADDRESS: dict[str, Any] = {
    "etag": None, "last_modified": None, "body_hash": None, "memory": "", "not_before": None, "failures": 0,
    "failing_since": None, "reason": None, "told_broken_at": None, "window": 0, "validated": None, "hints": None,
    "paced_by": None, "moved_to": None, "moved_since": None, "moved_count": 0, "gone_since": None, "killed": 0,
    "told_still_at": None, "answered_at": None, "remark": None, "remark_told_at": None,
}  # fmt: skip
"""What a source knows of its address alone, as it is before the first look there."""


def _changed_source(want: WantedSource, host: int, row: Any, now: datetime, *, moved: bool) -> dict[str, Any]:
    values = _settings_of(want, host) | {"the_id": row.id, "url": want.identity, "retired_at": None}
    values["was"] = want.was or row.was
    # a moved source, and one whose address is written otherwise, is read where the watchlist says; else where its
    # own answers said, for good, that it is now
    learned = not moved and row.named == want.source.url
    values["address"], values["host"] = (row.address, row.host) if learned else (want.source.url, host)
    values["state"] = ("ok" if row.last_ok_at else "new") if row.state == "retired" or moved else row.state
    due = row.next_poll_at
    # only where the pause was changed: the time that a claim has set must outlive the death of its process
    if row.last_poll_at is not None and due is not None and not row.paced_by and values["every_s"] != row.every_s:
        earliest = row.last_poll_at + (want.source.every or POLL_INTERVAL)
        due = max(min(due, earliest), row.not_before or earliest) if earliest < due else due
    # one that was gone for good and is wanted again is asked again
    values["next_poll_at"] = now if due is None and values["state"] != "gone" else due
    values["unread"] = row.unread if want.source.read == "full" and not moved else None
    if moved:
        return values | _OF_ADDRESS | {"next_poll_at": now}
    return values | {name: getattr(row, name) for name in _OF_ADDRESS}


def refresh_due(connection: sa.Connection, hosts: Sequence[int] | None = None) -> None:
    """Set each host's ``next_due`` to the earliest poll of its active sources, or reading of an article."""
    poll = (
        sa.select(sa.func.min(t.source.c.next_poll_at))
        .where(t.source.c.host == t.host.c.id, t.source.c.retired_at.is_(None), t.source.c.paused.is_(sa.false()))
        .scalar_subquery()
    )
    article = (
        sa.select(sa.func.min(t.fetch_task.c.not_before))
        .where(t.fetch_task.c.host == t.host.c.id, t.fetch_task.c.state == "due")
        .scalar_subquery()
    )
    earliest = sa.case((poll.is_(None), article), (article.is_(None), poll), (article < poll, article), else_=poll)
    statement = sa.update(t.host).values(next_due=earliest)
    connection.execute(statement if hosts is None else statement.where(t.host.c.id.in_(hosts)))


Limits = Mapping[int, Sequence[str] | None]
"""Source id to the names of the only topics that read it; None: all."""


def limits(connection: sa.Connection) -> Limits:
    """Which topics read which source, as the store has it now; sources that are gone are as they were last."""
    return {row.id: row.topics for row in connection.execute(sa.select(t.source.c.id, t.source.c.topics))}


def _reads(limits: Limits, name: str, among: Container[int]) -> set[int]:
    return {number for number, topics in limits.items() if number in among and (topics is None or name in topics)}


def apply_topics(
    connection: sa.Connection, wanted: Sequence[WantedTopic], now: datetime, *, before: Limits | None = None
) -> dict[str, TopicRow]:
    """Rows for the topics, renamed by ``was``, with the version that each query stands for; the rest is retired.
    A version that comes into force is noted, and the stored entries are to be matched with it; also with one that now
    reads other sources than ``before``, and with one that was paused: what came in that time was never matched.

    Returns the topics in force, by name.
    """
    after = limits(connection)
    known = {r.name: r for r in connection.execute(sa.select(t.topic))}
    in_force: dict[str, TopicRow] = {}
    for want in wanted:
        topic = want.topic
        own, former = known.get(topic.name), known.get(topic.was) if topic.was else None
        row = _heir(own, former)
        if own is not None and row is former:
            aside = _aside(topic.name, own, known)
            connection.execute(sa.update(t.topic).where(t.topic.c.id == own.id).values(name=aside))
            known[aside] = known.pop(topic.name)
        values = {
            "name": topic.name,
            "paused": topic.paused,
            "channels": list(topic.channels),
            "retired_at": None,
            "was": topic.was or (row.was if row else None),
        }
        if row is None:
            inserted = connection.execute(sa.insert(t.topic).values(values).returning(t.topic.c.id))
            topic_id = int(inserted.scalar_one())
        else:
            topic_id = row.id
            connection.execute(sa.update(t.topic).where(t.topic.c.id == topic_id).values(values))
        version = _version(connection, topic_id, want, now)
        again = row is not None and row.retired_at is not None
        came = versions.note(connection, topic_id, version, again=again, now=now)
        resumed = row is not None and row.paused and not topic.paused
        moved = row is not None and before is not None and (
            _reads(before, row.name, after) != _reads(after, topic.name, before)
        )  # fmt: skip
        if came or resumed or moved:
            backfill.want(connection, topic_id, version, now)
        in_force[topic.name] = TopicRow(topic_id, topic.name, version, topic.channels)
    kept = [row.id for row in in_force.values()]
    connection.execute(
        sa.update(t.topic).where(t.topic.c.id.not_in(kept), t.topic.c.retired_at.is_(None)).values(retired_at=now)
    )
    return in_force


def _version(connection: sa.Connection, topic_id: int, want: WantedTopic, now: datetime) -> int:
    table = t.topic_version
    found = connection.scalar(sa.select(table.c.id).where(table.c.topic == topic_id, table.c.hash == want.hash))
    if found is not None:
        return int(found)
    made = connection.execute(
        sa.insert(table)
        .values(topic=topic_id, hash=want.hash, definition=want.definition, since=now)
        .returning(table.c.id)
    )
    return int(made.scalar_one())


def apply_channels(connection: sa.Connection, wanted: Sequence[Channel], now: datetime) -> int:
    """Rows for the channels; what still waits for a retired one becomes dead with that reason.

    Returns the number of deliveries that became dead.
    """
    known = {r.name: r for r in connection.execute(sa.select(t.channel))}
    for channel in wanted:
        values: dict[str, Any] = {"kind": channel.kind, "off": channel.off, "retired_at": None}
        if channel.name in known:
            if known[channel.name].retired_at is not None:
                values |= {"state": "ok", "error": None, "failures": 0, "failing_since": None, "told_broken_at": None}
            connection.execute(sa.update(t.channel).where(t.channel.c.name == channel.name).values(values))
        else:
            connection.execute(sa.insert(t.channel).values(name=channel.name, state="ok", **values))
    names = [channel.name for channel in wanted]
    gone = [n for n, r in known.items() if n not in names and r.retired_at is None]
    if not gone:
        return 0
    connection.execute(sa.update(t.channel).where(t.channel.c.name.in_(gone)).values(retired_at=now, state="retired"))
    dead = connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.channel.in_(gone), t.delivery.c.state.in_(("pending", "retry", "sending")))
        .values(state="dead", error="its channel was removed from the watchlist", lease_until=None)
    )
    return dead.rowcount


def note_config(connection: sa.Connection, *, digest: str, watchlist: str, now: datetime) -> int:
    """The number of this configuration; a new row only when it differs from the one in force."""
    latest = connection.execute(sa.select(t.config).order_by(t.config.c.id.desc()).limit(1)).first()
    if latest is not None and latest.digest == digest:
        return int(latest.id)
    made = connection.execute(
        sa.insert(t.config).values(applied_at=now, digest=digest, watchlist=watchlist).returning(t.config.c.id)
    )
    return int(made.scalar_one())


def topics_in_force(connection: sa.Connection) -> Mapping[int, str]:
    """Topic id to name, retired ones too."""
    return {r.id: r.name for r in connection.execute(sa.select(t.topic.c.id, t.topic.c.name))}


def source_ids(connection: sa.Connection) -> Mapping[tuple[str, str], int]:
    """(kind, normalised address) to id, of the sources in force."""
    rows = connection.execute(
        sa.select(t.source.c.kind, t.source.c.url, t.source.c.id).where(t.source.c.retired_at.is_(None))
    )
    return {(row.kind, row.url): row.id for row in rows}


def ask_again(connection: sa.Connection, sources: Sequence[int], now: datetime) -> None:
    """Sources that were not let in, and whose login or proxy was corrected, are due at once; a pause that a server
    asked for stands."""
    cured = tuple(f"{reason}:" for reason in ("http_401", "http_403", "http_407", "proxy", "bad_proxy", "bad_header"))
    for source in sources:
        last = sa.select(t.poll.c.error, t.poll.c.at).where(t.poll.c.source == source)
        row = connection.execute(last.order_by(t.poll.c.id.desc()).limit(1)).first()
        if row is not None and (row.error or "").startswith(cured):
            due = max(now, row.at + POLL_FLOOR)
            connection.execute(
                sa.update(t.source)
                .where(t.source.c.id == source, t.source.c.state != "gone")
                .values(next_poll_at=due, not_before=None)
            )
    refresh_due(connection)
