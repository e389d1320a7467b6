"""The ladder of ``explain``: for each place where a way can end, the step that is marked and what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.analysis.matching.match import Matcher
from monitor.analysis.normalise import normalise
from monitor.model import (
    AllOf,
    Ambiguous,
    Channel,
    HealthChange,
    Near,
    Outcome,
    Parsed,
    ParsedEntry,
    Phrase,
    Query,
    Rejected,
    Source,
    Topic,
)
from monitor.pipeline.backfill import Backfiller
from monitor.pipeline.explain import STATES, STEPS, Explainer, Explanation, Step
from monitor.pipeline.force import InForce
from monitor.pipeline.record import Origin, record_document, tell_owner
from monitor.pipeline.writer import Writer
from monitor.store import entries as store_entries
from monitor.store import outbox, polls
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.sources import recorded_source
from tests.clocks import Hand
from tests.paths import JACK, NOW, QWEN, ended, in_force, said, topic

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHANNELS = (Channel("console"), Channel("mail", "email", off="set MAIL_TO"))
SOURCES = (
    Source("Courier", "https://courier.example/feed"),
    Source("Herald", "https://herald.example/feed", skip=(Phrase("Sponsored"),)),
    Source("Narrow", "https://narrow.example/feed", topics=("Marathon",)),
    Source("Nobody's", "https://nobodys.example/feed", topics=()),
    Source("Asleep", "https://asleep.example/feed", paused=True),
    Source("По-русски", "https://xn--e1afmkfd.xn--p1ai/feed"),
)
TITLED = replace(topic("Titled", "Titled"), query=Query(any=(Phrase("Titled"),), title_only=True))
GERMAN = replace(topic("German", "Hafen"), query=Query(any=(Phrase("Hafen"),), languages=("de", "pt-BR")))
ONLY = replace(topic("Only", "Onlyword"), query=Query(any=(Phrase("Onlyword"),), sources=("Herald",)))
NOT_HERE = replace(topic("Not here", "Nothere"), query=Query(any=(Phrase("Nothere"),), except_sources=("Courier",)))
ASLEEP = replace(topic("Asleep topic", "Slumber"), paused=True)
TOPICS: Final = (
    JACK,
    topic("Nowhere", "Nowhere", channels=()),
    topic("Switched off", "Switched", channels=("mail",)),
    topic("Marathon", "Hangzhou", none=("marathon",)),
    TITLED, GERMAN, ONLY, NOT_HERE, ASLEEP,
)  # fmt: skip


def tell(
    store: Store, force: InForce, source: str, *entries: ParsedEntry, origin: Origin = "live", now: datetime = NOW
) -> None:
    """Record a document as the poller does: with the source's name, and for the topics that read it."""
    topics = next((one.topics for one in force.watchlist.sources if one.name == source), None)
    with store.write() as connection:
        record_document(
            connection, force, source_id_in(connection, source), normalise(Parsed(entries=entries), source),
            outlet=source, name=source, topics=topics, origin=origin, now=now,
        )  # fmt: skip


def deliver_all(store: Store, *, taken: bool = True, final: bool = False) -> None:
    """One try for each message, a second apart, as a service asks for."""
    with store.write() as connection:
        tried: list[int] = []
        for second in range(20):
            now = NOW + timedelta(seconds=second)
            for waiting in outbox.claim_deliveries(connection, now, channels=("console",), tried=tried):
                tried.append(waiting.id)
                if taken:
                    outbox.mark_sent(connection, waiting, now)
                else:
                    outbox.mark_failed(
                        connection, waiting, "no_service.", final=final, uncertain=False,
                        next_try_at=NOW + HOUR, now=now,
                    )  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    """Sources that were polled once an hour for a day, and an entry for each place where a way can end."""
    force = in_force(store, *TOPICS, sources=SOURCES, channels=CHANNELS)
    with store.write() as connection:
        for name in ("Courier", "Herald", "Narrow"):
            source = source_id_in(connection, name)
            polls.write_polls(connection, [ended(source, NOW - n * HOUR) for n in reversed(range(24))])

    def courier(title: str, path: str, **more: Any) -> None:
        tell(store, force, "Courier", said(title, f"https://courier.example/{path}", **more))

    base = said("Jack Ma was here before us", "https://courier.example/base")
    tell(store, force, "Courier", base, origin="baseline")
    courier("Rain all day", "rain", text="and in Hangzhou: marathon")
    courier("Nowhere to go", "nowhere")
    courier("Switched to another line", "switched")
    courier("Something else", "titled", teaser="Titled, but only here")
    courier("Onlyword in a headline", "only")
    courier("Nothere in a headline", "nothere")
    courier("Slumber comes at last", "slumber")
    courier("Jak Ma opens a bakery", "jak")
    courier("Snow on the hills", "snow")
    courier("Jack Ma opens a school in Lyon", "school")
    hafen = ParsedEntry(
        id="h", url="https://courier.example/hafen", title="Der Hafen in English", language="en-GB"
    )  # fmt: skip
    tell(store, force, "Courier", hafen)
    tell(store, force, "Herald", said("Jack Ma opens a school in Lyon", "https://herald.example/s"), now=NOW + HOUR)
    tell(store, force, "Narrow", said("Jack Ma in Paris", "https://narrow.example/paris"))
    with store.write() as connection:
        sample = Rejected("skip: Sponsored", "Sponsored: shoes https://herald.example/ad?x=1")
        store_entries.note_rejected(connection, source_id_in(connection, "Herald"), [sample], NOW)
    return store


