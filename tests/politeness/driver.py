"""Runs the real path against simulated publishers, on a clock that is moved: through days, stops and kills."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import sqlalchemy as sa
import structlog

from monitor.fetch import Fetcher
from monitor.limits import IN_FLIGHT_CAP, POLL_INTERVAL, SOURCES_A_CLAIM
from monitor.model import PollResult, Settings, Source
from monitor.parse import ParsePool
from monitor.pipeline.poll import Poller
from monitor.pipeline.writer import Writer
from monitor.sources import PRELOAD
from monitor.store import tables as t
from monitor.store.database import Connection, Store
from tests.clocks import Hand
from tests.paths import QWEN, in_force
from tests.politeness.publisher import Publisher
from tests.politeness.site import Site
from tests.politeness.temper import draw
from tests.politeness.trace import Promise, Told, Trace

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
TICK = timedelta(seconds=1)
LONGEST_STEP = timedelta(minutes=10)
"""The clock goes on at most so far without a look: something may be due that the database names no time for."""
ROUNDS = 60
"""Looks at one moment after which something is wrong: the same sources are due again and again."""
PATIENCE = 1.5
"""Seconds of real time for an answer: much on loopback, and what each silent one costs."""


@dataclass(frozen=True)
class Plan:
    """How large a simulation is; the same plan gives the same publishers, kills and stops."""

    feeds: int = 200
    days: float = 7
    seed: int = 1
    hosts: int = 24
    kills: int = 40
    stops: int = 12
    silences: int = 20
    """Requests that get no answer at all."""

    @property
    def end(self) -> datetime:
        """When it is over, on its own clock."""
        return START + timedelta(days=self.days)


class Killed(Exception):
    """The process has died in a transaction; nothing of it is kept."""


class MortalStore(Store):
    """A store whose process can die: nothing is committed after that."""

    dead = False

    def __init__(self, url: str) -> None:
        self.writing = Lock()
        super().__init__(url, write=True, durable=False)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is rolled back where the process dies in it."""
        with self.writing, super().write() as connection:
            yield connection
            if self.dead:
                raise Killed


class Life:
    """One life of the monitor, from its start to its end or to a kill."""

    def __init__(self, path: Path, sources: Sequence[Source], pool: ParsePool, clock: Hand) -> None:
        self._over = False
        self._others = asyncio.all_tasks()
        settings = Settings(allow_private=("127.0.0.0/8",))
        self.store = MortalStore(f"sqlite:///{path}")
        force = in_force(self.store, QWEN, sources=sources, settings=settings, now=clock())
        self._writer = Writer(self.store)
        self._writer.start()
        self._own = self._tasks()
        self._fetcher = Fetcher(
            allow_private=settings.allow_private, read_gap_timeout=PATIENCE, total_timeout=2 * PATIENCE
        )
        self.poller = Poller(self.store, self._writer, self._fetcher, pool, force=lambda: force, clock=clock)

    async def begin(self) -> None:
        """Open its connections."""
        await self._fetcher.__aenter__()

    async def look(self, note: Callable[[Sequence[PollResult]], None]) -> None:
        """Poll what is due now, as the daemon's ticks do."""
        for _ in range(ROUNDS):
            claims = await self.poller.claim(limit=IN_FLIGHT_CAP)
            for results in await asyncio.gather(*(self.poller.poll_claim(claim) for claim in claims)):
                note(results)
            if self.poller.stopping.is_set() or max((len(one.sources) for one in claims), default=0) < SOURCES_A_CLAIM:
                return
        raise AssertionError("the same sources are due again and again")

    async def end(self) -> None:
        """Stop in good order."""
        self._over = True
        await self._writer.close()
        await self._fetcher.__aexit__(None, None, None)
        self.store.close()

    async def kill(self) -> None:
        """Die: nothing under way is finished, no lease given back, no transaction committed."""
        if self._over:
            return
        self._over = self.store.dead = True
        left = self._tasks()
        tasks = left | self._own
        while left:
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=0.02)
            left = {task for task in left if not task.done()}
        await self._fetcher.__aexit__(None, None, None)
        await asyncio.to_thread(self.store.writing.acquire)  # a transaction under way ends, and is rolled back
        self.store.close()
        for task in tasks:
            if not task.cancelled() and isinstance(error := task.exception(), AssertionError):
                raise error

    def _tasks(self) -> set[asyncio.Task[Any]]:
        """What runs in its name; the servers' own tasks take connections."""
        found = asyncio.all_tasks() - self._others
        return {task for task in found if "_accept_connection" not in getattr(task.get_coro(), "__name__", "")}

    def next_due(self, now: datetime) -> datetime | None:
        """When the next source is due after ``now``."""
        statement = sa.select(sa.func.min(t.source.c.next_poll_at)).where(t.source.c.next_poll_at > now)
        with self.store.read() as connection:
            found: datetime | None = connection.scalar(statement)
        return found


