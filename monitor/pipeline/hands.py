"""Stories set right by hand: merged into one, put into one event, or split. It sends nothing, now and later.

Whoever calls owns the transaction. What is asked for may make no sense; then nothing is written, and the reason comes
back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.rules import NewStory, alert_id
from monitor.analysis.clustering.event import centroid
from monitor.analysis.clustering.features import unpack
from monitor.limits import HAND_PAIRS
from monitor.model import Alert, Decision
from monitor.store import events, hands, outbox, stories
from monitor.store import features as store_features
from monitor.store.database import Connection
from monitor.store.hands import Member, Resulting, Standing


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Righted:
    """What was done."""

    stories: tuple[Resulting, ...]
    """As they stand now."""
    changed: bool
    """False: they stood so before."""
    sentence: str


def merge(connection: Connection, asked: Sequence[int], now: datetime) -> Righted | Refused:
    """Make the stories ``asked`` one; the one with the lowest id stands. It counts as told where any of them was."""
    found = _found(connection, asked)
    if isinstance(found, Refused):
        return found
    into, *others = sorted(set(found))
    if not others:
        return _as_before(connection, [into], f"{_all(asked)} are one story already: s{into}.")
    stands, merged = hands.standing(connection, into), [hands.standing(connection, other) for other in others]
    together = [entry for story in (stands, *merged) for entry in story.entries]
    hands.say(connection, [(stands.first_entry, other.first_entry) for other in merged], "together", now)
    hands.say(connection, hands.pairs_apart(connection, together), "together", now)
    hands.say(connection, hands.pairs_apart(connection, together, level="event"), "together", now, level="event")
    for other in merged:
        hands.fold_into(connection, stands, other, now)
        recentre(connection, other.event)
    leaders = {story.first_entry for story in (stands, *merged)}
    whole = hands.standing(connection, into)
    first = next(member.entry for member in whole.members if member.entry in leaders)
    hands.settle_times(connection, into, stands.event, first_entry=first)
    recentre(connection, stands.event)
    part = "is part" if len(others) == 1 else "are part"
    return _done(connection, [into], f"{_all(others)} {part} of s{into} now.")


def unite(connection: Connection, asked: Sequence[int], now: datetime) -> Righted | Refused:
    """Put the stories ``asked`` into one event, that of the story with the lowest id; each stays a story of its own."""
    found = _found(connection, asked)
    if isinstance(found, Refused):
        return found
    roots = sorted(set(found))
    if len(roots) == 1:
        return Refused(f"{_all(asked)} are one story (s{roots[0]}), and so in one event")
    first, *others = [hands.standing(connection, root) for root in roots]
    moving = [story for story in others if story.event != first.event]
    if not moving:
        return _as_before(connection, roots, f"{_all(roots)} are in one event already: v{first.event}.")
    there = [hands.standing(connection, one) for one in hands.stories_in(connection, first.event)]
    entries = [entry for story in (*there, *moving) for entry in story.entries]
    leaders = [(first.first_entry, story.first_entry) for story in moving]
    hands.say(connection, leaders, "together", now, level="event")
    hands.say(connection, hands.pairs_apart(connection, entries, level="event"), "together", now, level="event")
    for story in moving:
        events.set_event(connection, story.id, first.event, hands.HAND, other=first.first_entry)
        recentre(connection, story.event)
    recentre(connection, first.event)
    return _done(connection, roots, f"{_all(roots)} are in one event now: v{first.event}.")


def split(connection: Connection, asked: int, entries: Sequence[int], now: datetime) -> Righted | Refused:
    """Make ``entries`` of a story a story of their own, in the same event; it counts as told where the old one does."""
    found = hands.roots(connection, [asked])
    if asked not in found:
        return Refused(f"there is no story s{asked}")
    story, wanted = hands.standing(connection, found[asked]), set(entries)
    strangers = wanted.difference(story.entries)
    if strangers:
        return _split_before(connection, story, wanted, strangers)
    rest = [entry for entry in story.entries if entry not in wanted]
    if not rest:
        return Refused(
            f"that is all of s{story.id}, and nothing would be left: name some of its entries, or none of them to take "
            "the story out of its event"
        )
    if len(wanted) * len(rest) > HAND_PAIRS:
        return Refused(
            f"s{story.id} has {len(story.entries)} entries, too many to be split so at once: name at most "
            f"{HAND_PAIRS // len(story.entries)}"
        )
    leader, stays = hands.first_of(story, wanted), _stays(story, rest)
    made = hands.split_off(connection, story, wanted, leader)
    _reason(connection, story, wanted, leader, now, split=True)
    _reason(connection, story, rest, stays, now, split=False)
    hands.say(connection, [(entry, other) for entry in sorted(wanted) for other in rest], "apart", now)
    if stays.entry != story.first_entry:
        hands.lead(connection, story.id, stays.entry, now)
    hands.settle_times(connection, story.id, story.event, first_entry=stays.entry)
    hands.settle_times(connection, made, story.event, first_entry=leader.entry)
    recentre(connection, story.event)
    _count_as_told(connection, story.id, made, leader, now)
    are = "is a story of its own" if len(wanted) == 1 else "are a story of their own"
    return _done(connection, [story.id, made], f"{_all(sorted(wanted), 'e')} {are} now: s{made}.")


def leave(connection: Connection, asked: int, now: datetime) -> Righted | Refused:
    """Take a story out of its event: it gets one of its own."""
    found = hands.roots(connection, [asked])
    if asked not in found:
        return Refused(f"there is no story s{asked}")
    story = hands.standing(connection, found[asked])
    others = [one for one in hands.stories_in(connection, story.event) if one != story.id]
    if not others:
        return _as_before(connection, [story.id], f"s{story.id} is alone in its event already: v{story.event}.")
    first = [hands.standing(connection, other).first_entry for other in others]
    hands.say(connection, [(story.first_entry, entry) for entry in first], "apart", now, level="event")
    made = events.open_event(connection, now, size=0)
    events.set_event(connection, story.id, made, hands.HAND)
    for event in (story.event, made):
        recentre(connection, event)
    return _done(connection, [story.id], f"s{story.id} is in an event of its own now: v{made}.")


# --- what was asked for ---------------------------------------------------------------------------------


def _found(connection: Connection, asked: Sequence[int]) -> list[int] | Refused:
    """The stories that those ``asked`` for stand for."""
    if len(set(asked)) < 2:
        again = f"s{asked[0]} with itself" if len(asked) > 1 else "one story"
        return Refused(f"{again} cannot be merged: name two stories or more")
    found = hands.roots(connection, asked)
    for story in asked:
        if story not in found:
            return Refused(f"there is no story s{story}")
    return [found[story] for story in asked]


def _split_before(
    connection: Connection, story: Standing, wanted: Collection[int], strangers: Collection[int]
) -> Righted | Refused:
    """Where the entries were split off this story before, nothing is left to be done; else it is a mistake."""
    unknown = sorted(set(strangers) - hands.known_entries(connection, sorted(strangers)))
    if unknown:
        return Refused(f"there is no entry e{unknown[0]}")
    places = hands.roots_of_entries(connection, sorted(wanted))
    homes = {places.get(entry) for entry in wanted}
    here = set(story.entries)
    parted = all(hands.bound(connection, entry).apart & here for entry in wanted)
    home = homes.pop()
    if not homes and home is not None and parted:
        sentence = f"{_all(sorted(wanted), 'e')} stood apart from s{story.id} already, in s{home}."
        return _as_before(connection, [story.id, home], sentence)
    one = min(strangers)
    where = f"it is in s{places[one]}" if one in places else "it is in no story"
    return Refused(f"e{one} is not in s{story.id}: {where}")


# --- what is done ---------------------------------------------------------------------------------------


def _stays(story: Standing, rest: Collection[int]) -> Member:
    """The first of the entries that stay: the one that was it, unless it is taken away."""
    own = next((one for one in story.members if one.entry == story.first_entry and one.entry in rest), None)
    return own or hands.first_of(story, rest)


def _reason(
    connection: Connection, story: Standing, own: Collection[int], leader: Member, now: datetime, *, split: bool
) -> None:  # fmt: skip
    """Renew why entries are where they are: a likeness to an entry of the other side is no reason any more."""
    lost = [
        member.entry
        for member in story.members
        if member.entry in own and member.entry != leader.entry and (member.other is None or member.other not in own)
    ]
    if split:
        hands.place(connection, [leader.entry, *lost], now, other=None)
    else:
        hands.place(connection, lost, now, other=leader.entry)
    hands.say(connection, [(leader.entry, entry) for entry in lost], "together", now)


def recentre(connection: Connection, event: int) -> None:
    """Make the middle of an event anew, after stories came or went by hand."""
    newest = events.newest_members(connection, event)
    articles = {one.id: one for one in stories.load_articles(connection, newest, bodies_for=set())}
    kept = store_features.load(connection, newest)
    vectors = [unpack(articles[entry], kept[entry]).vector for entry in newest if entry in kept]
    events.set_centroid(connection, event, centroid(vectors) if vectors else "")


def _count_as_told(connection: Connection, old: int, made: int, leader: Member, now: datetime) -> None:
    """A row for each channel that has heard of the old story, so that no copy to come is told as a new one."""
    for channel, topics in sorted(outbox.heard_of(connection, old).items()):
        alert = Alert(
            "story", f"s{made}", channel, NewStory.name, "first", Decision.FOLDED,
            f"split by hand off s{old}, of which this channel has heard", tuple(sorted(topics)),
            (leader.entry, leader.revision),
        )  # fmt: skip
        outbox.write_alert(connection, alert, alert_id(alert), matches={}, now=now, deliver=False)


def _done(connection: Connection, changed: Sequence[int], sentence: str) -> Righted:
    return Righted(tuple(hands.resulting(connection, changed)), True, f"{sentence} Nothing is sent.")


def _as_before(connection: Connection, asked: Sequence[int], sentence: str) -> Righted:
    return Righted(tuple(hands.resulting(connection, asked)), False, f"Nothing has changed: {sentence}")


def _all(ids: Sequence[int], letter: str = "s") -> str:
    """``s7``, ``s7 and s9``, ``s7, s9 and s12``."""
    *head, last = (f"{letter}{one}" for one in dict.fromkeys(ids))
    return f"{', '.join(head)} and {last}" if head else last
