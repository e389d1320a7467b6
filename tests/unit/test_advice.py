"""What the owner of a broken source reads, and what it tells him to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.model import Document, SourceState
from monitor.pipeline import advice
from monitor.sources.sniff import not_a_feed

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
SOURCE = SourceState(
    id=1, name="Courier", kind="feed", url="https://a.example/f", address="https://a.example/f", host="a.example:443",
    every=timedelta(minutes=15), outlet="Courier", state="broken", reason="Something is wrong.", failures=3,
    failing_since=NOW - timedelta(hours=1), last_ok_at=NOW - timedelta(hours=2),
    next_poll_at=NOW + timedelta(hours=27, minutes=40),
)  # fmt: skip
WAS = "with was: and the old address, so that it stays the same source"


def broken(reason: str, source: SourceState = SOURCE, *, asked_to_wait: bool = False) -> str:
    return advice.broken(source, reason=reason, zone=ZONE, now=NOW, asked_to_wait=asked_to_wait)


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("http_401", "You can: give, or correct, auth: (or headers:) in the watchlist."),
        ("http_403", "You can: give, or correct, auth: (or headers:) in the watchlist, read it less often (every: "
         "2 h), try its other addresses (monitor try https://a.example), or set paused: true."),
        ("http_404", f"You can: look for its new address (monitor try https://a.example) and correct it, {WAS}; "
         "or set paused: true."),
        ("http_429", "The monitor waits until Wed 12:40. Nothing to do; if it repeats: every: 1 h."),
        ("http_503", "The monitor waits until Wed 12:40. Nothing to do; if it repeats: every: 1 h."),
        ("http_500", "Nothing to do unless it lasts; the publisher has to mend it."),
        ("http_502", "Nothing to do unless it lasts; the publisher has to mend it."),
        ("challenge", "You can: ask the publisher for access, or look for another feed (monitor try "
         "https://a.example). The monitor does not try to get past the check."),
        ("dns", f"You can: look at it (monitor try https://a.example/f), correct its address, {WAS}; "
         "or set paused: true."),
    ],
)  # fmt: skip
def test_what_to_do_follows_from_the_reason(reason: str, line: str) -> None:
    assert broken(reason).splitlines()[-1] == line


def test_a_site_that_asked_to_be_left_alone_is() -> None:
    assert broken("http_429", asked_to_wait=True).splitlines()[-1] == (
        "It asked to be left alone until Wed 12:40; the monitor waits. Nothing to do; if it repeats: every: 1 h."
    )
    slow = replace(SOURCE, every=timedelta(hours=3))
    assert broken("http_429", slow, asked_to_wait=True).endswith("if it repeats: every: 6 h.")


def test_a_page_that_links_its_feed_needs_no_search() -> None:
    page = b'<html><link rel="alternate" type="application/rss+xml" href="/rss.xml"><title>News</title></html>'
    found = not_a_feed(Document("https://a.example/", page, etag=None, last_modified=None, body_hash="h"))
    text = broken("not_a_feed", replace(SOURCE, reason=found.sentence))
    assert 'links a feed: "https://a.example/rss.xml"' in text
    assert text.splitlines()[-1] == f"You can: write that address into the watchlist, {WAS}."
    assert "look for its feed" in broken("not_a_feed")


def test_the_first_410_says_what_follows() -> None:
    text = broken("http_410", replace(SOURCE, failures=1))
    assert "It is asked once more tomorrow; if it says so again, it is not asked any more." in text
    assert "tomorrow" not in broken("http_404")


def test_a_source_never_read_lost_nothing() -> None:
    never = replace(SOURCE, last_ok_at=None)
    assert broken("http_404", never).splitlines()[1] == (
        "3 tries since Tue 08:00; next try Wed 12:40. It was never read, so nothing from it can reach you."
    )
    assert broken("http_404").splitlines()[1] == (
        "3 tries since Tue 08:00; last good read Tue 07:00; next try Wed 12:40. Nothing stored was lost; entries since "
        "then may be missing."
    )
    assert advice.recovered(never, zone=ZONE, now=NOW) == (
        "Courier is read now, for the first time; what it shows already is listed, not sent."
    )
    assert advice.recovered(never, zone=ZONE, now=NOW, listed=False) == "Courier is read now, for the first time."
    assert advice.recovered(SOURCE, zone=ZONE, now=NOW).startswith("Courier is read again. What appeared")


def test_a_source_that_is_gone_keeps_its_history_under_a_new_address() -> None:
    assert f"correct its address, {WAS}" in advice.stopped(SOURCE, zone=ZONE, now=NOW)
