"""Which topics a draft changes, and what each is compared with: the version in force, or the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.analysis.query import definition, version_hash
from monitor.analysis.versions import query_of
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
    one = _compared(topic, found, back=True)
    one = replace(one, base=None if one.base is None else replace(one.base, channels=topic.channels, paused=False))
    others = tuple(other for other in draft.topics if other.name != name)
    base = replace(draft, topics=(*others, *([one.base] if one.base else [])))
    rest = tuple(_same(other) for other in others)
    return Comparison(draft, base, (one, *rest), _renamed((one,)), asked=name)


def compare(connection: Connection, watchlist: Watchlist) -> Comparison:
    """Every topic of the watchlist, and those that it would remove, with what is in force.

    Where all is in force already, each topic that had another version before is compared with that.
    """
    rows = {row.name: row for row in versions.topics_in_force(connection)}
    former = {topic.name: _former(topic, rows) for topic in watchlist.topics}
    found = [_compared(topic, former[topic.name], back=False) for topic in watchlist.topics]
    kept = {row.id for row in former.values() if row}
    gone = [row for row in rows.values() if row.id not in kept]
    if not gone and all(one.status == "unchanged" for one in found):
        found = [
            _compared(topic, row, back=True) if (row := former[topic.name]) and row.before else _same(topic)
            for topic in watchlist.topics
        ]
    found += [
        Compared(row.name, "removed", None, _stored(row, row.name, row.definition), base_definition=row.definition)
        for row in gone
    ]
    topics = tuple(one.base for one in found if one.base is not None)
    off = versions.channels_off(connection)
    known = {channel.name for channel in watchlist.channels}
    channels = tuple(Channel(name, off=why) for name, why in off.items() if name not in known)
    base = replace(watchlist, topics=topics, channels=(*watchlist.channels, *channels))
    return Comparison(watchlist, base, tuple(found), _renamed(found))


def _former(topic: Topic, rows: Mapping[str, StoredTopic]) -> StoredTopic | None:
    """What a topic is in force, by its name or by the one that it had (``was``)."""
    return rows.get(topic.name) or (rows.get(topic.was) if topic.was else None)


def _compared(topic: Topic, row: StoredTopic | None, *, back: bool) -> Compared:
    own = definition(topic)
    if row is None:
        return Compared(topic.name, "new", topic, None, definition=own)
    was = row.name if row.name != topic.name else None
    same = row.hash == version_hash(topic)
    if same and back:
        if row.before is None:
            return Compared(topic.name, "new", topic, None, was, own, before=True)
        base = _stored(row, topic.name, row.before[1])
        return Compared(topic.name, "changed", topic, base, was, own, row.before[1], before=True)
    if not same:
        return Compared(
            topic.name, "changed", topic, _stored(row, topic.name, row.definition), was, own, row.definition
        )
    base = replace(topic, channels=row.channels, paused=row.paused)
    routed = (row.channels, row.paused) == (topic.channels, topic.paused)
    status: Status = "renamed" if was else "unchanged" if routed else "changed"
    return Compared(topic.name, status, topic, base, was, own, own)


def _same(topic: Topic) -> Compared:
    own = definition(topic)
    return Compared(topic.name, "unchanged", topic, topic, None, own, own)


def _stored(row: StoredTopic, name: str, text: str) -> Topic:
    """A version as a topic. One that cannot be read back finds nothing."""
    return Topic(name, query_of(text) or Query(), channels=row.channels, paused=row.paused)


def _renamed(topics: Sequence[Compared]) -> dict[str, str]:
    return {one.was: one.name for one in topics if one.was}
