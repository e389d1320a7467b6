"""``explain`` on a real store: each verdict once, its sentence, and the questions that lead there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.analysis.matching.match import Matcher
from monitor.errors import UsageError
from monitor.model import Channel, HealthChange, Outcome, Rejected, Topic
from monitor.pipeline.explain import VERDICTS, Explainer, Explanation
from monitor.pipeline.record import tell_owner
from monitor.store import entries as store_entries
from monitor.store import outbox, polls
from monitor.store import tables as t
from monitor.store.database import Store
from tests.paths import JACK, NOW, QWEN, ended, in_force, said, source_id, tell, topic

HOUR = timedelta(hours=1)
CHANNELS = (Channel("console"), Channel("pr", "apprise"), Channel("mail", "email", off="set MAIL_TO"))
TOPICS = (
    JACK,
    topic("Nowhere", "Nowhere", channels=()),
    topic("Switched off", "Switched", channels=("mail",)),
    topic("Marathon", "Hangzhou", none=("marathon",)),
    topic("Both", "Bordeaux", channels=("console", "pr")),
)


def fill(store: Store) -> None:
    """Two polled sources, and an entry for most verdicts."""
    force = in_force(store, *TOPICS, channels=CHANNELS)
    base = said("Jack Ma was here before us", "https://courier.example/base")
    tell(store, force, "Courier", base, origin="baseline")
    tell(store, force, "Courier", said("Jack Ma imported by hand", "https://courier.example/import"), origin="import")
    tell(
        store, force, "Courier", said("Rain all day", "https://courier.example/rain", text="and in Hangzhou: marathon")
    )
    tell(store, force, "Courier", said("Nowhere to go", "https://courier.example/nowhere"))
    tell(store, force, "Courier", said("Switched to another line", "https://courier.example/switched"))
    tell(
        store,
        force,
        "Courier",
        said("Jack Ma opens a school in Lyon", "https://courier.example/school"),
        now=NOW + HOUR,
    )
    tell(
        store,
        force,
        "Herald",
        said("Jack Ma opens a school in Lyon", "https://herald.example/school"),
        now=NOW + 2 * HOUR,
    )
    tell(
        store,
        force,
        "Herald",
        said("Wine of Bordeaux sells well again", "https://herald.example/wine"),
        now=NOW + 2 * HOUR,
    )


def ask(store: Store, question: str, *topics: Topic) -> list[Explanation]:
    with store.read() as connection:
        explainer = Explainer(connection, Matcher(topics or TOPICS), zone=ZoneInfo("Europe/London"), now=NOW + 3 * HOUR)
        return explainer.explain(question)


def ask_one(store: Store, question: str, *topics: Topic) -> Explanation:
    (found,) = ask(store, question, *topics)
    assert found.verdict in VERDICTS
    return found


def decide(store: Store, url: str, decision: str) -> None:
    """As a later rule would have decided."""
    entry = sa.select(t.entry.c.id).where(t.entry.c.url == url).scalar_subquery()
    with store.write() as connection:
        connection.execute(
            sa.update(t.alert)
            .where(t.alert.c.entry == entry)
            .values(decision=decision, reason=f"because of {decision}")
        )


WAYS: Final = [
    ("https://courier.example/rain", "not_matched",
     'Read from Courier at 09:00; no topic matched. Nearest: Marathon: none: "marathon" is there.'),
    ("https://courier.example/nowhere", "unrouted",
     'Matches Nowhere ("Nowhere" in the headline). Recorded and listed, not sent: Nowhere goes to no channel '
     "(channels: [])."),
    ("https://courier.example/switched", "unrouted",
     'Matches Switched off ("Switched" in the headline). Recorded and listed, not sent: Switched off goes to mail '
     "(off)."),
    ("https://courier.example/base", "baseline",
     'Matches Jack Ma ("Jack Ma" in the headline). Listed, not sent: it stood in the first document read from its '
     "source (console, 09:00)."),
    ("https://courier.example/import", "import",
     'Matches Jack Ma ("Jack Ma" in the headline). Recorded, not sent: it was imported (console, 09:00).'),
    ("https://courier.example/school", "queued",
     'Matches Jack Ma ("Jack Ma" in the headline). The message to console (ALERT) waits since 10:00 to be sent.'),
    ("https://herald.example/school", "folded",
     'Matches Jack Ma ("Jack Ma" in the headline). Not sent again: it is part of story s5, which console heard of at '
     "10:00 (ALERT); it is here by the same headline as e6, 1 h apart."),
    ("https://nobody.example/2026/11/24/x", "unknown_source",
     "No source of the watchlist reads nobody.example, so nothing from there can arrive. Look at it: monitor try "
     "https://nobody.example/"),
    ("https://herald.example/other", "not_fetched", "herald.example is watched by Herald, but was not polled yet."),
]  # fmt: skip


@pytest.mark.parametrize(("url", "verdict", "sentence"), WAYS, ids=[way[1] + way[0][-5:] for way in WAYS])
def test_each_verdict_has_its_sentence(store: Store, url: str, verdict: str, sentence: str) -> None:
    fill(store)
    found = ask_one(store, url)
    for alert in found.alerts:
        sentence = sentence.replace("ALERT", alert.id, 1) if verdict == "queued" else sentence
    if verdict == "folded":
        sentence = sentence.replace("ALERT", ask_one(store, "https://courier.example/school").alerts[0].id)
    assert (found.verdict, found.sentence) == (verdict, sentence)


@pytest.mark.parametrize("decision", ["backfill", "capped", "muted", "held"])
def test_later_decisions_are_told_with_their_reason(store: Store, decision: str) -> None:
    fill(store)
    decide(store, "https://courier.example/school", decision)
    found = ask_one(store, "https://courier.example/school")
    assert found.verdict == decision
    assert f"Because of {decision} (console, 10:00)." in found.sentence


def claim_and(store: Store, outcome: str) -> None:
    """The wine story's messages: one try each, which ends so."""
    with store.write() as connection:
        ids = list(connection.scalars(sa.select(t.delivery.c.id).where(t.delivery.c.id < 3)))
        later = NOW + 2 * HOUR
        for waiting in outbox.claim_deliveries(connection, later, channels=("console", "pr"), tried=ids[:1]):
            if outcome == "sent":
                outbox.mark_sent(connection, waiting, later)
            else:
                outbox.mark_failed(
                    connection, waiting, "no_service", final=outcome == "dead", uncertain=False,
                    next_try_at=later + HOUR, now=later,
                )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "verdict", "said_so"),
    [
        ("sent", "sent", "Sent to console, pr at 11:00 ("),
        ("dead", "dead", "was given up after 1 try: no_service."),
        ("retry", "queued", "waits since 11:00; 1 try, the next is due now: no_service"),
    ],
)
def test_what_became_of_the_message_decides(store: Store, outcome: str, verdict: str, said_so: str) -> None:
    fill(store)
    claim_and(store, outcome)
    found = ask_one(store, "https://herald.example/wine")
    assert found.verdict == verdict
    assert said_so in found.sentence
    assert {delivery.state for delivery in found.deliveries} == {outcome}
    by_delivery = ask_one(store, f"d{found.deliveries[0].id}")
    by_alert = ask_one(store, found.alerts[0].id)
    assert by_delivery.sentence == by_alert.sentence == found.sentence.replace("console, pr at", "console at")


