"""One request, from an address to a document: conditional, capped, and with every hop guarded and polite."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor import __version__
from monitor.fetch.failure import EXPECTED, Trouble, from_error, from_status, retry_after, too_large, too_many_redirects
from monitor.fetch.guard import Guard, GuardedResolver, dialling
from monitor.fetch.lookup import SystemResolver
from monitor.fetch.masked import masked
from monitor.fetch.slots import Slots
from monitor.fetch.target import bare, origin, slot_name, target
from monitor.limits import (
    BODY_CAP,
    CONNECT_TIMEOUT,
    HOST_GAP,
    IN_FLIGHT_CAP,
    READ_GAP_TIMEOUT,
    REDIRECT_CAP,
    TOTAL_TIMEOUT,
)
from monitor.model import Document, Fetched, FetchFailure, NotModified, Request

USER_AGENT = f"coverage-monitor/{__version__} (news monitor; feed reader)"
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)
_REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}
"""Status of a redirect, and whether it says that the move is for good."""
_CODINGS = {"", "identity", "gzip", "deflate", "br"}
_ENCODED_TOO_LARGE = BODY_CAP
"""A declared length above this is not even begun: what is compressed only grows."""


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


_Answer: TypeAlias = Document | NotModified | Trouble | _Redirect


@dataclass(slots=True)
class _Journey:
    """One request on its way through its redirects."""

    request: Request
    now: datetime | None
    first: URL
    spent: float = 0.0
    """Seconds of requests; waiting for a host's turn is not counted."""
    permanent: bool = True
    hops: int = 0

    def turn(self, at: URL, to: URL, *, permanent: bool) -> None:
        """Note a redirect; a move from https to http is never for good."""
        self.hops += 1
        self.permanent = self.permanent and permanent and not (at.scheme == "https" and to.scheme == "http")

    def moved_to(self, at: URL) -> str | None:
        """Where the first address has moved to, if all hops said so; an address with a password never moves."""
        moved = self.hops > 0 and self.permanent and self.first.user is None
        return bare(at) if moved else None


