"""Alerts and their deliveries: decisions are written once, messages wait here until a service has taken them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from monitor.limits import BROKEN_AFTER, BROKEN_AFTER_TIME, DELIVERY_LEASE, DELIVERY_LIFE, SEND_GAP
from monitor.model import TOLD, Alert, Decision, Told
from monitor.store import tables as t
from monitor.store.entries import ignoring

WAITING = ("pending", "retry", "sending")
TOLD_WORDS = tuple(sorted(decision.value for decision in TOLD))


Listed = Literal["baseline", "backfill", "import"]
"""Why an entry was only listed."""


def only_listed(connection: sa.Connection, entry: int) -> dict[int, Listed]:
    """Topics for which this entry was decided on before and nothing was sent, with the decision: it was already
    published when its source was first read, it was imported, or found among the stored ones."""
    rows = connection.execute(
        sa.select(t.alert_topic.c.topic, t.alert.c.decision)
        .join(t.alert, t.alert.c.id == t.alert_topic.c.alert)
        .where(t.alert.c.entry == entry)
        .order_by(t.alert.c.at, t.alert.c.revision)
    ).all()
    listed = {row.topic: row.decision for row in rows if row.decision in ("baseline", "backfill", "import")}
    told = {row.topic for row in rows if row.decision in TOLD_WORDS}
    return {topic: decision for topic, decision in listed.items() if topic not in told}


def channel_state(connection: sa.Connection, name: str) -> str:
    """``ok failing broken retired``; ``ok`` for one that is not known yet."""
    return connection.scalar(sa.select(t.channel.c.state).where(t.channel.c.name == name)) or "ok"


def told(connection: sa.Connection, story: int, channels: Iterable[str]) -> dict[str, Told]:
    """What each channel has heard of a story, and of the stories merged into it."""
    heard = heard_of(connection, story)
    return {name: Told(name in heard, heard.get(name, frozenset())) for name in channels}


def heard_of(connection: sa.Connection, story: int) -> dict[str, frozenset[int]]:
    """Every channel that was told of a story, or counts as told of it, and the topics it has heard of with it."""
    merged = connection.scalars(sa.select(t.story.c.id).where(t.story.c.merged_into == story))
    subjects = [f"s{story}", *(f"s{other}" for other in merged)]
    rows = connection.execute(
        sa.select(t.alert.c.channel, t.alert_topic.c.topic)
        .outerjoin(t.alert_topic, t.alert_topic.c.alert == t.alert.c.id)
        .where(t.alert.c.subject_kind == "story", t.alert.c.subject.in_(subjects), counts_as_told())
    ).all()
    topics: dict[str, set[int]] = {}
    for row in rows:
        topics.setdefault(row.channel, set()).update([row.topic] if row.topic is not None else ())
    return {channel: frozenset(known) for channel, known in topics.items()}


def counts_as_told() -> sa.ColumnElement[bool]:
    """Whether a row of ``alert`` tells its channel of a story. So does a ``first`` that was not sent: the story was
    split by hand off another, of which the channel has heard."""
    telling = sa.or_(t.alert.c.decision.in_(TOLD_WORDS), t.alert.c.step == "first")
    return sa.and_(t.alert.c.rule.in_(("new_story", "new_topic")), telling)


def write_alert(
    connection: sa.Connection,
    alert: Alert,
    alert_id: str,
    *,
    matches: Mapping[int, int],
    now: datetime,
    text: str | None = None,
    deliver: bool = True,
) -> bool:
    """Write a decision, and for ``send`` its delivery; False when the same decision stands already.

    ``matches`` gives topic id to match id; ``text`` is what an alert without a story says.
    """
    entry, revision = alert.evidence or (None, None)
    made = connection.execute(
        ignoring(connection, t.alert)
        .values(
            id=alert_id,
            subject_kind=alert.subject_kind,
            subject=alert.subject,
            channel=alert.channel,
            rule=alert.rule,
            step=alert.step,
            decision=alert.decision.value,
            reason=alert.reason,
            at=now,
            entry=entry,
            revision=revision,
            text=text,
        )
        .returning(t.alert.c.id)
    )
    if made.first() is None:
        return False
    if alert.topics:
        connection.execute(
            sa.insert(t.alert_topic),
            [{"alert": alert_id, "topic": topic, "match": matches.get(topic)} for topic in alert.topics],
        )
    if alert.decision is Decision.SEND and deliver:
        post(connection, alert.channel, alert.rule, [alert_id], now)
    return True


def post(connection: sa.Connection, channel: str, kind: str, alerts: Sequence[str], now: datetime) -> None:
    """One message to ``channel`` that names these alerts, in their order."""
    delivery = connection.execute(
        sa.insert(t.delivery)
        .values(channel=channel, kind=kind, state="pending", next_try_at=now, at=now)
        .returning(t.delivery.c.id)
    ).scalar_one()
    items = [{"delivery": delivery, "alert": alert, "position": at} for at, alert in enumerate(alerts)]
    connection.execute(sa.insert(t.delivery_item), items)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery claimed for one try."""

    id: int
    channel: str
    kind: str
    attempts: int
    """This try included."""
    uncertain: bool
    """An earlier try may have arrived."""
    rendered: Mapping[str, Any] | None
    alerts: tuple[str, ...]
    at: datetime


