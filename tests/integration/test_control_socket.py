"""The control socket: what is asked over it, by whom, and what hostile bytes come to."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import structlog

from monitor.control import client, protocol, server
from monitor.control.actions import ACTIONS, Change, Done, Rounds, perform
from monitor.control.client import ask
from monitor.control.protocol import Failed, request
from monitor.control.server import ControlServer, listen
from monitor.errors import StoreFull
from monitor.limits import CONTROL_CONNECTIONS, CONTROL_REQUEST
from monitor.model import Settings
from monitor.pipeline.clock import standing_clock
from monitor.pipeline.hands import Refused
from monitor.pipeline.writer import Writer
from monitor.store.database import Store
from tests.paths import JACK, NOW, in_force, rows, said, tell

MERGE = {"stories": ["s1", "s2"]}


@asynccontextmanager
async def listening(store: Store, path: Path) -> AsyncIterator[ControlServer]:
    """A monitor that listens."""
    writer = Writer(store)
    writer.start()
    found = ControlServer(path, store, writer, settings=Settings, clock=standing_clock(NOW))
    await found.start()
    try:
        yield found
    finally:
        await found.stop(5)
        await writer.close()


async def asked(path: Path, action: str, arguments: dict[str, Any]) -> object:
    """What a command is told."""
    return await asyncio.to_thread(ask, path, action, arguments)


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection that may have been closed already at the other end."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def raw(path: Path, sent: bytes, *, end: bool = True) -> list[dict[str, Any]]:
    """What comes back for bytes, line by line."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(sent)
        if end:
            writer.write_eof()
        return [json.loads(line) for line in (await reader.read()).splitlines()]
    finally:
        await closed(writer)


def fill(store: Store) -> Store:
    """Record the stories s1 and s2."""
    force = in_force(store, JACK)
    tell(store, force, "Courier", said("Jack Ma visits the silk park", "https://courier.example/1"))
    tell(store, force, "Herald", said("Jack Ma speaks to teachers in Oslo", "https://herald.example/1"))
    return store


@pytest.fixture
def stories(store: Store) -> Store:
    """A store with the stories s1 and s2."""
    return fill(store)


async def test_a_command_is_done_by_the_writer(any_store: Store, tmp_path: Path) -> None:
    path, stories = tmp_path / "monitor.sock", fill(any_store)
    async with listening(stories, path):
        done = await asked(path, "story.merge", MERGE)
        assert isinstance(done, Done)
        assert done.sentence == "s2 is part of s1 now. Nothing is sent."
        assert [(row["id"], row["entries"], row["changed"]) for row in done.rows] == [(1, [1, 2], True)]
        again = await asked(path, "story.merge", MERGE)
        assert isinstance(again, Done)
        assert not again.rows[0]["changed"]
        assert await asked(path, "story.split", {"story": "s7"}) == Refused("there is no story s7")
        kept = await asked(path, "housekeep", {})
        assert isinstance(kept, Done)
        assert kept.rows[0]["aged"] == 0
    assert rows(stories, "SELECT merged_into FROM story ORDER BY id") == [(None,), (1,)]


def test_the_same_is_done_without_a_daemon(stories: Store) -> None:
    done = perform(stories, Settings(), "story.merge", MERGE, NOW)
    assert isinstance(done, Done)
    assert done.sentence == "s2 is part of s1 now. Nothing is sent."
    assert isinstance(perform(stories, Settings(), "housekeep", {}, NOW), Done)


@pytest.mark.parametrize(
    ("action", "arguments", "reason"),
    [
        ("story.merge", {}, "ids of story are needed, such as s7"),
        ("story.merge", {"stories": "s1"}, "ids of story are needed, such as s7"),
        ("story.merge", {"stories": ["s1", 2]}, "'2' is not the id of a story: write it as s7"),
        ("story.merge", {"stories": ["s1", "e2"]}, "'e2' is not the id of a story: write it as s7"),
        ("story.merge", {"stories": ["s1", "s٣"]}, "'s\\u0663' is not the id of a story: write it as s7"),
        ("story.merge", {"stories": ["s1", "s" + "9" * 19]}, "is not the id of a story"),
        ("story.split", {}, "'None' is not the id of a story: write it as s7"),
        (
            "story.split",
            {"story": "s1", "entries": ["\x1b[2J"]},
            "'\\x1b[2J' is not the id of an entry: write it as e7",
        ),
        ("story.split", {"story": "s1", "entries": {}}, "ids of entry are needed, such as e7"),
    ],
)
def test_arguments_are_looked_at(stories: Store, action: str, arguments: dict[str, Any], reason: str) -> None:
    done = perform(stories, Settings(), action, arguments, NOW)
    assert isinstance(done, Refused)
    assert reason in done.reason
    assert done.reason.isprintable()


# --- who may, and where -------------------------------------------------------------------------------


