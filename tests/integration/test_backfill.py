"""A topic that is new or changed finds what is stored, sends nothing, and goes on where a kill has stopped it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from monitor.analysis.normalise import normalise
from monitor.cli.keeping import status_json, status_lines
from monitor.cli.printing import Clockface, Wished
from monitor.limits import BACKFILL_ENTRIES
from monitor.model import Channel, Parsed, Settings, Source, Topic, Watchlist
from monitor.pipeline import backfill
from monitor.pipeline.backfill import Backfilled, Backfiller, Removed, sentences
from monitor.pipeline.force import InForce, put_in_force
from monitor.pipeline.record import record_document
from monitor.pipeline.writer import Writer
from monitor.store import backfill as store_backfill
from monitor.store import listing_wanted, versions
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.listing import Filter
from monitor.store.overview import overview
from tests.clocks import Hand
from tests.paths import NOW, SOURCES, in_force, rows, said, source_id, tell, topic

LATER = NOW + timedelta(hours=6)
OPEN_MATCHES = "SELECT entry, topic, version FROM match WHERE ended_at IS NULL ORDER BY entry, topic"
DECIDED = "SELECT subject, channel, step, decision FROM alert ORDER BY at, id"


async def run(store: Store, force: InForce, now: object = LATER) -> list[Backfilled]:
    """Do all that is pending; the topics done."""
    return [one for one in await run_all(store, force, now) if isinstance(one, Backfilled)]


async def run_all(store: Store, force: InForce, now: object = LATER) -> list[Backfilled | Removed]:
    """Do all that is pending; whatever is to be said."""
    writer = Writer(store)
    writer.start()
    try:
        backfiller = Backfiller(writer, force=lambda: force, clock=Hand(now))  # type: ignore[arg-type]
        done = await backfiller.run()
        await backfiller.told(done)
        return done
    finally:
        await writer.close()


def states(store: Store) -> list[tuple[object, ...]]:
    return rows(store, "SELECT topic, version, state, looked, matched, ended FROM backfill ORDER BY topic, version")


def stock(store: Store, *titles: str, topics: Sequence[Topic] = ()) -> InForce:
    """A store in which these headlines of the Courier stand, an hour apart."""
    force = in_force(store, *topics)
    for nth, title in enumerate(titles):
        tell(store, force, "Courier", said(title, f"https://courier.example/{nth}"), now=NOW + timedelta(minutes=nth))
    return force


async def test_a_new_topic_finds_what_is_stored_and_sends_nothing(any_store: Store) -> None:
    stock(any_store, "Jack Ma visits the Hangzhou campus", "Rain", "Jack Ma opens a school", "Qwen3 is out")
    assert states(any_store) == []
    force = in_force(any_store, topic("Jack Ma", "Jack Ma"), now=LATER)
    assert [row[2] for row in states(any_store)] == ["pending"]
    (done,) = await run(any_store, force)
    assert states(any_store) == [(1, 1, "done", 4, 2, 0)]
    assert [row[:2] for row in rows(any_store, OPEN_MATCHES)] == [(1, 1), (3, 1)]
    assert {row[3] for row in rows(any_store, DECIDED)} == {"backfill"}
    assert {row[2] for row in rows(any_store, DECIDED)} == {"e1.0.t1", "e3.0.t1"}
    assert rows(any_store, "SELECT count(*) FROM delivery") == [(0,)]
    assert sentences([done]) == (
        "Jack Ma: 2 stored entries match (all new); nothing old is sent, it would have been 2 alerts last week: "
        'monitor stories --topic "Jack Ma"\n'
    )
    assert rows(any_store, "SELECT count(*) FROM text_kept") == [(2,)]


async def test_a_store_without_entries_needs_no_second_look(store: Store) -> None:
    force = in_force(store, topic("Jack Ma"))
    assert states(store) == []
    assert await run(store, force) == []


async def test_a_changed_topic_ends_what_it_no_longer_finds(any_store: Store) -> None:
    stock(
        any_store, "Jack Ma in Hangzhou", "Ma Yun opens a school", "Jack Ma and Ma Yun", topics=[topic("Ma", "Jack Ma")]
    )
    force = in_force(any_store, topic("Ma", "Ma Yun"), now=LATER)
    (done,) = await run(any_store, force)
    assert sentences([done]) == (
        "Ma: 2 stored entries match (1 of them new), 1 no longer does; nothing old is sent, "
        "it would have been 1 alert last week: monitor stories --topic Ma\n"
    )
    assert states(any_store) == [(1, 2, "done", 3, 2, 1)]
    assert rows(any_store, OPEN_MATCHES) == [(2, 1, 2), (3, 1, 2)]
    # what was told before is not decided on again
    assert [row[2:] for row in rows(any_store, DECIDED)].count(("e2.0.t1", "backfill")) == 1
    assert not [row for row in rows(any_store, DECIDED) if str(row[2]).startswith("e3.0.t")]
    back = in_force(any_store, topic("Ma", "Jack Ma"), now=LATER + timedelta(hours=1))
    (done,) = await run(any_store, back)
    assert sentences([done]) == (
        "Ma: 2 stored entries match (none new), 1 no longer does; no alert of the last week is missing: "
        "monitor stories --topic Ma\n"
    )
    assert rows(any_store, OPEN_MATCHES) == [(1, 1, 1), (3, 1, 1)]
    with any_store.read() as connection:
        found = versions.versions_of(connection, 1)
    assert [(row.version, row.in_force, row.since, row.entries) for row in found] == [
        (1, True, LATER + timedelta(hours=1), 2),
        (2, False, LATER, 2),
        (1, False, NOW, 2),
    ]


async def test_a_live_copy_alerts_and_a_revision_does_not(store: Store) -> None:
    title = "Jack Ma visits the Hangzhou campus after long absence"
    stock(store, title)
    force = in_force(store, topic("Jack Ma", "Jack Ma"))
    await run(store, force)
    tell(store, force, "Courier", said(f"{title} again", "https://courier.example/0"), now=LATER)
    assert [row[3] for row in rows(store, DECIDED)].count("send") == 0
    tell(store, force, "Herald", said(f"{title} - Herald", "https://herald.example/1"), now=LATER)
    assert [row[3] for row in rows(store, DECIDED)].count("send") == 1


async def test_a_revision_is_not_sent_where_another_topic_was_decided_on_before(store: Store) -> None:
    """The new topic's decision is a row of its own beside that of the topic that was there."""
    force = in_force(store, topic("Jack Ma", "Jack Ma"))
    tell(store, force, "Courier", said("Jack Ma in Hangzhou", "https://courier.example/0"), origin="baseline")
    force = in_force(store, topic("Jack Ma", "Jack Ma"), topic("Hangzhou"))
    await run(store, force)
    tell(store, force, "Courier", said("Jack Ma in Hangzhou again", "https://courier.example/0"), now=LATER)
    assert [row[3] for row in rows(store, DECIDED)].count("send") == 0


