"""``watchlist.yaml`` to :class:`monitor.model.Watchlist`: each topic, source and channel on its own, then together.

One wrong topic does not hide the mistakes of the others, and no check of the whole depends on a part
that could not be read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import NoneType
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from monitor.config.channels import read_channel
from monitor.config.complaints import FormReader
from monitor.config.document import Way
from monitor.config.findings import meant
from monitor.config.grammar import SourceForm, WatchlistForm, known_keys
from monitor.config.sources import read_source
from monitor.config.topics import read_conditions
from monitor.model import Channel, FromSource, Query, Source, Topic, Watchlist

MAPS = ("topics", "fragments", "sources", "channels")
NAME_CAP = 100
"""Characters of a name: it stands in subjects of mails and in commands."""
TELLING = frozenset({"auth", "headers", "proxy", "user", "password", "token"})
"""Keys whose values are secrets, wherever they stand."""

Kept = TypeVar("Kept", Topic, Source, Channel, Query)


@dataclass
class Wanted:
    """What could be read so far, and all names, also of what could not."""

    topics: dict[str, Topic] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    fragments: dict[str, Query] = field(default_factory=dict)
    asked: list[tuple[Way, FromSource]] = field(default_factory=list)
    """What queries ask of sources, each with the topic or fragment that does."""
    topic_names: tuple[str, ...] = ()
    source_names: tuple[str, ...] = ()
    channel_names: tuple[str, ...] = ()


def shown_wish(way: Way) -> bool:
    """Whether a value of ``watchlist.yaml`` may stand in a finding: never a channel's, what lets the monitor in at a
    source, nor an unknown key's."""
    if way[:1] in (("timezone",), ("owner",)):
        return True
    if way[:1] in (("topics",), ("fragments",)):
        return not TELLING.intersection(way[1:3])
    if way[:1] != ("sources",) or TELLING.intersection(way[1:3]):
        # One that stands too far to the left, and became a name, is hidden as well.
        return False
    return len(way) == 2 or (way[2:3] != () and way[2] in known_keys(SourceForm))


def read_wishes(reader: FormReader, environ: Mapping[str, str]) -> tuple[Watchlist, Wanted]:
    """The watchlist as far as it could be read, after complaining to ``reader.into`` of all that could not."""
    wanted = Wanted()
    zone, owner = _top(reader)
    wanted.topic_names = tuple(_names("topics", reader, "nothing is looked for"))
    # The console is there whether it is written or not.
    named = _names("channels", reader, "alerts go to the console")
    wanted.channel_names = tuple(dict.fromkeys(["console", *named]))
    fragment_names = tuple(_names("fragments", reader))
    conditions = read_conditions(reader, wanted.topic_names, fragment_names)
    for name in fragment_names:
        _keep(wanted.fragments, name, conditions.fragment(name))
    for name in wanted.topic_names:
        _keep(wanted.topics, name, conditions.topic(name))
    conditions.tell_unused()
    wanted.asked = conditions.asked
    wanted.source_names = tuple(_names("sources", reader, "nothing is read"))
    for name in wanted.source_names:
        _keep(wanted.sources, name, read_source(name, reader))
    for name in wanted.channel_names:
        _keep(wanted.channels, name, read_channel(name, reader))
    watchlist = Watchlist(
        timezone=read_timezone(zone, reader, environ),
        owner=owner,
        topics=tuple(wanted.topics.values()),
        sources=tuple(wanted.sources.values()),
        channels=tuple(wanted.channels.values()),
    )
    return watchlist, wanted


def _keep(kept: dict[str, Kept], name: str, read: Kept | None) -> None:
    if read is not None:
        kept[name] = read


def _top(reader: FormReader) -> tuple[str | None, str]:
    """Time zone (None: the system's) and owner, after checking everything but the maps."""
    data = reader.value(())
    if isinstance(data, dict):
        data = {key: {} if key in MAPS else value for key, value in data.items()}
    bare = replace(reader.resolved, data={} if data is None else data)
    replace(reader, resolved=bare).read(WatchlistForm, (), "")
    zone, owner = reader.value(("timezone",)), reader.value(("owner",))
    # What is no text has just been complained of; the rest is worth checking whatever else is wrong.
    return zone if isinstance(zone, str) else None, owner if isinstance(owner, str) else "console"


def _names(part: str, reader: FormReader, without: str = "") -> list[str]:
    """The names in one of the maps, after complaining of those that cannot be used. ``without`` says what it means
    that there are none, where that is worth a warning."""
    value = reader.value((part,))
    if not isinstance(reader.value(()), dict | NoneType):
        # That the whole is no mapping has been said.
        return []
    if value is not None and not isinstance(value, dict):
        reader.into.error((part,), f"{part}: expected names with what belongs to each", f"{part}: {{NAME: ...}}")
        return []
    if not value and not without:
        return []
    if not value:
        way = (part,) if reader.into.document.positions.get((part,)) else ()
        reader.into.add("warning", way, f"no {part}: {without}")
        return []
    return [name for name in value if _usable_name((part, name), name, reader)]


def _usable_name(way: Way, name: str, reader: FormReader) -> bool:
    wrong = ""
    if not name.strip():
        wrong = "a name is missing here"
    elif len(name) > NAME_CAP:
        wrong = f"this name is longer than {NAME_CAP} characters"
    elif not name.isprintable() or name != name.strip():
        wrong = "a name may hold no control characters, and no spaces at its ends"
    if wrong:
        reader.into.error(way, f"{way[0]}: {wrong}")
    return not wrong


def read_timezone(name: str | None, reader: FormReader, environ: Mapping[str, str]) -> str:
    """The name of the time zone: the one written, else the system's, which is said."""
    if name is not None:
        if not reader.unset(("timezone",)) and not _is_zone(name):
            near = meant(name, available_timezones())
            quoted = reader.into.quote(("timezone",)) or "this"
            reader.into.error(("timezone",), f"timezone: {quoted} is no time zone{near}", value=True)
        return name
    zone = system_timezone(environ)
    reader.into.add("info", (), f"timezone: {zone}, as the system has it; timezone: NAME sets another")
    return zone


def system_timezone(environ: Mapping[str, str], link: str = "/etc/localtime") -> str:
    """The system's zone, from ``TZ``, else from where the link of localtime leads; ``UTC`` where neither tells."""
    given = environ.get("TZ", "").removeprefix(":")
    _, _, linked = os.path.realpath(link).rpartition("zoneinfo/")
    return next((zone for zone in (given, linked) if zone and _is_zone(zone)), "UTC")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: the name of a folder of zones, or one longer than a file name may be.
        return False
    return True
