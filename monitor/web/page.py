"""From the facts of a day to what the page says, in words: pure, and free of markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from monitor import __version__
from monitor.alerts.render.neutral import shorten, visible, web_address
from monitor.alerts.render.wording import clock, zone_name
from monitor.analysis.quote import quote
from monitor.limits import TITLE_SHOWN
from monitor.model import TOLD, Span, Topic
from monitor.pipeline.force import InForce
from monitor.store.listing_wanted import ChannelRow, SourceRow
from monitor.store.overview import Overview
from monitor.store.today import Day, Decided, Proof, StoryToday

QUOTE_WIDTH: Final = 260
"""Characters of a quotation: three lines of a column."""
SOURCE_STATES: Final = {
    "ok": "read", "new": "not read yet", "gone": "gone for good", "quarantined": "kept apart",
}  # fmt: skip
CHANNEL_STATES: Final = {"ok": "working"}
"""Words of the store that people would not use; the others are said as they stand."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_ORDER: Final = {"broken": 0, "gone": 0, "quarantined": 0, "failing": 1, "new": 2, "ok": 3, "paused": 4}
_SILENT: Final = {
    "baseline": "listed (was already published)",
    "backfill": "listed (was already stored)",
    "import": "listed (was imported)",
    "muted": "listed (muted)",
    "folded": "folded",
}


@dataclass(frozen=True, slots=True)
class When:
    """A moment for programs and for people."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one look: those that matched are marked."""

    text: str
    match: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What was decided about a story."""

    look: Literal["alerted", "waiting", "dead", "listed", "folded", "revised"]
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A story as it stands under one topic."""

    id: str
    headline: tuple[Piece, ...]
    url: str | None
    language: str
    outlet: str
    published: When | None
    seen: When
    outlets: int
    others: tuple[str, ...]
    quote: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    topics: tuple[str, ...]
    """Other topics that it stands under."""


@dataclass(frozen=True, slots=True)
class Section:
    """One topic with its stories."""

    name: str
    channels: str
    stories: tuple[Story, ...]
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


@dataclass(frozen=True, slots=True)
class _View:
    """What all parts of one page share."""

    zone: ZoneInfo
    now: datetime

    def when(self, moment: datetime) -> When:
        local = moment.astimezone(self.zone)
        return When(local.isoformat(timespec="seconds"), clock(moment, self.zone, self.now))

    def perhaps(self, moment: datetime | None) -> When | None:
        return None if moment is None else self.when(moment)


