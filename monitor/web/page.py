"""From the facts of a day to what the page says, in words: pure, and free of markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor import __version__
from monitor.alerts.render.neutral import visible
from monitor.alerts.render.wording import zone_name
from monitor.model import Topic
from monitor.pipeline.force import InForce
from monitor.store.listing_wanted import ChannelRow, SourceRow
from monitor.store.overview import Overview
from monitor.store.today import Day
from monitor.web.story import Group, View, When, groups_of, was_told

SOURCE_STATES: Final = {
    "ok": "read", "new": "not read yet", "gone": "gone for good", "quarantined": "kept apart",
}  # fmt: skip
CHANNEL_STATES: Final = {"ok": "working"}
"""Words of the store that people would not use; the others are said as they stand."""
_ORDER: Final = {"broken": 0, "gone": 0, "quarantined": 0, "failing": 1, "new": 2, "ok": 3, "paused": 4}


@dataclass(frozen=True, slots=True)
class Section:
    """One topic with its stories."""

    name: str
    channels: str
    stories: int
    groups: tuple[Group, ...]
    """The stories; those of one event stand together."""
    empty: str
    """Why there is nothing; empty where there is something."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source as it stands."""

    name: str
    state: str
    look: str
    last: When | None
    next: When | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel and what it carries."""

    name: str
    kind: str
    state: str
    look: str
    sent: int
    waiting: int
    dead: int
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template writes."""

    date: str
    now: When
    zone: str
    next_poll: When | None
    read: int
    active: int
    stories: int
    alerted: int
    entries: int
    matched: int
    more: int
    waiting: int
    dead: int
    watchlist: int
    applied: When | None
    program: str
    sections: tuple[Section, ...]
    sources: tuple[SourceLine, ...]
    channels: tuple[ChannelLine, ...]
    no_topics: str
    no_sources: str


def compose(day: Day, state: Overview, force: InForce, now: datetime) -> Page:
    """The page of ``day`` as of ``now``, in the zone of the watchlist in force."""
    view = View(force.zone, now)
    return Page(
        date=_date(now.astimezone(force.zone)),
        now=view.when(now),
        zone=zone_name(force.zone),
        next_poll=view.perhaps(state.next_poll_at),
        read=len(state.read),
        active=len(state.active),
        stories=len(day.stories) + day.more,
        alerted=sum(any(was_told(d) and d.state == "sent" for d in story.decided) for story in day.stories),
        entries=day.entries,
        matched=day.matched,
        more=day.more,
        waiting=state.waiting,
        dead=state.dead,
        watchlist=force.number,
        applied=view.perhaps(state.config_at),
        program=__version__,
        sections=tuple(_section(view, topic, day, state, force) for topic in force.watchlist.topics),
        sources=tuple(_source(view, row) for row in sorted(state.sources, key=lambda s: _ORDER.get(s.state, 9))),
        channels=tuple(_channel(row, day.sent) for row in state.channels),
        no_topics="" if force.watchlist.topics else "The watchlist names no topics yet, so nothing can match.",
        no_sources="" if state.sources else "The watchlist names no sources yet, so nothing is read.",
    )


def _date(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def _section(view: View, topic: Topic, day: Day, state: Overview, force: InForce) -> Section:
    here = [story for story in day.stories if topic.name in story.proofs]
    # the newest first; of those that were found together, the one in most outlets
    here.sort(key=lambda story: (story.row.first_seen, len(story.row.outlets)), reverse=True)
    return Section(
        name=visible(topic.name),
        channels=_routes(topic, force),
        stories=len(here),
        groups=groups_of(view, here, day.events, topic.name),
        empty="" if here else _why_empty(view, topic, day, state),
    )


def _routes(topic: Topic, force: InForce) -> str:
    if not topic.channels:
        return "listed only, sent nowhere"
    off = {name for name, channel in force.channels.items() if channel.off is not None}
    return "to " + ", ".join(visible(name) + (" (off)" if name in off else "") for name in topic.channels)


def _why_empty(view: View, topic: Topic, day: Day, state: Overview) -> str:
    following = f" Next poll at {view.when(state.next_poll_at).text}." if state.next_poll_at else ""
    if topic.paused:
        return "Paused in the watchlist: new entries are not compared with it."
    if not any(source.last_ok_at for source in state.sources):
        return "No stories yet: no source has been read." + following
    last = day.last_match.get(topic.name)
    if last is not None:
        return f"No new stories in the last 24 hours; the last match was {view.when(last).text}." + following
    if state.entries == 1:
        return "No stories yet: the one entry read so far does not match." + following
    return f"No stories yet: none of the {state.entries} entries read so far matches." + following


def _source(view: View, row: SourceRow) -> SourceLine:
    return SourceLine(
        name=visible(row.name),
        state=SOURCE_STATES.get(row.state, row.state),
        look=row.state,
        last=view.perhaps(row.last_ok_at),
        next=view.perhaps(row.next_poll_at),
        reason=visible(row.reason or ""),
    )


def _channel(row: ChannelRow, sent: Mapping[str, int]) -> ChannelLine:
    return ChannelLine(
        name=visible(row.name),
        kind=row.kind,
        state=CHANNEL_STATES.get(row.state, row.state),
        look=row.state,
        sent=sent.get(row.name, 0),
        waiting=row.waiting,
        dead=row.dead,
        reason=visible(row.error or ""),
    )
