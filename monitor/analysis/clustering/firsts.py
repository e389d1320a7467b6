"""Who has a story or an event, who reports it themselves, and who had it first, as far as polling can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from monitor.model import Publication

Publisher: TypeAlias = Callable[[str, str | None], str]
"""From an outlet's name and the address of what it published to a key that all its spellings share."""
NAMED: Final = 3
"""Outlets spelled out; the others are counted."""


@dataclass(frozen=True, slots=True)
class Came:
    """When a publisher first had it: after ``since`` (None: it had it when it was first read), by ``until``."""

    outlet: str
    """The name that its first publication had."""
    since: datetime | None
    until: datetime
    claimed: datetime | None = None
    """The earliest date that its publications give themselves: a claim."""


@dataclass(frozen=True, slots=True)
class First:
    """Who had it first: any of ``outlets``, whose intervals overlap."""

    outlets: tuple[Came, ...]
    """Those seen first stand first."""
    since: datetime | None
    """It came out after this; None: nobody knows."""
    until: datetime
    """And not after this."""
    unknown: tuple[str, ...] = ()
    """Outlets that were first read later, and had it by then."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The numbers of an event, or of a story alone."""

    outlets: tuple[str, ...]
    """Each publisher once, first seen first."""
    independent: tuple[str, ...]
    """Those of them that were the first with a story: who only has copies does not count."""
    first: First | None
    """None: nobody has it."""

    @property
    def copies(self) -> int:
        """Publishers that have nothing but copies."""
        return len(self.outlets) - len(self.independent)


def coverage(publications: Sequence[Publication], publisher: Publisher) -> Coverage:
    """The numbers of what these publications make up; their order is no matter."""
    ordered = sorted(publications, key=lambda p: (p.seen, p.entry))
    names: dict[str, str] = {}
    opened: dict[int, str] = {}
    for one in ordered:
        key = publisher(one.outlet, one.url)
        names.setdefault(key, one.outlet)
        opened.setdefault(one.story, key)
    own = set(opened.values())
    return Coverage(
        outlets=tuple(names.values()),
        independent=tuple(name for key, name in names.items() if key in own),
        first=first_of(came(ordered, publisher)),
    )


def came(publications: Sequence[Publication], publisher: Publisher) -> list[Came]:
    """When each publisher first had it, those seen first before the others."""
    groups: dict[str, list[Publication]] = {}
    for one in sorted(publications, key=lambda p: (p.seen, p.entry)):
        groups.setdefault(publisher(one.outlet, one.url), []).append(one)
    found = []
    for group in groups.values():
        absent = [one.absent_at for one in group]
        # a reading after what it stands before: the clock was set back between them, and tells nothing
        known = [one.absent_at for one in group if one.absent_at is not None and one.absent_at <= one.seen]
        claims = [one.published for one in group if one.published is not None]
        found.append(
            Came(
                outlet=group[0].outlet,
                # it was nowhere at this publisher's before the earliest of them: one that is unknown leaves it open
                since=min(known) if len(known) == len(absent) else None,
                until=group[0].seen,
                claimed=min(claims, default=None),
            )
        )
    return found


def first_of(came: Sequence[Came]) -> First | None:
    """Who of these had it first: whoever may have had it before anybody was seen to have it.

    Who was first read only after that may have had it at any time: named apart, for it would tie with everybody.
    """
    if not came:
        return None
    until = min(one.until for one in came)
    seen_first = [one for one in came if one.until == until]
    known = [one for one in came if one.since is not None and one.since < until]
    outlets = tuple(one for one in came if one in seen_first or one in known)
    since = [one.since for one in outlets]
    starts = [moment for moment in since if moment is not None]
    return First(
        outlets=outlets,
        since=min(starts) if len(starts) == len(since) else None,
        until=until,
        unknown=tuple(one.outlet for one in came if one.since is None and one not in outlets),
    )


def who(first: First) -> str:
    """``The Courier``, ``The Courier or Daily Planet``; of many the others are counted."""
    return _either([one.outlet for one in first.outlets])


def between(first: First, say: Callable[[datetime], str]) -> str:
    """``09:05-09:20``, ``09:20`` where that is one minute; ``by 09:20`` where only the end is known."""
    end = say(first.until)
    if first.since is None:
        return f"by {end}"
    start = say(first.since)
    return end if start == end else f"{start}-{end}"


def claims(first: First, say: Callable[[datetime], str]) -> str:
    """``The Courier dates it 09:12, Daily Planet 09:14``; empty where nobody gives a date."""
    dated = [(one.outlet, one.claimed) for one in first.outlets[:NAMED] if one.claimed is not None]
    parts = [f"{outlet} {'' if nth else 'dates it '}{say(moment)}" for nth, (outlet, moment) in enumerate(dated)]
    return ", ".join(parts)


def sentence(first: First, say: Callable[[datetime], str]) -> str:
    """``The Courier or Daily Planet, 09:05-09:20 (The Courier dates it 09:12)``; ``say`` writes a time."""
    claimed = claims(first, say)
    said = f"{who(first)}, {between(first, say)}" + (f" ({claimed})" if claimed else "")
    if first.unknown:
        had = "it had" if len(first.unknown) == 1 else "they had"
        said += f"; of {_either(first.unknown)} it is not known: {had} it when first read"
    return said


def _either(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    shown = list(names[:NAMED]) + ([f"{more} more"] if more > 0 else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
