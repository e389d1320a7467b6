"""Which topics an entry concerns, with the words that prove it, and which it missed by one clause.

All phrases of all topics are scanned for in one reading, so that many topics cost little more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from monitor.analysis.inflection.families import Family, family_of, is_english
from monitor.analysis.matching.evaluation import Look, Needles, answer
from monitor.analysis.matching.evidence import near_miss, proof
from monitor.analysis.matching.scanned import Scanned
from monitor.analysis.matching.scanner import BEST, ScannerName
from monitor.analysis.matching.segment import Segment
from monitor.analysis.query.tongues import base_language
from monitor.analysis.query.tree import guarded, tree
from monitor.model import Entry, Match, NearMiss, Node, Query, Topic

_REBUILD: Final = 8
"""Segments from which on an edited matcher is made as one again: each costs every entry one more reading."""


class Matches:
    """The findings on one entry, in the order of the topics."""

    def __init__(
        self, matches: tuple[Match, ...], near: Callable[[], tuple[NearMiss, ...]], open_topics: tuple[str, ...] = ()
    ) -> None:
        self.matches = matches
        self.open = open_topics
        """Topics with ``read: full`` that do not match, but might in the full text: the first of them is enough."""
        self._near = near

    @cached_property
    def near(self) -> tuple[NearMiss, ...]:
        """Topics whose words stand in the entry, but whose query failed; worked out when first asked for."""
        return self._near()


class Matcher:
    """Finds many topics in one reading. It never changes: another watchlist is another matcher (:meth:`edited`).

    A topic whose query can match nothing (only ``none``, or a phrase without words) is left out.
    """

    def __init__(self, topics: Sequence[Topic], *, scanner: ScannerName = BEST) -> None:
        self._scanner = scanner
        self._topics: Mapping[str, Topic] = {topic.name: topic for topic in topics}
        self._segments: tuple[Segment, ...] = (Segment(topics, scanner),)
        self._moved: dict[str, int] = {}
        """Topics that were changed, by name: the number of the segment that holds them; all others are in the first."""
        self._full = _full(topics)
        self._trees: dict[str, Node] = {}
        """Trees of topics that were looked at closer, by name: most never are."""
        self._queries: dict[str, Query] = {}
        self._needles: Needles = {}

    def edited(self, topics: Sequence[Topic]) -> Matcher:
        """A matcher for another state of the same watchlist. Topics that did not change keep what was made ready for
        them, so that one that did counts at once, however many there are."""
        before = self._topics
        changed = [topic for topic in topics if not _same(before.get(topic.name), topic)]
        if len(changed) > len(topics) // 4 + 1 or len(self._segments) >= _REBUILD:
            return Matcher(topics, scanner=self._scanner)
        other = Matcher.__new__(Matcher)
        other._scanner = self._scanner
        other._topics = {topic.name: topic for topic in topics}
        other._segments, other._moved = self._segments, self._moved
        if changed:
            other._segments = (*self._segments, Segment(changed, self._scanner))
            other._moved = self._moved | {topic.name: len(self._segments) for topic in changed}
        other._full = _full(topics)
        other._trees, other._queries, other._needles = {}, {}, {}
        return other

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self._topics)}

    def match(self, entry: Entry, *, topics: Container[str] | None = None, source: str | None = None) -> Matches:
        """What the entry's title, teaser and text say of each topic (of ``topics`` only, by name, if given).

        ``source`` is the name of the entry's source, for topics that ask for it. A phrase never runs from one field
        into the next. Spans come in the order title, teaser, text, at most ``SPANS_CAP`` of a match, and the first of
        each phrase always among them.
        """
        look = Look(entry, Scanned(entry), source, self._needles)
        family = _family(entry, look)
        matched: list[Topic] = []
        missed: list[tuple[int, list[int]]] = []
        for nth, segment in enumerate(self._segments):
            matching, rest = segment.find(look, family)
            matched += self._live(nth, matching, topics)
            missed.append((nth, rest))
        if len(matched) > 1:
            matched.sort(key=self._place)
        return Matches(
            tuple([Match(topic.name, proof(self._tree(topic), look), look.scanned.searched) for topic in matched]),
            lambda: self._missed([topic for nth, places in missed for topic in self._live(nth, places, topics)], look),
            self._open(look, {topic.name for topic in matched}, topics) if self._full else (),
        )

    def _live(self, nth: int, places: Sequence[int], topics: Container[str] | None) -> Iterator[Topic]:
        """Those topics of a segment that are still in force there, and asked for."""
        known, moved = self._segments[nth].topics, self._moved
        for place in places:
            name = known[place].name
            if name in self._topics and moved.get(name, 0) == nth and (topics is None or name in topics):
                yield self._topics[name]

    def _missed(self, missed: list[Topic], look: Look) -> tuple[NearMiss, ...]:
        found = (
            near_miss(topic, self._tree(topic), self._query(topic), look) for topic in sorted(missed, key=self._place)
        )
        return tuple(miss for miss in found if miss is not None)

    def _place(self, topic: Topic) -> int:
        return self._order[topic.name]

    def _open(self, look: Look, matched: Container[str], topics: Container[str] | None) -> tuple[str, ...]:
        if look.entry.text:
            return ()
        for topic in self._full:
            if topic.name in matched or not (topics is None or topic.name in topics):
                continue
            if answer(self._tree(topic), look) is None:
                return (topic.name,)
        return ()

    def _query(self, topic: Topic) -> Query:
        if topic.name not in self._queries:
            self._queries[topic.name] = guarded(topic.query)
        return self._queries[topic.name]

    def _tree(self, topic: Topic) -> Node:
        if topic.name not in self._trees:
            node = tree(topic.query)
            assert node is not None  # else it would have been left out
            self._trees[topic.name] = node
        return self._trees[topic.name]


def _family(entry: Entry, look: Look) -> Family | None:
    """How the language of the entry changes names. Plainly English text is not looked at closer."""
    language = base_language(entry.language)
    written = " \n".join([getattr(entry, name) for name in look.scanned.searched])
    if language in (None, "en") and written.isascii() and is_english(look.scanned.form):
        return None
    return family_of(language, look.scanned.words(), written)


def _full(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    return tuple(topic for topic in topics if topic.read == "full" and tree(topic.query) is not None)


def _same(before: Topic | None, after: Topic) -> bool:
    return before is after or before == after
