"""Events as rows, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Group, Grouped
from monitor.store import events, stories
from monitor.store import tables as t
from monitor.store.database import Store
from tests.stored import NOW, entries, entry

HOUR = timedelta(hours=1)


def alone(connection: sa.Connection, hours: int = 0) -> tuple[int, int, int]:
    """A story in an event of its own: entry, story, event."""
    made = entry(connection, when=NOW + hours * HOUR)
    story = stories.open_story(connection, made.id, NOW + hours * HOUR)
    return made.id, story, connection.execute(sa.select(t.story.c.event).where(t.story.c.id == story)).scalar_one()


def test_a_story_opens_an_event_of_one(any_store: Store) -> None:
    with any_store.write() as connection:
        _, story, event = alone(connection)
        assert events.groups(connection, [event, 99]) == {event: Group(event, 1, NOW, NOW)}
        row = connection.execute(sa.select(t.story).where(t.story.c.id == story)).one()
        assert (row.event_rule, row.event_numbers, row.event_other) == ("alone", None, None)
        events.set_centroid(connection, event, '{"whale":1}')
        assert events.groups(connection, [event])[event].centroid == '{"whale":1}'
        events.set_centroid(connection, event, "")
        assert events.groups(connection, [event])[event].centroid == ""


def test_a_story_that_joins_later_leaves_no_empty_event_behind(any_store: Store) -> None:
    with any_store.write() as connection:
        first, _, event = alone(connection)
        _, story, old = alone(connection, 3)
        assert events.join_event(connection, story, Grouped(event, first, {"s": 0.4})) == event
        grown = Group(event, 2, NOW, NOW + 3 * HOUR)
        assert events.groups(connection, [event, old]) == {event: grown, old: grown}  # what it was still leads there
        row = connection.execute(sa.select(t.story).where(t.story.c.id == story)).one()
        assert (row.event, row.event_rule, row.event_numbers, row.event_other) == (event, "event", {"s": 0.4}, first)
        # again, with other numbers: nothing is counted twice
        events.set_event(connection, story, old, "hand")
        assert events.groups(connection, [event]) == {event: grown}
        row = connection.execute(sa.select(t.story).where(t.story.c.id == story)).one()
        assert (row.event_rule, row.event_numbers, row.event_other) == ("hand", None, None)


def test_a_story_taken_out_of_an_event_takes_its_time_with_it(any_store: Store) -> None:
    with any_store.write() as connection:
        _, _, event = alone(connection)
        _, story, _ = alone(connection, 5)
        events.set_event(connection, story, event, "hand")
        new = events.open_event(connection, NOW, size=0)
        events.set_event(connection, story, new, "hand")
        assert events.groups(connection, [event, new]) == {
            event: Group(event, 1, NOW, NOW), new: Group(new, 1, NOW + 5 * HOUR, NOW + 5 * HOUR),
        }  # fmt: skip


def test_merged_events_make_no_chains(any_store: Store) -> None:
    with any_store.write() as connection:
        made = [alone(connection, hours) for hours in range(4)]
        one, two, three, four = (event for _, _, event in made)
        assert events.merge_events(connection, two, one) == two
        assert events.merge_events(connection, three, one) == three  # that is: two
        assert events.merge_events(connection, two, four) == three
        assert events.merge_events(connection, one, three) == three
        whole = Group(three, 4, NOW, NOW + 3 * HOUR)
        assert events.groups(connection, [one, two, three, four]) == dict.fromkeys((one, two, three, four), whole)
        rows = connection.execute(sa.select(t.event.c.id, t.event.c.merged_into).order_by(t.event.c.id)).all()
        assert [tuple(row) for row in rows] == [(one, three), (two, three), (three, None), (four, three)]
        # what opens in a merged one opens in the one that it stands for
        new = entry(connection)
        story = stories.open_story(connection, new.id, NOW, grouped=Grouped(one, made[0][0]))
        assert connection.scalar(sa.select(t.story.c.event).where(t.story.c.id == story)) == three
        assert events.groups(connection, [one])[one].size == 5


def test_the_newest_members_are_those_whose_stories_opened_last(any_store: Store) -> None:
    with any_store.write() as connection:
        late, *_ = alone(connection, 9)
        middle, _, other = alone(connection, 5)
        early, _, event = alone(connection, 1)
        gone, merged, third = alone(connection, 11)
        for one in (1, other, third):
            events.merge_events(connection, event, one)
        assert events.newest_members(connection, event) == [gone, late, middle, early]
        connection.execute(sa.update(t.story).where(t.story.c.id == merged).values(merged_into=1))
        assert events.newest_members(connection, other, limit=2) == [late, middle]
        assert events.recount(connection, event) == 3
        assert events.groups(connection, [event])[event].last_seen == NOW + 9 * HOUR


def test_many_events_at_once_and_one_that_is_none(store: Store) -> None:
    with store.write() as connection:
        made = [stories.open_story(connection, one, NOW) for one in entries(connection, 900)]
        assert len(events.groups(connection, range(1, 2_000))) == len(made)
        with pytest.raises(LookupError, match="event 5000"):
            events.root_of(connection, 5_000)
