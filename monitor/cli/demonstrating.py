"""``demo``: the whole path without a network, a configuration or a database."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from monitor import demo
from monitor.cli.session import FAILURE, OK, emit
from monitor.demo.morning import Clock, Morning
from monitor.demo.outlets import Outlets
from monitor.demo.showing import rows
from monitor.store.database import Store
from monitor.web import Server, create_app


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("demo")
    def command(
        serve: Annotated[bool, typer.Option("--serve", help="Stay up with the page until stopped.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, a summary last.")] = False,
        data: Annotated[
            Path, typer.Option(hidden=True, exists=True, file_okay=False, help="Other feeds of the same outlets.")
        ] = demo.DATA,
    ) -> None:
        """Show the whole path with invented outlets on this machine: no network, no account, nothing kept.

        Example: monitor demo --serve
        """
        raise typer.Exit(OK if asyncio.run(_demo(data, serve=serve, as_json=as_json)) else FAILURE)


async def _demo(data: Path, *, serve: bool, as_json: bool) -> bool:
    """Whether everything came out as expected."""
    with Store.throwaway() as store:
        clock = Clock()
        async with Outlets(data) as outlets:
            found = await demo.morning(store, outlets, clock, data)
        expectations = demo.judge(found)
        if as_json:
            emit(rows(found, expectations))
        else:
            demo.show(Console(file=sys.stdout), found, expectations)
        sys.stdout.flush()
        if serve:
            await _serve(store, found, clock, as_json=as_json)
        return all(expectation.holds for expectation in expectations)


async def _serve(store: Store, found: Morning, clock: Clock, *, as_json: bool) -> None:
    """The page, until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server, address = await _started(store, found, clock)
    # with --json stdout holds JSON only
    typer.echo(f"The page of that morning: {address} (Ctrl-C ends it)", err=as_json)
    await stop.wait()
    await server.stop()


async def _started(store: Store, found: Morning, clock: Clock) -> tuple[Server, str]:
    host, port = found.force.settings.web_listen or ("127.0.0.1", 0)
    app = create_app(store, lambda: found.force, clock)
    server = Server(app, host=host, port=port)
    try:
        return server, await server.start()
    except OSError:  # a running monitor has that port
        server = Server(app, host=host, port=0)
        return server, await server.start()
