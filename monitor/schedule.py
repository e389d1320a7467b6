"""When a source is due next. Pure: the time and the spread are arguments."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.limits import BACKOFF_CAP, POLL_JITTER, RETRY_AFTER_CAP
from monitor.model import FAILED, Outcome

_DOUBLINGS = 16
"""Doublings beyond which every pause has reached the cap; keeps the power from overflowing."""


def next_poll(
    *,
    now: datetime,
    every: timedelta,
    outcome: Outcome,
    failures: int,
    retry_after: timedelta | None,
    spread: float,
) -> datetime:
    """The next time a source is asked, after a poll that ended at ``now``.

    Args:
        now: the end of this poll, aware.
        every: the wished pause, more than nothing.
        outcome: how this poll ended.
        failures: failures in a row, this one included; counts only if ``outcome`` is one.
        retry_after: the pause that the server asked for, if it did. It is obeyed at least, up to ``RETRY_AFTER_CAP``.
        spread: a number from 0 (included) to 1 (excluded) that sets sources apart: the pause is
            ``POLL_JITTER`` shorter at 0 and as much longer at 1.
    """
    asked = min(max(retry_after or timedelta(), timedelta()), RETRY_AFTER_CAP)
    pause = _pause(every, outcome, failures) * (1 + POLL_JITTER * (2 * spread - 1))
    if asked:
        # Later than asked by a share of the interval, so that the sources of one host do not return together.
        pause = max(pause, asked + every * (POLL_JITTER * spread))
    return now + pause


def _pause(every: timedelta, outcome: Outcome, failures: int) -> timedelta:
    if outcome not in FAILED:
        return every
    longest = max(BACKOFF_CAP, every)
    if outcome is Outcome.GONE:
        return longest
    return min(every * (1 << min(max(failures - 1, 0), _DOUBLINGS)), longest)