def test_an_uncertain_message_says_so(store: Store) -> None:
    fill(store)
    claim_and(store, "sent")
    with store.write() as connection:
        connection.execute(sa.update(t.delivery).values(uncertain=True))
    assert "may have arrived twice" in ask_one(store, "https://herald.example/wine").sentence


def test_one_address_many_ways_of_writing_it(store: Store) -> None:
    fill(store)
    plain = ask_one(store, "https://courier.example/school")
    for written in ("http://www.courier.example/school/?utm_source=x", "courier.example/school"):
        found = ask_one(store, written)
        assert (found.entries, found.sentence) == (plain.entries, plain.sentence)


def test_a_story_is_all_its_entries(store: Store) -> None:
    fill(store)
    found = ask_one(store, "s5")
    assert [row.id for row in found.entries] == [6, 7]
    assert found.story is not None
    assert (found.story.id, found.story.outlets) == (5, ("Courier", "Herald"))
    assert [join.rule for join in found.evidence] == ["first", "title="]
    assert {alert.decision for alert in found.alerts} == {"send", "folded"}
    assert found.verdict == "queued"
    assert ask_one(store, f"v{found.story.event}").entries == found.entries
    assert ask_one(store, "e7").verdict == "folded"


def test_words_find_headlines_in_any_case(store: Store) -> None:
    fill(store)
    force = in_force(store, *TOPICS, channels=CHANNELS)
    tell(store, force, "Courier", said("Джек Ма открыл школу", "https://courier.example/ru"))
    assert [one.entries[0].id for one in ask(store, "school JACK")] == [7, 6]
    assert [one.entries[0].title for one in ask(store, "джек")] == ["Джек Ма открыл школу"]
    missing = ask_one(store, "100% school")
    assert (missing.verdict, missing.entries) == ("not_fetched", ())
    assert missing.sentence.startswith(
        'No stored headline holds "100%", "school", and no text that is kept. Most alike: e7 "Jack Ma opens a school'
    )
    unlike = ask_one(store, "100% wool")
    assert unlike.sentence.endswith("and no text that is kept. To ask about a page, give its address.")
    near = ask_one(store, "Jack opened scool")
    assert near.sentence.endswith(
        'Most alike: e7 "Jack Ma opens a school in Lyon" (Herald, 11:00); e6 "Jack Ma opens a school in Lyon" '
        "(Courier, 10:00)."
    )


