"""Certificates, the way from https to http, and tunnels through a proxy, with a certificate authority of our own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import shutil
import ssl
import subprocess
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp.connector
import pytest
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.model import Access, Document, Fetched, FetchFailure, Request, Secret
from tests.integration.serving import Answer, FakeResolver, serving

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command makes the certificates")

NAMES = {name: ["127.0.0.1"] for name in ("good.example", "good.example.", "other.example", "plain.example")}
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority (``ca.pem``) and ``good expired alone`` (self-signed), all for good.example."""
    folder = tmp_path_factory.mktemp("papers")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=30)

    name = ("-subj", "/CN=good.example", "-addext", "subjectAltName=DNS:good.example")
    sign = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy")
    openssl("req", "-x509", *KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority", "-days", "2")
    openssl("req", "-x509", *KEY, "-keyout", "alone.key", "-out", "alone.pem", *name, "-days", "2")
    for which, days in (("good", "2"), ("expired", "-1")):
        openssl("req", *KEY, "-keyout", f"{which}.key", "-out", f"{which}.csr", *name)
        openssl("x509", "-req", "-in", f"{which}.csr", "-out", f"{which}.pem", *sign, "-days", days)
    return folder


@pytest.fixture(autouse=True)
def trusted(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the authority of the tests as the system's are trusted; all other rules stay."""
    context = ssl.create_default_context(cafile=str(papers / "ca.pem"))
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", context)


@asynccontextmanager
async def secure(answer: Answer, papers: Path, which: str = "good", *, old: bool = False) -> AsyncIterator[int]:
    """Serve with TLS; gives the port. ``old``: nothing newer than TLS 1.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers / f"{which}.pem", papers / f"{which}.key")
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def hello(request: web.BaseRequest) -> web.Response:
    if request.path == "/away":
        return web.Response(status=301, headers={"Location": request.query["to"]})
    return web.Response(text=request.headers.get("Authorization", "hello"))


async def ask(address: str, access: Access | None = None) -> Fetched:
    async with Fetcher(resolver=FakeResolver(NAMES), allow_private=["127.0.0.1"]) as fetcher:
        return await fetcher.fetch(Request(address, access=access or Access()))


@pytest.mark.parametrize(
    ("which", "host", "old", "reason"),
    [
        ("good", "good.example", False, "read"),
        ("good", "good.example.", False, "read"),
        ("good", "other.example", False, "tls"),
        ("good", "127.0.0.1", False, "tls"),
        ("expired", "good.example", False, "tls"),
        ("alone", "good.example", False, "tls"),
        ("good", "good.example", True, "tls or connect"),  # some versions just hang up
    ],
)
async def test_a20_certificates(which: str, host: str, old: bool, reason: str, papers: Path) -> None:
    async with secure(hello, papers, which, old=old) as port:
        found = await ask(f"https://{host}:{port}/")
    assert getattr(found, "reason", "read") in reason.split(" or ")
    if isinstance(found, FetchFailure):
        assert found.outcome == "error"
        assert host in found.sentence


async def test_a21_from_https_to_http_once_for_the_content_never_for_good(papers: Path) -> None:
    async with secure(hello, papers) as port, serving(hello) as plain:
        down = await ask(
            f"https://good.example:{port}/away?to=http://plain.example:{plain}/", Access(Secret("Bearer x"))
        )
        up = await ask(f"http://plain.example:{plain}/away?to=https://good.example:{port}/")
    assert isinstance(down, Document)
    assert (down.moved_to, down.body) == (None, b"hello")
    assert isinstance(up, Document)
    assert up.moved_to == f"https://good.example:{port}/"


class Tunnels:
    """A proxy that opens tunnels to one port of loopback, whatever it is asked for, and keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.under_way: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self, context: ssl.SSLContext | None) -> AsyncIterator[int]:
        """Serve; gives the port."""
        server = await asyncio.start_server(self.tunnel, "127.0.0.1", 0, ssl=context)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for task in self.under_way:
                task.cancel()
            await asyncio.gather(*self.under_way)

    async def tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.under_way.add(task)
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        for end in (writer, far_writer):
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Carry bytes until there are no more."""
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


@pytest.mark.parametrize("proxy_scheme", ["http", "https"])
async def test_https_goes_through_a_tunnel_that_learns_nothing(proxy_scheme: str, papers: Path) -> None:
    async with secure(hello, papers) as port:
        tunnels = Tunnels(port)
        context = None
        if proxy_scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(papers / "good.pem", papers / "good.key")
        async with tunnels.open(context) as way:
            access = Access(Secret("Bearer secret"), proxy=Secret(f"{proxy_scheme}://user:pass@good.example:{way}"))
            found = await ask("https://good.example/", access)
            wrong = await ask("https://other.example/", access)
    assert isinstance(found, Document)
    assert found.body == b"Bearer secret"
    assert tunnels.asked[0].startswith("CONNECT good.example:443 HTTP/1.1\r\n")
    assert "coverage-monitor/" in tunnels.asked[0]
    assert f"Proxy-Authorization: Basic {base64.b64encode(b'user:pass').decode()}" in tunnels.asked[0]
    assert "secret" not in "".join(tunnels.asked)
    assert isinstance(wrong, FetchFailure)
    # Through a tunnel the certificate counts too; asyncio of Python 3.11 loses the cause in TLS within TLS.
    assert wrong.reason in ({"tls"} if proxy_scheme == "http" else {"tls", "protocol"})