async def test_paused_topics_wait_and_sources_keep_their_limits(store: Store) -> None:
    limited = (Source("Courier", SOURCES[0].url, topics=("Other",)), SOURCES[1])
    stock(store, "Jack Ma in Hangzhou")
    tell(store, in_force(store), "Herald", said("Jack Ma in Paris", "https://herald.example/1"))
    force = in_force(store, replace(topic("Jack Ma", "Jack Ma"), paused=True), sources=limited)
    assert await run(store, force) == []
    assert [row[2] for row in states(store)] == ["pending"]
    force = in_force(store, topic("Jack Ma", "Jack Ma"), sources=limited)
    await run(store, force)
    assert [row[0] for row in rows(store, OPEN_MATCHES)] == [2]


async def test_what_aged_is_matched_by_its_title(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou")
    with store.write() as connection:
        connection.execute(sa.delete(t.text_recent))
    force = in_force(store, topic("Jack Ma", "Jack Ma"))
    (done,) = await run(store, force)
    assert done.progress.matched == 1
    assert rows(store, "SELECT searched FROM match") == [('["title"]',)]


@pytest.mark.parametrize("chunks", [1, 2, 3])
async def test_a_kill_between_two_chunks_loses_and_repeats_nothing(
    store: Store, chunks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BACKFILL_ENTRIES", 2)
    monkeypatch.setattr(backfill, "BACKFILL_SPAN", 60.0)
    stock(store, *(f"Jack Ma opens school number {nth} in {place}" for nth, place in enumerate("ABCDEFG")))
    force = in_force(store, topic("Jack Ma", "Jack Ma"))
    dying = Backfiller(Writer(store), force=lambda: force, clock=Hand(LATER))
    for _ in range(chunks):
        with store.write() as connection:
            dying.step(connection)
    with pytest.raises(KeyError):
        cut_off(store, dying)  # killed before the end of the next one
    (at,) = (pending for pending in _pending(store))
    assert at.looked == 2 * chunks
    (done,) = await run(store, force)
    assert (done.progress.looked, done.progress.matched) == (7, 7)
    assert len(rows(store, OPEN_MATCHES)) == 7
    assert len(rows(store, DECIDED)) == 7


def cut_off(store: Store, dying: Backfiller) -> None:
    """Let the transaction of a chunk end before its end."""
    with store.write() as connection:
        dying.step(connection)
        raise KeyError


def _pending(store: Store) -> list[store_backfill.Progress]:
    with store.read() as connection:
        return store_backfill.pending(connection)


async def test_a_chunk_is_bounded_in_entries_and_in_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(store, *(f"Rain {nth}" for nth in range(5)))
    force = in_force(store, topic("Jack Ma", "Jack Ma"))
    monkeypatch.setattr(backfill, "BACKFILL_SPAN", -1.0)
    with store.write() as connection:
        Backfiller(Writer(store), force=lambda: force, clock=Hand(LATER)).step(connection)
    assert [at.looked for at in _pending(store)] == [1]
    assert BACKFILL_ENTRIES == 200


async def test_another_version_gives_up_the_one_before(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou")
    in_force(store, topic("Ma", "Jack Ma"))
    force = in_force(store, topic("Ma", "Jack"), now=LATER)
    assert [row[2] for row in states(store)] == ["superseded", "pending"]
    await run(store, force)
    assert [row[2] for row in states(store)] == ["superseded", "done"]


async def test_a_topic_that_returns_looks_for_what_it_missed(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou", topics=[topic("Ma", "Jack Ma")])
    away = in_force(store, now=LATER)
    tell(store, away, "Courier", said("Jack Ma in Paris", "https://courier.example/paris"), now=LATER)
    force = in_force(store, topic("Ma", "Jack Ma"), now=LATER)
    await run(store, force)
    assert [row[0] for row in rows(store, OPEN_MATCHES)] == [1, 2]


async def test_the_story_stands_where_it_would_stand(any_store: Store) -> None:
    """The newest entry is looked at first; the story still begins with the oldest."""
    title = "Jack Ma visits the Hangzhou campus after long absence"
    force = in_force(any_store)
    tell(any_store, force, "Courier", said(title, "https://courier.example/1"), now=NOW)
    tell(any_store, force, "Herald", said(title, "https://herald.example/1"), now=NOW + timedelta(hours=2))
    force = in_force(any_store, topic("Jack Ma", "Jack Ma"))
    await run(any_store, force)
    with any_store.read() as connection:
        (story,) = connection.execute(sa.select(t.story)).all()
    assert (story.first_entry, story.first_seen, story.last_seen) == (1, NOW, NOW + timedelta(hours=2))


async def test_what_would_have_been_sent_counts_no_first_document_and_nothing_told(store: Store) -> None:
    channels = (Channel("console"), Channel("desk"))
    wide = Topic("Jack", topic("Jack", "Jack").query, channels=("console", "desk"))
    force = in_force(store, topic("Hangzhou"), channels=channels)
    tell(store, force, "Courier", said("Jack Ma in Hangzhou", "https://courier.example/1"))  # told on the console
    tell(store, force, "Herald", said("Jack listed first", "https://herald.example/1"), origin="baseline")
    with store.write() as connection:
        connection.execute(sa.update(t.source).where(t.source.c.name == "Herald").values(baseline_at=NOW))
    long_ago = NOW - timedelta(days=30)
    tell(store, force, "Courier", said("Jack of old", "https://courier.example/2"), now=long_ago)
    force = in_force(store, topic("Hangzhou"), wide, channels=channels)
    (done,) = await run(store, force)
    assert (done.progress.matched, done.would) == (3, 1)


async def test_the_log_names_no_confidential_topic(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou")
    force = in_force(store, replace(topic("Jack Ma", "Jack Ma"), confidential=True))
    with capture_logs() as log:
        await run(store, force)
    (line,) = (line for line in log if line["event"] == "backfill")
    assert "Jack" not in str(line)
    assert line["topic"] == "t1"


async def test_many_topics_are_summed_up(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou")
    names = [f"Topic {nth}" for nth in range(6)]
    force = in_force(store, *(topic(name, "Jack Ma") for name in names), now=LATER)
    done = await run(store, force)
    assert sentences(done) == (
        "6 topics: 6 stored entries match (all new); nothing old is sent, it would have been 6 alerts last week: "
        "monitor stories\n"
    )
    said_singly = "1 stored entry matches (new); nothing old is sent, it would have been 1 alert last week"
    assert sentences(done[:2]).count(said_singly) == 2


async def test_who_finds_nothing_is_not_sent_to_an_empty_list(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou", topics=[topic("Ma", "Jack Ma")])
    (done,) = await run(store, in_force(store, topic("Ma", "Qwen3"), now=LATER))
    assert sentences([done]) == (
        "Ma: nothing stored matches it any more (1 entry did): monitor topic test Ma looks closer\n"
    )
    (done, other) = await run(store, in_force(store, topic("Ma", "Qwen4"), topic("Rain"), now=LATER))
    assert sentences([other]) == "Rain: nothing stored matches it: monitor topic test Rain looks closer\n"


async def test_a_confidential_topic_is_said_by_its_id_alone(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou")
    secret = replace(topic("Jack Ma", "Jack Ma"), confidential=True), replace(topic("Rain"), confidential=True)
    first, second = sentences(await run(store, in_force(store, *secret, now=LATER))).splitlines()
    assert first.startswith("t1: 1 stored entry matches")
    assert first.endswith("monitor stories --topic t1")
    assert second == "t2: nothing stored matches it: monitor topic test looks closer"


async def test_a_removed_topic_is_said_once_each_time(any_store: Store) -> None:
    hour = timedelta(hours=1)
    stock(any_store, "Jack Ma in Hangzhou", topics=[topic("Nightjar"), topic("Ma", "Jack Ma")])
    for away in (LATER, LATER + 3 * hour):
        in_force(any_store, topic("Nightjar"), topic("Ma", "Jack Ma"), now=away - hour)
        force = in_force(any_store, topic("Ma", "Jack Ma"), now=away)
        said_of_it = sentences(await run_all(any_store, force, away))
        assert said_of_it == "Nightjar is no longer watched; what it found stays.\n"
        assert await run_all(any_store, force, away + hour) == []
    force = in_force(any_store, now=LATER + 4 * hour)
    assert await run_all(any_store, force, LATER + timedelta(days=3)) == [], "that is no news"


async def test_what_was_removed_may_have_been_confidential(store: Store) -> None:
    force = stock(store, "Jack Ma in Hangzhou", topics=[topic("Nightjar"), topic("Ma", "Jack Ma")])
    left = replace(force.watchlist, topics=force.watchlist.topics[1:])
    text = "topics: {Nightjar: {any: [Nightjar], confidential: true}}"
    put_in_force(store, force.watchlist, Settings(), digest="with", text=text, now=NOW)
    force = put_in_force(store, left, Settings(), digest="without", text="topics: {}", now=LATER)
    assert sentences(await run_all(store, force)) == "t1 is no longer watched; what it found stays.\n"
    many = [Removed(f"Topic {nth}") for nth in range(6)]
    assert sentences(many) == "6 topics are no longer watched; what they found stays.\n"


def test_a_rename_is_no_new_version(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou", topics=[topic("Ma", "Jack Ma")])
    renamed = replace(topic("Jack Ma", "Jack Ma"), was="Ma")
    watchlist = Watchlist(topics=(renamed,), sources=SOURCES)
    put_in_force(store, watchlist, Settings(), digest="renamed", text="", now=LATER)
    assert states(store) == []


def listed(*topics: str) -> tuple[Source, ...]:
    return (replace(SOURCES[0], topics=topics), SOURCES[1])


@pytest.mark.parametrize("wider", [True, False])
async def test_a_topic_that_reads_other_sources_is_matched_again(any_store: Store, wider: bool) -> None:
    """Only the limit on the source is edited: the version is the same."""
    jack = topic("Ma", "Jack Ma")
    before, after = (listed("Other"), SOURCES) if wider else (SOURCES, listed("Other"))
    force = in_force(any_store, jack, sources=before)
    entries = normalise(Parsed(entries=(said("Jack Ma in Hangzhou", "https://courier.example/0"),)), "Courier")
    with any_store.write() as connection:
        record_document(
            connection, force, source_id(any_store, "Courier"), entries, outlet="Courier", topics=before[0].topics,
            now=NOW,
        )  # fmt: skip
    assert len(rows(any_store, OPEN_MATCHES)) == (0 if wider else 1)
    force = in_force(any_store, jack, sources=after, now=LATER)
    (done,) = await run(any_store, force)
    assert (done.progress.matched, done.progress.ended) == ((1, 0) if wider else (0, 1))
    assert len(rows(any_store, OPEN_MATCHES)) == (1 if wider else 0)
    assert await run(any_store, in_force(any_store, jack, sources=after, now=LATER)) == []


async def test_a_source_that_comes_or_goes_changes_no_topic(store: Store) -> None:
    stock(store, "Jack Ma in Hangzhou")
    await run(store, in_force(store, topic("Ma", "Jack Ma"), sources=SOURCES[:1], now=LATER))
    third = Source("Wire", "https://wire.example/feed", topics=("Other",))
    in_force(store, topic("Ma", "Jack Ma"), sources=(*SOURCES, third), now=LATER)
    assert [row[2] for row in states(store)] == ["done"]


async def test_what_came_while_a_topic_was_paused_is_found_when_it_goes_on(any_store: Store) -> None:
    stock(any_store, "Jack Ma in Hangzhou", topics=[topic("Ma", "Jack Ma")])
    away = in_force(any_store, replace(topic("Ma", "Jack Ma"), paused=True), now=LATER)
    tell(any_store, away, "Courier", said("Jack Ma in Paris", "https://courier.example/paris"), now=LATER)
    force = in_force(any_store, topic("Ma", "Jack Ma"), now=LATER)
    (done,) = await run(any_store, force)
    assert done.progress.matched == 2
    assert [row[0] for row in rows(any_store, OPEN_MATCHES)] == [1, 2]
    assert [row[3] for row in rows(any_store, DECIDED)] == ["send", "backfill"]


async def test_a_pause_in_the_middle_leaves_no_hole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "BACKFILL_ENTRIES", 2)
    stock(store, *(f"Jack Ma opens school {nth} in {place}" for nth, place in enumerate("ABCDE")))
    force = in_force(store, topic("Ma", "Jack Ma"))
    with store.write() as connection:
        Backfiller(Writer(store), force=lambda: force, clock=Hand(LATER)).step(connection)
    away = in_force(store, replace(topic("Ma", "Jack Ma"), paused=True), now=LATER)
    tell(store, away, "Courier", said("Jack Ma in Paris", "https://courier.example/paris"), now=LATER)
    assert await run(store, away) == []
    await run(store, in_force(store, topic("Ma", "Jack Ma"), now=LATER))
    assert [row[0] for row in rows(store, OPEN_MATCHES)] == [1, 2, 3, 4, 5, 6]


async def test_topics_that_are_equally_far_are_matched_in_one_reading(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BACKFILL_SPAN", 60.0)  # on a slow machine a chunk ends early
    stock(any_store, "Jack Ma in Hangzhou", "Rain in Hangzhou", "Rain")
    force = in_force(any_store, topic("Ma", "Jack Ma"), topic("Hangzhou"), now=LATER)
    backfiller = Backfiller(Writer(any_store), force=lambda: force, clock=Hand(LATER))
    with any_store.write() as connection:
        _, done = backfiller.step(connection)
    assert [(one.topic.name, one.progress.looked, one.progress.matched) for one in done] == [
        ("Ma", 3, 1), ("Hangzhou", 3, 2),
    ]  # fmt: skip
    assert {row[2] for row in rows(any_store, DECIDED)} == {"e1.0.t1", "e1.0.t2", "e2.0.t2"}
    assert rows(any_store, "SELECT count(*) FROM alert_topic WHERE match IS NULL") == [(0,)]


async def test_what_was_done_and_not_said_is_said_at_the_next_start(any_store: Store) -> None:
    stock(any_store, "Jack Ma in Hangzhou")
    force = in_force(any_store, topic("Ma", "Jack Ma"))
    with any_store.write() as connection:
        _, first = Backfiller(Writer(any_store), force=lambda: force, clock=Hand(LATER)).step(connection)
    again = await run_all(any_store, force)
    assert sentences(again) == sentences(first)
    assert "it would have been 1 alert last week" in sentences(again)
    assert await run_all(any_store, force) == []


async def test_a_revision_keeps_the_origin_that_each_topic_has(store: Store) -> None:
    force = in_force(store, topic("Jack Ma", "Jack Ma"))
    tell(store, force, "Courier", said("Jack Ma in Hangzhou", "https://courier.example/0"), origin="import")
    force = in_force(store, topic("Jack Ma", "Jack Ma"), topic("Hangzhou"))
    await run(store, force)
    tell(store, force, "Courier", said("Jack Ma in Hangzhou again", "https://courier.example/0"), now=LATER)
    found = rows(store, "SELECT step, decision FROM alert WHERE revision = 1 ORDER BY step")
    assert found == [("e1.1", "import"), ("e1.1.backfill", "backfill")]


async def test_that_it_is_under_way_is_seen(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "BACKFILL_ENTRIES", 2)
    monkeypatch.setattr(backfill, "BACKFILL_SPAN", 60.0)
    stock(any_store, "Jack Ma in Hangzhou", "Rain", "Jack Ma opens a school")
    force = in_force(any_store, topic("Ma", "Jack Ma"), replace(topic("Paused"), paused=True))

    def seen() -> list[tuple[object, ...]]:
        with any_store.read() as connection:
            filling = [row.backfill for row in listing_wanted.topics(connection) if row.backfill]
        assert filling == list(overview(any_store).backfill)
        return [(one.name, one.looked, one.of, one.matched) for one in filling]

    assert seen() == [("Ma", 0, 3, 0)]
    with any_store.write() as connection:
        Backfiller(Writer(any_store), force=lambda: force, clock=Hand(LATER)).step(connection)
    assert seen() == [("Ma", 2, 3, 1)]
    face = Clockface(ZoneInfo("UTC"), LATER)
    assert "  Ma: 2 of 3 stored entries looked at, 1 match." in status_lines(overview(any_store), "", Wished(), face)
    expected = [{"topic": "Ma", "looked": 2, "of": 3, "matched": 1}]
    assert status_json(overview(any_store), "", face)["backfill"] == expected
    await run(any_store, force)
    assert seen() == []


async def test_the_last_match_is_when_it_was_seen_and_the_version_the_one_in_force(any_store: Store) -> None:
    stock(any_store, "Jack Ma in Hangzhou")
    for phrase in ("Jack", "Jack Ma", "Jack"):
        await run(any_store, in_force(any_store, topic("Ma", phrase), now=LATER))
    with any_store.read() as connection:
        (row,) = listing_wanted.topics(connection)
        assert (row.version, row.last_match) == (1, NOW)
        assert listing_wanted.topics(connection, Filter(since=NOW + timedelta(hours=1))) == []
        assert len(listing_wanted.topics(connection, Filter(since=NOW))) == 1


def test_a_chunk_costs_as_much_at_the_end_as_at_the_beginning(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement of a chunk goes through a whole table, or through all matches of a topic: without its statistics
    SQLite is easily led there."""
    stock(store, *(f"Jack Ma opens school {nth} in {place}" for nth, place in enumerate("ABCDE")))
    told: dict[str, Any] = {}

    def note(_c: object, _u: object, statement: str, parameters: Any, _x: object, many: bool) -> None:
        told[statement] = parameters[0] if many else parameters

    monkeypatch.setattr(backfill, "BACKFILL_ENTRIES", 2)  # neither the first chunk nor the last, where all is counted
    for phrase in ("Jack", "Jack Ma"):  # the second renews what the first has found
        force = in_force(store, topic("Ma", phrase), now=LATER)
        backfiller = Backfiller(Writer(store), force=lambda force=force: force, clock=Hand(LATER))  # type: ignore[misc]
        with store.write() as connection:
            backfiller.step(connection)
            sa.event.listen(connection, "before_cursor_execute", note)
            backfiller.step(connection)
            sa.event.remove(connection, "before_cursor_execute", note)
            plans = {
                statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                for statement, parameters in told.items()
                if statement.split()[0] in ("SELECT", "UPDATE", "DELETE")
            }
            while backfiller.step(connection)[0]:
                pass
    tables = {*t.metadata.tables} - {"backfill"}  # a row or two for each topic
    wide = {
        statement: line
        for statement, plan in plans.items()
        for line in plan
        if line.removeprefix("SCAN ").split()[0] in tables or "ix_match_topic_at" in line
    }
    assert {statement.split()[0] for statement in plans} == {"SELECT", "UPDATE", "DELETE"}
    assert wide == {}
