"""Phrases of one condition that stand in each other's way: worth a word, though nothing is wrong with any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.analysis.inflection.families import FAMILIES
from monitor.analysis.text import tokenise
from monitor.config.complaints import FormReader
from monitor.config.document import Way
from monitor.config.findings import Severity
from monitor.model import Phrase, Query

DOUBTS_CAP = 20
"""Remarks on one condition: who has more has one mistake many times."""
HELD_CAP = 6
"""Words of a phrase that is looked for within others: longer ones are whole headlines."""

_Words = tuple[str, ...]
_Doubt = tuple[Severity, Way, str]


def doubt(query: Query, way: Way, subject: str, reader: FormReader) -> None:
    """Remarks to ``reader.into`` on the phrases at ``way``: those that can never count, or count twice."""
    for number, (severity, below, message) in enumerate(_doubts(query)):
        if number == DOUBTS_CAP:
            return
        key = ".".join(step for step in below if not step.isdecimal())
        place = (*way, *below) if "not_inside" in below else (*way, *below, "phrase")
        if not reader.unset(place):
            reader.into.add(severity, place, f'{subject}: "{key}": {message}', value=True)


def _doubts(query: Query) -> Iterator[_Doubt]:
    ambiguous = query.ambiguous.any if query.ambiguous else ()
    yield from _refused(query, ambiguous)
    yield from _without_context(query, ambiguous)
    for key, phrases in (
        (("any",), query.any),
        (("ambiguous", "any"), ambiguous),
        (("all",), query.all),
        (("none",), query.none),
    ):
        yield from _not_held(phrases, key)
    yield from _twice(query.any)
    yield from _let_in(query.any)


def _refused(query: Query, ambiguous: Sequence[Phrase]) -> Iterator[_Doubt]:
    """What is looked for, and holds a word of ``none``."""
    refused = _Within(query.none)
    for key, phrases in ((("any",), query.any), (("ambiguous", "any"), ambiguous), (("all",), query.all)):
        for number, phrase in enumerate(phrases):
            other = refused.held_by(phrase)
            if other is None:
                continue
            text = query.none[other].text
            if _words(query.none[other]) == _words(phrase):
                named = ".".join(key)
                yield "warning", ("none", str(other)), f'"{text}" stands under "{named}" too, and never counts there'
            else:
                yield "warning", (*key, str(number)), f'"{phrase.text}" holds "{text}" of "none", so it never counts'


def _without_context(query: Query, ambiguous: Sequence[Phrase]) -> Iterator[_Doubt]:
    """Ambiguous names whose context can have no say."""
    clear = _Within(query.any)
    given = _Within(query.ambiguous.context if query.ambiguous else ())
    for number, phrase in enumerate(ambiguous):
        other = clear.held_by(phrase)
        if other is not None:
            text = query.any[other].text
            message = f'"{phrase.text}" counts without context, because "any" has "{text}"'
            yield "warning", ("ambiguous", "any", str(number)), message
        elif query.ambiguous is not None and (held := given.held_by(phrase)) is not None:
            text = query.ambiguous.context[held].text
            message = f'"{phrase.text}" has its context word "{text}" always with it'
            yield "warning", ("ambiguous", "any", str(number)), message


def _not_held(phrases: Sequence[Phrase], key: Way) -> Iterator[_Doubt]:
    """Longer words that do not hold the phrase, or are no longer than it."""
    for number, phrase in enumerate(phrases):
        words = _words(phrase)
        for nth, longer in enumerate(phrase.not_inside):
            around = _words(Phrase(longer))
            place = (*key, str(number), "not_inside", str(nth))
            if around == words:
                yield "warning", place, f'"{longer}" is no longer than the phrase, so it has no effect'
            elif not _holds(around, words, whole=not (phrase.prefix or phrase.forms)):
                yield "warning", place, f'"{longer}" does not hold "{phrase.text}", so it has no effect'


def _twice(phrases: Sequence[Phrase]) -> Iterator[_Doubt]:
    """Two spellings that are the same to the matcher."""
    first: dict[tuple[_Words, Phrase], Phrase] = {}
    for number, phrase in enumerate(phrases):
        strict = tokenise(phrase.text, keep_accents=phrase.accents, keep_case=phrase.exact)
        other = first.setdefault((tuple(token.text for token in strict), replace(phrase, text="")), phrase)
        if other is not phrase:
            yield "info", ("any", str(number)), f'"{phrase.text}" finds the same as "{other.text}"; one is enough'


def _let_in(phrases: Sequence[Phrase]) -> Iterator[_Doubt]:
    """Phrases that are a longer word of another one: what the other holds back, they find."""
    holders: dict[_Words, Phrase] = {}
    for phrase in phrases:
        for longer in phrase.not_inside:
            holders.setdefault(_words(Phrase(longer)), phrase)
    for number, phrase in enumerate(phrases if holders else ()):
        holder = holders.get(_words(phrase))
        if holder is not None and _words(holder) != _words(phrase):
            message = f'"{phrase.text}" is looked for, too, so it lets in what "{holder.text}" holds back'
            yield "warning", ("any", str(number)), message


class _Within:
    """Phrases that count wherever their words stand, to be found within other phrases."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = phrases
        self._numbers: dict[_Words, int] = {}
        for number, phrase in enumerate(phrases):
            words = _words(phrase)
            if not (phrase.exact or phrase.accents or phrase.not_inside or phrase.prefix) and len(words) <= HELD_CAP:
                self._numbers.setdefault(words, number)
        self._same = {phrase: number for number, phrase in reversed([*enumerate(phrases)])}
        self._sizes = sorted({len(words) for words in self._numbers})

    def held_by(self, phrase: Phrase) -> int | None:
        """The number of the first of the phrases that stands wherever ``phrase`` does; None: there is none."""
        if phrase in self._same:
            return self._same[phrase]
        words = _words(phrase)
        if phrase.prefix:
            # What its last word will be is open.
            words = words[:-1]
        for size in self._sizes:
            for at in range(len(words) - size + 1):
                if words[at : at + size] in self._numbers:
                    return self._numbers[words[at : at + size]]
        return None


def _words(phrase: Phrase) -> _Words:
    return tuple(token.text for token in tokenise(phrase.text))


def _holds(around: _Words, words: _Words, *, whole: bool) -> bool:
    """Whether ``words`` stand within ``around``; where not ``whole``, the last of them may go on."""
    size = len(words)
    for at in range(len(around) - size + 1):
        there = around[at : at + size]
        if there == words or (not whole and there[:-1] == words[:-1] and there[-1].startswith(words[-1])):
            return True
        if any(family.forms(words, there) for family in FAMILIES):  # Эхо Москвы holds Москва
            return True
    return False
