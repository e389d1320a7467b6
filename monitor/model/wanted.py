"""What the user asked for: topics, sources, channels, settings, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from monitor.model.fetched import OPEN, Access
from monitor.model.query import Phrase, Query
from monitor.model.values import Secret


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
    read: Literal["teaser", "full"] = "teaser"
    """``full``: where headline and teaser leave the answer open, the page is fetched and searched as well."""
    report_near: tuple[Phrase, ...] = ()
    """Words whose entries, where they do not match, are kept as near misses: other versions, other spellings."""
    confidential: bool = False
    """The topic's name and words stand in no request, log line or preview of a message."""


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
    read: Literal["teaser", "full"] = "teaser"
    """``full``: each new entry's page is fetched too, and searched."""
    access: Access = OPEN
    """``auth``, ``headers`` and ``proxy``."""
    skip: tuple[Phrase, ...] = ()
    """Entries with one of these in the title are left out, and counted."""
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