def claim_deliveries(
    connection: sa.Connection,
    now: datetime,
    *,
    channels: Sequence[str],
    tried: Sequence[int] = (),
    paced: bool = True,
) -> list[Waiting]:
    """Mark the oldest due delivery of each free channel as ``sending``.

    A row found ``sending`` after its lease belonged to a process that died between the service's answer
    and our note of it: it is tried again and marked uncertain. ``tried`` are passed over. Not
    ``paced``: also channels whose pause is not over, for a caller that keeps the pause itself.
    """
    due = sa.or_(
        sa.and_(t.delivery.c.state.in_(("pending", "retry")), t.delivery.c.next_try_at <= now),
        sa.and_(t.delivery.c.state == "sending", t.delivery.c.lease_until <= now),
    )
    claimed = []
    for name in channels:
        free = sa.select(t.channel.c.name).where(t.channel.c.name == name)
        if paced:
            free = free.where(sa.or_(t.channel.c.next_send_at.is_(None), t.channel.c.next_send_at <= now))
        if connection.scalar(free.with_for_update()) is None:
            continue
        statement = sa.select(t.delivery).where(t.delivery.c.channel == name, due).order_by(t.delivery.c.id).limit(1)
        if tried:
            statement = statement.where(t.delivery.c.id.not_in(tried))
        row = connection.execute(statement).first()
        if row is not None:
            claimed.append(_claim(connection, row, now))
    return claimed


def _claim(connection: sa.Connection, row: Any, now: datetime) -> Waiting:
    uncertain = bool(row.uncertain or row.state == "sending")
    connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.id == row.id)
        .values(state="sending", attempts=row.attempts + 1, uncertain=uncertain, lease_until=now + DELIVERY_LEASE)
    )
    connection.execute(
        sa.update(t.channel).where(t.channel.c.name == row.channel).values(next_send_at=now + DELIVERY_LEASE)
    )
    items = connection.scalars(
        sa.select(t.delivery_item.c.alert)
        .where(t.delivery_item.c.delivery == row.id)
        .order_by(t.delivery_item.c.position)
    )
    return Waiting(
        row.id, row.channel, row.kind, row.attempts + 1, uncertain, row.rendered, tuple(items), row.at
    )  # fmt: skip


