"""Invented outlets, each on a port of its own: they publish the files of one edition, with ETag and 304."""

from __future__ import annotations

import asyncio
import functools
import hashlib
from pathlib import Path
from types import TracebackType
from typing import Final, Self

OUTLETS: Final = {
    "wire": "application/atom+xml",
    "courier": "application/rss+xml",
    "dispatch": "application/rss+xml",
    "bay": "application/rss+xml",
    "gavan": "application/rss+xml",
    "almanac": "application/feed+json",
    "log": "application/atom+xml",
    "radio": "text/html",
    "gazette": "",
}
"""Each outlet's file stem and the type it says it has; the last one has no file, so it answers 404."""
APART: Final = 0.08
"""Seconds by which each answers after the one before, so that who had a story first is the same in every run."""
HEAD_CAP: Final = 16_384
"""Bytes of a request's head."""


class Outlets:
    """The servers; an async context manager. Set :attr:`edition` to publish the next one."""

    def __init__(self, data: Path) -> None:
        """``data`` holds a folder for each edition, whose names are in the order of publication."""
        self._data = data
        self.editions = sorted(folder.name for folder in data.iterdir() if folder.is_dir())
        self.edition = self.editions[0]
        self._servers: dict[str, asyncio.Server] = {}

    async def __aenter__(self) -> Self:
        for place, name in enumerate(OUTLETS):
            answer = functools.partial(self._answer, name=name, pause=APART * place)
            self._servers[name] = await asyncio.start_server(answer, host="127.0.0.1", port=0, limit=HEAD_CAP)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.close()
            await server.wait_closed()

    @property
    def environ(self) -> dict[str, str]:
        """The variables that the demo's watchlist names: the port of each outlet."""
        return {
            f"DEMO_{name.upper()}": str(server.sockets[0].getsockname()[1]) for name, server in self._servers.items()
        }

    def _published(self, name: str) -> bytes | None:
        """What an outlet publishes now: its newest file up to the present edition."""
        for edition in reversed([e for e in self.editions if e <= self.edition]):
            found = sorted((self._data / edition).glob(f"{name}.*"))
            if found:
                return found[0].read_bytes()
        return None

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, name: str, pause: float
    ) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(pause)
            writer.write(self._response(name, head))
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever asked has gone, or asks for something else than a feed
        finally:
            writer.close()

    def _response(self, name: str, head: bytes) -> bytes:
        body = self._published(name)
        if body is None:
            return _message("404 Not Found", {"Content-Type": "text/plain"}, b"not here\n")
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if f"if-none-match: {etag}".encode() in head.lower():
            return _message("304 Not Modified", {"ETag": etag}, b"")
        return _message("200 OK", {"ETag": etag, "Content-Type": f"{OUTLETS[name]}; charset=utf-8"}, body)


def _message(status: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items()), "Connection: close"]
    if not status.startswith("304"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
