"""The lists, the overview and the retention, on both databases."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.limits import FLOOD_CAP
from monitor.model import Channel, HealthChange, Outcome, Settings, Source
from monitor.pipeline.record import tell_owner
from monitor.store import (
    coverage,
    evidence,
    life,
    listing,
    listing_alerts,
    listing_stories,
    listing_wanted,
    outbox,
    polls,
    sightings,
    upkeep,
)  # fmt: skip
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.listing import Filter
from monitor.store.overview import ALIVE_WITHIN, overview
from monitor.store.polls import SourceUpdate
from monitor.store.upkeep import housekeep
from tests.paths import JACK, NOW, QWEN, SOURCES, ended, in_force, rows, said, source_id, tell, topic

HOUR = timedelta(hours=1)
CHANNELS = (Channel("console"), Channel("pr", "apprise", off="set PR_URL"))
FAR = topic("Far", "Hangzhou", channels=("pr",))


def fill(store: Store) -> None:
    """Two stories of three entries, one entry that matches nothing, over four hours."""
    force = in_force(store, JACK, QWEN, FAR, channels=CHANNELS)
    tell(store, force, "Courier", said("Jack Ma returns to the old Hangzhou campus", "https://courier.example/jack"))
    tell(
        store, force, "Herald", said("Jack Ma returns to the old Hangzhou campus", "https://herald.example/jack"),
        now=NOW + HOUR,
    )  # fmt: skip
    tell(store, force, "Herald", said("Rain in Bordeaux", "https://herald.example/rain"), now=NOW + 2 * HOUR)
    tell(store, force, "Herald", said("Qwen3 is open", "https://herald.example/qwen"), now=NOW + 3 * HOUR)


def titles(store: Store, wanted: Filter) -> list[str]:
    with store.read() as connection:
        return [row.title.split()[0] + f" {row.source[0]}" for row in listing.entries(connection, wanted)]


ENTRY_FILTERS = [
    ("everything, the newest first", Filter(limit=0), ["Qwen3 H", "Rain H", "Jack H", "Jack C"]),
    ("at most two", Filter(limit=2), ["Qwen3 H", "Rain H"]),
    ("by topic", Filter(topic="Jack Ma"), ["Jack H", "Jack C"]),
    ("by a topic's id", Filter(topic="t2"), ["Qwen3 H"]),
    ("by source", Filter(source="Courier"), ["Jack C"]),
    ("by a source's id", Filter(source="p2", topic="Jack Ma"), ["Jack H"]),
    ("from a moment on", Filter(since=NOW + 2 * HOUR), ["Qwen3 H", "Rain H"]),
    ("before a moment", Filter(until=NOW + HOUR), ["Jack C"]),
    ("a name that nothing has", Filter(topic="Nobody"), []),
    ("an id that nothing has", Filter(source="p99999999999999999999"), []),
]


@pytest.mark.parametrize(("what", "wanted", "expected"), ENTRY_FILTERS, ids=[f[0] for f in ENTRY_FILTERS])
def test_entries_are_filtered(any_store: Store, what: str, wanted: Filter, expected: list[str]) -> None:
    fill(any_store)
    assert titles(any_store, wanted) == expected


def test_an_entry_tells_what_it_concerns_as_it_stands(any_store: Store) -> None:
    fill(any_store)
    force = in_force(any_store, JACK, QWEN, FAR, channels=CHANNELS)
    with any_store.read() as connection:
        before = listing.entries_by_id(connection, [4, 77, 1])
    assert [(row.id, row.topics, row.story) for row in before] == [(4, ("Qwen3",), 2), (1, ("Jack Ma", "Far"), 1)]
    revised = said("Jack Ma stays away", "https://courier.example/jack")
    tell(any_store, force, "Courier", revised, now=NOW + 4 * HOUR)
    with any_store.read() as connection:
        (after,) = listing.entries_by_id(connection, [1])
    assert (after.title, after.topics, after.revision) == ("Jack Ma stays away", ("Jack Ma",), 1)


NEAR_FILTERS = [
    (Filter(limit=0), [("Lyon", ["Jack Ma", "Far"]), ("rain", ["Far"])]),
    (Filter(topic="Jack Ma"), [("Lyon", ["Jack Ma"])]),
    (Filter(topic="t3", source="Courier"), [("rain", ["Far"])]),
    (Filter(limit=1), [("Lyon", ["Jack Ma", "Far"])]),
    (Filter(since=NOW + HOUR), [("Lyon", ["Jack Ma", "Far"])]),
    (Filter(until=NOW + HOUR), [("rain", ["Far"])]),
    (Filter(topic="Qwen3"), []),
]


@pytest.mark.parametrize(("wanted", "expected"), NEAR_FILTERS)
def test_near_misses_are_listed(any_store: Store, wanted: Filter, expected: list[tuple[str, list[str]]]) -> None:
    """What matches after all is no near miss, and neither is what missed a topic that was removed."""
    gone = topic("Gone", "Hangzhou", none=("rain",))
    narrow = (topic("Jack Ma", none=("Lyon",)), QWEN, topic("Far", "Hangzhou", none=("rain", "Lyon")))
    force = in_force(any_store, *narrow, gone)
    tell(any_store, force, "Courier", said("rain in Hangzhou", "https://courier.example/rain"))
    tell(any_store, force, "Courier", said("Jack Ma in Lyon", "https://courier.example/jack"), now=NOW + HOUR)
    herald = said("Lyon, Hangzhou: Jack Ma", "https://herald.example/lyon")
    tell(any_store, force, "Herald", herald, now=NOW + 2 * HOUR)
    after = said("Jack Ma at home", "https://courier.example/jack")
    tell(any_store, force, "Courier", after, now=NOW + 3 * HOUR)
    in_force(any_store, *narrow)
    with any_store.read() as connection:
        found = evidence.near_entries(connection, wanted)
    assert [(row.entry.title.split()[0].strip(","), [miss.topic for miss in row.misses]) for row in found] == expected


def test_stories_count_outlets_and_entries(any_store: Store) -> None:
    fill(any_store)
    with any_store.read() as connection:
        qwen, jack = listing_stories.stories(connection)
        by_topic = listing_stories.stories(connection, Filter(topic="Far"))
        by_source = listing_stories.stories(connection, Filter(source="Courier"))
        late = listing_stories.stories(connection, Filter(since=NOW + HOUR, limit=1))
    assert (qwen.title, qwen.outlets, qwen.entries, qwen.topics) == ("Qwen3 is open", ("Herald",), 1, ("Qwen3",))
    assert (jack.outlets, jack.entries, jack.topics) == (("Courier", "Herald"), 2, ("Jack Ma", "Far"))
    assert (jack.url, jack.first_entry) == ("https://courier.example/jack", 1)
    assert (jack.first_seen, jack.last_seen) == (NOW, NOW + HOUR)
    assert by_topic == by_source == [jack]
    assert late == [qwen]


WANTED_FILTERS = [
    ("topics", Filter(source="Courier"), ["Jack Ma", "Far"]),
    ("topics", Filter(source="Courier", limit=1), ["Jack Ma"]),
    ("topics", Filter(since=NOW + 2 * HOUR), ["Qwen3"]),
    ("topics", Filter(since=NOW + HOUR, until=NOW + 2 * HOUR), ["Jack Ma", "Far"]),
    ("topics", Filter(since=NOW + 9 * HOUR), []),
    ("sources", Filter(topic="Jack Ma"), ["Courier", "Herald"]),
    ("sources", Filter(topic="Qwen3"), ["Far Post", "Herald"]),
    ("sources", Filter(topic="t2", limit=1), ["Far Post"]),
    ("sources", Filter(topic="Jack Ma", source="Herald"), ["Herald"]),
    ("sources", Filter(since=NOW), ["Far Post"]),
    ("sources", Filter(until=NOW), ["Courier"]),
    ("channels", Filter(topic="Far"), ["pr"]),
    ("channels", Filter(topic="t1"), ["console"]),
    ("channels", Filter(source="Courier", since=NOW + 9 * HOUR), ["console", "pr"]),
]


@pytest.mark.parametrize(("noun", "wanted", "expected"), WANTED_FILTERS)
def test_what_is_wanted_is_filtered(any_store: Store, noun: str, wanted: Filter, expected: list[str]) -> None:
    fill(any_store)
    # the Courier is for one topic, the Herald has matched others before it was for one, the Far Post is for one only
    readers = (
        replace(SOURCES[0], topics=("Jack Ma",)),
        replace(SOURCES[1], topics=("Far",)),
        Source("Far Post", "https://far.example/feed", topics=("Qwen3",)),
    )
    in_force(any_store, JACK, QWEN, FAR, sources=readers, channels=CHANNELS)
    with any_store.write() as connection:
        for name, at in (("Far Post", NOW), ("Courier", NOW - HOUR)):
            connection.execute(sa.update(t.source).where(t.source.c.name == name).values(last_poll_at=at))
    with any_store.read() as connection:
        assert [row.name for row in getattr(listing_wanted, noun)(connection, wanted)] == expected


def test_a_topic_reads_the_sources_that_are_for_all(any_store: Store) -> None:
    in_force(any_store, JACK, QWEN, channels=CHANNELS)
    with any_store.read() as connection:
        assert len(listing_wanted.sources(connection, Filter(topic="Qwen3"))) == 2
    in_force(any_store, JACK, channels=CHANNELS)
    with any_store.read() as connection:
        assert listing_wanted.sources(connection, Filter(topic="Qwen3")) == []  # retired: it reads nothing


def test_matches_of_every_revision_are_kept_apart(any_store: Store) -> None:
    fill(any_store)
    force = in_force(any_store, JACK, QWEN, FAR, channels=CHANNELS)
    revised = said("Today Jack Ma stays away", "https://courier.example/jack")
    tell(any_store, force, "Courier", revised, now=NOW + 4 * HOUR)
    with any_store.read() as connection:
        found = evidence.matches_by_revision(connection, [1])
        now = evidence.matches_of(connection, [1])
    assert {key: [match.topic for match in matches] for key, matches in found.items()} == {
        (1, 0): ["Jack Ma", "Far"],
        (1, 1): ["Jack Ma"],
    }
    assert now == found[1, 1]


def test_a_merged_story_is_part_of_the_other(any_store: Store) -> None:
    fill(any_store)
    with any_store.write() as connection:
        connection.execute(sa.update(t.story).where(t.story.c.id == 2).values(merged_into=1))
    with any_store.read() as connection:
        (story,) = listing_stories.stories(connection)
        assert listing_stories.stories_by_id(connection, [2, 1, 99]) == [story]
        assert listing_stories.stories(connection, Filter(topic="Qwen3")) == [story]
        assert listing_stories.members(connection, 1) == [1, 2, 4]
        assert [e.story for e in listing.entries_by_id(connection, [4])] == [1]
        assert evidence.stories_of_entries(connection, [4])[4].first_entry == 1
        counted = {row.name: row.stories for row in listing_wanted.topics(connection)}
    assert (story.entries, story.topics) == (3, ("Jack Ma", "Qwen3", "Far"))
    assert counted == {"Jack Ma": 1, "Qwen3": 1, "Far": 1}


def test_topics_count_what_they_matched(any_store: Store) -> None:
    fill(any_store)
    force = in_force(any_store, JACK, topic("Runs", "Bordeaux", none=("wine",), channels=()), FAR, channels=CHANNELS)
    tell(any_store, force, "Courier", said("Wine from Bordeaux", "https://courier.example/wine"), now=NOW + 5 * HOUR)
    with any_store.read() as connection:
        found = {row.name: row for row in listing_wanted.topics(connection)}
        (one,) = listing_wanted.topics(connection, Filter(topic="Far"))
    assert list(found) == ["Jack Ma", "Far", "Runs"]  # what was retired is not listed
    jack, runs = found["Jack Ma"], found["Runs"]
    assert (jack.entries, jack.stories, jack.near_misses, jack.version) == (2, 1, 0, 1)
    assert (jack.channels, jack.last_match) == (("console",), NOW + HOUR)
    assert (runs.entries, runs.near_misses, runs.last_match, runs.channels) == (0, 1, None, ())
    assert one == found["Far"]


def test_sources_tell_how_they_stand(any_store: Store) -> None:
    paused = Source("Paused", "https://paused.example/feed", paused=True, every=HOUR)
    in_force(any_store, JACK, sources=(*SOURCES, paused))
    with any_store.write() as connection:
        polls.write_polls(connection, [failure(source_id(any_store, "Herald"))])
    in_force(any_store, JACK, sources=(SOURCES[1], paused))
    with any_store.read() as connection:
        found = {row.name: row for row in listing_wanted.sources(connection)}
        (one,) = listing_wanted.sources(connection, Filter(source="Herald", limit=3))
    assert list(found) == ["Herald", "Paused"]
    assert (one.state, one.reason, one.failures, one.last_outcome) == ("broken", "It answers 404.", 3, "error")
    assert (one.failing_since, one.last_poll_at, one.last_ok_at) == (NOW, NOW, None)
    assert (found["Paused"].state, found["Paused"].next_poll_at, found["Paused"].every) == ("paused", None, HOUR)


def failure(source: int) -> SourceUpdate:
    return ended(
        source, outcome=Outcome.ERROR, state="broken", reason="It answers 404.", failures=3, failing_since=NOW,
        next_poll_at=NOW + HOUR, etag=None, body_hash=None, baseline_at=None, last_ok_at=None,
        error="http_404: It answers 404.",
    )  # fmt: skip


def success(source: int, at: datetime) -> SourceUpdate:
    return ended(source, at, next_poll_at=NOW + HOUR)


def break_source(store: Store, name: str) -> None:
    """The owner hears that a source is broken."""
    force = in_force(store, JACK, QWEN, FAR, channels=CHANNELS)
    change = HealthChange("source", f"p{source_id(store, name)}", "broken", f"{name}: 404.\nLook at it.", "1")
    with store.write() as connection:
        tell_owner(connection, force, change, NOW + 6 * HOUR)


def test_alerts_are_filtered(any_store: Store) -> None:
    fill(any_store)
    break_source(any_store, "Herald")
    with any_store.read() as connection:
        every = listing_alerts.alerts(connection)
        about = listing_alerts.alerts(connection, Filter(topic="Jack Ma"))
        herald = listing_alerts.alerts(connection, Filter(source="Herald"))
        early = listing_alerts.alerts(connection, Filter(until=NOW + HOUR, limit=5))
        some = listing_alerts.alerts_by_id(connection, every[0].id[:8])
        subject = listing_alerts.alerts_of_subjects(connection, ["s1"])
    assert [(a.subject, a.rule, a.decision, a.entry) for a in every] == [
        ("p2", "health", "send", None),
        ("s2", "new_story", "send", 4),
        ("s1", "new_story", "folded", 2),
        ("s1", "new_story", "send", 1),
    ]
    assert [a.title for a in every[:2]] == ["Herald: 404.\nLook at it.", "Qwen3 is open"]
    assert [a.topics for a in every] == [(), ("Qwen3",), ("Jack Ma",), ("Jack Ma",)]
    assert about == every[2:]
    assert herald == every[:3]
    assert early == every[3:]
    assert some == every[:1]
    assert subject == [every[3], every[2]]


def test_deliveries_and_channels_tell_what_waits(any_store: Store) -> None:
    fill(any_store)
    break_source(any_store, "Herald")
    with any_store.write() as connection:
        connection.execute(sa.update(t.delivery).where(t.delivery.c.id == 1).values(state="dead", error="no_service"))
        (claimed,) = outbox.claim_deliveries(connection, NOW + 6 * HOUR, channels=("console",))
        outbox.mark_sent(connection, claimed, NOW + 6 * HOUR, gap=False)
    with any_store.read() as connection:
        every = listing_alerts.deliveries(connection)
        about = listing_alerts.deliveries(connection, Filter(topic="Qwen3"))
        herald = listing_alerts.deliveries(connection, Filter(source="Herald", since=NOW))
        carrying = listing_alerts.deliveries_of_alerts(connection, [*every[1].alerts, *every[2].alerts])
        console, pr = listing_wanted.channels(connection)
    assert [(d.id, d.state, d.kind) for d in every] == [
        (3, "pending", "health"), (2, "sent", "new_story"), (1, "dead", "new_story"),
    ]  # fmt: skip
    assert (every[1].attempts, every[1].sent_at, every[2].error) == (1, NOW + 6 * HOUR, "no_service")
    assert about == every[1:2]
    assert herald == every[:2]
    assert carrying == [every[2], every[1]]
    assert (console.state, console.waiting, console.dead) == ("ok", 1, 1)
    assert (pr.state, pr.error, pr.waiting, pr.dead) == ("off", "set PR_URL", 0, 0)


def test_names_are_known_by_name_and_id(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        assert [listing_wanted.known(connection, "topic", text) for text in ("Far", "t3", "t4", "far")] == [
            True, True, False, False,
        ]  # fmt: skip
        assert listing_wanted.known(connection, "source", "p1")
        assert listing_wanted.names(connection, "source") == ["Courier", "Herald"]


def test_a_source_is_found_by_what_it_published(any_store: Store) -> None:
    fill(any_store)
    courier = source_id(any_store, "Courier")
    with any_store.read() as connection:
        assert sightings.publishers_of(connection, "https://courier.example/") == {courier}
        assert sightings.publishers_of(connection, "https://courier.exampl/") == set()
        places = sightings.entries_at(connection, ["http://x"], ["https://herald.example/qwen"])
        assert [place.entry for place in places] == [4]
        assert sightings.entries_titled(connection, ["QWEN3", "open"], limit=5) == [4]
        assert sightings.polls_of(connection, [1, 2]).count == 0


def statements(store: Store, work: Callable[[sa.Connection], object]) -> int:
    with store.read() as connection:
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(connection, "before_cursor_execute", counted)
        work(connection)
        return count


@pytest.mark.parametrize(
    "read",
    [listing.entries, listing_stories.stories, coverage.events, listing_alerts.alerts, listing_alerts.deliveries],
)
def test_a_long_list_costs_no_more_statements_than_a_short_one(
    store: Store, read: Callable[[sa.Connection], list[object]]
) -> None:
    force = in_force(store, JACK)
    places = ("Lyon", "Oslo", "Rome", "Kyiv", "Bern", "Riga", "Bonn", "Cork", "Nice", "Pisa")
    tell(store, force, "Courier", said("Jack Ma opens a school in Paris", "https://a.example/0"))
    short = statements(store, read)
    many = [said(f"Jack Ma opens a school in {p} {n}", f"https://a.example/{p}{n}") for p in places for n in range(50)]
    for start in range(0, len(many), FLOOD_CAP):  # as documents of their own: more alerts of one would be one list
        tell(store, force, "Courier", *many[start : start + FLOOD_CAP])
    with store.read() as connection:
        assert len(read(connection)) == 501
    assert statements(store, read) <= short + 4  # groups come in chunks of 400


def test_the_overview_is_one_look(any_store: Store) -> None:
    empty = overview(any_store)
    assert (empty.sources, empty.config_number, empty.life, empty.last_poll_at) == ((), None, None, None)
    fill(any_store)
    with any_store.write() as connection:
        herald, courier = source_id(any_store, "Herald"), source_id(any_store, "Courier")
        polls.write_polls(connection, [failure(herald), success(courier, NOW + HOUR)])
        life.begin(connection, pid=os.getpid(), now=NOW)
        life.alive(connection, NOW + HOUR, web="http://127.0.0.1:8321/")
    found = overview(any_store)
    assert [s.name for s in found.read] == ["Courier"]
    assert [s.name for s in found.failed] == ["Herald"]
    assert (found.topics, found.entries, found.stories) == (3, 4, 2)
    assert (found.last_poll_at, found.next_poll_at) == (NOW + HOUR, NOW + HOUR)
    assert (found.waiting, found.dead, found.oldest_waiting, found.last_sent_at) == (2, 0, NOW, None)
    assert (found.config_number, found.config_at) == (1, NOW)
    assert [c.name for c in found.channels] == ["console", "pr"]
    assert found.size > 10_000
    assert found.life is not None
    assert (found.life.pid, found.life.web) == (os.getpid(), "http://127.0.0.1:8321/")
    assert found.life.running(NOW + HOUR + ALIVE_WITHIN)
    killed = replace(found.life, pid=_ended())
    assert not killed.running(NOW + HOUR)
    assert not found.life.running(NOW + HOUR + ALIVE_WITHIN * 2)
    with any_store.write() as connection:
        life.end(connection, NOW + HOUR)
    ended = overview(any_store).life
    assert ended is not None
    assert not ended.running(NOW + HOUR)


# --- retention --------------------------------------------------------------------------------------

OLD = NOW - timedelta(days=120)
KEEP = Settings(keep_unmatched=timedelta(days=90), keep_polls=timedelta(days=14))


def fill_old(store: Store, text: str = "a text") -> None:
    """Three unmatched entries and a matched one of long ago, and an unmatched one of today."""
    force = in_force(store, JACK)
    tell(store, force, "Courier", *(said(f"Rain {n}", f"https://a.example/{n}", text=text) for n in range(2)), now=OLD)
    tell(store, force, "Courier", said("Only a headline", "https://a.example/h"), now=OLD)
    tell(store, force, "Courier", said("Jack Ma", "https://a.example/j", text=text), now=OLD)
    tell(store, force, "Courier", said("Wind today", "https://a.example/w", text=text))


STATES = "SELECT text_state FROM entry ORDER BY id"


def test_texts_of_unmatched_entries_age_out_and_nothing_else(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "PRUNE_CHUNK", 2)  # three rows: one chunk is not enough
    fill_old(any_store)
    keys = rows(any_store, "SELECT count(*) FROM seen")
    done = housekeep(any_store, KEEP, NOW)
    assert (done.aged, done.over_size, done.polls, done.too_large, done.changed) == (3, 0, 0, False, True)
    assert rows(any_store, STATES) == [("aged",), ("aged",), ("title",), ("text",), ("text",)]
    assert rows(any_store, "SELECT entry FROM text_recent") == [(5,)]
    assert rows(any_store, "SELECT entry FROM text_kept") == [(4,)]
    assert rows(any_store, "SELECT count(*) FROM seen") == keys
    assert not housekeep(any_store, KEEP, NOW).changed


def test_a_period_goes_as_a_whole(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", said("Rain", "https://a.example/1", text="a text"), now=NOW)  # a Tuesday
    kept = replace(KEEP, keep_unmatched=timedelta(days=7))
    assert housekeep(store, kept, NOW + timedelta(days=12)).aged == 0  # Sunday of the week after
    assert housekeep(store, kept, NOW + timedelta(days=13)).aged == 1  # Monday: its whole week is older than 7 days


def test_old_polls_go(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "PRUNE_CHUNK", 2)
    in_force(any_store, JACK)
    source = source_id(any_store, "Courier")
    with any_store.write() as connection:
        for days in (20, 19, 18, 14, 1):
            polls.write_polls(connection, [success(source, NOW - timedelta(days=days))])
    assert housekeep(any_store, KEEP, NOW).polls == 3
    assert rows(any_store, "SELECT count(*) FROM poll") == [(2,)]


def test_forever_means_forever(store: Store) -> None:
    fill_old(store)
    with store.write() as connection:
        polls.write_polls(connection, [success(source_id(store, "Courier"), OLD)])
    forever = replace(KEEP, keep_unmatched=None, keep_polls=None)
    done = housekeep(store, forever, NOW)
    # what copies are found by goes after weeks, whatever is kept: it can be made again
    assert not replace(done, keys=0).changed


def test_over_max_size_the_oldest_texts_go_first(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "PRUNE_CHUNK", 1)
    force = in_force(any_store, JACK)
    for day in range(6):
        # hashes: what compresses to nothing would free nothing
        text = " ".join(f"{hash((day, n)) & 0xFFFFFFFF:08x}" for n in range(6000))
        what = said(f"Rain on day {day}", f"https://a.example/{day}", text=text)
        tell(any_store, force, "Courier", what, now=NOW + timedelta(days=day))
    whole = upkeep.used_bytes(any_store)
    forever = replace(KEEP, keep_unmatched=None, max_size=whole - 60_000)
    done = housekeep(any_store, forever, NOW)
    assert done.over_size == 2
    assert not done.too_large
    assert done.used <= whole - 60_000
    assert rows(any_store, STATES) == [("aged",)] * 2 + [("text",)] * 4
    assert not housekeep(any_store, forever, NOW).changed
    rest = housekeep(any_store, replace(forever, max_size=1), NOW)
    assert (rest.over_size, rest.too_large) == (4, True)


def test_housekeeping_needs_no_rows(any_store: Store) -> None:
    assert not housekeep(any_store, KEEP, NOW).changed


def _ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid
