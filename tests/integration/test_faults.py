"""Faults of publishers, the network, the disk, the clock and our own processes: nothing is lost, and it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import os
import resource
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from monitor import config, daemon
from monitor.daemon import Daemon
from monitor.errors import StoreError, StoreFull
from monitor.fetch import Fetcher
from monitor.limits import BODY_CAP, IN_FLIGHT_CAP, POLL_FLOOR, POLL_INTERVAL, RETURN_SPREAD
from monitor.model import PollResult, Settings, Source, SourceState
from monitor.parse import ParsePool
from monitor.pipeline import writer as writer_module
from monitor.pipeline.force import put_in_force
from monitor.pipeline.poll import Poller, one_pass
from monitor.pipeline.writer import Writer
from monitor.sources import PRELOAD
from monitor.store import polls
from monitor.store.database import Store
from tests.clocks import Hand
from tests.conftest import MakeConfig
from tests.integration import parse_jobs as jobs
from tests.integration.serving import FakeResolver, Raw
from tests.paths import NOW, in_force, rows, source_id, topic
from tests.polling import GAP
from tests.services import Home, after, feed, settings, watchlist

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER = POLL_INTERVAL
LOOPBACK = ("127.0.0.0/8",)
TIMEOUT = 0.5
"""Seconds of real time that a silent server costs."""
NEWS = topic("News", "never seen in any of these feeds")


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """The log of thousands of polls would hide what went wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def document(*names: str) -> bytes:
    """A feed of these entries."""
    return feed(*((name, f"Headline of {name}") for name in names))


