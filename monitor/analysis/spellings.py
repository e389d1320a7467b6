"""What a topic on a name could look for: spellings that follow by rule, and headlines to check them with.

Only what a rule gives is proposed; a transliteration is a guess, and is said to be one. Every example has been tried
against the proposed phrases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from monitor.analysis.latin import words_in
from monitor.analysis.match import Matcher
from monitor.analysis.scripts import HAN, simplified, traditional
from monitor.analysis.text import fold
from monitor.model import Entry, Phrase, Query, Topic

Cases = Callable[[str, str], tuple[str, ...]]
"""The forms of a lemma in a language (``ru``), as in :mod:`monitor.analysis.inflection`."""
EXACT_CAP: Final = 5
"""Letters up to which a name in capitals may be another word in small ones: ICE, WHO."""
SHORT: Final = (4, 5)
"""Letters up to which a name of one word, of two words, is borne by many (judgement: Meta, Ma Yun)."""
WORDS_TOO: Final = frozenset(
    "alphabet amazon apple block boss canon caterpillar chase citizen discover dove fox gap general giant guardian mars"
    " match nothing oracle orange palm puma reuters shell sharp sprint square stripe subway sun target telegraph tide"
    " time times twitch united virgin visa zoom gemini grok claude mistral falcon".split()
)
"""Names of companies and models that are words or first names as well; short on purpose."""
_VERSION: Final = re.compile(r"(?P<family>.*[^\W\d_])(?P<gap>[ -]?)(?P<number>\d{1,3})(?P<rest>(?:\.\d+)?[a-z]?)")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_KANA: Final = re.compile("[\u3041-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_CAMEL: Final = re.compile("(?<=[a-z])(?=[A-Z])")
_WORDS: Final = re.compile(r"\w+(?:[ -]\w+)+")
_LETTER: Final = re.compile("(?<=\\w)[ -][A-Za-z]$")
"""Of DeepSeek-V3, what stands between the family and the number."""
CASES_CAP: Final = 6
"""Case forms proposed: those in which every word of a name stands in its likeliest form."""
_TELLING: Final = {
    language: re.compile(letters)
    for language, letters in {"be": "ў", "uk": "[іїєґ]|[сц]ьк", "mk": "[ѓќѕ]", "sr": "[ђћџјљњ]"}.items()
}
_UMLAUTS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"}
)
_TO_CYRILLIC: Final = {
    "shch": "щ", "sch": "ш", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ph": "ф", "th": "т", "ck": "к", "ts": "ц",
    "ya": "я", "yu": "ю", "yo": "ё", "oo": "у", "ee": "и", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф",
    "g": "г", "h": "х", "i": "и", "j": "дж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к",
    "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "й", "z": "з",
}  # fmt: skip
_SOUND: Final = re.compile("|".join(_TO_CYRILLIC))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic as it could begin."""

    name: str
    any: tuple[Phrase, ...]
    """Spellings that follow by rule, the name itself first."""
    guesses: tuple[str, ...]
    """Transliterations that a person has to check."""
    same: tuple[str, ...]
    """Spellings that are found anyway, and need not be listed."""
    declined: bool
    """Its case forms, as far as they are known, are found anyway."""
    ambiguous: str | None
    """Why others may be meant as well; None: it is telling enough."""
    inside: bool
    """So short in a script without spaces that it stands inside longer names."""
    report_near: tuple[Phrase, ...]
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]


def propose(name: str, *, cases: Cases | None = None) -> Proposal:
    """A topic for a name, from rules alone; ``cases`` gives the case forms of names in Cyrillic.

    ``name`` has at least one letter or digit. What the name by itself finds is under ``same``, not under ``any``.
    """
    name = " ".join(name.split())
    exact = name.isascii() and name.isalpha() and name.isupper() and 1 < len(name) <= EXACT_CAP
    phrases = [Phrase(name, exact=exact)]
    same: list[str] = []
    folded = {fold(name)}
    alone = Topic(name, Query(any=tuple(phrases)))
    forms = cases(name, _language(name))[:CASES_CAP] if cases and _CYRILLIC.search(name) else ()
    missing = [form for form in forms if not _tried(alone, [form], matching=True)]
    for spelling in (*_equal(name), *_spellings(name), *missing):
        if spelling == name or (exact and fold(spelling) == fold(name)):
            continue
        if _tried(alone, [spelling], matching=True):
            same.append(spelling)
        elif fold(spelling) not in folded:
            folded.add(fold(spelling))
            phrases.append(Phrase(spelling))
    version = _VERSION.fullmatch(name)
    topic = Topic(name, Query(any=tuple(phrases)))
    hits, misses = _examples(name, version)
    return Proposal(
        name=name,
        any=tuple(phrases),
        guesses=tuple(guess for guess in dict.fromkeys(_guesses(name)) if fold(guess) not in folded),
        same=tuple(dict.fromkeys(same)),
        declined=bool(forms) and not missing,
        ambiguous=None if version or exact else _ambiguity(name),
        inside=len(name) == 2 and all(map(HAN.match, name)),
        report_near=(Phrase(_LETTER.sub("", _family(version))),) if version else (),
        must_match=_tried(topic, hits, matching=True),
        must_not_match=_tried(topic, misses, matching=False),
    )