def source_id_in(connection: Any, name: str) -> int:
    return int(connection.execute(sa.select(t.source.c.id).where(t.source.c.name == name)).scalar_one())


def ask(
    store: Store, question: str, *, now: datetime = NOW + 3 * HOUR, topics: tuple[Topic, ...] = TOPICS
) -> Explanation:
    with store.read() as connection:
        matcher = Matcher([one for one in topics if not one.paused])
        explainer = Explainer(connection, matcher, zone=ZoneInfo("UTC"), now=now, topics=topics, sources=SOURCES)
        found = explainer.explain(question)
    for one in found:
        well_formed(one)
    return found[0]


def well_formed(one: Explanation) -> None:
    """Every ladder has its steps in order, and nothing is said of a step that was not reached."""
    names = [step.name for step in one.ladder]
    assert names == [name for name in STEPS if name in names]
    assert names == list(STEPS) or names == ["decided", "delivered"]
    for step in one.ladder:
        assert step.state in STATES
        assert bool(step.sentence) == (step.state != "not_reached")
        assert step.change is None or step.state in ("failed", "waiting")
    assert (one.stop is None) == (one.verdict == "sent")


def stop(one: Explanation) -> Step:
    assert one.stop is not None
    return one.stop


STOPS: Final = [
    ("https://unknown.example/x", "watched", "No source of the watchlist reads unknown.example.",
     "add it to sources: monitor try https://unknown.example/ prints the YAML"),
    ("https://asleep.example/x", "watched", "Asleep reads asleep.example, but it is paused.",
     "take paused: true from Asleep in sources:"),
    ("https://nobodys.example/x", "watched", "Nobody's reads nobodys.example, but for no topic.",
     "take topics: [] from Nobody's in sources:"),
    ("https://пример.рф/x", "polled", "Not polled yet.", "monitor poll --source По-русски"),
    ("https://herald.example/x", "seen", "It was in none of the documents read.",
     "look whether another feed of the site shows it: monitor try https://herald.example/"),
    ("https://herald.example/ad?x=1&utm_source=y", "seen",
     "Herald showed it at 09:00; left out by your skip: Sponsored. It was: Sponsored: shoes "
     "https://herald.example/ad?x=1",
     "if it is wanted, take Sponsored from skip: of Herald"),
    ("https://courier.example/rain", "matched", 'Nearest: Marathon: none: "marathon" is there.',
     'if it is wanted, take "marathon" from none: of Marathon; monitor topic test Marathon shows what that brings'),
    ("https://courier.example/titled", "matched",
     "Words of Titled stand in it, but Titled counts in the headline only (title_only).",
     "if it is wanted, take title_only: true from Titled in topics:"),
    ("https://courier.example/hafen", "matched",
     "Words of German stand in it, but languages: of German leaves en out.",
     "if it is wanted, add en to languages: of German, or take languages: away"),
    ("https://courier.example/only", "matched",
     "Words of Only stand in it, but sources: of Only leaves Courier out.",
     "if it is wanted, add Courier to sources: of Only"),
    ("https://courier.example/nothere", "matched",
     "Words of Not here stand in it, but except_sources: of Not here names Courier.",
     "if it is wanted, take Courier from except_sources: of Not here"),
    ("https://courier.example/slumber", "matched",
     "Words of Asleep topic stand in it, but Asleep topic is paused.",
     "if it is wanted, take paused: true from Asleep topic in topics:"),
    ("https://narrow.example/paris", "matched",
     "Words of Jack Ma stand in it, but topics: of Narrow leaves Jack Ma out.",
     "if it is wanted, add Jack Ma to topics: of Narrow, or take topics: away"),
    ("https://courier.example/jak", "matched",
     "None of the topics' words stand in it. Most alike: \"Jak Ma\" in the headline, and Jack Ma looks for "
     '"Jack Ma".',
     'if it is wanted, an alias: Jack Ma: {any: [..., "Jak Ma"]}'),
    ("https://courier.example/snow", "matched", "None of the topics' words stand in it.",
     "if it is wanted, a topic in topics: that has words of its headline"),
    ("https://courier.example/nowhere", "routed", "Nowhere goes to no channel.", "channels: [console] in Nowhere"),
    ("https://courier.example/switched", "routed", "Switched off goes to mail (off).",
     "set MAIL_TO, and start again"),
    ("https://courier.example/base", "decided",
     "Baseline, at 09:00: listed, not sent: it stood in the first document read from its source.",
     "settings.yaml, alerts: {first_poll: all} sends what a new source shows first"),
    ("https://herald.example/s", "decided",
     "Folded, at 10:00: folded into story s4, which this channel has heard of.",
     "nothing has to change; monitor explain s4 shows the story"),
    ("https://courier.example/school", "delivered", "The message to console waits to be sent.",
     "monitor run, or monitor poll, sends what waits; monitor notify console tries the channel"),
    ("zebra crossing", "seen", "No entry holds the words.", "ask with the address of the page"),
    ("Jak Ma opens a bakry", "seen", "No entry holds the words.", "monitor explain e9, if that is meant"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "step", "sentence", "change"), STOPS, ids=[one[0][-24:] for one in STOPS])
