"""Which sources watch a host, how often they were polled, and what they may have missed; each is asked for once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from monitor.analysis.address import canonical, host_of, source_identity
from monitor.analysis.text import fold
from monitor.pipeline.explain.question import host_forms
from monitor.store import sightings
from monitor.store.database import Connection
from monitor.store.sightings import Gap, Polls, Reader


class Watch:
    """The sources as one view of the store knows them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._watching: dict[str, tuple[Reader, ...]] = {}
        self._polls: dict[tuple[tuple[int, ...], datetime | None], Polls] = {}
        self._gaps: dict[int, list[Gap]] = {}

    @cached_property
    def readers(self) -> Mapping[int, Reader]:
        """All sources that are or were polled, by id, in the order of their names."""
        return {reader.id: reader for reader in sightings.readers(self._connection)}

    def reading(self, host: str) -> tuple[Reader, ...]:
        """The sources that are read from this host (or one within it, or around it), or have published from it."""
        key = bare_host(host)
        if key not in self._watching:
            published: set[int] = set()
            for form in host_forms(key):
                published |= sightings.publishers_of(self._connection, f"https://{form}/")
            self._watching[key] = tuple(
                reader
                for reader in self.readers.values()
                if reader.id in published or _related(self._hosts[reader.id], key)
            )
        return self._watching[key]

    def own(self, host: str) -> tuple[int, ...]:
        """The sources that are read from this host, not only publish from it."""
        key = bare_host(host)
        return tuple(source for source in self.readers if _related(self._hosts[source], key))

    def entries(self, host: str, readers: Sequence[Reader]) -> Mapping[int, int]:
        """Source to the number of its entries; of one that is read from elsewhere, those from the host."""
        own = self.own(host)
        found: dict[int, int] = {}
        for form in host_forms(bare_host(host)):
            for source, number in sightings.entries_from(self._connection, f"https://{form}/").items():
                found[source] = found.get(source, 0) + number
        return found | sightings.entries_of(self._connection, [reader.id for reader in readers if reader.id in own])

    def itself(self, url: str) -> Reader | None:
        """The source whose own address this is, now or by the watchlist; one in force before a retired one."""
        own = (self._own.get(form) for form in (source_identity(url), canonical(url)) if form)
        return next((reader for reader in own if reader is not None), None)

    def named(self, words: str) -> Reader | None:
        """The source of that name, in any case; one in force before a retired one."""
        return self._named.get(fold(words) or words)

    @cached_property
    def _own(self) -> Mapping[str, Reader]:
        found: dict[str, Reader] = {}
        for reader in self._by_force:
            for form in (source_identity(reader.url), source_identity(reader.address), canonical(reader.url)):
                if form:
                    found.setdefault(form, reader)
        return found

    @cached_property
    def _named(self) -> Mapping[str, Reader]:
        found: dict[str, Reader] = {}
        for reader in self._by_force:
            found.setdefault(fold(reader.name) or reader.name, reader)
        return found

    @cached_property
    def _hosts(self) -> Mapping[int, str]:
        return {reader.id: bare_host(host_of(reader.url)) for reader in self.readers.values()}

    @property
    def _by_force(self) -> list[Reader]:
        """Sources in force before retired ones."""
        return sorted(self.readers.values(), key=lambda reader: reader.retired_at is not None)

    def polls(self, sources: Sequence[int], *, since: datetime | None) -> Polls:
        """How often these sources were polled since then."""
        key = (tuple(sources), since)
        if key not in self._polls:
            self._polls[key] = sightings.polls_of(self._connection, sources, since=since)
        return self._polls[key]

    def gaps(self, sources: Sequence[int]) -> list[Gap]:
        """When entries of these sources may have been missed, the newest first."""
        unknown = [source for source in sources if source not in self._gaps]
        if unknown:
            self._gaps |= {source: [] for source in unknown}
            for gap in sightings.gaps_of(self._connection, unknown):
                self._gaps[gap.source].append(gap)
        found = [gap for source in sources for gap in self._gaps[source]]
        return sorted(found, key=lambda gap: (gap.until, gap.source), reverse=True)


def bare_host(host: str) -> str:
    """The host as canonical addresses have it, in ASCII: without ``www.`` and the like."""
    bare = host_of(canonical(f"https://{host}/x") or "") or host
    return host_forms(bare)[0]


def _related(one: str, other: str) -> bool:
    """Whether two hosts are the same, or one lies within the other (``rss.example.org``)."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
