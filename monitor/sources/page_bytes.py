"""The bytes of a page: whether they are one, and the characters that they stand for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from monitor.model import Document
from monitor.sources.sniff import looks_like

_PAGE_TYPES: Final = {
    *("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"),
    *("text/xml", "application/xml", "application/vnd.wap.xhtml+xml", "content/unknown", "html"),
}
"""What servers call a page, rightly or not; the bytes have the last word."""
_HEAD: Final = 64 * 1024
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ROOT: Final = re.compile(rb"<(rss|feed|rdf:rdf|urlset|sitemapindex|opml|svg)[\s>]", re.IGNORECASE)
_ROOT_WITHIN: Final = 1024
_DECLARED: Final = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I
)
_HEADER: Final = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_ALIASES: Final = {"x-sjis": "cp932", "windows-31j": "cp932", "x-gbk": "gbk", "x-euc-jp": "euc_jp", "x-big5": "big5"}
_WIDER: Final = {
    **{"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"},
}
"""Encodings that browsers read as a larger one (Encoding Standard, section 4.2)."""
_TEXT_CODEC: Final = re.compile(
    r"utf-8|cp(?:125\d|866|874|932|949|950)|iso8859-\d+|koi8-[rtu]|gb18030|big5hkscs|euc_jp|iso2022_jp(?:_\w+)?"
)
"""Python's other codecs are no encodings of pages, and some cost the square of their input (idna, punycode). Those
of old Macintoshes are not among them: the detection takes Windows-1251 for one."""
_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")


def sound(html: str) -> str:
    """The page without references to what no XML holds (``&#27;``): one of them costs trafilatura the whole text."""
    return _REFERENCE.sub(lambda one: one[0] if _allowed(int(one[1], 16) if one[1] else int(one[2])) else "", html)


def _allowed(code: int) -> bool:
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF


def other_than_a_page(document: Document) -> str | None:
    """``a PDF``, ``JSON of another kind`` ... where the document is no HTML page."""
    head = document.body[:_HEAD]
    mime = document.content_type.partition(";")[0].strip().lower()
    for bom, codec in _BOMS[1:]:
        if head.startswith(bom):
            head = head.removeprefix(bom).decode(codec, "replace").encode("utf-8", "replace")
    what = looks_like(head)
    if _ROOT.search(head[:_ROOT_WITHIN]) and b"<html" not in head[:_ROOT_WITHIN].lower():
        return "XML of another kind"
    if not what.startswith("an HTML page"):
        return what
    return None if mime in _PAGE_TYPES else f"a document of the type {mime[:60]!r}"


def decoded(body: bytes, content_type: str) -> str:
    """The characters of a page: by its mark, as UTF-8 where that fits, by header, by meta element, by detection.

    UTF-8 goes before the header because no text of another encoding is valid UTF-8 by chance, while many servers
    call everything ISO-8859-1. What no candidate can read is read by the declared one, with replacement characters.
    """
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return body.removeprefix(bom).decode(codec, "replace")
    declared = tuple(_declared(body, content_type))
    first = declared[:1] if declared and declared[0].startswith("iso2022") else ()  # these are valid UTF-8 too
    for codec in (*first, "utf-8", *declared):
        if (text := _strictly(body, codec)) is not None:
            return text
    for codec in _detected(body):
        if (text := _strictly(body, codec)) is not None:
            return text
    return body.decode(declared[0] if declared else "utf-8", "replace")


def _strictly(body: bytes, codec: str) -> str | None:
    """The text, or None if a byte does not fit; the last character may be cut."""
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(body)
    except UnicodeDecodeError:
        return None


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    for name in (_HEADER.search(content_type), _DECLARED.search(body[:4096])):
        if name and (codec := _codec(name[1] if isinstance(name[1], str) else name[1].decode("ascii"))):
            yield codec


def _detected(body: bytes) -> Iterator[str]:
    from trafilatura.utils import detect_encoding

    return (codec for name in detect_encoding(body) if (codec := _codec(name)))


def _codec(label: str) -> str | None:
    """Python's name of an encoding of pages, widened as browsers do; None for any other codec."""
    label = label.strip().lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if _TEXT_CODEC.fullmatch(name) else None
