"""Names to addresses by the system's resolver, in threads that belong to nobody else.

The loop's own threads are few (six on two cores) and the store works in them: an hour without DNS
must not fill them. A look-up that hangs is a daemon thread, which keeps no process from ending.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

from aiohttp.abc import AbstractResolver, ResolveResult


class SystemResolver(AbstractResolver):
    """``getaddrinfo``, one short-lived thread a look-up; how many run at once follows from the requests in flight."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The stream addresses of a host; :class:`OSError` if it has none."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[ResolveResult]] = loop.create_future()

        def deliver(result: list[ResolveResult] | OSError) -> None:
            if answer.done():
                return
            if isinstance(result, OSError):
                answer.set_exception(result)
            else:
                answer.set_result(result)

        def ask() -> None:
            result: list[ResolveResult] | OSError
            try:
                result = look_up(host, port, family)
            except OSError as error:
                result = error
            except ValueError:
                result = socket.gaierror(socket.EAI_NONAME, "not a host name")
            with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
                loop.call_soon_threadsafe(deliver, result)

        try:
            threading.Thread(target=ask, name="look-up", daemon=True).start()
        except RuntimeError as error:
            raise OSError("no room for another thread") from error
        return await answer

    async def close(self) -> None:
        """Nothing is held between look-ups."""


def look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """What the system says of a host, blocking; :class:`OSError` if it does not know it."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [
        ResolveResult(
            hostname=host,
            host=str(where[0]),
            port=int(where[1]),
            family=int(kin),
            proto=protocol,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kin, _, protocol, _, where in found
    ]