def _spellings(name: str) -> Iterator[str]:
    """Other spellings of the name by rule."""
    if " & " in name or " and " in name:
        yield name.replace(" & ", " and ") if " & " in name else name.replace(" and ", " & ")
    yield name.translate(_UMLAUTS)
    if name.isascii() and " " not in name and not any(map(str.isdigit, name)):
        yield _CAMEL.sub(" ", name)
    if _ARABIC.search(name):
        # and, for, with are written in one word with the name
        yield from (f"{letter}{name}" for letter in "ولب")


def _language(name: str) -> str:
    """The language that a name in Cyrillic is most likely declined in, by its letters; Russian where none tells."""
    for language, letters in _TELLING.items():
        if letters.search(name.lower()):
            return language
    return "ru"


def _equal(name: str) -> Iterator[str]:
    """Spellings that may well be found anyway."""
    if HAN.search(name) and not _KANA.search(name):
        yield simplified(name)
        yield from traditional(simplified(name))
    version = _VERSION.fullmatch(name)
    if version:
        number = version["number"] + version["rest"]
        yield from (f"{_family(version)}{gap}{number}" for gap in ("", " ", "-"))
    elif _WORDS.fullmatch(name):
        yield name.replace("-", " ")
        yield name.replace(" ", "-")
    yield name.replace("・", "")
    if name.isascii():
        yield name.upper()
    elif (plain := " ".join(words_in(name)).title()) and re.search("[A-Za-z]", name) and plain.isascii():
        yield plain


def _family(version: re.Match[str]) -> str:
    return version["family"].strip(" -")


def _guesses(name: str) -> Iterator[str]:
    """What the name may be in another script, letter by letter."""
    words = name.split()
    if name.replace(" ", "").isascii() and name.replace(" ", "").isalpha() and len(words) > 1:
        yield " ".join(_SOUND.sub(lambda found: _TO_CYRILLIC[found.group()], word.lower()).title() for word in words)
    elif _CYRILLIC.search(name) or _HANGUL.search(name) or (_KANA.search(name) and not HAN.search(name)):
        yield " ".join(words_in(name)).title()


def _ambiguity(name: str) -> str | None:
    words = fold(name).split()
    if len(words) == 1 and words[0] in WORDS_TOO:
        return "This name is an everyday word or first name as well"
    letters = sum(map(len, words))
    if name.isascii() and len(words) <= len(SHORT) and letters <= SHORT[len(words) - 1]:
        return "Others may bear so short a name"
    return None


def _examples(name: str, version: re.Match[str] | None) -> tuple[list[str], list[str]]:
    """Headlines that should match, and some that should not."""
    if version:
        return _version_examples(name, version)
    if HAN.search(name) and not _KANA.search(name):
        said = f"{name}发表讲话"
        return [f"{simplified(name)}发表讲话", *traditional(said)[:1]], []
    if _KANA.search(name):
        return [f"{name}が講演", f"「{name}」とは"], []
    if _HANGUL.search(name):
        return [f"{name}, 서울에서 연설"], []
    if _ARABIC.search(name):
        return [f"قال {name} اليوم", f"خطاب {name}"], []
    if _CYRILLIC.search(name):
        return [f"{name} выступил в Лондоне", f"{name.upper()}: новое интервью"], [f"{name}ров выступил в Лондоне"]
    longer = "son wins in Boston" if " " in name else "land opens in Boston"
    return [f"{name}'s plans", f"The {name}-backed fund", f"{name.upper()}: a portrait"], [f"{name}{longer}"]


def _version_examples(name: str, version: re.Match[str]) -> tuple[list[str], list[str]]:
    family, glue, number = _family(version), version["gap"], int(version["number"])
    hits = [
        f"{name} is out",
        f"What {family} {version['number']}{version['rest']} can do",
        f"{name}-32B",
        f"{name}'s price",
    ]
    other = f"{number}" if "." in version["rest"] else f"{number}.5"
    misses = [
        f"{family}{glue}{other} is out",
        f"{family}{glue}{number + 1} is out",
        f"{family} {number}0B",
        f"{family} is out",
    ]
    return hits, misses


def _tried(topic: Topic, texts: Iterable[str], *, matching: bool) -> tuple[str, ...]:
    """The headlines that the topic does treat so, each once."""
    matcher = Matcher([topic])
    return tuple(
        text
        for text in dict.fromkeys(texts)
        if bool(matcher.match(Entry(key="example", key_hash="", title=text)).matches) == matching
    )
