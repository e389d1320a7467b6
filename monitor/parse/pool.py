"""Hands calls to workers, replaces those that ended, and never lets one document cost another.

Own processes instead of a library: with pebble 5.2.3 the death of an idle worker broke the whole pool
(lab), its deadlines follow the wall clock, and multiprocessing's workers first import the program's
main module again. Here each worker has its own line, so nothing is shared that a kill could damage.
"""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar, cast

from monitor.limits import PARSE_CPU, PARSE_DEADLINE, PARSE_MEMORY, PARSE_RECYCLE, PARSE_WORKERS
from monitor.model import ParseFailure
from monitor.parse.child import Child

T = TypeVar("T")


class ParsePool:
    """Workers that run any importable pure function; an async context manager. Creating it costs nothing."""

    def __init__(
        self,
        workers: int = PARSE_WORKERS,
        *,
        deadline: float = PARSE_DEADLINE,
        cpu: int = PARSE_CPU,
        memory: int = PARSE_MEMORY,
        recycle: int = PARSE_RECYCLE,
        preload: Sequence[str] = (),
    ) -> None:
        """A worker starts when the first call needs it.

        Args:
            workers: processes, and calls under way at one time; more calls wait.
            deadline: seconds of wall time for one call, kept by the parent.
            cpu: seconds of processor time for one call, kept by the system.
            memory: bytes of address space that a worker may take over what it has after its imports.
            recycle: calls after which a worker is replaced.
            preload: modules that a worker imports before its first call.
        """
        self._deadline = deadline
        self._limits = {"cpu": cpu, "memory": memory}
        self._recycle = recycle
        self._preload = tuple(preload)
        # A thread waits for each worker: the event loop never does.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="parse")
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._alive: set[Child] = set()
        self._closed = False

    async def __aenter__(self) -> ParsePool:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(self, function: Callable[..., T], *args: object) -> T | ParseFailure:
        """``function(*args)``, computed in a worker.

        The function must be importable, its arguments picklable, its result made of plain values, dates
        and records of :mod:`monitor.model`. An exception in it, its time, its memory or its end are a
        :class:`ParseFailure` (``malformed cpu deadline memory worker_killed``).

        Raises:
            RuntimeError: the pool is closed.
        """
        loop = asyncio.get_running_loop()
        return cast("T | ParseFailure", await loop.run_in_executor(self._threads, self._call, function, args))

    async def close(self) -> None:
        """End all workers at once; calls under way fail with ``worker_killed``, waiting ones are cancelled."""
        with self._lock:
            self._closed = True
            alive = tuple(self._alive)
        # what waits is cancelled first: a thread whose worker is ended would take it up
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in alive:
            child.kill()
        await asyncio.to_thread(self._threads.shutdown, wait=True)
        for child in self._idle:
            child.close()
        self._idle.clear()
        self._alive.clear()

    def _call(self, function: Callable[..., Any], args: tuple[object, ...]) -> Any:
        call = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        child = self._take()
        if child is None:
            return ParseFailure("no_worker", "No process for reading documents could be started.")
        try:
            return child.ask(call, deadline=self._deadline)
        finally:
            self._give_back(child)

    def _take(self) -> Child | None:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                self._drop(child)
            if self._closed:
                return None
            try:
                child = Child(preload=self._preload, **self._limits)
            except OSError:  # no room for another process now: this document fails, the next one tries again
                return None
            self._alive.add(child)
            return child

    def _give_back(self, child: Child) -> None:
        with self._lock:
            if child.healthy and child.calls < self._recycle:
                self._idle.append(child)
            else:
                self._drop(child)

    def _drop(self, child: Child) -> None:
        self._alive.discard(child)
        child.close()
