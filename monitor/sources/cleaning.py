"""The bytes of a document made fit for feedparser: one encoding, no long blanks, no impossible references."""

from __future__ import annotations

import re

from feedparser.encodings import convert_to_utf8

from monitor.model import Document

_ROOT = re.compile(rb"<[A-Za-z_]")
_BLANKS = re.compile(rb"\s+")
_BLANKS_KEPT = 256

_LAST_RESORTS = frozenset({"windows-1252", "iso-8859-2"})
"""What feedparser takes a document for, when all else has failed."""
_WHOLE = 10
"""Foreign characters that must be whole for each damaged one; of text in another encoding hardly one is (lab)."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"\s{0,256}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_SUPERSETS = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "gb2312": "gb18030", "gbk": "gb18030", "tis-620": "cp874",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
}  # fmt: skip
"""Names to what browsers read for them (WHATWG): what is said to be in the first is often in the second."""
_WIDE = ("utf-16", "utf16", "utf-32", "utf32", "ucs-", "iso-10646")
"""Any bytes are whole characters in these."""
_UTF8 = {"content-type": "application/xml; charset=utf-8"}

# Character references that may be impossible, told apart by their value: halves of surrogate pairs (D800 to DFFF,
# which is 55296 to 57343), and what lies above the last character (10FFFF, which is 1114111).
_REFERENCE = re.compile(
    rb"&#(?:[xX]0*+([dD][89A-Fa-f][0-9A-Fa-f]{2}|[0-9A-Fa-f]{6,})(?![0-9A-Fa-f])|0*+(5\d{4}|\d{7,})(?!\d));?"
)
# First and second halves, exactly.
_PAIR = re.compile(
    rb"&#(?:[xX]0*+([dD][89ABab][0-9A-Fa-f]{2})|0*+(5529[6-9]|55[3-9]\d\d|56[0-2]\d\d|563[01]\d));"
    rb"&#(?:[xX]0*+([dD][C-Fc-f][0-9A-Fa-f]{2})|0*+(563[2-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]));"
)
_REPLACEMENT = b"&#xFFFD;"
_LAST = 0x10FFFF


def clean(document: Document) -> bytes:
    """The body in UTF-8, as feedparser converts it, fit to be read.

    The encoding is judged here once, by the whole of the document, so that it is the same however few of its
    entries are read.

    Raises:
        ValueError, LookupError: the document names an encoding that is none for it, and is in none of ours.
    """
    if not document.body:
        return b""
    # without a type feedparser would hold a document that names no encoding for Western European
    headers = {"content-type": document.content_type or "application/xml"}
    judged: dict[str, str] = {}
    try:
        data: bytes = convert_to_utf8(headers, document.body, judged)
        text = _as_declared(document) if judged.get("encoding") in _LAST_RESORTS else None
    except (ValueError, LookupError):
        text = _as_declared(document)
        if text is None:
            raise
    if text is not None:
        data = convert_to_utf8(_UTF8, text.encode("utf-8", "replace"), {})
    return without_impossible_references(without_blank_prolog(data))


def _as_declared(document: Document) -> str | None:
    """The text by an encoding that the document or its header names, where but a few characters are damaged.

    One character cut in half, and feedparser takes the whole document for Western European. None: most of it is
    damaged so, and the name is wrong.
    """
    labels = [label.lower() for label in (*_CHARSET.findall(document.content_type), *_named(document.body))]
    if _LAST_RESORTS.intersection(labels):
        return None
    for label in (*labels, "utf-8"):
        if label.startswith(_WIDE):
            continue
        try:
            text = document.body.decode(_SUPERSETS.get(label, label), "replace")
        except (LookupError, ValueError):
            continue
        damaged = text.count("\ufffd")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        # each half of a character cut in two counts
        if foreign - damaged >= _WHOLE * damaged:
            return text
    return None


def _named(body: bytes) -> list[str]:
    found = _DECLARED.match(body)
    return [found[1].decode("ascii")] if found else []


def without_blank_prolog(body: bytes) -> bytes:
    """The body with long blanks before its root cut short: 78 KiB of them cost feedparser 30 s (lab)."""
    root = _ROOT.search(body)
    if root is None or root.start() <= _BLANKS_KEPT:
        return body
    head = _BLANKS.sub(lambda run: run[0] if len(run[0]) <= _BLANKS_KEPT else b"\n", body[: root.start()])
    return head + body[root.start() :]


def without_impossible_references(body: bytes) -> bytes:
    """The body with U+FFFD for each reference to no character, on one of which feedparser gives a whole document up.

    Two halves of a surrogate pair become their character: some programs write emoji so. References to control
    characters stay: feedparser reads on over them.
    """
    if b"&#" not in body:
        return body
    return _REFERENCE.sub(_possible, _PAIR.sub(_joined, body))


def _value(hexadecimal: bytes | None, decimal: bytes | None) -> int:
    digits = hexadecimal or decimal or b""
    # Longer ones are too large whatever they are, and Python converts none of more than 4,300 decimal digits.
    return int(digits, 16 if hexadecimal else 10) if len(digits) <= 7 else _LAST + 1


def _possible(found: re.Match[bytes]) -> bytes:
    value = _value(found[1], found[2])
    return _REPLACEMENT if 0xD800 <= value <= 0xDFFF or value > _LAST else found[0]


def _joined(found: re.Match[bytes]) -> bytes:
    high, low = _value(found[1], found[2]), _value(found[3], found[4])
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
