"""Cluster: the story of an entry and its copies, and the event of a new story. The caller holds the fold lock.

Tier 1 (:func:`monitor.analysis.clustering.join.join`) says which story; only it may fold or silence. Tier 2
(:func:`monitor.analysis.clustering.event.likely`) says with which other stories a new one is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from monitor.analysis.clustering.added import added
from monitor.analysis.clustering.event import centroid, likely, merges
from monitor.analysis.clustering.eventless import eventless
from monitor.analysis.clustering.features import (
    Features,
    counted_terms,
    features,
    language_of,
    pack,
    unpack,
    unpack_shingles,
)
from monitor.analysis.clustering.guards import SERIES
from monitor.analysis.clustering.join import join
from monitor.analysis.clustering.keys import keys
from monitor.analysis.clustering.same import may_share_body, same_story
from monitor.analysis.clustering.weights import WARM, Frequencies
from monitor.model import Article, Candidate, Group, Grouped, Join, Key, Source
from monitor.store import entries as store_entries
from monitor.store import events, hands, stories, terms
from monitor.store import features as store_features
from monitor.store.database import Connection

SERIES_DAYS: Final = 30
"""Days in which titles of one template are counted (judgement)."""
MASK: Final = "m:"
WELL_KNOWN: Final = 4 * WARM
SAMPLED: Final = 8
"""Articles of a language from which on one in ``SAMPLED`` is counted: 100 entries of 200 words cost the writer 60 ms
where all are counted, else 20 (judgement)."""
UNWEIGHTED: Final = Frequencies()
"""Tier 1 looks at no statistics, so what is taken apart for it alone needs none."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Whether tier 2 groups the stories that a source opens."""

    warmed: frozenset[str] = frozenset()
    """Languages whose statistics were counted beforehand, however few texts these were."""
    off: bool = False
    """The source is a hot list or a repository: there are no events in it."""


GROUPING: Final = Grouping()


@dataclass(frozen=True, slots=True)
class Other:
    """An entry of a story with which a new one is compared."""

    candidate: Candidate
    features: Features


def grouping_of(source: Source | None) -> Grouping:
    """How the stories of a source are grouped; None: the watchlist does not know it."""
    return Grouping(off=source is not None and eventless(source.url))


def count_terms(connection: Connection, articles: Iterable[Article]) -> None:
    """Count the terms of new entries, also of those that match nothing: they tell what is rare in their language.

    Of a language that is well known every ``SAMPLED``-th entry is enough: shares stay as they are, and what a document
    costs the writer does not grow with a table of all words that were ever misspelled.
    """
    by_language: dict[str, list[Article]] = {}
    for article in articles:
        by_language.setdefault(language_of(article), []).append(article)
    counted: dict[str, tuple[int, Counter[str]]] = {}
    for language, those in by_language.items():
        known = terms.frequencies(connection, language, ())[0] >= WELL_KNOWN
        sample = [article for article in those if not known or article.id % SAMPLED == 0]
        if sample:
            seen = Counter(term for article in sample for term in counted_terms(article))
            counted[language] = (len(sample), seen)
    if counted:
        terms.count(connection, counted)


def settle(
    connection: Connection, article: Article, now: datetime, *, alike: bool = True, grouping: Grouping = GROUPING
) -> int:
    """The story of an entry: the one it is in, one that it joins, or one that it opens; its copies join too.

    Not ``alike``: it is known that no entry shares an address, title or body with it, so it has no copies.
    """
    language = language_of(article)
    total, seen = terms.frequencies(connection, language, counted_terms(article))
    frequencies = Frequencies(language, total, seen)
    mine = features(article, frequencies)
    own = keys(mine)
    story = stories.story_of(connection, article.id)
    known = story is not None
    # before its event is looked for: the middle of an event is made of what is stored
    store_features.write(connection, article.id, pack(mine), article.when)
    if story is None:
        story = _place(connection, mine, own, frequencies, now, alike=alike, grouping=grouping)
    stories.write_keys(connection, article.id, own, article.when, revised=known)
    for copy in stories.equal_unmatched(connection, article) if alike else ():
        taken = features(copy, UNWEIGHTED)
        agreed = same_story(taken, mine)
        if agreed is not None and story not in hands.stories_apart(connection, copy.id):
            _join(connection, taken, agreed, story, now)
    return story


def join_copy(connection: Connection, article: Article, now: datetime) -> None:
    """An entry that concerns no topic joins the story of which it is a copy, so that outlets and firsts are true."""
    if stories.story_of(connection, article.id) is not None:
        return
    mine = features(article, UNWEIGHTED)
    closed = hands.stories_apart(connection, article.id)
    others = _taken_apart(connection, stories.candidates(connection, article, ()), closed)
    found = _copied(connection, mine, others)
    if found is not None:
        _join(connection, mine, found, _story_of(found, others), now)


