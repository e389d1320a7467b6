"""JSON Feed 1.0 and 1.1, by its specification (jsonfeed.org): strict on types, lenient per item."""

from __future__ import annotations

import json
from typing import Any, Final, TypeAlias

from monitor.limits import ENTRIES_CAP, TITLE_CAP
from monitor.model import Document, Parsed, ParsedEntry, ParseFailure, Rejected
from monitor.sources.entry import address, from_iso, language, over_cap, sample, teaser_and_text
from monitor.sources.memory import Memory, entry_hash, load, remembered
from monitor.sources.sniff import not_a_feed
from monitor.sources.text import from_html, plain

Object: TypeAlias = dict[str, Any]

FORMS: Final = {
    "https://jsonfeed.org/version/1": "json10",
    "https://jsonfeed.org/version/1.0": "json10",
    "https://jsonfeed.org/version/1.1": "json11",
}
"""The ``version`` of a feed to the name of its form; ``http`` is taken for ``https``."""


class _WrongType(Exception):
    """A field holds something that the specification does not allow there; the message is its name."""


def parse(document: Document, memory: str = "") -> Parsed | ParseFailure:
    """The entries of a JSON Feed but those that ``memory`` knows; or that it is damaged, or JSON of another kind."""
    try:
        feed = json.loads(document.body.decode(json.detect_encoding(document.body), "replace"))
    except (ValueError, RecursionError) as error:
        return ParseFailure("malformed", f"This is damaged JSON ({type(error).__name__}).")
    form = _form(feed)
    if form is None:
        return not_a_feed(document)
    items = feed.get("items", [])
    if not isinstance(items, list):
        return ParseFailure("malformed", "This JSON Feed has no list of items.")
    return _parsed(document, feed, items, form, load(memory))


def _parsed(document: Document, feed: Object, items: list[Any], form: str, before: Memory) -> Parsed:
    own = language(_loose(feed, "language"), document.content_language)
    frame = entry_hash(f"{form} {document.url} {own}".encode("utf-8", "replace")).hex()
    if before.frame != frame:
        before = Memory()
    hashes = [_hash(item) for item in items[:ENTRIES_CAP]]
    read = [
        (one, _entry(item, document.url, own))
        for one, item in zip(hashes, items, strict=False)
        if one not in before.entries
    ]
    after = remembered(frame, "", hashes, dict(read), before)
    if after is None:
        return _parsed(document, feed, items, form, Memory())
    known = len(hashes) - len(read)
    return Parsed(
        entries=tuple(made for _, made in read if isinstance(made, ParsedEntry)),
        title=plain(_loose(feed, "title"), cap=TITLE_CAP),
        language=own,
        form=form,
        rejected=(*(made for _, made in read if isinstance(made, Rejected)), *over_cap(len(items))),
        known=known,
        memory=after.dumped(),
        hints=_hints(feed),
        titles=before.titles if known else (),
    )


def _hash(item: object) -> bytes:
    """Of what an item says, however it is written; sorted names, for their order is no part of it."""
    return entry_hash(json.dumps(item, sort_keys=True, separators=(",", ":")).encode())


def _form(feed: object) -> str | None:
    if not isinstance(feed, dict):
        return None
    version = _loose(feed, "version").strip().rstrip("/").replace("http://", "https://", 1)
    return FORMS.get(version)


def _entry(item: object, base: str, own: str | None) -> ParsedEntry | Rejected:
    if not isinstance(item, dict):
        return Rejected("not_an_object", sample(json.dumps(item, ensure_ascii=False)))
    try:
        return _read(item, base, own)
    except _WrongType as error:
        name = _loose(item, "title") or _loose(item, "id") or _loose(item, "url")
        return Rejected(f"wrong_type:{error}", sample(name))


def _read(item: Object, base: str, own: str | None) -> ParsedEntry | Rejected:
    markup, text = _string(item, "content_html"), _string(item, "content_text")
    content = from_html(markup) if markup else plain(text)
    teaser, text = teaser_and_text(plain(_string(item, "summary")), content)
    title = plain(_string(item, "title"), cap=TITLE_CAP)
    id_ = plain(_id(item)) or None
    # The address of the entry, else of the page that it points to: a link blog gives only the second.
    url = address(_string(item, "url"), base) or address(_string(item, "external_url"), base)
    if not (id_ or url or title or teaser or text):
        return Rejected("empty", sample(" ".join(sorted(item))))
    return ParsedEntry(
        id=id_,
        url=url,
        title=title,
        teaser=teaser,
        text=text,
        published=from_iso(_string(item, "date_published")) or from_iso(_string(item, "date_modified")),
        language=language(_string(item, "language"), own),
    )


def _string(fields: Object, name: str) -> str:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise _WrongType(name)
    return value or ""


def _loose(fields: Object, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _id(item: Object) -> str:
    """The id; numbers become text, as the specification tells readers."""
    value = item.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise _WrongType("id")
    return "" if value is None else str(value)


def _hints(feed: Object) -> dict[str, str]:
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and _loose(hub, "url"):
            return {"hub": plain(_loose(hub, "url"), cap=2048)}
    return {}
