"""Which stored entry an entry of a document is: issues at one address, moved and regenerated ids, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.limits import IDS_CAP
from monitor.model import ParsedEntry
from monitor.store.database import Store
from tests.paths import JACK, NOW, decisions, in_force, rows, said, tell

WEEK = timedelta(days=7)
LETTER = "https://courier.example/letter"
ISSUES = (
    ("Letter 41: Jack Ma at the harbour", "Rates rise again, a reader asks about pensions, and Jack Ma visits a dock."),
    ("Letter 42: the island of Jack Ma", "A ferry strike empties the quays; our cook tries tomatoes with Jack Ma."),
    ("Letter 43: no boats", "Crosswords return at last, while the lighthouse keeper retires to Jack Ma's village."),
)


def issue(number: int, *, id: str | None = None) -> ParsedEntry:
    """One issue of a newsletter, all of which stand at one address; a week apart."""
    title, body = ISSUES[number]
    return ParsedEntry(id, LETTER, title, body, published=NOW + number * WEEK)


def articles(*ids: str, host: str = "courier.example", now: datetime = NOW) -> Sequence[ParsedEntry]:
    """The same articles under these ids."""
    return [
        ParsedEntry(
            id, f"https://{host}/2026/story-{n}", f"Jack Ma visits campus number {n} after absence", f"Text {n}",
            published=now - timedelta(hours=n),
        )
        for n, id in enumerate(ids)
    ]  # fmt: skip


@pytest.mark.parametrize("id", [None, LETTER])
def test_each_issue_at_one_address_is_an_entry_that_is_told(any_store: Store, id: str | None) -> None:
    force = in_force(any_store, JACK)
    for number in range(3):
        for later in (0, 1):  # the second poll shows the same issue
            tally = tell(any_store, force, "Courier", issue(number, id=id), now=NOW + number * WEEK + later * WEEK / 7)
            assert (tally.new, tally.revised) == (1 - later, 0)
    assert rows(any_store, "SELECT title, revision FROM entry ORDER BY id") == [(title, 0) for title, _ in ISSUES]
    assert [row[1:] for row in decisions(any_store)] == [("new_story", "first", "send")] * 3
    ((newest,),) = rows(
        any_store, "SELECT max(entry) FROM seen WHERE key_hash = (SELECT min(key_hash) FROM entry WHERE id = 1)"
    )
    assert newest == 3


def test_why_it_is_another_entry_is_kept(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    for number in range(2):
        tell(any_store, force, "Courier", issue(number), now=NOW + number * WEEK)
    corrected = replace(issue(1), teaser=f"{ISSUES[1][1]} Corrected.")
    tally = tell(any_store, force, "Courier", corrected, now=NOW + WEEK + timedelta(hours=1))
    assert (tally.new, tally.revised) == (0, 1)
    said_of = str(rows(any_store, "SELECT said FROM revision WHERE entry = 2 AND n = 0"))
    assert "succeeds" in said_of
    assert "number" in said_of
    assert rows(any_store, "SELECT entry, n FROM revision ORDER BY entry, n") == [(1, 0), (2, 0), (2, 1)]


def test_an_old_issue_shown_once_more_is_known(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    for nth, number in enumerate((0, 1, 0, 1, 0, 1)):
        tally = tell(any_store, force, "Courier", issue(number), now=NOW + (1 + nth) * WEEK)
        assert tally.new == (nth < 2)
    assert rows(any_store, "SELECT count(*) FROM entry") == [(2,)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(2,)]


def test_a_report_that_is_retitled_stays_one_entry(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    url = "https://courier.example/2026/11/24/harbour"
    for nth, (title, body) in enumerate(ISSUES):
        one = ParsedEntry(url, url, title, body, published=NOW + nth * WEEK)
        tell(any_store, force, "Courier", one, now=NOW + nth * WEEK)
    assert rows(any_store, "SELECT revision FROM entry") == [(2,)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(1,)]


@pytest.mark.parametrize(
    ("before", "after", "host"),
    [
        ("http://courier.example/?p={n}", "https://courier.example/?p={n}", "courier.example"),
        ("https://courier.example/?p={n}", "https://courier.example/?p={n}&utm_source=rss", "courier.example"),
        ("{n} at courier.example", "urn:uuid:{n}", "courier.example"),
        ("https://courier.example/?p={n}", "https://www.newcourier.example/?p={n}", "www.newcourier.example"),
    ],
)
def test_moved_ids_are_no_news_and_stay_known(any_store: Store, before: str, after: str, host: str) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", *articles(*(before.format(n=n) for n in range(4))))
    moved = articles(*(after.format(n=n) for n in range(4)), host=host)
    tally = tell(any_store, force, "Courier", *moved, now=NOW + timedelta(hours=1))
    assert (tally.new, tally.revised, tally.alerts, tally.again) == (0, 0, 0, 4)
    assert tell(any_store, force, "Courier", *moved, now=NOW + timedelta(hours=2)).again == 0
    retitled = [replace(one, title=f"{one.title}, again") for one in moved]
    tally = tell(any_store, force, "Courier", *retitled, now=NOW + timedelta(hours=3))
    assert (tally.new, tally.revised, tally.alerts) == (0, 4, 0)
    assert rows(any_store, "SELECT count(*) FROM entry") == [(4,)]


def test_ids_made_anew_at_every_poll_fill_nothing(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    for poll in range(2 * IDS_CAP):
        ids = [f"https://courier.example/item?session={poll}x{n}" for n in range(5)]
        tally = tell(any_store, force, "Courier", *articles(*ids), now=NOW + poll * timedelta(hours=1))
        assert (tally.new, tally.again) == ((5, 0) if poll == 0 else (0, 5))
    assert rows(any_store, "SELECT count(*) FROM entry") == [(5,)]
    assert rows(any_store, "SELECT count(*) FROM seen") == [(5 * IDS_CAP,)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(5,)]


def test_what_is_new_under_a_new_id_stays_new(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    title = "Jack Ma speaks at the weekly forum"
    page = "https://courier.example/forum"
    first = ParsedEntry("1", page, title, "Of schools.", published=NOW)
    others = [
        ParsedEntry("2", page, title, "Of seas.", published=NOW + WEEK),  # another date
        ParsedEntry("3", page, "Jack Ma leaves the weekly forum", "Of farewells.", published=NOW),  # another title
        ParsedEntry("4", f"{page}-two", title, "Of ships.", published=NOW),  # another page
        ParsedEntry("5", page, title, "Of storms."),  # no date, and another text
    ]
    tell(any_store, force, "Courier", first)
    for nth, one in enumerate(others):
        assert tell(any_store, force, "Courier", one, now=NOW + WEEK + timedelta(hours=nth)).new == 1
    assert tell(any_store, force, "Herald", first, now=NOW + WEEK).new == 1  # another source


def test_one_article_under_two_ids_is_not_revised_to_and_fro(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    one = ParsedEntry("a", "https://courier.example/x", "Jack Ma visits the Hangzhou campus", "Long.", published=NOW)
    tell(any_store, force, "Courier", one)
    for poll in range(4):
        tell(any_store, force, "Courier", one, replace(one, id="b", teaser="Short."), now=NOW + poll * WEEK)
    assert rows(any_store, "SELECT revision FROM entry") == [(0,)]


def test_hundreds_of_entries_at_one_address(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    many = [said(f"Note {n}", "https://courier.example/notes", id=f"n{n}", teaser=f"Of {n}.") for n in range(300)]
    assert tell(any_store, force, "Courier", *many).new == 300
    anew = [replace(one, id=f"{one.id}b") for one in many]
    assert tell(any_store, force, "Courier", *anew, now=NOW + WEEK).new == 0


NEW_HEADLINES = ("Jack Ma visits the harbour at dusk", "Ferry sinks: what is known", "Mourning in the old port town")
LONG = " ".join(f"word{n} of the report" for n in range(30))


def test_an_id_that_counts_the_versions_of_a_page_is_no_news(any_store: Store) -> None:
    force, page = in_force(any_store, JACK), "https://courier.example/news/articles/c0ab9x"
    for poll in range(3 * IDS_CAP):
        title = f"{NEW_HEADLINES[poll % 3]} {poll}"
        one = ParsedEntry(
            f"{page}#{poll % 10}", f"{page}?at_medium=RSS", title, f"Jack Ma. Text {poll}.", published=NOW
        )
        tally = tell(any_store, force, "Courier", one, now=NOW + poll * timedelta(minutes=10))
        assert (tally.new, tally.revised) == ((1, 0) if poll == 0 else (0, 1))
    assert rows(any_store, "SELECT count(*) FROM entry") == [(1,)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(1,)]


def test_entries_of_one_page_that_count_are_no_versions(any_store: Store) -> None:
    force, page = in_force(any_store, JACK), "https://courier.example/changes"
    notes = [ParsedEntry(f"{page}#{n}", page, f"Jack Ma, note {n}", f"Text {n}.") for n in range(6)]
    for n in range(5):
        tally = tell(any_store, force, "Courier", notes[n], notes[n + 1], now=NOW + n * WEEK)
        assert (tally.new, tally.revised) == (1 if n else 2, 0)


def test_a_new_id_with_a_new_headline_over_the_same_text_is_no_news(any_store: Store) -> None:
    force, page = in_force(any_store, JACK), "https://courier.example/?id=7"
    for poll, title in enumerate(NEW_HEADLINES):
        one = ParsedEntry(f"urn:{poll}", page, title, f"Jack Ma. {LONG}", published=NOW)
        tally = tell(any_store, force, "Courier", one, now=NOW + poll * timedelta(hours=1))
        assert (tally.new, tally.revised, tally.alerts) == ((1, 0, 1) if poll == 0 else (0, 1, 0))


def test_an_old_issue_shown_once_more_is_no_revision_of_a_corrected_one(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    for number in range(2):
        tell(any_store, force, "Courier", issue(number), now=NOW + number * WEEK)
    corrected = replace(issue(1), title="Letter 42: the islands of Jack Ma")
    for nth, shown in enumerate((corrected, issue(0), corrected, issue(0), corrected)):
        tell(any_store, force, "Courier", shown, now=NOW + WEEK + (1 + nth) * timedelta(hours=1))
    assert rows(any_store, "SELECT title, revision FROM entry ORDER BY id") == [(ISSUES[0][0], 0), (corrected.title, 1)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(2,)]
