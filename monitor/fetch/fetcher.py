"""One request, from an address to a document: conditional, capped, and with every hop guarded and polite."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor import __version__
from monitor.fetch.answer import Answer, Redirect, read, timed
from monitor.fetch.failure import EXPECTED, Trouble, from_error, too_many_redirects
from monitor.fetch.guard import Guard, GuardedResolver, dialling
from monitor.fetch.journey import Journey
from monitor.fetch.lookup import SystemResolver
from monitor.fetch.masked import masked
from monitor.fetch.slots import Slots
from monitor.fetch.target import slot_name, target
from monitor.limits import (
    CONNECT_TIMEOUT,
    HEADER_CAP,
    HEADERS_CAP,
    HOST_GAP,
    IN_FLIGHT_CAP,
    READ_GAP_TIMEOUT,
    REDIRECT_CAP,
    TOTAL_TIMEOUT,
)
from monitor.model import Fetched, FetchFailure, Request

KEEP_ALIVE = 4.0
"""Seconds that an idle connection is kept: shorter than servers do, so that none ends as it is used again."""
USER_AGENT = f"coverage-monitor/{__version__} (news monitor; feed reader)"


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
            use_dns_cache=False,  # what a request dials is what its own look-up gave and the guard saw
            resolver=self._resolver,
            socket_factory=self._guard.open_socket,
            keepalive_timeout=KEEP_ALIVE,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=False,
            auto_decompress=False,  # unpack.py does it
            max_line_size=HEADER_CAP,
            max_field_size=HEADER_CAP,
            max_headers=HEADERS_CAP,
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, br"},
        )
        # aiohttp has no option for it: it would ask again at once after a reset, behind the back of slots and back-off
        self._session._retry_connection = False
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, request: Request, *, now: datetime | None = None) -> Fetched:
        """What the address gives; whatever the network or the server does is a value, never an exception.

        Waits for the turn of each host on the way, holding none meanwhile. ``now`` (aware) is used
        only to read dates of a server that does not tell its own time.
        """
        try:
            journey = Journey.begin(request, now, self._guard)
        except EXPECTED as error:
            return _failure(from_error(error, _host_of(request.url)), request, 0.0)
        proxy = journey.proxy.raw_host if journey.proxy else None
        url = journey.first
        for _ in range(REDIRECT_CAP + 1):
            host = url.host or ""
            try:
                answer = await self._turn(journey, url)
                if isinstance(answer, Trouble):
                    return _failure(answer, request, journey.spent)
                if not isinstance(answer, Redirect):
                    return timed(answer, journey.spent)
                # Who redirects has no say in who we are: user and password in a Location are dropped.
                following = target(answer.location, self._guard, base=url).with_user(None)
            except EXPECTED as error:
                return _failure(from_error(error, host, proxy=proxy), request, journey.spent)
            except AttributeError:
                # asyncio of Python 3.11.2 falls over its own closed transport where TLS within TLS fails
                if journey.proxy is None or journey.proxy.scheme != "https":
                    raise
                return _failure(from_error(ssl.SSLError(), host), request, journey.spent)
            journey.turn(url, following, permanent=answer.permanent)
            url = following
        return _failure(too_many_redirects(journey.first.host or ""), request, journey.spent)

    async def _turn(self, journey: Journey, url: URL) -> Answer:
        """One hop, when its host's turn has come."""
        if self._session is None:
            raise RuntimeError("the fetcher is used outside of its 'async with'")
        dial = journey.dial(url, self._guard)
        gap = 0.0 if self._guard.lists(url.raw_host or "", url.port or 0) else self._gap
        async with self._slots.hold(slot_name(url), gap=gap):
            dialling.set(dial)
            started = time.monotonic()
            try:
                async with (
                    asyncio.timeout(self._total - journey.spent),
                    self._session.get(
                        url, headers=journey.headers(url), proxy=journey.proxy, allow_redirects=False
                    ) as response,
                ):
                    return await read(response, journey, url)
            finally:
                journey.spent += time.monotonic() - started


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


def _host_of(url: str) -> str:
    """The host for a sentence about an address that is not asked; never more of it than that."""
    try:
        return URL(url).host or "the host"
    except ValueError:
        return "the host"
