"""How a join is said in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.analysis.clustering.firsts import Coverage
from monitor.cli.explaining import _print
from monitor.cli.printing import Clockface
from monitor.pipeline.coverage import Event
from monitor.pipeline.explain import Explanation
from monitor.pipeline.explain.changes import change_words
from monitor.pipeline.explain.sentences import Fact, Moments, sentence_of
from monitor.pipeline.explain.together import added_words, event_words, placed_when, rule_words
from monitor.store.coverage import EventRow
from monitor.store.evidence import ChangeRow, JoinRow
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow
from monitor.store.listing_stories import StoryRow

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "numbers", "other", "by", "words"),
    [
        ("first", {}, None, "rule", "the first of its story"),
        ("url", {"hours": 1.5}, 7, "rule", "the same address as e7, 1.5 h apart"),
        ("title=", {"hours": 0.0, "ts": 1.0}, 7, "rule", "the same headline as e7, 0 h apart"),
        ("title=", {"ts": 1.0, "c": 1.0, "m": 8}, 7, "rule",
         "the same headline as e7 (100% of the shorter text's word runs shared, 8 word runs in the shorter text)"),
        ("title~", {"hours": 2.0, "ts": 0.934, "t2b": 0.81}, 7, "rule",
         "the headline of e7 with a few words put in or left out (headlines 93% alike, 81% of the headlines' words in "
         "the other's text), 2 h apart"),
        ("title<", {"tt": 1.0, "wc": 1.0, "ts": 0.8, "wj": 0.7, "cos": 0.5}, 7, "rule",
         "the headline of e7, one of them abridged (headlines 100% alike but for words put in, 100% of the shorter "
         "headline's words shared, headlines 80% alike, 70% of the headlines' words shared, wording 50% alike)"),
        ("body=", {"c": 1.0}, None, "rule", "the same text as an earlier entry, letter for letter"),
        ("body", {"hours": 3, "c": 0.834, "r": 0.61, "m": 112.0, "tie": 0.5}, 12, "rule",
         "the same text as e12: 83% of the shorter one's three-word runs stand in the other (61% of all word runs, 112 "
         "word runs in the shorter text, tie 0.5), 3 h apart"),
        ("body", {}, 12, "rule", "the same text as e12"),
        ("hand", {}, 12, "hand", "put together with e12 by hand"),
        ("hand", {}, None, "hand", "split off by hand"),
        ("minhash", {"jaccard": 0.81}, 7, "rule", "minhash with e7 (jaccard 0.81)"),
        ("vote", {}, 7, "Ann", "vote with e7, put there by Ann"),
    ],
)  # fmt: skip
def test_every_rule_has_words(rule: str, numbers: dict[str, float], other: int | None, by: str, words: str) -> None:
    assert rule_words(JoinRow(1, 2, rule, numbers, by, other, AT)) == words


@pytest.mark.parametrize(
    ("rule", "by", "words"),
    [
        ("url", "rule", "It joined s2 by the same address as e7 (rule, 09:00)"),
        ("hand", "hand", "It joined s2, put together with e7 by hand (09:00)"),
    ],
)
def test_who_put_an_entry_there_is_said(rule: str, by: str, words: str) -> None:
    join = JoinRow(1, 2, rule, {}, by, 7, AT)
    assert f"It joined s2{placed_when(join, Moments(ZoneInfo('UTC'), AT).say)}" == words


def test_a_copy_says_what_it_adds() -> None:
    join = JoinRow(1, 2, "body", {}, "rule", 7, AT)
    assert added_words(join) is None
    two = replace(join, added=("It declined to comment.", "A second paragraph."))
    assert added_words(two) == 'differs: +2 paragraphs, "It declined to comment."'
    long = added_words(replace(join, added=("word " * 99,)))
    assert long is not None
    assert long.startswith('differs: +1 paragraph, "word')
    assert long.endswith('word…"')
    assert added_words(two, quoted=False) == "differs: +2 paragraphs"


def story(rule: str, numbers: dict[str, float], other: int | None = None) -> StoryRow:
    return StoryRow(
        4, 3, "A title", None, ("Courier",), 1, (), 1, AT, AT, event_rule=rule, event_numbers=numbers, event_other=other
    )


def event(*stories: int) -> Event:
    row = EventRow(3, "A title", None, stories, (), AT, AT, ())
    return Event(row, Coverage(("Courier",), ("Courier",), None))


@pytest.mark.parametrize(
    ("row", "stories", "language", "words"),
    [
        (story("event", {"S": 0.412, "threshold": 0.22, "s": 0.5, "cos": 0.33}, 8), (4, 5, 6), "en",
         "in event v3 with 2 other stories: score 0.41, needs 0.22; nearest: e8 (alike 0.5, wording 0.33)"),
        (story("event", {"S": 0.4, "threshold": 0.28, "wc": 0.5, "days": 0.7, "bodies": 1.0}, 8), (4, 5), "en",
         "in event v3 with 1 other story: score 0.40, needs 0.28; nearest: e8 (headline 0.5, 0.7 days apart, one of "
         "them with its text)"),
        (story("event", {}, 8), (4, 5), "en", "in event v3 with 1 other story: nearest: e8"),
        (story("event", {}), (4, 5), "en", "in event v3 with 1 other story: it was grouped with them"),
        (story("hand", {}, 8), (4, 5), "en", "in event v3 with 1 other story: set by hand"),
        (story("omen", {"moon": 1.5}), (4, 5), "en", "in event v3 with 1 other story: omen: moon 1.5"),
        (story("alone", {}), (4, 5), "en", "in event v3, which it opened; 1 other story joined it"),
        (story("alone", {}), (4,), "en", "alone in event v3: no other story was found to be on the same"),
        (story("alone", {"S": 0.18, "threshold": 0.22}, 8), (4,), "en",
         "alone in event v3: nothing is near enough (score 0.18, needs 0.22; nearest: e8)"),
        (story("cold", {"counted": 812, "needs": 5000}), (4,), "sv-FI",
         "alone in event v3: stories are grouped from 5,000 articles in Swedish on (so far 812)"),
        (story("cold", {"counted": 0}), (4,), "tlh",
         "alone in event v3: stories are grouped from enough articles in tlh on (so far 0)"),
        (story("cold", {}), (4,), None,
         "alone in event v3: stories in its language are not grouped until enough articles in its language were "
         "counted"),
        (story("off", {}), (4,), "en",
         "alone in event v3: its source is a hot list, a shop or a repository, where no events are"),
        (story("template", {"seen": 3}), (4,), "en",
         "alone in event v3: a headline of this form was seen 3 times in 30 days, and what repeats so is not grouped"),
        (story("template", {}), (4,), "en",
         "alone in event v3: a headline of this form was seen often in 30 days, and what repeats so is not grouped"),
    ],
)  # fmt: skip
def test_why_a_story_is_in_its_event(row: StoryRow, stories: tuple[int, ...], language: str | None, words: str) -> None:
    assert event_words(row, event(*stories), language) == words


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("Founder told to return", "Founder asked to return", 'Headline changed 09:00: "asked" was "told"'),
        ("Mayor opens park", "Mayor opens the old park", 'Headline changed 09:00: "the old" is new'),
        ("Mayor opens the old park", "Mayor opens park", 'Headline changed 09:00: "the old" is gone'),
        ("Two dead in fire in Lyon", "Four dead in fire near Lyon",
         'Headline changed 09:00: "Four" was "Two", "near" was "in"'),
        ("马云重返阿里园区", "马云重回阿里园区", 'Headline changed 09:00: "回" was "返"'),
        ("FIRE IN LYON", "Fire in Lyon", 'Headline changed 09:00: now written "Fire in Lyon"'),
        ("Fire in Lyon", "Mayor opens the old park", 'Headline changed 09:00: was "Fire in Lyon"'),
        ("", "Mayor opens park", 'Headline changed 09:00: "Mayor opens park" is new'),
        ("Mayor opens park " + "and says a word " * 9, "Mayor opens park",
         'Headline changed 09:00: was "Mayor opens park ' + "and says a word " * 9 + '"'),
        ("Mayor opens park", "Mayor opens park", "Text changed 09:00; the headline stayed"),
    ],
)  # fmt: skip
def test_a_changed_headline_is_told_by_its_words(was: str, now: str, words: str) -> None:
    assert change_words(ChangeRow(1, 1, AT, was, now), Moments(ZoneInfo("UTC"), AT)) == words


@pytest.mark.parametrize(
    ("became", "said"),
    [
        ("failed: too_short: The page holds less text than an article (0 characters).",
         "Its article was not searched: The page holds less text than an article (0 characters)."),
        ("refused: robots", "Its article was not searched: robots."),
        ("due: http_503: a.example answers 503.", "Its article is still to be read (last try: a.example answers 503)."),
        ("due", "Its article is still to be read."),
        ("read", "Its article was read and searched in full."),
    ],
)  # fmt: skip
def test_what_became_of_an_article_is_said_in_words(became: str, said: str) -> None:
    entry = EntryRow(
        id=1, url=None, title="A title", source="Courier", source_id=1, topics=(), story=None, published=None,
        first_seen=AT, outlet="Courier", language=None, revision=1, text_state="teaser", full_text=became,
    )  # fmt: skip
    sentence = sentence_of("not_matched", Fact(entry), Moments(ZoneInfo("UTC"), AT))
    assert sentence.endswith(f" {said}")


def test_what_the_owner_was_told_stands_once_and_in_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Courier: It answers 404.\n1 try since Tue 09:00.\nYou can: look at it."
    alert = AlertRow(
        id="a1", at=AT, channel="console", subject_kind="source", subject="p1", rule="health", step="broken:1",
        topics=(), decision="send", reason=text, entry=None, revision=None, title=None,
    )  # fmt: skip
    _print([Explanation("a1", "sent", text, alerts=(alert,))], Clockface(ZoneInfo("UTC"), AT))
    assert capsys.readouterr().out.splitlines() == [
        "sent: Courier: It answers 404.",
        "1 try since Tue 09:00.",
        "You can: look at it.",
        "  alert      a1 console, health: send",
    ]


def test_feed_text_fakes_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    _print([Explanation("x", "rejected", "Courier showed it: a\nsent: b")], Clockface(ZoneInfo("UTC"), AT))
    assert capsys.readouterr().out == "rejected: Courier showed it: a\\nsent: b\n"
