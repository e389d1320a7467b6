"""Messages wait until a service has taken them: claims, tries, giving up; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.limits import BROKEN_AFTER, DELIVERY_LEASE, DELIVERY_LIFE, SEND_GAP
from monitor.model import Channel
from monitor.store import outbox
from monitor.store.database import Store
from monitor.store.outbox import Failed, Waiting
from tests.paths import NOW, in_force, rows, said, tell, topic

CHANNELS = (Channel("console"), Channel("pr", "apprise"), Channel("mail", "email"))
BOTH = topic("Jack Ma", channels=("pr", "mail"))


def fill(store: Store, count: int) -> None:
    """So many stories, each told on both channels."""
    force = in_force(store, BOTH, channels=CHANNELS)
    subjects = ("visits Hangzhou campus", "buys seventeen paintings", "praises rural teachers", "opens wine museum")
    tell(store, force, "Courier", *(said(f"Jack Ma {what}", f"https://a.example/{what}") for what in subjects[:count]))


def claim(store: Store, now: datetime = NOW, *channels: str, tried: tuple[int, ...] = ()) -> list[Waiting]:
    with store.write() as connection:
        return outbox.claim_deliveries(connection, now, channels=channels or ("pr", "mail"), tried=tried)


def fail(
    store: Store, waiting: Waiting, now: datetime = NOW, *, final: bool = False, after: timedelta = timedelta(minutes=1)
) -> Failed:
    with store.write() as connection:
        return outbox.mark_failed(
            connection,
            waiting,
            "no_service",
            final=final,
            uncertain=False,
            next_try_at=now + after,
            now=now,
        )


def test_each_channel_sends_its_oldest_first_and_one_at_a_time(any_store: Store) -> None:
    fill(any_store, 2)
    first = claim(any_store)
    assert [(w.channel, w.attempts, w.uncertain) for w in first] == [("pr", 1, False), ("mail", 1, False)]
    assert claim(any_store) == []
    with any_store.write() as connection:
        for waiting in first:
            assert outbox.mark_sent(connection, waiting, NOW) is None
    assert claim(any_store) == []  # the pause that the service wants
    second = claim(any_store, NOW + SEND_GAP)
    assert len(second) == 2
    assert {w.id for w in second}.isdisjoint({w.id for w in first})


def test_a_slow_or_broken_channel_never_delays_another(any_store: Store) -> None:
    fill(any_store, 2)
    pr, mail = claim(any_store)
    fail(any_store, pr)
    with any_store.write() as connection:
        outbox.mark_sent(connection, mail, NOW)
    assert [w.channel for w in claim(any_store, NOW + SEND_GAP, "mail")] == ["mail"]


def test_a_message_left_sending_by_a_dead_process_is_sent_again_marked_uncertain(any_store: Store) -> None:
    fill(any_store, 1)
    claim(any_store)
    assert claim(any_store, NOW + DELIVERY_LEASE / 2) == []
    again = claim(any_store, NOW + DELIVERY_LEASE)
    assert [(w.attempts, w.uncertain) for w in again] == [(2, True), (2, True)]


def test_at_the_start_of_the_writer_such_messages_are_due_at_once(any_store: Store) -> None:
    fill(any_store, 1)
    claim(any_store)
    with any_store.write() as connection:
        assert outbox.release_stale(connection) == 2
    assert all(w.uncertain for w in claim(any_store))


def test_what_was_rendered_once_is_sent_again_as_it_stands(any_store: Store) -> None:
    fill(any_store, 1)
    (waiting,) = claim(any_store, NOW, "pr")
    assert waiting.rendered is None
    with any_store.write() as connection:
        outbox.store_rendered(connection, waiting.id, {"title": "a", "body": "b"})
    fail(any_store, waiting)
    (again,) = claim(any_store, NOW + timedelta(minutes=1), "pr")
    assert again.rendered == {"title": "a", "body": "b"}
    assert again.alerts == waiting.alerts


def test_a_failing_channel_is_broken_after_three_tries_and_told_once(any_store: Store) -> None:
    fill(any_store, 1)
    now = NOW
    told = []
    for _ in range(BROKEN_AFTER + 2):
        (waiting,) = claim(any_store, now, "pr")
        told.append(fail(any_store, waiting, now).broken_since is not None)
        now += timedelta(minutes=1)
    assert told == [False] * (BROKEN_AFTER - 1) + [True] + [False] * 2
    assert rows(any_store, "SELECT state, failures, error FROM channel WHERE name = 'pr'") == [
        ("broken", BROKEN_AFTER + 2, "no_service")
    ]
    (waiting,) = claim(any_store, now, "pr")
    with any_store.write() as connection:
        assert outbox.mark_sent(connection, waiting, now) == NOW.isoformat()
    assert rows(any_store, "SELECT state, failures FROM channel WHERE name = 'pr'") == [("ok", 0)]


def test_two_failures_over_a_quarter_of_an_hour_are_enough(any_store: Store) -> None:
    fill(any_store, 1)
    (waiting,) = claim(any_store, NOW, "pr")
    assert fail(any_store, waiting).broken_since is None
    later = NOW + timedelta(minutes=15)
    (waiting,) = claim(any_store, later, "pr")
    assert fail(any_store, waiting, later).broken_since is not None


def test_a_message_is_given_up_after_its_life_or_at_once_when_nothing_can_help(any_store: Store) -> None:
    fill(any_store, 2)
    (first,) = claim(any_store, NOW, "pr")
    assert fail(any_store, first, final=True).dead
    late = NOW + DELIVERY_LIFE - timedelta(seconds=30)
    (second,) = claim(any_store, late, "pr")
    failed = fail(any_store, second, late)
    assert (failed.dead, failed.waiting) == (True, 0)
    assert rows(any_store, "SELECT state, error FROM delivery WHERE channel = 'pr' ORDER BY id") == [
        ("dead", "no_service"),
        ("dead", "no_service"),
    ]


def test_one_pass_tries_each_message_once(any_store: Store) -> None:
    fill(any_store, 1)
    (waiting,) = claim(any_store, NOW, "pr")
    fail(any_store, waiting, after=timedelta(0))
    assert claim(any_store, NOW + SEND_GAP, "pr", tried=(waiting.id,)) == []


def test_a_removed_channel_leaves_its_messages_dead_with_that_reason(any_store: Store) -> None:
    fill(any_store, 1)
    force = in_force(any_store, BOTH, channels=CHANNELS[:1])
    assert force.dropped == 2
    assert rows(any_store, "SELECT DISTINCT state, error FROM delivery") == [
        ("dead", "its channel was removed from the watchlist")
    ]
    assert in_force(any_store, BOTH, channels=CHANNELS).dropped == 0
    assert rows(any_store, "SELECT count(*) FROM channel WHERE retired_at IS NULL") == [(3,)]


def test_messages_of_a_removed_topic_still_go_out(any_store: Store) -> None:
    fill(any_store, 1)
    in_force(any_store, channels=CHANNELS)
    assert len(claim(any_store)) == 2


def test_what_waited_too_long_is_given_up_also_for_a_channel_that_was_off(any_store: Store) -> None:
    fill(any_store, 2)
    with any_store.write() as connection:
        assert outbox.expire(connection, NOW + DELIVERY_LIFE) == {}
        given_up = outbox.expire(connection, NOW + DELIVERY_LIFE + timedelta(seconds=1))
        assert {name: len(ids) for name, ids in given_up.items()} == {"mail": 2, "pr": 2}
    assert rows(any_store, "SELECT DISTINCT state FROM delivery") == [("dead",)]