def test_the_first_step_that_failed_is_marked(
    filled: Store, question: str, step: str, sentence: str, change: str
) -> None:
    found = stop(ask(filled, question))
    assert (found.name, found.sentence, found.change) == (step, sentence, change)


def test_the_whole_way(filled: Store) -> None:
    deliver_all(filled)
    found = ask(filled, "https://courier.example/school")
    assert [(step.name, step.state, step.sentence) for step in found.ladder] == [
        ("watched", "ok", "Courier reads courier.example."),
        ("polled", "ok", "24 polls since Mon 23 Nov 10:00; last good read 09:00."),
        ("seen", "ok", "In a document of Courier at 09:00."),
        ("read", "ok", "The headline was searched."),
        ("matched", "ok", 'Matches Jack Ma ("Jack Ma" in the headline).'),
        (
            "story",
            "ok",
            "It is the first of its story, s4. The story is alone in event v4: stories are grouped from 5,000 articles "
            "in its language on (so far 9).",
        ),
        ("routed", "ok", "Jack Ma to console."),
        ("decided", "ok", "Send, at 09:00: first alert on this story for this channel."),
        ("delivered", "ok", "Sent to console at 09:00."),
    ]


@pytest.mark.parametrize(
    ("final", "state", "sentence"),
    [
        (True, "failed", "Given up after 1 try: no_service."),
        (False, "waiting", "Not taken yet by console; 1 try: no_service."),
    ],
)
def test_a_message_that_was_not_taken(filled: Store, final: bool, state: str, sentence: str) -> None:
    deliver_all(filled, taken=False, final=final)
    found = stop(ask(filled, "https://courier.example/school"))
    assert (found.name, found.state, found.sentence) == ("delivered", state, sentence)
    assert found.change == "monitor notify console tries the channel"


def test_an_owners_alert_has_the_last_two_steps(store: Store) -> None:
    force = in_force(store, JACK)
    with store.write() as connection:
        tell_owner(connection, force, HealthChange("source", "p1", "broken", "Courier: 404.", "1"), NOW)
    found = ask(store, "d1")
    assert [(step.name, step.state) for step in found.ladder] == [("decided", "ok"), ("delivered", "waiting")]
    assert found.ladder[0].sentence == "Send, at 09:00."


@pytest.mark.parametrize(
    ("state", "reason", "step", "change"),
    [
        ("due", None, ("read", "waiting"), "monitor poll --source Courier"),
        ("failed", "http_404: It answers 404.", ("read", "failed"), None),
        ("refused", "robots: Its robots.txt forbids it.", ("read", "failed"), None),
        ("read", None, ("matched", "failed"), "if it is wanted, a topic in topics: that has words of its headline"),
    ],
)
def test_an_article_that_was_not_read(
    filled: Store, state: str, reason: str | None, step: tuple[str, str], change: str | None
) -> None:
    number = ask(filled, "https://courier.example/snow").entries[0].id
    with filled.write() as connection:
        host = connection.scalar(sa.select(t.host.c.id).limit(1))
        connection.execute(
            sa.insert(t.fetch_task).values(
                host=host, entry=number, url="https://courier.example/snow", state=state, reason=reason
            )
        )
    found = ask(filled, f"e{number}")
    assert ((stop(found).name, stop(found).state), stop(found).change) == (step, change)
    assert found.verdict == "not_matched"
    if reason:
        assert reason.partition(": ")[2].rstrip(".") in stop(found).sentence
        assert [one.state for one in found.ladder if one.name == "matched"] == ["failed"]


