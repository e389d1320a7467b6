"""Which topics an entry concerns, with the words that prove it, and which it missed by one clause.

All phrases of all topics stand in one dictionary of word sequences, so that an entry is read once
however many topics there are (lab: 61 us for 5 KB and 1,000 phrases; no compiled library needed).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from monitor.analysis.query import Needle, compile_query
from monitor.analysis.text import words_of
from monitor.model import Entry, FieldName, Match, NearMiss, Span, Topic

FIELDS: Final[tuple[FieldName, ...]] = ("title", "teaser", "text")
SPANS_CAP: Final = 20
"""Spans kept of one match: enough to prove and to quote; a text may name a topic a thousand times."""
NAMED_CAP: Final = 3
"""Phrases spelled out in the clause of a near miss."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The findings on one entry, both in the order of the topics."""

    matches: tuple[Match, ...]
    near: tuple[NearMiss, ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """A topic's phrases as numbers of the matcher's needles."""

    name: str
    any: tuple[int, ...]
    all: tuple[int, ...]
    none: tuple[int, ...]


@dataclass(slots=True)
class _Hits:
    """Where one needle stands in an entry."""

    free: list[Span] = field(default_factory=list)
    held: list[Span] = field(default_factory=list)
    inside: str = ""
    """The longer word that holds back the first of ``held``."""


class Matcher:
    """Finds many topics in one reading. It never changes: another watchlist is another matcher.

    A topic whose query can match nothing (only ``none``, or a phrase without words) is left out.
    """

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._needles: list[Needle] = []
        self._queries: list[_Query] = []
        self._by_words: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._sizes: dict[str, tuple[int, ...]] = {}
        """For each first word: how many words the phrases have that begin with it."""
        self._asked: list[list[int]] = []
        """For each needle: the queries that look for it."""
        known: dict[Needle, int] = {}
        for topic in topics:
            compiled = compile_query(topic.query)
            if compiled is None:
                continue
            place = len(self._queries)
            groups = [
                tuple(self._add(needle, known, place) for needle in group)
                for group in (compiled.any, compiled.all, compiled.none)
            ]
            self._queries.append(_Query(topic.name, *groups))

    def match(self, entry: Entry, *, topics: Container[str] | None = None) -> Matches:
        """What the entry's title, teaser and text say of each topic (of ``topics`` only, by name, if given).

        A phrase never runs from one field into the next. Spans come in the order title, teaser, text, at
        most ``SPANS_CAP`` of a match, and the first of each phrase always among them.
        """
        searched = tuple(name for name in FIELDS if getattr(entry, name))
        hits: dict[int, _Hits] = defaultdict(_Hits)
        for name in searched:
            self._read(name, getattr(entry, name), hits)
        matches, near = [], []
        for place in sorted({place for needle in hits for place in self._asked[needle]}):
            query = self._queries[place]
            if topics is not None and query.name not in topics:
                continue
            wanted = [hits[needle] for needle in (*query.any, *query.all) if needle in hits]
            if not wanted:
                continue
            clause = self._failed(query, hits)
            if clause is None:
                matches.append(Match(query.name, _proof(hit.free for hit in wanted), searched))
            else:
                refused = [hits[needle].free for needle in query.none if needle in hits]
                spans = _proof([*(hit.free or hit.held for hit in wanted), *refused])
                near.append(NearMiss(query.name, spans, clause))
        return Matches(tuple(matches), tuple(near))

    def _add(self, needle: Needle, known: dict[Needle, int], query: int) -> int:
        if needle not in known:
            known[needle] = len(self._needles)
            self._needles.append(needle)
            self._asked.append([])
            self._by_words[needle.words].append(known[needle])
            sizes = {*self._sizes.get(needle.words[0], ()), len(needle.words)}
            self._sizes[needle.words[0]] = tuple(sorted(sizes))
        self._asked[known[needle]].append(query)
        return known[needle]

    def _read(self, name: FieldName, text: str, hits: dict[int, _Hits]) -> None:
        """Adds what stands in one field to ``hits``."""
        words = words_of(text)
        texts, sizes_of, by_words = words.texts, self._sizes.get, self._by_words
        for at, word in enumerate(texts):
            sizes = sizes_of(word)
            if sizes is None:
                continue
            for size in sizes:
                if at + size > len(texts):
                    break
                for number in by_words.get(tuple(texts[at : at + size]), ()):
                    found = hits.get(number)
                    needle = self._needles[number]
                    if (found and len(found.free) >= SPANS_CAP) or not needle.stands(text, words, at):
                        continue
                    start, end = words.starts[at] - (0 in needle.dotted), words.ends[at + size - 1]
                    span = Span(name, start, end, text[start:end])
                    longer = needle.inside(text, words, at) if needle.longer else None
                    if longer is None:
                        hits[number].free.append(span)
                    elif len(hits[number].held) < SPANS_CAP:
                        hits[number].held.append(span)
                        hits[number].inside = hits[number].inside or longer

    def _failed(self, query: _Query, hits: dict[int, _Hits]) -> str | None:
        """The clause of the query that is not fulfilled, in plain words; None: the entry matches."""
        if query.any and not any(number in hits and hits[number].free for number in query.any):
            held = [hits[number].inside for number in query.any if number in hits]
            if held:
                return f'inside "{held[0]}"'
            return f"any: none of {self._named(query.any)} is there"
        for number in query.all:
            if number not in hits:
                return f"all: {self._named((number,))} is not there"
            if not hits[number].free:
                return f'inside "{hits[number].inside}"'
        for number in query.none:
            if number in hits and hits[number].free:
                return f"none: {self._named((number,))} is there"
        return None

    def _named(self, numbers: Sequence[int]) -> str:
        names = [f'"{self._needles[number].phrase.text}"' for number in numbers[:NAMED_CAP]]
        return ", ".join(names) + (f" and {len(numbers) - NAMED_CAP} more" if len(numbers) > NAMED_CAP else "")


def _proof(groups: Iterable[Sequence[Span]]) -> tuple[Span, ...]:
    """The spans to keep: the first of each phrase, then by place; none that lies within another."""
    groups = [group for group in groups if group]
    order = {name: nth for nth, name in enumerate(FIELDS)}

    def place(span: Span) -> tuple[int, int, int]:
        return order[span.field], span.start, -span.end

    outer: list[Span] = []
    for span in sorted({span for group in groups for span in group}, key=place):
        if not (outer and outer[-1].field == span.field and span.end <= outer[-1].end):
            outer.append(span)
    if len(outer) <= SPANS_CAP:
        return tuple(outer)
    firsts = {_around(group[0], outer) for group in groups}
    kept = sorted(firsts, key=place)[:SPANS_CAP]
    rest = [span for span in outer if span not in firsts]
    return tuple(sorted([*kept, *rest[: SPANS_CAP - len(kept)]], key=place))


def _around(span: Span, outer: Sequence[Span]) -> Span:
    """The one of ``outer`` in which a span lies."""
    return next(o for o in outer if o.field == span.field and o.start <= span.start and span.end <= o.end)