def expire(connection: sa.Connection, now: datetime) -> dict[str, list[int]]:
    """Give up what has waited longer than ``DELIVERY_LIFE``, also for a channel that was off; ids by channel."""
    old = sa.select(t.delivery.c.id, t.delivery.c.channel).where(
        t.delivery.c.state.in_(("pending", "retry")), t.delivery.c.at < now - DELIVERY_LIFE
    )
    given_up: dict[str, list[int]] = {}
    for row in connection.execute(old.order_by(t.delivery.c.id)):
        given_up.setdefault(row.channel, []).append(row.id)
    for ids in given_up.values():
        dead = {"state": "dead", "error": "it waited for more than 7 days", "lease_until": None, "next_try_at": None}
        connection.execute(sa.update(t.delivery).where(t.delivery.c.id.in_(ids)).values(dead))
    return given_up


def store_rendered(connection: sa.Connection, delivery: int, rendered: Mapping[str, Any]) -> None:
    """Keep the message as it will be sent, so that a repeat is the same byte for byte."""
    connection.execute(sa.update(t.delivery).where(t.delivery.c.id == delivery).values(rendered=dict(rendered)))


def mark_sent(connection: sa.Connection, waiting: Waiting, now: datetime, *, gap: bool = True) -> str | None:
    """The service took it. Returns when the channel began to fail, if the owner had been told that it is broken."""
    connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.id == waiting.id)
        .values(state="sent", sent_at=now, lease_until=None, error=None, next_try_at=None)
    )
    row = connection.execute(sa.select(t.channel).where(t.channel.c.name == waiting.channel)).one()
    connection.execute(
        sa.update(t.channel)
        .where(t.channel.c.name == waiting.channel)
        .values(
            state="ok",
            error=None,
            failures=0,
            failing_since=None,
            told_broken_at=None,
            next_send_at=now + SEND_GAP if gap else None,
        )
    )
    return row.failing_since.isoformat() if row.told_broken_at else None


@dataclass(frozen=True, slots=True)
class Failed:
    """What a failed try meant."""

    dead: bool
    """The delivery is given up."""
    broken_since: str | None
    """The channel is newly broken since then: the owner is to be told."""
    waiting: int
    """Deliveries that wait for this channel."""


def mark_failed(
    connection: sa.Connection,
    waiting: Waiting,
    reason: str,
    *,
    final: bool,
    uncertain: bool,
    next_try_at: datetime,
    now: datetime,
) -> Failed:
    """The service did not take it, or did not say so: try again later, or give up after ``DELIVERY_LIFE``."""
    dead = final or next_try_at > waiting.at + DELIVERY_LIFE
    connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.id == waiting.id)
        .values(
            state="dead" if dead else "retry",
            error=reason,
            lease_until=None,
            next_try_at=None if dead else next_try_at,
            uncertain=waiting.uncertain or uncertain,
        )
    )
    row = connection.execute(sa.select(t.channel).where(t.channel.c.name == waiting.channel)).one()
    since = row.failing_since or now
    broken = row.failures + 1 >= BROKEN_AFTER or (row.failures > 0 and now - since >= BROKEN_AFTER_TIME)
    newly = broken and row.told_broken_at is None
    connection.execute(
        sa.update(t.channel)
        .where(t.channel.c.name == waiting.channel)
        .values(
            state="broken" if broken else "failing",
            error=reason,
            failures=row.failures + 1,
            failing_since=since,
            told_broken_at=now if newly else row.told_broken_at,
            next_send_at=now + SEND_GAP,
        )
    )
    counted = sa.select(sa.func.count()).where(t.delivery.c.channel == waiting.channel, t.delivery.c.state.in_(WAITING))
    return Failed(dead, since.isoformat() if newly else None, int(connection.scalar(counted) or 0))


def release_stale(connection: sa.Connection) -> int:
    """At the start of the one writer: rows left ``sending`` by a dead process are due at once, marked uncertain."""
    done = connection.execute(
        sa.update(t.delivery)
        .where(t.delivery.c.state == "sending")
        .values(state="retry", uncertain=True, next_try_at=t.delivery.c.at, lease_until=None)
    )
    connection.execute(sa.update(t.channel).values(next_send_at=None))
    connection.execute(sa.update(t.host).values(lease_until=None, lease_token=None))
    return done.rowcount
