"""Judges how a source stands after a poll, and when its owner is to hear of it. Pure: it reads and writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.fetch import masked
from monitor.limits import BROKEN_AFTER, BROKEN_AFTER_TIME
from monitor.model import (
    FAILED,
    Document,
    Fetched,
    FetchFailure,
    HealthChange,
    NotModified,
    Outcome,
    ParseFailure,
    Read,
    SourceState,
)
from monitor.schedule import next_poll
from monitor.store.polls import SourceUpdate

NETWORK = frozenset({"dns", "connect", "timeout"})
"""Reasons that a machine without a network gives for every source."""
OUTAGE_CAP = timedelta(days=1)
"""After this long a source is reported broken even if no other was read: it may be the only one."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll as it ended, before anything is written."""

    source: SourceState
    fetched: Fetched
    read: Read | ParseFailure | None = None
    """None where nothing had to be parsed."""

    @property
    def failure(self) -> FetchFailure | ParseFailure | None:
        """Why nothing was read; None: it was."""
        if isinstance(self.fetched, FetchFailure):
            return self.fetched
        return self.read if isinstance(self.read, ParseFailure) else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the source stands now, and what its owner hears."""

    update: SourceUpdate
    change: HealthChange | None
    newly_failing: bool


def judge(polled: Polled, *, new: int, revised: int, network_up: bool, zone: ZoneInfo, now: datetime) -> Verdict:
    """The source's next state. ``network_up``: another source was read since :func:`suspected_since`."""
    failure = polled.failure
    if failure is None:
        return _well(polled, new=new, revised=revised, now=now)
    return _failed(polled, failure, network_up=network_up, zone=zone, now=now)


def suspected_since(source: SourceState, now: datetime) -> datetime:
    """If no source at all was read since then, the network is suspected before this source is: since it began to
    fail, and at its first failure within the pass that is under way."""
    return source.failing_since or now - timedelta(minutes=1)


def spread(source: SourceState, now: datetime) -> float:
    """A number in [0, 1) that differs from source to source and from poll to poll, and is the same when asked again."""
    digest = hashlib.blake2b(f"{source.id}:{now.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def _well(polled: Polled, *, new: int, revised: int, now: datetime) -> Verdict:
    source, fetched = polled.source, polled.fetched
    read = polled.read if isinstance(polled.read, Read) else None
    if isinstance(fetched, NotModified):
        outcome = Outcome.NOT_MODIFIED
    else:
        outcome = Outcome.NEW if new or revised else Outcome.UNCHANGED
    document = fetched if isinstance(fetched, Document) else None
    change = None
    if source.told_broken_at is not None:
        since = source.failing_since or source.told_broken_at
        change = HealthChange(
            "source", f"p{source.id}", "recovered", f"{source.name} is read again.", since.isoformat()
        )
    return Verdict(
        SourceUpdate(
            source=source.id,
            at=now,
            outcome=outcome,
            state="ok",
            reason=None,
            failures=0,
            failing_since=None,
            next_poll_at=next_poll(
                now=now, every=source.every, outcome=outcome, failures=0, retry_after=None, spread=spread(source, now)
            ),
            not_before=None,
            # a 304 may carry fresher validators; without any, those of the last 200 stay
            etag=document.etag if document else _fresher(fetched, "etag", source.etag),
            last_modified=document.last_modified
            if document
            else _fresher(fetched, "last_modified", source.last_modified),
            body_hash=document.body_hash if document else source.body_hash,
            memory=read.memory if read else source.memory,
            baseline_at=now if read and read.entries and source.baseline_at is None else None,
            newest_at=read.newest if read else None,
            window=read.total if read else source.window,
            status=_status(fetched),
            seconds=fetched.seconds,
            size=len(document.body) if document else 0,
            new=new,
        ),
        change,
        newly_failing=False,
    )


def _fresher(fetched: Fetched, name: str, known: str | None) -> str | None:
    given: str | None = getattr(fetched, name, None)
    return given if given is not None else known


def _status(fetched: Fetched) -> int | None:
    return fetched.status


def _failed(
    polled: Polled, failure: FetchFailure | ParseFailure, *, network_up: bool, zone: ZoneInfo, now: datetime
) -> Verdict:
    source = polled.source
    failures = source.failures + 1
    since = source.failing_since or now
    outcome = Outcome(failure.outcome) if isinstance(failure, FetchFailure) else Outcome.ERROR
    retry_after = failure.retry_after if isinstance(failure, FetchFailure) else None
    due = next_poll(
        now=now,
        every=source.every,
        outcome=outcome,
        failures=failures,
        retry_after=retry_after,
        spread=spread(source, now),
    )
    broken = _is_broken(source, outcome, failures, since, now)
    blamed = network_up or failure.reason not in NETWORK or now - since >= OUTAGE_CAP
    tell = broken and blamed and source.told_broken_at is None
    sentence = failure.sentence
    change = None
    if tell:
        change = HealthChange(
            "source", f"p{source.id}", "broken", _told(source, sentence, failures, since, due, zone), since.isoformat()
        )
    return Verdict(
        SourceUpdate(
            source=source.id,
            at=now,
            outcome=outcome,
            state="broken" if broken else "failing",
            reason=sentence,
            failures=failures,
            failing_since=since,
            next_poll_at=due,
            not_before=due,
            etag=source.etag,
            last_modified=source.last_modified,
            body_hash=source.body_hash,
            memory=source.memory,
            baseline_at=None,
            told_broken_at=now if tell else source.told_broken_at,
            window=source.window,
            status=_status(polled.fetched),
            seconds=polled.fetched.seconds,
            error=f"{failure.reason}: {sentence}",
        ),
        change,
        newly_failing=source.failures == 0,
    )


def _is_broken(source: SourceState, outcome: Outcome, failures: int, since: datetime, now: datetime) -> bool:
    """Broken: never read yet, gone or refused, or failing for long enough."""
    definite = outcome in FAILED - {Outcome.ERROR} or source.last_ok_at is None
    return definite or failures >= BROKEN_AFTER or (failures > 1 and now - since >= BROKEN_AFTER_TIME)


def _told(source: SourceState, sentence: str, failures: int, since: datetime, due: datetime, zone: ZoneInfo) -> str:
    def at(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%a %H:%M")

    tries = "1 try" if failures == 1 else f"{failures} tries"
    last = f"last good read {at(source.last_ok_at)}" if source.last_ok_at else "never read yet"
    address = masked(source.shown or source.address)
    lost = "entries since then may be missing" if source.last_ok_at else "nothing was stored from it"
    return (
        f"{source.name}: {sentence}\n"
        f"{tries} since {at(since)}; {last}; next try {at(due)}. Nothing stored was lost; {lost}.\n"
        f"You can: look at it (monitor try {address}), correct its address, or set paused: true."
    )
