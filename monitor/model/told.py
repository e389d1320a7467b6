"""Who hears of it: decisions, messages, and how they were taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from monitor.model.found import FieldName


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
    origin: Literal["live", "baseline", "backfill", "import", "reissued"] = "live"


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
    state: Literal["broken", "still", "stopped", "quarantined", "quiet", "moved", "unread", "recovered", "dead"]
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
    place: str = ""
    """Where it stands, where that is not seen at once: ``full text, paragraph 4``."""
    others: tuple[str, ...] = ()
    """Other words of the same field that were looked for and found: marked too, where they stand around the match."""


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
    """Other outlets that have the story, then those that have others of its event, first seen first."""
    quotes: tuple[Quote, ...] = ()
    body: str = ""
    """Plain text of an alert without a story (health, test)."""
    confidential: bool = False
    """It concerns a topic whose name and words stand in no preview of a message."""
    own: int = 0
    """Outlets that report it themselves, its own among them; 0: nobody counted."""
    copies: int = 0
    """Outlets that have copies only."""
    differs: str = ""
    """What the copy has that the story told before has not: ``+2 paragraphs``."""
    added: str = ""
    """Words from that, where the quotations show none of them."""


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered message, stored before it is sent and sent as stored."""

    title: str
    """Subject of a mail, first line and push preview of a post."""
    body: str
    format: Literal["text", "markdown", "html"]
    plain: str = ""
    """The same for a terminal or a text part."""
    preview: str = ""
    """All that a push may show of the message; empty: its beginning."""


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
