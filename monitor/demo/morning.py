"""Polls the invented outlets three times through the real path, and gathers what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from monitor import config
from monitor.alerts.render import render
from monitor.demo.outlets import Outlets
from monitor.errors import ConfigError
from monitor.fetch import Fetcher
from monitor.model import Card, ChannelKind, Message, PollResult
from monitor.parse import ParsePool
from monitor.pipeline import coverage
from monitor.pipeline.coverage import Event
from monitor.pipeline.deliver import Deliverer, card_of
from monitor.pipeline.explain import Explainer, Explanation
from monitor.pipeline.force import InForce, put_in_force
from monitor.pipeline.poll import Poller, one_pass
from monitor.pipeline.writer import Writer
from monitor.store import evidence, facts, listing, listing_alerts, terms
from monitor.store.database import Connection, Store
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.listing_stories import StoryRow

DATA: Final = Path(__file__).parent / "data"
DAY: Final = datetime(2026, 11, 24, tzinfo=UTC)
"""The invented day: the feeds are dated, so the demo's clock stands where they are news."""
AFTERWARDS: Final = timedelta(minutes=2)
"""How long after the last pass the page and ``explain`` look back."""
SHOWN_STORY: Final = "silk park on Lake Ostra"
"""Words of the headline whose alert is shown as each kind of channel writes it."""
OWN_REPORT: Final = "lays out a row"
"""Words of the headline of another report on the same visit."""
NEAR_MISS: Final = "harvest letters"
"""Words of the headline that ``explain`` is asked about."""
COUNTED: Final = "counted.json"
"""In how many of how many articles of a language its words stand: invented, for a monitor that has run for days."""


@dataclass(frozen=True)
class Pass:
    """One pass over the outlets."""

    at: datetime
    results: tuple[PollResult, ...]
    cards: tuple[str, ...]
    """What the console channel printed."""


@dataclass(frozen=True)
class Morning:
    """All that came of the passes."""

    passes: tuple[Pass, ...]
    entries: tuple[EntryRow, ...]
    stories: tuple[StoryRow, ...]
    """In the order in which they opened."""
    events: tuple[Event, ...]
    """Those of several stories."""
    added: Mapping[str, tuple[str, ...]]
    """Outlet to the paragraphs by which its copy differs from what it copies."""
    counted: Mapping[str, int]
    """Language to the articles that count as read before the morning."""
    alerts: tuple[AlertRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    card: Card | None
    """The alert on ``SHOWN_STORY``."""
    messages: Mapping[ChannelKind, Message]
    """That alert by kind of channel."""
    explained: Explanation
    """Why the entry with ``NEAR_MISS`` is in no story."""
    now: datetime
    force: InForce


class Clock:
    """The demo's clock, which stands at the time of each pass."""

    def __init__(self) -> None:
        self.now = DAY

    def __call__(self) -> datetime:
        """The time on it."""
        return self.now


async def morning(store: Store, outlets: Outlets, clock: Clock, data: Path) -> Morning:
    """Walk through all editions of the outlets, with the watchlist of ``data``.

    Raises:
        ConfigError: the demo's own watchlist cannot be used.
    """
    clock.now = _time_of(outlets.editions[0])
    force = _in_force(store, outlets, clock, data)
    counted = _count_beforehand(store, data)
    writer = Writer(store)
    writer.start()
    cards: list[str] = []
    passes: list[Pass] = []
    settings = force.settings
    deliverer = Deliverer(writer, force=lambda: force, clock=clock, console=cards.append)
    async with (
        Fetcher(allow_private=settings.allow_private, host_gap=settings.host_gap) as fetcher,
        ParsePool() as pool,
    ):
        poller = Poller(store, writer, fetcher, pool, force=lambda: force, clock=clock)
        for edition in outlets.editions:
            outlets.edition, clock.now = edition, _time_of(edition)
            results = await one_pass(poller)
            cards.clear()
            await deliverer.deliver_all()
            passes.append(Pass(clock.now, tuple(sorted(results, key=lambda r: r.source_id)), tuple(cards)))
    await writer.close()
    clock.now += AFTERWARDS
    return _gathered(store, force, clock.now, tuple(passes), counted)


def _time_of(edition: str) -> datetime:
    return DAY + timedelta(hours=int(edition[:2]), minutes=int(edition[2:]))


def _in_force(store: Store, outlets: Outlets, clock: Clock, data: Path) -> InForce:
    loaded = config.load(data / "watchlist.yaml", outlets.environ)
    if loaded.watchlist is None or loaded.settings is None:
        raise ConfigError(config.render_findings(loaded.errors))
    return put_in_force(store, loaded.watchlist, loaded.settings, digest=loaded.digest, text=loaded.masked, now=clock())


def _count_beforehand(store: Store, data: Path) -> Mapping[str, int]:
    """Stories are grouped into events in languages of which enough was read; a morning of nine outlets is not."""
    file = data / COUNTED
    read = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    with store.write() as connection:
        terms.count(connection, {language: (one["articles"], one["terms"]) for language, one in read.items()})
    return {language: one["articles"] for language, one in read.items()}


def _gathered(
    store: Store, force: InForce, now: datetime, passes: tuple[Pass, ...], counted: Mapping[str, int]
) -> Morning:
    with store.read() as connection:
        alerts = tuple(reversed(listing_alerts.alerts(connection)))
        card = _card(connection, alerts)
        entries = tuple(reversed(listing.entries(connection)))
        stories = tuple(reversed(coverage.stories(connection)))
        explainer = Explainer(connection, force.matcher, zone=force.zone, now=now)
        return Morning(
            passes=passes,
            entries=entries,
            stories=stories,
            events=tuple(one for one in reversed(coverage.events(connection)) if len(one.row.stories) > 1),
            added=_added(connection, entries),
            counted=counted,
            alerts=alerts,
            deliveries=tuple(reversed(listing_alerts.deliveries(connection))),
            card=card,
            messages=_messages(card, force, passes),
            explained=explainer.explain(NEAR_MISS)[0],
            now=now,
            force=force,
        )


def _added(connection: Connection, entries: tuple[EntryRow, ...]) -> Mapping[str, tuple[str, ...]]:
    outlets = {entry.id: entry.outlet for entry in entries}
    joined = evidence.joins_of(connection, list(outlets))
    return {outlets[one.entry]: one.added for one in joined if one.added}


def _card(connection: Connection, alerts: tuple[AlertRow, ...]) -> Card | None:
    wanted = [a.id for a in alerts if a.decision == "send" and a.title and SHOWN_STORY in a.title]
    return card_of(facts.alert_facts(connection, wanted[:1])[0]) if wanted else None


def _messages(card: Card | None, force: InForce, passes: tuple[Pass, ...]) -> Mapping[ChannelKind, Message]:
    if card is None:
        return {}
    at = card.seen or passes[-1].at
    channels: Mapping[ChannelKind, str] = {"console": "console", "slack": "pr-slack", "email": "morning-mail"}
    return {kind: render(kind, [card], zone=force.zone, now=at, channel=name) for kind, name in channels.items()}
