"""Which forms a name takes in the languages that inflect names.

Names are written in their base form. A key brings the forms of a word together, roughly; the tables of
:mod:`monitor.analysis.inflection.endings` then say exactly whether words can be forms of a name. Nothing else of a
word is cut off: what is not a form by the grammar is another name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from monitor.analysis.inflection.endings import ENDINGS, IRREGULAR
from monitor.analysis.inflection.guess import EASTERN, SAME, SLAVIC, tongue_of
from monitor.analysis.query.tongues import base_language
from monitor.analysis.text import words_of

SPELLED_CAP: Final = 12
"""Forms of one name that are written out."""
_KEYS_KEPT: Final = 32_768
"""Words whose keys are remembered in each keying: the vocabulary of some thousand articles, 9 MB."""
_FORMS_KEPT: Final = 4_096
"""Words of names whose forms are remembered in each language, 3 MB; only words that an entry may hold are asked for."""
_GLANCE: Final = 700
_GLIMPSED: Final = 4
_CASES: Final = 6
_SHORTEST: Final = 3
"""Letters of the shortest word that is inflected: ``Ким`` has ``Кима``; ``Ма``, ``Ли``, ``EU`` stay as they are."""
_STEM: Final = 2
"""Letters that no ending takes away."""


@dataclass(frozen=True, slots=True)
class Family:
    """One language's, or several languages', way to inflect names. Words are canonical tokens."""

    code: str
    """The language, ``s`` for those that only add a genitive -s, or a name for several of which a text is in one."""
    keying: str
    """Families of the same keying have the same keys."""
    key: Callable[[str], str] = field(compare=False)
    """Equal for all forms of one word; other words may share it. Cached: about 60 ns for a known word."""
    _forms_of: Callable[[str], Mapping[str, int]] = field(compare=False, repr=False)
    _changing: Literal["any", "one", "last"] = "any"
    """Which words of a name may change: any; one, which takes the article; the last, which takes the -s."""
    _parts: tuple[Family, ...] = field(default=(), repr=False)
    """The families of the same keying that this one is instead of."""

    def forms(self, lemma: Sequence[str], found: Sequence[str]) -> bool:
        """Whether ``found`` can be a form of the name ``lemma``: word for word the same or a form of it, and those
        that changed agree in case, in one language."""
        if self._parts:
            return any(part.forms(lemma, found) for part in self._parts)
        if len(lemma) != len(found):
            return False
        changed = [nth for nth, word in enumerate(found) if word != lemma[nth]]
        if (self._changing == "one" and len(changed) > 1) or (
            self._changing == "last" and changed and changed[0] < len(lemma) - 1
        ):
            return False
        cases = -1
        for nth in changed:
            cases &= self._forms_of(lemma[nth]).get(found[nth], 0)
        return bool(cases)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of the tables, for one end of a word."""

    dropped: int
    shortest: int
    cases: tuple[tuple[str, ...], ...]


def _expanded(pattern: str) -> Iterable[str]:
    """``[bd]-a`` as ``b-a`` and ``d-a``."""
    found = re.search(r"\[(.+?)\]", pattern)
    if found is None:
        yield pattern
        return
    for letter in found.group(1):
        yield from _expanded(pattern[: found.start()] + letter + pattern[found.end() :])


def _level(word: str) -> str:
    return "".join(words_of(word).texts)


def _rules(table: str, level: Callable[[str], str]) -> dict[str, list[_Rule]]:
    """The lines of a table by the end of the word that they are for."""
    rules: dict[str, list[_Rule]] = defaultdict(list)
    for line in table.strip().splitlines():
        head, _, tail = line.partition(":")
        endings = tuple(
            tuple("" if ending == "0" else level(ending) for ending in case.split("/") if ending != ".")
            for case in tail.split()
        )
        for pattern in head.split():
            shape, _, least = pattern.partition(">")
            for whole in _expanded(shape):
                kept, dropped = map(level, whole.split("-"))
                rule = _Rule(len(dropped), int(least or 0) + 1, endings)
                if rule not in rules[kept + dropped]:
                    rules[kept + dropped].append(rule)
    return dict(rules)


_Irregular = Mapping[str, list[tuple[int, str]]]
"""Base forms with their forms, each with its case."""


