"""What a simulated publisher is like: drawn by lot from what real ones do, the odd and the wrong included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Literal

from tests.politeness.trace import Wish

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"

ETAGS: dict[str, Callable[[str], str]] = {
    "strong": lambda v: f'"{v}"',
    "weak": lambda v: f'W/"{v}"',
    "lower": lambda v: f'w/"{v}"',
    "bare": lambda v: v,
    "long": lambda v: f'"{v}-{"x" * 1000}"',
    "list": lambda v: f'"{v}", "other"',
    "spaced": lambda v: f'"a b;c={v}"',
    "letters": lambda v: f'"é-马-{v}"',
    "half": lambda v: f'"{v}',
    "gzip": lambda v: f'"{v}-gzip"',
}
"""Form of an ETag to what it makes of a version."""
MODIFIEDS: dict[str, Callable[[datetime], str]] = {
    "http": lambda at: at.strftime(HTTP_DATE),
    "rfc850": lambda at: at.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
    "asctime": lambda at: at.strftime("%a %b %d %H:%M:%S %Y"),
    "iso": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "offset": lambda at: format_datetime(at),
    "word": lambda at: f"as of {at:%j %H.%M.%S}",
}
"""Form of a Last-Modified to what it makes of a time."""
AGES = (0, 60, 300, 900, 1800, 3600, 3600, 7200, 21_600, 86_400, 604_800, 315_360_000)
"""Seconds of ``max-age``, the common and the mad."""
FRESH = ("max-age", "public", "upper", "shared", "both", "expires", "expires", "past", "garbage", "quoted")
RETRY = (*"120 3600 7200 43200 315360000 999999999999 date date rfc850 past soon -5 1.5".split(),)
"""Forms of a ``Retry-After``."""
FAULTS = (*"500 502 404 403 429 429 503 503 page empty unasked cut reset loop dead".split(),)
"""What may be wrong for a while: a status, a web page, a 304 that nobody asked for, half an answer or none, a redirect
to itself or to nowhere."""
MOVES = ("for good", "chain", "mixed", "temporary", "temporary", "wavering", "short", "twice")
_HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Episode:
    """A time in which something is wrong."""

    start: datetime
    end: datetime
    fault: str


@dataclass(frozen=True, slots=True)
class Temper:
    """What one publisher is like."""

    every: timedelta | None
    rate: float
    """New entries a day."""
    window: int
    """Entries in its document."""
    form: Literal["rss", "atom"]
    ids: bool
    """Its entries carry ids."""
    empties: int
    gzip: bool
    etag: str | None
    nonce: Literal["", "each answer", "each 304"]
    """What else than the document changes its ETag."""
    modified: str | None
    fresh: str | None
    age: int
    """Seconds of its ``max-age`` or ``Expires``."""
    wishes: tuple[Wish, Wish]
    """Of its first documents, and of its later ones."""
    talkative: bool
    """Its 304 repeats validators and freshness."""
    skew: timedelta | None
    """What its clock is wrong by; None: it does not tell its time."""
    episodes: tuple[Episode, ...]
    blips: float
    """Share of requests that fail for no reason."""
    move: str | None
    moved_at: datetime
    codes: tuple[int, int]
    """Status of its permanent redirects."""
    gone_at: datetime | None
    back_at: datetime | None


def draw(lot: Random, start: datetime, end: datetime) -> Temper:
    """One publisher, by lot."""
    length = end - start
    validators = lot.random()
    move = lot.choice(MOVES) if lot.random() < 0.35 else None
    gone = None if move or lot.random() > 0.12 else start + length * lot.uniform(0.05, 0.3)
    skew = lot.choice((timedelta(), timedelta(), timedelta(), -11 * MINUTE, 7 * MINUTE, DAY, None))
    return Temper(
        every=lot.choices((None, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 12 * HOUR),
                          (8, 1, 2, 18, 36, 22, 13))[0],
        rate=lot.choice((0.3, 1, 2, 4, 8, 8, 20)),
        window=lot.choice((5, 10, 15, 30)),
        form=lot.choices(("rss", "atom"), (4, 1))[0],
        ids=lot.random() < 0.8,
        empties=int(lot.random() < 0.1),
        gzip=lot.random() < 0.4,
        etag=lot.choice(list(ETAGS)) if validators < 0.7 else None,
        nonce=lot.choices(("", "each answer", "each 304"), (17, 1, 3))[0],
        modified=lot.choice(list(MODIFIEDS)) if validators < 0.3 or 0.7 <= validators < 0.85 else None,
        fresh=lot.choice(FRESH) if lot.random() < 0.45 else None,
        age=lot.choice(AGES),
        wishes=(_wish(lot), _wish(lot)),
        talkative=lot.random() < 0.5,
        skew=skew,
        episodes=tuple(_episode(lot, start, length) for _ in range(lot.choice((0, 0, 1, 1, 2, 3)))),
        blips=lot.choice((0, 0, 0.003, 0.02)),
        move=move,
        moved_at=start + length * lot.uniform(0.02, 0.25),
        codes=(lot.choice((301, 308)), lot.choice((301, 308))),
        gone_at=gone,
        back_at=gone + length * lot.uniform(0.02, 0.12) if gone and lot.random() < 0.4 else None,
    )  # fmt: skip


def _wish(lot: Random) -> Wish:
    kind = lot.choices(("", "pause", "hours", "days", "all"), (60, 18, 12, 5, 2))[0]
    if kind == "pause":
        return Wish(pause=lot.choice((HOUR / 2, HOUR, 2 * HOUR, DAY, 7 * DAY)))
    if kind == "hours":
        first = lot.choice(_HOURS)
        hours = frozenset((first + n) % 24 for n in range(lot.randint(1, 9)))
        return Wish(hours=hours, pause=lot.choice((HOUR, 0 * HOUR)))
    if kind == "days":
        return Wish(days=frozenset(lot.sample(range(7), lot.choice((1, 1, 2)))))
    return Wish(hours=frozenset(_HOURS)) if kind == "all" else Wish()


def _episode(lot: Random, start: datetime, length: timedelta) -> Episode:
    began = start + length * lot.uniform(0.01, 0.95)
    return Episode(began, began + HOUR * lot.choice((0.2, 0.5, 1, 3, 8, 20)), lot.choice(FAULTS))


def retry_after(kind: str, now: datetime, own: datetime | None, lot: Random) -> tuple[str, datetime | None]:
    """A ``Retry-After`` of a kind, and until when it asks to wait (None: it makes no sense).

    ``own`` is the time on the server's clock, where it tells it.
    """
    told = (own or now).replace(microsecond=0)
    if kind.isdigit():
        return kind, now + min(timedelta(seconds=int(kind)), 3650 * DAY)
    if kind in ("date", "rfc850"):
        wait = lot.choice((HOUR, 5 * HOUR, 30 * HOUR))
        text = told + wait
        form = HTTP_DATE if kind == "date" else "%A, %d-%b-%y %H:%M:%S GMT"
        return text.strftime(form), now.replace(microsecond=0) + wait
    if kind == "past":
        return (told - HOUR).astimezone(UTC).strftime(HTTP_DATE), None
    return kind, None
