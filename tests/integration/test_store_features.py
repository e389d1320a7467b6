"""What entries are compared by, as rows, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Key, Packed, Settings
from monitor.store import features, stories, upkeep
from monitor.store import tables as t
from monitor.store.database import Store
from tests.stored import NOW, entries

OLD, NEW = Packed('[{"val":1.0},{}]', 2, b"\1\0\0\0\2\0\0\0"), Packed('[{"säl":0.5},{}]', 0)


def test_features_are_kept_beside_the_entry_and_replaced(any_store: Store) -> None:
    with any_store.write() as connection:
        first, second, bare = entries(connection, 3)
        features.write(connection, first, OLD, NOW)
        features.write(connection, second, OLD, NOW)
        features.write(connection, second, NEW, NOW + timedelta(days=7))
        everyone = [first, second, bare]
        assert features.load(connection, everyone, shingles=True) == {first: OLD, second: NEW}
        assert features.load(connection, everyone) == {first: Packed(OLD.terms, 2), second: NEW}
        assert features.shingles(connection, everyone) == {first: OLD.shingles, second: b""}
        assert (features.load(connection, []), features.shingles(connection, [])) == ({}, {})
        rows = connection.execute(sa.select(t.entry_features.c.period).order_by(t.entry_features.c.entry))
        assert list(rows.scalars()) == [202648, 202649]


def test_more_entries_than_a_statement_takes(store: Store) -> None:
    with store.write() as connection:
        made = entries(connection, 900)
        for one in made[::300]:
            features.write(connection, one, OLD, NOW)
        assert set(features.shingles(connection, made)) == set(features.load(connection, made)) == set(made[::300])


def test_what_new_entries_are_no_longer_compared_with_goes_and_stories_stay(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "PRUNE_KEYS", 7)
    monkeypatch.setattr(upkeep, "PRUNE_CHUNK", 2)
    weeks = (12, 9, 7, 7, 5, 0)
    with any_store.write() as connection:
        for nth, made in enumerate(entries(connection, len(weeks))):
            when = NOW - timedelta(weeks=weeks[nth])
            stories.open_story(connection, made, when)
            stories.write_keys(connection, made, [Key(f"t:{word}", 1.0) for word in range(5)], when)
            features.write(connection, made, OLD, when)
    done = upkeep.housekeep(any_store, Settings(), NOW)
    assert (done.keys, done.changed) == (4 * 5 + 4, True)
    with any_store.read() as connection:
        left = {row.entry for row in connection.execute(sa.select(t.cluster_key.c.entry))}
        assert left == set(features.load(connection, range(1, 7))) == {5, 6}
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.story)) == len(weeks)
    assert not upkeep.housekeep(any_store, Settings(), NOW).changed
