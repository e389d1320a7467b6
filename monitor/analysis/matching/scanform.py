"""A text as the matcher scans it: its canonical words between blanks, with a bar where a thought ends.

``"Qwen: 3 models"`` is ``" qwen | 3 models "``, so a phrase is found as plain text, blanks being the borders of words,
and never runs over what ends a thought. The words are those of :func:`monitor.analysis.text.words_of`, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.analysis.text import Words, words_of

BAR: Final = "|"
"""Stands in a form where a comma, a colon, a bracket, the end of a sentence or the like parts two words."""
MANY: Final = 32
"""Words of one text that are asked for, from which on all are listed."""
_BREAK: Final = re.compile(r"[!?;:,…|()\[\]{}<>«»—。！？；：，、（）【】《》「」『』،؛؟۔।॥]|\.\.+")
_BLANK: Final = r"(?:[^\w.,+#&|!?;:()\[\]{}<>«»—…•·–\u2010\u2011-]|_)"
_DASH: Final = re.compile(rf"(?<={_BLANK})[-–·•\u2010\u2011]+(?={_BLANK})")
_STOP: Final = re.compile(rf"[.．](?={_BLANK})")
_LONG: Final = 4
"""Letters or digits before a full stop from which on it ends a sentence, unlike in ``Dr. Ma`` and ``J. P. Morgan``."""

# What typographers write for ASCII signs, and dashes that part clauses; one character each, so that places stay.
_TYPOGRAPHY: Final = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2014", "|"), ("\u2026", "|"),
    ("\u2011", "-"), ("\u2010", "-"), ("\u20ac", " "), ("\u2022", "-"), ("\u2013", "-"), ("\u2009", " "),
    ("\u202f", " "),
)  # fmt: skip
_SPLIT: Final = "áàâäãåçéèêëíìîïñóòôöõøúùûüýÿ"
_PLAIN: Final = "aaaaaaceeeeiiiinoooooouuuuyy"
_COMPLEX: Final = "ªº²³¹µ¼½¾ßæðþÆÐÞ\xad"
"""Of Latin-1, what does not become one character in canonical form: such texts take the thorough way."""


def _bytes_table() -> bytes:
    table = bytearray(b" " * 256)
    for code in b"abcdefghijklmnopqrstuvwxyz0123456789.,+#&-":
        table[code] = code
    for code in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[code] = code + 32
    for code in b"!?;:|()[]{}<>":
        table[code] = ord("|")
    for letter, plain in zip(_SPLIT, _PLAIN, strict=True):
        table[ord(letter)] = ord(plain)
        if letter != "ÿ":
            table[ord(letter.upper())] = ord(plain)
    for quote in "«»":
        table[ord(quote)] = ord("|")
    table[ord("·")] = ord("-")
    for code in _COMPLEX.encode("latin-1"):
        table[code] = 0
    return bytes(table)


def _kinds(letter: int, digit: int) -> bytes:
    """Which kind of character stands where: one sign for letters, one for digits, the rest as it is."""
    table = bytearray(range(256))
    for code in b"abcdefghijklmnopqrstuvwxyz":
        table[code] = letter
    for code in b"0123456789":
        table[code] = digit
    return bytes(table)


_FOLD: Final = _bytes_table()
_PARTED: Final = _kinds(ord("a"), ord("0"))
_ALIKE: Final = _kinds(ord("a"), ord("a"))
_POINT, _COMMA = 1, 2
"""Stand for points and commas within numbers until the others are gone."""
_WITHIN: Final = {ord("."): _POINT, ord(","): _COMMA}
_DIGITS: Final = re.compile(rb"00*")  # with a first sign that can be searched for: 4 times faster than 0+
_A: Final = ord("a")
_REST: Final = bytes(
    {ord("."): 32, ord(","): ord("|"), ord("-"): 32, _POINT: ord("."), _COMMA: ord(",")}.get(code, code)
    for code in range(256)
)


_MARKED: Final = bytes(
    {ord("&"): ord("&"), _POINT: ord("0"), _COMMA: ord("0")}.get(code, kind if chr(kind) in "a0" else 32)
    for code, kind in enumerate(_PARTED)
)
_STARTS: Final = bytes(
    {ord("A"): ord("S"), ord("O"): ord("S"), ord("&"): ord("S")}.get(code, code) for code in range(256)
)


@dataclass(frozen=True, slots=True)
class Form:
    """A text as it is scanned, and what is needed to find its words again where they were written."""

    text: str
    """``" a b | c "``; one blank where there is no word."""
    folded: bytes | None = None
    """The text with every character folded to one; None where that cannot be."""

    def where(self, original: str) -> Where:
        """Where the words stand in ``original``, the text that the form was made of."""
        if self.folded is None:
            words = words_of(original)
            return Where(words.starts, words.ends)
        marked = self.folded.translate(_MARKED).replace(b" a", b" A").replace(b" 0", b" O")
        marked = marked.replace(b"a0", b"aO").replace(b"A0", b"AO")
        if b"&" in marked:
            marked = marked.replace(b"&a", b"&A").replace(b"&0", b"&O")
        return Where(marked=marked.translate(_STARTS), count=self.text.count(" ") - 1 - self.text.count(BAR))


class Where:
    """Places of words in a text, by their number."""

    def __init__(
        self, starts: Sequence[int] = (), ends: Sequence[int] = (), *, marked: bytes = b"", count: int = 0
    ) -> None:
        """Where each word begins and ends; or ``marked``: the text behind one blank, with an S for the first character
        of each of ``count`` words. A few words are found in it sooner than all are listed."""
        self._starts = starts
        self._ends = ends
        self._marked = marked
        self._count = count
        self._asked = 0

    def start(self, nth: int) -> int:
        """The place of the first character of a word."""
        if self._starts:
            return self._starts[nth]
        self._asked += 1
        if self._asked >= MANY:
            self._starts = [found.start() - 1 for found in re.finditer(b"S", self._marked)]
            return self._starts[nth]
        guess = len(self._marked) * nth // self._count
        before = self._marked.count(b"S", 0, guess)
        at = guess
        if before <= nth:
            for _ in range(nth - before + 1):
                at = self._marked.find(b"S", at) + 1
            return at - 2
        for _ in range(before - nth):
            at = self._marked.rfind(b"S", 0, at)
        return at - 1

    def end(self, nth: int) -> int:
        """The place behind its last character."""
        if self._ends:
            return self._ends[nth]
        start = self.start(nth) + 2
        stops = [at for at in (self._marked.find(b" ", start), self._marked.find(b"S", start)) if at >= 0]
        return min(stops, default=len(self._marked)) - 1


def scan_form(text: str) -> str:
    """The form of a text: ``" a b | c "``; one blank where it holds no word."""
    return form_of(text).text


def form_of(text: str) -> Form:
    """The form of a text, with the way back."""
    return _quick(text) or Form(_thorough(text, words_of(text)))


def _quick(text: str) -> Form | None:
    """The form of a text in the letters of Western Europe, several times faster; None where it has others, or signs
    (``C++``, ``C#``) that want a closer look."""
    form = _western(text)
    if form is None:
        return None
    if b"-" in form:
        _dashes(form)
    if b".." in form:
        form = form.replace(b"..", b"||")
    cuts = _numbers(form)
    _stops(form)
    folded = b" " + bytes(form)
    spaced = bytes(_cut(form, cuts)).translate(_REST)
    if b"&" in spaced:
        spaced = spaced.replace(b"&", b" & ")
    spaced = b" ".join(spaced.replace(b"|", b" | ").split())
    while b"| |" in spaced:
        spaced = spaced.replace(b"| |", b"|")
    return Form(f" {spaced.decode('ascii')} " if spaced else " ", folded)


def _western(text: str) -> bytearray | None:
    """The text with every character folded to one byte; None where that cannot be."""
    if not text.isascii():
        for sign, plain in _TYPOGRAPHY:
            if sign in text:
                text = text.replace(sign, plain)
    try:
        form = bytearray(text.encode("latin-1").translate(_FOLD))
    except UnicodeEncodeError:
        return None
    return None if 0 in form or b"+" in form or b"#" in form else form


def _dashes(form: bytearray) -> None:
    """A dash between blanks parts clauses."""
    at = form.find(b" -")
    while at >= 0:
        end = at + 1
        while form[end : end + 1] == b"-":
            end += 1
        if form[end : end + 1] == b" ":
            form[at + 1] = ord("|")
        at = form.find(b" -", end)


def _numbers(form: bytearray) -> list[int]:
    """Points and commas inside of numbers stay; where a digit follows a letter, for :func:`_cut`."""
    parted = form.translate(_PARTED)
    cuts = []
    end = 0
    for found in _DIGITS.finditer(parted):
        start = found.start()
        if start and parted[start - 1] == _A:
            cuts.append(start)
        elif start == end + 1 and end and parted[end] in _WITHIN:
            form[end] = _WITHIN[parted[end]]
        end = found.end()
    return cuts


def _stops(form: bytearray) -> None:
    """A full stop behind a word that is no abbreviation parts sentences."""
    alike = form.translate(_ALIKE)
    at = alike.find(b"aaaa. ")
    while at >= 0:
        form[at + _LONG] = ord("|")
        at = alike.find(b"aaaa. ", at + 6)


def _cut(form: bytearray, cuts: Sequence[int]) -> bytearray:
    """A blank between a letter and the digit behind it."""
    if not cuts:
        return form
    parts, done = [], 0
    for cut in cuts:
        parts.append(form[done:cut])
        done = cut
    parts.append(form[done:])
    return bytearray(b" ").join(parts)


def _thorough(text: str, words: Words) -> str:
    """The form of any text: its words, with a bar in each gap that holds what parts thoughts."""
    starts, ends, texts = words.starts, words.ends, words.texts
    breaks = _breaks(text)
    if not breaks:
        return f" {' '.join(texts)} " if texts else " "
    parts: list[str] = []
    nth, count = 0, len(texts)
    for at in breaks:
        while nth < count and starts[nth] <= at:
            parts.append(texts[nth])
            nth += 1
        if nth and at < ends[nth - 1]:
            continue  # within a number
        if parts[-1:] != [BAR]:
            parts.append(BAR)
    parts.extend(texts[nth:])
    return f" {' '.join(parts)} "


def _breaks(text: str) -> list[int]:
    found = [match.start() for pattern in (_BREAK, _DASH) for match in pattern.finditer(text)]
    for match in _STOP.finditer(text):
        at = match.start()
        if at >= _LONG and text[at - _LONG : at].isalnum():
            found.append(at)
    return sorted(found)
