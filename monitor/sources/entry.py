"""What all forms of feeds share: how raw fields become a :class:`~monitor.model.ParsedEntry`."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from monitor.limits import ENTRIES_CAP, URL_CAP
from monitor.model import Rejected
from monitor.sources.text import plain

TEASER_CAP = 400
"""Characters up to which the only text of an entry is its teaser; a longer one is the article itself."""
SAMPLE_CAP = 200
"""Characters kept of what was rejected."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")


def address(link: str | None, base: str) -> str | None:
    """An absolute http(s) address, resolved against ``base``; None for anything else or longer than ``URL_CAP``."""
    text = plain(link or "", cap=URL_CAP + 1)
    if not text:
        return None
    try:
        url = urljoin(base, text)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return url if usable and len(url) <= URL_CAP else None


def teaser_and_text(summary: str, content: str) -> tuple[str, str]:
    """Which plain text is the teaser and which the article; feeds give one, the other, both, or one twice."""
    if summary and content and summary != content:
        return summary, content
    whole = content or summary
    if not content or len(whole) < TEASER_CAP:
        return whole, ""
    return "", whole


def language(*named: str | None) -> str | None:
    """The first of the named languages that is one, in lower case (``zh-cn``)."""
    for name in named:
        tag = (name or "").partition(",")[0].strip().lower().replace("_", "-")
        if _LANGUAGE.fullmatch(tag):
            return tag
    return None


def from_struct(moment: time.struct_time | None) -> datetime | None:
    """The time of feedparser's UTC fields; None where there is none or it lies outside of years 1 to 9999."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def from_iso(text: str | None) -> datetime | None:
    """The time of an RFC 3339 text in UTC; one without a zone is taken for UTC; None if it is no time."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def over_cap(count: int) -> tuple[Rejected, ...]:
    """What to say of the entries after the first ``ENTRIES_CAP``."""
    further = count - ENTRIES_CAP
    return (Rejected("over_cap", f"{further} further entries"),) if further > 0 else ()


def sample(text: str) -> str:
    """A few words of what was rejected, so that a person can find it."""
    return plain(text[: 4 * SAMPLE_CAP], cap=SAMPLE_CAP)