class Fetcher:
    """Reads documents from the network, politely and with guards; an async context manager."""

    def __init__(
        self,
        *,
        user_agent: str = "",
        allow_private: Sequence[str] = (),
        host_gap: timedelta = HOST_GAP,
        resolver: AbstractResolver | None = None,
        connect_timeout: float = CONNECT_TIMEOUT,
        read_gap_timeout: float = READ_GAP_TIMEOUT,
        total_timeout: float = TOTAL_TIMEOUT,
    ) -> None:
        """Nothing is opened before ``async with``. An empty ``user_agent`` means the program's own.

        ``allow_private`` is described at :class:`~monitor.fetch.guard.Guard`; timeouts are in seconds.

        Raises:
            ValueError: ``user_agent`` cannot stand in a header.
        """
        if not user_agent.isprintable():
            raise ValueError("the user agent holds control characters")
        self._guard = Guard(allow_private)
        self._slots = Slots(IN_FLIGHT_CAP)
        self._gap = host_gap.total_seconds()
        self._resolver = GuardedResolver(resolver or SystemResolver(), self._guard)
        self._user_agent = user_agent or USER_AGENT
        self._total = total_timeout
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=connect_timeout, sock_connect=connect_timeout, sock_read=read_gap_timeout
        )
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        connector = aiohttp.TCPConnector(
            limit=0,  # the slots limit: one a host, IN_FLIGHT_CAP over all
            resolver=self._resolver,
            socket_factory=self._guard.open_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=False,
            headers={"User-Agent": self._user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, br"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, request: Request, *, now: datetime | None = None) -> Fetched:
        """What the address gives; whatever the network or the server does is a value, never an exception.

        Waits for the turn of each host on the way. ``now`` (aware) is used only to read a
        ``Retry-After`` date of a server that does not tell its own time.
        """
        try:
            first = target(request.url, self._guard)
        except EXPECTED as error:
            return _failure(from_error(error, _host_of(request.url)), request, 0.0)
        journey = _Journey(request, now, first)
        url = first
        for _ in range(REDIRECT_CAP + 1):
            host = url.host or ""
            try:
                answer = await self._turn(journey, url)
                if not isinstance(answer, _Redirect):
                    return _settle(answer, journey)
                following = target(answer.location, self._guard, base=url)
            except EXPECTED as error:
                return _failure(from_error(error, host), request, journey.spent)
            journey.turn(url, following, permanent=answer.permanent)
            url = following
        return _failure(too_many_redirects(first.host or ""), request, journey.spent)

    async def _turn(self, journey: _Journey, url: URL) -> _Answer:
        """One hop, when its host's turn has come."""
        if self._session is None:
            raise RuntimeError("the fetcher is used outside of its 'async with'")
        host, port = url.raw_host or "", url.port or 0
        gap = 0.0 if self._guard.lists(host, port) else self._gap
        async with self._slots.hold(slot_name(url), gap=gap):
            dialling.set((host, port))
            asked = origin(url) == origin(journey.first)
            headers = _validators(journey.request) if asked else {}
            started = time.monotonic()
            try:
                async with (
                    asyncio.timeout(self._total - journey.spent),
                    self._session.get(url, headers=headers, allow_redirects=False) as response,
                ):
                    return await _read(response, journey, url, conditional=bool(headers), started=started)
            finally:
                journey.spent += time.monotonic() - started


def _validators(request: Request) -> dict[str, str]:
    """The headers of a conditional request, byte for byte as they were received."""
    named = (("If-None-Match", request.etag), ("If-Modified-Since", request.last_modified))
    return {name: value for name, value in named if value}


async def _read(
    response: aiohttp.ClientResponse, journey: _Journey, url: URL, *, conditional: bool, started: float
) -> _Answer:
    host, status = url.host or "", response.status
    if status == 304:
        if not conditional:
            return Trouble("unasked_304", f"{host} answers 304 (nothing new) although nothing was asked.", status=304)
        asked = journey.request
        etag, modified = _validator(response, "ETag"), _validator(response, "Last-Modified")
        return NotModified(bare(url), 304, etag or asked.etag, modified or asked.last_modified)
    if status in _REDIRECTS:
        location = response.headers.get("Location", "")
        if not location:
            return Trouble("redirects", f"{host} redirects without saying where to.", status=status)
        return _Redirect(location, _REDIRECTS[status])
    if status != 200:
        asked_pause = None
        if status in (429, 503):
            asked_pause = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"), journey.now)
        return from_status(status, host, retry_after=asked_pause)
    body = await _body(response, host)
    if isinstance(body, Trouble):
        return body
    return Document(
        url=bare(url),
        body=body,
        status=status,
        content_type=_text(response, "Content-Type"),
        content_language=_text(response, "Content-Language"),
        etag=_validator(response, "ETag"),
        last_modified=_validator(response, "Last-Modified"),
        body_hash=hashlib.sha256(body).hexdigest(),
        seconds=journey.spent + time.monotonic() - started,
        moved_to=journey.moved_to(url),
    )


async def _body(response: aiohttp.ClientResponse, host: str) -> bytes | Trouble:
    """The decoded body, read as it comes, so that a bomb stops within a chunk of the cap."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _CODINGS:
        return Trouble("encoding", f"{host} packs its answer in a way that was not asked for.", status=response.status)
    if (response.content_length or 0) > _ENCODED_TOO_LARGE:
        return too_large(host, response.status)
    body = bytearray()
    async for chunk in response.content.iter_any():
        if len(body) + len(chunk) > BODY_CAP:
            response.close()
            return too_large(host, response.status)
        body += chunk
    if not body:
        return Trouble("empty", f"{host} answers with an empty page.", status=response.status)
    return bytes(body)


def _settle(answer: Document | NotModified | Trouble, journey: _Journey) -> Fetched:
    if isinstance(answer, Trouble):
        return _failure(answer, journey.request, journey.spent)
    if isinstance(answer, NotModified):
        return NotModified(answer.url, answer.status, answer.etag, answer.last_modified, journey.spent)
    return answer


def _failure(trouble: Trouble, request: Request, seconds: float) -> FetchFailure:
    return FetchFailure(
        url=masked(request.url),
        outcome=trouble.outcome,
        reason=trouble.reason,
        sentence=trouble.sentence,
        status=trouble.status,
        retry_after=trouble.retry_after,
        seconds=seconds,
    )


def _text(response: aiohttp.ClientResponse, name: str) -> str:
    return response.headers.get(name, "").encode("utf-8", "replace").decode("utf-8")


def _validator(response: aiohttp.ClientResponse, name: str) -> str | None:
    """A validator as sent; one that is not UTF-8 could not be returned byte for byte, so it is left."""
    value = response.headers.get(name)
    try:
        return value if value and value.encode("utf-8") else None
    except UnicodeEncodeError:
        return None


def _host_of(url: str) -> str:
    """The host for a sentence about an address that is not asked; never more of it than that."""
    try:
        return URL(url).host or "the host"
    except ValueError:
        return "the host"