def test_what_would_match_today_says_how_to_see_the_past(filled: Store) -> None:
    found = ask(filled, "https://courier.example/rain", topics=(topic("Rain of Lyon", "rain"),))
    assert stop(found).change == 'what comes from now on matches; monitor topic test "Rain of Lyon" shows the past'
    assert "As the watchlist stands now Rain of Lyon would match" in found.sentence
    assert [miss.topic for miss in found.near_misses] == ["Marathon"], "what was noted then stays"


def test_without_topics_the_ladder_says_so(filled: Store) -> None:
    found = ask(filled, "https://courier.example/snow", topics=())
    assert stop(found).change == "there is no topic: name one in topics:"


def test_of_several_near_misses_the_nearest_is_named_first(store: Store) -> None:
    nearer = topic("Nearer", "harbour", none=("storm",))
    farther = replace(topic("Farther", "harbour"), query=Query(any=(Phrase("harbour"),), all=(Phrase("Lyon"),)))
    force = in_force(store, farther, nearer)
    tell(store, force, "Courier", said("Storm in the harbour", "https://courier.example/storm"))
    found = ask(store, "https://courier.example/storm", topics=(farther, nearer))
    assert found.sentence.endswith('Nearest: Nearer: none: "storm" is there; Farther: all: "Lyon" is not there.')


HARBOUR: Final = Phrase("harbour")
CLAUSES: Final = [
    (Query(all=(HARBOUR, Phrase("Lyon"))), 'take "Lyon" from all: of T'),
    (Query(any=(HARBOUR,), none=(Phrase("board"),)), 'take "board" from none: of T'),
    (Query(ambiguous=Ambiguous((HARBOUR,), (Phrase("Lyon"),))), "a word of this entry in context: of T"),
    (Query(near=Near((HARBOUR, Phrase("Friday")), 1)), "a larger within: in near: of T"),
    (Query(line=AllOf((HARBOUR, Phrase("Lyon")))), "another query: of T"),
]


@pytest.mark.parametrize(("query", "change"), CLAUSES)
def test_each_clause_has_its_edit(store: Store, query: Query, change: str) -> None:
    topics = (Topic("T", query),)
    force = in_force(store, *topics)
    tell(store, force, "Courier", said("The harbour board meets on Friday", "https://courier.example/a"))
    found = stop(ask(store, "e1", topics=topics)).change
    assert found == f"if it is wanted, {change}; monitor topic test T shows what that brings"


ASKED: Final = [
    ("the longer words are looked for instead",
     Topic("Qwen3", Query(any=(Phrase("Qwen3"),)), report_near=(Phrase("Qwen"),)),
     "Alibaba unveils Qwen 3.5",
     'if it is wanted, an alias: Qwen3: {any: [..., "Qwen 3.5"]}; monitor topic test Qwen3 shows what that brings'),
    ("nothing longer stands there", Topic("Qwen3", Query(any=(Phrase("Qwen3"),)), report_near=(Phrase("Qwen"),)),
     "Alibaba has its own Qwen", "nothing to change: it is kept as other version (report_near)"),
    ("a longer word that is left out stays so",
     Topic("Jack Ma", Query(any=(Phrase("马云", not_inside=("海马云",)),))),
     "海马云发布新产品", "held back by not_inside of Jack Ma, as asked; take 海马云 out of not_inside if it is wanted"),
]  # fmt: skip


@pytest.mark.parametrize(("topic_", "title", "change"), [one[1:] for one in ASKED], ids=[one[0] for one in ASKED])
def test_what_was_asked_for_is_not_undone(store: Store, topic_: Topic, title: str, change: str) -> None:
    force = in_force(store, topic_)
    tell(store, force, "Courier", said(title, "https://courier.example/a"))
    assert stop(ask(store, "e1", topics=(topic_,))).change == change


# --- topics that were changed or removed --------------------------------------------------------------


def rematch(store: Store, *topics: Topic, now: datetime) -> None:
    """Put topics in force and match what is stored again, as the daemon does."""
    force = in_force(store, *topics, sources=SOURCES, channels=CHANNELS, now=now)
    backfiller = Backfiller(Writer(store), force=lambda: force, clock=Hand(now + timedelta(minutes=1)))
    with store.write() as connection:
        while backfiller.step(connection)[0]:
            pass


EDITED = replace(JACK, query=Query(any=(Phrase("Jack Ma"),), all=(Phrase("Oslo"),)))


def test_a_topic_that_was_changed_is_no_earlier_revision(filled: Store) -> None:
    deliver_all(filled)
    rematch(filled, EDITED, now=NOW + 2 * HOUR)
    found = ask(filled, "https://courier.example/school")
    assert found.sentence.startswith(
        "Matched Jack Ma as it was until 11:00; the topic was changed then. Sent to console at 09:00 ("
    )
    assert found.ladder[4].sentence == "Matched Jack Ma as it was until 11:00; the topic was changed then."


