"""Lists of who heard of what: alerts with their decisions, and the deliveries that carried them, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.store import tables as t
from monitor.store.listing import EVERYTHING, Filter, chunked, cut, named, within


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A decision as lists show it."""

    id: str
    subject_kind: str
    subject: str
    """``s7`` for a story, ``p9`` for a source, the name of a channel ..."""
    channel: str
    rule: str
    step: str
    topics: tuple[str, ...]
    decision: str
    reason: str
    at: datetime
    entry: int | None
    """The entry and revision that it speaks of."""
    revision: int | None
    title: str | None
    """That entry's title, or what an alert without a story says."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message on its way, as lists show it."""

    id: int
    channel: str
    kind: str
    alerts: tuple[str, ...]
    state: str
    """``pending sending retry sent dead``."""
    attempts: int
    error: str | None
    uncertain: bool
    at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None


def alerts(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[AlertRow]:
    """Alerts by when they were decided; ``source`` keeps those on an entry of it, or on the source itself."""
    statement = _alert_columns().where(*_alert_conditions(wanted), *within(t.alert.c.at, wanted))
    newest = statement.order_by(t.alert.c.at.desc(), t.alert.c.entry.desc(), t.alert.c.channel, t.alert.c.id)
    return _alert_rows(connection, connection.execute(cut(newest, wanted)).all())


def alerts_of_entries(connection: sa.Connection, ids: Sequence[int]) -> list[AlertRow]:
    """The alerts that speak of these entries, in the order in which they were decided."""
    return _alerts_where(connection, t.alert.c.entry, ids)


def alerts_of_subjects(connection: sa.Connection, subjects: Sequence[str]) -> list[AlertRow]:
    """The alerts about these subjects (``s7``), in the order in which they were decided."""
    return _alerts_where(connection, t.alert.c.subject, subjects)


def alerts_of_stories(connection: sa.Connection, stories: Sequence[int]) -> list[tuple[int, AlertRow]]:
    """The alerts about these stories and those merged into them, each with the story of the list that it counts for,
    in the order in which they were decided."""
    counts_for = {f"s{story}": story for story in stories}
    for part in chunked(stories):
        merged = sa.select(t.story.c.id, t.story.c.merged_into).where(t.story.c.merged_into.in_(part))
        counts_for |= {f"s{row.id}": row.merged_into for row in connection.execute(merged)}
    about = t.alert.c.subject_kind == "story"  # with it the subjects are found by an index
    found = _alerts_where(connection, t.alert.c.subject, list(counts_for), about)
    return [(counts_for[alert.subject], alert) for alert in found]


def alerts_by_id(connection: sa.Connection, start: str) -> list[AlertRow]:
    """The alerts whose id begins so."""
    return _alert_rows(
        connection,
        connection.execute(_alert_columns().where(t.alert.c.id.startswith(start, autoescape=True)).limit(2)).all(),
    )


def _alerts_where(
    connection: sa.Connection, column: sa.ColumnElement[Any], values: Sequence[Any], *which: sa.ColumnElement[bool]
) -> list[AlertRow]:
    rows: list[sa.Row[Any]] = []
    for part in chunked(values):
        rows += connection.execute(_alert_columns().where(column.in_(part), *which)).all()
    return sorted(_alert_rows(connection, rows), key=lambda a: (a.at, a.entry or 0, a.channel, a.id))


def _alert_columns() -> sa.Select[Any]:
    return sa.select(t.alert, t.entry.c.title).outerjoin(t.entry, t.entry.c.id == t.alert.c.entry)


def _alert_conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.topic is not None:
        about = sa.select(t.alert_topic.c.alert).where(t.alert_topic.c.topic.in_(named(t.topic, wanted.topic, "t")))
        conditions.append(t.alert.c.id.in_(about))
    if wanted.source is not None:
        ids = named(t.source, wanted.source, "p")
        # an alert on a source names it "p9": compared as text, so that no other subject has to be a number
        typed = ids.with_only_columns(sa.literal("p") + sa.cast(t.source.c.id, sa.Text))
        own = sa.and_(t.alert.c.subject_kind == "source", t.alert.c.subject.in_(typed))
        conditions.append(sa.or_(t.alert.c.entry.in_(sa.select(t.entry.c.id).where(t.entry.c.source.in_(ids))), own))
    return conditions


def _alert_rows(connection: sa.Connection, rows: Sequence[Any]) -> list[AlertRow]:
    topics: dict[str, list[str]] = defaultdict(list)
    for part in chunked(row.id for row in rows):
        statement = (
            sa.select(t.alert_topic.c.alert, t.topic.c.name)
            .join(t.topic, t.topic.c.id == t.alert_topic.c.topic)
            .where(t.alert_topic.c.alert.in_(part))
            .order_by(t.topic.c.id)
        )
        for found in connection.execute(statement):
            topics[found.alert].append(found.name)
    return [
        AlertRow(
            id=row.id,
            subject_kind=row.subject_kind,
            subject=row.subject,
            channel=row.channel,
            rule=row.rule,
            step=row.step,
            topics=tuple(topics[row.id]),
            decision=row.decision,
            reason=row.reason,
            at=row.at,
            entry=row.entry,
            revision=row.revision,
            title=row.title if row.title is not None else row.text,
        )
        for row in rows
    ]


def deliveries(connection: sa.Connection, wanted: Filter = EVERYTHING) -> list[DeliveryRow]:
    """Deliveries by when they were made; ``topic`` and ``source`` keep those with such an alert."""
    conditions = within(t.delivery.c.at, wanted)
    about = _alert_conditions(wanted)
    if about:
        carried = sa.select(t.delivery_item.c.delivery).join(t.alert, t.alert.c.id == t.delivery_item.c.alert)
        conditions.append(t.delivery.c.id.in_(carried.where(*about)))
    statement = sa.select(t.delivery).where(*conditions).order_by(t.delivery.c.id.desc())
    return _delivery_rows(connection, connection.execute(cut(statement, wanted)).all())


def deliveries_of_alerts(connection: sa.Connection, ids: Sequence[str]) -> list[DeliveryRow]:
    """The deliveries that carry any of these alerts, in the order in which they were made."""
    found: set[int] = set()
    for part in chunked(ids):
        found |= set(connection.scalars(sa.select(t.delivery_item.c.delivery).where(t.delivery_item.c.alert.in_(part))))
    return deliveries_by_id(connection, sorted(found))


def deliveries_by_id(connection: sa.Connection, ids: Sequence[int]) -> list[DeliveryRow]:
    """These deliveries, in the order in which they were made."""
    rows: list[sa.Row[Any]] = []
    for part in chunked(sorted(ids)):
        rows += connection.execute(
            sa.select(t.delivery).where(t.delivery.c.id.in_(part)).order_by(t.delivery.c.id)
        ).all()
    return _delivery_rows(connection, rows)


def _delivery_rows(connection: sa.Connection, rows: Sequence[Any]) -> list[DeliveryRow]:
    carried: dict[int, list[str]] = defaultdict(list)
    for part in chunked(row.id for row in rows):
        statement = (
            sa.select(t.delivery_item.c.delivery, t.delivery_item.c.alert)
            .where(t.delivery_item.c.delivery.in_(part))
            .order_by(t.delivery_item.c.position, t.delivery_item.c.alert)
        )
        for item in connection.execute(statement):
            carried[item.delivery].append(item.alert)
    return [
        DeliveryRow(
            id=row.id,
            channel=row.channel,
            kind=row.kind,
            alerts=tuple(carried[row.id]),
            state=row.state,
            attempts=row.attempts,
            error=row.error,
            uncertain=row.uncertain,
            at=row.at,
            next_try_at=row.next_try_at,
            sent_at=row.sent_at,
        )
        for row in rows
    ]
