"""A set of topics made ready to be looked for in one reading; it never changes.

From each tree one part is chosen of whose phrases at least one must stand there (the anchor: Lucene's and
Elasticsearch's percolators do the same). All phrases of all topics are scanned for at once, and only topics whose
anchor stands in the entry are looked at closer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.analysis.evaluation import Look, holds
from monitor.analysis.inflected import Inflected
from monitor.analysis.inflection import Family
from monitor.analysis.phrases import patterns_of
from monitor.analysis.scanner import ScannerName, build
from monitor.analysis.tree import tree
from monitor.model import AllOf, AnyOf, InTitle, Near, Node, Not, Phrase, Topic

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic as it is evaluated."""

    topic: Topic
    need: tuple[Ids, ...]
    """Of each of these at least one must be found ..."""
    none: Ids
    """... and none of these, where that is all there is to it."""
    rest: Node | None
    """The whole tree, where it is more than that."""


class Segment:
    """Topics whose phrases are scanned for together. A topic that nothing can match is left out."""

    def __init__(self, topics: Sequence[Topic], scanner: ScannerName) -> None:
        self._ids: dict[str, int] = {}
        self._own: dict[Phrase, int] = {}
        """Phrases that words alone do not decide: each has a (negative) number of its own."""
        self._careful: dict[int, list[Phrase]] = defaultdict(list)
        """Pattern to such phrases."""
        self._anchored: dict[int, list[int]] = {}
        self._reported: dict[int, list[int]] = {}
        self.asked: list[Asked] = []
        for topic in topics:
            node = tree(topic.query)
            anchor = None if node is None else anchors(node)
            if node is not None and anchor:
                self._add(topic, node, anchor)
        self._scanner_name = scanner
        self._scanner = build(list(self._ids), scanner)
        self._inflected: dict[str, Inflected] = {}

    def _add(self, topic: Topic, node: Node, anchor: Sequence[Phrase]) -> None:
        place = len(self.asked)
        plain = _clauses(node)
        if plain is None:
            for phrase in leaves(node):
                self._numbers(phrase)
            self.asked.append(Asked(topic, (), (), node))
        else:
            need, none = plain
            asked = tuple(tuple(n for phrase in some for n in self._numbers(phrase)) for some in need)
            refused = tuple(n for phrase in none for n in self._numbers(phrase))
            self.asked.append(Asked(topic, asked, refused, None))
        for index, phrases in ((self._anchored, anchor), (self._reported, topic.report_near)):
            for phrase in phrases:
                self._numbers(phrase)
                for pattern in patterns_of(phrase):
                    known = index.setdefault(self._ids[pattern], [])
                    if known[-1:] != [place]:
                        known.append(place)

    def _numbers(self, phrase: Phrase) -> Ids:
        """The numbers one of which is found where the phrase stands."""
        patterns = tuple(self._ids.setdefault(pattern, len(self._ids)) for pattern in patterns_of(phrase))
        if not (phrase.exact or phrase.accents or phrase.not_inside or "." in phrase.text):
            return patterns
        if phrase not in self._own:
            self._own[phrase] = -1 - len(self._own)
            for pattern in patterns:
                self._careful[pattern].append(phrase)
        return (self._own[phrase],)

    def find(self, look: Look, family: Family | None) -> tuple[list[int], list[int], set[int]]:
        """The topics (as numbers of ``asked``) whose anchor stands in the entry, and those whose ``report_near`` does;
        and the numbers found, for :meth:`fulfilled`."""
        finds = self._scanner.scan(look.scanned.form)
        look.scanned.note(self._ids, finds)
        found = {pattern for pattern, _, _ in finds}
        if family is not None:
            found |= self._in_other_forms(look, family)
        for pattern in found & self._careful.keys():
            found |= {self._own[phrase] for phrase in self._careful[pattern] if look.places(phrase)}
        anchored = {place for number in found & self._anchored.keys() for place in self._anchored[number]}
        reported = {place for number in found & self._reported.keys() for place in self._reported[number]}
        return sorted(anchored), sorted(reported - anchored), found

    def fulfilled(self, asked: Asked, found: set[int], look: Look) -> bool:
        """Whether the topic matches."""
        if asked.rest is not None:
            return holds(asked.rest, look)
        for some in asked.need:
            if found.isdisjoint(some):
                return False
        return found.isdisjoint(asked.none)

    def _in_other_forms(self, look: Look, family: Family) -> set[int]:
        if family.code not in self._inflected:
            phrases = (phrase for asked in self.asked for phrase in _phrases_of(asked.topic))
            self._inflected[family.code] = Inflected(phrases, family, self._scanner_name)
        places = self._inflected[family.code].places(look.scanned.form)
        found: set[int] = set()
        for phrase, where in places.items():
            longer = [(word, places.get(Phrase(word), ())) for word in phrase.not_inside]
            look.inflect(phrase, where, longer)
            found.update(self._ids[pattern] for pattern in patterns_of(phrase)[:1] if pattern in self._ids)
        return found


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
        return next((found for found in choice if all(map(_strong, found))), choice[0] if choice else ())
    return ()


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
