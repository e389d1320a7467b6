"""How a join is said in words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.explaining import _print
from monitor.cli.printing import Clockface
from monitor.pipeline.explain import Explanation
from monitor.pipeline.explain.sentences import Fact, Moments, rule_words, sentence_of
from monitor.store.evidence import JoinRow
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "numbers", "other", "by", "words"),
    [
        ("first", {}, None, "rule", "the first of its story"),
        ("url", {"hours": 1.5}, 7, "rule", "the same address as e7, 1.5 h apart"),
        ("title=", {"hours": 0.0, "ts": 1.0}, 7, "rule", "the same headline as e7, 0 h apart"),
        ("title~", {"hours": 2.0, "ts": 0.934}, 7, "rule",
         "the headline of e7 with words added or left out (alike by 93%), 2 h apart"),
        ("body=", {"ts": 0.7}, None, "rule", "the same text as an earlier entry under a like headline (alike by 70%)"),
        ("minhash", {"jaccard": 0.81}, 7, "rule", "minhash with e7 (jaccard 0.81)"),
        ("vote", {}, 7, "Ann", "vote with e7, put there by Ann"),
    ],
)  # fmt: skip
def test_every_rule_has_words(rule: str, numbers: dict[str, float], other: int | None, by: str, words: str) -> None:
    assert rule_words(JoinRow(1, 2, rule, numbers, by, other, AT)) == words


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
