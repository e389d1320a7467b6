"""Stories set right by hand, on both databases: what moves, who counts as told, and that it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.pipeline import hands
from monitor.pipeline.force import InForce
from monitor.pipeline.hands import Refused, Righted
from monitor.store import evidence, listing_stories, outbox, today
from monitor.store import hands as said_of
from monitor.store.database import Store
from monitor.store.facts import alert_facts
from tests.paths import JACK, NOW, QWEN, decisions, in_force, rows, said, tell

TITLE = "Jack Ma visits the silk park on the lake"
HERALD = "Qwen3 runs in the silk park on the hill"
OTHER = "Jack Ma speaks to teachers in Oslo"


def at(minutes: float) -> datetime:
    """So many minutes after :data:`NOW`."""
    return NOW + timedelta(minutes=minutes)


def copies(store: Store, count: int = 3) -> InForce:
    """A story s1 of so many entries, e1 and its copies, told on the console."""
    force = in_force(store, JACK, QWEN)
    for number in range(1, count + 1):
        entry = said(TITLE, f"https://courier.example/{number}")
        tell(store, force, "Courier" if number % 2 else "Herald", entry, now=at(number))
    assert members(store) == {1: list(range(1, count + 1))}
    with store.write() as connection:  # whichever of the copies the rules have found
        connection.execute(sa.text("UPDATE story_entry SET other = 1 WHERE entry > 1"))
    return force


def two(store: Store) -> InForce:
    """Two stories: s1 of e1, s2 of e2, both told on the console."""
    force = in_force(store, JACK, QWEN)
    tell(store, force, "Courier", said(TITLE, "https://courier.example/1"))
    tell(store, force, "Herald", said(OTHER, "https://herald.example/1"), now=at(1))
    return force


def members(store: Store) -> dict[int, list[int]]:
    """Story to its entries."""
    with store.read() as connection:
        return {
            row.id: listing_stories.members(connection, row.id) for row in reversed(listing_stories.stories(connection))
        }


def events(store: Store) -> dict[int, int]:
    """Story to its event."""
    with store.read() as connection:
        return {row.id: row.event for row in reversed(listing_stories.stories(connection))}


def reasons(store: Store) -> dict[int, tuple[str, str, int | None]]:
    """Entry to the rule by which it is where it is, who says so, and the entry it is put beside."""
    with store.read() as connection:
        ids = [int(str(row[0])) for row in rows(store, "SELECT id FROM entry")]
        return {join.entry: (join.rule, join.by, join.other) for join in evidence.joins_of(connection, ids)}


def split(store: Store, story: int, *entries: int) -> Righted:
    """Split, which must be possible."""
    with store.write() as connection:
        done = hands.split(connection, story, entries, NOW) if entries else hands.leave(connection, story, NOW)
    assert isinstance(done, Righted), done
    return done


def merge(store: Store, *stories: int, event: bool = False) -> Righted:
    """Merge, which must be possible."""
    with store.write() as connection:
        done = (hands.unite if event else hands.merge)(connection, stories, NOW)
    assert isinstance(done, Righted), done
    return done


# --- splitting ----------------------------------------------------------------------------------------


def test_entries_become_a_story_of_their_own_in_the_same_event(any_store: Store) -> None:
    copies(any_store)
    done = split(any_store, 1, 2, 3)
    assert (done.changed, done.sentence) == (True, "e2 and e3 are a story of their own now: s2. Nothing is sent.")
    assert [(one.id, one.event, one.entries) for one in done.stories] == [(1, 1, (1,)), (2, 1, (2, 3))]
    assert members(any_store) == {1: [1], 2: [2, 3]}
    assert events(any_store) == {1: 1, 2: 1}
    assert rows(any_store, "SELECT size FROM event WHERE id = 1") == [(2,)]
    assert reasons(any_store) == {1: ("first", "rule", None), 2: ("hand", "hand", None), 3: ("hand", "hand", None)}
    with any_store.read() as connection:
        row, first = listing_stories.stories(connection)
    assert (row.id, row.first_entry, row.first_seen, row.last_seen) == (2, 2, at(2), at(3))
    assert (first.first_seen, first.last_seen) == (at(1), at(1))


def test_where_the_first_is_taken_away_another_leads(any_store: Store) -> None:
    copies(any_store)
    split(any_store, 1, 1)
    assert members(any_store) == {1: [2, 3], 2: [1]}
    assert reasons(any_store) == {1: ("hand", "hand", None), 2: ("first", "rule", None), 3: ("hand", "hand", 2)}
    with any_store.read() as connection:
        assert {row.id: row.first_entry for row in listing_stories.stories(connection)} == {1: 2, 2: 1}
        assert said_of.bound(connection, 3) == said_of.Bound(frozenset({2}), frozenset({1}))


def test_a_likeness_within_one_side_stays_the_reason(store: Store) -> None:
    copies(store)
    with store.write() as connection:
        connection.execute(sa.text("UPDATE story_entry SET other = 2 WHERE entry = 3"))
    split(store, 1, 1)
    assert reasons(store)[3] == ("title=", "rule", 2)


def test_the_same_command_again_changes_nothing(store: Store) -> None:
    copies(store)
    split(store, 1, 2)
    before = rows(store, "SELECT * FROM hand"), rows(store, "SELECT * FROM story_entry")
    again = split(store, 1, 2)
    assert (again.changed, again.sentence) == (False, "Nothing has changed: e2 stood apart from s1 already, in s2.")
    assert [one.id for one in again.stories] == [1, 2]
    assert (rows(store, "SELECT * FROM hand"), rows(store, "SELECT * FROM story_entry")) == before


NO_SPLIT: tuple[tuple[int, tuple[int, ...], str], ...] = (
    (9, (1,), "there is no story s9"),
    (9, (), "there is no story s9"),
    (1, (1, 99), "there is no entry e99"),
    (1, (1, 2), "that is all of s1, and nothing would be left"),
    (1, (3,), "e3 is not in s1: it is in s2"),
    (1, (1, 3), "e3 is not in s1: it is in s2"),
    (1, (4,), "e4 is not in s1: it is in no story"),
)


def test_a_split_that_makes_no_sense_is_refused(store: Store) -> None:
    force = copies(store, 2)
    tell(store, force, "Herald", said(OTHER, "https://herald.example/9"), said("Rain", "https://herald.example/8"))
    before = members(store)
    for story, entries, reason in NO_SPLIT:
        with store.write() as connection:
            done = hands.split(connection, story, entries, NOW) if entries else hands.leave(connection, story, NOW)
        assert isinstance(done, Refused)
        assert reason in done.reason
    assert (members(store), rows(store, "SELECT * FROM hand")) == (before, [])


def test_a_split_sends_nothing_now_or_later(any_store: Store) -> None:
    force = copies(any_store)
    split(any_store, 1, 2)
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(1,)]
    assert decisions(any_store)[-1] != ("s2", "new_story", "first", "send")
    # a revision of what was split off, a copy of either side, and a copy whose words bring a topic
    tell(any_store, force, "Herald", said(TITLE + " again", "https://courier.example/2"), now=at(60))
    tell(any_store, force, "Courier", said(TITLE, "https://courier.example/8"), now=at(120))
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(1,)]
    assert members(any_store).keys() == {1, 2}, "a copy that comes later unites nothing and opens nothing"
    with any_store.read() as connection:
        told = outbox.told(connection, 2, ["console", "desk"])
    assert (told["console"].first, set(told["console"].topics), told["desk"].first) == (True, {1}, False)


def test_a_topic_that_joins_what_was_split_off_is_still_told(store: Store) -> None:
    force = copies(store)
    split(store, 1, 2)
    with_qwen = said(TITLE, "https://courier.example/2", teaser="There he tried Qwen3.")
    tell(store, force, "Herald", with_qwen, now=at(60))
    assert ("s2", "new_topic", "2", "send") in decisions(store)


def test_a_channel_that_had_heard_nothing_hears_of_it_as_of_any_story(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", said(TITLE, "https://courier.example/1"), origin="baseline")
    tell(store, force, "Courier", said(TITLE, "https://courier.example/2"), origin="baseline")
    split(store, 1, 2)
    tell(store, force, "Herald", said(TITLE, "https://herald.example/1"), now=at(60))
    sent = [row for row in decisions(store) if row[3] == "send"]
    assert len(sent) == 1


def test_a_story_leaves_its_event_and_comes_back(any_store: Store) -> None:
    two(any_store)
    done = merge(any_store, 1, 2, event=True)
    assert done.sentence == "s1 and s2 are in one event now: v1. Nothing is sent."
    assert (events(any_store), members(any_store)) == ({1: 1, 2: 1}, {1: [1], 2: [2]})
    assert merge(any_store, 2, 1, event=True).changed is False
    assert split(any_store, 2).sentence == "s2 is in an event of its own now: v3. Nothing is sent."
    assert events(any_store) == {1: 1, 2: 3}
    assert rows(any_store, "SELECT id, size, merged_into FROM event ORDER BY id") == [
        (1, 1, None),
        (2, 0, 1),
        (3, 1, None),
    ]
    with any_store.read() as connection:
        assert said_of.events_apart(connection, 1) == {3}
        assert said_of.events_apart(connection, 2) == {1}
        assert said_of.bound(connection, 1) == said_of.Bound(), "they may still be one story"
        assert not said_of.may_unite(connection, 1, 3)
    assert split(any_store, 2).sentence == "Nothing has changed: s2 is alone in its event already: v3."
    merge(any_store, 1, 2, event=True)
    with any_store.read() as connection:
        assert said_of.events_apart(connection, 1) == frozenset(), "the last word wins"
        assert said_of.may_unite(connection, 1, 3)


# --- merging ------------------------------------------------------------------------------------------


def test_stories_become_one_told_where_either_was(any_store: Store) -> None:
    two(any_store)
    done = merge(any_store, 2, 1)
    assert (done.changed, done.sentence) == (True, "s2 is part of s1 now. Nothing is sent.")
    assert [(one.id, one.event, one.title, one.entries) for one in done.stories] == [(1, 1, TITLE, (1, 2))]
    assert (members(any_store), events(any_store)) == ({1: [1, 2]}, {1: 1})
    assert reasons(any_store) == {1: ("first", "rule", None), 2: ("hand", "hand", 1)}
    assert merge(any_store, 1, 2).sentence == "Nothing has changed: s1 and s2 are one story already: s1."
    with any_store.read() as connection:
        assert outbox.told(connection, 1, ["console"])["console"].first
        (story,) = today.day(connection, since=NOW).stories
        assert listing_stories.stories_by_id(connection, [2])[0].id == 1
        assert evidence.stories_of_event(connection, 1) == [1]
    assert (story.row.id, len(story.decided), story.row.first_seen, story.row.last_seen) == (1, 2, NOW, at(1))


def test_after_a_merge_neither_is_told_anew(any_store: Store) -> None:
    force = two(any_store)
    merge(any_store, 1, 2)
    tell(any_store, force, "Courier", said(OTHER, "https://courier.example/7"), now=at(60))
    assert members(any_store) == {1: [1, 2, 3]}
    assert [row for row in decisions(any_store) if row[3] == "send"] == [
        ("s1", "new_story", "first", "send"), ("s2", "new_story", "first", "send"),
    ]  # fmt: skip
    with any_store.read() as connection:
        identity = connection.scalar(sa.text("SELECT id FROM alert WHERE subject = 's2'"))
        (facts,) = alert_facts(connection, [str(identity)])
    assert {one.outlet for one in facts.published_on_it} == {"Courier", "Herald"}, "it still waits"


def test_merging_and_splitting_undo_each_other_and_the_last_word_wins(any_store: Store) -> None:
    copies(any_store, 4)
    split(any_store, 1, 3, 4)
    merge(any_store, 1, 2)
    assert members(any_store) == {1: [1, 2, 3, 4]}
    with any_store.read() as connection:
        assert all(not said_of.bound(connection, entry).apart for entry in (1, 2, 3, 4))
        assert said_of.stories_apart(connection, 1) == frozenset()
    split(any_store, 2, 4)  # by the name that it had
    assert members(any_store) == {1: [1, 2, 3], 3: [4]}
    with any_store.read() as connection:
        assert said_of.stories_apart(connection, 4) == {1}
        assert said_of.stories_apart(connection, 1) == {3}
        assert said_of.bound(connection, 4).together == frozenset()


def test_three_at_once_with_what_was_merged_before(any_store: Store) -> None:
    force = two(any_store)
    tell(any_store, force, "Courier", said(HERALD, "https://courier.example/q"), now=at(2))
    tell(any_store, force, "Herald", said("Jack Ma on chess", "https://h.example/c"), now=at(3))
    merge(any_store, 3, 4)
    assert merge(any_store, 1, 2, 4).sentence == "s2 and s3 are part of s1 now. Nothing is sent."
    assert members(any_store) == {1: [1, 2, 3, 4]}
    assert {row[0] for row in rows(any_store, "SELECT merged_into FROM story WHERE id > 1")} == {1}, "no chains"
    assert rows(any_store, "SELECT id, size FROM event WHERE merged_into IS NULL") == [(1, 1)]


NO_MERGE: tuple[tuple[tuple[int, ...], bool, str], ...] = (
    ((1,), False, "one story cannot be merged: name two stories or more"),
    ((1, 1), False, "s1 with itself cannot be merged"),
    ((1, 9), False, "there is no story s9"),
    ((9, 1), True, "there is no story s9"),
    ((2, 2), True, "s2 with itself cannot be merged"),
)


def test_a_merge_that_makes_no_sense_is_refused(store: Store) -> None:
    two(store)
    for stories, event, reason in NO_MERGE:
        with store.write() as connection:
            done = (hands.unite if event else hands.merge)(connection, stories, NOW)
        assert isinstance(done, Refused)
        assert reason in done.reason
    assert rows(store, "SELECT * FROM hand") == []


def test_one_event_of_one_story_is_refused(store: Store) -> None:
    two(store)
    merge(store, 1, 2)
    with store.write() as connection:
        done = hands.unite(connection, [1, 2], NOW)
    assert done == Refused("s1 and s2 are one story (s1), and so in one event")


def test_a_split_has_a_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    copies(store, 4)
    monkeypatch.setattr(hands, "HAND_PAIRS", 3)
    with store.write() as connection:
        done = hands.split(connection, 1, [1, 2], NOW)
    assert isinstance(done, Refused)
    assert "too many to be split so at once" in done.reason
    split(store, 1, 4)
