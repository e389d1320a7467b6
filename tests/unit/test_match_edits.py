"""What stays true of a matcher through edits, in long texts, and in many readings."""

from __future__ import annotations

import pytest

from monitor.analysis.matching.match import Matcher
from monitor.model import Ambiguous, Entry, Near, Phrase, Query, Topic
from tests.clocks import within

LIMIT = 4.0
"""Seconds of processor time, also where coverage is measured; the cases took up to 25 s without that while every place
was looked for from the beginning."""


def entry(text: str, language: str | None = None) -> Entry:
    return Entry("k", "h", "", text=text, language=language)


def topic(name: str, **keys: object) -> Topic:
    return Topic(name, Query(**keys))  # type: ignore[arg-type]


def names(matcher: Matcher, text: str) -> list[str]:
    return [match.topic for match in matcher.match(entry(text)).matches]


def test_edits_and_the_way_back_find_each_topic_once() -> None:
    first = [topic(name, any=(Phrase(name),)) for name in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")]
    changed = [topic("alpha", any=(Phrase("omega"),)), *first[1:]]
    matcher = Matcher(first)
    edited = matcher.edited(changed)
    back = edited.edited(first)
    assert names(edited, "alpha omega beta") == ["alpha", "beta"]
    assert names(edited, "alpha beta") == ["beta"]
    assert names(back, "alpha omega beta") == ["alpha", "beta"]
    without = back.edited(first[1:])
    assert names(without, "alpha beta") == ["beta"]
    assert names(without.edited(first), "alpha beta") == ["alpha", "beta"]
    assert names(matcher, "alpha omega beta") == ["alpha", "beta"]


def test_what_is_known_of_phrases_does_not_grow_with_the_entries() -> None:
    held = (Phrase("马云", not_inside=("海马云",)), Phrase("馬雲"), Phrase("Ma"))
    matcher = Matcher([topic("A", any=held, all=(Phrase("court"),), near=Near((Phrase("x"), Phrase("y")), 3))])
    for number in range(50):
        assert matcher.match(entry(f"海马云递交 Ma {number}")).near
    assert len(matcher._needles) < 20


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Query(any=(Phrase("马云", not_inside=("海马云",)),)), "海马云，" * 3_000 + "马云"),
        (Query(any=(Phrase("ICE", exact=True),)), "ice " * 9_000 + "ICE"),
        (Query(near=Near((Phrase("foo"), Phrase("bar")), 3)), "foo " * 9_000 + "bar"),
        (Query(any=(Phrase("Москва", not_inside=("банк Москва",)),)), "банка Москвы " * 4_000 + "Москве"),
        (Query(any=tuple(Phrase(" ".join("a" * size), exact=True) for size in range(1, 6))), "A " * 20_000 + "a"),
    ],
    ids=["held back", "another case", "near", "inflected", "many exact phrases"],
)
def test_a_match_at_the_end_of_a_long_text_is_found_in_time(query: Query, text: str) -> None:
    matcher = Matcher([Topic("T", query)])
    matcher.match(entry("Москвы", "ru"))
    with within(LIMIT):
        found = matcher.match(entry(text, "ru" if "М" in text else None)).matches
    assert len(found) == 1


def test_three_hundred_topics_with_one_name_are_proved_in_time() -> None:
    matcher = Matcher([topic(f"t{number}", any=(Phrase("ab"),)) for number in range(300)])
    with within(LIMIT):
        assert len(matcher.match(entry("ab " * 20_000)).matches) == 300


def test_a_guard_holds_for_every_spelling_of_a_name_also_the_ambiguous_ones() -> None:
    query = Query(
        any=(Phrase("马云", not_inside=("海马云",)),), ambiguous=Ambiguous((Phrase("馬雲"),), (Phrase("x"),))
    )  # fmt: skip
    (near,) = Matcher([Topic("T", query)]).match(entry("海马云 x")).near
    assert near.clause == 'inside "海马云"'
