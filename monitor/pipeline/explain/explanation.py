"""What ``explain`` answers: a verdict with its sentence, the rows that prove it, and the ladder of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from monitor.pipeline.coverage import Event
from monitor.store.evidence import ChangeRow, JoinRow, MatchRow, NearMissRow
from monitor.store.listing import EntryRow
from monitor.store.listing_alerts import AlertRow, DeliveryRow
from monitor.store.listing_stories import StoryRow

VERDICTS: Final = (
    "unknown_source", "gap", "not_fetched", "rejected", "not_matched", "unrouted", "baseline", "backfill", "import",
    "folded", "capped", "muted", "held", "queued", "dead", "sent",
)  # fmt: skip
"""Of several the last one is the verdict."""
RANK: Final = {verdict: rank for rank, verdict in enumerate(VERDICTS)}

StepName: TypeAlias = Literal[
    "watched", "polled", "seen", "read", "matched", "story", "routed", "decided", "delivered"
]  # fmt: skip
StepState: TypeAlias = Literal["ok", "waiting", "failed", "not_reached"]
STEPS: Final[tuple[StepName, ...]] = (
    "watched", "polled", "seen", "read", "matched", "story", "routed", "decided", "delivered",
)  # fmt: skip
"""The one path, as one thing walks it."""
STATES: Final[tuple[StepState, ...]] = ("ok", "waiting", "failed", "not_reached")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path, and how far it was made."""

    name: StepName
    state: StepState
    """``waiting``: it is still to come; ``not_reached``: an earlier one failed or waits."""
    sentence: str = ""
    change: str | None = None
    """The command or the edit of a file that would change how a failed or waiting step ended; None: nothing would."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole way of what was asked for."""

    question: str
    verdict: str
    """One of ``VERDICTS``."""
    sentence: str
    entries: tuple[EntryRow, ...] = ()
    matches: tuple[MatchRow, ...] = ()
    near_misses: tuple[NearMissRow, ...] = ()
    """As noted when it was read; where none were, those of the watchlist as it stands, on the text that is kept."""
    story: StoryRow | None = None
    """Of the entry that the verdict is about."""
    stories: tuple[StoryRow, ...] = ()
    """Of all the entries."""
    events: tuple[Event, ...] = ()
    """Of those stories."""
    changes: tuple[ChangeRow, ...] = ()
    """What was changed about the entries after they were first seen."""
    evidence: tuple[JoinRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()
    deliveries: tuple[DeliveryRow, ...] = ()
    ladder: tuple[Step, ...] = ()
    """In the order of ``STEPS``: of the entry and the channel that the verdict is about. An alert that is not about an
    entry has the last two only."""

    @property
    def stop(self) -> Step | None:
        """The first step that failed or waits; None: the whole way was made."""
        return next((step for step in self.ladder if step.state in ("failed", "waiting")), None)


def whole(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The ladder from its first steps: those that are not among them were not reached."""
    made = {step.name for step in steps}
    return (*steps, *(Step(name, "not_reached") for name in STEPS if name not in made))
