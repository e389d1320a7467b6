"""Credentials, headers and proxies of a source: who gets them, and who never does."""

from __future__ import annotations

import base64
import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.fetch.guard import Dial, Guard, PrivateAddress, dialling
from monitor.model import Access, Document, Fetched, FetchFailure, Request, Secret
from tests.integration.serving import FakeResolver, serving

CANARY = "canary-5f3a"
BASIC = "Basic " + base64.b64encode(b"reader:" + CANARY.encode()).decode()
OWN = Access(
    authorization=Secret(f"Bearer {CANARY}"),
    headers=(("X-Api-Key", Secret(CANARY)), ("Cookie", Secret(f"paid={CANARY}"))),
)


@dataclass
class Seen:
    """A server that keeps what it is sent, and redirects ``/away`` to ``?to=`` with ``?status=``."""

    paths: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        self.paths.append(request.raw_path)
        self.headers.append(request.headers)
        if request.path == "/away":
            return web.Response(
                status=int(request.query.get("status", "301")), headers={"Location": request.query["to"]}
            )
        return web.Response(text="hello")

    def told(self) -> bool:
        """Whether a secret has come here."""
        return CANARY in repr([dict(one) for one in self.headers]) or BASIC in repr(self.headers)


async def ask(address: str, access: Access = OWN, *, allow: str = "127.0.0.1", **names: list[str]) -> Fetched:
    resolver = FakeResolver({name.replace("_", "."): found for name, found in names.items()})
    async with Fetcher(allow_private=[allow], resolver=resolver) as fetcher:
        found = await fetcher.fetch(Request(address, access=access))
    assert CANARY not in f"{found!r}"
    return found


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a22_secrets_go_to_their_origin_only(status: int) -> None:
    home, other = Seen(), Seen()
    async with serving(home) as port, serving(other) as there:
        to = f"http://127.0.0.1:{there}/end"
        away = await ask(f"http://127.0.0.1:{port}/away?status={status}&to={to}")
        within = await ask(f"http://127.0.0.1:{port}/away?status={status}&to=/end")
    assert isinstance(away, Document)
    assert isinstance(within, Document)
    assert other.paths == ["/end"]
    assert not other.told()
    assert not {"Authorization", "X-Api-Key", "Cookie", "Referer"} & set(other.headers[0])
    assert len(home.headers) == 3
    for headers in home.headers:
        assert (headers["Authorization"], headers["X-Api-Key"]) == (f"Bearer {CANARY}", CANARY)
        assert headers["Cookie"] == f"paid={CANARY}"
    assert away.moved_to is None, "a stored move would hand the secrets to another origin"
    assert within.moved_to == (f"http://127.0.0.1:{port}/end" if status in (301, 308) else None)


async def test_secrets_come_back_with_the_origin_and_not_before() -> None:
    home, other = Seen(), Seen()
    async with serving(home) as port, serving(other) as there:
        back = f"http://127.0.0.1:{port}/end"
        await ask(f"http://127.0.0.1:{port}/away?to=http://127.0.0.1:{there}/away?to={back}")
    assert not other.told()
    assert (home.paths[-1], home.headers[-1]["X-Api-Key"]) == ("/end", CANARY)


async def test_user_and_password_of_the_address_are_basic_and_stay_at_home() -> None:
    home, other = Seen(), Seen()
    async with serving(home) as port, serving(other) as there:
        start = f"http://reader:{CANARY}@127.0.0.1:{port}"
        within = await ask(f"{start}/away?to=/end", Access())
        absolute = await ask(f"{start}/away?to=http://127.0.0.1:{port}/end", Access())
        away = await ask(f"{start}/away?to=http://127.0.0.1:{there}/end", Access())
        await ask(f"{start}/end", Access(authorization=Secret("Bearer other")))
    assert [headers["Authorization"] for headers in home.headers] == [BASIC] * 5 + ["Bearer other"]
    assert not other.told()
    for found in (within, absolute, away):
        assert isinstance(found, Document)
        assert "@" not in found.url
        assert found.moved_to is None


