"""What is asked for every entry goes by keys alone: no statement walks through a growing table, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks.candidates import GROWING, cost, read_whole, whole_reads
from benchmarks.grown_stores import NOW, Shape, asked, fill, settle
from monitor.model import Grouped, Join, Key, Packed
from monitor.store import events, features, stories, terms
from monitor.store.database import Store

SHAPE = Shape(24_000, "topics")
IDS = range(1, 9)  # few: for a tenth of a table it is right to walk through an index of it


@pytest.fixture
def grown(any_store: Store) -> Store:
    """A store of 1,500 entries with their stories and keys, and of the statistics that a grown one has."""
    with any_store.write() as connection:
        fill(connection.connection.dbapi_connection, SHAPE)
        terms.count(connection, {"en": (1, {f"term{n}": 1 for n in range(3_000)})})
    settle(any_store)
    return any_store


@contextmanager
def statements(connection: sa.Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is asked inside the block."""
    asked_for: list[tuple[str, Any]] = []

    def note(*of: Any) -> None:
        asked_for.append((of[2], of[3]))

    sa.event.listen(connection, "before_cursor_execute", note)
    yield asked_for
    sa.event.remove(connection, "before_cursor_execute", note)


def reads(connection: sa.Connection, statement: str, values: Any) -> list[str]:
    """What of the growing tables is read from end to end."""
    values = values[0] if isinstance(values, list) else values
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return whole_reads([row[3] for row in plan])
    # a table of some pages is rightly read whole: the question is whether there is a way by its keys
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()[0]["Plan"]
    return [table for table in read_whole(plan) if table in GROWING]


def ask_everything(connection: sa.Connection) -> None:
    """All that the path asks of stories, keys, features, terms and events for an entry, and writes."""
    one, other = asked(SHAPE, 2)
    article = one.article
    stories.candidates(connection, article, one.keys)
    stories.candidates(connection, article, other.keys, alike=False)
    stories.count_key(connection, one.keys[0].name, NOW, 30)
    stories.equal_unmatched(connection, article)
    stories.with_twins(connection, IDS)
    stories.with_alike(connection, IDS)
    stories.story_of(connection, 1)
    stories.stories_of(connection, IDS)
    stories.write_keys(connection, 1, [Key("t:whale", 1.0)], NOW, revised=True)
    stories.join_story(connection, 1, 1, Join(3, "url"), NOW)
    stories.topics_published_before(connection, 1, 1)
    features.load(connection, IDS)
    features.shingles(connection, IDS)
    features.write(connection, 1, Packed("[{},{}]", 0), NOW)
    events.groups(connection, IDS[::2])
    events.newest_members(connection, 1)
    events.set_centroid(connection, 1, "{}")
    events.grow(connection, 1, NOW)
    events.join_event(connection, 1, Grouped(3, 3))
    events.merge_events(connection, 5, 7)
    terms.frequencies(connection, "en", [f"term{n}" for n in range(200)])
    terms.count(connection, {"en": (1, {"term1": 1})})


def test_nothing_that_an_entry_asks_walks_through_a_table(grown: Store) -> None:
    with grown.write() as connection:
        with statements(connection) as said:
            ask_everything(connection)
        assert len(said) > 20
        found = {statement: whole for statement, values in said if (whole := reads(connection, statement, values))}
    assert found == {}


def test_a_larger_store_costs_no_more_pages_than_its_trees_are_deeper(store: Store) -> None:
    """A small run of ``benchmarks/candidates.py``."""
    small, large = Shape(2_400, "topics"), Shape(24_000, "topics")
    with Store.throwaway() as other:
        costs = []
        for one, shape in ((store, small), (other, large)):
            with one.write() as connection:
                fill(connection.connection.dbapi_connection, shape)
            settle(one)
            costs.append(cost(one, asked(shape, 20)))
    assert [one.whole for one in costs] == [(), ()]
    # at most a page more a level, one level more at most, for each of some 90 probes; by a walk it would be 10 times
    assert costs[1].probed.pages < 2.5 * costs[0].probed.pages
    assert costs[1].found > 10


WALKS = (
    "SELECT count(*) FROM entry WHERE title = 'x'",
    "SELECT sum(size) FROM entry_features",
    "SELECT e.id FROM entry e JOIN story_entry m ON m.entry = e.id WHERE m.rule = 'x'",
)


def test_a_walk_would_be_seen(grown: Store) -> None:
    with grown.read() as connection:
        assert all(reads(connection, walk, ()) for walk in WALKS)
