"""Back-test equals reality: what ``plan`` announces on a store is what a replay with the draft in force decides."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.cli.backtests import View, alert_json
from monitor.cli.replaying import lines as replay_lines
from monitor.model import AllOf, AnyOf, Channel, Not, Phrase, Query, Settings, Source, Topic, Watchlist
from monitor.pipeline.backtest import Backtest, back_test
from monitor.pipeline.comparing import compare, compare_topic
from monitor.pipeline.force import put_in_force
from monitor.pipeline.occurrence import Occurrences
from monitor.pipeline.replay import read_lines, replay
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.upkeep import housekeep
from tests.paths import NOW, said, tell
from tests.paths import in_force as put
from tests.stores import throwaway

CHANNELS = (Channel("console"), Channel("desk"), Channel("mail"), Channel("away", off="set NOTHING"))


def topic(name: str, *phrases: str, channels: Sequence[str] = ("console",), none: Sequence[str] = ()) -> Topic:
    query = Query(any=tuple(map(Phrase, phrases)), none=tuple(map(Phrase, none)))
    return Topic(name, query, channels=tuple(channels))


def watchlist(*topics: Topic) -> Watchlist:
    sources = (
        Source("Courier", "https://courier.example/feed"),
        Source("Herald", "https://herald.example/feed", topics=("Jack Ma", "Alibaba")),
        Source("Wire", "https://wire.example/feed"),
    )
    return Watchlist(topics=topics, sources=sources, channels=CHANNELS)


IN_FORCE = watchlist(
    topic("Jack Ma", "Jack Ma", none=["marathon"]),
    topic("Alibaba", "Alibaba", channels=["console", "desk"]),
    topic("Gone", "Hangzhou", channels=["mail"]),
    topic("Same", "campus", channels=["desk", "away"]),
)
DRAFT = watchlist(
    topic("Jack Ma", "Jack Ma", "founder", channels=["console", "mail"]),
    topic("Alibaba", "Alibaba", "Ant Group", channels=["desk"], none=["shares"]),
    topic("Qwen", "Qwen", "campus", channels=["mail", "console"]),
    topic("Same", "campus", channels=["desk", "away"]),
)


def force_on(store: Store, wanted: Watchlist, at: datetime = NOW) -> Any:
    return put_in_force(store, wanted, Settings(), digest=str(wanted), text="", now=at)


def really(path: Path, wanted: Watchlist) -> dict[str, list[Mapping[str, Any]]]:
    """The alerts of a replay with a watchlist in force, by entry, in the order of its lines."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    with throwaway() as store:
        done, _ = replay(store, force_on(store, wanted), read_lines(path, None), origin="live", cluster_all=False)
        with store.read() as connection:
            seen: set[str] = set()
            for line in replay_lines(connection, done):
                for alert in line["alerts"]:
                    if alert["id"] not in seen:  # two lines of one revision show the same decision
                        seen.add(alert["id"])
                        found.setdefault(line["entry"], []).append(alert)
    return found


def announced(found: Backtest) -> dict[str, list[Mapping[str, Any]]]:
    """The alerts that a back-test announces, by entry, as ``replay`` would print them."""
    return {
        f"e{hit.entry}": [{k: v for k, v in alert_json(row).items() if k != "topics"} for row in hit.alerts]
        for hit in found.hits
        if hit.alerts
    }


def kept(path: Path, wanted: Watchlist, store: Store) -> None:
    """Fill a store as ``replay --keep`` does."""
    replay(store, force_on(store, wanted), read_lines(path, None), origin="import", cluster_all=False)


def planned(path: Path, before: Watchlist, draft: Watchlist) -> Backtest:
    """What ``plan`` finds on a store that ``replay --keep`` has filled."""
    with throwaway() as store:
        kept(path, before, store)
        with store.read() as connection:
            comparison = compare(connection, draft)
        return back_test(store, comparison, Settings(), since=None)


