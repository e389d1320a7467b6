"""Delivers: claims what waits, renders and stores it, sends it as stored, and writes down what the service said."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

import structlog

from monitor.alerts import deliver as sender
from monitor.alerts.backoff import retry_after
from monitor.alerts.render import render
from monitor.analysis.address import outlet_key
from monitor.analysis.outlets import publisher_key
from monitor.analysis.quote import quote
from monitor.analysis.title import split_tail
from monitor.errors import StoreError
from monitor.limits import SEND_GAP, SENDERS
from monitor.model import Card, Channel, HealthChange, Message, NotSent, Quote, SendResult, Sent, Span
from monitor.pipeline.clock import Clock
from monitor.pipeline.coverage import differs_words, numbers_of, publishers
from monitor.pipeline.crash import reached
from monitor.pipeline.force import InForce
from monitor.pipeline.record import tell_owner
from monitor.pipeline.writer import Writer
from monitor.store import facts, outbox
from monitor.store.database import Connection
from monitor.store.facts import AlertFacts
from monitor.store.outbox import Waiting

log = structlog.get_logger()

ADDED_KNOWN_BY: Final = 40
"""Characters by which the paragraph of an added passage is found: behind them white space may differ."""
Console = Callable[[str], None]
"""Prints a card; raises ``OSError`` when nobody reads."""


class Deliverer:
    """Sends what waits, one message a channel at a time."""

    def __init__(self, writer: Writer, *, force: Callable[[], InForce], clock: Clock, console: Console) -> None:
        self._writer = writer
        self._force = force
        self._clock = clock
        self._console = console
        self._tried: set[int] = set()
        self._free_at: dict[str, float] = {}
        self._under_way: set[int] = set()
        # threads of its own: a service that does not answer keeps neither the writer nor the end of the loop waiting
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")

    async def claim(self, *, once: bool = False) -> list[Waiting]:
        """The oldest due delivery of each channel that is free; ``once`` never claims the same one twice."""
        force, passed = self._force(), self._under_way | (self._tried if once else set())
        claimed = await self._writer.submit(lambda connection: self._claim(connection, force, passed, paced=not once))
        if claimed:
            reached("delivery_claimed")
            self._under_way |= {waiting.id for waiting in claimed}
        return claimed

    def _claim(self, connection: Connection, force: InForce, passed: set[int], *, paced: bool) -> list[Waiting]:
        now = self._clock()
        for name, ids in outbox.expire(connection, now).items():
            sentence = f'{len(ids)} of the messages for "{name}" waited for more than 7 days and were given up.'
            self._tell_dead(connection, name, ids[0], f"{sentence}\nLook at them: monitor deliveries", now)
        return outbox.claim_deliveries(connection, now, channels=force.on, tried=sorted(passed), paced=paced)

    def _tell_dead(self, connection: Connection, name: str, delivery: int, sentence: str, now: datetime) -> None:
        change = HealthChange("delivery", f"d{delivery}", "dead", sentence, "1")
        tell_owner(connection, self._force(), change, now, channel=name)

    async def deliver_all(self) -> int:
        """One try for each delivery that is due, with the pause that each service wants; returns how many there were.

        The pause is kept here and not by the store, so that none is left behind under a clock that stands.
        """
        while claimed := await self.claim(once=True):
            self._tried |= {waiting.id for waiting in claimed}
            await asyncio.gather(*(self.deliver(waiting) for waiting in claimed))
        return len(self._tried)

    async def deliver(self, waiting: Waiting) -> None:
        """One try for a delivery that was claimed."""
        try:
            await self._deliver(self._force(), waiting)
        except StoreError:
            raise
        except Exception as error:
            log.error("deliver_failed", delivery=f"d{waiting.id}", exc_info=error)
            result = NotSent(f"the monitor itself failed on it ({type(error).__name__}): a bug, see the log")
            now = self._clock()
            await self._writer.submit(lambda connection: self._not_sent(connection, waiting, result, now))
        finally:
            self._under_way.discard(waiting.id)

    async def _deliver(self, force: InForce, waiting: Waiting) -> None:
        channel = force.channels[waiting.channel]
        await asyncio.sleep(self._free_at.get(channel.name, 0.0) - time.monotonic())
        message = await self._message(force, channel, waiting)
        reached("rendered")
        if channel.kind == "console":
            result = self._print(message)
        else:
            result = await asyncio.get_running_loop().run_in_executor(self._senders, sender.send, channel, message)
        reached("accepted")
        if channel.kind != "console":
            self._free_at[channel.name] = time.monotonic() + SEND_GAP.total_seconds()
        now = self._clock()
        if isinstance(result, Sent):
            gap = channel.kind != "console"
            await self._writer.submit(lambda connection: self._sent(connection, waiting, now, gap=gap))
            reached("sent")
        else:
            await self._writer.submit(lambda connection: self._not_sent(connection, waiting, result, now))
        outcome = "sent" if isinstance(result, Sent) else "not_sent"
        if channel.kind == "console" and isinstance(result, Sent):
            return  # the card itself stands on the screen
        log.info(
            "deliver", delivery=f"d{waiting.id}", channel=waiting.channel, alerts=list(waiting.alerts),
            outcome=outcome, attempt=waiting.attempts, **({} if isinstance(result, Sent) else {"error": result.reason}),
        )  # fmt: skip

    async def _message(self, force: InForce, channel: Channel, waiting: Waiting) -> Message:
        if waiting.rendered is not None:
            return Message(**waiting.rendered)

        def compose(connection: Connection) -> Mapping[str, Any]:
            secret = {topic.name for topic in force.watchlist.topics if topic.confidential}
            cards = [card_of(found, secret) for found in facts.alert_facts(connection, waiting.alerts)]
            message = render(channel.kind, cards, zone=force.zone, now=self._clock(), channel=channel.name)
            rendered = asdict(message)
            outbox.store_rendered(connection, waiting.id, rendered)
            return rendered

        return Message(**await self._writer.submit(compose))

    def _print(self, message: Message) -> SendResult:
        try:
            self._console(message.body.rstrip("\n") + "\n\n")
        except OSError as error:
            return NotSent(f"the console cannot be written: {error.strerror}")
        return Sent()

    def _sent(self, connection: Connection, waiting: Waiting, now: datetime, *, gap: bool) -> None:
        since = outbox.mark_sent(connection, waiting, now, gap=gap)
        if since is not None:
            change = HealthChange(
                "channel", waiting.channel, "recovered", f'"{waiting.channel}" takes messages again.', since
            )
            tell_owner(connection, self._force(), change, now, channel=waiting.channel)

    def _not_sent(self, connection: Connection, waiting: Waiting, result: NotSent, now: datetime) -> None:
        pause = retry_after(waiting.attempts, spread=random.random())
        failed = outbox.mark_failed(
            connection, waiting, result.reason, final=result.final, uncertain=result.uncertain,
            next_try_at=now + pause, now=now,
        )  # fmt: skip
        force = self._force()
        if failed.broken_since is not None:
            sentence = (
                f'"{waiting.channel}" does not take messages: {result.reason}\n'
                f"{failed.waiting} waiting, kept for 7 days, then reported dead.\n"
                f"When it is mended: monitor notify {waiting.channel}. What waits is then sent."
            )
            change = HealthChange("channel", waiting.channel, "broken", sentence, failed.broken_since)
            tell_owner(connection, force, change, now, channel=waiting.channel)
        if failed.dead and (waiting.kind, waiting.channel) != ("health", "console"):  # else deaths would breed
            sentence = f'A message for "{waiting.channel}" was given up: {result.reason}'
            self._tell_dead(connection, waiting.channel, waiting.id, f"{sentence}\nLook at it: monitor deliveries", now)


def unusable(force: InForce) -> dict[str, str]:
    """Channels that are on and whose options no message can be sent with, and why. What is for them waits."""
    channels = (force.channels[name] for name in force.on)
    complaints = {c.name: sender.validate(c) for c in channels if c.kind != "console"}
    return {name: complaint for name, complaint in complaints.items() if complaint is not None}


def unusable_text(name: str, complaint: str) -> str:
    """What the user reads of such a channel."""
    return f'Channel "{name}" cannot be used: {complaint}.\nIts messages wait for 7 days; mend it and they are sent.\n'


def card_of(found: AlertFacts, confidential: Container[str] = ()) -> Card:
    """What a message says of an alert; ``confidential`` are the names of topics that no preview shows."""
    if not found.title and found.text is not None:
        headline, _, body = found.text.partition("\n")
        return Card(alert=found.id, rule=found.rule, headline=headline, body=body)
    numbers = numbers_of(found.published_on_it)
    own = publisher_key(found.outlet, found.url)
    # what was told before had no such paragraph
    differs = differs_words(len(found.added)) if found.rule == "new_topic" and found.added else ""
    proofs = [(name, _proof(found, spans)) for name, spans in found.matches if spans]
    shown = any(_in_added(found, span) for _, span in proofs)
    return Card(
        alert=found.id,
        rule=found.rule,
        headline=_headline(found),
        topics=tuple(name for name, _ in found.matches),
        url=found.url,
        outlet=found.outlet,
        published=found.published,
        seen=found.seen,
        also=tuple(name for key, name in publishers(found.published_on_it).items() if key != own),
        own=len(numbers.independent),
        copies=numbers.copies,
        quotes=tuple(_quote(found, name, span) for name, span in proofs),
        differs=differs,
        added=found.added[0] if differs and not shown else "",
        confidential=any(name in confidential for name, _ in found.matches),
    )


def _headline(found: AlertFacts) -> str:
    """The title without the outlet's own name behind it, which stands in the next line."""
    split = split_tail(found.title)
    own = split is not None and outlet_key(split[1]) == outlet_key(found.outlet)
    return split[0] if split is not None and own else found.title


