"""Record, match, cluster and alert: what one document changes, inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.alerts.rules import alert_id, decide_health, decide_story
from monitor.analysis.matching.match import Matches
from monitor.analysis.normalise import believable
from monitor.analysis.reissue import another
from monitor.limits import FLOOD_CAP
from monitor.model import Alert, Article, Decision, Entry, HealthChange, StoryChange
from monitor.pipeline.force import InForce
from monitor.pipeline.settle import Grouping, count_terms, grouping_of, join_copy, settle
from monitor.store import entries as store_entries
from monitor.store import outbox, stories
from monitor.store.database import Connection
from monitor.store.entries import Recorded

Origin = Literal["live", "baseline", "backfill", "import", "reissued"]


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
    """Alerts that are to be sent now."""
    again: int = 0
    """Entries that were known, and stand there under ids that were never seen."""
    unsure: frozenset[int] = frozenset()
    """Entries of which a topic with ``read: full`` cannot say without the full text whether they concern it."""


def record_document(
    connection: Connection,
    force: InForce,
    source: int,
    entries: Sequence[Entry],
    *,
    outlet: str,
    name: str | None = None,
    topics: Sequence[str] | None = None,
    origin: Origin = "live",
    absent_at: datetime | None = None,
    now: datetime,
    cluster_all: bool = False,
    grouping: Grouping | None = None,
    keys_only: bool = False,
) -> Tally:
    """Write all that ``entries`` of one source change.

    ``absent_at`` is the last good reading of the source before this one, in which what is new was not yet there (None:
    there was none). ``name`` is the source's, for topics that ask for it; ``topics`` are the only topics that read this
    source (None: all); ``cluster_all`` puts entries that match nothing into stories too; ``grouping`` says whether tier
    2 groups them (None: as the watchlist's source has it); ``keys_only`` records what was told apart before: equal
    keys are one entry, others are not. The caller owns the transaction or savepoint.
    """
    checked = [_dated(entry, now) for entry in entries]
    recorded = store_entries.record(
        connection, source, checked, outlet=outlet, absent_at=absent_at, another=None if keys_only else another, now=now
    )
    changed = [r for r in recorded if r.status != "known"]
    found = {r.id: force.matcher.match(r.entry, topics=topics, source=name) for r in changed}
    matched = {r.id for r in changed if found[r.id].matches}
    if matched or cluster_all:
        stories.take_fold_lock(connection)
    store_entries.keep_texts(connection, matched)
    store_entries.write_texts(connection, changed, matched, now)
    grouping = grouping or grouping_of(force.sources.get(source))
    sending: list[tuple[Alert, str]] = []
    settling = [one.id for one in changed if cluster_all or one.id in matched]
    alike = stories.with_alike(connection, settling) if settling else frozenset()
    for one in changed:
        sending += _follow(
            connection, force, one, found[one.id], outlet, origin, source, now,
            cluster_all=cluster_all, grouping=grouping, alike=one.id in alike,
        )  # fmt: skip
    post(connection, sending, now)
    count_terms(connection, [article_of(one, outlet, now) for one in changed if one.status == "new"])
    if not cluster_all:
        _join_copies(connection, [one for one in changed if one.id not in matched], outlet, now)
    return Tally(
        recorded=tuple(recorded),
        new=sum(r.status == "new" for r in changed),
        revised=sum(r.status == "revision" for r in changed),
        matched=len(matched),
        alerts=len(sending),
        again=sum(r.again for r in recorded),
        unsure=frozenset(one.id for one in changed if found[one.id].open),
    )


def _join_copies(connection: Connection, unmatched: Sequence[Recorded], outlet: str, now: datetime) -> None:
    """Entries that match nothing join the stories of which they are copies: one look for all of the document."""
    by_id = {one.id: one for one in unmatched}
    for twin in sorted(stories.with_twins(connection, list(by_id))):
        join_copy(connection, article_of(by_id[twin], outlet, now), now)


def post(connection: Connection, sending: Sequence[tuple[Alert, str]], now: datetime) -> None:
    """A message for each alert of one document; above ``FLOOD_CAP`` on a channel one list: nobody reads 300 cards, and
    a feed that issues its archive anew must not keep a channel busy for an hour."""
    for channel in sorted({alert.channel for alert, _ in sending}):
        here = [(alert, identity) for alert, identity in sending if alert.channel == channel]
        if len(here) > FLOOD_CAP:
            outbox.post(connection, channel, "list", [identity for _, identity in here], now)
            continue
        for alert, identity in here:
            outbox.post(connection, channel, alert.rule, [identity], now)


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
    source: int,
    now: datetime,
    *,
    cluster_all: bool,
    grouping: Grouping,
    alike: bool,
) -> list[tuple[Alert, str]]:
    if one.status == "revision" or found.matches or found.near:
        store_entries.write_matches(connection, one, found.matches, found.near, versions=force.versions, now=now)
    if not found.matches and not cluster_all:
        return []
    story = settle(connection, article_of(one, outlet, now), now, alike=alike, grouping=grouping)
    if not found.matches:
        return []
    old: Mapping[int, Origin] = {}
    if origin == "live":
        # what was only listed stays so when its teaser changes, and what comes back under a new id is no news
        if one.status == "revision":
            old = outbox.only_listed(connection, one.id)
        else:
            old = reissued(connection, one.id, source)
    topics = [match.topic for match in found.matches]
    return alert(connection, force, one, topics, story, origin, now, old=old)


def reissued(connection: Connection, entry: int, source: int) -> Mapping[int, Origin]:
    """Topics that the entry's own source brought before under another id."""
    return dict.fromkeys(stories.topics_published_before(connection, entry, source), "reissued")


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
        language=entry.language,
        url=entry.url,
    )


def alert(
    connection: Connection,
    force: InForce,
    one: Recorded,
    topics: Collection[str],
    story: int,
    origin: Origin,
    now: datetime,
    *,
    old: Mapping[int, Origin] | None = None,
) -> list[tuple[Alert, str]]:
    """Decide for each channel, and write it down; returns the alerts that are to be sent, with their ids.

    ``old`` are topics of which this is no news: they are decided as of the origin that it gives, where the others do
    not decide.
    """
    old = old or {}
    routes = {force.topics[name].id: force.routes(force.topics[name].id) for name in topics}
    channels = sorted({channel for route in routes.values() for channel in route})
    if not channels:
        return []
    told = outbox.told(connection, story, channels)
    fresh = {topic: route for topic, route in routes.items() if topic not in old}
    decided = list(decide_story(StoryChange(story, one.id, one.revision, fresh, origin), told))
    spoken = {one.channel for one in decided}
    for nth, rest in enumerate(dict.fromkeys(old[topic] for topic in routes if topic in old)):
        stale = {
            topic: tuple(channel for channel in route if channel not in spoken)
            for topic, route in routes.items()
            if old.get(topic) == rest
        }
        made = decide_story(StoryChange(story, one.id, one.revision, stale, rest), told)
        # the rows of two origins stand beside each other
        decided += [replace(other, step=f"{other.step}.{rest}") for other in made] if nth else made
    matches = store_entries.match_ids(connection, one)
    sending = []
    for decision in decided:
        identity = alert_id(decision)
        written = outbox.write_alert(connection, decision, identity, matches=matches, now=now, deliver=False)
        if written and decision.decision is Decision.SEND:
            sending.append((decision, identity))
    return sending


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