async def test_a_redirect_cannot_log_us_in() -> None:
    other = Seen()
    async with serving(Seen()) as port, serving(other) as there:
        found = await ask(f"http://127.0.0.1:{port}/away?to=http://you:pass@127.0.0.1:{there}/end", Access())
    assert isinstance(found, Document)
    assert found.url == found.moved_to == f"http://127.0.0.1:{there}/end"
    assert "Authorization" not in other.headers[0]


async def test_headers_of_the_source_take_the_place_of_ours() -> None:
    home = Seen()
    names = ("accept", "user-agent", "X-Odd-CASE")
    async with serving(home) as port:
        await ask(f"http://127.0.0.1:{port}/", Access(headers=tuple((name, Secret(f"{name}\n")) for name in names)))
    assert [home.headers[0].getall(name) for name in names] == [[name] for name in names]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "access",
    [
        Access(headers=(("Host", Secret(CANARY)),)),
        Access(headers=(("transfer-encoding", Secret("chunked")),)),
        Access(headers=(("If-None-Match", Secret(CANARY)),)),
        Access(headers=(("Bad Name", Secret(CANARY)),)),
        Access(headers=(("Bad\r\nName", Secret(CANARY)),)),
        Access(headers=(("X-Key", Secret(f"{CANARY}\r\nX-Other: 1")),)),
        Access(headers=(("X-Key", Secret(f"{CANARY}\ud800")),)),
        Access(headers=(("X-Key", Secret(" ")),)),
        Access(authorization=Secret(f"Bearer {CANARY}\x00")),
    ],
)
async def test_headers_that_cannot_be_sent_are_refused_without_being_shown(access: Access) -> None:
    home = Seen()
    async with serving(home) as port:
        found = await ask(f"http://127.0.0.1:{port}/", access)
    assert isinstance(found, FetchFailure)
    assert (found.outcome, found.reason) == ("refused", "bad_header")
    assert found.sentence.isprintable()
    assert home.paths == []


def through(port: int, scheme: str = "http") -> Access:
    return Access(OWN.authorization, OWN.headers, Secret(f"{scheme}://user:{CANARY}-proxy@proxy.lan:{port}"))


async def test_a_proxy_is_asked_on_every_hop_and_may_be_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "*")
    proxy = Seen()
    to = "http://other.example/end"
    async with serving(proxy) as port:
        found = await ask(
            f"http://news.example/away?to={to}", through(port), allow="none.example", proxy_lan=["127.0.0.1"]
        )
    assert isinstance(found, Document)
    assert (found.url, proxy.paths) == (to, [f"http://news.example/away?to={to}", to])
    login = "Basic " + base64.b64encode(f"user:{CANARY}-proxy".encode()).decode()
    assert [one["Proxy-Authorization"] for one in proxy.headers] == [login] * 2
    assert [one["Host"] for one in proxy.headers] == ["news.example", "other.example"]
    assert [one.get("X-Api-Key") for one in proxy.headers] == [CANARY, None]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:{port}/",
        "http://localhost/",
        "http://proxy.lan:{port}/",
        "http://intranet/",
        "http://metadata.google.internal/",
        "http://printer.local./",
    ],
)
async def test_a13_a_proxy_opens_no_way_to_what_is_private(target: str) -> None:
    proxy = Seen()
    async with serving(proxy) as port:
        direct = await ask(target.format(port=port), through(port), allow="none.example", proxy_lan=["127.0.0.1"])
        hop = await ask(
            f"http://news.example/away?to={target.format(port=port)}",
            through(port),
            allow="none.example",
            proxy_lan=["127.0.0.1"],
        )
    for found in (direct, hop):
        assert isinstance(found, FetchFailure)
        assert (found.outcome, found.reason) == ("refused", "private_address")
    assert len(proxy.paths) == 1


