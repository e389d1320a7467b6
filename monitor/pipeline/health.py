"""Judges how a source stands after a poll, and when its owner is to hear of it. Pure: it reads and writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from monitor.limits import (
    BACKOFF_CAP,
    BROKEN_AFTER,
    BROKEN_AFTER_TIME,
    GONE_AFTER,
    OLD_AFTER,
    QUARANTINE_AFTER,
    STILL_BROKEN_AFTER,
)
from monitor.model import (
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
from monitor.pipeline import advice, moves
from monitor.schedule import KILLS, next_poll, weight, wish_of
from monitor.store.polls import SourceUpdate

NETWORK: Final = frozenset({"dns", "connect", "timeout"})
"""Reasons that a machine without a network gives for every source."""
OUTAGE_CAP: Final = timedelta(days=1)
"""After this long a source is reported broken even if no other was read: it may be the only one."""

Network: TypeAlias = Literal["up", "suspected", "down"]
"""``suspected``: nothing else was read since this source began to fail. ``down``: nothing at all answers."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll as it ended, before anything is written."""

    source: SourceState
    fetched: Fetched
    read: Read | ParseFailure | None = None
    """None where nothing had to be parsed."""
    outside: bool = True
    """It tells of the network: not of this machine, of an address in the own house, or of a proxy."""

    @property
    def failure(self) -> FetchFailure | ParseFailure | None:
        """Why nothing was read; None: it was."""
        if isinstance(self.fetched, FetchFailure):
            return self.fetched
        return self.read if isinstance(self.read, ParseFailure) else None

    @property
    def unreachable(self) -> bool:
        """Whether it failed as everything fails on a machine without a network."""
        return self.failure is not None and self.failure.reason in NETWORK

    @property
    def answered(self) -> bool:
        """Whether some server answered anything at all."""
        fetched = self.fetched
        if not isinstance(fetched, FetchFailure):
            return True
        return fetched.outcome != "refused" and fetched.reason not in NETWORK | {"internal", "proxy"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the source stands now, and what its owner hears."""

    update: SourceUpdate
    change: HealthChange | None
    newly_failing: bool

    @property
    def after(self) -> SourceState:
        """The source as it stands now."""
        return self.update.after


def judge(
    polled: Polled,
    *,
    new: int,
    revised: int,
    network: Network,
    zone: ZoneInfo,
    now: datetime,
    usual: float | None = None,
    listed: bool = True,
) -> Verdict:
    """The source's next state.

    Args:
        polled: the poll.
        new: entries that it brought.
        revised: entries that it changed.
        network: what is known of the network; counts only where nothing answered.
        zone: of the times in sentences.
        now: the end of the poll.
        usual: entries a day that the source used to bring; None: too few to judge.
        listed: what a source shows first is not sent (``first_poll``).
    """
    failure = polled.failure
    if failure is None:
        return _well(polled, new=new, revised=revised, usual=usual, listed=listed, zone=zone, now=now)
    if network == "down" and polled.unreachable:
        return _without_network(polled, failure, now)
    return _failed(polled, failure, network=network, zone=zone, now=now)


def suspected_since(source: SourceState, now: datetime) -> datetime:
    """If no source at all was read since then, the network is suspected before this source is: since it began to
    fail, and at its first failure within the pass that is under way."""
    return source.failing_since or now - timedelta(minutes=1)


def spread(source: SourceState, now: datetime) -> float:
    """A number in [0, 1) that differs from source to source and from poll to poll, and is the same when asked again."""
    digest = hashlib.blake2b(f"{source.id}:{now.isoformat()}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def _well(
    polled: Polled, *, new: int, revised: int, usual: float | None, listed: bool, zone: ZoneInfo, now: datetime
) -> Verdict:  # fmt: skip
    source, fetched = polled.source, polled.fetched
    read = polled.read if isinstance(polled.read, Read) else None
    after = moves.after_answer(_known(source, fetched, read), _moved_to(fetched), now)
    moved = after.address != source.address
    outcome = Outcome.NEW if new or revised else Outcome.MOVED if moved else Outcome.UNCHANGED
    if isinstance(fetched, NotModified) and not moved:
        outcome = Outcome.NOT_MODIFIED
    wish = wish_of(after.hints, None if isinstance(fetched, FetchFailure) else fetched.fresh_for)
    due = next_poll(
        now=now, every=source.every, outcome=outcome, failures=0, retry_after=None, spread=spread(source, now),
        wish=wish,
    )  # fmt: skip
    first = source.baseline_at is None and read is not None and bool(read.entries or read.skipped)
    after = replace(
        after,
        state="ok", reason=None, failures=0, failing_since=None, gone_since=None, killed=0, told_broken_at=None,
        told_still_at=None, next_poll_at=due, not_before=None, last_ok_at=now,
        answered_at=now, outside=polled.outside,
        paced_by=wish.why if wish.pause > source.every else None,
        baseline_at=now if first else source.baseline_at,
        last_new_at=(after.newest_at or now) if first else now if new else source.last_new_at,
    )  # fmt: skip
    after = replace(after, remark=advice.remark(after, usual=usual, old_after=OLD_AFTER, now=now))
    change = _gladly(source, after, zone, now, listed=listed)
    if after.remark is None:
        after = replace(after, remark_told_at=None)
    elif change is not None and change.state == "quiet":
        after = replace(after, remark_told_at=now)
    return Verdict(_update(polled, after, outcome, now, new=new), change, newly_failing=False)


def _known(source: SourceState, fetched: Fetched, read: Read | None) -> SourceState:
    """The source with what the answer itself says: validators byte for byte, hash, memory, hints."""
    if isinstance(fetched, NotModified):
        # a 304 may carry fresher validators; without any, those of the last 200 stay
        return replace(
            source, etag=fetched.etag or source.etag, last_modified=fetched.last_modified or source.last_modified
        )
    if not isinstance(fetched, Document):  # pragma: no cover - failures are judged elsewhere
        return source
    known = replace(
        source, etag=fetched.etag, last_modified=fetched.last_modified, body_hash=fetched.body_hash,
        validated=fetched.url if fetched.url != source.address else None,
    )  # fmt: skip
    if read is None:
        return known
    return replace(
        known, memory=read.memory, hints=read.hints, window=read.total, newest_at=_newest(source.newest_at, read)
    )


def _newest(before: datetime | None, read: Read) -> datetime | None:
    """With entries that were passed over unread, the newest date may be of one of these."""
    dates = [date for date in (read.newest, before if read.known else None) if date is not None]
    return max(dates, default=None)


def _moved_to(fetched: Fetched) -> str | None:
    return None if isinstance(fetched, FetchFailure) else fetched.moved_to


def _gladly(
    before: SourceState, after: SourceState, zone: ZoneInfo, now: datetime, *, listed: bool
) -> HealthChange | None:
    """What the owner hears of a source that was read: that it recovered, or that it has fallen quiet."""
    if before.told_broken_at is not None:
        since = before.failing_since or before.told_broken_at
        sentence = advice.recovered(before, zone=zone, now=now, listed=listed)
        return HealthChange("source", f"p{before.id}", "recovered", sentence, since.isoformat())
    if after.address != before.address:
        return moves.told(before, after)
    if after.remark is not None and before.remark_told_at is None and before.baseline_at is not None:
        return advice.quiet_change(after)
    return None


def _without_network(polled: Polled, failure: FetchFailure | ParseFailure, now: datetime) -> Verdict:
    """Nothing answers at all: the source is not to blame, and asked again after its usual pause."""
    source = polled.source
    due = next_poll(
        now=now, every=source.every, outcome=Outcome.ERROR, failures=1, retry_after=None, spread=spread(source, now),
        wish=wish_of(source.hints, None),
    )  # fmt: skip
    update = _update(polled, replace(source, next_poll_at=due), Outcome.ERROR, now, failure=failure)
    return Verdict(update, None, newly_failing=False)


def _failed(
    polled: Polled, failure: FetchFailure | ParseFailure, *, network: Network, zone: ZoneInfo, now: datetime
) -> Verdict:
    source = polled.source
    outcome = Outcome(failure.outcome) if isinstance(failure, FetchFailure) else Outcome.ERROR
    since = source.failing_since or now
    after = replace(
        source,
        reason=failure.sentence, failures=source.failures + 1, failing_since=since,
        answered_at=now if polled.answered else source.answered_at, outside=polled.outside,
        gone_since=(source.gone_since or now) if outcome is Outcome.GONE else None,
        killed=source.killed + (failure.reason in KILLS),
    )  # fmt: skip
    lasting = network == "up" and now - since >= OUTAGE_CAP
    after = moves.after_failure(after, failure.reason, answered=polled.answered, lasting=lasting)
    if after.address != source.address:
        return _back_at_the_old_address(polled, after, failure, outcome, now)
    broken = _is_broken(after, outcome, now)
    after = _due(replace(after, state="broken" if broken else "failing"), failure, outcome, now)
    blamed = network == "up" or not polled.unreachable or now - since >= OUTAGE_CAP
    change = _badly(source, after, failure, zone, now) if broken and blamed else None
    if change is not None:
        still = change.state == "still"
        after = replace(
            after, told_broken_at=source.told_broken_at or now, told_still_at=now if still else source.told_still_at
        )
    newly = source.failures == 0
    return Verdict(_update(polled, after, outcome, now, failure=failure), change, newly_failing=newly)


def _back_at_the_old_address(
    polled: Polled, after: SourceState, failure: FetchFailure | ParseFailure, outcome: Outcome, now: datetime
) -> Verdict:
    """A learned address led nowhere: that says nothing of the one in the watchlist, which is asked after the usual
    pause."""
    due = next_poll(
        now=now, every=after.every, outcome=Outcome.ERROR, failures=1, retry_after=None, spread=spread(after, now),
        wish=wish_of(after.hints, None),
    )  # fmt: skip
    reason = f"{failure.sentence} It had moved there; now it is asked at its old address again."
    after = replace(after, state="failing", reason=reason, gone_since=None, next_poll_at=due, not_before=due)
    update = _update(polled, after, outcome, now, failure=failure)
    return Verdict(update, None, newly_failing=polled.source.failures == 0)


def _due(
    after: SourceState, failure: FetchFailure | ParseFailure, outcome: Outcome, now: datetime
) -> SourceState:  # fmt: skip
    """With the time of its next try; gone for good or quarantined where it has come to that."""
    if outcome is Outcome.GONE and after.gone_since is not None and now - after.gone_since >= GONE_AFTER:
        return replace(after, state="gone", next_poll_at=None, not_before=None)
    quarantined = after.killed >= QUARANTINE_AFTER
    due = next_poll(
        now=now,
        every=max(after.every, BACKOFF_CAP) if quarantined else after.every,
        outcome=outcome,
        failures=after.failures,
        retry_after=failure.retry_after if isinstance(failure, FetchFailure) else None,
        spread=spread(after, now),
        growth=weight(failure.reason),
        wish=wish_of(after.hints, None),
    )
    return replace(after, state="quarantined" if quarantined else after.state, next_poll_at=due, not_before=due)


def _is_broken(after: SourceState, outcome: Outcome, now: datetime) -> bool:
    """Broken: never read yet, gone or refused, or failing for long enough."""
    definite = outcome in (Outcome.GONE, Outcome.REFUSED) or after.last_ok_at is None
    lasting = after.failures > 1 and now - (after.failing_since or now) >= BROKEN_AFTER_TIME
    return definite or after.failures >= BROKEN_AFTER or lasting


def _badly(
    before: SourceState, after: SourceState, failure: FetchFailure | ParseFailure, zone: ZoneInfo, now: datetime
) -> HealthChange | None:  # fmt: skip
    """What the owner hears of a source that is broken: each thing once an episode."""
    reason = failure.reason
    asked_to_wait = isinstance(failure, FetchFailure) and failure.retry_after is not None
    subject, episode = f"p{after.id}", (after.failing_since or now).isoformat()
    if after.state == "gone" and before.state != "gone":
        return HealthChange("source", subject, "stopped", advice.stopped(after, zone=zone, now=now), episode)
    if after.state == "quarantined" and before.state != "quarantined":
        return HealthChange("source", subject, "quarantined", advice.quarantined(after, zone=zone, now=now), episode)
    told = before.told_broken_at
    if told is None:
        sentence = advice.broken(after, reason=reason, zone=zone, now=now, asked_to_wait=asked_to_wait)
        return HealthChange("source", subject, "broken", sentence, episode)
    if before.told_still_at is None and now - told >= STILL_BROKEN_AFTER and after.state == "broken":
        sentence = advice.broken(after, reason=reason, zone=zone, now=now, still=True, asked_to_wait=asked_to_wait)
        return HealthChange("source", subject, "still", sentence, episode)
    return None


def _update(
    polled: Polled,
    after: SourceState,
    outcome: Outcome,
    now: datetime,
    *,
    new: int = 0,
    failure: FetchFailure | ParseFailure | None = None,
) -> SourceUpdate:
    document = polled.fetched if isinstance(polled.fetched, Document) and failure is None else None
    return SourceUpdate(
        after=after,
        at=now,
        outcome=outcome,
        status=polled.fetched.status,
        seconds=polled.fetched.seconds,
        size=len(document.body) if document else 0,
        new=new,
        error=f"{failure.reason}: {failure.sentence}" if failure else None,
    )
