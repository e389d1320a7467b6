"""A set of topics made ready to be looked for in one reading; it never changes.

From each tree one part is chosen of whose phrases at least one must stand there (the anchor: Lucene's and
Elasticsearch's percolators do the same). All phrases of all topics are scanned for at once, and only topics whose
anchor stands in the entry are looked at closer.
"""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from monitor.analysis.inflection.families import Family
from monitor.analysis.matching.evaluation import Look, holds
from monitor.analysis.matching.inflected import Inflected
from monitor.analysis.matching.phrases import patterns_of
from monitor.analysis.matching.scanner import ScannerName, build
from monitor.analysis.query.tree import tree
from monitor.model import AllOf, AnyOf, InTitle, Near, Node, Not, Phrase, Topic

Ids = tuple[int, ...]
_SIMPLE: Final = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
"""Phrases that are their own pattern, but for the case of letters."""

_MANY: Final = 10_000


class Segment:
    """Topics whose phrases are scanned for together. A topic that nothing can match is left out."""

    def __init__(self, topics: Sequence[Topic], scanner: ScannerName) -> None:
        self._ids: dict[str, int] = {}
        """Pattern to its number."""
        self._plain: dict[str, Ids] = {}
        """Text of a phrase that words alone decide, to the numbers one of which is found where it stands."""
        self._own: dict[Phrase, int] = {}
        """The other phrases: each has a (negative) number of its own."""
        self._careful: dict[int, list[Phrase]] = defaultdict(list)
        """Pattern to such phrases."""
        self._anchored: dict[int, list[int]] = {}
        self._reported: dict[int, list[int]] = {}
        self.topics: list[Topic] = []
        self._need: list[tuple[Ids, ...]] = []
        """For each topic: of each of these at least one must be found ..."""
        self._none: list[Ids] = []
        """... and none of these, where that is all there is to it."""
        self._rest: dict[int, Node] = {}
        """The whole tree, where it is more than that."""
        with _uncollected(len(topics)):
            for topic in topics:
                node = tree(topic.query)
                if node is not None:
                    self._add(topic, node)
        self._scanner_name = scanner
        self._scanner = build(list(self._ids), scanner)
        self._inflected: dict[str, Inflected] = {}

    def _add(self, topic: Topic, node: Node) -> None:
        place = len(self.topics)
        clauses = _clauses(node)
        if clauses is None:
            anchor: Iterable[Phrase] = anchors(node)
            if not anchor:
                return
            for phrase in leaves(node):
                self._numbers(phrase)
            self._rest[place] = node
            self._need.append(())
            self._none.append(())
        else:
            need, none = clauses
            if not need:
                return
            self._need.append(tuple([self._any_of(some) for some in need]))
            self._none.append(self._any_of(none))
            lead = node.lead if isinstance(node, AllOf) else None
            anchor = need[lead] if lead is not None else _anchor(need)
        self.topics.append(topic)
        self._point(self._anchored, anchor, place)
        self._point(self._reported, topic.report_near, place)

    def _any_of(self, phrases: Sequence[Phrase]) -> Ids:
        return tuple([number for phrase in phrases for number in self._numbers(phrase)])

    def _point(self, index: dict[int, list[int]], phrases: Iterable[Phrase], place: int) -> None:
        """From every pattern of the phrases to the topic."""
        for phrase in phrases:
            numbers = self._numbers(phrase)
            if numbers[0] < 0:
                numbers = tuple(self._ids[pattern] for pattern in patterns_of(phrase))
            for number in numbers:
                known = index.setdefault(number, [])
                if known[-1:] != [place]:
                    known.append(place)

    def _numbers(self, phrase: Phrase) -> Ids:
        """The numbers one of which is found where the phrase stands."""
        text = phrase.text
        special = phrase.forms or phrase.prefix
        if not (special or phrase.exact or phrase.accents or phrase.not_inside or "." in text):
            known = self._plain.get(text)
            if known is None:
                known = self._plain[text] = self._of_patterns(
                    (f" {text.lower()} ",) if _SIMPLE.fullmatch(text) else patterns_of(phrase)
                )
            return known
        patterns = self._of_patterns(patterns_of(phrase))
        if special and not (phrase.exact or phrase.accents or phrase.not_inside or "." in text):
            return patterns
        if phrase not in self._own:
            self._own[phrase] = -1 - len(self._own)
            for pattern in patterns:
                self._careful[pattern].append(phrase)
        return (self._own[phrase],)

    def _of_patterns(self, patterns: Iterable[str]) -> Ids:
        return tuple([self._ids.setdefault(pattern, len(self._ids)) for pattern in patterns])

    def find(self, look: Look, family: Family | None) -> tuple[list[int], list[int]]:
        """The topics (as numbers of ``topics``) that match; and those of which something is there: the anchor, or what
        their ``report_near`` asks for."""
        finds = self._scanner.scan(look.scanned.form)
        look.scanned.note(self._ids, finds)
        found = {pattern for pattern, _, _ in finds}
        if family is not None:
            found |= self._in_other_forms(look, family)
        for pattern in found & self._careful.keys():
            found.update([self._own[phrase] for phrase in self._careful[pattern] if look.places(phrase)])
        anchored = {place for number in found & self._anchored.keys() for place in self._anchored[number]}
        matching = self._fulfilled(anchored, found, look)
        reported = {place for number in found & self._reported.keys() for place in self._reported[number]}
        return matching, list((anchored | reported).difference(matching))

    def _fulfilled(self, places: Collection[int], found: set[int], look: Look) -> list[int]:
        """Those of the topics that match."""
        misses, need, none, rest = found.isdisjoint, self._need, self._none, self._rest
        matching = []
        for place in places:
            if place in rest:
                if holds(rest[place], look):
                    matching.append(place)
                continue
            for some in need[place]:
                if misses(some):
                    break
            else:
                if misses(none[place]):
                    matching.append(place)
        return matching

    def _in_other_forms(self, look: Look, family: Family) -> set[int]:
        if family.keying not in self._inflected:
            phrases = (phrase for topic in self.topics for phrase in _phrases_of(topic))
            self._inflected[family.keying] = Inflected(phrases, family, self._scanner_name)
        places = self._inflected[family.keying].places(look.scanned.form, family)
        found: set[int] = set()
        for phrase, where in places.items():
            longer = [(word, places.get(Phrase(word), ())) for word in phrase.not_inside]
            look.inflect(phrase, where, longer)
            found.update(self._ids[pattern] for pattern in patterns_of(phrase)[:1] if pattern in self._ids)
        return found


