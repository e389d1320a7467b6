"""The one plain sentence for each verdict of ``explain``. Feed text in it is data: who prints it makes it harmless."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from monitor.alerts.render.wording import clock
from monitor.pipeline.explain.closeness import NOT_LOOKED, Again, closest
from monitor.store.evidence import JoinRow, MatchRow, NearMissRow
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.sightings import Gap, Polls, Reader, RejectedRow

NAMED = 3
"""Names spelled out in a sentence."""
WORDS_NAMED = 12
"""Words of a question repeated in the answer."""
_CODE: Final = re.compile(r"^[a-z0-9_]+: ")
"""The word for programs that a reason may begin with."""
_SKIP: Final = "skip: "
"""Begins the reason of what the source's ``skip`` left out."""
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
    near: tuple[NearMissRow, ...] = ()
    again: Again = NOT_LOOKED
    """What the watchlist as it stands makes of it, where it matched nothing when it was read."""
    join: JoinRow | None = None
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


def matched(fact: Fact) -> str:
    """Which topics matched, with the words."""
    if not fact.matches:
        topics = fact.alert.topics if fact.alert else ()
        return f"Matched {listed(topics)} in an earlier revision" if topics else "Matched in an earlier revision"
    said = []
    for match in fact.matches[:NAMED]:
        span = match.spans[0] if match.spans else None
        said.append(f'{match.topic} ("{span.text}" in the {_FIELDS[span.field]})' if span else match.topic)
    more = len(fact.matches) - NAMED
    return "Matches " + ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _alert(fact: Fact) -> AlertRow:
    assert fact.alert is not None
    return fact.alert


def _channels(fact: Fact) -> str:
    return listed([_alert(fact).channel, *fact.also])


def _sent(fact: Fact, moments: Moments) -> str:
    alert, delivery = _alert(fact), fact.delivery
    assert delivery is not None
    twice = " It may have arrived twice: the first try ended without an answer." if delivery.uncertain else ""
    return f"{matched(fact)}. Sent to {_channels(fact)} at {moments.say(delivery.sent_at)} ({alert.id}).{twice}"


def _dead(fact: Fact, moments: Moments) -> str:
    alert, delivery = _alert(fact), fact.delivery
    assert delivery is not None
    why = f": {delivery.error}" if delivery.error else ""
    tries = count(delivery.attempts, "try", "tries")
    return f"{matched(fact)}. The message to {alert.channel} ({alert.id}) was given up after {tries}{why}."


def _queued(fact: Fact, moments: Moments) -> str:
    alert, delivery = _alert(fact), fact.delivery
    start = f"{matched(fact)}. The message to {alert.channel} ({alert.id}) waits since {moments.say(alert.at)}"
    if delivery is None or not delivery.attempts:
        return f"{start} to be sent."
    why = f": {delivery.error}" if delivery.error else "."
    overdue = delivery.next_try_at is not None and delivery.next_try_at <= moments.now
    again = "is due now" if overdue else f"at {moments.say(delivery.next_try_at)}"
    return f"{start}; {count(delivery.attempts, 'try', 'tries')}, the next {again}{why}"


def _decided(fact: Fact, moments: Moments) -> str:
    alert = _alert(fact)
    reason = alert.reason[:1].upper() + alert.reason[1:]
    return f"{matched(fact)}. {reason} ({_channels(fact)}, {moments.say(alert.at)})."


def _folded(fact: Fact, moments: Moments) -> str:
    alert, told = _alert(fact), fact.told
    heard = f", which {alert.channel} heard of at {moments.say(told.at)} ({told.id})" if told else ""
    how = f"; it is here by {rule_words(fact.join)}" if fact.join and fact.join.rule != "first" else ""
    return f"{matched(fact)}. Not sent again: it is part of story {alert.subject}{heard}{how}."


