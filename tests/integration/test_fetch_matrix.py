"""Every hostile address by every way that leads to the fetcher: not one socket to a place that is not public."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from aiohttp.connector import AddrInfoType
from yarl import URL

from monitor.fetch import Fetcher
from monitor.fetch.guard import Guard
from monitor.model import Access, Fetched, FetchFailure, Request, Secret
from tests.integration.serving import FakeResolver, serving

TABLE = Path(__file__).parents[1] / "data" / "fetch" / "hostile.txt"
AUTHORITY = re.compile(r"https?://[^/]*", re.IGNORECASE)


@dataclass(frozen=True)
class Hostile:
    """One line of the table."""

    address: str
    reason: str
    by: str


def lines() -> Iterator[str]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


HOSTILE = [Hostile(*line.split()) for line in lines() if " = " not in line]
NAMES = {name.strip(): found.split() for name, found in (line.split(" = ") for line in lines() if " = " in line)}


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What a socket was given for; all but what a test serves itself on loopback end here."""
    given: list[tuple[str, int]] = []
    opened = Guard.open_socket

    def counted(self: Guard, info: AddrInfoType) -> socket.socket:
        made = opened(self, info)
        where = (str(info[4][0]), int(info[4][1]))
        given.append(where)
        if where[0] != "127.0.0.1" or where[1] < 1024:
            made.close()
            raise OSError("tests dial only what they serve")
        return made

    monkeypatch.setattr(Guard, "open_socket", counted)
    return given


def test_the_table_is_large_enough() -> None:
    assert len({one.address for one in HOSTILE}) == len(HOSTILE) >= 60
    assert {one.by for one in HOSTILE} == {"literal", "name", "lookup", "form"}


def robots(address: str) -> str:
    """The address of the host's robots.txt, as it is built from the address of a page."""
    found = AUTHORITY.match(address)
    return f"{found[0]}/robots.txt" if found else address


WAYS: dict[str, Callable[[str], Request]] = {
    "a feed that a person named": lambda address: Request(address),
    "an address found in a document": lambda address: Request(address, named=False),
    "an article": lambda address: Request(address, named=False, wants="page"),
    "its robots.txt": lambda address: Request(robots(address), named=False, wants="page"),
    "with credentials": lambda address: Request(address, access=Access(Secret("Bearer x"), (("X-Key", Secret("x")),))),
    "with validators": lambda address: Request(address, '"e"', "Mon", validated=address),
}


async def outcomes(requests: list[Request], fetcher: Fetcher) -> list[tuple[str, str]]:
    """Reason and outcome of each, one after the other."""
    found: list[Fetched] = [await fetcher.fetch(request) for request in requests]
    return [(one.reason, one.outcome) if isinstance(one, FetchFailure) else ("read", "read") for one in found]


@pytest.mark.parametrize("way", WAYS)
async def test_directly(way: str, dialled: list[tuple[str, int]]) -> None:
    async with Fetcher(resolver=FakeResolver(NAMES), host_gap=timedelta()) as fetcher:
        found = await outcomes([WAYS[way](one.address) for one in HOSTILE], fetcher)
    assert dict(zip(HOSTILE, found, strict=True)) == {one: (one.reason, "refused") for one in HOSTILE}
    assert dialled == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("wants", ["feed", "page"])
async def test_by_a_redirect(status: int, wants: str, dialled: list[tuple[str, int]]) -> None:
    async def away(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers={"Location": HOSTILE[int(request.path.strip("/"))].address})

    async with (
        serving(away) as port,
        Fetcher(
            resolver=FakeResolver(NAMES), host_gap=timedelta(), allow_private=[f"listed.example:{port}"]
        ) as fetcher,
    ):
        start = f"http://listed.example:{port}"
        requests = [
            Request(f"{start}/{n}", wants="page", named=False) if wants == "page" else Request(f"{start}/{n}")
            for n in range(len(HOSTILE))
        ]
        found = await outcomes(requests, fetcher)
    assert dict(zip(HOSTILE, found, strict=True)) == {one: (one.reason, "refused") for one in HOSTILE}
    assert set(dialled) == {("127.0.0.1", port)}, "the host that redirects, and no other"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_by_a_proxy(scheme: str, dialled: list[tuple[str, int]]) -> None:
    """A proxy looks names up for itself: what a name does not give away is asked of it, all else is not."""
    asked: list[str] = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(status=502)

    async with serving(refuse) as port, Fetcher(resolver=FakeResolver(NAMES), host_gap=timedelta()) as fetcher:
        access = Access(proxy=Secret(f"http://listed.example:{port}"))
        addresses = [re.sub("^https?:", f"{scheme}:", one.address, flags=re.IGNORECASE) for one in HOSTILE]
        found = await outcomes([Request(address, access=access) for address in addresses], fetcher)
    passed = ("proxy" if scheme == "https" else "http_502", "error")
    expected = {one: passed if one.by == "lookup" else (one.reason, "refused") for one in HOSTILE}
    assert dict(zip(HOSTILE, found, strict=True)) == expected
    assert set(dialled) == {("127.0.0.1", port)}, "the proxy, and no other"
    assert len(asked) == sum(one.by == "lookup" for one in HOSTILE)


class Changing(FakeResolver):
    """A name whose address is another one at each look-up."""

    def __init__(self, *turns: str) -> None:
        super().__init__({})
        self.turns = turns

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.table[host] = [self.turns[len(self.asked) % len(self.turns)]]
        return await super().resolve(host, port, family)


@pytest.mark.parametrize("turns", [("93.184.216.34", "127.0.0.1"), ("127.0.0.1", "93.184.216.34")])
async def test_a07_rebinding(turns: tuple[str, str], dialled: list[tuple[str, int]]) -> None:
    names = Changing(*turns)
    async with Fetcher(resolver=names, host_gap=timedelta()) as fetcher:
        found = await outcomes([Request("http://rebind.example/")] * 4, fetcher)
    assert len(names.asked) == 4, "each request looks up for itself: what it dials is what was checked"
    assert dialled == [("93.184.216.34", 80)] * 2
    assert [reason for reason, _ in found].count("private_address") == 2


@pytest.mark.parametrize(
    "address", ["http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/", "http://１２７.０.０.１/"]
)
def test_the_odd_forms_do_lead_to_loopback(address: str) -> None:
    """Otherwise they would prove nothing."""
    assert URL(address).host == "127.0.0.1"
