"""Commands as processes that need no import: one that has imported the program forks itself for each of them.

Importing takes most of the time of a short command. What is forked is a process like any other: its own memory,
signals, environment, folder and streams, the whole end of an interpreter, and an exit code or a signal.
:mod:`tests.services` asks for it; run as a module, this is the process that forks.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import itertools
import json
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

ROOT = Path(__file__).parents[1]
PRELOAD: Final = (
    "monitor.cli.polling", "monitor.cli.running", "monitor.cli.listing", "monitor.cli.checking", "monitor.cli.keeping",
    "monitor.store.migrate", "sqlalchemy.dialects.sqlite",
)  # fmt: skip
READ_EARLY: Final = ("monitor.pipeline.crash",)
"""Modules that read the environment when they are imported: they are run again once it is the command's."""
LANGUAGE: Final = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning", "LANG": "C.UTF-8"}
"""What the interpreter reads when it starts, and so is the same for every command."""


Bent: TypeAlias = Mapping[str, object]
"""Module and name (``monitor.limits:NAME``) to what a constant is instead, so that a test need not wait as users do."""


class Process(Protocol):
    """What a test does with a running command."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """End it at once."""


class Forked:
    """A process that was forked; like a Popen."""

    def __init__(self, news: int, arguments: Sequence[str]) -> None:
        """``news`` is a pipe on which its number comes, and then its exit code."""
        self._news, self._said, self._arguments = news, b"", arguments
        self._code: int | None = None
        self._read(time.monotonic() + 60, lines=1)
        self.pid = int(self._said.split()[0])

    def _read(self, until: float | None, *, lines: int) -> None:
        while self._said.count(b"\n") < lines:
            left = None if until is None else max(0.0, until - time.monotonic())
            if not select.select([self._news], [], [], left)[0]:
                return
            more = os.read(self._news, 100)
            if not more:
                raise ChildProcessError("the process that forks has ended")
            self._said += more

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        if self._code is None:
            self._look(time.monotonic())
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended.

        Raises:
            subprocess.TimeoutExpired: that takes longer.
        """
        if self._code is None:
            self._look(None if timeout is None else time.monotonic() + timeout)
        if self._code is None:
            raise subprocess.TimeoutExpired(self._arguments, timeout or 0)
        return self._code

    def _look(self, until: float | None) -> None:
        self._read(until, lines=2)
        if self._said.count(b"\n") == 2:
            self._code = int(self._said.split()[1])
            os.close(self._news)

    def send_signal(self, sig: int) -> None:
        """Send it a signal."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Forking:
    """The process that forks, as the tests see it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line = ours
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                cwd=ROOT, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **LANGUAGE},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, pass_fds=(theirs.fileno(),),
            )  # fmt: skip
        atexit.register(self._end)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, out: int, err: int,
        *, bent: Bent | None, file_size: int | None,
    ) -> Forked:  # fmt: skip
        """Start ``monitor`` with these arguments and streams."""
        job = json.dumps([list(arguments), dict(environment), str(folder), bent or {}, file_size]).encode()
        news, theirs = os.pipe()
        try:
            socket.send_fds(self._line, [job], [out, err, theirs])
        finally:
            os.close(theirs)
        return Forked(news, arguments)

    def _end(self) -> None:
        self._line.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


_forking: list[Forking] = []
_turns = itertools.count()
_lock = threading.Lock()


def start(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, out: int, err: int,
    *, bent: Bent | None = None, file_size: int | None = None,
) -> Forked:  # fmt: skip
    """Start ``monitor`` in a process of its own; no file that it writes may be longer than ``file_size`` bytes.

    Two take turns in forking: each hashes texts in its own way, as two processes do whose order must not matter.
    """
    with _lock:
        turn = next(_turns) % 2
        if turn == len(_forking):
            _forking.append(Forking())
    return _forking[turn].start(arguments, environment, folder, out, err, bent=bent, file_size=file_size)


# --- the process that forks ---------------------------------------------------------------------------


def serve(line: socket.socket) -> Any:
    """Fork for each job that comes, and tell of each end; returns the job in the forked process, None at the end."""
    children: dict[int, tuple[int, int]] = {}
    watch = select.poll()
    watch.register(line, select.POLLIN)
    while True:
        for descriptor, _ in watch.poll():
            if descriptor in children:
                watch.unregister(descriptor)
                pid, news = children.pop(descriptor)
                tell(news, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                os.close(descriptor)
                os.close(news)
                continue
            job, descriptors, _, _ = socket.recv_fds(line, 2**20, 3)
            if not job:
                return None
            out, err, news = descriptors
            pid = os.fork()
            if not pid:
                os.dup2(out, 1)
                os.dup2(err, 2)
                line.close()
                for one in (*descriptors, *children, *(news for _, news in children.values())):
                    os.close(one)
                return json.loads(job)
            os.close(out)
            os.close(err)
            tell(news, pid)
            end = os.pidfd_open(pid)
            children[end] = (pid, news)
            watch.register(end, select.POLLIN)


def tell(news: int, number: int) -> None:
    """Say a number to who asked for the process, if anybody still listens."""
    with suppress(BrokenPipeError):
        os.write(news, f"{number}\n".encode())


def forked() -> bool:
    """Import the program, and fork; true in the forked process, when all is as ``python -m monitor`` has it."""
    for module in PRELOAD:
        importlib.import_module(module)
    assert len(os.listdir("/proc/self/task")) == 1, "what has threads cannot be forked"
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as line:
        job = serve(line)
    if job is None:
        return False
    arguments, environment, folder, bent, file_size = job
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for module in READ_EARLY:
        importlib.reload(sys.modules[module])
    for name, value in bent.items():
        module, _, constant = name.partition(":")
        assert hasattr(sys.modules[module], constant), name
        setattr(sys.modules[module], constant, value)
    if file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))  # as a full disk: Python ignores SIGXFSZ
    sys.path[0] = folder
    sys.argv = ["monitor", *arguments]
    return True


if __name__ == "__main__" and forked():
    runpy.run_module("monitor", run_name="__main__", alter_sys=True)
