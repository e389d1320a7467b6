"""What an entry is about, and which story it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

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
    language: str | None = None
    """As declared."""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Two articles are one story: by which rule, with which numbers."""

    other: int
    """The id of the earlier article."""
    rule: str
    """``url``, ``title=`` or ``title~`` ..."""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Packed:
    """What an article is compared by, as it is stored beside its entry (``analysis.clustering.features``)."""

    terms: str
    size: int
    shingles: bytes = b""
    """Empty where they were not loaded."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key under which an article is found again, and how much it tells if another has it too."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry of a story with which a new one is compared."""

    article: Article
    """Its body stands only where it was asked for."""
    story: int
    event: int
    packed: Packed | None
    """None: it was retired."""


@dataclass(frozen=True, slots=True)
class Group:
    """An event as the grouping sees it."""

    id: int
    size: int
    """Stories in it."""
    first_seen: datetime
    last_seen: datetime
    centroid: str = ""
    """As ``analysis.clustering.event`` packs it; empty: it has none."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """A story belongs to an event: with which numbers, and to which entry of it the story's first was likest."""

    event: int
    other: int
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """An outlet has an article: it came there after ``absent_at``, and by ``seen`` at the latest."""

    story: int
    entry: int
    outlet: str
    url: str | None
    absent_at: datetime | None
    """The last good reading of its source in which it was not yet there; None: it was there when first read."""
    seen: datetime
    published: datetime | None = None
    """What it says of itself."""