class Simulation:
    """The publishers, the lives of the monitor, and the clock between them."""

    def __init__(self, plan: Plan, folder: Path, progress: Callable[[str], None] = lambda _: None) -> None:
        self._plan = plan
        self._path = folder / "monitor.sqlite3"
        self._lot = Random(plan.seed)
        self._clock = Hand(START)
        self._site = Site(self._clock, Random(f"{plan.seed} site"))
        self._trace = Trace({}, START, START)
        self._progress = progress
        self._cuts = sorted(
            [(START + (plan.end - START) * self._lot.random(), "kill") for _ in range(plan.kills)]
            + [(START + (plan.end - START) * self._lot.random(), "stop") for _ in range(plan.stops)]
        )
        self._looks = 0

    async def run(self) -> Trace:
        """Play it to its end."""
        await self._site.open(self._plan.hosts)
        sources = self._publish()
        trace = self._trace
        with _quiet(trace.bugs):
            async with ParsePool(preload=PRELOAD) as pool:
                life = await self._start(sources, pool)
                try:
                    while self._clock() < self._plan.end:
                        life = await self._step(life, sources, pool)
                except BaseException:
                    await life.kill()
                    raise
                await life.end()
        await self._site.close()
        trace.asked, trace.beside = self._site.asked, self._site.beside
        trace.ended = self._clock()
        self._read_store(trace)
        return trace

    def _publish(self) -> list[Source]:
        """Draw the publishers; some hosts have many feeds, most have a few."""
        sources = []
        hosts = self._site.hosts
        weights = [len(hosts) / (n + 1) for n in range(len(hosts))]
        for number in range(self._plan.feeds):
            name = f"feed{number}"
            lot = Random(f"{self._plan.seed} {name}")
            temper = draw(lot, START, self._plan.end)
            chosen = lot.choices(hosts, weights, k=4)
            addresses = [f"http://{host.name}/{name}/{part}" for host, part in zip(chosen, "abcd", strict=True)]
            publisher = Publisher(name, temper, addresses, lot, START, self._plan.end)
            publisher.silences = int(number < self._plan.silences)
            self._site.owners |= dict.fromkeys(addresses, publisher)
            sources.append(Source(name, addresses[0], every=temper.every))
            self._trace.feeds[name] = Promise(addresses[0], temper.every or POLL_INTERVAL)
        return sources

    async def _start(self, sources: Sequence[Source], pool: ParsePool) -> Life:
        life = Life(self._path, sources, pool, self._clock)
        await life.begin()
        return life

    async def _step(self, life: Life, sources: Sequence[Source], pool: ParsePool) -> Life:
        """One look for what is due, perhaps cut off; then the clock goes on to the next due time."""
        self._looks += 1
        self._site.run = self._looks
        cut = self._cuts.pop(0)[1] if self._cuts and self._cuts[0][0] <= self._clock() else ""
        if cut == "kill":
            await self._until_killed(life)
        elif cut:
            await self._until_stopped(life)
        else:
            await life.look(self._note)
        if cut:
            began = self._clock()
            self._clock.move(self._pause())
            self._trace.down.append((began, self._clock()))
            return await self._start(sources, pool)
        self._go_on(life)
        if self._looks % 500 == 0:
            self._progress(f"{self._clock():%a %H:%M}  {len(self._site.asked)} requests, {self._looks} looks")
        return life

    def _go_on(self, life: Life) -> None:
        """Move the clock to the next due time."""
        now = self._clock()
        due = life.next_due(now) or now + LONGEST_STEP
        self._clock.move(max(TICK, min(due - now, LONGEST_STEP)))

    def _pause(self) -> timedelta:
        """How long nobody starts it again."""
        longest = self._lot.choices((2, 60, 1800, 6 * 3600), (4, 3, 3, 1))[0]
        return timedelta(seconds=self._lot.uniform(0, longest))

    def _note(self, results: Sequence[PollResult]) -> None:
        self._trace.told += [Told(self._looks, one.source, one.error) for one in results]

    # --- how a life ends ----------------------------------------------------------------------------

    async def _until_killed(self, life: Life) -> None:
        """Kill it at a request: before the answer, some turns of the loop after it, or in a transaction."""
        struck = self._strike(self._lot.choice((1, 1, 2, 3)))
        working = {asyncio.create_task(self._busy(life)), asyncio.create_task(struck.wait())}
        await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        turns = self._lot.choice((0, 0, 1, 3, 6, 12, 25, 50, 100))
        if self._lot.random() < 0.3:
            life.store.dead = True
            turns += 20
        for _ in range(turns):
            await asyncio.sleep(0.0002)
        self._site.heard = lambda: None
        self._trace.crashed |= {self._site.run}
        self._trace.killed.append(self._clock())
        await life.kill()

    async def _until_stopped(self, life: Life) -> None:
        struck = self._strike(self._lot.choice((1, 2, 4)))
        looking = asyncio.create_task(self._busy(life))
        await asyncio.wait({looking, stroke := asyncio.create_task(struck.wait())}, return_when=asyncio.FIRST_COMPLETED)
        stroke.cancel()
        life.poller.stopping.set()
        await looking
        self._site.heard = lambda: None
        await life.end()

    def _strike(self, requests: int) -> asyncio.Event:
        """An event that is set at one of the next requests."""
        struck = asyncio.Event()
        left = iter(range(requests - 1))

        def heard() -> None:
            if next(left, None) is None:
                struck.set()

        self._site.heard = heard
        return struck

    async def _busy(self, life: Life) -> None:
        """Look until there was something to ask, so that it is cut off in the middle of it."""
        asked = len(self._site.asked)
        while len(self._site.asked) == asked and not life.poller.stopping.is_set():
            await life.look(self._note)
            if len(self._site.asked) == asked:
                self._go_on(life)

    def _read_store(self, trace: Trace) -> None:
        with Store(f"sqlite:///{self._path}") as store, store.read() as connection:
            rows = connection.execute(sa.select(t.source.c.name, t.entry.c.url).join(t.entry)).all()
            for name, url in rows:
                trace.stored.setdefault(name, set()).add(url)
            counted = sa.select(t.source.c.name, sa.func.count()).join(t.rejected).group_by(t.source.c.name)
            trace.rejected = {name: count for name, count in connection.execute(counted).all()}


@contextmanager
def _quiet(bugs: list[str]) -> Iterator[None]:
    """The log says nothing, and its errors are kept."""

    def keep(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        if method in ("error", "critical", "exception"):
            bugs.append(f"{event.get('event')} {event.get('source')}: {event.get('exc_info') or event.get('error')!r}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[keep], wrapper_class=structlog.make_filtering_bound_logger("error"))
    try:
        yield
    finally:
        structlog.configure(**before)


def simulate(plan: Plan, folder: Path, progress: Callable[[str], None] = lambda _: None) -> Coroutine[Any, Any, Trace]:
    """Play a plan in ``folder``; the trace of it."""
    return Simulation(plan, folder, progress).run()
