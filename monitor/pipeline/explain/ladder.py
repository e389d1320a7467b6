"""The steps that something went on the one path, each with a sentence, and what would change where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.alerts.render.neutral import shell
from monitor.pipeline.explain.absence import polled
from monitor.pipeline.explain.closeness import closest
from monitor.pipeline.explain.explanation import Step, whole
from monitor.pipeline.explain.mending import alias
from monitor.pipeline.explain.sentences import (
    Fact,
    Moments,
    count,
    listed,
    matched,
    missed,
    removed,
    searched,
)
from monitor.pipeline.explain.together import added_words, event_words, placed_when, rule_words
from monitor.store.evidence import Standing
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.sightings import Polls, Reader

_SEARCHED: Final = {
    "title": "The headline was searched",
    "teaser": "Headline and teaser were searched",
    "text": "Headline, teaser and the text of the feed were searched",
    "article": "Headline, teaser and article were searched",
    "aged": "It was searched whole; of its texts only the headline is still kept",
}


@dataclass(frozen=True, slots=True)
class Ways:
    """What is known beside the entry itself."""

    reader: Reader | None
    """Its source; None: it came from a file."""
    polls: Polls
    standings: Mapping[str, Standing]
    """Channel name to how it stands."""
    in_text: bool = False
    """The words asked for stand in its text, not in its headline."""


def of_entry(verdict: str, fact: Fact, ways: Ways, moments: Moments) -> tuple[Step, ...]:
    """The ladder of an entry, for the decision that ``fact`` tells of."""
    steps = [_watched(fact, ways, moments), _polled(ways, moments), _seen(fact, ways, moments), _read(fact, ways)]
    if verdict == "not_matched":
        return whole([*steps, _missed(fact, moments)])
    steps.append(Step("matched", "ok", f"{matched(fact, moments)}."))
    if fact.join is None:
        return whole([*steps, Step("story", "waiting", "It is in no story yet.")])
    steps.append(Step("story", "ok", _in_story(fact, moments)))
    if fact.alert is None:
        return whole([*steps, _unrouted(fact, ways, moments)])
    return whole(
        [*steps, _routed(fact, moments), *of_alert(verdict, fact.alert, fact.delivery, ways.standings, moments)]
    )


def of_alert(
    verdict: str, alert: AlertRow, delivery: DeliveryRow | None, standings: Mapping[str, Standing], moments: Moments
) -> tuple[Step, ...]:
    """The last two steps: what was decided, and what became of the message."""
    # what the owner is told of a source is its reason, and stands as the sentence already
    reason = f": {alert.reason}" if alert.entry is not None else ""
    said = f"{_upper(alert.decision)}, at {moments.say(alert.at)}{reason}."
    if alert.decision != "send":
        return Step("decided", "failed", said, _undecided(alert)), Step("delivered", "not_reached")
    return Step("decided", "ok", said), _delivered(verdict, alert.channel, delivery, standings, moments)


def _delivered(
    verdict: str, channel: str, delivery: DeliveryRow | None, standings: Mapping[str, Standing], moments: Moments
) -> Step:
    if verdict == "sent" and delivery is not None:
        return Step("delivered", "ok", f"Sent to {channel} at {moments.say(delivery.sent_at)}.")
    tries = delivery.attempts if delivery is not None else 0
    error = f": {delivery.error.rstrip('.')}" if delivery is not None and delivery.error else ""
    mend = f"{_mend(standings.get(channel))}monitor notify {shell(channel)} tries the channel"
    if verdict == "dead":
        return Step("delivered", "failed", f"Given up after {count(tries, 'try', 'tries')}{error}.", mend)
    if tries:
        said = f"Not taken yet by {channel}; {count(tries, 'try', 'tries')}{error}."
        return Step("delivered", "waiting", said, mend)
    how = f"monitor run, or monitor poll, sends what waits; {mend}"
    return Step("delivered", "waiting", f"The message to {channel} waits to be sent.", how)


def _watched(fact: Fact, ways: Ways, moments: Moments) -> Step:
    reader = ways.reader
    if reader is None:
        return Step("watched", "ok", f"{fact.entry.source} was replayed from a file.")
    now = ""
    if reader.retired_at is not None:
        now = f"; it was removed from the watchlist at {moments.say(reader.retired_at)}"
    elif reader.paused:
        now = "; it is paused now"
    return Step("watched", "ok", f"{reader.name} reads {host_words(reader)}{now}.")


def _polled(ways: Ways, moments: Moments) -> Step:
    if ways.reader is None:
        return Step("polled", "ok", "What is replayed is not polled.")
    last = f"; last good read {moments.say(ways.reader.last_ok_at)}" if ways.reader.last_ok_at else ""
    said = polled(ways.polls, moments) if ways.polls.count else "Its polls are no longer kept"
    return Step("polled", "ok", f"{said}{last}.")


def _seen(fact: Fact, ways: Ways, moments: Moments) -> Step:
    entry = fact.entry
    dated = f", dated {moments.say(entry.published)}" if entry.published is not None else ""
    words = " The words asked for stand in its text, not in its headline." if ways.in_text else ""
    return Step("seen", "ok", f"In a document of {entry.source} at {moments.say(entry.first_seen)}{dated}.{words}")


def _read(fact: Fact, ways: Ways) -> Step:
    entry = fact.entry
    said = f"{_SEARCHED.get(entry.text_state, 'It was searched')}."
    state = (entry.full_text or "").partition(":")[0]
    if state in ("", "read") or fact.matches:
        return Step("read", "ok", said if state in ("", "read") else f"{said} {searched(entry)}")
    if state == "due":
        name = ways.reader.name if ways.reader else entry.source
        return Step("read", "waiting", f"{said} {searched(entry)}", f"monitor poll --source {shell(name)}")
    return Step("read", "failed", f"{said} {searched(entry)}")


def _missed(fact: Fact, moments: Moments) -> Step:
    again = fact.again
    change: str | None = None
    if again.would_match:
        change = f"what comes from now on matches; monitor topic test {shell(again.would_match[0])} shows the past"
    elif again.kept_out:
        change = f"if it is wanted, {again.kept_out[0].change}"
    elif again.mend is not None:
        change = again.mend.says
        if again.mend.wanted:
            nearest = closest(fact.near)[0]
            change = f"if it is wanted, {change}; monitor topic test {shell(nearest.topic)} shows what that brings"
    elif again.alike is not None:
        change = f"if it is wanted, an alias: {alias(again.alike.topic, again.alike.words)}"
    elif again.no_topics:
        change = "there is no topic: name one in topics:"
    else:
        change = "if it is wanted, a topic in topics: that has words of its headline"
    return Step("matched", "failed", missed(fact, moments), change)


def _in_story(fact: Fact, moments: Moments) -> str:
    join = fact.join
    assert join is not None
    said = f"It joined s{join.story}{placed_when(join, moments.say)}"
    if join.rule == "first":
        said = f"It is {rule_words(join)}, s{join.story}"
    differs = added_words(join, quoted=False)
    if fact.story is not None:
        group = event_words(fact.story, fact.event, fact.entry.language)
        said += f"{f'; {differs}' if differs else ''}. The story is {group}"
    elif differs:
        said += f"; {differs}"
    return f"{said}."


def _routed(fact: Fact, moments: Moments) -> Step:
    alert = fact.alert
    assert alert is not None
    ways = f"{listed(alert.topics)} to {listed([alert.channel, *fact.also])}"
    return Step("routed", "ok", f"{'; '.join([ways, *removed(fact, moments)])}.")


def _unrouted(fact: Fact, ways: Ways, moments: Moments) -> Step:
    routes, gone = fact.routes or {}, removed(fact, moments)
    goes = [f"{topic} goes to {listed(names) or 'no channel'}" for topic, names in routes.items()]
    said = "; ".join([*goes, *gone])
    named = [name.removesuffix(" (off)") for names in routes.values() for name in names]
    offs = [ways.standings[name].off for name in named if name in ways.standings]
    change = next((f"{off}, and start again" for off in offs if off), None)
    if routes and not named:
        change = f"channels: [console] in {next(iter(routes))}"
    if gone and not routes:
        name = next(match.topic for match in fact.matches if match.retired_at is not None)
        change = f"if it is wanted, put {name} back into topics:"
    return Step("routed", "failed", f"{said or 'Its topics are no longer in the watchlist'}.", change)


def _undecided(alert: AlertRow) -> str | None:
    """What would have to be written for another decision."""
    if alert.decision == "baseline":
        return "settings.yaml, alerts: {first_poll: all} sends what a new source shows first"
    if alert.decision == "folded" and alert.subject_kind == "story":
        return f"nothing has to change; monitor explain {alert.subject} shows the story"
    if alert.decision == "backfill" and alert.topics:
        return f"nothing has to change; monitor stories --topic {shell(alert.topics[0])} lists what was found"
    return None


def _mend(standing: Standing | None) -> str:
    """What is to be done about a channel before it is tried; with a semicolon."""
    if standing is None:
        return "put the channel back into channels:; "
    return f"{standing.off}; " if standing.off else ""


def host_words(reader: Reader) -> str:
    """The host that a source is read from, without the port that its scheme has anyway."""
    name, _, port = reader.host.rpartition(":")
    return name if port in ("80", "443") else reader.host


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
