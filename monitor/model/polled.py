"""What is remembered of a source between two polls, and how a poll ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as it stands in the store when it is due."""

    id: int
    name: str
    kind: str
    url: str
    """Identity: the normalised address of the watchlist."""
    address: str
    """Where it is read now."""
    host: str
    """``name:port``."""
    every: timedelta
    outlet: str
    topics: tuple[str, ...] | None = None
    state: str = "new"
    """``new ok failing broken quarantined gone paused retired``."""
    reason: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    baseline_at: datetime | None = None
    next_poll_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    memory: str = ""
    told_broken_at: datetime | None = None
    """When the owner was told that it is broken; None: not told, or recovered since."""
    last_ok_at: datetime | None = None
    window: int = 0
    """Things in the last document that was read."""
    shown: str = ""
    """The address for outputs, where it must not be shown as it is."""
    named: str = ""
    """The address as the watchlist has it; ``address`` is another where a move was learned."""
    not_before: datetime | None = None
    """Nothing may ask before: a Retry-After or a back-off."""
    validated: str | None = None
    """The address that gave the validators."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """What its last document says on polling."""
    paced_by: str | None = None
    """What asked for a longer pause than ``every``: ``ttl``, ``Cache-Control`` ..."""
    moved_to: str | None = None
    """Where its answers say that it has moved to for good."""
    moved_since: datetime | None = None
    moved_count: int = 0
    """Equal answers in a row that say so."""
    gone_since: datetime | None = None
    """The first 410 in a row."""
    killed: int = 0
    """Documents in a row that ended the process that read them."""
    told_still_at: datetime | None = None
    """When the owner was told that it is still broken."""
    answered_at: datetime | None = None
    """When its server last answered anything at all."""
    outside: bool = True
    """Its answers tell of the network: it is not of this machine or house, and not read through a proxy."""
    last_new_at: datetime | None = None
    """When it last brought something new."""
    newest_at: datetime | None = None
    """The newest date of publication in its last document."""
    read: Literal["teaser", "full"] = "teaser"
    remark: str | None = None
    """What is odd about a source that is read: it is old, or unusually quiet."""
    remark_told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArticleTask:
    """An article that is to be read in full, as it stands when it is due."""

    id: int
    entry: int
    source: int
    url: str
    attempts: int
    origin: Literal["live", "baseline"]
    """As of the entry: the article of one that was only listed is only listed too."""


class Outcome(StrEnum):
    """How a poll ended."""

    NEW = "new"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    MOVED = "moved"
    GONE = "gone"
    REFUSED = "refused"
    ERROR = "error"


FAILED = frozenset({Outcome.GONE, Outcome.REFUSED, Outcome.ERROR})


@dataclass(frozen=True, slots=True)
class PollResult:
    """One line of ``monitor poll``."""

    source: str
    source_id: int
    url: str
    kind: str
    outcome: Outcome
    status: int | None = None
    entries: int = 0
    """All in the document, also known, repeated and rejected ones."""
    new: int = 0
    revised: int = 0
    matched: int = 0
    error: str | None = None
    seconds: float = 0.0
    newly_broken: bool = False
    newest: datetime | None = None
    """The newest date of publication in the document."""
