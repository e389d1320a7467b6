"""Each cap of the fetcher just below, at and just above its figure; bombs and lies about length."""

from __future__ import annotations

import asyncio
import functools
import gzip
import resource
import time
import tracemalloc
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.limits import BODY_CAP, HEADER_CAP, HEADERS_CAP, REDIRECT_CAP, URL_CAP
from monitor.model import Document, Fetched, FetchFailure, Request
from tests.integration.serving import Raw, raw_serving, serving

MIB = 2**20


async def fetch(port: int, path: str = "/", *, gap: float = 5.0, total: float = 20.0) -> Fetched:
    async with Fetcher(allow_private=["127.0.0.1"], read_gap_timeout=gap, total_timeout=total) as fetcher:
        return await fetcher.fetch(Request(f"http://127.0.0.1:{port}{path}"))


def outcome(found: Fetched) -> str:
    return found.reason if isinstance(found, FetchFailure) else "read"


def writing(*parts: bytes, pause: float = 0.0, end: bool = True) -> Raw:
    """A server that writes the parts with pauses between them, and then closes, or waits."""

    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        if not end:
            await asyncio.sleep(30)

    return write


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def members(body: bytes) -> bytes:
    return b"".join(gzip.compress(body[start : start + MIB]) for start in range(0, len(body), MIB))


def quick_brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=1))


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "identity": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "brotli": ("br", quick_brotli),
    "deflate": ("deflate", zlib.compress),
    "deflate, bare": ("deflate", raw_deflate),
    "gzip in members": ("gzip", members),
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize(("over", "expected"), [(-1, "read"), (0, "read"), (1, "too_large")])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a15_bodies_are_counted_unpacked(packer: str, over: int, expected: str, chunked: bool) -> None:
    coding, pack = PACKERS[packer]
    packed = pack(bytes(BODY_CAP + over))

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if not chunked:
            return web.Response(body=packed, headers={"Content-Encoding": coding})
        response = web.StreamResponse(headers={"Content-Encoding": coding})
        response.enable_chunked_encoding()
        await response.prepare(request)
        for start in range(0, len(packed), MIB):
            await response.write(packed[start : start + MIB])
        return response

    async with serving(answer) as port:
        found = await fetch(port)
    assert outcome(found) == expected
    assert not isinstance(found, Document) or len(found.body) == BODY_CAP + over


@functools.cache
def bomb(packer: str) -> bytes:
    return PACKERS[packer][1](bytes(100 * MIB))


@pytest.mark.parametrize("packer", ["gzip", "brotli", "deflate", "deflate, bare", "gzip in members"])
@pytest.mark.parametrize("status", [200, 403, 404])
async def test_a15_a_bomb_stops_within_a_memory_bound(packer: str, status: int) -> None:
    coding, packed = PACKERS[packer][0], bomb(packer)

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, body=packed, headers={"Content-Encoding": coding})

    async with serving(answer) as port:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tracemalloc.start()
        try:
            found = await fetch(port)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert outcome(found) == ("too_large" if status == 200 else f"http_{status}")
    assert peak < (3 * BODY_CAP if status == 200 else 4 * MIB) + len(packed)
    assert grown < 64 * MIB, "brotli and zlib keep their windows outside of Python's accounts"


@pytest.mark.parametrize(
    "coding",
    ["gzip, gzip", "gzip,br", "gzip, gzip, gzip, gzip", "zstd", "compress", "own", "identity, gzip", "gzip;q=1"],
)
async def test_a15_one_coding_that_was_asked_for_and_no_other(coding: str) -> None:
    packed = gzip.compress(bomb("gzip"))

    async def answer(request: web.BaseRequest) -> web.Response:
        assert "zstd" not in request.headers["Accept-Encoding"]
        return web.Response(body=packed, headers={"Content-Encoding": coding})

    async with serving(answer) as port:
        found = await fetch(port)
    assert outcome(found) == "encoding"


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(("over", "expected"), [(-1, "read"), (0, "read"), (1, "protocol"), (92_000, "protocol")])
async def test_a19_a_header_line_has_a_longest(over: int, expected: str) -> None:
    name = b"X-Long"
    line = name + b": " + b"y" * (HEADER_CAP + over - len(name))
    async with raw_serving(writing(HEAD + line + b"\r\nContent-Length: 1\r\n\r\nx")) as port:
        assert outcome(await fetch(port)) == expected


@pytest.mark.parametrize(("over", "expected"), [(-1, "read"), (0, "read"), (1, "protocol"), (10_000, "protocol")])
async def test_a19_an_answer_has_a_most_of_headers(over: int, expected: str) -> None:
    lines = b"X-Many: y\r\n" * (HEADERS_CAP + over - 1)
    async with raw_serving(writing(HEAD + lines + b"Content-Length: 1\r\n\r\nx")) as port:
        assert outcome(await fetch(port)) == expected


@pytest.mark.parametrize(("over", "expected"), [(-1, "read"), (0, "read"), (1, "redirects"), (45, "redirects")])
async def test_a10_redirects_are_counted(over: int, expected: str) -> None:
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        step = int(request.path.strip("/"))
        if step == REDIRECT_CAP + over:
            return web.Response(text="x")
        return web.Response(status=302, headers={"Location": f"/{step + 1}"})

    async with serving(answer) as port:
        assert outcome(await fetch(port, "/0")) == expected
    assert len(asked) == min(REDIRECT_CAP + over, REDIRECT_CAP) + 1


async def test_a10_a_loop_ends() -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=301, headers={"Location": request.path})

    async with serving(answer) as port:
        assert outcome(await fetch(port)) == "redirects"


