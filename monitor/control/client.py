"""A command's end of the control socket."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from monitor.control.actions import Done
from monitor.control.protocol import TOO_LARGE, VERSION, Failed, address, peer_of, request
from monitor.limits import CONTROL_DEADLINE, CONTROL_REQUEST, CONTROL_SIGN
from monitor.pipeline.hands import Refused

PATIENCE: Final = CONTROL_DEADLINE + 6 * CONTROL_SIGN
"""Seconds without a line of answer after which the monitor is given up: it may be busy, but not for so long."""
ANSWER_CAP: Final = 256 * 1024 * 1024
"""Bytes of an answer: far above any, so that a mistake does not fill the memory."""
BROKE_OFF: Final = (
    "the monitor that runs did not end its answer: it stopped, or hangs. Whether it was done is seen with a command "
    "that reads; asking again does it only once"
)


def ask(
    path: Path, action: str, arguments: Mapping[str, Any], *, trusted: Collection[int] | None = None
) -> Done | Refused | Failed | None:  # fmt: skip
    """Ask the monitor that listens at ``path``; None: nobody does.

    ``trusted`` are the users (by id) whose monitor may be asked; without it this one's own and root's.
    """
    sent = request(action, arguments)
    if len(sent) > CONTROL_REQUEST:
        return TOO_LARGE
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        path = path.absolute()
        try:
            with address(path) as short:
                connection.connect(short)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return None
        except PermissionError:
            return Failed("peer", f"{path} belongs to another user: run the command as the user of the monitor")
        except OSError as error:
            return Failed("store", f"{path}: {error.strerror or error}")
        if peer_of(connection) not in (trusted or (os.getuid(), 0)):
            return Failed("peer", f"who listens at {path} is not the monitor of this database: another user's program")
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before it had read all
                connection.sendall(sent)
            return _read(connection)
        except OSError:
            return Failed("store", BROKE_OFF)


def _read(connection: socket.socket) -> Done | Refused | Failed:
    rows: list[Mapping[str, Any]] = []
    for line in _lines(connection):
        try:
            said = json.loads(line)
        except ValueError:
            break
        if not isinstance(said, dict):
            break
        if said.get("error") == "version" or said.get("v") != VERSION:
            return Failed("version", "the monitor that runs is of another version: restart it, then try again")
        if isinstance(said.get("row"), dict):
            rows.append(said["row"])
        elif "done" in said:
            return Done(tuple(rows), str(said["done"]))
        elif "error" in said:
            message = str(said.get("message"))
            return Refused(message) if said["error"] == "refused" else Failed("store", message)
    return Failed("store", BROKE_OFF)


def _lines(connection: socket.socket) -> Iterator[bytes]:
    with connection.makefile("rb") as stream:
        left = ANSWER_CAP
        while left > 0 and (line := stream.readline(left)).endswith(b"\n"):
            left -= len(line)
            yield line