def test_a_revision_and_an_article_end_what_matched_too(store: Store) -> None:
    force = in_force(store, EDITED)
    tell(store, force, "Courier", said("Jack Ma in Oslo", "https://courier.example/a"))
    tell(store, force, "Courier", said("Nobody in Oslo", "https://courier.example/a"), now=NOW + HOUR)
    assert ask(store, "e1").sentence.startswith("Matched Jack Ma in an earlier revision. The message to console")
    in_force(store, JACK, now=NOW + 2 * HOUR)
    assert ask(store, "e1").sentence.startswith("Matched Jack Ma in an earlier revision. ")
    with store.write() as connection:  # as an article that is read ends a match of the same revision
        connection.execute(sa.update(t.match).values(revision=1, ended_at=NOW + HOUR))
        connection.execute(sa.delete(t.alert_topic))
    assert ask(store, "e1").sentence.startswith("Matched Jack Ma until its article was read at 10:00. ")


def test_without_an_alert_it_says_what_matched_once(store: Store) -> None:
    force = in_force(store, replace(JACK, channels=()), replace(QWEN, channels=()))
    tell(store, force, "Courier", said("Jack Ma on Qwen3", "https://courier.example/a"))
    silent = replace(EDITED, channels=()), Topic("Qwen3", Query(any=(Phrase("Qwen4"),)), channels=())
    rematch(store, *silent, now=NOW + HOUR)
    found = ask(store, "e1", topics=silent)
    once = "Matched Jack Ma, Qwen3 as they were until 10:00; the topics were changed then."
    assert found.sentence == (
        f'Read from Courier at 09:00. {once} Nearest: Jack Ma: all: "Oslo" is not there.'
    )  # fmt: skip
    assert stop(found).sentence == f'{once} Nearest: Jack Ma: all: "Oslo" is not there.'


def test_a_topic_that_was_removed_says_so(filled: Store) -> None:
    deliver_all(filled)
    in_force(filled, QWEN, sources=SOURCES, channels=CHANNELS, now=NOW + 2 * HOUR)
    removed = "was removed from the watchlist at 11:00"
    found = ask(filled, "https://courier.example/school", topics=(QWEN,))
    assert found.sentence.startswith(f'Matches Jack Ma ("Jack Ma" in the headline), which {removed}. Sent to console')
    assert found.ladder[6].sentence == f"Jack Ma to console; Jack Ma {removed}."
    unrouted = ask(filled, "https://courier.example/nowhere", topics=(QWEN,))
    assert unrouted.sentence == (
        f'Matches Nowhere ("Nowhere" in the headline), which {removed}. Recorded and listed, not sent: it goes to no '
        "channel now."
    )
    assert (stop(unrouted).sentence, stop(unrouted).change) == (
        f"Nowhere {removed}.", "if it is wanted, put Nowhere back into topics:",
    )  # fmt: skip
    later = in_force(filled, QWEN, sources=SOURCES, channels=CHANNELS, now=NOW + 2 * HOUR)
    tell(
        filled, later, "Courier", said("Nobody opens a school", "https://courier.example/school"), now=NOW + 3 * HOUR
    )  # fmt: skip
    revised = ask(filled, "https://courier.example/school", topics=(QWEN,))
    assert revised.sentence.startswith(f"Matched Jack Ma, which {removed}. Sent to console")
    assert revised.ladder[6].sentence == f"Jack Ma to console; Jack Ma {removed}."


def test_a_replayed_entry_was_watched_by_nobody(store: Store) -> None:
    force = in_force(store, JACK)
    with store.write() as connection:
        recorded_source(connection, "file", "file", NOW)
    tell(store, force, "file", said("Jack Ma replayed", "https://a.example/1"), origin="import")
    found = ask(store, "e1")
    assert [step.sentence for step in found.ladder[:2]] == [
        "file was replayed from a file.",
        "What is replayed is not polled.",
    ]
    assert (stop(found).name, stop(found).change) == ("decided", None)


