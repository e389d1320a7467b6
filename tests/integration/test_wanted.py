"""The watchlist's topics, versions and configurations as rows; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from monitor.model import Outcome, Source
from monitor.pipeline.force import anew_text
from monitor.store import life, polls
from monitor.store import tables as t
from monitor.store.database import Store
from tests.paths import JACK, NOW, QWEN, ended, in_force, rows, source_id, topic


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


def test_a_topic_goes_back_to_a_name_that_was_retired(any_store: Store) -> None:
    old = replace(JACK, name="Old")
    in_force(any_store, old)
    in_force(any_store, replace(JACK, name="Mid"), now=NOW)  # renamed without ``was``: another topic
    force = in_force(any_store, replace(old, was="Mid"), now=NOW + timedelta(days=1))
    assert force.topics["Old"].id == 2
    found = "SELECT id, name, retired_at IS NULL FROM topic ORDER BY id"
    assert rows(any_store, found) == [(1, "Old (until 2026-11-24)", False), (2, "Old", True)]
    # once more on the same day: each name is of one row only
    in_force(any_store, replace(JACK, name="Third"), now=NOW)
    force = in_force(any_store, replace(old, was="Third"))
    assert force.topics["Old"].id == 3
    names = {name for _, name, _ in rows(any_store, found)}
    assert names == {"Old (until 2026-11-24)", "Old (until 2026-11-24, 2)", "Old"}
    # what is written stays in the file, and changes nothing any more
    assert in_force(any_store, replace(old, was="Third")).topics["Old"].id == 3


def test_the_topic_in_force_under_a_name_keeps_it(any_store: Store) -> None:
    in_force(any_store, JACK, QWEN)
    assert in_force(any_store, replace(JACK, was="Qwen3")).topics["Jack Ma"].id == 1
    in_force(any_store, QWEN)
    assert in_force(any_store, replace(QWEN, was="Jack Ma")).topics["Qwen3"].id == 2


def test_a_source_goes_back_to_an_address_that_was_retired(any_store: Store) -> None:
    here, there = (Source("Courier", f"https://{name}.example/feed") for name in ("here", "there"))
    in_force(any_store, JACK, sources=[here])
    in_force(any_store, JACK, sources=[there], now=NOW)
    in_force(any_store, JACK, sources=[replace(here, was=there.url)])
    assert rows(any_store, "SELECT id, url, state FROM source ORDER BY id") == [
        (1, f"{here.url} (until 2026-11-24)", "retired"),
        (2, here.url, "new"),
    ]


def test_a_moved_source_knows_nothing_of_its_new_address(any_store: Store) -> None:
    here, there = (Source("Courier", f"https://{name}.example/feed") for name in ("here", "there"))
    in_force(any_store, JACK, sources=[here])
    modified = "Tue, 24 Nov 2026 09:00:00 GMT"
    good = ended(
        source_id(any_store, "Courier"), etag='"e1"', last_modified=modified, body_hash="b" * 64, memory="m", window=7
    )
    later = NOW + timedelta(hours=1)
    banned = replace(
        good.after, state="failing", reason="refused", failures=4, failing_since=later, told_broken_at=later,
        not_before=later + timedelta(days=1), next_poll_at=later + timedelta(days=1), moved_count=2, gone_since=later,
        killed=1, validated=here.url, hints={"ttl": "60"},
    )  # fmt: skip
    with any_store.write() as connection:
        polls.write_polls(connection, [good])
        polls.write_polls(
            connection, [replace(good, at=later, outcome=Outcome.ERROR, after=banned, error="http_429: x")]
        )
    in_force(any_store, JACK, sources=[here], now=later)  # the same again: all stays
    assert rows(any_store, "SELECT etag, memory, failures, reason FROM source") == [('"e1"', "m", 4, "refused")]
    moved = later + timedelta(minutes=1)
    in_force(any_store, JACK, sources=[replace(there, was=here.url)], now=moved)
    with any_store.read() as connection:
        row = connection.execute(sa.select(t.source)).one()
        due = connection.scalar(sa.select(t.host.c.next_due).where(t.host.c.id == row.host))
    old = ("etag", "last_modified", "body_hash", "not_before", "failing_since", "reason", "told_broken_at")
    more = ("validated", "hints", "gone_since", "moved_to", "answered_at")
    assert {name: getattr(row, name) for name in (*old, *more) if getattr(row, name) is not None} == {}
    assert (row.memory, row.failures, row.window, row.state, row.killed) == ("", 0, 0, "ok", 0)
    assert (row.next_poll_at, due, row.baseline_at, row.last_ok_at) == (moved, moved, NOW, NOW)


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


def test_a_name_with_another_address_and_no_was_is_said_to_begin_anew(any_store: Store) -> None:
    here, there = (Source("Courier", f"https://{name}.example/feed") for name in ("here", "there"))
    assert in_force(any_store, sources=[here]).anew == ()
    assert in_force(any_store, sources=[here]).anew == ()
    force = in_force(any_store, sources=[there])
    assert force.anew == (("Courier", here.url),)
    assert "was: https://here.example/feed" in anew_text(force)
    assert in_force(any_store, sources=[replace(here, was=there.url)]).anew == ()
    assert in_force(any_store, sources=[replace(there, name="Other")]).anew == ()
