"""What is proposed for a name."""

from __future__ import annotations

import pytest

from monitor.analysis.match import Matcher
from monitor.analysis.spellings import Proposal, propose
from monitor.analysis.text import fold
from monitor.model import Entry, Query, Topic

NAMES = [
    "Jack Ma", "Qwen3", "马云", "馬雲", "Джек Ма", "Володимир Зеленський", "Вучић", "Ma Yun", "OpenAI", "ICE",
    "Müller", "GPT-4o", "Llama 3.1", "DeepSeek-V3", "Marks & Spencer", "ジャック・マー", "아리바바", "جاك ما", "Apple",
    "C++", ".NET",
]  # fmt: skip


def words(proposal: Proposal) -> list[str]:
    return [phrase.text for phrase in proposal.any]


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_true_of_what_is_proposed(name: str) -> None:
    found = propose(name)
    matcher = Matcher([Topic(name, Query(any=found.any))])

    def matches(text: str) -> bool:
        return bool(matcher.match(Entry(key="", key_hash="", title=text)).matches)

    assert words(found)[0] == name
    assert len({fold(text) for text in words(found)}) == len(words(found))
    assert found.must_match
    assert all(map(matches, (*found.must_match, *found.same)))
    assert not any(map(matches, (*found.must_not_match, *found.guesses)))


def test_a_model_with_its_version() -> None:
    found = propose("Qwen3")
    assert words(found) == ["Qwen3"]
    assert found.same == ("Qwen 3", "Qwen-3", "QWEN3")
    assert [phrase.text for phrase in found.report_near] == ["Qwen"]
    assert {"Qwen3.5 is out", "Qwen 30B"} <= set(found.must_not_match)
    assert found.ambiguous is None


@pytest.mark.parametrize(
    ("name", "family", "other"),
    [
        ("DeepSeek-V3", "DeepSeek", "DeepSeek-V4 is out"),
        ("Llama 3.1", "Llama", "Llama 3 is out"),
        ("GPT-4o", "GPT", "GPT-5 is out"),
    ],
)
def test_the_family_of_a_version(name: str, family: str, other: str) -> None:
    found = propose(name)
    assert [phrase.text for phrase in found.report_near] == [family]
    assert other in found.must_not_match


def test_both_scripts_of_chinese_are_one() -> None:
    assert (words(propose("马云")), propose("马云").same) == (["马云"], ("馬雲",))
    assert (words(propose("馬雲")), propose("馬雲").same) == (["馬雲"], ("马云",))
    assert propose("马云").inside
    assert not propose("阿里巴巴").inside
    assert propose("马云").must_match == ("马云发表讲话", "馬雲發表講話")


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("OpenAI", ["Open AI"]),
        ("Marks & Spencer", ["Marks and Spencer"]),
        ("Ben and Jerry", ["Ben & Jerry"]),
        ("Gerd Müller", ["Gerd Mueller"]),
        ("علي", ["وعلي", "لعلي", "بعلي"]),
        ("Jack  Ma", []),
    ],
)
def test_spellings_by_rule(name: str, also: list[str]) -> None:
    assert words(propose(name))[1:] == also


def test_a_transliteration_is_a_guess() -> None:
    assert propose("Ma Yun").guesses == ("Ма Юн",)
    assert propose("Джек Ма").guesses == ("Dzhek Ma",)
    assert propose("マイクロソフト").guesses == ("Maikurosofuto",)
    assert propose("OpenAI").guesses == ()


def test_case_forms_that_the_name_does_not_find_are_listed() -> None:
    asked: list[tuple[str, str]] = []

    def cases(lemma: str, language: str) -> tuple[str, ...]:
        asked.append((lemma, language))
        return ("Совсем Другое", lemma)

    found = propose("Джек Ма", cases=cases)
    assert words(found) == ["Джек Ма", "Совсем Другое"]
    assert not found.declined
    assert propose("Джек Ма", cases=lambda lemma, _: (lemma,)).declined
    propose("Зеленський", cases=cases)
    propose("Вучић", cases=cases)
    assert asked == [("Джек Ма", "ru"), ("Зеленський", "uk"), ("Вучић", "sr")]


def test_names_that_others_bear() -> None:
    assert propose("Ma Yun").ambiguous == "Others may bear so short a name"
    assert propose("Apple").ambiguous == "This name is an everyday word or first name as well"
    assert propose("Alibaba").ambiguous is None
    assert propose("ICE").ambiguous is None
    assert propose("ICE").any[0].exact
    assert propose("ICE").same == ()
