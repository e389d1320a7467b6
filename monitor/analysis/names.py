"""Whether two names are one person's or company's: how alike they are, across order, spelling and script.

The words of both names are paired, each with the one it is most like; what remains on both sides speaks against
them, what remains on one side only (a middle name) does so less. Chinese is compared with Chinese only: its
romanisation needs a dictionary of readings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from monitor.analysis.latin import consonants, spoken, unvowelled, words_in, written_without_vowels

SAME: Final = 0.7
"""Likeness from which two names are taken for one: the middle of what five folds of name-bench choose, each without
its own fifth (mean F1 there .85)."""
FORMS: Final = frozenset(
    "inc incorporated corp corporation co company ltd limited llc llp lp plc pllc ag akg aktiengesellschaft gmbh kg"
    " kgaa ug ohg se sa sas sarl srl spa sl sau bv nv bvba sprl ab as asa aps oy oyj kk kabushikikaisha pty pte sdn bhd"
    " jsc ojsc cjsc pjsc llco oao zao pao ooo ao tov pat prat sro zrt kft doo dd ad ead ood eood uab sia".split()
)
"""Legal forms of companies, romanised: they stand at either end of a name, and do not say whose it is."""
LONG_FORMS: Final = tuple(
    tuple(form.split())
    for form in (
        "public joint stock company", "open joint stock company", "closed joint stock company",
        "joint stock company", "limited liability company", "limited liability partnership",
        "public limited company", "gesellschaft mit beschrankter haftung",
        "societatea cu raspundere limitata", "societate cu raspundere limitata", "societe anonyme",
        "societe a responsabilite limitee", "sociedad anonima", "sociedad limitada", "societa per azioni",
        "obshchestvo s ogranichennoy otvetstvennostyu", "aktsionernoe obshchestvo", "naamloze vennootschap",
        "besloten vennootschap", "spolka z ograniczona odpowiedzialnoscia", "spolka akcyjna",
        "anonim sirketi",
    )
)  # fmt: skip
TITLES: Final = frozenset("the mr mrs ms miss dr prof sir dame lord herr frau mme mlle senor sheikh hajji".split())
"""What may stand before a name and is no part of it."""
PARTICLES: Final = frozenset(
    "al el ul ad ar ash bin ibn ben bint abu de la le du des del della di da do dos van von der den ter zu of and y e i"
    " und et the".split()
)
"""Words within a name that weigh little: one writer leaves them out, and the next does not."""
PARTICLE_WEIGHT: Final = 0.6
WEIGHT_CAP: Final = 7
"""A word weighs as much as it has letters, up to this many."""
PAIRED: Final = 0.6
"""Least likeness of two words that may be one (judgement: two letters in five may differ)."""
INITIAL: Final = 0.85
"""Likeness of a name and its initial. This and the next three are judgements, not tuned."""
SOUND: Final = 0.95
"""Of words that sound alike."""
VOWELS: Final = 0.88
"""Of words that differ in vowels only."""
JOINED: Final = 0.95
"""Of names whose words are parted otherwise."""
AGAINST_BOTH: Final = 2.5
"""How much a word that is left on both sides counts against them, in words that agree; a word on one side only: of a
person (a middle name), of a company (another branch of it)."""
AGAINST_PERSON: Final = 0.3
AGAINST_COMPANY: Final = 1.0
_NUMBER: Final = re.compile(r"\d+|[ivx]+")


@dataclass(frozen=True, slots=True)
class _Core:
    """The words of a name that say who it is."""

    words: tuple[str, ...]
    company: bool
    """It had a legal form."""


class _Heard(NamedTuple):
    """A word with all that it is compared by."""

    text: str
    sound: str
    bones: str
    """Its consonants."""
    digits: str
    weight: float
    number: bool


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """How sure it is that two names mean one person or company, from 0 to 1; from ``SAME`` on they are taken for one.

    Symmetric. Order, accents, case, spaces, legal forms and titles do not matter; ``J. Ma`` may be ``Jack Ma``;
    numbers have to be equal (``Qwen2`` is not ``Qwen3``). About 20 us a pair of known names.
    """
    first, second = sorted((one, other))
    left, right = _core(first), _core(second)
    a, b = left.words, right.words
    if unvowelled(first) != unvowelled(second):
        a, b = (tuple(filter(None, map(written_without_vowels, words))) for words in (a, b))
    joined = "".join(a), "".join(b)
    if not joined[0] or not joined[1]:
        return 0.0
    if joined[0] == joined[1] or sorted(a) == sorted(b):
        return 1.0
    against = AGAINST_COMPANY if left.company or right.company else AGAINST_PERSON
    return max(_by_words(a, b, against), _by_letters(*joined))


def _by_letters(one: str, other: str) -> float:
    """The likeness of names whose words are parted otherwise."""
    if _digits(one) != _digits(other):
        return 0.0
    return JOINED * OSA.normalized_similarity(one, other, score_cutoff=0.9) ** 2


def _by_words(a: Sequence[str], b: Sequence[str], against: float) -> float:
    left, right = list(map(_heard, a)), list(map(_heard, b))
    agreeing = 0.0
    for word in left[:]:
        if word in right:
            left.remove(word)
            right.remove(word)
            agreeing += word.weight
    total = agreeing
    candidates = [(alike, x, y) for x in left for y in right if (alike := _alike(x, y)) >= PAIRED]
    for alike, x, y in sorted(candidates, key=lambda pair: (-pair[0], pair[1].text, pair[2].text)):
        if x in left and y in right:
            left.remove(x)
            right.remove(y)
            weight = (x.weight + y.weight) / 2 if min(len(x.text), len(y.text)) > 1 else min(x.weight, y.weight)
            agreeing += weight * alike * alike
            total += weight
    alone, opposite = (sum(word.weight for word in rest) for rest in (left, right))
    numbered = sum(word.weight for word in (*left, *right) if word.number)
    total += AGAINST_BOTH * (min(alone, opposite) + numbered) + against * abs(alone - opposite)
    return agreeing / total if total else 0.0


def _alike(one: _Heard, other: _Heard) -> float:
    """How alike two different words are, from 0 to 1."""
    if len(one.text) == 1 or len(other.text) == 1:
        return INITIAL if one.text[0] == other.text[0] else 0.0
    if one.digits != other.digits:
        return 0.0
    best: float = OSA.normalized_similarity(one.text, other.text)
    if one.bones == other.bones and len(one.bones) > 1:
        best = max(best, VOWELS)
    return max(best, SOUND * OSA.normalized_similarity(one.sound, other.sound))


@lru_cache(maxsize=8192)
def _heard(word: str) -> _Heard:
    number = _NUMBER.fullmatch(word) is not None
    weight = WEIGHT_CAP / 2 if number else PARTICLE_WEIGHT if word in PARTICLES else min(len(word), WEIGHT_CAP)
    return _Heard(word, spoken(word), consonants(word), _digits(word), weight, number)


def _digits(word: str) -> str:
    return "" if word.isalpha() else "".join(filter(str.isdigit, word))


@lru_cache(maxsize=4096)
def _core(name: str) -> _Core:
    words = words_in(name)
    whole = len(words)
    for form in LONG_FORMS if len(words) > 2 else ():
        size = len(form)
        if words[:size] == form:
            words = words[size:]
        elif words[-size:] == form:
            words = words[:-size]
    while len(words) > 1 and words[-1] in FORMS:
        words = words[:-1]
    while len(words) > 1 and words[0] in FORMS:
        words = words[1:]
    company = len(words) < whole
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return _Core(words, company)
