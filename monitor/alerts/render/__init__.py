"""Writes what a channel reads: one alert as a card, several as one list; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from monitor.alerts.render.email import mail_message
from monitor.alerts.render.listing import list_sheet
from monitor.alerts.render.plain import chat_message, console_message
from monitor.alerts.render.slack import slack_message
from monitor.alerts.render.wording import Sheet, card_sheet
from monitor.limits import CHAT_TEXT_CAP, LIST_SHOWN, MAIL_TEXT_CAP, SLACK_TEXT_CAP
from monitor.model import Card, ChannelKind, Message

_FORMS: Final[dict[ChannelKind, tuple[Callable[[Sheet], Message], int]]] = {
    "console": (console_message, MAIL_TEXT_CAP),
    "slack": (slack_message, SLACK_TEXT_CAP),
    "email": (mail_message, MAIL_TEXT_CAP),
    "apprise": (chat_message, CHAT_TEXT_CAP),
}
"""How each kind of channel is written, and how many characters it takes."""


def render(kind: ChannelKind, cards: Sequence[Card], *, zone: ZoneInfo, now: datetime, channel: str) -> Message:
    """The message of one card, or of many as one list.

    Args:
        zone: the zone of the times shown, which is named.
        now: the moment of writing; it decides which times need their day.
        channel: the name of the channel, as the watchlist has it.

    Quotations, then items of a list, are left out (and counted) where the channel's kind takes no longer text.

    Raises:
        ValueError: there are no cards.
    """
    if not cards:
        raise ValueError("a message needs at least one card")
    write, cap = _FORMS[kind]
    messages = (write(sheet) for sheet in _sheets(cards, zone, now, channel))
    message = next(messages)
    while len(message.body) > cap and (shorter := next(messages, None)) is not None:
        message = shorter
    return message


def _sheets(cards: Sequence[Card], zone: ZoneInfo, now: datetime, channel: str) -> Iterator[Sheet]:
    """The same message, ever shorter."""
    if len(cards) == 1:
        return (card_sheet(cards[0], zone=zone, now=now, channel=channel, quotes=quotes) for quotes in (5, 2, 1, 0))
    sizes = ((LIST_SHOWN, 1), (LIST_SHOWN, 0), (25, 0), (12, 0), (8, 0), (5, 0), (3, 0), (1, 0))
    return (
        list_sheet(cards, zone=zone, now=now, channel=channel, shown=shown, quotes=quotes) for shown, quotes in sizes
    )
