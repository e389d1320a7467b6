"""Events as people see them, on both databases: their numbers, their filters, and what was merged."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.analysis.matching.match import Matcher
from monitor.model import Channel
from monitor.pipeline import coverage
from monitor.pipeline.deliver import card_of
from monitor.pipeline.explain import Explainer
from monitor.store import evidence, facts
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.listing import Filter
from monitor.store.today import day
from tests.paths import JACK, NOW, QWEN, SOURCES, in_force, rows, said, tell

MINUTE = timedelta(minutes=1)
CALL = said("Jack Ma asked a businessman to come home", "https://courier.example/call")
COPY = said("Jack Ma asked a businessman to come home", "https://herald.example/call")
SILENT = said("Lawyers of Jack Ma decline to speak of the telephone", "https://planet.example/silent")
QUIET = said("Qwen3 runs on a watch", "https://herald.example/watch")


def fill(store: Store) -> None:
    """An event of two stories (the first with a copy), and a story alone: s1 with e1 and e2, s2 with e3, s3 with e4."""
    force = in_force(store, JACK, QWEN, sources=SOURCES)
    tell(store, force, "Courier", CALL, absent_at=NOW - 15 * MINUTE)
    tell(store, force, "Herald", COPY, now=NOW + 4 * MINUTE, absent_at=NOW - 9 * MINUTE)
    tell(store, force, "Courier", SILENT, now=NOW + 60 * MINUTE, outlet="Daily Planet")
    tell(store, force, "Herald", QUIET, now=NOW + 90 * MINUTE)
    change(store, sa.update(t.story).where(t.story.c.id == 2).values(
        event=1, event_rule="event", event_numbers={"S": 0.41, "threshold": 0.22}, event_other=1
    ))  # fmt: skip


def change(store: Store, statement: sa.Update) -> None:
    """As a later issue, or a hand, would have it."""
    with store.write() as connection:
        connection.execute(statement)


def listed(store: Store, wanted: Filter) -> list[coverage.Event]:
    with store.read() as connection:
        return coverage.events(connection, wanted)


def test_an_event_counts_outlets_and_who_reports_it(any_store: Store) -> None:
    fill(any_store)
    alone, event = listed(any_store, Filter(limit=0))
    assert (event.row.id, event.row.title, event.row.stories, event.row.topics) == (1, CALL.title, (1, 2), ("Jack Ma",))
    assert (event.row.first_seen, event.row.last_seen) == (NOW, NOW + 60 * MINUTE)
    assert event.numbers.outlets == ("Courier", "Herald", "Daily Planet")
    assert event.numbers.independent == ("Courier", "Daily Planet")
    first = event.numbers.first
    assert first is not None
    assert [one.outlet for one in first.outlets] == ["Courier", "Herald"]
    assert (first.since, first.until, first.unknown) == (NOW - 15 * MINUTE, NOW, ("Daily Planet",))
    assert (alone.row.stories, alone.row.topics, alone.numbers.outlets) == ((3,), ("Qwen3",), ("Herald",))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(limit=1), [3]),
        (Filter(topic="Jack Ma"), [1]),
        (Filter(topic="t2"), [3]),
        (Filter(source="Herald"), [3, 1]),
        (Filter(source="Courier"), [1]),
        (Filter(topic="Jack Ma", source="Herald"), [1]),
        (Filter(topic="Qwen3", source="Courier"), []),
        (Filter(event=1), [1]),
        (Filter(since=NOW + MINUTE), [3]),  # an event begins with its first story
        (Filter(until=NOW + MINUTE), [1]),
    ],
)
def test_events_are_filtered(any_store: Store, wanted: Filter, expected: list[int]) -> None:
    fill(any_store)
    assert [event.row.id for event in listed(any_store, wanted)] == expected


def test_stories_are_filtered_by_their_event(any_store: Store) -> None:
    fill(any_store)
    with any_store.read() as connection:
        found = coverage.stories(connection, Filter(event=1))
    assert [(story.id, story.event, story.event_rule) for story in found] == [(2, 1, "event"), (1, 1, "cold")]
    assert (found[0].event_numbers, found[0].event_other) == ({"S": 0.41, "threshold": 0.22}, 1)


def test_what_was_merged_is_part_of_the_other_everywhere(any_store: Store) -> None:
    fill(any_store)
    change(any_store, sa.update(t.event).where(t.event.c.id == 1).values(merged_into=3))
    change(any_store, sa.update(t.story).where(t.story.c.id == 2).values(merged_into=1))
    (event,) = listed(any_store, Filter(limit=0))
    assert (event.row.id, event.row.stories, event.row.topics) == (3, (1, 3), ("Jack Ma", "Qwen3"))
    assert event.numbers.outlets == ("Courier", "Herald", "Daily Planet")
    assert event.numbers.independent == ("Courier", "Herald")  # the Planet's was made a copy
    with any_store.read() as connection:
        assert [one.row.id for one in coverage.events_by_id(connection, [1, 3, 99])] == [3]
        assert {story.event for story in coverage.stories(connection)} == {3}
        assert evidence.stories_of_event(connection, 1) == evidence.stories_of_event(connection, 3) == [1, 3]
        assert {entry: (b.id, b.event) for entry, b in evidence.stories_of_entries(connection, [2, 3, 4]).items()} == {
            2: (1, 3), 3: (1, 3), 4: (3, 3),
        }  # fmt: skip
        assert [join.story for join in evidence.joins_of(connection, [1, 3])] == [1, 1]
        today = day(connection, since=NOW - 60 * MINUTE)
    assert [(one.row.id, one.row.event) for one in today.stories] == [(3, 3), (1, 3)]
    assert list(today.events) == [3]
    assert [one.decision for one in today.stories[1].decided] == ["send", "folded", "send"]


def test_outlets_spelled_differently_count_once(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", CALL, outlet="The Almanac")
    tell(any_store, force, "Herald", said(COPY.title, "https://www.almanac.example/call"), outlet="almanac.example")
    (event,) = listed(any_store, Filter())
    with any_store.read() as connection:
        (story,) = coverage.stories(connection)
    assert event.numbers.outlets == story.outlets == ("The Almanac",)


def test_a_story_seen_first_in_an_article_merged_later(any_store: Store) -> None:
    """A story that only its merged part makes one of the day is one of the day."""
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", CALL)
    tell(any_store, force, "Courier", said("Weather for the weekend", CALL.url), now=NOW + MINUTE)
    tell(any_store, force, "Herald", SILENT, now=NOW + 2 * MINUTE)
    change(any_store, sa.update(t.story).where(t.story.c.id == 2).values(merged_into=1))
    with any_store.read() as connection:
        assert [story.row.id for story in day(connection, since=NOW).stories] == [1]


# --- when an entry came ---------------------------------------------------------------------------------


def test_an_entry_came_after_the_reading_in_which_it_was_not(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", CALL)
    tell(any_store, force, "Courier", CALL, SILENT, now=NOW + 9 * MINUTE, absent_at=NOW + MINUTE)
    retitled = said("Jack Ma did ask a businessman to come home", CALL.url)
    tell(any_store, force, "Courier", retitled, now=NOW + 20 * MINUTE, absent_at=NOW + 9 * MINUTE)
    with any_store.read() as connection:
        absent = {r.id: r.absent_at for r in connection.execute(sa.select(t.entry.c.id, t.entry.c.absent_at))}
    assert absent == {1: None, 2: NOW + MINUTE}, "what changes was there before"


# --- what people read of it -------------------------------------------------------------------------------

ADDED = "The firm did not answer. Jack Ma spoke of Qwen3 for an hour."


def told(store: Store, *, added: list[str] | None, title: str = COPY.title) -> tuple[str, ...]:
    """A story that names Jack Ma, and its copy, which names Qwen3 too: what the card of the update says."""
    force = in_force(store, JACK, QWEN, channels=(Channel("console"),))
    body = "Jack Ma made a call in April.\n\nThe businessman came home."
    tell(store, force, "Courier", said(CALL.title, CALL.url, text=body))
    copy = said(title, COPY.url, text=f"{body}\n\n{ADDED}")
    tell(store, force, "Herald", copy, now=NOW + MINUTE)
    if added is not None:
        change(store, sa.update(t.story_entry).where(t.story_entry.c.entry == 2).values(added=added))
    found = rows(store, "SELECT id FROM alert WHERE rule = 'new_topic'")
    with store.read() as connection:
        (card,) = (card_of(one) for one in facts.alert_facts(connection, [str(found[0][0])]))
    assert (card.also, card.own, card.copies) == (("Courier",), 1, 1)
    (quote,) = card.quotes
    return card.differs, card.added, quote.match, quote.field


def test_an_update_by_a_copy_says_what_it_adds_with_the_words(any_store: Store) -> None:
    assert told(any_store, added=[ADDED, "Another."]) == ("+2 paragraphs", "", "Qwen3", "text")


def test_words_of_what_was_added_are_told_where_no_quotation_has_them(any_store: Store) -> None:
    assert told(any_store, added=["Another paragraph."]) == ("+1 paragraph", "Another paragraph.", "Qwen3", "text")


def test_what_a_copy_adds_is_found_as_it_joins(any_store: Store) -> None:
    assert told(any_store, added=None) == ("+1 paragraph", "", "Qwen3", "text")


def test_an_update_by_a_copy_that_adds_nothing_says_nothing(any_store: Store) -> None:
    assert told(any_store, added=[])[:2] == ("", "")


def test_the_card_counts_who_reports_it_themselves(any_store: Store) -> None:
    fill(any_store)
    (identity,) = rows(any_store, "SELECT id FROM alert WHERE subject = 's2'")
    with any_store.read() as connection:
        (card,) = (card_of(one) for one in facts.alert_facts(connection, [str(identity[0])]))
    assert (card.outlet, card.also) == ("Daily Planet", ("Courier", "Herald"))
    assert (card.own, card.copies, card.differs) == (2, 1, "")


def explained(store: Store, question: str) -> list[str]:
    with store.read() as connection:
        explainer = Explainer(connection, Matcher((JACK, QWEN)), zone=ZoneInfo("Europe/London"), now=NOW + 99 * MINUTE)
        (found,) = explainer.explain(question)
    return [step.sentence for step in found.ladder if step.name == "story"]


def test_explain_says_why_a_story_is_in_its_event(any_store: Store) -> None:
    fill(any_store)
    assert explained(any_store, COPY.url or "") == [
        "It joined s1 by the same headline as e1, 0.07 h apart (rule, 09:04). "
        "The story is in event v1, which it opened; 1 other story joined it."
    ]
    assert explained(any_store, SILENT.url or "") == [
        "It is the first of its story, s2. "
        "The story is in event v1 with 1 other story: score 0.41, needs 0.22; nearest: e1."
    ]
    assert explained(any_store, "v3") == [
        "It is the first of its story, s3. The story is alone in event v3: "
        "stories are grouped from 5,000 articles in its language on (so far 1)."
    ]


def test_explain_lists_every_story_of_an_event(any_store: Store) -> None:
    fill(any_store)
    with any_store.read() as connection:
        explainer = Explainer(connection, Matcher((JACK, QWEN)), zone=ZoneInfo("UTC"), now=NOW + 99 * MINUTE)
        (found,) = explainer.explain("v1")
    assert [story.id for story in found.stories] == [1, 2]
    assert [event.row.id for event in found.events] == [1]


def test_explain_tells_what_was_changed(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    tell(any_store, force, "Courier", CALL)
    later: datetime = NOW + 122 * MINUTE
    tell(any_store, force, "Courier", said("Jack Ma told a businessman to come home", CALL.url), now=later)
    with any_store.read() as connection:
        explainer = Explainer(connection, Matcher((JACK,)), zone=ZoneInfo("UTC"), now=later)
        (found,) = explainer.explain("e1")
        (today,) = day(connection, since=NOW).stories
    (change,) = found.changes
    assert (change.entry, change.revision, change.at, change.was) == (1, 1, later, CALL.title)
    assert today.changes == (change,)
