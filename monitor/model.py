"""The records that every part speaks: frozen, with aware datetimes, and free of any library.

They are ordered as the news flows: what the user asked for, what was fetched, what it says, what it
is about, which story it belongs to, who hears of it, and what is known of sources and deliveries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias


def aware(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the datetime is naive; nothing in the monitor may guess a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a naive datetime is refused: {moment!r}")
    return moment.astimezone(UTC)


class Secret:
    """A text that no output shows: ``str``, ``repr`` and formats give ``***``; only :meth:`reveal` tells it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that hands it to the service."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


# ------------------------------------------------------------------------------------------------
# What the user asked for
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for in this order, side by side."""

    text: str
    not_inside: tuple[str, ...] = ()
    """Longer words: an occurrence within one of these does not count, and is a near miss."""
    exact: bool = False
    """Upper and lower case count."""
    accents: bool = False
    """Accents count: ``Peña`` is not ``Pena``."""


@dataclass(frozen=True, slots=True)
class Query:
    """What makes an entry match: at least one of ``any`` (where given), every one of ``all``, none of ``none``."""

    any: tuple[Phrase, ...] = ()
    all: tuple[Phrase, ...] = ()
    none: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A named subject of the watchlist."""

    name: str
    query: Query
    channels: tuple[str, ...] = ("console",)
    """Names of channels; empty means recorded and listed, never sent."""
    must_match: tuple[str, ...] = ()
    must_not_match: tuple[str, ...] = ()
    paused: bool = False
    was: str | None = None
    """Its earlier name, which keeps its history."""


class Weight(StrEnum):
    """How much an outlet's word counts; used by ranking and quiet hours."""

    MAJOR = "major"
    NORMAL = "normal"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that publishes, as the watchlist names it. Identity: ``kind`` and normalised ``url``."""

    name: str
    url: str
    kind: str = "feed"
    every: timedelta | None = None
    """The wished pause between polls; None: the default of :mod:`monitor.limits`."""
    paused: bool = False
    outlet: str | None = None
    """The publisher's name where it is not the source's name."""
    weight: Weight = Weight.NORMAL
    topics: tuple[str, ...] | None = None
    """The only topics that read this source; None: all."""
    was: str | None = None
    """Its earlier address, which keeps its history."""
    shown: str = ""
    """The address for outputs where it holds a variable's value: with ``${NAME}`` in its place. Else empty."""


