"""How near an entry that matched nothing came: the topic and clause, the filter that kept it out, or like words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from monitor.analysis.matching.match import Matcher, Matches
from monitor.analysis.nearest import alike_words
from monitor.analysis.query.tongues import base_language
from monitor.analysis.query.tree import looked_for
from monitor.model import Entry, Topic
from monitor.pipeline.explain.mending import Mend, mend
from monitor.store.evidence import NearMissRow
from monitor.store.listing import EntryRow
from monitor.store.sightings import Reader

PHRASES_READ: Final = 2_000
"""Phrases of the watchlist that are compared with a headline: about 5 ms."""
_RANKS: Final = {"none": 0, "inside": 0, "all": 2, "any": 3, "report_near": 4}
"""How far from a match a failed clause is, by its first word; others are 1: what must not be there is all that is
wrong, then a condition, then a missing word, then other words altogether."""


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A topic whose words are there, but that did not read the entry, and which of its filters says so."""

    topic: str
    why: str
    change: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Words of the headline that may be another spelling of a topic's."""

    topic: str
    phrase: str
    words: str


@dataclass(frozen=True, slots=True)
class Again:
    """What the watchlist as it stands makes of an entry."""

    near: tuple[NearMissRow, ...] = ()
    mend: Mend | None = None
    """What would make a match of the nearest near miss; None: there is none."""
    would_match: tuple[str, ...] = ()
    kept_out: tuple[KeptOut, ...] = ()
    alike: Alike | None = None
    no_topics: bool = False
    """The watchlist has none."""


NOT_LOOKED: Final = Again()


class Closeness:
    """Looks again at entries with the topics of the watchlist as it stands."""

    def __init__(self, matcher: Matcher, topics: Sequence[Topic] | None) -> None:
        """``matcher`` holds the topics that are not paused; ``topics`` are all, with their filters; None: not known."""
        self._matcher = matcher
        self._topics = {topic.name: topic for topic in topics or ()}
        self._none = topics is not None and not topics

    def look_again(
        self, entry: EntryRow, teaser: str, text: str, reader: Reader | None, noted: Sequence[NearMissRow] = ()
    ) -> Again:
        """What matches, what nearly does, and what kept it out, on the text that is kept. ``noted``: the near misses of
        when it was read, which count before those of now."""
        whole = Entry(
            key="", key_hash="", title=entry.title, teaser=teaser, text=text, url=entry.url, outlet=entry.outlet,
            language=entry.language,
        )  # fmt: skip
        topics = reader.topics if reader else None
        found = self._matcher.match(whole, topics=topics, source=entry.source)
        matched = tuple(match.topic for match in found.matches)
        kept_out = tuple(self._kept_out(whole, entry, reader, set(matched)))
        near = tuple(NearMissRow(entry.id, miss.topic, miss.clause, miss.spans) for miss in found.near)
        nearest = next(iter(closest(noted or near)), None)
        fields = {"title": entry.title, "teaser": teaser, "text": text}
        return Again(
            near=near,
            mend=None if nearest is None else mend(nearest, fields, self._topics.get(nearest.topic)),
            would_match=matched,
            kept_out=kept_out,
            alike=None if matched or near or kept_out else self._alike(entry.title),
            no_topics=self._none,
        )

    @cached_property
    def _open(self) -> Matcher:
        """The topics without their filters, paused ones too."""
        return Matcher([_opened(topic) for topic in self._topics.values()])

    def _kept_out(self, whole: Entry, entry: EntryRow, reader: Reader | None, matched: set[str]) -> Iterator[KeptOut]:
        if not self._topics:
            return
        found = self._open.match(whole, source=entry.source)
        for name in (match.topic for match in found.matches if match.topic not in matched):
            for why, change in self._filters(name, entry, reader, found):
                yield KeptOut(name, why, change)
                break

    def _filters(self, name: str, entry: EntryRow, reader: Reader | None, found: Matches) -> Iterator[tuple[str, str]]:
        """Which filters of a topic pass over an entry that has its words, the first reason first."""
        topic = self._topics[name]
        query, source = topic.query, entry.source
        if topic.paused:
            yield f"{name} is paused", f"take paused: true from {name} in topics:"
        if reader is not None and reader.topics is not None and name not in reader.topics:
            yield f"topics: of {source} leaves {name} out", f"add {name} to topics: of {source}, or take topics: away"
        if query.sources and source not in query.sources:
            yield f"sources: of {name} leaves {source} out", f"add {source} to sources: of {name}"
        if source in query.except_sources:
            yield f"except_sources: of {name} names {source}", f"take {source} from except_sources: of {name}"
        language = base_language(entry.language)
        if query.languages and language and language not in map(base_language, query.languages):
            yield (
                f"languages: of {name} leaves {language} out",
                f"add {language} to languages: of {name}, or take languages: away",
            )
        if query.title_only and not any(
            match.topic == name for match in self._open.match(_headline(entry), source=source).matches
        ):
            yield f"{name} counts in the headline only (title_only)", f"take title_only: true from {name} in topics:"

    def _alike(self, title: str) -> Alike | None:
        found = alike_words(list(self._owners), title)
        return Alike(self._owners[found[0]], *found) if found else None

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Phrase to the first topic that looks for it."""
        owners: dict[str, str] = {}
        for topic in self._topics.values():
            for phrase in _phrases(topic):
                if len(owners) < PHRASES_READ:
                    owners.setdefault(phrase, topic.name)
        return owners


def closest(near: Iterable[NearMissRow]) -> tuple[NearMissRow, ...]:
    """The near misses, the one nearest to a match first: by the clause that failed, then by the words that stand in the
    headline."""

    def distance(miss: NearMissRow) -> tuple[int, int]:
        word = miss.clause.partition(" ")[0].rstrip(":")
        return _RANKS.get(word, 1), -len({span.text for span in miss.spans if span.field == "title"})

    return tuple(sorted(near, key=distance))


def _headline(entry: EntryRow) -> Entry:
    return Entry(key="", key_hash="", title=entry.title, url=entry.url, outlet=entry.outlet, language=entry.language)


def _opened(topic: Topic) -> Topic:
    query = replace(topic.query, title_only=False, languages=(), sources=(), except_sources=())
    return replace(topic, query=query, paused=False)


def _phrases(topic: Topic) -> Iterator[str]:
    """What a topic is named by; its conditions are no names."""
    query = topic.query
    nodes = (*query.any, *(query.ambiguous.any if query.ambiguous else ()), *query.used)
    for node in (*nodes, query.line) if query.line is not None else nodes:
        yield from (phrase.text for phrase in looked_for(node))
