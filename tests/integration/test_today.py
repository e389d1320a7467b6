"""The facts of the page, on both databases: which stories are of the day, what proves them, what was told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Span
from monitor.store import outbox, today
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.today import Day, day
from tests.paths import JACK, NOW, QWEN, in_force, said, tell

VISIT = said(
    "Jack Ma visits the silk park", "https://courier.example/visit", teaser="On Monday Jack Ma planted a tree."
)
COPY = said("Jack Ma visits the silk park - Herald", "https://herald.example/visit")


def seen(store: Store, since: datetime = NOW - timedelta(hours=24)) -> Day:
    """The day since a moment."""
    with store.read() as connection:
        return day(connection, since=since)


def test_a_day_without_anything_is_empty(any_store: Store) -> None:
    assert seen(any_store) == Day((), {}, 0, 0, 0, {}, {})


def test_a_story_comes_with_its_first_proof_for_each_topic(any_store: Store) -> None:
    force = in_force(any_store, JACK, QWEN)
    tell(any_store, force, "Courier", VISIT, said("Weather for the weekend"))
    tell(
        any_store,
        force,
        "Herald",
        said(COPY.title, COPY.url, teaser="There he tried Qwen3."),
        now=NOW + timedelta(minutes=4),
    )
    found = seen(any_store)
    (story,) = found.stories
    assert (found.entries, found.matched, found.more) == (3, 2, 0)
    assert found.last_match == {"Jack Ma": NOW + timedelta(minutes=4), "Qwen3": NOW + timedelta(minutes=4)}
    assert story.row.outlets == ("Courier", "Herald")
    assert (story.proofs["Jack Ma"].outlet, story.proofs["Jack Ma"].teaser) == ("Courier", VISIT.teaser)
    assert Span("title", 0, 7, "Jack Ma") in story.proofs["Jack Ma"].spans
    assert story.proofs["Qwen3"].outlet == "Herald"


def test_what_was_told_comes_with_its_delivery(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT)
    tell(any_store, force, "Herald", COPY)
    with any_store.write() as connection:
        (waiting,) = outbox.claim_deliveries(connection, NOW, channels=("console",))
        outbox.mark_sent(connection, waiting, NOW)
    (story,) = seen(any_store).stories
    assert {(d.decision, d.state, d.sent_at) for d in story.decided} == {("send", "sent", NOW), ("folded", None, None)}
    assert seen(any_store).sent == {"console": 1}
    assert seen(any_store, NOW + timedelta(seconds=1)).sent == {}


def test_a_changed_entry_is_counted(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT)
    changed = said("Jack Ma visits the old silk park", VISIT.url)
    tell(any_store, force, "Courier", changed, now=NOW + timedelta(minutes=9))
    (story,) = seen(any_store).stories
    assert [(change.was, change.title) for change in story.changes] == [(VISIT.title, changed.title)]
    assert story.proofs["Jack Ma"].title == changed.title


def test_only_stories_of_the_time_that_still_match_are_of_the_day(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT)
    assert len(seen(any_store, NOW).stories) == 1
    assert seen(any_store, NOW + timedelta(seconds=1)).stories == ()
    assert seen(any_store, NOW + timedelta(seconds=1)).last_match == {"Jack Ma": NOW}
    tell(any_store, force, "Courier", said("The mayor visits the silk park", VISIT.url), now=NOW + timedelta(minutes=1))
    assert seen(any_store).stories == ()


def test_a_merged_story_is_part_of_the_other(any_store: Store) -> None:
    force = in_force(any_store, JACK, QWEN)
    tell(any_store, force, "Courier", VISIT)
    tell(any_store, force, "Herald", said("Qwen3 runs in the silk park", "https://herald.example/park"))
    with any_store.write() as connection:
        connection.execute(sa.update(t.story).where(t.story.c.id == 2).values(merged_into=1))
    (story,) = seen(any_store).stories
    assert story.row.outlets == ("Courier", "Herald")
    assert set(story.proofs) == {"Jack Ma", "Qwen3"}


def test_stories_beyond_the_cap_are_counted(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "STORIES_SHOWN", 2)
    force = in_force(any_store, JACK)
    for number, what in enumerate(("opens a library", "plants trees", "speaks on maths")):
        entry = said(f"Jack Ma {what} in village", f"https://courier.example/{number}")
        tell(any_store, force, "Courier", entry, now=NOW + timedelta(minutes=number))
    found = seen(any_store)
    assert [story.row.id for story in found.stories] == [3, 2]
    assert found.more == 1
