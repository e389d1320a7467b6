"""A chunk of stored entries matched with topics that are new or changed, as if the topics had been there then."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.rules import alert_id, decide_story
from monitor.analysis.matching.match import Matcher, Matches
from monitor.model import Alert, StoryChange, Topic
from monitor.pipeline.force import InForce
from monitor.pipeline.record import article_of
from monitor.pipeline.settle import settle
from monitor.store import entries as store_entries
from monitor.store import rematch as store_rematch
from monitor.store import stories
from monitor.store.backfill import Progress, StoredEntry
from monitor.store.database import Connection
from monitor.store.rematch import Finding, Known


@dataclass(frozen=True, slots=True)
class Pending:
    """A topic that is to be matched with the stored entries, and how far it is."""

    topic: Topic
    at: Progress


def rematch(
    connection: Connection,
    force: InForce,
    matcher: Matcher,
    pending: Sequence[Pending],
    entries: Sequence[StoredEntry],
    *,
    until: float,
    now: datetime,
) -> tuple[list[Progress], int]:
    """Match entries, newest first, with topics that are all equally far; returns how far they are then, and how many
    entries were looked at.

    It ends early once ``time.perf_counter()`` has passed ``until``, but not before the first entry.
    """
    known = store_rematch.known(connection, [one.recorded.id for one in entries], [one.at.topic for one in pending])
    limits = {source.name: source.topics for source in force.watchlist.sources}
    names = {one.topic.name for one in pending}
    findings: list[Finding] = []
    settled: dict[int, int] = {}
    looked = 0
    for entry in entries:
        reading = limits.get(entry.source, entry.topics)
        allowed = names if reading is None else names.intersection(reading)
        found = matcher.match(entry.recorded.entry, topics=allowed, source=entry.source)
        findings += _findings(entry, found, pending, known)
        if found.matches:
            settled[entry.recorded.id] = _settle(connection, entry, known, first=not settled)
        looked += 1
        if time.perf_counter() > until:
            break
    _write(connection, force, findings, settled, known, now)
    return _after(pending, entries[:looked], findings, known), looked


def _findings(entry: StoredEntry, found: Matches, pending: Sequence[Pending], known: Known) -> list[Finding]:
    """What is to be written of an entry: a match, a near miss, or that neither holds any longer."""
    matches = {match.topic: match for match in found.matches}
    near = {miss.topic: miss for miss in found.near}
    return [
        Finding(entry, one.at.topic, one.at.version, matches.get(one.topic.name), near.get(one.topic.name))
        for one in pending
        if one.topic.name in matches or one.topic.name in near or (entry.recorded.id, one.at.topic) in known.touched
    ]


def _settle(connection: Connection, entry: StoredEntry, known: Known, *, first: bool) -> int:
    """The story stands where it would stand if the topic had been there then."""
    if first:
        stories.take_fold_lock(connection)
    one = entry.recorded
    alike = one.id in known.alike
    if not alike and one.id in known.stories:
        return known.stories[one.id]
    return settle(connection, article_of(one, entry.outlet, entry.first_seen), entry.first_seen, alike=alike)


def _write(
    connection: Connection,
    force: InForce,
    findings: Sequence[Finding],
    settled: Mapping[int, int],
    known: Known,
    now: datetime,
) -> None:
    store_rematch.renew(connection, findings, known, now)
    matching = [one for one in findings if one.match is not None]
    if not matching:
        return
    store_entries.keep_texts(connection, settled)
    seen = {one.pair[0]: one.entry.first_seen for one in matching}
    store_rematch.lead(connection, [(story, entry, seen[entry]) for entry, story in settled.items()])
    alerts: dict[str, Alert] = {}
    for one in matching:
        alerts |= _decisions(force, one, settled[one.pair[0]], known)
    store_rematch.write_alerts(connection, alerts, store_rematch.match_ids(connection, matching), now)


def _decisions(force: InForce, one: Finding, story: int, known: Known) -> dict[str, Alert]:
    """A decision for each channel that says why nothing is sent; none where it was decided before."""
    channels = tuple(name for name in force.routes(one.topic) if (*one.pair, name) not in known.decided)
    if not channels:
        return {}
    change = StoryChange(story, one.pair[0], one.entry.recorded.revision, {one.topic: channels}, "backfill")
    # of this topic alone: another may have been decided on with the same entry, and that row stands
    own = [replace(made, step=f"{made.step}.t{one.topic}") for made in decide_story(change, {})]
    return {alert_id(made): made for made in own}


def _after(
    pending: Sequence[Pending], entries: Sequence[StoredEntry], findings: Sequence[Finding], known: Known
) -> list[Progress]:
    matched = [one.topic for one in findings if one.match is not None]
    ended = [one.topic for one in findings if one.match is None and one.pair in known.matched]
    return [
        replace(
            one.at,
            cursor=entries[-1].recorded.id if entries else one.at.cursor,
            looked=one.at.looked + len(entries),
            matched=one.at.matched + matched.count(one.at.topic),
            ended=one.at.ended + ended.count(one.at.topic),
        )
        for one in pending
    ]
