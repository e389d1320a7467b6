"""Rows of the lists as cells for people and as JSON for programs; ids are typed strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from monitor.analysis.clustering.firsts import between, who
from monitor.cli.printing import Clockface, Column, listed, short
from monitor.cli.session import iso, visible
from monitor.config.quantities import spell_duration
from monitor.fetch import masked
from monitor.model import Span
from monitor.pipeline.coverage import Event
from monitor.store.evidence import NearEntry
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.listing_stories import StoryRow
from monitor.store.listing_wanted import ChannelRow, SourceRow, TopicRow

Columns: TypeAlias = tuple[Column, ...]
Json: TypeAlias = Mapping[str, Any]

ENTRY: Columns = (
    Column("id"), Column("first seen"), Column("source"), Column("topics"), Column("story"),
    Column("title", wide=True),
)  # fmt: skip
NEAR: Columns = (
    Column("id"), Column("first seen"), Column("source"), Column("missed"), Column("title", wide=True),
)  # fmt: skip
STORY: Columns = (
    Column("id"), Column("first seen"), Column("topics"), Column("outlets"), Column("title", wide=True),
)  # fmt: skip
EVENT: Columns = (
    Column("id"), Column("first seen"), Column("topics"), Column("stories", right=True), Column("outlets", right=True),
    Column("own", right=True), Column("title", wide=True),
)  # fmt: skip
TOPIC: Columns = (
    Column("id"), Column("topic", wide=True), Column("entries", right=True), Column("stories", right=True),
    Column("near", right=True), Column("last match"), Column("channels"),
)  # fmt: skip
SOURCE: Columns = (
    Column("id"), Column("source"), Column("state"), Column("last read"), Column("next poll"), Column("every"),
    Column("why", wide=True),
)  # fmt: skip
ALERT: Columns = (
    Column("id"), Column("at"), Column("channel"), Column("decision"), Column("about"), Column("topics"),
    Column("title", wide=True),
)  # fmt: skip
DELIVERY: Columns = (
    Column("id"), Column("made"), Column("channel"), Column("state"), Column("tries", right=True), Column("sent"),
    Column("alerts"), Column("error", wide=True),
)  # fmt: skip
CHANNEL: Columns = (
    Column("channel"), Column("kind"), Column("state"), Column("waiting", right=True), Column("dead", right=True),
    Column("why", wide=True),
)  # fmt: skip


def typed(letter: str, number: int | None) -> str | None:
    """``e12``; None for none."""
    return None if number is None else f"{letter}{number}"


def entry_cells(row: EntryRow, face: Clockface) -> Sequence[str]:
    """An entry for people."""
    return (
        f"e{row.id}", face.say(row.first_seen), short(row.source, 18), listed(row.topics, width=18),
        typed("s", row.story) or "", visible(row.title),
    )  # fmt: skip


SEARCHED = {"title": "title", "teaser": "teaser", "text": "feed text", "article": "full text"}
"""How far an entry was searched, by what is kept of it."""


def entry_json(row: EntryRow) -> Json:
    """An entry for programs."""
    return {
        "id": f"e{row.id}",
        "url": row.url,
        "title": row.title,
        "source": row.source,
        "topics": list(row.topics),
        "story": typed("s", row.story),
        "published": iso(row.published),
        "first_seen": iso(row.first_seen),
        "outlet": row.outlet,
        "language": row.language,
        "revision": row.revision,
        "searched": SEARCHED.get(row.text_state, row.text_state),
        "full_text": row.full_text,
    }


def near_cells(row: NearEntry, face: Clockface) -> Sequence[str]:
    """An entry that missed topics, for people: below its title each topic and the clause that failed."""
    entry = row.entry
    missed = "".join(f"\n{visible(f'{miss.topic}: {miss.clause}')}" for miss in row.misses)
    return (
        f"e{entry.id}", face.say(entry.first_seen), short(entry.source, 18),
        listed([miss.topic for miss in row.misses], width=18), visible(entry.title) + missed,
    )  # fmt: skip


def near_json(row: NearEntry) -> Json:
    """An entry that missed topics, for programs: as of any entry, and what it missed."""
    near = [{"topic": miss.topic, "clause": miss.clause, "spans": spans_json(miss.spans)} for miss in row.misses]
    return {**entry_json(row.entry), "near_misses": near}


def spans_json(spans: Sequence[Span]) -> list[dict[str, Any]]:
    """Spans for programs."""
    return [{"field": s.field, "start": s.start, "end": s.end, "text": s.text} for s in spans]


def story_cells(row: StoryRow, face: Clockface) -> Sequence[str]:
    """A story for people, its address on a line of its own."""
    title = visible(row.title) + (f"\n{visible(row.url)}" if row.url else "")
    return f"s{row.id}", face.say(row.first_seen), listed(row.topics, width=18), listed(row.outlets, width=22), title


def story_json(row: StoryRow) -> Json:
    """A story for programs."""
    return {
        "id": f"s{row.id}",
        "event": f"v{row.event}",
        "title": row.title,
        "url": row.url,
        "outlets": len(row.outlets),
        "entries": row.entries,
        "topics": list(row.topics),
        "first_seen": iso(row.first_seen),
        "last_seen": iso(row.last_seen),
        "outlet_names": list(row.outlets),
    }


def event_cells(event: Event, face: Clockface) -> Sequence[str]:
    """An event for people, who had it first on a line of its own."""
    row, numbers = event.row, event.numbers
    first = ""
    if numbers.first is not None:
        first = "\n" + visible(f"first: {who(numbers.first)}, {between(numbers.first, face.say)}")
    return (
        f"v{row.id}", face.say(row.first_seen), listed(row.topics, width=18), str(len(row.stories)),
        str(len(numbers.outlets)), str(len(numbers.independent)), visible(row.title) + first,
    )  # fmt: skip


def event_json(event: Event) -> Json:
    """An event for programs."""
    row, numbers = event.row, event.numbers
    first = numbers.first
    return {
        "id": f"v{row.id}",
        "title": row.title,
        "stories": len(row.stories),
        "outlets": len(numbers.outlets),
        "independent_outlets": len(numbers.independent),
        "first_seen": iso(row.first_seen),
        "last_seen": iso(row.last_seen),
        "url": row.url,
        "topics": list(row.topics),
        "story_ids": [f"s{story}" for story in row.stories],
        "outlet_names": list(numbers.outlets),
        "independent_names": list(numbers.independent),
        "first_outlets": [
            {"outlet": one.outlet, "after": iso(one.since), "by": iso(one.until), "claimed": iso(one.claimed)}
            for one in (first.outlets if first else ())
        ],
        "first_unknown": list(first.unknown) if first else [],
    }


def events_hint(events: Sequence[Event]) -> str | None:
    """What the columns mean, where an event has more than one story."""
    if all(len(event.row.stories) == 1 for event in events):
        return None
    return "own: outlets that report it themselves, not only copies; monitor explain v3 shows an event's stories"


def topic_cells(row: TopicRow, face: Clockface) -> Sequence[str]:
    """A topic for people."""
    name = visible(row.name) + (" (paused)" if row.paused else "")
    if (filling := row.backfill) is not None:
        name += f"\n{filling.looked:,} of {filling.of:,} stored entries looked at"
    channels = listed(row.channels) if row.channels else "none: listed only"
    return (
        f"t{row.id}", name, str(row.entries), str(row.stories), str(row.near_misses), face.say(row.last_match),
        channels,
    )  # fmt: skip


def topics_hint(rows: Sequence[TopicRow]) -> str | None:
    """How near misses are looked at, where there are any."""
    return "near: missed by one clause; monitor entries --near lists them" if any(r.near_misses for r in rows) else None


def topic_json(row: TopicRow) -> Json:
    """A topic for programs."""
    return {
        "id": f"t{row.id}",
        "name": row.name,
        "version": row.version,
        "channels": list(row.channels),
        "paused": row.paused,
        "entries": row.entries,
        "stories": row.stories,
        "near_misses": row.near_misses,
        "last_match": iso(row.last_match),
        "backfill": row.backfill
        and {"looked": row.backfill.looked, "of": row.backfill.of, "matched": row.backfill.matched},
    }


def source_cells(row: SourceRow, face: Clockface) -> Sequence[str]:
    """A source for people."""
    return (
        f"p{row.id}", short(row.name, 24), row.state, face.say(row.last_ok_at), face.due(row.next_poll_at),
        pace(row), visible(row.reason or ""),
    )  # fmt: skip


def source_json(row: SourceRow) -> Json:
    """A source for programs."""
    return {
        "name": row.name,
        "id": f"p{row.id}",
        "url": masked(row.url),
        "kind": row.kind,
        "state": row.state,
        "reason": row.reason,
        "last_outcome": row.last_outcome,
        "failures": row.failures,
        "next_poll_at": iso(row.next_poll_at),
        "every": spell_duration(row.every),
        "address": masked(row.address),
        "last_poll_at": iso(row.last_poll_at),
        "last_ok_at": iso(row.last_ok_at),
        "failing_since": iso(row.failing_since),
        "newest": iso(row.newest_at),
        "paced_by": row.paced_by,
        "read": row.read,
    }


def pace(row: SourceRow) -> str:
    """The pause between two polls: the wished one, or that its publisher wants a longer one."""
    wished = spell_duration(row.every)
    if row.paced_by is None or row.last_poll_at is None or row.next_poll_at is None:
        return wished
    minutes = round((row.next_poll_at - row.last_poll_at) / timedelta(minutes=1))
    return f"{spell_duration(timedelta(minutes=minutes))} ({row.paced_by})"


def alert_cells(row: AlertRow, face: Clockface) -> Sequence[str]:
    """An alert for people."""
    return (
        row.id, face.say(row.at), short(row.channel, 16), row.decision, short(row.subject, 14),
        listed(row.topics, width=18), visible((row.title or row.reason).partition("\n")[0]),
    )  # fmt: skip


def alert_json(row: AlertRow) -> Json:
    """An alert for programs."""
    return {
        "id": row.id,
        "subject": row.subject,
        "channel": row.channel,
        "rule": row.rule,
        "topics": list(row.topics),
        "decision": row.decision,
        "reason": row.reason,
        "created_at": iso(row.at),
        "subject_kind": row.subject_kind,
        "step": row.step,
        "entry": typed("e", row.entry),
        "revision": row.revision,
        "title": row.title,
    }


def delivery_cells(row: DeliveryRow, face: Clockface) -> Sequence[str]:
    """A delivery for people."""
    state = f"{row.state} (uncertain)" if row.uncertain else row.state
    return (
        f"d{row.id}", face.say(row.at), short(row.channel, 16), state, str(row.attempts), face.say(row.sent_at),
        listed(row.alerts, width=30), visible(row.error or ""),
    )  # fmt: skip


def delivery_json(row: DeliveryRow) -> Json:
    """A delivery for programs."""
    return {
        "id": f"d{row.id}",
        "channel": row.channel,
        "alerts": list(row.alerts),
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
        "created_at": iso(row.at),
        "sent_at": iso(row.sent_at),
        "next_try_at": iso(row.next_try_at),
        "uncertain": row.uncertain,
    }


def channel_cells(row: ChannelRow, face: Clockface) -> Sequence[str]:
    """A channel for people."""
    return visible(row.name), row.kind, row.state, str(row.waiting), str(row.dead), visible(row.error or "")


def channel_json(row: ChannelRow) -> Json:
    """A channel for programs."""
    return {
        "name": row.name,
        "kind": row.kind,
        "state": row.state,
        "error": row.error,
        "waiting": row.waiting,
        "dead": row.dead,
        "next_send_at": iso(row.next_send_at),
    }
