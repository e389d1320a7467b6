"""The watchlist in force: its rows in the store, its topics compiled, its channels by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.analysis.address import host_of, host_port, source_identity
from monitor.analysis.matching.match import Matcher
from monitor.analysis.query.definition import definition, version_hash
from monitor.fetch import masked
from monitor.model import Channel, Settings, Source, Topic, Watchlist
from monitor.store import tasks, wanted
from monitor.store.database import Connection, Store
from monitor.store.tasks import Questioned
from monitor.store.wanted import TopicRow, WantedSource, WantedTopic


@dataclass(frozen=True)
class InForce:
    """What the path works with; replaced as a whole when the watchlist changes."""

    watchlist: Watchlist
    settings: Settings
    number: int
    """The number of the configuration, as rows of ``config`` count them."""
    matcher: Matcher
    topics: Mapping[str, TopicRow]
    channels: Mapping[str, Channel]
    zone: ZoneInfo
    dropped: int = 0
    """Deliveries that became dead because their channel was removed."""
    names: Mapping[int, str] = field(default_factory=dict)
    anew: tuple[tuple[str, str], ...] = ()
    """Name and former address of sources that were given another address without ``was``."""
    sources: Mapping[int, Source] = field(default_factory=dict)
    """Source id to what the watchlist says of it: its secrets are nowhere else."""

    @property
    def versions(self) -> dict[str, tuple[int, int]]:
        """Topic name to (topic id, version id)."""
        return {name: (row.id, row.version) for name, row in self.topics.items()}

    def routes(self, topic: int) -> tuple[str, ...]:
        """The channels of a topic that are on."""
        row = next(r for r in self.topics.values() if r.id == topic)
        return tuple(c for c in row.channels if c in self.channels and self.channels[c].off is None)

    @property
    def on(self) -> tuple[str, ...]:
        """The channels that are on."""
        return tuple(name for name, channel in self.channels.items() if channel.off is None)


def wanted_source(source: Source) -> WantedSource:
    """A source with what its address means; the address was validated with the watchlist."""
    identity = source_identity(source.url) or source.url
    return WantedSource(
        source=source,
        identity=identity,
        host=host_port(source.url),
        outlet=source.outlet or source.name or host_of(source.url),
        was=source_identity(source.was) if source.was else None,
    )


def put_in_force(
    store: Store,
    watchlist: Watchlist,
    settings: Settings,
    *,
    digest: str,
    text: str,
    now: datetime,
    before: InForce | None = None,
) -> InForce:
    """Write the watchlist's rows in one transaction, and compile its topics.

    ``before`` is what was in force: a source whose login or proxy was changed since then is asked at once.

    Raises:
        StoreFull, StoreBusy: nothing was changed.
    """
    with store.write() as connection:
        force = _apply(connection, watchlist, settings, digest=digest, text=text, now=now, before=before)
        if before is not None:
            known = before.sources
            corrected = [n for n, s in force.sources.items() if n in known and known[n].access != s.access]
            wanted.ask_again(connection, corrected, now)
        return force


def _apply(
    connection: Connection,
    watchlist: Watchlist,
    settings: Settings,
    *,
    digest: str,
    text: str,
    now: datetime,
    before: InForce | None,
) -> InForce:
    limits = wanted.limits(connection)
    anew = wanted.apply_sources(connection, [wanted_source(s) for s in watchlist.sources], now)
    topics = wanted.apply_topics(
        connection, [WantedTopic(topic, version_hash(topic), definition(topic)) for topic in watchlist.topics], now,
        before=limits,
    )  # fmt: skip
    dropped = wanted.apply_channels(connection, watchlist.channels, now)
    number = wanted.note_config(connection, digest=digest, watchlist=text, now=now)
    active = [topic for topic in watchlist.topics if not topic.paused]
    matcher = before.matcher.edited(active) if before else Matcher(active)
    _drop_unwanted(connection, matcher, active, now)
    return InForce(
        watchlist=watchlist,
        settings=settings,
        number=number,
        matcher=matcher,
        topics=topics,
        channels={channel.name: channel for channel in watchlist.channels},
        zone=ZoneInfo(watchlist.timezone),
        dropped=dropped,
        names=wanted.topics_in_force(connection),
        anew=anew,
        sources=_by_id(connection, watchlist.sources),
    )


def _drop_unwanted(connection: Connection, matcher: Matcher, active: Sequence[Topic], now: datetime) -> None:
    """Articles that no source and no topic with ``read: full`` wants any more are not asked for."""
    questioned = tasks.questioned(connection)
    full = any(topic.read == "full" for topic in active)
    unwanted = [one.entry for one in questioned if not (full and _open(connection, matcher, one))]
    tasks.drop(connection, unwanted, now)


def _open(connection: Connection, matcher: Matcher, one: Questioned) -> bool:
    """Whether a topic with ``read: full`` cannot say without the full text whether the entry concerns it."""
    found = tasks.entry_of(connection, one.entry)
    if found is None:
        return False
    return bool(matcher.match(found[1], topics=one.topics, source=one.source).open)


def size_of(force: InForce) -> str:
    """``1 topic, 41 sources``."""
    counts = (len(force.topics), "topic"), (len(force.watchlist.sources), "source")
    return ", ".join(f"{count} {noun}" + ("" if count == 1 else "s") for count, noun in counts)


def anew_text(force: InForce) -> str:
    """What is to be said of sources that lost their history with their address; empty where there are none."""
    what = "sent again" if force.settings.first_poll == "all" else "listed, not sent"
    return "".join(
        f"{name} has a new address and no was:, so it counts as a new source: what it shows now is {what}. "
        f"To keep its history write was: {masked(address)}\n"
        for name, address in force.anew
    )


def _by_id(connection: Connection, sources: Sequence[Source]) -> dict[int, Source]:
    ids = wanted.source_ids(connection)
    keyed = ((ids.get((source.kind, source_identity(source.url) or source.url)), source) for source in sources)
    return {number: source for number, source in keyed if number is not None}