def compose(day: Day, state: Overview, force: InForce, now: datetime) -> Page:
    """The page of ``day`` as of ``now``, in the zone of the watchlist in force."""
    view = _View(force.zone, now)
    return Page(
        date=_date(now.astimezone(force.zone)),
        now=view.when(now),
        zone=zone_name(force.zone),
        next_poll=view.perhaps(state.next_poll_at),
        read=len(state.read),
        active=len(state.active),
        stories=len(day.stories) + day.more,
        alerted=sum(any(_told(d) and d.state == "sent" for d in story.decided) for story in day.stories),
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


def _section(view: _View, topic: Topic, day: Day, state: Overview, force: InForce) -> Section:
    here = [story for story in day.stories if topic.name in story.proofs]
    # the newest first; of those that were found together, the one in most outlets
    here.sort(key=lambda story: (story.row.first_seen, len(story.row.outlets)), reverse=True)
    found = tuple(_story(view, story, topic.name) for story in here)
    return Section(
        name=visible(topic.name),
        channels=_routes(topic, force),
        stories=found,
        empty="" if found else _why_empty(view, topic, day, state),
    )


def _routes(topic: Topic, force: InForce) -> str:
    if not topic.channels:
        return "listed only, sent nowhere"
    off = {name for name, channel in force.channels.items() if channel.off is not None}
    return "to " + ", ".join(visible(name) + (" (off)" if name in off else "") for name in topic.channels)


def _why_empty(view: _View, topic: Topic, day: Day, state: Overview) -> str:
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


def _story(view: _View, story: StoryToday, topic: str) -> Story:
    proof = story.proofs[topic]
    row = story.row
    own = proof.title == row.title
    title_spans = tuple(span for span in proof.spans if span.field == "title") if own else ()
    return Story(
        id=f"s{row.id}",
        headline=marked(row.title, title_spans) or (Piece("(no headline)"),),
        url=web_address(row.url),
        language=proof.language if proof.language and _LANGUAGE.fullmatch(proof.language) else "",
        outlet=visible(row.outlets[0]) if row.outlets else "",
        published=view.perhaps(proof.published) if own else None,
        seen=view.when(row.first_seen),
        outlets=len(row.outlets),
        others=tuple(visible(name) for name in row.outlets[1:]),
        quote=_quoted(proof, topic, own=own),
        marks=_marks(view, story),
        topics=tuple(visible(name) for name in story.proofs if name != topic),
    )


def marked(title: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """A title in pieces, those under ``spans`` marked; at most ``TITLE_SHOWN`` characters."""
    pieces: list[Piece] = []
    at = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if span.start < at or title[span.start : span.end] != span.text:
            continue  # overlapping, or of another revision
        pieces += [Piece(title[at : span.start]), Piece(span.text, match=True)]
        at = span.end
    pieces.append(Piece(title[at:]))
    shown: list[Piece] = []
    room = TITLE_SHOWN
    for piece in pieces:
        text = shorten(visible(piece.text), room) if room > 1 else ""
        room -= len(text)
        if text:
            shown.append(Piece(text, piece.match))
    return tuple(shown) if any(piece.text.strip() for piece in shown) else ()


def _quoted(proof: Proof, topic: str, *, own: bool) -> tuple[Piece, ...]:
    """The first words beyond the headline that prove the match; of another outlet's headline if that is all."""
    texts: Mapping[str, str] = {"title": proof.title, "teaser": proof.teaser, "text": proof.text}
    for span in sorted(proof.spans, key=lambda s: s.field == "title"):
        text = texts[span.field]
        if text[span.start : span.end] != span.text or (span.field == "title" and own):
            continue
        found = quote(text, span, topic, width=QUOTE_WIDTH)
        parts = (Piece(visible(found.before)), Piece(visible(found.match), match=True), Piece(visible(found.after)))
        return tuple(part for part in parts if part.text)
    return ()


def _told(decided: Decided) -> bool:
    return decided.decision in {decision.value for decision in TOLD}


def _marks(view: _View, story: StoryToday) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    by_channel: dict[str, list[Decided]] = {}
    for one in story.decided:
        by_channel.setdefault(one.channel, []).append(one)
    for channel, decided in by_channel.items():
        told = [one for one in decided if _told(one)]
        marks += [_telling(view, channel, one) for one in told] or [_silence(decided[-1])]
    folded = max((sum(d.decision == "folded" for d in decided) for decided in by_channel.values()), default=0)
    if folded and any(_told(one) for one in story.decided):
        more = "1 more folded" if folded == 1 else f"{folded} more folded"
        marks.append(Mark("folded", more, "copies and changes of a story that was told are not told again"))
    if not marks:
        marks.append(Mark("listed", "listed (goes to no channel)"))
    if story.revisions:
        marks.append(Mark("revised", "changed since" if story.revisions == 1 else f"changed {story.revisions} times"))
    return tuple(dict.fromkeys(marks))


def _telling(view: _View, channel: str, told: Decided) -> Mark:
    name = visible(channel)
    if told.state == "sent" and told.sent_at is not None:
        return Mark("alerted", f"alerted {view.when(told.sent_at).text}", f"sent to {name}: {told.reason}")
    if told.state == "dead":
        return Mark("dead", f"not delivered to {name}", told.reason)
    return Mark("waiting", f"waiting for {name}", told.reason)


def _silence(decided: Decided) -> Mark:
    look: Literal["folded", "listed"] = "folded" if decided.decision == "folded" else "listed"
    return Mark(look, _SILENT.get(decided.decision, "listed"), decided.reason)


def _source(view: _View, row: SourceRow) -> SourceLine:
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
