"""A story as the page shows it, and the stories of one event together: pure, and free of markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from monitor.alerts.render.neutral import shorten, visible, web_address
from monitor.alerts.render.wording import clock
from monitor.analysis.clustering import firsts
from monitor.analysis.quote import quote
from monitor.limits import TITLE_SHOWN
from monitor.model import TOLD, Span
from monitor.pipeline.coverage import differs_words, numbers_of, numbers_words
from monitor.pipeline.explain.changes import title_change
from monitor.store.coverage import EventRow
from monitor.store.today import Decided, Proof, StoryToday

QUOTE_WIDTH: Final = 260
"""Characters of a quotation: three lines of a column."""
ADDED_SHOWN: Final = 200
"""Characters of a paragraph that a copy adds."""
NOTES_SHOWN: Final = 3
"""Copies that add something, and changes of headlines, on the page; ``monitor explain`` has all."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
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
    notes: tuple[str, ...]
    """What copies add, and how headlines were changed."""
    marks: tuple[Mark, ...]
    topics: tuple[str, ...]
    """Other topics that it stands under."""


@dataclass(frozen=True, slots=True)
class Group:
    """A story alone, or the stories of one event that stand under one topic."""

    stories: tuple[Story, ...]
    id: str = ""
    """The event's, where it has more than one story, be they all here or not."""
    numbers: str = ""
    """``3 stories, 7 outlets, 4 report it themselves``."""
    first: str = ""
    """Who had it first, and when."""
    elsewhere: int = 0
    """Stories of the event that do not stand here: of earlier days, or under other topics only."""


@dataclass(frozen=True, slots=True)
class View:
    """What all parts of one page share."""

    zone: ZoneInfo
    now: datetime

    def when(self, moment: datetime) -> When:
        """A moment in the zone of the page."""
        local = moment.astimezone(self.zone)
        return When(local.isoformat(timespec="seconds"), clock(moment, self.zone, self.now))

    def perhaps(self, moment: datetime | None) -> When | None:
        """The same; None for none."""
        return None if moment is None else self.when(moment)


def groups_of(
    view: View, stories: Sequence[StoryToday], events: Mapping[int, EventRow], topic: str
) -> tuple[Group, ...]:
    """The stories of one topic in their order, those of one event at the place of the first of them."""
    together: dict[int, list[StoryToday]] = {}
    for story in stories:
        together.setdefault(story.row.event, []).append(story)
    return tuple(_group(view, here, events.get(event), topic) for event, here in together.items())


def _group(view: View, here: Sequence[StoryToday], event: EventRow | None, topic: str) -> Group:
    stories = tuple(_story(view, story, topic) for story in here)
    if event is None or len(event.stories) < 2:
        return Group(stories)
    numbers = numbers_of(event.published)
    first = firsts.sentence(numbers.first, lambda moment: view.when(moment).text) if numbers.first else ""
    return Group(
        stories=stories,
        id=f"v{event.id}",
        numbers=numbers_words(len(event.stories), numbers),
        first=visible(first),
        elsewhere=len(event.stories) - len(here),
    )


def _story(view: View, story: StoryToday, topic: str) -> Story:
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
        notes=_notes(view, story),
        marks=_marks(view, story),
        topics=tuple(visible(name) for name in story.proofs if name != topic),
    )


def _notes(view: View, story: StoryToday) -> tuple[str, ...]:
    """What copies add, then how headlines were changed, the newest change first."""
    said = []
    for added in story.added[:NOTES_SHOWN]:
        first = shorten(visible(added.paragraphs[0]), ADDED_SHOWN)
        said.append(f'{visible(added.outlet)} differs: {differs_words(len(added.paragraphs))}, "{first}"')
    retitled = [change for change in reversed(story.changes) if change.was != change.title]
    for change in retitled[:NOTES_SHOWN]:
        words = visible(title_change(change.was, change.title))
        said.append(f"Headline changed {view.when(change.at).text}: {shorten(words, TITLE_SHOWN)}")
    return tuple(said)


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


def was_told(decided: Decided) -> bool:
    """Whether its channel heard of the story by it."""
    return decided.decision in {decision.value for decision in TOLD}


def _marks(view: View, story: StoryToday) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    by_channel: dict[str, list[Decided]] = {}
    for one in story.decided:
        by_channel.setdefault(one.channel, []).append(one)
    for channel, decided in by_channel.items():
        told = [one for one in decided if was_told(one)]
        marks += [_telling(view, channel, one) for one in told] or [_silence(decided[-1])]
    folded = max((sum(d.decision == "folded" for d in decided) for decided in by_channel.values()), default=0)
    if folded and any(was_told(one) for one in story.decided):
        more = "1 more folded" if folded == 1 else f"{folded} more folded"
        marks.append(Mark("folded", more, "copies and changes of a story that was told are not told again"))
    if not marks:
        marks.append(Mark("listed", "listed (goes to no channel)"))
    if story.changes:
        times = len(story.changes)
        marks.append(Mark("revised", "changed since" if times == 1 else f"changed {times} times"))
    return tuple(dict.fromkeys(marks))


def _telling(view: View, channel: str, told: Decided) -> Mark:
    name = visible(channel)
    if told.state == "sent" and told.sent_at is not None:
        return Mark("alerted", f"alerted {view.when(told.sent_at).text}", f"sent to {name}: {told.reason}")
    if told.state == "dead":
        return Mark("dead", f"not delivered to {name}", told.reason)
    return Mark("waiting", f"waiting for {name}", told.reason)


def _silence(decided: Decided) -> Mark:
    look: Literal["folded", "listed"] = "folded" if decided.decision == "folded" else "listed"
    return Mark(look, _SILENT.get(decided.decision, "listed"), decided.reason)
