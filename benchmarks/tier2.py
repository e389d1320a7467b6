"""How well stories are grouped into events, in process: the labelled corpora, pairs, and real headlines to read.

    python -m benchmarks.tier2 DATA [--cold] [--mixed] [--copies] [--unmerged] [--show 50] [--seed 1] [--only uci ...]

Incremental as the daemon: each article in its turn, at most 50 earlier candidates found by keys, attach or start, never
clustered again. Term statistics are counted beforehand from the same texts without their labels, or, ``--mixed``, from
those of all corpora, as a store holds them that reads many sources; ``--cold``: they grow article by article, and the
warm-up guard stands. ``--copies``: copies are members as well as the firsts of stories; ``--unmerged``: events never
become one. ``--show N`` prints N random attachments of real streams for reading.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.stories.corpora import (
    Labelled,
    LabelledPair,
    basil,
    ecbplus,
    finance,
    news_stream,
    polled,
    tgcontest,
    uci,
    wikinews,
    without_bodies,
)
from benchmarks.stories.measures import Score, b_cubed, judged, pairwise
from monitor.analysis.clustering.event import CENTROID_MEMBERS, attach, centroid, likely, merges
from monitor.analysis.clustering.features import Features, counted_terms, features, language_of
from monitor.analysis.clustering.join import join
from monitor.analysis.clustering.keys import keys, mask
from monitor.analysis.clustering.weights import Frequencies
from monitor.limits import BUCKET_CAP, BUCKET_FLOOR, CANDIDATES_CAP
from monitor.model import Article, Group, Grouped

STREAMS: Final = ("news-stream-2026", "headline-polls-gnews-us", "headline-polls-gnews-sv")
Statistics = Mapping[str, tuple[int, Counter[str]]]
"""Of each language: articles, and in how many of them each term stood."""


def counted(articles: Iterable[Article]) -> Statistics:
    """The term statistics of some texts."""
    totals: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        language = language_of(article)
        totals[language] += 1
        seen[language].update(counted_terms(article))
    return {language: (total, seen[language]) for language, total in totals.items()}


@dataclass(slots=True)
class Event:
    """What is known of an event while it grows."""

    members: list[Features]
    first_seen: datetime
    last_seen: datetime
    packed: str = ""

    def group(self, number: int) -> Group:
        """As the grouping sees it."""
        return Group(number, len(self.members), self.first_seen, self.last_seen, self.packed)

    def add(self, members: Sequence[Features]) -> None:
        """Takes members in; its middle moves."""
        self.members = sorted([*self.members, *members], key=lambda one: (one.article.when, one.article.id))
        self.first_seen, self.last_seen = self.members[0].article.when, self.members[-1].article.when
        self.packed = centroid(one.vector for one in self.members[: -CENTROID_MEMBERS - 1 : -1])


@dataclass(slots=True)
class Run:
    """Articles grouped one after the other."""

    warmed: Statistics | None
    """None: cold."""
    copies: bool = False
    merging: bool = True
    events: dict[int, Event] = field(default_factory=dict)
    event_of: dict[int, int] = field(default_factory=dict)
    """Of an article."""
    attached: list[tuple[Features, Grouped]] = field(default_factory=list)
    merged: list[tuple[str, str]] = field(default_factory=list)
    """Titles of the first stories of events that became one."""
    seconds: float = 0.0
    """Spent on the grouping alone."""
    compared: int = 0
    _index: dict[str, list[Features]] = field(default_factory=lambda: defaultdict(list))
    _masks: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _roots: dict[int, int] = field(default_factory=dict)
    _seen: dict[str, tuple[int, Counter[str]]] = field(default_factory=dict)
    _first: dict[int, Features] = field(default_factory=dict)

    def root(self, event: int) -> int:
        """The event that ``event`` is a part of by now."""
        while event in self._roots:
            event = self._roots[event]
        return event

    def take(self, article: Article) -> None:
        """Groups the next article."""
        frequencies = self._frequencies(article)
        one = features(article, frequencies)
        found = keys(one)
        worth: Counter[int] = Counter()
        others: dict[int, Features] = {}
        for key in found:
            cap = max(BUCKET_FLOOR, min(BUCKET_CAP, round(BUCKET_CAP * key.weight**2)))
            for other in self._index[key.name][-cap:] if key.weight else ():
                worth[other.article.id] += round(1000 * key.weight)
                others[other.article.id] = other
        best = sorted(worth, key=lambda number: (-worth[number], -number))[:CANDIDATES_CAP]
        candidates = [others[number] for number in best]
        copied = join(one, candidates)
        if copied is not None:
            self.event_of[article.id] = self.event_of[copied.other]
            self._first[article.id] = self._first[copied.other]
            if self.copies:
                self.events[self.root(self.event_of[copied.other])].add([one])
        else:
            self._place(one, candidates, warm=frequencies.warm or self.warmed is not None)
            self._first[article.id] = one
        for key in found:
            self._index[key.name].append(one)

    def _place(self, one: Features, candidates: Sequence[Features], *, warm: bool) -> None:
        number, masked = one.article.id, mask(one)
        standing = [other if self.copies else self._first[other.article.id] for other in candidates]
        firsts = {other.article.id: other for other in standing}.values()
        beside = [(other, self.root(self.event_of[other.article.id])) for other in firsts]
        groups = {event: self.events[event].group(event) for _, event in beside}
        before = sum((one.article.when - when).days < 30 for when in self._masks[masked]) if masked else 0
        started = time.process_time()
        found = likely(one, beside, groups, warm=warm, masked_before=before)
        self.seconds += time.process_time() - started
        self.compared += len(beside)
        if masked:
            self._masks[masked].append(one.article.when)
        if not found:
            self.event_of[number] = number
            self.events[number] = Event([one], one.article.when, one.article.when)
            return
        event = found[0].event
        self.event_of[number] = event
        self.attached.append((one, found[0]))
        self.events[event].add([one])
        for other in merges(found, groups, self.events[event].packed) if self.merging else ():
            gone = self.events.pop(other)
            self.merged.append((self.events[event].members[0].article.title, gone.members[0].article.title))
            self.events[event].add(gone.members)
            self._roots[other] = event

    def _frequencies(self, article: Article) -> Frequencies:
        language = language_of(article)
        if self.warmed is not None:
            return Frequencies(language, *self.warmed.get(language, (0, Counter())))
        total, seen = self._seen.get(language, (0, Counter()))
        seen.update(counted_terms(article))
        self._seen[language] = (total + 1, seen)
        return Frequencies(language, total + 1, seen)


def grouped(articles: Iterable[Article], run: Run) -> list[int]:
    """The event of each article in the end."""
    taken = list(articles)
    for article in taken:
        run.take(article)
    return [run.root(run.event_of[article.id]) for article in taken]


def pairs_score(pairs: Sequence[LabelledPair]) -> Score:
    """Whether the two of each pair come into one event, by tier 1 or 2, where nothing else is known."""
    warmed = counted(article for pair in pairs for article in (pair.one, pair.two))
    answers = []
    for pair in pairs:
        one, two = (
            features(article, Frequencies(language_of(article), *warmed[language_of(article)]))
            for article in (pair.one, pair.two)
        )
        group = Group(1, 1, pair.one.when, pair.one.when)
        found = join(two, [one]) or attach(two, [(one, 1)], {1: group}, warm=True)
        answers.append(found is not None)
    return judged(answers, [pair.same for pair in pairs])


def corpora(data: Path) -> Iterator[tuple[str, list[Labelled]]]:
    """The labelled corpora, some also by their headlines."""
    yield "wikinews", wikinews(data)
    yield "ecbplus", ecbplus(data)
    yield "basil", basil(data)
    yield "uci", uci(data)
    yield "wikinews-titles", without_bodies(wikinews(data))
    yield "basil-titles", without_bodies(basil(data))


def stream(data: Path, name: str) -> list[Article]:
    """A real stream of headlines."""
    return news_stream(data) if name == STREAMS[0] else polled(data, name)


def read(name: str, articles: Sequence[Article], warmed: Statistics | None, show: int, seed: int) -> None:
    """Prints what became of a stream, and random attachments to be judged by reading."""
    run = Run(warmed)
    sizes = Counter(grouped(articles, run)).most_common(8)
    titles = {article.id: (article.outlet, article.title) for article in articles}
    print(
        f"{name}: {len(articles)} headlines, {len(run.attached)} attached, {len(run.merged)} merges;"
        f" the largest {[(size, titles[event][1]) for event, size in sizes]}"
    )
    chance = random.Random(seed)
    for one, found in chance.sample(run.attached, min(show, len(run.attached))):
        print(f"  {dict(found.numbers)}\n    {one.article.outlet}: {one.article.title}")
        print("    {}: {}".format(*titles[found.other]))
    for pair in chance.sample(run.merged, min(show // 2, len(run.merged))):
        print(f"  merged\n    {pair[0]}\n    {pair[1]}")


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--copies", action="store_true")
    parser.add_argument("--unmerged", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    asked = parser.parse_args()
    everything: Statistics | None = None
    if asked.mixed:
        texts = [item.article for _, items in list(corpora(asked.data))[:4] for item in items]
        everything = counted(texts + news_stream(asked.data) + polled(asked.data))
    for name, items in corpora(asked.data):
        if asked.only and name not in asked.only:
            continue
        warmed = None if asked.cold else everything or counted(item.article for item in items)
        run = Run(warmed, copies=asked.copies, merging=not asked.unmerged)
        found, gold = grouped((item.article for item in items), run), [item.event for item in items]
        micros = 1e6 * run.seconds / max(1, run.compared)
        print(f"{name:16} B-cubed {b_cubed(found, gold)} pairs {pairwise(found, gold)};", end=" ")
        print(f"{len(set(found))} events for {len(set(gold))}, {len(run.merged)} merges; {micros:.0f} us a candidate")
    if not asked.only:
        for name, pairs in (("finance", finance(asked.data)), ("tgcontest", tgcontest(asked.data))):
            print(f"{name:16} {len(pairs)} pairs {pairs_score(pairs)}")
    for name in STREAMS:
        if asked.show and (not asked.only or name in asked.only):
            articles = stream(asked.data, name)
            read(name, articles, None if asked.cold else counted(articles), asked.show, asked.seed)


if __name__ == "__main__":
    main()
