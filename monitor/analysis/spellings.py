"""What a topic on a name could look for: spellings that follow by rule, and headlines to check them with.

Only what a rule gives is proposed: how a name is written in another script has to be looked up, since letter by letter
it comes out wrong more often than right. Every example has been tried against the proposed phrases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from monitor.analysis.latin import words_in
from monitor.analysis.matching.match import Matcher
from monitor.analysis.scripts import HAN, simplified, traditional
from monitor.analysis.text import fold
from monitor.model import Entry, Phrase, Query, Topic

Cases = Callable[[str, str], tuple[str, ...]]
"""The forms of a lemma in a language (``ru``), as in :mod:`monitor.analysis.inflection.families`."""
EXACT_CAP: Final = 5
"""Letters up to which a name in capitals may be another word in small ones: ICE, WHO."""
SHORT: Final = (4, 5)
"""Letters up to which a name of one word, of two words, is borne by many (judgement: Visa, Ma Yun)."""
CASES_CAP: Final = 6
"""Case forms proposed: those in which every word of a name stands in its likeliest form."""
WORDS_TOO: Final = frozenset(
    # English
    "alphabet amazon apple aurora avatar block bolt boss bridge canon carrier caterpillar chase circle citizen cloud"
    " compass corona cosmos crown delta diamond discover discord dove eagle echo eclipse edge element explorer falcon"
    " focus fox freedom frontier galaxy gap gemini general genesis giant globe guardian harvest horizon hunter impact"
    " independent infinity jaguar javelin jet journal jupiter justice leopard liberty lion lucid magnet mars match"
    " matrix mercury meta metro mint mirror mirage mistral monitor moon mustang nest nothing notion oasis observer"
    " ocean olympus omega opera oracle orange origin palm patriot peak phoenix pioneer planet platform post prime"
    " prince progress puma queen quest raven rebel record ring river robin rocket root rover saturn scale scout sharp"
    " shell shield signal slack snap solar spark sphere spirit sprint square stage standard star stripe subway"
    " summit sun swan swift target telegraph tempo tide tiger time times titan torch tower trident triton trust twitch"
    " twitter union unity united universe venture venus vessel victory viking virgin visa vision viva volt vulcan wave"
    " wolf wonder zenith zoom"
    # first names and places
    " april august claude dallas ford georgia grace grok hugo iris jack jordan julia june lee mercedes montana morgan"
    " oscar paris reuters ruby sophia victoria wendy"
    # German
    " adler anker bild blume brand burg fischer freitag gold haus kaiser koch kraft krone kurier land licht linde"
    " merkur richter riese sonne spiegel stahl stern tag vogel welt wolke zeit"
    # French
    " accord action aurore avenir casino croix danse ecran espoir etoile express fleur lumiere lune matin monde mouton"
    " nuage papillon plume pomme porte relais soleil temps terre total virage".split()
)
"""Names that are words, first names or places as well (English, German, French), folded."""
_SURNAMES: Final = (
    "Mahoney Allende Altmann Bachmann Bellamy Bergman Blackburn Brookfield Browning Bushnell Carson Cheney Coleman"
    " Cooke Davison Fischer Fordham Foxworth Goldman Goldberg Goodman Greenberg Hanson Harrison Henderson Hillman"
    " Hoffmann Holmes Hunter Jackson Johnson Kaiser Khanna Kimball Kingsley Lambert Langley Leeson Leighton Lincoln"
    " Longley Manning Mayer Millerand Morrison Neumann Newman Parker Paulson Petersen Priceman Reeves Richards"
    " Robertson Rossi Russell Schumann Silverman Simonson Smithson Steinberg Stevenson Sunderland Tanner Thompson"
    " Turnbull Walker Wallace Warner Weiss Whitehead Williamson Wilson Winters Wolfe Woodward Youngman".split()
)
"""Family names that may go on another: Jack Ma, Jack Mahoney."""
_NO_PERSON: Final = frozenset(
    "airlines airways association bank bureau capital club college company council court energy fund group holding"
    " holdings hotel industries institute international media motor motors museum news partners party post press sachs"
    " systems technologies technology times trust university".split()
)
_FORM: Final = re.compile(
    r",? (?:AG|SE|GmbH|KGaA|Inc|Ltd|LLC|PLC|plc|Corp|SpA|S\.p\.A|S\.A|NV|N\.V|BV|Oyj|ASA|Limited)\.?$"
)
"""Forms of companies, which headlines leave out."""
_WRAPPED: Final = re.compile(r"[\"“„«‘'(\[](?P<inner>[^\"“”„«»‘’'()\[\]]+)[\"”“»’')\]]")
_VERSION: Final = re.compile(r"(?P<family>.*[^\W\d_])(?P<gap>[ -]?)(?P<number>\d{1,3})(?P<rest>(?:\.\d+)?[a-z]?)")
_MODEL: Final = 10
"""Up to here a number may be that of a program, which has half versions and services built on it."""
_TYPE: Final = 100
"""From here on it is that of a type, and the next is ten away: Boeing 737, Airbus A320."""
_LETTER: Final = re.compile("(?<=\\w)[ -][A-Za-z]$")
"""Of DeepSeek-V3, what stands between the family and the number."""
_FAMILY: Final = 3
"""Letters from which a family is a product's, and worth listing as near: not the G of G7."""
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_KANA: Final = re.compile("[\u3041-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_CAMEL: Final = re.compile("(?<=[a-z])(?=[A-Z])")
_WORDS: Final = re.compile(r"\w+(?:[ -]\w+)+")
_TELLING: Final = {
    language: re.compile(letters)
    for language, letters in {"be": "ў", "uk": "[іїєґ]|[сц]ьк", "mk": "[ѓќѕ]", "sr": "[ђћџјљњ]"}.items()
}
_LONDON: Final = {"ru": "в Лондоне", "be": "у Лондане", "uk": "у Лондоні", "mk": "во Лондон", "sr": "у Лондону"}
_INTERVIEW: Final = {"ru": "Интервью", "uk": "Інтерв'ю", "sr": "Интервју"}
"""What a genitive follows."""
_UMLAUTS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"}
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic as it could begin."""

    name: str
    any: tuple[Phrase, ...]
    """Spellings that follow by rule, the name itself (without a company's form) first."""
    scripts: tuple[str, ...]
    """Languages of other scripts, in which it has to be looked up."""
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

    ``name`` has at least one letter or digit; quotes around it and commas or colons at its ends are no part of it.
    What the name by itself finds is under ``same``, not under ``any``.
    """
    name = _bare(name)
    said = _said(name)
    exact = said.isascii() and said.isalpha() and said.isupper() and 1 < len(said) <= EXACT_CAP
    phrases = [Phrase(said, exact=exact)]
    same: list[str] = []
    folded = {fold(said)}
    alone = Topic(name, Query(any=tuple(phrases)))
    forms = cases(said, _language(said))[:CASES_CAP] if cases and _CYRILLIC.search(said) else ()
    missing = [form for form in forms if not _tried(alone, [form], matching=True)]
    for spelling in (name, *_equal(said), *_spellings(said), *missing):
        if spelling == said or (exact and fold(spelling) == fold(said)):
            continue
        if _tried(alone, [spelling], matching=True):
            same.append(spelling)
        elif fold(spelling) not in folded:
            folded.add(fold(spelling))
            phrases.append(Phrase(spelling))
    version = _VERSION.fullmatch(said)
    kin = _LETTER.sub("", _family(version)) if version else ""
    topic = Topic(name, Query(any=tuple(phrases)))
    hits, misses = _version_examples(said, version) if version else _examples(said, forms)
    return Proposal(
        name=name,
        any=tuple(phrases),
        scripts=_scripts(said),
        same=tuple(dict.fromkeys(same)),
        declined=bool(forms) and not missing,
        ambiguous=None if version or exact else _ambiguity(said),
        inside=len(said) == 2 and all(map(HAN.match, said)),
        report_near=(Phrase(kin),) if len(kin) >= _FAMILY else (),
        must_match=_tried(topic, hits, matching=True),
        must_not_match=_tried(topic, misses, matching=False),
    )


def _bare(name: str) -> str:
    """Without what was copied along with it: quotes around it, commas and colons at its ends."""
    name = " ".join(name.split()).strip(" ,;:").removeprefix("- ")
    wrapped = _WRAPPED.fullmatch(name)
    return _bare(wrapped["inner"]) if wrapped else name


def _said(name: str) -> str:
    """As headlines write it: Wirecard of Wirecard AG."""
    return _FORM.sub("", name) if fold(_FORM.sub("", name)) else name


def _scripts(name: str) -> tuple[str, ...]:
    """The languages whose papers write the name in another script."""
    own = {
        "English": _LATIN.search(name),
        "Chinese": HAN.search(name) and not _KANA.search(name),
        "Russian": _CYRILLIC.search(name),
        "Arabic": _ARABIC.search(name),
        "Korean": _HANGUL.search(name),
        "Japanese": _KANA.search(name),
    }
    return tuple(language for language, found in own.items() if not found)


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
    if version and _LETTER.search(_family(version)):
        yield name.replace("-", " ")
    elif version:
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


def _ambiguity(name: str) -> str | None:
    words = fold(name).split()
    if len(words) == 1 and words[0] in WORDS_TOO:
        return "This is an everyday word or first name as well"
    letters = sum(map(len, words))
    if name.isascii() and len(words) <= len(SHORT) and letters <= SHORT[len(words) - 1]:
        return "Others may bear so short a name"
    return None


def _examples(name: str, forms: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Headlines that should match, and some that should not; ``forms`` begin with the genitive."""
    if _CYRILLIC.search(name):
        language = _language(name)
        genitive = [f"{_INTERVIEW[language]} {form}" for form in forms[:1] if language in _INTERVIEW]
        return [f"{name} {_LONDON[language]}", *genitive], []
    if HAN.search(name) and not _KANA.search(name):
        return [simplified(f"{name}重返中国"), *traditional(simplified(f"专访{name}"))[:1]], []
    if _KANA.search(name):
        return [f"{name}が講演", f"「{name}」とは"], []
    if _HANGUL.search(name):
        return [f"{name}, 서울에서 연설", f"{name}의 다음 행보"], []
    if _ARABIC.search(name):
        return [f"خطاب {name} في لندن", f"{name}: ماذا بعد؟"], []
    if not _LATIN.search(name):
        return [f"Reuters: {name}"], []
    if name[0].islower():
        return [f"{name[0].upper()}{name[1:]} in Lyon", f"After the {name}: what now"], []
    call = f"{name}' call" if name.endswith("s") else f"{name}'s call"
    return [f"{call} to Beijing", f"{name} returns", f"What {name} plans next"], list(_namesakes(name))


def _namesakes(name: str) -> Iterator[str]:
    """Headlines on another who is named almost so, where the name could be a person's."""
    first, _, last = name.partition(" ")
    if not (first.isalpha() and last.isalpha() and last.istitle()) or last.lower() in _NO_PERSON:
        return
    longer = next((other for other in _SURNAMES if other.startswith(last) and other != last), None)
    if longer:
        yield f"{first} {longer} wins in Boston"
    else:
        yield f"{'Paul' if first == 'Maria' else 'Maria'} {last} opens a school in Lyon"


def _version_examples(name: str, version: re.Match[str]) -> tuple[list[str], list[str]]:
    family, number, rest = _family(version), int(version["number"]), version["rest"]
    stem = name[: version.start("number")]
    hits = [f"{name} is here", f"What comes after {name}"]
    if _LETTER.search(family):  # DeepSeek-V3, DeepSeek V3
        hits.append(f"{name.replace('-', ' ')} in numbers")
    else:
        hits.append(f"{family}{' ' if version['gap'] != ' ' else '-'}{number}{rest} in numbers")
    if number >= _TYPE:
        return hits, [f"{stem}{number + 10} is here"]
    misses = [f"{stem}{number + 1} is here", f"{_LETTER.sub('', family)} is here"]
    if number < _MODEL and len(family) >= _FAMILY:
        misses.insert(0, f"{stem}{number if rest else f'{number}.5'} is here")
        hits.append(f"Three {name}-based services compared")
        if not version["gap"] and not rest and not _LETTER.search(family):
            misses.append(f"{family} {number}0B is here")
    return hits, misses


def _tried(topic: Topic, texts: Iterable[str], *, matching: bool) -> tuple[str, ...]:
    """The headlines that the topic does treat so, each once."""
    matcher = Matcher([topic])
    return tuple(
        text
        for text in dict.fromkeys(texts)
        if bool(matcher.match(Entry(key="example", key_hash="", title=text)).matches) == matching
    )
