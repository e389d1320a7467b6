"""What keeps unlike articles out of an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.analysis.clustering.features import Features, features
from monitor.analysis.clustering.guards import (
    BODIES,
    HEADLINES,
    STRICTER,
    bounded,
    one_template,
    only_dates,
    threshold,
    united,
)
from monitor.analysis.clustering.weights import Frequencies
from monitor.model import Article, Group

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
COMMON = Frequencies("en", 10_000, {"close": 900, "open": 900, "with": 4_000, "dies": 800, "bridge": 60})


def taken(title: str, outlet: str = "Northern Post", number: int = 1) -> Features:
    return features(Article(number, title, outlet, NOW), COMMON)


def group(size: int = 1, days: float = 0.0, number: int = 1) -> Group:
    return Group(number, size, NOW - timedelta(days=days), NOW)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Harbour bulletin No. 14: ferries and tides", "Harbour bulletin No. 15: ferries and tides"),
        ("Word puzzle hints and answer for 3 March", "Word puzzle hints and answer for 4 March"),
        ("Horoscope for Monday", "Horoscope for Tuesday"),
        ("Severe frost warning for Aldermoor", "Severe frost warning for Brackwater"),
        ("北京今日天气预报晴转多云", "上海今日天气预报晴转多云"),
        (
            "Town hall lecture 3 of 4: the old mills of Aldermoor",
            "Town hall lecture 4 of 4: the old mills of Aldermoor",
        ),
    ],
)
def test_two_titles_from_one_template(one: str, two: str) -> None:
    assert one_template(taken(one), taken(two, "Harbour Gazette", 2))
    assert one_template(taken(two, "Harbour Gazette", 2), taken(one))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # a word for another that tells little: the same news in other words
        ("Aldermoor bridge to close after cracks found", "Aldermoor bridge to open after cracks found"),
        ("Ferry sinks off Aldermoor, 12 missing", "Twelve missing as Aldermoor ferry goes down"),
        ("Ferry sinks off Aldermoor", "Ferry sinks off Aldermoor, 12 missing"),
        ("Mayor of Aldermoor resigns", "Budget vote fails in Brackwater"),
        ("", ""),
        ("🎉", "🎉🎉"),
    ],
)
def test_other_titles_are_from_none(one: str, two: str) -> None:
    assert not one_template(taken(one), taken(two, "Harbour Gazette", 2))


def test_a_title_that_one_outlet_has_again_is_a_standing_one() -> None:
    assert one_template(taken("Morning briefing"), taken("Morning briefing", number=2))
    assert not one_template(taken("Morning briefing"), taken("Morning briefing", "Harbour Gazette", 2))


def test_headlines_alone_must_be_more_alike_than_bodies() -> None:
    assert threshold(group(), NOW, bodies=True) == BODIES
    assert threshold(group(), NOW, bodies=False) == HEADLINES


@pytest.mark.parametrize(
    ("event", "more"),
    [(group(60), 0.0), (group(120), STRICTER), (group(240), 2 * STRICTER), (group(2, 28), STRICTER)],
)
def test_a_large_or_long_event_asks_for_more(event: Group, more: float) -> None:
    assert threshold(event, NOW, bodies=False) == pytest.approx(HEADLINES + more)


def test_an_article_from_a_wrong_clock_finds_no_event_easily() -> None:
    assert threshold(group(), datetime(1970, 1, 1, tzinfo=UTC), bodies=False) > HEADLINES + 0.4
    assert threshold(group(), datetime(2099, 1, 1, tzinfo=UTC), bodies=False) > HEADLINES + 0.4


def test_large_and_long_events_do_not_become_one() -> None:
    assert bounded(group(50), group(70))
    assert not bounded(group(50), group(71))
    assert not bounded(group(2, 15), group(2))
    both = united(group(3, 2), group(4, 5, number=2))
    assert (both.id, both.size, both.last_seen - both.first_seen) == (1, 7, timedelta(days=5))


@pytest.mark.parametrize(
    ("title", "dates"),
    [("3 March 2026, Monday evening", True), ("", True), ("March of the farmers, 2026", False)],
)
def test_dates_alone_are_nothing_in_common(title: str, dates: bool) -> None:
    assert only_dates(taken(title).terms) is dates
