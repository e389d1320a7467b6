"""Many alerts that are due on one channel at the same time, as one list, grouped by topic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts.render.neutral import shorten, visible
from monitor.alerts.render.wording import (
    NAME_SHOWN,
    Line,
    Run,
    Sheet,
    differs_lines,
    discreet,
    foot,
    quote_lines,
    source_line,
    topic_counts,
    zone_name,
)
from monitor.limits import TITLE_SHOWN
from monitor.model import Card

_NO_TOPIC = "The monitor itself"


def list_sheet(cards: Sequence[Card], *, zone: ZoneInfo, now: datetime, channel: str, shown: int, quotes: int) -> Sheet:
    """The sheet of a list: the first ``shown`` cards with at most ``quotes`` quotations each, the rest counted."""
    counts = topic_counts(cards)
    named = ", ".join(f"{_group(topic)} {count}" for topic, count in counts.items())
    preview = shorten(f"{len(cards)} alerts: {named}", TITLE_SHOWN)
    why = f"They were due for {visible(channel)} at the same time, so they come as one list. Times: {zone_name(zone)}."
    lines = [Line("meta", (Run(why),))]
    grouped = [card for topic in counts for card in cards if (card.topics[0] if card.topics else "") == topic]
    previous: str | None = None
    for number, card in enumerate(grouped[:shown], 1):
        topic = card.topics[0] if card.topics else ""
        lines.append(Line("gap"))
        if topic != previous:
            lines.append(Line("heading", (Run(f"{_group(topic)} · {counts[topic]}"),)))
            previous = topic
        lines += _item(number, card, zone, now, quotes)
    if len(grouped) > shown:
        rest = f"{len(grouped) - shown} more are not named here. All of them: monitor alerts --limit 0"
        lines += [Line("gap"), Line("body", (Run(rest),))]
    if any(card.confidential for card in cards):
        return discreet(f"{len(cards)} alerts, also on a confidential topic", lines)
    return Sheet(preview, tuple(lines))


def _item(number: int, card: Card, zone: ZoneInfo, now: datetime, quotes: int) -> list[Line]:
    update = "Update: " if card.rule == "new_topic" else ""
    headline = shorten(visible(card.headline).strip() or "(no headline)", TITLE_SHOWN)
    lines = [Line("headline", (Run(f"{number}. {update}{headline}"),))]
    source = source_line(card, zone, now, name_zone=False)
    if source:
        lines.append(Line("meta", (Run(source),)))
    lines += [*quote_lines(card, quotes), *differs_lines(card, quotes)]
    lines += [Line("body", (Run(part),)) for part in card.body.splitlines() if part.strip()]
    return [*lines, foot(card)]


def _group(topic: str) -> str:
    return shorten(visible(topic).strip(), NAME_SHOWN) or _NO_TOPIC
