"""The one writer: gathers what documents change into few transactions, each document in a savepoint of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from monitor.errors import StoreBusy, StoreError, StoreFull
from monitor.limits import BATCH_DOCUMENTS, BATCH_ENTRIES
from monitor.store.database import Connection, DatabaseFault, Store

T = TypeVar("T")
RETRY_WRITE = (1.0, 5.0, 15.0)  # seconds between tries while the disk is full or the database is locked


@dataclass
class _Job:
    change: Callable[[Connection], Any]
    weight: int
    done: asyncio.Future[Any]


class Writer:
    """Runs changes in the order in which they come. Start with :meth:`start`, end with :meth:`close`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="writer")

    async def close(self) -> None:
        """Finish what was submitted, then stop."""
        await self._jobs.join()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def submit(self, change: Callable[[Connection], T], *, weight: int = 1) -> T:
        """Run ``change`` in a transaction, perhaps with others; returns its value when it is committed.

        A full disk or a locked database is waited for (about 20 s). ``weight`` counts its entries.

        Raises:
            StoreFull, StoreBusy: it could not be written; nothing of it was.
        """
        for pause in (*RETRY_WRITE, None):
            done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            await self._jobs.put(_Job(change, weight, done))
            try:
                return await done
            except (StoreFull, StoreBusy):
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def _run(self) -> None:
        while True:
            batch = await self._gather()
            try:
                outcomes = await asyncio.to_thread(self._write, batch)
            except StoreError as error:
                outcomes = [error] * len(batch)
            for job, outcome in zip(batch, outcomes, strict=True):
                if job.done.cancelled():
                    pass
                elif isinstance(outcome, BaseException):
                    job.done.set_exception(outcome)
                else:
                    job.done.set_result(outcome)
                self._jobs.task_done()

    async def _gather(self) -> list[_Job]:
        # what came while the last transaction was written goes together; nothing is kept waiting for company
        batch = [await self._jobs.get()]
        weight = batch[0].weight
        while len(batch) < BATCH_DOCUMENTS and weight < BATCH_ENTRIES and not self._jobs.empty():
            batch.append(self._jobs.get_nowait())
            weight += batch[-1].weight
        return batch

    def _write(self, batch: list[_Job]) -> list[Any]:
        outcomes: list[Any] = []
        with self._store.write() as connection:
            for job in batch:
                try:
                    with connection.begin_nested():
                        outcomes.append(job.change(connection))
                except DatabaseFault:
                    raise  # the database itself: the whole batch is tried again
                except Exception as error:  # noqa: BLE001 - handed to the one who submitted it; the others go on
                    outcomes.append(error)
        return outcomes
