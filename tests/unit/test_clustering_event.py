"""Which event a story is about."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.analysis.clustering.event import attach, centroid, likely, merges, unpack_centroid
from monitor.analysis.clustering.features import Features, features
from monitor.analysis.clustering.guards import BODIES, HEADLINES
from monitor.analysis.clustering.weights import Frequencies
from monitor.limits import CANDIDATES_CAP
from monitor.model import Article, Group, Grouped
from tests.clocks import within

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
COMMON = Frequencies("en", 10_000, dict.fromkeys(("after", "says", "new", "over", "report", "close"), 2_000))
FERRY = (
    "Ferry sinks off Aldermoor with 40 aboard",
    "Rescue boats search for Aldermoor ferry passengers",
    "Aldermoor ferry sinks: what passengers say",
)


def taken(number: int, title: str, *, hours: float = 0.0, outlet: str = "", body: str = "") -> Features:
    when = NOW + timedelta(hours=hours)
    return features(Article(number, title, outlet or f"Outlet {number}", when, body=body), COMMON)


def event(number: int, members: Sequence[Features]) -> Group:
    times = [member.article.when for member in members]
    return Group(number, len(members), min(times), max(times), centroid(member.vector for member in members))


def found(
    article: Features, events: Mapping[int, Sequence[Features]], *, warm: bool = True, masked_before: int = 0
) -> Grouped | None:
    candidates = [(member, number) for number, members in events.items() for member in members]
    groups = {number: event(number, members) for number, members in events.items()}
    return attach(article, candidates, groups, warm=warm, masked_before=masked_before)


def test_other_words_on_one_happening_come_into_its_event() -> None:
    grouped = found(
        taken(9, "Aldermoor ferry: captain questioned as ship sinks", hours=20),
        {1: [taken(1, FERRY[0]), taken(2, FERRY[2])], 2: [taken(3, "Brackwater council passes budget")]},
    )
    assert grouped is not None
    assert (grouped.event, grouped.other) == (1, 1)
    assert list(grouped.numbers) == ["S", "s", "cos", "wc", "days", "threshold", "bodies"]
    assert grouped.numbers["S"] >= grouped.numbers["threshold"] == HEADLINES
    assert grouped.numbers["days"] == pytest.approx(20 / 24, abs=0.001)
    assert all(round(value, 3) == value for value in grouped.numbers.values())


def test_another_happening_begins_an_event() -> None:
    assert found(taken(9, "Brackwater council passes budget"), {1: [taken(1, FERRY[0]), taken(2, FERRY[1])]}) is None
    assert found(taken(9, FERRY[0]), {}) is None


def test_a_week_later_it_is_another() -> None:
    article = taken(9, FERRY[2], hours=169)
    assert found(article, {1: [taken(1, FERRY[0])]}) is None
    assert found(taken(9, FERRY[2], hours=10), {1: [taken(1, FERRY[0])]}) is not None


@pytest.mark.parametrize("hours", [-24 * 365 * 56, 24 * 365 * 73])
def test_wrong_clocks_group_nothing(hours: float) -> None:
    assert found(taken(9, FERRY[2], hours=hours), {1: [taken(1, FERRY[0])]}) is None


def test_another_issue_of_a_series_is_another() -> None:
    first = taken(1, "Harbour bulletin No. 14: ferries and tides")
    assert found(taken(2, "Harbour bulletin No. 15: ferries and tides", hours=24), {1: [first]}) is None


def test_an_event_that_holds_an_issue_of_the_series_is_closed_to_the_next() -> None:
    members = [
        taken(1, "Word puzzle hints and answer for 3 March"),
        taken(2, "Word puzzle answer and hints: help with the grid"),
    ]
    assert found(taken(3, "Word puzzle hints and answer for 4 March", hours=24), {1: members}) is None


def test_the_date_alone_is_no_happening() -> None:
    first = taken(1, "Northern Rovers 119-103 Brackwater (March 2, 2026)")
    assert found(taken(2, "Puzzle hints, March 2, 2026", hours=3), {1: [first]}) is None


def test_a_title_seen_often_by_its_template_is_not_grouped() -> None:
    members = {1: [taken(1, FERRY[0])]}
    assert found(taken(9, FERRY[2]), members, masked_before=2) is not None
    assert found(taken(9, FERRY[2]), members, masked_before=3) is None


def test_a_language_hardly_seen_is_not_grouped() -> None:
    assert found(taken(9, FERRY[2]), {1: [taken(1, FERRY[0])]}, warm=False) is None


def test_one_likeness_does_not_chain() -> None:
    other = ("Storm warning for the northern coast", "Northern coast braces for gales", "Gales hit coast towns")
    members = [taken(number, title) for number, title in enumerate(other, 1)]
    odd = taken(4, "Aldermoor ferry crew in storm warning dispute")
    article = taken(9, FERRY[2])
    assert found(article, {1: [*members, odd]}) is None
    assert found(article, {1: [odd]}) is not None


def test_members_that_were_not_found_count_as_unlike() -> None:
    members = [taken(1, FERRY[0]), taken(2, FERRY[1])]
    article = taken(9, FERRY[2])
    alone = event(1, members[:1])
    whole = attach(article, [(members[0], 1)], {1: alone}, warm=True)
    part = attach(article, [(members[0], 1)], {1: replace(alone, size=3)}, warm=True)
    assert whole is not None
    assert part is None or part.numbers["S"] < whole.numbers["S"]


def test_the_best_event_comes_first_and_a_merged_one_counts_as_its_root() -> None:
    near, far = taken(1, FERRY[2]), taken(2, FERRY[1])
    root = event(1, [near])
    groups = {1: root, 5: root, 2: event(2, [far])}
    article = taken(9, "Aldermoor ferry sinks, passengers say")
    for order in ([(near, 5), (far, 2)], [(far, 2), (near, 5)]):
        assert [one.event for one in likely(article, order, groups, warm=True)][:1] == [1]
    assert likely(article, [(near, 77)], groups, warm=True) == []


def test_bodies_decide_where_both_have_one() -> None:
    told = (
        "The harbour office of Aldermoor said the vessel Merle took water beyond the breakwater at dawn. Lifeboats from"
        " three stations reached her within the hour, while a crane barge stood by to lift the wreck before the tide. "
    )
    one = taken(1, "Merle goes down", body=told + "Divers were sent from Brackwater to look for the crew.")
    two = taken(2, "Vessel lost off the coast", body=told + "The owner of the vessel had passed an inspection in May.")
    grouped = found(two, {1: [one]})
    assert grouped is not None
    assert grouped.numbers["bodies"] == 2
    assert grouped.numbers["threshold"] == BODIES
    alone = found(two, {1: [taken(1, "Vessel Merle lost off Aldermoor coast")]})
    assert alone is None or (alone.numbers["bodies"], alone.numbers["threshold"]) == (1, HEADLINES)


def test_events_that_an_article_shows_to_be_one_become_one() -> None:
    left, right = [taken(1, FERRY[0]), taken(2, FERRY[2])], [taken(3, FERRY[1])]
    article = taken(9, "Aldermoor ferry sinks, rescue boats search for passengers")
    groups = {1: event(1, left), 2: event(2, right)}
    over = likely(article, [(left[0], 1), (left[1], 1), (right[0], 2)], groups, warm=True)
    assert {one.event for one in over} == {1, 2}
    members = {1: left, 2: right}[over[0].event]
    middle = centroid(member.vector for member in [article, *members])
    assert merges(over, groups, middle) == [over[1].event]
    assert merges(over[:1], groups, middle) == []
    large = {number: replace(group, size=100) for number, group in groups.items()}
    assert merges(over, large, middle) == []
    by_bodies = [replace(one, numbers={**one.numbers, "bodies": 1.0}) for one in over]
    assert merges(by_bodies, groups, middle) == []
    unlike = centroid([taken(7, "Brackwater council passes budget").vector])
    assert merges(over, groups, unlike) == []


def test_a_middle_is_of_the_newest_twelve_cut_and_of_unit_length() -> None:
    vectors = [{f"t{number}-{at}": 1.0 for at in range(20)} for number in range(15)]
    middle = unpack_centroid(centroid(vectors))
    assert len(middle) == 160
    assert not any(term.startswith(("t12-", "t13-", "t14-")) for term in middle)
    assert sum(value * value for value in middle.values()) == pytest.approx(1, abs=0.01)
    assert centroid([]) == centroid([{}]) == ""
    assert unpack_centroid("") == {}


@pytest.mark.parametrize("title", ["", "🎉", "word " * 10_000, "天" * 5_000, "a\tb \x00 \u202e"])
def test_odd_titles_are_no_error(title: str) -> None:
    article = taken(2, title, hours=1)
    assert found(article, {1: [taken(1, FERRY[0])]}) is None
    assert unpack_centroid(centroid([article.vector])) == pytest.approx(article.vector, abs=1e-4)


def test_the_same_articles_give_the_same_numbers_in_any_order() -> None:
    members = [taken(number, title) for number, title in enumerate(FERRY, 1)]
    groups = {1: event(1, members[:2]), 2: event(2, members[2:])}
    candidates = [(members[0], 1), (members[1], 1), (members[2], 2)]
    article = taken(9, "Aldermoor ferry sinks, rescue boats search for passengers")
    expected = likely(article, candidates, groups, warm=True)
    for seed in range(5):
        random.Random(seed).shuffle(candidates)
        assert likely(article, candidates, groups, warm=True) == expected


def test_fifty_candidates_with_bodies_cost_little() -> None:
    chance = random.Random(7)
    words = [f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{number:03}x" for number in range(2_000)]

    def written(number: int) -> Features:
        body = " ".join(chance.choices(words, k=200))
        return taken(number, " ".join(chance.choices(words, k=9)), body=body)

    members = [written(number) for number in range(1, CANDIDATES_CAP + 1)]
    groups = {member.article.id: event(member.article.id, [member]) for member in members}
    candidates = [(member, member.article.id) for member in members]
    article = written(99)

    with within(1.0):  # 5 ms each; the goal is 0.5 on a quiet machine
        for _ in range(200):
            attach(article, candidates, groups, warm=True)
