"""What a draft would have done with the stored entries: they are replayed twice, with the draft and with its base."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from monitor.alerts.rules import alert_id
from monitor.analysis.matching.match import Matcher
from monitor.limits import BACKTEST_ENTRIES
from monitor.model import Alert, Decision, Settings, Span, Topic, Watchlist
from monitor.pipeline.comparing import Comparison
from monitor.pipeline.force import InForce, put_in_force
from monitor.pipeline.occurrence import Occurrences, Silence
from monitor.pipeline.record import record_document
from monitor.store import backtest, evidence, listing_alerts
from monitor.store.backtest import RECORDED, Place, StoredRevision, StoredSource
from monitor.store.database import Connection, Store
from monitor.store.listing_alerts import AlertRow

Change = Literal["added", "removed", "same"]
Limits = Callable[[StoredSource], "tuple[str, ...] | None"]
BATCH: Final = 200
"""Revisions read and replayed at a time."""
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """A topic in an entry, on either side."""

    topic: str
    change: Change
    spans: tuple[Span, ...]
    """Of the last revision that matched, with the draft; of a removed one with the base."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that matches a topic with the draft or with its base."""

    entry: int
    url: str | None
    title: str
    teaser: str
    text: str
    outlet: str
    first_seen: datetime
    found: tuple[Found, ...]
    story: int | None
    """Its story with the draft, counted within the back-test: copies share it."""
    alerts: tuple[AlertRow, ...]
    """What the draft would decide, told or not."""
    alerts_before: tuple[AlertRow, ...]

    @property
    def change(self) -> Change:
        """``added`` where a topic was added, else ``removed`` where one was, else ``same``."""
        changes = {one.change for one in self.found}
        return "added" if "added" in changes else "removed" if "removed" in changes else "same"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the store holds of the time that was looked at."""

    entries: int = 0
    first: datetime | None = None
    last: datetime | None = None
    complete_since: datetime | None = None
    """From then on every entry still has its text; before, only what matched then. None: no entry is whole."""
    capped: bool = False
    """There are older entries, which were not looked at."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """The whole finding."""

    comparison: Comparison
    hits: tuple[Hit, ...]
    """In the order in which the entries were first seen."""
    coverage: Coverage
    seconds: float
    silent: Mapping[str, Silence]
    """The topics of the draft that were changed and match nothing, by name (not the last ones of very many)."""


def back_test(
    store: Store, comparison: Comparison, settings: Settings, *, since: datetime | None, limit: int = BACKTEST_ENTRIES
) -> Backtest:
    """Replay the newest ``limit`` stored entries (first seen from ``since`` on), each revision in the order of
    recording, through the path that live entries take. Nothing is written but in throw-away stores.

    Only entries that match, and those that may be copies of one that does, are recorded there: the others change no
    decision. Texts that aged out are replayed by their titles alone.
    """
    began = time.perf_counter()
    with ExitStack() as stack, store.read() as connection:
        sides = [
            _Side(stack.enter_context(Store.throwaway()), watchlist, settings, limits)
            for watchlist, limits in (
                (comparison.draft, _draft_limits(comparison.draft)),
                (comparison.base, _base_limits(comparison)),
            )
        ]
        known = backtest.sources(connection)
        places, capped = backtest.order(connection, since=since, limit=limit)
        sieve, either = _Sieve(), _Either(sides)
        words = Occurrences(one.draft for one in comparison.tried if one.draft is not None)
        for one in _stream(connection, places):
            words.take(one.place.entry, one.record)
            sieve.take(one, matches=either.concerns(one, known[one.source]))
        kept = sieve.kept()
        latest: dict[int, StoredRevision] = {}
        for batch in _batches(connection, [place for place in places if place.entry in kept]):
            for side in sides:
                side.record(batch, known)
            latest |= {one.place.entry: one for one in batch if one.place.entry in sieve.matching}
        draft, base = (side.outcome() for side in sides)
    hits = tuple(
        hit
        for entry in dict.fromkeys(place.entry for place in places if place.entry in latest)
        if (hit := _hit(latest[entry], draft, base)) is not None
    )
    coverage = sieve.coverage(capped=capped)
    return Backtest(comparison, hits, coverage, time.perf_counter() - began, _silent(comparison, hits, words))


def _silent(comparison: Comparison, hits: Sequence[Hit], words: Occurrences) -> dict[str, Silence]:
    heard = {one.topic for hit in hits for one in hit.found if one.change != "removed"}
    found = {one.name: words.silence(one.name) for one in comparison.tried if one.draft and one.name not in heard}
    return {name: silence for name, silence in found.items() if silence is not None}


def _stream(connection: Connection, places: Sequence[Place]) -> Iterator[StoredRevision]:
    for batch in _batches(connection, places):
        yield from batch


def _batches(connection: Connection, places: Sequence[Place]) -> Iterator[list[StoredRevision]]:
    for start in range(0, len(places), BATCH):
        yield backtest.load(connection, places[start : start + BATCH])


def _draft_limits(draft: Watchlist) -> Limits:
    named = {source.name: source.topics for source in draft.sources}
    return lambda source: named.get(source.name, source.topics)


def _base_limits(comparison: Comparison) -> Limits:
    """As the store has them, under the draft's names; of what was replayed as the draft has them."""
    draft = _draft_limits(comparison.draft)

    def limits(source: StoredSource) -> tuple[str, ...] | None:
        if source.kind == RECORDED:
            return draft(source)
        return None if source.topics is None else tuple(comparison.names.get(name, name) for name in source.topics)

    return limits


