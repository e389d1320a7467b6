"""One worker process as its parent sees it: started, asked, ended. Blocking: used from the pool's threads."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from monitor.model import ParseFailure
from monitor.parse.wire import ANSWER_CAP, UnreadableAnswer, read_answer

START_TIMEOUT = 30.0
"""Seconds for a worker to import what it needs: 0.2 on an idle core, much more on a loaded one."""
_BOOT = (
    "import json, sys; a = json.loads(sys.argv[1]); sys.path[:] = a[0]; "
    "from monitor.parse.worker import main; main(a[1], cpu=a[2], memory=a[3], preload=a[4])"
)
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR")
"""All that a worker sees of the environment: tokens of channels are not among it."""


class Child:
    """A running worker. After any answer but an ordinary one, :attr:`healthy` is false and it must be closed."""

    def __init__(self, *, cpu: int, memory: int, preload: Sequence[str]) -> None:
        """Start the process; it may be asked at once. ``cpu`` in seconds, ``memory`` in bytes.

        Raises:
            OSError: the machine has no room for another process.
        """
        self.calls = 0
        self.healthy = True
        self._late = False
        self._ready = False
        ours, theirs = multiprocessing.Pipe(duplex=True)
        self._line = ours
        with theirs:
            arguments = json.dumps([sys.path, theirs.fileno(), cpu, memory, list(preload)])
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", _BOOT, arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                raise

    def ask(self, call: bytes, *, deadline: float) -> Any:
        """The value that the worker answers, or a :class:`ParseFailure`; within ``deadline`` seconds."""
        if not self._ready and not self._await_ready():
            return self._failed("no_worker", "No process for reading documents could be started.")
        self.calls += 1
        guard = threading.Timer(deadline, self._expire)
        guard.start()
        try:
            self._line.send_bytes(call)
            result = read_answer(self._line.recv_bytes(ANSWER_CAP))
        except UnreadableAnswer as error:
            return self._failed("malformed", f"What was read from the document cannot be passed on ({error}).")
        except (EOFError, OSError):
            return self._ended(deadline)
        finally:
            guard.cancel()
        if isinstance(result, ParseFailure) and result.reason == "memory":
            self.healthy = False
        return result

    @property
    def alive(self) -> bool:
        """Whether the process is still there: an idle one may have been ended from outside."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process at once; safe from any thread and at any time."""
        self.healthy = False
        self._process.kill()

    def close(self) -> None:
        """End the process and forget it."""
        self.kill()
        self._process.wait()
        self._line.close()

    def _expire(self) -> None:
        self._late = True
        self.kill()

    def _await_ready(self) -> bool:
        try:
            self._ready = self._line.poll(START_TIMEOUT) and bool(self._line.recv_bytes())
        except (EOFError, OSError):
            self._ready = False
        return self._ready

    def _failed(self, reason: str, sentence: str) -> ParseFailure:
        self.healthy = False
        return ParseFailure(reason, sentence)

    def _ended(self, deadline: float) -> ParseFailure:
        """Why the process is no longer there."""
        self._process.kill()  # an answer over the cap leaves it alive
        code = self._process.wait()
        if self._late:
            return self._failed("deadline", f"Reading the document took longer than {deadline:.0f} seconds.")
        if code == -signal.SIGXCPU:
            return self._failed("cpu", "Reading the document took more processor time than one document may take.")
        return self._failed("worker_killed", "The process that read the document was ended from outside or crashed.")
