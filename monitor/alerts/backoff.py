"""When a message that was not taken is tried again; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from monitor.limits import RETRY_CAP, RETRY_FIRST

JITTER: Final = 0.25
"""The share by which a pause is stretched at most, so that messages that failed together part."""


def retry_after(attempts: int, *, spread: float) -> timedelta:
    """The pause after the ``attempts``-th try failed: ``RETRY_FIRST``, doubled each time, up to ``RETRY_CAP``.

    Args:
        attempts: tries made so far, at least 1.
        spread: where in the jitter this message falls, in [0, 1).

    The result is never under ``RETRY_FIRST`` nor over ``RETRY_CAP``, and jittered also at the cap.
    """
    if attempts < 1 or not 0 <= spread < 1:
        raise ValueError(f"attempts from 1 and spread in [0, 1) are needed: {attempts}, {spread}")
    doublings = min(attempts - 1, 30)  # 30 s doubled 30 times is 1,000 years: the cap, without an overflow
    pause: timedelta = min(RETRY_FIRST * 2**doublings, RETRY_CAP / (1 + JITTER))
    return pause * (1 + JITTER * spread)
