"""Candidates, keys and stories as rows, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.limits import BODY_WINDOW, BUCKET_CAP, BUCKET_FLOOR, CANDIDATES_CAP, PROBES_CAP, STORY_WINDOW
from monitor.model import Article, Candidate, Grouped, Join, Key, Packed
from monitor.store import events, features, probes, stories
from monitor.store import tables as t
from monitor.store.database import Store
from tests.clocks import within
from tests.stored import NOW, entries, entry

DAY = timedelta(days=1)
WHALE = (Key("t:whale", 1.0), Key("t:harbour", 0.5), Key("b:tide", 0.7))


def opened(connection: sa.Connection, keys: Sequence[Key] = (), *, when: datetime = NOW, **values: str) -> Article:
    """An entry with a story of its own."""
    made = entry(connection, when=when, **values)
    stories.open_story(connection, made.id, when)
    stories.write_keys(connection, made.id, keys, made.when)
    return made


def ids(found: Sequence[Candidate]) -> list[int]:
    return [one.article.id for one in found]


def test_what_shares_most_comes_first_then_the_newest(any_store: Store) -> None:
    with any_store.write() as connection:
        one_term = opened(connection, WHALE[1:2])
        two_terms = opened(connection, WHALE[:2])
        same_title = opened(connection, title_key="k")
        same_url = opened(connection, url_key="u")
        same_body = opened(connection, body_hash="b")
        newer = opened(connection, WHALE[1:2])
        opened(connection, (Key("t:other", 1.0),))
        new = entry(connection, url_key="u", title_key="k", body_hash="b")
        found = stories.candidates(connection, new, WHALE)
        assert ids(found) == [one.id for one in (same_body, same_url, same_title, two_terms, newer, one_term)]
        assert ids(stories.candidates(connection, new, WHALE, limit=2)) == [same_body.id, same_url.id]
        assert ids(stories.candidates(connection, new, WHALE, least=1.5)) == ids(found)[:4]
        assert ids(stories.candidates(connection, new, WHALE, alike=False)) == [two_terms.id, newer.id, one_term.id]
        assert stories.candidates(connection, new, (), alike=False) == []
        assert ids(stories.candidates(connection, two_terms, WHALE)) == [newer.id, one_term.id]  # never itself


def test_a_candidate_tells_all_that_it_is_compared_by(any_store: Store) -> None:
    with any_store.write() as connection:
        published = NOW - DAY
        old = opened(connection, WHALE, url="https://a.example/1", url_key="u", title_key="k", body_hash="b",
                     title="Whale in the harbour", outlet="Herald", language="en")  # fmt: skip
        dated = opened(connection, WHALE[:1])
        connection.execute(sa.update(t.entry).where(t.entry.c.id == dated.id).values(published=published))
        features.write(connection, old.id, Packed('[{"whale":1},{}]', 3, b"\1\0\0\0"), NOW)
        story, bare = stories.story_of(connection, old.id), stories.story_of(connection, dated.id)
        found = stories.candidates(connection, entry(connection), WHALE)
        event = connection.execute(sa.select(t.story.c.event).order_by(t.story.c.id)).scalars().all()
    assert story is not None
    assert bare is not None
    assert found == [
        Candidate(
            Article(
                old.id, "Whale in the harbour", "Herald", NOW, "u", "k", "b", "", "en", "https://a.example/1"
            ),
            story, event[0], Packed('[{"whale":1},{}]', 3),
        ),
        Candidate(Article(dated.id, "Headline", "A", published), bare, event[1], None),
    ]  # fmt: skip


def test_only_entries_of_stories_are_candidates_and_only_the_others_are_copies(any_store: Store) -> None:
    with any_store.write() as connection:
        told = opened(connection, url_key="u")
        outside = entries(connection, 3, url_key="u")
        new = entry(connection, url_key="u")
        assert ids(stories.candidates(connection, new, ())) == [told.id]
        assert [one.id for one in stories.equal_unmatched(connection, new)] == outside[::-1]
        others = entries(connection, 2, title_key="only these two")
        everyone = [told.id, *outside, new.id, *others]
        assert stories.with_twins(connection, everyone) == {*outside, new.id}
        assert stories.with_alike(connection, everyone) == set(everyone)
        assert stories.with_twins(connection, []) == set()


def test_merged_stories_and_events_stand_for_what_they_were_merged_into(any_store: Store) -> None:
    with any_store.write() as connection:
        kept, merged = opened(connection, WHALE), opened(connection, WHALE)
        first, second = (stories.story_of(connection, one.id) for one in (kept, merged))
        connection.execute(sa.update(t.story).where(t.story.c.id == second).values(merged_into=first))
        assert first is not None
        elsewhere = events.open_event(connection, NOW, size=0)
        events.merge_events(connection, elsewhere, events.root_of(connection, 1))
        found = stories.candidates(connection, entry(connection), WHALE)
        assert {(one.story, one.event) for one in found} == {(first, elsewhere)}
        assert stories.story_of(connection, merged.id) == first
        assert stories.stories_of(connection, [kept.id, merged.id]) == {kept.id: first, merged.id: first}


@pytest.mark.parametrize(
    ("key", "reach", "back"),
    [("t:whale", STORY_WINDOW, STORY_WINDOW), ("b:tide", STORY_WINDOW, BODY_WINDOW)],
)
def test_terms_reach_as_far_as_their_rule(store: Store, key: str, reach: timedelta, back: timedelta) -> None:
    days = (back - DAY, reach - DAY, back + 8 * DAY, reach + 8 * DAY)
    with store.write() as connection:
        near = [opened(connection, [Key(key, 1.0)], when=NOW - days[0]), opened(connection, [Key(key, 1.0)])]
        near.append(opened(connection, [Key(key, 1.0)], when=NOW + days[1]))
        opened(connection, [Key(key, 1.0)], when=NOW - days[2])
        opened(connection, [Key(key, 1.0)], when=NOW + days[3])
        found = stories.candidates(connection, entry(connection), [Key(key, 1.0)])
    assert sorted(ids(found)) == [one.id for one in near]


def test_a_key_that_tells_less_is_read_less_far(store: Store) -> None:
    with store.write() as connection:
        for made in entries(connection, BUCKET_CAP + 20):
            stories.open_story(connection, made, NOW)
            stories.write_keys(connection, made, [Key("t:whale", 1.0), Key("t:the", 0.01)], NOW)
        new = entry(connection)
        for name, weight, most in (("t:whale", 1.0, BUCKET_CAP), ("t:the", 0.01, BUCKET_FLOOR), ("t:the", 0.0, 0)):
            found = stories.candidates(connection, new, [Key(name, weight)], limit=1_000)
            assert ids(found) == list(range(new.id - 1, new.id - 1 - most, -1))
        assert len(stories.candidates(connection, new, [Key("t:whale", 1.0)])) == CANDIDATES_CAP


def test_more_keys_than_a_statement_holds_are_cut_to_the_heaviest(store: Store) -> None:
    keys = [Key(f"b:{n}", 1 - n / 2_000) for n in range(1_000)]
    looks = probes.probes([*keys, Key("b:0", 0.1)], NOW)
    assert len(looks) == PROBES_CAP
    assert looks[0].weight == 1_000
    with store.write() as connection:
        made = opened(connection, keys)
        assert ids(stories.candidates(connection, entry(connection), keys)) == [made.id]


def test_a_revision_is_no_longer_found_by_what_it_said_before(any_store: Store) -> None:
    with any_store.write() as connection:
        made, new = opened(connection, WHALE), entry(connection)
        stories.write_keys(connection, made.id, [Key("t:seal", 1.0)], NOW)
        assert ids(stories.candidates(connection, new, WHALE)) == [made.id]
        stories.write_keys(connection, made.id, [Key("t:seal", 1.0)] * 2, NOW, revised=True)
        assert stories.candidates(connection, new, WHALE) == []
        assert ids(stories.candidates(connection, new, [Key("t:seal", 1.0)])) == [made.id]
        stories.write_keys(connection, made.id, [], NOW, revised=True)
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.cluster_key)) == 0


def test_how_many_carry_a_key(any_store: Store) -> None:
    mask = "m:issue #"
    with any_store.write() as connection:
        for days in (0, 3, 20, 60):
            opened(connection, [Key(mask, 0.0)], when=NOW - days * DAY)
        assert stories.count_key(connection, mask, NOW, 30) == 3
        assert stories.count_key(connection, mask, NOW, 1) == 1
        assert stories.count_key(connection, "m:other", NOW, 30) == 0


def test_a_thousand_entries_of_one_address_cost_no_more_than_some(any_store: Store) -> None:
    """The bucket is cut before it is asked who of it is in a story."""
    with any_store.write() as connection:
        made = entries(connection, 3_000, url_key="u", title_key="k", body_hash="b")
        new = entry(connection, url_key="u", title_key="k", body_hash="b")
        with within(5):
            for _ in range(20):
                assert stories.candidates(connection, new, WHALE) == []
                assert len(stories.equal_unmatched(connection, new)) == CANDIDATES_CAP - 1  # it is one of them
            assert stories.with_twins(connection, made) == set()
        stories.open_story(connection, made[-1], NOW)
        assert stories.with_twins(connection, made) == set(made[:-1])


def test_a_story_opens_in_the_event_that_it_was_grouped_with(any_store: Store) -> None:
    with any_store.write() as connection:
        first = opened(connection)
        event = events.root_of(connection, 1)
        second = entry(connection)
        grouped = Grouped(event, first.id, {"s": 0.5})
        story = stories.open_story(connection, second.id, NOW + DAY, grouped=grouped)
        row = connection.execute(sa.select(t.story).where(t.story.c.id == story)).one()
        group = events.groups(connection, [event])[event]
    assert (row.event, row.event_rule, row.event_numbers, row.event_other) == (event, "event", {"s": 0.5}, first.id)
    assert (group.size, group.first_seen, group.last_seen) == (2, NOW, NOW + DAY)


def test_a_copy_says_what_it_adds_and_the_event_lasts_with_it(any_store: Store) -> None:
    with any_store.write() as connection:
        first = opened(connection)
        story = stories.story_of(connection, first.id)
        assert story is not None
        later, early = entry(connection, when=NOW + DAY), entry(connection, when=NOW - DAY)
        stories.join_story(
            connection, later.id, story, Join(first.id, "title="), NOW + DAY, added=("More.", "Yet more.")
        )
        stories.join_story(connection, early.id, story, Join(first.id, "url", {"hours": 2.0}), NOW + 2 * DAY)
        rows = connection.execute(sa.select(t.story_entry).order_by(t.story_entry.c.entry)).all()
        times = connection.execute(sa.select(t.story.c.first_seen, t.story.c.last_seen)).one()
        group = events.groups(connection, [1])[1]
    assert [(row.rule, row.added, row.by) for row in rows] == [
        ("first", None, "rule"), ("title=", ["More.", "Yet more."], "rule"), ("url", None, "rule"),
    ]  # fmt: skip
    assert tuple(times) == (group.first_seen, group.last_seen) == (NOW - DAY, NOW + 2 * DAY)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_two_writers_that_bring_twins_make_one_story(any_store: Store, database_url: str) -> None:
    """The second one waits at the lock, and then sees what the first has written."""
    with any_store.write() as connection:
        first, second = entry(connection, title_key="twin"), entry(connection, title_key="twin")
    engine = sa.create_engine(database_url)
    ready = threading.Event()
    order: list[str] = []

    def settle(connection: sa.Connection, article: Article) -> None:
        stories.take_fold_lock(connection)
        found = stories.candidates(connection, article, WHALE)
        if found:
            stories.join_story(connection, article.id, found[0].story, Join(found[0].article.id, "title="), NOW)
        else:
            stories.open_story(connection, article.id, NOW)
        stories.write_keys(connection, article.id, WHALE, NOW)

    def other_writer() -> None:
        with engine.begin() as connection:
            connection.execute(sa.select(t.entry.c.id)).all()  # it has begun, and seen no story
            ready.set()
            settle(connection, second)
            order.append("second")

    writer = threading.Thread(target=other_writer)
    with engine.begin() as connection:
        settle(connection, first)
        writer.start()
        assert ready.wait(60)
        writer.join(0.3)
        order.append("first")
    writer.join(60)
    engine.dispose()
    with any_store.read() as connection:
        found = stories.stories_of(connection, [first.id, second.id])
    assert order == ["first", "second"]
    assert list(found) == [first.id, second.id]
    assert len(set(found.values())) == 1