def _proof(found: AlertFacts, spans: Sequence[Span]) -> Span:
    """The words to quote: in what a copy adds, else the first beyond the headline, which the message shows anyway."""
    beyond = [s for s in spans if s.field != "title" and _text(found, s)[s.start : s.end] == s.text]
    added = [s for s in beyond if _in_added(found, s)]
    return (added or beyond or list(spans))[0]


def _in_added(found: AlertFacts, span: Span) -> bool:
    """Whether the words stand in what the copy adds: a paragraph, or sentences of one."""
    if span.field != "text":
        return False
    start, end = found.body.rfind("\n", 0, span.start) + 1, found.body.find("\n", span.end)
    paragraph = found.body[start : end if end >= 0 else None]
    return any(span.text in added and added[:ADDED_KNOWN_BY] in paragraph for added in found.added)


def _text(found: AlertFacts, span: Span) -> str:
    return {"title": found.title, "teaser": found.teaser, "text": found.body}[span.field]


def _quote(found: AlertFacts, topic: str, span: Span) -> Quote:
    # in the text all that was found is marked, whatever topic it is for; of a headline each topic has its own words
    every = [(name, s) for name, each in found.matches for s in each if span.field != "title" or name == topic]
    others = tuple(dict.fromkeys(s.text for _, s in every if s.field == span.field and s.text != span.text))
    quoted = replace(quote(_text(found, span), span, topic), others=others)
    if span.field != "text" or not found.in_full:
        return quoted
    return replace(quoted, place=f"full text, paragraph {found.body.count(chr(10), 0, span.start) + 1}")
