"""Where a source is read: a move is believed after equal answers over a day, and given up when it leads nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.analysis.address import host_port
from monitor.limits import BROKEN_AFTER, MOVE_AFTER, MOVE_ANSWERS
from monitor.model import SourceState
from monitor.schedule import weight

HARD = 2.0
"""The weight of failures that only a person can mend."""


def after_answer(source: SourceState, moved_to: str | None, now: datetime) -> SourceState:
    """The source after an answer that was read; ``moved_to`` is where it says, by permanent hops only, that it is now.

    Its address changes at the ``MOVE_ANSWERS``-th equal answer in a row, ``MOVE_AFTER`` after the first (RFC 9110 asks
    for the new address to be used; a mistaken redirect is mended within hours). What the watchlist says is never
    changed, and validators stay with the address that gave them.
    """
    if moved_to is None or not _may_move(source.address, moved_to):
        return replace(source, moved_to=None, moved_since=None, moved_count=0)
    if moved_to != source.moved_to:
        return replace(source, moved_to=moved_to, moved_since=now, moved_count=1)
    count, since = source.moved_count + 1, source.moved_since or now
    if count >= MOVE_ANSWERS and now - since >= MOVE_AFTER:
        return _read_at(source, moved_to)
    return replace(source, moved_count=count)


def after_failure(source: SourceState, reason: str, *, answered: bool) -> SourceState:
    """The source after a failure that is counted in it: a learned address that leads nowhere is given up.

    ``answered``: some server said something, so the answers in a row that named a new address have ended.
    """
    if answered:
        source = replace(source, moved_to=None, moved_since=None, moved_count=0)
    if source.address == source.named or source.failures < BROKEN_AFTER or weight(reason) < HARD:
        return source
    back = _read_at(source, source.named)
    return replace(back, etag=None, last_modified=None, validated=None, body_hash=None)


def _read_at(source: SourceState, address: str) -> SourceState:
    return replace(
        source, address=address, host=host_port(address), moved_to=None, moved_since=None, moved_count=0
    )  # fmt: skip


def _may_move(address: str, to: str) -> bool:
    """Never from https to http, and never where a name and password would be sent along or lost."""
    old, new = urlsplit(address), urlsplit(to)
    return not (old.scheme == "https" and new.scheme != "https") and "@" not in old.netloc + new.netloc
