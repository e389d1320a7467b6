"""All that the store holds on some entries, gathered with a few statements however many entries there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from monitor.model import TOLD
from monitor.pipeline import coverage
from monitor.pipeline.coverage import Event
from monitor.store import evidence, listing, listing_alerts
from monitor.store.database import Connection
from monitor.store.entries import texts
from monitor.store.evidence import ChangeRow, EndedRow, JoinRow, MatchRow, NearMissRow
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.listing_stories import StoryRow

Row = TypeVar("Row", MatchRow, EndedRow, NearMissRow, ChangeRow)


@dataclass(frozen=True, slots=True)
class Dossier:
    """The rows of some entries, by the entry's id."""

    entries: Mapping[int, EntryRow]
    matches: Mapping[int, tuple[MatchRow, ...]]
    ended: Mapping[int, tuple[EndedRow, ...]]
    """Of those that match nothing any more."""
    near: Mapping[int, tuple[NearMissRow, ...]]
    """As noted when they were read."""
    joins: Mapping[int, JoinRow]
    alerts: Mapping[int, tuple[AlertRow, ...]]
    """In the order in which they were decided."""
    deliveries: Mapping[str, tuple[DeliveryRow, ...]]
    """By the alert's id."""
    stories: Mapping[int, StoryRow]
    """By the story's id."""
    events: Mapping[int, Event]
    """By the event's id."""
    changes: Mapping[int, tuple[ChangeRow, ...]]
    """In the order of revisions."""
    told: Mapping[tuple[str, str], AlertRow]
    """(subject, channel) to the alert by which the channel heard of it first."""
    texts: Mapping[int, tuple[str, str]]
    """Teaser and text, as far as they are kept, of the entries that match nothing."""


def gather(connection: Connection, ids: Iterable[int]) -> Dossier:
    """The rows of these entries; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    entries = listing.entries_by_id(connection, wanted)
    matches = _by_entry(evidence.matches_of(connection, wanted))
    alerts: dict[int, list[AlertRow]] = defaultdict(list)
    for alert in listing_alerts.alerts_of_entries(connection, wanted):
        if alert.entry is not None:
            alerts[alert.entry].append(alert)
    every = [alert for own in alerts.values() for alert in own]
    stories = coverage.stories_by_id(connection, [entry.story for entry in entries if entry.story is not None])
    return Dossier(
        entries={entry.id: entry for entry in entries},
        matches=matches,
        ended=_by_entry(evidence.ended_of(connection, [entry.id for entry in entries if entry.id not in matches])),
        near=_by_entry(evidence.near_misses_of(connection, wanted)),
        joins={join.entry: join for join in evidence.joins_of(connection, wanted)},
        alerts={entry: tuple(own) for entry, own in alerts.items()},
        deliveries=_carrying(connection, [alert.id for alert in every]),
        stories={story.id: story for story in stories},
        events={one.row.id: one for one in coverage.events_by_id(connection, [story.event for story in stories])},
        changes=_by_entry(evidence.changes_of(connection, [entry.id for entry in entries if entry.revision])),
        told=_told(connection, every),
        texts=texts(connection, [entry.id for entry in entries if entry.id not in matches]),
    )


def _by_entry(rows: Sequence[Row]) -> dict[int, tuple[Row, ...]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.entry].append(row)
    return {entry: tuple(own) for entry, own in found.items()}


def _carrying(connection: Connection, alerts: Sequence[str]) -> dict[str, tuple[DeliveryRow, ...]]:
    found: dict[str, list[DeliveryRow]] = defaultdict(list)
    for delivery in listing_alerts.deliveries_of_alerts(connection, alerts):
        for alert in delivery.alerts:
            found[alert].append(delivery)
    return {alert: tuple(own) for alert, own in found.items()}


def _told(connection: Connection, alerts: Sequence[AlertRow]) -> dict[tuple[str, str], AlertRow]:
    folded = dict.fromkeys(alert.subject for alert in alerts if alert.decision == "folded")
    first: dict[tuple[str, str], AlertRow] = {}
    # a folded alert is about a story
    for story, alert in listing_alerts.alerts_of_stories(connection, [int(subject[1:]) for subject in folded]):
        if alert.decision in TOLD:
            first.setdefault((f"s{story}", alert.channel), alert)
            first.setdefault((alert.subject, alert.channel), alert)
    return first
