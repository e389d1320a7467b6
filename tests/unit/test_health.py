"""How a source stands after a poll, and when its owner hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.limits import BROKEN_AFTER, QUARANTINE_AFTER, STILL_BROKEN_AFTER
from monitor.model import Document, Entry, FetchFailure, NotModified, Outcome, ParseFailure, Read, SourceState
from monitor.pipeline.health import OUTAGE_CAP, Network, Polled, Verdict, judge, spread, suspected_since

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SOURCE = SourceState(
    id=1, name="Courier", kind="feed", url="https://a.example/f", address="https://a.example/f", host="a.example:443",
    named="https://a.example/f",
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
    network: Network = "up" if up else "suspected"
    return judge(polled, new=new, revised=0, network=network, zone=ZoneInfo("Europe/London"), now=NOW)


def failing(count: int, minutes: float, source: SourceState = SOURCE) -> SourceState:
    return replace(source, state="failing", failures=count, failing_since=NOW - timedelta(minutes=minutes))


def test_a_good_poll_keeps_what_the_server_gave_byte_for_byte() -> None:
    update = after(SOURCE, PAGE, Read((), 3, "rss20", ""), new=2).update
    assert (update.outcome, update.after.state, update.after.etag, update.after.last_modified) == (
        Outcome.NEW,
        "ok",
        '"new"',
        None,
    )
    assert (update.after.body_hash, update.after.window, update.after.not_before, update.new) == ("h1", 3, None, 2)


def test_nothing_new_keeps_the_validators() -> None:
    update = after(SOURCE, NotModified("https://a.example/f")).update
    assert (update.outcome, update.after.etag, update.after.last_modified, update.after.body_hash) == (
        Outcome.NOT_MODIFIED, '"old"', "Mon", "h0",
    )  # fmt: skip
    assert after(SOURCE, NotModified("https://a.example/f", etag='"e2"')).after.etag == '"e2"'
    assert after(SOURCE, PAGE).update.outcome is Outcome.UNCHANGED


def test_the_first_document_with_an_entry_is_the_baseline() -> None:
    assert after(NEVER_READ, PAGE, Read((), 0, "rss20", "")).after.baseline_at is None
    assert after(NEVER_READ, PAGE, Read((), 1, "rss20", "")).after.baseline_at is None  # it was no entry
    assert after(NEVER_READ, PAGE, Read((ENTRY,), 1, "rss20", "")).after.baseline_at == NOW


@pytest.mark.parametrize(("fetched", "read"), [(TIMEOUT, None), (PAGE, NO_FEED)])
def test_a_failure_never_touches_what_was_known(fetched: object, read: object) -> None:
    update = after(SOURCE, fetched, read).update
    assert (update.after.etag, update.after.last_modified, update.after.body_hash, update.after.memory) == (
        '"old"',
        "Mon",
        "h0",
        "{}",
    )
    assert (update.outcome, update.after.state, update.after.failures, update.after.failing_since) == (
        Outcome.ERROR,
        "failing",
        1,
        NOW,
    )
    assert update.after.not_before == update.after.next_poll_at
    assert (update.after.not_before or NOW) > NOW


def test_a_source_that_was_read_before_is_broken_after_some_failures() -> None:
    assert after(SOURCE, TIMEOUT).change is None
    assert after(failing(1, 5), TIMEOUT).change is None
    assert after(failing(1, 15), TIMEOUT).after.state == "broken"
    verdict = after(failing(BROKEN_AFTER - 1, 10), TIMEOUT)
    assert verdict.change is not None
    assert verdict.change.state == "broken"
    assert "did not answer" in verdict.change.sentence
    assert "3 tries since Tue 08:50; last good read Tue 08:45" in verdict.change.sentence
    assert verdict.after.told_broken_at == NOW


@pytest.mark.parametrize("failure", [MISSING, replace(TIMEOUT, outcome="gone"), replace(TIMEOUT, outcome="refused")])
def test_a_source_never_read_and_a_definite_answer_are_told_at_once(failure: FetchFailure) -> None:
    assert after(NEVER_READ, failure).change is not None
    definite = failure.outcome != "error"
    assert (after(SOURCE, failure).change is not None) is definite


def test_the_owner_hears_once_of_a_breakage_and_once_of_its_end() -> None:
    told = replace(failing(5, 300), state="broken", told_broken_at=NOW - timedelta(hours=4))
    assert after(told, TIMEOUT).change is None
    assert after(told, TIMEOUT).after.told_broken_at == told.told_broken_at
    back = after(told, PAGE, Read((), 1, "rss20", ""))
    assert back.change is not None
    assert back.change.state == "recovered"
    assert back.change.episode == (NOW - timedelta(minutes=300)).isoformat()
    assert (back.after.told_broken_at, back.after.failing_since, back.after.failures) == (None, None, 0)
    assert after(failing(1, 5), PAGE).change is None


def test_while_no_source_at_all_is_read_the_network_is_suspected_first() -> None:
    late = failing(4, 120)
    assert after(late, TIMEOUT, up=False).change is None
    assert after(late, TIMEOUT, up=False).after.state == "broken"
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
    assert (after(SOURCE, patient).after.not_before or NOW) >= NOW + timedelta(hours=2)


def test_the_spread_differs_and_is_the_same_when_asked_again() -> None:
    values = {spread(replace(SOURCE, id=n), NOW) for n in range(50)}
    assert len(values) == 50
    assert all(0 <= value < 1 for value in values)
    assert spread(SOURCE, NOW) == spread(SOURCE, NOW)


def day(source: SourceState, verdict: Verdict, hours: float = 24) -> SourceState:
    """The source as it stands, with everything that happened to it ``hours`` further back."""

    def back(moment: datetime | None) -> datetime | None:
        return moment - timedelta(hours=hours) if moment else None

    state = verdict.after
    return replace(
        state,
        failing_since=back(state.failing_since),
        gone_since=back(state.gone_since),
        moved_since=back(state.moved_since),
        told_broken_at=back(state.told_broken_at),
        last_ok_at=back(state.last_ok_at),
    )


GONE = FetchFailure("https://a.example/f", "gone", "http_410", "a.example answers 410: gone for good.", status=410)


def test_gone_twice_a_day_apart_is_the_end() -> None:
    first = after(SOURCE, GONE)
    assert (first.after.state, first.change and first.change.state) == ("broken", "broken")
    assert (first.after.next_poll_at or NOW) - NOW >= timedelta(hours=24)
    early = after(day(SOURCE, first, hours=23), GONE)
    assert (early.after.state, early.change) == ("broken", None)
    second = after(day(SOURCE, first), GONE)
    assert (second.after.state, second.after.next_poll_at) == ("gone", None)
    assert second.change is not None
    assert second.change.state == "stopped"
    assert 'monitor poll --source "Courier"' in second.change.sentence
    assert after(day(SOURCE, second), GONE).change is None  # asked again by hand: nothing new


def test_an_answer_between_two_410_begins_anew() -> None:
    first = day(SOURCE, after(SOURCE, GONE))
    assert after(replace(first), MISSING).after.gone_since is None
    assert after(first, PAGE, Read((), 1, "rss20", "")).after.gone_since is None


@pytest.mark.parametrize("reason", ["cpu", "deadline", "memory", "worker_killed"])
def test_documents_that_end_their_reader_are_quarantined(reason: str) -> None:
    source, states = SOURCE, []
    for _ in range(QUARANTINE_AFTER + 1):
        verdict = after(source, PAGE, ParseFailure(reason, "Reading the document took too long."))
        source = verdict.after
        states.append((source.state, verdict.change.state if verdict.change else None))
    assert states == [("failing", None), ("failing", None), ("quarantined", "quarantined"), ("quarantined", None)]
    assert (source.next_poll_at or NOW) - NOW >= timedelta(hours=24)
    assert after(source, PAGE, Read((), 1, "rss20", "")).after.killed == 0


def test_another_failure_between_does_not_count_towards_the_quarantine() -> None:
    source = replace(SOURCE, killed=2)
    assert after(source, MISSING).after.killed == 2
    assert after(source, NotModified("https://a.example/f")).after.killed == 0


def test_the_owner_hears_once_that_it_is_still_broken() -> None:
    told = replace(failing(9, 24 * 60), state="broken", told_broken_at=NOW - STILL_BROKEN_AFTER)
    verdict = after(told, TIMEOUT)
    assert verdict.change is not None
    assert (verdict.change.state, verdict.after.told_still_at) == ("still", NOW)
    assert "Courier is still broken" in verdict.change.sentence
    assert after(verdict.after, TIMEOUT).change is None
    assert after(verdict.after, PAGE).after.told_still_at is None


MOVED = replace(PAGE, url="https://b.example/f", moved_to="https://b.example/f")


def moving(hours: tuple[float, ...], *pages: Document) -> SourceState:
    """The source after one answer for each page, ``hours`` apart."""
    source = SOURCE
    for page, wait in zip(pages, hours, strict=True):
        source = day(source, after(source, page), hours=wait)
    return source


def test_a_move_is_believed_after_three_equal_answers_over_a_day() -> None:
    twice = moving((12, 12), MOVED, MOVED)
    verdict = after(twice, MOVED)
    assert (verdict.after.address, verdict.after.host) == ("https://b.example/f", "b.example:443")
    assert (verdict.after.url, verdict.update.outcome, verdict.after.moved_to) == (SOURCE.url, Outcome.MOVED, None)
    assert after(twice, MOVED, new=1).update.outcome is Outcome.NEW
    assert verdict.after.validated == "https://b.example/f"


@pytest.mark.parametrize(
    ("hours", "pages"),
    [
        ((24,), (MOVED,)),
        ((1, 1), (MOVED, MOVED)),
        ((1, 22.9), (MOVED, MOVED)),
        ((12, 12), (MOVED, replace(MOVED, moved_to="https://c.example/f"))),
        ((12, 12), (MOVED, PAGE)),
    ],
)
def test_less_than_that_is_no_move(hours: tuple[float, ...], pages: tuple[Document, ...]) -> None:
    assert after(moving(hours, *pages), MOVED).after.address == SOURCE.address


@pytest.mark.parametrize("to", ["http://b.example/f", "https://user:pass@b.example/f"])
def test_no_move_away_from_a_secure_connection_or_to_a_password(to: str) -> None:
    page = replace(MOVED, moved_to=to)
    assert after(moving((12, 12), page, page), page).after.address == SOURCE.address


def test_a_learned_address_that_leads_nowhere_is_given_up() -> None:
    moved = replace(failing(2, 60), address="https://b.example/f", host="b.example:443", named=SOURCE.address)
    back = after(moved, MISSING).after
    assert (back.address, back.host, back.etag, back.body_hash) == (SOURCE.address, SOURCE.host, None, None)
    assert after(moved, TIMEOUT).after.address == "https://b.example/f"
    assert after(replace(moved, failures=1), MISSING).after.address == "https://b.example/f"


def test_while_the_network_is_down_no_failure_is_counted() -> None:
    polled = Polled(SOURCE, TIMEOUT)
    verdict = judge(polled, new=0, revised=0, network="down", zone=ZoneInfo("UTC"), now=NOW)
    assert (verdict.after.failures, verdict.after.state, verdict.after.failing_since) == (0, "ok", None)
    assert (verdict.after.not_before, verdict.change, verdict.newly_failing) == (None, None, False)
    assert verdict.update.error == "timeout: a.example did not answer."
    missing = judge(Polled(SOURCE, MISSING), new=0, revised=0, network="down", zone=ZoneInfo("UTC"), now=NOW)
    assert missing.after.failures == 1


def test_what_a_publisher_wishes_is_kept_and_said() -> None:
    verdict = after(SOURCE, PAGE, Read((), 1, "rss20", "", hints={"ttl": "60"}))
    assert (verdict.after.paced_by, verdict.after.hints) == ("ttl", {"ttl": "60"})
    assert (verdict.after.next_poll_at or NOW) - NOW >= timedelta(hours=1)
    unread = after(verdict.after, NotModified("https://a.example/f"))
    assert (unread.after.next_poll_at or NOW) - NOW >= timedelta(hours=1)
    fresh = after(SOURCE, NotModified("https://a.example/f", fresh_for=timedelta(hours=3)))
    assert ((fresh.after.next_poll_at or NOW) - NOW >= timedelta(hours=3), fresh.after.paced_by) == (
        True,
        "Cache-Control",
    )


def test_a_source_that_falls_quiet_is_told_once() -> None:
    silent = replace(SOURCE, last_new_at=NOW - timedelta(days=9), newest_at=NOW - timedelta(days=9))

    def read_again(source: SourceState, usual: float | None, new: int = 0) -> Verdict:
        return judge(
            Polled(source, NotModified("https://a.example/f")), new=new, revised=0, network="up", zone=ZoneInfo("UTC"),
            now=NOW, usual=usual,
        )  # fmt: skip

    verdict = read_again(silent, 2.0)
    assert verdict.after.remark == "nothing new for 9 days, usually 2 a day: perhaps it is published elsewhere now"
    assert (verdict.after.state, verdict.change and verdict.change.state) == ("ok", "quiet")
    assert read_again(verdict.after, 2.0).change is None
    assert read_again(silent, None).after.remark is None
    assert read_again(silent, 0.5).after.remark is None  # one in two days: nine days are not ten times that
    assert read_again(verdict.after, 2.0, new=1).after.remark is None


def test_a_source_whose_newest_entry_is_old_says_so() -> None:
    read = Read((ENTRY,), 1, "rss20", "", newest=NOW - timedelta(days=430))
    verdict = after(NEVER_READ, PAGE, read)
    assert verdict.after.remark == "its newest entry is 14 months old: perhaps it is published elsewhere now"
    assert verdict.change is None  # the first document: shown, not told
