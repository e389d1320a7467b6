"""Stored entries matched with a topic that is new or was changed: the timeline fills, and nothing old is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from monitor.alerts.render.neutral import shell
from monitor.analysis.matching.match import Matcher
from monitor.limits import BACKFILL_ENTRIES, BACKFILL_SPAN
from monitor.model import Topic
from monitor.pipeline.clock import Clock
from monitor.pipeline.force import InForce
from monitor.pipeline.rematch import Pending, rematch
from monitor.pipeline.writer import Writer
from monitor.store import backfill as store_backfill
from monitor.store.backfill import DONE, Progress
from monitor.store.database import Connection

log = structlog.get_logger()
WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
"""How long ago a topic may have been removed for that to be said: longer, and it is no news."""
READING: Final = 0.7
"""Part of a chunk's time after which it takes up no further entry: the rest goes to what is written at its end."""
FEWEST: Final = 10
"""Entries that a chunk reads at least."""
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
        self._made: tuple[list[Topic], Matcher] | None = None
        self._size = FEWEST
        """Entries that the next chunk reads: about as many as it can do."""

    async def run(self, stopping: Callable[[], bool] = lambda: False) -> list[Backfilled | Removed]:
        """Look at all stored entries of all pending topics but the paused ones; returns the topics done, and those that
        were removed since the last time. Whoever has said what came of them calls :meth:`told`: else it is said at the
        next start.

        A process that dies in between goes on where it was: how far it is stands in the transaction of the findings.

        Raises:
            StoreFull, StoreBusy: what was committed before stays done.
        """
        done: list[Backfilled | Removed] = [
            *await self._writer.submit(self.removed),
            *await self._writer.submit(self.untold),
        ]
        while not stopping():
            more, filled = await self._writer.submit(self.step, weight=BACKFILL_ENTRIES)
            done += filled
            for one in filled:
                _log(one)
            if not more:
                break
        return done

    async def told(self, done: Sequence[Backfilled | Removed]) -> None:
        """Note that it was said what came of these topics.

        Raises:
            StoreFull, StoreBusy: it was not noted.
        """
        filled = [one.progress for one in done if isinstance(one, Backfilled)]
        if filled:
            await self._writer.submit(lambda connection: store_backfill.mark_told(connection, filled))

    def untold(self, connection: Connection) -> list[Backfilled]:
        """The topics in force that were done by a process that ended before it could say so."""
        force = self._force()
        topics = {(force.topics[one.name].id, force.topics[one.name].version): one for one in force.watchlist.topics}
        return [
            self._done(connection, force, topics[at.topic, at.version], at)
            for at in store_backfill.done_untold(connection)
            if (at.topic, at.version) in topics
        ]

    def step(self, connection: Connection) -> tuple[bool, list[Backfilled]]:
        """One chunk of the first pending topics that are equally far: whether there may be more to do, and those that
        are done now."""
        force = self._force()
        wanted = {force.topics[topic.name].id: topic for topic in force.watchlist.topics if not topic.paused}
        versions = {row.id: row.version for row in force.topics.values()}
        pending = [
            Pending(wanted[at.topic], at)
            for at in store_backfill.pending(connection)
            if at.topic in wanted and versions[at.topic] == at.version
        ]
        if not pending:
            return False, []
        return True, self._chunk(connection, force, [one for one in pending if one.at.cursor == pending[0].at.cursor])

    def _chunk(self, connection: Connection, force: InForce, pending: Sequence[Pending]) -> list[Backfilled]:
        began, now = time.perf_counter(), self._clock()
        limit = min(self._size, BACKFILL_ENTRIES)
        entries = store_backfill.next_entries(connection, pending[0].at.cursor, limit)
        matcher = self._matcher([one.topic for one in pending])
        after, looked = rematch(
            connection, force, matcher, pending, entries, until=began + BACKFILL_SPAN * READING, now=now
        )
        over = looked == len(entries) < limit
        for at in after:
            store_backfill.advance(connection, replace(at, state=DONE) if over else at, now)
        # what is read and then not looked at is read in vain: as many as were done, or more where there was time
        quick = time.perf_counter() - began < BACKFILL_SPAN * READING / 2
        self._size = max(FEWEST, 2 * looked if quick else looked)
        return [self._done(connection, force, one.topic, at) for one, at in zip(pending, after, strict=True) if over]

    def _done(self, connection: Connection, force: InForce, topic: Topic, at: Progress) -> Backfilled:
        since = self._clock() - WEEK
        would = sum(store_backfill.untold(connection, at.topic, channel, since) for channel in force.routes(at.topic))
        return Backfilled(topic, at.topic, at, would, store_backfill.found_anew(connection, at.topic, at.version))

    def removed(self, connection: Connection) -> list[Removed]:
        """The topics that were removed of late, each once."""
        gone = store_backfill.take_gone(connection, self._clock() - DAY)
        hidden = bool(gone) and store_backfill.secretive(connection)
        return [Removed(f"t{number}" if hidden else name) for number, name in gone]

    def _matcher(self, topics: list[Topic]) -> Matcher:
        if self._made is None or self._made[0] != topics:
            self._made = topics, Matcher(topics)
        return self._made[1]


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
        asked = "" if one.topic.confidential else f" {shell(name)}"
        return f"{name}: nothing stored matches it{ended}: monitor topic test{asked} looks closer"
    asked = shell(name)
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
