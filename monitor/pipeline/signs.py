"""Signs of life to those who watch from outside: systemd, and the address of a heartbeat service."""

from __future__ import annotations

import os
import socket

import structlog

from monitor.analysis.address import host_port
from monitor.fetch import Fetcher
from monitor.model import FetchFailure, Request

log = structlog.get_logger()


def sd_notify(state: str) -> None:
    """Tell systemd, where it asked to be told (``Type=notify``)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect("\0" + address[1:] if address.startswith("@") else address)
            sock.sendall(state.encode())
        except OSError as error:
            log.warning("sd_notify", error=str(error))


async def beat(address: str) -> None:
    """Ask for ``address`` once; that it did not answer is logged."""
    # the user's own address, which may be private: a fetcher of its own, so that no feed may be redirected there
    async with Fetcher(allow_private=(host_port(address),)) as fetcher:
        answer = await fetcher.fetch(Request(address))
    if isinstance(answer, FetchFailure) and answer.reason != "empty":
        log.warning("heartbeat", error=answer.reason)
