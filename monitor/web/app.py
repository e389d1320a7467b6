"""The addresses of the page: ``/``, its style sheet, and ``/healthz``; everything is read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import jinja2
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from monitor.analysis.outlets import publisher_key
from monitor.errors import StoreError
from monitor.model import Settings
from monitor.pipeline.clock import Clock
from monitor.pipeline.force import InForce
from monitor.store.database import Store
from monitor.store.overview import overview
from monitor.store.today import day
from monitor.web.headers import SafeHeaders
from monitor.web.page import compose

SHOWN: Final = timedelta(hours=24)
"""How far back the page looks: at midnight it must not be empty."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")
"""Names of this machine: a page of another name that points here (DNS rebinding) is refused."""

log = structlog.get_logger()
_HERE = Path(__file__).parent


def create_app(
    store: Store,
    force: Callable[[], InForce],
    clock: Clock,
    *,
    healthy: Callable[[], bool] = lambda: True,
) -> Starlette:
    """The application. ``force`` is asked at each request, so that an edited watchlist shows at once.

    ``healthy`` says whether the daemon still does its rounds; it decides what ``/healthz`` answers.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def written() -> str:
        now = clock()
        with store.read() as connection:
            found = day(connection, since=now - SHOWN, publisher=publisher_key)
        page = compose(found, overview(store), force(), now)
        return templates.get_template("today.html").render(page=page)

    async def today(_: Request) -> Response:
        try:
            # in a thread: neither reading the store nor writing the page may keep the poller waiting
            text = await asyncio.to_thread(written)
        except StoreError as error:
            log.warning("page", outcome="not_read", error=str(error))
            return PlainTextResponse("The database cannot be read now; the log says why.\n", status_code=503)
        return HTMLResponse(text)

    async def healthz(_: Request) -> Response:
        if healthy():
            return PlainTextResponse("ok\n")
        return PlainTextResponse("the daemon has not done its rounds for a while\n", status_code=503)

    return Starlette(
        routes=[
            Route("/", today, methods=["GET"]),
            Route("/healthz", healthz, methods=["GET"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(force().settings), www_redirect=False),
        ],
    )


def allowed_hosts(settings: Settings) -> list[str]:
    """The names by which the page may be asked for: this machine's, the one it listens on, the public one."""
    names = list(LOOPBACK)
    if settings.web_listen is not None:
        names.append(settings.web_listen[0])
    public = urlsplit(settings.public_url or "").hostname
    if public:
        names.append(public)
    # "*" would mean every name
    return [name for name in dict.fromkeys(names) if "*" not in name]
