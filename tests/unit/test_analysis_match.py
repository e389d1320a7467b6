"""Topics in entries: the case tables of tests/data/match, versions of topics, and the laws of matching."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.matching.evidence import SPANS_CAP
from monitor.analysis.matching.match import Matcher
from monitor.analysis.query.definition import definition, version_hash
from monitor.model import Entry, Match, Phrase, Query, Span, Topic

DATA = Path(__file__).parents[1] / "data/match"
PHRASES: list[dict[str, Any]] = YAML(typ="safe").load(DATA / "phrases.yaml")
QUERIES: list[dict[str, Any]] = YAML(typ="safe").load(DATA / "queries.yaml")
WORDS = st.lists(
    st.sampled_from(["Jack", "Ma", "马云", "海", "Qwen", "3", "3.5", "C", "+", ".", ", ", "-", " ", "é", "ß"])
)
TEXTS = WORDS.map("".join) | WORDS.map(" ".join)


def phrase(given: str | dict[str, Any]) -> Phrase:
    """A phrase as the watchlist spells it."""
    if isinstance(given, str):
        return Phrase(given)
    rest = {key: value for key, value in given.items() if key in ("exact", "accents")}
    return Phrase(given["phrase"], tuple(given.get("not_inside", ())), **rest)


def topic(name: str = "T", **groups: list[Any]) -> Topic:
    """A topic whose phrases are given as in the watchlist."""
    given: dict[str, Any] = {group: tuple(map(phrase, phrases)) for group, phrases in groups.items()}
    return Topic(name, Query(**given))


def entry(title: str = "", teaser: str = "", text: str = "") -> Entry:
    """An entry with these texts."""
    return Entry("key", "hash", title, teaser, text)


def case_topic(case: dict[str, Any]) -> Topic:
    """The topic of a case of queries.yaml."""
    return topic(**{group: case[group] for group in ("any", "all", "none") if group in case})


@pytest.mark.parametrize("case", PHRASES, ids=lambda case: case["phrase"])
def test_where_a_phrase_stands(case: dict[str, Any]) -> None:
    matcher = Matcher([Topic("T", Query(any=(phrase(case),)))])
    found = [text for text in (*case.get("in", ()), *case.get("not_in", ())) if matcher.match(entry(text)).matches]
    assert found == case.get("in", [])


@pytest.mark.parametrize("case", QUERIES, ids=lambda case: case["name"])
def test_what_a_query_says_of_an_entry(case: dict[str, Any]) -> None:
    found = Matcher([case_topic(case)]).match(entry(**case["entry"]))
    assert [[span.text for span in match.spans] for match in found.matches] == (
        [case["match"]] if "match" in case else []
    )
    assert [miss.clause for miss in found.near] == ([case["near"]] if "near" in case else [])
    assert [[span.text for span in miss.spans] for miss in found.near] == ([case["spans"]] if "near" in case else [])


def test_a_match_says_what_was_searched_and_where_the_words_stand() -> None:
    found = Matcher([topic(any=["Jack Ma"])]).match(entry("On Jack Ma", "", "It was jack  ma."))
    spans = (Span("title", 3, 10, "Jack Ma"), Span("text", 7, 15, "jack  ma"))
    assert found.matches == (Match("T", spans, ("title", "text")),)
    assert found.near == ()


def test_topics_come_in_their_order_and_only_those_asked_for() -> None:
    matcher = Matcher([topic("b", any=["Ma"]), topic("a", any=["Jack"]), topic("c", any=["Jack Ma"])])
    assert [match.topic for match in matcher.match(entry("Jack Ma")).matches] == ["b", "a", "c"]
    assert [match.topic for match in matcher.match(entry("Jack Ma"), topics={"c", "b"}).matches] == ["b", "c"]


def test_a_phrase_of_one_topic_refuses_for_another() -> None:
    found = Matcher([topic("a", any=["Ma"]), topic("b", any=["Jack"], none=["Ma"])]).match(entry("Jack Ma"))
    assert [match.topic for match in found.matches] == ["a"]
    assert [(miss.topic, miss.clause) for miss in found.near] == [("b", 'none: "Ma" is there')]


def test_spans_are_few_and_prove_every_phrase() -> None:
    found = Matcher([topic(all=["Ma", "Jack Ma", "Qwen"])]).match(entry("Ma", text="Ma " * 500 + "Qwen Jack Ma " * 30))
    spans = found.matches[0].spans
    assert len(spans) == SPANS_CAP
    assert {span.text for span in spans} == {"Ma", "Qwen", "Jack Ma"}
    assert [(span.field, span.start) for span in spans] == sorted(
        ((span.field, span.start) for span in spans), key=lambda place: (place[0] != "title", place[1])
    )


def test_many_held_back_words_are_one_near_miss() -> None:
    found = Matcher([topic(any=[{"phrase": "马云", "not_inside": ["海马云"]}])]).match(entry(text="海马云" * 100))
    assert (len(found.near), len(found.near[0].spans)) == (1, SPANS_CAP)


def test_the_definition_is_equal_for_equal_meaning() -> None:
    one = topic("x", any=["Qwen3", {"phrase": "马云", "not_inside": ["b", "a"], "exact": False}], none=["m", "n", "m"])
    two = topic("y", none=["n", "m"], any=[{"not_inside": ["a", "b"], "phrase": "马云"}, " Qwen3 "])
    assert definition(one) == definition(two)
    assert definition(one) == "(Qwen3 OR 马云 NOT INSIDE (a, b)) NOT (m OR n)"
    assert version_hash(one) == version_hash(two)
    assert len(version_hash(one)) == 64


@pytest.mark.parametrize(
    "other",
    [
        topic(any=["Qwen"]),
        topic(any=["Qwen3"], none=["m"]),
        topic(any=[{"phrase": "Qwen3", "exact": True}]),
        topic(any=[{"phrase": "Qwen3", "accents": True}]),
        topic(any=[{"phrase": "Qwen3", "not_inside": ["Qwen3 x"]}]),
    ],
    ids=lambda other: definition(other),
)
def test_another_meaning_is_another_version(other: Topic) -> None:
    assert version_hash(topic(any=["Qwen3"])) != version_hash(other)


@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=1, max_size=4))
def test_spans_reproduce_their_text(title: str, text: str, phrases: list[str]) -> None:
    given_entry = entry(title, text=text)
    found = Matcher([topic(any=phrases, none=["海"])]).match(given_entry)
    for spans in (*(match.spans for match in found.matches), *(miss.spans for miss in found.near)):
        assert spans
        for span in spans:
            assert span.text == getattr(given_entry, span.field)[span.start : span.end] != ""


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_one_more_alias_never_removes_a_match(text: str, phrases: list[str], alias: str) -> None:
    if Matcher([topic(any=phrases)]).match(entry(text)).matches:
        assert Matcher([topic(any=[*phrases, alias])]).match(entry(text)).matches


@given(TEXTS)
def test_a_text_with_words_holds_itself(text: str) -> None:
    found = Matcher([topic(any=[text])]).match(entry(text))
    assert bool(found.matches) == any(map(str.isalnum, text))