# --- addresses that were never seen -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://herald.example/2026/11/24/x",
         "herald.example is watched by Herald; 10 polls since publication (24 Nov 2026); this address was in none of "
         "its documents. Last good read 09:00."),
        ("https://herald.example/x",
         "herald.example is watched by Herald; 24 polls since Mon 23 Nov 10:00; this address was in none of its "
         "documents. Last good read 09:00."),
        ("https://herald.example/2026/11/20/x",
         "herald.example is watched by Herald, first polled at Mon 23 Nov 10:00: after the day in this address "
         "(20 Nov 2026). What its feed no longer showed then was not seen."),
        ("https://herald.example/2027/11/20/x",  # a day to come is no day of publication
         "herald.example is watched by Herald; 24 polls since Mon 23 Nov 10:00; this address was in none of its "
         "documents. Last good read 09:00."),
        ("https://herald.example/sponsored-shoes",
         "herald.example is watched by Herald; 24 polls since Mon 23 Nov 10:00; this address was in none of its "
         'documents. Last good read 09:00. skip: of Herald leaves out what has "Sponsored" in its headline.'),
        ("https://narrow.example/x",
         "narrow.example is watched by Narrow; 24 polls since Mon 23 Nov 10:00; this address was in none of its "
         "documents. Last good read 09:00. It is read for Marathon only (topics:)."),
        ("https://nobodys.example/x",
         "nobodys.example is watched by Nobody's, but was not polled yet. No topic reads it (topics: [])."),
    ],
)  # fmt: skip
def test_an_address_never_seen(filled: Store, url: str, sentence: str) -> None:
    found = ask(filled, url)
    assert (found.verdict, found.sentence) == ("not_fetched", sentence)


def test_a_rejection_is_found_by_a_long_address_that_was_cut(filled: Store) -> None:
    long = "https://herald.example/" + "a" * 300
    with filled.write() as connection:
        sample = Rejected("skip: Shoes", f"Shoes {long[:199]}…")
        store_entries.note_rejected(connection, source_id_in(connection, "Herald"), [sample], NOW)
    assert ask(filled, long).verdict == "rejected"
    assert ask(filled, f"https://herald.example/b{'a' * 300}").verdict == "not_fetched"


def test_a_gap_that_the_clock_has_not_reached_is_none(filled: Store) -> None:
    with filled.write() as connection:
        polls.note_gap(connection, source_id_in(connection, "Herald"), NOW + HOUR)
    assert ask(filled, "https://herald.example/x", now=NOW - HOUR).verdict == "not_fetched"


def test_polls_that_all_failed_since_then(filled: Store) -> None:
    with filled.write() as connection:
        source = source_id_in(connection, "Herald")
        failed = ended(
            source, NOW + DAY, outcome=Outcome.ERROR, error="http_404: x", state="broken", reason="It answers 404.",
            failures=1, last_ok_at=NOW,
        )  # fmt: skip
        polls.write_polls(connection, [failed])
    found = ask(filled, "https://herald.example/2026/11/25/x", now=NOW + DAY + HOUR)
    assert found.sentence == (
        "herald.example is watched by Herald; 1 poll since publication (25 Nov 2026), 1 of which failed, so nothing "
        "of that time was read. Herald is not read now: It answers 404."
    )
    assert (stop(found).name, stop(found).change) == (
        "polled", "monitor poll --source Herald; monitor try ADDRESS finds its new address",
    )  # fmt: skip
    later = ask(filled, "https://herald.example/2026/11/26/x", now=NOW + 2 * DAY)
    assert later.sentence.startswith("herald.example is watched by Herald, but was not polled since publication yet.")
    assert stop(later).sentence == "Not polled since that day."


def test_polls_that_are_no_longer_kept_are_still_counted(filled: Store) -> None:
    with filled.write() as connection:
        connection.execute(sa.delete(t.poll).where(t.poll.c.at < NOW - HOUR))
    assert "24 polls since Mon 23 Nov 10:00;" in ask(filled, "https://herald.example/x").sentence


def test_a_gap_stops_at_the_polls(filled: Store) -> None:
    with filled.write() as connection:
        polls.note_gap(connection, source_id_in(connection, "Herald"), NOW + HOUR)
    found = ask(filled, "https://herald.example/2026/11/24/x")
    assert (found.verdict, stop(found).name) == ("gap", "polled")
    assert stop(found).change == "read Herald more often: every: 5 min"


def test_a_source_that_was_removed(filled: Store) -> None:
    in_force(filled, *TOPICS, sources=SOURCES[:1], channels=CHANNELS)
    found = ask(filled, "https://herald.example/x")
    assert (found.verdict, stop(found).name, stop(found).change) == (
        "unknown_source", "watched", "put Herald back into sources:",
    )  # fmt: skip
    seen = ask(filled, "https://herald.example/s")
    assert seen.ladder[0].sentence == (
        "Herald reads herald.example; it was removed from the watchlist at 09:00."
    )  # fmt: skip
    assert ask(filled, "Herald").verdict == "unknown_source"


