"""Named points at which a test lets the process die, to prove that nothing is lost there."""

from __future__ import annotations

import os
import signal
from typing import Final

POINTS: Final = (
    "claimed",  # hosts are leased, nothing was asked
    "fetched",  # bytes are there, nothing is written
    "parsed",
    "recording",  # inside the transaction that records, before its end
    "recorded",  # committed, nothing is sent
    "article_fetched",  # the page of an entry is there, nothing of it is written
    "recording_article",  # inside the transaction that records it
    "delivery_claimed",  # the message is marked as being sent
    "rendered",  # its text is stored
    "accepted",  # the service has taken it, we have not noted it
    "sent",  # noted
)
"""In the order of the path."""

_WHERE = os.environ.get("MONITOR_CRASH_AT", "")


def reached(point: str) -> None:
    """Die by SIGKILL if ``MONITOR_CRASH_AT`` names this point; otherwise nothing."""
    if _WHERE == point:
        os.kill(os.getpid(), signal.SIGKILL)
