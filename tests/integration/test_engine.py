"""The embedded engine: ticks, work beside them, and an end that waits for what was handed over late."""

from __future__ import annotations

import asyncio

from monitor.engine.embedded import Embedded


async def test_draining_waits_also_for_what_running_work_hands_over() -> None:
    engine = Embedded()
    engine.start()
    done: list[str] = []

    async def send() -> None:
        await asyncio.sleep(0.2)
        done.append("sent")

    async def claim() -> None:
        await asyncio.sleep(0.2)
        engine.submit(send())
        done.append("claimed")

    engine.submit(claim())
    assert await engine.drain(5)
    assert done == ["claimed", "sent"]


async def test_draining_gives_up_after_its_time() -> None:
    engine = Embedded()
    engine.start()
    engine.submit(asyncio.sleep(60))
    assert not await engine.drain(0.2)


async def test_a_handler_never_runs_twice_at_one_time_and_its_error_stops_nothing() -> None:
    engine = Embedded()
    running, most, ticks = 0, 0, 0

    async def handler() -> None:
        nonlocal running, most, ticks
        running += 1
        ticks += 1
        most = max(most, running)
        await asyncio.sleep(0.25)
        running -= 1
        raise ValueError("one bad tick")

    engine.every("tick", 0.1, handler)
    engine.start()
    await asyncio.sleep(0.9)
    await engine.drain(2)
    assert most == 1
    assert ticks >= 2
