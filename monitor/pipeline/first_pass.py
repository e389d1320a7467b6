"""The first pass of a daemon: kept until it is shown, so that the screen of a new user does not stay empty."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeAlias

from monitor.model import PollResult
from monitor.pipeline.force import InForce

FIRST_PASS_WAIT: Final = 20.0  # seconds: a screen that stays empty for longer looks broken
ShowFirstPass: TypeAlias = Callable[[list[PollResult], InForce, str | None], None]


class FirstPass:
    """What was read since the start, until it is shown once: when all is read, or after ``FIRST_PASS_WAIT``."""

    def __init__(self, show: ShowFirstPass) -> None:
        self._results: list[PollResult] = []
        self._show: ShowFirstPass | None = show
        self._began = time.monotonic()

    def note(self, results: list[PollResult]) -> None:
        """Remember results, until they are shown."""
        if self._show is not None:
            self._results += results

    def over(self, *, idle: bool) -> bool:
        """Whether it is time to show it. ``idle``: nothing is due, nothing is being asked."""
        return self._show is not None and (idle or time.monotonic() - self._began > FIRST_PASS_WAIT)

    def show(self, force: InForce, web: str | None) -> None:
        """Show it, and never again."""
        if self._show is not None:
            self._show(self._results, force, web)
        self._show, self._results = None, []
