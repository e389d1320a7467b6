"""The one plain sentence for each verdict of ``explain``. Feed text in it is data: who prints it makes it harmless."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from monitor.alerts.render.wording import clock
from monitor.pipeline.coverage import Event
from monitor.pipeline.explain.closeness import NOT_LOOKED, Again, closest
from monitor.pipeline.explain.together import placed
from monitor.store.evidence import EndedRow, JoinRow, MatchRow, NearMissRow
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.listing_stories import StoryRow

NAMED = 3
"""Names spelled out in a sentence."""
_CODE: Final = re.compile(r"^[a-z0-9_]+: ")
"""The word for programs that a reason may begin with."""
_FIELDS: Final = {"title": "headline", "teaser": "teaser", "text": "text"}


@dataclass(frozen=True, slots=True)
class Moments:
    """How times are said: in the watchlist's zone, as seen from ``now``."""

    zone: ZoneInfo
    now: datetime

    def say(self, moment: datetime | None) -> str:
        """``09:12`` today, else with the day."""
        return clock(moment, self.zone, self.now) if moment else "an unknown time"


@dataclass(frozen=True, slots=True)
class Fact:
    """What became of one entry, as far as one of its decisions tells."""

    entry: EntryRow
    matches: tuple[MatchRow, ...] = ()
    ended: tuple[EndedRow, ...] = ()
    """Topics that it concerned, and no longer does."""
    near: tuple[NearMissRow, ...] = ()
    again: Again = NOT_LOOKED
    """What the watchlist as it stands makes of it, where it matched nothing when it was read."""
    join: JoinRow | None = None
    story: StoryRow | None = None
    event: Event | None = None
    alert: AlertRow | None = None
    delivery: DeliveryRow | None = None
    told: AlertRow | None = None
    """The alert by which the channel heard of the story."""
    also: tuple[str, ...] = ()
    """Other channels for which the same was decided."""
    routes: Mapping[str, tuple[str, ...]] | None = None
    """Topic to its channels, those that are off with ``(off)``."""


def sentence_of(verdict: str, fact: Fact, moments: Moments) -> str:
    """Why an entry's way ended as it did."""
    return _SENTENCES[verdict](fact, moments)


def matched(fact: Fact, moments: Moments) -> str:
    """Which topics matched, with the words; of one that no longer does or is no longer watched, why."""
    if not fact.matches:
        return no_longer(fact, moments)
    said = []
    for match in fact.matches[:NAMED]:
        span = match.spans[0] if match.spans else None
        words = f' ("{span.text}" in the {_FIELDS[span.field]})' if span else ""
        gone = f", which {_removed_at(match.retired_at, moments)}" if match.retired_at else ""
        said.append(f"{match.topic}{words}{gone}")
    more = len(fact.matches) - NAMED
    return "Matches " + ", ".join(said) + (f" and {more} more" if more > 0 else "")


def no_longer(fact: Fact, moments: Moments) -> str:
    """Which topics it concerned (those of its alert, if any), and what ended that."""
    topics = fact.alert.topics if fact.alert else ()
    groups: dict[tuple[str, datetime], list[str]] = {}
    for one in [ended for ended in fact.ended if ended.topic in topics] or fact.ended:
        # when an earlier revision was left is no matter
        groups.setdefault((one.why, fact.entry.first_seen if one.why == "entry" else one.at), []).append(one.topic)
    said = [_ended(why, names, moments.say(at)) for (why, at), names in groups.items()]
    if said:
        return ". ".join(said[:NAMED])
    return f"Matched {listed(topics)} in an earlier revision" if topics else "Matched in an earlier revision"


def _ended(why: str, names: Sequence[str], at: str) -> str:
    one = len(names) == 1
    if why == "topic":
        then = "as it was until {}; the topic was" if one else "as they were until {}; the topics were"
        return f"Matched {listed(names)} {then.format(at)} changed then"
    if why == "removed":
        return f"Matched {listed(names)}, which {'was' if one else 'were'} removed from the watchlist at {at}"
    if why == "article":
        return f"Matched {listed(names)} until its article was read at {at}"
    return f"Matched {listed(names)} in an earlier revision"


def removed(fact: Fact, moments: Moments) -> list[str]:
    """``Nightjar was removed from the watchlist at 15:43``, for each of its topics that was."""
    gone = {match.topic: match.retired_at for match in fact.matches if match.retired_at is not None}
    if not fact.matches:
        gone |= {ended.topic: ended.at for ended in fact.ended if ended.why == "removed"}
    heard = fact.alert.topics if fact.alert else tuple(gone)
    return [f"{topic} {_removed_at(at, moments)}" for topic, at in gone.items() if topic in heard]


def _removed_at(at: datetime | None, moments: Moments) -> str:
    return f"was removed from the watchlist at {moments.say(at)}"


def _alert(fact: Fact) -> AlertRow:
    assert fact.alert is not None
    return fact.alert


def _channels(fact: Fact) -> str:
    return listed([_alert(fact).channel, *fact.also])


def _sent(fact: Fact, moments: Moments) -> str:
    alert, delivery = _alert(fact), fact.delivery
    assert delivery is not None
    twice = " It may have arrived twice: the first try ended without an answer." if delivery.uncertain else ""
    return (
        f"{matched(fact, moments)}. Sent to {_channels(fact)} at {moments.say(delivery.sent_at)} ({alert.id}).{twice}"
    )


