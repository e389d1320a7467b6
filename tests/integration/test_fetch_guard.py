"""The guard and the slots around real requests: what is dialled, when, and how often at once."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.connector import AddrInfoType
from yarl import URL

from monitor.fetch import Fetcher
from monitor.fetch.guard import Guard
from monitor.fetch.lookup import SystemResolver
from monitor.fetch.slots import Slots
from monitor.model import Document, FetchFailure, Request
from tests.integration.serving import Answer, FakeResolver, serving

NAMES = {
    "home.example": ["127.0.0.1"],
    "meta.example": ["169.254.169.254"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:10.0.0.1"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "listed.example": ["127.0.0.1"],
}


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address for which the guard gave out a socket; only loopback ever gets a real one."""
    given: list[str] = []
    opened = Guard.open_socket

    def counted(self: Guard, info: AddrInfoType) -> socket.socket:
        made = opened(self, info)
        given.append(str(info[4][0]))
        if given[-1] != "127.0.0.1":
            made.close()
            raise OSError("tests dial loopback only")
        return made

    monkeypatch.setattr(Guard, "open_socket", counted)
    return given


async def hello(request: web.BaseRequest) -> web.Response:
    if request.path == "/away":
        return web.Response(status=302, headers={"Location": request.query["to"]})
    return web.Response(text="hello")


ADDRESSES = (
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://localhost.:{port}/",
    "http://0:{port}/",
    "http://0x7f000001:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://home.example:{port}/",
    "http://meta.example/",
    "http://six.example:{port}/",
    "http://mapped.example/",
    "http://mixed.example/",
)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_private_addresses_are_never_dialled(address: str, dialled: list[str]) -> None:
    names = FakeResolver({**NAMES, "localhost": ["127.0.0.1"], "localhost.": ["127.0.0.1"]})
    async with serving(hello) as port, Fetcher(resolver=names) as fetcher:
        found = await fetcher.fetch(Request(address.format(port=port)))
    assert isinstance(found, FetchFailure)
    assert (found.outcome, found.reason) == ("refused", "private_address")
    assert "allow_private" in found.sentence
    assert dialled == []


@pytest.mark.parametrize("address", ADDRESSES)
async def test_nor_by_a_redirect_from_a_listed_host(address: str, dialled: list[str]) -> None:
    names = FakeResolver({**NAMES, "localhost": ["127.0.0.1"], "localhost.": ["127.0.0.1"]})
    async with (
        serving(hello) as other,
        serving(hello) as port,
        Fetcher(resolver=names, allow_private=[f"listed.example:{port}"]) as fetcher,
    ):
        away = str(URL(f"http://listed.example:{port}/away").with_query(to=address.format(port=other)))
        found = await fetcher.fetch(Request(away))
    assert isinstance(found, FetchFailure)
    assert (found.outcome, found.reason) == ("refused", "private_address")
    assert dialled == ["127.0.0.1"]


async def test_a_listed_name_is_read(dialled: list[str]) -> None:
    async with (
        serving(hello) as port,
        Fetcher(resolver=FakeResolver(NAMES), allow_private=["listed.example"]) as fetcher,
    ):
        found = await fetcher.fetch(Request(f"http://listed.example:{port}/"))
    assert isinstance(found, Document)
    assert dialled == ["127.0.0.1"]


async def test_an_address_that_changes_after_the_look_up_is_caught_at_the_dial(
    dialled: list[str],
) -> None:
    names = FakeResolver(NAMES)
    fetcher = Fetcher(resolver=names)
    fetcher._resolver = names  # type: ignore[assignment]  # as if the look-up had been answered with a public address
    async with serving(hello) as port, fetcher:
        found = await fetcher.fetch(Request(f"http://home.example:{port}/"))
    assert isinstance(found, FetchFailure)
    assert found.reason == "private_address"
    assert dialled == []


async def test_public_names_pass_the_guard(dialled: list[str]) -> None:
    async with Fetcher(resolver=FakeResolver({"news.example": ["93.184.216.34"]})) as fetcher:
        found = await fetcher.fetch(Request("http://news.example/"))
    assert isinstance(found, FetchFailure)
    assert found.reason == "connect"
    assert dialled == ["93.184.216.34"]


