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


@dataclass(frozen=True, slots=True)
class Join:
    """Two articles are one story: by which rule, with which numbers."""

    other: int
    """The id of the earlier article."""
    rule: str
    """``url``, ``title=`` or ``title~`` ..."""
    numbers: Mapping[str, float] = field(default_factory=dict)
