"""What only the whole watchlist shows: names that lead nowhere, addresses named twice, topics that nobody hears of."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.analysis.address import source_identity
from monitor.config.complaints import FormReader
from monitor.config.document import Way
from monitor.config.findings import meant
from monitor.config.watchlist import Wanted
from monitor.model import Watchlist

NEAREST_CAP = 50
"""Findings after which the nearest name is no longer searched: with 3,000 names one search takes 60 ms."""


def cross_check(watchlist: Watchlist, wanted: Wanted, reader: FormReader) -> None:
    """Complains to ``reader.into`` of everything that does not fit together."""
    for topic in wanted.topics.values():
        way = ("topics", topic.name)
        _known(topic.channels, (*way, "channels"), f'topic "{topic.name}"', "channel", wanted.channel_names, reader)
    for source in wanted.sources.values():
        way = ("sources", source.name)
        _known(source.topics or (), (*way, "topics"), f'source "{source.name}"', "topic", wanted.topic_names, reader)
    if watchlist.owner not in wanted.channel_names and not reader.unset(("owner",)):
        near = meant(_raw(watchlist.owner, ("owner",), reader), wanted.channel_names)
        quoted = reader.into.quote(("owner",))
        reader.into.error(("owner",), f"owner: there is no channel {quoted}{near}", value=True)
    _former_topics(wanted, reader)
    _former_addresses(wanted, _addresses(wanted, reader), reader)
    _unheard(watchlist, wanted, reader)


def _raw(name: str, way: Way, reader: FormReader) -> str:
    """The name for the search of the nearest one; nothing where a variable stands for it."""
    return name if reader.into.quote(way) == f'"{name}"' else ""


def _known(names: Iterable[str], way: Way, subject: str, what: str, known: tuple[str, ...], reader: FormReader) -> None:
    for name in names:
        if name in known:
            continue
        written = reader.value(way)
        place = (*way, str(written.index(name))) if isinstance(written, list) and name in written else way
        if not reader.unset(place):
            quoted = reader.into.quote(place)
            near = meant(_raw(name, place, reader), known if len(reader.into.found) < NEAREST_CAP else ())
            reader.into.error(place, f"{subject}: there is no {what} {quoted}{near}", value=True)


def _former_topics(wanted: Wanted, reader: FormReader) -> None:
    heirs: dict[str, str] = {}
    for topic in wanted.topics.values():
        way = ("topics", topic.name, "was")
        if topic.was is None or reader.unset(way):
            continue
        if topic.was in wanted.topic_names:
            quoted = reader.into.quote(way)
            message = f"was: {quoted} is the name of a topic in this file; was names one that is gone"
            reader.into.error(way, f'topic "{topic.name}": {message}', value=True)
        elif topic.was in heirs:
            message = f'was: topic "{heirs[topic.was]}" has the same earlier name; only one can have its history'
            reader.into.error(way, f'topic "{topic.name}": {message}', value=True)
        heirs.setdefault(topic.was, topic.name)


def _addresses(wanted: Wanted, reader: FormReader) -> dict[str, str]:
    """The source that reads each address, by identity, after complaining of sources with one address."""
    readers: dict[str, str] = {}
    for source in wanted.sources.values():
        way = ("sources", source.name)
        identity = source_identity(source.url)
        if identity is None or reader.unset((*way, "url")):
            continue
        if identity in readers:
            other = readers[identity]
            line = reader.into.document.positions[("sources", other)][0]
            message = f'has the address of source "{other}" (line {line}); one address is one source'
            reader.into.error((*way, "url"), f'source "{source.name}": {message}', value=True)
        readers.setdefault(identity, source.name)
    return readers


def _former_addresses(wanted: Wanted, readers: dict[str, str], reader: FormReader) -> None:
    heirs: dict[str, str] = {}
    for source in wanted.sources.values():
        way = ("sources", source.name, "was")
        former = source_identity(source.was) if source.was is not None else None
        if former is None or reader.unset(way):
            continue
        if former in readers:
            message = f'source "{readers[former]}" reads this address now; was names one that is gone'
            reader.into.error(way, f'source "{source.name}": was: {message}', value=True)
        elif former in heirs:
            message = f'source "{heirs[former]}" has the same earlier address; only one can have its history'
            reader.into.error(way, f'source "{source.name}": was: {message}', value=True)
        heirs.setdefault(former, source.name)


def _unheard(watchlist: Watchlist, wanted: Wanted, reader: FormReader) -> None:
    off = {channel.name for channel in wanted.channels.values() if channel.off}
    for topic in wanted.topics.values():
        if topic.channels and off.issuperset(topic.channels):
            message = "every channel of it is off; its stories are listed, not sent"
            reader.into.add("info", ("topics", topic.name), f'topic "{topic.name}": {message}')
    if watchlist.owner in off:
        message = f"owner: {reader.into.quote(('owner',))} is off; the console hears instead"
        reader.into.add("warning", ("owner",), message, value=True)
