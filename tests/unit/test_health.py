"""How a source stands after a poll, and when its owner hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.limits import BROKEN_AFTER
from monitor.model import Document, Entry, FetchFailure, NotModified, Outcome, ParseFailure, Read, SourceState
from monitor.pipeline.health import OUTAGE_CAP, Polled, Verdict, judge, spread, suspected_since

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SOURCE = SourceState(
    id=1, name="Courier", kind="feed", url="https://a.example/f", address="https://a.example/f", host="a.example:443",
    every=timedelta(minutes=15), outlet="Courier", state="ok", baseline_at=NOW - timedelta(days=3),
    last_ok_at=NOW - timedelta(minutes=15), etag='"old"', last_modified="Mon", body_hash="h0", memory="{}", window=7,
)  # fmt: skip
NEVER_READ = replace(SOURCE, state="new", baseline_at=None, last_ok_at=None, etag=None)
PAGE = Document("https://a.example/f", b"x", etag='"new"', last_modified=None, body_hash="h1")
TIMEOUT = FetchFailure("https://a.example/f", "error", "timeout", "a.example did not answer.")
MISSING = FetchFailure("https://a.example/f", "error", "http_404", "a.example answers 404.", status=404)
ENTRY = Entry("1", "k", "A title")
NO_FEED = ParseFailure("not_a_feed", "This address gives an HTML page, not a feed.")


def after(source: SourceState, fetched: object, read: object = None, *, new: int = 0, up: bool = True) -> Verdict:
    polled = Polled(source, fetched, read)  # type: ignore[arg-type]
    return judge(polled, new=new, revised=0, network_up=up, zone=ZoneInfo("Europe/London"), now=NOW)


def failing(count: int, minutes: float, source: SourceState = SOURCE) -> SourceState:
    return replace(source, state="failing", failures=count, failing_since=NOW - timedelta(minutes=minutes))


def test_a_good_poll_keeps_what_the_server_gave_byte_for_byte() -> None:
    update = after(SOURCE, PAGE, Read((), 3, "rss20", ""), new=2).update
    assert (update.outcome, update.state, update.etag, update.last_modified) == (Outcome.NEW, "ok", '"new"', None)
    assert (update.body_hash, update.window, update.not_before, update.new) == ("h1", 3, None, 2)


def test_nothing_new_keeps_the_validators() -> None:
    update = after(SOURCE, NotModified("https://a.example/f")).update
    assert (update.outcome, update.etag, update.last_modified, update.body_hash) == (
        Outcome.NOT_MODIFIED, '"old"', "Mon", "h0",
    )  # fmt: skip
    assert after(SOURCE, NotModified("https://a.example/f", etag='"e2"')).update.etag == '"e2"'
    assert after(SOURCE, PAGE).update.outcome is Outcome.UNCHANGED


def test_the_first_document_with_an_entry_is_the_baseline() -> None:
    assert after(NEVER_READ, PAGE, Read((), 0, "rss20", "")).update.baseline_at is None
    assert after(NEVER_READ, PAGE, Read((), 1, "rss20", "")).update.baseline_at is None  # it was no entry
    assert after(NEVER_READ, PAGE, Read((ENTRY,), 1, "rss20", "")).update.baseline_at == NOW


@pytest.mark.parametrize(("fetched", "read"), [(TIMEOUT, None), (PAGE, NO_FEED)])
def test_a_failure_never_touches_what_was_known(fetched: object, read: object) -> None:
    update = after(SOURCE, fetched, read).update
    assert (update.etag, update.last_modified, update.body_hash, update.memory) == ('"old"', "Mon", "h0", "{}")
    assert (update.outcome, update.state, update.failures, update.failing_since) == (Outcome.ERROR, "failing", 1, NOW)
    assert update.not_before == update.next_poll_at > NOW


def test_a_source_that_was_read_before_is_broken_after_some_failures() -> None:
    assert after(SOURCE, TIMEOUT).change is None
    assert after(failing(1, 5), TIMEOUT).change is None
    assert after(failing(1, 15), TIMEOUT).update.state == "broken"
    verdict = after(failing(BROKEN_AFTER - 1, 10), TIMEOUT)
    assert verdict.change is not None
    assert verdict.change.state == "broken"
    assert "did not answer" in verdict.change.sentence
    assert "3 tries since Tue 08:50; last good read Tue 08:45" in verdict.change.sentence
    assert verdict.update.told_broken_at == NOW


@pytest.mark.parametrize("failure", [MISSING, replace(TIMEOUT, outcome="gone"), replace(TIMEOUT, outcome="refused")])
def test_a_source_never_read_and_a_definite_answer_are_told_at_once(failure: FetchFailure) -> None:
    assert after(NEVER_READ, failure).change is not None
    definite = failure.outcome != "error"
    assert (after(SOURCE, failure).change is not None) is definite


def test_the_owner_hears_once_of_a_breakage_and_once_of_its_end() -> None:
    told = replace(failing(5, 300), state="broken", told_broken_at=NOW - timedelta(hours=4))
    assert after(told, TIMEOUT).change is None
    assert after(told, TIMEOUT).update.told_broken_at == told.told_broken_at
    back = after(told, PAGE, Read((), 1, "rss20", ""))
    assert back.change is not None
    assert back.change.state == "recovered"
    assert back.change.episode == (NOW - timedelta(minutes=300)).isoformat()
    assert (back.update.told_broken_at, back.update.failing_since, back.update.failures) == (None, None, 0)
    assert after(failing(1, 5), PAGE).change is None


def test_while_no_source_at_all_is_read_the_network_is_suspected_first() -> None:
    late = failing(4, 120)
    assert after(late, TIMEOUT, up=False).change is None
    assert after(late, TIMEOUT, up=False).update.state == "broken"
    assert after(late, MISSING, up=False).change is not None  # somebody answered
    assert after(failing(9, OUTAGE_CAP / timedelta(minutes=1)), TIMEOUT, up=False).change is not None
    assert suspected_since(SOURCE, NOW) == NOW - timedelta(minutes=1)
    assert suspected_since(late, NOW) == late.failing_since


def test_only_the_first_failure_is_newly_failing() -> None:
    assert after(SOURCE, TIMEOUT).newly_failing
    assert not after(failing(1, 5), TIMEOUT).newly_failing
    assert not after(SOURCE, PAGE).newly_failing


def test_what_a_server_asked_for_is_kept() -> None:
    patient = replace(TIMEOUT, reason="http_429", status=429, retry_after=timedelta(hours=2))
    assert (after(SOURCE, patient).update.not_before or NOW) >= NOW + timedelta(hours=2)


def test_the_spread_differs_and_is_the_same_when_asked_again() -> None:
    values = {spread(replace(SOURCE, id=n), NOW) for n in range(50)}
    assert len(values) == 50
    assert all(0 <= value < 1 for value in values)
    assert spread(SOURCE, NOW) == spread(SOURCE, NOW)
