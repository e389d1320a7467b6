"""Polls: claims due hosts, asks their sources one after the other, and hands what they say to the writer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from monitor.analysis.address import host_port
from monitor.errors import StoreError
from monitor.fetch import Fetcher, masked
from monitor.limits import FIRST_ARTICLES, HOST_LEASE, IN_FLIGHT_CAP, QUIET_AFTER
from monitor.model import (
    OPEN,
    Access,
    ArticleTask,
    Document,
    FetchFailure,
    Outcome,
    PollResult,
    Read,
    Request,
    Source,
    SourceState,
)
from monitor.parse import ParsePool
from monitor.pipeline.articles import ArticleReader, wanted_articles
from monitor.pipeline.clock import Clock
from monitor.pipeline.crash import reached
from monitor.pipeline.force import InForce
from monitor.pipeline.health import Polled, Verdict, judge
from monitor.pipeline.network import observe, outside
from monitor.pipeline.reading import read
from monitor.pipeline.record import Origin, Tally, record_document, tell_owner
from monitor.pipeline.writer import Writer
from monitor.schedule import allowed_from
from monitor.store import entries as store_entries
from monitor.store import identity, polls, tasks
from monitor.store import sources as store_sources
from monitor.store.database import Connection, Store
from monitor.store.polls import Claim

log = structlog.get_logger()
INTERNAL = "The monitor itself failed on this source: a bug, whose details are in the log."
NOT_WRITTEN = "not_written: "
"""Begins the error of a poll that went well, but could not be recorded."""


class Poller:
    """Asks sources. ``force`` is a function, so that a new watchlist counts from the next source on."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        fetcher: Fetcher,
        pool: ParsePool,
        *,
        force: Callable[[], InForce],
        clock: Clock,
    ) -> None:
        self._store = store
        self._writer = writer
        self._fetcher = fetcher
        self._pool = pool
        self._force = force
        self._clock = clock
        self._articles = ArticleReader(store, writer, fetcher, pool, force=force, clock=clock)
        self.stopping = asyncio.Event()
        """Set it, and no further source is asked."""

    async def claim(
        self, *, limit: int = IN_FLIGHT_CAP, every_source: bool = False, only: Sequence[int] | None = None,
        passed: Sequence[int] = (), articles: int | None = None,
    ) -> list[Claim]:  # fmt: skip
        """Lease hosts that are due."""
        claims = await self._writer.submit(
            lambda connection: polls.claim_hosts(
                connection,
                self._clock(),
                limit=limit,
                every_source=every_source,
                only=only,
                except_sources=passed,
                articles=articles,
            )
        )
        if claims:
            reached("claimed")
        return claims

    async def poll_claim(self, claim: Claim) -> list[PollResult]:
        """Ask each source of a claim, read its articles, then give the host back."""
        results = []
        renewing = asyncio.create_task(self._renew(claim), name="lease")
        try:
            for position, source in enumerate(claim.sources):
                if self.stopping.is_set():
                    await self._put_back(claim.sources[position:])
                    break
                if not await self._postponed(claim, source):
                    results.append(await self.poll_source(claim, source))
            for position, task in enumerate(claim.tasks):
                if self.stopping.is_set():
                    await self._put_tasks_back(claim.tasks[position:])
                    break
                if not await self._articles.read(claim, task):
                    break  # the rest is put off already, each until its own time
        finally:
            renewing.cancel()
            await asyncio.shield(self._writer.submit(lambda connection: polls.release(connection, claim)))
        return results

    async def _postponed(self, claim: Claim, source: SourceState) -> bool:
        """Whether its publisher skips this hour: it became due before a stop or a sleep, and is claimed only now."""
        now = self._clock()
        until = allowed_from(now, source.hints)
        if until == now or claim.forced:
            return False
        with contextlib.suppress(StoreError):  # not written: it is asked about again under the next claim
            await self._writer.submit(lambda connection: polls.postpone(connection, claim, source.id, until))
        return True

    async def _renew(self, claim: Claim) -> None:
        """Lengthen the lease while its host is asked: a redirect may have to wait for another host's turn."""
        while True:
            await asyncio.sleep(HOST_LEASE.total_seconds() / 3)
            with contextlib.suppress(StoreError):
                await self._writer.submit(lambda connection: polls.renew(connection, claim, self._clock()))

    async def _put_back(self, sources: Sequence[SourceState]) -> None:
        await self._writer.submit(lambda connection: polls.put_back(connection, sources))

    async def _put_tasks_back(self, left: Sequence[ArticleTask]) -> None:
        await self._writer.submit(lambda connection: tasks.put_back(connection, left, self._clock()))

    async def poll_source(self, claim: Claim, source: SourceState) -> PollResult:
        """Fetch, parse, record; an expected failure is in the result, a bug is logged and costs this source only."""
        polled = await self._read(source)
        try:
            return await self._write(claim, source, polled)
        except Exception as error:
            log.error("poll_failed", source=source.name, exc_info=error)
            broken = Polled(source, FetchFailure(source.address, "error", "internal", INTERNAL))
            return await self._write(claim, source, broken)

    async def _write(self, claim: Claim, source: SourceState, polled: Polled) -> PollResult:
        try:
            weight = len(polled.read.entries) if isinstance(polled.read, Read) else 1
            verdict, tally = await self._writer.submit(
                lambda connection: self._record(connection, claim, polled), weight=max(1, weight)
            )
        except StoreError as error:
            log.error("record", source=source.name, outcome="not_written", error=str(error))
            return _result(source, polled, None, Tally(), f"{NOT_WRITTEN}{error}")
        reached("recorded")
        if verdict is None:
            return _result(source, polled, None, Tally(), f"{NOT_WRITTEN}the lease was lost")
        result = _result(source, polled, verdict, tally, None)
        log.info(
            "poll", source=source.name, outcome=result.outcome.value, status=result.status, entries=result.entries,
            new=result.new, revised=result.revised, matched=result.matched, seconds=round(result.seconds, 3),
            **({"error": result.error} if result.error else {}),
        )  # fmt: skip
        return result

    async def _read(self, source: SourceState) -> Polled:
        try:
            return await self._ask(source)
        except Exception as error:
            log.error("poll_failed", source=source.name, exc_info=error)
            return Polled(source, FetchFailure(source.address, "error", "internal", INTERNAL))

    async def _ask(self, source: SourceState) -> Polled:
        wanted = self._force().sources.get(source.id)
        request = Request(
            source.address, source.etag, source.last_modified, source.validated,
            access=wanted.access if wanted and _same_place(source, wanted) else _proxied(wanted),
        )  # fmt: skip
        fetched = await self._fetcher.fetch(request, now=self._clock())
        reached("fetched")
        tells = outside(source, wanted)
        if not isinstance(fetched, Document) or fetched.body_hash == source.body_hash:
            return Polled(source, fetched, outside=tells)
        outcome = await self._pool.run(
            read, source.kind, fetched, source.memory, source.outlet, wanted.skip if wanted else ()
        )
        reached("parsed")
        return Polled(source, fetched, outcome, outside=tells)

    def _record(self, connection: Connection, claim: Claim, polled: Polled) -> tuple[Verdict | None, Tally]:
        if not polls.holds(connection, claim.host, claim.token):
            return None, Tally()
        force, now = self._force(), self._clock()
        network = observe(connection, force, polled, now)
        # the watchlist may have changed since the claim: its topics and outlet count, and not an address given up
        source = polls.source_state(connection, polled.source.id)
        if source.state == "retired" or source.address != polled.source.address:
            return None, Tally()
        polled = replace(polled, source=source)
        tally = Tally()
        if isinstance(polled.read, Read):
            tally = _record_read(connection, force, source, polled.read, now)
        verdict = judge(
            polled,
            new=tally.new,
            revised=tally.revised,
            network=network,
            zone=force.zone,
            now=now,
            usual=usual_pace(connection, source, now),
            listed=force.settings.first_poll != "all",
        )
        polls.write_polls(connection, [verdict.update])
        if verdict.after.address != source.address:
            polls.readdress(connection, verdict.after)
            # a path may hold the secret that ``shown`` hides
            where = verdict.after.host if source.shown else masked(verdict.after.address)
            log.info("source_moved", source=source.name, to=where)
        if verdict.change is not None:
            tell_owner(connection, force, verdict.change, now)
        reached("recording")
        return verdict, tally


