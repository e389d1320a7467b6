"""What a document says: entries as written, as normalised, and as the path records them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.fetched import Request


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry as its document gives it: texts are plain, addresses absolute, nothing is judged yet."""

    id: str | None = None
    url: str | None = None
    title: str = ""
    teaser: str = ""
    text: str = ""
    published: datetime | None = None
    outlet: str | None = None
    """Whom the entry itself names as publisher (``<source>`` of an aggregator)."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something in a document that could not become an entry."""

    reason: str
    sample: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a kind of source made of a document."""

    entries: tuple[ParsedEntry, ...] = ()
    title: str = ""
    """The document's own name."""
    language: str | None = None
    form: str = ""
    """What it is: ``rss20 atom10 rss10 json11 ...``."""
    rejected: tuple[Rejected, ...] = ()
    known: int = 0
    """Entries that were passed over unread, because the memory knows their very bytes."""
    memory: str = ""
    """JSON that the kind wants to see again at the next poll, at most ``MEMORY_CAP`` bytes."""
    follow: tuple[Request, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    """What the document says on polling: ``ttl skipHours skipDays updatePeriod updateFrequency hub``."""
    titles: tuple[str, ...] = ()
    """Some titles of entries that were passed over: what stands behind many titles is the publisher's name."""


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A document that could not be read, and why."""

    reason: str
    """One word for programs: ``not_a_feed empty malformed worker_killed deadline memory ...``."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing one source published, normalised: ready to be recorded and matched."""

    key: str
    """What identifies it within its source: id, else address, else the hash of title and text."""
    key_hash: str
    """32 hexadecimal digits of the sha256 of ``key``."""
    title: str
    teaser: str = ""
    text: str = ""
    url: str | None = None
    url_key: str | None = None
    """The canonical address: equal for two addresses of one page. None where there is none, or only a host."""
    title_key: str | None = None
    """Hash of the stripped title; None under 3 tokens."""
    body_hash: str | None = None
    """Hash of the folded body; None for short ones."""
    text_hash: str = ""
    """Hash of title, teaser and text as they stand: another one means a revision."""
    outlet: str | None = None
    language: str | None = None
    published: datetime | None = None
    key_place: str | None = None
    """The canonical address that ``key`` is; None where it is none."""


@dataclass(frozen=True, slots=True)
class Worded:
    """What a stored entry says in its newest revision."""

    title: str
    teaser: str
    text: str
    """Of its feed: empty where it was read from the page of the entry."""
    text_hash: str
    published: datetime | None
    seen: datetime
    """When this revision was first read."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that the user does not want from this source: only its key is kept, and a row that says why."""

    key_hash: str
    phrase: str
    """The phrase of ``skip`` that stands in it."""
    sample: str
    """Title and address."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article as read from its page: plain texts, nothing judged yet."""

    text: str
    """The article without navigation, comments and notices; paragraphs are lines."""
    title: str = ""
    author: str = ""
    """Names, separated by "; "."""
    published: datetime | None = None
    canonical: str | None = None
    """The address that the page calls its own, absolute."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What a robots.txt says of one address."""

    allowed: bool
    delay: float | None = None
    """Seconds between two requests that it asks for."""


@dataclass(frozen=True, slots=True)
class Read:
    """A document as the path records it: parsed and normalised."""

    entries: tuple[Entry, ...]
    """In the order of the document."""
    total: int
    """All that the document holds: rejected, repeated, skipped and unread ones too."""
    form: str
    title: str
    rejected: tuple[Rejected, ...] = ()
    known: int = 0
    """As of :class:`Parsed`."""
    skipped: tuple[Skipped, ...] = ()
    """Entries that the source's ``skip`` leaves out."""
    memory: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    newest: datetime | None = None
