"""Sources and entries that are about no happenings."""

from __future__ import annotations

import pytest

from monitor.analysis.clustering.eventless import eventless


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/owner/name/releases.atom", True),
        ("https://huggingface.co/owner/model-7b", True),
        ("https://huggingface.co/blog/feed.xml", False),
        ("https://github.com/blog/some-news", False),
        ("https://old.reddit.com/r/worldnews/.rss", True),
        ("https://news.ycombinator.com/rss", True),
        ("https://s.weibo.com/top/summary", True),
        ("https://lists.example/trending?lang=en", True),
        ("https://lists.example/hot.json", True),
        ("https://magazine.example/coupons/shop-promo-code", True),
        ("https://news.example/hot-weather-ahead", False),
        ("https://news.example/2026/11/trending-down-oil-falls", False),
        ("https://somebody.github.io/feed.xml", False),
        ("https://www.theguardian.com/world/rss", False),
        ("http://[broken", False),
        ("", False),
        (None, False),
    ],
)
def test_eventless(address: str | None, expected: bool) -> None:
    assert eventless(address) is expected
