"""RSS, RDF and Atom: what feedparser says of a document, as our records. Imported in workers only.

feedparser is the only judge of what a feed says; ids stand exactly as it gives them, for stored ids
depend on them. It is used bare (no sanitising, no resolving inside HTML: 2.7 times faster, lab), and
always on a stream: given bytes, it would first try to open a file of that name.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from xml.sax import SAXException

import feedparser
import feedparser.api

from monitor.limits import DEPTH_CAP, ENTRIES_CAP, TEXT_CAP, TITLE_CAP
from monitor.model import Document, Parsed, ParsedEntry, ParseFailure, Rejected
from monitor.sources.cleaning import clean
from monitor.sources.driver import Watch, watching
from monitor.sources.entry import address, from_struct, language, over_cap, sample, teaser_and_text
from monitor.sources.memory import Memory, entry_hash, load, remembered
from monitor.sources.outline import Outline, TooDeep, outline
from monitor.sources.sniff import not_a_feed
from monitor.sources.text import from_html, plain, unescaped

# Debian's python3-libxml2 would be taken silently where it is installed, and reads 2 of 71 feeds differently (lab).
feedparser.api.PREFERRED_XML_PARSERS = ["monitor.sources.driver"]

Fields: TypeAlias = Mapping[str, Any]

# Seen from feedparser 6.0.14 on 6,000 mutated feeds, 1.7 % of which raised (lab).
_RAISED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    SAXException,
    TypeError,
    ValueError,
)
_HTML_TYPES = {"text/html", "application/xhtml+xml"}
_SKIPS = 4096
"""Bytes looked through for one list of hours or days: 24 hours written out need about 600."""
_TAGS = re.compile(r"</(a|b|em|font|i|p|q|small|span|strong|sub|sup|u)\s*>|<(br|p)\s*/?>", re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]{6,9})\s*</day>", re.IGNORECASE)


class _Unreadable(Exception):
    """feedparser raised on a document. The message is the name of the error: its text may quote the document."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What feedparser made of a document."""

    found: Fields
    made: tuple[ParsedEntry | Rejected, ...]
    """Of each of its entries up to the cap, in their order."""
    state: str | None
    """As of :class:`~monitor.sources.driver.Watch`."""


def parse(document: Document, memory: str = "") -> Parsed | ParseFailure:
    """The entries of an XML feed, well-formed or not; or what the document is instead.

    Entries whose very bytes ``memory`` knows from the last document are passed over, where that changes nothing of
    the others: the document must be well-formed, and no entry may leave a trace in what is read after it.
    """
    try:
        data = _clean(document)
        shape = outline(data)
        total = len(shape.entries) if shape else 0
        if shape and total > ENTRIES_CAP:
            # 10 MB of small entries would cost more processor time than a document may take
            data, shape = shape.keeping(data, range(ENTRIES_CAP))
        return (shape and _pruned(document, data, shape, load(memory), total)) or _whole(document, data, shape, total)
    except TooDeep:
        return ParseFailure(
            "malformed", f"The feed is damaged: its elements are nested deeper than {DEPTH_CAP} levels."
        )
    except _Unreadable as error:
        return ParseFailure("malformed", f"The feed is damaged: reading it failed ({error}).")


def _whole(document: Document, data: bytes, shape: Outline | None, total: int) -> Parsed | ParseFailure:
    reading = _read(document, data, shape)
    raw: Sequence[Fields] = reading.found.get("entries") or ()
    if not reading.found.get("version") and not raw:
        return not_a_feed(document)
    if not raw and reading.found.get("bozo") and not _has_head(reading.found):
        return ParseFailure("malformed", "The feed is damaged: it begins as one, and holds neither title nor entries.")
    keep = ""
    if shape is not None and reading.state is not None:
        hashes = _hashes(data, shape)
        made = dict(zip(hashes, reading.made, strict=True))
        after = remembered(shape.frame, reading.state, hashes, made, Memory())
        keep = after.dumped() if after else ""
    return _parsed(reading, document, data, total=max(total, len(raw)), memory=keep)


def _pruned(document: Document, data: bytes, shape: Outline, before: Memory, total: int) -> Parsed | None:
    """The entries that are not known; None where the document must be read whole."""
    hashes = _hashes(data, shape)
    fresh = [position for position, one in enumerate(hashes) if one not in before.entries]
    if before.frame != shape.frame or len(fresh) == len(hashes):
        return None
    reading = _read(document, *shape.keeping(data, frozenset(fresh)))
    if reading.state is None or reading.state != before.state:
        return None
    made = dict(zip((hashes[position] for position in fresh), reading.made, strict=True))
    after = remembered(shape.frame, reading.state, hashes, made, before)
    if after is None:
        return None
    parsed = _parsed(reading, document, data, total=total, memory=after.dumped())
    return replace(parsed, known=len(hashes) - len(fresh), titles=before.titles)


def _hashes(data: bytes, shape: Outline) -> list[bytes]:
    return [entry_hash(data[start:end]) for start, end in shape.entries]


def _clean(document: Document) -> bytes:
    try:
        return clean(document)
    except (ValueError, LookupError) as error:
        raise _Unreadable(type(error).__name__) from error