async def test_unknown_names_and_proxies(dialled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    names = FakeResolver({})
    async with Fetcher(resolver=names) as fetcher:
        found = await fetcher.fetch(Request("http://user:secret@nowhere.example/?token=secret"))
    assert isinstance(found, FetchFailure)
    assert (found.reason, found.sentence) == ("dns", "The name nowhere.example could not be found (DNS).")
    assert found.url == "http://***@nowhere.example/?token=***"
    assert names.asked == ["nowhere.example"]
    assert dialled == []


async def test_the_system_resolver() -> None:
    names = SystemResolver()
    assert [one["host"] for one in await names.resolve("127.0.0.1", 80)] == ["127.0.0.1"]
    with pytest.raises(OSError, match=r".+"):
        await names.resolve("a..b" * 70, 80)
    await names.close()


async def test_one_request_at_a_time_and_a_gap_behind_it() -> None:
    times: list[tuple[float, float]] = []

    async def slow(request: web.BaseRequest) -> web.Response:
        started = time.monotonic()
        await asyncio.sleep(0.05)
        times.append((started, time.monotonic()))
        return web.Response(text="x")

    names = FakeResolver(NAMES)
    async with serving(slow) as port, Fetcher(resolver=names, allow_private=["127.0.0.0/8"]) as fetcher:
        fetcher._gap = 0.2
        address = f"http://home.example:{port}/"
        found = await asyncio.gather(*(fetcher.fetch(Request(f"{address}{n}")) for n in range(3)))
        assert all(isinstance(one, Document) for one in found)
        listed = await fetcher.fetch(Request(f"http://127.0.0.1:{port}/"))
        assert isinstance(listed, Document)
    ends = [end for _, end in times]
    assert all(start - end >= 0.19 for end, (start, _) in zip(ends[:2], times[1:3], strict=True))


async def test_slots_are_per_host_capped_over_all_and_forgotten() -> None:
    slots = Slots(2)
    now, most = 0, 0

    async def hold(host: str, seconds: float = 0.0) -> None:
        nonlocal now, most
        async with slots.hold(host, gap=0):
            now += 1
            most = max(most, now)
            await asyncio.sleep(seconds)
            now -= 1

    await asyncio.gather(*(hold(f"h{n}", 0.01) for n in range(6)))
    assert most == 2
    await asyncio.gather(*(hold(f"h{n}") for n in range(1100)))
    await hold("last")
    assert len(slots._hosts) == 1


async def test_a_cancelled_wait_gives_the_slot_free() -> None:
    slots = Slots(1)
    async with slots.hold("a", gap=0):
        waiting = asyncio.create_task(slots.hold("a", gap=0).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(1):
        async with slots.hold("a", gap=0):
            pass


def test_gap_is_a_setting() -> None:
    assert Fetcher(host_gap=timedelta(seconds=5))._gap == 5.0


async def test_hosts_that_redirect_to_each_other_never_wait_in_a_ring() -> None:
    """Two hosts, each of whose pages redirect to the other: who holds one slot never waits for another."""
    ports: list[int] = []
    now: dict[int, int] = {}

    def crossing(mine: int) -> Answer:
        async def answer(request: web.BaseRequest) -> web.Response:
            now[mine] = now.get(mine, 0) + 1
            assert now[mine] == 1, "two requests at once on one host"
            await asyncio.sleep(0.001)
            now[mine] -= 1
            left = int(request.path.strip("/"))
            if not left:
                return web.Response(text="x")
            return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{ports[1 - mine]}/{left - 1}"})

        return answer

    async with (
        serving(crossing(0)) as one,
        serving(crossing(1)) as other,
        Fetcher(allow_private=["127.0.0.1"]) as fetcher,
    ):
        ports += [one, other]
        fetcher._slots = Slots(2)  # no more than the hosts, so that the cap over all is in the ring too
        async with asyncio.timeout(20):
            found = await asyncio.gather(
                *(fetcher.fetch(Request(f"http://127.0.0.1:{ports[n % 2]}/5")) for n in range(60))
            )
    assert all(isinstance(one, Document) for one in found)
