"""The daemon in this process, where its minute can be shortened: what its watcher misses, and a right that is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import watchfiles
from structlog.testing import capture_logs

from monitor import config, daemon, following
from monitor.daemon import Daemon
from monitor.errors import WriterLost
from monitor.following import Following
from monitor.pipeline.clock import system_clock
from monitor.pipeline.force import put_in_force
from monitor.store import database, rights
from monitor.store.database import Store
from tests.conftest import MakeConfig
from tests.services import Home

ONE, TWO, THREE = (f"topics: {{{names}}}\n" for names in ("A: [a]", "A: [a], B: [b]", "A: [a], B: [b], C: [c]"))
BAD = "topics: {A: {anny: [a]}}\n"
OFF = "web: {listen: off}\n"


@asynccontextmanager
async def running(store: Store, folder: Path) -> AsyncIterator[tuple[Daemon, list[str], asyncio.Task[bool]]]:
    """A daemon that runs, what it has printed, and its life."""
    loaded = config.load(folder, {})
    assert loaded.watchlist is not None
    assert loaded.settings is not None
    force = put_in_force(
        store, loaded.watchlist, loaded.settings, digest=loaded.digest, text=loaded.text, now=system_clock()
    )
    said: list[str] = []
    it = Daemon(store, loaded, force, clock=system_clock, console=said.append, first_pass=lambda *_: None, environ={})
    life = asyncio.create_task(it.run())
    try:
        yield it, said, life
    finally:
        it._stop.set()
        await asyncio.gather(life, return_exceptions=True)


async def until(true: Callable[[], Any]) -> None:
    """Wait until it is true."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for are rows, lines and attributes, which set no event
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def short_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute takes 0.2 s."""
    monkeypatch.setattr(daemon, "HEARTBEAT_EVERY", 0.2)


def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the watcher hear nothing, so that only the look of each minute is left."""

    async def hears_nothing(*_: object, stop_event: asyncio.Event, **__: object) -> AsyncIterator[set[Any]]:
        await stop_event.wait()
        for never in list[set[Any]]():
            yield never

    monkeypatch.setattr(following, "awatch", hears_nothing)


async def test_the_target_of_a_link_is_followed(store: Store, make_config: MakeConfig, tmp_path: Path) -> None:
    folder = make_config(ONE, OFF)
    target = tmp_path / "elsewhere" / "real.yaml"
    target.parent.mkdir()
    (folder / "watchlist.yaml").rename(target)
    (folder / "watchlist.yaml").symlink_to(target)
    async with running(store, folder) as (it, _, life):
        target.write_text(TWO, "utf-8")
        await until(lambda: len(it.force.topics) == 2)
        it._stop.set()
        assert await life


async def test_a_folder_in_the_old_ones_place_is_followed(
    store: Store, make_config: MakeConfig, tmp_path: Path
) -> None:
    folder = make_config(ONE, OFF)
    async with running(store, folder) as (it, _, _):
        await until(lambda: it.following._watcher)
        shutil.copytree(folder, tmp_path / "next")
        (tmp_path / "next" / "watchlist.yaml").write_text(TWO, "utf-8")
        folder.rename(tmp_path / "before")
        (tmp_path / "next").rename(folder)
        before = it.following._watcher
        await until(lambda: len(it.force.topics) == 2)
        await until(lambda: it.following._watcher is not before)


async def test_a_watcher_that_ended_is_started_again(
    store: Store, make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_config(ONE, OFF)
    real, tries = watchfiles.awatch, []

    def breaks_once(*where: Any, **how: Any) -> Any:
        tries.append(where)
        if len(tries) == 1:
            raise OSError("no watch is left")
        return real(*where, **how)

    monkeypatch.setattr(following, "awatch", breaks_once)
    with capture_logs() as log:
        async with running(store, folder) as (it, _, _):
            await until(lambda: len(tries) == 2)
            (folder / "watchlist.yaml").write_text(TWO, "utf-8")
            await until(lambda: len(it.force.topics) == 2)
    (ended,) = (line for line in log if line["event"] == "watcher_ended")
    assert "no watch is left" in ended["error"]


async def test_what_is_wrong_is_said_once(
    store: Store, make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf(monkeypatch)
    folder = make_config(ONE, OFF)
    looks: list[bool] = []
    real = Following.reload

    async def counted(self: Following, *, repeat: bool = True) -> bool:
        found = await real(self, repeat=repeat)
        looks.append(found)
        return found

    monkeypatch.setattr(Following, "reload", counted)

    async def looks_more() -> None:
        seen = len(looks)
        await until(lambda: len(looks) >= seen + 4)

    with capture_logs() as log:
        async with running(store, folder) as (it, said, _):
            for wrong in (BAD, None):
                if wrong is None:
                    (folder / "watchlist.yaml").unlink()
                else:
                    (folder / "watchlist.yaml").write_text(wrong, "utf-8")
                await looks_more()
            assert sum("unknown key" in text for text in said) == 1
            assert sum(line["event"] == "watchlist_kept" for line in log) == 2
            await it.following.reload()  # who asks is answered again
            assert sum(line["event"] == "watchlist_kept" for line in log) == 3
            (folder / "watchlist.yaml").write_text(THREE, "utf-8")
            await until(lambda: len(it.force.topics) == 3)
            (folder / "watchlist.yaml").write_text(BAD, "utf-8")
            await until(lambda: sum("unknown key" in text for text in said) == 2)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_it_stops_where_the_right_to_write_is_lost(
    any_store: Store, database_url: str, make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_CHECK_EVERY", 0.1)
    with capture_logs() as log:
        async with running(any_store, make_config(ONE, OFF)) as (_, _, life):
            await until(lambda: any(line["event"] == "ready" for line in log))
            await asyncio.to_thread(end_the_lock, database_url)
            with pytest.raises(WriterLost, match="another monitor may be writing"):
                await asyncio.wait_for(life, 20)
    assert [line["event"] for line in log].count("writer_lost") == 1


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_its_process_ends_with_1_and_says_why(database_url: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write(ONE, OFF)
    with home.running("run", MONITOR_DATABASE_URL=database_url) as monitor:
        monitor.wait_for("ready")
        end_the_lock(database_url)
        assert monitor.process.wait(timeout=30) == 1
        assert monitor.err.splitlines()[-1].startswith("the right to write to postgresql://")
        assert "Traceback" not in monitor.err


def end_the_lock(url: str) -> None:
    """End the connection that holds the right to write."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        lock = {"key": rights.WRITER_LOCK}
        connection.execute(sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = :key"), lock).all()
    engine.dispose()
