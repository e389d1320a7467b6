"""One document after the other: what is recorded, matched, folded into stories and decided, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.limits import REVISIONS_CAP
from monitor.model import Channel, HealthChange
from monitor.pipeline.record import tell_owner
from monitor.store import tables as t
from monitor.store.database import Store
from tests.paths import JACK, NOW, QWEN, decisions, in_force, rows, said, tell, topic

VISIT = said("Jack Ma visits the Hangzhou campus after long absence", "https://courier.example/visit")
COPY = said("Jack Ma visits the Hangzhou campus after long absence - Herald", "https://herald.example/2026/visit")


def waiting(store: Store) -> int:
    """Messages in the outbox."""
    return int(str(rows(store, "SELECT count(*) FROM delivery WHERE state = 'pending'")[0][0]))


def test_a_first_document_is_listed_and_not_sent(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tally = tell(any_store, force, "Courier", VISIT, said("Weather for the weekend"), origin="baseline")
    assert (tally.new, tally.matched, tally.alerts) == (2, 1, 0)
    assert decisions(any_store) == [("s1", "new_story", "e1.0", "baseline")]
    assert waiting(any_store) == 0


def test_one_story_in_two_outlets_is_one_alert(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT)
    tell(any_store, force, "Herald", COPY, now=NOW + timedelta(hours=1))
    assert decisions(any_store) == [
        ("s1", "new_story", "first", "send"),
        ("s1", "new_story", "e2.0", "folded"),
    ]
    assert waiting(any_store) == 1
    assert rows(any_store, "SELECT entry, story, rule, other FROM story_entry ORDER BY entry") == [
        (1, 1, "first", None),
        (2, 1, "title=", 1),
    ]


def test_a_story_that_was_only_listed_is_told_when_another_outlet_brings_it(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT, origin="baseline")
    tell(any_store, force, "Herald", COPY)
    assert [row[3] for row in decisions(any_store)].count("send") == 1


def test_different_news_in_one_template_stays_apart(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(
        any_store, force, "Courier", said("Jack Ma foundation grants: 120 schools named in May", "https://a.example/1")
    )
    tell(
        any_store, force, "Herald", said("Jack Ma foundation grants: 340 schools named in June", "https://b.example/2")
    )
    assert [row[:4] for row in decisions(any_store)] == [
        ("s1", "new_story", "first", "send"),
        ("s2", "new_story", "first", "send"),
    ]


def test_a_topic_that_joins_a_told_story_is_an_update(any_store: Store) -> None:
    force = in_force(any_store, JACK, QWEN)
    tell(any_store, force, "Courier", VISIT)
    longer = said(VISIT.title, "https://herald.example/visit", teaser="On stage he praised the Qwen3 team.")
    tell(any_store, force, "Herald", longer, now=NOW + timedelta(minutes=5))
    assert decisions(any_store)[-1] == ("s1", "new_topic", "2", "send")
    assert waiting(any_store) == 2
    again = said(VISIT.title, "https://herald.example/visit-2", teaser="Again: Qwen3.")
    tell(any_store, force, "Herald", again, now=NOW + timedelta(minutes=9))
    assert waiting(any_store) == 2


def test_a_retitled_entry_is_a_revision_and_no_second_alert(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", said("Jack Ma to visit Hangzhou", id="g1"))
    tally = tell(
        any_store, force, "Courier", said("Jack Ma in Hangzhou: what we know", id="g1"), now=NOW + timedelta(hours=1)
    )
    assert (tally.new, tally.revised) == (0, 1)
    assert rows(any_store, "SELECT n, title FROM revision ORDER BY n") == [
        (0, "Jack Ma to visit Hangzhou"),
        (1, "Jack Ma in Hangzhou: what we know"),
    ]
    assert [row[2:] for row in decisions(any_store)] == [("first", "send"), ("e1.1", "folded")]


def test_a_revision_that_names_the_topic_for_the_first_time_is_told(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", said("Founder visits Hangzhou", id="g1"))
    tell(any_store, force, "Courier", said("Jack Ma visits Hangzhou", id="g1"))
    assert decisions(any_store) == [("s1", "new_story", "first", "send")]
    assert rows(any_store, "SELECT entry, teaser FROM text_kept") == [(1, "")]
    assert rows(any_store, "SELECT count(*) FROM text_recent") == [(0,)]


def test_a_revision_that_no_longer_names_it_ends_the_match(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", said("Jack Ma visits Hangzhou", id="g1"))
    tell(any_store, force, "Courier", said("Founder visits Hangzhou", id="g1"), now=NOW + timedelta(hours=1))
    (ended,) = rows(any_store, "SELECT revision FROM match WHERE ended_at IS NOT NULL")
    assert ended == (0,)
    assert rows(any_store, "SELECT count(*) FROM match WHERE ended_at IS NULL") == [(0,)]
    assert rows(any_store, "SELECT count(*) FROM text_kept") == [(1,)]


def test_what_vanishes_and_returns_is_not_new(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT)
    tell(any_store, force, "Courier", said("Other news", "https://courier.example/other"))
    tally = tell(any_store, force, "Courier", VISIT, now=NOW + timedelta(days=400))
    assert (tally.new, tally.revised, tally.alerts) == (0, 0, 0)


def test_an_entry_that_changes_at_every_poll_is_a_counter(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    for count in range(REVISIONS_CAP + 5):
        tell(any_store, force, "Courier", said(f"Jack Ma live: {count} readers", id="g1"))
    assert rows(any_store, "SELECT revision FROM entry") == [(REVISIONS_CAP,)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(1,)]


def test_a_copy_that_names_no_topic_counts_as_an_outlet(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    plain = "Campus visit ends a long absence for founder"
    before = said(plain, "https://herald.example/before")
    told = said(plain, "https://courier.example/visit", teaser="Jack Ma came by train.")
    after = said(plain, "https://herald.example/after")
    tell(any_store, force, "Herald", before)
    assert rows(any_store, "SELECT count(*) FROM story") == [(0,)]
    tell(any_store, force, "Courier", told, now=NOW + timedelta(minutes=1))
    assert rows(any_store, "SELECT entry, rule FROM story_entry ORDER BY entry") == [(1, "title="), (2, "first")]
    tell(any_store, force, "Herald", after, now=NOW + timedelta(minutes=2), outlet="Herald Online")
    assert rows(any_store, "SELECT count(*) FROM story_entry") == [(3,)]
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(1,)]


def test_each_channel_hears_once_and_a_channel_that_is_off_is_no_route(any_store: Store) -> None:
    channels = (Channel("console"), Channel("pr", "apprise"), Channel("mail", "email", off="set MAIL_TO"))
    first, second = topic("Jack Ma", channels=("console", "pr", "mail")), topic("Hangzhou", channels=("pr",))
    force = in_force(any_store, first, second, channels=channels)
    tell(any_store, force, "Courier", VISIT)
    assert rows(any_store, "SELECT channel FROM delivery ORDER BY channel") == [("console",), ("pr",)]
    assert rows(any_store, "SELECT count(*) FROM alert_topic") == [(3,)]


def test_a_topic_without_channels_is_recorded_and_never_sent(any_store: Store) -> None:
    force = in_force(any_store, topic("Jack Ma", channels=()))
    tally = tell(any_store, force, "Courier", VISIT)
    assert (tally.matched, tally.alerts) == (1, 0)
    assert decisions(any_store) == []
    assert rows(any_store, "SELECT count(*) FROM story") == [(1,)]


def test_an_import_tells_nobody_and_blocks_no_later_telling(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", VISIT, origin="import")
    tell(any_store, force, "Herald", COPY)
    assert [row[3] for row in decisions(any_store)] == ["send", "import"]


def test_a_near_miss_is_a_row_with_its_clause(any_store: Store) -> None:
    force = in_force(any_store, topic("Jack Ma", none=("marathon",)))
    tell(any_store, force, "Courier", said("Jack Ma runs the marathon", "https://courier.example/run"))
    ((clause,),) = rows(any_store, "SELECT clause FROM near_miss")
    assert "marathon" in str(clause)


def test_unmatched_texts_wait_in_their_period_and_matched_ones_stay(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", said("Weather", "https://courier.example/w", teaser="Rain."), VISIT)
    assert rows(any_store, "SELECT period, entry, teaser FROM text_recent") == [(202648, 1, "Rain.")]
    assert rows(any_store, "SELECT entry FROM text_kept") == [(2,)]


def test_the_owner_hears_once_of_one_breakage(any_store: Store) -> None:
    channels = (Channel("console"), Channel("pr", "apprise"))
    force = in_force(any_store, JACK, channels=channels, owner="pr")
    broken = HealthChange("source", "p1", "broken", "Courier: no answer.", "2026-11-24T09:00:00+00:00")
    with any_store.write() as connection:
        assert tell_owner(connection, force, broken, NOW)
        assert not tell_owner(connection, force, broken, NOW + timedelta(hours=1))
        tell_owner(connection, force, HealthChange("channel", "pr", "broken", "pr is broken.", "x"), NOW, channel="pr")
    assert rows(any_store, "SELECT channel, text FROM alert ORDER BY channel") == [
        ("console", "pr is broken."),
        ("pr", "Courier: no answer."),
    ]
    assert waiting(any_store) == 2


@pytest.mark.parametrize("count", [1, 700])
def test_long_documents_are_recorded_whole(any_store: Store, count: int) -> None:
    force = in_force(any_store, JACK)
    many = [said(f"Report {n}", f"https://courier.example/{n}") for n in range(count)]
    assert tell(any_store, force, "Courier", *many).new == count
    assert tell(any_store, force, "Courier", *many).new == 0


def test_a_changed_teaser_does_not_make_old_news_new(any_store: Store) -> None:
    force = in_force(any_store, JACK, QWEN)
    old = said("Jack Ma visits Hangzhou", "https://courier.example/1", teaser="12 comments")
    tell(any_store, force, "Courier", old, origin="baseline")
    tell(any_store, force, "Courier", said(old.title, old.url, teaser="13 comments"), now=NOW + timedelta(hours=1))
    assert [row[2:] for row in decisions(any_store)] == [("e1.0", "baseline"), ("e1.1", "baseline")]
    more = said(old.title, old.url, teaser="14 comments, one on Qwen3")
    tell(any_store, force, "Courier", more, now=NOW + timedelta(hours=2))
    assert [row[1:] for row in decisions(any_store)][-1] == ("new_story", "first", "send")
    assert rows(
        any_store,
        "SELECT t.name FROM alert_topic a JOIN topic t ON t.id = a.topic JOIN alert x "
        "ON x.id = a.alert WHERE x.decision = 'send'",
    ) == [("Qwen3",)]


def test_things_on_one_page_of_an_outlet_are_different_stories(any_store: Store) -> None:
    force = in_force(any_store, QWEN)
    tell(
        any_store, force, "Courier",
        said("Qwen3 weights published under open licence", "https://a.example/changelog#weights", id="1"),
        said("Security hole found: every Qwen3 server leaks prompts", "https://a.example/changelog#leak", id="2"),
        said("Qwen3 chief resigns", "https://a.example/changelog#ceo", id="3"),
    )  # fmt: skip
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(3,)]


def test_the_console_hears_when_the_owners_channel_is_broken(any_store: Store) -> None:
    channels = (Channel("console"), Channel("ops", "email"))
    force = in_force(any_store, JACK, channels=channels, owner="ops")
    with any_store.write() as connection:
        gone = HealthChange("delivery", "d1", "dead", "A message for ops was given up.", "1")
        tell_owner(connection, force, gone, NOW, channel="ops")
        connection.execute(t.channel.update().where(t.channel.c.name == "ops").values(state="broken"))
        tell_owner(connection, force, HealthChange("source", "p1", "broken", "Courier is gone.", "x"), NOW)
    assert rows(any_store, "SELECT DISTINCT channel FROM alert") == [("console",)]


def test_an_earlier_copy_dates_the_story(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    plain = "Campus visit ends a long absence for founder"
    tell(any_store, force, "Herald", said(plain, "https://herald.example/1"))
    later = NOW + timedelta(hours=3)
    tell(any_store, force, "Courier", said(plain, "https://courier.example/1", teaser="Jack Ma came."), now=later)
    with any_store.read() as connection:
        story = connection.execute(t.story.select()).one()
    assert (story.first_seen, story.last_seen) == (NOW, later)
