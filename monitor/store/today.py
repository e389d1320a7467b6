"""What the page of the day shows: the stories of the last hours with their proof, and what was told of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.model import Span
from monitor.store import coverage, evidence, listing_alerts, listing_stories
from monitor.store import tables as t
from monitor.store.coverage import EventRow
from monitor.store.entries import spans_from_json, texts
from monitor.store.evidence import ChangeRow
from monitor.store.listing_stories import Publisher, StoryRow, as_named, story_root

STORIES_SHOWN: Final = 200
"""Stories on one page; the rest is counted, and listed by ``monitor stories``."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a story stands under a topic: the earliest entry of it that matches, and where."""

    spans: tuple[Span, ...]
    title: str
    teaser: str
    text: str
    outlet: str
    url: str | None
    published: datetime | None
    seen: datetime
    language: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a story for one channel, and how far its message came."""

    channel: str
    decision: str
    at: datetime
    reason: str
    state: str | None
    """Of its delivery; None where nothing is to be sent."""
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Added:
    """A copy that has more than what it copies."""

    outlet: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryToday:
    """A story with all that the page says of it."""

    row: StoryRow
    changes: tuple[ChangeRow, ...]
    """What was changed about its entries after they were first seen, in that order."""
    added: tuple[Added, ...]
    """First seen first."""
    proofs: Mapping[str, Proof]
    """By the name of the topic."""
    decided: tuple[Decided, ...]
    """In the order in which it was decided."""


@dataclass(frozen=True, slots=True)
class Day:
    """What happened since a moment, as of one moment."""

    stories: tuple[StoryToday, ...]
    """The newest first."""
    events: Mapping[int, EventRow]
    """By id, of these stories; with all of their stories, also those of earlier days."""
    more: int
    """Stories beyond ``STORIES_SHOWN``."""
    entries: int
    """Entries first seen since then."""
    matched: int
    """Those of them that concern a topic, or did."""
    last_match: Mapping[str, datetime]
    """By the name of the topic, however long ago."""
    sent: Mapping[str, int]
    """By the name of the channel: messages that its service took since then."""


def day(connection: sa.Connection, *, since: datetime, publisher: Publisher = as_named) -> Day:
    """What the page shows of the time since ``since``; but for two indexed counts, its cost grows with that only.

    Outlets with one key of ``publisher`` count once.
    """
    ids, more = _since(connection, since)
    seen = connection.execute(
        sa.select(sa.func.count().label("all"), sa.func.count(sa.case((t.entry.c.matched, 1))).label("matched")).where(
            t.entry.c.first_seen >= since
        )
    ).one()
    stories = _stories(connection, ids, publisher)
    return Day(
        stories=stories,
        events={event.id: event for event in coverage.events_by_id(connection, [one.row.event for one in stories])},
        more=more,
        entries=seen.all,
        matched=seen.matched,
        last_match=_last_match(connection),
        sent=_sent(connection, since),
    )


def _since(connection: sa.Connection, since: datetime) -> tuple[list[int], int]:
    # a story that nothing matches any more stays out: its topic was changed or retired
    part = t.story.alias("part")
    matching = sa.exists().where(
        sa.or_(part.c.id == t.story.c.id, part.c.merged_into == t.story.c.id),
        t.story_entry.c.story == part.c.id,
        t.match.c.entry == t.story_entry.c.entry,
        t.match.c.ended_at.is_(None),
    )
    wanted = (t.story.c.merged_into.is_(None), t.story.c.last_seen >= since, matching)
    newest = sa.select(t.story.c.id).where(*wanted).order_by(t.story.c.first_seen.desc(), t.story.c.id.desc())
    ids = list(connection.scalars(newest.limit(STORIES_SHOWN)))
    if len(ids) < STORIES_SHOWN:
        return ids, 0
    total = connection.scalar(sa.select(sa.func.count()).select_from(t.story).where(*wanted)) or 0
    return ids, int(total) - len(ids)


def _stories(connection: sa.Connection, ids: Sequence[int], publisher: Publisher) -> tuple[StoryToday, ...]:
    proofs = _proofs(connection, ids)
    decided = _decided(connection, ids)
    changes = _changes(connection, ids)
    added = _added(connection, ids)
    return tuple(
        StoryToday(
            row=row,
            changes=tuple(changes.get(row.id, ())),
            added=tuple(added.get(row.id, ())),
            proofs=proofs.get(row.id, {}),
            decided=tuple(decided.get(row.id, ())),
        )
        for row in listing_stories.stories_by_id(connection, ids, publisher=publisher)
    )


def _belongs(ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.or_(t.story.c.id.in_(ids), t.story.c.merged_into.in_(ids))


def _proofs(connection: sa.Connection, ids: Sequence[int]) -> dict[int, dict[str, Proof]]:
    statement = (
        sa.select(
            story_root().label("story"), t.topic.c.name, t.match.c.spans, t.entry.c.id, t.entry.c.title,
            t.entry.c.outlet, t.entry.c.url, t.entry.c.published, t.entry.c.first_seen, t.entry.c.language,
        )
        .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
        .join(t.entry, t.entry.c.id == t.story_entry.c.entry)
        .join(t.match, t.match.c.entry == t.entry.c.id)
        .join(t.topic, t.topic.c.id == t.match.c.topic)
        .where(_belongs(ids), t.match.c.ended_at.is_(None))
        .order_by(t.entry.c.first_seen, t.entry.c.id, t.match.c.version.desc())
    )  # fmt: skip
    first: dict[tuple[int, str], Any] = {}
    for row in connection.execute(statement):
        first.setdefault((row.story, row.name), row)
    kept = texts(connection, sorted({row.id for row in first.values()}))
    found: dict[int, dict[str, Proof]] = defaultdict(dict)
    for (story, topic), row in first.items():
        teaser, text = kept.get(row.id, ("", ""))
        found[story][topic] = Proof(
            spans=spans_from_json(row.spans),
            title=row.title,
            teaser=teaser,
            text=text,
            outlet=row.outlet,
            url=row.url,
            published=row.published,
            seen=row.first_seen,
            language=row.language,
        )
    return found


def _decided(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Decided]]:
    alerts = listing_alerts.alerts_of_stories(connection, ids)
    carried = listing_alerts.deliveries_of_alerts(connection, [alert.id for _, alert in alerts])
    delivery = {alert: message for message in carried for alert in message.alerts}
    found: dict[int, list[Decided]] = defaultdict(list)
    for story, alert in alerts:
        message = delivery.get(alert.id)
        state, sent_at = (message.state, message.sent_at) if message else (None, None)
        found[story].append(Decided(alert.channel, alert.decision, alert.at, alert.reason, state, sent_at))
    return found


def _changes(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[ChangeRow]]:
    revised = (
        sa.select(t.entry.c.id, story_root().label("story"))
        .join(t.story_entry, t.story_entry.c.entry == t.entry.c.id)
        .join(t.story, t.story.c.id == t.story_entry.c.story)
        .where(_belongs(ids), t.entry.c.revision > 0)
    )
    story = {row.id: int(row.story) for row in connection.execute(revised)}
    found: dict[int, list[ChangeRow]] = defaultdict(list)
    for change in sorted(evidence.changes_of(connection, list(story)), key=lambda change: change.at):
        found[story[change.entry]].append(change)
    return found


def _added(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Added]]:
    statement = (
        sa.select(story_root().label("story"), t.entry.c.outlet, t.story_entry.c.added)
        .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
        .join(t.entry, t.entry.c.id == t.story_entry.c.entry)
        .where(_belongs(ids), t.story_entry.c.added.is_not(None))
        .order_by(t.entry.c.first_seen, t.entry.c.id)
    )
    found: dict[int, list[Added]] = defaultdict(list)
    for row in connection.execute(statement):
        if row.added:
            found[row.story].append(Added(row.outlet, tuple(row.added)))
    return found


def _last_match(connection: sa.Connection) -> dict[str, datetime]:
    newest = (
        sa.select(sa.func.max(t.match.c.at))
        .where(t.match.c.topic == t.topic.c.id, t.match.c.ended_at.is_(None))
        .scalar_subquery()
    )
    statement = sa.select(t.topic.c.name, newest.label("at")).where(t.topic.c.retired_at.is_(None))
    return {row.name: row.at for row in connection.execute(statement) if row.at is not None}


def _sent(connection: sa.Connection, since: datetime) -> dict[str, int]:
    statement = (
        sa.select(t.delivery.c.channel, sa.func.count().label("n"))
        .where(t.delivery.c.state == "sent", t.delivery.c.sent_at >= since)
        .group_by(t.delivery.c.channel)
    )
    return {row.channel: row.n for row in connection.execute(statement)}