class _Sieve:
    """Tells which entries have a part in what is decided: those that match, and whatever shares an address, a title
    or a body with one of them, or with another that does."""

    def __init__(self) -> None:
        self.matching: set[int] = set()
        self._parent: dict[int, int] = {}
        self._by_key: dict[tuple[str, str], int] = {}
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._seen: dict[int, datetime] = {}
        self._part: datetime | None = None

    def take(self, one: StoredRevision, *, matches: bool) -> None:
        """Take the next revision."""
        entry = one.place.entry
        self._parent.setdefault(entry, entry)
        if matches:
            self.matching.add(entry)
        for name in ("url_key", "title_key", "body_hash"):
            value = getattr(one.record, name)
            if value is not None:
                other = self._by_key.setdefault((name, value), entry)
                self._parent[self._root(entry)] = self._root(other)
        self._seen[entry] = one.first_seen
        if not one.whole and (self._part is None or one.first_seen > self._part):
            self._part = one.first_seen

    def _root(self, entry: int) -> int:
        while self._parent[entry] != entry:
            self._parent[entry] = entry = self._parent[self._parent[entry]]
        return entry

    def kept(self) -> set[int]:
        """The entries that have a part in it."""
        roots = {self._root(entry) for entry in self.matching}
        return {entry for entry in self._parent if self._root(entry) in roots}

    def coverage(self, *, capped: bool) -> Coverage:
        """What was looked at."""
        moments = self._seen.values()
        whole = [moment for moment in moments if self._part is None or moment > self._part]
        return Coverage(
            len(self._seen), min(moments, default=None), max(moments, default=None), min(whole, default=None), capped
        )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one side came to, by the ids of the real store."""

    found: Mapping[int, Mapping[str, tuple[Span, ...]]]
    stories: Mapping[int, int]
    alerts: Mapping[int, tuple[AlertRow, ...]]


class _Side:
    """One watchlist in force in a throw-away store."""

    def __init__(self, store: Store, watchlist: Watchlist, settings: Settings, limits: Limits) -> None:
        self._store = store
        self._force: InForce = put_in_force(store, watchlist, settings, digest="", text="", now=EPOCH)
        self._limits = limits
        self._listing = settings.first_poll != "all"
        self._sources: dict[int, int] = {}
        self._ids: dict[int, int] = {}
        """Entry of the real store to the entry here."""

    @property
    def topics(self) -> list[Topic]:
        """What is looked for here."""
        return [topic for topic in self._force.watchlist.topics if not topic.paused]

    def allowed(self, source: StoredSource) -> set[str]:
        """The names of the topics that read a source."""
        limits = self._limits(source)
        return {topic.name for topic in self.topics if limits is None or topic.name in limits}

    def record(self, batch: Iterable[StoredRevision], known: Mapping[int, StoredSource]) -> None:
        """Record revisions as they were recorded, each on its own."""
        with self._store.write() as connection:
            for one in batch:
                self._record(connection, one, known[one.source])

    def _record(self, connection: Connection, one: StoredRevision, source: StoredSource) -> None:
        if source.id not in self._sources:
            self._sources[source.id] = backtest.stand_in(connection, source, one.place.seen_at)
        listed = self._listing and source.kind != RECORDED and source.baseline_at == one.place.seen_at
        tally = record_document(
            connection, self._force, self._sources[source.id], [one.record],
            outlet=one.outlet, name=source.name, topics=self._limits(source), origin="baseline" if listed else "live",
            now=one.place.seen_at, keys_only=True,
        )  # fmt: skip
        self._ids[one.place.entry] = tally.recorded[0].id

    def outcome(self) -> _Outcome:
        """What was found and decided."""
        real = {own: entry for entry, own in self._ids.items()}
        ids = list(real)
        found: dict[int, dict[str, tuple[Span, ...]]] = {}
        alerts: dict[int, tuple[AlertRow, ...]] = {}
        with self._store.read() as connection:
            for (entry, _), matches in sorted(evidence.matches_by_revision(connection, ids).items()):
                found.setdefault(real[entry], {}).update({match.topic: match.spans for match in matches})
            stories = {real[e]: s.id for e, s in evidence.stories_of_entries(connection, ids).items()}
            for row in sorted(listing_alerts.alerts_of_entries(connection, ids), key=lambda row: row.revision or 0):
                if row.entry is not None:
                    entry = real[row.entry]
                    alerts[entry] = (*alerts.get(entry, ()), _renumbered(row, entry))
        return _Outcome(found, stories, alerts)


class _Either:
    """The topics of both sides in one matcher, so that an entry is read once to tell whether it matches any."""

    def __init__(self, sides: Sequence[_Side]) -> None:
        self._sides = sides
        self._matcher = Matcher(
            [replace(topic, name=f"{nth} {topic.name}") for nth, side in enumerate(sides) for topic in side.topics]
        )
        self._allowed: dict[int, frozenset[str]] = {}

    def concerns(self, one: StoredRevision, source: StoredSource) -> bool:
        """Whether a revision matches a topic of either side."""
        if source.id not in self._allowed:
            self._allowed[source.id] = frozenset(
                f"{nth} {name}" for nth, side in enumerate(self._sides) for name in side.allowed(source)
            )
        allowed = self._allowed[source.id]
        return bool(self._matcher.match(one.record, topics=allowed, source=source.name).matches)


def _renumbered(row: AlertRow, entry: int) -> AlertRow:
    """The decision under the id that it has in a replay of the whole store, where entries have their own numbers."""
    step = f"e{entry}.{row.revision}" if row.step == f"e{row.entry}.{row.revision}" else row.step
    key = Alert(row.subject_kind, row.subject, row.channel, row.rule, step, Decision(row.decision), row.reason)
    return replace(row, id=alert_id(key), step=step, entry=entry)


def _hit(one: StoredRevision, draft: _Outcome, base: _Outcome) -> Hit | None:
    entry = one.place.entry
    now, before = draft.found.get(entry, {}), base.found.get(entry, {})
    found = tuple(
        Found(
            topic,
            "same" if topic in now and topic in before else "added" if topic in now else "removed",
            now[topic] if topic in now else before[topic],
        )
        for topic in dict.fromkeys([*now, *before])
    )
    if not found:
        return None
    return Hit(
        entry=entry,
        url=one.record.url,
        title=one.record.title,
        teaser=one.record.teaser,
        text=one.record.text,
        outlet=one.outlet,
        first_seen=one.first_seen,
        found=found,
        story=draft.stories.get(entry),
        alerts=draft.alerts.get(entry, ()),
        alerts_before=base.alerts.get(entry, ()),
    )
