"""Which topics a draft changes, and what each is compared with: the version in force, or the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.analysis.query.definition import definition
from monitor.analysis.query.versions import line_of, query_of
from monitor.model import Channel, Query, Topic, Watchlist
from monitor.store import versions
from monitor.store.database import Connection
from monitor.store.versions import StoredTopic

Status = Literal["new", "changed", "removed", "renamed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A topic of the draft or of what is in force, and what it is compared with."""

    name: str
    """As the draft has it; of a removed one as it was."""
    status: Status
    draft: Topic | None
    base: Topic | None
    """Under the draft's name; None: it is compared with nothing."""
    was: str | None = None
    """Its name in force, where the draft has another."""
    definition: str = ""
    base_definition: str = ""
    before: bool = False
    """The draft's version is the one in force, so the one before it is what it is compared with."""
    reads: bool = False
    """Sources that it reads are no longer read by it, or others are now: by the limits on the sources."""

    @property
    def unread(self) -> bool:
        """The version that it is compared with cannot be read back, so it finds nothing."""
        return self.base is not None and self.base.query == Query()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A draft and its base, as two whole watchlists."""

    draft: Watchlist
    base: Watchlist
    topics: tuple[Compared, ...]
    names: Mapping[str, str]
    """Name in force to name in the draft, where they differ."""
    asked: str | None = None
    """The one topic that is tried; None: all."""

    @property
    def changed(self) -> tuple[Compared, ...]:
        """The topics that are not as they were."""
        return tuple(one for one in self.topics if one.status != "unchanged")

    @property
    def tried(self) -> tuple[Compared, ...]:
        """The topics that are shown one by one: the one that was asked for, else those that are not as they were."""
        return self.changed if self.asked is None else tuple(one for one in self.topics if one.name == self.asked)


def compare_topic(connection: Connection, watchlist: Watchlist, name: str) -> Comparison:
    """One topic of the watchlist, the others as the watchlist has them on both sides.

    Where its version is the one in force it is compared with the one before, and with nothing where there is none.
    A paused topic is tried as if it were not.
    """
    draft = replace(
        watchlist,
        topics=tuple(replace(one, paused=False) if one.name == name else one for one in watchlist.topics),
    )
    topic = next(one for one in draft.topics if one.name == name)
    found = _former(topic, {row.name: row for row in versions.topics_in_force(connection)})
    one = _compared(topic, found, _Limits.of(connection, draft), back=True)
    one = replace(one, base=None if one.base is None else replace(one.base, paused=False))
    others = tuple(other for other in draft.topics if other.name != name)
    base = replace(
        draft, topics=(*others, *([one.base] if one.base else [])), channels=_channels(connection, draft)
    )  # fmt: skip
    rest = tuple(_same(other) for other in others)
    return Comparison(draft, base, (one, *rest), _renamed((one,)), asked=name)


def compare(connection: Connection, watchlist: Watchlist) -> Comparison:
    """Every topic of the watchlist, and those that it would remove, with what is in force.

    Where all is in force already, each topic that had another version before is compared with that.
    """
    rows = {row.name: row for row in versions.topics_in_force(connection)}
    former = {topic.name: _former(topic, rows) for topic in watchlist.topics}
    limits = _Limits.of(connection, watchlist)
    found = [_compared(topic, former[topic.name], limits, back=False) for topic in watchlist.topics]
    kept = {row.id for row in former.values() if row}
    gone = [row for row in rows.values() if row.id not in kept]
    if not gone and all(one.status == "unchanged" for one in found):
        found = [
            _compared(topic, row, limits, back=True) if (row := former[topic.name]) and _earlier(row) else _same(topic)
            for topic in watchlist.topics
        ]
    found += [
        Compared(
            row.name, "removed", None, _stored(row, row.name, row.definition), base_definition=line_of(row.definition)
        )
        for row in gone
    ]
    topics = tuple(one.base for one in found if one.base is not None)
    base = replace(watchlist, topics=topics, channels=_channels(connection, watchlist))
    return Comparison(watchlist, base, tuple(found), _renamed(found))


def _channels(connection: Connection, watchlist: Watchlist) -> tuple[Channel, ...]:
    """The channels of the base: those of the draft, and those in force that the draft has no longer."""
    known = {channel.name for channel in watchlist.channels}
    off = versions.channels_off(connection)
    return (*watchlist.channels, *(Channel(name, off=why) for name, why in off.items() if name not in known))


@dataclass(frozen=True, slots=True)
class _Limits:
    """Which topics read which source, by its name, in force and in the draft."""

    stored: Mapping[str, tuple[str, ...] | None]
    draft: Mapping[str, tuple[str, ...] | None]

    @classmethod
    def of(cls, connection: Connection, draft: Watchlist) -> _Limits:
        return cls(versions.limits_in_force(connection), {source.name: source.topics for source in draft.sources})

    def changed(self, was: str, name: str) -> bool:
        """Whether the topic reads other ones than before of the sources that both know."""
        both = self.stored.keys() & self.draft.keys()
        return any(_reads(self.stored[source], was) != _reads(self.draft[source], name) for source in both)


def _reads(topics: tuple[str, ...] | None, name: str) -> bool:
    return topics is None or name in topics


def _earlier(row: StoredTopic) -> str | None:
    """The definition that was in force before, of those that meant something else; None: there was none."""
    return next((text for text in row.earlier if line_of(text) != line_of(row.definition)), None)


def _former(topic: Topic, rows: Mapping[str, StoredTopic]) -> StoredTopic | None:
    """What a topic is in force, by its name or by the one that it had (``was``)."""
    return rows.get(topic.name) or (rows.get(topic.was) if topic.was else None)


def _compared(topic: Topic, row: StoredTopic | None, limits: _Limits, *, back: bool) -> Compared:
    own = definition(topic)
    if row is None:
        return Compared(topic.name, "new", topic, None, definition=own)
    was = row.name if row.name != topic.name else None
    stored, moved = line_of(row.definition), limits.changed(row.name, topic.name)
    if stored == own and back and not moved:
        earlier = _earlier(row)
        if earlier is None:
            return Compared(topic.name, "new", topic, None, was, own, before=True)
        base = _stored(row, topic.name, earlier)
        return Compared(topic.name, "changed", topic, base, was, own, line_of(earlier), before=True)
    if stored != own:
        base = _stored(row, topic.name, row.definition)
        return Compared(topic.name, "changed", topic, base, was, own, stored, reads=moved)
    base = replace(topic, channels=row.channels, paused=row.paused)
    routed = (row.channels, row.paused) == (topic.channels, topic.paused)
    status: Status = "renamed" if was else "unchanged" if routed and not moved else "changed"
    return Compared(topic.name, status, topic, base, was, own, own, reads=moved)


def _same(topic: Topic) -> Compared:
    own = definition(topic)
    return Compared(topic.name, "unchanged", topic, topic, None, own, own)


def _stored(row: StoredTopic, name: str, text: str) -> Topic:
    """A version as a topic. One that cannot be read back finds nothing."""
    return Topic(name, query_of(text) or Query(), channels=row.channels, paused=row.paused)


def _renamed(topics: Sequence[Compared]) -> dict[str, str]:
    return {one.was: one.name for one in topics if one.was}
