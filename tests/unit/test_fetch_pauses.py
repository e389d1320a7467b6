"""How long answers ask us to stay away, as a table of headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.pauses import fresh_for, http_date, retry_after

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=3650)
HOUR = timedelta(hours=1)
DATE = "Tue, 24 Nov 2026 09:30:00 GMT"
HOUR_LATER = "Tue, 24 Nov 2026 10:30:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "now", "asked"),
    [
        ("120", None, None, timedelta(seconds=120)),
        (" 120 ", None, None, timedelta(seconds=120)),
        ("0", None, None, timedelta()),
        ("9" * 4000, None, None, YEARS),
        ("999999999", None, None, YEARS),
        ("Tue, 24 Nov 2026 10:00:00 GMT", "Tue, 24 Nov 2026 09:30:00 GMT", NOW, timedelta(minutes=30)),
        ("Tue, 24 Nov 2026 10:00:00 GMT", None, NOW, timedelta(hours=1)),
        ("Tue, 24 Nov 2026 10:00:00 -0000", None, NOW, timedelta(hours=1)),
        ("Tue, 24 Nov 2026 10:00:00 GMT", "rubbish", None, None),
        ("Tue, 24 Nov 2026 08:00:00 GMT", None, NOW, None),
        ("Tue, 24 Nov 9999 08:00:00 GMT", None, NOW, YEARS),
        ("Tue, 99 Nov 2026 08:00:00 GMT", None, NOW, None),
        ("-5", None, NOW, None),
        ("1.5", None, NOW, None),
        ("٣", None, NOW, None),
        ("soon", None, NOW, None),
        ("", None, NOW, None),
        (None, None, NOW, None),
    ],
)
def test_retry_after(value: str | None, date: str | None, now: datetime | None, asked: timedelta | None) -> None:
    assert retry_after(value, date, now) == asked


FRESH: list[tuple[str | None, str | None, str | None, str | None, timedelta | None]] = [
    # Cache-Control, Age, Expires, Date -> fresh for
    (None, None, None, None, None),
    ("", None, None, None, None),
    ("max-age=3600", None, None, None, HOUR),
    ("public, max-age=3600, must-revalidate", None, None, None, HOUR),
    ("PUBLIC,Max-Age=3600", None, None, None, HOUR),
    (" max-age = 3600 ", None, None, None, HOUR),
    ('max-age="3600"', None, None, None, HOUR),
    ("max-age=3600; public", None, None, None, HOUR),
    ('private="Set-Cookie, max-age=1", max-age=3600', None, None, None, HOUR),
    ("s-maxage=9, max-age=3600", None, None, None, HOUR),
    ("s-maxage=3600", None, None, None, None),
    ("s-maxage=9", None, HOUR_LATER, DATE, HOUR),
    ("max-age=3600, max-age=60", None, None, None, HOUR),
    ("max-age=0", None, HOUR_LATER, DATE, None),
    ("max-age=-1", None, HOUR_LATER, DATE, None),
    ("max-age=soon", None, HOUR_LATER, DATE, None),
    ("max-age=1.5", None, None, None, None),
    ("max-age=", None, None, None, None),
    ("max-age", None, None, None, None),
    ("max-age=٣٦٠٠", None, None, None, None),
    ("x-max-age=3600", None, None, None, None),
    ("max-age=" + "9" * 4000, None, None, None, YEARS),
    ("max-age=00000000000003600", None, None, None, HOUR),
    ("no-cache, max-age=3600", None, HOUR_LATER, DATE, None),
    ("No-Store", None, HOUR_LATER, DATE, None),
    ('no-cache="Set-Cookie", max-age=3600', None, None, None, None),
    ("max-age=3600", "600", None, None, timedelta(minutes=50)),
    ("max-age=3600", "3600", None, None, None),
    ("max-age=3600", "99999", None, None, None),
    ("max-age=3600", "600, 5", None, None, timedelta(minutes=50)),
    ("max-age=3600", "old", None, None, HOUR),
    ("max-age=3600", "-600", None, None, HOUR),
    ("max-age=60", None, HOUR_LATER, DATE, timedelta(minutes=1)),
    (None, None, HOUR_LATER, DATE, HOUR),
    (None, "600", HOUR_LATER, DATE, timedelta(minutes=50)),
    ("public", None, HOUR_LATER, DATE, HOUR),
    (None, None, HOUR_LATER, None, timedelta(minutes=90)),
    (None, None, HOUR_LATER, "rubbish", timedelta(minutes=90)),
    (None, None, DATE, DATE, None),
    (None, None, DATE, HOUR_LATER, None),
    (None, None, "Thu, 01 Jan 1970 00:00:00 GMT", DATE, None),
    (None, None, "0", DATE, None),
    (None, None, "-1", DATE, None),
    (None, None, "never", DATE, None),
    (None, None, "Fri, 31 Dec 9999 23:59:59 GMT", DATE, YEARS),
    (None, None, "Tue, 24 Nov 99999 10:30:00 GMT", DATE, None),
]


@pytest.mark.parametrize(("cache_control", "age", "expires", "date", "expected"), FRESH)
def test_fresh_for(
    cache_control: str | None, age: str | None, expires: str | None, date: str | None, expected: timedelta | None
) -> None:
    found = fresh_for(cache_control=cache_control, age=age, expires=expires, date=date, now=NOW)
    assert found == expected


def test_without_any_clock_a_date_says_nothing() -> None:
    assert fresh_for(cache_control=None, expires=HOUR_LATER) is None


HEADER = st.one_of(
    st.none(), st.text(max_size=60), st.from_regex(r"(max-age|no-cache|Expires|[=\", ;0-9])+", fullmatch=True)
)


@given(HEADER, HEADER, HEADER, HEADER)
def test_no_header_raises_and_every_pause_is_bounded(
    a: str | None, b: str | None, c: str | None, d: str | None
) -> None:
    for pause in (fresh_for(cache_control=a, age=b, expires=c, date=d, now=NOW), retry_after(a, b, NOW)):
        assert pause is None or timedelta() <= pause <= YEARS
    moment = http_date(c)
    assert moment is None or moment.utcoffset() == timedelta()
