"""Record, match, cluster and alert: what one document changes, inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.alerts.rules import alert_id, decide_health, decide_story
from monitor.analysis.cluster import cluster_keys, join, same_story
from monitor.analysis.match import Matches
from monitor.analysis.normalise import believable
from monitor.model import Alert, Article, Entry, HealthChange, StoryChange, Told
from monitor.pipeline.force import InForce
from monitor.store import entries as store_entries
from monitor.store import outbox, stories
from monitor.store.database import Connection
from monitor.store.entries import Recorded

Origin = Literal["live", "baseline", "backfill", "import"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What recording one document came to."""

    recorded: tuple[Recorded, ...] = ()
    """One for each entry given, in their order."""
    new: int = 0
    revised: int = 0
    matched: int = 0
    """New or revised entries that concern a topic."""
    alerts: int = 0
    """Messages that wait to be sent now."""


def record_document(
    connection: Connection,
    force: InForce,
    source: int,
    entries: Sequence[Entry],
    *,
    outlet: str,
    topics: Sequence[str] | None = None,
    origin: Origin = "live",
    now: datetime,
    cluster_all: bool = False,
) -> Tally:
    """Write all that ``entries`` of one source change.

    ``topics`` are the only topics that read this source (None: all); ``cluster_all`` puts entries that
    match nothing into stories too. The caller owns the transaction or savepoint.
    """
    checked = [_dated(entry, now) for entry in entries]
    recorded = store_entries.record(connection, source, checked, outlet=outlet, now=now)
    changed = [r for r in recorded if r.status != "known"]
    found = {r.id: force.matcher.match(r.entry, topics=topics) for r in changed}
    matched = {r.id for r in changed if found[r.id].matches}
    if matched or cluster_all:
        stories.take_fold_lock(connection)
    store_entries.keep_texts(connection, matched)
    store_entries.write_texts(connection, changed, matched, now)
    alerts = 0
    for one in changed:
        alerts += _follow(connection, force, one, found[one.id], outlet, origin, now, cluster_all=cluster_all)
    if not cluster_all:
        unmatched = {one.id: one for one in changed if one.id not in matched}
        for twin in sorted(stories.with_twins(connection, list(unmatched))):
            join_copy(connection, article_of(unmatched[twin], outlet, now), now)
    return Tally(
        recorded=tuple(recorded),
        new=sum(r.status == "new" for r in changed),
        revised=sum(r.status == "revision" for r in changed),
        matched=len(matched),
        alerts=alerts,
    )


def _dated(entry: Entry, now: datetime) -> Entry:
    published = believable(entry.published, now)
    return entry if published == entry.published else replace(entry, published=published)


def _follow(
    connection: Connection,
    force: InForce,
    one: Recorded,
    found: Matches,
    outlet: str,
    origin: Origin,
    now: datetime,
    *,
    cluster_all: bool,
) -> int:
    if one.status == "revision" or found.matches or found.near:
        store_entries.write_matches(connection, one, found.matches, found.near, versions=force.versions, now=now)
    if not found.matches and not cluster_all:
        return 0
    story = settle(connection, article_of(one, outlet, now), now)
    if not found.matches:
        return 0
    return _alert(connection, force, one, found, story, origin, now)


def article_of(one: Recorded, outlet: str, now: datetime) -> Article:
    """An entry just recorded as the clustering sees it."""
    entry = one.entry
    return Article(
        id=one.id,
        title=entry.title,
        outlet=entry.outlet or outlet,
        when=entry.published or now,
        url_key=entry.url_key,
        title_key=entry.title_key,
        body_hash=entry.body_hash,
        body=entry.text or entry.teaser,
    )


def settle(connection: Connection, article: Article, now: datetime) -> int:
    """The story of an entry: the one it is in, one that it joins, or one that it opens; its copies join too."""
    keys = cluster_keys(article)
    story = stories.story_of(connection, article.id)
    if story is None:
        found = join(article, stories.candidates(connection, article, keys))
        known = stories.story_of(connection, found.other) if found else None
        if found is not None and known is not None:
            story = known
            stories.join_story(connection, article.id, story, found, now)
        else:
            story = stories.open_story(connection, article.id, now)
    stories.write_keys(connection, article.id, keys, article.when)
    for copy in stories.equal_unmatched(connection, article):
        agreed = same_story(copy, article)
        if agreed is not None:
            stories.join_story(connection, copy.id, story, agreed, now)
    return story


def join_copy(connection: Connection, article: Article, now: datetime) -> None:
    """An entry that concerns no topic joins the story of which it is a copy, so that outlets and firsts are true."""
    if stories.story_of(connection, article.id) is not None:
        return
    found = join(article, stories.candidates(connection, article, ()))
    story = stories.story_of(connection, found.other) if found else None
    if found is not None and story is not None:
        stories.join_story(connection, article.id, story, found, now)


def _alert(
    connection: Connection,
    force: InForce,
    one: Recorded,
    found: Matches,
    story: int,
    origin: Origin,
    now: datetime,
) -> int:
    topics = {force.topics[m.topic].id: force.routes(force.topics[m.topic].id) for m in found.matches}
    channels = sorted({channel for routes in topics.values() for channel in routes})
    if not channels:
        return 0
    told = outbox.told(connection, story, channels)
    matches = store_entries.match_ids(connection, one)
    sent = 0
    for alert in _decide(connection, StoryChange(story, one.id, one.revision, topics, origin), one, told):
        written = outbox.write_alert(connection, alert, alert_id(alert), matches=matches, now=now)
        sent += written and alert.decision == "send"
    return sent


def _decide(connection: Connection, change: StoryChange, one: Recorded, told: Mapping[str, Told]) -> tuple[Alert, ...]:
    """The decisions; a changed teaser does not make an old entry news: of what was only listed, the topics that it
    had already stay listed, and only those that it names now for the first time count as live."""
    old = outbox.only_listed(connection, one.id) if one.status == "revision" else set()
    fresh = {topic: routes for topic, routes in change.topics.items() if topic not in old}
    alerts = decide_story(replace(change, topics=fresh), told)
    decided = {alert.channel for alert in alerts}
    rest = {
        topic: tuple(channel for channel in routes if channel not in decided)
        for topic, routes in change.topics.items()
        if topic in old
    }
    origin: Origin = "baseline" if change.origin == "live" else change.origin
    listed = decide_story(replace(change, topics=rest, origin=origin), told) if rest else ()
    return (*alerts, *listed)


def tell_owner(
    connection: Connection, force: InForce, change: HealthChange, now: datetime, *, channel: str | None = None
) -> bool:
    """Write the owner's alert on something that broke or recovered; False when it stands already.

    ``channel`` is the one that the change is about. Where that is the owner's own, and where the owner's channel is
    broken or off, the console hears of it.
    """
    owner = force.watchlist.owner
    usable = owner in force.on and outbox.channel_state(connection, owner) != "broken"
    alert = decide_health(change, owner if usable else "console", owner_is_subject=channel == owner)
    return outbox.write_alert(connection, alert, alert_id(alert), matches={}, now=now, text=change.sentence)