@dataclass
class Site:
    """One server whose answers a test changes; every request is kept."""

    answer: Raw
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its feed."""
        return f"http://127.0.0.1:{self.port}/feed"

    @property
    def count(self) -> int:
        """Requests so far."""
        return len(self.asked)

    @property
    def etags(self) -> list[str | None]:
        """The validator of each request."""
        return [one.get("if-none-match") for one in self.asked]


def says(*names: str, body: bytes = b"", etag: str = "", status: int = 200) -> Raw:
    """An answer with a feed."""
    body = body or (document(*names) if status == 200 else b"")

    async def answer(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"ETag: {etag}"] if etag else []
        out.write("\r\n".join([*lines, "", ""]).encode() + body)
        await out.drain()

    return answer


@asynccontextmanager
async def site(answer: Raw) -> AsyncIterator[Site]:
    """A server that answers so."""
    found = Site(answer)
    async with listening(found, ["127.0.0.1"]):
        yield found


@asynccontextmanager
async def listening(site: Site, addresses: Sequence[str]) -> AsyncIterator[None]:
    """Serve ``site`` on one port of several addresses, each of which is a host of its own."""
    under_way: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            pairs = (line.partition(": ") for line in head.splitlines()[1:] if line)
            site.asked.append({name.lower(): value for name, _, value in pairs})
            await site.answer(reader, out)
        out.close()

    servers = [await asyncio.start_server(handle, addresses[0], 0)]
    site.port = int(servers[0].sockets[0].getsockname()[1])
    if addresses[1:]:
        servers.append(await asyncio.start_server(handle, addresses[1:], site.port))
    try:
        yield
    finally:
        for server in servers:
            server.close()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way)
        for server in servers:
            await server.wait_closed()


@dataclass
class Monitor:
    """The path from source to store, on a clock that is moved."""

    store: Store
    clock: Hand
    poller: Poller
    pool: ParsePool
    polled: list[tuple[timedelta, PollResult]] = field(default_factory=list)
    """Each poll, with the time since the start at which it ended."""

    async def look(self) -> list[PollResult]:
        """Poll what is due."""
        found = await one_pass(self.poller)
        self.polled += [(self.clock() - NOW, one) for one in found]
        return found

    async def go_on(self, span: timedelta, *, step: timedelta = MINUTE) -> None:
        """Let time pass, with a look at each step."""
        end = self.clock() + span
        while self.clock() < end:
            self.clock.move(min(step, end - self.clock()))
            await self.look()

    def times(self, name: str) -> list[timedelta]:
        """When one source was polled."""
        return [at for at, one in self.polled if one.source == name]

    def state(self, name: str) -> SourceState:
        """How a source stands."""
        with self.store.read() as connection:
            return polls.source_state(connection, source_id(self.store, name))

    def entries(self) -> int:
        """Entries in the store."""
        return len(rows(self.store, "SELECT id FROM entry"))

    def told(self) -> list[tuple[object, ...]]:
        """What the owner heard of sources and of the network."""
        return rows(
            self.store, "SELECT subject_kind, step FROM alert WHERE subject_kind IN ('source', 'system') ORDER BY at"
        )


@asynccontextmanager
async def monitor(
    store: Store, *sources: Source, resolver: FakeResolver | None = None, private: Sequence[str] = LOOPBACK,
    workers: int = 1,
) -> AsyncIterator[Monitor]:  # fmt: skip
    """A monitor of these sources, whose requests take ``TIMEOUT`` at most."""
    clock = Hand(NOW)
    force = in_force(store, NEWS, sources=sources, settings=Settings(allow_private=tuple(private)))
    writer = Writer(store)
    writer.start()
    async with (
        Fetcher(
            allow_private=private, resolver=resolver, connect_timeout=TIMEOUT, read_gap_timeout=TIMEOUT,
            total_timeout=2 * TIMEOUT, host_gap=GAP,
        ) as fetcher,
        ParsePool(workers, preload=PRELOAD) as pool,
    ):  # fmt: skip
        yield Monitor(store, clock, Poller(store, writer, fetcher, pool, force=lambda: force, clock=clock), pool)
        await writer.close()


# --- what a publisher may do ------------------------------------------------------------------------------------------


async def drip(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    out.write(b'HTTP/1.1 200 OK\r\nETag: "bad"\r\n\r\n<rss>')
    while True:
        out.write(b" ")
        await out.drain()
        await asyncio.sleep(TIMEOUT / 5)


async def endless(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    out.write(b'HTTP/1.1 200 OK\r\nETag: "bad"\r\n\r\n<rss>')
    part = b"<item><title>more</title></item>" * 2000
    for _number in range(1 + 10 * BODY_CAP // len(part)):
        out.write(part)
        await out.drain()
    raise AssertionError("it was read to its end")


async def broken_off(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    body = document("lost", "half")
    out.write(f'HTTP/1.1 200 OK\r\nETag: "bad"\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body[:-40])
    await out.drain()
    await asyncio.sleep(0.02)
    raw = out.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # as RST
    out.transport.abort()


async def reset(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    out.transport.abort()


async def silent(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (drip, "timeout"),
        (endless, "too_large"),
        (broken_off, "incomplete"),
        (silent, "timeout"),
        (reset, "disconnected"),
        (says(status=304, etag='"bad"'), "unasked_304"),
        (says("x", etag='"' + "e" * 20_000 + '"'), "protocol"),
    ],
    ids=["drip", "endless", "broken off", "silent", "reset", "304 unasked", "20 KB ETag"],
)
async def test_a_fault_costs_one_poll_of_one_source_and_nothing_that_was_known(
    store: Store, fault: Raw, reason: str
) -> None:
    """F19 to F23: one request, entries and validators stay, the next good answer counts, another source is on time."""
    unasked = reason == "unasked_304"
    async with site(says("one", etag="" if unasked else '"1"')) as bad, site(says("good", etag='"g"')) as good:
        async with monitor(store, Source("Bad", bad.url), Source("Good", good.url)) as it:
            assert {one.error for one in await it.look()} == {None}
            bad.answer = fault
            it.clock.move(2 * QUARTER)
            found = {one.source: one for one in await it.look()}
            assert (found["Bad"].error or "").partition(":")[0] == reason
            assert found["Good"].error is None
            assert it.entries() == 2
            assert it.state("Bad").etag == (None if unasked else '"1"')
            assert it.state("Bad").next_poll_at >= it.clock() + QUARTER  # type: ignore[operator]
            bad.answer = says("two", "one", etag='"2"')
            it.clock.move(2 * QUARTER)
            found = {one.source: one for one in await it.look()}
            assert (found["Bad"].error, found["Bad"].new) == (None, 1)
            assert bad.etags[1:] == [None if unasked else '"1"'] * 2
            assert it.entries() == 3


@pytest.mark.parametrize("etag", ['W/"1"', "unquoted", '"' + "e" * 10_000 + '"', '"é"', 'w/"a", "b"'])
async def test_an_etag_goes_back_byte_for_byte(store: Store, etag: str) -> None:
    """F23: opaque, whatever it looks like; a 304 may bring another one."""
    async with site(says("one", etag=etag)) as one, monitor(store, Source("A", one.url)) as it:
        await it.look()
        one.answer = says(status=304, etag='"new"')
        for _ in range(2):
            it.clock.move(2 * QUARTER)
            (found,) = await it.look()
            assert found.outcome == "not_modified"
    assert one.etags == [None, etag, '"new"']


async def test_hosts_that_are_silent_delay_the_others_by_one_timeout_at_most(store: Store) -> None:
    """F19: more silent hosts than requests may be under way, and all that answer are read within a turn of them."""
    healthy = 12
    hosts = [f"127.0.0.{n + 2}" for n in range(IN_FLIGHT_CAP + 8)]
    async with AsyncExitStack() as stack:
        mute = Site(silent)
        await stack.enter_async_context(listening(mute, hosts))
        sites = [await stack.enter_async_context(site(says(f"of {n}"))) for n in range(healthy)]
        sources = [Source(f"Mute {host}", f"http://{host}:{mute.port}/") for host in hosts]
        sources += [Source(f"Well {n}", one.url) for n, one in enumerate(sites)]
        it = await stack.enter_async_context(monitor(store, *sources))
        for _ in range(2):
            waited: list[float] = []
            began = time.monotonic()

            def note(one: PollResult, began: float = began, waited: list[float] = waited) -> None:
                if one.error is None:
                    waited.append(time.monotonic() - began)

            results = await one_pass(it.poller, done=note)
            assert sum(one.error is not None for one in results) == len(hosts)
            assert len(waited) == healthy
            # one turn of the silent ones, and room for a busy machine; one after the other they would take 20 s
            assert max(waited) < TIMEOUT + 5
            it.clock.move(3 * HOUR)


# --- the network ------------------------------------------------------------------------------------------------------


async def test_an_hour_without_dns_is_no_source_s_fault(store: Store) -> None:
    """F18: nobody is called broken; all are read soon after the return, each once, and not all at one instant."""
    names = [f"{letter}.example" for letter in "abcdefgh"]
    async with site(says("one")) as one:
        table = {name: ["127.0.0.1"] for name in names}
        resolver = FakeResolver(dict(table))
        sources = [
            Source(name, f"http://{name}:{one.port}/feed", every=(30 + 3 * n) * MINUTE) for n, name in enumerate(names)
        ]
        async with monitor(store, *sources, resolver=resolver, private=[*LOOPBACK, *names]) as it:
            await it.look()
            await it.go_on(2 * HOUR)
            resolver.table.clear()
            before, out = one.count, it.clock() - NOW
            await it.go_on(HOUR)
            assert one.count == before
            assert [row for row in it.told() if row[0] == "source"] == []
            resolver.table.update(table)
            await it.go_on(HOUR)
    read = {name: [at for at, one in it.polled if one.source == name and not one.error and at > out] for name in names}
    back = min(times[0] for times in read.values())
    # what failed is asked within 10 minutes of the first answer; what was not even due then, when it is due
    assert max(times[0] for times in read.values()) <= back + RETURN_SPREAD + 2 * MINUTE
    assert len({times[0] for times in read.values()}) >= 4
    for name in names:
        assert all(two - one >= 30 * MINUTE for one, two in pairs(read[name]))
        assert all(two - one >= POLL_FLOOR for one, two in pairs(it.times(name)))
        assert (it.state(name).state, it.state(name).failures) == ("ok", 0)
    assert [row for row in it.told() if row[0] == "source"] == []


def pairs(times: Sequence[timedelta]) -> list[tuple[timedelta, timedelta]]:
    """Each time with the one after it."""
    return list(itertools.pairwise(times))


async def test_weeks_of_500_are_tried_daily_and_told_twice(store: Store) -> None:
    """F21: the pauses grow to a day and no further; one notice, one reminder, one recovery."""
    async with site(says("one", etag='"1"')) as one, monitor(store, Source("A", one.url)) as it:
        await it.look()
        one.answer = says(status=500)
        await it.go_on(21 * DAY, step=HOUR / 2)
        times = it.times("A")
        assert 21 <= len(times) <= 40
        assert max(two - one for one, two in pairs(times)) <= DAY + 3 * HOUR
        failed = len(it.told())
        assert 1 <= failed <= 2
        one.answer = says("two", "one", etag='"2"')
        await it.go_on(DAY + 3 * HOUR, step=HOUR / 2)
        assert (it.state("A").state, it.entries()) == ("ok", 2)
        assert len(it.told()) == failed + 1


# --- the clock --------------------------------------------------------------------------------------------------------


@dataclass
class Machine:
    """A machine's two clocks: the one that people set, and the one that counts seconds."""

    clock: Hand
    steady: float = 1000.0

    def passes(self, span: timedelta) -> None:
        """Time passes; also while it sleeps."""
        self.clock.move(span)
        self.steady += span.total_seconds()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which the daemon looks for due sources many times a second."""
    found = Machine(Hand(NOW))
    monkeypatch.setattr(daemon, "TICK", 0.03)
    monkeypatch.setattr(time, "clock_gettime", lambda _: found.steady)
    return found


@asynccontextmanager
async def daemon_of(store: Store, folder: Path, machine: Machine) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A daemon that runs; what is given lets it look some times and finish what it has begun."""
    loaded = config.load(folder, {})
    assert loaded.watchlist is not None
    assert loaded.settings is not None
    force = put_in_force(
        store, loaded.watchlist, loaded.settings, digest=loaded.digest, text="", now=machine.clock()
    )  # fmt: skip
    it = Daemon(
        store, loaded, force, clock=machine.clock, console=lambda _: None, first_pass=lambda *_: None, environ={}
    )
    life = asyncio.create_task(it.run())

    async def looks() -> None:
        for _ in range(2):  # when the second look begins, the first has claimed what was due
            before = it._ticked
            while it._ticked == before or it._asking:  # noqa: ASYNC110 - it sets no event
                await asyncio.sleep(0.005)

    try:
        yield looks
    finally:
        it._stop.set()
        await asyncio.gather(life, return_exceptions=True)


