"""A publisher as a machine with states: for each request and time one answer, and what the answer means."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from xml.sax.saxutils import escape

from tests.politeness.temper import DAY, ETAGS, HOUR, HTTP_DATE, MODIFIEDS, RETRY, Temper, retry_after
from tests.politeness.trace import Said, Wish

Ends = Literal["whole", "cut", "reset", "silent"]
Headers = list[tuple[str, str]]
PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>We will be back soon.</p></body></html>"
PERIODS = {"hourly": 60, "daily": 24 * 60, "weekly": 7 * 24 * 60}
"""Minutes of an ``updatePeriod``."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire."""

    said: Said
    headers: Headers
    body: bytes = b""
    ends: Ends = "whole"


class Publisher:
    """One feed, at one or several addresses."""

    def __init__(
        self, name: str, temper: Temper, addresses: Sequence[str], lot: Random, start: datetime, end: datetime
    ) -> None:
        """``addresses``: where it is at first, and three more, to which it may move."""
        self.name = name
        self.temper = temper
        self.addresses = tuple(addresses)
        self.silences = 0
        """Requests that it may still leave without any answer: each costs real time."""
        self._lot = lot
        self._start = start
        self._arrivals = _arrivals(temper, lot, start, end)
        self._turn = start + (end - start) * lot.uniform(0.3, 0.7)
        self._issued: dict[str, str] = {}
        self._made: dict[int, bytes] = {}

    def answer(self, address: str, etag: str | None, modified: str | None, now: datetime) -> Answer:
        """The answer to one request."""
        headers: Headers = [("Set-Cookie", f"track={self._lot.randrange(10**9)}; Path=/; Max-Age=31536000")]
        own = None if self.temper.skew is None else now + self.temper.skew
        if own is not None:
            headers.append(("Date", own.strftime(HTTP_DATE)))
        if address not in self.addresses:
            return Answer(Said(404), headers, PAGE)
        place = self.addresses.index(address)
        redirect = self._redirect(place, now)
        if redirect is not None:
            return self._to(redirect, address, headers)
        if self._is_gone(place, now):
            return Answer(Said(410), headers)
        fault = self._fault(now, asked=bool(etag or modified))
        if fault is not None:
            return self._failing(fault, place, now, own, headers)
        return self._document(place, etag, modified, now, own, headers)

    # --- where it is ------------------------------------------------------------------------------

    def _redirect(self, place: int, now: datetime) -> tuple[int, int] | None:
        """Status and target of the redirect at one of its addresses, if there is one now."""
        move, since = self.temper.move, now - self.temper.moved_at
        one, two = self.temper.codes
        if move == "temporary":
            return (302 if one == 301 else 307, 1) if place == 0 else None
        if move is None or since < timedelta():
            return None
        steps: dict[str, dict[int, tuple[int, int]]] = {
            "for good": {0: (one, 1)},
            "chain": {0: (one, 2), 2: (two, 1)},
            "mixed": {0: (one, 2), 2: (302, 1)},
            "wavering": {0: (one, 1 + int(since / (11 * HOUR)) % 2)},
            "short": {0: (one, 1)} if since < 10 * HOUR else {},
            "twice": {0: (one, 1)} | ({1: (two, 3)} if since > 2.5 * DAY else {}),
        }
        return steps[move].get(place)

    def _to(self, redirect: tuple[int, int], address: str, headers: Headers) -> Answer:
        status, target = redirect
        to = self.addresses[target]
        near = to.split("/", 3)[:3] == address.split("/", 3)[:3]
        headers.append(("Location", "/" + to.split("/", 3)[3] if near and self._lot.random() < 0.5 else to))
        if self._lot.random() < 0.3:
            headers.append(("ETag", '"of-the-redirect"'))
        return Answer(Said(status, to=to, permanent=status in (301, 308)), headers, b"moved")

    def _is_gone(self, place: int, now: datetime) -> bool:
        dead = self.temper.move == "for good" and place == 0 and now - self.temper.moved_at > 3 * DAY
        gone, back = self.temper.gone_at, self.temper.back_at
        return dead or (gone is not None and now >= gone and (back is None or now < back))

    # --- what goes wrong --------------------------------------------------------------------------

    def _fault(self, now: datetime, *, asked: bool) -> str | None:
        fault = next((e.fault for e in self.temper.episodes if e.start <= now < e.end), None)
        if fault is None and self._lot.random() < self.temper.blips:
            fault = self._lot.choice(("500", "503", "429", "cut", "page", "404"))
        if fault is None and self.silences and self._lot.random() < 0.02:
            self.silences -= 1
            fault = "silent"
        return None if fault == "unasked" and asked else fault

    def _failing(self, fault: str, place: int, now: datetime, own: datetime | None, headers: Headers) -> Answer:
        trap: Headers = [("ETag", f'"{fault}"'), ("Last-Modified", now.strftime(HTTP_DATE))]
        if fault in ("429", "503"):
            text, until = retry_after(self._lot.choice(RETRY), now, own, self._lot)
            return Answer(Said(int(fault), retry_until=until), [*headers, ("Retry-After", text)], b"busy")
        if fault.isdigit():
            return Answer(Said(int(fault)), [*headers, *trap], PAGE)
        if fault == "loop":
            to = self.addresses[place]
            return Answer(Said(302, to=to), [*headers, ("Location", to)])
        if fault == "dead":
            to = self.addresses[place] + "-dead"
            return Answer(Said(302, to=to), [*headers, ("Location", to)])
        if fault == "unasked":
            return Answer(Said(304), [*headers, *trap])
        ends: Ends = "cut" if fault == "cut" else "reset" if fault == "reset" else "whole"
        if fault == "silent":
            ends = "silent"
        body = {"page": PAGE, "empty": b""}.get(fault, self._body(now))
        return Answer(Said(200), [*headers, *trap, ("Content-Type", "text/html")], body, ends)

    # --- what it publishes ------------------------------------------------------------------------

    def _document(
        self, place: int, etag: str | None, modified: str | None, now: datetime, own: datetime | None, headers: Headers
    ) -> Answer:
        given, changed = self._etag(place, now), self._modified(now)
        fresh, until = self._freshness(now, own)
        said = Said(200, accepted=True, etag=given, modified=changed, fresh_until=until)
        if self._same(place, etag, modified, now):
            if not self.temper.talkative:
                quiet = given if self.temper.nonce == "each 304" else None
                said = replace(said, status=304, etag=quiet, modified=None, fresh_until=None)
                return Answer(said, [*headers, *_validators(said)])
            return Answer(replace(said, status=304), [*headers, *_validators(said), *fresh])
        said = replace(said, wish=self.wish(now), links=self._links(now), empties=self.temper.empties)
        kind = f"application/{self.temper.form}+xml; charset=utf-8"
        return Answer(said, [*headers, *_validators(said), *fresh, ("Content-Type", kind)], self._body(now))

    def _same(self, place: int, etag: str | None, modified: str | None, now: datetime) -> bool:
        """Whether the validators sent are those of the document as it stands."""
        if self.temper.etag is not None and etag is not None:
            return self._issued.get(etag) == self._base(place, now) and self.temper.nonce != "each answer"
        return modified is not None and modified == self._modified(now)

    def _base(self, place: int, now: datetime) -> str:
        """What names the document at one of the addresses as it stands."""
        return f"{self.name}.{place}.{self._version(now)}.{int(now >= self._turn)}"

    def _etag(self, place: int, now: datetime) -> str | None:
        if self.temper.etag is None:
            return None
        base = self._base(place, now)
        etag = ETAGS[self.temper.etag](f"{base}.{len(self._issued)}" if self.temper.nonce else base)
        self._issued[etag] = base
        return etag

    def _modified(self, now: datetime) -> str | None:
        if self.temper.modified is None:
            return None
        version = self._version(now)
        newest = self._arrivals[version - 1] if version else self._start
        return MODIFIEDS[self.temper.modified](max(newest, self._turn) if now >= self._turn else newest)

    def _version(self, now: datetime) -> int:
        return bisect_right(self._arrivals, now)

    def wish(self, now: datetime) -> Wish:
        """What its document asks, where its form can say so."""
        return self.temper.wishes[int(now >= self._turn)] if self.temper.form == "rss" else Wish()

    def _freshness(self, now: datetime, own: datetime | None) -> tuple[Headers, datetime | None]:
        kind, seconds = self.temper.fresh, self.temper.age
        until = now + timedelta(seconds=seconds)
        texts = {
            "max-age": f"max-age={seconds}",
            "public": f"public, stale-while-revalidate=60 , max-age={seconds}",
            "upper": f"Max-Age={seconds}, Must-Revalidate",
            "shared": f"s-maxage=999999,max-age={seconds}",
            "quoted": f'max-age="{seconds}"',
            "both": f"max-age={seconds}",
            "garbage": "max-age=soon",
        }
        told = (own or now).replace(microsecond=0)
        wrong: Headers = [("Expires", (told + 9 * HOUR).strftime(HTTP_DATE))] if kind == "both" else []
        if kind in texts:
            return [("Cache-Control", texts[kind]), *wrong], until if kind != "garbage" else None
        if kind == "expires":
            wait = timedelta(seconds=min(seconds, 86400 * 365))
            return [("Expires", (told + wait).strftime(HTTP_DATE))], now.replace(microsecond=0) + wait
        return ([("Expires", "0")] if kind == "past" else []), None

    def _window(self, now: datetime) -> range:
        version = self._version(now)
        return range(version, max(version - self.temper.window, 0), -1)

    def _links(self, now: datetime) -> tuple[str, ...]:
        return tuple(self._link(n) for n in self._window(now))

    def _link(self, number: int) -> str:
        return f"https://{self.name}.example/news/{number}"

    def _body(self, now: datetime) -> bytes:
        key = 2 * self._version(now) + int(now >= self._turn)
        if key not in self._made:
            self._made = {key: self._rss(now) if self.temper.form == "rss" else self._atom(now)}
        return self._made[key]

    def _rss(self, now: datetime) -> bytes:
        items = "".join(
            f"<item><title>{escape(self._title(n))}</title><link>{self._link(n)}</link>"
            + (f"<guid isPermaLink='false'>{self.name}-{n}</guid>" if self.temper.ids else "")
            + f"<pubDate>{self._arrivals[n - 1].strftime(HTTP_DATE)}</pubDate></item>"
            for n in self._window(now)
        )
        return (
            "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' "
            "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>"
            f"<title>{self.name}</title><link>https://{self.name}.example/</link>"
            f"{_hints(self.wish(now), self.temper.window)}{items}{'<item></item>' * self.temper.empties}"
            "</channel></rss>"
        ).encode()

    def _atom(self, now: datetime) -> bytes:
        entries = "".join(
            f"<entry><id>urn:{self.name}:{n}</id><title>{escape(self._title(n))}</title><link href='{self._link(n)}'/>"
            f"<updated>{self._arrivals[n - 1]:%Y-%m-%dT%H:%M:%SZ}</updated></entry>"
            for n in self._window(now)
        )
        return (
            "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
            f"<title>{self.name}</title><id>urn:{self.name}</id>{'<entry></entry>' * self.temper.empties}{entries}"
            "</feed>"
        ).encode()

    def _title(self, number: int) -> str:
        lot = Random(f"{self.name}{number}")
        subject = "Qwen3" if lot.random() < 0.02 else f"committee {lot.randrange(10**6)}"
        return f"Word of {subject} reaches {self.name} & town {lot.randrange(10**6)}"


