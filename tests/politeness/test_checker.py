"""The checker sees what it is there to see: each rule broken once, in a trace made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.politeness.checker import Report, check
from tests.politeness.trace import Asked, Promise, Said, Told, Trace, Wish

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER = 15 * MINUTE
HOME, NEW, MID = (f"http://127.0.0.1:81/{name}" for name in ("home", "new", "mid"))
OK = Said(200, accepted=True)
TAGGED = Said(200, accepted=True, etag='"1"', modified="Mon")
SAME = Said(304, accepted=True)
BUSY = Said(503)
GONE = Said(410)
MOVED = Said(301, to=NEW, permanent=True)

Step = tuple[timedelta, Said]


def asked(
    after: timedelta, said: Said, address: str = HOME, *, etag: str | None = None, modified: str | None = None,
    run: int | None = None, feed: str = "a",
) -> Asked:  # fmt: skip
    return Asked(
        NOON + after, run or int(after.total_seconds()), feed, address, etag.encode() if etag else None,
        modified.encode() if modified else None, cookie=False, referer=False, said=said,
    )  # fmt: skip


def report(*requests: Asked, every: timedelta = QUARTER, end: timedelta | None = None, **more: object) -> Report:
    last = max(one.at for one in requests)
    trace = Trace({"a": Promise(HOME, every)}, NOON, NOON + end if end else last, asked=list(requests))
    for name, value in more.items():
        setattr(trace, name, value)
    return check(trace)


def wrong(*requests: Asked, **more: object) -> set[str]:
    return set(report(*requests, **more).wrong)  # type: ignore[arg-type]


def polite() -> list[Asked]:
    """Three polls of a feed with validators, as they ought to be."""
    return [
        asked(0 * HOUR, TAGGED),
        asked(QUARTER, SAME, etag='"1"', modified="Mon"),
        asked(2 * QUARTER, SAME, etag='"1"', modified="Mon"),
    ]


def test_a_polite_reader_is_not_blamed() -> None:
    found = report(*polite())
    assert found.wrong == {}
    assert (found.polls, found.due, found.conditional) == (3, 2, 2)


FRESH = Said(200, accepted=True, fresh_until=NOON + HOUR)
WEDNESDAY = frozenset({2})


@pytest.mark.parametrize(
    ("said", "pause", "why"),
    [
        (OK, 4 * MINUTE, {"early: floor", "early: every"}),
        (OK, 14 * MINUTE, {"early: every"}),
        (OK, QUARTER, set()),
        (FRESH, HOUR - MINUTE, {"early: max-age, Expires"}),
        (FRESH, HOUR, set()),
        (Said(200, accepted=True, fresh_until=NOON + 30 * DAY), DAY - MINUTE, {"early: max-age, Expires"}),
        (Said(200, accepted=True, fresh_until=NOON + 30 * DAY), DAY, set()),
        (Said(200, accepted=True, fresh_until=NOON + 30 * DAY), 2 * DAY, {"late"}),
        (Said(200, accepted=True, wish=Wish(pause=2 * HOUR)), HOUR, {"early: ttl, updatePeriod"}),
        (Said(200, accepted=True, wish=Wish(pause=2 * HOUR)), 2 * HOUR, set()),
        (Said(200, accepted=True, wish=Wish(hours=frozenset({12, 13}))), HOUR, {"early: skipHours"}),
        (Said(200, accepted=True, wish=Wish(hours=frozenset({12, 13}))), 2 * HOUR, set()),
        (Said(200, accepted=True, wish=Wish(hours=frozenset(range(24)))), HOUR, set()),
        (Said(200, accepted=True, wish=Wish(days=WEDNESDAY)), 20 * HOUR, {"early: skipDays"}),
        (BUSY, 14 * MINUTE, {"early: back-off"}),
        (BUSY, QUARTER, set()),
        (Said(429, retry_until=NOON + HOUR), HOUR - MINUTE, {"early: Retry-After"}),
        (Said(429, retry_until=NOON + HOUR), HOUR, set()),
        (Said(503, retry_until=NOON + 3650 * DAY), 7 * DAY - MINUTE, {"early: Retry-After"}),
        (Said(503, retry_until=NOON + 3650 * DAY), 7 * DAY, set()),
        (BUSY, 40 * HOUR, {"late"}),
        (OK, 3 * HOUR, {"late"}),
    ],
)
def test_when_a_feed_may_be_asked_again(said: Said, pause: timedelta, why: set[str]) -> None:
    assert wrong(asked(0 * HOUR, said), asked(pause, OK)) == why


def test_what_a_304_says_counts_too() -> None:
    same = Said(304, accepted=True, fresh_until=NOON + 3 * HOUR)
    known = {"etag": '"1"', "modified": "Mon"}
    requests = [asked(0 * HOUR, TAGGED), asked(QUARTER, same, **known), asked(HOUR, SAME, **known)]  # type: ignore[arg-type]
    assert wrong(*requests) == {"early: max-age, Expires"}


def test_hours_of_a_document_hold_through_304_and_failures() -> None:
    skips = Said(200, accepted=True, etag='"1"', wish=Wish(hours=frozenset({15})))
    for between in (SAME, BUSY):
        requests = [asked(0 * HOUR, skips), asked(HOUR, between, etag='"1"'), asked(3 * HOUR, SAME, etag='"1"')]
        assert "early: skipHours" in wrong(*requests)


@pytest.mark.parametrize(
    ("first", "sent", "kinds"),
    [
        (TAGGED, ('"1"', "Mon"), set()),
        (TAGGED, ('"1"', None), set()),
        (TAGGED, (None, None), {"conditional"}),
        (TAGGED, ("1", "Mon"), {"validator"}),
        (TAGGED, ('"1"', "Tue"), {"validator"}),
        (OK, ('"1"', None), {"validator"}),
        (BUSY, ('"busy"', None), {"validator"}),
        (Said(200, accepted=True, modified="Mon"), ('"1"', "Mon"), {"validator"}),
    ],
)
def test_what_is_sent_is_what_was_given(first: Said, sent: tuple[str | None, str | None], kinds: set[str]) -> None:
    second = asked(QUARTER, SAME, etag=sent[0], modified=sent[1])
    assert wrong(asked(0 * HOUR, first), second) == kinds


def test_a_304_may_renew_the_validators() -> None:
    renewed = Said(304, accepted=True, etag='"2"')
    start = [asked(0 * HOUR, TAGGED), asked(QUARTER, renewed, etag='"1"', modified="Mon")]
    assert wrong(*start, asked(2 * QUARTER, SAME, etag='"2"', modified="Mon")) == set()
    assert wrong(*start, asked(2 * QUARTER, SAME, etag='"1"', modified="Mon")) == {"validator"}


def test_validators_belong_to_their_address() -> None:
    there, found = Said(302, to=NEW), Said(200, accepted=True, etag='"n"')
    first = [asked(0 * HOUR, there, run=1), asked(0 * HOUR, found, NEW, run=1)]
    again = [asked(QUARTER, there, run=2), asked(QUARTER, SAME, NEW, etag='"n"', run=2)]
    assert wrong(*first, *again) == set()
    sent_home = asked(QUARTER, there, etag='"n"', run=2)
    assert wrong(*first, sent_home, again[1]) == {"validator"}
    assert wrong(*first, again[0], asked(QUARTER, found, NEW, run=2)) == {"conditional"}


def test_after_a_kill_either_is_right_until_a_request_tells() -> None:
    start = [asked(0 * HOUR, TAGGED), asked(QUARTER, Said(200, accepted=True, etag='"2"'), etag='"1"', run=7)]
    for kept in ('"1"', '"2"'):
        sent = asked(2 * QUARTER, Said(304, accepted=True), etag=kept)
        assert wrong(*start, sent, crashed={7}) == set()
        other = asked(3 * QUARTER, SAME, etag='"1"' if kept == '"2"' else '"2"')
        assert wrong(*start, sent, other, crashed={7}) == {"validator"}
    assert wrong(*start, asked(2 * QUARTER, SAME, etag='"1"')) == {"validator"}
    assert wrong(*start, asked(QUARTER + 4 * MINUTE, SAME, etag='"2"'), crashed={7}) == {"early: floor, after a kill"}


def test_entries_of_an_accepted_answer_are_kept() -> None:
    served = Said(200, accepted=True, etag='"1"', links=("https://a.example/1", "https://a.example/2"))
    one, both = {"a": {"https://a.example/1"}}, {"a": set(served.links)}
    assert wrong(asked(0 * HOUR, served), stored=both) == set()
    assert wrong(asked(0 * HOUR, served), stored=one) == {"lost"}
    assert wrong(asked(0 * HOUR, served, run=3), crashed={3}) == set()
    # validators that come back prove that the document was kept, and so were its entries
    proof = asked(QUARTER, SAME, etag='"1"')
    assert wrong(asked(0 * HOUR, served, run=3), proof, crashed={3}, stored=one) == {"lost"}


def test_what_can_be_no_entry_is_noted() -> None:
    odd = Said(200, accepted=True, empties=1)
    assert wrong(asked(0 * HOUR, odd)) == {"lost"}
    assert wrong(asked(0 * HOUR, odd), rejected={"a": 1}) == set()


def moving(*hours: float, hops: tuple[Said, ...] = (MOVED,), said: Said = OK) -> list[Asked]:
    """Polls of a feed that has moved, so many hours after the first."""
    found = []
    for number, after in enumerate(hours):
        address = HOME
        for hop in hops:
            found.append(asked(HOUR * after, hop, address, run=number + 1))
            address = hop.to or ""
        found.append(asked(HOUR * after, said, address, run=number + 1))
    return found


@pytest.mark.parametrize(
    ("before", "address", "kinds"),
    [
        (moving(0, 12, 24.1), HOME, {"old address"}),
        (moving(0, 12, 24.1), NEW, set()),
        (moving(0, 12, 23.9), NEW, {"address"}),
        (moving(0, 12, 23.9), HOME, set()),
        (moving(0, 24.5), NEW, {"address"}),
        (moving(0, 12, 24.1, hops=(Said(302, to=NEW),)), NEW, {"address"}),
        (moving(0, 12, 24.1, hops=(Said(301, to=MID, permanent=True), Said(302, to=NEW))), NEW, {"address"}),
        (moving(0, 12, 24.1, hops=(Said(301, to=MID, permanent=True), MOVED)), NEW, set()),
        ([*moving(0, 12), asked(18 * HOUR, OK), *moving(24.1)[-2:]], NEW, {"address"}),
        ([*moving(0, 12), asked(18 * HOUR, BUSY), *moving(24.1)[-2:]], HOME, set()),
    ],
)
def test_a_move_is_learned_from_three_equal_answers_over_a_day(
    before: list[Asked], address: str, kinds: set[str]
) -> None:
    found = wrong(*before, asked(36 * HOUR, OK, address), every=6 * HOUR, end=36 * HOUR)
    assert found - {"late"} == kinds


def test_a_learned_address_that_fails_three_times_may_be_given_up() -> None:
    start = moving(0, 12, 24.1)
    fails = [asked(HOUR * after, Said(404), NEW) for after in (30, 36, 42)]
    assert "old address" in wrong(*start, *fails[:2], asked(48 * HOUR, MOVED), every=6 * HOUR)
    assert "old address" not in wrong(*start, *fails, asked(48 * HOUR, MOVED), every=6 * HOUR)


def test_two_410_a_day_apart_end_it() -> None:
    first, second, again = asked(0 * HOUR, GONE), asked(25 * HOUR, GONE), asked(50 * HOUR, GONE)
    assert wrong(first, second, end=6 * DAY) == set()
    assert wrong(first, second, again) == {"gone"}
    assert wrong(first, asked(5 * HOUR, GONE), again) - {"late"} == set()
    assert wrong(first, end=3 * DAY) == {"late"}
    assert wrong(first, asked(12 * HOUR, OK), asked(25 * HOUR, GONE), asked(50 * HOUR, OK)) - {"late"} == set()


def test_a_time_without_a_monitor_is_no_neglect() -> None:
    down = [(NOON + MINUTE, NOON + 8 * HOUR)]
    assert wrong(asked(0 * HOUR, OK), asked(9 * HOUR, OK), down=down) == set()
    assert wrong(asked(0 * HOUR, OK), asked(9 * HOUR, OK)) == {"late"}


def test_what_no_request_may_carry_and_what_nobody_may_ask() -> None:
    one = polite()[0]
    cookie = Asked(NOON, 1, "a", HOME, None, None, cookie=True, referer=True, said=OK)
    assert wrong(cookie) == {"cookie", "referer"}
    assert wrong(one, asked(MINUTE, Said(404), "http://127.0.0.1:81/robots.txt", feed="")) == {"strange"}
    assert wrong(one, beside=["Tue 127.0.0.1:81"]) == {"beside"}
    assert wrong(one, bugs=["poll_failed"]) == {"bug"}


def test_an_answer_that_is_misunderstood_is_seen() -> None:
    one = asked(0 * HOUR, OK, run=5)
    assert wrong(one, told=[Told(5, "a", None)]) == set()
    assert wrong(one, told=[Told(5, "a", "malformed: the feed is damaged")]) == {"misread"}
    assert wrong(asked(0 * HOUR, BUSY, run=5), told=[Told(5, "a", None)]) == {"misread"}


def test_a_request_that_is_sent_again_at_once_is_seen() -> None:
    first, again = asked(0 * HOUR, BUSY, run=1), asked(timedelta(milliseconds=9), OK, run=1)
    assert wrong(first, again) == {"early: repeated at once"}
    assert wrong(first, again, told=[Told(1, "a", None)]) == {"early: repeated at once"}
    hops = moving(0)
    assert wrong(*hops, hops[-1]) == {"early: repeated at once"}


def test_a_report_says_what_is_wrong() -> None:
    text = str(report(asked(0 * HOUR, OK), asked(4 * MINUTE, OK)))
    assert "early 2" in text
    assert "WRONG early: every: 1" in text
    assert "a Tue 24 12:04:00: 0:11:00 too soon" in text