def _same_place(source: SourceState, wanted: Source) -> bool:
    """Whether the address is where the user's login belongs: the watchlist's own origin, or the same host made secure.

    A claim may be older than the watchlist: a login that came since then is not sent to what was claimed before.
    """
    named, address = urlsplit(wanted.url), urlsplit(source.address)
    origin = (named.scheme, host_port(wanted.url))
    asked = (address.scheme, host_port(source.address))
    secured = named.scheme == "http" and asked == ("https", f"{named.hostname}:443") and origin[1].endswith(":80")
    return wanted.url == source.named and (origin == asked or secured)


def _proxied(wanted: Source | None) -> Access:
    """What is sent to an address that the user did not write: nothing, but through the same proxy."""
    return Access(proxy=wanted.access.proxy) if wanted else OPEN


def usual_pace(connection: Connection, source: SourceState, now: datetime) -> float | None:
    """Entries a day that the source used to bring, where it is long enough ago to be asked."""
    if source.last_new_at is None or now - source.last_new_at < QUIET_AFTER:
        return None
    return store_sources.entries_a_day(connection, source.id, until=source.last_new_at)


def _record_read(connection: Connection, force: InForce, source: SourceState, what: Read, now: datetime) -> Tally:
    origin: Origin = "live"
    if source.baseline_at is None and force.settings.first_poll != "all":
        origin = "baseline"
    # a clock that was set back tells nothing of when an entry came
    absent_at = source.last_ok_at if source.last_ok_at is not None and source.last_ok_at < now else None
    # the oldest first: what was published first opens the story
    tally = record_document(
        connection, force, source.id, tuple(reversed(what.entries)), outlet=source.outlet, name=source.name,
        topics=source.topics, origin=origin, absent_at=absent_at, now=now,
    )  # fmt: skip
    if tally.again:
        log.info("ids_changed", source=source.name, entries=tally.again)
    store_entries.note_rejected(connection, source.id, what.rejected, now)
    fresh = store_entries.skip(connection, source.id, what.skipped, now)
    unread = [one for one in tally.recorded if source.read == "full" or one.id in tally.unsure]
    if unread:
        # the newest stand last: they were recorded from the oldest on
        articles = wanted_articles(unread)[-FIRST_ARTICLES if origin == "baseline" else None :]
        first = now if origin == "baseline" else source.baseline_at
        listed_until = None if force.settings.first_poll == "all" else first
        tasks.want(connection, articles, listed_until=listed_until, now=now)
    known = what.known + len(what.skipped) - fresh + len(what.entries) - tally.new
    if source.baseline_at is not None and what.entries and not known:
        # entries under new ids that the source had published before are known too
        if not identity.published_before(connection, source.id, [one.id for one in tally.recorded]):
            polls.note_gap(connection, source.id, now)
    return tally