def test_words_that_everything_holds_are_capped(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", *(said(f"Rain number {n}", f"https://courier.example/{n}") for n in range(25)))
    assert len(ask(store, "rain")) == 20


@pytest.mark.parametrize("question", ["e99", "s99", "v99", "d99", "t1", "p1", "  "])
def test_what_is_not_there_is_a_usage_error(store: Store, question: str) -> None:
    fill(store)
    with pytest.raises(UsageError):
        ask(store, question)


def test_a_word_that_looks_like_an_alert_is_a_word(store: Store) -> None:
    fill(store)
    force = in_force(store, *TOPICS, channels=CHANNELS)
    tell(store, force, "Courier", said("Two ponds added", "https://courier.example/ponds"))
    assert [entry.title for entry in ask_one(store, "added").entries] == ["Two ponds added"]
    assert ask_one(store, "acceded").verdict == "not_fetched"
    with store.read() as connection:
        known = connection.scalars(sa.select(t.alert.c.id)).first()
    assert known
    assert ask_one(store, known).alerts


def test_near_misses_are_computed_again_where_none_were_noted(store: Store) -> None:
    fill(store)
    now = ask_one(store, "https://courier.example/rain", topic("Rain", "rain", none=("Hangzhou",)))
    assert [miss.topic for miss in now.near_misses] == ["Marathon"]  # what was noted then
    with store.write() as connection:
        connection.execute(sa.delete(t.near_miss))
    again = ask_one(store, "https://courier.example/rain", topic("Rain", "rain", none=("Hangzhou",)))
    assert [(miss.topic, miss.clause) for miss in again.near_misses] == [("Rain", 'none: "Hangzhou" is there')]
    would = ask_one(store, "https://courier.example/rain", topic("Rain", "rain"))
    assert "As the watchlist stands now Rain would match; it was read before that." in would.sentence


def test_a_text_that_is_gone_is_said(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        connection.execute(sa.delete(t.text_recent))
        connection.execute(sa.update(t.entry).where(t.entry.c.id == 3).values(text_state="aged"))
    assert "Its text is no longer kept" in ask_one(store, "e3").sentence


def test_a_copy_that_names_no_topic_says_whose_copy_it_is(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        connection.execute(
            sa.insert(t.story_entry).values(
                entry=3, story=5, rule="url", numbers={"hours": 2.0}, by="rule", other=6, at=NOW
            )
        )
    assert "It counts as a copy in story s5 by the same address as e6, 2 h apart." in ask_one(store, "e3").sentence


def poll(store: Store, source: str, *, outcome: Outcome = Outcome.NEW, reason: str | None = None) -> None:
    """A poll an hour ago."""
    with store.write() as connection:
        broken: dict[str, Any] = {}
        if reason:
            broken = {"state": "broken", "reason": reason, "failures": 1, "last_ok_at": None}
        error = f"http_404: {reason}" if reason else None
        update = ended(source_id(store, source), outcome=outcome, error=error, **broken)
        polls.write_polls(connection, [update])


def test_an_address_that_was_never_seen_names_the_polls(store: Store) -> None:
    fill(store)
    poll(store, "Herald")
    known = ask_one(store, "https://www.herald.example/other")
    assert known.sentence == (
        "www.herald.example is watched by Herald; 1 poll since 09:00; this address was in none of its documents. "
        "Last good read 09:00."
    )
    poll(store, "Herald", outcome=Outcome.ERROR, reason="It answers 404.")
    broken = ask_one(store, "https://herald.example/other")
    assert broken.sentence == (
        "herald.example is watched by Herald; 2 polls since 09:00, 1 of which failed; this address was in none of its "
        "documents. Herald is not read now: It answers 404."
    )


def test_a_source_is_known_by_what_it_publishes(store: Store) -> None:
    fill(store)
    force = in_force(store, *TOPICS, channels=CHANNELS)
    tell(store, force, "Courier", said("Elsewhere", "https://elsewhere.example/a"))
    assert ask_one(store, "https://elsewhere.example/b").verdict == "not_fetched"
    assert ask_one(store, "https://news.herald.example/b").verdict == "not_fetched"
    assert ask_one(store, "https://herald.example.org/b").verdict == "unknown_source"


def test_a_retired_source_is_named(store: Store) -> None:
    fill(store)
    in_force(store, *TOPICS, channels=CHANNELS, sources=())
    found = ask_one(store, "https://herald.example/other")
    assert found.verdict == "unknown_source"
    assert found.sentence.startswith("Herald read herald.example until it was removed from the watchlist at 09:00;")


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("https://herald.example/other", "gap"),  # says no day
        ("https://herald.example/2026/11/24/other", "gap"),
        ("https://herald.example/2026/nov/24/other", "gap"),
        ("https://herald.example/2026/03/01/other", "not_fetched"),
        ("https://herald.example/2026/xyz/01/other", "gap"),
        ("https://herald.example/2026/02/31/other", "gap"),  # no day either
    ],
)
def test_a_gap_covers_its_time_only(store: Store, url: str, verdict: str) -> None:
    fill(store)
    poll(store, "Herald")
    with store.write() as connection:
        polls.note_gap(connection, source_id(store, "Herald"), NOW + 2 * HOUR)
    found = ask_one(store, url)
    assert found.verdict == verdict
    if verdict == "gap":
        assert found.sentence.startswith("May have been missed: between 09:00 and 11:00 Herald moved on so far")


def test_what_was_rejected_is_shown(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        sample = Rejected("no_content", "https://herald.example/bad and words")
        store_entries.note_rejected(connection, source_id(store, "Herald"), [sample], NOW)
    found = ask_one(store, "https://herald.example/bad")
    assert (found.verdict, found.sentence) == (
        "rejected",
        "Herald showed it at 09:00, but it could not become an entry (no_content): "
        "https://herald.example/bad and words",
    )


def test_what_skip_left_out_is_said_to_be(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        sample = Rejected("skip: Sponsored", "https://herald.example/ad Sponsored: shoes")
        store_entries.note_rejected(connection, source_id(store, "Herald"), [sample], NOW)
    found = ask_one(store, "https://herald.example/ad")
    assert (found.verdict, found.sentence) == (
        "rejected",
        "Herald showed it at 09:00; left out by your skip: Sponsored. It was: "
        "https://herald.example/ad Sponsored: shoes",
    )


def test_health_alerts_are_explained_too(store: Store) -> None:
    force = in_force(store, JACK, QWEN)
    change = HealthChange("source", "p1", "broken", "Courier: 404.", "1")
    with store.write() as connection:
        tell_owner(connection, force, change, NOW)
    by_delivery = ask_one(store, "d1")
    assert (by_delivery.verdict, by_delivery.sentence, by_delivery.entries) == ("queued", "Courier: 404.", ())
    assert ask_one(store, by_delivery.alerts[0].id).alerts == by_delivery.alerts


def test_a_list_is_explained_by_its_entries(store: Store) -> None:
    fill(store)
    with store.write() as connection:
        alerts = list(connection.scalars(sa.select(t.alert.c.id).where(t.alert.c.decision == "send")))
        connection.execute(sa.delete(t.delivery_item))
        connection.execute(
            sa.insert(t.delivery_item), [{"delivery": 1, "alert": a, "position": n} for n, a in enumerate(alerts)]
        )
    assert {row.id for row in ask_one(store, "d1").entries} == {6, 8}


def test_asked_for_one_alert_it_answers_for_that_one(store: Store) -> None:
    force = in_force(store, *TOPICS, channels=CHANNELS)
    tell(store, force, "Courier", said("A call from Bordeaux", "https://courier.example/call"))
    with store.write() as connection:
        (console,) = outbox.claim_deliveries(connection, NOW, channels=("console",))
        outbox.mark_sent(connection, console, NOW)
        alerts = {r.channel: r.id for r in connection.execute(sa.select(t.alert.c.channel, t.alert.c.id))}
        number = connection.scalar(sa.select(t.delivery.c.id).where(t.delivery.c.channel == "pr"))
    with store.read() as connection:
        explainer = Explainer(connection, force.matcher, zone=ZoneInfo("Europe/London"), now=NOW)
        verdicts = {
            name: explainer.explain(asked)[0].verdict
            for name, asked in (("console", alerts["console"]), ("pr", alerts["pr"]), ("delivery", f"d{number}"))
        }
    assert verdicts == {"console": "sent", "pr": "queued", "delivery": "queued"}
