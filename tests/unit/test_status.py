"""`status` for people: one screen that reads well, also while nothing on the network answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.cli.keeping import status_lines
from monitor.cli.printing import Clockface, Wished
from monitor.store.listing_wanted import SourceRow
from monitor.store.overview import Overview

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = SourceRow(
    id=1, name="Courier", kind="feed", url="https://a.example/f", address="https://a.example/f", state="broken",
    reason="This is not a feed.", last_outcome="error", failures=3, failing_since=NOW - 9 * HOUR, last_poll_at=NOW,
    last_ok_at=None, next_poll_at=NOW + HOUR, newest_at=None, every=timedelta(minutes=15), paced_by=None, read="teaser",
)  # fmt: skip
LATE = replace(SOURCE, name="Herald", reason="No route.", failing_since=NOW - HOUR)
ALL = Overview(
    sources=(SOURCE, LATE, replace(LATE, name="Gazette")), channels=(), topics=1, entries=1, stories=1,
    last_poll_at=NOW, next_poll_at=NOW - HOUR, waiting=0, oldest_waiting=None, dead=0, last_sent_at=None,
    config_number=None, config_at=None, config_digest=None, life=None, size=1, no_network_since=None, gaps=(),
    articles=0,
)  # fmt: skip


def lines(found: Overview) -> list[str]:
    return list(status_lines(found, "here", Wished(), Clockface(ZoneInfo("UTC"), NOW)))


def test_a_reason_ends_once_and_one_is_one() -> None:
    found = lines(ALL)
    assert "  Courier is broken, for 9 h: This is not a feed; next try 10:00." in found
    assert "Stored: 1 entry, 1 story on 1 topic." in found
    assert "Last poll 09:00, next due now." in found
    assert "Stored: 2 entries, 0 stories on 3 topics." in lines(replace(ALL, entries=2, stories=0, topics=3))


def test_while_the_network_is_down_it_comes_first_and_blames_nobody() -> None:
    found = lines(replace(ALL, no_network_since=NOW - HOUR))
    assert found[2:5] == [
        "Network: nothing answers since 08:00; no source is blamed for it.",
        "  2 sources could not be read since then.",
        "  Courier is broken, for 9 h: This is not a feed; next try 10:00.",
    ]
    assert not any("Herald" in line or "Gazette" in line for line in found)