@pytest.mark.parametrize(("over", "expected"), [(-1, "read"), (0, "read"), (1, "bad_url"), (5000, "bad_url")])
async def test_a10_an_address_has_a_longest_in_a_redirect_too(over: int, expected: str) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path != "/":
            return web.Response(text="x")
        location = f"http://127.0.0.1:{port}/".ljust(URL_CAP + over, "x")
        return web.Response(status=302, headers={"Location": location})

    async with serving(answer) as port:
        assert outcome(await fetch(port)) == expected


@pytest.mark.parametrize(("pause", "expected"), [(0.1, "read"), (0.3, "read"), (0.7, "timeout")])
async def test_a17_seconds_without_a_byte(pause: float, expected: str) -> None:
    async with raw_serving(writing(HEAD + b"Content-Length: 2\r\n\r\n", b"x", b"y", pause=pause)) as port:
        assert outcome(await fetch(port, gap=0.5)) == expected


@pytest.mark.parametrize(("parts", "expected"), [(4, "read"), (40, "timeout")])
@pytest.mark.parametrize("where", ["body", "head"])
async def test_a17_seconds_of_a_whole_request(parts: int, expected: str, where: str) -> None:
    dripped = [b"x"] * parts if where == "body" else [f"X-{n}: y\r\n".encode() for n in range(parts)]
    if where == "body":
        answer = writing(HEAD + b"\r\n", *dripped, pause=0.05)
    else:
        answer = writing(HEAD, *dripped, b"Content-Length: 1\r\n\r\nx", pause=0.05)
    async with raw_serving(answer) as port:
        found = await fetch(port, total=1.0)
    assert outcome(found) == expected
    assert found.seconds < 1.5


async def test_a17_the_total_is_over_all_redirects() -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.25)
        return web.Response(status=302, headers={"Location": "/"})

    async with serving(answer) as port:
        found = await fetch(port, total=0.6)
    assert outcome(found) == "timeout"
    assert 0.5 < found.seconds < 0.9


async def test_a18_an_endless_stream_is_cut_by_its_bytes() -> None:
    sent = 0

    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
            await writer.drain()
            sent += 0x10000

    async with raw_serving(write) as port:
        assert outcome(await fetch(port)) == "too_large"
    assert sent < BODY_CAP + 16 * MIB


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HEAD + b"Content-Length: 10\r\n\r\nshort", "incomplete"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nshort", "incomplete"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "incomplete"),
        (
            HEAD + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(b"x" * 99, mtime=0)[:20],
            "incomplete",
        ),
        (HEAD + b"Content-Encoding: deflate\r\nContent-Length: 6\r\n\r\n" + zlib.compress(b"x" * 99)[:6], "incomplete"),
        (HEAD + b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\n" + brotli.compress(b"xyz" * 99)[:4], "incomplete"),
        (HEAD + b"Content-Length: -1\r\n\r\nx", "protocol"),
        (HEAD + b"Content-Length: 1, 2\r\n\r\nx", "protocol"),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy", "protocol"),
        (HEAD + b"Content-Length: 0x1\r\n\r\nx", "protocol"),
        (HEAD + f"Content-Length: {BODY_CAP}\r\n\r\n".encode(), "incomplete"),
        (HEAD + f"Content-Length: {BODY_CAP + 1}\r\n\r\n".encode(), "too_large"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx", "protocol"),
        (b"<rss version='2.0'></rss>", "protocol"),
        (b"HTTP/9.9 200 OK\r\n\r\nx", "protocol"),
        (b"HTTP/1.1 2000 OK\r\n\r\nx", "protocol"),
    ],
)
async def test_a18_a19_lies_and_broken_answers(answer: bytes, expected: str) -> None:
    async with raw_serving(writing(answer)) as port:
        assert outcome(await fetch(port)) == expected


@pytest.mark.parametrize(
    ("coding", "part", "expected"),
    [
        ("gzip", gzip.compress(b"", mtime=0) * 4096, "incomplete"),
        ("deflate", b"\x00\x00\x00\xff\xff" * 16384, "too_large"),
    ],
    ids=["gzip", "deflate"],
)
async def test_a15_a_packed_stream_of_nothing_ends(coding: str, part: bytes, expected: str) -> None:
    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + f"Content-Encoding: {coding}\r\n\r\n".encode())
        while True:
            writer.write(part)
            await writer.drain()

    async with raw_serving(write) as port:
        found = await fetch(port)
    assert outcome(found) == expected
    assert found.seconds < 5


async def test_a18_what_follows_the_declared_length_reaches_no_other_request() -> None:
    poison = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"

    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 5\r\n\r\nhello" + poison)
        await writer.drain()
        await asyncio.sleep(1)

    async with raw_serving(write) as port, Fetcher(allow_private=["127.0.0.1"]) as fetcher:
        found = [await fetcher.fetch(Request(f"http://127.0.0.1:{port}/{n}")) for n in range(3)]
    assert [one.body for one in found if isinstance(one, Document)] == [b"hello"] * 3


async def test_one_slow_host_holds_up_no_other() -> None:
    async def hello(request: web.BaseRequest) -> web.Response:
        return web.Response(text="x")

    async with (
        raw_serving(writing(HEAD, end=False)) as slow,
        serving(hello) as quick,
        Fetcher(allow_private=["127.0.0.1"], read_gap_timeout=1) as fetcher,
    ):
        waiting = asyncio.create_task(fetcher.fetch(Request(f"http://127.0.0.1:{slow}/")))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        found = await fetcher.fetch(Request(f"http://127.0.0.1:{quick}/"))
        assert time.monotonic() - started < 0.8
        assert isinstance(found, Document)
        assert outcome(await waiting) == "timeout"
