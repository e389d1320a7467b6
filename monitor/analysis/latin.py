"""Names in plain Latin letters, so that one name written in two scripts can be compared; and how a word sounds.

A rough romanisation, for comparing only and never shown: Cyrillic, Greek, Arabic, Hebrew, kana and Hangul by rule.
Han has none (readings need a dictionary) and is kept, simplified.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from monitor.analysis.scripts import simplified


def _table(pairs: str) -> dict[str, str]:
    """``"ж:zh ь:"`` as a mapping."""
    return dict(pair.split(":") for pair in pairs.split())


_CYRILLIC: Final = _table(
    "а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh "
    "щ:shch ъ: ы:y ь: э:e ю:yu я:ya і:i ї:yi є:ye ґ:g ў:u ђ:dj ј:j љ:lj њ:nj ћ:c џ:dz ѓ:gj ќ:kj ѕ:dz"
)
_GREEK: Final = _table(
    "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:y φ:f χ:ch ψ:ps ω:o"
)
_ARABIC: Final = _table(
    "ا:a أ:a إ:i آ:a ٱ:a ب:b ت:t ث:th ج:j ح:h خ:kh د:d ذ:dh ر:r ز:z س:s ش:sh ص:s ض:d ط:t ظ:z ع: غ:gh ف:f ق:q ك:k ل:l"
    " م:m ن:n ه:h و:u ؤ:u ي:i ئ:i ى:a ة:a ء: پ:p چ:ch ژ:zh گ:g ک:k ی:i ہ:h ھ:h ے:e ـ:"
)
_HEBREW: Final = _table(
    "א:a ב:b ג:g ד:d ה:h ו:u ז:z ח:h ט:t י:i כ:k ך:k ל:l מ:m ם:m נ:n ן:n ס:s ע: פ:p ף:p צ:ts ץ:ts ק:k ר:r ש:sh ת:t"
)
_LATIN: Final = _table("ł:l ø:o đ:d ð:d ħ:h ı:i ß:ss æ:ae œ:oe þ:th ə:a ŋ:ng")
_LETTERS: Final = str.maketrans({**_CYRILLIC, **_GREEK, **_ARABIC, **_HEBREW, **_LATIN})

_KANA: Final[dict[str, str]] = {
    kana: f"{consonant}{vowel}"
    for consonant, row in (
        ("", "アイウエオ"), ("k", "カキクケコ"), ("g", "ガギグゲゴ"), ("s", "サ スセソ"), ("z", "ザ ズゼゾ"),
        ("t", "タ  テト"), ("d", "ダヂヅデド"), ("n", "ナニヌネノ"), ("h", "ハヒ ヘホ"), ("b", "バビブベボ"),
        ("p", "パピプペポ"), ("m", "マミムメモ"), ("y", "ヤ ユ ヨ"), ("r", "ラリルレロ"), ("w", "ワヰ ヱヲ"),
    )
    for kana, vowel in zip(row, "aiueo", strict=True)
    if kana != " "
}  # fmt: skip
_KANA.update(シ="shi", ジ="ji", チ="chi", ツ="tsu", フ="fu", ヴ="vu", ン="n", ッ="", ー="")
_SMALL: Final = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo"}
_SYLLABLE: Final = re.compile("([ァ-ヶー])([ァィゥェォャュョ]?)")
_HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_INITIALS: Final = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ")
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINALS: Final = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ")
_HANGUL: Final = re.compile("[가-힣]")

_UNVOWELLED: Final = re.compile("[\u0590-\u06ff\u0750-\u077f]")
_APOSTROPHES: Final = re.compile("['\u2018\u2019\u201b\u02bc\u02bb\u02be\u02bf`\u00b4״׳]")
_INITIALISM: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_WORD: Final = re.compile(r"[^\W_]+")

# What one romanisation writes so and another otherwise becomes one letter; the longest first.
_SOUNDS: Final = _table(
    "dzh:i tsch:C tch:C cz:C ch:C shch:s sch:s sh:s sz:s zh:s hs:s ts:s tz:s z:s x:ks ph:f th:t dh:d kh:k gh:k ck:k "
    "c:k q:k w:v ou:u oo:u eo:o ee:i ij:i iy:i yi:i yy:i y:i j:i"
)
_SOUND: Final = re.compile("^x|(?<=[aeiou])h(?![aeiou])|" + "|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLE: Final = re.compile(r"(.)\1+")
_VOWEL: Final = re.compile("[aeiouh]")


@lru_cache(maxsize=4096)
def words_in(name: str) -> tuple[str, ...]:
    """The words of a name, romanised, in lower case, without accents and apostrophes; ``J.P.`` is one word."""
    if not name.isascii():
        name = _romanised(name)
    name = _APOSTROPHES.sub("", name.lower())
    if "." in name:
        name = _INITIALISM.sub(lambda found: found.group().replace(".", "") + " ", name)
    return tuple(_WORD.findall(name))


@lru_cache(maxsize=8192)
def spoken(word: str) -> str:
    """A romanised word as it sounds, roughly: equal for ``Lavrov`` and ``Lawrow``, ``Hussein`` and ``Husein``."""
    return _DOUBLE.sub(r"\1", _SOUND.sub(_sound, word))


@lru_cache(maxsize=8192)
def consonants(word: str) -> str:
    """How a word sounds, without vowels and ``h``."""
    return _VOWEL.sub("", spoken(word))


def written_without_vowels(word: str) -> str:
    """What Arabic and Hebrew write of a word; Arabic has neither p nor v."""
    return consonants(word).replace("p", "b").replace("v", "f")


def unvowelled(name: str) -> bool:
    """Whether a name is in a script that leaves out vowels (Arabic, Hebrew)."""
    return _UNVOWELLED.search(name) is not None


def _romanised(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).casefold().translate(_HIRAGANA)
    name = _HANGUL.sub(_hangul, _SYLLABLE.sub(_kana, name)).replace("ου", "ou").translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return simplified(bare.translate(_LETTERS))


def _sound(found: re.Match[str]) -> str:
    if found.start() == 0 and found.group() == "x":
        return "s"  # Xi and Xavier; elsewhere it is ks
    return _SOUNDS.get(found.group(), "")  # an h that only makes a vowel long is not heard


def _hangul(found: re.Match[str]) -> str:
    place = ord(found.group()) - 0xAC00
    return _INITIALS[place // 588] + _VOWELS[place % 588 // 28] + _FINALS[place % 28]


def _kana(found: re.Match[str]) -> str:
    kana, small = found.groups()
    sound = _KANA.get(kana, _SMALL.get(kana, ""))
    if not small:
        return sound
    vowel = _SMALL[small]
    # キャ is kya, ジャ ja, ティ ti, ファ fa.
    stem = sound[:-1]
    return stem + (vowel[1:] if vowel[0] == "y" and stem[-1:] in ("h", "j") else vowel)
