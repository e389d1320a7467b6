"""The pool of killable workers, with real processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from monitor.model import Document, Parsed, ParsedEntry, ParseFailure
from monitor.parse import ParsePool
from monitor.parse.wire import ANSWER_CAP
from monitor.sources import PRELOAD, Feed
from tests.integration import parse_jobs as jobs


@pytest.fixture
async def pool() -> AsyncIterator[ParsePool]:
    async with ParsePool(1, deadline=40.0, cpu=1, memory=128 * 2**20) as made:
        yield made


def running(process: int) -> bool:
    """Whether a process is there and not merely waiting to be collected, which it can be once its threads are gone."""
    with contextlib.suppress(OSError):
        ended = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
        return not ended or len(list(Path(f"/proc/{process}/task").iterdir())) > 1
    return False


async def ends(process: int) -> bool:
    for _ in range(100):
        if not running(process):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_results_come_back(pool: ParsePool) -> None:
    assert await pool.run(jobs.double, 21) == 42
    assert await pool.run(jobs.length, bytes(10 * 2**20)) == 10 * 2**20
    found = await pool.run(jobs.entry, "马云")
    assert found == Parsed(entries=(ParsedEntry(title="马云"),), hints={"ttl": "5"})
    assert await pool.run(jobs.signals) == (True, True)


async def test_a_feed_is_read() -> None:
    document = Document(
        "https://a.example/f", b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
    )
    async with ParsePool(preload=PRELOAD) as pool:
        found = await pool.run(Feed.parse, document, "")
    assert isinstance(found, Parsed)
    assert found == Parsed(entries=(ParsedEntry(title="x"),), form="rss20", memory=found.memory)


async def test_creating_a_pool_costs_nothing() -> None:
    started = time.monotonic()
    pool = ParsePool(preload=("no.such.module",))
    await pool.close()
    assert time.monotonic() - started < 0.2
    with pytest.raises(RuntimeError):
        await pool.run(jobs.double, 1)


@pytest.mark.parametrize(
    ("function", "args", "reason"),
    [
        (jobs.work, (5.0,), "cpu"),
        (jobs.eat, (256 * 2**20,), "memory"),
        (jobs.crash, (), "worker_killed"),
        (jobs.leave, (), "worker_killed"),
        (jobs.raise_, ("secret words",), "malformed"),
        (jobs.recurse, (), "malformed"),
        (jobs.unpicklable, (), "malformed"),
        (jobs.foreign, (), "malformed"),
    ],
)
async def test_a_bad_document_costs_itself(
    pool: ParsePool, function: Callable[..., object], args: tuple[object, ...], reason: str
) -> None:
    found = await pool.run(function, *args)
    assert isinstance(found, ParseFailure)
    assert found.reason == reason
    assert found.sentence.endswith(".")
    assert "secret" not in found.sentence
    assert await pool.run(jobs.double, 4) == 8


@pytest.mark.parametrize(
    ("function", "inside", "outside", "reason"),
    [
        (jobs.work, 0.7, 2.3, "cpu"),
        (jobs.eat, 96 * 2**20, 130 * 2**20, "memory"),
        (jobs.wait, 1.5, 2.6, "deadline"),
    ],
)
async def test_each_limit_lets_through_what_is_within_it(
    function: Callable[[float], float], inside: float, outside: float, reason: str
) -> None:
    """The system counts processor time in whole seconds and memory in what was asked for: so near, and no nearer."""
    async with ParsePool(1, deadline=2.0 if reason == "deadline" else 60.0, cpu=1, memory=128 * 2**20) as pool:
        assert await pool.run(function, inside) == inside
        found = await pool.run(function, outside)
        assert isinstance(found, ParseFailure)
        assert found.reason == reason
        assert await pool.run(function, inside) == inside


@pytest.mark.parametrize(("function", "args"), [(jobs.wait, (60.0,)), (jobs.stop, ())])
async def test_the_deadline_is_kept_by_the_parent(function: Callable[..., object], args: tuple[object, ...]) -> None:
    async with ParsePool(1, deadline=1.0) as pool:
        started = time.monotonic()
        found = await pool.run(function, *args)
        assert isinstance(found, ParseFailure)
        assert found.reason == "deadline"
        assert 0.9 < time.monotonic() - started < 20
        assert await pool.run(jobs.pid) is not None


async def test_an_answer_over_the_cap_is_not_read() -> None:
    async with ParsePool(1) as pool:
        assert isinstance(await pool.run(jobs.large, ANSWER_CAP + 1), ParseFailure)
        assert await pool.run(jobs.double, 4) == 8


async def test_an_answer_runs_no_code(pool: ParsePool, tmp_path: Path) -> None:
    note = tmp_path / "note"
    found = await pool.run(jobs.exploit, str(note))
    assert isinstance(found, ParseFailure)
    assert not note.exists()


async def test_processor_time_is_counted_for_each_document(pool: ParsePool) -> None:
    first = await pool.run(jobs.pid)
    for _ in range(4):
        assert await pool.run(jobs.work, 0.5) == 0.5
    assert await pool.run(jobs.pid) == first


async def test_a_worker_that_died_idle_costs_nothing(pool: ParsePool) -> None:
    for _ in range(3):
        worker = await pool.run(jobs.pid)
        assert isinstance(worker, int)
        os.kill(worker, signal.SIGKILL)
        assert await ends(worker)
        assert isinstance(await pool.run(jobs.pid), int)


async def test_workers_are_recycled() -> None:
    async with ParsePool(1, recycle=2) as pool:
        seen = [await pool.run(jobs.pid) for _ in range(5)]
    assert seen[0] == seen[1] != seen[2] == seen[3] != seen[4]


async def test_no_token_is_in_the_environment_of_a_worker(pool: ParsePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://hooks.example/secret")
    found = await pool.run(jobs.environment)
    assert not isinstance(found, ParseFailure)
    assert "PATH" in found
    assert "SLACK_WEBHOOK_URL" not in found


async def test_a_worker_that_cannot_start_is_a_failure() -> None:
    async with ParsePool(1, preload=("no.such.module",)) as pool:
        found = await pool.run(jobs.double, 1)
    assert isinstance(found, ParseFailure)
    assert found.reason == "no_worker"


async def test_documents_are_read_side_by_side_and_the_loop_runs_on() -> None:
    async with ParsePool(2) as pool:
        await asyncio.gather(pool.run(jobs.wait, 0.1), pool.run(jobs.wait, 0.1))
        started, ticks = time.monotonic(), 0
        task = asyncio.gather(*(pool.run(jobs.wait, 0.5) for _ in range(4)))
        while not task.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert 0.9 < time.monotonic() - started < 1.9
        assert ticks > 30


async def test_closing_ends_what_is_under_way() -> None:
    pool = ParsePool(1)
    worker = await pool.run(jobs.pid)
    busy = asyncio.create_task(pool.run(jobs.wait, 30.0))
    queued = asyncio.create_task(pool.run(jobs.double, 1))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await pool.close()
    assert time.monotonic() - started < 2
    found = await busy
    assert isinstance(found, ParseFailure)
    with pytest.raises(asyncio.CancelledError):
        await queued
    assert isinstance(worker, int)
    assert not running(worker)


@pytest.mark.parametrize("function", ["spin", "wait"])
async def test_workers_die_with_a_killed_parent(function: str, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = textwrap.dedent(
        f"""
        import asyncio, sys
        from monitor.parse import ParsePool
        from tests.integration import parse_jobs as jobs

        async def main():
            pool = ParsePool(1, deadline=100, cpu=100)
            print(await pool.run(jobs.pid), flush=True)
            await pool.run(jobs.{function}, {str(note)!r} if {function!r} == "spin" else 100)

        asyncio.run(main())
        """
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    worker = int(await parent.stdout.readline())
    await asyncio.sleep(0.3)
    assert running(worker)
    parent.kill()
    await parent.communicate()
    assert await ends(worker)
