"""``poll``: one pass over the due sources, then one try for each due delivery."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Annotated, Any

import typer

from monitor.cli.first_pass import say, show_first_pass
from monitor.cli.session import FAILURE, OK, PARTLY, Session, emit
from monitor.errors import UsageError
from monitor.fetch import Fetcher
from monitor.model import FAILED, PollResult
from monitor.parse import ParsePool
from monitor.pipeline.backfill import Backfiller, sentences
from monitor.pipeline.deliver import Console, Deliverer, unusable, unusable_text
from monitor.pipeline.force import InForce, anew_text
from monitor.pipeline.poll import Poller, one_pass
from monitor.pipeline.writer import Writer
from monitor.sources import PRELOAD
from monitor.store import outbox, sources
from monitor.store.clockstep import pull_in
from monitor.store.database import Store


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def poll(
        context: typer.Context,
        every: Annotated[bool, typer.Option("--all", help="Also sources that are not due yet.")] = False,
        source: Annotated[list[str] | None, typer.Option(help="Only this source (its name or address).")] = None,
        strict: Annotated[
            bool, typer.Option(help="Exit 4 when any source failed, not only a newly broken one.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, a summary last.")] = False,
    ) -> None:
        """Poll what is due once, deliver what waits, and exit.

        Example: monitor poll --all
        """
        session: Session = context.obj
        configuration = session.valid()
        began = session.clock()
        with session.store(write=True) as store:
            force = session.put_in_force(store, configuration)
            if force.anew:
                _to_stderr(anew_text(force))
            for name, complaint in unusable(force).items():
                _to_stderr(unusable_text(name, complaint))
            only = _wanted(store, source)
            results, tried = asyncio.run(_poll(session, store, force, only, every=every, as_json=as_json))
            if as_json:
                emit([{"summary": _summary(results, tried)}])
            else:
                if not results and force.watchlist.sources:
                    say("Nothing is due.")
                show_first_pass(store, results, force, None, since=began)
        raise typer.Exit(exit_code(results, strict=strict))


def exit_code(results: list[PollResult], *, strict: bool) -> int:
    """0 when all is well, 1 when nothing could be read, 4 when a source is newly broken (``strict``: any failed)."""
    failed = [result for result in results if result.outcome in FAILED]
    if failed and len(failed) == len(results):
        return FAILURE
    if any(strict or result.newly_broken for result in failed):
        return PARTLY
    return OK


def _wanted(store: Store, names: list[str] | None) -> list[int] | None:
    if not names:
        return None
    with store.read() as connection:
        found = {name: sources.ids_of(connection, name) for name in names}
    for name, ids in found.items():
        if not ids:
            raise UsageError(f"no source is called {name!r}: monitor sources lists them")
    return [one for ids in found.values() for one in ids]


async def _poll(
    session: Session, store: Store, force: InForce, only: list[int] | None, *, every: bool, as_json: bool
) -> tuple[list[PollResult], int]:
    writer = Writer(store)
    writer.start()
    try:
        await writer.submit(outbox.release_stale)
        await writer.submit(lambda connection: pull_in(connection, session.clock()))
        console: Console = _to_stderr if as_json else say
        results = await _ask(session, store, writer, force, only, every=every, as_json=as_json)
        backfiller = Backfiller(writer, force=lambda: force, clock=session.clock)
        if done := await backfiller.run():
            console(sentences(done))
            await backfiller.told(done)
        deliverer = Deliverer(writer, force=lambda: force, clock=session.clock, console=console)
        return results, await deliverer.deliver_all()
    finally:
        await writer.close()


async def _ask(
    session: Session,
    store: Store,
    writer: Writer,
    force: InForce,
    only: list[int] | None,
    *,
    every: bool,
    as_json: bool,
) -> list[PollResult]:
    settings = force.settings
    async with (
        Fetcher(
            user_agent=settings.user_agent, allow_private=settings.allow_private, host_gap=settings.host_gap
        ) as fetcher,
        ParsePool(preload=PRELOAD) as pool,
    ):
        poller = Poller(store, writer, fetcher, pool, force=lambda: force, clock=session.clock)
        return await one_pass(
            poller, every_source=every, only=only, done=(lambda result: emit([_row(result)])) if as_json else None
        )


def _to_stderr(text: str) -> None:
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
    sys.stderr.flush()


def _row(result: PollResult) -> dict[str, Any]:
    return {
        "source": result.source,
        "source_id": f"p{result.source_id}",
        "url": result.url,
        "kind": result.kind,
        "outcome": result.outcome.value,
        "status": result.status,
        "entries": result.entries,
        "new": result.new,
        "revised": result.revised,
        "matched": result.matched,
        "error": result.error,
        "seconds": round(result.seconds, 3),
    }


def _summary(results: list[PollResult], tried: int) -> dict[str, Any]:
    return {
        "sources": len(results),
        "outcomes": dict(Counter(result.outcome.value for result in results)),
        "entries": sum(result.entries for result in results),
        "new": sum(result.new for result in results),
        "revised": sum(result.revised for result in results),
        "matched": sum(result.matched for result in results),
        "failed": sum(result.outcome in FAILED for result in results),
        "deliveries": tried,
    }
