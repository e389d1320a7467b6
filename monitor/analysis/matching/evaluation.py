"""Whether a tree holds for one entry, and whether more text could change that."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from monitor.analysis.address import host_of
from monitor.analysis.matching.phrases import Needle, needle_of
from monitor.analysis.matching.scanned import Place, Scanned
from monitor.analysis.query.tongues import base_language
from monitor.analysis.text import fold
from monitor.model import AllOf, AnyOf, Entry, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase

_NOTHING: Final[tuple[list[Place], list[Place], str]] = ([], [], "")

Needles: TypeAlias = dict[int, tuple[Phrase, Needle | None]]
"""Phrases made ready, by the identity of the phrase, which is kept alive here: to hash one costs more than the rest."""


class Look:
    """One entry, and where the phrases that were asked about stand in it."""

    def __init__(self, entry: Entry, scanned: Scanned, source: str | None, needles: Needles | None = None) -> None:
        """``needles`` are phrases made ready for other entries: it is added to."""
        self.entry = entry
        self.scanned = scanned
        self.source = source or ""
        self._needles: Needles = {} if needles is None else needles
        self._inflected: dict[Phrase, tuple[list[Place], list[tuple[str, list[Place]]]]] = {}
        self._known: dict[int, tuple[list[Place], list[Place], str]] = {}

    def needle(self, phrase: Phrase) -> Needle | None:
        """The phrase made ready; None where it has no word."""
        known = self._needles.get(id(phrase))
        if known is None:
            known = self._needles[id(phrase)] = phrase, needle_of(phrase)
        return known[1]

    def places(self, phrase: Phrase) -> list[Place]:
        """Where the phrase stands free, in the order of the form."""
        return self._found(phrase)[0]

    def inflect(
        self, phrase: Phrase, places: Sequence[Place], longer: Iterable[tuple[str, Sequence[Place]]] = ()
    ) -> None:
        """Note where the phrase stands in another form of its words, and so do longer words that it must not be part
        of. Before anything is asked of it."""
        self._inflected[phrase] = sorted(places), [(word, sorted(others)) for word, others in longer]

    def held(self, phrase: Phrase) -> tuple[list[Place], str]:
        """Where the phrase stands within a longer word that it must not be part of, and the first of these."""
        return self._found(phrase)[1:]

    def _found(self, phrase: Phrase) -> tuple[list[Place], list[Place], str]:
        known = self._known.get(id(phrase))
        if known is None:
            needle = self.needle(phrase)
            known = self.scanned.places(needle) if needle else _NOTHING
            if needle and self._inflected and phrase in self._inflected:
                known = self._with_other_forms(phrase, needle, known)
            self._known[id(phrase)] = known
        return known

    def _with_other_forms(
        self, phrase: Phrase, needle: Needle, known: tuple[list[Place], list[Place], str]
    ) -> tuple[list[Place], list[Place], str]:
        others, longer = self._inflected[phrase]
        free: list[Place] = []
        held, around = set(known[1]), known[2]
        for place in sorted({*known[0], *others} - held):
            word = needle.inside(self.scanned.form, *place) or next(
                (w for w, them in longer if _covered(place, them)), ""
            )
            if word:
                held.add(place)
                around = around or word
            else:
                free.append(place)
        return free, sorted(held), around

    def from_source(self, node: FromSource) -> bool:
        """Whether the entry comes from this source."""
        if node.whole:
            return node.name == self.source
        wanted = fold(node.name)
        names = [self.source, self.entry.outlet or ""]
        if wanted and any(wanted in fold(name) for name in names):
            return True
        host, asked = host_of(self.entry.url or ""), node.name.lower().removeprefix("www.")
        return "." in asked and (host.removeprefix("www.") == asked or host.endswith(f".{asked}"))

    def in_language(self, node: InLanguage) -> bool | None:
        """Whether the entry is in this language; None: nobody knows."""
        language = base_language(self.entry.language)
        return None if language is None else language == base_language(node.code)


def _covered(place: Place, places: Sequence[Place]) -> bool:
    """Whether one of ``places``, which are in order and of one phrase, holds the place."""
    at = bisect_right(places, place[0], key=lambda one: one[0]) - 1
    return at >= 0 and place[1] <= places[at][1]


def holds(node: Node, look: Look, *, wanted: bool = True, title: bool = False) -> bool:
    """Whether a tree holds. ``wanted`` is False under a ``Not``, where an unknown language counts as another one;
    ``title`` looks at the title alone."""
    if isinstance(node, Phrase):
        places = look.places(node)
        return bool(places) and (not title or places[0][0] < look.scanned.title_end)
    if isinstance(node, AnyOf):
        return any(holds(part, look, wanted=wanted, title=title) for part in node.parts)
    if isinstance(node, AllOf):
        return all(holds(part, look, wanted=wanted, title=title) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, look, wanted=not wanted, title=title)
    if isinstance(node, InTitle):
        return holds(node.part, look, wanted=wanted, title=True)
    if isinstance(node, Near):
        return near_places(node, look, title=title) is not None
    if isinstance(node, FromSource):
        return look.from_source(node)
    known = look.in_language(node)
    return wanted if known is None else known


def answer(node: Node, look: Look, *, wanted: bool = True) -> bool | None:
    """As :func:`holds`, for an entry whose full text is not read yet: None where that could change the answer."""
    if isinstance(node, Phrase | Near):
        return True if holds(node, look) else None
    if isinstance(node, Not):
        inner = answer(node.part, look, wanted=not wanted)
        return None if inner is None else not inner
    if isinstance(node, AnyOf | AllOf):
        answers = [answer(part, look, wanted=wanted) for part in node.parts]
        decides = isinstance(node, AnyOf)
        return decides if decides in answers else None if None in answers else not decides
    return holds(node, look, wanted=wanted)


def near_places(node: Near, look: Look, *, title: bool = False) -> list[Place] | None:
    """The first places, one for each part, that lie within reach of each other in one field; None: there are none."""
    groups = [_places_of(part, look, title) for part in node.parts]
    if not all(groups):
        return None
    scanned = look.scanned
    for nth in range(len(scanned.searched)):
        here = [[place for place in group if scanned.field_at(place[0]) == nth] for group in groups]
        if all(here):
            found = _window([_spans(group, scanned) for group in here], node.within)
            if found is not None:
                return [places[at] for places, at in zip(here, found, strict=True)]
    return None


def _places_of(part: Phrase | AnyOf, look: Look, title: bool) -> list[Place]:
    phrases = [part] if isinstance(part, Phrase) else [one for one in part.parts if isinstance(one, Phrase)]
    places = {place for phrase in phrases for place in look.places(phrase)}
    return sorted(place for place in places if not title or place[0] < look.scanned.title_end)


def _spans(places: Sequence[Place], scanned: Scanned) -> list[Place]:
    """The same as numbers of words: first, and first behind."""
    firsts = [scanned.ordinal(start) for start, _ in places]
    return [(first, first + scanned.count(*place)) for first, place in zip(firsts, places, strict=True)]


def _window(groups: Sequence[Sequence[Place]], within: int) -> list[int] | None:
    """For each group the number of one of its spans, so that no two have more than ``within`` words between them.

    One of them ends first; every other has to begin behind it, and within reach. Time: spans times groups.
    """
    begins = [[start for start, _ in group] for group in groups]
    for nth, group in enumerate(groups):
        for at, (_, end) in enumerate(group):
            chosen = [at if other == nth else bisect_left(starts, end) for other, starts in enumerate(begins)]
            if all(
                other == nth or (one < len(begins[other]) and begins[other][one] <= end + within)
                for other, one in enumerate(chosen)
            ):
                return chosen
    return None
