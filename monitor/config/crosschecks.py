"""What only the whole watchlist shows: names that lead nowhere, addresses named twice, topics that nobody hears of."""

from __future__ import annotations

from monitor.analysis.address import host_of, source_identity
from monitor.analysis.text import fold
from monitor.config.complaints import FormReader
from monitor.config.findings import meant
from monitor.config.lines import written_at
from monitor.config.watchlist import Wanted
from monitor.model import FromSource, Source, Topic, Watchlist


def cross_check(watchlist: Watchlist, wanted: Wanted, reader: FormReader) -> None:
    """Complains to ``reader.into`` of everything that does not fit together."""
    for topic in wanted.topics.values():
        way, subject = ("topics", topic.name), f'topic "{topic.name}"'
        reader.known(topic.channels, (*way, "channels"), subject, what="channel", known=wanted.channel_names)
    for source in wanted.sources.values():
        way, subject = ("sources", source.name), f'source "{source.name}"'
        reader.known(source.topics or (), (*way, "topics"), subject, what="topic", known=wanted.topic_names)
    _read_by(wanted, reader)
    if watchlist.owner not in wanted.channel_names and not reader.unset(("owner",)):
        near = meant(reader.raw(watchlist.owner, ("owner",)), wanted.channel_names)
        quoted = reader.into.quote(("owner",))
        reader.into.error(("owner",), f"owner: there is no channel {quoted}{near}", value=True)
    _asked(wanted, reader)
    _former_topics(wanted, reader)
    _former_addresses(wanted, _addresses(wanted, reader), reader)
    _unheard(watchlist, wanted, reader)


def _read_by(wanted: Wanted, reader: FormReader) -> None:
    """Complains of sources that conditions name and nobody has, and tells of what they mean for the reading."""
    conditions = [
        *((("fragments", name), query) for name, query in wanted.fragments.items()),
        *((("topics", topic.name), topic.query) for topic in wanted.topics.values()),
    ]
    # Where there are none at all, the file is a first sketch.
    for way, query in conditions if wanted.source_names else ():
        for key, names in (("sources", query.sources), ("except_sources", query.except_sources)):
            subject = f'{way[0].removesuffix("s")} "{way[1]}"'
            reader.known(names, (*way, key), subject, what="source", known=wanted.source_names)
    for topic in wanted.topics.values():
        way, subject = ("topics", topic.name), f'topic "{topic.name}"'
        for name in topic.query.sources:
            readers = wanted.sources[name].topics if name in wanted.sources else None
            if readers is not None and topic.name not in readers:
                message = f'source "{name}" is read for other topics only, as its own "topics" says'
                reader.into.add("warning", reader.place((*way, "sources"), name), f"{subject}: {message}", value=True)
        read = _read_for(topic, wanted)
        if topic.read == "full" and not topic.query.sources and read and not topic.paused:
            count = f"{read} source{'s' if read > 1 else ''}"
            message = f"asks for the page of every new entry of {count}, unless headline and teaser decide it"
            reader.into.add("info", (*way, "read"), f"{subject}: {message}")


def _asked(wanted: Wanted, reader: FormReader) -> None:
    """Warns of sources that a query asks for, and that no source of the file can be."""
    if not wanted.sources or len(wanted.sources) < len(wanted.source_names):
        # Where there are none, the file is a first sketch; of one that could not be read, nobody knows the outlet.
        return
    known = [*wanted.source_names, *dict.fromkeys(source.outlet for source in wanted.sources.values() if source.outlet)]
    for way, asked in wanted.asked:
        if any(_may_be(asked, source) for source in wanted.sources.values()):
            continue
        place = (*way, "query")
        if not reader.raw(str(reader.value(place)), place):
            # A variable stands in it.
            continue
        near = meant(asked.name, wanted.source_names if asked.whole else known)
        wrong = (
            f'is called exactly "{asked.name}"' if asked.whole else f'has "{asked.name}" in its name, outlet or address'
        )
        message = f'"query": no source {wrong}{near}'
        subject = f'{way[0].removesuffix("s")} "{way[1]}"'
        start, end = written_at(reader.into.document, place, asked.name)
        reader.into.add_span("warning", start, end, f"{subject}: {message}")


def _may_be(asked: FromSource, source: Source) -> bool:
    """Whether entries of a source may be what is asked for."""
    if asked.whole:
        return asked.name == source.name
    names = [fold(source.name), fold(source.outlet or "")]
    if any(fold(asked.name) in name for name in names):
        return True
    # Feeds often lie on another host than the articles (feeds.bbci.co.uk for bbc.co.uk).
    label = asked.name.lower().removeprefix("www.").split(".")[0]
    return "." in asked.name and any(label in text for text in (*names, host_of(source.url)))


def _read_for(topic: Topic, wanted: Wanted) -> int:
    """How many sources a topic hears."""
    return sum(
        (source.topics is None or topic.name in source.topics) and source.name not in topic.query.except_sources
        for source in wanted.sources.values()
        if not source.paused
    )


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
