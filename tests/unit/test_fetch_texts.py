"""Masked addresses, sentences of failures, and Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.fetch import masked
from monitor.fetch.failure import from_status, retry_after

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=3650)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/feed?page=2&lang=en", "https://a.example/feed?page=2&lang=en"),
        ("https://user:pass@a.example/feed", "https://***@a.example/feed"),
        ("https://us@er:p@ss@a.example/feed", "https://***@a.example/feed"),
        ("https://a.example/feed?token=abc&x=1", "https://a.example/feed?token=***&x=1"),
        ("https://a.example/?a=1&api_key=abc", "https://a.example/?a=1&api_key=***"),
        ("https://a.example/?apikey=abc;key=d", "https://a.example/?apikey=***;key=***"),
        ("https://a.example/?Auth=abc#access_token=d", "https://a.example/?Auth=***#access_token=***"),
        ("https://a.example/?u=4f9a0c3e5b7d1122334455aa", "https://a.example/?u=***"),
        ("https://a.example/?q=monkey&keyword=tea", "https://a.example/?q=monkey&keyword=tea"),
        ("https://a.example/?title=a-long-title-without-any-digit-in-it", None),
        ("not an address user:x@y", "not an address user:x@y"),
        ("//user:secret@host", "//***@host"),
    ],
)
def test_masked(url: str, shown: str | None) -> None:
    assert masked(url) == (shown or url)
    assert masked(masked(url)) == masked(url)


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


def test_gone_is_told_apart() -> None:
    assert from_status(410, "a.example").outcome == "gone"
    assert from_status(404, "a.example").outcome == "error"
    assert from_status(418, "a.example").sentence.startswith("a.example answers 418: ")
