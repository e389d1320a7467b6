"""What a message says of an alert: the entry it speaks of, its story's outlets, the words that matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.model import Publication, Span
from monitor.store import coverage, evidence
from monitor.store import tables as t
from monitor.store.entries import spans_from_json, texts


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """An alert with all that is needed to render it."""

    id: str
    rule: str
    channel: str
    text: str | None
    title: str = ""
    teaser: str = ""
    body: str = ""
    url: str | None = None
    outlet: str = ""
    published: datetime | None = None
    seen: datetime | None = None
    published_on_it: tuple[Publication, ...] = ()
    """All that was published on the event, its own story first."""
    added: tuple[str, ...] = ()
    """Paragraphs that the entry has and the one that it copies has not."""
    in_full: bool = False
    """``body`` is the article as its page has it."""
    matches: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    """Topic name and its spans, in the order in which the topics were made."""


def alert_facts(connection: sa.Connection, alerts: Sequence[str]) -> list[AlertFacts]:
    """The facts of alerts, in the order given."""
    return [_facts(connection, alert) for alert in alerts]


def _facts(connection: sa.Connection, alert_id: str) -> AlertFacts:
    alert = connection.execute(sa.select(t.alert).where(t.alert.c.id == alert_id)).one()
    if alert.entry is None:
        return AlertFacts(alert.id, alert.rule, alert.channel, alert.text)
    entry = connection.execute(sa.select(t.entry).where(t.entry.c.id == alert.entry)).one()
    teaser, body = texts(connection, [entry.id]).get(entry.id, ("", ""))
    spans = connection.execute(
        sa.select(t.topic.c.name, t.match.c.spans)
        .join(t.alert_topic, t.alert_topic.c.topic == t.topic.c.id)
        .join(t.match, t.match.c.id == t.alert_topic.c.match)
        .where(t.alert_topic.c.alert == alert_id)
        .order_by(t.topic.c.id)
    ).all()
    return AlertFacts(
        id=alert.id,
        rule=alert.rule,
        channel=alert.channel,
        text=alert.text,
        title=entry.title,
        teaser=teaser,
        body=body,
        url=entry.url,
        outlet=entry.outlet,
        published=entry.published,
        seen=entry.first_seen,
        in_full=entry.text_state == "article",
        published_on_it=_published_on_it(connection, entry.id),
        added=tuple(added for join in evidence.joins_of(connection, [entry.id]) for added in join.added),
        matches=tuple((row.name, spans_from_json(row.spans)) for row in spans),
    )


def _published_on_it(connection: sa.Connection, entry: int) -> tuple[Publication, ...]:
    """All that was published on the event that the entry is in now: a split or merge by hand counts at once."""
    belongs = evidence.stories_of_entries(connection, [entry]).get(entry)
    if belongs is None:
        return ()
    every = [one for event in coverage.events_by_id(connection, [belongs.event]) for one in event.published]
    return tuple(sorted(every, key=lambda one: one.story != belongs.id))