@contextmanager
def _uncollected(topics: int) -> Iterator[None]:
    """Without the collector of garbage cycles while very many topics are made ready: nothing of it is garbage, and to
    look for some takes a quarter of the time (100,000 topics)."""
    pause = topics >= _MANY and gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()


def anchors(node: Node) -> tuple[Phrase, ...]:
    """Phrases of which one must stand in an entry that matches; none where no phrase has to.

    Of several parts that all must hold: the one that is marked, else the first whose every phrase has two words (names
    are rarer than words), else the first.
    """
    if isinstance(node, Phrase):
        return (node,)
    if isinstance(node, InTitle):
        return anchors(node.part)
    if isinstance(node, AnyOf):
        parts = [anchors(part) for part in node.parts]
        return tuple(dict.fromkeys(phrase for part in parts for phrase in part)) if all(parts) else ()
    if isinstance(node, AllOf | Near):
        if isinstance(node, AllOf) and node.lead is not None:
            return anchors(node.parts[node.lead])
        choice = [found for part in node.parts if (found := anchors(part))]
        return _anchor(choice) if choice else ()
    return ()


def _anchor(choice: Sequence[Sequence[Phrase]]) -> tuple[Phrase, ...]:
    return tuple(next((some for some in choice if all(map(_strong, some))), choice[0]))


def leaves(node: Node, *, wanted: bool | None = None) -> Iterable[Phrase]:
    """The phrases of a tree in their order; ``wanted`` only those that speak for a match (or against it)."""
    if isinstance(node, Phrase):
        if wanted is not False:
            yield node
    elif isinstance(node, Not):
        yield from leaves(node.part, wanted=None if wanted is None else not wanted)
    elif isinstance(node, InTitle):
        yield from leaves(node.part, wanted=wanted)
    elif isinstance(node, AnyOf | AllOf | Near):
        for part in node.parts:
            yield from leaves(part, wanted=wanted)


def _phrases_of(topic: Topic) -> Iterable[Phrase]:
    """What is looked for in other forms: the topic's phrases, and the longer words that hold them back."""
    node = tree(topic.query)
    for phrase in (*(leaves(node) if node is not None else ()), *topic.report_near):
        yield phrase
        yield from map(Phrase, phrase.not_inside)


def _strong(phrase: Phrase) -> bool:
    text = phrase.text
    if _SIMPLE.fullmatch(text):
        return " " in text
    return any(pattern.rstrip().count(" ") > 1 for pattern in patterns_of(phrase)[:1])


def _clauses(node: Node) -> tuple[list[Sequence[Phrase]], list[Phrase]] | None:
    """A tree as "one of each of these, none of those"; None where it is more than that."""
    need: list[Sequence[Phrase]] = []
    none: list[Phrase] = []
    for part in node.parts if isinstance(node, AllOf) else (node,):
        refused = isinstance(part, Not)
        some = _some(part.part if isinstance(part, Not) else part)
        if some is None:
            return None
        if refused:
            none += some
        else:
            need.append(some)
    return need, none


def _some(node: Node) -> tuple[Phrase, ...] | None:
    if isinstance(node, Phrase):
        return (node,)
    if isinstance(node, AnyOf):
        phrases = tuple(part for part in node.parts if isinstance(part, Phrase))
        return phrases if len(phrases) == len(node.parts) else None
    return None
