"""The watchlist's topics, versions and configurations as rows; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.store import life
from monitor.store.database import Store
from tests.paths import JACK, NOW, QWEN, in_force, rows, topic


def test_a_version_is_made_once_for_each_meaning(any_store: Store) -> None:
    in_force(any_store, JACK)
    in_force(any_store, topic("Jack Ma", "马云", "Jack Ma"))  # the same said in another order
    in_force(any_store, topic("Jack Ma", "Jack Ma"))
    in_force(any_store, JACK)  # an old meaning again is its old version
    assert rows(any_store, "SELECT id, topic FROM topic_version ORDER BY id") == [(1, 1), (2, 1)]


def test_a_renamed_topic_keeps_its_history(any_store: Store) -> None:
    in_force(any_store, JACK)
    force = in_force(any_store, replace(JACK, name="Ma", was="Jack Ma"))
    assert rows(any_store, "SELECT id, name, was FROM topic") == [(1, "Ma", "Jack Ma")]
    assert force.topics["Ma"].id == 1


def test_a_removed_topic_is_retired_and_returns(any_store: Store) -> None:
    in_force(any_store, JACK, QWEN)
    in_force(any_store, QWEN)
    assert rows(any_store, "SELECT name FROM topic WHERE retired_at IS NOT NULL") == [("Jack Ma",)]
    in_force(any_store, JACK, QWEN)
    assert rows(any_store, "SELECT count(*) FROM topic WHERE retired_at IS NULL") == [(2,)]


def test_a_configuration_is_numbered_when_it_changes(any_store: Store) -> None:
    assert [in_force(any_store, *which).number for which in ((JACK,), (JACK,), (QWEN,), (JACK,))] == [1, 1, 2, 3]


def test_a_paused_topic_matches_nothing(any_store: Store) -> None:
    force = in_force(any_store, replace(JACK, paused=True))
    assert rows(any_store, "SELECT paused FROM topic") in ([(1,)], [(True,)])
    assert force.matcher.match is not None
    assert force.names == {1: "Jack Ma"}


def test_signs_of_life_tell_how_long_nobody_ran(any_store: Store) -> None:
    with any_store.write() as connection:
        assert life.begin(connection, pid=1, now=NOW) is None
        life.alive(connection, NOW + timedelta(hours=1), web="http://127.0.0.1:8321")
        life.alive(connection, NOW + timedelta(hours=2))
        away = life.begin(connection, pid=2, now=NOW + timedelta(hours=8))  # it died without a word
        assert away == timedelta(hours=6)
        life.end(connection, NOW + timedelta(hours=9))
        assert life.begin(connection, pid=3, now=NOW + timedelta(hours=9, minutes=5)) is None