# --- sources and hosts --------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["https://herald.example/feed", "http://www.herald.example/feed?utm_source=x"])
def test_the_address_of_a_source_itself(filled: Store, question: str) -> None:
    found = ask(filled, question)
    assert (found.verdict, found.sentence) == (
        "not_fetched",
        "This is the address of the source Herald itself, not of something that it published. Last good read 09:00; "
        "24 polls since Mon 23 Nov 10:00. Its next poll is due now. All sources: monitor sources",
    )
    assert stop(found).change == "monitor entries --source Herald"


def test_the_name_of_a_source(filled: Store) -> None:
    found = ask(filled, "herald", now=NOW)
    assert found.sentence == (
        "Herald is a source of the watchlist, read from herald.example. Last good read 09:00; 24 polls since Mon 23 "
        "Nov 10:00. Next poll 09:15. All sources: monitor sources"
    )
    assert "It is paused." in ask(filled, "asleep").sentence
    assert "It was not read yet." in ask(filled, "nobody's").sentence
    with filled.write() as connection:
        connection.execute(
            sa.update(t.source).where(t.source.c.name == "Herald").values(state="broken", reason="It answers 404.")
        )
    assert "It is broken: It answers 404. Last good read" in ask(filled, "herald").sentence


def test_the_name_of_a_source_in_texts_is_no_answer_beside_it(filled: Store) -> None:
    force = in_force(filled, *TOPICS, sources=SOURCES, channels=CHANNELS)
    tell(filled, force, "Courier", said("A call", "https://courier.example/call", text="The Herald had it first."))
    with filled.read() as connection:
        explainer = Explainer(connection, Matcher(()), zone=ZoneInfo("UTC"), now=NOW)
        assert [one.entries for one in explainer.explain("herald")] == [()]


def test_a_source_named_like_a_word_comes_before_the_headlines(filled: Store) -> None:
    force = in_force(filled, *TOPICS, sources=SOURCES, channels=CHANNELS)
    tell(filled, force, "Courier", said("Narrow streets of Lyon", "https://courier.example/narrow"))
    with filled.read() as connection:
        explainer = Explainer(connection, Matcher(()), zone=ZoneInfo("UTC"), now=NOW)
        found = explainer.explain("narrow")
    assert [bool(one.entries) for one in found] == [False, True]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("herald.example",
         "herald.example is a host of the watchlist: Herald reads it (ok; last polled 09:00; 1 entry)."),
        ("https://www.herald.example/",
         "www.herald.example is a host of the watchlist: Herald reads it (ok; last polled 09:00; 1 entry)."),
        ("narrow.example",
         "narrow.example is a host of the watchlist: Narrow reads it (ok; last polled 09:00; 1 entry). It is read for "
         "Marathon only (topics:)."),
        ("asleep.example",
         "asleep.example is a host of the watchlist: Asleep reads it (paused; not polled yet; 0 entries). Asleep is "
         "paused."),
        ("xn--e1afmkfd.xn--p1ai",
         "xn--e1afmkfd.xn--p1ai is a host of the watchlist: По-русски reads it (new; not polled yet; 0 entries)."),
    ],
)  # fmt: skip
def test_a_bare_host(filled: Store, question: str, sentence: str) -> None:
    found = ask(filled, question)
    assert (found.verdict, found.sentence) == ("not_fetched", sentence)
    assert "none of" not in stop(found).sentence


def test_a_bare_host_with_what_others_give_of_it(filled: Store) -> None:
    more = [Source(f"Herald {n}", f"https://herald.example/{n}") for n in range(6)]
    force = in_force(filled, *TOPICS, sources=(*SOURCES, *more), channels=CHANNELS)
    tell(filled, force, "Courier", said("As the Herald has it", "https://herald.example/2"))
    found = ask(filled, "herald.example")
    assert "Courier gives entries of it (ok; last polled 09:00; 1 entry of it); Herald reads it (ok;" in found.sentence
    assert "; 3 more sources do" in found.sentence
    assert stop(ask(filled, "herald.example")).name == "seen"
    assert (stop(found).sentence, stop(found).change) == (
        "It is a host, not an entry.", "monitor entries --source Courier",
    )  # fmt: skip
    assert ask(filled, "unknown.example").sentence.startswith("No stored headline holds")


def test_a_host_is_known_in_both_its_forms(filled: Store) -> None:
    force = in_force(filled, *TOPICS, sources=SOURCES, channels=CHANNELS)
    tell(filled, force, "По-русски", said("Джек Ма", "https://пример.рф/jack"))
    for url in ("https://пример.рф/jack", "http://www.xn--e1afmkfd.xn--p1ai/jack?utm_source=x"):
        assert [entry.title for entry in ask(filled, url).entries] == ["Джек Ма"]


