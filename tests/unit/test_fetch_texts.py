"""Masked addresses, and sentences of failures."""

from __future__ import annotations

import pytest

from monitor.fetch import masked
from monitor.fetch.failure import from_status


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
        ("https://a.example/?author=7&authority=x&sid=1", "https://a.example/?author=7&authority=x&sid=***"),
        ("https://a.example/?Authorization=Basic%20YTpi", "https://a.example/?Authorization=***"),
        ("https://a.example/?x-api-key=a&X-Amz-Signature=b", "https://a.example/?x-api-key=***&X-Amz-Signature=***"),
        ("https://a.example/?%74oken=abc&api%5Fkey=d", "https://a.example/?%74oken=***&api%5Fkey=***"),
        ("https://a.example/?headers[X-Feed-Key]=abc", "https://a.example/?headers[X-Feed-Key]=***"),
        ("https://a.example/?PHPSESSID=abc&bearer=d", "https://a.example/?PHPSESSID=***&bearer=***"),
        ("https://a.example/feed;jsessionid=abc", "https://a.example/feed;jsessionid=***"),
        ("https://:pass@a.example/", "https://***@a.example/"),
        ("not an address user:x@y", "not an address user:x@y"),
        ("//user:secret@host", "//***@host"),
    ],
)
def test_masked(url: str, shown: str | None) -> None:
    assert masked(url) == (shown or url)
    assert masked(masked(url)) == masked(url)


def test_gone_is_told_apart() -> None:
    assert from_status(410, "a.example").outcome == "gone"
    assert from_status(404, "a.example").outcome == "error"
    assert from_status(418, "a.example").sentence.startswith("a.example answers 418: ")