def _unrouted(fact: Fact, moments: Moments) -> str:
    routes = fact.routes or {}
    said = [
        f"{topic} goes to {listed(channels) if channels else 'no channel (channels: [])'}"
        for topic, channels in routes.items()
    ]
    where = "; ".join(said) if said else "its topics went to no channel that was on"
    return f"{matched(fact)}. Recorded and listed, not sent: {where}."


def _not_matched(fact: Fact, moments: Moments) -> str:
    entry = fact.entry
    parts = [f"Read from {entry.source} at {moments.say(entry.first_seen)}; no topic matched.", nearness(fact)]
    if (became := searched(entry)) is not None:
        parts.append(became)
    if fact.join is not None and fact.join.rule != "first":
        parts.append(f"It counts as a copy in story s{fact.join.story}, by {rule_words(fact.join)}.")
    if entry.text_state == "aged":
        parts.append("Its text is no longer kept: only the headline was looked at again.")
    return " ".join(parts)


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


def unknown_source(host: str, retired: Sequence[Reader], moments: Moments) -> str:
    """No source reads the host."""
    if retired:
        last = retired[0]
        return (
            f"{last.name} read {host} until it was removed from the watchlist at {moments.say(last.retired_at)}; "
            "nothing from there arrives now."
        )
    return f"No source of the watchlist reads {host}, so nothing from there can arrive. Look at it: monitor try https://{host}/"


def rejected(row: RejectedRow, name: str, moments: Moments) -> str:
    """The address stood in a document, but could not become an entry, or was not to."""
    if row.reason.startswith(_SKIP):
        phrase = row.reason.removeprefix(_SKIP)
        return f"{name} showed it at {moments.say(row.at)}; left out by your skip: {phrase}. It was: {row.sample}"
    return f"{name} showed it at {moments.say(row.at)}, but it could not become an entry ({row.reason}): {row.sample}"


def in_gap(gap: Gap, name: str, moments: Moments) -> str:
    """The address may have come and gone between two polls."""
    return (
        f"May have been missed: between {moments.say(gap.since)} and {moments.say(gap.until)} {name} moved on so far "
        "that no known entry was left, and this address was in none of the documents read."
    )


def polled(polls: Polls, moments: Moments, day: datetime | None = None) -> str:
    """``31 polls since publication (24 Nov), 2 of which failed``."""
    times = count(polls.count, "poll", "polls")
    since = f"publication ({day_words(day)})" if day is not None else moments.say(polls.since)
    failed = polls.count - polls.good
    return f"{times} since {since}" + (f", {failed} of which failed" if failed else "")


def day_words(day: datetime) -> str:
    """``24 Nov 2026``: the day that an address names, which is in no zone."""
    return f"{day.day} {day:%b %Y}"


def not_fetched(
    host: str, watched: Sequence[Reader], polls: Polls, moments: Moments, day: datetime | None = None
) -> str:  # fmt: skip
    """The host is watched, but the address was never seen. ``day``: of publication, as the address names it; the polls
    are those since then."""
    names = listed([reader.name for reader in watched])
    if not polls.count:
        begun = "since publication " if day is not None and any(reader.last_ok_at for reader in watched) else ""
        return f"{host} is watched by {names}, but was not polled {begun}yet.{remarks(watched)}"
    said = f"{host} is watched by {names}; {polled(polls, moments, day)}"
    if not polls.good:
        return f"{said}, so nothing of that time was read.{remarks(watched)}"
    last = max((reader.last_ok_at for reader in watched if reader.last_ok_at), default=None)
    good = f" Last good read {moments.say(last)}." if last else ""
    return f"{said}; this address was in none of its documents.{good}{remarks(watched)}"


def added_late(host: str, watched: Sequence[Reader], first: datetime, day: datetime, moments: Moments) -> str:
    """The host is watched only since a time after the day that the address names."""
    names = listed([reader.name for reader in watched])
    return (
        f"{host} is watched by {names}, first polled at {moments.say(first)}: after the day in this address "
        f"({day_words(day)}). What its feed no longer showed then was not seen.{remarks(watched)}"
    )


