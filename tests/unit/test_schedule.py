"""When is a source due next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.limits import BACKOFF_CAP, POLL_JITTER, RETRY_AFTER_CAP
from monitor.model import FAILED, Outcome
from monitor.schedule import next_poll

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)

OUTCOMES = st.sampled_from(list(Outcome))
PAUSES = st.timedeltas(min_value=timedelta(minutes=5), max_value=timedelta(days=7))
SPREADS = st.floats(min_value=0, max_value=1, exclude_max=True)


@pytest.mark.parametrize(
    ("outcome", "failures", "retry_after", "expected"),
    [
        (Outcome.NEW, 0, None, QUARTER),
        (Outcome.NOT_MODIFIED, 0, None, QUARTER),
        (Outcome.UNCHANGED, 7, None, QUARTER),
        (Outcome.MOVED, 0, None, QUARTER),
        (Outcome.ERROR, 0, None, QUARTER),
        (Outcome.ERROR, 1, None, QUARTER),
        (Outcome.ERROR, 2, None, 2 * QUARTER),
        (Outcome.REFUSED, 4, None, 8 * QUARTER),
        (Outcome.ERROR, 7, None, 16 * HOUR),
        (Outcome.ERROR, 8, None, BACKOFF_CAP),
        (Outcome.ERROR, 10**9, None, BACKOFF_CAP),
        (Outcome.GONE, 1, None, BACKOFF_CAP),
        (Outcome.ERROR, 1, timedelta(seconds=-5), QUARTER),
        (Outcome.ERROR, 1, timedelta(), QUARTER),
        (Outcome.ERROR, 1, timedelta(minutes=1), QUARTER),
        (Outcome.ERROR, 1, HOUR, HOUR + QUARTER * POLL_JITTER / 2),
        (Outcome.ERROR, 1, timedelta(days=3650), RETRY_AFTER_CAP + QUARTER * POLL_JITTER / 2),
    ],
)
def test_pause(outcome: Outcome, failures: int, retry_after: timedelta | None, expected: timedelta) -> None:
    due = next_poll(now=NOW, every=QUARTER, outcome=outcome, failures=failures, retry_after=retry_after, spread=0.5)
    assert due - NOW == expected


def test_a_source_wished_less_than_daily_is_not_asked_more_often_when_it_fails() -> None:
    week = timedelta(days=7)
    for outcome in FAILED:
        due = next_poll(now=NOW, every=week, outcome=outcome, failures=3, retry_after=None, spread=0.5)
        assert due == NOW + week


@given(every=PAUSES, outcome=OUTCOMES, failures=st.integers(0, 10**6), spread=SPREADS)
def test_spread_stays_within_the_jitter(every: timedelta, outcome: Outcome, failures: int, spread: float) -> None:
    def pause(share: float) -> timedelta:
        due = next_poll(now=NOW, every=every, outcome=outcome, failures=failures, retry_after=None, spread=share)
        return due - NOW

    middle = pause(0.5)
    assert abs(pause(spread) - middle) <= middle * POLL_JITTER + timedelta(microseconds=2)
    assert pause(0.0) < middle


@given(
    every=PAUSES,
    outcome=OUTCOMES,
    failures=st.integers(0, 50),
    asked=st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=10000)),
    spread=SPREADS,
)
def test_never_earlier_than_the_server_asked(
    every: timedelta, outcome: Outcome, failures: int, asked: timedelta, spread: float
) -> None:
    due = next_poll(now=NOW, every=every, outcome=outcome, failures=failures, retry_after=asked, spread=spread)
    assert due - NOW >= min(asked, RETRY_AFTER_CAP)


@given(every=PAUSES, failures=st.integers(1, 60), spread=SPREADS)
def test_more_failures_never_mean_sooner(every: timedelta, failures: int, spread: float) -> None:
    def due(count: int) -> datetime:
        return next_poll(now=NOW, every=every, outcome=Outcome.ERROR, failures=count, retry_after=None, spread=spread)

    assert due(failures) <= due(failures + 1)