def _place(
    connection: Connection,
    mine: Features,
    own: Sequence[Key],
    frequencies: Frequencies,
    now: datetime,
    *,
    alike: bool,
    grouping: Grouping,
) -> int:
    """Put an entry that is in no story into one."""
    article = mine.article
    bound = hands.bound(connection, article.id)
    for other, story in sorted(stories.stories_of(connection, sorted(bound.together)).items()):
        stories.join_story(connection, article.id, story, Join(other, hands.HAND), now, by=hands.HAND)
        return story
    closed = stories.stories_of(connection, sorted(bound.apart)).values()
    others = _taken_apart(connection, stories.candidates(connection, article, own, alike=alike), frozenset(closed))
    found = _copied(connection, mine, others)
    if found is not None:
        story = _story_of(found, others)
        _join(connection, mine, found, story, now)
        return story
    return _open(connection, mine, own, others, frequencies, now, grouping)


def _open(
    connection: Connection,
    mine: Features,
    own: Sequence[Key],
    others: Sequence[Other],
    frequencies: Frequencies,
    now: datetime,
    grouping: Grouping,
) -> int:
    """Open a story, in the event of others on the same happening or in one of its own."""
    article = mine.article
    if grouping.off or eventless(article.url):
        return stories.open_story(connection, article.id, now, alone="off")
    if not (frequencies.warm or frequencies.language in grouping.warmed):
        counted = {"counted": frequencies.total, "needs": WARM}
        return stories.open_story(connection, article.id, now, alone="cold", numbers=counted)
    masks = [key.name for key in own if key.name.startswith(MASK)]
    masked = sum(stories.count_key(connection, name, article.when, SERIES_DAYS) for name in masks)
    if masked >= SERIES:
        return stories.open_story(connection, article.id, now, alone="template", numbers={"seen": masked})
    # each story stands by its first article, or the first of those that were found
    firsts = {
        one.candidate.story: one for one in sorted(others, key=lambda one: one.candidate.article.id, reverse=True)
    }
    stored = [(one.features, one.candidate.event) for one in firsts.values() if one.candidate.packed]
    groups = events.groups(connection, {event for _, event in stored})
    found = likely(mine, stored, groups, warm=True, masked_before=masked)
    if not found:
        return stories.open_story(connection, article.id, now, centroid=centroid([mine.vector]))
    story = stories.open_story(connection, article.id, now, grouped=found[0])
    _move_middle(connection, mine, found, groups)
    return story


def _move_middle(connection: Connection, mine: Features, found: Sequence[Grouped], groups: Mapping[int, Group]) -> None:
    """An event grew: its middle is made of its newest stories, and others that are the same event now go into it."""
    event = found[0].event
    middle = _middle(connection, mine, event)
    rivals = merges(found, {group.id: group for group in groups.values()}, middle)
    if rivals and hands.spoken(connection, "event"):
        rivals = [other for other in rivals if hands.may_unite(connection, event, other)]
    for other in rivals:
        events.merge_events(connection, event, other)
    events.set_centroid(connection, event, _middle(connection, mine, event) if rivals else middle)


def _middle(connection: Connection, mine: Features, event: int) -> str:
    members = events.newest_members(connection, event)
    packed = store_features.load(connection, members)
    # whose vectors they are does not matter
    return centroid([unpack(mine.article, packed[one]).vector for one in members if one in packed])


def _story_of(found: Join, others: Sequence[Other]) -> int:
    return next(one.candidate.story for one in others if one.candidate.article.id == found.other)


def _copied(connection: Connection, mine: Features, others: Sequence[Other]) -> Join | None:
    """Which of the others it copies; shingles are read only where they may decide."""
    taken = [one.features for one in others]
    asked = [one.article.id for one in taken if not one.shingles and may_share_body(mine, one)]
    loaded = store_features.shingles(connection, asked) if asked else {}
    return join(
        mine,
        [
            replace(one, shingles=unpack_shingles(loaded[one.article.id])) if one.article.id in loaded else one
            for one in taken
        ],
    )


def _taken_apart(connection: Connection, candidates: Iterable[Candidate], closed: Container[int]) -> list[Other]:
    """What candidates are compared by, but for those of stories from which the entry was split by hand: as it was
    stored, or from the text where it never was, or is no longer."""
    others = []
    for one in candidates:
        if one.story in closed:
            continue
        if one.packed is not None:
            others.append(Other(one, unpack(one.article, one.packed)))
        else:
            whole = stories.load_articles(connection, [one.article.id], bodies_for={one.article.id})
            others.append(Other(one, features(whole[0], UNWEIGHTED)))
    return others


def _join(connection: Connection, mine: Features, found: Join, story: int, now: datetime) -> None:
    """Join a story, with what the copy adds to the text that it copies: of full texts only, for a teaser is no text
    from which something is missing."""
    entry = mine.article.id
    held = store_entries.texts(connection, (entry, found.other)) if mine.size else {}
    ours, theirs = (held.get(one, ("", ""))[1] for one in (entry, found.other))
    passages = added(ours, theirs) if ours and theirs else ()
    stories.join_story(connection, entry, story, found, now, added=passages)
