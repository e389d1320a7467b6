"""What is said of what was never read: an address, the host of one, a source itself, or words that nothing holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from monitor.pipeline.explain.sentences import Moments, count, listed
from monitor.store.listing import EntryRow
from monitor.store.sightings import Gap, Polls, Reader, RejectedRow

WORDS_NAMED: Final = 12
"""Words of a question repeated in the answer."""
SOURCES_NAMED: Final = 5
"""Sources of a host that are told of each."""
_SKIP: Final = "skip: "
"""Begins the reason of what the source's ``skip`` left out."""


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


def of_host(
    host: str, watched: Sequence[Reader], entries: Mapping[int, int], own: Sequence[int], moments: Moments
) -> str:
    """The question is a host that is watched. ``entries``: what each source has given, by its id; of those that are not
    among ``own``, which are read elsewhere, only what lies on the host."""
    said = []
    for reader in watched[:SOURCES_NAMED]:
        last = f"last polled {moments.say(reader.last_poll_at)}" if reader.last_poll_at else "not polled yet"
        stored = count(entries.get(reader.id, 0), "entry", "entries")
        verb = "reads it" if reader.id in own else "gives entries of it"
        state = "paused" if reader.paused else reader.state
        said.append(f"{reader.name} {verb} ({state}; {last}; {stored}{'' if reader.id in own else ' of it'})")
    more = len(watched) - SOURCES_NAMED
    end = f"; {count(more, 'more source does', 'more sources do')}" if more > 0 else ""
    return f"{host} is a host of the watchlist: {'; '.join(said)}{end}.{remarks(watched)}"


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
