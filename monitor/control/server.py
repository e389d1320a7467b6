"""The daemon's end of the control socket: takes requests of its own user, and has its one writer do them."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from monitor.control.actions import ACTIONS, Change, Result
from monitor.control.protocol import TOO_LARGE, Asked, Failed, address, answer, encode, peer_of, understood
from monitor.errors import MonitorError
from monitor.limits import CONTROL_CONNECTIONS, CONTROL_DEADLINE, CONTROL_REQUEST, CONTROL_SIGN
from monitor.model import Settings
from monitor.pipeline.clock import Clock
from monitor.pipeline.hands import Refused
from monitor.pipeline.writer import Writer
from monitor.store.database import Store

log = structlog.get_logger()


class ControlServer:
    """Answers requests until it is stopped. Start it with :meth:`start`, end it with :meth:`stop`."""

    def __init__(
        self, path: Path, store: Store, writer: Writer, *, settings: Callable[[], Settings], clock: Clock
    ) -> None:  # fmt: skip
        """Nothing is opened yet."""
        self.path = path
        self._store = store
        self._writer = writer
        self._settings = settings
        self._clock = clock
        self._listening: socket.socket | None = None
        self._own: tuple[int, int] | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Future[Result | Failed]] = set()

    async def start(self) -> None:
        """Listen; what a dead monitor left at the path is replaced.

        Raises:
            OSError: it cannot be listened there, or another monitor does; the message says so.
        """
        self._listening = await asyncio.to_thread(listen, self.path)
        found = os.lstat(self.path)
        self._own = found.st_dev, found.st_ino
        self._hear()

    def _hear(self) -> None:
        if self._listening is not None:
            asyncio.get_running_loop().add_reader(self._listening, self._accept, self._listening)

    def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            connection, _ = listening.accept()
        except BlockingIOError:
            return  # it went away
        except OSError:  # no more files may be open: a pause, or it would be tried without end
            loop.remove_reader(listening)
            loop.call_later(1, self._hear)
            return
        connection.setblocking(False)
        task = loop.create_task(self._serve(connection))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def stop(self, seconds: float) -> bool:
        """Take no more requests, and give those under way ``seconds``. False: it had to cut one off."""
        if self._listening is None:
            return True
        listening, self._listening = self._listening, None
        asyncio.get_running_loop().remove_reader(listening)
        listening.close()
        self._remove()
        left: set[asyncio.Future[Any]] = {*self._open, *self._under_way}
        if left:
            _, left = await asyncio.wait(left, timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left

    def _remove(self) -> None:
        # only our own: it may have been taken away, and another monitor may listen in its place
        try:
            found = os.lstat(self.path)
            if (found.st_dev, found.st_ino) == self._own:
                self.path.unlink()
        except OSError:
            pass

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=CONTROL_REQUEST)
        try:
            result = await self._result(reader, writer, peer_of(connection))
            if result is not None:
                for line in answer(result):
                    await _send(writer, line)
        except (OSError, TimeoutError):
            pass  # it went away, or takes nothing: whatever it asked for is done or not, as the rows say
        finally:
            await _close(writer)

    async def _result(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, user: int
    ) -> Result | Failed | None:
        if user not in (os.getuid(), 0):  # root may do it all without asking
            return Failed("peer", "this monitor takes requests of its own user only")
        if len(self._open) > CONTROL_CONNECTIONS:
            return Failed("busy", "too many commands talk to this monitor at once: try again")
        try:
            async with asyncio.timeout(CONTROL_DEADLINE):
                line = await reader.readuntil(b"\n")
        except TimeoutError:
            return Failed("late", f"the request was not there within {CONTROL_DEADLINE:.0f} s")
        except asyncio.LimitOverrunError:
            return TOO_LARGE
        except asyncio.IncompleteReadError as error:
            # whoever only looks whether somebody listens is owed no answer
            return Failed("malformed", "the request is not a JSON object on one line") if error.partial else None
        asked = understood(line)
        return asked if isinstance(asked, Failed) else await self._perform(asked, writer)

    async def _perform(self, asked: Asked, writer: asyncio.StreamWriter) -> Result | Failed:
        """Do it, with a sign of life every few seconds. It goes on also where nobody waits for it any more."""
        work = asyncio.ensure_future(self._done(asked))
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)
        while not (await asyncio.wait({work}, timeout=CONTROL_SIGN))[0]:
            await _send(writer, encode({"working": True}))
        return work.result()

    async def _done(self, asked: Asked) -> Result | Failed:
        result = await self._run(asked)
        outcome = "refused" if isinstance(result, Refused) else "failed" if isinstance(result, Failed) else "done"
        log.info("control", action=asked.action, outcome=outcome)
        return result

    async def _run(self, asked: Asked) -> Result | Failed:
        action, clock = ACTIONS[asked.action], self._clock
        try:
            if isinstance(action, Change):
                work = action.run
                return await self._writer.submit(lambda connection: work(connection, asked.arguments, clock()))
            return await asyncio.to_thread(action.run, self._store, self._settings(), asked.arguments, clock())
        except MonitorError as error:
            return Failed("store", str(error))
        except Exception as error:
            log.error("control_failed", action=asked.action, exc_info=error)
            return Failed("internal", "the monitor itself failed on this: a bug, whose details are in its log")


async def _send(writer: asyncio.StreamWriter, line: bytes) -> None:
    async with asyncio.timeout(CONTROL_DEADLINE):
        writer.write(line)
        await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(CONTROL_DEADLINE):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()  # what it did not take is dropped


def listen(path: Path) -> socket.socket:
    """A socket that listens at ``path``, for its owner only.

    Raises:
        OSError: it cannot be made there, or another process listens; the message says so.
    """
    path = path.absolute()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with address(path) as short:
            _clear(path, short)
            # before the bind: so it is never there with wider rights, whatever the umask of the process
            os.fchmod(listening.fileno(), 0o600)
            listening.bind(short)
        listening.listen(CONTROL_CONNECTIONS)
    except OSError as error:
        listening.close()
        raise OSError(f"{path} cannot be listened at: {error.strerror or error}") from error
    listening.setblocking(False)  # as the event loop wants it
    return listening


def _clear(path: Path, short: str) -> None:
    """Take away a socket on which nobody listens.

    Raises:
        OSError: somebody does, or it is not a socket.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise OSError("another file is there, and is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trying:
        trying.settimeout(CONTROL_DEADLINE)
        try:
            trying.connect(short)
        except ConnectionRefusedError:
            path.unlink()
            return
        except FileNotFoundError:
            return
        except (BlockingIOError, TimeoutError):
            pass  # its queue is full: it lives
    raise OSError("another monitor listens there")