VOCABULARY = (
    "Jack Ma", "founder", "Alibaba", "Ant Group", "Hangzhou", "campus", "Qwen", "marathon", "shares", "visits",
    "returns", "opens", "after", "long", "absence", "May", "June", "120", "340", "school", "bank",
)  # fmt: skip


def generated(seed: int, count: int = 70) -> Iterator[dict[str, Any]]:
    """Lines with revisions, copies under other heads, addresses that are shared, equal times, and silence."""
    dice = random.Random(seed)
    clock = datetime(2026, 11, 1, tzinfo=UTC)
    titles: list[str] = []
    for number in range(count):
        clock += timedelta(minutes=dice.choice((0, 0, 0, 5, 60, 900)))
        title = " ".join(dice.choices(VOCABULARY, k=dice.randint(3, 7)))
        if titles and dice.random() < 0.4:
            title = dice.choice(titles) + dice.choice(("", " - Herald", " again today"))
        titles.append(title)
        source = dice.choice(("Courier", "Herald", "Wire", "Unknown"))
        line: dict[str, Any] = {"source": source, "title": title, "id": f"{source}-{number}"}
        if dice.random() < 0.3:
            line["id"] = f"{source}-{dice.randrange(max(number, 1))}"  # often a revision
        if dice.random() < 0.7:
            line["url"] = f"https://{source.lower()}.example/{dice.randrange(count)}"
        if dice.random() < 0.3:
            line["summary"] = " ".join(dice.choices(VOCABULARY, k=12))
        if dice.random() < 0.2:
            line["text"] = " ".join(dice.choices(VOCABULARY, k=60))
        if dice.random() < 0.3:
            line["published"] = (clock - timedelta(hours=dice.randrange(200))).isoformat()
        if dice.random() < 0.2:
            line["outlet"] = dice.choice(("Herald", "The Other Paper"))
        line["seen"] = clock.isoformat()
        yield line


def write(path: Path, lines: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize("seed", range(3))
def test_plan_announces_the_alerts_of_a_replay(seed: int, tmp_path: Path) -> None:
    path = write(tmp_path / "lines.jsonl", list(generated(seed)))
    real = really(path, DRAFT)
    rules = {alert["rule"] for alerts in real.values() for alert in alerts}
    decisions = {alert["decision"] for alerts in real.values() for alert in alerts}
    assert (rules, decisions) == ({"new_story", "new_topic"}, {"send", "folded"}), "the file proves too little"
    assert announced(planned(path, IN_FORCE, DRAFT)) == real


def test_plan_of_what_is_in_force_announces_what_is_real(tmp_path: Path) -> None:
    path = write(tmp_path / "lines.jsonl", list(generated(99)))
    found = planned(path, DRAFT, DRAFT)
    assert announced(found) == really(path, DRAFT)
    assert {hit.change for hit in found.hits} == {"same"}


WORDS = ("Jack Ma", "founder", "campus", "Qwen", "opens", "shares", "120")
HEADS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "title": HEADS.map(" ".join),
            "source": st.sampled_from(("Courier", "Herald")),
            "id": st.sampled_from("abcd"),
            "minutes": st.sampled_from((0, 0, 30, 3000)),
        },
        optional={
            "url": st.sampled_from(("https://a.example/1", "https://a.example/2")),
            "summary": HEADS.map(" ".join),
        },
    ),
    min_size=1,
    max_size=8,
)


