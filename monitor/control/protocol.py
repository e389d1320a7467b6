"""What goes over the control socket: one request, a JSON object on a line; then lines of answer.

::

    {"v": 1, "action": "story.merge", "arguments": {"stories": ["s7", "s9"]}}
    {"v": 1, "working": true}                              every few seconds while it is worked on
    {"v": 1, "row": {...}}                                 as many as there are
    {"v": 1, "done": "s9 is part of s7 now."}              the last line; or
    {"v": 1, "error": "refused", "message": "there is no story s9"}

An answer without such a last line broke off.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from monitor.control.actions import ACTIONS, Done
from monitor.limits import CONTROL_REQUEST
from monitor.pipeline.hands import Refused

VERSION: Final = 1
SUN_PATH: Final = 107
"""Bytes that the address of a Unix socket has room for, on Linux."""

ErrorKind: TypeAlias = Literal[
    "malformed", "too_large", "late", "version", "unknown_action", "busy", "peer", "refused", "store", "internal",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is understood."""

    action: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a request came to nothing."""

    kind: ErrorKind
    message: str


def encode(line: Mapping[str, Any]) -> bytes:
    """One line; ASCII only, so that nothing in it can end it early or mean something to a terminal."""
    return json.dumps({"v": VERSION, **line}).encode("ascii") + b"\n"


def request(action: str, arguments: Mapping[str, Any]) -> bytes:
    """A request as it is sent."""
    return encode({"action": action, "arguments": arguments})


def understood(line: bytes) -> Asked | Failed:
    """A request from bytes that nobody vouches for. What they say is not repeated."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return Failed("malformed", "the request is not a JSON object on one line")
    if not isinstance(said, dict):
        return Failed("malformed", "the request is not a JSON object on one line")
    version = said.get("v")
    if type(version) is not int or version != VERSION:
        return Failed("version", f"this monitor speaks version {VERSION} of the control protocol")
    action, arguments = said.get("action"), said.get("arguments", {})
    if not isinstance(action, str) or action not in ACTIONS:
        return Failed("unknown_action", f"this monitor knows these actions: {', '.join(ACTIONS)}")
    if not isinstance(arguments, dict):
        return Failed("malformed", "arguments are not a JSON object")
    return Asked(action, arguments)


def answer(result: Done | Refused | Failed) -> Iterator[bytes]:
    """The lines of an answer."""
    if isinstance(result, Done):
        for row in result.rows:
            yield encode({"row": dict(row)})
        yield encode({"done": result.sentence})
    elif isinstance(result, Refused):
        yield encode({"error": "refused", "message": result.reason})
    else:
        yield encode({"error": result.kind, "message": result.message})


TOO_LARGE: Final = Failed("too_large", f"a request has at most {CONTROL_REQUEST} bytes, on one line")


def peer_of(connection: socket.socket) -> int:
    """The user id of the process at the other end, as the kernel tells it.

    Raises:
        OSError: it is not told.
    """
    size = struct.calcsize("3i")
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return int(struct.unpack("3i", told)[1])


@contextmanager
def address(path: Path) -> Iterator[str]:
    """The address of a socket at ``path`` for the time of a bind or connect.

    A path that is too long for an address is reached through its open folder, which has a short name.

    Raises:
        OSError: the folder cannot be opened.
    """
    if len(os.fsencode(path)) <= SUN_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
