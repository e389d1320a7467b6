"""What the fetcher makes of answers, over real sockets on loopback."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.model import Document, Fetched, FetchFailure, NotModified, Request
from tests.integration.serving import Answer, raw_serving, serving

LOOPBACK = ("127.0.0.1",)


async def fetch(port: int, path: str = "/", etag: str | None = None, last_modified: str | None = None) -> Fetched:
    async with Fetcher(allow_private=LOOPBACK, read_gap_timeout=0.4, total_timeout=1.5) as fetcher:
        return await fetcher.fetch(Request(f"http://127.0.0.1:{port}{path}", etag, last_modified))


async def failure(port: int, path: str = "/") -> FetchFailure:
    found = await fetch(port, path)
    assert isinstance(found, FetchFailure), found
    assert found.sentence[0].isupper() or found.sentence.startswith("127.0.0.1")
    assert found.sentence.endswith(".")
    return found


async def test_a_document_and_the_request_that_gave_it() -> None:
    seen: list[web.BaseRequest] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request)
        headers = {
            "ETag": 'W/"a,b"',
            "Last-Modified": "as I please",
            "Content-Type": "text/xml; charset=koi8-r",
            "Content-Language": "ru",
            "Set-Cookie": "track=1",
        }
        return web.Response(body=b"<rss/>", headers=headers)

    async with serving(answer) as port, Fetcher(allow_private=LOOPBACK) as fetcher:
        address = f"http://127.0.0.1:{port}/feed?a=%2Fb&c=%7e#part"
        first = await fetcher.fetch(Request(address))
        second = await fetcher.fetch(Request(address, 'W/"a,b"', "as I please"))
    assert isinstance(first, Document)
    assert first.url == f"http://127.0.0.1:{port}/feed?a=%2Fb&c=%7e"
    assert (first.body, first.status, first.content_type) == (b"<rss/>", 200, "text/xml; charset=koi8-r")
    assert (first.content_language, first.etag, first.last_modified) == ("ru", 'W/"a,b"', "as I please")
    assert first.body_hash == hashlib.sha256(b"<rss/>").hexdigest()
    assert first.moved_to is None
    assert first.seconds > 0
    assert isinstance(second, Document)
    assert [request.raw_path for request in seen] == ["/feed?a=%2Fb&c=%7e"] * 2
    headers = [request.headers for request in seen]
    assert headers[0]["User-Agent"].startswith("coverage-monitor/")
    assert headers[0]["Accept-Encoding"] == "gzip, br"
    assert "If-None-Match" not in headers[0]
    assert "If-Modified-Since" not in headers[0]
    assert (headers[1]["If-None-Match"], headers[1]["If-Modified-Since"]) == ('W/"a,b"', "as I please")
    assert not any(name in one for one in headers for name in ("Cookie", "Referer"))


async def test_not_modified_keeps_the_validators_that_were_sent() -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=304, headers={"ETag": '"new"'} if request.path == "/new" else {})

    async with serving(answer) as port:
        kept = await fetch(port, etag='"old"', last_modified="Mon")
        new = await fetch(port, "/new", etag='"old"')
        unasked = await failure(port)
    assert isinstance(kept, NotModified)
    assert (kept.etag, kept.last_modified) == ('"old"', "Mon")
    assert isinstance(new, NotModified)
    assert new.etag == '"new"'
    assert (unasked.outcome, unasked.reason) == ("error", "unasked_304")


@pytest.mark.parametrize(
    ("status", "header", "outcome", "asked"),
    [
        (404, None, "error", None),
        (410, None, "gone", None),
        (500, "60", "error", None),
        (429, "60", "error", timedelta(minutes=1)),
        (503, "3600", "error", timedelta(hours=1)),
        (503, "rubbish", "error", None),
        (204, None, "error", None),
        (206, None, "error", None),
    ],
)
async def test_statuses(status: int, header: str | None, outcome: str, asked: timedelta | None) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": header} if header else {})

    async with serving(answer) as port:
        found = await failure(port)
    assert (found.outcome, found.reason, found.status) == (outcome, f"http_{status}", status)
    assert found.retry_after == asked


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "empty"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "incomplete"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "incomplete"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", "incomplete"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: own\r\nContent-Length: 4\r\n\r\nnope", "encoding"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 4\r\n\r\nnope", "encoding"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx", "too_large"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "protocol"),
        (b"", "disconnected"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "redirects"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_broken_answers(answer: bytes, reason: str) -> None:
    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with raw_serving(write) as port:
        found = await failure(port)
    assert (found.outcome, found.reason) == ("error", reason)


async def test_silence_and_endless_drips_end() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with raw_serving(silent) as one, raw_serving(drip) as other:
        first, second = await asyncio.gather(failure(one), failure(other))
    assert (first.reason, second.reason) == ("timeout", "timeout")
    assert 0.3 < first.seconds < 1.4
    assert 1.4 < second.seconds < 4


async def test_nobody_listens() -> None:
    async with serving(hops()) as port:
        pass
    assert (await failure(port)).reason == "connect"


async def test_plain_http_where_tls_is_expected() -> None:
    async with (
        serving(hops()) as port,
        Fetcher(allow_private=LOOPBACK) as fetcher,
    ):
        found = await fetcher.fetch(Request(f"https://127.0.0.1:{port}/"))
    assert isinstance(found, FetchFailure)
    assert found.reason == "tls"


async def test_validators_that_cannot_be_returned_byte_for_byte_are_left() -> None:
    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "caf\xe9"\r\nLast-Modified: "\xc3\xa9"\r\nContent-Length: 1\r\n\r\nx')

    async with raw_serving(write) as port:
        found = await fetch(port)
    assert isinstance(found, Document)
    assert (found.etag, found.last_modified) == (None, '"é"')


def hops(*steps: tuple[int, str]) -> Answer:
    """A server where ``/N`` answers with step N, and everything else with a document."""

    async def answer(request: web.BaseRequest) -> web.Response:
        number = request.path.strip("/")
        if number.isdigit() and int(number) < len(steps):
            status, location = steps[int(number)]
            return web.Response(status=status, headers={"Location": location})
        return web.Response(text=f"{request.path} {request.headers.get('If-None-Match', '-')}")

    return answer


@pytest.mark.parametrize(
    ("steps", "moved"),
    [
        (((301, "/end"),), True),
        (((308, "/1"), (301, "/end")), True),
        (((301, "/1"), (302, "/end")), False),
        (((307, "/1"), (301, "/end")), False),
        (((303, "end#frag"),), False),
    ],
)
async def test_moves_are_for_good_only_if_every_hop_says_so(steps: tuple[tuple[int, str], ...], moved: bool) -> None:
    async with serving(hops(*steps)) as port:
        found = await fetch(port, "/0", etag='"mine"')
    end = f"http://127.0.0.1:{port}/end"
    assert isinstance(found, Document)
    assert (found.url, found.moved_to) == (end, end if moved else None)
    assert found.body == b"/end -", "validators go to the address that gave them"


@pytest.mark.parametrize("location", ["ftp://a.example/", "FILE:///etc/hosts", "data:,x", "javascript:x"])
async def test_redirects_leave_the_web_nowhere(location: str) -> None:
    async with serving(hops((302, location))) as port:
        found = await failure(port, "/0")
    assert (found.outcome, found.reason) == ("refused", "bad_scheme")


async def test_nothing_of_one_origin_goes_to_another() -> None:
    seen: dict[str, str] = {}

    async def target(request: web.BaseRequest) -> web.Response:
        seen.update(request.headers)
        return web.Response(status=304) if request.path == "/304" else web.Response(text="x")

    async with serving(target) as other:
        there = f"http://127.0.0.1:{other}"
        async with serving(hops((301, f"{there}/x"), (301, f"{there}/304"))) as port:
            async with Fetcher(allow_private=LOOPBACK) as fetcher:
                secret = f"http://user:secret@127.0.0.1:{port}"
                read = await fetcher.fetch(Request(f"{secret}/0", '"e"', "Mon"))
                unasked = await fetcher.fetch(Request(f"{secret}/1", '"e"', "Mon"))
    assert not {"If-None-Match", "If-Modified-Since", "Authorization", "Cookie", "Referer"} & set(seen)
    assert isinstance(read, Document)
    assert read.moved_to is None  # an address with a password is not replaced by one without
    assert isinstance(unasked, FetchFailure)
    assert unasked.reason == "unasked_304"
    assert "secret" not in repr(read) + repr(unasked)


async def test_the_fetcher_is_not_used_when_closed() -> None:
    fetcher = Fetcher(allow_private=LOOPBACK)
    with pytest.raises(RuntimeError, match="async with"):
        await fetcher.fetch(Request("http://127.0.0.1:9/"))


def test_a_user_agent_cannot_add_headers() -> None:
    with pytest.raises(ValueError, match="user agent"):
        Fetcher(user_agent="me\r\nX-Other: 1")
