"""Which channel hears of what: each rule looks at one change and one channel, and returns a decision with its reason.

A decision is a row also where nothing is sent, so that "why did I not hear of it" has an answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from monitor.model import Alert, Decision, HealthChange, StoryChange, Told

_UNTOLD: Final = Told(first=False)
_NOT_LIVE: Final = {
    "baseline": (Decision.BASELINE, "listed, not sent: it stood in the first document read from its source"),
    "backfill": (Decision.BACKFILL, "listed, not sent: found among stored entries when the topic was new or changed"),
    "import": (Decision.IMPORT, "recorded, not sent: it was imported"),
    "reissued": (Decision.FOLDED, "folded: the same source published it before, and only its id is new"),
}
"""Why an entry that is not live is never sent, by its origin."""


@dataclass(frozen=True, slots=True)
class NewStory:
    """Sends the first alert on a story to a channel: once, at the first live match that goes there."""

    name: ClassVar[str] = "new_story"

    def decide(self, change: StoryChange, channel: str, topics: tuple[int, ...], told: Told) -> Alert | None:
        """The first telling; None where the channel has heard of the story."""
        if told.first:
            return None
        return _telling(change, channel, self.name, "first", topics, "first alert on this story for this channel")


@dataclass(frozen=True, slots=True)
class NewTopic:
    """Sends an update when a story that a channel has heard of turns out to concern a further topic routed there."""

    name: ClassVar[str] = "new_topic"

    def decide(self, change: StoryChange, channel: str, topics: tuple[int, ...], told: Told) -> Alert | None:
        """The update with the topics that join; None where there is nothing new to say."""
        joining = tuple(topic for topic in topics if topic not in told.topics)
        if not told.first or not joining:
            return None
        reason = "update: the channel has heard of this story, but not that it concerns this topic"
        return _telling(change, channel, self.name, str(joining[0]), joining, reason)


@dataclass(frozen=True, slots=True)
class Health:
    """Tells the owner that a source or channel broke or recovered, or that a message was given up: once an episode."""

    name: ClassVar[str] = "health"

    def decide(self, change: HealthChange, owner: str, *, owner_is_subject: bool) -> Alert:
        """The alert to the owner, or to the console where the owner's own channel is the broken one."""
        return Alert(
            subject_kind=change.subject_kind,
            subject=change.subject,
            channel="console" if owner_is_subject else owner,
            rule=self.name,
            step=f"{change.state}:{change.episode}",
            decision=Decision.SEND,
            reason=change.sentence,
        )


RULES: Final[Mapping[str, type]] = {rule.name: rule for rule in (NewStory, NewTopic, Health)}
"""Every rule by its name, as alerts name it."""

_STORY_RULES: Final[tuple[NewStory | NewTopic, ...]] = (NewStory(), NewTopic())
"""Asked in this order about a live change; the first that has something to say decides."""


def decide_story(change: StoryChange, told: Mapping[str, Told]) -> tuple[Alert, ...]:
    """One decision for each channel that the change's topics go to, in the order of the channels' names.

    Args:
        change: a story that opened or grew by one matching entry.
        told: what each channel has heard of this story; a channel that is not in it has heard nothing.

    A story whose topics go to no channel gives nothing: it is recorded and listed, and called unrouted.
    """
    return tuple(
        _decide_channel(change, channel, topics, told.get(channel, _UNTOLD))
        for channel, topics in sorted(_routes(change).items())
    )


def decide_health(change: HealthChange, owner: str, *, owner_is_subject: bool) -> Alert:
    """The one alert on something that broke, recovered or was given up.

    Args:
        owner: the channel that hears of such things.
        owner_is_subject: that channel is itself what broke, so the console hears of it.
    """
    return Health().decide(change, owner, owner_is_subject=owner_is_subject)


def alert_id(alert: Alert) -> str:
    """``a`` and 12 hexadecimal digits of the sha256 of the alert's key, whose parts are kept apart by U+001F."""
    key = "\x1f".join((alert.subject_kind, alert.subject, alert.channel, alert.rule, alert.step))
    return "a" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _routes(change: StoryChange) -> dict[str, tuple[int, ...]]:
    """Each channel with the ids of the topics that go there, ascending."""
    routes: dict[str, tuple[int, ...]] = {}
    for topic in sorted(change.topics):
        for channel in dict.fromkeys(change.topics[topic]):
            routes[channel] = (*routes.get(channel, ()), topic)
    return routes


def _decide_channel(change: StoryChange, channel: str, topics: tuple[int, ...], told: Told) -> Alert:
    if change.origin != "live":
        decision, reason = _NOT_LIVE[change.origin]
        return _silence(change, channel, topics, decision, reason)
    if told.muted is not None:
        return _silence(change, channel, topics, Decision.MUTED, told.muted)
    for rule in _STORY_RULES:
        alert = rule.decide(change, channel, topics, told)
        if alert is not None:
            return alert
    reason = f"folded into story s{change.story}, which this channel has heard of"
    return _silence(change, channel, topics, Decision.FOLDED, reason)


def _telling(change: StoryChange, channel: str, rule: str, step: str, topics: tuple[int, ...], reason: str) -> Alert:
    evidence = (change.entry, change.revision)
    return Alert("story", f"s{change.story}", channel, rule, step, Decision.SEND, reason, topics, evidence)


def _silence(change: StoryChange, channel: str, topics: tuple[int, ...], decision: Decision, reason: str) -> Alert:
    """A decision that sends nothing: its step names the entry and revision, so it never stands in a telling's way."""
    step = f"e{change.entry}.{change.revision}"
    evidence = (change.entry, change.revision)
    return Alert("story", f"s{change.story}", channel, NewStory.name, step, decision, reason, topics, evidence)