def remarks(watched: Sequence[Reader]) -> str:
    """What hinders the sources of a host now."""
    said = ""
    broken = next((reader for reader in watched if reader.reason and reader.state not in ("ok", "new")), None)
    if broken is not None and broken.reason is not None:
        said += f" {broken.name} is not read now: {broken.reason.rstrip('.')}."
    paused = next((reader for reader in watched if reader.paused), None)
    if paused is not None:
        said += f" {paused.name} is paused."
    if all(reader.topics is not None for reader in watched):
        heard = list(dict.fromkeys(topic for reader in watched for topic in reader.topics or ()))
        said += f" It is read for {listed(heard)} only (topics:)." if heard else " No topic reads it (topics: [])."
    return said


def own_address(reader: Reader, host: str, polls: Polls, moments: Moments, *, by_name: bool) -> str:
    """The question is a source itself."""
    if by_name:
        said = f"{reader.name} is a source of the watchlist, read from {host}."
    else:
        said = f"This is the address of the source {reader.name} itself, not of something that it published."
    if reader.retired_at is not None:
        return f"{said} It was removed from the watchlist at {moments.say(reader.retired_at)}."
    if reader.paused:
        said += " It is paused."
    elif reader.reason and reader.state not in ("ok", "new"):
        said += f" It is {reader.state}: {reader.reason.rstrip('.')}."
    elif reader.last_ok_at is None:
        said += " It was not read yet."
    if reader.last_ok_at is not None:
        said += f" Last good read {moments.say(reader.last_ok_at)}; {polled(polls, moments)}."
    if reader.next_poll_at is not None:
        due = reader.next_poll_at <= moments.now
        said += " Its next poll is due now." if due else f" Next poll {moments.say(reader.next_poll_at)}."
    return f"{said} All sources: monitor sources"


def nothing_titled(
    words: Sequence[str], alike: Sequence[EntryRow], moments: Moments, *, texts: bool = True
) -> str:  # fmt: skip
    """No headline holds the words; ``texts``: and no text."""
    quoted = ", ".join(f'"{word}"' for word in words[:WORDS_NAMED]) + (" ..." if len(words) > WORDS_NAMED else "")
    said = f"No stored headline holds {quoted}" + (", and no text that is kept." if texts else ".")
    if not alike:
        return f"{said} To ask about a page, give its address."
    near = "; ".join(f'e{row.id} "{row.title}" ({row.source}, {moments.say(row.first_seen)})' for row in alike)
    return f"{said} Most alike: {near}."


def rule_words(join: JoinRow) -> str:
    """How an entry came into its story, in words with the numbers."""
    other = f"e{join.other}" if join.other is not None else "an earlier entry"
    apart = f", {join.numbers['hours']:g} h apart" if "hours" in join.numbers else ""
    alike = f" (alike by {join.numbers['ts']:.0%})" if "ts" in join.numbers else ""
    words = {
        "first": "the first of its story",
        "url": f"the same address as {other}{apart}",
        "title=": f"the same headline as {other}{apart}",
        "title~": f"the headline of {other} with words added or left out{alike}{apart}",
        "body=": f"the same text as {other} under a like headline{alike}{apart}",
    }.get(join.rule)
    if words is None:
        numbers = ", ".join(f"{name} {value:g}" for name, value in join.numbers.items())
        words = f"{join.rule} with {other}" + (f" ({numbers})" if numbers else "")
    return words if join.by == "rule" else f"{words}, put there by {join.by}"


def listed(names: Sequence[str]) -> str:
    """A few names; the others are counted."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def count(number: int, one: str, many: str) -> str:
    """``1 poll``, ``2 polls``."""
    return f"1 {one}" if number == 1 else f"{number} {many}"
