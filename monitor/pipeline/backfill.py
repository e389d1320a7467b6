"""Stored entries matched with a topic that is new or was changed: the timeline fills, and nothing old is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from monitor.alerts.rules import alert_id, decide_story
from monitor.analysis.match import Matcher
from monitor.limits import BACKFILL_ENTRIES, BACKFILL_SPAN
from monitor.model import StoryChange, Topic
from monitor.pipeline.clock import Clock
from monitor.pipeline.force import InForce
from monitor.pipeline.record import article_of, settle
from monitor.pipeline.writer import Writer
from monitor.store import backfill as store_backfill
from monitor.store import entries as store_entries
from monitor.store import outbox, stories
from monitor.store.backfill import DONE, Progress, StoredEntry
from monitor.store.database import Connection

log = structlog.get_logger()
WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
"""How long ago a topic may have been removed for that to be said: longer, and it is no news."""
SINGLY: Final = 5
"""Topics of one run that are named each in a sentence of its own; more are summed up: after an upgrade it is all."""


@dataclass(frozen=True, slots=True)
class Backfilled:
    """A topic whose stored entries have all been looked at."""

    topic: Topic
    id: int
    progress: Progress
    would: int
    """Alerts that the last 7 days would have brought beside those that were sent, over the topic's channels."""
    new: int
    """Entries that match and had matched no version before."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A topic that the watchlist no longer has."""

    shown: str
    """Its name; its id where it may have been confidential."""


class Backfiller:
    """Does what is pending, in small transactions between those of the polls."""

    def __init__(self, writer: Writer, *, force: Callable[[], InForce], clock: Clock) -> None:
        self._writer = writer
        self._force = force
        self._clock = clock
        self._matchers: dict[int, tuple[Topic, Matcher]] = {}

    async def run(self, stopping: Callable[[], bool] = lambda: False) -> list[Backfilled | Removed]:
        """Look at all stored entries of all pending topics but the paused ones; returns the topics done, and those that
        were removed since the last time.

        A process that dies in between goes on where it was: how far it is stands in the transaction of the findings.

        Raises:
            StoreFull, StoreBusy: what was committed before stays done.
        """
        done: list[Backfilled | Removed] = [*await self._writer.submit(self.removed)]
        while not stopping():
            more, one = await self._writer.submit(self.step, weight=BACKFILL_ENTRIES)
            if one is not None:
                done.append(one)
                _log(one)
            if not more:
                break
        return done

    def step(self, connection: Connection) -> tuple[bool, Backfilled | None]:
        """One chunk of the first pending topic: whether there may be more to do, and the topic if it is done now."""
        force = self._force()
        wanted = {force.topics[topic.name].id: topic for topic in force.watchlist.topics if not topic.paused}
        versions = {row.id: row.version for row in force.topics.values()}
        for progress in store_backfill.pending(connection):
            topic = wanted.get(progress.topic)
            if topic is not None and versions[progress.topic] == progress.version:
                return True, self._chunk(connection, force, topic, progress)
        return False, None

    def _chunk(self, connection: Connection, force: InForce, topic: Topic, at: Progress) -> Backfilled | None:
        began = time.perf_counter()
        now = self._clock()
        entries = store_backfill.next_entries(connection, at.cursor, BACKFILL_ENTRIES)
        touched = store_backfill.touched(connection, at.topic, [entry.recorded.id for entry in entries])
        looked = 0
        for entry in entries:
            hit, ended = self._look(connection, force, topic, at, entry, known=entry.recorded.id in touched)
            at = replace(at, cursor=entry.recorded.id, looked=at.looked + 1, matched=at.matched + hit,
                         ended=at.ended + ended)  # fmt: skip
            looked += 1
            if time.perf_counter() - began > BACKFILL_SPAN:
                break
        over = looked == len(entries) < BACKFILL_ENTRIES
        store_backfill.advance(connection, replace(at, state=DONE) if over else at, now)
        if not over:
            return None
        would = sum(
            store_backfill.untold(connection, at.topic, channel, now - WEEK) for channel in force.routes(at.topic)
        )
        return Backfilled(topic, at.topic, at, would, store_backfill.found_anew(connection, at.topic, at.version))

    def removed(self, connection: Connection) -> list[Removed]:
        """The topics that were removed of late, each once."""
        gone = store_backfill.take_gone(connection, self._clock() - DAY)
        hidden = bool(gone) and store_backfill.secretive(connection)
        return [Removed(f"t{number}" if hidden else name) for number, name in gone]

    def _matcher(self, topic: Topic, at: Progress) -> Matcher:
        known = self._matchers.get(at.topic)
        if known is None or known[0] != topic:
            known = self._matchers[at.topic] = (topic, Matcher([topic]))
        return known[1]

    def _look(
        self, connection: Connection, force: InForce, topic: Topic, at: Progress, entry: StoredEntry, *, known: bool
    ) -> tuple[int, int]:
        """Match one entry: whether it matches now, and whether it has ceased to."""
        now, one = self._clock(), entry.recorded
        limits = next((s.topics for s in force.watchlist.sources if s.name == entry.source), entry.topics)
        found = self._matcher(topic, at).match(one.entry, topics=limits, source=entry.source)
        match = next(iter(found.matches), None)
        if match is None and not found.near and not known:
            return 0, 0
        ended = store_backfill.renew(
            connection, one, at.topic, at.version, match, found.near, versions=force.versions, now=now
        )
        if match is None:
            return 0, ended
        stories.take_fold_lock(connection)
        store_entries.keep_texts(connection, [one.id])
        # the story stands where it would stand if the topic had been there then
        story = settle(connection, article_of(one, entry.outlet, entry.first_seen), entry.first_seen)
        store_backfill.lead(connection, story, one.id, entry.first_seen)
        self._decide(connection, force, at.topic, story, entry)
        return 1, 0

    def _decide(self, connection: Connection, force: InForce, topic: int, story: int, entry: StoredEntry) -> None:
        """A row for each channel that says why nothing is sent; none where it was decided before."""
        one = entry.recorded
        before = store_backfill.decided(connection, one.id, topic)
        channels = tuple(channel for channel in force.routes(topic) if channel not in before)
        if not channels:
            return
        told = outbox.told(connection, story, channels)
        matches = store_entries.match_ids(connection, one)
        change = StoryChange(story, one.id, one.revision, {topic: channels}, "backfill")
        for decision in decide_story(change, told):
            # of this topic alone: another may have been decided on with the same entry, and that row stands
            own = replace(decision, step=f"{decision.step}.t{topic}")
            outbox.write_alert(connection, own, alert_id(own), matches=matches, now=self._clock(), deliver=False)