def _irregular(code: str, level: Callable[[str], str]) -> _Irregular:
    return {
        level(word): [
            (case, level(form)) for case, some in enumerate(forms.split()) for form in some.split("/") if form != word
        ]
        for word, forms in IRREGULAR.get(code, {}).items()
    }


def _declined(word: str, rules: Mapping[str, list[_Rule]], irregular: _Irregular) -> list[tuple[int, str]]:
    """The forms of a base form, each with its case (0 is the genitive), in the order of the tables."""
    if len(word) < _SHORTEST or not word.isalpha():
        return []
    if word.lower() in irregular:
        forms = irregular[word.lower()]
        return [(case, form if word.islower() else form.capitalize()) for case, form in forms]
    longest = max(map(len, rules))
    for size in range(min(longest, len(word)), 0, -1):
        fitting = [
            rule
            for rule in rules.get(word[-size:].lower(), ())
            if len(word) >= max(rule.shortest, rule.dropped + _STEM)
        ]
        if fitting:
            return [
                (case, word[: len(word) - rule.dropped] + ending)
                for rule in fitting
                for case, endings in enumerate(rule.cases)
                for ending in endings
            ]
    return []


_EAST: Final = str.maketrans("гґжкчі", "зззццо")
_LATIN: Final = str.maketrans("gdhktq", "zzzccc")
_DIGRAPH: Final = re.compile("(?<=[zrcs])z")
"""As in Polish; h, g and d have become z before, so that Varga and Varzi stay together."""
_CYRILLIC_VOWELS: Final = "аеиоуыэюяєіїъ"
_LATIN_VOWELS: Final = "aeiouy"


