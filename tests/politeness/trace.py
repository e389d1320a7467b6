"""What the publishers of a simulation write down: each request as it came, and what was said to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Wish:
    """What a document asks of its readers."""

    pause: timedelta = timedelta()
    """``ttl``, or the period of ``sy:updatePeriod``."""
    hours: frozenset[int] = frozenset()
    """``skipHours``, GMT."""
    days: frozenset[int] = frozenset()
    """``skipDays``, GMT; 0 is Monday."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer by what it means to who asked, as its publisher knows it."""

    status: int
    accepted: bool = False
    """A whole and readable feed, or a 304 to somebody who sent validators."""
    etag: str | None = None
    modified: str | None = None
    to: str | None = None
    """Where a redirect leads, absolute."""
    permanent: bool = False
    fresh_until: datetime | None = None
    """By ``Cache-Control`` or ``Expires``, in true time."""
    retry_until: datetime | None = None
    """By the ``Retry-After`` of a 429 or 503, in true time."""
    wish: Wish = Wish()
    """Of the document, where there is one."""
    links: tuple[str, ...] = ()
    """The entries of the document."""
    empties: int = 0
    """Things in the document of which no entry can be made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the server read it."""

    at: datetime
    run: int
    """The look for due sources during which it came; a crash ends one."""
    feed: str
    """Whose address it is; empty: nobody's."""
    address: str
    etag: bytes | None
    """``If-None-Match``, byte for byte."""
    modified: bytes | None
    """``If-Modified-Since``, byte for byte."""
    cookie: bool
    referer: bool
    said: Said


@dataclass(frozen=True, slots=True)
class Told:
    """What the monitor itself says of one poll: used only to find answers that it misunderstood."""

    run: int
    feed: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the user wants of one feed."""

    address: str
    every: timedelta


@dataclass(slots=True)
class Trace:
    """A simulation as its publishers saw it, and what the database holds at its end."""

    feeds: dict[str, Promise]
    began: datetime
    ended: datetime
    asked: list[Asked] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Requests that came while another was under way on the same host."""
    crashed: set[int] = field(default_factory=set)
    """The runs that a crash has ended: what was answered in them may be recorded or not."""
    killed: list[datetime] = field(default_factory=list)
    """When these crashes were."""
    down: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Times in which no monitor ran."""
    told: list[Told] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    """Errors in the monitor's log."""
    stored: dict[str, set[str]] = field(default_factory=dict)
    """Feed to the addresses of its entries in the database."""
    rejected: dict[str, int] = field(default_factory=dict)
    """Feed to its rows of things rejected."""

    def away(self, start: datetime, end: datetime) -> timedelta:
        """For how long no monitor ran between two moments."""
        return sum((max(min(end, b) - max(start, a), timedelta()) for a, b in self.down), timedelta())

    def of(self, feed: str) -> Sequence[Asked]:
        """The requests for one feed, in order."""
        return [one for one in self.asked if one.feed == feed]
