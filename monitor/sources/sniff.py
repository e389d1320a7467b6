"""What a body that is no feed looks like, in words for people."""

from __future__ import annotations

import re

from monitor.model import Document, ParseFailure
from monitor.sources.text import from_html

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"BZh", "a bzip2 file"),
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


def not_a_feed(document: Document) -> ParseFailure:
    """The failure that says what was found where a feed was expected."""
    return ParseFailure("not_a_feed", f"This address gives {looks_like(document.body)}, not a feed.")


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