def _read(document: Document, data: bytes, shape: Outline | None) -> _Reading:
    watch = Watch(shape) if shape else None
    # the data is in UTF-8 by now
    headers = {"content-location": document.url, "content-type": "application/xml; charset=utf-8"}
    found: Fields
    try:
        with watching(watch):
            found = feedparser.parse(
                io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
    except _RAISED as error:
        raise _Unreadable(type(error).__name__) from error
    feed: Fields = found.get("feed") or {}
    base = address(_get(feed, "link"), document.url) or document.url
    own = language(_get(feed, "language"), document.content_language)
    literal = str(found.get("version") or "").startswith("atom")
    raw: Sequence[Fields] = found.get("entries") or ()
    made = tuple(_entry(one, base=base, own=own, literal=literal) for one in raw[:ENTRIES_CAP])
    return _Reading(found, made, watch.state if watch else None)


def _parsed(reading: _Reading, document: Document, data: bytes, *, total: int, memory: str) -> Parsed:
    feed: Fields = reading.found.get("feed") or {}
    form = str(reading.found.get("version") or "")
    rejected = [one for one in reading.made if isinstance(one, Rejected)]
    return Parsed(
        entries=tuple(one for one in reading.made if isinstance(one, ParsedEntry)),
        title=_text(feed, "title", literal=form.startswith("atom"), cap=TITLE_CAP),
        language=language(_get(feed, "language"), document.content_language),
        form=form or "unknown",
        rejected=(*rejected, *over_cap(total)),
        memory=memory,
        hints=_hints(feed, data),
    )


def _has_head(found: Fields) -> bool:
    feed: Fields = found.get("feed") or {}
    return any(_get(feed, name) for name in ("title", "link", "subtitle", "id", "updated"))


def _entry(one: Fields, *, base: str, own: str | None, literal: bool) -> ParsedEntry | Rejected:
    title = _text(one, "title", literal=literal, cap=TITLE_CAP)
    teaser, text = teaser_and_text(*_bodies(one, literal=literal))
    id_ = _get(one, "id") or None
    url = address(_get(one, "link"), base)
    if not (id_ or url or title or teaser or text):
        return Rejected("empty", sample(" ".join(sorted(str(key) for key in one))))
    detail = one.get("title_detail") or one.get("summary_detail") or {}
    return ParsedEntry(
        id=_storable(id_),
        url=url,
        title=title,
        teaser=teaser,
        text=text,
        published=from_struct(_moment(one, "published_parsed")) or from_struct(_moment(one, "updated_parsed")),
        outlet=_outlet(one),
        language=language(_get(detail, "language"), own),
    )


def _get(fields: Fields, name: str) -> str | None:
    # dict.get, for FeedParserDict's own look-up invents values (a missing date from another, with a warning).
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return value if isinstance(value, str) else None


def _moment(fields: Fields, name: str) -> time.struct_time | None:
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return value if isinstance(value, time.struct_time) else None


def _text(fields: Fields, name: str, *, literal: bool, cap: int = TEXT_CAP) -> str:
    """A field as plain text, by the type that feedparser gives it."""
    detail = dict.get(fields, f"{name}_detail") if isinstance(fields, dict) else None
    kind = _get(detail, "type") if isinstance(detail, dict) else None
    return _as_text(_get(fields, name) or "", kind, literal=literal, cap=cap)


def _as_text(value: str, kind: str | None, *, literal: bool, cap: int = TEXT_CAP) -> str:
    if kind in _HTML_TYPES:
        return from_html(value, cap=cap)
    if literal:
        return plain(value, cap=cap)
    # Atom says "text" and means it; RSS knows no types, and many of its titles are escaped twice or hold tags.
    return from_html(value, cap=cap) if _TAGS.search(value) else unescaped(value, cap=cap)


def _bodies(one: Fields, *, literal: bool) -> tuple[str, str]:
    """Summary and content as text. Of several contents the longest: the others are other forms, or captions."""
    parts = dict.get(one, "content") if isinstance(one, dict) else None
    contents = {
        _get(part, "value") or "": _as_text(_get(part, "value") or "", _get(part, "type"), literal=literal)
        for part in (parts if isinstance(parts, list) else ())
    }
    content = max(contents.values(), key=len, default="")
    # Where there is no summary, feedparser repeats a content, but not its type.
    repeated = contents.get(_get(one, "summary") or "")
    return _text(one, "summary", literal=literal) if repeated is None else repeated, content


def _outlet(one: Fields) -> str | None:
    source = dict.get(one, "source") if isinstance(one, dict) else None
    name = _get(source, "title") if isinstance(source, dict) else None
    return unescaped(name or "", cap=TITLE_CAP) or None


def _storable(id_: str | None) -> str | None:
    """The id as it stands, but for what no database can keep: NUL and lone surrogates."""
    if id_ is None:
        return None
    return id_.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _hints(feed: Fields, body: bytes) -> dict[str, str]:
    """What the feed says on polling, as written."""
    hints = {
        "ttl": _get(feed, "ttl"),
        "updatePeriod": _get(feed, "sy_updateperiod"),
        "updateFrequency": _get(feed, "sy_updatefrequency"),
        "skipHours": _listed(body, b"<skipHours", _HOUR),
        "skipDays": _listed(body, b"<skipDays", _DAY),
        "hub": _hub(feed),
    }
    return {name: plain(value, cap=2048) for name, value in hints.items() if value and value.strip()}


def _listed(body: bytes, tag: bytes, item: re.Pattern[bytes]) -> str:
    """The items of ``skipHours`` or ``skipDays``, of which feedparser keeps the last only."""
    start = body.find(tag)
    if start < 0:
        return ""
    end = body.find(b"</" + tag[1:], start, start + _SKIPS)
    return b" ".join(item.findall(body[start:end])).decode("ascii") if end > 0 else ""


def _hub(feed: Fields) -> str | None:
    links = dict.get(feed, "links") if isinstance(feed, dict) else None
    hubs = [_get(link, "href") for link in (links if isinstance(links, list) else ()) if _get(link, "rel") == "hub"]
    return next((hub for hub in hubs if hub), None)
