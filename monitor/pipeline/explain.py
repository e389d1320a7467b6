"""Walks the path backwards: what became of an entry or address, why, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from monitor.analysis.address import canonical, host_of
from monitor.analysis.match import Matcher, Matches
from monitor.errors import UsageError
from monitor.model import TOLD, Entry
from monitor.pipeline import sentences
from monitor.pipeline.question import Address, AlertId, Id, Words, day_in, read_question
from monitor.pipeline.sentences import Fact, Moments, sentence_of
from monitor.store import evidence, listing, listing_alerts, listing_wanted
from monitor.store.database import Connection
from monitor.store.entries import texts
from monitor.store.evidence import JoinRow, MatchRow, NearMissRow, Reader
from monitor.store.listing import EntryRow, StoryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow

VERDICTS: Final = (
    "unknown_source", "gap", "not_fetched", "rejected", "not_matched", "unrouted", "baseline", "backfill", "import",
    "folded", "capped", "muted", "held", "queued", "dead", "sent",
)  # fmt: skip
"""Of several the last one is the verdict."""
_RANK: Final = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
FOUND_CAP: Final = 20
"""Entries explained for one question in words."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole way of what was asked for."""

    question: str
    verdict: str
    """One of ``VERDICTS``."""
    sentence: str
    entries: tuple[EntryRow, ...] = ()
    matches: tuple[MatchRow, ...] = ()
    near_misses: tuple[NearMissRow, ...] = ()
    """As noted when it was read; where none were, those of the watchlist as it stands, on the text that is kept."""
    story: StoryRow | None = None
    evidence: tuple[JoinRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()
    deliveries: tuple[DeliveryRow, ...] = ()


class Explainer:
    """Answers questions on one consistent view of the store."""

    def __init__(self, connection: Connection, matcher: Matcher, *, zone: ZoneInfo, now: datetime) -> None:
        """``matcher`` holds the topics as the watchlist stands; times are said in ``zone``, as seen from ``now``."""
        self._connection = connection
        self._matcher = matcher
        self._moments = Moments(zone, now)
        self._watched: dict[str, list[Reader]] = {}

    def explain(self, question: str) -> list[Explanation]:
        """What became of an address or id; of each entry (at most ``FOUND_CAP``) for words.

        Raises:
            UsageError: there is no such id, or nothing was asked.
        """
        asked = read_question(question)
        if isinstance(asked, Address):
            found = evidence.entries_at(self._connection, asked.url, canonical(asked.url))
            return [self._of_entries(question, found) if found else self._of_address(question, asked.url)]
        if isinstance(asked, Words):
            return self._of_words(question, asked.words)
        if isinstance(asked, AlertId):
            return self._of_alert(question, asked.start)
        return [self._of_id(question, asked)]

    # --- where the question leads -----------------------------------------------------------------

    def _of_words(self, question: str, words: Sequence[str]) -> list[Explanation]:
        if not words:
            raise UsageError("explain what? Give an address, an id (e12 s7 a9f2c1 d55) or words of a headline")
        found = evidence.entries_titled(self._connection, words, limit=FOUND_CAP)
        if not found:
            return [Explanation(question, "not_fetched", sentences.nothing_titled(words))]
        return [self._of_entries(question, [entry]) for entry in found]

    def _of_id(self, question: str, asked: Id) -> Explanation:
        if asked.kind == "entry":
            found = [row.id for row in listing.entries_by_id(self._connection, [asked.number])]
        elif asked.kind == "story":
            found = self._members([asked.number])
        elif asked.kind == "event":
            found = self._members(evidence.stories_of_event(self._connection, asked.number))
        else:
            return self._of_delivery(question, asked.number)
        if not found:
            raise UsageError(f"there is no {asked.kind} {question}")
        return self._of_entries(question, found)

    def _members(self, stories: Sequence[int]) -> list[int]:
        roots = [story.id for story in listing.stories_by_id(self._connection, stories)]
        return [entry for root in roots for entry in listing.members(self._connection, root)]

    def _of_delivery(self, question: str, number: int) -> Explanation:
        rows = listing_alerts.deliveries_by_id(self._connection, [number])
        if not rows or not rows[0].alerts:
            raise UsageError(f"there is no delivery {question}")
        alerts = [a for i in rows[0].alerts for a in listing_alerts.alerts_by_id(self._connection, i)]
        entries = list(dict.fromkeys(a.entry for a in alerts if a.entry is not None))
        only = [alert.id for alert in alerts]
        return self._of_entries(question, entries, only=only) if entries else self._of_health(question, alerts[0])

    def _of_alert(self, question: str, start: str) -> list[Explanation]:
        found = listing_alerts.alerts_by_id(self._connection, start)
        if not found:
            return self._of_words(question, [start])
        if len(found) != 1:
            raise UsageError(f"several alerts begin with {start}")
        alert = found[0]
        return [
            self._of_health(question, alert)
            if alert.entry is None
            else self._of_entries(question, [alert.entry], only=[alert.id])
        ]

    def _of_health(self, question: str, alert: AlertRow) -> Explanation:
        deliveries = listing_alerts.deliveries_of_alerts(self._connection, [alert.id])
        verdict = _judged(alert, deliveries[-1] if deliveries else None)
        return Explanation(question, verdict, alert.reason, alerts=(alert,), deliveries=tuple(deliveries))

    # --- entries ----------------------------------------------------------------------------------

    def _of_entries(self, question: str, ids: Sequence[int], *, only: Sequence[str] = ()) -> Explanation:
        """What became of entries; asked for the alerts ``only``, the verdict and its sentence are theirs."""
        entries = listing.entries_by_id(self._connection, ids)
        matches = evidence.matches_of(self._connection, ids)
        joins = evidence.joins_of(self._connection, ids)
        alerts = listing_alerts.alerts_of_entries(self._connection, ids)
        deliveries = listing_alerts.deliveries_of_alerts(self._connection, [a.id for a in alerts])
        near, would = self._near(entries, matches)
        found: list[tuple[str, Fact]] = []
        for entry in entries:
            fact = Fact(
                entry=entry,
                matches=tuple(m for m in matches if m.entry == entry.id),
                near=tuple(n for n in near if n.entry == entry.id),
                would_match=would.get(entry.id, ()),
                join=next((j for j in joins if j.entry == entry.id), None),
            )
            found += self._facts(fact, alerts, deliveries)
        asked = [(name, fact) for name, fact in found if fact.alert is not None and fact.alert.id in only]
        found = asked or found
        verdict, fact = max(found, key=lambda pair: _RANK[pair[0]])  # the first of equals: what was told first
        same = [other.alert.channel for name, other in found if name == verdict and other.alert]
        fact = replace(fact, also=tuple(dict.fromkeys(same))[1:])
        stories = listing.stories_by_id(self._connection, [fact.entry.story] if fact.entry.story else [])
        return Explanation(
            question=question,
            verdict=verdict,
            sentence=sentence_of(verdict, fact, self._moments),
            entries=tuple(entries),
            matches=tuple(matches),
            near_misses=tuple(near),
            story=stories[0] if stories else None,
            evidence=tuple(joins),
            alerts=tuple(alerts),
            deliveries=tuple(deliveries),
        )

    def _facts(
        self, fact: Fact, alerts: Sequence[AlertRow], deliveries: Sequence[DeliveryRow]
    ) -> list[tuple[str, Fact]]:
        own = [alert for alert in alerts if alert.entry == fact.entry.id]
        found: list[tuple[str, Fact]] = []
        for alert in own:
            carried: list[DeliveryRow | None] = [d for d in deliveries if alert.id in d.alerts]
            for delivery in carried or [None]:
                verdict = _judged(alert, delivery)
                told = self._told(alert) if verdict == "folded" else None
                found.append((verdict, replace(fact, alert=alert, delivery=delivery, told=told)))
        if not fact.matches:
            found.append(("not_matched", fact))
        elif not own:
            found.append(("unrouted", replace(fact, routes=self._routes(fact.matches))))
        return found

    def _told(self, alert: AlertRow) -> AlertRow | None:
        known = listing_alerts.alerts_of_subjects(self._connection, [alert.subject])
        return next((a for a in known if a.channel == alert.channel and a.decision in TOLD), None)

    def _routes(self, matches: Sequence[MatchRow]) -> Mapping[str, tuple[str, ...]]:
        off = {row.name for row in listing_wanted.channels(self._connection) if row.state == "off"}
        channels = {row.name: row.channels for row in listing_wanted.topics(self._connection)}
        return {
            name: tuple(f"{channel} (off)" if channel in off else channel for channel in channels[name])
            for name in dict.fromkeys(match.topic for match in matches)
            if name in channels
        }

    def _near(
        self, entries: Sequence[EntryRow], matches: Sequence[MatchRow]
    ) -> tuple[list[NearMissRow], dict[int, tuple[str, ...]]]:
        noted = evidence.near_misses_of(self._connection, [entry.id for entry in entries])
        known = {row.entry for row in noted} | {row.entry for row in matches}
        again = [entry for entry in entries if entry.id not in known]
        kept = texts(self._connection, [entry.id for entry in again])
        would: dict[int, tuple[str, ...]] = {}
        for entry in again:
            found = self._match(entry, *kept.get(entry.id, ("", "")))
            noted += [NearMissRow(entry.id, n.topic, n.clause, n.spans) for n in found.near]
            if found.matches:
                would[entry.id] = tuple(match.topic for match in found.matches)
        return noted, would

    def _match(self, entry: EntryRow, teaser: str, text: str) -> Matches:
        reader = self._readers.get(entry.source_id)
        whole = Entry(key="", key_hash="", title=entry.title, teaser=teaser, text=text)
        return self._matcher.match(whole, topics=reader.topics if reader else None)

    # --- addresses that no entry has --------------------------------------------------------------

    @cached_property
    def _readers(self) -> Mapping[int, Reader]:
        return {reader.id: reader for reader in evidence.readers(self._connection)}

    def _of_address(self, question: str, url: str) -> Explanation:
        moments, host = self._moments, host_of(url)
        thrown = evidence.rejected_with(self._connection, url)
        if thrown is not None:
            name = self._readers[thrown.source].name if thrown.source in self._readers else "A replayed file"
            return Explanation(question, "rejected", sentences.rejected(thrown, name, moments))
        readers = self._readers_of(host)
        watched = [reader for reader in readers if reader.retired_at is None]
        if not watched:
            return Explanation(question, "unknown_source", sentences.unknown_source(host, readers, moments))
        ids = [reader.id for reader in watched]
        day = day_in(url)
        for gap in evidence.gaps_of(self._connection, ids):
            if gap.since <= moments.now and (day is None or (gap.since < day[1] and gap.until >= day[0])):
                return Explanation(question, "gap", sentences.in_gap(gap, self._readers[gap.source].name, moments))
        polls = evidence.polls_of(self._connection, ids)
        return Explanation(question, "not_fetched", sentences.not_fetched(host, watched, polls, moments))

    def _readers_of(self, host: str) -> list[Reader]:
        """The sources that are on this host, or have published from it."""
        key = _bare_host(host)
        if key not in self._watched:
            published = evidence.publishers_of(self._connection, f"https://{key}/")
            self._watched[key] = [
                reader
                for reader in self._readers.values()
                if reader.id in published or _related(_bare_host(host_of(reader.url)), key)
            ]
        return self._watched[key]


def _bare_host(host: str) -> str:
    """The host as canonical addresses have it: without ``www.`` and the like."""
    return host_of(canonical(f"https://{host}/x") or "") or host


def _related(one: str, other: str) -> bool:
    """Whether two hosts are the same, or one lies within the other (``rss.example.org``)."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _judged(alert: AlertRow, delivery: DeliveryRow | None) -> str:
    """The verdict that a decision and its delivery give."""
    if alert.decision != "send":
        return alert.decision
    state = delivery.state if delivery else "pending"
    return state if state in ("sent", "dead") else "queued"
