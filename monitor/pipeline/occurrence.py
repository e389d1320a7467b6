"""Why a topic finds nothing: which of its words occur in the stored texts at all, and what is most like them there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from monitor.analysis.matching.match import Matcher
from monitor.analysis.nearest import alike_words
from monitor.analysis.query.tree import looked_for, tree
from monitor.model import Entry, Phrase, Query, Topic

PHRASES: Final = 40
"""Phrases of a topic that are counted, the first ones: more than is shown, so that those that occur are among them."""
PHRASES_IN_ALL: Final = 400
"""Of all topics that are tried (lab: 8 phrases cost 30 us an entry, 400 cost 90 us)."""
TITLES: Final = 2_000
LIKENED: Final = 8
SEARCHES: Final = 5
"""Newest headlines that are searched for something like the first so many phrases that never occur, for so many topics
(lab: 0.14 ms a headline, so 1.4 s at most)."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A topic that no entry matches."""

    counts: tuple[tuple[str, int], ...]
    """Its phrases (the first ``PHRASES``), each with the entries in which it occurs, whatever else they lack."""
    alike: tuple[str, str, str] | None
    """A phrase, the words like it in the newest headline that has some, and the headline."""


class Occurrences:
    """Counts the phrases of topics in entries, each by itself."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._phrases: dict[str, tuple[Phrase, ...]] = {}
        probes: dict[Phrase, Topic] = {}
        for topic in topics:
            node = tree(topic.query)
            wanted = tuple(dict.fromkeys(looked_for(node)))[:PHRASES] if node is not None else ()
            if len(probes) + len(wanted) > PHRASES_IN_ALL:
                break
            self._phrases[topic.name] = wanted
            for phrase in wanted:
                probes.setdefault(phrase, Topic(str(len(probes)), Query(any=(phrase,))))
        self._probes = {probe.name: phrase for phrase, probe in probes.items()}
        self._matcher = Matcher(list(probes.values()))
        self._seen: dict[Phrase, set[int]] = {phrase: set() for phrase in probes}
        self._titles: deque[str] = deque(maxlen=TITLES)
        self._searches = SEARCHES

    def take(self, entry: int, said: Entry) -> None:
        """Count the next revision of an entry."""
        if not self._probes:
            return
        self._titles.append(said.title)
        for match in self._matcher.match(said).matches:
            self._seen[self._probes[match.topic]].add(entry)

    def silence(self, topic: str) -> Silence | None:
        """What is to be said of a topic that nothing matches; None where its phrases were not counted."""
        phrases = self._phrases.get(topic)
        if phrases is None:
            return None
        return Silence(tuple((phrase.text, len(self._seen[phrase])) for phrase in phrases), self._alike(phrases))

    def _alike(self, phrases: Iterable[Phrase]) -> tuple[str, str, str] | None:
        texts = [phrase.text for phrase in phrases if not self._seen[phrase]][:LIKENED]
        if not texts or not self._searches:
            return None
        self._searches -= 1
        for title in dict.fromkeys(reversed(self._titles)):
            found = alike_words(texts, title)
            if found is not None:
                return (*found, title)
        return None