def _log(one: Backfilled) -> None:
    done = one.progress
    log.info(
        "backfill", topic=_shown(one), looked=done.looked, matched=done.matched, ended=done.ended, would_alert=one.would
    )  # fmt: skip


def _shown(one: Backfilled) -> str:
    """Its id, where it is confidential: what is said goes where logs and the mails of cron go too."""
    return f"t{one.id}" if one.topic.confidential else one.topic.name


def sentences(done: Sequence[Backfilled | Removed]) -> str:
    """What is said of topics that are done, for people, a line each; empty where there are none."""
    filled = [one for one in done if isinstance(one, Backfilled)]
    gone = [one.shown for one in done if isinstance(one, Removed)]
    lines = [_summed(filled)] if len(filled) > SINGLY else [_singly(one) for one in filled]
    if len(gone) > SINGLY:
        lines.append(f"{len(gone)} topics are no longer watched; what they found stays.")
    else:
        lines += [f"{name} is no longer watched; what it found stays." for name in gone]
    return "".join(f"{line}\n" for line in lines)


def _singly(one: Backfilled) -> str:
    name, done = _shown(one), one.progress
    if not done.matched:
        did = "1 entry" if done.ended == 1 else f"{done.ended:,} entries"
        ended = f" any more ({did} did)" if done.ended else ""
        asked = "" if one.topic.confidential else f' "{name}"'
        return f"{name}: nothing stored matches it{ended}: monitor topic test{asked} looks closer"
    asked = name if one.topic.confidential else f'"{name}"'
    return f"{name}: {_matched(done.matched, one.new, done.ended, one.would)}: monitor stories --topic {asked}"


def _summed(filled: Sequence[Backfilled]) -> str:
    matched, ended = (sum(getattr(one.progress, field) for one in filled) for field in ("matched", "ended"))
    new, would = sum(one.new for one in filled), sum(one.would for one in filled)
    return f"{len(filled)} topics: {_matched(matched, new, ended, would)}: monitor stories"


def _matched(count: int, new: int, ended: int, would: int) -> str:
    """``12 stored entries match (3 of them new), 1 no longer does; nothing old is sent, it would have been 2 alerts
    last week``."""
    entries = "1 stored entry matches" if count == 1 else f"{count:,} stored entries match"
    share = "none new" if not new else ("new" if count == 1 else "all new") if new >= count else f"{new:,} of them new"
    gone = f", {_ended(ended)}" if ended else ""
    if would:
        missed = f"nothing old is sent, it would have been {would:,} alert{'' if would == 1 else 's'} last week"
    else:
        missed = "no alert of the last week is missing"
    return f"{entries} ({share}){gone}; {missed}"


def _ended(count: int) -> str:
    return "1 no longer does" if count == 1 else f"{count:,} no longer do"