ChannelKind = Literal["console", "slack", "email", "apprise"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A named destination."""

    name: str
    kind: ChannelKind = "console"
    options: Mapping[str, Secret] = field(default_factory=dict)
    """``slack``: ``webhook``; ``email``: ``smtp user password from to`` (as given); ``apprise``: ``url``."""
    off: str | None = None
    """Why the channel is off (``set SLACK_WEBHOOK_URL``); None: it is on."""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All that the user asked for; what is not in it is not wanted."""

    timezone: str = "UTC"
    owner: str = "console"
    topics: tuple[Topic, ...] = ()
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = (Channel("console"),)
    """``console`` is always among them."""


FirstPoll = Literal["list", "silent", "all"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How the program runs; every field has a default that needs no file."""

    user_agent: str = ""
    """Empty: the program's own, with its version."""
    host_gap: timedelta = timedelta(seconds=2)
    allow_private: tuple[str, ...] = ()
    """``host:port``, ``host`` or CIDR that may be dialled although not public; their host gap is 0."""
    first_poll: FirstPoll = "list"
    keep_unmatched: timedelta | None = timedelta(days=90)
    """None: for ever. What matched and the keys of what was seen are always kept."""
    keep_polls: timedelta | None = timedelta(days=14)
    max_size: int = 4 * 1024**3
    """Bytes of the database above which the oldest unmatched texts go first."""
    heartbeat: Secret | None = None
    """An address that is asked for once a minute while the daemon is well."""
    web_listen: tuple[str, int] | None = ("127.0.0.1", 8321)
    """Host and port of the page; None: off."""
    public_url: str | None = None
    log_level: str = "info"
    log_format: Literal["text", "json"] = "text"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake or remark about a configuration file."""

    file: str
    line: int
    """1-based; 0 where the file as a whole is meant."""
    column: int
    severity: Literal["error", "warning", "info"]
    message: str
    excerpt: str = ""
    """The line itself with a marker under the place and a hint, for people."""


# ------------------------------------------------------------------------------------------------
# What was fetched
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """One document wanted, with the validators of the last time it was read, byte for byte."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one fetch."""

    url: str
    """The address that answered, after redirects."""
    body: bytes = field(repr=False)
    status: int = 200
    content_type: str = ""
    """The header as sent, with its parameters."""
    content_language: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str = ""
    """sha256 of ``body``, hexadecimal."""
    seconds: float = 0.0
    moved_to: str | None = None
    """Where the first address has moved to, if every hop said so for good."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing has changed since the validators."""

    url: str
    status: int = 304
    etag: str | None = None
    last_modified: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Nothing was read, and why."""

    url: str
    outcome: Literal["error", "refused", "gone"]
    """``refused``: we did not ask (private address, bad scheme); ``gone``: 410; ``error``: everything else."""
    reason: str
    """One word for programs: ``private_address timeout dns connect tls http_404 too_large redirects ...``."""
    sentence: str
    """What happened, in plain words for people, without secrets."""
    status: int | None = None
    retry_after: timedelta | None = None
    """What a 429 or 503 asked for, not yet capped."""
    seconds: float = 0.0


Fetched: TypeAlias = Document | NotModified | FetchFailure


# ------------------------------------------------------------------------------------------------
# What it says
# ------------------------------------------------------------------------------------------------


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
    memory: str = ""
    """JSON that the kind wants to see again at the next poll, at most ``MEMORY_CAP`` bytes."""
    follow: tuple[Request, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    """What the document says on polling: ``ttl skipHours skipDays updatePeriod updateFrequency hub``."""


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


@dataclass(frozen=True, slots=True)
class Read:
    """A document as the path records it: parsed and normalised."""

    entries: tuple[Entry, ...]
    """In the order of the document."""
    total: int
    """All that the document holds, rejected and repeated ones too."""
    form: str
    title: str
    rejected: tuple[Rejected, ...] = ()
    memory: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    newest: datetime | None = None


# ------------------------------------------------------------------------------------------------
# What it is about
# ------------------------------------------------------------------------------------------------

FieldName = Literal["title", "teaser", "text"]


@dataclass(frozen=True, slots=True)
class Span:
    """Words that prove a match: ``text == getattr(entry, field)[start:end]``."""

    field: FieldName
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """The finding that an entry concerns a topic."""

    topic: str
    spans: tuple[Span, ...]
    searched: tuple[FieldName, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A topic whose words stand in the entry, but whose query failed."""

    topic: str
    spans: tuple[Span, ...]
    clause: str
    """What failed, in plain words: ``none: "marathon" is there``, ``inside "海马云"``."""


# ------------------------------------------------------------------------------------------------
# Which story it belongs to
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Article:
    """An entry as the clustering sees it."""

    id: int
    title: str
    outlet: str
    """Name or host of the publisher."""
    when: datetime
    """Published, where that is believable, else first seen."""
    url_key: str | None = None
    title_key: str | None = None
    body_hash: str | None = None
    body: str = ""
    """Text, else teaser."""


@dataclass(frozen=True, slots=True)
class Join:
    """Two articles are one story: by which rule, with which numbers."""

    other: int
    """The id of the earlier article."""
    rule: str
    """``url``, ``title=`` or ``title~`` ..."""
    numbers: Mapping[str, float] = field(default_factory=dict)


# ------------------------------------------------------------------------------------------------
# Who hears of it
# ------------------------------------------------------------------------------------------------


class Decision(StrEnum):
    """What was decided for one channel; the first three are *told*."""

    SEND = "send"
    HELD = "held"
    CAPPED = "capped"
    FOLDED = "folded"
    BASELINE = "baseline"
    BACKFILL = "backfill"
    IMPORT = "import"
    MUTED = "muted"


TOLD = frozenset({Decision.SEND, Decision.HELD, Decision.CAPPED})


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A story that opened or grew by one entry that matches: what the rules decide on."""

    story: int
    entry: int
    revision: int
    topics: Mapping[int, tuple[str, ...]]
    """Topic id to the channels it goes to, for the topics that match this entry now."""
    origin: Literal["live", "baseline", "backfill", "import"] = "live"


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel has already heard of a story."""

    first: bool
    """A told row of ``new_story`` exists."""
    topics: frozenset[int] = frozenset()
    """Topics named in told rows."""
    muted: str | None = None
    """Why the channel is not to hear of it now."""


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A source, channel or delivery that broke or recovered: what the health rule decides on."""

    subject_kind: Literal["source", "channel", "delivery", "system"]
    subject: str
    state: Literal["broken", "recovered", "dead"]
    sentence: str
    episode: str
    """Sets two breakages of one subject apart: the time of the first failure."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The decision about one subject for one channel by one rule. The key is all but the last four fields."""

    subject_kind: str
    subject: str
    channel: str
    rule: str
    step: str
    decision: Decision
    reason: str
    topics: tuple[int, ...] = ()
    evidence: tuple[int, int] | None = None
    """Entry and revision that the alert speaks of."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The words around a match, with the matched ones marked."""

    topic: str
    field: FieldName
    before: str
    match: str
    after: str


@dataclass(frozen=True, slots=True)
class Card:
    """All that a message says of one alert. Its texts come from feeds: they are data, never markup."""

    alert: str
    """The alert's id, as shown: ``a9f2c1``."""
    rule: str
    """``new_story new_topic health test``."""
    headline: str
    topics: tuple[str, ...] = ()
    """The topics that this alert is sent for."""
    url: str | None = None
    outlet: str = ""
    published: datetime | None = None
    seen: datetime | None = None
    also: tuple[str, ...] = ()
    """Other outlets of the story, first seen first."""
    quotes: tuple[Quote, ...] = ()
    body: str = ""
    """Plain text of an alert without a story (health, test)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message, stored before it is sent and sent as stored."""

    title: str
    """Subject of a mail, first line and push preview of a post."""
    body: str
    format: Literal["text", "markdown", "html"]
    plain: str = ""
    """The same for a terminal or a text part."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The service took the message."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The service did not take the message, or did not say so."""

    reason: str
    """Plain words without secrets."""
    final: bool = False
    """No retry may be made: the mailbox does not exist, or some recipients have the mail already."""
    uncertain: bool = False
    """It may have arrived: a timeout after the request was made."""


SendResult: TypeAlias = Sent | NotSent


# ------------------------------------------------------------------------------------------------
# What is remembered of a source between two polls
# ------------------------------------------------------------------------------------------------


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
    """``new ok failing broken paused retired``."""
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
