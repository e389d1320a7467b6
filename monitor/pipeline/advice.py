"""What the owner of the watchlist reads when a source breaks, stays broken, stops, falls quiet or recovers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.fetch import masked
from monitor.limits import BACKOFF_CAP, QUIET_AFTER, QUIET_TIMES
from monitor.model import HealthChange, SourceState

_AS_IT_WAS = "with was: and the old address, so that it stays the same source"
_MEND = {
    "challenge": "ask the publisher for access, or look for another feed (monitor try {site}). "
    "The monitor does not try to get past the check.",
    "not_a_feed": f"look for its feed (monitor try {{address}}) and correct the address, {_AS_IT_WAS}; "
    "or set paused: true.",
    "http_401": "give, or correct, auth: (or headers:) in the watchlist.",
    "http_403": "give, or correct, auth: (or headers:) in the watchlist, read it less often (every: {slower}), "
    "try its other addresses (monitor try {site}), or set paused: true.",
    "http_404": f"look for its new address (monitor try {{site}}) and correct it, {_AS_IT_WAS}; or set paused: true.",
    "http_410": f"look for its new address (monitor try {{site}}) and correct it, {_AS_IT_WAS}; or remove it.",
    "private_address": "list it in settings.yaml (fetch: allow_private), if it is yours.",
    "bad_port": "list HOST:PORT in settings.yaml (fetch: allow_private), if that port is right.",
    "tls": "tell its publisher; connections that are not secure are not used.",
}
_DEFAULT = f"look at it (monitor try {{address}}), correct its address, {_AS_IT_WAS}; or set paused: true."
_LINKED = f"write that address into the watchlist, {_AS_IT_WAS}."
_LINKS_A_FEED = "it links a feed:"
"""Stands in the reason where the page itself names its feed."""
_OVERLOADED = ("http_429", "http_503")
_SERVER_BROKE = re.compile(r"http_5\d\d")


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """``Mon 14:10``; with the date when it is not of this week."""
    local = at.astimezone(zone)
    return local.strftime("%a %H:%M" if abs(now - at) < timedelta(days=6) else "%d %b %Y %H:%M")


def broken(
    after: SourceState, *, reason: str, zone: ZoneInfo, now: datetime, still: bool = False, asked_to_wait: bool = False
) -> str:  # fmt: skip
    """What happened, since when, what still works, and what to do. ``asked_to_wait``: the answer had a Retry-After."""
    tries = "1 try" if after.failures == 1 else f"{after.failures} tries"
    since = moment(after.failing_since or now, zone, now)
    last = f"; last good read {moment(after.last_ok_at, zone, now)}" if after.last_ok_at else ""
    due = f"; next try {moment(after.next_poll_at, zone, now)}" if after.next_poll_at else ""
    lost = "It was never read, so nothing from it can reach you."
    if after.last_ok_at:
        lost = "Nothing stored was lost; entries since then may be missing."
    if reason == "http_410":
        lost += " It is asked once more tomorrow; if it says so again, it is not asked any more."
    first = f"{after.name} is still broken" if still else after.name
    until = moment(after.next_poll_at, zone, now) if after.next_poll_at else "its next try"
    return (
        f"{first}: {after.reason}\n{tries} since {since}{last}{due}. {lost}\n"
        f"{_what_to_do(after, reason, until, asked_to_wait=asked_to_wait)}"
    )


def stopped(after: SourceState, *, zone: ZoneInfo, now: datetime) -> str:
    """It said twice, a day apart, that it is gone for good."""
    since = moment(after.gone_since or now, zone, now)
    return (
        f"{after.name}: {after.reason}\n"
        f"It has said so since {since}, so it is not asked any more. What was stored stays.\n"
        f"You can: correct its address, {_AS_IT_WAS}; remove it; or ask once more "
        f'(monitor poll --source "{after.name}").'
    )


def quarantined(after: SourceState, *, zone: ZoneInfo, now: datetime) -> str:
    """Its documents end the process that reads them."""
    due = moment(after.next_poll_at, zone, now) if after.next_poll_at else "tomorrow"
    return (
        f"{after.name}: {after.reason}\n"
        f"{after.killed} documents in a row could not be read within the limits of time and memory, so it is asked "
        f"every {BACKOFF_CAP // timedelta(hours=1)} h only; next try {due}. Other sources are not affected.\n"
        f"You can: {_mend(after, '')}"
    )


def recovered(before: SourceState, *, zone: ZoneInfo, now: datetime, listed: bool = True) -> str:
    """It is read again, and what may be missing. ``listed``: a first document is not sent (``first_poll: list``)."""
    since = before.last_ok_at
    if since is None:
        what = "; what it shows already is listed, not sent" if listed else ""
        return f"{before.name} is read now, for the first time{what}."
    return f"{before.name} is read again. What appeared and vanished since {moment(since, zone, now)} may be missing."


def remark(after: SourceState, *, usual: float | None, old_after: timedelta, now: datetime) -> str | None:
    """What is odd about a source that is read without trouble; None: nothing.

    ``usual``: entries a day before it fell quiet; None: too few to judge.
    """
    newest = after.newest_at
    if newest is not None and now - newest >= old_after and after.last_new_at in (None, newest):
        months = (now - newest) // timedelta(days=30)
        return f"its newest entry is {months} months old: perhaps it is published elsewhere now"
    quiet = now - after.last_new_at if after.last_new_at else timedelta()
    if usual is None or quiet < max(QUIET_AFTER, timedelta(days=QUIET_TIMES / usual)):
        return None
    return f"nothing new for {quiet.days} days, usually {_rate(usual)}: perhaps it is published elsewhere now"


def no_network(since: datetime, sentence: str, *, zone: ZoneInfo, now: datetime) -> str:
    """Nothing at all answers."""
    return (
        f"Nothing on the network answers since {moment(since, zone, now)}. {sentence}\n"
        "No source is blamed for it; each is asked again as usual. "
        "What appears and vanishes meanwhile may be missing.\n"
        "You can: check the connection of this machine."
    )


def network_back(since: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """The first answer after an outage."""
    return (
        f"The network is back. From {moment(since, zone, now)} to {moment(now, zone, now)} nothing could be read; "
        "what appeared and vanished in that time may be missing. All sources are read again within 10 minutes."
    )


def quiet_change(after: SourceState) -> HealthChange:
    """What the owner hears, once, of a source that fell quiet."""
    since = after.last_new_at or after.newest_at
    return HealthChange(
        "source", f"p{after.id}", "quiet",
        f"{after.name}: {after.remark}.\nIt is read without trouble. You can: look at it "
        f"(monitor try {_shown(after)}), or remove it.",
        since.isoformat() if since else "",
    )  # fmt: skip


def _rate(usual: float) -> str:
    if usual >= 1:
        return f"{usual:.0f} a day"
    return f"one in {1 / usual:.0f} days"


def _what_to_do(source: SourceState, reason: str, until: str, *, asked_to_wait: bool) -> str:
    """The last line: what the owner can do, or that there is nothing to do."""
    if asked_to_wait:
        return (
            f"It asked to be left alone until {until}; the monitor waits. "
            f"Nothing to do; if it repeats: every: {_slower(source, 1)}."
        )
    if reason in _OVERLOADED:  # without a Retry-After the pause is the monitor's own
        return f"The monitor waits until {until}. Nothing to do; if it repeats: every: {_slower(source, 1)}."
    if _SERVER_BROKE.fullmatch(reason):
        return "Nothing to do unless it lasts; the publisher has to mend it."
    return f"You can: {_mend(source, reason)}"


def _mend(source: SourceState, reason: str) -> str:
    if reason == "not_a_feed" and _LINKS_A_FEED in (source.reason or ""):
        return _LINKED
    return _MEND.get(reason, _DEFAULT).format(address=_shown(source), site=_site(source), slower=_slower(source, 2))


def _slower(source: SourceState, hours: int) -> str:
    """A pause that is longer than the one it has: ``hours``, or twice as long as now."""
    now = -(-source.every // timedelta(hours=1))
    return f"{hours if source.every < timedelta(hours=hours) else 2 * now} h"


def _shown(source: SourceState) -> str:
    return masked(source.shown or source.address)


def _site(source: SourceState) -> str:
    scheme, _, rest = source.address.partition("://")
    port = source.host.rpartition(":")[2]
    name = source.host.rpartition(":")[0]
    plain = port == {"http": "80", "https": "443"}.get(scheme)
    return f"{scheme}://{name}" if plain and rest else f"{scheme}://{source.host}"
