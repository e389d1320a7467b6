"""When a source is due next. Pure: the time, the spread and what the publisher wishes are arguments."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from monitor.limits import BACKOFF_CAP, HINT_CAP, POLL_JITTER, RETRY_AFTER_CAP
from monitor.model import FAILED, Outcome

_DOUBLINGS: Final = 16
"""Doublings beyond which every pause has reached the cap; keeps the power from overflowing."""
_SOFT: Final = frozenset({"timeout", "disconnected", "incomplete", "dns", "connect", "http_429", "http_503"})
_HARD: Final = frozenset({"http_401", "http_402", "http_403", "http_404", "http_451", "not_a_feed", "challenge"})
KILLS: Final = frozenset({"deadline", "cpu", "memory", "worker_killed"})
"""Reasons of a document that ended the process that read it."""
_PERIODS: Final = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK_OF_HOURS: Final = 8 * 24


@dataclass(frozen=True, slots=True)
class Wish:
    """What a publisher asks of those who read its feed."""

    pause: timedelta = timedelta()
    """The least pause after a document was read; at most ``HINT_CAP``."""
    why: str = ""
    """What asked for it: ``ttl``, ``Cache-Control`` ..."""
    hours: frozenset[int] = frozenset()
    """Hours of the day (UTC) in which nothing is to be asked."""
    days: frozenset[int] = frozenset()
    """Days of the week (0 is Monday, UTC) on which nothing is to be asked."""


NOTHING: Final = Wish()


def wish_of(hints: Mapping[str, str], fresh_for: timedelta | None) -> Wish:
    """The wish in a document's ``hints`` (as :class:`monitor.model.Parsed` gives them) and in the answer's headers.

    ``ttl`` counts minutes (RSS 2.0); ``updatePeriod`` and ``updateFrequency`` are those of the syndication module of
    RSS 1.0; ``skipHours`` and ``skipDays`` are GMT. What makes no sense is no wish, and a feed that skips every
    hour or day skips none.
    """
    asked = {
        "Cache-Control": fresh_for or timedelta(),
        "ttl": timedelta(minutes=_number(hints.get("ttl"))),
        "updatePeriod": _period(hints),
    }
    why, pause = max(asked.items(), key=lambda one: one[1])
    hours = frozenset(
        int(hour) % 24 for hour in hints.get("skipHours", "").split() if hour.isdigit() and int(hour) < 25
    )
    named = hints.get("skipDays", "").lower().split()
    days = frozenset(at for at, day in enumerate(_DAYS) if day in named)
    return Wish(
        pause=min(pause, HINT_CAP),
        why=why if pause else "",
        hours=hours if len(hours) < 24 else frozenset(),
        days=days if len(days) < 7 else frozenset(),
    )


def allowed_from(moment: datetime, hints: Mapping[str, str]) -> datetime:
    """``moment``, or the first time after it that the publisher does not skip (``skipHours``, ``skipDays``)."""
    return _allowed(moment, wish_of(hints, None))


def _number(text: str | None) -> float:
    try:
        number = float((text or "0").strip())
    except ValueError:
        return 0.0
    return min(max(number, 0.0), 1e6) if math.isfinite(number) else 0.0


def _period(hints: Mapping[str, str]) -> timedelta:
    """How often the feed says that it changes; without a period nothing, for the default (daily) is seldom meant."""
    hours = _PERIODS.get(hints.get("updatePeriod", "").strip().lower(), 0)
    return timedelta(hours=hours) / max(_number(hints.get("updateFrequency", "1")), 1.0)


HARD: Final = 2.0
"""The weight of failures that only a person can mend, or that cost our own machine."""


def weight(reason: str) -> float:
    """How fast a failure makes the pauses grow: in doublings for each further failure.

    What passes by itself (timeouts, an overloaded server) grows slowly, what a person has to mend (no such page, not
    a feed) or what costs our own machine fast (judgement, after Media Cloud's hard and soft failures).
    """
    if reason in _SOFT:
        return 0.5
    return HARD if reason in _HARD | KILLS else 1.0


def next_poll(
    *,
    now: datetime,
    every: timedelta,
    outcome: Outcome,
    failures: int,
    retry_after: timedelta | None,
    spread: float,
    growth: float = 1.0,
    wish: Wish = NOTHING,
) -> datetime:
    """The next time a source is asked, after a poll that ended at ``now``; never before any of what it must respect.

    Args:
        now: the end of this poll, aware.
        every: the wished pause, more than nothing.
        outcome: how this poll ended.
        failures: failures in a row, this one included; counts only if ``outcome`` is one.
        retry_after: the pause that the server asked for, if it did. It is obeyed at least, up to ``RETRY_AFTER_CAP``.
        spread: a number from 0 (included) to 1 (excluded) that sets sources apart: the pause is up to
            ``POLL_JITTER`` of the interval longer.
        growth: doublings of the pause for each failure after the first, see :func:`weight`.
        wish: what the publisher asks; its pause counts from a document that was read, its hours and days always.
    """
    asked = min(max(retry_after or timedelta(), timedelta()), RETRY_AFTER_CAP)
    if outcome not in FAILED:
        asked = max(asked, wish.pause)
    pause = max(_pause(every, outcome, failures, growth), asked)
    # Always later, never earlier: and the sources of one host do not return together.
    due = now + pause + min(every, pause) * (POLL_JITTER * spread)
    return _allowed(due, wish)


def _pause(every: timedelta, outcome: Outcome, failures: int, growth: float) -> timedelta:
    if outcome not in FAILED:
        return every
    longest = max(BACKOFF_CAP, every)
    if outcome is Outcome.GONE:
        return longest
    doublings = min(max(failures - 1, 0) * growth, _DOUBLINGS)
    return min(every * 2**doublings, longest)


def _allowed(due: datetime, wish: Wish) -> datetime:
    """``due``, or within the first quarter of the next hour that the publisher does not skip: what waited for that hour
    does not come all at once."""
    if not wish.hours and not wish.days:
        return due
    due = due.astimezone(UTC)
    hour = due.replace(minute=0, second=0, microsecond=0)
    for ahead in range(_WEEK_OF_HOURS):
        moment = hour + timedelta(hours=ahead)
        if moment.hour not in wish.hours and moment.weekday() not in wish.days:
            return due if ahead == 0 else moment + (due - hour) / 4
    return due
