"""Leases of hosts, the fence before each write, and how sources stand after polls; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.limits import HOST_LEASE, POLL_INTERVAL, SOURCES_A_CLAIM
from monitor.model import Outcome, Source
from monitor.store import listing_wanted, polls
from monitor.store import sources as store_sources
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.listing import EVERYTHING
from monitor.store.polls import Claim
from tests.paths import NOW, ended, in_force, rows, source_id

TWO = (Source("A", "https://one.example/a"), Source("B", "https://one.example/b"), Source("C", "https://two.example/c"))


def claim(store: Store, now: datetime = NOW, **how: object) -> list[Claim]:
    with store.write() as connection:
        return polls.claim_hosts(connection, now, limit=10, **how)  # type: ignore[arg-type]


def names(claims: list[Claim]) -> list[list[str]]:
    return [[source.name for source in one.sources] for one in claims]


def test_due_hosts_are_leased_with_their_sources_and_only_once(any_store: Store) -> None:
    in_force(any_store, sources=TWO)
    first = claim(any_store)
    assert names(first) == [["A", "B"], ["C"]]
    assert claim(any_store) == []


def test_a_dead_owner_loses_the_host_but_nothing_is_polled_early(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    claim(any_store)
    assert claim(any_store, NOW + HOST_LEASE) == []  # the lease is over, yet its pause holds
    assert names(claim(any_store, NOW + POLL_INTERVAL)) == [["A"]]


def test_late_writes_of_a_former_owner_are_fenced_off(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    (old,) = claim(any_store)
    (new,) = claim(any_store, NOW + POLL_INTERVAL)
    with any_store.write() as connection:
        assert not polls.holds(connection, old.host, old.token)
        assert not polls.renew(connection, old, NOW)
        polls.release(connection, old)
        assert polls.holds(connection, new.host, new.token)
        assert polls.renew(connection, new, NOW + POLL_INTERVAL)
        polls.release(connection, new)
        assert not polls.holds(connection, new.host, new.token)


def test_sources_that_were_not_asked_stay_due(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    (one,) = claim(any_store)
    with any_store.write() as connection:
        polls.put_back(connection, one.sources)
        polls.release(connection, one)
    assert names(claim(any_store)) == [["A"]]


def test_all_ignores_next_poll_times_but_not_what_a_publisher_asked_for(any_store: Store) -> None:
    in_force(any_store, sources=TWO)
    claims = claim(any_store)
    a, b, c = (source_id(any_store, name) for name in "ABC")
    with any_store.write() as connection:
        polls.write_polls(
            connection,
            [ended(a), ended(b, not_before=NOW + timedelta(hours=1)), ended(c)],
        )
        for one in claims:
            polls.release(connection, one)
    assert claim(any_store) == []
    assert names(claim(any_store, every_source=True, except_sources=[c])) == [["A"]]
    assert names(claim(any_store, every_source=True, only=[c])) == [["C"]]


def test_a_poll_leaves_its_validators_and_counts(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    a = source_id(any_store, "A")
    with any_store.write() as connection:
        polls.write_polls(connection, [ended(a)])
        failed = ended(
            a, NOW + timedelta(minutes=20), outcome=Outcome.ERROR, failures=1, failing_since=NOW, state="failing",
            baseline_at=NOW, last_ok_at=NOW, error="timeout: no answer",
        )  # fmt: skip
        polls.write_polls(connection, [failed])
        state = polls.source_state(connection, a)
        assert store_sources.any_read_since(connection, NOW)
        assert not store_sources.any_read_since(connection, NOW + timedelta(minutes=1))
        assert store_sources.next_poll_at(connection) == NOW + timedelta(minutes=35)
    assert (state.etag, state.body_hash, state.baseline_at, state.last_ok_at) == ('"x"', "h", NOW, NOW)
    assert (state.state, state.failures) == ("failing", 1)
    assert rows(any_store, "SELECT polls, ok FROM source_hour") == [(2, 1)]
    assert rows(any_store, "SELECT outcome, error FROM poll ORDER BY id") == [
        ("new", None),
        ("error", "timeout: no answer"),
    ]
    with any_store.write() as connection:
        polls.write_polls(connection, [])


def test_many_sources_of_a_host_are_polled_in_turns(any_store: Store) -> None:
    many = tuple(Source(f"S{n:02}", f"https://one.example/{n}") for n in range(SOURCES_A_CLAIM + 3))
    in_force(any_store, sources=many)
    (first,) = claim(any_store)
    assert len(first.sources) == SOURCES_A_CLAIM
    with any_store.write() as connection:
        polls.release(connection, first)
    (second,) = claim(any_store)
    assert len(second.sources) == 3


def test_a_removed_source_is_retired_and_comes_back_with_its_history(any_store: Store) -> None:
    in_force(any_store, sources=TWO)
    a = source_id(any_store, "A")
    with any_store.write() as connection:
        polls.write_polls(connection, [ended(a)])
    in_force(any_store, sources=TWO[1:])
    assert rows(any_store, "SELECT state FROM source WHERE name = 'A'") == [("retired",)]
    assert all("A" not in one for one in names(claim(any_store, every_source=True)))
    in_force(any_store, sources=(Source("A again", TWO[0].url, every=timedelta(minutes=5)),))
    with any_store.read() as connection:
        state = polls.source_state(connection, a)
    assert (state.name, state.state, state.baseline_at) == ("A again", "ok", NOW)
    assert state.next_poll_at == NOW + timedelta(minutes=5)  # a shorter interval counts from the last poll


def test_a_moved_source_keeps_its_history(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    a = source_id(any_store, "A")
    with any_store.write() as connection:
        polls.write_polls(connection, [ended(a)])
    in_force(any_store, sources=(Source("A", "https://new.example/a", was="https://one.example/a"),))
    with any_store.read() as connection:
        state = polls.source_state(connection, a)
    assert (state.address, state.host, state.baseline_at) == ("https://new.example/a", "new.example:443", NOW)
    assert rows(any_store, "SELECT count(*) FROM source") == [(1,)]


def test_a_paused_source_is_not_asked(any_store: Store) -> None:
    in_force(any_store, sources=(replace(TWO[0], paused=True), TWO[2]))
    assert names(claim(any_store, every_source=True)) == [["C"]]


def test_a_gap_reaches_from_the_last_good_poll(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    a = source_id(any_store, "A")
    later = NOW + timedelta(hours=5)
    with any_store.write() as connection:
        polls.write_polls(connection, [ended(a)])
        polls.note_gap(connection, a, later)
    with any_store.read() as connection:
        found = connection.execute(sa.select(t.gap)).one()
    assert (found.from_at, found.to_at) == (NOW, later)


def test_sources_are_found_by_name_and_by_address(any_store: Store) -> None:
    in_force(any_store, sources=TWO)
    with any_store.read() as connection:
        assert store_sources.ids_of(connection, "A") == store_sources.ids_of(connection, "https://one.example/a")
        assert store_sources.ids_of(connection, "nobody") == []


def test_a_replayed_source_is_made_once(any_store: Store) -> None:
    with any_store.write() as connection:
        first = store_sources.recorded_source(connection, "wire", "Wire", NOW)
        assert store_sources.recorded_source(connection, "wire", "Wire", NOW) == first
        other = store_sources.recorded_source(connection, "desk", "Desk", NOW)
        assert other != first


def test_a_poll_remembers_how_much_its_document_held(any_store: Store) -> None:
    in_force(any_store, sources=TWO[:1])
    a = source_id(any_store, "A")
    with any_store.write() as connection:
        polls.write_polls(connection, [ended(a, window=40)])
        assert polls.source_state(connection, a).window == 40


def test_sources_held_back_are_named_with_their_time(any_store: Store) -> None:
    in_force(any_store, sources=TWO)
    a, b = source_id(any_store, "A"), source_id(any_store, "B")
    later = NOW + timedelta(hours=1)
    with any_store.write() as connection:
        polls.write_polls(connection, [ended(a), ended(b, not_before=later)])
        assert store_sources.held_back(connection, NOW) == [(b, "B", later)]
        assert store_sources.held_back(connection, later) == []


def test_an_address_with_a_secret_is_shown_without_it(any_store: Store) -> None:
    secret = Source("A", "https://one.example/s3cret/a", shown="https://one.example/${KEY}/a")
    in_force(any_store, sources=(secret,))
    (one,) = claim(any_store)
    assert (one.sources[0].shown, one.sources[0].address) == (secret.shown, secret.url)
    with any_store.read() as connection:
        (row,) = listing_wanted.sources(connection, EVERYTHING)
    assert "s3cret" not in row.url + row.address