async def test_a_private_name_that_is_listed_is_asked_of_the_proxy() -> None:
    proxy = Seen()
    async with serving(proxy) as port:
        found = await ask("http://wiki.corp/", through(port), allow="wiki.corp", proxy_lan=["127.0.0.1"])
    assert isinstance(found, Document)


async def test_a13_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, home = Seen(), Seen()
    async with serving(proxy) as port, serving(home) as there:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}/")
        found = await ask(f"http://127.0.0.1:{there}/")
    assert isinstance(found, Document)
    assert proxy.paths == []


@pytest.mark.parametrize("status", [403, 407])
async def test_a_proxy_that_opens_no_tunnel(status: int) -> None:
    async def refuse(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status)

    async with serving(refuse) as port:
        secure = await ask("https://news.example/", through(port), proxy_lan=["127.0.0.1"])
        plain = await ask("http://news.example/", through(port), proxy_lan=["127.0.0.1"])
    assert isinstance(secure, FetchFailure)
    assert isinstance(plain, FetchFailure)
    assert (secure.outcome, secure.reason) == ("error", "proxy")
    assert plain.reason == ("proxy" if status == 407 else "http_403")
    assert ("user name" in secure.sentence) == (status == 407)


async def test_a_proxy_that_is_not_there() -> None:
    async with serving(Seen()) as port:
        pass
    down = await ask("http://news.example/", through(port), proxy_lan=["127.0.0.1"])
    unknown = await ask("http://news.example/", through(port))
    async with serving(Seen()) as port:
        no_tls = await ask("http://news.example/", through(port, "https"), proxy_lan=["127.0.0.1"])
    for found in (down, unknown, no_tls):
        assert isinstance(found, FetchFailure)
        assert (found.outcome, found.reason) == ("error", "proxy")
        assert "proxy.lan" not in found.sentence


@pytest.mark.parametrize(
    "address", ["", "proxy.lan:3128", "socks5://proxy.lan:1080", "http://", "http://[::1", "http://a:0"]
)
async def test_proxies_that_cannot_be_used(address: str) -> None:
    found = await ask("http://news.example/", Access(proxy=Secret(f"{address}")))
    assert isinstance(found, FetchFailure)
    assert (found.outcome, found.reason) == ("refused", "bad_proxy")


def test_the_socket_hook_lets_a_proxied_request_dial_its_proxy_only() -> None:
    def dials(address: str, port: int, dial: Dial) -> bool:
        token = dialling.set(dial)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            Guard(["10.9.9.9"]).open_socket(
                (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
            ).close()
        except PrivateAddress:
            return False
        finally:
            dialling.reset(token)
        return True

    named = Dial("proxy.lan", 3128, proxy=True)
    assert not dials("10.0.0.1", 3128, named), "not before its name was looked up"
    named.found.add("10.0.0.1")
    assert dials("10.0.0.1", 3128, named)
    assert not dials("10.0.0.1", 80, named)
    assert not dials("10.0.0.2", 3128, named)
    assert not dials("93.184.216.34", 3128, named), "nor a public address that is not the proxy's"
    assert not dials("10.9.9.9", 3128, named), "nor one that is listed for others"
    assert dials("10.0.0.1", 3128, Dial("10.0.0.1", 3128, proxy=True))
    assert dials("::1", 3128, Dial("::1", 3128, proxy=True))
    assert not dials("93.184.216.34", 81, Dial("news.example", 80)), "the port that was asked for"


async def test_a51_no_secret_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(Seen()) as port:
        pass
    for access in (OWN, through(port)):
        found = await ask(f"http://reader:{CANARY}@127.0.0.1:{port}/?token={CANARY}", access, proxy_lan=["127.0.0.1"])
        assert isinstance(found, FetchFailure)
        assert found.url == f"http://***@127.0.0.1:{port}/?token=***"
    assert CANARY not in caplog.text
