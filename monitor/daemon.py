"""The daemon: one process that polls, delivers, keeps house, shows its page and follows its watchlist until stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import structlog

from monitor import config
from monitor.config import Loaded
from monitor.control.server import ControlServer
from monitor.engine.embedded import Embedded
from monitor.errors import StoreError, WriterLost
from monitor.fetch import Fetcher
from monitor.following import Following
from monitor.limits import ARTICLES_IN_FLIGHT, AWAY_AFTER, DRAIN, HOUSEKEEP_EVERY, IN_FLIGHT_CAP, TICK
from monitor.model import Settings, Watchlist
from monitor.parse import ParsePool
from monitor.pipeline.backfill import Backfiller, sentences
from monitor.pipeline.clock import Clock
from monitor.pipeline.deliver import Console, Deliverer, unusable, unusable_text
from monitor.pipeline.first_pass import FirstPass, ShowFirstPass
from monitor.pipeline.force import InForce, anew_text, put_in_force, size_of
from monitor.pipeline.poll import Poller
from monitor.pipeline.signs import beat, sd_notify
from monitor.pipeline.writer import Writer
from monitor.sources import PRELOAD
from monitor.store import life, outbox
from monitor.store.clockstep import pull_in, shift
from monitor.store.database import Connection, Store
from monitor.store.polls import Claim
from monitor.store.upkeep import housekeep
from monitor.web import Server, create_app

log = structlog.get_logger()
HEARTBEAT_EVERY = 60.0  # seconds
CLOCK_STEP = timedelta(seconds=30)
"""A difference between the clock and the time that has passed above which the clock was set."""
T = TypeVar("T")


class Daemon:
    """Holds the parts together; :meth:`run` is its whole life."""

    def __init__(
        self,
        store: Store,
        loaded: Loaded,
        force: InForce,
        *,
        clock: Clock,
        console: Console,
        first_pass: ShowFirstPass,
        environ: dict[str, str],
        control: Path | None = None,
    ) -> None:
        """``control`` is where commands that write find it; None: they do not."""
        self._control = control
        self._store = store
        self.force = force
        self._clock = clock
        self._console = console
        self._first = FirstPass(first_pass)
        self._asking: dict[str, bool] = {}
        """Tokens of the claims under way, and whether sources are asked (else articles are read)."""
        self._stop = asyncio.Event()
        self.following = Following(
            loaded, environ, stop=self._stop, console=console, apply=self._apply,
            in_force=lambda: self.force.watchlist, running=self._running,
        )  # fmt: skip
        self._asked: asyncio.Future[bool] | None = None
        self._backfilling = True
        """Stored entries may have to be matched with a topic that is new or changed."""
        self._lost: WriterLost | None = None
        self._applied = clock()
        self._ticked = time.monotonic()
        self._slept = clock()
        self._steady = time.clock_gettime(time.CLOCK_BOOTTIME)
        self._web: str | None = None

    async def run(self) -> bool:
        """Until SIGTERM or SIGINT; then what is under way has ``DRAIN`` seconds to end. False: it took longer.

        Raises:
            WriterLost: the right to write was lost, so it stopped by itself.
        """
        self._hear_signals()
        settings = self.force.settings
        writer = Writer(self._store)
        writer.start()
        await self._announce(writer)
        async with (
            Fetcher(
                user_agent=settings.user_agent, allow_private=settings.allow_private, host_gap=settings.host_gap
            ) as fetcher,
            ParsePool(preload=PRELOAD) as pool,
        ):
            poller = Poller(self._store, writer, fetcher, pool, force=lambda: self.force, clock=self._clock)
            deliverer = Deliverer(writer, force=lambda: self.force, clock=self._clock, console=self._console)
            server = await self._serve()
            control = await self._listen(writer)
            engine = Embedded()
            engine.every("dispatch", TICK, lambda: self._dispatch(engine, poller, writer))
            engine.every("deliver", TICK, lambda: self._deliver(engine, deliverer))
            engine.every("housekeep", HOUSEKEEP_EVERY, lambda: self._unless_full(self._housekeep()))
            engine.every("life", HEARTBEAT_EVERY, lambda: self._alive(writer))
            engine.every("watchlist", HEARTBEAT_EVERY, self.following.look_again)
            backfiller = Backfiller(writer, force=lambda: self.force, clock=self._clock)
            engine.every("backfill", TICK, lambda: self._backfill(backfiller))
            self.following.start()
            engine.start()
            sd_notify("READY=1\nSTATUS=watching")
            log.info("ready", topics=len(self.force.topics), sources=len(self.force.watchlist.sources))
            await self._stop.wait()
            sd_notify("STOPPING=1")
            log.info("stopping")
            poller.stopping.set()
            ended = [engine.drain(DRAIN - 2), *([control.stop(DRAIN - 2)] if control else [])]
            drained = all(await asyncio.gather(*ended))
            await self.following.end()
            if server:
                await server.stop()
        await self._unless_full(writer.submit(lambda connection: life.end(connection, self._clock())))
        await writer.close()
        log.info("stopped", drained=drained)
        if self._lost is not None:
            raise self._lost
        return drained

    def _hear_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop_now)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)

    def _hang_up(self) -> None:
        self._asked = asyncio.ensure_future(self.following.reload())

    def _stop_now(self) -> None:
        if self._stop.is_set():
            # asked twice: end at once; whatever was under way is a row that says so
            os._exit(130)
        self._stop.set()

    async def _announce(self, writer: Writer) -> None:
        away = await writer.submit(lambda connection: life.begin(connection, pid=os.getpid(), now=self._clock()))
        stale = await writer.submit(outbox.release_stale)
        await writer.submit(lambda connection: pull_in(connection, self._clock()))
        if away is not None:
            log.warning("was_down", hours=round(away.total_seconds() / 3600, 1))
            self._console(
                f"The monitor was down for {_span(away.total_seconds())}; "
                "what appeared and vanished in that time may be missing.\n"
            )
        if stale:
            log.warning("uncertain_deliveries", count=stale)
        await self._tell_unusable()

    async def _tell_unusable(self) -> None:
        for name, complaint in (await asyncio.to_thread(unusable, self.force)).items():
            log.error("channel_unusable", channel=name, error=complaint)
            self._console(unusable_text(name, complaint))

    async def _serve(self) -> Server | None:
        listen = self.force.settings.web_listen
        if listen is None:
            return None
        app = create_app(self._store, lambda: self.force, self._clock, healthy=self._healthy)
        server = Server(app, host=listen[0], port=listen[1])
        try:
            self._web = await server.start()
        except OSError as error:
            log.warning("page_off", listen=f"{listen[0]}:{listen[1]}", error=str(error))
            return None
        log.info("page", address=self._web)
        return server

    async def _listen(self, writer: Writer) -> ControlServer | None:
        if self._control is None:
            return None
        server = ControlServer(
            self._control, self._store, writer, settings=lambda: self.force.settings, clock=self._clock
        )  # fmt: skip
        try:
            await server.start()
        except OSError as error:
            log.warning("control_off", error=str(error))
            self._console(f"Commands that write have to wait until the monitor is stopped: {error}.\n")
            return None
        return server

    def _healthy(self) -> bool:
        return time.monotonic() - self._ticked < 60 * TICK

    # --- what is done again and again -------------------------------------------------------------

    async def _dispatch(self, engine: Embedded, poller: Poller, writer: Writer) -> None:
        self._ticked = time.monotonic()
        await self._note_time(writer)
        room = IN_FLIGHT_CAP - len(self._asking)
        articles = ARTICLES_IN_FLIGHT - sum(not sources for sources in self._asking.values())
        claims = await self._unless_full(poller.claim(limit=room, articles=max(0, articles))) if room > 0 else []
        for claim in claims or ():
            self._asking[claim.token] = bool(claim.sources)
            engine.submit(self._poll(poller, claim))
        if self._first.over(idle=not any(self._asking.values())):
            self._first.show(self.force, self._web)

    async def _note_time(self, writer: Writer) -> None:
        """Tell a suspended machine, which polls what it has missed once, from a clock that was set: pauses stay as long
        as they were."""
        now, steady = self._clock(), time.clock_gettime(time.CLOCK_BOOTTIME)  # goes on while the machine is suspended
        real = timedelta(seconds=steady - self._steady)
        step = now - self._slept - real
        if abs(step) > CLOCK_STEP:
            log.warning("clock_set", seconds=round(step.total_seconds()))
            right = self._steady  # the reading of the steady clock when the other was right

            def set_right(connection: Connection) -> bool:
                noticed = timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - right)
                return shift(connection, step, self._clock(), noticed=noticed)

            if await self._unless_full(writer.submit(set_right)) is None:
                return  # not written: the next tick finds the same step
        elif real > AWAY_AFTER:
            log.warning("was_suspended", hours=round(real.total_seconds() / 3600, 1))
        self._slept, self._steady = now, steady

    async def _poll(self, poller: Poller, claim: Claim) -> None:
        try:
            self._first.note(await self._unless_full(poller.poll_claim(claim)) or [])
        finally:
            self._asking.pop(claim.token, None)

    async def _deliver(self, engine: Embedded, deliverer: Deliverer) -> None:
        # each message beside the others: a service that is slow to answer delays its own channel only
        for waiting in await self._unless_full(deliverer.claim()) or ():
            engine.submit(self._unless_full(deliverer.deliver(waiting)))

    async def _unless_full(self, work: Awaitable[T]) -> T | None:
        """What ``work`` gives, or None where the store could not be written for long: the next tick tries again."""
        try:
            return await work
        except WriterLost as error:
            self._give_up(error)
            return None
        except StoreError as error:
            log.error("paused", error=str(error))
            return None

    def _give_up(self, error: WriterLost) -> None:
        if self._lost is None:
            log.error("writer_lost", error=str(error))
        self._lost = error
        self._stop.set()

    async def _housekeep(self) -> None:
        kept = await asyncio.to_thread(housekeep, self._store, self.force.settings, self._clock())
        if kept.over_size or kept.too_large:
            log.warning("over_size", texts=kept.over_size, used=kept.used, max_size=self.force.settings.max_size)
        log.info("housekeep", aged=kept.aged, polls=kept.polls, keys=kept.keys, used=kept.used)

    async def _backfill(self, backfiller: Backfiller) -> None:
        if not self._backfilling:
            return
        self._backfilling = False  # an edit while it goes on asks for another look
        done = await self._unless_full(backfiller.run(self._stop.is_set))
        if done is None:
            self._backfilling = True  # not written: the next tick goes on
        elif done:
            self._console(sentences(done))
            await self._unless_full(backfiller.told(done))

    async def _alive(self, writer: Writer) -> None:
        sd_notify("WATCHDOG=1")  # first: a full disk is waited for, and no reason to be restarted
        await self._unless_full(writer.submit(lambda connection: life.alive(connection, self._clock(), web=self._web)))
        heartbeat = self.force.settings.heartbeat
        if heartbeat is not None:
            await beat(heartbeat.reveal())

    # --- the watchlist ------------------------------------------------------------------------------

    def _running(self) -> str:
        return f"the watchlist of {self._applied.astimezone(self.force.zone):%H:%M} ({size_of(self.force)})"

    async def _apply(self, loaded: Loaded, watchlist: Watchlist, settings: Settings) -> bool:
        now, before = self._clock(), self.force.settings
        try:
            self.force = await asyncio.to_thread(
                put_in_force, self._store, watchlist, settings, digest=loaded.digest, text=loaded.masked, now=now,
                before=self.force,
            )  # fmt: skip
        except WriterLost as error:
            self._give_up(error)
            return False
        except StoreError as error:
            log.error("watchlist_kept", error=str(error))
            return False
        if _fixed(settings) != _fixed(before):
            self._console("Settings of fetching, of the page and of the log count from the next start.\n")
        self._applied, self._backfilling = now, True
        for finding in await asyncio.to_thread(config.examples, loaded, for_log=True):
            log.error("example_failed", line=finding.line, message=finding.message)
        log.info("watchlist", number=self.force.number, topics=len(self.force.topics))
        self._console(f"Watchlist {self.force.number} is in force: {size_of(self.force)}.\n{anew_text(self.force)}")
        await self._tell_unusable()
        return True


def _fixed(settings: Settings) -> tuple[object, ...]:
    """What a running daemon keeps as it was at its start."""
    fetching = (settings.user_agent, settings.host_gap, settings.allow_private)
    return (*fetching, settings.web_listen, settings.public_url, settings.log_level, settings.log_format)


def _span(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:.0f} h" if hours >= 2 else f"{seconds / 60:.0f} min"