BACK, AHEAD = timedelta(days=-365), timedelta(days=365)


@pytest.mark.parametrize(
    ("set_by", "asleep"),
    [((-HOUR,), 0), ((BACK,), 0), ((AHEAD,), 0), ((AHEAD, BACK), 0), ((), 8)],
    ids=["an hour back", "a year back", "a year ahead", "ahead and back", "asleep"],
)
async def test_a_clock_that_steps_brings_no_storm_and_no_stall(
    store: Store, machine: Machine, make_config: MakeConfig, set_by: tuple[timedelta, ...], asleep: int
) -> None:
    """F16, F17: after a step or a suspend each source is asked once within an interval, and then as usual."""
    async with AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(site(says(f"of {n}"))) for n in range(3)]
        sources = watchlist({f"S{n}": one.url for n, one in enumerate(sites)})
        fetching = settings() | {"fetch": {"allow_private": list(LOOPBACK)}}
        folder = make_config(json.dumps(sources), json.dumps(fetching))
        looks = await stack.enter_async_context(daemon_of(store, folder, machine))

        async def asked_in(span: timedelta) -> list[int]:
            before = [one.count for one in sites]
            for _ in range(span // (4 * MINUTE)):
                machine.passes(4 * MINUTE)
                await looks()
            return [one.count - known for one, known in zip(sites, before, strict=True)]

        await looks()
        assert min(await asked_in(HOUR)) >= 3
        for step in set_by:
            machine.clock.move(step)
            await looks()
            asked = await asked_in(5 * 4 * MINUTE)
            assert all(1 <= one <= 2 for one in asked), f"in 20 minutes after a step of {step}: {asked}"
        machine.passes(asleep * HOUR)
        before = [one.count for one in sites]
        await looks()
        assert all(one.count - known <= 1 for one, known in zip(sites, before, strict=True)), "a storm"
        assert all(3 <= one <= 4 for one in await asked_in(HOUR))


async def test_a_suspend_in_the_middle_of_a_poll_loses_nothing(store: Store) -> None:
    """F17: eight hours pass while an answer is on its way; its lease is over, and it is taken or asked for again."""
    async with site(says("one")) as one, monitor(store, Source("A", one.url)) as it:
        calm = one.answer

        async def slept(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            it.clock.move(8 * HOUR)
            await calm(reader, out)

        one.answer = slept
        await it.look()
        one.answer = calm
        await it.go_on(2 * QUARTER)
        assert it.entries() == 1
        assert one.count <= 3


async def test_who_comes_back_in_an_hour_that_a_feed_skips_does_not_ask(store: Store) -> None:
    """F17: a poll that was due before the suspend, or the stop, is late by then, and still not wanted."""
    body = document("one").replace(b"<item>", b"<skipHours><hour>10</hour><hour>11</hour></skipHours><item>", 1)
    async with site(says(body=body)) as one, monitor(store, Source("A", one.url)) as it:
        await it.look()
        assert it.state("A").hints == {"skipHours": "10 11"}
        it.clock.move(HOUR + 30 * MINUTE)  # 10:30; it was due at 9:15
        await it.go_on(HOUR)
        assert one.count == 1
        await it.go_on(HOUR)
        assert 2 <= one.count <= 4


# --- the store --------------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer tries again sooner than it does in earnest."""
    monkeypatch.setattr(writer_module, "RETRY_WRITE", (0.1, 0.3, 0.6))


@pytest.mark.usefixtures("impatient")
async def test_a_full_disk_keeps_validators_and_entries_together_and_ends_by_itself(store: Store) -> None:
    """F10: nothing of the poll is written, so it is read anew when there is room: with the old validator."""
    async with site(says("one", etag='"1"')) as one, monitor(store, Source("A", one.url)) as it:
        await it.look()
        it.clock.move(2 * QUARTER)
        (claim,) = await it.poller.claim()
        with store.write() as connection:
            pages = connection.scalar(sa.text("PRAGMA page_count"))
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        many = [f"{n} and more {'of it ' * 100}" for n in range(60)]
        one.answer = says(*many, "one", etag='"2"')
        (found,) = await it.poller.poll_claim(claim)
        assert (found.error or "").startswith("not_written")
        assert (it.entries(), it.state("A").etag) == (1, '"1"')
        with pytest.raises(StoreFull):
            fill(store)
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        await it.go_on(QUARTER + 2 * MINUTE)
        assert (it.entries(), it.state("A").etag) == (61, '"2"')
        assert one.etags == [None, '"1"', '"1"']
        assert rows(store, "PRAGMA integrity_check") == [("ok",)]


def fill(store: Store) -> None:
    """Write more than there is room for."""
    with store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO config (applied_at, digest, watchlist) VALUES (0, '', zeroblob(9999999))"
        )


@pytest.mark.usefixtures("impatient")
async def test_a_locked_database_is_waited_for_and_no_poll_thrown_away(store: Store) -> None:
    """F11: what was read is written when the other program lets go; the loop runs on, and nobody is asked again."""
    async with site(says("one", etag='"1"')) as one, monitor(store, Source("A", one.url)) as it:
        with store._writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        (claim,) = await it.poller.claim()
        with closing(sqlite3.connect(store.path or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            polling = asyncio.create_task(it.poller.poll_claim(claim))
            turns = 0
            until = time.monotonic() + 0.4
            while time.monotonic() < until:
                await asyncio.sleep(0.01)
                turns += 1
            assert turns > 15, "the loop stood still"
            assert not polling.done()
            other.execute("ROLLBACK")
        (found,) = await polling
        assert (found.error, found.new, it.entries()) == (None, 1, 1)
        assert one.count == 1


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_database_that_is_taken_away_stops_the_writer(tmp_path: Path, how: str) -> None:
    """F12: writing on into a file that nobody can open any more would lose all of it at the next start."""
    path = tmp_path / "monitor.sqlite3"
    with Store(f"sqlite:///{path}", write=True) as store:
        in_force(store, NEWS)
        path.unlink()
        if how == "replaced":
            with closing(sqlite3.connect(path)) as other:
                other.execute("CREATE TABLE other (id)")
        with pytest.raises(StoreError):
            in_force(store, NEWS, sources=())


# --- our own processes ------------------------------------------------------------------------------------------------


async def polled_with_a_dying_worker(it: Monitor, one: Site) -> PollResult:
    """One poll whose document is with a worker when the worker is killed."""
    worker = await it.pool.run(jobs.pid)
    assert isinstance(worker, int)
    os.kill(worker, signal.SIGSTOP)  # so that it holds the document for as long as it takes
    asked = one.count
    polling = asyncio.create_task(it.look())
    while one.count == asked:  # noqa: ASYNC110 - what is waited for is a line in a log, which sets no event
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    (found,) = await polling
    return found


async def test_a_killed_worker_costs_its_document_for_one_poll(store: Store) -> None:
    """F03: nothing of the poll is kept, its validators neither, and the next poll reads it."""
    async with site(says("one", etag='"1"')) as one, monitor(store, Source("A", one.url)) as it:
        await it.look()
        one.answer = says("two", "one", etag='"2"')
        it.clock.move(2 * QUARTER)
        found = await polled_with_a_dying_worker(it, one)
        assert (found.error or "").startswith("worker_killed")
        assert (it.entries(), it.state("A").etag) == (1, '"1"')
        await it.go_on(2 * QUARTER)
        assert (it.entries(), it.state("A").etag, it.state("A").state) == (2, '"2"', "ok")
        assert one.etags[2] == '"1"'


async def test_three_killed_workers_put_a_source_in_quarantine(store: Store) -> None:
    """F08: it is asked once a day from then on, says so, and is well again with the first document that is read."""
    async with site(says("one")) as one, monitor(store, Source("A", one.url)) as it:
        for _ in range(3):
            found = await polled_with_a_dying_worker(it, one)
            assert (found.error or "").startswith("worker_killed")
            due = it.state("A").next_poll_at
            assert due is not None
            it.clock.move(due - it.clock())
        assert it.state("A").state == "quarantined"
        assert it.clock() - NOW - it.times("A")[-1] >= DAY
        await it.look()
        assert (it.state("A").state, it.entries()) == ("ok", 1)


async def test_dying_again_and_again_asks_nobody_too_often_and_recovers_soon(tmp_path: Path) -> None:
    """F08: a process that dies with its leases each minute, for an hour; the next is at most two pauses late."""
    url = f"sqlite:///{tmp_path}/monitor.sqlite3"
    async with site(says("one")) as one:
        source = Source("A", one.url)
        with Store(url, write=True) as store:
            async with monitor(store, source) as it:
                await it.look()
                now = it.clock.move(QUARTER + MINUTE)
        for minute in range(60):
            with Store(url, write=True) as store, store.write() as connection:
                polls.claim_hosts(connection, now + minute * MINUTE, limit=10)  # and dies with its leases
        with Store(url, write=True) as store:
            async with monitor(store, source) as it:
                it.clock.move(now + HOUR - NOW)
                before = one.count
                await it.go_on(2 * QUARTER)
                assert one.count - before in (1, 2), "it lost its place in the hour of deaths"


async def test_few_files_may_be_open(tmp_path: Path) -> None:
    """F34: with 64 descriptors some sources may fail and say so; nothing else breaks, and next time all are read."""
    hosts = [f"127.0.0.{n + 2}" for n in range(40)]
    calm = says("one")

    async def late(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)  # so that as many connections as may be are open at one time
        await calm(reader, out)

    one, home = Site(late), Home(tmp_path)
    async with listening(one, hosts):
        sources = {f"S{n}": f"http://{host}:{one.port}/feed" for n, host in enumerate(hosts)}
        home.write(watchlist(sources), settings() | {"fetch": {"allow_private": list(LOOPBACK)}})

        def few() -> None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

        first = await asyncio.to_thread(home.run, "poll", "--json", now=after(0), preexec=few, expect=None)
        assert first.code in (0, 1, 4)
        assert len(first.rows) == len(hosts) + 1
        assert home.sql("PRAGMA integrity_check") == [("ok",)]
        await asyncio.to_thread(home.run, "poll", now=after(60))
    assert home.sql("SELECT count(*) FROM entry") == [(len(hosts),)]
