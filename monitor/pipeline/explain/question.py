"""What a person asks ``explain``: an address, a typed id, or words of a title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from monitor.analysis.address import canonical, host_of
from monitor.errors import UsageError
from monitor.limits import TITLE_CAP, URL_CAP

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes these; halves of pairs come from a command line
_TYPED = re.compile(r"([esvd])([0-9]{1,18})")
_ALERT = re.compile(r"a[0-9a-f]{4,64}")
_BARE = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,24}(:[0-9]+)?/\S*")
_HOST = re.compile(r"(?=.{4,253}$)[^\W_][\w-]*(\.[\w-]+)*\.(?:xn--[a-z0-9-]+|[^\W\d_]{2,24})", re.IGNORECASE)
_DATED = re.compile(r"[/-](20[0-9]{2})[/-]?(0[1-9]|1[0-2]|[a-z]{3})[/-]?([0-3][0-9])(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Address:
    """A page, wherever it may have been read."""

    url: str


@dataclass(frozen=True, slots=True)
class Id:
    """A row by its typed id."""

    kind: Literal["entry", "story", "event", "delivery"]
    number: int


@dataclass(frozen=True, slots=True)
class AlertId:
    """An alert by the beginning of its id; ``added`` and ``acceded`` look like one, and may be words."""

    start: str


@dataclass(frozen=True, slots=True)
class Words:
    """Titles that hold all of these."""

    words: tuple[str, ...]

    @property
    def host(self) -> str | None:
        """The one word, where it may be the name of a host; ``Booking.com`` may be in a headline as well."""
        return self.words[0].lower() if len(self.words) == 1 and _HOST.fullmatch(self.words[0]) else None


Question: TypeAlias = Address | Id | AlertId | Words
_KINDS: dict[str, Literal["entry", "story", "event", "delivery"]] = {
    "e": "entry",
    "s": "story",
    "v": "event",
    "d": "delivery",
}


def read_question(text: str) -> Question:
    """What ``text`` asks for. Anything that is neither an address nor an id is words.

    Raises:
        UsageError: the id of a topic or source, which have no way to explain; bytes that are no text; an address that
            cannot be read; or more than an address or headline can be.
    """
    text = text.strip()
    if _UNUSABLE.search(text):
        raise UsageError("the question holds characters that no text has; write it as UTF-8")
    if re.match(r"https?://\S+$", text, re.IGNORECASE):
        return _address(text)
    if _BARE.fullmatch(text):
        return _address(f"https://{text}")
    if len(text) > TITLE_CAP:
        raise UsageError(f"that is too long for a headline ({len(text)} characters; at most {TITLE_CAP})")
    if re.fullmatch(r"[tp][0-9]+", text):
        noun = "topic" if text[0] == "t" else "source"
        raise UsageError(f"{text} is a {noun}, which monitor {noun}s lists; explain takes what was read or sent")
    typed = _TYPED.fullmatch(text)
    if typed:
        return Id(_KINDS[typed[1]], int(typed[2]))
    return AlertId(text) if _ALERT.fullmatch(text) else Words(tuple(text.split()))


def _address(url: str) -> Address:
    if len(url) > URL_CAP:
        raise UsageError(f"that is too long for an address ({len(url)} characters; at most {URL_CAP})")
    if not host_of(url):
        raise UsageError("that is not an address that can be read: its host or port is wrong")
    return Address(url)


def spellings(url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ways in which an entry may have this address: as it stands, with a host of other than ASCII letters in both
    its forms (``пример.рф``, ``xn--e1afmkfd.xn--p1ai``), and the canonical form of each (also without
    its anchor, which may be the reader's)."""
    host = host_of(url)
    urls = dict.fromkeys((url, *(_with_host(url, form) for form in host_forms(host))))
    pages = dict.fromkeys(page for form in urls for page in (form, form.partition("#")[0]))
    keys = dict.fromkeys(key for page in pages if (key := canonical(page)) is not None)
    return tuple(urls), tuple(keys)


def host_forms(host: str) -> tuple[str, ...]:
    """A host in ASCII and, where that is another form, in its own letters."""
    try:
        plain = host.encode("idna").decode("ascii")
        return tuple(dict.fromkeys((plain, plain.encode("ascii").decode("idna"))))
    except UnicodeError:  # a label that no domain may have; hosts of intranets do
        return (host,)


def _with_host(url: str, host: str) -> str:
    scheme, mark, rest = url.partition("://")
    end = min((at for sign in "/?#" if (at := rest.find(sign)) >= 0), default=len(rest))
    port = re.search(r":[0-9]+$", rest[:end])
    return f"{scheme}{mark}{host}{port[0] if port else ''}{rest[end:]}"


def day_in(url: str) -> tuple[datetime, datetime] | None:
    """The day that an address names (``/2026/11/24/``, ``/2026/nov/24/``, ``-20261124``), with a day's room on
    each side for zones; None where it names none."""
    found = _DATED.search(url.lower())
    if found is None or (not found[2].isdigit() and found[2] not in _MONTHS):
        return None
    month = int(found[2]) if found[2].isdigit() else _MONTHS.index(found[2]) + 1
    try:
        day = datetime(int(found[1]), month, int(found[3]), tzinfo=UTC)
    except ValueError:
        return None
    return day - timedelta(days=1), day + timedelta(days=2)
