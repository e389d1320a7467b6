"""What was fetched: one request and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from monitor.model.values import Secret


@dataclass(frozen=True, slots=True)
class Access:
    """What a source needs to be let in: sent to the origin of its address only, and never stored or shown."""

    authorization: Secret | None = None
    """The value of the ``Authorization`` header."""
    headers: tuple[tuple[str, Secret], ...] = ()
    """Further headers, by name."""
    proxy: Secret | None = None
    """Address of the proxy that this source is asked through: the user's own choice, so it may be private."""


OPEN: Final = Access()
"""What needs nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """One document wanted, with the validators of the last time it was read, byte for byte."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validated: str | None = None
    """The address that gave the validators, after redirects: they are sent to it alone. None: ``url``."""
    named: bool = True
    """A person wrote this address. One found in a document or built by us is asked on web ports only."""
    wants: Literal["feed", "page"] = "feed"
    """What is hoped for, as the ``Accept`` header says it."""
    access: Access = OPEN


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
    fresh_for: timedelta | None = None
    """How long nothing new is to be asked for, by ``Cache-Control`` or ``Expires``; not yet capped."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing has changed since the validators."""

    url: str
    status: int = 304
    etag: str | None = None
    last_modified: str | None = None
    seconds: float = 0.0
    moved_to: str | None = None
    """As of a document."""
    fresh_for: timedelta | None = None
    """As of a document."""


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Nothing was read, and why."""

    url: str
    outcome: Literal["error", "refused", "gone"]
    """``refused``: we did not ask (private address, bad scheme); ``gone``: 410; ``error``: everything else."""
    reason: str
    """One word for programs: ``private_address timeout dns connect tls http_404 challenge too_large redirects ...``."""
    sentence: str
    """What happened, in plain words for people, without secrets."""
    status: int | None = None
    retry_after: timedelta | None = None
    """What a 429 or 503 asked for, not yet capped."""
    seconds: float = 0.0


Fetched: TypeAlias = Document | NotModified | FetchFailure
