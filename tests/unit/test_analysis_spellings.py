"""What is proposed for a name."""

from __future__ import annotations

import pytest

from monitor.analysis.inflection.families import spelled
from monitor.analysis.matching.match import Matcher
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
    assert not any(map(matches, found.must_not_match))


def test_a_model_with_its_version() -> None:
    found = propose("Qwen3")
    assert words(found) == ["Qwen3"]
    assert found.same == ("Qwen 3", "Qwen-3", "QWEN3")
    assert [phrase.text for phrase in found.report_near] == ["Qwen"]
    assert {"Qwen3.5 is here", "Qwen 30B is here"} <= set(found.must_not_match)
    assert "Three Qwen3-based services compared" in found.must_match
    assert found.ambiguous is None


@pytest.mark.parametrize(
    ("name", "family", "other"),
    [
        ("DeepSeek-V3", "DeepSeek", "DeepSeek-V4 is here"),
        ("Llama 3.1", "Llama", "Llama 3 is here"),
        ("GPT-4o", "GPT", "GPT-4 is here"),
        ("COVID-19", "COVID", "COVID-20 is here"),
        ("Boeing 737", "Boeing", "Boeing 747 is here"),
    ],
)
def test_the_family_of_a_version(name: str, family: str, other: str) -> None:
    found = propose(name)
    assert [phrase.text for phrase in found.report_near] == [family]
    assert other in found.must_not_match
    assert not [text for text in (*found.must_match, *found.same) if "-V 3" in text or "-V-3" in text]


def test_one_letter_is_no_family() -> None:
    found = propose("G7")
    assert found.report_near == ()
    assert found.must_not_match == ("G8 is here", "G is here")


def test_both_scripts_of_chinese_are_one() -> None:
    assert (words(propose("马云")), propose("马云").same) == (["马云"], ("馬雲",))
    assert (words(propose("馬雲")), propose("馬雲").same) == (["馬雲"], ("马云",))
    assert propose("马云").inside
    assert not propose("阿里巴巴").inside
    assert propose("马云").must_match == ("马云重返中国", "專訪馬雲")


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


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Elon Musk", "English"),
        ("马云", "Chinese"),
        ("Джек Ма", "Russian"),
        ("جاك ما", "Arabic"),
        ("마윈", "Korean"),
        ("マイクロソフト", "Japanese"),
    ],
)
def test_other_scripts_are_named_and_not_guessed(name: str, own: str) -> None:
    found = propose(name)
    assert set(found.scripts) == {"English", "Chinese", "Russian", "Arabic", "Korean", "Japanese"} - {own}
    assert not [word for word in (*words(found), *found.same) if word.isascii() != name.isascii()]


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("Wirecard AG", "Wirecard"),
        ("Apple, Inc.", "Apple"),
        ("Inditex S.A.", "Inditex"),
        ("AG", "AG"),
        ("Tiffany & Co", "Tiffany & Co"),
    ],
)
def test_headlines_leave_out_the_form_of_a_company(name: str, phrase: str) -> None:
    found = propose(name)
    assert (found.name, words(found)[0]) == (name, phrase)
    assert name in (phrase, *found.same)


@pytest.mark.parametrize("name", ['"Jack Ma:"', "Jack Ma:", "«Jack Ma»", "- Jack Ma,", "“Jack Ma”", " Jack  Ma "])
def test_what_was_copied_along_is_no_part_of_a_name(name: str) -> None:
    assert propose(name) == propose("Jack Ma")


@pytest.mark.parametrize(
    ("name", "headlines"),
    [
        ("Jack Ma", ("Jack Mahoney wins in Boston",)),
        ("Sam Altman", ("Sam Altmann wins in Boston",)),
        ("Elon Musk", ("Maria Musk opens a school in Lyon",)),
        ("Maria Callas", ("Paul Callas opens a school in Lyon",)),
        ("Wirecard", ()),
        ("Deutsche Bank", ()),
        ("South China Morning Post", ()),
        ("Владимир Потанин", ()),
    ],
)
def test_headlines_on_another(name: str, headlines: tuple[str, ...]) -> None:
    assert propose(name).must_not_match == headlines


@pytest.mark.parametrize(
    ("name", "headlines"),
    [
        ("Jack Ma", ("Jack Ma's call to Beijing", "Jack Ma returns", "What Jack Ma plans next")),
        ("Goldman Sachs", ("Goldman Sachs' call to Beijing", "Goldman Sachs returns", "What Goldman Sachs plans next")),
        ("harbour strike", ("Harbour strike in Lyon", "After the harbour strike: what now")),
        ("แจ็ค หม่า", ("Reuters: แจ็ค หม่า",)),
    ],
)
def test_headlines_read_like_headlines(name: str, headlines: tuple[str, ...]) -> None:
    assert propose(name).must_match == headlines


def test_headlines_in_cyrillic_are_of_its_language_and_show_a_case() -> None:
    def genitive(name: str, language: str) -> tuple[str, ...]:
        return tuple(form for form in spelled(name, language)[:1])

    assert propose("Джек Ма", cases=genitive).must_match == ("Джек Ма в Лондоне", "Интервью Джека Ма")
    assert propose("Зеленський", cases=genitive).must_match == ("Зеленський у Лондоні", "Інтерв'ю Зеленського")
    assert propose("Вучић").must_match == ("Вучић у Лондону",)


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
    for name in ("Mercury", "Apple", "Amazon", "Target", "Shell", "Orange", "Spiegel", "Soleil"):
        assert propose(name).ambiguous == "This is an everyday word or first name as well"
    for name in ("Kim", "Visa", "Meta", "Gap"):
        assert propose(name).ambiguous
    assert propose("Alibaba").ambiguous is None
    assert propose("ICE").ambiguous is None
    assert propose("ICE").any[0].exact
    assert propose("ICE").same == ()
