"""Mistakes in a query of one line: what they say, and the words that people bring from other search languages."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lark import Token, Tree


@dataclass(frozen=True, slots=True)
class QueryFault:
    """What is wrong with a query."""

    message: str
    """A plain sentence."""
    start: int
    end: int
    """Where it stands in the given text: offsets of characters, from 0; ``end`` is behind the last one."""
    hint: str = ""
    """What to write instead."""


Piece: TypeAlias = Token | Tree[Token]


class Mistake(Exception):
    """A fault on its way out of the reader; never leaves :func:`monitor.analysis.query.language.parse`."""

    def __init__(self, message: str, start: int, end: int, hint: str) -> None:
        super().__init__(message)
        self.fault = QueryFault(message, start, end, hint)

    @classmethod
    def at(cls, piece: Piece, message: str, hint: str) -> Mistake:
        """A mistake that a word or a part of the query is."""
        return cls.between(piece, piece, message, hint)

    @classmethod
    def between(cls, first: Piece, last: Piece, message: str, hint: str) -> Mistake:
        """A mistake from the start of one piece to the end of another."""
        return cls(message, _bounds(first)[0], _bounds(last)[1], hint)


def _bounds(piece: Piece) -> tuple[int, int]:
    place = piece if isinstance(piece, Token) else piece.meta
    start, end = place.start_pos, place.end_pos
    assert start is not None
    assert end is not None
    return start, end


SHOWN_CAP: Final = 60
"""Characters of a word that a message repeats."""


def shown(text: str) -> str:
    """A word for a message: not too long, and without what a screen would obey."""
    cut = text if len(text) <= SHOWN_CAP else f"{text[:SHOWN_CAP]}…"
    return "".join(character if character.isprintable() else "\ufffd" for character in cut)


_SIGNS: Final = {
    "|": "OR", "||": "OR", "&": "AND", "&&": "AND", "+": "AND", "!": "NOT",
    ",": "OR or AND", ";": "OR or AND", "，": "OR or AND", "、": "OR or AND", "；": "OR or AND",
}  # fmt: skip
_HYPHEN: Final = re.compile(r"[-－−–‐‑—]+")
_FOREIGN: Final = (
    (re.compile(r"[~^].*"), '"{word}" is no sign of this language.', 'Write a NEAR/5 b for two words near each other.'),
    (re.compile(r"[—―].*"), "A dash is no sign of this language.", "Write a hyphen before the word for NOT: -word"),
    (re.compile(r"!.*"), '"!" is no sign of this language.', "Write NOT or a hyphen directly before the word."),
    (re.compile(r".*\|"), '"|" is no sign of this language.', "Write OR between the words."),
    (re.compile(r".*&&"), '"&&" is no sign of this language.', "Write AND between the words."),
    (re.compile(r"(?:near|within|w|pre|n|adj)[/／]\d+$|(?:near|adj)\d+$", re.IGNORECASE),
     '"{word}" is no operator of this language.', "Write NEAR/5, with the number of words that may stand between."),
    (re.compile(r"(?:ANDNOT|BUTNOT)$"), '"{word}" is no operator of this language.', "Write AND NOT."),
    (re.compile(r"XOR$"), '"{word}" is no operator of this language.', "Write (a OR b) NOT (a AND b)."),
    (re.compile(r"(?:ＡＮＤ|ＯＲ|ＮＯＴ|ＮＥＡＲ(?:／[０-９]+)?)$"),
     '"{word}" is in full-width letters.', "Write it in ASCII letters."),
    (re.compile(r"[\[{].*|.*[\]}]$"), "Brackets of this kind are no signs of this language.",
     "Write parentheses around what belongs together, quotes around a phrase."),
    (re.compile(r"[,;，、；].*|.*(?:[,;]$|[，、；])"), "A comma says neither AND nor OR.",
     'Write OR between what may stand there, AND between what must, or put all in quotes to look for it as it is.'),
)  # fmt: skip

_SMALL: Final = re.compile(r"(and|or|near)|(not)", re.IGNORECASE)
_FEW: Final = re.compile(r"[1-9][0-9]?|100", re.ASCII)
_APOSTROPHES: Final = "'\u2018\u2019"

_FIELD: Final = re.compile(r"([^\W\d_][^\W\d]*(?:-[^\W\d]+)*)[:：](?!//|／／)")
_FIELDS: Final = ("title:", "source:", "lang:", "use:", "exact:", "accents:", "forms:")
_FIELDS_MEANT: Final = {
    **dict.fromkeys("intitle allintitle headline titel titre titulo heading ti hl hd 标题 標題".split(), "title:"),
    **dict.fromkeys("site outlet publisher publication host domain feed url inurl so sn 来源 來源".split(), "source:"),
    **dict.fromkeys("language la 语言 語言 sprache langue".split(), "lang:"),
    **dict.fromkeys("fragment include list".split(), "use:"),
    **dict.fromkeys("case casesensitive".split(), "exact:"),
    **dict.fromkeys("plural stem forms".split(), "forms:"),
}


def check_word(token: Token) -> None:
    """Raises :class:`Mistake` for a word without quotes that was meant as a sign, an operator or a field."""
    word = str(token)
    if not any(map(str.isalnum, word)):
        raise _lone(token)
    for pattern, message, hint in _FOREIGN:
        if pattern.match(word):
            raise Mistake.at(token, message.format(word=shown(word)), hint)
    field = _FIELD.match(word)
    if field:
        raise _no_field(token, field[1])
    star = word.find("*")
    if 0 <= star < len(word) - 1:
        raise star_within(_start(token) + star)


def _word(child: Piece) -> Token | None:
    """The word that a part consists of, where it is one word without quotes."""
    if isinstance(child, Tree) and child.data == "phrase":
        token = child.children[0]
        if isinstance(token, Token) and token.type == "WORD":
            return token
    return None


def check_small_operators(parts: Sequence[Piece]) -> None:
    """Raises :class:`Mistake` for ``a or b``: it would look for the word "or" as well, which nobody means."""
    for nth, part in enumerate(parts):
        word = _word(part)
        small = _SMALL.fullmatch(word) if word else None
        after = nth + 1 < len(parts) and isinstance(parts[nth + 1], Tree)
        before = nth > 0 and isinstance(parts[nth - 1], Tree)
        if word and small and after and (before or small[2]):
            raise Mistake.at(
                word, f'"{word}" in small letters is a word like any other, and would be looked for.',
                f"Write {word.upper()} for the operator; put the name, or the word alone, in quotes to look for it.",
            )  # fmt: skip


def check_single_quotes(parts: Sequence[Piece]) -> None:
    """Raises :class:`Mistake` for ``'Jack Ma'``, which would be two words."""
    first: Token | None = None
    for part in parts:
        word = _word(part)
        if word is None:
            first = None
        elif first is None or word[0] in _APOSTROPHES:
            first = word if word[0] in _APOSTROPHES and word[-1] not in _APOSTROPHES else None
        elif word[-1] in _APOSTROPHES:
            raise Mistake.between(
                first, word, "Single quotation marks do not hold words together.", 'Write double ones: "Jack Ma"'
            )


def check_number(joint: Token, side: Piece) -> None:
    """Raises :class:`Mistake` for ``a NEAR 5 b``, which would look for the number."""
    word = _word(side)
    if joint == "NEAR" and word is not None and _FEW.fullmatch(word):
        raise Mistake.between(
            joint, word, "Between NEAR and its number stands no blank.",
            f'Write NEAR/{word}, or put the number in quotes to look for it: "{word}"',
        )  # fmt: skip


def no_words(piece: Piece) -> Mistake:
    """A phrase in which nothing can be looked for."""
    return Mistake.at(piece, "This holds no letter and no digit, so there is nothing to look for.", "Write a word.")


def star_within(at: int) -> Mistake:
    """A star that does not end the last word."""
    return Mistake(
        "A star stands at the end of the last word only.", at, at + 1,
        r'Write the beginning of the word and a star: Alibab* or "open ai*". To look for the sign itself: "\*".',
    )  # fmt: skip


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is spelled most like a word; None where none is."""
    folded = {unicodedata.normalize("NFKC", name).casefold(): name for name in known}
    close = difflib.get_close_matches(unicodedata.normalize("NFKC", word[:100]).casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def _start(token: Token) -> int:
    return _bounds(token)[0]


def _lone(token: Token) -> Mistake:
    word = str(token)
    if word in _SIGNS:
        return Mistake.at(token, f'"{word}" is no sign of this language.', f"Write {_SIGNS[word]}.")
    if _HYPHEN.fullmatch(word):
        return Mistake.at(
            token, "A hyphen that stands alone says nothing.", "Write it directly before a word for NOT: -word"
        )
    if word == "*":
        return Mistake.at(
            token, "A star stands at the end of a word only.", "Write the beginning of a word before it: Alibab*"
        )
    return no_words(token)


def _no_field(token: Token, name: str) -> Mistake:
    meant = _FIELDS_MEANT.get(name.casefold()) or nearest(f"{name}:", _FIELDS)
    maybe = f"Did you mean {meant}?" if meant else f"Known are {', '.join(_FIELDS)}."
    at = _start(token)
    return Mistake(
        f'"{shown(name)}:" is no field that can be searched.', at, at + len(name) + 1,
        f'{maybe} To look for the words themselves, put them in quotes: "{shown(token)}"',
    )  # fmt: skip
