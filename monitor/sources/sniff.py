"""What a body that is no feed looks like, in words for people."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.model import Document, ParseFailure
from monitor.sources import challenge
from monitor.sources.entry import address
from monitor.sources.text import from_html

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image, sound or film"),
    (b"ID3", "a sound file"),
    (b"\x00\x00\x00\x18ftyp", "a film"),
    (b"\x00\x00\x00\x20ftyp", "a film"),
)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|meta|title|div|p)\b", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{1,500}?)</title", re.IGNORECASE | re.DOTALL)
_HEAD = 64 * 1024
_TITLE_SHOWN = 80
_LINK_SHOWN = 300
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_OF_COMMENTS = re.compile(r"\bcomments?\b", re.IGNORECASE)


def not_a_feed(document: Document) -> ParseFailure:
    """The failure that says what was found where a feed was expected: ``not_a_feed`` or ``challenge``."""
    what = looks_like(document.body)
    if not what.startswith("an HTML page"):
        return _plainly(what)
    page = document.body[:_HEAD].decode("utf-8", "replace")
    by = challenge.service(page)
    if by is not None:
        return _challenged(f"The site answers with a challenge page ({by}), not with a feed.")
    if challenge.captive_portal(page):
        return _challenged("The network answers with its own sign-in page, not with a feed.")
    link = _linked_feed(page, document.url)
    if link is not None:
        return ParseFailure("not_a_feed", f'This address gives {what}, not a feed; it links a feed: "{link}".')
    if challenge.wants_browser(page):
        return _challenged("The site answers with a challenge page (it wants a browser), not with a feed.")
    return _plainly(what)


def _plainly(what: str) -> ParseFailure:
    return ParseFailure("not_a_feed", f"This address gives {what}, not a feed.")


def _challenged(sentence: str) -> ParseFailure:
    return ParseFailure("challenge", sentence)


def looks_like(body: bytes) -> str:
    """``a PDF``, ``an HTML page titled "News"``, ``JSON`` ..., judged by the bytes alone."""
    for magic, what in _MAGIC:
        if body.startswith(magic):
            return what
    head = body[:_HEAD]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        return "JSON of another kind"
    if _HTML.search(head):
        title = _title(head)
        return f'an HTML page titled "{title}"' if title else "an HTML page"
    if start[:1] == b"<":
        return "XML of another kind"
    if b"\x00" in head:
        return "binary data"
    return "plain text" if start else "nothing but blanks"


def _title(head: bytes) -> str:
    """The title of a page for a sentence; nothing where it is not UTF-8, for a guess would be noise."""
    found = _TITLE.search(head)
    try:
        return from_html(found[1].decode("utf-8"), cap=_TITLE_SHOWN).replace('"', "'") if found else ""
    except UnicodeDecodeError:
        return ""


def _linked_feed(page: str, url: str) -> str | None:
    """The address of the first feed that a page names for programs (RSS autodiscovery), its comments last."""
    tree = LexborHTMLParser(page)
    base = tree.css_first("base[href]")
    start = (address(base.attributes.get("href"), url) if base else None) or url
    found: list[str] = []
    for node in tree.css("link[rel][href][type]"):
        named = {name: value or "" for name, value in node.attributes.items()}
        link = address(named["href"], start)
        wanted = "alternate" in named["rel"].lower().split() and named["type"].strip().lower() in _FEED_TYPES
        # one that holds a password or runs on for ever is not for a sentence
        if wanted and link and len(link) <= _LINK_SHOWN and "@" not in urlsplit(link).netloc and '"' not in link:
            found.append(link)
    return min(found, key=lambda link: bool(_OF_COMMENTS.search(link)), default=None)
