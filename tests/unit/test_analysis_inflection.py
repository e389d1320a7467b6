"""Names in other forms: the cases of ``data/inflection`` read like a specification, one file a language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.inflection.endings import ENDINGS
from monitor.analysis.inflection.families import FAMILIES, SPELLED_CAP, Family, family_of, is_english, plurals, spelled
from monitor.analysis.text import fold, words_of

DATA = Path(__file__).parents[1] / "data" / "inflection"
CASES: list[tuple[str, dict[str, Any]]] = [
    (path.stem, case) for path in sorted(DATA.glob("*.yaml")) for case in YAML(typ="safe").load(path)
]
BY_CODE = {family.code: family for family in FAMILIES}
TEXTS = {
    "ru": "Суд в Пакистане не стал менять приговор, это решение вызвало протесты",
    "uk": "Суд у Пакистані не став змінювати вирок, це рішення викликало протести",
    "bg": "Съдът в Пакистан реши да не променя присъдата и това доведе до протести",
    "sr": "Суд је одлучио да не мења пресуду и то је изазвало протесте у земљи",
    "pl": "Sąd w Pakistanie zdecydował, że nie zmieni wyroku, i doszło do protestów na ulicach",
    "cs": "Soud v Pákistánu rozhodl, že se rozsudek nemění, a došlo k protestům na ulicích",
    "sk": "Súd v Pakistane rozhodol, že sa rozsudok nemení, a došlo aj k protestom po uliciach",
    "sl": "Sodišče v Pakistanu je odločilo, da se sodba ne spremeni, in prišlo je do protestov",
    "hr": "Sud u Pakistanu je odlučio da se presuda ne mijenja i došlo je do prosvjeda na ulicama",
    "s": "Das Gericht in Pakistan hat entschieden, dass das Urteil nicht geändert wird und die Lage ist ruhig",
}


def named(value: object) -> str:
    return value["lemma"] if isinstance(value, dict) else str(value)


each_case = pytest.mark.parametrize(("code", "case"), CASES, ids=named)


def words(text: str) -> list[str]:
    return words_of(text).texts


def found(family: Family, lemma: str, text: str) -> bool:
    """What the matcher asks: keys first, then the words themselves."""
    one, other = words(lemma), words(text)
    return list(map(family.key, one)) == list(map(family.key, other)) and family.forms(one, other)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120
    assert {code for code, _ in CASES} == set(BY_CODE)


@each_case
def test_forms_of_a_name_count_and_other_words_do_not(code: str, case: dict[str, Any]) -> None:
    family = family_of(case.get("language", code), words(TEXTS[code]))
    assert family is BY_CODE[code]
    assert found(family, case["lemma"], case["lemma"])
    assert [form for form in case["forms"] if not found(family, case["lemma"], form)] == []
    assert [other for other in case["other"] if found(family, case["lemma"], other)] == []


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("declared", [None, "en", "own", "zh-CN"])
def test_the_language_of_a_text_is_seen_whatever_it_declares(code: str, declared: str | None) -> None:
    language = {"s": "de_AT"}.get(code, code) if declared == "own" else declared
    family = family_of(language, words(f"{TEXTS[code]}. " * 4))
    assert family is not None
    assert family.code in (code, "slavic" if family.key is BY_CODE["pl"].key else code)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The court in Pakistan has decided that the sentence is not to be changed, and it was quiet"),
        (None, "The court in Pakistan has decided that the sentence is not to be changed, and it was quiet"),
        (
            "pl",
            "The court in Pakistan has decided that the sentence is not to be changed, and it was of no use",
        ),
        ("zh", "马云重返阿里园区"),
        (None, "巴基斯坦法院 Asia Bibi"),
        (None, "Le tribunal du Pakistan a décidé que la peine ne change pas pour les uns et les autres"),
        ("tr", "Mahkeme bu karar ile bir daha"),
        ("ru", ""),
        (None, "2026"),
        (None, "Asia Bibi"),
        ("mk", "Судот во Пакистан одлучи дека не ќе се менува"),
        (None, "Суд у Пакістане вырашыў, што прысуд не будзе зменены ў гэтым годзе"),
        (None, "Қазақстан үкіметі жаңа заңды қабылдады"),
    ],
)
def test_other_languages_have_no_family(language: str | None, text: str) -> None:
    assert family_of(language, words(text)) is None


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("pl", "Asia Bibi", "pl"),  # a declared language counts where words say nothing
        ("sr-Latn", "Petar Petrović", "hr"),
        ("bs", "Petar Petrović", "hr"),
        ("sr", "Петар Петровић", "sr"),
        ("nb", "Stoltenbergs plan", "s"),
        (None, "Азию Биби освободили", "ru-uk"),  # the most spoken, where nothing tells
        ("en", "Азию Биби освободили", "ru-uk"),  # English is not written so
        ("en-US", "Алибаба без Джека Ма", "ru-uk"),
        ("zh", "Алибаба без Джека Ма", "ru-uk"),
        ("ru", "Spotkanie Donalda Tuska z Macronem w Warszawie", "slavic"),  # nor Russian so
        ("kk", "Алибаба без Джека Ма", None),
        (None, "Володимирові Зеленському", "uk"),
        (None, "Путин объявил о победе", "ru-uk"),  # no Bulgarian vowel
        (None, "Съд в София", "bg"),
    ],
)
def test_short_texts_go_by_what_is_declared(language: str, text: str, code: str | None) -> None:
    family = family_of(language, words(text))
    assert (family and family.code) == code


def kind(text: str, language: str | None = None) -> str:
    """The code of the family that a headline has as it is written; empty: none."""
    family = family_of(language, words(text), text)
    return family.code if family else ""


def latin(text: str, language: str | None = None) -> bool:
    return kind(text, language) in ("pl", "cs", "sk", "sl", "hr", "slavic")


HEADLINES = YAML(typ="safe").load(DATA.parent / "headlines.yaml")


@pytest.mark.parametrize("text", HEADLINES["slavic"])
def test_slavic_headlines_are_known_without_a_declared_language(text: str) -> None:
    assert latin(text)


@pytest.mark.parametrize("text", HEADLINES["clear"])
def test_clear_ones_are_known_whatever_other_language_they_declare(text: str) -> None:
    assert latin(text)
    assert latin(text, "en-US")
    assert latin(text, "de")


@pytest.mark.parametrize("text", HEADLINES["others"])
def test_headlines_of_other_languages_are_not_taken_for_slavic(text: str) -> None:
    assert not latin(text)
    assert not latin(text, "en")


def test_there_are_enough_headlines_of_other_languages() -> None:
    assert len(set(HEADLINES["others"])) >= 60


def test_one_letter_counts_as_a_word_only_where_it_stands_alone_and_small() -> None:
    assert latin("WYBORY W POLSCE I ZE ŚWIATA Z OKAZJI")
    assert not latin("Gen Z and W. Bush")
    assert not latin("Gen Z, George W. Bush", "en")


def test_a_text_in_cyrillic_always_has_a_family_however_little_says_which() -> None:
    """One own letter counted less than a long text asked for."""
    assert kind("Олена Шевченко приїхала " * 60) == "uk"
    assert kind("Алибаба без Джека Ма " * 60) == "ru-uk"


@pytest.mark.parametrize(
    ("text", "lemma", "form", "expected"),
    [
        ("Олени Шевченко", "Олена Шевченко", "Олени Шевченко", True),
        ("Володимирові Зеленському", "Володимир Зеленський", "Володимирові Зеленському", True),
        ("Алибаба без Джека Ма", "Джек Ма", "Джека Ма", True),
        ("Алибаба без Джека Ма", "Джек Ма", "Джекові Ма", True),
        ("Алибаба без Джека Ма", "Джек Ма", "Джековой Ма", False),
        ("Golob o Janezu Janši in vladi", "Janez Janša", "Janezu Janši", True),
        ("Golob o Janezu Janši in vladi", "Janez Janša", "Janezu Janšu", False),  # agree, in one language
        ("Utok na Roberta Fica: sud rozhodol", "Robert Fico", "Roberta Fica", True),
        ("Utok na Roberta Fica: sud rozhodol", "Robert Fico", "Roberta Ficova", False),
    ],
)
def test_several_languages_at_once(text: str, lemma: str, form: str, expected: bool) -> None:
    family = family_of(None, words(text), text)
    assert family is not None
    assert found(family, lemma, form) is expected


def test_english_is_seen_at_a_glance() -> None:
    assert is_english(fold("The end of the war and the price of oil. " * 3))
    assert not is_english(fold("The end of the war"))
    assert not is_english(fold(TEXTS["pl"] * 5))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("robot", ("robots",)),
        ("company", ("companies", "companys")),
        ("day", ("days",)),
        ("virus", ("viruses",)),
        ("box", ("boxes",)),
        ("church", ("churches",)),
        ("potato", ("potatos", "potatoes")),
        ("policeman", ("policemen", "policemans")),
        ("man", ("mans",)),
        ("ma", ("mas",)),
        ("c", ()),
        ("3", ()),
        ("c++", ()),
        ("云", ()),
        ("биби", ()),
    ],
)
def test_plurals(word: str, expected: tuple[str, ...]) -> None:
    assert plurals(word) == expected
    assert all(words(form) == [form] for form in expected)


@pytest.mark.parametrize(
    ("lemma", "language", "expected"),
    [
        ("Джек Ма", "ru", ("Джека Ма", "Джеку Ма", "Джеком Ма", "Джеке Ма")),
        ("Азия Биби", "ru-RU", ("Азии Биби", "Азию Биби", "Азией Биби")),
        ("Praha", "cs", ("Prahy", "Praze", "Prahu", "Prahou", "Praho")),
        ("Петар", "sr", ("Петра", "Петру", "Петром", "Петре")),
        ("Jack Ma", "de", ("Jack Mas",)),
        ("Hans", "de", ()),
        ("США", "ru", ()),
        ("Jack Ma", "en", ()),
        ("Jack Ma", "xx", ()),
        ("", "ru", ()),
        ("2", "pl", ()),
    ],
)
def test_forms_are_written_out(lemma: str, language: str, expected: tuple[str, ...]) -> None:
    assert spelled(lemma, language)[: len(expected) or None] == expected


def test_forms_written_out_keep_letters_hyphens_and_numbers() -> None:
    assert {"Nord Streamu 2", "Nord Streamem 2"} <= set(spelled("Nord Stream 2", "pl"))
    assert "Severnega toka 2" in spelled("Severni tok 2", "sl")
    assert "Северного потока-2" in spelled("Северный поток-2", "ru")
    assert "Asię Bibi" in spelled("Asia Bibi", "pl") or "Asię Bibiego" in spelled("Asia Bibi", "pl")
    assert set(spelled("Северен поток", "bg")) == {"Северният поток", "Северния поток"}


@each_case
def test_what_is_written_out_is_found_again(code: str, case: dict[str, Any]) -> None:
    forms = spelled(case["lemma"], case.get("language", code))
    assert len(forms) <= SPELLED_CAP
    assert case["lemma"] not in forms
    assert [form for form in forms if not found(BY_CODE[code], case["lemma"], form)] == []


ALPHABETS = {"ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"}
ALPHABETS |= {"bg": ALPHABETS["ru"], "sr": "абвгдђежзијклљмнњопрстћуфхцчџш"}


@pytest.mark.parametrize("code", ENDINGS)
@given(data=st.data())
def test_all_forms_of_a_word_have_its_key(code: str, data: st.DataObject) -> None:
    stem = data.draw(st.text(ALPHABETS.get(code, "abcdefghijklmnoprstuvwxyz"), min_size=2, max_size=8))
    family = BY_CODE[code]
    (word,) = words(stem)
    for form in (form for text in spelled(word, code) for form in words(text)):
        assert family.forms([word], [form])
        assert family.key(form) == family.key(word), (word, form)


def test_names_of_unequal_length_are_never_forms() -> None:
    assert not BY_CODE["ru"].forms(["джек", "ма"], ["джека"])