def _arrivals(temper: Temper, lot: Random, start: datetime, end: datetime) -> list[datetime]:
    """When its entries appear: a window of old ones, then by chance."""
    found = [start - HOUR * (n + 1) for n in range(temper.window)][::-1]
    moment = start
    while (moment := moment + DAY * lot.expovariate(temper.rate)) < end:
        found.append(moment)
    return found


def _validators(said: Said) -> Headers:
    named = (("ETag", said.etag), ("Last-Modified", said.modified))
    return [(name, value) for name, value in named if value is not None]


def _hints(wish: Wish, odd: int) -> str:
    """A wish in the words of RSS; ``odd`` decides in which of them a pause is told."""
    minutes = int(wish.pause.total_seconds() // 60)
    told = f"<ttl>{minutes}</ttl>" if minutes else ""
    period = next((word for word, length in PERIODS.items() if minutes and length % minutes == 0), None)
    if period and not odd % 2:
        told = f"<sy:updatePeriod>{period}</sy:updatePeriod>"
        told += f"<sy:updateFrequency>{PERIODS[period] // minutes}</sy:updateFrequency>"
    if wish.hours:
        told += "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in sorted(wish.hours)) + "</skipHours>"
    if wish.days:
        told += "<skipDays>" + "".join(f"<day>{DAYS[day]}</day>" for day in sorted(wish.days)) + "</skipDays>"
    return told
