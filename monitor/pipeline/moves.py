"""Where a source is read: a move is believed after equal answers over a day, and given up when it leads nowhere."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.analysis.address import host_port
from monitor.fetch import masked
from monitor.limits import BROKEN_AFTER, MOVE_AFTER, MOVE_ANSWERS
from monitor.model import HealthChange, SourceState
from monitor.schedule import HARD, weight


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


def told(before: SourceState, after: SourceState) -> HealthChange:
    """What the owner hears of a learned address, with the line for the watchlist."""
    # the path of an address with a secret in it may hold the secret
    where = after.host if before.shown else masked(after.address)
    old = masked(before.named)
    line = ""
    if not before.shown and (where, old) == (after.address, before.named):  # nothing is hidden, so it can be pasted
        line = f"\nYou can write it into the watchlist: {{url: {json.dumps(where)}, was: {json.dumps(old)}}}"
    sentence = f"{before.name} has moved for good to {where}, and is read there from now on.{line}"
    return HealthChange("source", f"p{before.id}", "moved", sentence, where)


def after_failure(source: SourceState, reason: str, *, answered: bool, lasting: bool) -> SourceState:
    """The source after a failure that is counted in it: a learned address that leads nowhere is given up.

    ``answered``: some server said something, so the answers in a row that named a new address have ended.
    ``lasting``: it has failed for a day, while others were read.
    """
    if answered:
        source = replace(source, moved_to=None, moved_since=None, moved_count=0)
    nowhere = weight(reason) >= HARD or lasting
    leads_nowhere = reason == "http_410" or (source.failures >= BROKEN_AFTER and nowhere)
    if source.address == source.named or not leads_nowhere:
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
