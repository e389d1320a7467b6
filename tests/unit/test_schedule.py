"""When is a source due next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.limits import BACKOFF_CAP, POLL_JITTER, RETRY_AFTER_CAP
from monitor.model import FAILED, Outcome
from monitor.schedule import Wish, next_poll, weight, wish_of

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
        (Outcome.ERROR, 1, HOUR, HOUR),
        (Outcome.ERROR, 1, timedelta(days=3650), RETRY_AFTER_CAP),
    ],
)
def test_pause(outcome: Outcome, failures: int, retry_after: timedelta | None, expected: timedelta) -> None:
    due = next_poll(now=NOW, every=QUARTER, outcome=outcome, failures=failures, retry_after=retry_after, spread=0.0)
    assert due - NOW == expected


def test_a_source_wished_less_than_daily_is_not_asked_more_often_when_it_fails() -> None:
    week = timedelta(days=7)
    for outcome in FAILED:
        due = next_poll(now=NOW, every=week, outcome=outcome, failures=3, retry_after=None, spread=0.0)
        assert due == NOW + week


@given(every=PAUSES, outcome=OUTCOMES, failures=st.integers(0, 10**6), spread=SPREADS)
def test_spread_stays_within_the_jitter(every: timedelta, outcome: Outcome, failures: int, spread: float) -> None:
    def pause(share: float) -> timedelta:
        due = next_poll(now=NOW, every=every, outcome=outcome, failures=failures, retry_after=None, spread=share)
        return due - NOW

    least = pause(0.0)
    assert timedelta() <= pause(spread) - least <= every * POLL_JITTER + timedelta(microseconds=2)
    assert outcome in FAILED or least == every


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


@pytest.mark.parametrize(
    ("reason", "third"),
    [
        ("timeout", 2 * QUARTER),
        ("http_503", 2 * QUARTER),
        ("http_500", 4 * QUARTER),
        ("malformed", 4 * QUARTER),
        ("http_404", 16 * QUARTER),
        ("not_a_feed", 16 * QUARTER),
        ("cpu", 16 * QUARTER),
    ],
)
def test_the_pause_grows_with_the_weight_of_the_failure(reason: str, third: timedelta) -> None:
    due = next_poll(
        now=NOW, every=QUARTER, outcome=Outcome.ERROR, failures=3, retry_after=None, spread=0.0, growth=weight(reason)
    )
    assert due - NOW == third


@pytest.mark.parametrize(
    ("hints", "fresh_for", "pause", "why"),
    [
        ({}, None, timedelta(), ""),
        ({"ttl": "60"}, None, HOUR, "ttl"),
        ({"ttl": " 60 "}, timedelta(hours=2), 2 * HOUR, "Cache-Control"),
        ({"ttl": "1440000"}, None, timedelta(hours=24), "ttl"),
        ({"ttl": "-5"}, None, timedelta(), ""),
        ({"ttl": "nan"}, None, timedelta(), ""),
        ({"ttl": "soon"}, None, timedelta(), ""),
        ({"updatePeriod": "hourly"}, None, HOUR, "updatePeriod"),
        ({"updatePeriod": "Hourly", "updateFrequency": "2"}, None, HOUR / 2, "updatePeriod"),
        ({"updatePeriod": "daily", "updateFrequency": "0"}, None, timedelta(hours=24), "updatePeriod"),
        ({"updatePeriod": "weekly"}, None, timedelta(hours=24), "updatePeriod"),
        ({"updatePeriod": "never"}, None, timedelta(), ""),
        ({"updateFrequency": "2"}, None, timedelta(), ""),
        ({}, timedelta(days=365), timedelta(hours=24), "Cache-Control"),
    ],
)
def test_what_a_publisher_asks(hints: dict[str, str], fresh_for: timedelta | None, pause: timedelta, why: str) -> None:
    wish = wish_of(hints, fresh_for)
    assert (wish.pause, wish.why) == (pause, why)
    due = next_poll(
        now=NOW, every=QUARTER, outcome=Outcome.UNCHANGED, failures=0, retry_after=None, spread=0.0, wish=wish
    )
    assert due - NOW == max(QUARTER, pause)


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"skipHours": "9 10"}, "2026-11-24T11:03:45"),
        ({"skipHours": "0 24"}, "2026-11-24T09:15"),
        ({"skipHours": "99 x"}, "2026-11-24T09:15"),
        ({"skipHours": " ".join(map(str, range(24)))}, "2026-11-24T09:15"),
        ({"skipDays": "Tuesday"}, "2026-11-25T00:03:45"),
        ({"skipDays": "Tuesday Wednesday", "skipHours": "0 1"}, "2026-11-26T02:03:45"),
        ({"skipDays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"}, "2026-11-24T09:15"),
        ({"skipDays": "Dienstag"}, "2026-11-24T09:15"),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.NOT_MODIFIED, Outcome.ERROR])
def test_hours_and_days_that_a_publisher_skips(hints: dict[str, str], expected: str, outcome: Outcome) -> None:
    due = next_poll(
        now=NOW, every=QUARTER, outcome=outcome, failures=1, retry_after=None, spread=0.0, wish=wish_of(hints, None)
    )
    assert due == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(
    pause=st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=24)),
    hours=st.frozensets(st.integers(0, 23), max_size=23),
    days=st.frozensets(st.integers(0, 6), max_size=6),
    outcome=OUTCOMES,
    spread=SPREADS,
    minutes=st.integers(0, 20000),
)
def test_a_wish_is_never_broken(
    pause: timedelta, hours: frozenset[int], days: frozenset[int], outcome: Outcome, spread: float, minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    due = next_poll(
        now=now, every=QUARTER, outcome=outcome, failures=1, retry_after=None, spread=spread,
        wish=Wish(pause, "ttl", hours, days),
    )  # fmt: skip
    assert due.hour not in hours
    assert due.weekday() not in days
    assert outcome in FAILED or due - now >= pause
