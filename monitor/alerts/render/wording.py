"""What a message says, in lines of runs, the same for every kind of channel; the kinds only write it differently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from monitor.alerts.render.neutral import shorten, shorten_left, visible, web_address
from monitor.limits import QUOTE_SIDE, TITLE_SHOWN
from monitor.model import Card, Quote

NAME_SHOWN: Final = 80
"""Characters of an outlet's or topic's name."""
ALSO_SHOWN: Final = 6
"""Further outlets that are named; the rest is counted."""
UPDATE_SHOWN: Final = 110
"""Characters of the headline in the preview of an update, so that what is new is still in the preview."""
OTHERS_SHOWN: Final = 5
"""Other words of a topic that are marked in a quotation, or listed of a headline."""
ADDED_SHOWN: Final = 240
"""Characters of a paragraph that a copy adds."""
MATCH_SHOWN: Final = 200
"""Characters of the words that matched."""

_DISCREET: Final = (
    "Your watchlist marks a topic of this message as confidential. Its name, the headline and the words that were "
    "found stand further down, so that a locked screen, a push and a list of messages show nothing of them."
)
"""Long enough to fill what mail programs show of a message before it is opened (about 140 characters)."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. ``link`` carries its address, which is safe to write."""

    text: str
    look: Literal["plain", "match", "link"] = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line and what it is for."""

    role: Literal["headline", "meta", "quote", "body", "why", "foot", "heading", "gap"]
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A message before it is written: its preview (subject, push text) and its lines, the preview not among them."""

    preview: str
    lines: tuple[Line, ...]
    confidential: bool = False
    """No push, subject or list of mails may show more of it than the preview."""


def card_sheet(card: Card, *, zone: ZoneInfo, now: datetime, channel: str, quotes: int) -> Sheet:
    """The sheet of one alert, with at most ``quotes`` quotations."""
    lines = [
        *_source_lines(card, zone, now),
        *quote_lines(card, quotes),
        *differs_lines(card, quotes),
        *(Line("body", (Run(part),)) for part in card.body.splitlines() if part.strip()),
        Line("why", (Run(_why(card, channel)),)),
        foot(card),
    ]
    if card.confidential:
        return discreet(
            f"A confidential topic has news ({card.alert})", [Line("headline", (Run(preview(card)),)), *lines]
        )
    return Sheet(preview(card), tuple(lines))


def discreet(notice: str, lines: Sequence[Line]) -> Sheet:
    """A sheet whose preview and first lines tell nothing of a confidential topic."""
    return Sheet(notice, (Line("meta", (Run(_DISCREET),)), *lines), confidential=True)


def preview(card: Card) -> str:
    """The first line: ``Jack Ma: headline``; of an update what is new: ``Update · headline now also names Qwen3``."""
    headline = visible(card.headline).strip() or "(no headline)"
    if card.rule == "new_topic" and card.topics:
        names = " and ".join(_name(topic) for topic in card.topics)
        return f'Update · "{shorten(headline, UPDATE_SHOWN)}" now also names {names}'
    headline = shorten(headline, TITLE_SHOWN)
    if not card.topics or headline.casefold().startswith(_name(card.topics[0]).casefold()):
        return headline  # "Jack Ma: Jack Ma visits ..." would waste the push preview
    return f"{_name(card.topics[0])}: {headline}"


def quote_lines(card: Card, quotes: int) -> tuple[Line, ...]:
    """The proof: the first topic's words, then what else is named, one quotation for each topic."""
    first: dict[str, Quote] = {}
    for quote in card.quotes:
        first.setdefault(quote.topic, quote)
    main = card.topics[0] if card.topics else next(iter(first), "")
    ordered = sorted(first.values(), key=lambda quote: quote.topic != main)
    return tuple(_quote_line(quote, also=quote.topic != main) for quote in ordered[:quotes])


def differs_lines(card: Card, quotes: int) -> tuple[Line, ...]:
    """``Differs: +2 paragraphs, "Alibaba declined to comment."``; the quotation goes where there is no room for any."""
    if not card.differs:
        return ()
    added = shorten(visible(card.added).strip(), ADDED_SHOWN) if quotes else ""
    return (Line("quote", (Run(f'Differs: {card.differs}, "{added}"' if added else f"Differs: {card.differs}"),)),)


def foot(card: Card) -> Line:
    """The last line: the address, then the alert's id."""
    url = web_address(card.url)
    link = (Run("Read", "link", url), Run(" · ")) if url else ()
    return Line("foot", (*link, Run(card.alert)))


def source_line(card: Card, zone: ZoneInfo, now: datetime, *, name_zone: bool = True) -> str:
    """``The Guardian · published 09:12, seen 09:19 (London) · also ICIJ · 2 report it themselves``; empty where nothing
    is known."""
    also = _also(card.also)
    counted = reporting(card.own, card.copies) if also and card.own else ""
    parts = [_name(card.outlet) if card.outlet.strip() else "", _times(card, zone, now, name_zone), also, counted]
    return " · ".join(part for part in parts if part)