@given(lines=LINES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_plan_announces_the_alerts_of_any_small_file(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    clock = datetime(2026, 11, 1, tzinfo=UTC)
    given_lines = []
    for line in lines:
        clock += timedelta(minutes=line["minutes"])
        given_lines.append({**line, "seen": clock.isoformat()})
    path = write(tmp_path / "lines.jsonl", given_lines)
    assert announced(planned(path, IN_FORCE, DRAFT)) == really(path, DRAFT)


def test_what_one_topic_would_change(store: Store, tmp_path: Path) -> None:
    lines = [
        {"id": "1", "source": "Courier", "title": "Jack Ma visits the Hangzhou campus after long absence"},
        {"id": "2", "source": "Courier", "title": "The founder visits a school in June"},
        {"id": "3", "source": "Wire", "title": "Jack Ma wins the school marathon in the rain"},
        {"id": "4", "source": "Herald", "title": "Rain and wind for the weekend"},
    ]  # fmt: skip
    kept(write(tmp_path / "lines.jsonl", lines), IN_FORCE, store)
    draft = replace(IN_FORCE, topics=(topic("Jack Ma", "founder", none=["marathon"]), *IN_FORCE.topics[1:]))
    with store.read() as connection:
        comparison = compare_topic(connection, draft, "Jack Ma")
    found = back_test(store, comparison, Settings(), since=None)
    changes = {hit.title[:11]: {one.topic: one.change for one in hit.found} for hit in found.hits}
    assert changes == {
        "Jack Ma vis": {"Jack Ma": "removed", "Gone": "same", "Same": "same"},
        "The founder": {"Jack Ma": "added"},
    }
    assert [one.status for one in comparison.topics][:1] == ["changed"]
    assert (found.coverage.entries, found.coverage.capped) == (4, False)


def test_what_is_in_force_is_compared_with_the_version_before(store: Store) -> None:
    first, second = (watchlist(topic("Jack Ma", *phrases)) for phrases in (["Jack Ma"], ["Jack Ma", "founder"]))
    force_on(store, first)
    with store.read() as connection:
        fresh = compare_topic(connection, first, "Jack Ma").topics[0]
    assert (fresh.status, fresh.base, fresh.before) == ("new", None, True)
    force_on(store, second, NOW + timedelta(hours=1))
    with store.read() as connection:
        one = compare_topic(connection, second, "Jack Ma").topics[0]
        whole = compare(connection, second).topics[0]
    assert one.before
    assert one.base is not None
    assert whole == one
    assert one.base_definition == fresh.definition


def test_each_kind_of_change_is_told(store: Store) -> None:
    force_on(store, watchlist(topic("A", "a"), topic("B", "b"), topic("C", "c"), topic("D", "d"), topic("E", "e")))
    draft = watchlist(
        topic("A", "a"),
        topic("B", "b", "bb"),
        topic("F", "f"),
        replace(topic("G", "d"), was="D"),
        topic("E", "e", channels=["desk"]),
    )
    with store.read() as connection:
        found = compare(connection, draft)
    assert [(one.name, one.status, one.was) for one in found.topics] == [
        ("A", "unchanged", None),
        ("B", "changed", None),
        ("F", "new", None),
        ("G", "renamed", "D"),
        ("E", "changed", None),
        ("C", "removed", None),
    ]
    assert found.names == {"D": "G"}
    assert [one.name for one in found.base.topics] == ["A", "B", "G", "E", "C"]


def test_first_documents_are_listed_in_a_back_test_too(store: Store) -> None:
    force = put(store, topic("Jack Ma", "Jack Ma"))
    tell(store, force, "Courier", said("Jack Ma visits Hangzhou", "https://courier.example/1"), origin="baseline")
    with store.write() as connection:
        connection.execute(sa.update(t.source).where(t.source.c.name == "Courier").values(baseline_at=NOW))
    later = NOW + timedelta(hours=2)
    tell(store, force, "Courier", said("Jack Ma opens a school", "https://courier.example/2"), now=later)
    for first_poll, decisions in (("list", ["baseline", "send"]), ("all", ["send", "send"])):
        with store.read() as connection:
            comparison = compare(connection, force.watchlist)
        found = back_test(store, comparison, Settings(first_poll=first_poll), since=None)  # type: ignore[arg-type]
        assert [row.decision for hit in found.hits for row in hit.alerts] == decisions


def test_coverage_begins_behind_what_aged_out(store: Store) -> None:
    force = put(store, topic("Jack Ma", "Jack Ma"))
    tell(store, force, "Courier", said("Old rain", id="1", teaser="of Jack Mahoney"), now=NOW - timedelta(days=200))
    tell(store, force, "Courier", said("Old news", id="2", teaser="on Jack Ma"), now=NOW - timedelta(days=150))
    tell(store, force, "Courier", said("New rain", id="3", teaser="for all"), now=NOW)
    housekeep(store, Settings(), NOW)
    draft = replace(force.watchlist, topics=(topic("Jack Ma", "Jack Ma", "Mahoney"),))
    with store.read() as connection:
        comparison = compare(connection, draft)
    found = back_test(store, comparison, Settings(), since=None)
    assert [hit.title for hit in found.hits] == ["Old news"]
    assert found.coverage.complete_since == NOW - timedelta(days=150)
    narrow = back_test(store, comparison, Settings(), since=NOW - timedelta(days=1))
    assert (narrow.coverage.entries, narrow.coverage.complete_since) == (1, NOW)
    capped = back_test(store, comparison, Settings(), since=None, limit=2)
    assert (capped.coverage.entries, capped.coverage.capped) == (2, True)


def test_a_definition_that_cannot_be_read_back_is_told(store: Store) -> None:
    force_on(store, watchlist(topic("Jack Ma", "Jack Ma")))
    with store.write() as connection:
        connection.execute(sa.update(t.topic_version).values(definition="((", hash="x"))
    with store.read() as connection:
        one = compare(connection, watchlist(topic("Jack Ma", "Jack Ma"))).topics[0]
    assert one.unread


def test_trees_of_every_form_come_back(store: Store) -> None:
    tree = AllOf((AnyOf((Phrase("Jack Ma"), Phrase("马云", not_inside=("海马云",)))), Not(Phrase("marathon"))))
    force_on(store, watchlist(Topic("Jack Ma", Query(line=tree))))
    changed = watchlist(Topic("Jack Ma", Query(line=Phrase("founder"))))
    with store.read() as connection:
        one = compare(connection, changed).topics[0]
    assert one.status == "changed"
    assert not one.unread


def test_the_words_of_a_topic_that_matches_nothing_are_counted(store: Store, tmp_path: Path) -> None:
    lines = [
        {"id": "1", "source": "Courier", "title": "Jack Ma visits Hangzhou"},
        {"id": "1", "source": "Courier", "title": "Jack Ma visits Hangzhou again"},
        {"id": "2", "source": "Wire", "title": "Rain in Hangzhou", "summary": "and a founder"},
    ]
    kept(write(tmp_path / "lines.jsonl", lines), IN_FORCE, store)
    snow = Topic("Snow", Query(any=(Phrase("Jack Ma"), Phrase("founder")), all=(Phrase("Hangshou"),)))
    draft = watchlist(snow, topic("Heard", "rain"), topic("Gone", "Hangzhou", channels=["mail"]))
    with store.read() as connection:
        plan, one = compare(connection, draft), compare_topic(connection, draft, "Snow")
    for comparison in (plan, one):
        silent = back_test(store, comparison, Settings(), since=None).silent
        assert silent.keys() == {"Snow"}
        assert dict(silent["Snow"].counts) == {"Jack Ma": 1, "founder": 1, "Hangshou": 0}
        assert silent["Snow"].alike == ("Hangshou", "Hangzhou", "Rain in Hangzhou")


def test_the_words_of_very_many_topics_are_not_counted() -> None:
    words = Occurrences(topic(f"T{nth}", *(f"w{nth} {one}" for one in range(60))) for nth in range(11))
    counted = [words.silence(f"T{nth}") for nth in range(11)]
    assert [None if one is None else len(one.counts) for one in counted] == [40] * 10 + [None]


def test_a_copy_that_is_told_in_place_of_another_is_the_same_story(store: Store, tmp_path: Path) -> None:
    title = "The founder visits the Hangzhou campus after long absence"
    lines = [
        {"id": "1", "source": "Courier", "title": title, "summary": "Jack Ma"},
        {"id": "2", "source": "Wire", "title": f"{title} - Wire"},
        {"id": "3", "source": "Wire", "title": "Rain for Jack Ma"},
    ]
    before, after = (watchlist(topic("Ma", phrase)) for phrase in ("Jack Ma", "founder"))
    found = planned(write(tmp_path / "lines.jsonl", lines), before, after)
    view = View(found, ZoneInfo("UTC"), "Ma")
    assert [(mark, hit.entry) for mark, hit in view.sent("console")] == [(" ", 1), ("-", 3)]


def test_another_limit_on_a_source_changes_the_topics_that_it_concerns(store: Store) -> None:
    wanted = watchlist(topic("Jack Ma", "Jack Ma"), topic("Other", "rain"))
    force_on(store, wanted)
    courier, herald, wire = wanted.sources
    draft = replace(wanted, sources=(replace(courier, topics=("Other",)), herald, wire))
    with store.read() as connection:
        found = {one.name: (one.status, one.reads) for one in compare(connection, draft).topics}
        one = compare_topic(connection, draft, "Jack Ma").topics[0]
    assert found == {"Jack Ma": ("changed", True), "Other": ("unchanged", False)}
    assert (one.status, one.reads, one.before) == ("changed", True, False), "against what is in force"


def test_a_renamed_topic_that_a_source_names_anew_reads_what_it_read(store: Store) -> None:
    wanted = watchlist(topic("Jack Ma", "Jack Ma"))
    force_on(store, wanted)
    courier, herald, wire = wanted.sources
    draft = replace(
        wanted, topics=(replace(wanted.topics[0], name="Ma", was="Jack Ma"),),
        sources=(courier, replace(herald, topics=("Ma", "Alibaba")), wire),
    )  # fmt: skip
    with store.read() as connection:
        (one,) = compare(connection, draft).topics
    assert (one.status, one.reads) == ("renamed", False)


def test_a_version_of_the_first_program_is_the_same_where_it_means_the_same(store: Store) -> None:
    wanted = watchlist(topic("Jack Ma", "Jack Ma", none=["marathon"]))
    force_on(store, wanted)
    old = json.dumps({"all": [], "any": [{"phrase": "Jack Ma"}], "none": [{"phrase": "marathon"}]})
    with store.write() as connection:
        connection.execute(sa.update(t.topic_version).values(definition=old, hash="first"))

    def one(draft: Watchlist) -> tuple[str, str]:
        with store.read() as connection:
            (found,) = compare(connection, draft).topics
        return found.status, found.base_definition

    line = '"Jack Ma" NOT marathon'
    assert one(wanted) == ("unchanged", line)
    assert one(watchlist(topic("Jack Ma", "founder"))) == ("changed", line)
    force_on(store, wanted, NOW + timedelta(hours=1))  # the new program writes a version of its own
    assert one(wanted) == ("unchanged", line)


def test_one_topic_is_compared_with_the_channels_that_it_has(store: Store, tmp_path: Path) -> None:
    lines = [{"id": "1", "source": "Courier", "title": "Jack Ma visits Hangzhou"}]
    kept(write(tmp_path / "lines.jsonl", lines), watchlist(topic("Ma", "Jack Ma")), store)
    draft = watchlist(topic("Ma", "Jack", channels=["mail"]))
    with store.read() as connection:
        found = back_test(store, compare_topic(connection, draft, "Ma"), Settings(), since=None)
    (hit,) = found.hits
    assert [row.channel for row in hit.alerts] == ["mail"]
    assert [row.channel for row in hit.alerts_before] == ["console"]
