"""How long an answer asks us to stay away: ``Retry-After``, ``Cache-Control`` and ``Expires`` as spans of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=3650)
"""What a header can ask for at most; who uses it caps it further. Keeps huge numbers out of the arithmetic."""
_LONGEST_DIGITS = 9
_DIRECTIVE = re.compile(r'(?P<name>[^\s=,;"]+)(?:\s*=\s*(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s,;"]*)))?')
_NEVER_FRESH = frozenset({"no-cache", "no-store"})


def retry_after(value: str | None, date: str | None, now: datetime | None) -> timedelta | None:
    """What a ``Retry-After`` header asks for (RFC 9110, 10.2.3); None if there is none or it makes no sense.

    Args:
        value: the header: seconds, or an HTTP date.
        date: the ``Date`` header of the same answer, against which a date is read, so that clocks need not agree.
        now: our time (aware), used where the server gives none.
    """
    seconds = _seconds(value)
    return seconds if seconds is not None else _until(value, date, now)


def fresh_for(
    *,
    cache_control: str | None,
    age: str | None = None,
    expires: str | None = None,
    date: str | None = None,
    now: datetime | None = None,
) -> timedelta | None:
    """How long an answer is fresh (RFC 9111, 4.2), so that nothing new need be asked for; None if it is not or unsaid.

    ``max-age`` wins over ``Expires``; ``s-maxage`` is meant for shared caches and passed over. What a
    cache on the way has used up (``Age``) is taken off. Of two ``max-age`` the first counts, and one
    that is no number makes the answer stale, both as the RFC has it.

    Args:
        cache_control: all ``Cache-Control`` headers, joined by commas.
        age: seconds that the answer has spent in caches.
        expires: an HTTP date; anything else (``0``, ``-1``) means "already".
        date: the server's time, against which ``expires`` is read.
        now: our time (aware), used where the server gives none.
    """
    directives = _directives(cache_control or "")
    if _NEVER_FRESH & directives.keys():
        return None
    whole = _seconds(directives["max-age"]) if "max-age" in directives else _until(expires, date, now)
    if whole is None:
        return None
    left = whole - (_seconds((age or "").partition(",")[0]) or timedelta())
    return left if left > timedelta() else None


def http_date(text: str | None) -> datetime | None:
    """The time of an HTTP date in UTC; None if it is no date."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _directives(cache_control: str) -> dict[str, str]:
    """Name to value; of a directive that is given twice, the first."""
    found: dict[str, str] = {}
    for part in _DIRECTIVE.finditer(cache_control):
        quoted = part["quoted"]
        found.setdefault(part["name"].lower(), (quoted if quoted is not None else part["plain"]) or "")
    return found


def _seconds(value: str | None) -> timedelta | None:
    """Whole seconds in ASCII digits, at most ``_LONGEST``; None for anything else."""
    text = (value or "").strip()
    if not (text.isascii() and text.isdigit()):
        return None
    return _LONGEST if len(text.lstrip("0")) > _LONGEST_DIGITS else min(timedelta(seconds=int(text)), _LONGEST)


def _until(value: str | None, date: str | None, now: datetime | None) -> timedelta | None:
    """From the server's time (else ours) to an HTTP date; None if that is past or no date."""
    until = http_date((value or "").strip())
    since = http_date(date) or now
    if until is None or since is None or until <= since:
        return None
    return min(until - since, _LONGEST)