async def test_only_its_owner_reaches_it_whatever_the_umask(store: Store, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        async with listening(store, tmp_path / "monitor.sock"):
            mode = os.lstat(tmp_path / "monitor.sock").st_mode
    finally:
        os.umask(before)
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600
    assert not (tmp_path / "monitor.sock").exists(), "it is taken away at the end"


async def test_other_users_are_turned_away(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    path = tmp_path / "monitor.sock"
    async with listening(store, path):
        monkeypatch.setattr(server, "peer_of", lambda _: 4711)
        refused = await asked(path, "housekeep", {})
        assert refused == Failed("store", "this monitor takes requests of its own user only")
        monkeypatch.setattr(client, "peer_of", lambda _: 4711)
        distrusted = await asked(path, "housekeep", {})
        assert isinstance(distrusted, Failed)
        assert "another user's program" in distrusted.message


async def test_a_path_that_is_too_long_for_an_address_works(stories: Store, tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30) / "monitor.sock"
    assert len(bytes(path)) > protocol.SUN_PATH
    async with listening(stories, path):
        assert stat.S_IMODE(os.lstat(path).st_mode) == 0o600
        assert isinstance(await asked(path, "story.merge", MERGE), Done)
        with pytest.raises(OSError, match="another monitor listens there"):
            listen(path)
    assert await asked(path, "story.merge", MERGE) is None
    listen(path).close()


async def test_what_a_dead_monitor_left_is_replaced_and_a_live_one_is_not(stories: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert await asked(path, "housekeep", {}) is None
    async with listening(stories, path):
        with pytest.raises(OSError, match="another monitor listens there"):
            listen(path)
        assert isinstance(await asked(path, "story.merge", MERGE), Done)


async def test_a_live_ones_socket_outlives_one_that_could_not_have_it(stories: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.sock"
    async with listening(stories, path) as first:
        path.unlink()
        async with listening(stories, path):
            await first.stop(1)
            assert isinstance(await asked(path, "story.merge", MERGE), Done)


def test_a_place_where_nothing_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="another file is there, and is no socket"):
        listen(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    with pytest.raises(OSError, match=r"file/monitor\.sock cannot be listened at: "):
        listen(tmp_path / "file" / "monitor.sock")
    with pytest.raises(OSError, match=r"monitor\.sock cannot be listened at: "):
        listen(Path("/proc/monitor.sock"))


# --- bytes of any kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"\n", "malformed"),
        (b"GET / HTTP/1.1\r\n\r\n", "malformed"),
        (b"[1]\n", "malformed"),
        (b"[" * 60_000 + b"\n", "malformed"),
        (b'{"v": ' + b"1" * 9_000 + b"}\n", "malformed"),
        (b'{"v": 1, "action": "housekeep"', "malformed"),
        (b"\xff\xfe\x00\n", "malformed"),
        (b'{"v": 1, "action": "housekeep", "arguments": [1]}\n', "malformed"),
        (b"x" * (CONTROL_REQUEST + 10), "too_large"),
        (b" " * (CONTROL_REQUEST + 10) + b"\n", "too_large"),
        (b'{"action": "housekeep"}\n', "version"),
        (b'{"v": true, "action": "housekeep"}\n', "version"),
        (b'{"v": 2, "action": "housekeep"}\n', "version"),
        (b'{"v": 1}\n', "unknown_action"),
        (b'{"v": 1, "action": ["housekeep"]}\n', "unknown_action"),
        (b'{"v": 1, "action": "drop\\u001b[2Jtable"}\n', "unknown_action"),
        (b'{"v": 1, "action": "story.split", "arguments": {"story": "\\ud800"}}\n', "refused"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_hostile_bytes_get_one_line_of_error(store: Store, tmp_path: Path, sent: bytes, kind: str) -> None:
    path = tmp_path / "monitor.sock"
    with structlog.testing.capture_logs() as logged:
        async with listening(store, path):
            found = await raw(path, sent)
    assert [line["error"] for line in found] == [kind]
    assert all("\x1b" not in line["message"] for line in found)
    assert [line["event"] for line in logged] == (["control"] if kind == "refused" else [])


async def test_random_bytes_end_nothing(stories: Store, tmp_path: Path) -> None:
    path, chance = tmp_path / "monitor.sock", random.Random(7)
    good = request("story.split", {"story": "s9"})
    with structlog.testing.capture_logs() as logged:
        async with listening(stories, path):
            for _ in range(200):
                sent = bytearray(good)
                for _ in range(chance.randint(1, 6)):
                    sent[chance.randrange(len(sent))] = chance.randrange(256)
                found = await raw(path, bytes(sent))
                assert len(found) == 1
                assert "error" in found[0]
            assert isinstance(await asked(path, "story.merge", MERGE), Done)
    assert "control_failed" not in {line["event"] for line in logged}


async def test_who_only_looks_in_is_owed_nothing(store: Store, tmp_path: Path) -> None:
    async with listening(store, tmp_path / "monitor.sock"):
        assert await raw(tmp_path / "monitor.sock", b"") == []


async def test_a_request_has_a_deadline(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONTROL_DEADLINE", 0.2)
    async with listening(store, tmp_path / "monitor.sock"):
        (line,) = await raw(tmp_path / "monitor.sock", b'{"v": 1', end=False)
    assert line["error"] == "late"


async def test_connections_are_bounded(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.sock"
    async with listening(store, path):
        idle = [await asyncio.open_unix_connection(path) for _ in range(CONTROL_CONNECTIONS)]
        await asyncio.sleep(0.1)
        turned_away = await asked(path, "housekeep", {})
        assert isinstance(turned_away, Failed)
        assert "too many commands" in turned_away.message
        for _, writer in idle:
            await closed(writer)
        await asyncio.sleep(0.1)
        assert isinstance(await asked(path, "housekeep", {}), Done)


# --- what goes wrong ------------------------------------------------------------------------------------


def only(monkeypatch: pytest.MonkeyPatch, action: Change | Rounds) -> None:
    """Let the table hold one action, ``try``."""
    for module in (server, protocol):
        monkeypatch.setattr(module, "ACTIONS", {**ACTIONS, "try": action})


def fails(*_: object) -> Done:
    """An action with a fault."""
    raise ZeroDivisionError("secret")


def full(*_: object) -> Done:
    """An action that finds the disk full."""
    raise StoreFull("the disk is full")


@pytest.mark.parametrize("kind", [Change, Rounds])
async def test_a_fault_of_an_action_is_an_error_and_stops_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Change | Rounds]
) -> None:
    only(monkeypatch, kind(fails))
    with structlog.testing.capture_logs() as logged:
        async with listening(store, tmp_path / "monitor.sock"):
            failed = await asked(tmp_path / "monitor.sock", "try", {})
            assert isinstance(await asked(tmp_path / "monitor.sock", "housekeep", {}), Done)
    assert isinstance(failed, Failed)
    assert "secret" not in failed.message
    assert {line["event"] for line in logged} == {"control", "control_failed"}


async def test_a_store_that_cannot_be_written_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    only(monkeypatch, Rounds(full))
    async with listening(store, tmp_path / "monitor.sock"):
        assert await asked(tmp_path / "monitor.sock", "try", {}) == Failed("store", "the disk is full")


async def test_long_work_gives_signs_of_life_and_goes_on_when_nobody_waits(
    stories: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONTROL_SIGN", 0.05)
    going, done = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def slow(*_: object) -> Done:
        asyncio.run_coroutine_threadsafe(going.wait(), loop).result(30)
        done.append(1)
        return Done(sentence="slept")

    only(monkeypatch, Rounds(slow))
    async with listening(stories, tmp_path / "monitor.sock"):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "monitor.sock")
        writer.write(request("try", {}))
        assert json.loads(await reader.readline()) == {"v": 1, "working": True}
        await closed(writer)
        waiting = asyncio.ensure_future(asked(tmp_path / "monitor.sock", "try", {}))
        await asyncio.sleep(0.2)
        going.set()
        assert await waiting == Done(sentence="slept")
    assert len(done) == 2


async def test_stopping_waits_for_what_is_under_way_and_says_when_it_had_to_cut(
    stories: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = asyncio.Event()
    loop = asyncio.get_running_loop()

    def waits(*_: object) -> Done:
        asyncio.run_coroutine_threadsafe(going.wait(), loop).result(30)
        return Done()

    only(monkeypatch, Rounds(waits))
    async with listening(stories, tmp_path / "monitor.sock") as found:
        waiting = asyncio.ensure_future(asked(tmp_path / "monitor.sock", "try", {}))
        await asyncio.sleep(0.2)
        assert not await found.stop(0.1)
        going.set()
        assert isinstance(await waiting, Failed)


def test_a_request_that_is_too_large_is_not_sent(tmp_path: Path) -> None:
    many = {"stories": [f"s{number}" for number in range(20_000)]}
    found = ask(tmp_path / "nobody.sock", "story.merge", many)
    assert isinstance(found, Failed)
    assert found.kind == "too_large"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "did not end its answer"),
        (b'{"v": 1, "row": {}}\n', "did not end its answer"),
        (b"rubbish\n", "did not end its answer"),
        (b"[]\n", "did not end its answer"),
        (b'{"v": 2, "done": ""}\n', "of another version"),
        (b'{"v": 2, "error": "version", "message": ""}\n', "of another version"),
        (b'{"v": 1, "error": "busy", "message": "too many"}\n', "too many"),
    ],
)
async def test_answers_that_break_off_or_are_of_another_version(tmp_path: Path, answer: bytes, says: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    listener = await asyncio.start_unix_server(serve, tmp_path / "monitor.sock")
    async with listener:
        found = await asked(tmp_path / "monitor.sock", "housekeep", {})
    assert isinstance(found, Failed)
    assert says in found.message