def _keying(
    vowels: str, endings: str, softened: Mapping[int, int], pronominal: tuple[str, ...] = ()
) -> Callable[[str], str]:
    """A key: consonants that change before an ending made one, every letter that endings are made of stripped, and a
    vowel before the last consonant left out, since it comes and goes (Павел, Павла). The first letters stay; words of
    another stem (Лев, Льва) have the key of their base form."""
    strip = vowels + endings
    fleeting = re.compile(rf"[{vowels}ьйj]+(?=[^{vowels}]$)")
    bases = {
        _level(form): _level(base)
        for words in IRREGULAR.values()
        for base, forms in words.items()
        for form in re.split("[ /]", forms)
    }

    @lru_cache(maxsize=_KEYS_KEPT)
    def key(word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha():
            return word
        word = bases.get(word, word)
        rest = word[_STEM:]
        if "x" in endings:
            rest = _DIGRAPH.sub("", rest.replace("ch", "x").translate(softened)).rstrip(strip)
        else:
            rest = rest.translate(softened).rstrip(strip)
        while pronominal and rest.endswith(pronominal):  # as in -ого, -iho, where g and h have become z
            rest = rest[:-2].rstrip(strip)
        return word[:_STEM] + fleeting.sub("", rest)

    return key


@lru_cache(maxsize=_KEYS_KEPT)
def _without_s(word: str) -> str:
    return word[:-1] if len(word) > _STEM and word.endswith("s") else word


def _genitive_s(word: str) -> Mapping[str, int]:
    """Names that end in a hiss take an apostrophe alone."""
    return {word + "s": 1} if len(word) >= _STEM and word.isalpha() and word[-1] not in "sxzß" else {}


_KEYS: Final = {
    "east": _keying(_CYRILLIC_VOWELS, "йьјмхв", _EAST, ("оз", "ез")),
    "bulgarian": _keying(_CYRILLIC_VOWELS, "йьт", {}),
    "latin": _keying(_LATIN_VOWELS, "jmwvx", _LATIN, ("oz", "ez", "iz", "yz", "az")),
}
_KEYING: Final = {
    "ru": "east", "uk": "east", "sr": "east", "bg": "bulgarian",
    "pl": "latin", "cs": "latin", "sk": "latin", "sl": "latin", "hr": "latin",
}  # fmt: skip


def _family(code: str) -> Family:
    rules, irregular = _rules(ENDINGS[code], _level), _irregular(code, _level)

    @lru_cache(maxsize=_FORMS_KEPT)
    def forms_of(word: str) -> Mapping[str, int]:
        forms: dict[str, int] = defaultdict(int)
        for case, form in _declined(word, rules, irregular):
            forms[form] |= 1 << case
        return dict(forms)

    return Family(code, _KEYING[code], _KEYS[_KEYING[code]], forms_of, "one" if code == "bg" else "any")


FAMILIES: Final = (
    *(_family(code) for code in ENDINGS),
    Family("s", "s", _without_s, _genitive_s, "last"),
)
"""All families; those of one ``keying`` may share an index of keys."""


def _union(code: str, languages: Iterable[str]) -> Family:
    """A family that stands for some of the same keying."""
    parts = tuple(family for family in FAMILIES if family.code in languages)
    return Family(code, parts[0].keying, parts[0].key, parts[0]._forms_of, _parts=parts)


_BY_LANGUAGE: Final = (
    {family.code: family for family in FAMILIES}
    | dict.fromkeys(("de", "nl", "sv", "da", "no"), FAMILIES[-1])
    | {SLAVIC: _union(SLAVIC, ("pl", "cs", "sk", "sl", "hr")), EASTERN: _union(EASTERN, ("ru", "uk"))}
)


def family_of(language: str | None, words: Sequence[str], written: str | None = None) -> Family | None:
    """The family that a text needs, by the language that :func:`monitor.analysis.inflection.guess.tongue_of` finds.
    None: its names are not inflected (English), or nobody knows. Lab: 25 to 45 us for 400 words, 5 us for an
    English headline in ASCII, 17 us for another."""
    return _BY_LANGUAGE.get(tongue_of(language, words, written))


def is_english(form: str) -> bool:
    """Whether a text in canonical form (words between blanks) is English at the first glance: by three words that no
    other language has, in its first 120 words or so. Takes 1 us, for the long texts that most entries are."""
    return sum(form.count(word, 0, _GLANCE) for word in (" the ", " of ", " and ")) >= _GLIMPSED


def plurals(word: str) -> tuple[str, ...]:
    """The plural forms of an English word, or of a name in Latin letters, as canonical tokens; the possessive's
    apostrophe parts words, so ``company's`` and ``companies'`` need no forms of their own."""
    if len(word) < _STEM or not (word.isascii() and word.isalpha()):
        return ()
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (word + "es",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies", word + "s")
    if word.endswith("o"):
        return (word + "s", word + "es")
    if word.endswith("man") and len(word) > _SHORTEST:
        return (word[:-3] + "men", word + "s")
    return (word + "s",)


def spelled(lemma: str, language: str) -> tuple[str, ...]:
    """The case forms of a name written out, as it would stand in print in ``language`` (a code): first with every word
    declined, then with the last alone and its other endings; at most ``SPELLED_CAP``, without the base form. Empty for
    other languages."""
    code = base_language(language) or ""
    family = _BY_LANGUAGE.get("sr" if code == "sr" and not lemma.isascii() else SAME.get(code, code))
    if family is None:
        return ()
    words = re.split(r"([\s\-\u2010-\u2015]+)", lemma.strip())
    if family.code == "s":
        return tuple("".join([*words[:-1], words[-1] + "s"]) for _ in _genitive_s(words[-1].lower()))
    rules, irregular = _spelling(family.code)
    declined = [_by_case(word, rules, irregular) for word in words]
    able = [nth for nth, cases in enumerate(declined) if any(cases)]
    if family.code == "bg":
        able = able[:1]
    written: dict[str, None] = {}
    for changing, choice in ((able, 0), (able[-1:], 1), (able[-1:], 0), (able, 1)):
        for case in range(_CASES):
            parts = list(words)
            for nth in changing:
                forms = declined[nth][case]
                parts[nth] = forms[min(choice, len(forms) - 1)] if forms else words[nth]
            written["".join(parts)] = None
    written.pop("".join(words), None)
    return tuple(written)[:SPELLED_CAP]


def _by_case(word: str, rules: Mapping[str, list[_Rule]], irregular: _Irregular) -> list[list[str]]:
    """The forms of each case, the likeliest first. Abbreviations in capitals stay."""
    forms: list[list[str]] = [[] for _ in range(_CASES)]
    if not (word.isupper() and len(word) > 1):
        for case, form in _declined(word, rules, irregular):
            forms[case].append(form)
    return forms


@lru_cache(maxsize=len(ENDINGS))
def _spelling(code: str) -> tuple[Mapping[str, list[_Rule]], _Irregular]:
    """The tables as they are written, for words in their own spelling."""
    return _rules(ENDINGS[code], str), _irregular(code, str)
