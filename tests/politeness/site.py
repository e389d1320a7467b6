"""Several hosts on loopback, in the loop of who asks them: real sockets, hand-made answers, a log of all requests."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from tests.clocks import Hand
from tests.politeness.publisher import Answer, Publisher
from tests.politeness.trace import Asked, Said

SLOW = 0.2
"""Share of answers that let a moment of real time pass, so that a second request on the host would be seen."""
STEP = 0.2
"""Seconds that the virtual clock goes on at most with each request."""


class Host:
    """One name and port."""

    def __init__(self, address: str, port: int) -> None:
        self.name = f"{address}:{port}"
        self.under_way: set[Line] = set()


class Site:
    """All hosts, and what is written down of every request."""

    def __init__(self, clock: Hand, lot: Random) -> None:
        self.clock = clock
        self.lot = lot
        self.owners: dict[str, Publisher] = {}
        """Address to the publisher that answers there."""
        self.asked: list[Asked] = []
        self.beside: list[str] = []
        self.strange: list[str] = []
        self.run = 0
        self.heard: Callable[[], None] = lambda: None
        """Called at each request, before it is answered."""
        self.hosts: list[Host] = []
        self._servers: list[asyncio.Server] = []

    async def open(self, count: int) -> None:
        """Listen as ``count`` hosts: half of them ports of one address, half of them addresses of one port."""
        loop = asyncio.get_running_loop()
        shared = 0
        for number in range(count):
            where = "127.0.0.1" if number % 2 == 0 else f"127.0.0.{number + 1}"
            host = Host(where, 0)
            server = await loop.create_server(lambda host=host: Line(self, host), where, shared if number % 2 else 0)  # type: ignore[misc]
            port = int(server.sockets[0].getsockname()[1])
            shared = shared or port
            host.name = f"{where}:{port}"
            self.hosts.append(host)
            self._servers.append(server)

    async def close(self) -> None:
        """Listen no more."""
        for server in self._servers:
            server.close()
            await server.wait_closed()

    def hear(self, host: Host, path: str, headers: Mapping[str, bytes]) -> Answer:
        """Write a request down, and find its answer."""
        now = self.clock.move(timedelta(seconds=self.lot.uniform(0, STEP)))
        address = f"http://{host.name}{path}"
        owner = self.owners.get(address.removesuffix("-dead"))
        etag, modified = headers.get("if-none-match"), headers.get("if-modified-since")
        if owner is None:
            answer = Answer(Said(404), [])
        else:
            answer = owner.answer(address, _text(etag), _text(modified), now)
        self.asked.append(
            Asked(
                now, self.run, owner.name if owner else "", address, etag, modified,
                "cookie" in headers, "referer" in headers, answer.said,
            )
        )  # fmt: skip
        self.heard()
        packed = owner is not None and owner.temper.gzip and b"gzip" in headers.get("accept-encoding", b"")
        if packed and answer.body:
            answer = Answer(
                answer.said, [*answer.headers, ("Content-Encoding", "gzip")], gzip.compress(answer.body, 1), answer.ends
            )
        return answer

    def overlap(self, host: Host) -> None:
        """Two requests are under way on a host."""
        self.beside.append(f"{self.clock():%a %H:%M:%S} {host.name}")


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


class Line(asyncio.Protocol):
    """One connection: reads requests, one after the other, and answers each."""

    def __init__(self, site: Site, host: Host) -> None:
        self._site = site
        self._host = host
        self._read = b""
        self._out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connects."""
        assert isinstance(transport, asyncio.Transport)
        self._out = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing can be said any more."""
        self._host.under_way.discard(self)
        self._out = None

    def data_received(self, data: bytes) -> None:
        """A part of a request, or a whole one."""
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            first, *lines = head.split(b"\r\n")
            pairs = (line.partition(b":") for line in lines)
            headers = {name.decode("ascii").strip().lower(): value.strip(b" \t") for name, _, value in pairs}
            self._host.under_way.add(self)
            answer = self._site.hear(self._host, first.split(b" ")[1].decode("ascii"), headers)
            loop = asyncio.get_running_loop()
            if self._site.lot.random() < SLOW:
                loop.call_later(0.001, self._say, answer)
            else:
                loop.call_soon(self._say, answer)

    def _say(self, answer: Answer) -> None:
        if self._out is None:
            return
        if len(self._host.under_way) > 1:
            self._site.overlap(self._host)
        if answer.ends == "silent":
            return
        self._host.under_way.discard(self)
        if answer.ends == "reset":
            self._out.abort()
            return
        body = b"" if answer.said.status == 304 else answer.body
        lines = [f"HTTP/1.1 {answer.said.status} So", *(f"{name}: {value}" for name, value in answer.headers)]
        if answer.said.status != 304:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, "", ""]).encode()
        if answer.ends == "cut":
            self._out.write(head + body[: len(body) // 2])
            self._out.close()
            return
        self._out.write(head + body)