def _result(
    source: SourceState, polled: Polled, verdict: Verdict | None, tally: Tally, error: str | None
) -> PollResult:
    failure = polled.failure
    what = polled.read if isinstance(polled.read, Read) else None
    # the same bytes as last time are not parsed, and hold as much as last time
    same = source.window if isinstance(polled.fetched, Document) and failure is None else 0
    return PollResult(
        source=source.name,
        source_id=source.id,
        url=masked(source.shown or source.address),
        kind=source.kind,
        outcome=verdict.update.outcome if verdict else Outcome.ERROR,
        status=polled.fetched.status,
        entries=what.total if what else same,
        new=tally.new,
        revised=tally.revised,
        matched=tally.matched,
        error=error or (f"{failure.reason}: {failure.sentence}" if failure else None),
        seconds=polled.fetched.seconds,
        newly_broken=bool(verdict and verdict.newly_failing),
        newest=what.newest if what else None,
    )


async def one_pass(
    poller: Poller, *, every_source: bool = False, only: Sequence[int] | None = None,
    done: Callable[[PollResult], None] | None = None,
) -> list[PollResult]:  # fmt: skip
    """Poll all that is due once; each result is also handed to ``done`` as it comes."""
    results: list[PollResult] = []
    asked: set[int] = set()
    running: set[asyncio.Task[list[PollResult]]] = set()
    try:
        while True:
            room = IN_FLIGHT_CAP - len(running)
            claims = []
            if room and not poller.stopping.is_set():
                claims = await poller.claim(limit=room, every_source=every_source, only=only, passed=sorted(asked))
            for claim in claims:
                asked |= {source.id for source in claim.sources}
                running.add(asyncio.create_task(poller.poll_claim(claim)))
            if not running:
                return results
            finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                for result in task.result():
                    results.append(result)
                    if done:
                        done(result)
    finally:
        # interrupted: each gives its host back while the writer is still there
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
