"""Follows the watchlist's files: what was edited is read again, and a bad edit changes nothing and is said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

import structlog
from watchfiles import awatch

from monitor import config
from monitor.config import Loaded
from monitor.errors import ConfigError
from monitor.model import Settings, Watchlist
from monitor.pipeline.deliver import Console

log = structlog.get_logger()


class Apply(Protocol):
    """Puts a valid configuration in force."""

    def __call__(self, loaded: Loaded, watchlist: Watchlist, settings: Settings) -> Awaitable[bool]:
        """False: it could not be written, and what was in force stays so."""


class Following:
    """Watches the folder of the configuration until ``stop`` is set."""

    def __init__(
        self,
        loaded: Loaded,
        environ: Mapping[str, str],
        *,
        stop: asyncio.Event,
        console: Console,
        apply: Apply,
        in_force: Callable[[], Watchlist],
        running: Callable[[], str],
    ) -> None:
        """``in_force`` is what is watched now, ``running`` says it in words."""
        self.loaded = loaded
        """The configuration in force, as it was read."""
        self._environ = environ
        self._stop = stop
        self._console = console
        self._apply = apply
        self._in_force = in_force
        self._running = running
        self._reloading = asyncio.Lock()
        self._watcher: asyncio.Task[None] | None = None
        self._complaint = ""

    def start(self) -> None:
        """Begin to watch; needs a running event loop."""
        self._watcher = asyncio.create_task(self._follow_files(), name="watchlist")

    async def end(self) -> None:
        """Watch no longer."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    async def _follow_files(self) -> None:
        folder = self.loaded.path.parent
        wanted = {"watchlist.yaml", "settings.yaml", self.loaded.path.name}
        # the folder, not the file: editors replace files, and a watched file would be lost with the old one
        async for changes in awatch(folder, stop_event=self._stop, recursive=False):
            if any(Path(path).name in wanted for _, path in changes):
                await self.reload()

    async def look_again(self) -> None:
        """What the watcher says nothing of: the target of a link, a folder in the old one's place, its own end."""
        watcher = self._watcher
        missed = await self.reload(repeat=False)
        if watcher is None or self._stop.is_set() or not (missed or watcher.done()):
            return
        if watcher.done():
            log.error("watcher_ended", error=repr(watcher.exception()))
        async with self._reloading:  # so that nothing is cut off that it began
            watcher.cancel()
        self.start()

    async def reload(self, *, repeat: bool = True) -> bool:
        """Read the watchlist again; a bad one changes nothing, and it is said why: once, unless ``repeat``.

        Returns whether there was anything that had not been found before.
        """
        async with self._reloading:
            before = self.loaded, self._complaint
            try:
                loaded = await asyncio.to_thread(config.load, self.loaded.path, self._environ)
            except ConfigError as error:
                self._complaint = str(error)
                if repeat or self._complaint != before[1]:
                    self._keep(str(error))
                return self._complaint != before[1]
            bad = loaded.watchlist is None or loaded.settings is None
            self._complaint = loaded.digest if bad else ""
            if loaded.watchlist is None or loaded.settings is None:
                if repeat or self._complaint != before[1]:
                    self._refuse(loaded)
            elif self._emptied(loaded.watchlist):
                self._complaint = loaded.digest
                if self._complaint != before[1]:
                    self._keep("The watchlist is empty now, as after a crash of an editor. To stop watching, stop me.")
            elif loaded.digest == self.loaded.digest and before[1]:
                self._console("The watchlist is well again; nothing changed.\n")
            elif loaded.digest != self.loaded.digest and await self._apply(loaded, loaded.watchlist, loaded.settings):
                self.loaded = loaded
            return (self.loaded, self._complaint) != before

    def _emptied(self, watchlist: Watchlist) -> bool:
        wanted = self._in_force()
        return not (watchlist.topics or watchlist.sources) and bool(wanted.topics or wanted.sources)

    def _keep(self, why: str) -> None:
        log.error("watchlist_kept", error=why)
        self._console(f"{why}\nThe running monitor keeps {self._running()}.\n")

    def _refuse(self, loaded: Loaded) -> None:
        log.error("watchlist_kept", errors=len(loaded.errors))
        self._console(config.render_findings(loaded.errors, running=self._running()) + "\n")