# --- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    ["馬雲", "马云", "MÜLLER cafe", "café muller", "Cafe Müller — 马云 | The Herald", "云 muller"],
)  # fmt: skip
def test_words_are_found_in_any_order_case_and_script(store: Store, asked: str) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", said("Café Müller: 马云 was there", "https://courier.example/cafe"))
    found = ask(store, asked)
    assert [entry.id for entry in found.entries] == [1]
    assert "not in its headline" not in found.ladder[2].sentence


@pytest.mark.parametrize("asked", ["Bordeaux wine", "BORDEAUX 馬雲"])
def test_words_of_a_text_are_found_where_no_headline_has_them(store: Store, asked: str) -> None:
    force = in_force(store, JACK)
    tell(
        store,
        force,
        "Courier",
        said("A call", "https://courier.example/call", teaser="About wine", text="马云, Bordeaux"),
    )
    tell(store, force, "Courier", said("Rain", "https://courier.example/rain"))
    found = ask(store, asked)
    assert [entry.title for entry in found.entries] == ["A call"]
    assert found.ladder[2].sentence.endswith("The words asked for stand in its text, not in its headline.")


def test_words_without_a_letter_find_what_is_written_so(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", said("Jack Ma ★ returns", "https://courier.example/star"))
    assert [entry.id for entry in ask(store, "★").entries] == [1]
    assert ask(store, "☂").verdict == "not_fetched"


def test_without_sources_words_find_nothing_and_say_why(store: Store) -> None:
    in_force(store, JACK, sources=())
    found = ask(store, "anything at all")
    assert (stop(found).name, stop(found).sentence) == ("watched", "The watchlist has no source.")


def test_a_list_is_answered_with_few_statements(filled: Store) -> None:
    asked = [f"https://courier.example/{path}" for path in ("school", "rain", "nowhere", "snow")] * 50
    asked += [f"https://herald.example/x{n}" for n in range(200)]
    statements: list[str] = []
    with filled.read() as connection:
        explainer = Explainer(connection, Matcher(TOPICS), zone=ZoneInfo("UTC"), now=NOW, topics=TOPICS)

        def count(*about: Any) -> None:
            statements.append(about[2])

        sa.event.listen(connection, "before_cursor_execute", count)
        answers = [one.explanation.verdict for one in explainer.audit(asked) if one.explanation]
        sa.event.remove(connection, "before_cursor_execute", count)
    assert answers == ["queued", "not_matched", "unrouted", "not_matched"] * 50 + ["not_fetched"] * 200
    assert len(statements) < 40, "they do not grow with the list"


def test_every_kind_of_question_may_stand_in_a_list(filled: Store) -> None:
    with filled.read() as connection:
        alert = connection.scalar(sa.select(t.alert.c.id).where(t.alert.c.decision == "send"))
        explainer = Explainer(connection, Matcher(TOPICS), zone=ZoneInfo("UTC"), now=NOW, topics=TOPICS)
        asked = ["Jack Ma opens a school in Lyon - Le Monde", "e2", "s2", "e99", "p1", f"{alert}", "herald", "Bordeaux"]
        found = list(explainer.audit(asked))
        alone = explainer.explain("e2")[0]
    assert [one.explanation.verdict if one.explanation else one.error[:18] for one in found] == [
        "queued", "not_matched", "unrouted", "there is no entry ", "p1 is a source, wh", "queued", "not_fetched",
        "not_fetched",
    ]  # fmt: skip
    assert found[1].explanation == alone
    both = found[0].explanation
    assert both is not None
    assert len(both.entries) == 2, "one answer a line, also where several entries have the headline"
    last = found[-1].explanation
    assert last is not None
    assert last.sentence.endswith("To ask about a page, give its address.")


def test_every_question_has_its_answer_on_either_database(any_store: Store) -> None:
    force = in_force(any_store, *TOPICS, sources=SOURCES, channels=CHANNELS)
    tell(any_store, force, "Courier", said("Jack Ma opens a school", "https://courier.example/a", text="In Bordeaux"))
    tell(any_store, force, "Courier", said("Rain", "https://courier.example/rain"))
    with any_store.write() as connection:
        herald = source_id_in(connection, "Herald")
        polls.write_polls(connection, [ended(herald, NOW)])
        polls.note_gap(connection, herald, NOW)
        store_entries.note_rejected(connection, herald, [Rejected("empty", "https://herald.example/bad")], NOW)
    asked = {
        "https://courier.example/a": "queued",
        "school JACK": "queued",
        "bordeaux": "queued",
        "https://courier.example/rain": "not_matched",
        "https://herald.example/bad": "rejected",
        "https://herald.example/x": "gap",
        "https://herald.example/2026/11/24/x": "gap",
        "https://narrow.example/2026/11/24/x": "not_fetched",
        "https://unknown.example/x": "unknown_source",
        "scool": "not_fetched",
    }
    assert {question: ask(any_store, question).verdict for question in asked} == asked
