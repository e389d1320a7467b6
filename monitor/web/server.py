"""Serves the page within the event loop of whoever starts it; signals and logs stay that program's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

CLOSING: Final = 2
"""Seconds that open connections are given when the page is stopped."""
CONNECTIONS_CAP: Final = 100
"""Connections at one time; more are answered 503, so that a page left open in many tabs costs the poller nothing."""


class _Quiet(uvicorn.Server):
    """A uvicorn that leaves SIGTERM and SIGINT to the daemon: its own handlers would end the process undrained."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Server:
    """A running page. Start it with :meth:`start`, end it with :meth:`stop`."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        """Nothing is opened yet. ``port`` 0 takes any that is free."""
        self._host = host
        self._port = port
        self._server = _Quiet(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                proxy_headers=False,
                limit_concurrency=CONNECTIONS_CAP,
                timeout_graceful_shutdown=CLOSING,
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Listen; returns the address of the page.

        Raises:
            OSError: the port is taken or the address is not this machine's; the message says so.
        """
        listening = await asyncio.to_thread(_listen, self._host, self._port)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="web")
        listens = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._task, listens}, return_when=asyncio.FIRST_COMPLETED)
        if not listens.done():
            listens.cancel()
            self._task.result()  # it ended before it listened: a bug, raised here
        host, port = listening.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    async def stop(self) -> None:
        """Answer what is under way (``CLOSING`` seconds), then stop listening."""
        if self._task is None:
            return
        self._server.should_exit = True
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OSError(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    try:
        # after a restart the port may still be in TIME_WAIT
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(CONNECTIONS_CAP)
    except OSError as error:
        listening.close()
        raise OSError(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    listening.setblocking(False)
    return listening
