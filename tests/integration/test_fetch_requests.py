"""What a request asks for beside its address: validators, kind of page, ports; and what its answer says on time."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import brotli  # type: ignore[import-untyped]
import pytest
from aiohttp import web
from yarl import URL

from monitor.fetch import Fetcher
from monitor.fetch.guard import Guard
from monitor.fetch.journey import Journey
from monitor.limits import ERROR_BODY_CAP
from monitor.model import Access, Document, Fetched, FetchFailure, NotModified, Request, Secret
from tests.integration.serving import FakeResolver, raw_serving, serving

CLOUDFLARE = b"<html><head><title>Just a moment...</title></head><body></body></html>"


async def fetch(request: Request, **names: list[str]) -> Fetched:
    async with Fetcher(
        allow_private=["127.0.0.1"],
        resolver=FakeResolver({name.replace("_", "."): found for name, found in names.items()}),
        read_gap_timeout=0.4,
        total_timeout=1.5,
    ) as fetcher:
        return await fetcher.fetch(request, now=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


class Chain:
    """``/0`` redirects to ``/1`` and so on to ``/end``; keeps the validators that came; answers 304 to ``"end"``."""

    def __init__(self, *statuses: int, not_modified: str = "/end") -> None:
        self.statuses = statuses
        self.not_modified = not_modified
        self.sent: dict[str, tuple[str | None, str | None]] = {}

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        sent = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        self.sent[request.path] = sent
        if request.path == self.not_modified and (any(sent) or request.query):
            return web.Response(status=304, headers={"Cache-Control": "max-age=60"})
        step = request.path.strip("/")
        if step.isdigit() and int(step) < len(self.statuses):
            to = f"/{int(step) + 1}" if int(step) + 1 < len(self.statuses) else "/end"
            return web.Response(status=self.statuses[int(step)], headers={"Location": to})
        return web.Response(text="x", headers={"ETag": '"end"'})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_source_behind_a_redirect_stays_conditional(status: int) -> None:
    chain = Chain(status)
    async with serving(chain) as port:
        start, end = f"http://127.0.0.1:{port}/0", f"http://127.0.0.1:{port}/end"
        first = await fetch(Request(start))
        assert isinstance(first, Document)
        again = await fetch(Request(start, first.etag, "as I please", validated=first.url))
    assert first.url == end
    assert chain.sent == {"/0": (None, None), "/end": ('"end"', "as I please")}
    assert isinstance(again, NotModified)
    assert (again.url, again.etag, again.last_modified) == (end, '"end"', "as I please")
    assert again.moved_to == first.moved_to == (end if status in (301, 308) else None)
    assert again.fresh_for == timedelta(minutes=1)


async def test_validators_go_to_the_address_that_gave_them_and_nowhere_else() -> None:
    chain = Chain(302, 302)
    async with serving(chain) as port:
        at = f"http://127.0.0.1:{port}"
        await fetch(Request(f"{at}/0", '"e"', "Mon", validated=f"{at}/1"))
        assert chain.sent == {"/0": (None, None), "/1": ('"e"', "Mon"), "/end": (None, None)}
        await fetch(Request(f"{at}/0", '"e"', validated=f"{at}/gone"))
        assert set(chain.sent.values()) == {(None, None)}
        await fetch(Request(f"{at}/0", '"e"'))
        assert chain.sent == {"/0": ('"e"', None), "/1": (None, None), "/end": (None, None)}
        await fetch(Request(f"{at}/end?a=%2F", '"e"', validated=f"{at}/end?a=/"))
        assert chain.sent["/end"] == (None, None), "another spelling is another address"


async def test_a_304_counts_only_where_validators_were_sent() -> None:
    chain = Chain(302, not_modified="/0")
    async with serving(chain) as port:
        at = f"http://127.0.0.1:{port}"
        unasked = await fetch(Request(f"{at}/0?x", '"e"', validated=f"{at}/end"))
        asked = await fetch(Request(f"{at}/0?x", '"e"', validated=f"{at}/0?x"))
        empty = await fetch(Request(f"{at}/0?x", "", ""))
    assert isinstance(unasked, FetchFailure)
    assert isinstance(empty, FetchFailure)
    assert unasked.reason == empty.reason == "unasked_304"
    assert isinstance(asked, NotModified)


async def test_validators_of_an_address_with_a_password() -> None:
    chain = Chain()
    async with serving(chain) as port:
        address = f"http://reader:secret@127.0.0.1:{port}/end"
        first = await fetch(Request(address))
        assert isinstance(first, Document)
        again = await fetch(Request(address, first.etag, validated=first.url))
    assert isinstance(again, NotModified)
    assert again.url == f"http://127.0.0.1:{port}/end"


async def test_what_is_hoped_for_is_said() -> None:
    seen: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.headers["Accept"])
        return web.Response(text="x")

    async with serving(answer) as port:
        await fetch(Request(f"http://127.0.0.1:{port}/"))
        await fetch(Request(f"http://127.0.0.1:{port}/", wants="page"))
    assert seen[0].startswith("application/atom+xml, application/rss+xml")
    assert seen[1].startswith("text/html, ")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], None),
        ([("Cache-Control", "max-age=60")], timedelta(minutes=1)),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=60")], timedelta(minutes=1)),
        ([("Cache-Control", "max-age=60"), ("Cache-Control", "no-cache")], None),
        ([("Cache-Control", "max-age=60"), ("Age", "20")], timedelta(seconds=40)),
        (
            [("Expires", "Tue, 24 Nov 2026 10:30:00 GMT"), ("Date", "Tue, 24 Nov 2026 10:00:00 GMT")],
            timedelta(minutes=30),
        ),
        ([("Expires", "0")], None),
    ],
)
async def test_documents_say_how_long_they_are_fresh(
    headers: list[tuple[str, str]], expected: timedelta | None
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)

    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{lines}Content-Length: 1\r\n\r\nx".encode())

    async with raw_serving(write) as port:
        found = await fetch(Request(f"http://127.0.0.1:{port}/"))
    assert isinstance(found, Document)
    assert found.fresh_for == expected


PORTS = [
    # port, named, outcome: a socket is wanted for the public address, or refused
    *((port, True, "connect") for port in (1, 22, 25, 80, 443, 6379, 65535)),
    *((port, False, "connect") for port in (80, 443, 8000, 8001, 8998, 8999, 7070)),
    *((port, False, "bad_port") for port in (1, 22, 25, 79, 81, 442, 444, 6379, 7071, 7999, 9000, 9200, 65535)),
]


@pytest.mark.parametrize(("port", "named", "reason"), PORTS)
@pytest.mark.parametrize("host", ["news.example", "93.184.216.34"])
async def test_a14_ports_of_public_hosts(
    host: str, port: int, named: bool, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[tuple[str, int]] = []
    opened = Guard.open_socket

    def counted(self: Guard, info: tuple[int, int, int, str, tuple[str, int]]) -> None:
        opened(self, info).close()
        wanted.append(info[4])
        raise OSError("tests dial loopback only")

    monkeypatch.setattr(Guard, "open_socket", counted)
    async with Fetcher(
        resolver=FakeResolver({"news.example": ["93.184.216.34"]}), allow_private=[f"{host}:7070"]
    ) as fetcher:
        found = await fetcher.fetch(Request(f"http://{host}:{port}/", named=named))
    assert isinstance(found, FetchFailure)
    assert (found.outcome, found.reason) == ("error" if reason == "connect" else "refused", reason)
    assert wanted == ([("93.184.216.34", port)] if reason == "connect" else [])
    if reason == "bad_port":
        assert f"port {port}." in found.sentence
        assert "ports 80, 443 and 8000 to 8999 only" in found.sentence


@pytest.mark.parametrize(
    ("named", "path", "reason"),
    [
        (True, "http://news.example:9999/end", "read"),
        (True, "http://news.example:8080/end", "read"),
        (True, "http://news.example:6379/end", "bad_port"),
        (True, "http://other.example:9999/end", "bad_port"),
        (False, "http://other.example:8080/end", "bad_port"),
    ],
)
async def test_a14_ports_by_a_redirect_and_by_a_proxy(named: bool, path: str, reason: str) -> None:
    """The proxy stands in for public hosts; the address asked first is on port 9999."""

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/0":
            return web.Response(status=301, headers={"Location": path})
        return web.Response(text="x")

    async with serving(answer) as port:
        access = Access(proxy=Secret(f"http://127.0.0.1:{port}"))
        found = await fetch(Request("http://news.example:9999/0", named=named, access=access))
    assert getattr(found, "reason", "read") == reason


async def test_what_is_private_and_listed_is_read_on_any_port() -> None:
    async with serving(Chain()) as port:
        by_address = await fetch(Request(f"http://127.0.0.1:{port}/", named=False))
        by_name = await fetch(Request(f"http://home.example:{port}/", named=False), home_example=["127.0.0.1"])
    assert isinstance(by_address, Document)
    assert isinstance(by_name, Document)


@pytest.mark.parametrize("status", [401, 403, 405, 429, 503])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
async def test_a68_a_challenge_is_called_one(status: int, coding: str) -> None:
    body = {"identity": bytes, "gzip": gzip.compress, "br": brotli.compress}[coding](CLOUDFLARE)

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, body=body, headers={"Content-Encoding": coding, "Retry-After": "7200"})

    async with serving(answer) as port:
        found = await fetch(Request(f"http://127.0.0.1:{port}/"))
        page = await fetch(Request(f"http://127.0.0.1:{port}/", wants="page"))
    assert isinstance(found, FetchFailure)
    assert isinstance(page, FetchFailure)
    assert (found.outcome, found.reason, found.status) == ("error", "challenge", status)
    assert found.sentence == f"The site answers with a challenge page ({status}, Cloudflare), not with a feed."
    assert page.sentence.endswith("not with the page.")
    assert found.retry_after == timedelta(hours=2)


@pytest.mark.parametrize("status", [200, 202, 403, 405, 503])
async def test_a68_a_challenge_by_its_header_alone(status: int) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers={"x-amzn-waf-action": "challenge"})

    async with serving(answer) as port:
        found = await fetch(Request(f"http://127.0.0.1:{port}/"))
    assert isinstance(found, FetchFailure)
    assert (found.reason, found.status) == ("challenge", status)
    assert f"({status}, AWS WAF)" in found.sentence


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (0, "challenge"),
        (ERROR_BODY_CAP - 18, "challenge"),
        (ERROR_BODY_CAP - 17, "challenge"),
        (ERROR_BODY_CAP - 16, "http_403"),
    ],
)
async def test_the_body_of_an_error_is_read_up_to_its_cap(before: int, reason: str) -> None:
    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n" + bytes(before) + b"AwsWafIntegration")
        writer.write(bytes(ERROR_BODY_CAP))
        await writer.drain()
        await asyncio.sleep(3)

    async with raw_serving(write) as port:
        found = await fetch(Request(f"http://127.0.0.1:{port}/"))
    assert isinstance(found, FetchFailure)
    assert found.reason == reason
    assert found.seconds < 1


@pytest.mark.parametrize("rest", [b"Content-Encoding: gzip\r\n\r\nnope", b"Content-Length: 99\r\n\r\nshort", b"\r\n"])
async def test_the_status_of_an_error_is_not_lost_over_its_body(rest: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.fetch.answer.ERROR_BODY_TIMEOUT", 0.2)

    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\n" + rest)
        await writer.drain()
        while rest == b"\r\n":  # an endless drip
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with raw_serving(write) as port:
        found = await fetch(Request(f"http://127.0.0.1:{port}/"))
    assert isinstance(found, FetchFailure)
    assert (found.reason, found.status, found.retry_after) == ("http_503", 503, timedelta(minutes=1))


async def test_a08_a_page_that_refreshes_is_not_followed() -> None:
    seen: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.path)
        body = '<meta http-equiv="refresh" content="0; url=/other">'
        return web.Response(text=body, content_type="text/html", headers={"Refresh": "0; url=/other"})

    async with serving(answer) as port:
        found = await fetch(Request(f"http://127.0.0.1:{port}/"))
    assert isinstance(found, Document)
    assert seen == ["/"]


async def test_a23_cookies_are_not_kept() -> None:
    seen: list[str | None] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        return web.Response(text="x", headers={"Set-Cookie": "track=1; Path=/"})

    async with serving(answer) as port, Fetcher(allow_private=["127.0.0.1"]) as fetcher:
        for path in ("a", "b"):
            await fetcher.fetch(Request(f"http://127.0.0.1:{port}/{path}"))
    assert seen == [None, None]


@pytest.mark.parametrize(
    ("hops", "moved"),
    [
        (["https://a.example/feed", "https://a.example/new"], True),
        (["http://a.example/feed", "https://a.example/feed"], True),
        (["https://a.example/feed", "http://a.example/feed"], False),
        (["https://a.example/feed", "http://a.example/feed", "https://a.example/feed"], False),
    ],
)
def test_a21_a_move_never_leaves_https(hops: list[str], moved: bool) -> None:
    journey = Journey.begin(Request(hops[0]), None, Guard())
    for at, to in pairwise(hops):
        journey.turn(URL(at), URL(to), permanent=True)
    assert journey.moved_to(URL(hops[-1])) == (hops[-1] if moved else None)


def test_a21_secrets_do_not_go_from_https_to_http() -> None:
    journey = Journey.begin(Request("https://reader:secret@a.example/feed"), None, Guard())
    assert "Authorization" in journey.headers(URL("https://a.example/other"))
    assert "Authorization" not in journey.headers(URL("http://a.example/other"))
    assert "Authorization" not in journey.headers(URL("https://a.example:8443/other"))
    assert "secret" not in repr(journey.first)