def _dead(fact: Fact, moments: Moments) -> str:
    alert, delivery = _alert(fact), fact.delivery
    assert delivery is not None
    why = f": {delivery.error}" if delivery.error else ""
    tries = count(delivery.attempts, "try", "tries")
    return f"{matched(fact, moments)}. The message to {alert.channel} ({alert.id}) was given up after {tries}{why}."


def _queued(fact: Fact, moments: Moments) -> str:
    alert, delivery = _alert(fact), fact.delivery
    start = f"{matched(fact, moments)}. The message to {alert.channel} ({alert.id}) waits since {moments.say(alert.at)}"
    if delivery is None or not delivery.attempts:
        return f"{start} to be sent."
    why = f": {delivery.error}" if delivery.error else "."
    overdue = delivery.next_try_at is not None and delivery.next_try_at <= moments.now
    again = "is due now" if overdue else f"at {moments.say(delivery.next_try_at)}"
    return f"{start}; {count(delivery.attempts, 'try', 'tries')}, the next {again}{why}"


def _decided(fact: Fact, moments: Moments) -> str:
    alert = _alert(fact)
    reason = alert.reason[:1].upper() + alert.reason[1:]
    return f"{matched(fact, moments)}. {reason} ({_channels(fact)}, {moments.say(alert.at)})."


def _folded(fact: Fact, moments: Moments) -> str:
    alert, told = _alert(fact), fact.told
    heard = f", which {alert.channel} heard of at {moments.say(told.at)} ({told.id})" if told else ""
    how = f"; it is here{placed(fact.join)}" if fact.join and fact.join.rule != "first" else ""
    if fact.join and f"s{fact.join.story}" != alert.subject:  # a story was split or merged since
        by_hand = placed(fact.join) if fact.join.rule == "hand" else ", set by hand since"
        how = f"; it is in s{fact.join.story} now{by_hand}"
        return f"{matched(fact, moments)}. Not sent again: it was folded into story {alert.subject}{heard}{how}."
    return f"{matched(fact, moments)}. Not sent again: it is part of story {alert.subject}{heard}{how}."


def _unrouted(fact: Fact, moments: Moments) -> str:
    routes = fact.routes or {}
    said = [
        f"{topic} goes to {listed(channels) if channels else 'no channel (channels: [])'}"
        for topic, channels in routes.items()
    ]
    nobody = "it goes to no channel now" if removed(fact, moments) else "its topics went to no channel that was on"
    where = "; ".join(said) or nobody
    return f"{matched(fact, moments)}. Recorded and listed, not sent: {where}."


def _not_matched(fact: Fact, moments: Moments) -> str:
    entry = fact.entry
    read = f"Read from {entry.source} at {moments.say(entry.first_seen)}"
    parts = [f"{read}.", missed(fact, moments)] if fact.ended else [f"{read}; no topic matched.", nearness(fact)]
    if (became := searched(entry)) is not None:
        parts.append(became)
    if fact.join is not None and fact.join.rule != "first":
        parts.append(f"It counts as a copy in story s{fact.join.story}{placed(fact.join)}.")
    if entry.text_state == "aged":
        parts.append("Its text is no longer kept: only the headline was looked at again.")
    return " ".join(parts)


def missed(fact: Fact, moments: Moments) -> str:
    """What no longer matches, where anything did, and how near it comes."""
    return f"{no_longer(fact, moments)}. {nearness(fact)}" if fact.ended else nearness(fact)


def nearness(fact: Fact) -> str:
    """How near an entry that matched nothing came."""
    again = fact.again
    if again.would_match:
        return f"As the watchlist stands now {listed(again.would_match)} would match; it was read before that."
    if again.kept_out:
        first = again.kept_out[0]
        return f"Words of {first.topic} stand in it, but {first.why}."
    if fact.near:
        near = "; ".join(f"{miss.topic}: {miss.clause}" for miss in closest(fact.near)[:NAMED])
        return f"Nearest: {near}."
    said = "None of the topics' words stand in it."
    if again.alike is not None:
        said += f' Most alike: "{again.alike.words}" in the headline, and {again.alike.topic} looks for '
        said += f'"{again.alike.phrase}".'
    return said


def searched(entry: EntryRow) -> str | None:
    """What became of its article, where it was wanted."""
    if entry.full_text is None:
        return None
    if entry.full_text == "read":
        return "Its article was read and searched in full."
    state, _, reason = entry.full_text.partition(": ")
    why = _CODE.sub("", reason).rstrip(".")
    if state == "due":
        return f"Its article is still to be read{f' (last try: {why})' if why else ''}."
    return f"Its article was not searched: {why or state}."


_SENTENCES: Final[Mapping[str, Callable[[Fact, Moments], str]]] = {
    "not_matched": _not_matched,
    "unrouted": _unrouted,
    "baseline": _decided,
    "backfill": _decided,
    "import": _decided,
    "folded": _folded,
    "capped": _decided,
    "muted": _decided,
    "held": _decided,
    "queued": _queued,
    "dead": _dead,
    "sent": _sent,
}


def listed(names: Sequence[str]) -> str:
    """A few names; the others are counted."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def count(number: int, one: str, many: str) -> str:
    """``1 poll``, ``2 polls``."""
    return f"1 {one}" if number == 1 else f"{number} {many}"