def reporting(own: int, copies: int = 0) -> str:
    """``2 report it themselves, 1 copies it``: outlets that have an article of their own, and that have copies only."""
    said = "1 reports it itself" if own == 1 else f"{own} report it themselves"
    if not copies:
        return said
    return f"{said}, 1 copies it" if copies == 1 else f"{said}, {copies} copy it"


def clock(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """``09:12`` today, ``Mon 23 Nov 09:12`` on another day, with the year where it is another one."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    hour = f"{local.hour:02d}:{local.minute:02d}"
    if local.date() == today.date():
        return hour
    year = "" if local.year == today.year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year} {hour}"


def zone_name(zone: ZoneInfo) -> str:
    """``London`` for ``Europe/London``."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def topic_counts(cards: Sequence[Card]) -> dict[str, int]:
    """How many cards each topic leads, in the order they come; cards without a topic count as ``""``."""
    counts: dict[str, int] = {}
    for card in cards:
        lead = card.topics[0] if card.topics else ""
        counts[lead] = counts.get(lead, 0) + 1
    return counts


def _source_lines(card: Card, zone: ZoneInfo, now: datetime) -> tuple[Line, ...]:
    line = source_line(card, zone, now)
    return (Line("meta", (Run(line),)),) if line else ()


def _times(card: Card, zone: ZoneInfo, now: datetime, name_zone: bool) -> str:
    parts = []
    if card.published is not None:
        age = (card.seen or now) - card.published
        if age.days >= 7:
            parts.append(f"dated {_day(card.published, zone)}, {_weeks(age.days)} ago")
        else:
            parts.append(f"published {clock(card.published, zone, now)}")
    elif card.seen is not None:
        parts.append("no date given")
    if card.seen is not None:
        # The day of publication is said already where both are on one day.
        known = card.published if parts[0].startswith("published") else None
        same_day = known is not None and known.astimezone(zone).date() == card.seen.astimezone(zone).date()
        parts.append(f"seen {clock(card.seen, zone, card.seen if same_day else now)}")
    if not parts:
        return ""
    return ", ".join(parts) + (f" ({zone_name(zone)})" if name_zone else "")


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _weeks(days: int) -> str:
    if days >= 365:
        count, unit = days // 365, "year"
    elif days >= 60:
        count, unit = days // 30, "month"
    else:
        count, unit = days // 7, "week"
    return f"{count} {unit}" + ("s" if count > 1 else "")


def _also(outlets: tuple[str, ...]) -> str:
    names = [_name(outlet) for outlet in outlets if outlet.strip()]
    if not names:
        return ""
    more = len(names) - ALSO_SHOWN
    return "also " + ", ".join(names[:ALSO_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _quote_line(quote: Quote, *, also: bool) -> Line:
    match = _marked(shorten(visible(quote.match).strip(), MATCH_SHOWN))
    named = visible(quote.match).strip().casefold() == _name(quote.topic).casefold()
    others = [word for other in quote.others[:OTHERS_SHOWN] if (word := visible(other).strip())]
    if quote.field == "title":  # the headline stands above: the words are enough
        lead = "Also names " if also and named else f"For {_name(quote.topic)}, in the headline: " if also else ""
        words = [run for word in others for run in (Run(", "), _marked(shorten(word, MATCH_SHOWN)))]
        return Line("quote", (Run(lead or "In the headline: "), match, *words))
    before = shorten_left(visible(quote.before).lstrip(), QUOTE_SIDE)
    after = shorten(visible(quote.after).rstrip(), QUOTE_SIDE)
    head: tuple[Run, ...] = ()
    if also:
        name = _name(quote.topic)
        head = (Run("Also names "), _marked(name), Run(": ")) if named else (Run(f"For {name}: "),)
    place = f" ({quote.place})" if quote.place else ""
    return Line("quote", (*head, Run('"'), *_words(before, others), match, *_words(after, others), Run(f'"{place}')))


def _words(text: str, marked: Sequence[str]) -> Iterator[Run]:
    """The text with the words among ``marked`` marked, where they stand as whole words."""
    if not marked:
        yield Run(text)
        return
    longest_first = sorted(marked, key=len, reverse=True)
    done = 0
    for found in re.finditer("|".join(map(re.escape, longest_first)), text):
        before, after = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
        word = found.group()
        if (before.isalnum() and word[0].isascii()) or (after.isalnum() and word[-1].isascii()):
            continue
        yield Run(text[done : found.start()])
        yield _marked(word)
        done = found.end()
    yield Run(text[done:])


def _marked(text: str) -> Run:
    """Marked words; marks around nothing would be marks of their own."""
    return Run(text, "match" if text else "plain")


def _why(card: Card, channel: str) -> str:
    where = visible(channel)
    if card.rule == "health":
        return f"Why you: {where} is the owner's channel, which hears of what broke and what recovered"
    if card.rule == "test":
        return f"Why you: a test of {where} was asked for"
    names = ", ".join(_name(topic) for topic in card.topics)
    topics = f"topic{'s' if len(card.topics) > 1 else ''} {names} → " if names else ""
    what = "update of a story already sent here" if card.rule == "new_topic" else "first alert on this story"
    return f"Why you: {topics}{where} · {what}"


def _name(text: str) -> str:
    return shorten(visible(text).strip(), NAME_SHOWN)
